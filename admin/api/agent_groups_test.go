package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/admin/api"
	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/agent"
	"github.com/outdial/outdial/shared/call"
)

// desk makes a group of agents with nobody in it.
func (m merchant) desk(name string) int64 {
	m.w.t.Helper()
	return as[api.AgentGroup](m.do("POST", "/api/v1/agent-groups", body{"name": name}).want(201)).ID
}

// operator is a member with an agent number.
func (m merchant) operator(account, extension string) int64 {
	m.w.t.Helper()
	_, id := m.agent(account, access.Member, func(u *access.User) { u.AgentNumber = extension })
	return int64(id)
}

func TestAgentGroupsAreKept(t *testing.T) {
	w := newWorld(t)
	a, b, other := w.one.operator("anna", "1001"), w.one.operator("bea", "1002"), w.two.operator("rival", "1001")
	_, plain := w.one.agent("plain", access.Member)
	const html = "<b>\"'; DROP TABLE agent_groups; --"
	g := as[api.AgentGroup](w.one.do("POST", "/api/v1/agent-groups", body{"name": html, "remark": html, "member_ids": []int64{b, a}}).want(201))
	if g.Name != html || g.Kind != "transfers" || g.Remark != html || g.CreatedBy != "User one" || !g.CreatedAt.Equal(noon) || len(g.Members) != 2 ||
		g.Members[0] != (api.Agent{ID: a, Name: "User anna", Account: "anna", Extension: "1001", Callable: true}) {
		t.Errorf("group %+v", g)
	}
	one := address("/agent-groups/%d", g.ID)
	w.one.do("POST", "/api/v1/agent-groups", body{"name": html}).problem(409)
	w.two.desk(html) // another company's names are its own
	for _, c := range []struct {
		body  body
		where string
	}{
		{body{"name": ""}, "body.name"}, {body{"name": strings.Repeat("长", 61)}, "body.name"}, {body{"name": "a", "kind": "robots"}, "body.kind"},
		{body{"name": "a", "remark": strings.Repeat("x", 501)}, "body.remark"}, {body{"name": "a", "tenant": 1}, "body.tenant"},
		{body{"name": "a", "member_ids": []int64{other}}, "body.member_ids"}, {body{"name": "a", "member_ids": []int64{int64(plain)}}, "body.member_ids"},
		{body{"name": "a", "member_ids": []int64{a, a}}, "body.member_ids"},
	} {
		if p := w.one.do("POST", "/api/v1/agent-groups", c.body).problem(422); len(p.Errors) != 1 || p.Errors[0].Location != c.where {
			t.Errorf("%v: %+v", c.body, p)
		}
	}
	if list := as[api.Page[api.AgentGroup]](w.one.get("/api/v1/agent-groups").want(200)); len(list.Items) != 1 {
		t.Errorf("refused groups were made: %+v", list)
	}
	if all := as[struct{ Items []api.Agent }](w.one.get("/api/v1/agents").want(200)).Items; len(all) != 2 || all[0].Extension != "1001" || all[1].Account != "bea" {
		t.Errorf("agents %+v", all)
	}

	// Who had a call last is called last.
	must(t, w.db.AgentCalled(t.Context(), w.one.scope, access.UserID(a), noon))
	if got := as[api.AgentGroup](w.one.get(one).want(200)); got.Members[0].ID != b || got.Members[1].LastAt == nil || !got.Members[1].LastAt.Equal(noon) {
		t.Errorf("after a call: %+v", got.Members)
	}
	// A number that was taken away leaves its member in the group, not to be called, whatever else is changed.
	w.one.alter(access.UserID(b), func(u *access.User) { u.AgentNumber = "" })
	got := as[api.AgentGroup](w.one.do("PATCH", one, body{"name": "客服", "remark": "", "member_ids": []int64{a, b}}).want(200))
	if got.Name != "客服" || got.Remark != "" || len(got.Members) != 2 || got.Members[0].Callable || got.Members[0].ID != b {
		t.Errorf("changed to %+v", got)
	}
	got = as[api.AgentGroup](w.one.do("PUT", one+"/members", body{"member_ids": []int64{a}}).want(200))
	if len(got.Members) != 1 || got.Members[0].ID != a {
		t.Errorf("members %+v", got.Members)
	}
	if p := w.one.do("PUT", one+"/members", body{"member_ids": []int64{a, b}}).problem(422); p.Errors[0].Location != "body.member_ids" {
		t.Errorf("a member who lost the number comes back: %+v", p)
	}
	for _, r := range [][2]string{{"GET", ""}, {"PATCH", ""}, {"DELETE", ""}, {"PUT", "/members"}} {
		var sent any
		switch r[0] {
		case "PATCH":
			sent = body{"name": "x"}
		case "PUT":
			sent = body{"member_ids": []int64{}}
		}
		w.two.do(r[0], one+r[1], sent).problem(404)
	}
	want := []string{"agents.create_group", "agents.update_group", "agents.set_members"}
	if log := w.one.entries(); !slices.Equal(log, want) {
		t.Errorf("log %v, want %v", log, want)
	}

	id := w.one.campaign()
	if c := as[api.Campaign](w.one.patch(id, map[string]any{"agent_group_id": g.ID}).want(200)); c.AgentGroup == nil || *c.AgentGroup != (api.Named{ID: g.ID, Name: "客服"}) {
		t.Errorf("the campaign's group: %+v", c.AgentGroup)
	}
	w.one.do("DELETE", one, nil).problem(409)
	w.one.do("PATCH", one, body{"kind": "manual"}).problem(409)
	manual := as[api.AgentGroup](w.one.do("POST", "/api/v1/agent-groups", body{"name": "外呼", "kind": "manual"}).want(201))
	for what, no := range map[string]int64{"no such group": 99999, "another company's": w.two.desk("theirs"), "for people's campaigns": manual.ID} {
		if p := w.one.patch(id, map[string]any{"agent_group_id": no}).problem(422); p.Errors[0].Location != "body.agent_group_id" {
			t.Errorf("%s: %+v", what, p)
		}
	}
	if c := as[api.Campaign](w.one.patch(id, map[string]any{"agent_group_id": 0}).want(200)); c.AgentGroup != nil {
		t.Errorf("the group was not taken out: %+v", c.AgentGroup)
	}
	w.one.do("DELETE", one, nil).want(204)
	w.one.get(one).problem(404)
}

func TestAgentGroupsOfRoles(t *testing.T) {
	w := newWorld(t)
	g := w.one.desk("客服")
	one := address("/agent-groups/%d", g)
	for template, may := range map[access.Template]bool{access.Supervisor: true, access.Member: false, access.Auditor: false} {
		who, _ := w.one.agent("as-"+string(template), template)
		who.get(one).want(200)
		who.get("/api/v1/agents").want(200)
		if status := who.do("PATCH", one, body{"name": "客服" + string(template)}).status; (status == http.StatusOK) != may {
			t.Errorf("%s changes a group: %d", template, status)
		}
	}
}

const handing = `script: 1
name: 转组
start: hi
nodes:
  hi: {say: 您好，我为您转人工。, next: desk}
  desk: {transfer: {timeout: 20s, failed: bye}}
  bye: {say: 再见。, hangup: true}
`

func TestScriptThatAsksForAGroupNeedsOne(t *testing.T) {
	w := newWorld(t)
	m := w.one
	m.script, _ = m.scriptOf(handing)
	id := m.campaign()
	m.contact(id, "13800138000")
	p := m.do("POST", address("/campaigns/%d/start", id), nil).problem(409)
	if !strings.Contains(p.Detail, "desk") || !strings.Contains(p.Detail, "choose an agent group") {
		t.Errorf("refused with %q", p.Detail)
	}
	if a := w.inChinese("POST", address("/campaigns/%d/start", id), nil).problem(409).Detail; !strings.Contains(a, "请选择坐席组") {
		t.Errorf("refused in Chinese with %q", a)
	}
	m.patch(id, map[string]any{"agent_group_id": m.desk("客服")}).want(200)
	m.do("POST", address("/campaigns/%d/start", id), nil).want(200)
	m.do("POST", address("/campaigns/%d/pause", id), nil).want(200)
	m.patch(id, map[string]any{"agent_group_id": 0}).want(200)
	m.do("POST", address("/campaigns/%d/resume", id), nil).problem(409)
}

func TestCallsOfAGroup(t *testing.T) {
	w := newWorld(t)
	m := w.one
	id, g := m.campaign(), m.desk("客服")
	m.contact(id, "13800138000")
	m.contact(id, "13800138001")
	took := m.dial(id)
	took.Agent = call.Agent{Extension: "1001", Group: agent.GroupID(g), GroupName: "客服", Asked: noon.Add(time.Second), Connected: noon.Add(3 * time.Second)}
	must(t, w.db.NoteTransfer(t.Context(), m.scope, took.UUID, call.TransferConnected, took.Agent))
	m.end(took, call.Outcome{Answered: true, Disposition: call.Answered, EndReason: call.EndCompleted}, "A")
	m.end(m.dial(id), call.Outcome{Answered: true, Disposition: call.Answered, EndReason: call.EndCompleted}, "A")
	list := as[api.CallPage](m.get(address("/campaigns/%d/calls?agent_group_id=%d", id, g)).want(200))
	if len(list.Items) != 1 || list.Items[0].ID != string(took.UUID) || list.Items[0].Agent == nil || *list.Items[0].Agent.Group != (api.Named{ID: g, Name: "客服"}) {
		t.Errorf("calls of the group: %+v", list.Items)
	}
	if list := as[api.CallPage](m.get(address("/campaigns/%d/calls?agent_group_id=%d", id, g+1)).want(200)); len(list.Items) != 0 {
		t.Errorf("calls of no group: %+v", list.Items)
	}
	if d := as[api.CallDetail](m.get("/api/v1/calls/" + string(took.UUID)).want(200)); d.Agent == nil || d.Agent.Group == nil || d.Agent.Group.Name != "客服" {
		t.Errorf("the call's agent: %+v", d.Agent)
	}
}
