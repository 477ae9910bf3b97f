package linestatus

import (
	"math"
	"time"

	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/linestatus"
)

// How whoever answers is judged. People say a word or two and wait; machines say a sentence, or several, whatever the other
// side says meanwhile, and beep. The values were chosen with other recordings than those of the published figures.
const (
	// shortWord is the longest first word of somebody who is surely a person, fairWord of one who probably is.
	shortWord = 1300 * time.Millisecond
	fairWord  = 2200 * time.Millisecond
	// longWord may be anybody's.
	longWord = 4200 * time.Millisecond
	// waits is the pause after which a person is taken to wait for an answer.
	waits = 600 * time.Millisecond
	// speech is how long nobody speaks without waiting for an answer: hardly a person.
	speech = 5600 * time.Millisecond
	// deaf: who goes on this long while the robot speaks does not listen.
	deafSpeech = 4900 * time.Millisecond
	deafFor    = 2500 * time.Millisecond
	// patience is when it is given up to hear anybody.
	patience = 6 * time.Second
	// A beep may correct a verdict for as long.
	beepWithin = 40 * time.Second

	beepLow, beepHigh = 400.0, 2000.0
	beepLeast         = 180 * time.Millisecond
	beepMost          = 1200 * time.Millisecond
	beepPure          = 0.93
	beepSteady        = 0.02
)

// answer judges who answered.
type answer struct {
	since  int // frame of the answer
	speaks int // voiced frames of the present utterance during which the robot spoke
	length int // frames from its first voice to its last
	first  bool
	beep   beep
	closed bool // only a beep may change the verdict
}

// Answered begins to judge who answered; the verdict on the line stays with whoever was told.
func (a *Analyser) Answered() {
	if a.answer != nil {
		return
	}
	a.answer = &answer{since: a.now, first: true}
	a.first, a.verdict = a.now+1, linestatus.Verdict{}
	a.voice, a.opening = newVoice(), opening{}
	a.sound.Restart()
	a.onset, a.voiced, a.quiet, a.told, a.look = 0, 0, 0, false, nil
	if a.asking { // a look at the sound before
		a.results = make(chan guess, 1)
		a.asking = false
	}
}

// After hears 20 ms after the answer; robot tells whether the robot speaks in them. It reports a verdict that is new: human or
// machine once it is known, unknown when the first seconds are over without, machine again when a beep follows.
func (a *Analyser) After(frame []int16, robot bool) (linestatus.Verdict, bool) {
	if a.answer == nil || len(frame) != audio.FrameSamples {
		return linestatus.Verdict{}, false
	}
	a.now++
	w := a.answer
	age := time.Duration(a.now-w.since) * audio.FrameDuration
	if age > beepWithin || a.verdict.Status == linestatus.Machine {
		return linestatus.Verdict{}, false
	}
	if w.beep.step(frame) && w.beep.counts(a.spoken()) {
		return a.who(linestatus.Machine, 0.97, linestatus.ByAnswer)
	}
	if w.closed {
		return linestatus.Verdict{}, false
	}
	voiced, level := a.voice.Step(frame)
	before := a.onset
	a.follow(frame, voiced, false)
	a.open(voiced, level, false)
	if a.onset > 0 && before == 0 {
		w.speaks, w.length = 0, 0
	}
	if a.onset > 0 && voiced {
		w.length = a.soundFor()
		if robot {
			w.speaks++
		}
	}
	if g, ok := a.result(); ok && g.status != "" {
		a.told = true
		return a.who(linestatus.Machine, g.confidence, linestatus.ByAnnouncement)
	}
	return a.judge(age)
}

// spoken tells whether anybody has spoken since the answer: a beep follows a greeting.
func (a *Analyser) spoken() bool { return a.answer.length > 0 || a.verdict.Status == linestatus.Human }

func (a *Analyser) judge(age time.Duration) (linestatus.Verdict, bool) {
	w := a.answer
	length := time.Duration(w.length) * audio.FrameDuration
	over := time.Duration(w.speaks) * audio.FrameDuration
	paused := length > 0 && a.quiet >= frames(waits)
	switch {
	case length >= speech, length >= deafSpeech && over >= deafFor:
		return a.who(linestatus.Machine, 0.75, linestatus.ByAnswer)
	case paused && a.asking:
		return linestatus.Verdict{}, false
	case paused && length <= shortWord:
		return a.who(linestatus.Human, 0.9, linestatus.ByAnswer)
	case paused && length <= fairWord:
		return a.who(linestatus.Human, 0.75, linestatus.ByAnswer)
	case paused && length > longWord && a.quiet >= frames(longPause)-1:
		return a.who(linestatus.Unknown, 0, linestatus.ByAnswer)
	case paused && a.quiet >= frames(longPause)-1:
		return a.who(linestatus.Human, 0.6, linestatus.ByAnswer)
	case age >= patience && length == 0 && a.verdict.IsZero():
		// Whoever listens to the robot first may still speak.
		return a.who(linestatus.Unknown, 0, linestatus.ByAnswer)
	}
	return linestatus.Verdict{}, false
}

// HeardAfter takes a text that a recogniser made of what was said after the answer.
func (a *Analyser) HeardAfter(text string) (linestatus.Verdict, bool) {
	if a.answer == nil || a.verdict.Status == linestatus.Machine || time.Duration(a.now-a.answer.since)*audio.FrameDuration > beepWithin {
		return linestatus.Verdict{}, false
	}
	if !ofMachine(text) {
		return linestatus.Verdict{}, false
	}
	return a.who(linestatus.Machine, 0.95, linestatus.ByRecogniser)
}

func (a *Analyser) who(s linestatus.Status, confidence float64, by linestatus.By) (linestatus.Verdict, bool) {
	if a.verdict.Status == s {
		return linestatus.Verdict{}, false
	}
	a.answer.closed = a.answer.length > 0 || s == linestatus.Machine
	a.verdict = linestatus.Verdict{Status: s, Confidence: confidence, By: by, After: time.Duration(a.now-a.answer.since) * audio.FrameDuration}
	return a.verdict, true
}

// beep finds a single tone that begins and ends: the signal of a mailbox.
type beep struct {
	history [noteWindow]int16
	hz      float64
	run     int // frames it has lasted
	loud    float64
}

// step takes a frame; true when a beep has just ended.
func (b *beep) step(frame []int16) bool {
	n := copy(b.history[:], b.history[len(frame):])
	copy(b.history[n:], frame)
	square := meanSquare(frame)
	hz, pure := 0.0, 0.0
	if decibel(square) > -42 {
		// The newest two frames and a half only, so that the beginning does not blur the pitch for long.
		hz, pure = partial(b.history[:])
	}
	on := pure >= beepPure && hz >= beepLow && hz <= beepHigh
	if on && (b.run == 0 || math.Abs(hz-b.hz) <= beepSteady*b.hz) {
		if b.run == 0 {
			b.hz = hz
		}
		b.run++
		b.loud = max(b.loud, square)
		return false
	}
	// The window holds three frames: it is pure only while the tone fills it, and two more at the end of a long tone.
	lasted := time.Duration(b.run+2) * audio.FrameDuration
	ended := b.run >= 5 && lasted >= beepLeast && lasted <= beepMost
	quiet := square < b.loud*0.1 // it stops, and nothing else goes on
	b.run, b.loud = 0, 0
	return ended && quiet
}

// counts tells whether the beep that has ended is one of a mailbox.
func (b *beep) counts(spoken bool) bool { return spoken }
