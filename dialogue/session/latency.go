package session

import (
	"time"

	"github.com/outdial/outdial/shared/audio"
)

const (
	// voiceParts of a frame are looked at for voice, each of 5 ms, which counts from voiceDB on: softer ends of words are not noticed.
	voiceParts = 4
	voiceDB    = -40
	// The detector of voice judges whole frames. Within so many before and after the last of them the end of voice itself is found.
	voiceBefore, voiceAfter = 5, 2
)

// cameTicks is how far back the packets of heard frames are known: the longest silence that ends a turn and the wait for its text.
const cameTicks = 512

// wire is when packets came and went. Ticks know neither how long a packet waited to be heard nor when what they say is sent, and
// none is counted for what a stalled process left out; whoever records the line has all of that in front of them.
type wire struct {
	base  time.Time
	came  [cameTicks]time.Duration // since base, by tick; 0 for a gap
	voice [cameTicks]uint8         // parts of the frame up to the end of its voice
	heard time.Time                // end of the voice that is being answered; zero when no leg tells of packets
	sent  time.Time                // when the last packet went
	reply *utter                   // whose first sound is in the packet that is about to go
}

// listen looks for the end of voice in a frame.
func (w *wire) listen(in []int16, now tick) {
	part := len(in) / voiceParts
	n := voiceParts
	for n > 0 && audio.LevelDB(in[(n-1)*part:n*part]) < voiceDB {
		n--
	}
	w.voice[now%cameTicks] = uint8(n)
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
		s.replied(u, at.Add(audio.Duration(u.prompt.Onset%audio.FrameSamples)).Sub(w.heard))
	}
}

// arrival is when the packet of a tick came; false when that is not known.
func (s *Session) arrival(of tick) (time.Time, bool) {
	if of <= 0 || of > s.now || s.now-of >= cameTicks || s.wire.came[of%cameTicks] <= 0 {
		return time.Time{}, false
	}
	return s.wire.base.Add(s.wire.came[of%cameTicks]), true
}

// owe begins to measure a reply to what ended with a frame.
func (s *Session) owe(last tick) {
	s.replyTo, s.wire.heard = last, time.Time{}
	for of := last + voiceAfter; of >= last-voiceBefore; of-- {
		at, ok := s.arrival(of)
		if parts := s.wire.voice[max(of, 0)%cameTicks]; ok && parts > 0 {
			s.wire.heard = at.Add(audio.FrameDuration / voiceParts * time.Duration(parts))
			return
		}
	}
	if at, ok := s.arrival(last); ok { // a voice that is softer
		s.wire.heard = at.Add(audio.FrameDuration)
	}
}

// reply ends that: the frame that is about to be sent holds the first sound of the reply. Where a leg tells of packets, it is
// taken when this one has gone.
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
