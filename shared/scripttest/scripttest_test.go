package scripttest_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/outdial/outdial/shared/flow"
	"github.com/outdial/outdial/shared/nlu"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/scripttest"
)

func runner(t testing.TB, source []byte) *scripttest.Runner {
	t.Helper()
	f, err := script.Parse(source)
	if err != nil {
		t.Fatal(err)
	}
	p, err := flow.Compile(f)
	if err != nil {
		t.Fatal(err)
	}
	return scripttest.New(p)
}

func talk(t *testing.T, r *scripttest.Runner, lines ...string) scripttest.Talk {
	t.Helper()
	var inputs []scripttest.Input
	for _, l := range lines {
		in, err := scripttest.ReadInput(l)
		if err != nil {
			t.Fatal(err)
		}
		if in.String() != l {
			t.Errorf("%q is read as %q", l, in)
		}
		inputs = append(inputs, in)
	}
	out, err := r.Talk(nil, inputs, nil)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

const invitation = `
script: 1
name: 邀请
settings: {silence: {max: 2, then: bye}, unmatched: {max: 2, then: bye}}
variables: {size: "1"}
nodes:
  invite:
    say: 周六有讲座，您有兴趣来吗？
    branches: {affirm: {to: key, label: 愿意}, negate: persuade, "keyword:几点": when}
  when: {say: 下午两点。, next: invite}
  persuade:
    say: 有礼品，来吗？
    visits: {max: 1, then: bye}
    ignore_unmatched: bye
    branches: {affirm: key, negate: bye, "keyword:几点": when}
  key:
    say: 几个人？请按键。
    collect: {min: 1, max: 2, into: size}
    branches: {digits: size, silence: size}
  size: {condition: {variable: size, is: {"1": done, "2": done}, else: desk}}
  desk: {say: 转接。, transfer: {extension: "1", failed: done}}
  done: {say: 再见。, label: 已登记, hangup: true}
  bye: {say: 打扰了。, hangup: true}
anywhere: {goodbye: bye}
questions: {where: {variants: [在哪里], answer: 在图书馆。}}
`

func TestTalk(t *testing.T) {
	r := runner(t, []byte(invitation))
	for _, c := range []struct {
		lines       []string
		path        string
		phase, end  string
		labels      string
		grade, vias string
	}{
		{nil, "invite", "listening", "", "", "D", ""},
		{[]string{"可以"}, "invite key", "listening", "", "愿意", "A", "affirm"},
		{[]string{"几点开始", "可以", "<digits 2>"}, "invite when invite key size done", "ended", "hangup_node", "愿意 已登记", "A", "keyword:几点 affirm digits"},
		{[]string{"在哪里", "不行", "楼下那只猫"}, "invite persuade bye", "ended", "hangup_node", "", "B", "question where negate ignore_unmatched"},
		{[]string{"不行", "好的", "<digits 7>", "<failed>"}, "invite persuade key size desk done", "ended", "hangup_node", "已登记", "A", "negate affirm digits failed"},
		{[]string{"好的", "<digits 7>", "<connected>"}, "invite key size desk", "ended", "transferred", "愿意", "A", "affirm digits connected"},
		{[]string{"<silence>", "<silence>"}, "invite bye", "ended", "hangup_node", "", "D", "ask again silence limit"},
		{[]string{"<interrupted>", "可以"}, "invite key", "listening", "", "愿意", "A", " affirm"},
		{[]string{"再见"}, "invite bye", "ended", "hangup_node", "", "D", "anywhere goodbye"},
	} {
		got := talk(t, r, c.lines...)
		var path, vias []string
		for i, s := range got.Steps {
			for _, n := range s.Path {
				path = append(path, string(n))
			}
			if i > 0 {
				vias = append(vias, s.Via)
			}
		}
		if p := strings.Join(path, " "); p != c.path || got.Phase != c.phase || got.Ended != c.end || strings.Join(got.Labels, " ") != c.labels || got.Grade != c.grade {
			t.Errorf("%v: path %s, phase %s, end %q, labels %v, grade %s", c.lines, p, got.Phase, got.Ended, got.Labels, got.Grade)
		}
		if v := strings.Join(vias, " "); v != c.vias {
			t.Errorf("%v: by %q, want %q", c.lines, v, c.vias)
		}
	}
}

func TestTalkExplainsItself(t *testing.T) {
	got := talk(t, runner(t, []byte(invitation)), "几点开始")
	first, said := got.Steps[0], got.Steps[1]
	if len(first.Actions) != 2 || first.Actions[0].Text != "周六有讲座，您有兴趣来吗？" || first.Actions[1].Do != "listen" {
		t.Errorf("the talk begins with %+v", first.Actions)
	}
	if said.Match == nil || said.Match.Rule != "keyword:几点" || said.Input != "几点开始" || said.To != "invite" || said.Via != "keyword:几点" {
		t.Errorf("the step is %+v, match %+v", said, said.Match)
	}
	if texts := said.Actions; len(texts) != 3 || texts[0].Text != "下午两点。" || texts[2].Do != "listen" {
		t.Errorf("the robot does %+v", texts)
	}
}

func TestTalkIsBounded(t *testing.T) {
	if _, err := runner(t, []byte(invitation)).Talk(nil, make([]scripttest.Input, scripttest.MaxInputs+1), nil); err == nil {
		t.Error("a talk without end was taken")
	}
}

func TestReadInputRefuses(t *testing.T) {
	for _, line := range []string{"", "  ", "<digits>", "<digits 1a>", "<silence 2>", "<nothing>", "<>"} {
		if in, err := scripttest.ReadInput(line); err == nil {
			t.Errorf("%q was read as %+v", line, in)
		}
	}
}

func TestCase(t *testing.T) {
	r := runner(t, []byte(invitation))
	good := script.Test{Name: "来", Says: []string{"可以", "<digits 2>"}, Expect: script.Expectation{Path: []script.NodeID{"invite", "size"}, Never: []script.NodeID{"desk"},
		Labels: []string{"愿意"}, Grade: "A", End: "done"}}
	if got := r.Case(good); !got.Passed || len(got.Failures) != 0 || got.Grade != "A" {
		t.Errorf("%+v", got)
	}
	for want, change := range map[string]func(*script.Test){
		"does not come to when":                        func(c *script.Test) { c.Expect.Path = []script.NodeID{"invite", "when"} },
		"comes to key":                                 func(c *script.Test) { c.Expect.Never = []script.NodeID{"key"} },
		"label 没有 is missing":                          func(c *script.Test) { c.Expect.Labels = []string{"没有"} },
		"SMS 链接 is missing":                            func(c *script.Test) { c.Expect.SMS = []string{"链接"} },
		"grade is A instead of D":                      func(c *script.Test) { c.Expect.Grade = "D" },
		"ends at done instead of bye":                  func(c *script.Test) { c.Expect.End = "bye" },
		"goes on at key instead":                       func(c *script.Test) { c.Says = c.Says[:1] },
		"ended at done (hangup_node)":                  func(c *script.Test) { c.Says = append(slices.Clone(c.Says), "喂") },
		"line 1 of says cannot be read: \"<nothing>\"": func(c *script.Test) { c.Says = []string{"<nothing>"} },
		"path does not come to invite":                 func(c *script.Test) { c.Expect.Path = []script.NodeID{"size", "invite"} },
		"the talk ends at bye instead":                 func(c *script.Test) { c.Says = []string{"再见"} },
	} {
		c := good
		change(&c)
		if got := r.Case(c); got.Passed || !strings.Contains(fmt.Sprint(got.Failures), want) {
			t.Errorf("want %q, got %v", want, got.Failures)
		}
	}
}

func TestSimulationCoversEverything(t *testing.T) {
	r := runner(t, []byte(invitation))
	s := r.Simulation(7)
	s.Run(1000)
	got := s.Report(nil)
	if got.Coverage.NodesHit != 8 || got.Coverage.NodesTotal != 8 || got.Coverage.BranchesHit != got.Coverage.BranchesTotal {
		t.Errorf("coverage %+v, findings %v", got.Coverage, got.Problems)
	}
	for _, key := range []string{"invite>affirm", "invite>keyword:几点", "persuade>visits", "persuade>ignore_unmatched", "size>is:2", "size>else", "desk>failed", "when>next",
		"anywhere>goodbye", "question:where", "settings>silence", "settings>unmatched", "key>digits", "key>silence"} {
		if got.Coverage.Branches[key] == 0 {
			t.Errorf("%s was never taken: %v", key, got.Coverage.Branches)
		}
	}
	addUp(t, got)
}

// TestExplorersGetFar: a way that opens only deep inside a script, past many other doors, is found.
func TestExplorersGetFar(t *testing.T) {
	var b strings.Builder
	b.WriteString("script: 1\nname: deep\nsettings: {longest_call: 20m}\nnodes:\n")
	for i := range 20 {
		fmt.Fprintf(&b, "  n%d: {say: 第%d关, branches: {\"keyword:暗号%d\": n%d, affirm: bye, refuse: bye, busy: bye, default: bye}}\n", i, i, i, i+1)
	}
	b.WriteString("  n20: {say: 到了, hangup: true}\n  bye: {say: 再见, hangup: true}\n")
	s := runner(t, []byte(b.String())).Simulation(3)
	s.Run(500)
	if got := s.Report(nil); got.Coverage.NodesHit != got.Coverage.NodesTotal || got.Simulation.Conversations != 500 {
		t.Errorf("%d of %d nodes, %d conversations: %v", got.Coverage.NodesHit, got.Coverage.NodesTotal, got.Simulation.Conversations, got.Problems)
	}
}

// TestWhatPatternsAndValuesWaitFor: callees say what a regular expression fits, what is collected, and what a model node asks.
func TestWhatPatternsAndValuesWaitFor(t *testing.T) {
	const source = `
script: 1
name: t
nodes:
  a: {say: 您几位, branches: {"regex:([一二三]|[1-9]\\d?)(个|位)人?": b, default: a}}
  b: {say: 您贵姓, collect: {value: name, into: who}, branches: {value: c, silence: b, default: b}}
  c: {say: 再见, hangup: true}
`
	s := runner(t, []byte(source)).Simulation(3)
	s.Run(300)
	got := s.Report(nil).Coverage.Branches
	if got["a>regex:([一二三]|[1-9]\\d?)(个|位)人?"] == 0 {
		t.Errorf("nobody said what the pattern fits: %v", got)
	}
	if got["b>value"] == 0 || got["b>default"] == 0 {
		t.Errorf("nobody told their name, or everybody did: %v", got)
	}
}

// TestGradesMarksAndModels: the script's own rules for grades, the SMS that a call is marked for, and a node that a chat model
// leads, whom nobody answers for here.
func TestGradesMarksAndModels(t *testing.T) {
	const source = `
script: 1
name: t
nodes:
  a: {say: 您好，有什么可以帮您, branches: {affirm: b, "model:想投诉": c, default: m}}
  b: {say: 短信发给您了, sms: 链接, next: c}
  c: {say: 再见, hangup: true}
  m: {say: 您说, model: {instructions: 回答, failed: c}, branches: {affirm: b}}
grades: [{grade: B, when: {nodes: [b]}, name: 要了短信}]
tests: [{name: 要, says: [好的], expect: {grade: B, sms: [链接], end: c}}, {name: 别的, says: [楼下那只猫], expect: {path: [a], never: [b]}}]
`
	r := runner(t, []byte(source))
	for _, c := range r.Cases() {
		if !c.Passed {
			t.Errorf("%s: %v", c.Name, c.Failures)
		}
	}
	got := talk(t, r, "可以")
	if got.Grade != "B" || got.GradeRule != "要了短信" || fmt.Sprint(got.SMS) != "[链接]" {
		t.Errorf("%+v", got)
	}
	if asked := talk(t, r, "楼下那只猫").Steps[1]; len(asked.Actions) == 0 || asked.Actions[0].Do != "ask_model" {
		t.Errorf("the model was not asked: %+v", asked)
	}
	s := r.Simulation(5)
	s.Run(500)
	for _, key := range []string{"a>model:想投诉", "m>failed", "m>affirm", "b>next"} {
		if s.Report(nil).Coverage.Branches[key] == 0 {
			t.Errorf("%s was never taken: %v", key, s.Report(nil).Coverage.Branches)
		}
	}
}

func addUp(t testing.TB, got scripttest.Report) {
	t.Helper()
	ends, grades := 0, 0
	for _, n := range got.Simulation.Ends {
		ends += n
	}
	for _, n := range got.Simulation.Grades {
		grades += n
	}
	if ends != got.Simulation.Conversations || grades != ends {
		t.Errorf("%d conversations, %d ends, %d grades", got.Simulation.Conversations, ends, grades)
	}
	hit := func(m map[string]int) (n int) {
		for _, v := range m {
			if v > 0 {
				n++
			}
		}
		return n
	}
	c := got.Coverage
	if len(c.Nodes) != c.NodesTotal || hit(c.Nodes) != c.NodesHit || len(c.Branches) != c.BranchesTotal || hit(c.Branches) != c.BranchesHit {
		t.Errorf("the coverage does not add up: %+v", c)
	}
}

func TestSimulationFindsWhatIsWrong(t *testing.T) {
	const source = `
script: 1
name: t
variables: {vip: "no"}
nodes:
  a: {say: 您好，可以吗, branches: {affirm: b, "keyword:独孤求败之剑": c, silence: a}}
  b: {say: 请说暗号, branches: {"keyword:天王盖地虎": c}}
  c: {say: 再见, hangup: true}
  d: {condition: {variable: vip, is: {never: e}, else: c}}
  e: {say: 贵宾, hangup: true}
anywhere: {wrong_person: d}
`
	r := runner(t, []byte(source))
	s := r.Simulation(1)
	s.Run(400)
	got := fmt.Sprint(s.Report(nil).Problems)
	for _, want := range []string{"conversations were ended by the limit of unmatched sentences"} {
		if !strings.Contains(got, want) {
			t.Errorf("the findings miss %q:\n%s", want, got)
		}
	}
	none := r.Simulation(1).Report(nil)
	if len(none.Problems) != 0 || none.Coverage.NodesHit != 0 || none.Coverage.NodesTotal != 5 {
		t.Errorf("before any walk: %+v", none)
	}
}

// TestSameSeedSameReport: however the walks are shared out, the report of a seed is the same to the byte.
func TestSameSeedSameReport(t *testing.T) {
	report := func(seed uint64, parts ...int) string {
		s := runner(t, scripttest.Sample(60)).Simulation(seed)
		for _, n := range parts {
			s.Run(n)
		}
		out, err := json.Marshal(s.Report(nil))
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	a := report(7, 300)
	if b := report(7, 100, 1, 199); a != b {
		t.Error("the same seed gave two reports")
	}
	if report(8, 300) == a {
		t.Error("another seed gave the same report")
	}
}

// TestPhrasesMeanWhatTheySay: what simulated callees say for an intent is taken for it.
func TestPhrasesMeanWhatTheySay(t *testing.T) {
	p, err := flow.Compile(&script.Flow{})
	if err != nil {
		t.Fatal(err)
	}
	total, wrong := 0, []string{}
	for language, bank := range map[string]map[nlu.Intent][]string{"zh": scripttest.Phrases("zh"), "en": scripttest.Phrases("en")} {
		for _, intent := range nlu.Builtin() {
			if len(bank[intent]) == 0 {
				t.Errorf("%s: nobody says %s", language, intent)
			}
			for _, said := range bank[intent] {
				total++
				if got := p.Match(said); got.Intent != intent {
					wrong = append(wrong, fmt.Sprintf("%s is taken for %s (%s) instead of %s", said, got.Intent, got.Rule, intent))
				}
			}
		}
	}
	if len(wrong)*10 > total {
		t.Errorf("%d of %d phrases mean something else:\n%s", len(wrong), total, strings.Join(wrong, "\n"))
	}
	t.Log(strings.Join(wrong, "\n"))
}

func BenchmarkTenThousandConversations(b *testing.B) {
	source := scripttest.Sample(60)
	b.ReportAllocs()
	for range b.N {
		s := runner(b, source).Simulation(7)
		s.Run(10_000)
		if got := s.Report(nil); got.Simulation.Conversations != 10_000 {
			b.Fatal("some did not walk")
		}
	}
}
