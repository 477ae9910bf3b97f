package storetest

import (
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/org"
	"github.com/outdial/outdial/shared/store"
	"github.com/outdial/outdial/shared/tenant"
)

// company is a founded tenant.
type company struct {
	access.Founding
	scope tenant.Scope
}

func found(t *testing.T, s *store.Store, account, code string) company {
	t.Helper()
	f := access.Founding{Tenant: tenant.Tenant{Kind: tenant.Merchant, Name: "商家 " + account, Code: code, Zone: "Asia/Shanghai", CreatedAt: t0},
		Account: account, Name: "王芳", PasswordHash: "x", MustChange: true}
	must(t, s.FoundTenant(t.Context(), tenant.Platform(), &f))
	return company{f, tenant.Of(f.Tenant.ID)}
}

func (c company) member(t *testing.T, s *store.Store, account string, unit org.UnitID, template access.Template) access.User {
	t.Helper()
	u := access.User{Account: account, Name: account, PasswordHash: "x", Unit: unit, Role: c.Roles[template], ConcurrentSignIn: true, CreatedAt: t0}
	must(t, s.CreateUser(t.Context(), c.scope, &u))
	return u
}

func testFounding(t *testing.T, s *store.Store) {
	ctx := t.Context()
	c := found(t, s, "boss", "acme")
	u, err := s.User(ctx, c.scope, c.User)
	must(t, err)
	if u.Account != "boss" || u.Unit != c.Unit || u.Role != c.Roles[access.Administrator] || !u.MustChange || !u.ConcurrentSignIn || !u.CreatedAt.Equal(t0) {
		t.Errorf("the administrator reads %+v", u)
	}
	roles, err := s.Roles(ctx, c.scope)
	must(t, err)
	if len(roles) != 4 || roles[0].Template != access.Administrator || roles[0].Members != 1 || roles[0].Permissions != nil || roles[0].DataScope != access.ScopeTenant {
		t.Errorf("roles %+v", roles)
	}
	units, err := s.Units(ctx, c.scope)
	must(t, err)
	if len(units) != 1 || units[0].ID != c.Unit || units[0].Parent != 0 || units[0].Members != 1 || units[0].Depth() != 1 {
		t.Errorf("units %+v", units)
	}
	again := access.Founding{Tenant: tenant.Tenant{Kind: tenant.Merchant, Name: "x", Code: "acme", Zone: "UTC"}, Account: "boss"}
	err = s.FoundTenant(ctx, tenant.Platform(), &again)
	wantKind(t, err, errs.Conflict, "the code and the account again")
	wantFields(t, err, "admin_account", "code")
	before, err := s.Tenants(ctx, tenant.Platform())
	must(t, err)
	if len(before) != 1 || again.Tenant.ID != 0 {
		t.Errorf("a founding that failed left %+v", before)
	}
	wantKind(t, s.FoundTenant(ctx, c.scope, &access.Founding{}), errs.Forbidden, "a tenant founds a tenant")
	wantKind(t, s.FoundTenant(ctx, tenant.Scope{}, &access.Founding{}), errs.Internal, "nobody founds a tenant")
}

func wantFields(t *testing.T, err error, want ...string) {
	t.Helper()
	var e *errs.Error
	var got []string
	if errors.As(err, &e) {
		for _, f := range e.Fields {
			got = append(got, f.Path)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("refused fields %v, want %v (%v)", got, want, err)
	}
}

func testMembers(t *testing.T, s *store.Store) {
	ctx, all := t.Context(), tenant.Platform()
	c, other := found(t, s, "boss", "acme"), found(t, s, "rival", "rival")
	sub := org.Unit{Parent: c.Unit, Name: "二组", CreatedAt: t0}
	must(t, s.CreateUnit(ctx, c.scope, &sub))
	wang := access.User{Account: "wang", Name: "王芳", PasswordHash: "x", Phone: "13800138000", Email: "wang@example.com", AgentNumber: "1001",
		BoundNumber: "13900139000", Unit: sub.ID, Role: c.Roles[access.Member], MaskNumbers: true, MustChange: true, CreatedAt: t0}
	must(t, s.CreateUser(ctx, c.scope, &wang))
	for _, name := range []access.SignInName{{Account: "wang"}, {Agent: "1001", Company: "acme"}, {Bound: "13900139000"}} {
		got, err := s.UserBySignIn(ctx, all, name)
		must(t, err)
		if got != wang {
			t.Errorf("%+v leads to %+v, want %+v", name, got, wang)
		}
	}
	for _, name := range []access.SignInName{{}, {Account: "WANG"}, {Agent: "1001", Company: "rival"}, {Agent: "1001", Company: ""}, {Bound: "1001"}, {Account: "1001"}} {
		_, err := s.UserBySignIn(ctx, all, name)
		wantKind(t, err, errs.NotFound, name.String())
	}
	err := s.CreateUser(ctx, c.scope, &access.User{Account: "wang", AgentNumber: "1001", BoundNumber: "13900139000"})
	wantKind(t, err, errs.Conflict, "all names again")
	wantFields(t, err, "account", "agent_number", "bound_number")
	must(t, s.CreateUser(ctx, other.scope, &access.User{Account: "li", AgentNumber: "1001", CreatedAt: t0})) // numbers are the tenant's own
	must(t, s.CreateUser(ctx, c.scope, &access.User{Account: "zhao", Unit: sub.ID, CreatedAt: t0}))          // many have no number
	wantKind(t, s.CreateUser(ctx, c.scope, &access.User{Account: "x", Unit: other.Unit}), errs.NotFound, "a unit of another tenant")
	wantKind(t, s.CreateUser(ctx, c.scope, &access.User{Account: "x", Role: other.Roles[access.Member]}), errs.NotFound, "a role of another tenant")

	list := func(scope tenant.Scope, f access.Filter) []string {
		t.Helper()
		found, err := s.Members(ctx, scope, f, 0, 100)
		must(t, err)
		return ids(found, func(u access.User) string { return u.Account })
	}
	yes, no := true, false
	now := wang
	now.Name, now.Phone, now.Unit, now.MaskNumbers, now.ConcurrentSignIn, now.AgentNumber = "王小芳", "", c.Unit, false, true, ""
	now.Account, now.PasswordHash = "changed", "changed" // neither is UpdateUser's to change
	must(t, s.CreateSession(ctx, c.scope, access.Session{TokenHash: "t", User: wang.ID, ExpiresAt: t0.Add(time.Hour)}))
	must(t, s.UpdateUser(ctx, c.scope, wang, now))
	now.Account, now.PasswordHash = wang.Account, wang.PasswordHash
	if got, err := s.Member(ctx, c.scope, wang.ID); err != nil || got != now {
		t.Errorf("changed to %+v, read %+v (%v)", now, got, err)
	}
	wantKind(t, s.UpdateUser(ctx, c.scope, wang, now), errs.Conflict, "a change of an older state")
	wantKind(t, s.UpdateUser(ctx, other.scope, now, now), errs.NotFound, "a member of another tenant")
	if _, err := s.SessionByToken(ctx, all, "t"); err != nil {
		t.Errorf("a change ended the session: %v", err)
	}
	off := now
	off.DisabledAt = t0
	must(t, s.UpdateUser(ctx, c.scope, now, off))
	_, err = s.SessionByToken(ctx, all, "t")
	wantKind(t, err, errs.NotFound, "the session of a disabled member")
	for _, x := range []struct {
		name  string
		scope tenant.Scope
		f     access.Filter
		want  []string
	}{
		{"all", c.scope, access.Filter{}, []string{"zhao", "wang", "boss"}},
		{"by name", c.scope, access.Filter{Name: "小芳"}, []string{"wang"}},
		{"by account", c.scope, access.Filter{Name: "BOS"}, []string{"boss"}},
		{"by unit and below", c.scope, access.Filter{Unit: c.Unit}, []string{"zhao", "wang", "boss"}},
		{"by the unit below", c.scope, access.Filter{Unit: sub.ID}, []string{"zhao"}},
		{"by another tenant's unit", c.scope, access.Filter{Unit: other.Unit}, []string{}},
		{"by role", c.scope, access.Filter{Role: c.Roles[access.Administrator]}, []string{"boss"}},
		{"active", c.scope, access.Filter{Disabled: &no}, []string{"zhao", "boss"}},
		{"disabled", c.scope, access.Filter{Disabled: &yes}, []string{"wang"}},
		{"own only", c.scope.Narrow(tenant.View{Owner: int64(wang.ID)}), access.Filter{}, []string{"wang"}},
		{"a unit", c.scope.Narrow(tenant.View{Owner: -1, Units: []int64{int64(c.Unit)}}), access.Filter{}, []string{"wang", "boss"}},
		{"nothing", c.scope.Narrow(tenant.View{Owner: -1}), access.Filter{}, []string{}},
	} {
		if got := list(x.scope, x.f); !slices.Equal(got, x.want) {
			t.Errorf("%s: %v, want %v", x.name, got, x.want)
		}
	}
	_, err = s.Member(ctx, c.scope.Narrow(tenant.View{Owner: int64(wang.ID)}), c.User)
	wantKind(t, err, errs.NotFound, "a member outside the view")
	page, err := s.Members(ctx, c.scope, access.Filter{}, wang.ID, 1)
	must(t, err)
	if len(page) != 1 || page[0].ID != c.User {
		t.Errorf("the page after wang is %+v", page)
	}
}

func testLastAdministrator(t *testing.T, s *store.Store) {
	ctx := t.Context()
	c := found(t, s, "boss", "acme")
	boss, err := s.User(ctx, c.scope, c.User)
	must(t, err)
	off, demoted := boss, boss
	off.DisabledAt, demoted.Role = t0, c.Roles[access.Member]
	wantKind(t, s.UpdateUser(ctx, c.scope, boss, off), errs.Conflict, "disable the only administrator")
	wantKind(t, s.UpdateUser(ctx, c.scope, boss, demoted), errs.Conflict, "demote the only administrator")
	if got, err := s.User(ctx, c.scope, c.User); err != nil || got != boss {
		t.Errorf("a refusal left %+v (%v)", got, err)
	}
	// Two who disable each other at the same time cannot both succeed.
	second := c.member(t, s, "second", c.Unit, access.Administrator)
	var done atomic.Int32
	together(t, 2, func(i int) error {
		u := boss
		if i == 1 {
			u = second
		}
		off := u
		off.DisabledAt = t0
		err := s.UpdateUser(ctx, c.scope, u, off)
		if err == nil {
			done.Add(1)
		} else if !errs.Is(err, errs.Conflict) && !errs.Is(err, errs.Unavailable) {
			return err
		}
		return nil
	})
	no := false
	active, err := s.Members(ctx, c.scope, access.Filter{Role: c.Roles[access.Administrator], Disabled: &no}, 0, 10)
	must(t, err)
	if done.Load() > 1 || len(active) < 1 {
		t.Errorf("%d were disabled, %d administrators are left", done.Load(), len(active))
	}
}

func testUnits(t *testing.T, s *store.Store) {
	ctx := t.Context()
	c, other := found(t, s, "boss", "acme"), found(t, s, "rival", "rival")
	unit := func(parent org.UnitID, name string) org.Unit {
		t.Helper()
		u := org.Unit{Parent: parent, Name: name, CreatedAt: t0}
		must(t, s.CreateUnit(ctx, c.scope, &u))
		return u
	}
	a := unit(c.Unit, "一部")
	b := unit(a.ID, "一组")
	d := unit(b.ID, "早班")
	e := unit(c.Unit, "二部")
	got, err := s.Unit(ctx, c.scope, d.ID)
	must(t, err)
	if got != d || d.Path != org.PathBelow(b.Path, d.ID) || d.Depth() != 4 || !d.Below(a) || a.Below(d) {
		t.Errorf("created %+v, read %+v", d, got)
	}
	wantKind(t, s.CreateUnit(ctx, c.scope, &org.Unit{Parent: a.ID, Name: "一组"}), errs.Conflict, "the name again")
	wantKind(t, s.CreateUnit(ctx, c.scope, &org.Unit{Parent: other.Unit, Name: "x"}), errs.NotFound, "below another tenant's")
	wantKind(t, s.CreateUnit(ctx, c.scope, &org.Unit{Name: "x"}), errs.NotFound, "a second root")

	move := func(u org.Unit, to org.UnitID) error { u.Parent = to; return s.UpdateUnit(ctx, c.scope, u) }
	for name, err := range map[string]error{
		"below itself": move(a, a.ID), "below its child": move(a, b.ID), "below its grandchild": move(a, d.ID),
		"the root": move(org.Unit{ID: c.Unit, Name: "x"}, e.ID),
	} {
		wantKind(t, err, errs.Conflict, name)
	}
	wantKind(t, move(a, other.Unit), errs.NotFound, "into another tenant")
	wantKind(t, s.UpdateUnit(ctx, other.scope, a), errs.NotFound, "another tenant's unit")
	b.Name = "改名"
	b.Parent = e.ID
	must(t, s.UpdateUnit(ctx, c.scope, b))
	list, err := s.Units(ctx, c.scope)
	must(t, err)
	if got := ids(list, func(u org.Unit) org.UnitID { return u.ID }); !slices.Equal(got, []org.UnitID{c.Unit, a.ID, e.ID, b.ID, d.ID}) {
		t.Errorf("the tree is %v", list)
	}
	moved := list[4]
	if moved.Path != e.Path+org.PathBelow("", b.ID)[1:]+org.PathBelow("", d.ID)[1:] || list[3].Name != "改名" {
		t.Errorf("moved to %+v", list)
	}

	wantKind(t, s.DeleteUnit(ctx, c.scope, b.ID), errs.Conflict, "a unit with units below")
	wantKind(t, s.DeleteUnit(ctx, c.scope, c.Unit), errs.Conflict, "the root")
	wantKind(t, s.DeleteUnit(ctx, other.scope, d.ID), errs.NotFound, "another tenant's unit")
	u := c.member(t, s, "wang", d.ID, access.Member)
	wantKind(t, s.DeleteUnit(ctx, c.scope, d.ID), errs.Conflict, "a unit with a member")
	away := u
	away.Unit = c.Unit
	must(t, s.UpdateUser(ctx, c.scope, u, away))
	must(t, s.DeleteUnit(ctx, c.scope, d.ID))
	_, err = s.Unit(ctx, c.scope, d.ID)
	wantKind(t, err, errs.NotFound, "the deleted unit")

	deep := c.Unit
	for i := 1; i < org.MaxDepth; i++ {
		deep = unit(deep, "层").ID
	}
	wantKind(t, s.CreateUnit(ctx, c.scope, &org.Unit{Parent: deep, Name: "x"}), errs.Conflict, "one level too many")
	wantKind(t, move(a, deep), errs.Conflict, "a move to one level too many")
}

func testRoles(t *testing.T, s *store.Store) {
	ctx := t.Context()
	c, other := found(t, s, "boss", "acme"), found(t, s, "rival", "rival")
	r := access.Role{Name: "质检", Description: "听录音", DataScope: access.ScopeUnit, Permissions: []access.Permission{access.CallsView, access.CallsListen}, CreatedAt: t0, UpdatedAt: t0}
	must(t, s.CreateRole(ctx, c.scope, &r))
	got, err := s.Role(ctx, c.scope, r.ID)
	must(t, err)
	if got.Name != r.Name || got.Description != r.Description || got.DataScope != r.DataScope || !slices.Equal(got.Permissions, r.Permissions) || !got.UpdatedAt.Equal(t0) {
		t.Errorf("stored %+v, read %+v", r, got)
	}
	wantKind(t, s.CreateRole(ctx, c.scope, &access.Role{Name: "质检"}), errs.Conflict, "the name again")
	must(t, s.CreateRole(ctx, other.scope, &access.Role{Name: "质检"}))
	old := r
	r.Permissions, r.DataScope = []access.Permission{}, access.ScopeOwn
	must(t, s.UpdateRole(ctx, c.scope, &r, t0)) // the clock stands still
	got, err = s.Role(ctx, c.scope, r.ID)
	must(t, err)
	if got.Permissions == nil || len(got.Permissions) != 0 || !got.UpdatedAt.After(t0) || !got.UpdatedAt.Equal(r.UpdatedAt) {
		t.Errorf("changed to %+v, read %+v", r, got)
	}
	wantKind(t, s.UpdateRole(ctx, c.scope, &old, t0), errs.Conflict, "a change of an older state")
	wantKind(t, s.UpdateRole(ctx, other.scope, &r, t0), errs.NotFound, "another tenant's role")
	admin, err := s.Role(ctx, c.scope, c.Roles[access.Administrator])
	must(t, err)
	wantKind(t, s.UpdateRole(ctx, c.scope, &admin, t0), errs.Conflict, "the administrators' role")
	wantKind(t, s.DeleteRole(ctx, c.scope, admin.ID), errs.Conflict, "the administrators' role")
	u := access.User{Account: "wang", Role: r.ID, CreatedAt: t0}
	must(t, s.CreateUser(ctx, c.scope, &u))
	wantKind(t, s.DeleteRole(ctx, c.scope, r.ID), errs.Conflict, "a role with a member")
	wantKind(t, s.DeleteRole(ctx, other.scope, r.ID), errs.NotFound, "another tenant's role")
	free := u
	free.Role = 0
	must(t, s.UpdateUser(ctx, c.scope, u, free))
	must(t, s.DeleteRole(ctx, c.scope, r.ID))
	_, err = s.Role(ctx, c.scope, r.ID)
	wantKind(t, err, errs.NotFound, "the deleted role")
}

func testPrincipal(t *testing.T, s *store.Store) {
	ctx, all := t.Context(), tenant.Platform()
	root := access.Founding{Tenant: tenant.Tenant{Kind: tenant.Operator, Name: "O", Zone: "UTC", CreatedAt: t0}, Account: "root", PasswordHash: "x"}
	must(t, s.FoundTenant(ctx, all, &root))
	mid := access.Founding{Tenant: tenant.Tenant{Parent: root.Tenant.ID, Kind: tenant.Reseller, Name: "R", Zone: "UTC", CreatedAt: t0}, Account: "mid", PasswordHash: "x"}
	must(t, s.FoundTenant(ctx, all, &mid))
	f := access.Founding{Tenant: tenant.Tenant{Parent: mid.Tenant.ID, Kind: tenant.Merchant, Name: "M", Code: "m1", Zone: "UTC", CreatedAt: t0}, Account: "boss", PasswordHash: "x"}
	must(t, s.FoundTenant(ctx, all, &f))
	c := company{f, tenant.Of(f.Tenant.ID)}
	a := org.Unit{Parent: c.Unit, Name: "a", CreatedAt: t0}
	must(t, s.CreateUnit(ctx, c.scope, &a))
	b := org.Unit{Parent: a.ID, Name: "b", CreatedAt: t0}
	must(t, s.CreateUnit(ctx, c.scope, &b))
	read := func(token string) access.Principal {
		t.Helper()
		p, err := s.Principal(ctx, all, token)
		must(t, err)
		return p
	}
	for _, x := range []struct {
		account  string
		unit     org.UnitID
		template access.Template
		units    []int64
		narrow   bool
	}{
		{"leader", a.ID, access.Supervisor, []int64{int64(a.ID), int64(b.ID)}, true},
		{"agent", a.ID, access.Member, nil, true},
		{"looker", b.ID, access.Auditor, nil, false},
		{"nowhere", 0, access.Supervisor, nil, true},
		{"nobody", a.ID, "", nil, true},
	} {
		u := c.member(t, s, x.account, x.unit, x.template)
		v := access.Session{TokenHash: "of " + x.account, ID: x.account, User: u.ID, Tenant: c.Tenant.ID, Address: "203.0.113.7", UserAgent: "浏览器",
			CreatedAt: t0, SeenAt: t0, ExpiresAt: t0.Add(time.Hour)}
		must(t, s.CreateSession(ctx, c.scope, v))
		p := read(v.TokenHash)
		if p.Session != v || p.User != u || p.Tenant != c.Tenant || p.Unit.ID != x.unit || p.Role.Template != x.template || p.Banned || !p.Active(t0) {
			t.Errorf("%s reads %+v", x.account, p)
		}
		view, narrow := p.Scope().View()
		slices.Sort(view.Units)
		if narrow != x.narrow || narrow && view.Owner != int64(u.ID) || !slices.Equal(view.Units, x.units) {
			t.Errorf("%s sees %+v (%v)", x.account, view, narrow)
		}
		if len(p.Grants()) == 0 != (x.template == "") {
			t.Errorf("%s may do %v", x.account, p.Grants())
		}
	}
	_, err := s.Principal(ctx, all, "nothing")
	wantKind(t, err, errs.NotFound, "no session")
	_, err = s.Principal(ctx, tenant.Of(root.Tenant.ID), "of agent")
	wantKind(t, err, errs.NotFound, "another tenant's session")
	must(t, s.SessionSeen(ctx, c.scope, "of agent", t0.Add(time.Minute)))
	must(t, s.SessionSeen(ctx, c.scope, "of agent", t0)) // time does not go back
	p := read("of agent")
	if !p.Session.SeenAt.Equal(t0.Add(time.Minute)) {
		t.Errorf("seen at %v", p.Session.SeenAt)
	}
	off := p.User
	off.DisabledAt = t0
	if p.User = off; p.Active(t0) {
		t.Error("a disabled user is active")
	}
	if p = read("of leader"); p.Active(t0.Add(time.Hour)) {
		t.Error("an expired session is active")
	}
	// A ban above ends sessions; one that is made nevertheless does not stand.
	must(t, s.CreateSession(ctx, tenant.Of(root.Tenant.ID), access.Session{TokenHash: "of root", User: root.User, CreatedAt: t0, ExpiresAt: t0.Add(time.Hour)}))
	_, err = s.BanCompany(ctx, tenant.Of(root.Tenant.ID), mid.Tenant.ID, "欠费", t0)
	must(t, err)
	must(t, s.CreateSession(ctx, c.scope, access.Session{TokenHash: "late", User: c.User, CreatedAt: t0, ExpiresAt: t0.Add(time.Hour)}))
	if p := read("late"); !p.Banned || p.Active(t0) {
		t.Errorf("below a banned company: %+v", p)
	}
	if p := read("of root"); p.Banned || !p.Active(t0) {
		t.Errorf("above a banned company: %+v", p)
	}
}

func testSignIns(t *testing.T, s *store.Store) {
	ctx := t.Context()
	c := found(t, s, "boss", "acme")
	u := c.member(t, s, "wang", c.Unit, access.Member)
	begin := func(name string, at time.Time) int {
		t.Helper()
		n, err := s.SignIn(ctx, c.scope, access.Session{TokenHash: "of " + name, ID: name, User: u.ID, Address: "2001:db8::/64", CreatedAt: at, SeenAt: at, ExpiresAt: at.Add(time.Hour)})
		must(t, err)
		return n
	}
	names := func() []string {
		t.Helper()
		list, err := s.Sessions(ctx, c.scope, u.ID)
		must(t, err)
		return ids(list, func(v access.Session) string { return v.ID })
	}
	if n := begin("a", t0) + begin("b", t0.Add(time.Second)); n != 0 || !slices.Equal(names(), []string{"b", "a"}) {
		t.Errorf("%d ended, left %v", n, names())
	}
	got, err := s.User(ctx, c.scope, u.ID)
	must(t, err)
	if !got.LastSignInAt.Equal(t0.Add(time.Second)) || got.LastAddress != "2001:db8::/64" {
		t.Errorf("the last sign-in reads %+v", got)
	}
	single := got
	single.ConcurrentSignIn = false
	must(t, s.UpdateUser(ctx, c.scope, got, single))
	if n := begin("c", t0.Add(2*time.Second)); n != 2 || !slices.Equal(names(), []string{"c"}) {
		t.Errorf("%d ended, left %v", n, names())
	}
	wantKind(t, s.EndSession(ctx, c.scope, c.User, "c"), errs.NotFound, "another user's session")
	must(t, s.EndSession(ctx, c.scope, u.ID, "c"))
	wantKind(t, s.EndSession(ctx, c.scope, u.ID, "c"), errs.NotFound, "an ended session")
	begin("d", t0)
	if n, err := s.EndSessions(ctx, c.scope, u.ID); err != nil || n != 1 || len(names()) != 0 {
		t.Errorf("%d ended (%v), left %v", n, err, names())
	}
	off := single
	off.DisabledAt = t0
	must(t, s.UpdateUser(ctx, c.scope, single, off))
	_, err = s.SignIn(ctx, c.scope, access.Session{TokenHash: "z", User: u.ID, ExpiresAt: t0.Add(time.Hour)})
	wantKind(t, err, errs.Forbidden, "a disabled member")
	_, err = s.SignIn(ctx, c.scope, access.Session{TokenHash: "z", User: u.ID + 100, ExpiresAt: t0.Add(time.Hour)})
	wantKind(t, err, errs.NotFound, "nobody")
}
