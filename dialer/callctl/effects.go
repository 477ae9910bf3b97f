package callctl

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"github.com/outdial/outdial/dialer/esl"
	"github.com/outdial/outdial/dialer/routing"
	"github.com/outdial/outdial/shared/call"
)

// do carries out one effect of the state machine.
func (s *session) do(f call.Effect) {
	switch f {
	case call.ArmRing:
		s.arm(&s.alarms.ring, routing.RingGuard(s.trunk))
	case call.DisarmRing:
		stop(&s.alarms.ring)
	case call.ArmTalk:
		stop(&s.alarms.ring)
		s.arm(&s.alarms.talk, s.ctl.cfg.LongestCall)
	case call.Record:
		s.record()
	case call.TellRobot:
		s.publish() // before the row: the robot should not wait for the database
		s.published = call.AnsweredState
	case call.Kill:
		s.kill()
	case call.Close:
		s.call.Times.Ended = s.endTime()
	}
}

// endTime is when the switch said that the leg ended, or now.
func (s *session) endTime() time.Time {
	if !s.call.Times.Ended.IsZero() {
		return s.call.Times.Ended
	}
	return s.ctl.cfg.Clock.Now()
}

// command runs a command to the switch beside the call's goroutine, which goes on reading events meanwhile.
func (s *session) command(run func(ctx context.Context)) {
	s.tasks.Add(1)
	go func() {
		defer s.tasks.Done()
		ctx, cancel := context.WithTimeout(s.ctl.ctx, commandPatience)
		defer cancel()
		run(ctx)
	}()
}

// record starts the recording of the whole call on the callee's leg.
func (s *session) record() {
	if s.recording {
		return
	}
	s.recording = true
	path := filepath.Join(s.ctl.cfg.RecordingsDir, filepath.FromSlash(s.call.Recording))
	id := string(s.call.UUID)
	s.call.RecordingFrom = s.ctl.cfg.Clock.Now() // until RECORD_START says better
	s.command(func(ctx context.Context) {
		if err := s.ctl.cfg.Line.StartRecord(ctx, id, path); err != nil && !esl.NoSuchChannel(err) {
			s.ctl.cfg.Log.Error("call is not recorded; check that the switch can write there", "call", id, "path", path, "error", err)
		}
	})
}

// causeFor is the reason the carrier is told when the platform hangs up.
func (s *session) causeFor() esl.Cause {
	switch s.evidence.Forced {
	case call.EndRingTimeout:
		return esl.CauseNoAnswer
	case call.EndTalkTimeout:
		return esl.CauseAllottedTimeout
	default:
		return esl.CauseNormalClearing
	}
}

// kill asks for the end and makes sure that it comes: by the leg's last event, or by the end timer.
func (s *session) kill() {
	if s.evidence.HungUpBy == call.PartyNone && (s.robotEnd == nil && !s.talked || s.handedOver()) {
		s.evidence.HungUpBy = call.PartyDialer
	}
	s.ending = true
	s.arm(&s.alarms.end, endPatience)
	s.hangUpLeg()
}

// hangUpLeg has the switch hang the callee's leg up. While the originate job runs, the leg may not be there yet.
func (s *session) hangUpLeg() {
	id, cause := string(s.call.UUID), s.causeFor()
	var placed <-chan struct{} // closed once the job is done
	if s.job.Job != nil {
		placed = s.job.Done()
	}
	s.command(func(ctx context.Context) {
		for {
			err := s.ctl.cfg.Line.Kill(ctx, id, cause)
			if esl.NoSuchChannel(err) && placed != nil {
				t := s.ctl.cfg.Clock.NewTimer(killAgain)
				select {
				case <-placed:
					placed = nil
				case <-t.Chan():
				case <-s.done:
					placed = nil
				case <-ctx.Done():
				}
				t.Stop()
				if ctx.Err() == nil {
					continue
				}
			}
			if err != nil && !esl.NoSuchChannel(err) && !errors.Is(err, esl.ErrDown) {
				s.ctl.cfg.Log.Warn("hang-up could not be asked for", "call", id, "error", err)
			}
			return
		}
	})
}

// hangUpRest makes sure that a call which ended without its leg's last event leaves no leg behind that nobody watches.
func (s *session) hangUpRest() {
	s.hangUpLeg()
}

// killAgain is how long to wait before a leg that is not there yet is hung up again.
const killAgain = 100 * time.Millisecond
