package figures

import (
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
)

func TestRates(t *testing.T) {
	var c Counts
	for _, g := range []Group{
		{Disposition: call.Answered, Answered: true, First: true, Grade: "A", HungUpBy: call.PartyCallee, TurnBand: 2, TalkBand: 1, N: 2, Talk: 40 * time.Second},
		{Disposition: call.Answered, Answered: true, First: true, Grade: "C", HungUpBy: call.PartyRobot, TurnBand: 1, N: 1, Talk: 8 * time.Second},
		{Disposition: call.Abandoned, Answered: true, First: true, Grade: "E", N: 1},
		{Disposition: call.Answered, Answered: true, Before: Answered, Grade: "B", HungUpBy: call.PartyCallee, TurnBand: 3, TalkBand: 2, N: 1, Talk: 52 * time.Second},
		{Disposition: call.Busy, First: true, Grade: "E", N: 3},
		{Disposition: call.Failed, Grade: "", N: 2},
	} {
		c.Count(g)
	}
	got := RatesOf(campaign.Progress{Total: 10, Finished: 5}, c)
	want := Rates{Progress: 0.5, AnswerRate: 0.5, AbandonRate: 0.2, IntentRate: 3.0 / 7, IntentOfAnswered: 0.6, CalleeHangup: 0.6, TalkMean: 20 * time.Second}
	if got != want {
		t.Errorf("rates %+v, want %+v", got, want)
	}
	if c.Contacts != (Contacts{Called: 7, Answered: 4, Talked: 4, GradeAB: 3}) {
		t.Errorf("contacts %+v", c.Contacts)
	}
	p := PiesOf(c)
	if last := p.Grades[len(p.Grades)-1]; last != (Slice{Ungraded, 2}) {
		t.Errorf("calls without a grade: %+v", p.Grades)
	}
	line := p.States[1]
	if line.Class != call.ClassLine || line.Count != 3 || line.Details[0] != (Slice{"failed", 2}) || line.Details[1] != (Slice{"abandoned", 1}) {
		t.Errorf("line faults: %+v", line)
	}
}

func TestNothingCounted(t *testing.T) {
	if got := RatesOf(campaign.Progress{}, Counts{}); got != (Rates{}) {
		t.Errorf("rates of nothing: %+v", got)
	}
	p := PiesOf(Counts{})
	if len(p.Grades) != 6 || len(p.Turns) != 5 || len(p.Talk) != 5 || len(p.States) != 3 || p.States[0].Details == nil {
		t.Errorf("pies of nothing: %+v", p)
	}
}

func TestBandOf(t *testing.T) {
	for turns, want := range map[int64]string{0: "0", 1: "1-2", 2: "1-2", 3: "3-5", 5: "3-5", 6: "6-10", 10: "6-10", 11: "11+", 900: "11+"} {
		if got := TurnBands()[BandOf(TurnBands(), turns)].Key; got != want {
			t.Errorf("%d turns are in %s, want %s", turns, got, want)
		}
	}
	for talk, want := range map[time.Duration]string{0: "0-10", 10*time.Second - 1000: "0-10", 10 * time.Second: "10-30", time.Minute: "60-120", time.Hour: "120+"} {
		if got := TalkBands()[BandOf(TalkBands(), talk.Microseconds())].Key; got != want {
			t.Errorf("%v is in %s, want %s", talk, got, want)
		}
	}
}

// group draws what calls can be: those that nobody answered have no talk, and a first call has none before it.
func group(t *rapid.T) Group {
	g := Group{
		Disposition: rapid.SampledFrom([]call.Disposition{call.NoAnswer, call.Busy, call.Vacant, call.Failed, call.Restricted, call.Other}).Draw(t, "disposition"),
		EndReason:   rapid.SampledFrom([]call.EndReason{call.EndCompleted, call.EndBusy, call.EndNoRobot}).Draw(t, "reason"),
		Grade:       rapid.SampledFrom([]string{"A", "B", "C", "D", "E", "F", ""}).Draw(t, "grade"),
		First:       rapid.Bool().Draw(t, "first"),
		N:           rapid.IntRange(1, 1000).Draw(t, "n"),
	}
	if rapid.Bool().Draw(t, "answered") {
		g.Answered = true
		g.Disposition = rapid.SampledFrom([]call.Disposition{call.Answered, call.Abandoned}).Draw(t, "met")
		g.HungUpBy = rapid.SampledFrom([]call.Party{call.PartyCallee, call.PartyRobot, call.PartyNone}).Draw(t, "by")
		g.TurnBand, g.TalkBand = rapid.IntRange(0, 4).Draw(t, "turns"), rapid.IntRange(0, 4).Draw(t, "talks")
		g.Talk = time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(t, "talk"))
	}
	if !g.First {
		g.Before = Level(rapid.IntRange(0, 3).Draw(t, "before"))
	}
	return g
}

func TestRatesAreRatesAndPiesAreWhole(t *testing.T) {
	sum := func(s []Slice) (n int) {
		for _, v := range s {
			n += v.Count
		}
		return n
	}
	rapid.Check(t, func(t *rapid.T) {
		groups := rapid.SliceOfN(rapid.Custom(group), 0, 30).Draw(t, "groups")
		var all, front, back Counts
		for i, g := range groups {
			all.Count(g)
			if i%2 == 0 {
				front.Count(g)
			} else {
				back.Count(g)
			}
		}
		both := front.Plus(back)
		contacts := campaign.Progress{Total: rapid.IntRange(0, 100_000).Draw(t, "total")}
		contacts.Finished = rapid.IntRange(0, contacts.Total).Draw(t, "finished")
		r, again := RatesOf(contacts, all), RatesOf(contacts, both)
		if r != again {
			t.Fatalf("counted in two parts: %+v, at once %+v", again, r)
		}
		for name, v := range map[string]float64{"progress": r.Progress, "answer": r.AnswerRate, "abandon": r.AbandonRate, "intent": r.IntentRate,
			"of answered": r.IntentOfAnswered, "hang-up": r.CalleeHangup} {
			if math.IsNaN(v) || v < 0 || v > 1 {
				t.Fatalf("%s is %v", name, v)
			}
		}
		p := PiesOf(both)
		classes := 0
		for _, s := range p.States {
			classes += s.Count
			if sum(s.Details) != s.Count {
				t.Fatalf("class %s has %d calls and details of %d", s.Class, s.Count, sum(s.Details))
			}
		}
		if sum(p.Grades) != all.Placed || classes != all.Placed || sum(p.Turns) != all.Answered || sum(p.Talk) != all.Answered {
			t.Fatalf("pies %+v of %d placed and %d answered calls", p, all.Placed, all.Answered)
		}
	})
}

// TestFunnelNarrows plays whole contacts, each with its calls in their order.
func TestFunnelNarrows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		people := rapid.IntRange(0, 20).Draw(t, "people")
		var c Counts
		for range people {
			before := NotAnswered
			for i := range rapid.IntRange(0, 4).Draw(t, "calls") {
				g := group(t)
				g.N, g.First, g.Before = 1, i == 0, before
				c.Count(g)
				before = max(before, LevelOf(g.Answered, g.Disposition, g.Grade))
			}
		}
		was := people
		for _, step := range Funnel(campaign.Progress{Total: people}, c) {
			if step.Count > was {
				t.Fatalf("%s has %d, the step before %d", step.Key, step.Count, was)
			}
			was = step.Count
		}
	})
}

func TestDefinitionsAreDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/figures.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range Definitions() {
		line := "| `" + d.Key + "` | " + d.NameZh + " | " + d.TextZh + " | " + d.NameEn + " | " + d.TextEn + " |"
		if !strings.Contains(string(text), line) {
			t.Errorf("docs/figures.md lacks the line\n%s", line)
		}
	}
}
