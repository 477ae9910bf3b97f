package api_test

import (
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/admin/api"
	"github.com/outdial/outdial/admin/wecom"
	"github.com/outdial/outdial/admin/wecom/wecomtest"
	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/push"
	"github.com/outdial/outdial/shared/tenant"
)

func (m merchant) wechatRobot(name, key string) int64 {
	m.w.t.Helper()
	return as[api.WeChatRobot](m.do("POST", "/api/v1/wechat-robots", map[string]any{"name": name, "key": key}).want(201)).ID
}

func wechatWorld(t *testing.T) (*world, *wecomtest.Server) {
	t.Helper()
	s := wecomtest.Serve(t)
	c, err := wecom.New(s.URL)
	must(t, err)
	t.Cleanup(c.Close)
	return newWorld(t, func(d *api.Deps) { d.WeChat = c }), s
}

const webhookKey = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"

func TestWeChatRobotsAreKept(t *testing.T) {
	w, _ := wechatWorld(t)
	const robots, one = "/api/v1/wechat-robots", "/wechat-robots/%d"
	r := as[api.WeChatRobot](w.one.do("POST", robots, map[string]any{"name": "销售群", "key": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=" + webhookKey}).want(201))
	if r.Name != "销售群" || r.KeyEnd != "5aaa" || !r.MaskNumbers || r.CreatedBy != "User one" || !r.CreatedAt.Equal(noon) {
		t.Errorf("created %+v", r)
	}
	for _, c := range []struct {
		body  map[string]any
		where string
	}{
		{map[string]any{"name": "", "key": webhookKey}, "body.name"}, {map[string]any{"name": "a\nb", "key": webhookKey}, "body.name"}, {map[string]any{"name": "a"}, "body.key"},
		{map[string]any{"name": "a", "key": "short"}, "body.key"}, {map[string]any{"name": "a", "key": webhookKey + "&debug=1"}, "body.key"},
		{map[string]any{"name": "a", "key": "https://example.com/"}, "body.key"}, {map[string]any{"name": "a", "key": webhookKey, "tenant": 1}, "body.tenant"},
		{map[string]any{"name": "a", "key": strings.Repeat("x", 5000)}, "body.key"},
	} {
		a := w.one.do("POST", robots, c.body)
		if p := a.problem(422); len(p.Errors) != 1 || p.Errors[0].Location != c.where || strings.Contains(string(a.body), webhookKey) {
			t.Errorf("%v: %s", c.body, a.body)
		}
	}
	w.one.do("POST", robots, map[string]any{"name": "销售群", "key": webhookKey}).problem(409)
	w.two.wechatRobot("销售群", webhookKey)
	changed := as[api.WeChatRobot](w.one.do("PATCH", address(one, r.ID), map[string]any{"name": "客服群", "mask_numbers": false}).want(200))
	if changed.Name != "客服群" || changed.MaskNumbers || changed.KeyEnd != "5aaa" {
		t.Errorf("changed to %+v", changed)
	}
	changed = as[api.WeChatRobot](w.one.do("PATCH", address(one, r.ID), map[string]any{"key": "another-key-of-the-robot"}).want(200))
	if changed.Name != "客服群" || changed.KeyEnd != "obot" {
		t.Errorf("changed to %+v", changed)
	}
	for method, path := range map[string]string{"PATCH": "", "DELETE": "", "POST": "/test"} {
		var body any
		if method == "PATCH" {
			body = map[string]any{"name": "x"}
		}
		w.two.do(method, address(one+path, r.ID), body).problem(404)
	}
	// Nobody reads the key: not in a list, not in the log of operations, not in the process's log.
	list, log := w.one.get(robots).want(200), w.one.get("/api/v1/operations?module=wechat").want(200)
	for what, text := range map[string]string{"list": string(list.body), "operations": string(log.body), "log": w.logged()} {
		if strings.Contains(text, webhookKey) || strings.Contains(text, "another-key") {
			t.Errorf("the key stands in the %s: %s", what, text)
		}
	}
	if n := strings.Count(string(log.body), `"action":"update"`); n != 2 {
		t.Errorf("%d changes in the log: %s", n, log.body)
	}
	w.one.do("DELETE", address(one, r.ID), nil).want(204)
	w.one.do("DELETE", address(one, r.ID), nil).problem(404)
}

func TestCampaignsNameAWeChatRobot(t *testing.T) {
	w, _ := wechatWorld(t)
	robot, foreign := w.one.wechatRobot("销售群", webhookKey), w.two.wechatRobot("别人的", webhookKey)
	for _, c := range []struct {
		wechat map[string]any
		where  string
	}{
		{map[string]any{"robot_id": foreign, "grades": []string{"A"}}, "body.wechat.robot_id"}, {map[string]any{"robot_id": 99999, "grades": []string{"A"}}, "body.wechat.robot_id"},
		{map[string]any{"robot_id": robot}, "body.wechat.grades"}, {map[string]any{"robot_id": robot, "grades": []string{"X"}}, "body.wechat.grades"},
		{map[string]any{"robot_id": -1}, "body.wechat.robot_id"},
	} {
		if p := w.one.do("POST", "/api/v1/campaigns", w.one.campaignForm(map[string]any{"wechat": c.wechat})).problem(422); len(p.Errors) != 1 || p.Errors[0].Location != c.where {
			t.Errorf("%v: %+v", c.wechat, p)
		}
	}
	chosen := map[string]any{"robot_id": robot, "grades": []string{"B", "A", "A"}}
	made := as[api.Campaign](w.one.do("POST", "/api/v1/campaigns", w.one.campaignForm(map[string]any{"wechat": chosen})).want(201))
	if g := made.WeChat; g.RobotID != robot || g.RobotName != "销售群" || strings.Join(g.Grades, "") != "AB" {
		t.Errorf("made with %+v", g)
	}
	if p := w.one.do("DELETE", address("/wechat-robots/%d", robot), nil).problem(409); !strings.Contains(p.Detail, decimal(made.ID)) {
		t.Errorf("deleted while a campaign needs it: %+v", p)
	}
	read := func() api.WeChat {
		return as[api.CampaignDetail](w.one.get(address("/campaigns/%d", made.ID)).want(200)).WeChat
	}
	if g := read(); g.RobotName != "销售群" {
		t.Errorf("shown as %+v", g)
	}
	w.one.do("PATCH", address("/campaigns/%d", made.ID), map[string]any{"wechat": map[string]any{"robot_id": foreign, "grades": []string{"A"}}}).problem(422)
	w.one.do("PATCH", address("/campaigns/%d", made.ID), map[string]any{"name": "other"}).want(200)
	if g := read(); g.RobotID != robot || len(g.Grades) != 2 {
		t.Errorf("after another change: %+v", g)
	}
	w.one.do("PATCH", address("/campaigns/%d", made.ID), map[string]any{"wechat": map[string]any{"robot_id": 0}}).want(200)
	if g := read(); g.RobotID != 0 || g.RobotName != "" || len(g.Grades) != 0 {
		t.Errorf("after it was taken out: %+v", g)
	}
	w.one.do("DELETE", address("/wechat-robots/%d", robot), nil).want(204)
}

func TestCallsShowTheirPush(t *testing.T) {
	w, _ := wechatWorld(t)
	ctx := t.Context()
	robot := w.one.wechatRobot("销售群", webhookKey)
	camp := as[api.Campaign](w.one.do("POST", "/api/v1/campaigns", w.one.campaignForm(map[string]any{"wechat": map[string]any{"robot_id": robot, "grades": []string{"A"}}})).want(201)).ID
	w.one.contact(camp, "13800138001")
	id := w.one.call(camp)
	w.one.contact(camp, "13800138002")
	quiet := w.one.dial(camp)
	w.one.end(quiet, call.Outcome{EndReason: call.EndBusy, Fault: call.FaultCallee, Disposition: call.Busy}, "E")
	list := func(filter string) []api.Call {
		t.Helper()
		return as[api.CallPage](w.one.get(address("/campaigns/%d/calls?state=ended%s", camp, filter)).want(200)).Items
	}
	for filter, want := range map[string]int{"": 2, "&push=none": 1, "&push=waiting": 1, "&push=waiting&push=none": 2, "&push=sent": 0, "&push=failed": 0} {
		if got := list(filter); len(got) != want {
			t.Errorf("%q leaves %d calls, want %d", filter, len(got), want)
		}
	}
	w.one.get(address("/campaigns/%d/calls?push=perhaps", camp)).problem(422)
	if got := list("&push=waiting")[0]; got.ID != id || got.Push == nil || got.Push.State != "waiting" || got.Push.RobotName != "销售群" || got.Push.Attempts != 0 {
		t.Errorf("while it waits: %+v", got.Push)
	}
	if got := list("&push=none")[0]; got.Push != nil {
		t.Errorf("of a call that nobody is told of: %+v", got.Push)
	}
	j, err := w.db.ClaimPush(ctx, tenant.Platform(), push.RobotID(robot), noon.Add(time.Hour))
	must(t, err)
	p := j.Push
	p.State, p.Reason = push.Failed, "the webhook is not valid (code 93000 of WeCom); enter the robot's key again"
	must(t, w.db.SettlePush(ctx, tenant.Platform(), p, time.Time{}))
	detail := as[api.CallDetail](w.one.get("/api/v1/calls/" + id).want(200)).Push
	if detail == nil || detail.State != "failed" || !strings.Contains(detail.Reason, "93000") || detail.Attempts != 1 || detail.SentAt != nil {
		t.Errorf("detail %+v", detail)
	}
	if got := list("&push=failed"); len(got) != 1 || got[0].Push.Reason != detail.Reason {
		t.Errorf("failed: %+v", got)
	}
}

func TestATestMessageIsSent(t *testing.T) {
	w, s := wechatWorld(t)
	robot := w.one.wechatRobot("销售<@all>群", webhookKey)
	path := address("/wechat-robots/%d/test", robot)
	w.one.do("POST", path, nil).want(204)
	if got := s.Taken(); len(got) != 1 || got[0].Key != webhookKey || !strings.Contains(got[0].Content, "销售＜＠all＞群") || !strings.Contains(got[0].Content, "2026-03-02 12:00:00") {
		t.Errorf("sent %+v", got)
	}
	// It counts among the robot's messages.
	if p := w.one.do("POST", path, nil).problem(429); !strings.Contains(p.Detail, "20 times a minute") {
		t.Errorf("at once again: %+v", p)
	}
	for _, c := range []struct {
		fault  wecomtest.Answer
		status int
		says   string
	}{{wecomtest.Echo, 409, "93000"}, {wecomtest.Often, 429, "45009"}, {wecomtest.Hangup, 503, "broke"}, {wecomtest.Huge, 503, "too long"}} {
		w.clock.Advance(push.Spacing)
		s.Next(c.fault)
		a := w.one.do("POST", path, nil)
		if p := a.problem(c.status); !strings.Contains(p.Detail, c.says) || strings.Contains(string(a.body), webhookKey) {
			t.Errorf("%s: %s", c.fault, a.body)
		}
	}
	if strings.Contains(w.logged(), webhookKey) {
		t.Error("the key stands in the log")
	}
}

// TestMaskedMembersLetNobodyTellNumbers: a robot is no way around the mask.
func TestMaskedMembersLetNobodyTellNumbers(t *testing.T) {
	w, _ := wechatWorld(t)
	masked, _ := w.one.member("masked", allOf(tenant.Merchant, access.ScopeTenant), func(u *access.User) { u.MaskNumbers = true })
	const robots = "/api/v1/wechat-robots"
	masked.do("POST", robots, map[string]any{"name": "a", "key": webhookKey, "mask_numbers": false}).problem(403)
	own := as[api.WeChatRobot](masked.do("POST", robots, map[string]any{"name": "a", "key": webhookKey}).want(201))
	masked.do("PATCH", address("/wechat-robots/%d", own.ID), map[string]any{"mask_numbers": false}).problem(403)
	open := as[api.WeChatRobot](w.one.do("POST", robots, map[string]any{"name": "b", "key": webhookKey, "mask_numbers": false}).want(201))
	masked.do("PATCH", address("/wechat-robots/%d", open.ID), map[string]any{"key": "a-key-of-another-chat"}).problem(403)
	masked.do("PATCH", address("/wechat-robots/%d", open.ID), map[string]any{"mask_numbers": true}).want(200)
}
