package transcript

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/outdial/outdial/shared/script"
)

// TestGradeTalk has one row for each clause of the manual's rule (B9.4), and the borders between them.
func TestGradeTalk(t *testing.T) {
	for _, c := range []struct {
		name string
		t    Tally
		want string
	}{
		{"A: one positive answer", Tally{Interactions: 1, Affirmed: 1}, GradeA},
		{"A: two questions", Tally{Interactions: 2, Questions: 2}, GradeA},
		{"A: five interactions", Tally{Interactions: 5}, GradeA},
		{"B: one question", Tally{Interactions: 1, Questions: 1}, GradeB},
		{"B: four interactions", Tally{Interactions: 4}, GradeB},
		{"C: three interactions", Tally{Interactions: 3}, GradeC},
		{"C: two, which the manual leaves open", Tally{Interactions: 2}, GradeC},
		{"D: three refusals", Tally{Interactions: 9, Refused: 3}, GradeD},
		{"D: three refusals and a yes", Tally{Interactions: 9, Refused: 3, Affirmed: 2, Questions: 2}, GradeD},
		{"D: refused once in two interactions", Tally{Interactions: 2, Refused: 1}, GradeD},
		{"D: refused once in two interactions, with a yes", Tally{Interactions: 2, Refused: 1, Affirmed: 1}, GradeD},
		{"refused once in three interactions is C", Tally{Interactions: 3, Refused: 1}, GradeC},
		{"refused once and asked once in three is B", Tally{Interactions: 3, Refused: 1, Questions: 1}, GradeB},
		{"D: refused twice in four interactions", Tally{Interactions: 4, Refused: 2}, GradeD},
		{"D: refused twice in four, with two questions", Tally{Interactions: 4, Refused: 2, Questions: 2}, GradeD},
		{"refused twice in five interactions is A", Tally{Interactions: 5, Refused: 2}, GradeA},
		{"D: one interaction", Tally{Interactions: 1}, GradeD},
		{"D: nothing said", Tally{}, GradeD},
		{"D: only silence", Tally{Silences: 4}, GradeD},
		{"unmatched sentences are interactions", Tally{Interactions: 4, Unmatched: 4}, GradeB},
	} {
		v := GradeTalk(c.t)
		if v.Grade != c.want || v.Rule == "" {
			t.Errorf("%s: %+v, want %s", c.name, v, c.want)
		}
	}
}

func TestOwnRulesComeFirst(t *testing.T) {
	count := func(low, high int) *script.Range { return &script.Range{Min: low, Max: high} }
	least := func(n int) *script.Range { return &script.Range{Min: n, Open: true} }
	all := Facts{Tally: Tally{Interactions: 6, Affirmed: 2, Refused: 1, Questions: 3, Unmatched: 1, Silences: 2}, Labels: []string{"a", "b"},
		Nodes: []script.NodeID{"x", "y"}, Talk: 90 * time.Second}
	for name, c := range map[string]struct {
		when script.GradeWhen
		fits bool
	}{
		"nothing asked":      {script.GradeWhen{}, true},
		"labels":             {script.GradeWhen{Labels: []string{"a", "b"}}, true},
		"a label missing":    {script.GradeWhen{Labels: []string{"a", "c"}}, false},
		"without":            {script.GradeWhen{Without: []string{"c"}}, true},
		"without one given":  {script.GradeWhen{Without: []string{"c", "b"}}, false},
		"nodes":              {script.GradeWhen{Nodes: []script.NodeID{"y"}}, true},
		"a node missing":     {script.GradeWhen{Nodes: []script.NodeID{"y", "z"}}, false},
		"affirmed":           {script.GradeWhen{Affirmed: least(2)}, true},
		"affirmed too few":   {script.GradeWhen{Affirmed: least(3)}, false},
		"refused never":      {script.GradeWhen{Refused: count(0, 0)}, false},
		"refused once":       {script.GradeWhen{Refused: count(1, 1)}, true},
		"questions too many": {script.GradeWhen{Questions: count(0, 2)}, false},
		"interactions":       {script.GradeWhen{Interactions: count(5, 6)}, true},
		"unmatched":          {script.GradeWhen{Unmatched: least(2)}, false},
		"silences":           {script.GradeWhen{Silences: count(1, 2)}, true},
		"talk":               {script.GradeWhen{Talk: &script.Span{Min: 90 * time.Second, Open: true}}, true},
		"talk too long":      {script.GradeWhen{Talk: &script.Span{Max: time.Minute}}, false},
	} {
		v := Grade([]script.GradeRule{{Grade: "E", When: c.when}}, all)
		if got := v == (Verdict{"E", "rule 1 of the script"}); got != c.fits {
			t.Errorf("%s: %+v", name, v)
		}
		if !c.fits && v != GradeTalk(all.Tally) {
			t.Errorf("%s: %+v instead of the common rule", name, v)
		}
	}
	two := []script.GradeRule{{Grade: "B", Name: "first"}, {Grade: "A", Name: "second"}}
	if v := Grade(two, all); v != (Verdict{"B", "first"}) {
		t.Errorf("of two that fit: %+v", v)
	}
}

func TestGradeUnconnected(t *testing.T) {
	for attempts, want := range map[int]string{0: GradeE, 1: GradeE, 2: GradeF, 10: GradeF} {
		if v := GradeUnconnected(attempts); v.Grade != want || v.Rule == "" {
			t.Errorf("%d attempts: %+v, want %s", attempts, v, want)
		}
	}
}

func TestGradesAreMonotonous(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		count := func(name string) int { return rapid.IntRange(0, 8).Draw(t, name) }
		talk := Tally{Affirmed: count("affirmed"), Refused: count("refused"), Questions: count("questions"), Unmatched: count("unmatched"), Silences: count("silences")}
		talk.Interactions = talk.Affirmed + talk.Refused + talk.Questions + talk.Unmatched
		was := GradeTalk(talk).Grade
		if was < GradeA || was > GradeD {
			t.Fatalf("an answered call got %s", was)
		}
		more := talk
		more.Questions, more.Interactions = more.Questions+1, more.Interactions+1
		if now := GradeTalk(more).Grade; now > was {
			t.Fatalf("a further question lowers %s to %s", was, now)
		}
		silent := talk
		silent.Silences++
		if now := GradeTalk(silent).Grade; now != was {
			t.Fatalf("a silence changes %s to %s", was, now)
		}
	})
}

func TestTallyOf(t *testing.T) {
	said := func(kind MatchKind, intent string) Turn {
		return Turn{Speaker: Callee, Matched: Match{Kind: kind, Intent: intent}}
	}
	turns := []Turn{
		{Speaker: Robot, Matched: Match{Kind: MatchIntent, Intent: "affirm"}}, // a robot's turn never counts
		said(MatchIntent, "affirm"),
		said(MatchIntent, "negate"),
		said(MatchIntent, "refuse"),
		said(MatchIntent, "wrong_person"),
		said(MatchIntent, "do_not_call"),
		said(MatchIntent, "goodbye"),
		said(MatchIntent, "callback_later"),
		said(MatchIntent, "keyword:价目"),
		said(MatchIntent, "busy"),
		said(MatchDigits, "affirm"),
		said(MatchDigits, ""),
		said(MatchQuestion, "price"),
		said(MatchUnmatched, ""),
		said(MatchSilence, ""),
		said(MatchSilence, ""),
		said(MatchBackchannel, "affirm"),
		said(MatchNone, "affirm"),
	}
	if got, want := TallyOf(turns), (Tally{Interactions: 13, Affirmed: 2, Refused: 4, Questions: 1, Unmatched: 1, Silences: 2}); got != want {
		t.Errorf("counted %+v, want %+v", got, want)
	}
	if got := TallyOf(nil); got != (Tally{}) {
		t.Errorf("nothing said counts %+v", got)
	}
}
