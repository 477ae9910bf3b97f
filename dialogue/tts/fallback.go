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
type fallback struct {
	names  []string
	voices []Voice
	clock  clock.Clock
	log    *slog.Logger

	mu    sync.Mutex
	until []time.Time
}

// rest is how long a synthesiser that failed is left alone.
const rest = 20 * time.Second

func newFallback(names []string, voices []Voice, c clock.Clock, log *slog.Logger) Voice {
	if len(voices) == 1 {
		return voices[0]
	}
	return &fallback{names: names, voices: voices, clock: c, log: log, until: make([]time.Time, len(voices))}
}

// Speak implements Voice. The voice that a script names is the first synthesiser's; one that stands in speaks with its own.
func (f *fallback) Speak(ctx context.Context, text string, o Options) ([]int16, error) {
	var failed error
	for i, v := range f.voices {
		last := i == len(f.voices)-1
		if !last && f.resting(i) {
			continue
		}
		if i > 0 {
			o.Voice = ""
		}
		pcm, err := v.Speak(ctx, text, o)
		if err == nil || ctx.Err() != nil {
			return pcm, err
		}
		failed = err
		if !last {
			f.log.Warn("a synthesiser failed; the next one speaks", "synthesiser", f.names[i], "next", f.names[i+1], "err", err)
		}
		if errors.Is(err, ErrSynthesis) {
			f.mu.Lock()
			f.until[i] = f.clock.Now().Add(rest)
			f.mu.Unlock()
		}
	}
	return nil, failed
}

func (f *fallback) resting(i int) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.clock.Now().Before(f.until[i])
}
