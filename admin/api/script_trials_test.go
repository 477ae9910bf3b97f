package api_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/admin/api"
	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/scripttest"
	"github.com/outdial/outdial/shared/transcript"
)

const tried = `
script: 1
name: 邀请
nodes:
  ask: {say: 您有兴趣来吗？, branches: {affirm: {to: done, label: 愿意}, refuse: bye, silence: ask}}
  done: {say: 再见。, hangup: true}
  bye: {say: 打扰了。, hangup: true}
questions: {where: {variants: [在哪里], answer: 图书馆。}}
tests: [{name: 来, says: [可以], expect: {end: done}}, {name: 不对, says: [可以], expect: {end: bye}}]
`

// script gives a merchant a script of that text, deployed.
func (m merchant) scriptOf(text string) (script.ID, script.VersionID) {
	m.w.t.Helper()
	s := script.Script{Tenant: m.id, Name: "tried " + m.account, CreatedAt: noon}
	must(m.w.t, m.w.db.CreateScript(m.w.t.Context(), m.scope, &s, []byte(text)))
	return s.ID, m.publish(s.ID, text)
}

func (m merchant) publish(id script.ID, text string) script.VersionID {
	m.w.t.Helper()
	v := script.Version{Script: id, Tenant: m.id, Source: []byte(text), CreatedAt: noon}
	must(m.w.t, m.w.db.PublishVersion(m.w.t.Context(), m.scope, &v))
	return v.ID
}

// spoke makes a finished call of the merchant's campaign with these turns: the robot's and the callee's, in turn.
func (m merchant) spoke(campaign int64, last string, turns ...transcript.Turn) call.UUID {
	m.w.t.Helper()
	c := m.dial(campaign)
	for i, t := range turns {
		t.Call, t.Tenant, t.Seq, t.StartedAt = c.UUID, m.id, i+1, noon.Add(time.Duration(i)*time.Second)
		must(m.w.t, m.w.db.AddTurn(m.w.t.Context(), m.scope, t))
	}
	must(m.w.t, m.w.db.EndConversation(m.w.t.Context(), m.scope, transcript.Conversation{Call: c.UUID, Tenant: m.id, StartedAt: noon, EndedAt: noon, EndedBy: call.PartyCallee,
		EndReason: "callee_hangup", LastNode: last}))
	m.end(c, call.Outcome{Answered: true, EndReason: call.EndCompleted, Disposition: call.Answered}, "A")
	return c.UUID
}

func robot(node string) transcript.Turn {
	return transcript.Turn{Speaker: transcript.Robot, Node: node, Text: node}
}

func callee(node, text string, kind transcript.MatchKind, intent string) transcript.Turn {
	return transcript.Turn{Speaker: transcript.Callee, Node: node, Text: text, Matched: transcript.Match{Kind: kind, Intent: intent}, Audio: "rec/turn.wav"}
}

func TestTalkToScript(t *testing.T) {
	w := newWorld(t)
	id, version := w.one.scriptOf(tried)
	path := address("/scripts/%d/talk", id)
	got := as[scripttest.Talk](w.one.do("POST", path, body{"inputs": []body{{"say": "在哪里"}, {"say": "可以"}}}).want(200))
	if got.Ended != "hangup_node" || got.Node != "done" || got.Grade != "A" || len(got.Steps) != 3 || got.Steps[1].Via != "question where" || fmt.Sprint(got.Labels) != "[愿意]" {
		t.Errorf("%+v", got)
	}
	other := strings.NewReplacer("affirm: {to: done", "affirm: {to: bye", "refuse: bye", "refuse: done").Replace(tried)
	got = as[scripttest.Talk](w.one.do("POST", path, body{"document": other, "inputs": []body{{"say": "可以"}}}).want(200))
	if got.Node != "bye" {
		t.Errorf("the document was not talked to: %+v", got)
	}
	w.one.do("POST", path, body{"version_id": version, "inputs": []body{}}).want(200)
	w.one.do("POST", path, body{"version_id": w.two.version, "inputs": []body{}}).problem(404)
	w.one.do("POST", path, body{"version_id": w.one.version, "inputs": []body{}}).problem(404) // of another script
	for _, bad := range []body{{}, {"say": "a", "silence": true}, {"digits": "12x"}, {"transfer": "maybe"}, {"say": strings.Repeat("长", 1001)}} {
		if p := w.one.do("POST", path, body{"inputs": []body{{"say": "喂"}, bad}}).problem(422); len(p.Errors) != 1 || p.Errors[0].Location != "body.inputs[1]" {
			t.Errorf("%v: %+v", bad, p)
		}
	}
	w.one.do("POST", path, body{"inputs": make([]body, 501)}).problem(422)
	w.one.do("POST", path, body{"document": "script: 1\nname: x\nnodes: {a: {say: x, next: gone}}", "inputs": []body{}}).problem(422)
	w.two.do("POST", path, body{"inputs": []body{}}).problem(404)
}

func TestTestScript(t *testing.T) {
	w := newWorld(t)
	id, _ := w.one.scriptOf(tried)
	path := address("/scripts/%d/test", id)
	got := as[api.ScriptReport](w.one.do("POST", path, body{"conversations": 120, "seed": 7}).want(200))
	if len(got.Cases) != 2 || !got.Cases[0].Passed || got.Cases[1].Passed || got.Simulation.Conversations != 120 || got.Coverage.NodesHit != 3 || got.Coverage.Branches["ask>affirm"] == 0 {
		t.Errorf("%+v", got)
	}
	if again := w.one.do("POST", path, body{"conversations": 120, "seed": 7}).want(200); string(again.body) != string(w.one.do("POST", path, body{"conversations": 120, "seed": 7}).want(200).body) {
		t.Error("the same seed gave two reports")
	}
	if usual := as[api.ScriptReport](w.one.do("POST", path, body{}).want(200)); usual.Simulation.Conversations != 500 {
		t.Errorf("%d conversations where nobody says how many", usual.Simulation.Conversations)
	}
	if none := as[api.ScriptReport](w.one.do("POST", path, body{"conversations": 0}).want(200)); none.Simulation.Conversations != 0 || len(none.Cases) != 2 {
		t.Errorf("only the tests: %+v", none)
	}
	w.one.do("POST", path, body{"conversations": 2001}).problem(422)
	r := w.request("POST", path, body{"conversations": 0})
	r.Header.Set("Accept-Language", "zh")
	r.AddCookie(w.one.cookie)
	if zh := as[api.ScriptReport](w.send(r).want(200)); zh.Cases[1].Failures[0] != "对话在 done 结束，应在 bye 结束" {
		t.Errorf("in Chinese: %v", zh.Cases[1].Failures)
	}
}

func TestReplayAndTraffic(t *testing.T) {
	w := newWorld(t)
	m := w.one
	id, before := m.scriptOf(tried)
	m.script, m.version = id, before
	camp := m.campaign()
	m.do("POST", address("/campaigns/%d/contacts", camp), body{"number": "13800138000", "name": "王"}).want(201)
	changed := m.spoke(camp, "done", robot("ask"), callee("ask", "可以，13800138000", transcript.MatchIntent, "affirm"), robot("done"))
	m.do("POST", address("/campaigns/%d/contacts", camp), body{"number": "13800138001", "name": "李"}).want(201)
	m.spoke(camp, "ask", robot("ask"), callee("ask", "在哪里", transcript.MatchQuestion, "question:where"), robot("ask"), callee("ask", "楼下那只猫", transcript.MatchUnmatched, ""),
		robot("ask"), callee("ask", "", transcript.MatchSilence, ""), robot("ask"))
	after := m.publish(id, strings.NewReplacer("affirm: {to: done, label: 愿意}", "affirm: {to: bye, label: 很愿意}", "refuse: bye", "refuse: done").Replace(tried))

	path := address("/scripts/%d/replay", id)
	got := as[api.ScriptReplay](m.do("POST", path, body{"from": before, "to": after}).want(200))
	if got.Calls != 2 || got.Same != 1 || len(got.Changed) != 1 || got.Grades.Before["A"] != 1 {
		t.Fatalf("%+v", got)
	}
	one := got.Changed[0]
	if one.Call != string(changed) || one.Number != "13800138000" || fmt.Sprint(one.Before.Path, one.After.Path, one.After.Labels) != "[ask done] [ask bye] [很愿意]" {
		t.Errorf("%+v", one)
	}
	if d := one.FirstDifference; d == nil || d.Turn != 1 || d.Said != "可以，13800138000" || d.Before != "done" || d.After != "bye" {
		t.Errorf("they part at %+v", d)
	}
	if draft := as[api.ScriptReplay](m.do("POST", path, body{"from": before}).want(200)); draft.Same != 1 || len(draft.Changed) != 1 {
		t.Errorf("against the draft: %+v", draft)
	}
	masked, _ := m.agent("masked", access.Administrator, func(u *access.User) { u.MaskNumbers = true })
	if s := string(masked.do("POST", path, body{"from": before, "to": after}).want(200).body); strings.Contains(s, "0013800") || !strings.Contains(s, "138****8000") {
		t.Errorf("masked: %s", s)
	}
	m.do("POST", path, body{"from": before, "calls": 501}).problem(422)
	m.do("POST", path, body{"from": w.two.version}).problem(404)

	traffic := as[api.ScriptTraffic](m.get(address("/scripts/%d/traffic?version=%d&days=90", id, before)).want(200))
	if traffic.Calls != 2 || traffic.Nodes["ask"] != (api.NodeTraffic{Entered: 3, HungUp: 1, Unmatched: 1, Silent: 1}) || traffic.Branches["ask>affirm"] != 1 || traffic.Branches["question:where"] != 1 {
		t.Errorf("%+v", traffic)
	}
	if now := as[api.ScriptTraffic](m.get(address("/scripts/%d/traffic", id)).want(200)); now.VersionID != int64(after) || now.Calls != 0 {
		t.Errorf("of the deployed version: %+v", now)
	}
	w.two.get(address("/scripts/%d/traffic", id)).problem(404)
}

func TestUnmatchedSentences(t *testing.T) {
	w := newWorld(t)
	m := w.one
	id, version := m.scriptOf(tried)
	m.script, m.version = id, version
	camp := m.campaign()
	for i, said := range []string{"能不能分期付款", "可以分期付款吗", "楼下那只猫 13800138000", "分期付款行不行"} {
		m.do("POST", address("/campaigns/%d/contacts", camp), body{"number": fmt.Sprintf("1380013800%d", i), "name": "王"}).want(201)
		m.spoke(camp, "ask", robot("ask"), callee("ask", said, transcript.MatchUnmatched, ""))
	}
	list := address("/scripts/%d/unmatched", id)
	groups := as[api.Page[api.UnmatchedGroup]](m.get(list).want(200)).Items
	if len(groups) != 2 || groups[0].Count != 3 || groups[0].Text != "能不能分期付款" || groups[0].State != "open" || len(groups[0].Sentences) != 3 || !groups[0].Sentences[0].Audio ||
		groups[0].Sentences[0].Node != "ask" {
		t.Fatalf("%+v", groups)
	}
	first := as[api.Page[api.UnmatchedGroup]](m.get(list + "?limit=1").want(200))
	second := as[api.Page[api.UnmatchedGroup]](m.get(list + "?limit=1&cursor=" + first.Next).want(200))
	if len(first.Items) != 1 || len(second.Items) != 1 || second.Next != "" || second.Items[0].Group != groups[1].Group {
		t.Errorf("pages %+v, %+v", first, second)
	}
	masked, _ := m.agent("masked", access.Administrator, func(u *access.User) { u.MaskNumbers = true })
	if s := string(masked.get(list).want(200).body); strings.Contains(s, "0013800") {
		t.Errorf("masked: %s", s)
	}

	added := m.do("POST", list+"/add", body{"group": groups[0].Group, "question": "instalments", "create": true, "answer": "可以分期。"}).want(200)
	if s := string(added.body); !strings.Contains(s, `"settled":3`) || !strings.Contains(s, "分期付款行不行") {
		t.Errorf("added %s", s)
	}
	draft := as[api.ScriptDraft](m.get(address("/scripts/%d/draft", id)).want(200))
	if !strings.Contains(draft.Document, `"instalments"`) || !strings.Contains(draft.Document, "能不能分期付款") || strings.Index(draft.Document, `"where"`) > strings.Index(draft.Document, `"instalments"`) {
		t.Errorf("the draft is %s", draft.Document)
	}
	talk := as[scripttest.Talk](m.do("POST", address("/scripts/%d/talk", id), body{"inputs": []body{{"say": "请问能不能分期付款"}}}).want(200))
	if talk.Steps[1].Via != "question instalments" {
		t.Errorf("the draft takes it for %q", talk.Steps[1].Via)
	}
	m.do("POST", list+"/add", body{"group": groups[0].Group, "question": "instalments"}).problem(404) // nothing of it is open
	m.do("POST", list+"/add", body{"group": groups[1].Group, "question": "gone"}).problem(404)
	m.do("POST", list+"/add", body{"group": groups[1].Group, "intent": "silence"}).problem(422)
	m.do("POST", list+"/add", body{"group": groups[1].Group, "question": "where", "create": true, "answer": "x"}).problem(409)

	cat := groups[1].Sentences[0].ID
	m.do("POST", list+"/ignore", body{"sentences": []int64{cat}}).want(200)
	if left := as[api.Page[api.UnmatchedGroup]](m.get(list).want(200)).Items; len(left) != 0 {
		t.Errorf("still open: %+v", left)
	}
	if ignored := as[api.Page[api.UnmatchedGroup]](m.get(list + "?state=ignored").want(200)).Items; len(ignored) != 1 || ignored[0].State != "ignored" {
		t.Errorf("ignored: %+v", ignored)
	}
	m.do("POST", list+"/ignore", body{"sentences": []int64{cat}, "reopen": true}).want(200)
	m.do("POST", list+"/add", body{"sentences": []int64{cat}, "intent": "cat", "create": true, "texts": []string{"猫"}}).want(200)
	if draft := as[api.ScriptDraft](m.get(address("/scripts/%d/draft", id)).want(200)); !strings.Contains(strings.Join(strings.Fields(draft.Document), ""), `"intents":{"cat":["猫"]}`) {
		t.Errorf("the draft is %s", draft.Document)
	}
	w.two.do("POST", list+"/add", body{"sentences": []int64{cat}, "question": "where"}).problem(404)
	w.two.do("POST", list+"/ignore", body{"sentences": []int64{cat}}).problem(404)
	w.two.get(list).problem(404)
}

// What a report was stored with is said in the language of whoever reads it, and so are the sentences of reports that are
// older than the codes of findings.
func TestStoredReportsAreReadInTheReadersLanguage(t *testing.T) {
	w := newWorld(t)
	id, _ := w.one.scriptOf(tried)
	lonely := strings.Replace(tried, "questions:", "  lonely: {say: 没人来。, hangup: true}\nquestions:", 1)
	report := `{"cases": [], "problems": ["node lonely was not reached in 300 conversations", {"code": "way_untaken", "args": ["ask>refuse", 300], "text": "old words"}]}`
	v := script.Version{Script: id, Tenant: w.one.id, Source: []byte(lonely), Report: []byte(report), CreatedAt: noon}
	must(t, w.db.PublishVersion(t.Context(), w.one.scope, &v))
	for language, want := range map[string]string{
		"zh": "[节点 lonely 在 300 次模拟对话中从未到达 分支 ask>refuse 在 300 次模拟对话中从未走过]",
		"en": "[node lonely was not reached in 300 conversations ask>refuse was not taken in 300 conversations]",
	} {
		r := w.request("GET", address("/script-versions/%d", v.ID), nil)
		r.Header.Set("Accept-Language", language)
		r.AddCookie(w.one.cookie)
		if got := as[api.ScriptVersionDetail](w.send(r).want(200)); got.Report == nil || fmt.Sprint(got.Report.Problems) != want {
			t.Errorf("%s: %+v", language, got.Report)
		}
	}
}
