package carriersim

import (
	"time"
)

// Utterance is one thing the callee said, with what the robot did about it. Times are those of sound on the wire at the
// callee's side: what a caller's recording would show.
type Utterance struct {
	Sentence string    `json:"sentence"` // id of sentences.tsv
	Text     string    `json:"text"`
	Cue      Cue       `json:"cue"`
	Started  time.Time `json:"started"` // first sample sent
	Ended    time.Time `json:"ended"`   // last voiced sample sent; zero when it was cut off by the end of the call

	// Over says that the robot was speaking when the utterance began. Stopped is then the robot's last voiced sample
	// before it was quiet for StopGap.
	Over    bool      `json:"over,omitempty"`
	Stopped time.Time `json:"stopped,omitzero"`

	// Reply is the first voiced sample of the robot after Ended. It is zero when the robot spoke on past Ended (then it
	// answered nothing), when the callee spoke again first, and when nothing came.
	Reply time.Time `json:"reply,omitzero"`
}

// Latency is the time from the callee's last voiced sample to the robot's first.
func (u Utterance) Latency() (time.Duration, bool) { return u.Reply.Sub(u.Ended), !u.Reply.IsZero() }

// BargeInStop is how long the robot went on after it was interrupted.
func (u Utterance) BargeInStop() (time.Duration, bool) {
	return max(0, u.Stopped.Sub(u.Started)), u.Cue == CueInterrupt && u.Over && !u.Stopped.IsZero()
}

const (
	// StopGap is the silence that makes a stop of the robot one: pauses between words are shorter.
	StopGap = 500 * time.Millisecond
	// speaking: a robot whose last voiced sample is younger is taken to be in the middle of a word.
	speakingGap = 200 * time.Millisecond
)

// hearing puts the two directions of a call side by side. It is pure: every time is handed in.
type hearing struct {
	said       []Utterance
	robotFirst time.Time // of the whole call
	robotLast  time.Time // last voiced sample so far
	voiced     time.Duration
	settled    bool // the newest utterance's Stopped is final
	closed     bool // the newest utterance gets no Reply any more
}

func (h *hearing) began(s *sound, cue Cue, at time.Time) {
	h.settle(at)
	over := !h.robotLast.IsZero() && at.Sub(h.robotLast) < speakingGap
	h.said = append(h.said, Utterance{Sentence: s.id, Text: s.text, Cue: cue, Started: at, Over: over})
	h.settled, h.closed = !over, false
}

func (h *hearing) finished(at time.Time) {
	if u := h.newest(); u != nil {
		u.Ended = at
		h.closed = u.Cue == CueBackchannel || at.Sub(h.robotLast) < speakingGap
	}
}

// robot takes the voiced part of one packet.
func (h *hearing) robot(first, last time.Time) {
	if h.robotFirst.IsZero() {
		h.robotFirst = first
	}
	h.settle(first)
	if u := h.newest(); u != nil && !u.Ended.IsZero() && !h.closed && u.Reply.IsZero() && first.After(u.Ended) {
		u.Reply = first
		h.closed = true
	}
	if last.After(h.robotLast) {
		h.voiced += min(last.Sub(first), last.Sub(h.robotLast))
		h.robotLast = last
	}
}

// settle decides whether the robot has stopped for the newest utterance, seen from a later moment.
func (h *hearing) settle(now time.Time) {
	if u := h.newest(); u != nil && !h.settled && now.Sub(h.robotLast) >= StopGap {
		u.Stopped = h.robotLast
		h.settled = true
	}
}

func (h *hearing) newest() *Utterance {
	if len(h.said) == 0 {
		return nil
	}
	return &h.said[len(h.said)-1]
}

// speaking says whether the robot is heard now, for a talker that decides in frames.
func (h *hearing) speaking(now time.Time) bool {
	return !h.robotLast.IsZero() && now.Sub(h.robotLast) < 40*time.Millisecond
}
