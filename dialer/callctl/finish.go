package callctl

import (
	"context"
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/transcript"
)

// How long the end of a call waits for the robot's own account of it, and how often a failed write is tried again.
const (
	conversationPatience = 3 * time.Second
	conversationPoll     = 250 * time.Millisecond
	writeRetryFirst      = 100 * time.Millisecond
	writeRetryLongest    = 5 * time.Second
)

// finish writes the one record of the call. It tries until the store takes it or the dialer stops; in the latter case
// the attempt is still live in the store and the next dialer accounts for it.
func (s *session) finish(ctx context.Context) {
	if s.evidence.Answered && !s.evidence.Bridged {
		s.evidence.Bridged = s.spoke(ctx)
	}
	if s.evidence.Answered && s.call.Times.Answered.IsZero() {
		s.call.Times.Answered = s.call.Times.Ended
	}
	if s.evidence.Answered && s.evidence.Bridged {
		s.awaitConversation(ctx)
	}
	for wait := writeRetryFirst; ; wait = min(2*wait, writeRetryLongest) {
		err := s.write(ctx)
		if err == nil || errs.Is(err, errs.Conflict) {
			break
		}
		if errs.Is(err, errs.NotFound) || errs.Is(err, errs.Invalid) {
			s.ctl.cfg.Log.Error("end of a call cannot be written: its rows were taken away", "call", s.call.UUID, "error", err)
			break
		}
		s.ctl.cfg.Log.Error("end of a call could not be written; it is tried again", "call", s.call.UUID, "error", err, "again_in", wait)
		if !s.rest(ctx, wait) {
			return
		}
	}
	s.publish()
}

// rest waits and passes over what the call is told meanwhile, so that nobody who tells it something is held up; false
// when the dialer stops.
func (s *session) rest(ctx context.Context, d time.Duration) bool {
	t := s.ctl.cfg.Clock.NewTimer(d)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-s.inbox:
		case <-t.Chan():
			return true
		}
	}
}

// spoke tells whether the store holds words of this call: proof that robot and callee met, whatever events were missed.
func (s *session) spoke(ctx context.Context) bool {
	turns, err := s.ctl.cfg.Store.Turns(ctx, tenant.Of(s.call.Tenant), s.call.UUID)
	return err == nil && len(turns) > 0
}

// awaitConversation waits, within bounds, until the robot has written down what was said.
func (s *session) awaitConversation(ctx context.Context) {
	deadline := s.ctl.cfg.Clock.NewTimer(conversationPatience)
	defer deadline.Stop()
	poll := s.ctl.cfg.Clock.NewTicker(conversationPoll)
	defer poll.Stop()
	for !s.talked {
		select {
		case <-ctx.Done():
			return
		case <-deadline.Chan():
			return
		case in := <-s.inbox:
			s.talked = s.talked || in.conversationEnded
			if in.line != nil {
				s.note(*in.line)
			}
			if !in.recorded.IsZero() {
				s.call.RecordingFrom = in.recorded
			}
		case <-poll.Chan():
			if _, err := s.ctl.cfg.Store.Conversation(ctx, tenant.Of(s.call.Tenant), s.call.UUID); err == nil {
				return
			}
		}
	}
}

// write grades the call, decides on a redial and stores both with the CDR.
func (s *session) write(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if err := s.grade(ctx); err != nil {
		return err
	}
	s.call.Outcome = call.Conclude(s.evidence)
	now := s.ctl.cfg.Clock.Now()
	k := s.call
	ownFault := k.Outcome.Fault == call.FaultUs && !k.Outcome.Answered
	faults := s.ownFaults
	if ownFault {
		faults++
	}
	v := s.redial.Decide(k.Outcome, s.attempts, faults, now)
	return s.ctl.cfg.Store.FinishCall(ctx, tenant.Of(k.Tenant), call.Finish{Call: k, Again: v.Again, NotBefore: v.At, OwnFault: ownFault, HandTo: v.To, At: now})
}

// grade reads the conversation, or counts the turns again when the robot died before it could sum them up.
func (s *session) grade(ctx context.Context) error {
	if !s.evidence.Answered || !s.evidence.Bridged {
		s.call.Grade = transcript.GradeUnconnected(s.attempts).Grade
		return nil
	}
	scope := tenant.Of(s.call.Tenant)
	turns, err := s.ctl.cfg.Store.Turns(ctx, scope, s.call.UUID)
	if err != nil {
		return err
	}
	s.call.Turns = len(turns)
	s.call.Grade = transcript.GradeTalk(transcript.TallyOf(turns)).Grade
	conv, err := s.ctl.cfg.Store.Conversation(ctx, scope, s.call.UUID)
	switch {
	case err == nil:
		// The robot knows the script's own rules for grades.
		if s.call.Grade = conv.Grade; s.call.Grade == "" {
			s.call.Grade = transcript.GradeTalk(conv.Tally).Grade
		}
		s.call.ReplyP50 = conv.ReplyP50
		s.believe(conv)
	case !errs.Is(err, errs.NotFound):
		return err
	}
	return nil
}

// noMedia is what a robot says whose leg went silent, as it does when the switch dies.
const noMedia = "no_media"

// believe has the robot's account decide about a call that ended while the switch could not be heard: when somebody took
// leave, the call was not lost with the switch.
func (s *session) believe(c transcript.Conversation) {
	if s.evidence.Forced != call.EndSwitchLost || c.EndedBy == call.PartyNone || c.EndReason == noMedia {
		return
	}
	s.evidence.Forced, s.evidence.HungUpBy = "", c.EndedBy
	if !c.EndedAt.IsZero() {
		s.call.Times.Ended = c.EndedAt
	}
}
