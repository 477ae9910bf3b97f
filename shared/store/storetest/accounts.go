package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/store"
	"github.com/outdial/outdial/shared/tenant"
)

func testTenants(t *testing.T, s *store.Store) {
	ctx, all := t.Context(), tenant.Platform()
	root := tenant.Tenant{Kind: tenant.Operator, Name: "运营商", Zone: "Asia/Shanghai", CreatedAt: t0}
	must(t, s.CreateTenant(ctx, all, &root))
	child := tenant.Tenant{Parent: root.ID, Kind: tenant.Merchant, Name: "商家", Zone: "UTC", CreatedAt: t0}
	must(t, s.CreateTenant(ctx, all, &child))
	if root.ID <= 0 || child.ID <= root.ID {
		t.Fatalf("ids %d and %d", root.ID, child.ID)
	}
	got, err := s.Tenant(ctx, tenant.Of(child.ID), child.ID)
	must(t, err)
	if got != child {
		t.Errorf("stored %+v, read %+v", child, got)
	}
	list, err := s.Tenants(ctx, all)
	must(t, err)
	if !slices.Equal(list, []tenant.Tenant{root, child}) {
		t.Errorf("the platform sees %+v", list)
	}
	list, err = s.Tenants(ctx, tenant.Of(child.ID))
	must(t, err)
	if !slices.Equal(list, []tenant.Tenant{child}) {
		t.Errorf("a tenant sees %+v", list)
	}
	_, err = s.Tenant(ctx, tenant.Of(child.ID), root.ID)
	wantKind(t, err, errs.NotFound, "another tenant")
	_, err = s.Tenant(ctx, all, 1<<40)
	wantKind(t, err, errs.NotFound, "no tenant")
	wantKind(t, s.CreateTenant(ctx, tenant.Of(child.ID), &tenant.Tenant{Name: "x"}), errs.Forbidden, "a tenant makes a tenant")
}

func testUsers(t *testing.T, s *store.Store) {
	ctx, all := t.Context(), tenant.Platform()
	w, other := newWorld(t, s), newWorld(t, s)
	u := access.User{Account: "wang@example.com", Name: "王芳", PasswordHash: "$argon2id$v=19$x", CreatedAt: t0}
	must(t, s.CreateUser(ctx, w.scope, &u))
	if u.Tenant != w.tenant || u.ID <= 0 {
		t.Fatalf("created %+v", u)
	}
	wantKind(t, s.CreateUser(ctx, other.scope, &access.User{Account: u.Account}), errs.Conflict, "the account again")
	for _, scope := range []tenant.Scope{all, w.scope} {
		got, err := s.UserByAccount(ctx, scope, u.Account)
		must(t, err)
		if got != u {
			t.Errorf("stored %+v, read %+v", u, got)
		}
	}
	_, err := s.UserByAccount(ctx, all, "WANG@example.com")
	wantKind(t, err, errs.NotFound, "the account in capitals")
	must(t, s.SetPassword(ctx, w.scope, u.ID, "new", false))
	must(t, s.SetPassword(ctx, w.scope, u.ID, "new", false))
	got, err := s.User(ctx, w.scope, u.ID)
	must(t, err)
	if got.PasswordHash != "new" {
		t.Errorf("password hash %q", got.PasswordHash)
	}
	wantKind(t, s.SetPassword(ctx, w.scope, u.ID+1, "new", false), errs.NotFound, "password of nobody")

	v := access.Session{TokenHash: access.HashToken("a"), User: u.ID, Tenant: w.tenant, CreatedAt: t0, ExpiresAt: t0.Add(time.Hour)}
	must(t, s.CreateSession(ctx, all, v))
	wantKind(t, s.CreateSession(ctx, all, v), errs.Conflict, "the session again")
	must(t, s.SetPassword(ctx, w.scope, u.ID, "newer", false))
	_, err = s.SessionByToken(ctx, all, v.TokenHash)
	wantKind(t, err, errs.NotFound, "a session from before the password changed")
	must(t, s.CreateSession(ctx, all, v))
	late := v
	late.TokenHash, late.ExpiresAt = access.HashToken("b"), t0.Add(2*time.Hour)
	must(t, s.CreateSession(ctx, w.scope, late))
	wantKind(t, s.CreateSession(ctx, all, access.Session{TokenHash: "c", User: u.ID, Tenant: other.tenant}), errs.NotFound, "a session of another tenant's user")
	back, err := s.SessionByToken(ctx, all, v.TokenHash)
	must(t, err)
	if back != v {
		t.Errorf("stored %+v, read %+v", v, back)
	}
	n, err := s.DeleteExpiredSessions(ctx, other.scope, t0.Add(9*time.Hour))
	must(t, err)
	if n != 0 {
		t.Errorf("another tenant deleted %d sessions", n)
	}
	n, err = s.DeleteExpiredSessions(ctx, all, v.ExpiresAt)
	must(t, err)
	if n != 1 {
		t.Errorf("%d sessions had expired, want 1", n)
	}
	_, err = s.SessionByToken(ctx, all, v.TokenHash)
	wantKind(t, err, errs.NotFound, "the expired session")
	must(t, s.DeleteSession(ctx, w.scope, late.TokenHash))
	wantKind(t, s.DeleteSession(ctx, w.scope, late.TokenHash), errs.NotFound, "signed out twice")
}

func testTrunks(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := newWorld(t, s)
	tr := aTrunk()
	tr.Gateway, tr.Address, tr.EarlyMedia, tr.CPS = "carrier_a", "", false, 0.3
	must(t, s.CreateTrunk(ctx, w.scope, &tr))
	got, err := s.Trunk(ctx, w.scope, tr.ID)
	must(t, err)
	if got != tr {
		t.Errorf("stored %+v, read %+v", tr, got)
	}
	was := tr
	tr.Name, tr.EarlyMedia, tr.Concurrency, tr.Prefix, tr.RingTimeout = "线路二", true, 1, "", 1500*time.Microsecond
	must(t, s.UpdateTrunk(ctx, w.scope, tr))
	must(t, s.UpdateTrunk(ctx, w.scope, tr))
	got, err = s.Trunk(ctx, w.scope, tr.ID)
	must(t, err)
	if got != tr || got == was {
		t.Errorf("changed to %+v, read %+v", tr, got)
	}
	list, err := s.Trunks(ctx, w.scope)
	must(t, err)
	if len(list) != 2 || list[1] != tr {
		t.Errorf("trunks %+v", list)
	}
	tr.ID++
	wantKind(t, s.UpdateTrunk(ctx, w.scope, tr), errs.NotFound, "change no trunk")
	_, err = s.Trunk(ctx, w.scope, tr.ID)
	wantKind(t, err, errs.NotFound, "no trunk")
}
