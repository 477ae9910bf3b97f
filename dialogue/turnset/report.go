package turnset

import (
	"slices"
	"time"
)

// Report sums results up.
type Report struct {
	Turns, Cut        int
	Replies           []time.Duration // sorted
	Interrupts, Heard int
	Stops             []time.Duration // sorted
	Leads, LeadsHeard int
	LeadStops         []time.Duration // sorted
	Asides            int
	Paused            int // asides at which the robot stopped for a moment and went on
	False             int // asides that cost the robot its sentence
	// Asides that are a backchannel of one or two syllables, and those of them at which the robot stopped, however shortly.
	Short, ShortStopped int
}

// Sum makes a report of results.
func Sum(results []Result) Report {
	var r Report
	for _, one := range results {
		switch one.Case.Kind {
		case Turn, Dictation:
			r.Turns++
			if one.Cut {
				r.Cut++
			} else if one.Case.Kind == Turn && one.Reply > 0 {
				r.Replies = append(r.Replies, one.Reply)
			}
		case Interrupt:
			r.Interrupts++
			if one.Stopped {
				r.Heard++
				r.Stops = append(r.Stops, one.Stop)
			}
		case Lead:
			r.Leads++
			if one.Stopped {
				r.LeadsHeard++
				r.LeadStops = append(r.LeadStops, one.Stop)
			}
		case Aside:
			r.Asides++
			if one.Case.short() {
				r.Short++
				if one.Stopped {
					r.ShortStopped++
				}
			}
			switch {
			case one.Resumed:
				r.Paused++
			case one.Stopped:
				r.False++
			}
		}
	}
	slices.Sort(r.Replies)
	slices.Sort(r.Stops)
	slices.Sort(r.LeadStops)
	return r
}

// Quantile is the q-th of sorted durations, 0 of none.
func Quantile(sorted []time.Duration, q float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}
