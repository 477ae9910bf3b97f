// Package vad owns the decision whether a 20 ms frame of telephone audio holds voice, and the confirmation that turns
// such frames into "speech began" and "speech ended".
//
// It is pure: no clock, no goroutine, time is counted in frames. It does not know turns, barge-in or endpointing rules;
// the session gives it frames and chooses the durations.
package vad

import (
	"math"
	"time"
)

// FrameDuration is the length of the frames that Step expects.
const FrameDuration = 20 * time.Millisecond

// Voicer decides frame by frame whether a line carries voice, and tells the frame's level in dBFS. One that is an io.Closer is
// closed at the end of its call.
type Voicer interface {
	Step(frame []int16) (voiced bool, levelDB float64)
}

// Config tunes a Detector. The zero value means the defaults.
type Config struct {
	// OnsetDB is how far above the noise floor a frame must lie to be voiced (default 9).
	OnsetDB float64
	// MinLevelDB is the level in dBFS below which nothing is voiced, however quiet the line is (default -43): G.711
	// noise of an idle line and far echo stay below it.
	MinLevelDB float64
	// Hangover keeps a frame voiced after voice was heard, so that stops and pauses inside a word do not break it
	// (default 40 ms; negative for none).
	Hangover time.Duration
	// MaxFloorDB bounds the noise floor, so that a minute of music or of shouting is not taken for noise (default -30).
	MaxFloorDB float64
}

func (c Config) withDefaults() Config {
	if c.OnsetDB == 0 {
		c.OnsetDB = 9
	}
	if c.MinLevelDB == 0 {
		c.MinLevelDB = -43
	}
	if c.Hangover == 0 {
		c.Hangover = 40 * time.Millisecond
	}
	if c.MaxFloorDB == 0 {
		c.MaxFloorDB = -30
	}
	return c
}

// The noise floor is the quietest moment of the last two seconds: speech has gaps that show the line's noise, and noise
// that steps up is taken for voice for no longer than that.
const (
	silentDB    = -100
	floorBlocks = 8
	blockFrames = 12
	// smoothing keeps one odd frame from being the quietest moment.
	smoothing = 0.4
	// minFloorDB: a digital silence must not make every whisper of noise look loud.
	minFloorDB = -75
	// While a line is new its floor is not believed above startFloorDB: whoever answers may speak at once.
	warmUp       = 12
	startFloorDB = -50
)

// Detector decides frame by frame. It belongs to one call and one direction; the zero value is not usable.
type Detector struct {
	cfg      Config
	hangover int
	left     int

	blocks [floorBlocks]float64
	at     int // frames seen
	smooth float64
	floor  float64
}

// New makes a detector.
func New(cfg Config) *Detector {
	d := &Detector{cfg: cfg.withDefaults()}
	d.hangover = max(0, int(d.cfg.Hangover/FrameDuration))
	d.Reset()
	return d
}

// Reset forgets the line it has listened to.
func (d *Detector) Reset() {
	d.left, d.at, d.smooth, d.floor = 0, 0, silentDB, startFloorDB
	for i := range d.blocks {
		d.blocks[i] = 0
	}
}

// Floor is the present estimate of the line's noise in dBFS.
func (d *Detector) Floor() float64 { return d.floor }

// Step takes one frame and says whether it is voiced (hangover included) and its level in dBFS (RMS, -100 when silent).
func (d *Detector) Step(frame []int16) (voiced bool, levelDB float64) {
	level, clicky := measure(frame)
	d.track(level)
	if level >= d.cfg.MinLevelDB && level >= d.floor+d.cfg.OnsetDB && !clicky {
		d.left = d.hangover
		return true, level
	}
	if d.left > 0 {
		d.left--
		return true, level
	}
	return false, level
}

// track moves the noise floor.
func (d *Detector) track(level float64) {
	if d.at == 0 {
		d.smooth = level
	}
	d.smooth += (level - d.smooth) * smoothing
	block := d.at / blockFrames % floorBlocks
	if d.at%blockFrames == 0 || d.smooth < d.blocks[block] {
		d.blocks[block] = d.smooth
	}
	d.at++
	low := 0.0
	for _, b := range d.blocks {
		low = math.Min(low, b)
	}
	if d.at <= warmUp {
		low = math.Min(low, startFloorDB)
	}
	d.floor = math.Max(minFloorDB, math.Min(low, d.cfg.MaxFloorDB))
}

// measure gives the frame's level without its DC offset, and whether its energy sits in one short spike: a click of the
// line, which a mean alone would take for voice.
func measure(frame []int16) (levelDB float64, clicky bool) {
	if len(frame) == 0 {
		return silentDB, false
	}
	var sum float64
	for _, s := range frame {
		sum += float64(s)
	}
	dc := sum / float64(len(frame))
	const blocks = 8
	size := (len(frame) + blocks - 1) / blocks
	var total, top, second float64
	for i := 0; i < len(frame); i += size {
		var e float64
		for _, s := range frame[i:min(i+size, len(frame))] {
			v := float64(s) - dc
			e += v * v
		}
		total += e
		if e > top {
			top, second = e, top
		} else if e > second {
			second = e
		}
	}
	if total == 0 {
		return silentDB, false
	}
	levelDB = 10 * math.Log10(total/float64(len(frame))/(32768*32768))
	// A click may straddle two blocks, hence both; voice of the lowest pitch spreads over more of them.
	return math.Max(levelDB, silentDB), top+second > 0.96*total
}
