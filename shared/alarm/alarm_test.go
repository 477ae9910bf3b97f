package alarm

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/figures"
)

// noon is a Monday noon in Shanghai.
var noon = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)

func TestJudge(t *testing.T) {
	all := Thresholds{AnswerRateBelow: 0.4, IntentRateBelow: 0.1, MeanTalkBelow: 20 * time.Second, ConsecutiveAbnormal: 5, OnFinished: true,
		NotDialling: 10 * time.Minute, MinCalls: 20}
	good := Facts{State: campaign.Running, Rates: figures.Rates{AnswerRate: 0.5, IntentRate: 0.2, TalkMean: 30 * time.Second}, Placed: 100, Met: 50, Called: 90, Now: noon}
	with := func(change func(*Facts)) Facts { f := good; change(&f); return f }
	for _, c := range []struct {
		name string
		t    Thresholds
		f    Facts
		were Raised
		want Raised
	}{
		{"all is well", all, good, nil, nil},
		{"nothing set", Thresholds{MinCalls: 1}, with(func(f *Facts) { f.Rates, f.Streak, f.IdleSince = figures.Rates{}, 100, noon.Add(-time.Hour) }), nil, nil},
		{"few answer", all, with(func(f *Facts) { f.Rates.AnswerRate = 0.39 }), nil, Raised{AnswerRate}},
		{"exactly the threshold", all, with(func(f *Facts) { f.Rates.AnswerRate = 0.4 }), nil, nil},
		{"few answer, too few calls to tell", all, with(func(f *Facts) { f.Rates.AnswerRate, f.Placed = 0.1, 19 }), nil, nil},
		{"few answer, just enough calls", all, with(func(f *Facts) { f.Rates.AnswerRate, f.Placed = 0.1, 20 }), nil, Raised{AnswerRate}},
		{"hovers above the threshold", all, with(func(f *Facts) { f.Rates.AnswerRate = 0.41 }), Raised{AnswerRate}, Raised{AnswerRate}},
		{"recovered", all, with(func(f *Facts) { f.Rates.AnswerRate = 0.43 }), Raised{AnswerRate}, nil},
		{"all must answer, and do", Thresholds{AnswerRateBelow: 1, MinCalls: 1}, with(func(f *Facts) { f.Rates.AnswerRate = 1 }), Raised{AnswerRate}, nil},
		{"cannot be judged any more", all, with(func(f *Facts) { f.Placed = 0 }), Raised{AnswerRate}, Raised{AnswerRate}},
		{"few are interested", all, with(func(f *Facts) { f.Rates.IntentRate = 0.05 }), nil, Raised{IntentRate}},
		{"short talks", all, with(func(f *Facts) { f.Rates.TalkMean = 19 * time.Second }), nil, Raised{MeanTalk}},
		{"no talk at all is no short talk", all, with(func(f *Facts) { f.Rates.TalkMean, f.Met = 0, 0 }), nil, nil},
		{"line faults in a row", all, with(func(f *Facts) { f.Streak = 5 }), nil, Raised{Abnormal}},
		{"a fault less", all, with(func(f *Facts) { f.Streak = 4 }), Raised{Abnormal}, nil},
		{"stands still", all, with(func(f *Facts) { f.IdleSince = noon.Add(-10 * time.Minute) }), nil, Raised{NotDialling}},
		{"stands still for a moment", all, with(func(f *Facts) { f.IdleSince = noon.Add(-9 * time.Minute) }), nil, nil},
		{"two at once", all, with(func(f *Facts) { f.Rates.AnswerRate, f.Streak = 0.1, 9 }), Raised{Abnormal}, Raised{AnswerRate, Abnormal}},
		{"finished", all, with(func(f *Facts) { f.State, f.Rates.AnswerRate = campaign.Finished, 0.1 }), nil, Raised{FinishedRule}},
		{"finished while raised", all, with(func(f *Facts) { f.State = campaign.Finished }), Raised{AnswerRate}, Raised{AnswerRate, FinishedRule}},
		{"finished and told", all, with(func(f *Facts) { f.State = campaign.Finished }), Raised{FinishedRule}, Raised{FinishedRule}},
		{"finished, which nobody asked for", Thresholds{MinCalls: 1}, with(func(f *Facts) { f.State = campaign.Finished }), nil, nil},
	} {
		if got := Judge(c.t, c.f, c.were); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// TestJudgedTwiceIsNoNews: what was judged from the same facts tells nothing new, so nobody hears of a breach twice.
func TestJudgedTwiceIsNoNews(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rate := func(name string) float64 { return rapid.Float64Range(0, 1).Draw(t, name) }
		th := Thresholds{AnswerRateBelow: rate("a"), IntentRateBelow: rate("i"), ConsecutiveAbnormal: rapid.IntRange(0, 9).Draw(t, "c"), OnFinished: rapid.Bool().Draw(t, "f"),
			NotDialling: time.Duration(rapid.IntRange(0, 60).Draw(t, "n")) * time.Minute, MeanTalkBelow: time.Duration(rapid.IntRange(0, 60).Draw(t, "m")) * time.Second, MinCalls: 10}
		f := Facts{State: rapid.SampledFrom(campaign.States()).Draw(t, "state"), Rates: figures.Rates{AnswerRate: rate("answer"), IntentRate: rate("intent"),
			TalkMean: time.Duration(rapid.IntRange(0, 90).Draw(t, "talk")) * time.Second}, Placed: rapid.IntRange(0, 30).Draw(t, "placed"),
			Met: rapid.IntRange(0, 30).Draw(t, "met"), Called: rapid.IntRange(0, 30).Draw(t, "called"), Streak: rapid.IntRange(0, 20).Draw(t, "streak"),
			IdleSince: noon.Add(-time.Duration(rapid.IntRange(0, 90).Draw(t, "idle")) * time.Minute), Now: noon}
		first := Judge(th, f, nil)
		if again := Judge(th, f, first); !slices.Equal(first, again) || len(News(first, again)) != 0 {
			t.Fatalf("first %v, then %v", first, again)
		}
	})
}

func TestStreak(t *testing.T) {
	for _, c := range []struct {
		newest []call.Disposition
		want   int
	}{
		{nil, 0}, {[]call.Disposition{call.Answered, call.Failed}, 0}, {[]call.Disposition{call.Failed, call.Abandoned, call.Restricted}, 3},
		{[]call.Disposition{call.Failed, call.Busy, call.Failed}, 1},
	} {
		if got := Streak(c.newest); got != c.want {
			t.Errorf("%v: %d, want %d", c.newest, got, c.want)
		}
	}
}

func TestIdleSince(t *testing.T) {
	base := campaign.Campaign{State: campaign.Running, StartMode: campaign.Manual, UpdatedAt: noon.Add(-48 * time.Hour),
		Window: campaign.Window{Zone: "Asia/Shanghai", Weekdays: campaign.EveryDay, From: 9 * 60, To: 20 * 60}}
	with := func(change func(*campaign.Campaign)) campaign.Campaign { c := base; change(&c); return c }
	nine, long, never := noon.Add(-3*time.Hour), noon.Add(-72*time.Hour), time.Time{}
	for _, c := range []struct {
		name           string
		c              campaign.Campaign
		last, due, now time.Time
		want           time.Time
	}{
		{"since the window opened", base, long, long, noon, nine},
		{"since its last call", base, noon.Add(-time.Minute), long, noon, noon.Add(-time.Minute)},
		{"since contacts became due", base, long, noon.Add(-time.Hour), noon, noon.Add(-time.Hour)},
		{"since it was resumed", with(func(c *campaign.Campaign) { c.UpdatedAt = noon.Add(-2 * time.Minute) }), never, long, noon, noon.Add(-2 * time.Minute)},
		{"started and never taken up", with(func(c *campaign.Campaign) { c.State = campaign.Scheduling }), never, long, noon, nine},
		{"waits for its start", with(func(c *campaign.Campaign) { c.StartMode, c.StartAt = campaign.Scheduled, noon.Add(time.Hour) }), never, long, noon, never},
		{"since its start", with(func(c *campaign.Campaign) { c.StartMode, c.StartAt = campaign.Scheduled, noon.Add(-time.Hour) }), never, long, noon, noon.Add(-time.Hour)},
		{"paused", with(func(c *campaign.Campaign) { c.State = campaign.Paused }), long, long, noon, never},
		{"outside its window", base, long, long, noon.Add(9 * time.Hour), never},
		{"nobody waits", base, long, never, noon, never},
		{"all wait for their redial", base, long, noon.Add(time.Minute), noon, never},
	} {
		if got := IdleSince(c.c, c.last, c.due, c.now); !got.Equal(c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestValidate(t *testing.T) {
	ok := Alarm{Rules: Thresholds{AnswerRateBelow: 0.3, ConsecutiveAbnormal: 2, NotDialling: time.Minute, MeanTalkBelow: time.Second, MinCalls: 1}}
	if err := ok.Validate(); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*Alarm){
		"answer_rate_below":    func(a *Alarm) { a.Rules.AnswerRateBelow = 1.1 },
		"intent_rate_below":    func(a *Alarm) { a.Rules.IntentRateBelow = -0.1 },
		"mean_talk_below_s":    func(a *Alarm) { a.Rules.MeanTalkBelow = 2 * time.Hour },
		"consecutive_abnormal": func(a *Alarm) { a.Rules.ConsecutiveAbnormal = 1 },
		"not_dialling_minutes": func(a *Alarm) { a.Rules.NotDialling = 25 * time.Hour },
		"min_calls":            func(a *Alarm) { a.Rules.MinCalls = 0 },
		"member_ids":           func(a *Alarm) { a.Members = make([]access.UserID, 101) },
	} {
		a := ok
		change(&a)
		err := a.Validate()
		if !errs.Is(err, errs.Invalid) || len(err.(*errs.Error).Fields) != 1 || err.(*errs.Error).Fields[0].Path != name { //nolint:errorlint // it is one
			t.Errorf("%s: %v", name, err)
		}
	}
}
