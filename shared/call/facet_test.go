package call

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/outdial/outdial/shared/agent"
)

func aCall(t *rapid.T) Call {
	c := Call{State: rapid.SampledFrom([]State{Ended, Ended, Ended, Early}).Draw(t, "state"), Ordinal: rapid.IntRange(0, 40).Draw(t, "ordinal"),
		Turns: rapid.IntRange(0, 60).Draw(t, "turns"), Grade: rapid.SampledFrom([]string{"", "A", "F", "new"}).Draw(t, "grade")}
	if c.State != Ended {
		return c
	}
	begin := time.Unix(1_600_000_000, 0)
	c.Times = Times{Created: begin, Answered: begin, Ended: begin.Add(time.Duration(rapid.IntRange(0, 2_000_000).Draw(t, "talk")) * time.Millisecond)}
	c.Outcome = Outcome{Disposition: rapid.SampledFrom([]Disposition{Answered, Busy, DNC, Failed, "new"}).Draw(t, "disposition"),
		HungUpBy: rapid.SampledFrom([]Party{PartyNone, PartyCarrier, PartyAgent, "new"}).Draw(t, "party")}
	if rapid.Bool().Draw(t, "read") {
		c.ReadAt = begin
	}
	c.Agent.Group = rapid.SampledFrom([]agent.GroupID{0, 0, 1, 2}).Draw(t, "group")
	c.Push = rapid.SampledFrom([]Push{PushNone, PushNone, PushWaiting, PushSent, PushFailed}).Draw(t, "push")
	if rapid.Bool().Draw(t, "listened") {
		c.Attended.Since = begin
	}
	c.Attended.TakenOver = rapid.Bool().Draw(t, "taken over")
	return c
}

func aFilter(t *rapid.T) Filter {
	f := Filter{Class: rapid.SampledFrom([]Class{"", "", ClassAnswered, ClassLine, ClassCallee}).Draw(t, "class"), Live: rapid.IntRange(0, 9).Draw(t, "live") == 0,
		State: rapid.SampledFrom([]State{"", "", Ended, Early}).Draw(t, "of state"), Ordinal: rapid.SampledFrom([]int{0, 0, 1, 14, 15, 16, 30}).Draw(t, "of ordinal")}
	n := func(what string, most int) *int {
		if rapid.Bool().Draw(t, what+" left out") {
			return nil
		}
		v := rapid.IntRange(0, most).Draw(t, what)
		return &v
	}
	f.TalkMin, f.TalkMax, f.TurnsMin, f.TurnsMax = n("talk min", 2000), n("talk max", 2000), n("turns min", 60), n("turns max", 60)
	f.Dispositions = rapid.SliceOfN(rapid.SampledFrom([]Disposition{Answered, Busy, DNC, "new", "other new"}), 0, 2).Draw(t, "dispositions")
	f.Grades = rapid.SliceOfN(rapid.SampledFrom([]string{"", "A", "new", "newer"}), 0, 2).Draw(t, "grades")
	f.HungUpBy = rapid.SliceOfN(rapid.SampledFrom([]Party{PartyNone, PartyCarrier, PartyAgent, "new", "newer"}), 0, 2).Draw(t, "parties")
	f.AgentGroup = rapid.SampledFrom([]agent.GroupID{0, 0, 1, 3}).Draw(t, "of group")
	f.Pushes = rapid.SliceOfN(rapid.SampledFrom([]Push{PushNone, PushWaiting, PushFailed}), 0, 2).Draw(t, "pushes")
	given := func(what string) *bool {
		if rapid.Bool().Draw(t, what+" left out") {
			return nil
		}
		v := rapid.Bool().Draw(t, what)
		return &v
	}
	f.Read, f.Listened, f.TakenOver = given("of read"), given("of listened"), given("of taken over")
	return f
}

// TestFacetsJudgeAsTheWholeCallDoes: what a facet is sure of is so.
func TestFacetsJudgeAsTheWholeCallDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, f := aCall(t), aFilter(t)
		facet := FacetOf(c)
		switch v, accepts := facet.Judge(f), f.Accepts(c); {
		case v == Never && accepts, v == Always && !accepts:
			t.Fatalf("facet %d of %+v is judged %d by %+v, and the call is accepted: %v", facet, c, v, f, accepts)
		case v == Perhaps:
			// Talk and turns alone must decide: without them the call passes.
			f.TalkMin, f.TalkMax, f.TurnsMin, f.TurnsMax = nil, nil, nil, nil
			if !f.Accepts(c) {
				t.Fatalf("facet %d of %+v leaves more open than talk and turns: %+v", facet, c, f)
			}
		}
	})
}

// TestFacetsAreStored: these numbers stand in databases.
func TestFacetsAreStored(t *testing.T) {
	begin := time.Unix(1_600_000_000, 0)
	c := Call{State: Ended, Ordinal: 2, Turns: 7, Grade: "A", Times: Times{Created: begin, Answered: begin, Ended: begin.Add(45 * time.Second)},
		Outcome: Outcome{Disposition: Answered, HungUpBy: PartyRobot}, ReadAt: begin}
	if got := FacetOf(c); got != 0x20144ab {
		t.Errorf("facet %#x", int64(got))
	}
	c.Push = PushFailed
	if got := FacetOf(c); got != 0x1a0144ab {
		t.Errorf("facet of a failed push %#x", int64(got))
	}
	c.Attended = Attended{Since: begin, TakenOver: true}
	if got := FacetOf(c); got != 0xda0144ab {
		t.Errorf("facet of a call that was listened to and taken over %#x", int64(got))
	}
	if got := FacetOf(Call{State: Early}); got != 0 {
		t.Errorf("a live call has facet %d", got)
	}
	for _, f := range []Facet{FacetHidden, FacetForgotten} {
		if f.Judge(Filter{}) != Never {
			t.Errorf("facet %d is on a list", f)
		}
	}
}
