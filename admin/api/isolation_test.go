package api_test

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/outdial/outdial/admin/api"
	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/org"
	"github.com/outdial/outdial/shared/tenant"
)

// TestNoRouteLeaksOverTheWall is the proof that tenants are apart: it walks every operation of the contract with two
// companies of each kind, each role and each data scope. What the neighbour has reads exactly like what does not exist, and
// nothing that is sent changes anything there. A route that is not in the proof fails it.
func TestNoRouteLeaksOverTheWall(t *testing.T) {
	w, _ := exportsWorld(t)
	upperOne, upperTwo := w.company(0, tenant.Reseller, "upper-one"), w.company(0, tenant.Reseller, "upper-two")
	lowerOne, lowerTwo := w.company(upperOne.id, tenant.Merchant, "lower-one"), w.company(upperTwo.id, tenant.Merchant, secret+"-lower")
	one, two := w.settle(w.one, "eigen", lowerOne.id), w.settle(w.two, secret, lowerTwo.id)
	home, err := w.db.Units(t.Context(), w.one.scope)
	must(t, err)
	above, err := w.db.Units(t.Context(), upperOne.scope)
	must(t, err)
	merchants := w.one.callers(tenant.Merchant, home[0].ID)
	resellers := upperOne.callers(tenant.Reseller, above[0].ID)
	before := w.everythingOf(t, two)

	routes := routesOf(t)
	slices.SortFunc(routes, func(a, b route) int { return strings.Compare(a.Path+a.Method, b.Path+b.Method) })
	for _, r := range routes {
		if plain[r.ID] != "" {
			continue
		}
		callers := merchants
		if strings.HasPrefix(r.Path, "/api/v1/companies") {
			callers = resellers
		}
		for name, who := range callers {
			got := w.try(t, who, r, two, two)
			what := fmt.Sprintf("%s (%s %s) by %s: %d %s", r.ID, r.Method, r.Path, name, got.status, bytes.TrimSpace(got.body))
			if bytes.Contains(got.body, []byte(secret)) {
				t.Errorf("leak: %s", what)
			}
			if got.status >= 500 {
				t.Errorf("fault: %s", what)
			}
			switch {
			case got.status == http.StatusForbidden && (r.Permission != "" || eitherOfTwo[r.ID]): // the role, whatever exists
			case r.named():
				missing := w.try(t, who, r, absent, absent)
				found := got.status != http.StatusNotFound && got.status != http.StatusUnprocessableEntity // the body names things too
				if found || missing.status != got.status || detail(missing) != detail(got) {
					t.Errorf("told apart from what does not exist: %s, and %d %s", what, missing.status, bytes.TrimSpace(missing.body))
				}
			case r.Method != "GET" && got.status < 300 && namesSomething(r.ID):
				t.Errorf("taken: %s", what)
			}
		}
	}
	if after := w.everythingOf(t, two); before != after {
		t.Errorf("something changed on the other side of the wall:\n%s", difference(before, after))
	}
	// The walk is worth something only if the same requests reach what is one's own.
	for _, r := range routes {
		if r.Method != "GET" || plain[r.ID] != "" || strings.HasPrefix(r.Path, "/api/v1/companies/") || r.ID == "downloadExport" {
			continue
		}
		if got := w.try(t, w.one, r, one, one); got.status != http.StatusOK && got.status != http.StatusForbidden {
			t.Errorf("%s of one's own: %d %s", r.ID, got.status, got.body)
		}
	}
	upperOne.get(address("/companies/%d", lowerOne.id)).want(200)
}

// namesSomething tells operations whose body names what is the neighbour's; the others make something of one's own.
func namesSomething(id string) bool {
	return slices.Contains([]string{"createCampaign", "createMember", "createUnit", "createCompany", "addCallsToCampaign"}, id)
}

// detail is what an answer says, without the ids that were asked for.
func detail(a answer) string {
	return named.ReplaceAllString(string(a.body), "#")
}

// everythingOf is all that a company's administrator can read, one answer a line.
func (w *world) everythingOf(t *testing.T, e estate) string {
	t.Helper()
	var out []string
	for _, r := range routesOf(t) {
		if r.Method == "GET" && plain[r.ID] == "" && r.ID != "getCall" { // reading a call marks it as read
			out = append(out, r.ID+" "+string(w.try(t, e.merchant, r, e, e).body))
		}
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

func difference(before, after string) string {
	var out []string
	was := strings.Split(before, "\n")
	for _, line := range strings.Split(after, "\n") {
		if !slices.Contains(was, line) {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}

// TestPermissionsAreAskedFor walks every operation with a role that lacks just its permission, and with one that has
// nothing but it.
func TestPermissionsAreAskedFor(t *testing.T) {
	w, _ := exportsWorld(t)
	root := w.company(0, tenant.Operator, "root")
	lacking, holding := map[access.Permission]merchant{}, map[access.Permission]merchant{}
	for i, e := range access.For(tenant.Operator) {
		all := allOf(tenant.Operator, access.ScopeTenant)
		all.Permissions = slices.DeleteFunc(all.Permissions, func(p access.Permission) bool { return p == e.Key })
		lacking[e.Key], _ = root.member(fmt.Sprint("lacking", i), all)
		holding[e.Key], _ = root.member(fmt.Sprint("holding", i), access.Role{DataScope: access.ScopeTenant, Permissions: []access.Permission{e.Key}})
	}
	nothing, _ := root.member("nothing", access.Role{DataScope: access.ScopeTenant, Permissions: []access.Permission{}})
	asked := map[access.Permission]bool{}
	for _, r := range routesOf(t) {
		if r.ID == "events" || strings.HasPrefix(r.ID, "signOut") || r.ID == "signIn" {
			continue
		}
		if r.Permission == "" {
			if eitherOfTwo[r.ID] {
				continue
			}
			if got := w.try(t, nothing, r, absent, absent); got.status == http.StatusForbidden {
				t.Errorf("%s is for whoever is signed in, and refuses a role without permissions: %s", r.ID, got.body)
			}
			continue
		}
		asked[r.Permission] = true
		if lacking[r.Permission].cookie == nil {
			t.Errorf("%s asks for %q, which is in no catalogue", r.ID, r.Permission)
			continue
		}
		p := w.try(t, lacking[r.Permission], r, absent, absent).problem(http.StatusForbidden)
		if p.Code != "forbidden" || strings.Contains(p.Detail, "99999") {
			t.Errorf("%s refuses with %+v", r.ID, p)
		}
		if got := w.try(t, holding[r.Permission], r, absent, absent); got.status == http.StatusForbidden || got.status >= 500 {
			t.Errorf("%s refuses a role that holds %s: %d %s", r.ID, r.Permission, got.status, got.body)
		}
	}
	for _, e := range access.For(tenant.Operator) {
		if !asked[e.Key] {
			t.Errorf("no operation asks for %s", e.Key)
		}
	}
}

// eitherOfTwo serve two modules; TestImportsAreForThoseTheyConcern walks their permissions.
var eitherOfTwo = map[string]bool{"getImport": true, "downloadRejections": true}

// TestDataScopesNarrowEveryRoute gives campaigns to four units and looks at each, and at all that hangs on it, as members of
// one unit whose roles reach differently far.
func TestDataScopesNarrowEveryRoute(t *testing.T) {
	w, _ := exportsWorld(t)
	units, err := w.db.Units(t.Context(), w.one.scope)
	must(t, err)
	top := units[0].ID
	mid := w.one.unit("mid")
	low, beside := w.one.unit("low", mid), w.one.unit("beside")
	all := allOf(tenant.Merchant, access.ScopeTenant)
	estates := map[string]estate{}
	for name, unit := range map[string]org.UnitID{"top": top, "mid": mid, "low": low, "beside": beside} {
		owner, _ := w.one.member("owner-"+name, all, func(u *access.User) { u.Unit = unit })
		estates[name] = w.narrow(owner, name)
	}
	sees := map[access.DataScope][]string{
		access.ScopeOwn: {"own"}, access.ScopeUnit: {"own", "mid"}, access.ScopeUnitAndBelow: {"own", "mid", "low"}, access.ScopeTenant: {"own", "mid", "low", "top", "beside"},
	}
	hanging := slices.DeleteFunc(routesOf(t), func(r route) bool {
		return r.Method != "GET" || !strings.Contains(r.Path, "/campaigns/{id}") && !strings.Contains(r.Path, "/calls/{id}") && !strings.Contains(r.Path, "/imports/{id}")
	})
	if len(hanging) < 8 {
		t.Fatalf("%d routes hang on a campaign", len(hanging))
	}
	for scope, visible := range sees {
		who, _ := w.one.member("looker-"+string(scope), allOf(tenant.Merchant, scope), func(u *access.User) { u.Unit = mid })
		estates["own"] = w.narrow(who, "own-"+string(scope))
		for name, e := range estates {
			for _, r := range hanging {
				want := http.StatusNotFound
				if slices.Contains(visible, name) {
					want = http.StatusOK
				}
				if got := w.try(t, who, r, e, e); got.status != want {
					t.Errorf("%s in %s seen with scope %s: %d, want %d: %s", r.ID, name, scope, got.status, want, got.body)
				}
			}
			for _, action := range []string{"start", "pause", "resume", "terminate"} {
				if !slices.Contains(visible, name) {
					who.do("POST", e.address(t, "/api/v1/campaigns/{id}/"+action), nil).problem(http.StatusNotFound)
				}
			}
		}
		list := as[api.Page[api.Campaign]](who.get("/api/v1/campaigns?limit=200").want(200))
		for name, e := range estates {
			listed := slices.ContainsFunc(list.Items, func(c api.Campaign) bool { return decimal(c.ID) == e.ids["/campaigns/{id}"] })
			if listed != slices.Contains(visible, name) {
				t.Errorf("list with scope %s: campaign of %s listed %v", scope, name, listed)
			}
		}
	}
}

// narrow gives a member a campaign with all that hangs on it.
func (w *world) narrow(m merchant, name string) estate {
	w.t.Helper()
	camp := as[api.Campaign](m.do("POST", "/api/v1/campaigns", m.campaignForm(map[string]any{"name": name})).want(201)).ID
	m.do("POST", address("/campaigns/%d/contacts", camp), map[string]any{"number": "13911112222", "name": "x"}).want(201)
	talked := m.call(camp)
	imported := as[api.Import](m.upload(address("/campaigns/%d/imports", camp), "a.csv", "13900000001\n").want(202))
	return estate{m, map[string]string{"/campaigns/{id}": decimal(camp), "/calls/{id}": talked, "/turns/{seq}": "1", "/imports/{id}": decimal(imported.ID)}}
}
