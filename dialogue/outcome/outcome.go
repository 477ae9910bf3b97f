// Package outcome owns what a call has come to while it runs: its tally, its labels, its grade so far and how quickly the
// robot replied. It decides nothing about the talk itself (dialogue/flow) and stores nothing (dialogue/session).
package outcome

import (
	"slices"
	"time"

	"github.com/outdial/outdial/shared/transcript"
)

// maxLabels bounds what a looping script can pile up.
const maxLabels = 50

// Tracker follows one call. The zero value is ready.
type Tracker struct {
	tally   transcript.Tally
	labels  []string
	replies []time.Duration
	stops   []time.Duration
}

// Add counts a finished turn.
func (t *Tracker) Add(turn transcript.Turn) {
	t.tally = t.tally.Count(turn)
	if turn.ReplyLatency > 0 {
		t.replies = append(t.replies, turn.ReplyLatency)
	}
	if turn.BargeInStop > 0 {
		t.stops = append(t.stops, turn.BargeInStop)
	}
}

// Label marks the call; the same label twice is one.
func (t *Tracker) Label(name string) {
	if len(t.labels) < maxLabels && !slices.Contains(t.labels, name) {
		t.labels = append(t.labels, name)
	}
}

// Tally is the count so far.
func (t *Tracker) Tally() transcript.Tally { return t.tally }

// Labels are those given so far, in order.
func (t *Tracker) Labels() []string { return slices.Clone(t.labels) }

// Grade is what the call is worth so far.
func (t *Tracker) Grade() string { return transcript.GradeTalk(t.tally).Grade }

// ReplyP50 is the median reply latency, 0 when the robot answered nobody.
func (t *Tracker) ReplyP50() time.Duration { return Median(t.replies) }

// Median is the middle of some durations, the lower one of two; 0 of none.
func Median(d []time.Duration) time.Duration {
	if len(d) == 0 {
		return 0
	}
	s := slices.Clone(d)
	slices.Sort(s)
	return s[(len(s)-1)/2]
}
