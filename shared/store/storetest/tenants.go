package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/store"
	"github.com/outdial/outdial/shared/tenant"
)

// tree is operator -> reseller -> reseller -> merchant, and a second reseller with a merchant beside them.
type tree struct {
	t                                                  *testing.T
	s                                                  *store.Store
	operator, reseller, deeper, merchant, other, their tenant.Tenant
}

func newTree(t *testing.T, s *store.Store) *tree {
	t.Helper()
	w := &tree{t: t, s: s}
	w.operator = w.add(tenant.Tenant{Kind: tenant.Operator, Name: "运营商"})
	w.reseller = w.add(tenant.Tenant{Parent: w.operator.ID, Kind: tenant.Reseller, Name: "代理商", Code: "east"})
	w.deeper = w.add(tenant.Tenant{Parent: w.reseller.ID, Kind: tenant.Reseller, Name: "下级代理", Code: "east-2"})
	w.merchant = w.add(tenant.Tenant{Parent: w.deeper.ID, Kind: tenant.Merchant, Name: "商家", Code: "shop", ContactName: "王芳", ContactPhone: "13800138000"})
	w.other = w.add(tenant.Tenant{Parent: w.operator.ID, Kind: tenant.Reseller, Name: "另一个"})
	w.their = w.add(tenant.Tenant{Parent: w.other.ID, Kind: tenant.Merchant, Name: "别家"})
	return w
}

func (w *tree) add(v tenant.Tenant) tenant.Tenant {
	w.t.Helper()
	v.Zone, v.CreatedAt = "Asia/Shanghai", t0
	must(w.t, w.s.CreateTenant(w.t.Context(), tenant.Platform(), &v))
	return v
}

func companyIDs(list []tenant.Company) []tenant.ID {
	return ids(list, func(c tenant.Company) tenant.ID { return c.ID })
}

func testTenantTree(t *testing.T, s *store.Store) {
	ctx, all := t.Context(), tenant.Platform()
	w := newTree(t, s)
	if w.merchant.Path != w.deeper.Path+fmt.Sprint(w.merchant.ID)+"/" || w.operator.Path != "/"+fmt.Sprint(w.operator.ID)+"/" {
		t.Errorf("paths %q and %q", w.operator.Path, w.merchant.Path)
	}
	got, err := s.Tenant(ctx, all, w.merchant.ID)
	must(t, err)
	if got != w.merchant {
		t.Errorf("stored %+v, read %+v", w.merchant, got)
	}
	for name, c := range map[string]struct {
		v    tenant.Tenant
		kind errs.Kind
	}{
		"below a merchant":        {tenant.Tenant{Parent: w.merchant.ID, Kind: tenant.Merchant}, errs.Invalid},
		"an operator below":       {tenant.Tenant{Parent: w.reseller.ID, Kind: tenant.Operator}, errs.Invalid},
		"below nobody":            {tenant.Tenant{Parent: 1 << 40, Kind: tenant.Merchant}, errs.NotFound},
		"with a code that exists": {tenant.Tenant{Parent: w.reseller.ID, Kind: tenant.Merchant, Code: "shop"}, errs.Conflict},
	} {
		c.v.Name, c.v.Zone = "x", "UTC"
		wantKind(t, s.CreateTenant(ctx, all, &c.v), c.kind, name)
	}
	for name, c := range map[string]struct {
		scope tenant.Scope
		f     tenant.Filter
		want  []tenant.ID
	}{
		"the operator":       {tenant.Of(w.operator.ID), tenant.Filter{}, []tenant.ID{w.their.ID, w.other.ID, w.merchant.ID, w.deeper.ID, w.reseller.ID}},
		"a reseller":         {tenant.Of(w.reseller.ID), tenant.Filter{}, []tenant.ID{w.merchant.ID, w.deeper.ID}},
		"a merchant":         {tenant.Of(w.merchant.ID), tenant.Filter{}, nil},
		"by kind":            {tenant.Of(w.reseller.ID), tenant.Filter{Kind: tenant.Merchant}, []tenant.ID{w.merchant.ID}},
		"by parent":          {tenant.Of(w.operator.ID), tenant.Filter{Parent: w.operator.ID}, []tenant.ID{w.other.ID, w.reseller.ID}},
		"by name":            {tenant.Of(w.operator.ID), tenant.Filter{Name: "商家"}, []tenant.ID{w.merchant.ID}},
		"by code":            {tenant.Of(w.operator.ID), tenant.Filter{Name: "EAST"}, []tenant.ID{w.deeper.ID, w.reseller.ID}},
		"another's children": {tenant.Of(w.other.ID), tenant.Filter{Parent: w.deeper.ID}, nil},
	} {
		list, err := s.Companies(ctx, c.scope, c.f, 0, 10)
		must(t, err)
		if got := companyIDs(list); !slices.Equal(got, c.want) {
			t.Errorf("%s: companies %v, want %v", name, got, c.want)
		}
	}
	page, err := s.Companies(ctx, tenant.Of(w.operator.ID), tenant.Filter{}, w.other.ID, 2)
	must(t, err)
	if got := companyIDs(page); !slices.Equal(got, []tenant.ID{w.merchant.ID, w.deeper.ID}) {
		t.Errorf("the second page holds %v", got)
	}
	must(t, s.CreateUser(ctx, tenant.Of(w.merchant.ID), &access.User{Account: "first", PasswordHash: "x"}))
	must(t, s.CreateUser(ctx, tenant.Of(w.merchant.ID), &access.User{Account: "second", PasswordHash: "x"}))
	c, err := s.Company(ctx, tenant.Of(w.operator.ID), w.deeper.ID)
	must(t, err)
	if c.Tenant != w.deeper || c.ParentName != w.reseller.Name || c.Children != 1 || c.Members != 0 || c.BannedByAncestor {
		t.Errorf("the company reads %+v", c)
	}
	admin, err := s.CompanyAdministrator(ctx, tenant.Of(w.reseller.ID), w.merchant.ID)
	must(t, err)
	if admin.Account != "first" {
		t.Errorf("the administrator is %+v", admin)
	}
	_, err = s.CompanyAdministrator(ctx, tenant.Of(w.reseller.ID), w.deeper.ID)
	wantKind(t, err, errs.Conflict, "the administrator of a company without members")

	changed := w.merchant
	changed.Name, changed.Zone, changed.ContactName, changed.Code, changed.Kind = "新名字", "UTC", "李雷", "stolen", tenant.Reseller
	must(t, s.UpdateCompany(ctx, tenant.Of(w.reseller.ID), changed))
	got, err = s.Tenant(ctx, all, w.merchant.ID)
	must(t, err)
	if got.Name != "新名字" || got.Zone != "UTC" || got.ContactName != "李雷" || got.Code != "shop" || got.Kind != tenant.Merchant {
		t.Errorf("changed to %+v", got)
	}

	// Whoever is not above a company does not find it.
	for name, scope := range map[string]tenant.Scope{"itself": tenant.Of(w.merchant.ID), "another reseller": tenant.Of(w.other.ID), "another merchant": tenant.Of(w.their.ID)} {
		_, err := s.Company(ctx, scope, w.merchant.ID)
		wantKind(t, err, errs.NotFound, name+" reads")
		wantKind(t, s.UpdateCompany(ctx, scope, changed), errs.NotFound, name+" changes")
		_, err = s.BanCompany(ctx, scope, w.merchant.ID, "x", t0)
		wantKind(t, err, errs.NotFound, name+" bans")
		_, err = s.UnbanCompany(ctx, scope, w.merchant.ID)
		wantKind(t, err, errs.NotFound, name+" lifts a ban")
		_, err = s.CompanyAdministrator(ctx, scope, w.merchant.ID)
		wantKind(t, err, errs.NotFound, name+" asks for the administrator")
	}
}

func testBans(t *testing.T, s *store.Store) {
	ctx, all := t.Context(), tenant.Platform()
	w := newTree(t, s)
	above := tenant.Of(w.operator.ID)
	shop, aside := worldOf(t, s, w.merchant), worldOf(t, s, w.their)
	users := map[tenant.ID]string{w.reseller.ID: "r", w.deeper.ID: "d", w.merchant.ID: "m", w.their.ID: "t"}
	for id, account := range users {
		u := access.User{Account: account, PasswordHash: "x"}
		must(t, s.CreateUser(ctx, tenant.Of(id), &u))
		must(t, s.CreateSession(ctx, tenant.Of(id), access.Session{TokenHash: access.HashToken(account), User: u.ID, ExpiresAt: t0.Add(time.Hour)}))
	}
	waiting, idle := shop.campaign("等待"), shop.campaign("没开始")
	start := []campaign.State{campaign.NotStarted}
	for _, c := range []campaign.ID{shop.camp, waiting} {
		must(t, s.MoveCampaign(ctx, shop.scope, c, start, campaign.Scheduling, "", t0))
	}
	must(t, s.MoveCampaign(ctx, shop.scope, shop.camp, []campaign.State{campaign.Scheduling}, campaign.Running, "", t0))
	must(t, s.MoveCampaign(ctx, aside.scope, aside.camp, start, campaign.Running, "", t0))
	shop.contacts(3)
	if got := shop.claim(1); len(got) != 1 {
		t.Fatalf("claimed %d contacts before the ban", len(got))
	}

	at := t0.Add(time.Minute)
	b, err := s.BanCompany(ctx, above, w.reseller.ID, "欠费", at)
	must(t, err)
	want := []tenant.PausedCampaign{{Tenant: w.merchant.ID, Campaign: int64(shop.camp)}, {Tenant: w.merchant.ID, Campaign: int64(waiting)}}
	if !slices.Equal(b.Tenants, []tenant.ID{w.reseller.ID, w.deeper.ID, w.merchant.ID}) || b.Sessions != 3 || !slices.Equal(b.Paused, want) {
		t.Errorf("the ban came to %+v", b)
	}
	_, err = s.BanCompany(ctx, above, w.reseller.ID, "again", at)
	wantKind(t, err, errs.Conflict, "banned twice")
	for id, account := range users {
		_, err := s.SessionByToken(ctx, all, access.HashToken(account))
		if gone := errs.Is(err, errs.NotFound); gone != (id != w.their.ID) {
			t.Errorf("session of %s: %v", account, err)
		}
	}
	c, err := s.Campaign(ctx, shop.scope, shop.camp)
	must(t, err)
	if c.State != campaign.Paused || c.Reason != "banned: 欠费" || !c.UpdatedAt.Equal(at) {
		t.Errorf("the running campaign became %+v", c)
	}
	// Neither a start nor a resumption nor a claim gets past the ban.
	wantKind(t, s.MoveCampaign(ctx, shop.scope, idle, start, campaign.Scheduling, "", at), errs.Conflict, "started in spite of the ban")
	wantKind(t, s.MoveCampaign(ctx, shop.scope, waiting, []campaign.State{campaign.Paused}, campaign.Running, "", at), errs.Conflict, "resumed in spite of the ban")
	_, err = s.Claim(ctx, all, shop.request(1))
	wantKind(t, err, errs.Conflict, "claimed in spite of the ban")
	must(t, s.MoveCampaign(ctx, aside.scope, aside.camp, []campaign.State{campaign.Running}, campaign.Scheduling, "", at))

	ban, err := s.Ban(ctx, shop.scope, w.merchant.ID)
	must(t, err)
	if ban != (tenant.Ban{Tenant: w.reseller.ID, At: at, Reason: "欠费"}) {
		t.Errorf("the merchant's ban reads %+v", ban)
	}
	_, err = s.Ban(ctx, shop.scope, w.reseller.ID)
	wantKind(t, err, errs.NotFound, "another tenant's ban")
	for name, c := range map[string]struct {
		f    tenant.Filter
		want []tenant.ID
	}{
		"banned": {tenant.Filter{State: tenant.Banned}, []tenant.ID{w.merchant.ID, w.deeper.ID, w.reseller.ID}},
		"active": {tenant.Filter{State: tenant.Active}, []tenant.ID{w.their.ID, w.other.ID}},
	} {
		list, err := s.Companies(ctx, above, c.f, 0, 10)
		must(t, err)
		if got := companyIDs(list); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	low, err := s.Company(ctx, above, w.merchant.ID)
	must(t, err)
	top, err := s.Company(ctx, above, w.reseller.ID)
	must(t, err)
	if !low.BannedByAncestor || !low.BannedAt.IsZero() || top.BannedByAncestor || !top.BannedAt.Equal(at) || top.BanReason != "欠费" {
		t.Errorf("below the ban: %+v; the banned one: %+v", low, top)
	}

	// A second ban below the first outlives it.
	_, err = s.BanCompany(ctx, above, w.merchant.ID, "投诉", at)
	must(t, err)
	_, err = s.UnbanCompany(ctx, above, w.deeper.ID)
	wantKind(t, err, errs.Conflict, "lift a ban that is another's")
	lifted, err := s.UnbanCompany(ctx, above, w.reseller.ID)
	must(t, err)
	if !slices.Equal(lifted, b.Tenants) {
		t.Errorf("lifted for %v", lifted)
	}
	wantKind(t, s.MoveCampaign(ctx, shop.scope, waiting, []campaign.State{campaign.Paused}, campaign.Running, "", at), errs.Conflict, "resumed under its own ban")
	_, err = s.UnbanCompany(ctx, above, w.merchant.ID)
	must(t, err)
	c, err = s.Campaign(ctx, shop.scope, shop.camp)
	must(t, err)
	if c.State != campaign.Paused {
		t.Errorf("after the ban the campaign is %s", c.State)
	}
	must(t, s.MoveCampaign(ctx, shop.scope, shop.camp, []campaign.State{campaign.Paused}, campaign.Running, "", at))
	if got := shop.claim(1); len(got) != 1 {
		t.Errorf("claimed %d contacts after the ban", len(got))
	}
}

// testBanRace starts campaigns while their tenant is banned: none may dial afterwards.
func testBanRace(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := newTree(t, s)
	shop := worldOf(t, s, w.merchant)
	var camps []campaign.ID
	for range 12 {
		camps = append(camps, shop.campaign("同时"))
	}
	together(t, len(camps)+1, func(i int) error {
		if i == len(camps)/2 {
			_, err := s.BanCompany(ctx, tenant.Of(w.operator.ID), w.deeper.ID, "x", t0)
			return err
		}
		c := camps[min(i, len(camps)-1)]
		err := s.MoveCampaign(ctx, shop.scope, c, []campaign.State{campaign.NotStarted}, campaign.Scheduling, "", t0)
		if errs.Is(err, errs.Conflict) {
			return nil
		}
		return err
	})
	list, err := s.CampaignsIn(ctx, shop.scope, campaign.Scheduling, campaign.Running)
	must(t, err)
	if len(list) != 0 {
		t.Errorf("%d campaigns of a banned tenant were started", len(list))
	}
}
