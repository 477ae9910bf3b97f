// Package tts owns how a sentence of a script becomes sound: recorded prompts first, then a synthesiser, at one level
// of loudness, cached.
//
// It does not play anything and knows no call; the session puts the samples on the wire. Samples are shared between
// calls and must not be changed by a reader.
package tts

import (
	"context"
	"errors"
	"fmt"
	"math"
	"regexp"
	"time"
	"unicode/utf8"
)

// Options says how a sentence is to be spoken.
type Options struct {
	// Key is the sentence's key in the script; recorded prompts are found by it before they are found by text.
	Key string
	// Voice names a voice of the synthesiser; empty means its default.
	Voice string
	// Speed is relative to the voice's natural speed, 0.5 to 2; 0 means 1. A recording has the speed it has.
	Speed float64
}

// Voice speaks sentences. Implementations are safe for concurrent use.
type Voice interface {
	// Speak gives 8 kHz mono samples at the house level. The slice is shared: read only.
	Speak(ctx context.Context, text string, o Options) ([]int16, error)
}

// What can be wrong. Errors of this package wrap one of these.
var (
	// ErrMissing: no recording holds the sentence and nothing can synthesise it.
	ErrMissing = errors.New("no recording and no synthesiser has this sentence")
	// ErrRefused: the text or an option is outside what a voice takes.
	ErrRefused = errors.New("the sentence was refused")
	// ErrSynthesis: the synthesiser failed or was too slow.
	ErrSynthesis = errors.New("the synthesiser failed")
	// ErrRecording: a recording is there and cannot be played.
	ErrRecording = errors.New("the recording cannot be played")
)

// SentenceError names the sentence that could not be spoken.
type SentenceError struct {
	Key, Text string
	// Do is what a user can do about it.
	Do    string
	Cause error
}

func (e *SentenceError) Error() string {
	name := e.Key
	if name == "" {
		name = clip(e.Text, 40)
	} else {
		name += " (" + clip(e.Text, 40) + ")"
	}
	s := fmt.Sprintf("speak %s: %v", name, e.Cause)
	if e.Do != "" {
		s += "; " + e.Do
	}
	return s
}

func (e *SentenceError) Unwrap() error { return e.Cause }

func clip(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n]) + "…"
}

// MaxRunes is the longest sentence that is spoken: about two minutes.
const MaxRunes = 600

var voiceName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_+.-]{0,63}$`)

func (o Options) speed() float64 {
	if o.Speed == 0 {
		return 1
	}
	return o.Speed
}

func check(text string, o Options) error {
	refuse := func(do string) error { return &SentenceError{o.Key, text, do, ErrRefused} }
	switch s := o.speed(); {
	case text == "" && o.Key == "":
		return refuse("the sentence is empty")
	case !utf8.ValidString(text):
		return refuse("the text is not UTF-8")
	case utf8.RuneCountInString(text) > MaxRunes:
		return refuse(fmt.Sprintf("split it, %d characters is the limit", MaxRunes))
	case math.IsNaN(s) || s < 0.5 || s > 2:
		return refuse("speed must lie between 0.5 and 2")
	case o.Voice != "" && !voiceName.MatchString(o.Voice):
		return refuse("the voice's name holds a character that no voice has")
	}
	return nil
}

// chain asks one voice after the other until one has the sentence.
type chain []Voice

// Chain speaks with the first voice that has the sentence. Only ErrMissing passes on to the next: a broken recording
// is an error that somebody must see, not a reason to sound different.
func Chain(voices ...Voice) Voice { return chain(voices) }

func (c chain) Speak(ctx context.Context, text string, o Options) ([]int16, error) {
	if err := check(text, o); err != nil {
		return nil, err
	}
	for _, v := range c {
		pcm, err := v.Speak(ctx, text, o)
		if err == nil || !errors.Is(err, ErrMissing) {
			return pcm, err
		}
	}
	return nil, &SentenceError{o.Key, text, "record it as a prompt, or configure a synthesiser", ErrMissing}
}

// paced speaks at the speed of a script.
type paced struct {
	Voice
	speed float64
}

// AtSpeed is a voice whose sentences have a speed unless they ask for another; 0 is the voice's own.
func AtSpeed(v Voice, speed float64) Voice {
	if speed == 0 || speed == 1 {
		return v
	}
	return paced{v, speed}
}

func (p paced) Speak(ctx context.Context, text string, o Options) ([]int16, error) {
	if o.Speed == 0 {
		o.Speed = p.speed
	}
	return p.Voice.Speak(ctx, text, o)
}

// SynthesisTimeout bounds one sentence of a synthesiser when nothing else is configured.
const SynthesisTimeout = 10 * time.Second
