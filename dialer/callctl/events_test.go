package callctl

import (
	"context"
	"io"
	"log/slog"
	"strconv"
	"testing"
	"time"

	"github.com/outdial/outdial/dialer/esl"
	"github.com/outdial/outdial/dialer/esl/wire"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/tenant"
)

// deaf is a line that takes every command and a bus that carries nothing: events alone decide.
type deaf struct{ Line }

func (deaf) Err() error                                        { return nil }
func (deaf) Kill(context.Context, string, esl.Cause) error     { return nil }
func (deaf) StartRecord(context.Context, string, string) error { return nil }
func (deaf) Publish(context.Context, event.Message) error      { return nil }
func (deaf) Subscribe(context.Context, ...event.Kind) (<-chan event.Message, error) {
	return nil, nil
}

type quietStore struct{ Store }

func (quietStore) MoveCall(context.Context, tenant.Scope, call.Call, call.State) error { return nil }

const (
	calleeLeg = "00000000-0000-7000-8000-000000000001"
	robotLeg  = "00000000-0000-7000-8000-000000000002"
)

var began = time.Date(2026, 3, 4, 10, 0, 0, 0, time.UTC)

// said is one event of a leg.
func said(kind, leg string, headers ...string) esl.Event {
	h := wire.Headers{{Name: wire.HeaderEventName, Value: kind}, {Name: wire.HeaderUniqueID, Value: leg}}
	for i := 0; i < len(headers); i += 2 {
		h = append(h, wire.Header{Name: headers[i], Value: headers[i+1]})
	}
	return esl.Event{Headers: h}
}

// ended is a leg's last event, ms after the beginning of the call.
func ended(leg, cause, disposition, sip string, ms, answered int) esl.Event {
	at := func(ms int) string {
		return strconv.FormatInt(began.Add(time.Duration(ms)*time.Millisecond).UnixMicro(), 10)
	}
	e := said("CHANNEL_HANGUP_COMPLETE", leg, "Hangup-Cause", cause, "variable_sip_hangup_disposition", disposition,
		"variable_sip_term_status", sip, "Caller-Channel-Hangup-Time", at(ms))
	if answered > 0 {
		e.Headers = append(e.Headers, wire.Header{Name: "Caller-Channel-Answered-Time", Value: at(answered)})
	}
	return e
}

// TestNeighboursMaySwap lives calls through with the events of each possible pair of neighbours exchanged: the outcome is
// the same, whatever the order in which the switch's legs report.
func TestNeighboursMaySwap(t *testing.T) {
	ring, early, answer := said("CHANNEL_PROGRESS", calleeLeg), said("CHANNEL_PROGRESS_MEDIA", calleeLeg), said("CHANNEL_ANSWER", calleeLeg)
	met, robot := said("CHANNEL_BRIDGE", calleeLeg), said("CHANNEL_ANSWER", robotLeg)
	tests := []struct {
		name   string
		events []esl.Event
		want   call.Outcome
	}{
		{"callee hangs up", []esl.Event{ring, answer, robot, met,
			ended(calleeLeg, "NORMAL_CLEARING", "recv_bye", "200", 5000, 1000), ended(robotLeg, "NORMAL_CLEARING", "send_bye", "", 5002, 1010)},
			call.Outcome{Answered: true, EndReason: call.EndCompleted, Fault: call.FaultNone, Disposition: call.Answered, HungUpBy: call.PartyCallee, SIPCode: 200, Q850: 16, Cause: "NORMAL_CLEARING"}},
		{"robot hangs up", []esl.Event{ring, early, robot, met, answer,
			ended(robotLeg, "NORMAL_CLEARING", "recv_bye", "200", 5000, 900), ended(calleeLeg, "NORMAL_CLEARING", "send_bye", "", 5002, 1000)},
			call.Outcome{Answered: true, EndReason: call.EndCompleted, Fault: call.FaultNone, Disposition: call.Answered, HungUpBy: call.PartyRobot, SIPCode: 200, Q850: 16, Cause: "NORMAL_CLEARING"}},
		{"robot dies", []esl.Event{ring, answer, robot, met,
			ended(robotLeg, "MEDIA_TIMEOUT", "send_bye", "", 5000, 1010), ended(calleeLeg, "NORMAL_CLEARING", "send_bye", "", 5002, 1000)},
			call.Outcome{Answered: true, EndReason: call.EndRobotLost, Fault: call.FaultUs, Disposition: call.Answered, HungUpBy: call.PartyDialer, SIPCode: 200, Q850: 16, Cause: "NORMAL_CLEARING"}},
		{"callee's media stop", []esl.Event{ring, answer, robot, met,
			ended(calleeLeg, "MEDIA_TIMEOUT", "send_bye", "", 5000, 1000), ended(robotLeg, "MEDIA_TIMEOUT", "send_bye", "", 5002, 1010)},
			call.Outcome{Answered: true, EndReason: call.EndMediaTimeout, Fault: call.FaultCarrier, Disposition: call.Answered, HungUpBy: call.PartyDialer, SIPCode: 200, Q850: 804, Cause: "MEDIA_TIMEOUT"}},
		{"robot refuses while the network plays", []esl.Event{ring, early,
			ended(robotLeg, "NORMAL_TEMPORARY_FAILURE", "recv_refuse", "503", 1400, 0), ended(calleeLeg, "NORMAL_TEMPORARY_FAILURE", "send_cancel", "", 1402, 0)},
			call.Outcome{EndReason: call.EndNoRobot, Fault: call.FaultUs, Disposition: call.Failed, HungUpBy: call.PartyDialer, Q850: 41, Cause: "NORMAL_TEMPORARY_FAILURE"}},
		{"announcement, then refused", []esl.Event{ring, early, robot, met,
			ended(calleeLeg, "USER_BUSY", "recv_refuse", "486", 5000, 0), ended(robotLeg, "NORMAL_CLEARING", "send_bye", "", 5002, 1010)},
			call.Outcome{EndReason: call.EndBusy, Fault: call.FaultCallee, Disposition: call.Busy, HungUpBy: call.PartyCarrier, SIPCode: 486, Q850: 17, Cause: "USER_BUSY"}},
	}
	for _, tt := range tests {
		for swap := -1; swap < len(tt.events)-1; swap++ {
			events := append([]esl.Event(nil), tt.events...)
			if swap >= 0 {
				events[swap], events[swap+1] = events[swap+1], events[swap]
			}
			if got := live(t, events); got != tt.want {
				t.Errorf("%s, events %d and %d swapped:\ngot  %+v\nwant %+v", tt.name, swap, swap+1, got, tt.want)
			}
		}
	}
}

// live feeds events to a call and gives its outcome; timers run out when there are no more events.
func live(t *testing.T, events []esl.Event) call.Outcome {
	t.Helper()
	fake := clock.NewFake(began)
	c := New(Config{Line: deaf{}, Store: quietStore{}, Bus: deaf{}, Clock: fake, Lease: time.Minute, LongestCall: time.Hour,
		RecordingsDir: "/r", Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	s := newSession(c, call.Call{UUID: calleeLeg, RobotLeg: robotLeg, State: call.Originating, Recording: "x.wav"})
	for _, e := range events {
		s.switchEvent(e)
		if s.call.State == call.Ended {
			break
		}
	}
	if s.call.State != call.Ended && s.alarms.settle != nil {
		s.conclude()
	}
	s.stopAlarms()
	s.tasks.Wait()
	if s.call.State != call.Ended {
		t.Fatalf("call is %s after its last event", s.call.State)
	}
	return call.Conclude(s.evidence)
}
