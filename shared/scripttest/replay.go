package scripttest

import (
	"slices"

	"github.com/outdial/outdial/shared/flow"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/transcript"
)

// Recorded is what happened in a call, as far as a script sees it.
type Recorded struct {
	Variables map[string]string
	Heard     []Heard
}

// Heard is one turn of the callee.
type Heard struct {
	Input
	Broke bool // it broke into a prompt
}

// Record reads a call's stored turns in their order. Transferred tells how a transfer ended, if there was one. What only said
// that the callee listens is left out, for it moved nothing.
func Record(turns []transcript.Turn, vars map[string]string, transferred bool) Recorded {
	out := Recorded{Variables: vars}
	broken := false
	for _, t := range turns {
		if t.Speaker == transcript.Robot {
			broken = t.Interrupted
			continue
		}
		h := Heard{Broke: broken}
		switch t.Matched.Kind {
		case transcript.MatchBackchannel, transcript.MatchNone:
			continue
		case transcript.MatchSilence:
			h.Silence, h.Broke = true, false
		case transcript.MatchDigits:
			h.Digits = t.Text
		default:
			h.Say = t.Text
		}
		if h.Input != (Input{}) {
			out.Heard = append(out.Heard, h)
			broken = false
		}
	}
	if transferred {
		out.Heard = append(out.Heard, Heard{Input: Input{Transfer: Connected}})
	}
	return out
}

// Walked is the way of a recorded call through a version.
type Walked struct {
	Path   []script.NodeID
	Labels []string
	Grade  string
	Ended  string // empty when the talk was still going on after all that the callee had said

	came []leg // one for the greeting, one for each turn that the talk had room for
}

// leg is where one turn led to.
type leg struct {
	said  string
	nodes []script.NodeID
	to    script.NodeID
}

// Replay lets what was said in a call happen to the script. What the callee says once the talk has ended is nobody's to hear;
// a transfer that the call did not have fails.
func (r *Runner) Replay(c Recorded) Walked {
	w := r.begin(c.Variables)
	out := Walked{}
	from := 0
	leave := func(said string) {
		out.came = append(out.came, leg{said, slices.Clone(w.path[from:]), w.state.Node})
		from = len(w.path)
	}
	w.step(flow.Start{})
	for i, h := range c.Heard {
		if h.Broke && w.state.Phase == flow.Speaking && !w.firm {
			w.step(flow.Interrupted{})
		} else {
			w.settle()
		}
		if w.state.Phase == flow.Transferring && h.Transfer == "" {
			w.step(flow.TransferResult{Reason: Failed})
			w.settle()
		}
		if w.ended() {
			break
		}
		leave(before(c.Heard, i))
		w.step(r.of(h.Input))
	}
	w.settle()
	if w.state.Phase == flow.Transferring {
		w.step(flow.TransferResult{Reason: Failed})
		w.settle()
	}
	leave(before(c.Heard, len(out.came)))
	out.Path, out.Labels, out.Grade, out.Ended = listed(w.path), listed(w.labels), w.verdict().Grade, w.cause
	return out
}

// before is what was said before the i-th turn.
func before(heard []Heard, i int) string {
	if i == 0 || i > len(heard) {
		return ""
	}
	return heard[i-1].String()
}

// Difference is where two walks part.
type Difference struct {
	Turn          int // of the callee, from 1; 0 is the greeting
	Said          string
	Before, After script.NodeID
}

// Differ tells whether two walks of a call differ in what counts, and where they part. They may differ in their grade alone:
// then there is no such place.
func Differ(before, after Walked) (differ bool, at *Difference) {
	labels := func(w Walked) []string {
		out := slices.Clone(w.Labels)
		slices.Sort(out)
		return out
	}
	if slices.Equal(before.Path, after.Path) && slices.Equal(labels(before), labels(after)) && before.Grade == after.Grade {
		return false, nil
	}
	for i := range max(len(before.came), len(after.came)) {
		switch {
		case i >= len(before.came):
			return true, &Difference{Turn: i, Said: after.came[i].said, Before: "", After: after.came[i].to}
		case i >= len(after.came):
			return true, &Difference{Turn: i, Said: before.came[i].said, Before: before.came[i].to, After: ""}
		case !slices.Equal(before.came[i].nodes, after.came[i].nodes):
			a, b := before.came[i], after.came[i]
			return true, &Difference{Turn: i, Said: a.said, Before: parting(a, b), After: parting(b, a)}
		}
	}
	return true, nil
}

// parting is the first node of a leg that the other does not have at its place; its last node when the other goes on.
func parting(a, b leg) script.NodeID {
	for i, n := range a.nodes {
		if i >= len(b.nodes) || b.nodes[i] != n {
			return n
		}
	}
	return a.to
}
