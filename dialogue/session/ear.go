package session

import (
	"time"

	"github.com/outdial/outdial/dialogue/backchannel"
	"github.com/outdial/outdial/dialogue/vad"
	"github.com/outdial/outdial/shared/audio"
)

// tick counts frames since the session began; it is the session's only clock.
type tick int64

func ticks(d time.Duration) tick { return tick((d + audio.FrameDuration - 1) / audio.FrameDuration) }

func (t tick) duration() time.Duration { return time.Duration(t) * audio.FrameDuration }

const (
	// preRoll is kept from before speech is confirmed, so that neither the recogniser nor the file loses its beginning.
	preRoll = 16
	// apart is how much silence separates one burst of voice from the next.
	apart = tick(10)
	// A syllable's end shows as a drop of the level; within a syllable the level sinks slowly.
	syllableDrop = 10
	syllableRise = 6
	// A first syllable that drops this soon is followed by another one: the only syllable of a 嗯, a 对 or a 哦 lasts longer.
	shortSyllable = tick(12)
)

// ear finds speech in the callee's frames.
type ear struct {
	detector vad.Voicer
	gate     *vad.Gate
	ring     [preRoll][audio.FrameSamples]int16
	filled   int // frames in the ring, up to preRoll
	head     int // next to be overwritten

	begun     tick    // first voiced frame of the present burst
	last      tick    // last voiced frame
	peak      float64 // loudest frame of the present syllable
	low       float64 // quietest since the peak
	dropped   bool
	fell      tick // frame of the drop
	syllables int  // boundaries seen in the burst
	loudest   float64
	frames    int // voiced frames of the burst
	sung      int // of the first of them, how many had a pitch
	pitch     pitch
	murmurs   Murmurs
}

// Murmurs judges bursts of voice by their sound: may this be a backchannel, or the beginning of one? A burst is begun before its
// first voiced frame; every other frame is a quiet one.
type Murmurs interface {
	Quiet(frame []int16)
	Begin()
	Step(frame []int16)
	// Odds is the logarithm of the odds that it is one, as of the last frame.
	Odds() float64
}

const (
	// certain: with odds below it a burst is no backchannel, whatever is known of it. doubtful is the same once more than one syllable
	// was spoken, for settled in all: the odds of a backchannel may fall low at its beginning, and hardly do later.
	certain  = -3.0
	doubtful = -0.5
	settled  = 260 * time.Millisecond
	// agreed is the same where the recogniser's partial result says that it is one: what it has not heard yet may have changed that.
	// contradicted is the same where it says something else.
	agreed       = -1.0
	contradicted = 2.0
	// longestMurmur: whatever lasts longer is no backchannel, whatever it sounds like, unless the recogniser has heard nothing else.
	longestMurmur = 1200 * time.Millisecond
)

func newEar(v vad.Voicer, m Murmurs) *ear {
	if v == nil {
		// Raw frames: endpointing counts silence itself, and a hangover would add to every latency.
		v = vad.New(vad.Config{Hangover: -1})
	}
	if m == nil {
		m = backchannel.NewListener()
	}
	e := &ear{
		detector: v,
		// The end of speech is the endpointing's decision, which knows more than a gate.
		gate:    vad.NewGate(vad.GateConfig{Stop: time.Minute}),
		last:    -1000,
		murmurs: m,
	}
	return e
}

// step takes a frame and reports the edge it makes.
func (e *ear) step(in []int16, now tick) (edge vad.Edge, voiced bool) {
	voiced, level := e.detector.Step(in)
	slot := &e.ring[e.head]
	n := copy(slot[:], in)
	clear(slot[n:])
	e.head = (e.head + 1) % preRoll
	e.filled = min(e.filled+1, preRoll)
	if voiced {
		if now-e.last > apart {
			e.begun, e.peak, e.low, e.dropped, e.syllables = now, level, level, false, 0
			e.loudest, e.frames, e.sung = level, 0, 0
			e.murmurs.Begin()
		}
		e.last, e.loudest = now, max(e.loudest, level)
		e.frames++
	}
	if now-e.last > apart {
		e.murmurs.Quiet(in)
	} else {
		e.murmurs.Step(in)
	}
	e.pitch.step(in)
	if voiced && e.frames <= pitchFrames && e.pitch.voice() {
		e.sung++
	}
	e.shape(level, now)
	return e.gate.Step(voiced), voiced
}

// shape follows the level through syllables.
func (e *ear) shape(level float64, now tick) {
	switch {
	case now-e.last > apart:
		return
	case level > e.peak && !e.dropped:
		e.peak, e.low = level, level
	case level < e.low:
		e.low = level
		if !e.dropped && e.peak-level >= syllableDrop {
			e.dropped, e.fell = true, now
		}
	case e.dropped && level-e.low >= syllableRise:
		e.syllables++
		e.peak, e.low, e.dropped = level, level, false
	}
}

// several tells whether more than one syllable was spoken: the level came back after a drop, or it dropped so soon, and
// voice went on, that another syllable must follow. The end of a lone syllable drops as well, but nothing is voiced then.
func (e *ear) several() bool {
	return e.syllables > 0 || e.dropped && e.fell-e.begun <= shortSyllable && e.last >= e.fell+2
}

const (
	// pitchFrames is how much of a burst is looked at for a pitch, and pitchShare how much of it must have one.
	pitchFrames = 25
	pitchShare  = 0.25
	// nearDB is what somebody who speaks into the telephone reaches; who speaks elsewhere in the room does not.
	nearDB = -38
)

// human tells whether the burst is somebody's voice into the telephone, and no cough, click or television.
func (e *ear) human() bool {
	return e.loudest >= nearDB && float64(e.sung) >= pitchShare*float64(min(e.frames, pitchFrames))
}

// span is how long the present burst of voice has lasted so far.
func (e *ear) span(now tick) time.Duration {
	if now-e.last > apart {
		return 0
	}
	return (e.last - e.begun + 1).duration()
}

// silent is how long no frame has been voiced.
func (e *ear) silent(now tick) time.Duration { return (now - e.last).duration() }

// recent visits the kept frames, oldest first; the present one has age 0.
func (e *ear) recent(visit func(frame []int16, age int)) {
	for i := range e.filled {
		visit(e.ring[(e.head-e.filled+i+preRoll)%preRoll][:], e.filled-1-i)
	}
}
