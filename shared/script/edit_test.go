package script

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/outdial/outdial/shared/errs"
)

const taught = `{
  "script": 1,
  "name": "t",
  "nodes": {
    "z": {"say": "好吗？", "branches": {"affirm": "a", "colour": "a", "default": "a"}},
    "a": {"say": "再见", "hangup": true}
  },
  "questions": {
    "where": {"variants": ["在哪里"], "answer": "图书馆。"},
    "price": {"answer": "免费。", "intent": "price"}
  },
  "intents": {"colour": ["红色"], "size": {"whole": ["大"]}}
}`

func TestTeach(t *testing.T) {
	for _, c := range []struct {
		lesson Lesson
		added  []string
		want   string // in the document, white space apart
	}{
		{Lesson{Question: "where", Phrases: []string{"地址是啥", "在哪里"}}, []string{"地址是啥"}, `"where":{"variants":["在哪里","地址是啥"],"answer":"图书馆。"}`},
		{Lesson{Question: "price", Phrases: []string{"贵吗"}}, []string{"贵吗"}, `"price":{"answer":"免费。","intent":"price","variants":["贵吗"]}`},
		{Lesson{Question: "park", Create: true, Answer: " 有车位。 ", Phrases: []string{"能停车吗", "A&B"}}, []string{"能停车吗", "A B"},
			`"park":{"variants":["能停车吗","A B"],"answer":"有车位。"}}`},
		{Lesson{Intent: "colour", Phrases: []string{"蓝的"}}, []string{"蓝的"}, `"colour":["红色","蓝的"]`},
		{Lesson{Intent: "size", Phrases: []string{"大号"}}, []string{"大号"}, `"size":{"whole":["大"],"keywords":["大号"]}`},
		{Lesson{Intent: "new", Create: true, Phrases: []string{"<b>&\"x\""}}, []string{"<b> \"x\""}, `"new":["<b> \"x\""]`},
		{Lesson{Intent: "affirm", Phrases: []string{"整挺好"}}, []string{"整挺好"}, `"size":{"whole":["大"]},"affirm":["整挺好"]}`},
		{Lesson{Intent: "colour", Phrases: []string{"红色"}}, nil, `"colour":["红色"]`},
	} {
		got, added, err := Teach([]byte(taught), c.lesson)
		if err != nil {
			t.Fatalf("%+v: %v", c.lesson, err)
		}
		flat := strings.NewReplacer("\n", "", " ", "").Replace(string(got))
		if !slices.Equal(added, c.added) || !strings.Contains(flat, strings.ReplaceAll(c.want, " ", "")) {
			t.Errorf("%+v: added %q\n%s", c.lesson, added, got)
		}
		if z, a := strings.Index(string(got), `"z"`), strings.Index(string(got), `"a": {`); z < 0 || a < z {
			t.Errorf("%+v: the order of the nodes has changed\n%s", c.lesson, got)
		}
		if _, err := Parse(got); err != nil && !strings.Contains(err.Error(), "price") {
			t.Errorf("%+v: %v", c.lesson, err)
		}
	}
}

func TestTeachMakesTheParts(t *testing.T) {
	got, _, err := Teach([]byte(`{"script": 1, "name": "t"}`), Lesson{Question: "q", Create: true, Answer: "a", Phrases: []string{"x"}})
	if err != nil || !strings.Contains(strings.Join(strings.Fields(string(got)), ""), `"questions":{"q":{"variants":["x"],"answer":"a"}}}`) {
		t.Errorf("%s, %v", got, err)
	}
	got, _, err = Teach([]byte(`{"script": 1, "name": "t"}`), Lesson{Intent: "refuse", Phrases: []string{"x"}})
	if err != nil || !strings.Contains(strings.Join(strings.Fields(string(got)), ""), `"intents":{"refuse":["x"]}}`) {
		t.Errorf("%s, %v", got, err)
	}
}

func TestTeachRefuses(t *testing.T) {
	for want, l := range map[string]Lesson{
		"either a question or an intent": {Phrases: []string{"x"}},
		"name either":                    {Question: "where", Intent: "colour", Phrases: []string{"x"}},
		"needs its answer":               {Question: "new", Create: true, Phrases: []string{"x"}},
		"letters, digits":                {Question: "a b", Create: true, Answer: "a", Phrases: []string{"x"}},
		"taken by branches":              {Intent: "silence", Create: true, Phrases: []string{"x"}},
		"at least one sentence":          {Question: "where"},
		"a letter or a digit":            {Question: "where", Phrases: []string{"……"}},
		`has no question "gone"`:         {Question: "gone", Phrases: []string{"x"}},
		`has no intent "gone"`:           {Intent: "gone", Phrases: []string{"x"}},
		`has a question "where" already`: {Question: "where", Create: true, Answer: "a", Phrases: []string{"x"}},
	} {
		_, _, err := Teach([]byte(taught), l)
		if err == nil || !strings.Contains(errText(err), want) {
			t.Errorf("%+v: %v, want %q", l, err, want)
		}
	}
	if _, _, err := Teach([]byte("- a"), Lesson{Question: "where", Phrases: []string{"x"}}); !errs.Is(err, errs.Invalid) {
		t.Errorf("a list was taught: %v", err)
	}
}

func errText(err error) string {
	out := err.Error()
	var e *errs.Error
	if errors.As(err, &e) {
		for _, f := range e.Fields {
			out += "; " + f.Reason
		}
	}
	return out
}

// TestTeachTwice: what was taught is known, and teaching it again changes nothing.
func TestTeachTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := Lesson{Question: "where", Phrases: rapid.SliceOfN(rapid.StringMatching(`[a-z大小。&"\\ ]{0,8}[a-z大小]`), 1, 8).Draw(t, "phrases")}
		once, added, err := Teach([]byte(taught), l)
		if err != nil {
			t.Skip("refused")
		}
		twice, none, err := Teach(once, l)
		if err != nil || len(none) != 0 || string(once) != string(twice) {
			t.Fatalf("taught %q and then %q again: %v", added, none, err)
		}
	})
}
