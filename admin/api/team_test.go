package api_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/outdial/outdial/admin/api"
	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/org"
)

type body = map[string]any

func memberPath(id access.UserID, action ...string) string {
	p := fmt.Sprintf("/api/v1/members/%d", id)
	for _, a := range action {
		p += "/" + a
	}
	return p
}

func (m merchant) unit(name string, parent ...org.UnitID) org.UnitID {
	m.w.t.Helper()
	units, err := m.w.db.Units(m.w.t.Context(), m.scope)
	must(m.w.t, err)
	u := org.Unit{Parent: units[0].ID, Name: name, CreatedAt: noon}
	if len(parent) > 0 {
		u.Parent = parent[0]
	}
	must(m.w.t, m.w.db.CreateUnit(m.w.t.Context(), m.scope, &u))
	return u.ID
}

func (m merchant) accounts(query string) []string {
	m.w.t.Helper()
	var out []string
	for _, x := range as[api.Page[api.Member]](m.get("/api/v1/members" + query).want(200)).Items {
		out = append(out, x.Account)
	}
	return out
}

func located(p api.Problem) []string {
	var out []string
	for _, e := range p.Errors {
		out = append(out, e.Location)
	}
	slices.Sort(out)
	return out
}

func TestMemberIsAddedWithAPasswordShownOnce(t *testing.T) {
	w := newWorld(t)
	m := w.one
	unit := m.unit("客服部")
	new := body{"account": "wang", "name": "王芳", "phone": "138 0013 8000", "agent_number": "1001", "bound_number": "+8613900139000", "unit_id": unit,
		"role_id": m.role(access.Member), "mask_numbers": true, "concurrent_sign_in": false}
	got := as[struct {
		Member   api.Member
		Password string
	}](m.do("POST", "/api/v1/members", new).want(201))
	if x := got.Member; x.Account != "wang" || x.Phone != "13800138000" || x.BoundNumber != "13900139000" || x.Unit.Name != "客服部" || x.Role.DataScope != "own" ||
		!x.MaskNumbers || x.ConcurrentSignIn || !x.MustChange || x.Disabled {
		t.Errorf("member: %+v", x)
	}
	if me := as[api.Me](w.enter("1001@one", got.Password).want(200)); !me.MustChange {
		t.Errorf("me: %+v", me)
	}
	if p := m.do("POST", "/api/v1/members", new).problem(409); !slices.Equal(located(p), []string{"body.account", "body.agent_number", "body.bound_number"}) {
		t.Errorf("again: %+v", p)
	}
	for field, value := range map[string]any{"account": "1001", "name": "", "phone": "x", "email": "x", "agent_number": "a1", "bound_number": "12", "unit_id": 0, "role_id": 1 << 40,
		"password": "chosen password", "tenant_id": 1, "disabled": true} {
		bad := body{"account": "li", "name": "李", "unit_id": unit, "role_id": m.role(access.Member)}
		bad[field] = value
		if p := m.do("POST", "/api/v1/members", bad).problem(422); len(p.Errors) == 0 || p.Errors[0].Location != "body."+field && p.Errors[0].Location != "body" {
			t.Errorf("%s: %+v", field, p)
		}
	}
	if got := m.accounts(""); !slices.Equal(got, []string{"wang", "one"}) {
		t.Errorf("members: %v", got)
	}
	if got := m.accounts(fmt.Sprintf("?unit_id=%d&state=active&name=王", unit)); !slices.Equal(got, []string{"wang"}) {
		t.Errorf("filtered: %v", got)
	}
}

func TestMemberChangesHoldFromTheNextRequestOn(t *testing.T) {
	w := newWorld(t)
	m := w.one
	wang, id := m.agent("wang", access.Member)
	wang.get("/api/v1/members").problem(403)
	m.do("PATCH", memberPath(id), body{"role_id": m.role(access.Auditor)}).want(200)
	wang.get("/api/v1/members").want(200)
	wang.do("POST", "/api/v1/units", body{"parent_id": 1, "name": "x"}).problem(403)
	w.heard(event.AccessChanged{Tenant: m.id, User: int64(id)})
	reset := as[struct{ Password string }](m.do("POST", memberPath(id, "reset-password"), nil).want(200))
	wang.get("/api/v1/me").problem(401)
	wang = wang.signedIn(w.enter("wang", reset.Password))
	if me := as[api.Me](wang.get("/api/v1/me")); !me.MustChange {
		t.Errorf("after a reset: %+v", me)
	}
	m.do("POST", memberPath(id, "sign-out"), nil).want(200)
	wang.get("/api/v1/me").problem(401)
	wang = wang.signedIn(w.enter("wang", reset.Password))
	if got := as[api.Member](m.do("PATCH", memberPath(id), body{"disabled": true}).want(200)); !got.Disabled || got.Role.Name != "审计员" {
		t.Errorf("disabled: %+v", got)
	}
	wang.get("/api/v1/me").problem(401)
	m.do("PATCH", memberPath(id), body{"disabled": false}).want(200)
	w.enter("wang", reset.Password).want(200)
}

func TestNobodyActsOnTheOwnPlace(t *testing.T) {
	w := newWorld(t)
	m, me := w.one, w.one.user(1).ID
	second, other := m.agent("second", access.Administrator)
	m.do("PATCH", memberPath(me), body{"disabled": true}).problem(409)
	m.do("PATCH", memberPath(me), body{"role_id": m.role(access.Member)}).problem(409)
	m.do("POST", memberPath(me, "reset-password"), nil).problem(409)
	m.do("PATCH", memberPath(me), body{"name": "改名"}).want(200)
	second.do("PATCH", memberPath(me), body{"disabled": true}).want(200)
	// The last administrator stays, whoever asks.
	third, _ := m.agent("third", access.Administrator)
	second.do("PATCH", memberPath(other), body{"role_id": m.role(access.Auditor)}).problem(409)
	third.do("PATCH", memberPath(other), body{"role_id": m.role(access.Auditor)}).want(200)
}

func TestPrivilegesCannotBeGathered(t *testing.T) {
	w := newWorld(t)
	m := w.one
	boss := m.user(1)
	top, below, aside := m.unit("一部"), org.UnitID(0), m.unit("二部")
	below = m.unit("一组", top)
	role := access.Role{Name: "组长", DataScope: access.ScopeUnitAndBelow, Permissions: []access.Permission{access.CampaignsView, access.TeamView, access.TeamEdit, access.RolesView, access.RolesEdit},
		CreatedAt: noon, UpdatedAt: noon}
	must(t, w.db.CreateRole(t.Context(), m.scope, &role))
	small := access.Role{Name: "小", DataScope: access.ScopeOwn, Permissions: []access.Permission{access.CampaignsView}, CreatedAt: noon, UpdatedAt: noon}
	must(t, w.db.CreateRole(t.Context(), m.scope, &small))
	leader, leaderID := m.agent("leader", access.Member, func(u *access.User) { u.Unit, u.Role, u.MaskNumbers = top, role.ID, true })
	_, mateID := m.agent("mate", access.Member, func(u *access.User) { u.Unit, u.Role, u.MaskNumbers = below, small.ID, true })
	_, awayID := m.agent("away", access.Member, func(u *access.User) { u.Unit, u.Role = aside, small.ID })
	_, strongID := m.agent("strong", access.Administrator, func(u *access.User) { u.Unit = below })

	if got := leader.accounts(""); !slices.Equal(got, []string{"strong", "mate", "leader"}) {
		t.Errorf("the leader sees %v", got)
	}
	for name, c := range map[string]struct {
		method, path string
		body         body
		status       int
	}{
		"a member elsewhere":            {"GET", memberPath(awayID), nil, 404},
		"change a member elsewhere":     {"PATCH", memberPath(awayID), body{"name": "x"}, 404},
		"another tenant's member":       {"GET", memberPath(w.two.user(2).ID), nil, 404},
		"the administrator elsewhere":   {"POST", memberPath(boss.ID, "reset-password"), nil, 404},
		"an administrator's password":   {"POST", memberPath(strongID, "reset-password"), nil, 403},
		"disable an administrator":      {"PATCH", memberPath(strongID), body{"disabled": true}, 403},
		"end an administrator's":        {"POST", memberPath(strongID, "sign-out"), nil, 403},
		"give a wider role":             {"PATCH", memberPath(mateID), body{"role_id": m.role(access.Administrator)}, 403},
		"give a role that allows more":  {"PATCH", memberPath(mateID), body{"role_id": m.role(access.Supervisor)}, 403},
		"take a wider role":             {"PATCH", memberPath(leaderID), body{"role_id": m.role(access.Administrator)}, 409},
		"move out of sight":             {"PATCH", memberPath(mateID), body{"unit_id": aside}, 422},
		"move up oneself":               {"PATCH", memberPath(leaderID), body{"unit_id": below}, 409},
		"lift a mask":                   {"PATCH", memberPath(mateID), body{"mask_numbers": false}, 403},
		"lift the own mask":             {"PATCH", memberPath(leaderID), body{"mask_numbers": false}, 403},
		"add without a mask":            {"POST", "/api/v1/members", body{"account": "new1", "name": "x", "unit_id": below, "role_id": small.ID}, 403},
		"add an administrator":          {"POST", "/api/v1/members", body{"account": "new2", "name": "x", "unit_id": below, "role_id": m.role(access.Administrator), "mask_numbers": true}, 403},
		"add out of sight":              {"POST", "/api/v1/members", body{"account": "new3", "name": "x", "unit_id": aside, "role_id": small.ID, "mask_numbers": true}, 422},
		"make a wider role":             {"POST", "/api/v1/roles", body{"name": "r1", "data_scope": "tenant", "permissions": []string{}}, 403},
		"make a role that allows more":  {"POST", "/api/v1/roles", body{"name": "r2", "data_scope": "own", "permissions": []string{"calls.export"}}, 403},
		"make a role of the operator's": {"POST", "/api/v1/roles", body{"name": "r3", "data_scope": "own", "permissions": []string{"companies.edit"}}, 422},
		"make a role of nothing known":  {"POST", "/api/v1/roles", body{"name": "r4", "data_scope": "own", "permissions": []string{"everything"}}, 422},
		"widen a role":                  {"PATCH", fmt.Sprintf("/api/v1/roles/%d", small.ID), body{"permissions": []string{"trunks.edit"}}, 403},
		"widen the own role":            {"PATCH", fmt.Sprintf("/api/v1/roles/%d", role.ID), body{"permissions": []string{"team.edit"}}, 409},
		"change a wider role":           {"PATCH", fmt.Sprintf("/api/v1/roles/%d", m.role(access.Supervisor)), body{"name": "x"}, 403},
		"the built-in role":             {"PATCH", fmt.Sprintf("/api/v1/roles/%d", m.role(access.Administrator)), body{"name": "x"}, 403},
		"a unit elsewhere":              {"PATCH", fmt.Sprintf("/api/v1/units/%d", aside), body{"name": "x"}, 404},
		"take a unit in":                {"PATCH", fmt.Sprintf("/api/v1/units/%d", below), body{"parent_id": aside}, 422},
		"a unit under its own":          {"PATCH", fmt.Sprintf("/api/v1/units/%d", top), body{"parent_id": below}, 409},
		"another tenant's role":         {"PATCH", fmt.Sprintf("/api/v1/roles/%d", w.two.role(access.Member)), body{"name": "x"}, 404},
	} {
		if got := leader.do(c.method, c.path, c.body); got.status != c.status {
			t.Errorf("%s: %d %s, want %d", name, got.status, got.body, c.status)
		}
	}
	leader.do("PATCH", memberPath(mateID), body{"name": "改名", "unit_id": top}).want(200)
	leader.do("POST", "/api/v1/members", body{"account": "new4", "name": "x", "unit_id": below, "role_id": small.ID, "mask_numbers": true}).want(201)
	leader.do("POST", "/api/v1/roles", body{"name": "r5", "data_scope": "unit", "permissions": []string{"campaigns.view"}}).want(201)
}

func TestRolesAreKept(t *testing.T) {
	w := newWorld(t)
	m := w.one
	entries := as[struct{ Items []api.PermissionEntry }](m.get("/api/v1/permissions").want(200)).Items
	if len(entries) == 0 || slices.ContainsFunc(entries, func(e api.PermissionEntry) bool { return e.Module == "companies" }) ||
		!slices.ContainsFunc(entries, func(e api.PermissionEntry) bool { return e.Key == "calls.export" && e.Dangerous && e.Module == "calls" }) {
		t.Errorf("the catalogue: %+v", entries)
	}
	made := as[api.Role](m.do("POST", "/api/v1/roles", body{"name": "质检", "data_scope": "tenant", "permissions": []string{"team.view", "team.view"}}).want(201))
	if made.Template != "" || made.BuiltIn || !slices.Equal(made.Permissions, []string{"team.view"}) {
		t.Errorf("made: %+v", made)
	}
	role := fmt.Sprintf("/api/v1/roles/%d", made.ID)
	if p := m.do("POST", "/api/v1/roles", body{"name": "质检", "data_scope": "own", "permissions": []string{}}).problem(409); !slices.Equal(located(p), []string{"body.name"}) {
		t.Errorf("the name again: %+v", p)
	}
	wang, id := m.agent("wang", access.Member, func(u *access.User) { u.Role = access.RoleID(made.ID) })
	wang.get("/api/v1/members").want(200)
	m.do("PATCH", role, body{"permissions": []string{}}).want(200) // the clock stands still
	wang.get("/api/v1/members").problem(403)
	m.do("PATCH", role, body{"permissions": []string{"team.view"}}).want(200)
	wang.get("/api/v1/members").want(200)
	w.heard(event.AccessChanged{Tenant: m.id})
	m.do("DELETE", role, nil).problem(409)
	m.do("PATCH", memberPath(id), body{"role_id": m.role(access.Member)}).want(200)
	m.do("DELETE", role, nil).want(204)
	m.do("DELETE", role, nil).problem(404)
	m.do("DELETE", fmt.Sprintf("/api/v1/roles/%d", m.role(access.Administrator)), nil).problem(409)
	supervisor := fmt.Sprintf("/api/v1/roles/%d", m.role(access.Supervisor))
	got := as[api.Role](m.do("PATCH", supervisor, body{"name": "主管"}).want(200))
	if got.Name != "主管" || got.Template != "supervisor" || len(got.Permissions) < 10 {
		t.Errorf("renamed: %+v", got)
	}
	if list := as[struct{ Items []api.Role }](m.get("/api/v1/roles").want(200)).Items; len(list) != 4 || list[0].Members != 1 || !list[0].BuiltIn {
		t.Errorf("roles: %+v", list)
	}
}

func TestUnitsAreATree(t *testing.T) {
	w := newWorld(t)
	m := w.one
	root := m.user(1).Unit
	made := as[api.Unit](m.do("POST", "/api/v1/units", body{"parent_id": root, "name": " 客服部 "}).want(201))
	if made.Name != "客服部" || made.ParentID == nil || *made.ParentID != int64(root) {
		t.Errorf("made: %+v", made)
	}
	unit := fmt.Sprintf("/api/v1/units/%d", made.ID)
	m.do("POST", "/api/v1/units", body{"parent_id": root, "name": "客服部"}).problem(409)
	m.do("POST", "/api/v1/units", body{"parent_id": w.two.user(2).Unit, "name": "x"}).problem(422)
	m.do("POST", "/api/v1/units", body{"parent_id": root, "name": "<b>\u202e"}).problem(422)
	m.do("POST", "/api/v1/units", body{"parent_id": root, "name": "x", "path": "/1/"}).problem(422)
	m.do("PATCH", unit, body{"parent_id": made.ID}).problem(409)
	if got := as[api.Unit](m.do("PATCH", unit, body{"name": "'; DROP TABLE units; --"}).want(200)); got.Name != "'; DROP TABLE units; --" {
		t.Errorf("renamed: %+v", got)
	}
	w.two.do("DELETE", unit, nil).problem(404)
	m.do("DELETE", fmt.Sprintf("/api/v1/units/%d", root), nil).problem(409)
	m.do("DELETE", unit, nil).want(204)
	if list := as[struct{ Items []api.Unit }](m.get("/api/v1/units").want(200)).Items; len(list) != 1 || list[0].Members != 1 || list[0].ParentID != nil {
		t.Errorf("units: %+v", list)
	}
}
