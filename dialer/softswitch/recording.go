package softswitch

import (
	"sync"
	"time"

	"github.com/pion/rtp"

	"github.com/outdial/outdial/shared/audio"
)

// side is a channel of a recording: what the leg says, and what it hears.
type side int

const (
	left  side = 0
	right side = 1
)

const (
	// ringSamples hold what has not been written yet: a power of two, 2 s.
	ringSamples = 1 << 14
	// fileSettle is how long a moment stays open for late packets before it is written to a file.
	fileSettle = 400 * audio.Rate / 1000
	// lead is how far a stream may run ahead of the wall clock, as it does in a burst after a stall; what is further
	// ahead is too much sound for the time and left out. A jump beyond maxLead is a new clock and no burst.
	lead    = 250 * audio.Rate / 1000
	maxLead = 5 * audio.Rate
)

// recording takes down one leg: packets are copied to where their timestamps put them on the wall clock, and whoever
// wants them, a file or an ear, takes what has settled. Gaps are silence, so both channels stay aligned.
type recording struct {
	path   string
	stereo bool
	settle int64 // how long a moment stays open for late packets, in samples
	born   time.Time

	mu     sync.Mutex
	tracks [2]track
	done   int64 // samples that have been taken
	ended  bool
}

// track is one channel: words of either law in a ring, a sample each.
type track struct {
	ring [ringSamples]int16
	to   int64 // how far the channel is filled
	set  bool
	ssrc uint32
	base int64 // position of the packet with timestamp last
	last uint32
}

func newRecording(path string, stereo bool, settle int64) *recording {
	return &recording{path: path, stereo: stereo, settle: settle, born: time.Now()}
}

// now is the recording's position on the wall clock.
func (r *recording) now() int64 {
	return int64(time.Since(r.born)) * audio.Rate / int64(time.Second)
}

// put copies a packet to its place.
func (r *recording) put(s side, p *rtp.Packet) {
	law := audio.Law(p.PayloadType)
	r.mu.Lock()
	defer r.mu.Unlock()
	t := &r.tracks[s]
	now := r.now()
	// The packet has just come whole: it ends about now.
	want := now - int64(len(p.Payload))
	at := t.base + int64(int32(p.Timestamp-t.last))
	switch {
	case !t.set || t.ssrc != p.SSRC || want-at > r.settle || at-want > maxLead:
		if at = want; t.to > want && t.to-want <= lead {
			at = t.to
		}
		t.set, t.ssrc = true, p.SSRC
	case at-want > lead:
		return
	}
	t.base, t.last = at, p.Timestamp
	r.write(t, at, law, p.Payload)
}

// say adds sound that this switch makes itself, which comes in step with the wall clock.
func (r *recording) say(s side, law audio.Law, payload []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := &r.tracks[s]
	t.set = false
	want := r.now() - int64(len(payload))
	if d := t.to - want; d > -min(lead, r.settle) && d < lead {
		want = t.to
	}
	r.write(t, want, law, payload)
}

// write stores samples at a position and fills a gap before them with silence. The caller holds mu.
func (r *recording) write(t *track, at int64, law audio.Law, payload []byte) {
	if r.ended {
		return
	}
	if at < r.done { // too late: that moment has been taken
		skip := r.done - at
		if skip >= int64(len(payload)) {
			return
		}
		payload, at = payload[skip:], r.done
	}
	if at+int64(len(payload)) > r.done+ringSamples { // too early: nothing that far ahead is true
		return
	}
	if t.to < r.done {
		t.to = r.done
	}
	for t.to < at {
		t.ring[t.to&(ringSamples-1)] = 0
		t.to++
	}
	var pcm [320]int16
	for len(payload) > 0 {
		n := min(len(payload), len(pcm))
		for i, s := range law.Decode(pcm[:0], payload[:n]) {
			t.ring[(at+int64(i))&(ringSamples-1)] = s
		}
		at += int64(n)
		payload = payload[n:]
	}
	t.to = max(t.to, at)
}

// take appends what has settled to out, interleaved, and frees its place; all takes everything up to now.
func (r *recording) take(out []int16, all bool) []int16 {
	r.mu.Lock()
	defer r.mu.Unlock()
	upto := r.now()
	if all {
		r.ended = true
	} else {
		upto -= r.settle
	}
	if upto > r.done+ringSamples {
		// The writer was stopped for longer than the ring holds: what is lost is silence, and the rest stays in place.
		for ; r.done < upto-ringSamples; r.done++ {
			out = r.sample(out, r.done)
		}
	}
	for ; r.done < upto; r.done++ {
		out = r.sample(out, r.done)
	}
	return out
}

func (r *recording) sample(out []int16, at int64) []int16 {
	var v [2]int16
	for s := range r.tracks {
		if t := &r.tracks[s]; at < t.to && at >= t.to-ringSamples {
			v[s] = t.ring[at&(ringSamples-1)]
		}
	}
	if !r.stereo {
		return append(out, int16((int(v[0])+int(v[1]))/2))
	}
	return append(out, v[0], v[1])
}
