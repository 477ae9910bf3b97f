package session

import (
	"context"

	"github.com/outdial/outdial/dialogue/asr"
	"github.com/outdial/outdial/dialogue/asr/phrase"
	"github.com/outdial/outdial/dialogue/linestatus"
	"github.com/outdial/outdial/shared/event"
	verdict "github.com/outdial/outdial/shared/linestatus"
)

// line listens to the callee's line beside the talk: to the network before the answer, to whoever has answered in the first
// seconds after it. It holds nothing up: the robot greets while it still listens.
type line struct {
	ear      *linestatus.Analyser // nil when nobody wants to know
	streamed bool                 // its frames come through Hear
	hearing  hearing              // an open recogniser for announcements; it has none where the deployment has none
}

func (s *Session) openLine() {
	if s.cfg.Line == nil {
		return
	}
	cfg := *s.cfg.Line
	cfg.Go = func(f func()) { s.wg.Go(f) }
	s.line.ear = linestatus.New(cfg)
	s.line.hearing = hearing{providers: openSpeech(s.cfg.Recognisers), ctx: s.ctx, wg: &s.wg, opened: make(chan opening, 1),
		params: asr.Params{ID: string(s.cfg.Call) + "-line", Lang: s.cfg.Program.Flow().Language}, log: s.hearing.log}
}

// openSpeech are the recognisers that understand more than phrases they know: those are heard by the ear itself.
func openSpeech(all []asr.Provider) (out []asr.Provider) {
	for _, p := range all {
		if p.Name() != phrase.Name {
			out = append(out, p)
		}
	}
	return out
}

// Hear takes 20 ms of the callee's line by the clock of whoever sends them. Tones are told by their lengths and announcements by
// their words, so the line's ear must not hear the gaps that a late frame leaves in what is ticked. Once a leg gives frames
// this way, those of Tick are not for the line's ear.
func (s *Session) Hear(in []int16) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.over {
		s.line.streamed = true
		s.listenLine(in)
	}
}

// hearLine gives a ticked frame to the line's ear, unless it hears by the sender's clock.
func (s *Session) hearLine(in []int16) {
	if !s.line.streamed {
		s.listenLine(in)
	}
}

func (s *Session) listenLine(in []int16) {
	l := &s.line
	if l.ear == nil {
		return
	}
	if s.answered {
		s.tell(l.ear.After(in, !s.mouth.paused && s.mouth.current() != nil))
		return
	}
	s.tell(l.ear.Early(in))
	if len(l.hearing.providers) == 0 {
		return
	}
	l.hearing.poll(s.now)
	speaks, ended := l.ear.Speaking()
	switch {
	case speaks:
		l.hearing.open(s.now)
		l.hearing.write(s.now, in)
	case ended && l.hearing.stream != nil:
		l.hearing.stream.Flush()
	}
	for {
		r, ok := l.hearing.next(s.now)
		if !ok {
			return
		}
		if r.Matched {
			s.tell(l.ear.Heard(r.Text))
		}
	}
}

// answeredLine goes over from the network to whoever has answered.
func (s *Session) answeredLine() {
	if s.line.ear != nil {
		s.line.ear.Answered()
		s.line.hearing.close()
	}
}

// lineSaid tells the line's ear what the callee was understood to say.
func (s *Session) lineSaid(text string) {
	if s.line.ear != nil && text != "" {
		s.tell(s.line.ear.HeardAfter(text))
	}
}

// tell passes a new verdict to the dialer, which decides what it is good for.
func (s *Session) tell(v verdict.Verdict, fresh bool) {
	if !fresh {
		return
	}
	m := event.LineStatus{Tenant: s.cfg.Tenant, Campaign: s.cfg.Campaign, Call: s.cfg.Call, Verdict: v}
	s.wg.Go(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(s.ctx), storeWait) // it is worth telling of a call that has just ended
		defer cancel()
		if err := s.cfg.Bus.Publish(ctx, m); err != nil {
			s.cfg.Log.Warn("what the line said could not be told", "status", v.Status, "err", err)
		}
	})
}
