package script_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/script"
)

func TestDocumentKeepsWhatItSays(t *testing.T) {
	for in, want := range map[string]string{
		"b: 1\na: [x, 2, true, ~, 1.5]\n": `{"b":1,"a":["x",2,true,null,1.5]}`,
		"yes: no\nd: 2026-01-02\n":        `{"yes":"no","d":"2026-01-02"}`,
		"n: 0123\nh: 0x10\nf: .5\n":       `{"n":"0123","h":"0x10","f":".5"}`,
		"{}":                              `{}`,
		`{"z":"<a&b>","a":{"q":[]}}`:      `{"z":"<a&b>","a":{"q":[]}}`,
		`{"e":"😀\n","n":1e3}`:             `{"e":"😀\n","n":1e3}`,
		"a: |\n  您好\n  再见\n":              `{"a":"您好\n再见\n"}`,
	} {
		got, err := script.Document([]byte(in))
		if err != nil {
			t.Errorf("%q: %v", in, err)
			continue
		}
		var flat bytes.Buffer
		if err := json.Compact(&flat, got); err != nil || flat.String() != want {
			t.Errorf("%q became %s (%v), want %s", in, flat.String(), err, want)
		}
		again, err := script.Document(got)
		if err != nil || !bytes.Equal(again, got) {
			t.Errorf("%q: a second time it reads %s (%v)", in, again, err)
		}
		back, err := script.YAML(got)
		if err != nil || !script.Same(back, got) {
			t.Errorf("%q: as YAML it reads %s (%v)", in, back, err)
		}
	}
}

func TestDocumentRefusesWhatIsNone(t *testing.T) {
	for _, in := range []string{"", "x", "[]", "1", `"a"`, "a: [", "a: &x {}\nb: *x", "a: 1\na: 2", `{"a":1,"a":2}`, "\xff", strings.Repeat("[", 100) + strings.Repeat("]", 100),
		`{"a":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + "}", "a: !!binary x", "{} {}", `{"a":"` + strings.Repeat("x", script.MaxBytes) + `"}`} {
		if got, err := script.Document([]byte(in)); err == nil || !errs.Is(err, errs.Invalid) {
			t.Errorf("%.40q was taken as %.40q (%v)", in, got, err)
		}
	}
}

func TestDemoIsTheSameInJSON(t *testing.T) {
	source, err := script.Document(script.Demo())
	if err != nil {
		t.Fatal(err)
	}
	one, err := script.Parse(script.Demo())
	if err != nil {
		t.Fatal(err)
	}
	two, err := script.Parse(source)
	if err != nil {
		t.Fatal(err)
	}
	if one.Name != two.Name || len(one.Order) != len(two.Order) || !script.Same(script.Demo(), source) {
		t.Errorf("%q with %d nodes became %q with %d", one.Name, len(one.Order), two.Name, len(two.Order))
	}
	for i, id := range one.Order {
		if two.Order[i] != id {
			t.Errorf("node %d is %s, was %s", i, two.Order[i], id)
		}
	}
}

func TestHeadAndWith(t *testing.T) {
	doc, err := script.With([]byte("nodes: {a: {}, b: {}}\nquestions: {q: {}}\ntrade: loan\n"), "name", "回访", "trade", "", "description", `"x"`)
	if err != nil {
		t.Fatal(err)
	}
	head, err := script.HeadOf(doc)
	if want := (script.Head{Name: "回访", Description: `"x"`, Nodes: 2, Questions: 1}); err != nil || head != want {
		t.Errorf("the head is %+v (%v), want %+v", head, err, want)
	}
}

func TestDiff(t *testing.T) {
	before := `{"name":"a","start":"one","settings":{"silence":{"after":"4s","max":3}},"nodes":{"one":{"say":"您好","branches":{"affirm":"two"}},"two":{"say":"再见","hangup":true}},
		"questions":{"price":{"answer":"39元"}},"grades":[{"grade":"A","when":{"affirmed":1}}],"layout":{"one":{"x":1}}}`
	after := `{"name":"b","start":"one","settings":{"silence":{"after":"5s","max":3}},"nodes":{"three":{"say":"新","next":"one"},"one":{"say":"你好","branches":{"affirm":"two","negate":"three"}}},
		"questions":{"price":{"answer":"49元"}},"grades":[{"grade":"A","when":{"affirmed":2}}],"layout":{"one":{"x":9}}}`
	nodes, parts, err := script.Diff([]byte(before), []byte(after))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range append(nodes, parts...) {
		for _, f := range d.Fields {
			got = append(got, strings.Join([]string{d.Part, d.ID, string(d.Change), f.Path, f.Before, f.After}, "|"))
		}
	}
	want := []string{
		"|three|added|say||新", "|three|added|next||one",
		"|one|changed|say|您好|你好", "|one|changed|branches.negate||three",
		"|two|removed|say|再见|", "|two|removed|hangup|true|",
		"questions|price|changed|answer|39元|49元",
		"settings||changed|silence.after|4s|5s",
		"grades|A|changed|when.affirmed|1|2",
		"script|name|changed||a|b",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("differences:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if n, p, err := script.Diff([]byte(after), []byte(after)); err != nil || len(n)+len(p) > 0 {
		t.Errorf("the same document differs: %v %v (%v)", n, p, err)
	}
	if n, _, err := script.Diff(nil, []byte(after)); err != nil || len(n) != 2 || n[0].Change != script.Added {
		t.Errorf("against nothing: %v (%v)", n, err)
	}
}

func FuzzDocument(f *testing.F) {
	f.Add([]byte("a: 1"))
	f.Add([]byte(`{"a":[1,"x",null]}`))
	f.Add(script.Demo())
	f.Fuzz(func(t *testing.T, in []byte) {
		got, err := script.Document(in)
		if err != nil {
			return
		}
		if !json.Valid(got) || !script.Same(got, in) {
			t.Fatalf("%q became %q", in, got)
		}
		back, err := script.YAML(got)
		if err != nil || !script.Same(back, got) {
			t.Fatalf("%q as YAML is %q (%v)", got, back, err)
		}
	})
}
