package labelled

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/outdial/outdial/shared/nlu"
)

func TestRead(t *testing.T) {
	got, err := Read(strings.NewReader("\ufeff# a comment\r\n\r\n不需要\trefuse\r\n 你好 \t other \n再见\tgoodbye"))
	if err != nil {
		t.Fatal(err)
	}
	want := []Sentence{{3, "不需要", nlu.Refuse}, {4, "你好", nlu.Other}, {5, "再见", nlu.Goodbye}}
	if len(got) != len(want) {
		t.Fatalf("got %v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got %v, want %v", got[i], want[i])
		}
	}
	if got, err := Read(strings.NewReader("sentence\tintent\n好\taffirm\n")); err != nil || len(got) != 1 {
		t.Errorf("a line that names the columns: %v, %v", got, err)
	}
}

func TestReadRefuses(t *testing.T) {
	for text, says := range map[string]string{
		"好\taffirm\n不需要 refuse\n":       `line 2: no tab in "不需要 refuse"`,
		"好\taffirm\n\n#\n不\tno\n":       `line 4: intent "no" is not known; known are affirm, negate`,
		"好\t\n":                         "line 1: no intent after the tab",
		"\taffirm\n":                    "line 1: no sentence before the tab",
		"好\taffirm\tsure\n":             "line 1: more than one tab",
		"好\taffirm\n\xff\xfe\taffirm\n": "line 2: not UTF-8",
		"":                              "no sentence in it",
		"# only this\n":                 "no sentence in it",
		"好\taffirm\n" + strings.Repeat("好", 30000) + "\taffirm\n": "line 2: longer than",
		"sentence\tintent\nintent\tlabel\n":                       "line 2: intent",
	} {
		if _, err := Read(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%.40q: %v, want %s", text, err, says)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"好\taffirm\n", "\ufeff#\r\n", "\t\t\n", "a\tother\r\n\x00\tother", "sentence\tintent"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		sentences, err := Read(bytes.NewReader(in))
		if (err == nil) != (len(sentences) > 0) {
			t.Fatalf("%d sentences and %v", len(sentences), err)
		}
		for _, s := range sentences {
			if s.Text == "" || s.Intent == "" || s.Line < 1 {
				t.Fatalf("%+v", s)
			}
		}
	})
}

// answers stands in for a matcher.
func answers(said string) nlu.Match {
	return nlu.Match{Intent: map[string]nlu.Intent{"好": nlu.Affirm, "不": nlu.Affirm, "别打": nlu.DoNotCall, "喂": nlu.Greet, "不要": nlu.Refuse}[said], Rule: "r", Score: 0.5}
}

func TestMeasure(t *testing.T) {
	in := []Sentence{{1, "好", nlu.Affirm}, {2, "不", nlu.Negate}, {3, "别打", nlu.Refuse}, {4, "喂", nlu.Other}, {5, "不要", nlu.Refuse}}
	r := Measure(answers, in)
	if r.Sentences != 5 || r.Right != 4 || r.Accuracy != 0.8 || len(r.Wrong) != 1 || r.Wrong[0].Line != 2 {
		t.Errorf("got %+v", r)
	}
	if r.Confusion[nlu.Negate][nlu.Affirm] != 1 || r.Confusion[nlu.Refuse][nlu.Refuse] != 2 {
		t.Errorf("confusion %v", r.Confusion)
	}
	for _, s := range r.Intents {
		switch s.Intent {
		case nlu.Affirm:
			if *s.Precision != 0.5 || *s.Recall != 1 {
				t.Errorf("affirm: %v %v", *s.Precision, *s.Recall)
			}
		case nlu.Negate:
			if s.Precision != nil || *s.Recall != 0 {
				t.Errorf("negate: %v %v", s.Precision, *s.Recall)
			}
		}
	}
	// A file that makes the finer difference is measured by it.
	if r := Measure(answers, append(in, Sentence{6, "别打", nlu.DoNotCall})); r.Confusion[nlu.Refuse][nlu.DoNotCall] != 1 || r.Right != 4 {
		t.Errorf("finer: %+v", r)
	}
}

func TestReportReads(t *testing.T) {
	r := Measure(answers, []Sentence{{1, "好", nlu.Affirm}, {2, "不", nlu.Negate}})
	var text bytes.Buffer
	if err := r.Text(&text); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"accuracy 50.0 % (1 of 2 sentences)", "precision  recall", "confusion", "line 2: 不: negate, understood as affirm (r, 0.50)"} {
		if !strings.Contains(text.String(), part) {
			t.Errorf("no %q in\n%s", part, text.String())
		}
	}
	r.Wrong = nil
	got, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"sentences":2,"right":1,"accuracy":0.5,"intents":[{"intent":"affirm","labelled":1,"given":2,"right":1,"precision":0.5,"recall":1},` +
		`{"intent":"negate","labelled":1,"given":0,"right":0,"precision":null,"recall":0}],"confusion":{"affirm":{"affirm":1},"negate":{"affirm":1}}}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestKey(t *testing.T) {
	for text, want := range map[string]string{"嗯，不需要了！": "不需要", "不 需 要": "不需要", "嗯嗯": "嗯嗯", "OK的": "ok", "。": "", "No, thanks": "nothanks"} {
		if got := Key(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestWithout(t *testing.T) {
	got := Without([]Sentence{{1, "不需要", nlu.Refuse}, {2, "多少钱", nlu.Price}, {3, "好的呀", nlu.Affirm}}, []Sentence{{1, "嗯不需要了", nlu.Refuse}, {2, "好", nlu.Affirm}})
	if len(got) != 1 || got[0].Text != "多少钱" {
		t.Errorf("got %v", got)
	}
}
