package tts

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/outdial/outdial/shared/clock"
)

// fallback speaks with the first synthesiser that works. One that failed is left alone for a while, so that a call does not
// wait for it at every sentence; the last one is always asked.
//
// Who wants the sentence by a time says so with the deadline of its context. Each synthesiser then has a share of what is left
// of it, and one that needs more is left alone by everybody who is in a hurry; it has not failed for those who have time.
type fallback struct {
	names  []string
	voices []Voice
	clock  clock.Clock
	log    *slog.Logger

	mu     sync.Mutex
	failed []time.Time // until when it rests
	slow   []time.Time // until when it rests for those in a hurry
}

// rest is how long a synthesiser that failed is left alone.
const rest = 20 * time.Second

func newFallback(names []string, voices []Voice, c clock.Clock, log *slog.Logger) Voice {
	if len(voices) == 1 {
		return voices[0]
	}
	return &fallback{names: names, voices: voices, clock: c, log: log, failed: make([]time.Time, len(voices)), slow: make([]time.Time, len(voices))}
}

// Speak implements Voice. The voice that a script names is the first synthesiser's; one that stands in speaks with its own.
func (f *fallback) Speak(ctx context.Context, text string, o Options) ([]int16, error) {
	var failed error
	for i, v := range f.voices {
		last := i == len(f.voices)-1
		if !last && f.resting(ctx, i) {
			continue
		}
		if i > 0 {
			o.Voice = ""
		}
		turn, end := f.turn(ctx, i)
		pcm, err := v.Speak(turn, text, o)
		late := turn.Err() != nil
		end()
		if err == nil || ctx.Err() != nil {
			return pcm, err
		}
		failed = err
		if !last {
			f.log.Warn("a synthesiser failed or was too slow; the next one speaks", "synthesiser", f.names[i], "next", f.names[i+1], "err", err)
		}
		f.leave(i, late, err)
	}
	return nil, failed
}

// turn is the time that a synthesiser has: all of it for the last one, and where nobody is in a hurry.
func (f *fallback) turn(ctx context.Context, i int) (context.Context, context.CancelFunc) {
	by, hurry := ctx.Deadline()
	after := len(f.voices) - 1 - i
	if !hurry || after == 0 {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, time.Until(by)/time.Duration(after+1))
}

// leave lets a synthesiser rest. A sentence that it refused is no reason to.
func (f *fallback) leave(i int, late bool, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case late:
		f.slow[i] = f.clock.Now().Add(rest)
	case errors.Is(err, ErrSynthesis):
		f.failed[i] = f.clock.Now().Add(rest)
	}
}

func (f *fallback) resting(ctx context.Context, i int) bool {
	_, hurry := ctx.Deadline()
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.clock.Now()
	return now.Before(f.failed[i]) || hurry && now.Before(f.slow[i])
}
