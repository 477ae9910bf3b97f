package api_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/admin/api"
	"github.com/outdial/outdial/shared/event"
)

// campaignForm is a campaign that is accepted as it stands.
func (m merchant) campaignForm(change map[string]any) map[string]any {
	form := map[string]any{"name": "March", "script_id": m.script, "trunk_id": m.trunk, "robots": 5}
	for k, v := range change {
		if v == nil {
			delete(form, k)
		} else {
			form[k] = v
		}
	}
	return form
}

func (m merchant) campaign() int64 {
	m.w.t.Helper()
	return as[api.Campaign](m.do("POST", "/api/v1/campaigns", m.campaignForm(nil)).want(201)).ID
}

func address(format string, args ...any) string { return fmt.Sprintf("/api/v1"+format, args...) }

func TestCampaignIsCreatedWithDefaults(t *testing.T) {
	w := newWorld(t)
	c := as[api.Campaign](w.one.do("POST", "/api/v1/campaigns", w.one.campaignForm(nil)).want(201))
	if c.State != "not_started" || c.StartMode != "manual" || c.CreatedBy != "User one" || !c.CreatedAt.Equal(noon) || c.StartAt != nil {
		t.Errorf("campaign: %+v", c)
	}
	if c.Window.Zone != "Asia/Shanghai" || c.Window.From != "09:00" || c.Window.To != "20:00" || strings.Join(c.Window.Weekdays, " ") != "mon tue wed thu fri sat sun" {
		t.Errorf("window: %+v", c.Window)
	}
	if c.Redial.MaxAttempts != 1 {
		t.Errorf("redial: %+v", c.Redial)
	}
	got := as[api.CampaignDetail](w.one.get(address("/campaigns/%d", c.ID)).want(200))
	if got.TrunkName != "Line one" || got.ScriptName != "Talk one" || got.Idle == nil || got.Idle.Code != "no_contacts" {
		t.Errorf("detail: %+v", got)
	}
}

func TestCampaignIsRefusedFieldByField(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		change map[string]any
		where  string
	}{
		{map[string]any{"name": ""}, "body.name"},
		{map[string]any{"name": strings.Repeat("长", 61)}, "body.name"},
		{map[string]any{"name": nil}, "body.name"},
		{map[string]any{"robots": -1}, "body.robots"},
		{map[string]any{"robots": 10_001}, "body.robots"},
		{map[string]any{"robots": "many"}, "body.robots"},
		{map[string]any{"script_id": 0}, "body.script_id"},
		{map[string]any{"script_id": w.two.script}, "body.script_id"},
		{map[string]any{"trunk_id": w.two.trunk}, "body.trunk_id"},
		{map[string]any{"trunk_id": 999}, "body.trunk_id"},
		{map[string]any{"start_mode": "sometimes"}, "body.start_mode"},
		{map[string]any{"start_mode": "scheduled"}, "body.start_at"},
		{map[string]any{"window": map[string]any{"from": "08:59"}}, "body.window"},
		{map[string]any{"window": map[string]any{"to": "20:01"}}, "body.window"},
		{map[string]any{"window": map[string]any{"from": "9:00"}}, "body.window.from"},
		{map[string]any{"window": map[string]any{"zone": "Mars/Olympus"}}, "body.window.zone"},
		{map[string]any{"window": map[string]any{"weekdays": []string{"mon", "someday"}}}, "body.window.weekdays[1]"},
		{map[string]any{"redial": map[string]any{"max_attempts": 11}}, "body.redial.max_attempts"},
		{map[string]any{"redial": map[string]any{"interval_seconds": int64(1) << 62}}, "body.redial.interval_seconds"},
		{map[string]any{"redial": map[string]any{"on": []string{"answered"}}}, "body.redial.on[0]"},
		{map[string]any{"tenant": 7}, "body.tenant"},
	} {
		p := w.one.do("POST", "/api/v1/campaigns", w.one.campaignForm(c.change)).problem(422)
		found := false
		for _, e := range p.Errors {
			found = found || e.Location == c.where
		}
		if !found || p.Code != "invalid" {
			t.Errorf("%v: %+v, want a refusal at %s", c.change, p, c.where)
		}
	}
}

func TestCampaignIsMovedByItsActions(t *testing.T) {
	w := newWorld(t)
	id := w.one.campaign()
	act := func(action string) answer {
		t.Helper()
		return w.one.do("POST", address("/campaigns/%d/%s", id, action), nil)
	}
	if p := act("start").problem(409); !strings.Contains(p.Detail, "no contacts") {
		t.Errorf("start without contacts: %+v", p)
	}
	w.one.do("POST", address("/campaigns/%d/contacts", id), map[string]any{"number": "13800138000"}).want(201)
	for _, step := range []struct {
		action string
		status int
		says   string // the state, or a part of the refusal
	}{
		{"pause", 409, "not_started cannot pause"}, {"start", 200, "scheduling"}, {"start", 409, "scheduling already"},
		{"resume", 409, "scheduling already"}, {"pause", 200, "paused"}, {"pause", 409, "paused already"}, {"resume", 200, "scheduling"},
		{"terminate", 200, "finished"}, {"terminate", 409, "finished already"}, {"resume", 409, "finished cannot resume"},
	} {
		got := act(step.action)
		if step.status == 200 {
			if c := as[api.Campaign](got.want(200)); c.State != step.says {
				t.Errorf("%s: %s", step.action, c.State)
			}
		} else if p := got.problem(step.status); !strings.Contains(p.Detail, step.says) {
			t.Errorf("%s: %q, want %q", step.action, p.Detail, step.says)
		}
	}
	var states []string
	for _, m := range w.bus.published() {
		if m, ok := m.(event.CampaignChanged); ok {
			states = append(states, m.State)
		}
	}
	if got := strings.Join(states, " "); got != "scheduling paused scheduling finished" {
		t.Errorf("published: %s", got)
	}
	if p := w.one.do("POST", address("/campaigns/%d/contacts", id), map[string]any{"number": "13800138001"}).problem(409); !strings.Contains(p.Detail, "finished") {
		t.Errorf("contact for a finished campaign: %+v", p)
	}
	w.one.upload(address("/campaigns/%d/imports", id), "a.csv", "13800138001\n").problem(409)
}

func TestCampaignsArePagedAndFiltered(t *testing.T) {
	w := newWorld(t)
	for i := range 5 {
		w.one.do("POST", "/api/v1/campaigns", w.one.campaignForm(map[string]any{"name": fmt.Sprintf("Campaign %d", i)})).want(201)
	}
	w.two.campaign()
	var names []string
	for path := address("/campaigns?limit=2"); path != ""; {
		page := as[api.Page[api.Campaign]](w.one.get(path).want(200))
		for _, c := range page.Items {
			names = append(names, c.Name)
		}
		path = ""
		if page.Next != "" {
			path = address("/campaigns?limit=2&cursor=%s", page.Next)
		}
	}
	if got := strings.Join(names, ","); got != "Campaign 4,Campaign 3,Campaign 2,Campaign 1,Campaign 0" {
		t.Errorf("campaigns: %s", got)
	}
	for query, want := range map[string]int{
		"name=paign 3": 1, "name=%25": 0, "state=not_started": 5, "state=running": 0, fmt.Sprintf("trunk_id=%d", w.one.trunk): 5,
		"trunk_id=999": 0, "created_from=2026-03-03T00:00:00Z": 0, "created_before=2026-03-03T00:00:00Z": 5,
	} {
		page := as[api.Page[api.Campaign]](w.one.get(address("/campaigns?%s", strings.ReplaceAll(query, " ", "%20"))).want(200))
		if len(page.Items) != want {
			t.Errorf("%s: %d campaigns, want %d", query, len(page.Items), want)
		}
	}
	for _, query := range []string{"limit=0", "limit=201", "cursor=abc", "cursor=-1", "state=asleep", "created_from=yesterday"} {
		w.one.get(address("/campaigns?%s", query)).problem(422)
	}
}

func TestAnotherTenantsThingsDoNotExist(t *testing.T) {
	w := newWorld(t)
	id := w.two.campaign()
	w.two.do("POST", address("/campaigns/%d/contacts", id), map[string]any{"number": "13800138000"}).want(201)
	imported := as[api.Import](w.two.upload(address("/campaigns/%d/imports", id), "a.csv", "13800138001\n").want(202))
	talked := w.two.call(id)
	for _, path := range []string{
		address("/campaigns/%d", id), address("/campaigns/%d/imports", id), address("/campaigns/%d/calls", id), address("/imports/%d", imported.ID),
		address("/imports/%d/rejections", imported.ID), address("/calls/%s", talked), address("/calls/%s/audio", talked),
		address("/calls/%s/turns/1/audio", talked),
	} {
		w.two.get(path).want(200)
		w.one.get(path).problem(404)
	}
	for _, path := range []string{"start", "pause", "resume", "terminate"} {
		w.one.do("POST", address("/campaigns/%d/%s", id, path), nil).problem(404)
	}
	w.one.do("POST", address("/campaigns/%d/contacts", id), map[string]any{"number": "13800138002"}).problem(404)
	w.one.upload(address("/campaigns/%d/imports", id), "a.csv", "13800138001\n").problem(404)
	for _, path := range []string{"/api/v1/scripts", "/api/v1/trunks", "/api/v1/campaigns"} {
		if got := w.one.get(path).want(200); bytes.Contains(got.body, []byte("two")) {
			t.Errorf("%s shows another tenant's: %s", path, got.body)
		}
	}
}

func TestOneContactIsAddedOrRefused(t *testing.T) {
	w := newWorld(t)
	path := address("/campaigns/%d/contacts", w.one.campaign())
	c := as[api.Contact](w.one.do("POST", path, map[string]any{"number": "+86 138-0013-8000", "name": " 张三 ", "vars": map[string]string{"金额": "12"}}).want(201))
	if c.Number != "13800138000" || c.Name != "张三" || c.Vars["金额"] != "12" || c.State != "waiting" {
		t.Errorf("contact: %+v", c)
	}
	w.one.do("POST", path, map[string]any{"number": "13800138000"}).problem(409)
	for _, bad := range []map[string]any{
		{"number": ""}, {"number": "12345"}, {"number": "13800138000\n\nbgapi"}, {"number": "13800138000@evil"}, {"number": "${x}"}, {"number": "loopback/1"},
		{"number": "13800138001", "name": "a\x00b"}, {"number": "13800138001", "name": "a\nb"}, {"number": "13800138001", "vars": map[string]string{"a b": "x"}},
		{"number": "13800138001", "vars": map[string]string{"a": "x\r\ny"}}, {"number": strings.Repeat("1", 101)},
	} {
		if p := w.one.do("POST", path, bad).problem(422); len(p.Errors) == 0 {
			t.Errorf("%v: %+v", bad, p)
		}
	}
}

func TestWhyACampaignIsIdle(t *testing.T) {
	w := newWorld(t)
	id := as[api.Campaign](w.one.do("POST", "/api/v1/campaigns", w.one.campaignForm(map[string]any{
		"start_mode": "scheduled", "start_at": noon.Add(time.Hour), "window": map[string]any{"to": "18:00"}})).want(201)).ID
	w.one.do("POST", address("/campaigns/%d/contacts", id), map[string]any{"number": "13800138000"}).want(201)
	check := func(code string) {
		t.Helper()
		got := as[api.CampaignDetail](w.one.get(address("/campaigns/%d", id)).want(200)).Idle
		if code == "" && got == nil {
			return
		}
		if got == nil || got.Code != code {
			t.Errorf("idle: %+v, want %q", got, code)
		}
	}
	check("not_started")
	w.one.do("POST", address("/campaigns/%d/start", id), nil).want(200)
	check("start_time")
	w.clock.Advance(2 * time.Hour)
	check("")
	w.clock.Advance(5 * time.Hour)
	check("window")
	w.one.do("POST", address("/campaigns/%d/pause", id), nil).want(200)
	check("paused")
	w.one.do("POST", address("/campaigns/%d/terminate", id), nil).want(200)
	check("finished")
}
