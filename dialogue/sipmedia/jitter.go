package sipmedia

import (
	"time"

	"github.com/outdial/outdial/shared/audio"
)

const (
	ringSamples   = 8192 // a power of two, so that timestamps wrap onto it
	recentPackets = 16   // of 10 ms still more than the longest wait

	// target is how long a packet waits that comes at its time. One frame takes up the jitter of two 20 ms clocks; a robot
	// that answers within half a second has no room for more.
	target = audio.FrameSamples
	// maxLead is how far ahead a packet may begin: 60 ms. What is further ahead means that our own clock stood still, and
	// old sound is given up for new.
	maxLead = 3 * audio.FrameSamples
	// maxLate packets in a row that come too late mean that the stream moved; one alone is lost.
	maxLate = 3
	// maxBack is a jump back that cannot be reordering any more.
	maxBack = audio.Rate
)

// jitter puts the packets of a stream into their places on a ring of samples, from which frames are taken at the pace of our
// own clock. Reordering and doubling need no care that way, packets may have any length, and what never came is silence.
type jitter struct {
	ring    [ringSamples]int16
	recent  [recentPackets]arrival // in the order of arrival, newest before next
	next    int
	scratch [ringSamples / 4]int16

	started bool
	ssrc    uint32
	play    uint32 // timestamp of the next sample to be taken
	lateRun int

	lost, late, resets uint64
}

// arrival is when a packet came and what it filled.
type arrival struct {
	ts, samples uint32
	at          time.Duration
}

func (j *jitter) reset(ssrc, ts uint32) {
	if j.started {
		j.resets++
		clear(j.ring[:])
		clear(j.recent[:])
	}
	j.started, j.ssrc, j.play, j.lateRun = true, ssrc, ts-target, 0
}

// put takes one packet of G.711 that came at the time given.
func (j *jitter) put(ssrc, ts uint32, law audio.Law, payload []byte, at time.Duration) {
	if len(payload) == 0 || len(payload) > len(j.scratch) {
		return
	}
	if !j.started || j.ssrc != ssrc {
		j.reset(ssrc, ts)
	}
	lead, n := int32(ts-j.play), int32(len(payload))
	if lead > maxLead || lead < -maxBack {
		j.reset(ssrc, ts)
		lead = target
	}
	if lead+n <= 0 {
		j.late++
		if j.lateRun++; j.lateRun < maxLate {
			return
		}
		j.reset(ssrc, ts)
		lead = target
	}
	j.lateRun = 0
	if lead < 0 {
		payload, ts = payload[-lead:], ts-uint32(lead)
	}
	pcm := law.Decode(j.scratch[:0], payload)
	start := ts % ringSamples
	rest := copy(j.ring[start:], pcm)
	copy(j.ring[:], pcm[rest:])
	j.recent[j.next] = arrival{ts: ts, samples: uint32(len(pcm)), at: at}
	j.next = (j.next + 1) % recentPackets
}

// take moves the next frame into out and tells when its end came; ok is false for a gap, which is silence.
func (j *jitter) take(out *[audio.FrameSamples]int16) (at time.Duration, ok bool) {
	if !j.started {
		clear(out[:])
		return 0, false
	}
	start := j.play % ringSamples
	n := copy(out[:], j.ring[start:])
	copy(out[n:], j.ring[:])
	clear(j.ring[start : start+uint32(n)])
	clear(j.ring[:len(out)-n])
	end := j.play + audio.FrameSamples - 1
	j.play += audio.FrameSamples
	for i := range recentPackets {
		if a := &j.recent[(j.next-1-i+recentPackets)%recentPackets]; end-a.ts < a.samples {
			return a.at, true
		}
	}
	j.lost++
	return 0, false
}
