package flow_test

import (
	"testing"

	"github.com/outdial/outdial/shared/flow"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/transcript"
)

const worded = `script: 1
name: 词
corrections: {宽呆: 宽带}
start: ask
nodes:
  ask:
    say: 您好，您需要宽带吗？
    branches:
      keyword:需要: wants
      keyword:宽带: wants
      keyword:款式: style
      keyword:套餐&多少: style
      keyword:贵: dear
      regex:(我没说)需要: literal
      negate: no
      default: other
  wants: {say: 好的, hangup: true}
  style: {say: 有三种, hangup: true}
  dear: {say: 不贵, hangup: true}
  literal: {say: 明白, hangup: true}
  no: {say: 再见, hangup: true}
  other: {say: 再见, hangup: true}
  board: {say: 好的, hangup: true}
anywhere: {keyword:款待: board, keyword:不要: no}
questions: {fee: {variants: [多少钱], answer: 一百}}
`

// TestKeywordBranches: keywords fit as those of intents do, and say what decided; patterns stay literal.
func TestKeywordBranches(t *testing.T) {
	p := compile(t, []byte(worded))
	for said, want := range map[string]struct {
		node script.NodeID
		rule string
	}{
		"我需要":      {"wants", "keyword:需要"},
		"不需要":      {"no", "refuse 不需要"},
		"不是不需要":    {"wants", "keyword:需要"},
		"我没说需要":    {"literal", "regex:(我没说)需要"},
		"我问宽带":     {"wants", "keyword:宽带"},
		"我问宽呆":     {"wants", "keyword:宽带"},
		"我问宽待":     {"wants", "keyword:宽带 ~ 宽待"},
		"我问款待":     {"board", "keyword:款待"}, // as it is written, though it holds anywhere
		"套餐都是多少":   {"style", "keyword:套餐&多少"},
		"太贵了":      {"dear", "keyword:贵"},
		"不要":       {"no", "keyword:不要"},
		"我们不是说不要的": {"other", ""},
	} {
		s, _, _ := flow.Step(flow.New(p, nil), flow.Start{})
		s, _, _ = flow.Step(s, flow.PromptDone{})
		expected := flow.Expects(s, said)
		s, _, trace := flow.Step(s, flow.Utterance{Text: said, Match: p.Match(said)})
		if s.Node != want.node || want.rule != "" && trace.Match.Rule != want.rule {
			t.Errorf("%q leads to %s by %q (%s), want %+v", said, s.Node, trace.Match.Rule, trace.Via, want)
		}
		if m := trace.Match; m.Kind != transcript.MatchUnmatched && (m.Score <= 0 || m.Score > 1) {
			t.Errorf("%q scores %v", said, m.Score)
		}
		if !expected && trace.Via != "default" {
			t.Errorf("%q is not expected", said)
		}
	}
}

// TestMeaningBesideBranch: a keyword or pattern leads on, and what the sentence means counts nevertheless.
func TestMeaningBesideBranch(t *testing.T) {
	p := compile(t, []byte(worded))
	for said, want := range map[string]transcript.Tally{
		"我需要":       {Interactions: 1, Affirmed: 1},
		"太贵了，不要":    {Interactions: 1, Refused: 1},
		"不要":        {Interactions: 1, Refused: 1},
		"宽带多少钱":     {Interactions: 1, Questions: 1},
		"贵吗":        {Interactions: 1, Questions: 1},
		"我问宽带":      {Interactions: 1},
		"我知道宽带":     {Interactions: 1}, // merely like a yes
		"喂，你好，宽带":   {Interactions: 1},
		"别再打给我宽带电话": {Interactions: 1, Refused: 1},
	} {
		s, _, _ := flow.Step(flow.New(p, nil), flow.Start{})
		s, _, _ = flow.Step(s, flow.PromptDone{})
		_, _, trace := flow.Step(s, flow.Utterance{Text: said, Match: p.Match(said)})
		if got := transcript.TallyOf([]transcript.Turn{{Speaker: transcript.Callee, Matched: trace.Match}}); got != want {
			t.Errorf("%q counts %+v, want %+v: %+v", said, got, want, trace.Match)
		}
	}
}
