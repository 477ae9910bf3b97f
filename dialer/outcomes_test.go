package dialer_test

import (
	"context"
	"testing"
	"time"

	"github.com/outdial/outdial/dialer/carriersim"
	"github.com/outdial/outdial/dialer/softswitch"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/trunk"
)

// shortRing is the first number of those who are called over a trunk that gives up ringing after a second.
const shortRing = 1000

// TestEveryWayToEnd calls one person of each kind at once and compares what is written down about each call.
func TestEveryWayToEnd(t *testing.T) {
	t.Parallel()
	type want struct {
		end         call.EndReason
		fault       call.Fault
		disposition call.Disposition
		sip, q850   int
		by          call.Party
		grade       string
		again       bool
	}
	short := 300 * time.Millisecond
	tests := []struct {
		name      string
		behaviour string
		ring      int // shortRing or zero
		robot     manner
		want      want
	}{
		{"talk, robot says goodbye", "interested", 0, manner{talk: short}, want{call.EndCompleted, call.FaultNone, call.Answered, 200, 16, call.PartyRobot, "D", false}},
		{"callee says goodbye", "silent", 0, manner{}, want{call.EndCompleted, call.FaultNone, call.Answered, 200, 16, call.PartyCallee, "D", false}},
		{"busy", "busy", 0, manner{}, want{call.EndBusy, call.FaultCallee, call.Busy, 486, 17, call.PartyCarrier, "E", true}},
		{"busy tone", "busy-tone", 0, manner{}, want{call.EndBusy, call.FaultCallee, call.Busy, 486, 17, call.PartyCarrier, "E", true}},
		{"nobody answers our ring", "no-answer", shortRing, manner{}, want{call.EndNoAnswer, call.FaultCallee, call.NoAnswer, 0, 19, call.PartyDialer, "E", true}},
		{"nobody answers", "no-answer-480", 0, manner{}, want{call.EndNoAnswer, call.FaultCallee, call.NoAnswer, 480, 19, call.PartyCarrier, "E", true}},
		{"nobody answers, announced", "no-answer-announced", 0, manner{}, want{call.EndNoAnswer, call.FaultCallee, call.NoAnswer, 480, 19, call.PartyCarrier, "E", true}},
		{"rejected", "rejected", 0, manner{}, want{call.EndRejected, call.FaultCallee, call.Rejected, 603, 21, call.PartyCarrier, "E", false}},
		{"congestion", "congestion", 0, manner{}, want{call.EndCongestion, call.FaultCarrier, call.Failed, 503, 42, call.PartyCarrier, "E", true}},
		{"congestion tone", "congestion-tone", 0, manner{}, want{call.EndCongestion, call.FaultCarrier, call.Failed, 503, 34, call.PartyCarrier, "E", true}},
		{"powered off", "powered-off", 0, manner{}, want{call.EndUnreachable, call.FaultCallee, call.PoweredOff, 480, 20, call.PartyCarrier, "E", false}},
		{"vacant, announced", "vacant", 0, manner{}, want{call.EndVacant, call.FaultCallee, call.Vacant, 404, 1, call.PartyCarrier, "E", false}},
		{"in a call", "in-call", 0, manner{}, want{call.EndBusy, call.FaultCallee, call.Busy, 486, 17, call.PartyCarrier, "E", true}},
		{"network busy", "network-busy", 0, manner{}, want{call.EndCongestion, call.FaultCarrier, call.Failed, 503, 34, call.PartyCarrier, "E", true}},
		{"vacant", "vacant-plain", 0, manner{}, want{call.EndVacant, call.FaultCallee, call.Vacant, 404, 1, call.PartyCarrier, "E", false}},
		{"forbidden", "forbidden", 0, manner{}, want{call.EndRejected, call.FaultCallee, call.Rejected, 403, 21, call.PartyCarrier, "E", false}},
		{"number changed", "number-changed", 0, manner{}, want{call.EndNumberChanged, call.FaultCallee, call.Vacant, 410, 22, call.PartyCarrier, "E", false}},
		{"not acceptable", "not-acceptable", 0, manner{}, want{call.EndBadMedia, call.FaultCarrier, call.Failed, 488, 88, call.PartyCarrier, "E", true}},
		{"drops after the answer", "drops-after-answer", 0, manner{}, want{call.EndCompleted, call.FaultNone, call.Answered, 200, 41, call.PartyCallee, "D", false}},
		{"sends no RTP", "no-rtp", 0, manner{}, want{call.EndMediaTimeout, call.FaultCarrier, call.Answered, 200, 16, call.PartyDialer, "D", false}},
		{"RTP stops", "rtp-stops", 0, manner{}, want{call.EndMediaTimeout, call.FaultCarrier, call.Answered, 200, 16, call.PartyDialer, "D", false}},
		{"malformed SDP", "malformed-sdp", 0, manner{}, want{call.EndBadMedia, call.FaultCarrier, call.Failed, 0, 88, call.PartyDialer, "E", true}},
		{"no SDP", "no-sdp", 0, manner{}, want{call.EndBadMedia, call.FaultCarrier, call.Failed, 0, 88, call.PartyDialer, "E", true}},
		{"no final response even to CANCEL", "no-final", shortRing, manner{}, want{call.EndNoAnswer, call.FaultCallee, call.NoAnswer, 0, 19, call.PartyDialer, "E", true}},
		{"ignores BYE", "ignores-bye", 0, manner{talk: short}, want{call.EndCompleted, call.FaultNone, call.Answered, 200, 16, call.PartyRobot, "D", false}},
		{"robot refuses", "silent", 1, manner{refuse: 503}, want{call.EndNoRobot, call.FaultUs, call.Abandoned, 200, 41, call.PartyDialer, "E", false}},
		{"robot refuses before the answer", "powered-off", 1, manner{refuse: 503}, want{call.EndNoRobot, call.FaultUs, call.Failed, 0, 41, call.PartyDialer, "E", true}},
		{"robot dies", "ignores-bye", 1, manner{diesIn: 400 * time.Millisecond}, want{call.EndRobotLost, call.FaultUs, call.Answered, 200, 16, call.PartyDialer, "D", false}},
	}
	byNumber := make(map[string]manner)
	r := newRig(t, settings{
		sw:     func(c *softswitch.Config) { c.MediaTimeout = time.Second },
		sim:    func(c *carriersim.Config) { c.Patience = 3 * time.Second }, // those who send no RTP must not hang up first
		manner: func(k call.Call) manner { return byNumber[k.Number.String()] },
	})
	redial := func(c *campaign.Campaign) {
		c.Redial = campaign.Redial{MaxAttempts: 2, Interval: time.Hour, On: []call.Disposition{call.Busy, call.NoAnswer, call.Failed}}
	}
	patient, hasty := r.trunk(), r.trunk(func(l *trunk.Trunk) { l.RingTimeout = time.Second })
	long, quick := r.campaign(patient, redial), r.campaign(hasty, redial)
	people := make([]contact.Contact, len(tests))
	for i, tt := range tests {
		c := long
		if tt.ring >= shortRing {
			c = quick
		}
		people[i] = r.contact(c, tt.behaviour, tt.ring+i)
		byNumber[people[i].Number.String()] = tt.robot
	}
	d := r.dialer()
	r.act(long, campaign.Start)
	r.act(quick, campaign.Start)
	ended := func() (n int) {
		for _, c := range []campaign.Campaign{long, quick} {
			for _, k := range r.calls(c) {
				if k.State == call.Ended && k.Ordinal == 1 {
					n++
				}
			}
		}
		return n
	}
	r.until("end of every first call", func() bool { return ended() == len(tests) })
	r.act(long, campaign.Terminate)
	r.act(quick, campaign.Terminate)
	r.settled(d, long)
	r.settled(d, quick)
	first := make(map[contact.ID]call.Call)
	for _, c := range []campaign.Campaign{long, quick} {
		for _, k := range r.calls(c) {
			if k.Ordinal == 1 {
				first[k.Contact] = k
			}
		}
	}
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			k := first[people[i].ID]
			after, err := r.store.Contact(context.Background(), r.scope(), people[i].ID)
			must(t, err)
			o := k.Outcome
			got := want{o.EndReason, o.Fault, o.Disposition, o.SIPCode, o.Q850, o.HungUpBy, k.Grade, after.State != contact.Finished || after.Attempts > 1}
			if got != tt.want {
				t.Errorf("got  %+v\nwant %+v\ncause %s, times %+v", got, tt.want, o.Cause, k.Times)
			}
			if o.Answered != !k.Times.Answered.IsZero() {
				t.Errorf("answered %v at %v", o.Answered, k.Times.Answered)
			}
		})
	}
}
