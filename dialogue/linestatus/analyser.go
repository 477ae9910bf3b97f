// Package linestatus owns the ear for telephone lines: what tones, announcements and music before the answer mean, and whether a
// human or a machine has answered.
//
//	frame -> cadence of tones ----------------------------\
//	      -> sound, pause: likeness to announcements ------> verdict
//	      -> notes that hold: music ----------------------/
//	text of a recogniser -> words of the 19 states ------/
//
// It has no timer and no goroutine of its own: time is the number of frames it was given. It knows neither calls nor campaigns;
// what a verdict is good for is decided by whoever asked.
package linestatus

import (
	"time"

	"github.com/outdial/outdial/dialogue/asr/phrase"
	"github.com/outdial/outdial/dialogue/vad"
	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/linestatus"
)

// Config of an Analyser. The zero value hears Chinese tones and the announcements that come with the product.
type Config struct {
	Profile Profile
	// Book holds announcements; nil leaves them to a recogniser's text.
	Book *Book
	// Go runs a comparison, which takes some ten milliseconds, beside the clock of the call; nil runs it at once.
	Go func(func())
}

const (
	// longPause ends an announcement; what follows is another one, or the same again.
	longPause = 800 * time.Millisecond
	// endPause is a pause that announcements do not have in the middle.
	endPause = 450 * time.Millisecond
	// Music is looked for once a sound is this old, and again and again.
	musicAfter = 3300 * time.Millisecond
	// In music this share of the moments continues a note, and this share is loud. Speech continues none.
	musicHeld = 0.18
	musicLoud = 0.3
	// Within toneNear of a tone, a sound this much quieter than it is noise.
	toneNear = 4500 * time.Millisecond
	behindDB = 12.0
	// toneOver is longer than the pauses of quick rhythms.
	toneOver = 900 * time.Millisecond
	// onsetDB is how far above the line's noise a voice lies.
	onsetDB = 6.0
	// soundFrames of voice begin a sound; less is a click.
	soundFrames = 2
)

// Analyser hears one line. It belongs to one goroutine.
type Analyser struct {
	cfg     Config
	now     int // frames
	first   int // frame of the first sound, counted from 1; 0 before it
	verdict linestatus.Verdict

	cadence *cadence
	voice   *vad.Detector
	music   music

	sound   *phrase.Sound
	look    *phrase.Look
	onset   int     // frame in which the present sound began; 0 in silence
	voiced  int     // voiced frames in a row before it is one
	quiet   int     // frames since it was voiced
	loud    float64 // sum of its voiced frames' levels, dBFS
	louds   int
	asked   int // frames of the sound at the last look
	ended   bool
	asking  bool
	results chan guess
	told    bool // the present sound is understood

	opening opening
	answer  *answer
}

// New makes an ear for a line that is not answered yet.
func New(cfg Config) *Analyser {
	if len(cfg.Profile.tones) == 0 {
		cfg.Profile = profiles[0]
	}
	return &Analyser{cfg: cfg, cadence: newCadence(cfg.Profile), voice: newVoice(), sound: phrase.NewSound(), results: make(chan guess, 1)}
}

func newVoice() *vad.Detector {
	return vad.New(vad.Config{Hangover: -1, OnsetDB: onsetDB, MinLevelDB: -50})
}

func frames(d time.Duration) int { return int(d / audio.FrameDuration) }

// Verdict is what is known so far; the zero value while nothing is.
func (a *Analyser) Verdict() linestatus.Verdict { return a.verdict }

// since is how long the line has been making sounds, or has been answered.
func (a *Analyser) since() time.Duration {
	if a.first == 0 {
		return 0
	}
	return time.Duration(a.now-a.first+1) * audio.FrameDuration
}

// Early hears 20 ms before the answer. It reports a verdict that is new.
func (a *Analyser) Early(frame []int16) (linestatus.Verdict, bool) {
	if len(frame) != audio.FrameSamples {
		return linestatus.Verdict{}, false
	}
	a.now++
	square := meanSquare(frame)
	voiced, level := a.voice.Step(frame)
	status, confidence, toned := a.cadence.step(frame, square)
	if a.first == 0 && (voiced || toned) {
		a.first = a.now
	}
	if status != "" && a.settle(status, confidence, linestatus.ByCadence) {
		return a.verdict, true
	}
	a.music.step(frame, voiced && !toned)
	a.follow(frame, voiced && !toned, toned)
	a.open(voiced, level, toned)
	if a.onset > 0 && voiced && !toned {
		a.loud += level
		a.louds++
	}
	if g, ok := a.result(); ok && g.status != "" && !a.told {
		a.told = true
		if a.settle(g.status, g.confidence, linestatus.ByAnnouncement) {
			return a.verdict, true
		}
	}
	if a.onset > 0 && !a.told && a.soundFor() >= frames(musicAfter) && a.soundFor()%frames(lookEvery) == 0 {
		if held, loud := a.music.holds(); held >= musicHeld && loud >= musicLoud {
			a.told = true
			if a.settle(linestatus.RingBackMusic, min(0.95, 0.7+held-musicHeld), linestatus.ByMusic) {
				return a.verdict, true
			}
		}
	}
	return linestatus.Verdict{}, false
}

// Heard takes a text that a recogniser made of the sound before the answer.
func (a *Analyser) Heard(text string) (linestatus.Verdict, bool) {
	s := Words(text)
	if s == "" || a.answer != nil {
		return linestatus.Verdict{}, false
	}
	// A recogniser of open speech understands wordings that nobody enrolled; what the sound said with more certainty stays.
	confidence := 0.9
	if s == linestatus.CallLater {
		confidence = 0.65 // any announcement may end so
	}
	if a.verdict.Status.Announced() && a.verdict.Confidence >= confidence {
		return linestatus.Verdict{}, false
	}
	if !a.settle(s, confidence, linestatus.ByRecogniser) {
		return linestatus.Verdict{}, false
	}
	return a.verdict, true
}

// Speaking tells whether something that may be a voice sounds now, and whether one has just ended: what a recogniser should
// hear, and when it should make up its mind.
func (a *Analyser) Speaking() (now, ended bool) {
	return a.onset > 0 && a.quiet < frames(endPause), a.onset > 0 && a.quiet == frames(endPause)
}

// settle takes a verdict in; false when it says nothing new.
func (a *Analyser) settle(s linestatus.Status, confidence float64, by linestatus.By) bool {
	if a.verdict.Status == s && a.verdict.By == by {
		return false // the first time counts
	}
	// After an announcement networks often play the busy tone until the call is given up: it says less.
	if a.verdict.Status.Announced() && !s.Announced() && a.verdict.Sure() {
		return false
	}
	if a.verdict.Status == s && confidence <= a.verdict.Confidence {
		return false
	}
	a.verdict = linestatus.Verdict{Status: s, Confidence: confidence, By: by, After: a.since()}
	return true
}

// follow cuts what is heard into sounds and has each compared with the book while it goes on.
func (a *Analyser) follow(frame []int16, voiced, toned bool) {
	if voiced {
		a.voiced++
		a.quiet = 0
	} else {
		a.voiced = 0
		a.quiet++
	}
	a.sound.Step(frame, voiced && (a.onset > 0 || a.voiced >= soundFrames), toned)
	switch {
	case a.onset == 0 && a.voiced >= soundFrames:
		a.onset, a.asked, a.ended, a.told = a.now-soundFrames+1, 0, false, false
		a.look, a.loud, a.louds = nil, 0, 0
		a.music.reset()
	case a.onset == 0:
		return
	case a.quiet >= frames(longPause):
		a.onset = 0
		a.sound.Restart()
		return
	}
	a.consider()
}

// soundFor is how old the present sound is, in frames.
func (a *Analyser) soundFor() int { return a.now - a.onset + 1 }

// consider looks at the present sound when it is time to.
func (a *Analyser) consider() {
	if a.cfg.Book == nil || a.told || a.asking || a.ended {
		return
	}
	age := a.soundFor()
	ended := a.quiet >= frames(endPause)
	lead := ahead
	switch {
	case a.answer != nil && age < frames(answerLook):
		return
	case a.answer == nil && (a.cadence.sincePure < frames(toneOver) || a.behindTones()):
		return
	case ended || age >= frames(lastLook):
		lead, a.ended = aheadLast, true
	case age >= frames(soonLook) && a.asked < frames(soonLook):
		lead = aheadSoon
	case age < frames(firstLook), age-a.asked < frames(lookEvery), a.quiet > 0:
		return
	}
	a.asked = age
	a.ask(lead, ended)
}

// behindTones tells whether the present sound is the noise of a line on which a tone was heard: networks speak about as loudly as
// they sound their tones.
func (a *Analyser) behindTones() bool {
	return a.cadence.sincePure < frames(toneNear) && a.louds > 0 && a.loud/float64(a.louds) < a.cadence.loud-behindDB
}

// ask compares what is there of the sound; the nearest state must lead by so much. A sound that is over is compared as a whole.
func (a *Analyser) ask(lead float64, over bool) {
	if a.look == nil {
		a.look = a.cfg.Book.beginnings.Look()
	}
	book, look, sound := a.cfg.Book, a.look, a.sound
	near := nearEnough
	if a.answer != nil {
		near, lead = clearlyNear, clearlyAhead
	}
	a.asking = true
	if a.cfg.Go == nil {
		a.results <- book.compare(look, sound, over, near, lead)
		return
	}
	sound = sound.Snapshot()
	results := a.results
	a.cfg.Go(func() {
		book.slots <- struct{}{}
		defer func() { <-book.slots }()
		results <- book.compare(look, sound, over, near, lead)
	})
}

// result is a look's answer, if one has come.
func (a *Analyser) result() (guess, bool) {
	select {
	case g := <-a.results:
		a.asking = false
		return g, true
	default:
		return guess{}, false
	}
}
