package storetest

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/oplog"
	"github.com/outdial/outdial/shared/store"
	"github.com/outdial/outdial/shared/tenant"
)

func operationIDs(list []oplog.Operation) []int64 {
	return ids(list, func(o oplog.Operation) int64 { return o.ID })
}

func testOperations(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w, other := newWorld(t, s), newWorld(t, s)
	full := oplog.Operation{Tenant: w.tenant, User: 7, Account: "wang", Name: "王芳", Address: "2001:db8::1", Module: "campaigns", Action: "update",
		Target: oplog.Target{Kind: "campaign", ID: "12", Name: "春季回访"}, Summary: "name", Before: json.RawMessage(`{"name":"'\\😀"}`),
		After: json.RawMessage(`{"name":"b"}`), At: t0}
	bare := oplog.Operation{Account: "li", Module: "session", Action: "sign_in", At: t0.Add(time.Minute)}
	same := full
	same.Action, same.After, same.At = "delete", same.Before, t0.Add(time.Hour)
	must(t, s.AddOperations(ctx, w.scope, []oplog.Operation{full, bare}))
	must(t, s.AddOperations(ctx, tenant.Platform(), []oplog.Operation{same, {Tenant: other.tenant, Account: "x", Module: "team", Action: "create", At: t0}}))
	must(t, s.AddOperations(ctx, w.scope, nil))

	all, err := s.Operations(ctx, w.scope, oplog.Filter{}, 0, 10)
	must(t, err)
	if len(all) != 3 {
		t.Fatalf("%d entries, want 3", len(all))
	}
	want := []oplog.Operation{same, bare, full}
	for i := range want {
		want[i].ID, want[i].Tenant = all[i].ID, w.tenant
		if !reflect.DeepEqual(all[i], want[i]) {
			t.Errorf("stored %+v, read %+v", want[i], all[i])
		}
	}
	page, err := s.Operations(ctx, w.scope, oplog.Filter{}, all[0].ID, 1)
	must(t, err)
	if !slices.Equal(operationIDs(page), operationIDs(all[1:2])) {
		t.Errorf("the second page holds %v", operationIDs(page))
	}
	for name, c := range map[string]struct {
		f    oplog.Filter
		want []oplog.Operation
	}{
		"account":       {oplog.Filter{Account: "WAN"}, []oplog.Operation{all[0], all[2]}},
		"name":          {oplog.Filter{Account: "王"}, []oplog.Operation{all[0], all[2]}},
		"module":        {oplog.Filter{Module: "session"}, all[1:2]},
		"action":        {oplog.Filter{Module: "campaigns", Action: "delete"}, all[:1]},
		"target's id":   {oplog.Filter{Target: "12"}, []oplog.Operation{all[0], all[2]}},
		"target's name": {oplog.Filter{Target: "回访", Action: "update"}, all[2:]},
		"from":          {oplog.Filter{From: t0.Add(time.Minute)}, all[:2]},
		"to":            {oplog.Filter{To: t0.Add(time.Minute)}, all[2:]},
		"odd module":    {oplog.Filter{Module: "字"}, nil},
		"nobody":        {oplog.Filter{Account: "%"}, nil},
	} {
		got, err := s.Operations(ctx, w.scope, c.f, 0, 10)
		must(t, err)
		if !slices.Equal(operationIDs(got), operationIDs(c.want)) {
			t.Errorf("by %s: %v, want %v", name, operationIDs(got), operationIDs(c.want))
		}
	}
	narrow, err := s.Operations(ctx, w.scope.Narrow(tenant.View{Owner: 7}), oplog.Filter{}, 0, 10)
	must(t, err)
	if !slices.Equal(operationIDs(narrow), []int64{all[0].ID, all[2].ID}) {
		t.Errorf("a narrowed member sees %v", operationIDs(narrow))
	}
	wantKind(t, s.AddOperations(ctx, other.scope, []oplog.Operation{full}), errs.NotFound, "into another tenant's log")
	wantKind(t, s.AddOperations(ctx, tenant.Platform(), []oplog.Operation{{Account: "x"}}), errs.Invalid, "into nobody's log")
	long := oplog.Operation{Account: strings.Repeat("字", 300), Name: strings.Repeat("字", 300), Summary: strings.Repeat("字", 600), Module: "m", Action: "a",
		Target: oplog.Target{ID: strings.Repeat("1", 100), Name: strings.Repeat("字", 300)}, At: t0}
	must(t, s.AddOperations(ctx, w.scope, []oplog.Operation{long}))
}
