package api_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/admin/api"
	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/tenant"
)

const (
	wrongPassword = "a wrong password"
	signInAddress = "/api/v1/sign-in"
)

func (w *world) enter(account, password string) answer {
	w.t.Helper()
	return w.send(w.request("POST", signInAddress, credentials{account, password}))
}

// signedIn is the merchant's member behind a sign-in that succeeded.
func (m merchant) signedIn(a answer) merchant {
	m.w.t.Helper()
	a.want(200)
	resp := http.Response{Header: a.header}
	m.cookie = resp.Cookies()[0]
	return m
}

func (m merchant) user(id access.UserID) access.User {
	m.w.t.Helper()
	u, err := m.w.db.User(m.w.t.Context(), m.scope, id)
	must(m.w.t, err)
	return u
}

// alter changes a member's row behind the API's back.
func (m merchant) alter(id access.UserID, change func(*access.User)) {
	m.w.t.Helper()
	was := m.user(id)
	u := was
	change(&u)
	must(m.w.t, m.w.db.UpdateUser(m.w.t.Context(), m.scope, was, u))
}

// agent adds a member with a template's role in the topmost unit, signed in.
func (m merchant) agent(account string, template access.Template, change ...func(*access.User)) (merchant, access.UserID) {
	m.w.t.Helper()
	ctx := m.w.t.Context()
	units, err := m.w.db.Units(ctx, m.scope)
	must(m.w.t, err)
	u := access.User{Account: account, Name: "User " + account, PasswordHash: passwordHash(), Unit: units[0].ID, Role: m.role(template),
		ConcurrentSignIn: true, CreatedAt: noon}
	for _, c := range change {
		c(&u)
	}
	must(m.w.t, m.w.db.CreateUser(ctx, m.scope, &u))
	m.account, m.cookie = account, m.w.session(m.id, u.ID)
	return m, u.ID
}

func (m merchant) role(template access.Template) access.RoleID {
	m.w.t.Helper()
	roles, err := m.w.db.Roles(m.w.t.Context(), m.scope)
	must(m.w.t, err)
	for _, r := range roles {
		if r.Template == template {
			return r.ID
		}
	}
	m.w.t.Fatalf("no role %s", template)
	return 0
}

func TestSignInTakesThreeForms(t *testing.T) {
	w := newWorld(t)
	w.one.agent("wang", access.Member, func(u *access.User) { u.AgentNumber, u.BoundNumber = "1001", "13800138000" })
	for _, name := range []string{"wang", " wang ", "1001@one", "1001@ONE", "13800138000", "+86 138 0013 8000"} {
		if me := as[api.Me](w.enter(name, password).want(200)); me.Account != "wang" || me.AgentNumber != "1001" || me.Tenant.Code != "one" {
			t.Errorf("%q: %+v", name, me)
		}
	}
	refusal := w.enter("nobody", password).problem(401).Detail
	for _, name := range []string{"1001@two", "1001@", "@one", "1001", "wang@one", "13900139000", "WANG", "'; --", "wang\x00"} {
		if p := w.enter(name, password).problem(401); p.Detail != refusal {
			t.Errorf("%q: %q, want %q", name, p.Detail, refusal)
		}
	}
}

func TestMeSaysWhatTheRoleAllows(t *testing.T) {
	w := newWorld(t)
	me := as[api.Me](w.one.get("/api/v1/me").want(200))
	if me.Role == nil || me.Role.DataScope != "tenant" || me.Unit == nil || len(me.Permissions) < 20 || me.MustChange || me.MaskNumbers {
		t.Errorf("administrator: %+v", me)
	}
	for _, p := range me.Permissions {
		if strings.HasPrefix(p, "companies.") || strings.HasPrefix(p, "announcements.") {
			t.Errorf("a merchant's administrator holds %s", p)
		}
	}
	bare, _ := w.one.agent("bare", access.Member, func(u *access.User) { u.Role, u.Unit = 0, 0 })
	me = as[api.Me](bare.get("/api/v1/me").want(200))
	if me.Role != nil || me.Unit != nil || len(me.Permissions) != 0 {
		t.Errorf("without a role: %+v", me)
	}
	if p := bare.get("/api/v1/campaigns").problem(403); p.Code != "forbidden" {
		t.Errorf("without a role: %+v", p)
	}
	bare.get("/api/v1/me/sessions").want(200)
}

func TestDisabledAndBannedAreToldOnlyAfterTheRightPassword(t *testing.T) {
	w := newWorld(t)
	root := w.company(0, tenant.Operator, "root")
	shop := w.company(root.id, tenant.Merchant, "shop")
	gone, id := shop.agent("gone", access.Member)
	gone.get("/api/v1/me").want(200)
	gone.alter(id, func(u *access.User) { u.DisabledAt = noon })
	gone.get("/api/v1/me").problem(401)
	refusal := w.enter("gone", wrongPassword).problem(401).Detail
	if p := w.enter("gone", password).problem(403); !strings.Contains(p.Detail, "disabled") {
		t.Errorf("disabled: %+v", p)
	}
	_, err := w.db.BanCompany(t.Context(), tenant.Of(root.id), shop.id, "", noon)
	must(t, err)
	shop.get("/api/v1/me").problem(401)
	if p := w.enter("shop", wrongPassword).problem(401); p.Detail != refusal {
		t.Errorf("banned: %+v", p)
	}
	if p := w.enter("shop", password).problem(403); !strings.Contains(p.Detail, "banned") {
		t.Errorf("banned: %+v", p)
	}
}

func TestOneSignInAtATimeEndsTheOthers(t *testing.T) {
	w := newWorld(t)
	m, id := w.one.agent("single", access.Member, func(u *access.User) { u.ConcurrentSignIn = false })
	later := m.signedIn(w.enter("single", password))
	m.get("/api/v1/me").problem(401)
	later.get("/api/v1/me").want(200)
	w.heard(event.AccessChanged{Tenant: m.id, User: int64(id)})
}

// heard looks for a message that was published.
func (w *world) heard(want event.Message) {
	w.t.Helper()
	for _, m := range w.bus.published() {
		if m == want {
			return
		}
	}
	w.t.Errorf("%+v was not published", want)
}

func TestFirstPasswordMustBeChanged(t *testing.T) {
	w := newWorld(t)
	fresh, id := w.one.agent("fresh", access.Administrator)
	must(t, w.db.SetPassword(t.Context(), fresh.scope, id, passwordHash(), true))
	fresh = fresh.signedIn(w.enter("fresh", password))
	if me := as[api.Me](fresh.get("/api/v1/me").want(200)); !me.MustChange {
		t.Errorf("me: %+v", me)
	}
	for _, r := range []struct{ method, path string }{{"GET", "/api/v1/campaigns"}, {"GET", "/api/v1/nothing"}, {"PATCH", "/api/v1/me"}, {"GET", "/api/v1/me/sessions"}, {"GET", "/api/v1/events"}} {
		if p := fresh.do(r.method, r.path, nil).problem(403); p.Code != "password_change_required" {
			t.Errorf("%v: %+v", r, p)
		}
	}
	for bad, field := range map[[2]string]string{
		{wrongPassword, "another password"}: "current", {password, password}: "new", {password, "short"}: "new", {password, "fresh"}: "new",
	} {
		p := fresh.do("POST", "/api/v1/me/password", map[string]string{"current": bad[0], "new": bad[1]}).problem(422)
		if len(p.Errors) != 1 || p.Errors[0].Location != "body."+field {
			t.Errorf("%v: %+v", bad, p)
		}
	}
	got := fresh.do("POST", "/api/v1/me/password", map[string]string{"current": password, "new": "a password of my own"})
	got.want(204)
	resp := http.Response{Header: got.header}
	fresh.get("/api/v1/me").problem(401) // the session from before has ended
	fresh.cookie = resp.Cookies()[0]
	fresh.get("/api/v1/campaigns").want(200)
	w.enter("fresh", password).problem(401)
	w.enter("fresh", "a password of my own").want(200)
	w.heard(event.AccessChanged{Tenant: fresh.id, User: int64(id)})
	if kept := fresh.user(id).PasswordHash; !strings.HasPrefix(kept, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("the new password is kept as %s", kept)
	}
}

func TestPasswordIsNoNameOfTheUser(t *testing.T) {
	w := newWorld(t)
	m, _ := w.one.agent("a.long-account", access.Member, func(u *access.User) { u.Phone, u.BoundNumber = "13800138000", "13900139000" })
	for _, bad := range []string{"a.long-account", "A.Long-Account", "13800138000", "13900139000", "+13800138000", strings.Repeat("x", 201), "ninebytes"} {
		m.do("POST", "/api/v1/me/password", map[string]string{"current": password, "new": bad}).problem(422)
	}
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	w := newWorld(t)
	m, id := w.one.agent("wang", access.Member)
	r := w.request("POST", signInAddress, credentials{"wang", password})
	r.Header.Set("User-Agent", "Browser \u202e1.0")
	second := m.signedIn(w.send(r))
	list := func(m merchant) []api.Session {
		t.Helper()
		return as[struct{ Items []api.Session }](m.get("/api/v1/me/sessions").want(200)).Items
	}
	got := list(second)
	if len(got) != 2 {
		t.Fatalf("sessions: %+v", got)
	}
	var mine, other api.Session
	for _, s := range got {
		if s.Current {
			mine = s
		} else {
			other = s
		}
	}
	if mine.ID == "" || mine.Address != "127.0.0.1" || mine.UserAgent != "Browser 1.0" || !mine.SeenAt.Equal(noon) {
		t.Errorf("the own session: %+v", mine)
	}
	w.clock.Advance(59 * time.Second)
	second.get("/api/v1/me").want(200)
	if s := list(second); !s[0].SeenAt.Equal(noon) && !s[1].SeenAt.Equal(noon) {
		t.Errorf("seen within the minute: %+v", s)
	}
	w.clock.Advance(time.Second)
	second.get("/api/v1/me").want(200)
	u, err := w.db.Sessions(t.Context(), m.scope, id)
	must(t, err)
	seen := false
	for _, s := range u {
		seen = seen || s.SeenAt.Equal(noon.Add(time.Minute))
	}
	if !seen {
		t.Errorf("seen after a minute: %+v", u)
	}
	w.two.do("DELETE", "/api/v1/me/sessions/"+mine.ID, nil).problem(404)
	second.do("DELETE", "/api/v1/me/sessions/"+someCall, nil).problem(404)
	_ = other // made by the test, its name is no UUID
	third := m.signedIn(w.enter("wang", password))
	third.do("DELETE", "/api/v1/me/sessions/"+mine.ID, nil).want(204)
	second.get("/api/v1/me").problem(401)
	third.do("POST", "/api/v1/me/sign-out-everywhere", nil).want(204)
	third.get("/api/v1/me").problem(401)
	m.get("/api/v1/me").problem(401)
}

func TestProfileChangesNothingElse(t *testing.T) {
	w := newWorld(t)
	m, id := w.one.agent("wang", access.Member)
	me := as[api.Me](m.do("PATCH", "/api/v1/me", map[string]any{"name": "王芳", "phone": "+86 138 0013 8000", "email": "wang@example.com"}).want(200))
	if me.Name != "王芳" || me.Phone != "13800138000" || me.Email != "wang@example.com" {
		t.Errorf("me: %+v", me)
	}
	for _, body := range []map[string]any{
		{"role_id": 1}, {"mask_numbers": false}, {"account": "x"}, {"tenant_id": 2}, {"permissions": []string{"team.edit"}}, {"password_hash": "x"},
		{"name": ""}, {"name": "a\nb"}, {"phone": "abc"}, {"email": "not an address"}, {"email": "a@b.example, c@d.example"}, {"name": 1},
	} {
		m.do("PATCH", "/api/v1/me", body).problem(422)
	}
	if u := m.user(id); u.Role != m.role(access.Member) || u.Account != "wang" || u.Name != "王芳" {
		t.Errorf("the row: %+v", u)
	}
}

func TestForgedSessionsAreRefused(t *testing.T) {
	w := newWorld(t)
	for _, forged := range []string{"x", strings.Repeat("x", 300), w.one.cookie.Value + "x", access.HashToken(w.one.cookie.Value), "' OR 1=1 --", strings.ToLower(w.one.cookie.Value) + "_"} {
		m := w.one
		m.cookie = &http.Cookie{Name: "outdial_session", Value: forged}
		m.get("/api/v1/me").problem(401)
	}
	two := w.request("GET", "/api/v1/me", nil)
	two.AddCookie(&http.Cookie{Name: "outdial_session", Value: "forged"})
	two.AddCookie(w.one.cookie)
	w.send(two).problem(401) // the first of two cookies counts, as when somebody plants one beside the real one
}

func TestStrangersCannotLockSomebodyOut(t *testing.T) {
	w := newWorld(t)
	w.enter("one", password).want(200) // from here the account has signed in before
	for range 5 {
		w.enter("two", wrongPassword).problem(401) // nobody has signed in to this one from here
	}
	w.enter("two", password).problem(429)
	for i := range 15 {
		w.enter("nobody-"+strconv.Itoa(i), wrongPassword)
	}
	w.enter("nobody-at-all", wrongPassword).problem(429) // the address is locked for strangers to it
	w.enter("one", password).want(200)
}
