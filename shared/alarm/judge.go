package alarm

import (
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/figures"
)

// Facts are what the rules look at.
type Facts struct {
	State  campaign.State
	Rates  figures.Rates
	Placed int // ended calls
	Met    int // answered calls
	Called int // contacts called
	Streak int // of the newest calls, how many in a row ended with a line fault
	// IdleSince is from when on the campaign should have dialled and did not; zero while it dials or need not.
	IdleSince time.Time
	Now       time.Time
}

// margin is the part of a threshold by which a figure must be above it to have recovered.
const margin = 0.05

// Judge tells which rules are breached now, given those that were.
func Judge(t Thresholds, f Facts, were Raised) Raised {
	var now Raised
	put := func(r Rule, breached bool) {
		if breached {
			now = append(now, r)
		}
	}
	if f.State == campaign.Finished {
		// The figures will not change any more; nobody needs to hear of them again should the campaign be looked at twice.
		for _, r := range were {
			if r != FinishedRule {
				now = append(now, r)
			}
		}
		put(FinishedRule, t.OnFinished)
		return now
	}
	below := func(r Rule, value, threshold float64, judged bool) {
		if threshold <= 0 {
			return
		}
		if !judged {
			put(r, were.Has(r))
			return
		}
		put(r, value < threshold || were.Has(r) && value < min(threshold*(1+margin), 1))
	}
	below(AnswerRate, f.Rates.AnswerRate, t.AnswerRateBelow, f.Placed >= t.MinCalls)
	below(IntentRate, f.Rates.IntentRate, t.IntentRateBelow, f.Placed >= t.MinCalls && f.Called > 0)
	below(MeanTalk, f.Rates.TalkMean.Seconds(), t.MeanTalkBelow.Seconds(), f.Placed >= t.MinCalls && f.Met > 0)
	put(Abnormal, t.ConsecutiveAbnormal > 0 && f.Streak >= t.ConsecutiveAbnormal)
	put(NotDialling, t.NotDialling > 0 && !f.IdleSince.IsZero() && f.Now.Sub(f.IdleSince) >= t.NotDialling)
	return now
}

// News are the rules that are breached now and were not before.
func News(were, now Raised) Raised {
	var out Raised
	for _, r := range now {
		if !were.Has(r) {
			out = append(out, r)
		}
	}
	return out
}

// Streak counts how many of the newest calls, which come first, ended with a line fault.
func Streak(newest []call.Disposition) int {
	for i, d := range newest {
		if d.Class() != call.ClassLine {
			return i
		}
	}
	return len(newest)
}

// IdleSince tells from when on a campaign should have dialled: the latest of its start, its window's opening, its last call
// and the moment since which contacts are due. It is zero for a campaign that is not to dial now.
func IdleSince(c campaign.Campaign, last, due, now time.Time) time.Time {
	started := c.State == campaign.Running || c.State == campaign.Scheduling
	if open, _ := c.Window.Open(now); !started || !open || due.IsZero() || due.After(now) || c.StartMode == campaign.Scheduled && now.Before(c.StartAt) {
		return time.Time{}
	}
	since := opened(c.Window, now)
	for _, t := range []time.Time{c.UpdatedAt, last, due} {
		if t.After(since) {
			since = t
		}
	}
	if c.StartMode == campaign.Scheduled && c.StartAt.After(since) {
		since = c.StartAt
	}
	return since
}

// opened is when the window opened today.
func opened(w campaign.Window, now time.Time) time.Time {
	zone, err := time.LoadLocation(w.Zone)
	if err != nil {
		return now
	}
	l := now.In(zone)
	return time.Date(l.Year(), l.Month(), l.Day(), int(w.From)/60, int(w.From)%60, 0, 0, zone)
}
