package session

import (
	"context"
	"time"

	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/flow"
	"github.com/outdial/outdial/shared/transcript"
)

// say gives the frame to send.
func (s *Session) say() []int16 {
	u := s.mouth.current()
	if u == nil || s.mouth.paused || s.left || s.leaving > 0 {
		s.owing = 0
		return nil
	}
	if u.prompt == nil && !s.fetch(u) {
		return nil
	}
	s.owing = 0
	if !u.begun {
		s.seq++
		u.begun, u.seq, u.started, u.first = true, s.seq, s.at, s.now
	}
	out := u.frame()
	u.last, u.ended = s.now, s.at.Add(audio.FrameDuration)
	if s.replyTo > 0 && u.pos > u.prompt.Onset {
		s.reply(u)
	}
	if u.done() {
		s.next()
	}
	return out
}

// chance is how long a prompt is waited for whose turn comes when nothing has been said for long already.
const chance = 500 * time.Millisecond

// fetch gets the prompt's sound. A sentence that is not there in time is passed over, and what is passed over in a row is not
// waited for as long again: the callee hears nothing all the while, and no silence rule counts before the robot listens.
func (s *Session) fetch(u *utter) bool {
	if s.render(u) {
		return true
	}
	if s.owing == 0 {
		s.owing = s.now
	}
	late := (s.now-s.owing).duration() >= s.cfg.Tuning.PromptWait && (s.now-u.waiting).duration() >= min(chance, s.cfg.Tuning.PromptWait)
	if u.failed || late {
		if !u.failed {
			s.cfg.Log.Error("a prompt was not ready in time and was passed over", "key", u.speak.Key)
		}
		u.prompt = &Prompt{}
		s.seq++
		u.begun, u.seq, u.started, u.ended, u.first, u.last = true, s.seq, s.at, s.at, s.now, s.now
		s.next()
	}
	return false
}

// render gets a prompt's sound, now or by and by; it tells whether it is there.
func (s *Session) render(u *utter) bool {
	if u.prompt == nil {
		u.prompt = s.cfg.Voice.Ready(u.speak.Key, u.speak.Text)
	}
	if u.prompt != nil || u.asked {
		return u.prompt != nil
	}
	u.asked = true
	s.wg.Go(func() {
		ctx, cancel := context.WithTimeout(s.ctx, s.cfg.Tuning.PromptWait)
		defer cancel()
		p, err := s.cfg.Voice.Render(ctx, u.speak.Key, u.speak.Text)
		select {
		case s.prompts <- rendered{u, p, err}:
		case <-s.ctx.Done():
		}
	})
	return false
}

// rendered takes prompts that were made while the call went on.
func (s *Session) rendered() {
	for {
		select {
		case r := <-s.prompts:
			switch {
			case r.err == nil:
				r.u.prompt = r.prompt
			case r.u != s.mouth.current():
				r.u.asked = false // it is asked for again when its turn comes
			default:
				s.cfg.Log.Error("a prompt could not be spoken and was passed over", "key", r.u.speak.Key, "err", r.err)
				r.u.failed = true
			}
		default:
			return
		}
	}
}

// next ends the current prompt; after the last one the flow goes on.
func (s *Session) next() {
	u := s.mouth.queue[0]
	s.mouth.queue = s.mouth.queue[1:]
	s.spoken(u, false)
	if len(s.mouth.queue) > 0 {
		s.mouth.queue[0].waiting = s.now
		return
	}
	s.mouth.queue = nil
	s.step(flow.PromptDone{})
}

// cutPrompts ends what is being said and drops what would have followed.
func (s *Session) cutPrompts() {
	if u := s.mouth.current(); u != nil && u.begun {
		s.spoken(u, true)
	}
	s.mouth = mouth{}
}

// resume goes on with a prompt that was stopped for nothing.
func (s *Session) resume() {
	s.mouth.paused = false
	s.replyTo = 0
	if u := s.mouth.current(); u != nil {
		u.stop = 0
		u.rewind()
	}
}

// spoken stores the robot's turn.
func (s *Session) spoken(u *utter, cut bool) {
	t := transcript.Turn{Seq: u.seq, Speaker: transcript.Robot, Text: u.speak.Text, StartedAt: u.started, EndedAt: u.ended,
		Node: string(u.speak.Node), ReplyLatency: u.reply}
	if cut && u.stop > 0 {
		t.Interrupted, t.BargeInStop = true, u.stop
		if s.cfg.Observer != nil {
			s.cfg.Observer.Stopped(u.stop)
		}
	}
	said := u.prompt.PCM[:u.pos]
	switch {
	case len(said) == 0:
	case u.done() && u.prompt.File != "":
		t.Audio = u.prompt.File
	default:
		t.Audio = s.rec.name(u.seq, string(transcript.Robot))
		s.rec.put(recording{shared: said, file: t.Audio})
	}
	s.store(t)
}

// closeHeard stores the callee's turn with its sound.
func (s *Session) closeHeard(h *heard, t transcript.Turn) {
	if h.seq == 0 {
		s.seq++
		h.seq = s.seq
	}
	t.Seq, t.StartedAt, t.EndedAt = h.seq, h.startedAt, h.endedAt
	t.Audio = s.rec.name(t.Seq, string(transcript.Callee))
	t.Speaker = transcript.Callee
	s.rec.put(recording{utterance: h.n, samples: h.chunk, file: t.Audio})
	h.chunk = nil
	s.store(t)
}

// discard forgets an utterance that was nothing.
func (s *Session) discard(h *heard) {
	s.rec.put(recording{utterance: h.n, samples: h.chunk, drop: true})
	h.chunk = nil
}

// dropHeard forgets what is being said to somebody else.
func (s *Session) dropHeard() {
	for _, h := range []*heard{s.heard, s.waiting} {
		if h != nil {
			s.discard(h)
		}
	}
	s.heard, s.waiting = nil, nil
}

// storeCallee stores a turn of the callee that has no sound: silence, keys.
func (s *Session) storeCallee(t transcript.Turn) {
	s.seq++
	t.Seq, t.Speaker = s.seq, transcript.Callee
	s.store(t)
}

func (s *Session) store(t transcript.Turn) {
	t.Call, t.Tenant = s.cfg.Call, s.cfg.Tenant
	s.outcome.Add(t)
	s.keep.put(keep{turn: &t, told: event.TurnAdded{Tenant: t.Tenant, Campaign: s.cfg.Campaign, Call: t.Call, Seq: t.Seq,
		Speaker: t.Speaker, Text: t.Text, Grade: s.outcome.Grade(s.at.Sub(s.answeredAt)).Grade}})
}
