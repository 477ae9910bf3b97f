// Package linestatus owns the words for what a telephone line says of itself before the answer, and for who answered:
// tones, announcements of the network, ring-back music, a human or a machine.
//
// It hears nothing (dialogue/linestatus) and decides nothing about a call (call.Conclude, dialer/callctl).
package linestatus

import (
	"math"
	"slices"
	"time"
)

// Status is one verdict's word.
type Status string

// Tones, told apart by their cadence.
const (
	Ringing          Status = "ringing"
	BusyTone         Status = "busy_tone"
	CongestionTone   Status = "congestion_tone"
	UnobtainableTone Status = "unobtainable_tone"
	CallWaiting      Status = "call_waiting"
)

// RingBackMusic is played instead of ringing.
const RingBackMusic Status = "ring_back_music"

// Announcements of the network: the 19 states that carriers tell a caller.
const (
	PoweredOff       Status = "powered_off"
	Vacant           Status = "vacant"
	Suspended        Status = "suspended" // by the subscriber or for a debt, the caller is not told which
	InCall           Status = "in_call"
	Rejected         Status = "rejected"
	Unreachable      Status = "unreachable"
	ServiceSuspended Status = "service_suspended"
	Busy             Status = "busy"
	WrongNumber      Status = "wrong_number"
	IncomingBarred   Status = "incoming_barred"
	Voicemail        Status = "voicemail" // or a reminder service that will tell the callee
	ForwardingFailed Status = "forwarding_failed"
	NetworkBusy      Status = "network_busy"
	NoAnswer         Status = "no_answer"
	InArrears        Status = "in_arrears"
	CannotAnswer     Status = "cannot_answer"
	NumberChanged    Status = "number_changed"
	LineFault        Status = "line_fault"
	CallLater        Status = "call_later"
)

// Who answered.
const (
	Human   Status = "human"
	Machine Status = "machine"
	// Unknown says that the first seconds did not tell.
	Unknown Status = "unknown"
)

var (
	tones         = []Status{Ringing, BusyTone, CongestionTone, UnobtainableTone, CallWaiting}
	announcements = []Status{PoweredOff, Vacant, Suspended, InCall, Rejected, Unreachable, ServiceSuspended, Busy, WrongNumber, IncomingBarred,
		Voicemail, ForwardingFailed, NetworkBusy, NoAnswer, InArrears, CannotAnswer, NumberChanged, LineFault, CallLater}
	answers = []Status{Human, Machine, Unknown}
)

// Announcements lists the 19 states.
func Announcements() []Status { return slices.Clone(announcements) }

// All lists every status.
func All() []Status {
	out := slices.Concat(tones, []Status{RingBackMusic}, announcements, answers)
	return out
}

// Valid tells whether the word is one of ours.
func (s Status) Valid() bool { return slices.Contains(All(), s) }

// Announced tells whether a voice of the network says so.
func (s Status) Announced() bool { return slices.Contains(announcements, s) }

// Answer tells whether it says who answered, and not how the line was before.
func (s Status) Answer() bool { return slices.Contains(answers, s) }

// Goes tells whether the call still goes on as calls do: somebody's telephone rings, or a human has answered.
func (s Status) Goes() bool {
	return s == Ringing || s == RingBackMusic || s == CallWaiting || s == Human || s == Unknown
}

// Ends lists the statuses on which a campaign may end a call at once: all that say that no human is to be had.
func Ends() []Status {
	return slices.DeleteFunc(All(), Status.Goes)
}

// By is what a verdict was read from.
type By string

const (
	ByCadence      By = "cadence"
	ByMusic        By = "music"
	ByAnnouncement By = "announcement" // the sound matches an enrolled announcement
	ByRecogniser   By = "recogniser"   // the words of a recogniser
	ByAnswer       By = "answer"       // how whoever answered speaks, or a mailbox's beep
)

// Sure is the confidence from which on a verdict counts as evidence of what became of a call.
const Sure = 0.6

// Verdict is what the sound of a line tells.
type Verdict struct {
	Status     Status
	Confidence float64 // 0 to 1
	By         By
	// After is how long it took: since the line's first sound, or since the answer.
	After time.Duration
}

// IsZero tells that nothing was heard.
func (v Verdict) IsZero() bool { return v.Status == "" }

// Sure tells whether the verdict counts.
func (v Verdict) Sure() bool { return v.Status.Valid() && v.Confidence >= Sure }

// Valid refuses what cannot be a verdict: it comes over a bus.
func (v Verdict) Valid() bool {
	return v.Status.Valid() && v.Confidence >= 0 && v.Confidence <= 1 && !math.IsNaN(v.Confidence) && v.After >= 0
}
