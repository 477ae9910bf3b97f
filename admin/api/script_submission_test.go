package api_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/outdial/outdial/admin/api"
	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/transcript"
	"github.com/outdial/outdial/shared/trunk"
)

// submits keeps a document as the draft of a script and submits it.
func (m merchant) submits(id script.ID, document string) api.ScriptSubmission {
	m.w.t.Helper()
	one := address("/scripts/%d", id)
	d := as[api.ScriptDraft](m.get(one + "/draft").want(200))
	m.do("PUT", one+"/draft", body{"revision": d.Revision, "document": document}).want(200)
	return as[api.ScriptSubmission](m.do("POST", one+"/submit", body{}).want(201))
}

// TestSubmissionTellsWhatChangesInRealCalls submits a version after calls of the deployed one: its report says what would become of
// them, to the author and to the reviewer, without their numbers.
func TestSubmissionTellsWhatChangesInRealCalls(t *testing.T) {
	w := newWorld(t)
	top := w.company(0, tenant.Operator, "top")
	m := w.company(top.id, tenant.Merchant, "shop")
	good := strings.Replace(tried, "expect: {end: bye}", "expect: {end: done}", 1)
	first := as[api.Script](m.do("POST", "/api/v1/scripts", body{"name": "回归"}).want(201))
	id := script.ID(first.ID)
	v := m.submits(id, good)
	if got := as[api.ScriptVersionDetail](m.get(address("/script-versions/%d", v.ID)).want(200)); got.Replay != nil || got.Report == nil {
		t.Errorf("nothing was deployed, and calls were replayed: %+v", got.Replay)
	}
	m.do("POST", address("/script-versions/%d/withdraw", v.ID), nil).want(200)
	before := m.publish(id, good)
	line := as[api.Trunk](m.do("POST", "/api/v1/trunks", body{"name": "L", "address": "127.0.0.1:5070", "concurrency": 1, "cps": 1}).want(201))
	m.script, m.version, m.trunk = id, before, trunk.ID(line.ID)
	camp := m.campaign()
	for n, say := range map[string]string{"13800138000": "可以，13800138000", "13800138001": "可以"} {
		m.do("POST", address("/campaigns/%d/contacts", camp), body{"number": n, "name": "王"}).want(201)
		m.spoke(camp, "done", robot("ask"), callee("ask", say, transcript.MatchIntent, "affirm"), robot("done"))
	}
	changed := strings.NewReplacer("affirm: {to: done, label: 愿意}", "affirm: {to: bye, label: 很愿意}", "refuse: bye", "refuse: done", "end: done", "end: bye").Replace(good)
	v = m.submits(id, changed)
	check := func(who string, replay *api.ScriptCompared) {
		t.Helper()
		if replay == nil || replay.Version != 2 || replay.VersionID != int64(before) || replay.Found != 2 || replay.Calls != 2 || replay.Same != 0 || len(replay.Changed) != 2 || replay.Grades.Before["A"] != 2 {
			t.Fatalf("%s reads %+v", who, replay)
		}
		one := replay.Changed[0]
		if fmt.Sprint(one.Before.Path, one.After.Path) != "[ask done] [ask bye]" || one.FirstDifference == nil || one.FirstDifference.After != "bye" {
			t.Errorf("%s reads %+v", who, one)
		}
		if b, _ := json.Marshal(replay); strings.Contains(string(b), "13800138") || !strings.Contains(string(b), "138****8000") {
			t.Errorf("%s reads numbers: %s", who, b)
		}
	}
	check("the author", as[api.ScriptVersionDetail](m.get(address("/script-versions/%d", v.ID)).want(200)).Replay)
	check("the reviewer", as[api.ScriptReviewDetail](top.get(address("/script-reviews/%d", v.ID)).want(200)).Replay)

	// Who sees a part of the company's calls reads how many change, and of none what was said.
	narrow, _ := m.agent("narrow", access.Member)
	if got := as[api.ScriptVersionDetail](narrow.get(address("/script-versions/%d", v.ID)).want(200)).Replay; got == nil || got.Calls != 2 || len(got.Changed) != 0 {
		t.Errorf("with a narrow scope: %+v", got)
	}
}

func TestSubmissionTellsWhatIsNotTested(t *testing.T) {
	w := newWorld(t)
	top := w.company(0, tenant.Operator, "top")
	m := w.company(top.id, tenant.Merchant, "shop")
	s := as[api.Script](m.do("POST", "/api/v1/scripts", body{"name": "没有测试"}).want(201))
	at := func(found []api.ScriptProblem) string {
		var out []string
		for _, p := range found {
			out = append(out, p.Severity+" "+p.Node+" "+p.At)
		}
		return strings.Join(out, ", ")
	}
	text := strings.ReplaceAll(written, "%", "测试")
	without, _, _ := strings.Cut(text, "tests:")
	v := m.submits(script.ID(s.ID), without)
	const both = "warning  voice, warning  tests"
	for who, found := range map[string][]api.ScriptProblem{
		"the answer":  v.Problems,
		"the draft":   as[api.ScriptDraft](m.get(address("/scripts/%d/draft", s.ID)).want(200)).Problems,
		"the version": as[api.ScriptVersionDetail](m.get(address("/script-versions/%d", v.ID)).want(200)).Problems,
		"the review":  as[api.ScriptReviewDetail](top.get(address("/script-reviews/%d", v.ID)).want(200)).Problems,
		"the check":   as[struct{ Problems []api.ScriptProblem }](m.do("POST", "/api/v1/scripts/check", body{"document": without, "script_id": s.ID}).want(200)).Problems,
	} {
		if at(found) != both {
			t.Errorf("%s warns of %q, want %q", who, at(found), both)
		}
	}
	if got := as[struct{ Problems []api.ScriptProblem }](m.do("POST", "/api/v1/scripts/check", body{"document": text}).want(200)).Problems; len(got) > 0 {
		t.Errorf("a document of no script, with tests, is warned of: %+v", got)
	}
	m.do("POST", "/api/v1/scripts/check", body{"document": text, "script_id": w.one.script}).problem(404)
}

// TestMissingAudioIsToldWhereItIsMissing records one sentence of two and changes it: the draft, and the version with the recordings
// that were frozen with it, each tell what they lack.
func TestMissingAudioIsToldWhereItIsMissing(t *testing.T) {
	w := newWorld(t)
	top := w.company(0, tenant.Operator, "top")
	m := w.company(top.id, tenant.Merchant, "shop")
	text := strings.ReplaceAll(written, "%", "录音")
	s := as[api.Script](m.form("/api/v1/scripts/import", "x.yaml", text, nil).want(201))
	one := address("/scripts/%d", s.ID)
	record := func(key string) {
		m.form(one+"/recordings", key+".wav", sine(t, 0.2, 1e9), map[string]string{"key": key}).want(201)
	}
	nodes := func(found []api.ScriptProblem) (out []string) {
		for _, p := range found {
			if p.At == "say" && p.Severity == "warning" {
				out = append(out, p.Node)
			}
		}
		return out
	}
	draft := func() api.ScriptDraft { return as[api.ScriptDraft](m.get(one + "/draft").want(200)) }
	record("bye")
	if got := nodes(draft().Problems); fmt.Sprint(got) != "[hello]" {
		t.Errorf("with one of two recorded the draft warns of %v", got)
	}
	v := as[api.ScriptSubmission](m.do("POST", one+"/submit", body{}).want(201))
	record("hello")
	if got := nodes(draft().Problems); len(got) > 0 {
		t.Errorf("with all recorded the draft warns of %v", got)
	}
	saved := as[api.ScriptDraft](m.do("PUT", one+"/draft", body{"revision": draft().Revision, "document": strings.ReplaceAll(text, "感谢您，再见", "谢谢，再会")}).want(200))
	if got := nodes(saved.Problems); fmt.Sprint(got) != "[bye]" {
		t.Errorf("with another text than was recorded the draft warns of %v", got)
	}
	for who, found := range map[string][]api.ScriptProblem{"the submission": v.Problems, "the review": as[api.ScriptReviewDetail](top.get(address("/script-reviews/%d", v.ID)).want(200)).Problems} {
		if got := nodes(found); fmt.Sprint(got) != "[hello]" {
			t.Errorf("%s warns of %v, want what the version lacks", who, got)
		}
	}
}
