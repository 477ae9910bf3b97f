package api_test

import (
	"context"
	"testing"

	"github.com/outdial/outdial/admin/api"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/tenant"
)

// forgetful is a store that fails wherever recordings are copied.
type forgetful struct{ api.Store }

func (forgetful) CopyScript(context.Context, tenant.Scope, *script.Script, []byte, script.ID, script.VersionID) error {
	return errs.New(errs.Unavailable, "the database is gone")
}

func TestACopyThatFailsIsNoScript(t *testing.T) {
	w := newWorld(t, func(d *api.Deps) { d.Store = forgetful{d.Store} })
	before := as[api.Page[api.Script]](w.one.get("/api/v1/scripts").want(200)).Items
	entries := len(w.one.entries())
	w.one.do("POST", address("/scripts/%d/copy", w.one.script), map[string]any{"name": "副本"}).problem(503)
	if after := as[api.Page[api.Script]](w.one.get("/api/v1/scripts").want(200)).Items; len(after) != len(before) {
		t.Errorf("%d scripts became %d", len(before), len(after))
	}
	if n := len(w.one.entries()); n != entries {
		t.Errorf("the operation log tells of a copy that is not there: %q", w.one.entries())
	}
}
