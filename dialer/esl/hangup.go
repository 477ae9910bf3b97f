package esl

import (
	"strconv"
	"strings"
	"time"
)

// Disposition is how the SIP dialog of a leg ended, seen from the switch (sofia.c sets sip_hangup_disposition).
type Disposition string

// Dispositions: recv is the other side's doing, send is the switch's.
const (
	RecvBye    Disposition = "recv_bye"
	SendBye    Disposition = "send_bye"
	RecvRefuse Disposition = "recv_refuse"
	SendRefuse Disposition = "send_refuse"
	RecvCancel Disposition = "recv_cancel"
	SendCancel Disposition = "send_cancel"
)

// Remote tells whether the far side of the leg ended it, and not the switch.
func (d Disposition) Remote() bool { return strings.HasPrefix(string(d), "recv_") }

// Local tells whether the switch ended the leg, on its own or because it was told to.
func (d Disposition) Local() bool { return strings.HasPrefix(string(d), "send_") }

// Hangup is what a CHANNEL_HANGUP_COMPLETE says about a leg. Facts that the event lacks are zero.
type Hangup struct {
	UUID        string
	Cause       Cause
	Q850        int // the carrier's reason, or the switch's number for the cause; 0 unknown
	SIPCode     int // the final SIP status of the leg, 0 when there was none
	Disposition Disposition

	Created       time.Time
	Progress      time.Time // the callee rang
	ProgressMedia time.Time // early media began
	Answered      time.Time
	HungUp        time.Time
}

// HangupOf reads the facts; it never fails, as a call must end whatever its last event looks like.
func HangupOf(e Event) Hangup {
	h := Hangup{
		UUID:          e.UUID(),
		Cause:         Cause(e.Get("Hangup-Cause")),
		Q850:          number(e.Variable("hangup_cause_q850")),
		SIPCode:       number(e.Variable("sip_term_status")),
		Disposition:   Disposition(e.Variable("sip_hangup_disposition")),
		Created:       micros(e.Get("Caller-Channel-Created-Time")),
		Progress:      micros(e.Get("Caller-Channel-Progress-Time")),
		ProgressMedia: micros(e.Get("Caller-Channel-Progress-Media-Time")),
		Answered:      micros(e.Get("Caller-Channel-Answered-Time")),
		HungUp:        micros(e.Get("Caller-Channel-Hangup-Time")),
	}
	if h.Cause == "" {
		h.Cause = Cause(e.Variable("hangup_cause"))
	}
	for _, name := range []string{"proto_specific_hangup_cause", "last_bridge_proto_specific_hangup_cause"} {
		if code, ok := strings.CutPrefix(e.Variable(name), "sip:"); ok && h.SIPCode == 0 {
			h.SIPCode = number(code)
		}
	}
	if h.SIPCode == 0 {
		h.SIPCode = number(e.Variable("sip_invite_failure_status"))
	}
	if h.Q850 == 0 && h.Cause.Known() {
		h.Q850 = h.Cause.Q850()
	}
	return h
}

// number reads a number of up to three digits, which SIP statuses and cause numbers are; anything else is 0.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > 999 {
		return 0
	}
	return n
}

// micros reads a time in microseconds since 1970; 0 and nonsense are the zero time.
func micros(s string) time.Time {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n <= 0 || n > 1<<53 {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}
