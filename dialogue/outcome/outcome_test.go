package outcome_test

import (
	"slices"
	"testing"
	"time"

	"github.com/outdial/outdial/dialogue/outcome"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/transcript"
)

func TestTracker(t *testing.T) {
	var tr outcome.Tracker
	if tr.Grade(0).Grade != transcript.GradeD || tr.ReplyP50() != 0 {
		t.Error("a call without a word is D and has no latency")
	}
	said := func(k transcript.MatchKind, intent string) {
		tr.Add(transcript.Turn{Speaker: transcript.Callee, Matched: transcript.Match{Kind: k, Intent: intent}})
	}
	said(transcript.MatchQuestion, "price")
	if tr.Grade(0).Grade != transcript.GradeB {
		t.Errorf("one question is B, not %s", tr.Grade(0).Grade)
	}
	said(transcript.MatchIntent, "affirm")
	for _, ms := range []int{900, 300, 500} {
		tr.Add(transcript.Turn{Speaker: transcript.Robot, ReplyLatency: time.Duration(ms) * time.Millisecond})
	}
	if tr.Grade(time.Minute).Grade != transcript.GradeA || tr.ReplyP50() != 500*time.Millisecond {
		t.Errorf("got %+v and %v", tr.Grade(time.Minute), tr.ReplyP50())
	}
	tr.Label("a")
	tr.Label("b")
	tr.Label("a")
	if !slices.Equal(tr.Labels(), []string{"a", "b"}) {
		t.Errorf("labels %v", tr.Labels())
	}
	if got := tr.Tally(); got.Interactions != 2 || got.Affirmed != 1 || got.Questions != 1 {
		t.Errorf("tally %+v", got)
	}
}

func TestOwnRules(t *testing.T) {
	tr := outcome.Tracker{Rules: []script.GradeRule{
		{Grade: "B", Name: "来过价格节点", When: script.GradeWhen{Nodes: []script.NodeID{"price"}, Without: []string{"拒绝"}}},
		{Grade: "C", When: script.GradeWhen{Talk: &script.Span{Min: time.Minute, Open: true}}},
	}}
	if v := tr.Grade(30 * time.Second); v.Grade != transcript.GradeD {
		t.Errorf("no rule of the script fits: %+v", v)
	}
	if v := tr.Grade(time.Minute); v != (transcript.Verdict{Grade: "C", Rule: "rule 2 of the script"}) {
		t.Errorf("a minute of talk: %+v", v)
	}
	tr.Enter("opening", "price")
	if v := tr.Grade(time.Minute); v != (transcript.Verdict{Grade: "B", Rule: "来过价格节点"}) {
		t.Errorf("the first rule comes first: %+v", v)
	}
	tr.Label("拒绝")
	if v := tr.Grade(0); v.Grade != transcript.GradeD {
		t.Errorf("the label rules it out: %+v", v)
	}
	tr.SMS("address")
	tr.SMS("address")
	if !slices.Equal(tr.Marks(), []string{"address"}) {
		t.Errorf("marks %v", tr.Marks())
	}
}
