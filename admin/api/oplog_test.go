package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/outdial/outdial/admin/api"
	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/oplog"
	"github.com/outdial/outdial/shared/tenant"
)

// TestEveryChangeSaysWhatItLogs walks the contract: what changes something either names the entry that it writes into
// the operation log, or says why it writes none.
func TestEveryChangeSaysWhatItLogs(t *testing.T) {
	doc, err := api.New(api.Deps{}).Contract()
	must(t, err)
	var contract struct {
		Paths map[string]map[string]struct {
			Logs     string `json:"x-logs"`
			Unlogged string `json:"x-unlogged"`
		} `json:"paths"`
	}
	must(t, json.Unmarshal(doc, &contract))
	modules := []string{"campaigns", "calls", "contacts", "dnc", "agents", "wechat", "team", "roles", "companies", "session", "scripts", "trunks", "announcements", "exports"}
	changes := 0
	for path, methods := range contract.Paths {
		for method, o := range methods {
			if method == "get" {
				if o.Logs != "" {
					t.Errorf("GET %s says that it changes something: %s", path, o.Logs)
				}
				continue
			}
			changes++
			module, action, ok := strings.Cut(o.Logs, ".")
			switch {
			case o.Logs == "" && o.Unlogged == "":
				t.Errorf("%s %s declares neither logs(module, action) nor unlogged(reason)", strings.ToUpper(method), path)
			case o.Logs != "" && o.Unlogged != "":
				t.Errorf("%s %s declares both %s and %s", strings.ToUpper(method), path, o.Logs, o.Unlogged)
			case o.Logs != "" && (!ok || action == "" || !slices.Contains(modules, module)):
				t.Errorf("%s %s logs %q, which is of no known module", strings.ToUpper(method), path, o.Logs)
			}
		}
	}
	if changes < 10 {
		t.Errorf("the contract holds %d changes only", changes)
	}
}

// entries are the entries of the caller's log as module.action, oldest first.
func (m merchant) entries() []string {
	m.w.t.Helper()
	var out []string
	for _, o := range as[api.Page[api.Operation]](m.get(path("/operations?limit=200")).want(200)).Items {
		out = append(out, o.Module+"."+o.Action)
	}
	slices.Reverse(out)
	return out
}

// TestChangesAreLogged drives what is simple to drive; an operation that succeeds without noting what it declares says so
// in the log of the process.
func TestChangesAreLogged(t *testing.T) {
	w := newWorld(t)
	m := w.company(w.company(0, tenant.Operator, "operator").id, tenant.Merchant, "shop")
	camp := m.running(0)
	m.do("POST", path("/campaigns/%d/pause", camp), nil).want(200)
	m.do("POST", path("/campaigns/%d/resume", camp), nil).want(200)
	m.do("POST", path("/campaigns/%d/terminate", camp), nil).want(200)
	m.do("POST", path("/campaigns/%d/terminate", camp), nil).problem(409) // what fails is not logged
	m.do("POST", path("/trunks"), map[string]any{"name": "Line two", "address": "127.0.0.1:5080", "concurrency": 3, "cps": 1, "ring_seconds": 30}).want(201)
	want := []string{"campaigns.pause", "campaigns.resume", "campaigns.terminate", "trunks.create"}
	if got := m.entries(); !slices.Equal(got, want) {
		t.Errorf("logged %v, want %v", got, want)
	}
	if text := w.logged(); strings.Contains(text, "did not note") {
		t.Errorf("not everything was noted: %s", text)
	}
}

func TestOperationsArePagedFilteredAndMasked(t *testing.T) {
	w := newWorld(t)
	m := w.company(w.company(0, tenant.Operator, "operator").id, tenant.Merchant, "shop")
	auditor, _ := m.member("auditor", access.Role{Permissions: []access.Permission{access.LogView}, DataScope: access.ScopeTenant},
		func(u *access.User) { u.MaskNumbers = true })
	limited, _ := m.member("limited", access.Role{Permissions: []access.Permission{access.CampaignsView}, DataScope: access.ScopeTenant})
	before, after, _, err := oplog.Diff(map[string]any{"number": "13800138000", "n": 1 << 60}, map[string]any{"number": "13900139000", "vars": []any{map[string]any{"打": "请打13700137000"}}, "n": 1 << 60})
	must(t, err)
	must(t, w.db.AddOperations(t.Context(), m.scope, []oplog.Operation{
		{Account: "a", Module: "contacts", Action: "update", Target: oplog.Target{Kind: "contact", ID: "1", Name: "13800138000"}, Before: before, After: after, At: noon},
		{Account: "b", Module: "team", Action: "create", Summary: "x", After: json.RawMessage(`["a"]`), At: noon},
	}))
	page := as[api.Page[api.Operation]](m.get(path("/operations?limit=1")).want(200))
	if len(page.Items) != 1 || page.Items[0].Module != "team" || page.Items[0].Before != nil || page.Items[0].After["value"] == nil || page.Next == "" {
		t.Errorf("first page %+v", page)
	}
	page = as[api.Page[api.Operation]](m.get(path("/operations?limit=1&cursor=%s", page.Next)).want(200))
	if len(page.Items) != 1 || page.Next != "" || page.Items[0].Before["number"] != "13800138000" {
		t.Errorf("second page %+v", page)
	}
	if got := as[api.Page[api.Operation]](m.get(path("/operations?actor=B&module=team&action=create&from=2026-03-02T04:00:00Z&to=2026-03-02T04:00:01Z")).want(200)).Items; len(got) != 1 {
		t.Errorf("filtered %+v", got)
	}
	raw := string(auditor.get(path("/operations?module=contacts")).want(200).body)
	for _, number := range []string{"13800138000", "13900139000", "13700137000"} {
		if strings.Contains(raw, number) {
			t.Errorf("a masked member reads %s in %s", number, raw)
		}
	}
	if !strings.Contains(raw, "138****8000") || !strings.Contains(raw, "update") {
		t.Errorf("masked: %s", raw)
	}
	limited.get(path("/operations")).problem(403)
	m.get(path("/operations?cursor=x")).problem(422)
}

// brokenLog is a store whose operation log cannot be written.
type brokenLog struct{ api.Store }

func (brokenLog) AddOperations(context.Context, tenant.Scope, []oplog.Operation) error {
	return errors.New("the disk is gone")
}

func TestBrokenLogIsLoudAndFailsNoRequest(t *testing.T) {
	w := newWorld(t, func(d *api.Deps) { d.Store, d.PublicMetrics = brokenLog{d.Store}, true })
	m := w.company(w.company(0, tenant.Operator, "operator").id, tenant.Merchant, "shop")
	m.do("POST", path("/campaigns/%d/pause", m.running(0)), nil).want(200)
	if !strings.Contains(w.logged(), "the operation log could not be written") {
		t.Errorf("the log does not tell: %s", w.logged())
	}
	if metrics := string(m.get("/metrics").want(200).body); !strings.Contains(metrics, "outdial_operation_log_failures_total 1") {
		t.Error("the failure is not counted")
	}
}
