package access

import (
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
)

var kinds = []tenant.Kind{tenant.Operator, tenant.Reseller, tenant.Merchant}

func TestTemplatesAllowWhatTheKindCanHave(t *testing.T) {
	at := time.Unix(1, 0)
	for _, kind := range kinds {
		all := keys(For(kind))
		for _, template := range Templates() {
			r := template.Role(at)
			if err := r.Validate(kind); err != nil {
				t.Errorf("%s of %s: %v", template, kind, err)
			}
			held := r.Grants(kind)
			for _, p := range held {
				if !slices.Contains(all, p) {
					t.Errorf("%s of %s holds %s", template, kind, p)
				}
				if module := (Entry{Key: p}).Module(); template == Auditor && string(p) != module+".view" && p != CallsListen {
					t.Errorf("the auditor may do %s", p)
				}
			}
			if template == Administrator && !slices.Equal(held, all) {
				t.Errorf("the administrator of %s lacks some of %v", kind, all)
			}
			if !r.Within(Administrator.Role(at), kind) {
				t.Errorf("%s reaches beyond the administrator of %s", template, kind)
			}
		}
	}
	if AnnouncementsEdit.HeldBy(tenant.Reseller) || CompaniesEdit.HeldBy(tenant.Merchant) || !CompaniesEdit.HeldBy(tenant.Reseller) || Permission("x").HeldBy(tenant.Operator) {
		t.Error("a permission is held by the wrong kind")
	}
}

func TestDataScopesAreOrdered(t *testing.T) {
	for i, a := range DataScopes() {
		for j, b := range DataScopes() {
			if a.Within(b) != (i <= j) {
				t.Errorf("%s within %s: %v", a, b, a.Within(b))
			}
		}
		if DataScope("").Within(a) || DataScope("all").Within(a) || a.Within("") {
			t.Errorf("an unknown scope is within %s, or the other way round", a)
		}
	}
}

// TestEnforcerAgrees with what the role is said to grant, through every change of it.
func TestEnforcerAgrees(t *testing.T) {
	e := NewEnforcer()
	at := time.Unix(1_000_000, 0)
	everything := keys(For(tenant.Operator))
	rapid.Check(t, func(rt *rapid.T) {
		at = at.Add(time.Microsecond)
		r := Role{ID: RoleID(rapid.IntRange(1, 3).Draw(rt, "id")), UpdatedAt: at,
			Template: rapid.SampledFrom(append(Templates(), "")).Draw(rt, "template")}
		if rapid.Bool().Draw(rt, "own") {
			r.Permissions = rapid.SliceOf(rapid.SampledFrom(everything)).Draw(rt, "permissions")
		}
		kind := rapid.SampledFrom(kinds).Draw(rt, "kind")
		held := r.Grants(kind)
		for _, p := range append(slices.Clone(everything), "made.up", "", "*", "calls.view\n") {
			got, err := e.Allows(r, kind, p)
			if err != nil || got != slices.Contains(held, p) {
				rt.Fatalf("%+v of %s: %q allowed %v (%v), granted %v", r, kind, p, got, err, held)
			}
		}
	})
	if ok, err := e.Allows(Role{Permissions: everything}, tenant.Operator, CallsView); ok || err != nil {
		t.Errorf("no role allows something (%v)", err)
	}
}

func TestEnforcerServesManyAtOnce(t *testing.T) {
	e := NewEnforcer()
	var all sync.WaitGroup
	for worker := range 8 {
		all.Go(func() {
			for i := range 200 {
				r := Role{ID: RoleID(i%5 + 1), UpdatedAt: time.Unix(int64(i/20+worker), 0), Permissions: []Permission{CallsView}}
				if ok, err := e.Allows(r, tenant.Merchant, CallsView); !ok || err != nil {
					t.Errorf("calls.view: %v (%v)", ok, err)
				}
				if ok, err := e.Allows(r, tenant.Merchant, CallsDelete); ok || err != nil {
					t.Errorf("calls.delete: %v (%v)", ok, err)
				}
			}
		})
	}
	all.Wait()
}

func TestRoleIsRefused(t *testing.T) {
	good := Role{Name: "质检", DataScope: ScopeUnit, Permissions: []Permission{CallsView}}
	if err := good.Validate(tenant.Merchant); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*Role){
		"no name":              func(r *Role) { r.Name = " " },
		"two lines":            func(r *Role) { r.Name = "a\nb" },
		"no scope":             func(r *Role) { r.DataScope = "" },
		"an unknown scope":     func(r *Role) { r.DataScope = "everything" },
		"no permission":        func(r *Role) { r.Permissions = []Permission{"x"} },
		"another kind's":       func(r *Role) { r.Permissions = []Permission{CompaniesEdit} },
		"a hidden description": func(r *Role) { r.Description = "a\u202eb" },
	} {
		r := good
		change(&r)
		if err := r.Validate(tenant.Merchant); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
