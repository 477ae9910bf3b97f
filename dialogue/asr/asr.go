// Package asr owns the contract between a robot's session and whatever turns a callee's speech into text.
//
// It knows no provider, no wire format and no turn-taking: the session decides when a turn has ended, a provider (one
// package each below this one) says what was said, and shared/nlu says what it means. Which provider a deployment
// uses is decided from configuration by dialogue/asr/provider.
package asr

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Params describes the speech that a stream will carry.
type Params struct {
	// ID names the stream in logs and on wires that want a name; usually the call's id.
	ID string
	// Lang is a BCP 47 tag such as "zh" or "en-US"; empty leaves the choice to the provider.
	Lang string
	// SampleRate is that of the samples given to Write; 0 means 8000, the rate of a telephone line.
	SampleRate int
	// HotWords are words that the provider should prefer where it can.
	HotWords []string
	// Phrases narrows a closed-set recogniser to these texts; empty means everything it knows. Open recognisers
	// ignore it.
	Phrases []string
}

// Rate is the sample rate with its default applied.
func (p Params) Rate() int {
	if p.SampleRate == 0 {
		return 8000
	}
	return p.SampleRate
}

// Validate refuses parameters that no provider could serve.
func (p Params) Validate() error {
	if r := p.Rate(); r < 8000 || r > 48000 {
		return fmt.Errorf("asr: sample rate %d is outside 8000..48000", r)
	}
	if len(p.HotWords) > 1000 || len(p.Phrases) > 10000 {
		return fmt.Errorf("asr: %d hot words and %d phrases are more than a stream takes (1000, 10000)", len(p.HotWords), len(p.Phrases))
	}
	return nil
}

// Words are the hot words that fit a provider: the first of them, each once, without those that are longer than runes
// or that hold anything but letters, digits and spaces, which stand for something else on some wires.
func (p Params) Words(most, runes int) []string {
	var out []string
	seen := map[string]bool{}
	for _, w := range p.HotWords {
		w = strings.Join(strings.Fields(w), " ")
		odd := strings.IndexFunc(w, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != ' ' }) >= 0
		if w == "" || odd || seen[w] || utf8.RuneCountInString(w) > runes {
			continue
		}
		if seen[w] = true; len(out) == most {
			break
		}
		out = append(out, w)
	}
	return out
}

// Provider opens streams; it is shared by all calls of a process and safe for concurrent use.
type Provider interface {
	// Name is short and stable: it is stored with each turn.
	Name() string
	// Open starts a stream. ctx bounds the life of the stream, not only its opening: when it ends, so does the stream.
	Open(ctx context.Context, p Params) (Stream, error)
}

// Stream carries one side of one call, utterance after utterance.
//
// Order of events: any number of Write; partial results (Final false) may appear at any time; Flush says that the turn
// has ended and is answered by exactly one result with Final true, empty when nothing was said; after it the next Write
// begins the next utterance. An error that ends the stream arrives as the last result, with Err set, and the channel
// is then closed. Write, Flush and Close may be called from one goroutine while another reads Results.
type Stream interface {
	// Write takes samples and never waits: it is called from the 20 ms clock of a call. A provider that falls behind by
	// more than its queue makes it return an error of kind Overflow; the samples are then dropped, the stream lives on.
	Write(pcm []int16) error
	// Results is the one channel of this stream; it is closed when the stream has ended.
	Results() <-chan Result
	// Flush says that the endpointer has heard the end of the turn. It never waits.
	Flush()
	// Close ends the stream and waits for its goroutines; a second call does nothing.
	Close() error
}

// Result is one thing that a recogniser says.
type Result struct {
	Text  string
	Final bool
	// Matched tells that the provider stands behind Text. A closed-set recogniser that heard speech it does not know
	// gives its best guess, if it has one, with Matched false; a caller must then treat the turn as not understood.
	Matched bool
	// Confidence lies in 0..1 and compares within one provider only; 0 where the provider gives none.
	Confidence float64
	// RunnerUp is the best other reading and RunnerUpConfidence what it scored, where the provider has one.
	RunnerUp           string
	RunnerUpConfidence float64
	// Heard is how much speech the result rests on; 0 where the provider does not measure it.
	Heard time.Duration
	// Err is set on the last result of a stream that failed; Text then holds what was understood before, if anything.
	Err error
}
