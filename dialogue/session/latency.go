package session

import (
	"time"

	"github.com/outdial/outdial/shared/audio"
)

// cameTicks is how far back the packets of heard frames are known: the longest silence that ends a turn and the wait for its text.
const cameTicks = 512

// wire is when packets came and went. Ticks know neither how long a packet waited to be heard nor when what they say is sent, and
// none is counted for what a stalled process left out; whoever records the line has all of that in front of them.
type wire struct {
	base  time.Time
	came  [cameTicks]time.Duration // since base, by tick; 0 for a gap
	heard time.Time                // when the packet came that ended what is being answered; zero when nobody told
	sent  time.Time                // when the last packet went
	reply *utter                   // whose first sound is in the packet that is about to go
}

// Arrived tells when the packet came from which the frame of the next Tick is made, zero for a gap.
func (s *Session) Arrived(at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := &s.wire
	slot := &w.came[(s.now+1)%cameTicks]
	if *slot = 0; at.IsZero() {
		return
	}
	if w.base.IsZero() {
		w.base = at.Add(-time.Second) // packets may come in another order
	}
	*slot = at.Sub(w.base)
}

// Sent tells when the frame of the last Tick was handed to the network.
func (s *Session) Sent(at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := &s.wire
	w.sent = at
	if u := w.reply; u != nil {
		w.reply = nil
		s.replied(u, at.Sub(w.heard))
	}
}

// arrival is when the packet of a tick came; false when that is not known.
func (s *Session) arrival(of tick) (time.Time, bool) {
	if of <= 0 || s.now-of >= cameTicks || s.wire.came[of%cameTicks] <= 0 {
		return time.Time{}, false
	}
	return s.wire.base.Add(s.wire.came[of%cameTicks]), true
}

// owe begins to measure a reply to what ended with a frame.
func (s *Session) owe(last tick) {
	s.replyTo = last
	s.wire.heard, _ = s.arrival(last)
}

// reply ends that: the frame that is about to be sent holds the first sound of the reply. Where a leg tells of packets, its time is
// that of this one's.
func (s *Session) reply(u *utter) {
	took := (s.now - s.replyTo).duration()
	s.replyTo = 0
	if s.wire.heard.IsZero() || u.done() { // a prompt that ends with its first sound is stored before it is sent
		s.replied(u, took)
		return
	}
	u.reply, s.wire.reply = took, u
}

func (s *Session) replied(u *utter, took time.Duration) {
	u.reply = took
	if s.cfg.Observer != nil {
		s.cfg.Observer.Replied(took, s.cfg.Clock.Since(s.waited))
	}
}

// stopped is how long the robot spoke on after the callee's first voiced frame: to the end of the last packet sent, and by ticks
// where no leg tells of packets, from the beginning of that frame to the end of the last one sent.
func (s *Session) stopped(begun tick) time.Duration {
	if at, ok := s.arrival(begun); ok && s.wire.sent.After(at) {
		return s.wire.sent.Add(audio.FrameDuration).Sub(at)
	}
	return (s.now - begun + 1).duration()
}
