package scripttest_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/errs/words"
	"github.com/outdial/outdial/shared/scripttest"
)

// A stored finding is read back as it was, whatever stands in it, and said in both languages.
func TestFindingsAreKeptByTheirCode(t *testing.T) {
	r := runner(t, []byte(`{script: 1, name: x, nodes: {a: {say: 您好, branches: {affirm: b}}, b: {say: 再见, hangup: true}}}`))
	s := r.Simulation(1)
	s.Run(60)
	before := s.Report(r.Cases())
	if len(before.Problems) == 0 {
		t.Fatal("the script is to have findings")
	}
	raw, err := json.Marshal(before)
	if err != nil {
		t.Fatal(err)
	}
	var after scripttest.Report
	if err := json.Unmarshal(raw, &after); err != nil {
		t.Fatal(err)
	}
	for i, f := range after.Problems {
		if fmt.Sprintf("%#v", f.Said()) != fmt.Sprintf("%#v", before.Problems[i].Said()) || f.String() != before.Problems[i].String() || f.Said().Format == "" {
			t.Errorf("%v came back as %v", before.Problems[i], f)
		}
		if zh := words.Reason(words.Chinese, errs.Field{Reason: f.String(), Said: f.Said()}); zh == f.String() {
			t.Errorf("no Chinese for %q", zh)
		}
	}
}

// What stands in a sentence may look like the rest of it: only the code tells where it ends.
func TestFindingsThatLookLikeOthers(t *testing.T) {
	var f scripttest.Finding
	if err := json.Unmarshal([]byte(`{"code": "label_missing", "args": ["a is missing; there are: b", "c"], "text": "x"}`), &f); err != nil {
		t.Fatal(err)
	}
	if zh := words.Reason(words.Chinese, errs.Field{Reason: f.String(), Said: f.Said()}); zh != "缺少标签 a is missing; there are: b，实际标签：c" {
		t.Error(zh)
	}
}

func TestFindingsOfOtherTimes(t *testing.T) {
	for raw, want := range map[string]string{
		`"node desk was not reached in 300 conversations"`:             "节点 desk 在 300 次模拟对话中从未到达", // before the codes
		`"nobody has words for this"`:                                  "nobody has words for this",
		`{"code": "newer", "args": ["a", 7], "text": "as it is said"}`: "as it is said",
		`{"code": "node_unreached", "args": ["desk"], "text": "desk"}`: "desk", // too few values
		`{"code": "node_unreached", "args": [3, "x"], "text": "desk"}`: "desk", // in another order
		`{"code": "node_unreached", "args": ["desk", 3, 4]}`:           "node_unreached",
		`{"code": "node_unreached", "args": ["desk", 300]}`:            "节点 desk 在 300 次模拟对话中从未到达",
	} {
		var f scripttest.Finding
		if err := json.Unmarshal([]byte(raw), &f); err != nil {
			t.Errorf("%s: %v", raw, err)
		}
		if got := words.Reason(words.Chinese, errs.Field{Reason: f.String(), Said: f.Said()}); got != want {
			t.Errorf("%s is said as %q, want %q", raw, got, want)
		}
	}
	for _, raw := range []string{`7`, `{"code": 7}`, `{"code": "dead_end", "args": [1.5]}`, `[`} {
		var f scripttest.Finding
		if err := json.Unmarshal([]byte(raw), &f); err == nil {
			t.Errorf("%s was read", raw)
		}
	}
}
