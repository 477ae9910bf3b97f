package script_test

import (
	"errors"
	"fmt"
	"slices"
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
		{"nobody takes it", head + "nodes:\n  a: {transfer: {timeout: 20s}}\n" + end, "transfer needs failed"},
		{"bad extension", head + "nodes:\n  a: {transfer: {extension: \"1001}}\\n\", failed: bye}}\n" + end, "extension"},
		{"ignore and branch", head + "nodes:\n  a: {say: x, ignore_negative: bye, branches: {refuse: bye}}\n" + end, "never taken"},
		{"bad duration", head + "settings: {greeting_delay: soon}\nnodes:\n" + end, "line 3: greeting_delay must be a time"},
		{"bad digits", head + "nodes:\n  a: {say: x, branches: {\"digits:x\": bye}}\n" + end, "0-9"},
		{"question without answer", head + "nodes:\n" + end + "questions: {q: {intent: price}}\n", "no answer"},
		{"question without ask", head + "nodes:\n" + end + "questions: {q: {answer: x}}\n", "needs variants or an intent"},
		{"reserved intent", head + "nodes:\n" + end + "intents: {silence: [x]}\n", "is taken"},
		{"mute keyword", head + "nodes:\n" + end + "intents: {x: [\"。\"]}\n", "no letter or digit"},
		{"bad regex", head + "nodes:\n  a: {say: x, branches: {\"regex:(a\": bye}}\n" + end, "is wrong: missing closing )"},
		{"huge regex", head + "nodes:\n  a: {say: x, branches: {\"regex:((a{30}){30}){30}\": bye}}\n" + end, "the pattern"},
		{"large regex", head + "nodes:\n  a: {say: x, branches: {\"regex:(abcdefghij){900}\": bye}}\n" + end, "is too large"},
		{"long regex", head + "nodes:\n  a: {say: x, branches: {\"regex:" + strings.Repeat("字", 201) + "\": bye}}\n" + end, "at most 200 characters"},
		{"regex for all", head + "nodes:\n  a: {say: x, branches: {\"regex:.*\": bye}}\n" + end, "fits every sentence"},
		{"regex for any one", head + "nodes:\n  a: {say: x, branches: {\"regex:.+\": bye}}\n" + end, "fits every sentence"},
		{"regex for none", head + "nodes:\n  a: {say: x, branches: {\"regex:好，的\": bye}}\n" + end, "never fits"},
		{"empty model", head + "nodes:\n  a: {say: x, branches: {\"model: \": bye}}\n" + end, "model:<what the callee means>"},
		{"model without failed", head + "nodes:\n  a: {say: x, model: {instructions: i}, branches: {refuse: bye}}\n" + end, "model needs instructions and failed"},
		{"model too long", head + "nodes:\n  a: {say: x, model: {instructions: i, failed: bye, timeout: 30s}, branches: {refuse: bye}}\n" + end, "timeout must be a time"},
		{"value nowhere", head + "nodes:\n  a: {say: x, branches: {value: bye}}\n" + end, "does not collect a value"},
		{"unknown value", head + "nodes:\n  a: {say: x, collect: {value: color, into: v}, branches: {value: bye}}\n" + end, `collect cannot take "color"`},
		{"value into nothing", head + "nodes:\n  a: {say: x, collect: {value: date}, branches: {value: bye}}\n" + end, "collect needs into"},
		{"value without branch", head + "nodes:\n  a: {say: x, collect: {value: date, into: d}, branches: {silence: bye}}\n" + end, "needs a branch value"},
		{"value everywhere", head + "nodes:\n" + end + "anywhere: {value: bye}\n", "anywhere knows"},
		{"keys that never come", head + "nodes:\n  a: {say: x, collect: {length: 4, into: k}, branches: {\"digits:12\": bye, digits: bye}}\n" + end, "collects 4 to 4 keys"},
		{"unknown format", head + "variables: {v: {format: roman}}\nnodes:\n" + end, `there is no format "roman"`},
		{"fast voice", head + "voice: {name: a, speed: 3}\nnodes:\n" + end, "speed must be a number from 0.5 to 2"},
		{"loud background", head + "voice: {background: office, background_level: 3}\nnodes:\n" + end, "background_level must be a number from -60 to 0"},
		{"rounds to nowhere", head + "settings: {rounds: {max: 3, then: gone}}\nnodes:\n" + end, `settings rounds leads to "gone"`},
		{"no grade", head + "nodes:\n" + end + "grades: [{name: x}]\n", "a rule for grades needs grade"},
		{"grade Z", head + "nodes:\n" + end + "grades: [{grade: Z}]\n", "one letter from A to F"},
		{"grade of no node", head + "nodes:\n" + end + "grades: [{grade: A, when: {nodes: [x]}}]\n", `rule 1 for grades names the node "x"`},
		{"grade turned round", head + "nodes:\n" + end + "grades: [{grade: A, when: {refused: {min: 3, max: 1}}}]\n", "max lies below min"},
		{"test of no node", head + "nodes:\n" + end + "tests: [{name: t, says: [好], expect: {path: [x]}}]\n", `test "t" names the node "x"`},
		{"test with an unknown sign", head + "nodes:\n" + end + "tests: [{says: [<sneeze>]}]\n", "a test knows <silence>"},
		{"tests of one name", head + "nodes:\n" + end + "tests: [{name: t, says: [好]}, {name: t, says: [好]}]\n", "two tests of the name"},
		{"same question twice", head + "nodes:\n" + end + "questions: {a: {intent: price, answer: x}, b: {intent: price, answer: y}}\n", "question b is never asked"},
		{"same keyword twice", head + "nodes:\n  a: {say: x, branches: {keyword:ok: bye, keyword:OK: bye}}\n" + end, "is ambiguous"},
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

// TestEveryProblemOnce: one fault does not hide another, is not told twice, and has no complaints in its train.
func TestEveryProblemOnce(t *testing.T) {
	const (
		never = "loop without exit: it comes back here without ever listening; give a node of the loop branches or visits"
		stuck = "loop without exit: no hangup or transfer can be reached from here"
		alone = "nothing leads to it"
		noEnd = " nodes: the flow has no end: give it a node with hangup: true"
	)
	for name, c := range map[string]struct {
		source string
		want   []string
	}{
		"a variable, loops, no end, a node alone": {`nodes:
  a: {say: "您好$(nope)", branches: {affirm: b, negate: c}}
  b: {say: 好的, next: e}
  e: {say: 好的, next: b}
  c: {jump: d}
  d: {jump: c}
  lonely: {say: x, hangup: true}
`, []string{noEnd, "a say: $(nope) is not defined; give it a default under variables", "b : " + never, "c : " + never, "lonely : " + alone}},
		"a loop by several ways": {`settings: {silence: {max: 3, then: loop}, unmatched: {then: loop}}
nodes:
  a: {say: 您好, branches: {affirm: z, negate: loop}}
  loop: {say: c, visits: {max: 2, then: loop2}, next: loop}
  loop2: {condition: {variable: name, is: {"x": loop}, else: loop}}
  z: {say: bye, hangup: true}
`, []string{"loop : " + never}},
		"two traps and a way into one": {`nodes:
  a: {say: 您好, branches: {affirm: b, negate: d, default: z}}
  b: {say: x, branches: {default: c}}
  c: {say: x, branches: {affirm: c, default: e}}
  e: {say: x, branches: {default: c}}
  d: {say: x, branches: {default: d}}
  z: {say: bye, hangup: true}
`, []string{"c : " + stuck, "d : " + stuck}},
		"a way that cannot be read": {`nodes:
  a: {say: 您好, branches: {affirm: b, "digits:x": z}}
  b: {say: x, branches: {default: a}}
  z: {say: bye, hangup: true}
`, []string{`a branches.digits:x: branch "digits:x": use 1 to 32 of 0-9, * and #`}},
		"a way to nowhere": {`nodes:
  a: {say: 您好, branches: {affirm: b, default: gone}}
  b: {say: x, branches: {default: a}}
  l: {jump: l}
`, []string{`a branches.default: branch default leads to "gone", which does not exist`, "l : " + alone, "l : " + never}},
		"a prompt, a setting and a loop": {`settings: {longest_call: soon}
nodes:
  a: {say: "", branches: {affirm: l, default: z}}
  l: {jump: l}
  z: {say: bye, hangup: true}
`, []string{"l : " + never, " settings.longest_call: longest_call must be a time such as 300ms or 4s, from 5s to 2h0m0s", "a say: say is empty"}},
		"an intent that cannot be read": {`nodes:
  a: {say: 您好, branches: {color: z, default: z}}
  z: {say: bye, hangup: true}
intents: [color]
`, []string{" intents: intents must be a mapping"}},
	} {
		t.Run(name, func(t *testing.T) {
			found, f := script.Check([]byte(head + c.source))
			var got []string
			for _, p := range found {
				got = append(got, string(p.Node)+" "+p.At+": "+p.Text)
			}
			slices.Sort(got)
			want := slices.Sorted(slices.Values(c.want))
			if f != nil || !slices.Equal(got, want) {
				t.Errorf("told\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}

// TestAmbiguousKeywords: a branch takes a word away from what else has it.
func TestAmbiguousKeywords(t *testing.T) {
	found, _ := script.Check([]byte(head + `nodes:
  a: {say: 您好, branches: {"keyword:多少钱": b, "keyword:不要": b, "keyword:停车": b, "keyword:大的": b, "keyword:再见": z, color_of: b, "keyword:红的": b}}
  b: {say: x, branches: {"keyword:大的": z, default: z}}
  z: {say: bye, hangup: true}
intents: {parking: [停车, 车位], size: [大的], color_of: [红的]}
anywhere: {"keyword:不要": z, "keyword:再见": z, "keyword:在哪里": z, size: b}
questions: {price: {variants: [多少钱, 什么价], answer: x}, where: {variants: [在哪里, 地址], answer: x}, park: {intent: parking, answer: x}}
`))
	var got []string
	for _, p := range found {
		if p.Severity != script.Warning {
			t.Errorf("%v is an error", p)
		}
		got = append(got, strings.TrimSpace(string(p.Node)+" "+p.At)+": "+p.Text)
	}
	want := []string{
		`a branches.keyword:多少钱: "多少钱" is ambiguous: it stands in node a and in question price`,
		`a branches.keyword:不要: "不要" is ambiguous: it stands in node a and in anywhere`,
		`a branches.keyword:停车: "停车" is ambiguous: it stands in node a and in intent parking`,
		`b branches.keyword:大的: "大的" is ambiguous: it stands in node b and in intent size`,
		`anywhere.keyword:在哪里: "在哪里" is ambiguous: it stands in anywhere and in question where`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("told\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestAllProblemsAtOnce(t *testing.T) {
	_, err := script.Parse([]byte(head + "nodes:\n  a: {say: x, next: one}\n  b: {say: $(v), next: two}\n" + end))
	var bad *script.Invalid
	if !errors.As(err, &bad) || len(bad.Problems) != 5 {
		t.Fatalf("want five problems, got %v", err)
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

// soon is long for a busy machine under the race detector, and short for what explodes.
const soon = time.Minute

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
		if d := time.Since(began); d > soon {
			t.Errorf("%s took %v", name, d)
		}
	}
}

// TestJSON: what any writer of JSON makes is read, at its own lines.
func TestJSON(t *testing.T) {
	for in, want := range map[string]string{`x\/y`: "x/y", `\ud83d\ude00你\u597d`: "😀你好", `\ud83dz`: "\ufffdz", `\ud83d\n`: "\ufffd", `\"q\" \\ud83d`: `"q" \ud83d`, `\\/`: `\/`} {
		source := "{\n\t\"script\": 1, \"name\": \"t\",\n\t\"nodes\": {\"a\": {\"say\": \"" + in + "\",\n\t\t\"hangup\": true}}}"
		f, err := script.Parse([]byte(source))
		if err != nil {
			t.Errorf("%s: %v", in, err)
			continue
		}
		if n := f.Nodes["a"]; n.Say.Text != want || n.Line != 3 {
			t.Errorf("%s is read as %q in line %d", in, n.Say.Text, n.Line)
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
	f.Add([]byte(`{"script":1,"name":"\/\ud83d\ude00\ud83d","nodes":{"a":{"say":"x","hangup":true}}}`))
	f.Add([]byte(head + "voice: {name: a, speed: 1.5, background: b, background_level: -20}\nvariables: {v: {default: \"1\", format: money}}\ncorrections: {a: b}\nsettings: {rounds: {max: 3, then: z}}\n" +
		"nodes:\n  a: {say: $(v), sms: m, collect: {value: date, into: d}, branches: {value: b, \"regex:a+b\": z, \"model:x\": z}}\n  b: {say: x, model: {instructions: i, failed: z}, branches: {refuse: z}}\n  z: {say: z, hangup: true}\n" +
		"grades: [{grade: A, when: {labels: [l], questions: {min: 1, max: 2}, talk: 3s}}]\ntests: [{name: t, says: [a, <silence>], expect: {path: [a], end: z}}]\nlayout: {a: {x: 1, y: 2.5}}\n"))
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

func TestWarnings(t *testing.T) {
	cases := []struct{ name, source, at, want string }{
		{"unused variable", head + "variables: {city: 杭州}\nnodes:\n" + end, "variables.city", "is used nowhere"},
		{"long text", head + "nodes:\n  a: {say: " + strings.Repeat("说", 121) + ", next: bye}\n" + end, "a say", "nobody listens so long"},
		{"ambiguous word", head + "nodes:\n" + end + "questions: {a: {variants: [在哪, 哪里], answer: x}, b: {variants: [哪里, 位置], answer: y}}\n", "questions.b", `"哪里" is ambiguous: it stands in question a and in question b`},
		{"intent and question", head + "nodes:\n" + end + "intents: {where: [在哪]}\nquestions: {a: {variants: [在哪, 位置], answer: x}}\n", "questions.a", "intent where and in question a"},
		{"hidden keyword", head + "nodes:\n  a: {say: x, branches: {keyword:贷款: bye, keyword:房屋贷款: bye}}\n" + end, "a branches.keyword:房屋贷款", "never wins"},
		{"one variant", head + "nodes:\n" + end + "questions: {a: {variants: [在哪], answer: x}}\n", "questions.a.variants", "one variant only"},
		{"silence that never comes", head + "settings: {silence: {max: 1}}\nnodes:\n  a: {say: x, branches: {silence: bye}}\n" + end, "a branches.silence", "never taken"},
		{"question before anywhere", head + "nodes:\n" + end + "anywhere: {price: bye}\nquestions: {a: {intent: price, answer: x}}\n", "anywhere.price", "question a answers it"},
		{"label that nothing gives", head + "nodes:\n" + end + "grades: [{grade: A, when: {labels: [x]}}]\n", "grades.1", "which nothing gives"},
		{"rule that takes all", head + "nodes:\n" + end + "grades: [{grade: A}, {grade: B}]\n", "grades.1", "never looked at"},
		{"idle correction", head + "nodes:\n" + end + "corrections: {好: 好}\n", "corrections.好", "changes nothing"},
		{"default of another form", head + "variables: {fee: {default: viel, format: money}}\nnodes:\n  a: {say: $(fee), next: bye}\n" + end, "variables.fee.default", "read as it stands"},
		{"unmatched by a model", head + "nodes:\n  a: {say: x, model: {instructions: i, failed: bye}, branches: {unmatched: bye}}\n" + end, "a branches.unmatched", "the chat model answers"},
		{"silent test", head + "nodes:\n" + end + "tests: [{name: t}]\n", "tests.t", "says nothing"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			found, f := script.Check([]byte(c.source))
			if f == nil || len(found) != 1 || found[0].Severity != script.Warning {
				t.Fatalf("want one warning and a flow, got %v", found)
			}
			if got := strings.TrimSpace(string(found[0].Node) + " " + found[0].At); got != c.at || !strings.Contains(found[0].Text, c.want) {
				t.Errorf("at %q: %q", got, found[0].Text)
			}
		})
	}
}

func TestPlacesOfProblems(t *testing.T) {
	found, f := script.Check([]byte(head + "nodes:\n  a: {say: \"\", branches: {affirm: nowhere, \"regex:(\": bye}}\n  b: {say: $(v), collect: {length: 99}, branches: {digits: bye}}\n" + end + "questions: {price: {variants: [1, \"。\"]}}\nsettings: {silence: {after: never}}\n"))
	if f != nil {
		t.Fatal("a flow came of it")
	}
	var at []string
	for _, p := range found {
		at = append(at, strings.TrimSpace(string(p.Node)+" "+p.At))
	}
	want := []string{"a say", "a branches.regex:(", "a branches.affirm", "b collect.length", "questions.price.variants", "questions.price", "settings.silence.after"}
	if strings.Join(at, "|") != strings.Join(want, "|") {
		t.Errorf("places\n%q, want\n%q", at, want)
	}
}

// wide is a script of many nodes that lead to each other, with words, labels, tests and grades.
func wide(nodes int) []byte {
	var b strings.Builder
	b.WriteString(head + "variables: {v: 1}\ncorrections: {甲: 乙}\nnodes:\n")
	for i := range nodes - 1 {
		fmt.Fprintf(&b, "  n%d:\n    say: 您好$(v)，这是第%d句。\n    label: l%d\n    branches: {affirm: n%d, refuse: n%d, \"keyword:词%d\": bye, \"regex:(a|b)%d\": bye}\n", i, i, i, (i+1)%(nodes-1), (i*7+3)%(nodes-1), i, i)
	}
	b.WriteString(end + "questions:\n")
	for i := range 500 {
		fmt.Fprintf(&b, "  q%d: {variants: [问%d, 再问%d], answer: 答$(v)}\n", i, i, i)
	}
	b.WriteString("tests:\n")
	for i := range 400 {
		fmt.Fprintf(&b, "  - {name: t%d, says: [好], expect: {path: [n%d], labels: [l%d]}}\n", i, i, i)
	}
	return []byte(b.String())
}

func TestManyNodesSoon(t *testing.T) {
	began := time.Now()
	_, err := script.Parse(wide(10_000)[:script.MaxBytes])
	if err == nil || time.Since(began) > soon {
		t.Errorf("10,000 nodes: %v after %v", err, time.Since(began))
	}
	var b strings.Builder
	b.WriteString(head + "nodes:\n")
	for i := range 10_000 {
		fmt.Fprintf(&b, "  n%d: {say: x, next: n%d}\n", i, (i+1)%10_000)
	}
	began = time.Now()
	if _, err := script.Parse([]byte(b.String())); err == nil || !strings.Contains(err.Error(), "at most 2000") || time.Since(began) > soon {
		t.Errorf("10,000 nodes in a circle: %v after %v", err, time.Since(began))
	}
}

// TestKeywordsAreBounded: those of branches count with the others, so that what is checked can be run.
func TestKeywordsAreBounded(t *testing.T) {
	var b strings.Builder
	b.WriteString(head + "nodes:\n")
	for i := range 101 {
		fmt.Fprintf(&b, "  n%d: {say: x, branches: {default: n%d", i, i+1)
		for k := range 199 {
			fmt.Fprintf(&b, ", \"keyword:词%d\": bye", i*199+k)
		}
		b.WriteString("}}\n")
	}
	b.WriteString("  n101: {say: x, next: bye}\n" + end)
	if _, err := script.Parse([]byte(b.String())); err == nil || !strings.Contains(err.Error(), "more than 20000 keywords") {
		t.Errorf("%v", err)
	}
}

func BenchmarkCheck2000(b *testing.B) {
	source := wide(script.MaxNodes)
	if found, f := script.Check(source); f == nil {
		b.Fatal(found)
	}
	b.ReportAllocs()
	for b.Loop() {
		script.Check(source)
	}
}
