package script_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/script"
)

func TestDemoIsValid(t *testing.T) {
	f, err := script.Parse(script.Demo())
	if err != nil {
		t.Fatal(err)
	}
	if f.Start != "opening" || len(f.Nodes) != 16 || f.Settings.Silence.After != 3*time.Second {
		t.Errorf("read start %q, %d nodes, silence %v", f.Start, len(f.Nodes), f.Settings.Silence.After)
	}
	if !f.Nodes["opening"].Interruptible || f.Nodes["bye"].Interruptible {
		t.Error("a question may be interrupted, a farewell may not")
	}
}

const head = "script: 1\nname: t\n"

// end is appended by cases that need a proper rest.
const end = "  bye: {say: bye, hangup: true}\n"

func TestProblems(t *testing.T) {
	cases := []struct{ name, source, want string }{
		{"empty", "", "the file is empty"},
		{"only a comment", "# nothing\n", "the file is empty"},
		{"not yaml", head + "nodes: [\n", "not YAML"},
		{"not utf-8", "script: 1\nname: \xff\n", "not UTF-8"},
		{"two documents", head + "nodes:\n" + end + "---\na: b\n", "more than one YAML document"},
		{"no version", "name: t\nnodes:\n" + end, "script: 1"},
		{"other version", "script: 2\nname: t\nnodes:\n" + end, "line 1: script (the version"},
		{"unknown key", head + "color: red\nnodes:\n" + end, `line 3: the script has no key "color"`},
		{"unknown node key", head + "nodes:\n  bye: {sya: x, hangup: true}\n", `line 4: node bye: a node has no key "sya"`},
		{"alias", head + "nodes:\n  bye: &a {say: x, hangup: true}\n  two: *a\n", "anchors and aliases"},
		{"bomb", "a: &a [x,x,x]\nb: &b [*a,*a,*a]\nc: &c [*b,*b,*b]\n", "anchors and aliases"},
		{"tag", head + "nodes:\n  bye: !!python/object {say: x}\n", "tags such as"},
		{"double key", head + "nodes:\n  bye: {say: a, say: b, hangup: true}\n", `key "say" stands here twice`},
		{"deep", head + "nodes: " + strings.Repeat("[", 40) + strings.Repeat("]", 40) + "\n", "nested deeper"},
		{"no nodes", head, "no nodes"},
		{"missing target", head + "nodes:\n  a: {say: x, next: nowhere}\n" + end, `line 4: node a: next leads to "nowhere", which does not exist`},
		{"missing anywhere", head + "nodes:\n" + end + "anywhere: {busy: gone}\n", `line 5: anywhere busy leads to "gone"`},
		{"missing start", head + "start: zero\nnodes:\n" + end, `start: there is no node "zero"`},
		{"no end", head + "nodes:\n  a: {say: x, branches: {default: a}}\n", "the flow has no end"},
		{"unreachable", head + "nodes:\n" + end + "  a: {say: x, next: bye}\n", "line 5: node a: nothing leads to it"},
		{"trap", head + "nodes:\n  q: {say: x, branches: {affirm: a, default: bye}}\n  a: {say: x, branches: {default: b}}\n  b: {say: x, branches: {default: a}}\n" + end, "node a: loop without exit"},
		{"talk loop", head + "variables: {v: 1}\nnodes:\n  a: {say: x, next: c}\n  c: {condition: {variable: v, is: {2: bye}, else: a}}\n" + end, "without ever listening"},
		{"visits talk loop", head + "nodes:\n  a: {say: x, visits: {max: 2, then: b}, branches: {default: bye}}\n  b: {say: y, next: a}\n" + end, "without ever listening"},
		{"undefined variable", head + "nodes:\n  a: {say: 您好$(surname), next: bye}\n" + end, "node a: $(surname) is not defined"},
		{"unknown intent", head + "nodes:\n  a: {say: x, branches: {agreed: bye}}\n" + end, `branch "agreed" is no intent`},
		{"two kinds", head + "nodes:\n  a: {say: x, next: bye, hangup: true}\n" + end, "it has both"},
		{"no kind", head + "nodes:\n  a: {say: x}\n" + end, "what follows?"},
		{"nothing to say", head + "nodes:\n  a: {branches: {default: bye}}\n" + end, "nothing to say"},
		{"mute jump", head + "nodes:\n  a: {say: x, jump: bye}\n" + end, "a jump node says nothing"},
		{"bad extension", head + "nodes:\n  a: {transfer: {extension: \"1001}}\\n\", failed: bye}}\n" + end, "extension"},
		{"ignore and branch", head + "nodes:\n  a: {say: x, ignore_negative: bye, branches: {refuse: bye}}\n" + end, "never taken"},
		{"bad duration", head + "settings: {greeting_delay: soon}\nnodes:\n" + end, "line 3: greeting_delay must be a time"},
		{"bad digits", head + "nodes:\n  a: {say: x, branches: {\"digits:x\": bye}}\n" + end, "0-9"},
		{"question without answer", head + "nodes:\n" + end + "questions: {q: {intent: price}}\n", "no answer"},
		{"question without ask", head + "nodes:\n" + end + "questions: {q: {answer: x}}\n", "either an intent or variants"},
		{"reserved intent", head + "nodes:\n" + end + "intents: {silence: [x]}\n", "is taken"},
		{"mute keyword", head + "nodes:\n" + end + "intents: {x: [\"。\"]}\n", "no letter or digit"},
		{"long text", head + "nodes:\n  a: {say: " + strings.Repeat("x", 1001) + ", next: bye}\n" + end, "longer than"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := script.Parse([]byte(c.source))
			var bad *script.Invalid
			if !errors.As(err, &bad) {
				t.Fatalf("accepted, or an untyped error: %v", err)
			}
			if !errs.Is(err, errs.Invalid) {
				t.Error("the error is not of kind invalid")
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("said %q, want %q in it", err, c.want)
			}
		})
	}
}

func TestAllProblemsAtOnce(t *testing.T) {
	_, err := script.Parse([]byte(head + "nodes:\n  a: {say: x, next: one}\n  b: {say: $(v), next: two}\n" + end))
	var bad *script.Invalid
	if !errors.As(err, &bad) || len(bad.Problems) != 3 {
		t.Fatalf("want three problems, got %v", err)
	}
	if bad.Problems[0].Line != 4 || bad.Problems[0].Node != "a" || bad.Problems[2].Line != 5 {
		t.Errorf("places are wrong: %+v", bad.Problems)
	}
}

func TestSizeLimits(t *testing.T) {
	if _, err := script.Parse(make([]byte, script.MaxBytes+1)); err == nil {
		t.Error("a file over the limit was taken")
	}
	var b strings.Builder
	b.WriteString(head + "nodes:\n")
	for i := range script.MaxNodes {
		fmt.Fprintf(&b, "  n%d: {say: x, next: n%d}\n", i, i+1)
	}
	whole := b.String() + fmt.Sprintf("  n%d: {say: x, hangup: true}\n", script.MaxNodes)
	if _, err := script.Parse([]byte(whole)); err == nil || !strings.Contains(err.Error(), "at most 2000") {
		t.Errorf("2,001 nodes: %v", err)
	}
	whole = strings.Replace(b.String(), "say: x, next: n2000", "say: x, hangup: true", 1)
	if _, err := script.Parse([]byte(whole)); err != nil {
		t.Errorf("2,000 nodes: %v", err)
	}
}

// TestHostileFiles: the largest file of every kind that a parser chokes on is refused, and soon.
func TestHostileFiles(t *testing.T) {
	fill := func(s string) []byte { return []byte(strings.Repeat(s, script.MaxBytes/len(s))) }
	for name, source := range map[string][]byte{
		"brackets": fill("["), "braces": fill("{a: "), "dashes": fill("- "), "question marks": fill("? "), "anchors": fill("&a "),
		"quotes": fill("\""), "colons": fill(": "), "tabs": fill("\t"), "lines": fill("a\n"), "entries": fill("- a\n"),
		"keys": append([]byte("nodes:\n"), fill("  a: {}\n")[:script.MaxBytes/2]...), "bars": fill("|\n "), "tags": fill("!!a "),
	} {
		began := time.Now()
		if _, err := script.Parse(source); err == nil {
			t.Errorf("%s: accepted", name)
		}
		if d := time.Since(began); d > 3*time.Second {
			t.Errorf("%s took %v", name, d)
		}
	}
}

func TestExpand(t *testing.T) {
	values := map[string]string{"name": "王先生", "amount": "39"}
	get := func(n string) string { return values[n] }
	for text, want := range map[string]string{
		"您好$(name)，每月$( amount )元": "您好王先生，每月39元",
		"$(unknown)您好":             "您好",
		"$(name)":                  "王先生",
		"$(open":                   "$(open",
		"$()x$(name)":              "$()x王先生",
		"100$":                     "100$",
	} {
		if got := script.Expand(text, get); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(script.Demo())
	f.Add([]byte(head + "nodes:\n" + end))
	f.Add([]byte("a: &a [*a]\n"))
	f.Add([]byte(head + "nodes:\n  a: {collect: {length: 4, terminator: \"#\", into: pin}, say: x, branches: {\"digits:12\": b, default: a, \"keyword:好\": b}}\n  b: {hangup: true}\n"))
	f.Fuzz(func(t *testing.T, source []byte) {
		flow, err := script.Parse(source)
		if err != nil {
			var bad *script.Invalid
			if !errors.As(err, &bad) || len(bad.Problems) == 0 {
				t.Fatalf("an error without problems: %v", err)
			}
			return
		}
		if flow.Nodes[flow.Start] == nil || len(flow.Order) != len(flow.Nodes) {
			t.Fatal("a flow without its start was accepted")
		}
		for _, n := range flow.Nodes {
			if n.Kind == "" {
				t.Fatal("a node without a kind was accepted")
			}
		}
	})
}
