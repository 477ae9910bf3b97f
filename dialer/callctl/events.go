package callctl

import (
	"net/http"
	"time"

	"github.com/outdial/outdial/dialer/esl"
	"github.com/outdial/outdial/shared/call"
)

// switchEvent reads one event of the switch about any of the call's legs. Events of one call may come in another order
// than things happened, as each leg of the switch reports by itself; nothing here depends on which of two comes first.
func (s *session) switchEvent(e esl.Event) {
	switch e.UUID() {
	case string(s.call.UUID):
		s.calleeEvent(e)
	case string(s.call.RobotLeg):
		s.robotEvent(e)
	}
}

func (s *session) calleeEvent(e esl.Event) {
	now := s.ctl.cfg.Clock.Now()
	switch esl.KindOf(e) {
	case esl.ChannelProgress:
		if s.call.Times.Ringing.IsZero() {
			s.call.Times.Ringing = now
		}
		s.apply(call.EvRinging, "")
	case esl.ChannelProgressMedia:
		if s.call.Times.Early.IsZero() {
			s.call.Times.Early = now
		}
		s.apply(call.EvEarlyMedia, "")
	case esl.ChannelAnswer:
		s.answered()
	case esl.ChannelBridge:
		s.evidence.Bridged = true
		s.apply(call.EvBridge, "")
	case esl.RecordStart:
		s.call.RecordingFrom = now
	case esl.ChannelHangupComplete:
		s.hungUp(esl.HangupOf(e))
	}
}

func (s *session) answered() {
	if s.call.Times.Answered.IsZero() {
		s.call.Times.Answered = s.ctl.cfg.Clock.Now()
	}
	s.evidence.Answered = true
	s.apply(call.EvAnswer, "")
}

// hungUp takes the last facts of the callee's leg in.
func (s *session) hungUp(h esl.Hangup) {
	if s.calleeEnd != nil {
		return
	}
	s.calleeEnd = &h
	if s.evidence.Cause == "" || h.Cause != "" {
		s.evidence.Cause = string(h.Cause)
	}
	s.evidence.SIPCode, s.evidence.Q850 = h.SIPCode, h.Q850
	// An event that was lost while the connection was down is still told by the leg's own record of times.
	if !h.Answered.IsZero() && !s.evidence.Answered {
		s.evidence.Answered = true
		s.call.Times.Answered = h.Answered
	}
	if s.call.Times.Early.IsZero() && !h.ProgressMedia.IsZero() {
		s.call.Times.Early = h.ProgressMedia
	}
	if s.call.Times.Ringing.IsZero() && !h.Progress.IsZero() {
		s.call.Times.Ringing = h.Progress
	}
	// A switch that hangs up by itself names no SIP status; that of the INVITE was 200.
	if s.evidence.Answered && s.evidence.SIPCode == 0 {
		s.evidence.SIPCode = http.StatusOK
	}
	called := s.robotSeen || s.evidence.Answered || !s.call.Times.Early.IsZero() // the robot is called as soon as there is media
	if s.robotEnd == nil && called && !s.ending && !s.handedOver() && h.Disposition.Local() && s.evidence.Forced == "" && !s.talked {
		// The switch ended the leg because the robot's had ended, and that leg's own report is still on its way.
		s.arm(&s.alarms.settle, settleGrace)
		return
	}
	s.conclude()
}

// conclude ends the call once both legs have said what they have to say.
func (s *session) conclude() {
	stop(&s.alarms.settle)
	// The robot's leg is bridged in the moment it answers; the event that says so may come too late or never.
	s.evidence.Bridged = s.evidence.Bridged || s.robotSeen && s.evidence.Answered
	s.judgeRobot()
	if s.evidence.HungUpBy == call.PartyNone && s.calleeEnd != nil {
		s.evidence.HungUpBy = s.whoHungUp(*s.calleeEnd)
	}
	s.apply(call.EvHangup, "")
}

func (s *session) whoHungUp(h esl.Hangup) call.Party {
	// The robot took its leave; after a transfer that means nothing any more.
	said := (s.robotEnd != nil && s.robotEnd.Disposition == esl.RecvBye || s.talked) && !s.handedOver()
	switch d := h.Disposition; {
	case d == esl.RecvBye && !(said && before(s.robotEnd, &h)):
		return call.PartyCallee
	case d == esl.RecvRefuse:
		return call.PartyCarrier
	case h.Cause == esl.CauseMediaTimeout, s.evidence.Forced == call.EndRobotLost, s.evidence.Forced == call.EndNoRobot:
		return call.PartyDialer // nobody took leave: the platform gave up
	case said:
		return call.PartyRobot
	case d == esl.RecvBye:
		return call.PartyCallee
	case d.Local() && s.evidence.Bridged && s.evidence.Answered:
		// The switch ended the leg and was not told to: its partner in the bridge went first.
		if s.handedOver() {
			return call.PartyAgent
		}
		return call.PartyRobot
	case d.Local():
		return call.PartyDialer
	default:
		return call.PartyNone
	}
}

// before tells whether one leg ended before the other, by the switch's own clock.
func before(a, b *esl.Hangup) bool {
	return a != nil && b != nil && !a.HungUp.IsZero() && a.HungUp.Before(b.HungUp)
}

// robotEvent follows the robot's leg. Its end is the callee's too, unless the call was handed to an agent.
func (s *session) robotEvent(e esl.Event) {
	switch esl.KindOf(e) {
	case esl.ChannelAnswer, esl.ChannelBridge:
		s.robotSeen = true
	case esl.ChannelHangupComplete:
		if s.handedOver() || s.robotEnd != nil {
			return
		}
		h := esl.HangupOf(e)
		s.robotEnd = &h
		if s.calleeEnd != nil {
			s.conclude()
			return
		}
		s.arm(&s.alarms.robot, robotGrace)
	}
}

// handedOver tells whether an agent has taken the robot's place.
func (s *session) handedOver() bool { return s.agent != nil && s.agent.connected }

// judgeRobot decides whether the callee lost its robot. A robot whose leg ended because the callee's did is no loss.
func (s *session) judgeRobot() {
	r := s.robotEnd
	if r == nil || s.evidence.Forced != "" || s.handedOver() || !lostRobot(*r, s.robotSeen) {
		return
	}
	if c := s.calleeEnd; c != nil && (c.Disposition.Remote() || c.Cause == esl.CauseMediaTimeout) && !before(r, c) {
		return
	}
	s.evidence.Forced = call.EndRobotLost
	if !s.robotSeen {
		s.evidence.Forced = call.EndNoRobot
	}
}

// lostRobot tells whether the robot's leg died rather than ended.
func lostRobot(h esl.Hangup, seen bool) bool {
	switch h.Cause {
	case esl.CauseNormalClearing, esl.CauseOriginatorCancel, esl.CauseManagerRequest, "":
		return false
	case esl.CauseMediaTimeout, esl.CauseTimerExpired, esl.CauseDestinationOutOfOrder, esl.CauseTemporaryFailure, esl.CauseNetworkOutOfOrder:
		return true
	}
	return !seen && h.Disposition == esl.RecvRefuse
}

// settleGrace is how long the robot's last event may come after the callee's.
const settleGrace = 300 * time.Millisecond
