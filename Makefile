# What a developer, an operator and CI type. `make help` lists it.
SHELL := /bin/bash
BIN := bin/outdial
LINT_VERSION := v2.15.0
GO ?= go
DEMO_CALLS ?= 40

.PHONY: help build run demo test test-crash e2e pictures lint bench console console-check generate check-generated voices clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

CONSOLE := admin/console
CONSOLE_SOURCES := $(shell find $(CONSOLE)/src $(CONSOLE)/public $(CONSOLE)/scripts -type f 2>/dev/null) $(addprefix $(CONSOLE)/,index.html package.json package-lock.json vite.config.ts tsconfig.json)

build: console ## build the one binary, bin/outdial, with the console in it
	@mkdir -p bin
	$(GO) build -trimpath -o $(BIN) .

console: $(CONSOLE)/dist/index.html ## build the console, if its sources changed (needs Node 20 or later)

$(CONSOLE)/dist/index.html: $(CONSOLE_SOURCES) $(CONSOLE)/node_modules/.stamp
	npm --prefix $(CONSOLE) run --silent build
	@touch $@

# Packages are fetched when the lock file changed, and never otherwise. On Debian, root gets Node from the distribution.
$(CONSOLE)/node_modules/.stamp: $(CONSOLE)/package-lock.json
	@command -v npm >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nodejs npm >/dev/null; \
	  else echo "building the console needs Node 20 or later with npm: install it, or build without the console by 'go build -o $(BIN) .'" >&2; exit 1; fi; }
	npm --prefix $(CONSOLE) ci --no-progress --loglevel=error
	@touch $@

console-check: $(CONSOLE)/node_modules/.stamp ## check the console's types and run its unit tests
	npm --prefix $(CONSOLE) run --silent types
	npm --prefix $(CONSOLE) run --silent test

e2e: build ## walk through the console in headless Chromium; on Debian, root gets it installed
	OUTDIAL_BINARY=$(CURDIR)/$(BIN) OUTDIAL_E2E_SHOTS=$(CURDIR)/e2e-shots $(CONSOLE)/e2e/run

PICTURES := campaign call campaigns-dark calls

pictures: ## take the README's pictures from the last `make e2e`
	@for p in $(PICTURES); do test -f e2e-shots/pictures/$$p.png || { echo "there is no picture of $$p: run make e2e first" >&2; exit 1; }; done
	@mkdir -p docs/pictures
	cp $(PICTURES:%=e2e-shots/pictures/%.png) docs/pictures/

run: build ## build, start every role with a demo campaign, print address and sign-in
	$(BIN) all --demo

demo: build ## place DEMO_CALLS calls without a browser and print what came of them
	$(BIN) demo --calls $(DEMO_CALLS) --seed 7

test: ## run the tests with the race detector; says what it left out
	./.ci/test

test-crash: ## kill -9 each role in the middle of a campaign and check that every contact is accounted for
	OUTDIAL_TEST_CRASH=1 $(GO) test -count=1 -timeout 15m -run 'TestKill' -v .

lint: bin/golangci-lint ## run the linters: import rules and tenant scopes included
	bin/golangci-lint run ./...
	$(GO) run ./shared/store/scopelint .

bin/golangci-lint:
	@mkdir -p bin
	GOBIN=$(CURDIR)/bin GOFLAGS=-mod=mod $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)

bench: build ## print the figures of docs/performance.md, as ratios measured in one run
	$(BIN) bench

generate: ## write generated code again
	$(GO) generate ./...
	$(MAKE) --no-print-directory $(CONSOLE)/node_modules/.stamp
	npm --prefix $(CONSOLE) run --silent generate

check-generated: ## fail when generated code is not what the generators write
	./.ci/check-generated

voices: ## speak the recorded voices and prompts again (needs espeak-ng and sox)
	$(GO) generate -tags voices ./dialer/carriersim/voices ./dialogue/asr/phrase ./dialogue/linestatus ./dialogue/prompts ./dialer/carriersim/lines ./dialer/carriersim/answers ./dialogue/turnset ./dialogue/backchannel

clean: ## remove what was built; data stays
	rm -rf bin e2e-shots $(CONSOLE)/node_modules
	find $(CONSOLE)/dist -mindepth 1 ! -name .gitkeep -delete
