package api_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/outdial/outdial/admin/api"
	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/tenant"
)

func TestRobotsOfCompanies(t *testing.T) {
	w := newWorld(t)
	operator := w.company(0, tenant.Operator, "operator")
	found := func(m merchant, kind, code string, more map[string]any) answer {
		body := map[string]any{"kind": kind, "name": code, "code": code, "zone": "UTC", "contact_name": "", "contact_phone": "", "admin_account": code}
		for k, v := range more {
			body[k] = v
		}
		return m.do("POST", path("/companies"), body)
	}
	// Whoever is founded without a word of robots has none; whoever was there before has any number.
	none := as[founded](found(operator, "merchant", "none", nil).want(201)).Company
	if none.Robots != 0 {
		t.Errorf("founded with %d robots", none.Robots)
	}
	reseller := w.company(operator.id, tenant.Reseller, "reseller")
	is := as[api.Company](operator.get(path("/companies/%d", reseller.id)).want(200))
	if is.Robots != -1 {
		t.Errorf("a company of before has %d robots", is.Robots)
	}
	allot := func(m merchant, id int64, n int) answer {
		return m.do("PUT", path("/companies/%d/robots", id), map[string]int{"robots": n})
	}
	is = as[api.Company](allot(operator, int64(reseller.id), 10).want(200))
	if is.Robots != 10 || is.RobotsGiven != 0 || is.RobotsReserved != 0 {
		t.Errorf("given %+v", is)
	}
	refused := func(a answer, why string) {
		t.Helper()
		if p := a.problem(422); len(p.Errors) != 1 || p.Errors[0].Location != "body.robots" || !strings.Contains(p.Errors[0].Message, why) {
			t.Errorf("refused with %+v, want %q beside robots", p.Errors, why)
		}
	}
	shop := as[founded](found(reseller, "merchant", "shop", map[string]any{"robots": 6}).want(201)).Company
	if shop.Robots != 6 {
		t.Errorf("founded with %d robots", shop.Robots)
	}
	refused(found(reseller, "merchant", "three", map[string]any{"robots": 5}), "at most 4 can be given")
	refused(found(reseller, "merchant", "three", map[string]any{"robots": -1}), "limit of 10 robots")
	refused(allot(reseller, shop.ID, 11), "at most 10 can be given")
	refused(allot(operator, int64(reseller.id), 5), "it needs 6 at least")
	allot(reseller, shop.ID, -2).problem(422)
	allot(reseller, shop.ID, 1_000_001).problem(422)

	// Nobody reaches a company that is not below, and looking is not giving.
	aside := w.company(operator.id, tenant.Reseller, "aside")
	allot(aside, shop.ID, 1).problem(404)
	allot(reseller, int64(reseller.id), 100).problem(404)
	looker, _ := operator.member("looker", access.Role{DataScope: access.ScopeTenant, Permissions: []access.Permission{access.CompaniesView}})
	allot(looker, shop.ID, 1).problem(403)
	looker.get(path("/companies/%d", shop.ID)).want(200)

	allot(operator, shop.ID, 8).want(200)
	for name, c := range map[string]struct {
		m    merchant
		path string
	}{"above": {operator, "/operations?module=companies&action=allot_robots"}, "itself": {reseller, "/operations?module=companies&action=allot_robots"}} {
		log := as[api.Page[api.Operation]](c.m.get(path("%s", c.path)).want(200)).Items
		if len(log) == 0 || fmt.Sprint(log[len(log)-1].After["robots"]) != "10" {
			t.Errorf("the log of the company %s says %+v", name, log)
		}
	}
	home := as[api.Home](reseller.get(path("/home")).want(200)).Robots
	if home != (api.HomeRobots{Allotted: 10, Given: 8, Free: 2}) {
		t.Errorf("home shows %+v", home)
	}
}

func TestCampaignsKeepToTheRobotsOfTheirCompany(t *testing.T) {
	w := newWorld(t)
	operator := w.company(0, tenant.Operator, "operator")
	shop := w.company(operator.id, tenant.Merchant, "shop")
	first, second := shop.running(0), shop.running(0)
	ctx := t.Context()
	operator.do("PUT", path("/companies/%d/robots", shop.id), map[string]int{"robots": 1}).problem(422)
	shop.do("POST", path("/campaigns/%d/pause", second), nil).want(200)
	operator.do("PUT", path("/companies/%d/robots", shop.id), map[string]int{"robots": 1}).want(200)

	p := shop.do("POST", path("/campaigns/%d/resume", second), nil).problem(409)
	if !strings.Contains(p.Detail, "the campaign needs 1 robots and the company has 0 free of its 1") {
		t.Errorf("refused with %q", p.Detail)
	}
	req := w.request("POST", path("/campaigns/%d/resume", second), nil)
	req.AddCookie(shop.cookie)
	req.Header.Set("Accept-Language", "zh")
	if p := w.send(req).problem(409); !strings.Contains(p.Detail, "任务需要 1 个机器人，企业共 1 个，只剩 0 个") {
		t.Errorf("refused in Chinese with %q", p.Detail)
	}
	p = shop.do("PATCH", path("/campaigns/%d", first), map[string]int{"robots": 2}).problem(409)
	if !strings.Contains(p.Detail, "has 1 free of its 1") {
		t.Errorf("a running campaign grew: %q", p.Detail)
	}
	home := as[api.Home](shop.get(path("/home")).want(200)).Robots
	if home != (api.HomeRobots{Allotted: 1, Reserved: 1}) {
		t.Errorf("home shows %+v", home)
	}
	shop.do("POST", path("/campaigns/%d/pause", first), nil).want(200)
	shop.do("POST", path("/campaigns/%d/resume", second), nil).want(200)
	if c, err := w.db.Campaign(ctx, shop.scope, second); err != nil || c.State != campaign.Scheduling && c.State != campaign.Running {
		t.Errorf("the campaign is %s (%v)", c.State, err)
	}
	if got := as[api.Home](operator.get(path("/home")).want(200)).Robots; got != (api.HomeRobots{Allotted: -1, Given: 1, Free: -1}) {
		t.Errorf("the operator's home shows %+v", got)
	}
}
