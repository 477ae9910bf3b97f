package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/admin/api"
	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/trunk"
)

// company founds a tenant whose administrator is signed in.
func (w *world) company(parent tenant.ID, kind tenant.Kind, account string) merchant {
	w.t.Helper()
	name := "Company " + account
	if kind == tenant.Merchant {
		name = "Merchant " + account
	}
	f := access.Founding{Tenant: tenant.Tenant{Parent: parent, Kind: kind, Name: name, Code: account, Zone: "Asia/Shanghai", CreatedAt: noon},
		Account: account, Name: "User " + account, PasswordHash: passwordHash()}
	must(w.t, w.db.FoundTenant(w.t.Context(), tenant.Platform(), &f))
	return merchant{w: w, id: f.Tenant.ID, scope: tenant.Of(f.Tenant.ID), account: account, cookie: w.session(f.Tenant.ID, f.User)}
}

// member adds somebody with the role and signs them in.
func (m merchant) member(account string, role access.Role, change ...func(*access.User)) (merchant, access.UserID) {
	m.w.t.Helper()
	ctx := m.w.t.Context()
	role.Tenant, role.Name, role.CreatedAt = m.id, "Role "+account, noon
	must(m.w.t, m.w.db.CreateRole(ctx, m.scope, &role))
	u := access.User{Tenant: m.id, Account: account, Name: "User " + account, PasswordHash: passwordHash(), Role: role.ID, ConcurrentSignIn: true, CreatedAt: noon}
	for _, c := range change {
		c(&u)
	}
	must(m.w.t, m.w.db.CreateUser(ctx, m.scope, &u))
	m.account, m.cookie = account, m.w.session(m.id, u.ID)
	return m, u.ID
}

func (w *world) session(t tenant.ID, user access.UserID) *http.Cookie {
	w.t.Helper()
	token := access.NewToken()
	must(w.t, w.db.CreateSession(w.t.Context(), tenant.Of(t), access.Session{TokenHash: access.HashToken(token), ID: uuid.NewString(), User: user,
		Tenant: t, CreatedAt: noon, ExpiresAt: noon.Add(12 * time.Hour)}))
	return &http.Cookie{Name: "outdial_session", Value: token}
}

// running gives a company a campaign that runs.
func (m merchant) running(owner access.UserID) campaign.ID {
	m.w.t.Helper()
	ctx := m.w.t.Context()
	talk := script.Script{Tenant: m.id, Name: "Talk", CreatedAt: noon}
	must(m.w.t, m.w.db.CreateScript(ctx, m.scope, &talk, nil))
	v := script.Version{Script: talk.ID, Tenant: m.id, Source: script.Demo(), CreatedAt: noon}
	must(m.w.t, m.w.db.PublishVersion(ctx, m.scope, &v))
	line := trunk.Trunk{Tenant: m.id, Name: "Line", Address: "127.0.0.1:5070", Concurrency: 10, CPS: 5, RingTimeout: time.Minute, CreatedAt: noon}
	must(m.w.t, m.w.db.CreateTrunk(ctx, m.scope, &line))
	c := campaign.Campaign{Tenant: m.id, Name: "Campaign", Script: v.Script, Trunk: line.ID, Robots: 1, StartMode: campaign.Manual, State: campaign.Running, Owner: int64(owner),
		Window: campaign.Window{Zone: "Asia/Shanghai", Weekdays: campaign.EveryDay, From: campaign.Earliest, To: campaign.Latest},
		Redial: campaign.Redial{MaxAttempts: 1}, CreatedAt: noon, UpdatedAt: noon}
	must(m.w.t, m.w.db.CreateCampaign(ctx, m.scope, &c))
	return c.ID
}

func path(format string, args ...any) string { return fmt.Sprintf("/api/v1"+format, args...) }

type founded struct {
	Company  api.Company `json:"company"`
	Account  string      `json:"account"`
	Password string      `json:"password"`
}

func TestCompanies(t *testing.T) {
	w := newWorld(t)
	operator := w.company(0, tenant.Operator, "operator")
	east, west := w.company(operator.id, tenant.Reseller, "east"), w.company(operator.id, tenant.Reseller, "west")

	form := map[string]any{"kind": "reseller", "name": "Deeper", "code": "deeper", "zone": "Asia/Shanghai", "contact_name": "王芳", "contact_phone": "13800138000", "admin_account": "deeper"}
	deeper := as[founded](east.do("POST", path("/companies"), form).want(201))
	if deeper.Account != "deeper" || len(deeper.Password) < 12 || deeper.Company.ParentID != int64(east.id) || deeper.Company.ParentName != "Company east" {
		t.Errorf("founded %+v", deeper)
	}
	form["kind"], form["name"], form["code"], form["admin_account"], form["parent_id"] = "merchant", "Shop", "shop", "shop", deeper.Company.ID
	shop := as[founded](east.do("POST", path("/companies"), form).want(201)).Company
	if shop.ParentID != deeper.Company.ID || shop.Members != 1 {
		t.Errorf("founded %+v", shop)
	}
	// Whoever is given a password changes it before anything else.
	in := w.send(w.request("POST", path("/sign-in"), map[string]string{"account": deeper.Account, "password": deeper.Password})).want(200)
	if me := as[api.Me](in); !me.MustChange || me.Tenant.ID != deeper.Company.ID {
		t.Errorf("signed in as %+v", me)
	}

	names := func(m merchant, query string) string {
		t.Helper()
		var out []string
		for _, c := range as[api.Page[api.Company]](m.get(path("/companies") + query).want(200)).Items {
			out = append(out, c.Name)
		}
		return strings.Join(out, ",")
	}
	for _, c := range []struct {
		m           merchant
		query, want string
	}{
		{operator, "", "Shop,Deeper,Company west,Company east"},
		{east, "", "Shop,Deeper"},
		{west, "", ""},
		{operator, "?kind=merchant", "Shop"},
		{operator, "?name=deep", "Deeper"},
		{operator, fmt.Sprintf("?parent_id=%d", operator.id), "Company west,Company east"},
		{operator, "?limit=1", "Shop"},
		{operator, fmt.Sprintf("?limit=2&cursor=%d", shop.ID), "Deeper,Company west"},
	} {
		if got := names(c.m, c.query); got != c.want {
			t.Errorf("%s of %s: %s, want %s", c.query, c.m.account, got, c.want)
		}
	}

	// What is not below the caller does not exist, whatever is tried.
	for _, id := range []int64{shop.ID, int64(west.id), int64(operator.id), 1 << 40} {
		for _, try := range []struct {
			method, path string
			body         any
		}{
			{"GET", path("/companies/%d", id), nil},
			{"PATCH", path("/companies/%d", id), map[string]string{"name": "stolen"}},
			{"POST", path("/companies/%d/ban", id), map[string]string{"reason": "x"}},
			{"POST", path("/companies/%d/unban", id), nil},
			{"POST", path("/companies/%d/reset-password", id), nil},
		} {
			west.do(try.method, try.path, try.body).problem(404)
		}
	}
	for name, c := range map[string]struct {
		change map[string]any
		field  string
	}{
		"an operator":          {map[string]any{"kind": "operator"}, "body.kind"},
		"below another's":      {map[string]any{"parent_id": west.id}, "body.parent_id"},
		"below a merchant":     {map[string]any{"parent_id": shop.ID}, "body.parent_id"},
		"without a code":       {map[string]any{"code": ""}, "body.code"},
		"with a wrong code":    {map[string]any{"code": "A b"}, "body.code"},
		"with no such zone":    {map[string]any{"zone": "Asia/Nowhere"}, "body.zone"},
		"without a name":       {map[string]any{"name": " "}, "body.name"},
		"with a wrong account": {map[string]any{"admin_account": "a b"}, "body.admin_account"},
	} {
		bad := map[string]any{"kind": "merchant", "name": "X", "code": "x-1", "zone": "UTC", "contact_name": "", "contact_phone": "", "admin_account": "x-1"}
		for k, v := range c.change {
			bad[k] = v
		}
		p := east.do("POST", path("/companies"), bad).problem(422)
		if len(p.Errors) != 1 || p.Errors[0].Location != c.field {
			t.Errorf("%s: %+v, want %s", name, p.Errors, c.field)
		}
	}
	form["admin_account"], form["code"] = "other", "shop"
	if p := east.do("POST", path("/companies"), form).problem(409); len(p.Errors) != 1 || p.Errors[0].Location != "body.code" {
		t.Errorf("a code that exists: %+v", p)
	}
	w.company(operator.id, tenant.Merchant, "plain").get(path("/companies")).problem(403)

	// The seven names of a company change, its code and kind do not.
	is := as[api.Company](east.do("PATCH", path("/companies/%d", shop.ID), map[string]string{"name": "Shop two", "zone": "UTC"}).want(200))
	if is.Name != "Shop two" || is.Zone != "UTC" || is.ContactName != "王芳" || is.Code != "shop" {
		t.Errorf("changed to %+v", is)
	}
	log := as[api.Page[api.Operation]](east.get(path("/operations?module=companies&action=update")).want(200)).Items
	if len(log) != 1 || log[0].Before["name"] != "Shop" || log[0].After["name"] != "Shop two" || len(log[0].After) != 2 || log[0].Summary != "name, zone" ||
		log[0].Actor.Account != "east" || log[0].Target.ID != fmt.Sprint(shop.ID) || log[0].Address != "127.0.0.1" {
		t.Errorf("the log says %+v", log)
	}
	for _, o := range as[api.Page[api.Operation]](east.get(path("/operations")).want(200)).Items {
		if strings.Contains(fmt.Sprint(o), deeper.Password) {
			t.Errorf("the log holds a password: %+v", o)
		}
	}

	again := as[founded](operator.do("POST", path("/companies/%d/reset-password", deeper.Company.ID), nil).want(200))
	if again.Account != "deeper" || again.Password == deeper.Password {
		t.Errorf("reset to %+v", again)
	}
	w.send(w.request("POST", path("/sign-in"), map[string]string{"account": "deeper", "password": deeper.Password})).problem(401)
	w.send(w.request("POST", path("/sign-in"), map[string]string{"account": "deeper", "password": again.Password})).want(200)
}

func TestBanStopsEverythingBelow(t *testing.T) {
	w := newWorld(t)
	operator := w.company(0, tenant.Operator, "operator")
	reseller := w.company(operator.id, tenant.Reseller, "reseller")
	shop, aside := w.company(reseller.id, tenant.Merchant, "shop"), w.company(operator.id, tenant.Merchant, "aside")
	camp, their := shop.running(0), aside.running(0)
	live, top, other := shop.listen(""), reseller.listen(""), aside.listen("")
	for _, l := range []*listener{live, top, other} {
		defer l.close()
	}
	operator.do("POST", path("/companies/%d/ban", reseller.id), map[string]string{"reason": " "}).problem(422)

	banned := as[struct {
		Company         api.Company `json:"company"`
		PausedCampaigns int         `json:"paused_campaigns"`
		EndedSessions   int         `json:"ended_sessions"`
	}](operator.do("POST", path("/companies/%d/ban", reseller.id), map[string]string{"reason": "欠费"}).want(200))
	if banned.PausedCampaigns != 1 || banned.EndedSessions != 2 || banned.Company.BannedAt == nil || banned.Company.BanReason != "欠费" {
		t.Errorf("the ban came to %+v", banned)
	}
	for name, l := range map[string]*listener{"of the banned": top, "below it": live} {
		if got := l.last(); got != "end" {
			t.Errorf("the stream %s goes on: %s", name, got)
		}
	}
	shop.get(path("/me")).problem(401)
	reseller.get(path("/me")).problem(401)
	aside.get(path("/me")).want(200)
	c, err := w.db.Campaign(t.Context(), shop.scope, camp)
	must(t, err)
	if c.State != campaign.Paused || c.Reason != "banned: 欠费" {
		t.Errorf("the campaign is %s (%s)", c.State, c.Reason)
	}
	told := false
	for _, m := range w.bus.published() {
		m, ok := m.(event.CampaignChanged)
		told = told || ok && m.Campaign == camp && m.Tenant == shop.id && m.State == "paused"
		if ok && m.Campaign == their {
			t.Errorf("another company's campaign was touched: %+v", m)
		}
	}
	if !told {
		t.Error("the dialer was not told")
	}
	w.send(w.request("POST", path("/sign-in"), map[string]string{"account": "shop", "password": password})).problem(403)
	operator.do("POST", path("/companies/%d/ban", reseller.id), map[string]string{"reason": "x"}).problem(409)
	below := as[api.Company](operator.get(path("/companies/%d", shop.id)).want(200))
	if !below.BannedByAncestor || below.BannedAt != nil {
		t.Errorf("the company below reads %+v", below)
	}
	if n := len(as[api.Page[api.Company]](operator.get(path("/companies?state=banned")).want(200)).Items); n != 2 {
		t.Errorf("%d companies are banned, want 2", n)
	}

	operator.do("POST", path("/companies/%d/unban", reseller.id), nil).want(200)
	operator.do("POST", path("/companies/%d/unban", reseller.id), nil).problem(409)
	w.send(w.request("POST", path("/sign-in"), map[string]string{"account": "shop", "password": password})).want(200)
	if c, err = w.db.Campaign(t.Context(), shop.scope, camp); err != nil || c.State != campaign.Paused {
		t.Errorf("after the ban the campaign is %s (%v)", c.State, err)
	}

	// The ban stands in the log of whoever banned, and of the banned company.
	reseller.cookie = w.signIn("reseller")
	for _, m := range []merchant{operator, reseller} {
		log := as[api.Page[api.Operation]](m.get(path("/operations?module=companies")).want(200)).Items
		if len(log) != 2 || log[0].Action != "unban" || log[1].Action != "ban" || log[1].After["reason"] != "欠费" || log[1].Actor.Account != "operator" {
			t.Errorf("the log of %s says %+v", m.account, log)
		}
	}
}

// signIn signs in with the password that every user of a test has.
func (w *world) signIn(account string) *http.Cookie {
	w.t.Helper()
	a := w.send(w.request("POST", path("/sign-in"), map[string]string{"account": account, "password": password})).want(200)
	cookies := (&http.Response{Header: a.header}).Cookies()
	return cookies[0]
}

// last is the end of a stream, whatever comes before it.
func (l *listener) last() string {
	l.t.Helper()
	for range 100 {
		if got := l.next(); got == "end" || strings.HasPrefix(got, ":") {
			return got
		}
	}
	return "more"
}
