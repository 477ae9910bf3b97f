package linestatus

import (
	"math"
	"slices"
	"time"

	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/linestatus"
)

const (
	// A frame belongs to a chord when this much of its power lies there. Noise 15 dB below a tone leaves it 97 %; a frame in
	// which the tone begins has less of everything, and counts when more than half of it is tone.
	toneShare = 0.55
	// In the whole of a tone the share must be this on the average: voices reach toneShare here and there.
	wholeShare = 0.8
	// toneLevelDB is the quietest tone that is heard.
	toneLevelDB = -48.0
	// flicker is how many frames may disagree in the middle of a tone or a pause before they end it.
	flicker = 1
	// speck is how many frames the noise of a room may look like a tone, or hide one, without breaking a rhythm none of whose
	// parts is as short as slowPart.
	speck    = 3
	slowPart = 200 * time.Millisecond
	// Durations may be this much off, and a frame on either side.
	stretch = 0.2
	// openPause is how long a long pause must have lasted to be told from the short ones.
	openPause = 2 * time.Second
	// longBurst is a burst whose second half is longer than any short burst.
	longBurst = time.Second
	// dropDB: between two bursts of a tone the line is this much quieter. Music and voices go on.
	dropDB = 6.0
)

// chord finds one chord's bursts in the frames and reads their rhythm.
type chord struct {
	bins  []goertzel
	tones []tone

	runs    []run // finished ones, the newest last
	now     run
	other   int // frames in a row that disagree with now
	pending run // what those frames add up to
	begun   bool
	level   float64 // of the tone, dBFS

	whole, mended []run // what read looks at: the runs with the present one, and the same without specks
}

// run is a burst of the tone, or the pause after one.
type run struct {
	on     bool
	frames int
	share  float64 // sum over the frames
	level  float64 // sum of dB
	cut    bool    // it had begun before anybody listened
}

const keptRuns = 12

func newChord(p Profile, hz []float64) *chord {
	c := &chord{}
	for _, f := range hz {
		c.bins = append(c.bins, newGoertzel(f))
	}
	for _, t := range p.tones {
		if len(t.hz) == len(hz) && t.hz[0] == hz[0] && t.hz[len(hz)-1] == hz[len(hz)-1] {
			c.tones = append(c.tones, t)
		}
	}
	return c
}

// step takes a frame of the given mean square.
func (c *chord) step(frame []int16, square float64) {
	var share float64
	level := decibel(square)
	if level > toneLevelDB {
		for _, g := range c.bins {
			share += g.power(frame)
		}
		share = math.Min(1, share/square)
	}
	on := share >= toneShare
	if on && level < c.quietest() {
		on = false // a voice of the room, or a resonance of the noise
	}
	one := run{on: on, frames: 1, share: share, level: level}
	switch {
	case !c.begun:
		c.begun, c.now = true, one
		c.now.cut = true
	case on == c.now.on:
		c.now.add(c.pending) // they were a flicker
		c.now.add(one)
		c.pending, c.other = run{}, 0
	default:
		c.pending.add(one)
		c.pending.on = on
		if c.other++; c.other > flicker {
			c.close()
		}
	}
}

// quietest is the level below which a frame is none of the tone's. Within a burst the level hardly changes; from burst to burst
// it may.
func (c *chord) quietest() float64 {
	switch {
	case c.now.on && c.now.frames >= pureFrames:
		return c.now.level/float64(c.now.frames) - dropDB
	case !c.now.on && c.level != 0:
		return c.level - 1.5*dropDB
	}
	return math.Inf(-1)
}

func (r *run) add(o run) {
	r.frames += o.frames
	r.share += o.share
	r.level += o.level
}

// close ends the present run; what disagreed with it begins the next.
func (c *chord) close() {
	if c.now.on {
		level := c.now.level / float64(c.now.frames)
		if c.level == 0 {
			c.level = level
		}
		c.level += 0.5 * (level - c.level)
	}
	if len(c.runs) == keptRuns {
		c.runs = append(c.runs[:0], c.runs[1:]...)
	}
	c.runs = append(c.runs, c.now)
	c.now, c.pending, c.other = c.pending, run{}, 0
}

func (r run) duration() time.Duration { return time.Duration(r.frames) * audio.FrameDuration }

// sound tells whether runs are a tone and true pauses.
func sound(runs []run) bool {
	for i, r := range runs {
		if r.on && r.share < wholeShare*float64(r.frames) {
			return false
		}
		if r.on || i == 0 {
			continue
		}
		if before := runs[i-1]; before.on && r.level/float64(r.frames) > before.level/float64(before.frames)-dropDB {
			return false
		}
	}
	return true
}

// read names the tone whose rhythm the newest runs have; the confidence grows with how much of it was heard.
func (c *chord) read() (linestatus.Status, float64) {
	var best linestatus.Status
	var confidence float64
	c.whole = append(append(c.whole[:0], c.runs...), c.now)
	c.mended = mend(c.mended[:0], c.whole)
	for _, t := range c.tones {
		runs := c.whole
		if slices.Min(t.rhythm) >= slowPart {
			runs = c.mended
		}
		if v := t.fits(runs); v > confidence {
			best, confidence = t.status, v
		}
	}
	return best, confidence
}

// mend puts a run that was broken by a speck together again. The present run may yet grow: it is no speck.
func mend(out, runs []run) []run {
	for i, r := range runs {
		speck := r.frames <= speck && i < len(runs)-1
		if n := len(out); n > 0 && (speck || r.on == out[n-1].on) {
			out[n-1].add(r)
		} else {
			out = append(out, r)
		}
	}
	return out
}

// fits tries the tone's rhythm in every phase. The last of the runs is the present one, which is not over yet.
func (t tone) fits(runs []run) float64 {
	best := 0.0
	for phase := range t.rhythm {
		if runs[len(runs)-1].on == (phase%2 == 0) {
			best = max(best, t.fitsFrom(runs, phase))
		}
	}
	return best
}

// fitsFrom compares the runs backwards from the present one, which is at the given place of the rhythm.
func (t tone) fitsFrom(runs []run, phase int) float64 {
	expect := func(back int) time.Duration {
		n := len(t.rhythm)
		return t.rhythm[((phase-back)%n+n)%n]
	}
	last := len(runs) - 1
	now := runs[last]
	present := now.duration()
	if present > longest(expect(0)) {
		return 0
	}
	heard := 0
	for back := 1; back <= last; back++ {
		r := runs[last-back]
		d := r.duration()
		if d > longest(expect(back)) || !r.cut && d < shortest(expect(back)) {
			break
		}
		if r.cut {
			// Of a burst that had begun before, only a long one says anything.
			if r.on && expect(back) >= longBurst && d >= expect(back)/2 {
				heard++
			}
			break
		}
		heard++
	}
	long := expect(0) >= openPause && !now.on && present >= openPause
	if !sound(runs[last-heard:]) {
		return 0
	}
	switch {
	case longestOf(t.rhythm) < openPause:
		// Quick rhythms: three whole runs, or as many as make one round where a round has more.
		need := max(3, len(t.rhythm)-3)
		if heard < need {
			return 0
		}
		return min(0.99, 0.9+0.02*float64(heard-need))
	case long && heard >= len(t.rhythm)-1:
		return min(0.99, 0.8+0.1*float64(heard-len(t.rhythm)+1))
	}
	return 0
}

func longest(d time.Duration) time.Duration {
	return time.Duration(float64(d)*(1+stretch)) + audio.FrameDuration
}

func shortest(d time.Duration) time.Duration {
	return time.Duration(float64(d)*(1-stretch)) - audio.FrameDuration
}

func longestOf(list []time.Duration) (most time.Duration) {
	for _, d := range list {
		most = max(most, d)
	}
	return most
}

// cadence finds the network's tones.
type cadence struct {
	chords    []*chord
	sincePure int     // frames since a tone that surely was one
	loud      float64 // of that tone, dBFS
}

func newCadence(p Profile) *cadence {
	c := &cadence{sincePure: 1 << 30}
	for _, hz := range p.chords() {
		c.chords = append(c.chords, newChord(p, hz))
	}
	return c
}

// pureFrames of a tone in a row are none of a voice.
const pureFrames = 4

// step takes a frame and names the tone that goes on, if one does; toned tells whether this frame holds one.
func (c *cadence) step(frame []int16, square float64) (status linestatus.Status, confidence float64, toned bool) {
	c.sincePure++
	for _, h := range c.chords {
		h.step(frame, square)
		toned = toned || h.now.on
		if h.now.on && h.now.frames >= pureFrames && h.now.share >= wholeShare*float64(h.now.frames) {
			c.sincePure, c.loud = 0, h.now.level/float64(h.now.frames)
		}
		if s, v := h.read(); v > confidence {
			status, confidence = s, v
		}
	}
	return status, confidence, toned
}
