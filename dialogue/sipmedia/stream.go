package sipmedia

import (
	"slices"

	"github.com/outdial/outdial/shared/audio"
)

const (
	// heldPackets wait for one that has not come before it is given up: 80 ms of 20 ms packets.
	heldPackets = 4
	// maxStream is how much sound waits to be heard; what is older is given up.
	maxStream = 4 * audio.Rate
	// maxGap of a stream is filled; a longer one is a new beginning.
	maxGap = 10 * audio.Rate
	// repeated is how much of a gap goes on as the sound before it did. A longer one is silence.
	repeated = 2 * audio.FrameSamples
	// patientTicks without a packet mean that the other side says nothing: it may send nothing for silence.
	patientTicks = 50
	// backRun packets in a row from before the present place mean that the stream moved.
	backRun = 3
)

// stream puts packets into the order in which they were sent and gives their sound by the clock of whoever sent it: however
// late packets come, in bursts or with stalls of ours in between, what was sent in one piece is heard in one piece. That costs
// delay, so it is for listeners who measure rather than answer.
type stream struct {
	started bool
	ssrc    uint32
	next    uint32 // timestamp of the next sample
	held    []sent // from after a gap, in order
	back    int
	made    int32 // samples of silence that nobody sent, since the last packet
	idle    int   // ticks since the last packet

	sound   []int16
	scratch [ringSamples / 4]int16
}

type sent struct {
	ts  uint32
	pcm []int16
}

// put takes one packet of G.711.
func (s *stream) put(ssrc, ts uint32, law audio.Law, payload []byte) {
	if len(payload) == 0 || len(payload) > len(s.scratch) {
		return
	}
	s.idle = 0
	if !s.started || ssrc != s.ssrc {
		s.flush()
		s.started, s.ssrc, s.next, s.back = true, ssrc, ts, 0
	}
	ahead := int32(ts - s.next)
	switch {
	case ahead < 0 && -ahead <= s.made:
		// It was only late: the silence made meanwhile was none of the stream's.
		s.next, ahead = ts, 0
	case ahead > maxGap, ahead < -maxBack:
		s.flush()
		s.next, ahead = ts, 0
	}
	s.made = 0
	pcm := law.Decode(s.scratch[:0], payload)
	if ahead+int32(len(pcm)) <= 0 {
		if s.back++; s.back < backRun {
			return
		}
		s.flush()
		s.next, ahead = ts, 0
	}
	s.back = 0
	if ahead < 0 {
		pcm, ts, ahead = pcm[-ahead:], s.next, 0
	}
	if ahead == 0 {
		s.append(pcm)
	} else {
		s.hold(sent{ts, slices.Clone(pcm)})
	}
	s.release(heldPackets)
}

// hold keeps a packet that others should come before.
func (s *stream) hold(p sent) {
	at := len(s.held)
	for at > 0 && int32(s.held[at-1].ts-p.ts) > 0 {
		at--
	}
	s.held = append(s.held, sent{})
	copy(s.held[at+1:], s.held[at:])
	s.held[at] = p
}

// release gives what follows without a gap, and closes gaps until no more than the given number of packets wait.
func (s *stream) release(most int) {
	for len(s.held) > 0 {
		p := s.held[0]
		ahead := int32(p.ts - s.next)
		if ahead > 0 {
			if len(s.held) <= most {
				return
			}
			s.fill(ahead)
			ahead = 0
		}
		s.held = append(s.held[:0], s.held[1:]...)
		if n := int32(len(p.pcm)); ahead+n > 0 { // otherwise it came twice
			s.append(p.pcm[-ahead:])
		}
	}
}

// flush gives up the order there was.
func (s *stream) flush() {
	s.release(0)
	s.made = 0
}

func (s *stream) append(pcm []int16) {
	s.next += uint32(len(pcm))
	s.sound = append(s.sound, pcm...)
	if over := len(s.sound) - maxStream; over > 0 {
		s.sound = append(s.sound[:0], s.sound[over:]...)
	}
}

// fill makes up for samples that did not come: a packet or two that were lost go on as the sound did, since a tone or a vowel
// lasts longer; more of them were silence that was not sent.
func (s *stream) fill(samples int32) {
	n := int(min(samples, maxStream))
	gap := make([]int16, n)
	if last := s.sound[max(0, len(s.sound)-audio.FrameSamples):]; len(last) == audio.FrameSamples && samples <= repeated {
		for i := range gap {
			gap[i] = last[i%len(last)]
		}
	}
	s.append(gap)
	s.next += uint32(samples) - uint32(n)
}

// tick tells that 20 ms of ours have passed; it makes silence once nothing comes any more.
func (s *stream) tick() {
	if s.idle++; s.idle <= patientTicks {
		return
	}
	s.release(0)
	if len(s.sound) < audio.FrameSamples {
		s.made += audio.FrameSamples
		s.append(make([]int16, audio.FrameSamples))
	}
}

// take moves the next whole frame into out; ok is false while there is none.
func (s *stream) take(out *[audio.FrameSamples]int16) (ok bool) {
	if len(s.sound) < audio.FrameSamples {
		return false
	}
	s.sound = append(s.sound[:0], s.sound[copy(out[:], s.sound):]...)
	return true
}
