package flow_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/outdial/outdial/shared/flow"
	"github.com/outdial/outdial/shared/script"
)

// randomScript writes a script of n nodes; node i leads to i+1 in some way, so that most of them pass the check.
func randomScript(t *rapid.T) string {
	n := rapid.IntRange(1, 12).Draw(t, "nodes")
	any := func(label string) string { return fmt.Sprintf("n%d", rapid.IntRange(0, n).Draw(t, label)) }
	var b strings.Builder
	fmt.Fprintf(&b, "script: 1\nname: t\nvariables: {v: a}\nsettings: {silence: {max: %d}, unmatched: {max: %d, then: n%d}, rounds: {max: %d, then: n%d}}\nnodes:\n",
		rapid.IntRange(1, 4).Draw(t, "silences"), rapid.IntRange(1, 4).Draw(t, "unmatched"), n, rapid.IntRange(1, 20).Draw(t, "rounds"), n)
	for i := range n {
		next := fmt.Sprintf("n%d", i+1)
		visits := ""
		if rapid.Bool().Draw(t, "bounded") {
			visits = fmt.Sprintf(", visits: {max: %d, then: %s}", rapid.IntRange(1, 3).Draw(t, "max"), any("visits"))
		}
		switch rapid.IntRange(0, 9).Draw(t, "kind") {
		case 0:
			fmt.Fprintf(&b, "  n%d: {say: s%d, next: %s%s}\n", i, i, next, visits)
		case 1:
			fmt.Fprintf(&b, "  n%d: {jump: %s%s}\n", i, next, visits)
		case 2:
			fmt.Fprintf(&b, "  n%d: {condition: {variable: v, is: {a: %s}, else: %s}%s}\n", i, next, any("else"), visits)
		case 3:
			fmt.Fprintf(&b, "  n%d: {say: s, collect: {min: 1, max: 4, into: v}, branches: {digits: %s, \"digits:1\": %s}%s}\n", i, next, any("one"), visits)
		case 4:
			fmt.Fprintf(&b, "  n%d: {say: s, transfer: {extension: \"1\", failed: %s}%s}\n", i, next, visits)
		case 5:
			fmt.Fprintf(&b, "  n%d: {say: s, sms: m, collect: {value: %s, into: v}, branches: {value: %s, default: %s}%s}\n", i,
				rapid.SampledFrom([]string{"number", "money", "date", "phone", "name", "text"}).Draw(t, "value"), next, any("else"), visits)
		case 6:
			fmt.Fprintf(&b, "  n%d: {say: s, model: {instructions: i, turns: 2, failed: %s}, branches: {\"model:x\": %s, refuse: %s}%s}\n", i, next, any("choice"), any("refuse"), visits)
		default:
			extra := rapid.SampledFrom([]string{"", ", ignore_unmatched: " + any("iu"), ", ignore_negative: " + any("in"), ", interruptible: false"}).Draw(t, "extra")
			fmt.Fprintf(&b, "  n%d: {say: s%d, branches: {affirm: %s, busy: %s, silence: %s, \"keyword:b\": %s, \"regex:c+d\": %s, \"model:y\": %s}%s%s}\n", i, i, next, any("busy"), any("silence"), any("kw"), any("re"), any("model"), visits, extra)
		}
	}
	fmt.Fprintf(&b, "  n%d: {say: bye, hangup: true}\nanywhere: {goodbye: n%d, \"digits:9\": %s}\nquestions: {q: {intent: price, answer: x, then: %s}, r: {intent: repeat, answer: y}}\n", n, n, any("nine"), any("q"))
	return b.String()
}

var things = []string{"好的", "不需要", "多少钱", "在开会", "再见", "喂", "等一下", "没听清", "b", "xyz", "", "ccd", "三万五", "明天下午三点", "幺三八一二三四五六七八", "我叫李雷"}

// TestNeverStuck: whatever happens to whatever script, a step ends with the robot speaking, listening, waiting for a
// transfer or done, it asks for a bounded number of actions, and the longest call always ends it.
func TestNeverStuck(t *testing.T) {
	valid := 0
	rapid.Check(t, func(t *rapid.T) {
		f, err := script.Parse([]byte(randomScript(t)))
		if err != nil {
			return
		}
		valid++
		p, err := flow.Compile(f)
		if err != nil {
			t.Fatal(err)
		}
		s := flow.New(p, nil)
		s, actions, _ := flow.Step(s, flow.Start{})
		consult := check(t, s, actions)
		for range rapid.IntRange(0, 40).Draw(t, "steps") {
			var in flow.Input
			switch rapid.IntRange(0, 10).Draw(t, "input") {
			case 0, 1:
				said := rapid.SampledFrom(things).Draw(t, "said")
				in = flow.Utterance{Text: said, Match: p.Match(said)}
			case 2:
				in = flow.Silence{}
			case 3:
				in = flow.Digits{Keys: rapid.StringMatching(`[0-9]{0,5}`).Draw(t, "keys")}
			case 4:
				in = flow.Interrupted{}
			case 5:
				in = flow.FalseAlarm{}
			case 6:
				in = flow.TransferResult{Connected: rapid.Bool().Draw(t, "connected")}
			case 7:
				in = flow.Reply{ID: consult, Text: rapid.SampledFrom([]string{"", "好的", "<b>"}).Draw(t, "text"), Choice: rapid.IntRange(-1, 3).Draw(t, "choice"), Last: rapid.Bool().Draw(t, "last")}
			case 8:
				in = flow.ReplyFailed{ID: consult}
			default:
				in = flow.PromptDone{}
			}
			before := s
			s, actions, _ = flow.Step(s, in)
			again, repeated, _ := flow.Step(before, in)
			if list(repeated) != list(actions) || again.Node != s.Node || again.Phase != s.Phase {
				t.Fatal("the same step went two ways: the state was changed in place")
			}
			consult = max(consult, check(t, s, actions))
			if before.Phase == flow.Ended && (len(actions) > 0 || s.Phase != flow.Ended) {
				t.Fatal("something followed the end")
			}
		}
		if s.Phase == flow.Waiting {
			if s, _, _ = flow.Step(s, flow.ReplyFailed{ID: consult}); s.Phase == flow.Waiting {
				t.Fatal("a model that failed is still waited for")
			}
		}
		if s.Phase != flow.Ended {
			if s, _, _ = flow.Step(s, flow.Expired{}); s.Phase != flow.Ended {
				t.Fatal("the longest call did not end it")
			}
		}
	})
	if valid < 10 {
		t.Fatalf("only %d of the random scripts were valid: the test tests nothing", valid)
	}
}

func list(actions []flow.Action) string {
	var b strings.Builder
	for _, a := range actions {
		b.WriteString(show(a) + "\n")
	}
	return b.String()
}

// check looks at what one step asked for, and tells which question it put to the model.
func check(t *rapid.T, s flow.State, actions []flow.Action) (consult int) {
	speaks, listens, ends, hands := 0, 0, 0, 0
	for _, a := range actions {
		switch a := a.(type) {
		case flow.Consult:
			if consult = a.ID; s.Phase != flow.Waiting || len(a.Turns) == 0 {
				t.Fatalf("the model is asked in phase %v with %d lines", s.Phase, len(a.Turns))
			}
		case flow.Speak, flow.Resume:
			speaks++
		case flow.Listen:
			listens++
		case flow.End, flow.Leave:
			ends++
		case flow.HandOver:
			hands++
		}
	}
	if len(actions) > 500 || speaks > 11 {
		t.Fatalf("one step asked for %d actions, %d of them prompts", len(actions), speaks)
	}
	if speaks > 0 && s.Phase != flow.Speaking || listens > 0 && s.Phase != flow.Listening || ends > 0 && s.Phase != flow.Ended || hands > 0 && s.Phase != flow.Transferring {
		t.Fatalf("phase %v does not fit the actions %s", s.Phase, list(actions))
	}
	if s.Phase == flow.Idle {
		t.Fatal("the conversation did not begin")
	}
	return consult
}

// talk lets a random callee go through a call and counts the robot's prompts.
func talk(p *flow.Program, r *rand.Rand) (steps int, ended bool) {
	s, _, _ := flow.Step(flow.New(p, nil), flow.Start{})
	for steps = 1; steps < 500 && s.Phase != flow.Ended; steps++ {
		var in flow.Input = flow.PromptDone{}
		switch s.Phase {
		case flow.Listening, flow.Broken:
			said := things[r.IntN(len(things))]
			in = flow.Utterance{Text: said, Match: p.Match(said)}
			if r.IntN(5) == 0 {
				in = flow.Silence{}
			}
		case flow.Transferring:
			in = flow.TransferResult{Connected: r.IntN(2) == 0}
		case flow.Speaking:
			if r.IntN(6) == 0 {
				in = flow.Interrupted{}
			}
		}
		s, _, _ = flow.Step(s, in)
	}
	return steps, s.Phase == flow.Ended
}

func TestTenThousandCalls(t *testing.T) {
	p := compile(t, script.Demo())
	r := rand.New(rand.NewPCG(1, 2))
	total := 0
	for i := range 10_000 {
		steps, ended := talk(p, r)
		if !ended {
			t.Fatalf("call %d did not end in %d steps", i, steps)
		}
		total += steps
	}
	t.Logf("%.1f steps a call", float64(total)/10_000)
}

func BenchmarkCall(b *testing.B) {
	p := compile(b, script.Demo())
	r := rand.New(rand.NewPCG(1, 2))
	b.ReportAllocs()
	for range b.N {
		talk(p, r)
	}
}
