// Package outcome owns what a call has come to while it runs: its tally, its labels, its grade so far and how quickly the
// robot replied. It decides nothing about the talk itself (shared/flow) and stores nothing (dialogue/session).
package outcome

import (
	"maps"
	"slices"
	"time"

	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/transcript"
)

// What a looping script can pile up.
const (
	maxLabels = 50
	maxMarks  = 20
)

// Tracker follows one call. The zero value is ready, for a script without rules of its own.
type Tracker struct {
	// Rules are the script's own for grades.
	Rules []script.GradeRule

	tally   transcript.Tally
	labels  []string
	marks   []string
	nodes   map[script.NodeID]bool
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

// SMS marks the call for a text message; the same mark twice is one.
func (t *Tracker) SMS(mark string) {
	if len(t.marks) < maxMarks && !slices.Contains(t.marks, mark) {
		t.marks = append(t.marks, mark)
	}
}

// Enter notes the nodes that the talk came through.
func (t *Tracker) Enter(nodes ...script.NodeID) {
	if len(t.Rules) == 0 {
		return // nobody asks for them
	}
	if t.nodes == nil {
		t.nodes = map[script.NodeID]bool{}
	}
	for _, n := range nodes {
		t.nodes[n] = true
	}
}

// Marks are the text messages that the call was marked for, in order.
func (t *Tracker) Marks() []string { return slices.Clone(t.marks) }

// Tally is the count so far.
func (t *Tracker) Tally() transcript.Tally { return t.tally }

// Labels are those given so far, in order.
func (t *Tracker) Labels() []string { return slices.Clone(t.labels) }

// Grade is what the call is worth so far, when the talk has lasted this long.
func (t *Tracker) Grade(talk time.Duration) transcript.Verdict {
	return transcript.Grade(t.Rules, transcript.Facts{Tally: t.tally, Labels: t.labels, Nodes: slices.Collect(maps.Keys(t.nodes)), Talk: talk})
}

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
