# What a developer, an operator and CI type. `make help` lists it.
SHELL := /bin/bash
BIN := bin/outdial
LINT_VERSION := v2.15.0
GO ?= go
DEMO_CALLS ?= 40

.PHONY: help build run demo test test-crash lint bench generate check-generated voices clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## build the one binary, bin/outdial
	@mkdir -p bin
	$(GO) build -trimpath -o $(BIN) .

run: build ## build, start every role with a demo campaign, print address and sign-in
	$(BIN) all --demo

demo: build ## place DEMO_CALLS calls without a browser and print what came of them
	$(BIN) demo --calls $(DEMO_CALLS) --seed 7

test: ## run the tests with the race detector; says what it left out
	./.ci/test

test-crash: ## kill -9 each role in the middle of a campaign and check that every contact is accounted for
	OUTDIAL_TEST_CRASH=1 $(GO) test -count=1 -timeout 15m -run 'TestKill' -v .

lint: bin/golangci-lint ## run the linter, import rules included
	bin/golangci-lint run ./...

bin/golangci-lint:
	@mkdir -p bin
	GOBIN=$(CURDIR)/bin GOFLAGS=-mod=mod $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)

bench: build ## print the figures of docs/performance.md, as ratios measured in one run
	$(BIN) bench

generate: ## write generated code again
	$(GO) generate ./...

check-generated: ## fail when generated code is not what the generators write
	./.ci/check-generated

voices: ## speak the recorded voices and prompts again (needs espeak-ng and sox)
	$(GO) generate -tags voices ./dialer/carriersim/voices ./dialogue/asr/phrase ./dialogue/prompts

clean: ## remove what was built; data stays
	rm -rf bin
