package scripttest_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/outdial/outdial/shared/flow"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/scripttest"
)

// anyScript writes a script; node i leads to i+1 in some way, so that most of them pass the check.
func anyScript(t *rapid.T) string {
	n := rapid.IntRange(1, 10).Draw(t, "nodes")
	to := func(label string) string { return fmt.Sprintf("n%d", rapid.IntRange(0, n).Draw(t, label)) }
	flag := func(label string) bool { return rapid.Bool().Draw(t, label) }
	var b strings.Builder
	fmt.Fprintf(&b, "script: 1\nname: t\nlanguage: %s\nvariables: {v: a, city: x}\nsettings: {longest_call: %s, silence: {max: %d, then: n%d}, unmatched: {max: %d}}\nnodes:\n",
		rapid.SampledFrom([]string{"zh", "en", "fr"}).Draw(t, "language"), rapid.SampledFrom([]string{"10s", "1m", "2h"}).Draw(t, "longest"),
		rapid.IntRange(1, 4).Draw(t, "silences"), n, rapid.IntRange(1, 4).Draw(t, "unmatched"))
	for i := range n {
		next, more := fmt.Sprintf("n%d", i+1), ""
		if flag("bounded") {
			more += fmt.Sprintf(", visits: {max: %d, then: %s}", rapid.IntRange(1, 3).Draw(t, "max"), to("visits"))
		}
		if flag("labelled") {
			more += fmt.Sprintf(", label: l%d", i)
		}
		switch rapid.IntRange(0, 7).Draw(t, "kind") {
		case 0:
			fmt.Fprintf(&b, "  n%d: {say: s $(city), next: %s%s}\n", i, next, more)
		case 1:
			fmt.Fprintf(&b, "  n%d: {jump: %s%s}\n", i, next, more)
		case 2:
			fmt.Fprintf(&b, "  n%d: {condition: {variable: v, is: {a: %s, \"12\": %s}, else: %s}%s}\n", i, next, to("is"), to("else"), more)
		case 3:
			fmt.Fprintf(&b, "  n%d: {say: s, collect: {min: 2, max: 4, into: v}, branches: {digits: %s, \"digits:12\": %s, silence: %s}%s}\n", i, next, to("one"), to("silence"), more)
		case 4:
			fmt.Fprintf(&b, "  n%d: {say: s, transfer: {extension: \"1\", failed: %s}%s}\n", i, next, more)
		default:
			extra := rapid.SampledFrom([]string{"", ", ignore_unmatched: " + to("iu"), ", ignore_negative: " + to("in"), ", interruptible: false"}).Draw(t, "extra")
			fmt.Fprintf(&b, "  n%d: {say: 可以吗, branches: {affirm: %s, busy: %s, own: %s, silence: %s, default: %s, \"keyword:b\": %s}%s%s}\n", i, next, to("busy"), to("own"),
				to("silence"), to("default"), to("kw"), more, extra)
		}
	}
	fmt.Fprintf(&b, "  n%d: {say: bye, hangup: true}\nintents: {own: [红&色]}\nanywhere: {goodbye: n%d, \"digits:9\": %s}\nquestions: {q: {intent: price, answer: x, then: %s}, r: {variants: [在哪里], answer: y}}\n",
		n, n, to("nine"), to("q"))
	return b.String()
}

// TestAnyScriptCanBeSimulated: whatever parses can be walked; every conversation ends, coverage adds up, the same seed gives
// the same report, and talking to the script by hand comes to what its trace says.
func TestAnyScriptCanBeSimulated(t *testing.T) {
	valid := 0
	rapid.Check(t, func(t *rapid.T) {
		f, err := script.Parse([]byte(anyScript(t)))
		if err != nil {
			return
		}
		valid++
		p, err := flow.Compile(f)
		if err != nil {
			t.Fatal(err)
		}
		seed := rapid.Uint64().Draw(t, "seed")
		report := func() scripttest.Report {
			s := scripttest.New(p).Simulation(seed)
			s.Run(60)
			return s.Report(nil)
		}
		got := report()
		ends, grades, taken := 0, 0, 0
		for _, n := range got.Simulation.Ends {
			ends += n
		}
		for _, n := range got.Simulation.Grades {
			grades += n
		}
		if ends != 60 || grades != 60 || got.Simulation.Conversations != 60 {
			t.Fatalf("60 conversations, %d ends, %d grades", ends, grades)
		}
		for key, n := range got.Coverage.Branches {
			taken += n
			if from, _, ok := strings.Cut(key, ">"); ok && n > 0 && got.Coverage.Nodes[from] == 0 && f.Nodes[script.NodeID(from)] != nil && !strings.HasSuffix(key, ">visits") {
				t.Fatalf("%s was taken %d times, but the talk never came to %s", key, n, from)
			}
		}
		if got.Coverage.Nodes[string(f.Start)] == 0 {
			t.Fatal("nobody came to the first node")
		}
		if len(got.Coverage.Nodes) != len(f.Order) || got.Coverage.BranchesTotal != len(got.Coverage.Branches) || got.Coverage.NodesHit > got.Coverage.NodesTotal {
			t.Fatalf("the coverage does not add up: %+v", got.Coverage)
		}
		a, _ := json.Marshal(got)
		if b, _ := json.Marshal(report()); string(a) != string(b) {
			t.Fatal("the same seed gave two reports")
		}
		byHand(t, f, p)
	})
	if valid < 10 {
		t.Fatalf("only %d of the random scripts were valid: the test tests nothing", valid)
	}
}

func byHand(t *rapid.T, f *script.Flow, p *flow.Program) {
	var inputs []scripttest.Input
	for range rapid.IntRange(0, 12).Draw(t, "inputs") {
		line := rapid.SampledFrom([]string{"好的", "不需要", "多少钱", "红那个色", "b", "xyz", "<silence>", "<interrupted>", "<digits 12>", "<digits 9>", "<connected>", "<failed>"}).Draw(t, "input")
		in, err := scripttest.ReadInput(line)
		if err != nil {
			t.Fatal(err)
		}
		inputs = append(inputs, in)
	}
	got, err := scripttest.New(p).Talk(nil, inputs, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got.Phase == "speaking" || got.Phase == "idle" || (got.Phase == "ended") != (got.Ended != "") {
		t.Fatalf("the talk stands in %s, ended %q", got.Phase, got.Ended)
	}
	for i, s := range got.Steps {
		if i > 0 && s.From != got.Steps[i-1].To {
			t.Fatalf("step %d begins at %s, the one before ends at %s", i, s.From, got.Steps[i-1].To)
		}
		for _, n := range s.Path {
			if f.Nodes[n] == nil {
				t.Fatalf("step %d comes through %q, which is no node", i, n)
			}
		}
	}
}
