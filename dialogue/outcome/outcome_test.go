package outcome_test

import (
	"slices"
	"testing"
	"time"

	"github.com/outdial/outdial/dialogue/outcome"
	"github.com/outdial/outdial/shared/transcript"
)

func TestTracker(t *testing.T) {
	var tr outcome.Tracker
	if tr.Grade() != transcript.GradeD || tr.ReplyP50() != 0 {
		t.Error("a call without a word is D and has no latency")
	}
	said := func(k transcript.MatchKind, intent string) {
		tr.Add(transcript.Turn{Speaker: transcript.Callee, Matched: transcript.Match{Kind: k, Intent: intent}})
	}
	said(transcript.MatchQuestion, "price")
	if tr.Grade() != transcript.GradeB {
		t.Errorf("one question is B, not %s", tr.Grade())
	}
	said(transcript.MatchIntent, "affirm")
	for _, ms := range []int{900, 300, 500} {
		tr.Add(transcript.Turn{Speaker: transcript.Robot, ReplyLatency: time.Duration(ms) * time.Millisecond})
	}
	if tr.Grade() != transcript.GradeA || tr.ReplyP50() != 500*time.Millisecond {
		t.Errorf("got %s and %v", tr.Grade(), tr.ReplyP50())
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
