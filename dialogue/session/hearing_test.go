package session_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/outdial/outdial/dialogue/asr"
	"github.com/outdial/outdial/dialogue/session"
	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/script"
)

// slowly opens a recogniser after a while, or gives up as a client does that nobody answers.
type slowly struct {
	*oracle
	takes, bound time.Duration
	given        int // up by whoever asked
}

func (o *slowly) Open(ctx context.Context, p asr.Params) (asr.Stream, error) {
	err := clock.Sleep(ctx, clock.Real(), min(o.takes, o.bound))
	switch {
	case err != nil:
		o.given++
		return nil, err
	case o.takes > o.bound:
		return nil, unreachable
	}
	return o.oracle.Open(ctx, p)
}

// TestRecognisersThatHang: one that cannot be opened in a moment does not keep the next one of the list from listening; one
// that has no next one has its time.
func TestRecognisersThatHang(t *testing.T) {
	for _, c := range []struct {
		name         string
		takes        []time.Duration
		listensAfter time.Duration
		given        int
	}{
		{"the first", []time.Duration{never, 100 * time.Millisecond}, 1600 * time.Millisecond, 1},
		{"both of them slow", []time.Duration{2 * time.Second, 2 * time.Second}, 3500 * time.Millisecond, 1},
		{"the only one slow", []time.Duration{2500 * time.Millisecond}, 2500 * time.Millisecond, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				k := newCall(t)
				k.live = true
				var first *slowly
				k.open(script.Demo(), func(cfg *session.Config) {
					cfg.Recognisers = nil
					for _, takes := range c.takes {
						one := &slowly{oracle: &oracle{}, takes: takes, bound: 3 * time.Second}
						if first == nil {
							first = one
						}
						cfg.Recognisers = append(cfg.Recognisers, one)
					}
				})
				began := time.Now()
				for k.s.Live().Recogniser == "" && k.at() < 20*time.Second {
					k.tick()
				}
				if took := time.Since(began); took > c.listensAfter+60*time.Millisecond || k.s.Live().Recogniser == "" {
					t.Errorf("it listens after %v, want %v", took, c.listensAfter)
				}
				k.finish(true)
				if first.given != c.given {
					t.Errorf("the first was given up %d times, want %d", first.given, c.given)
				}
			})
		})
	}
}
