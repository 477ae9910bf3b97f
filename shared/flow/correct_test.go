package flow_test

import (
	"testing"

	"github.com/outdial/outdial/shared/flow"
)

func TestCorrections(t *testing.T) {
	p := compile(t, []byte(`script: 1
name: t
corrections: {贷宽: 贷款, 贷宽利率: 房贷利率, ETC: 易通卡, 房贷利率: 错了}
nodes:
  a: {say: x, branches: {keyword:房贷利率: rate, keyword:贷款: loan, keyword:易通卡: card, default: bye}}
  rate: {say: r, hangup: true}
  loan: {say: l, hangup: true}
  card: {say: c, hangup: true}
  bye: {say: b, hangup: true}
`))
	for _, c := range []struct{ heard, node, correction string }{
		{"贷宽利率", "rate", "贷宽利率 → 房贷利率"}, // the longer one, and what it becomes is not corrected again
		{"我要贷 宽", "loan", "贷宽 → 贷款"},    // some recognisers put spaces between characters
		{"办个ｅｔｃ", "card", "ETC → 易通卡"},
		{"办个fetch", "bye", ""}, // a word of letters is not corrected inside another
		{"贷款", "loan", ""},
	} {
		s, _, _ := flow.Step(flow.New(p, nil), flow.Start{})
		s, _, _ = flow.Step(s, flow.PromptDone{})
		s, _, trace := flow.Step(s, flow.Utterance{Text: c.heard, Match: p.Match(c.heard)})
		if string(s.Node) != c.node && (c.node != "bye" || s.Node != "a") || trace.Match.Correction != c.correction {
			t.Errorf("%s leads to %s, corrected by %q", c.heard, s.Node, trace.Match.Correction)
		}
	}
}
