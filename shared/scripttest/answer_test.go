package scripttest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/outdial/outdial/shared/flow"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/scripttest"
)

const advised = `
script: 1
name: 顾问
nodes:
  ask: {say: 您想了解什么？, branches: {affirm: done, "model:想投诉": desk, default: advice}}
  advice: {say: 您请说。, model: {instructions: 你是顾问。, turns: 2, failed: sorry}, branches: {"model:要看房": done, "model:要投诉": desk}}
  done: {say: 好的，再见。, hangup: true}
  desk: {say: 给您转接。, transfer: {extension: "1001", failed: sorry}}
  sorry: {say: 抱歉，再见。, hangup: true}
`

const muttered = "楼下那只猫" // what no branch fits

// caseOf runs a test of these lines.
func caseOf(t *testing.T, says ...string) scripttest.CaseResult {
	t.Helper()
	return runner(t, []byte(advised)).Case(script.Test{Name: "t", Says: says})
}

func path(c scripttest.CaseResult) string {
	words := make([]string, len(c.Path))
	for i, n := range c.Path {
		words[i] = string(n)
	}
	return strings.Join(words, " ")
}

// A test states what the model answers, so that its branches are tried and the result is the same every time.
func TestCaseStatesTheModelsAnswer(t *testing.T) {
	for _, c := range []struct {
		says []string
		path string
		note string // what the notes hold
		fail string
	}{
		{says: []string{muttered, "<model 想投诉>", "<failed>"}, path: "ask desk sorry"},
		{says: []string{muttered, "<failed>"}, path: "ask advice"},
		{says: []string{muttered, "<model 想喝茶>"}, path: "ask", fail: "an answer of the model at ask, which can only choose among: 想投诉"},
		{says: []string{muttered}, path: "ask advice", note: "the model was not asked at ask in line 1"},
		{says: []string{"可以", "<model 好的。>"}, path: "ask done", fail: "the talk ended at done"},
		{says: []string{"<model 好的。>"}, path: "ask", fail: "line 1 states an answer of the model, but no model is asked at ask"},
	} {
		got := caseOf(t, c.says...)
		if path(got) != c.path || !strings.Contains(fmt.Sprint(got.Notes), c.note) || (c.note == "") != (len(got.Notes) == 0) ||
			!strings.Contains(fmt.Sprint(got.Failures), c.fail) || got.Passed != (c.fail == "") {
			t.Errorf("%q: %+v", c.says, got)
		}
	}
}

const onlyAdvice = `
script: 1
name: 顾问
nodes:
  advice: {say: 您请说。, model: {instructions: 你是顾问。, turns: 2, failed: sorry}, branches: {"model:要看房": done}}
  done: {say: 好的，再见。, hangup: true}
  sorry: {say: 抱歉，再见。, hangup: true}
`

func TestCaseAtANodeThatAModelLeads(t *testing.T) {
	for _, c := range []struct {
		says []string
		path string
		note bool
	}{
		{says: []string{muttered, "<model 好的。周末有房展！>", muttered, "<model 要看房>"}, path: "advice done"},
		{says: []string{muttered, "<model 好的。>", muttered, "<model 就这样。>"}, path: "advice sorry"}, // its turns are used up
		{says: []string{muttered, "<model 好的。>", "<interrupted>", muttered, "<failed>"}, path: "advice sorry"},
		{says: []string{muttered, "<failed>"}, path: "advice sorry"},
		{says: []string{muttered}, path: "advice sorry", note: true},
	} {
		got := runner(t, []byte(onlyAdvice)).Case(script.Test{Name: "t", Says: c.says})
		if path(got) != c.path || (len(got.Notes) > 0) != c.note || !got.Passed {
			t.Errorf("%q: %+v", c.says, got)
		}
	}
}

// A talk asks for the answers that it does not have, once each: what comes back goes on from there without asking.
func TestTalkAsksTheModel(t *testing.T) {
	r := runner(t, []byte(onlyAdvice))
	asked := []flow.Consult{}
	ask := func(c flow.Consult) scripttest.Input {
		asked = append(asked, c)
		return scripttest.Input{Model: "周末有房展。第二句！第三句."}
	}
	got, err := r.Talk(nil, []scripttest.Input{{Say: muttered}}, ask)
	if err != nil || len(asked) != 1 || asked[0].Instructions != "你是顾问。" || fmt.Sprint(asked[0].Choices) != "[要看房]" || asked[0].Said != muttered {
		t.Fatalf("%v, asked %+v", err, asked)
	}
	var spoken []string
	for _, a := range got.Steps[len(got.Steps)-1].Actions {
		if a.Do == "speak" {
			spoken = append(spoken, a.Text)
		}
	}
	if fmt.Sprint(spoken) != "[周末有房展。 第二句！ 第三句.]" || got.Phase != "listening" || len(got.Inputs) != 2 || got.Inputs[1].Model == "" {
		t.Errorf("%q: %+v", spoken, got)
	}
	again, err := r.Talk(nil, append(got.Inputs, scripttest.Input{Say: muttered}, scripttest.Input{Model: "要看房"}), ask)
	if err != nil || len(asked) != 1 || again.Node != "done" || again.Ended == "" {
		t.Errorf("%v, asked %d times: %+v", err, len(asked), again)
	}
}

func TestTalkWithoutAModel(t *testing.T) {
	r := runner(t, []byte(onlyAdvice))
	for name, ask := range map[string]func(flow.Consult) scripttest.Input{
		"no model": nil,
		"timeout":  func(flow.Consult) scripttest.Input { return scripttest.Input{ModelFailed: "timeout"} },
	} {
		got, err := r.Talk(nil, []scripttest.Input{{Say: muttered}}, ask)
		if err != nil || got.Node != "sorry" || len(got.Steps) != 3 || got.Steps[2].Failed != name || got.Steps[2].Via != "model failed: "+name || got.Inputs[1].ModelFailed != name {
			t.Errorf("%s: %v %+v", name, err, got)
		}
	}
	// The script has changed since, and asks no model any more.
	plain := runner(t, []byte(strings.Replace(onlyAdvice, "model: {instructions: 你是顾问。, turns: 2, failed: sorry}, branches: {", "branches: {default: done, refuse: sorry, ", 1)))
	got, err := plain.Talk(nil, []scripttest.Input{{Model: "好的。"}, {Say: "喂，今天礼拜几呀你知道吗"}}, nil)
	if err != nil || got.Steps[1].Input == "<model 好的。>" {
		t.Errorf("%v %+v", err, got)
	}
}
