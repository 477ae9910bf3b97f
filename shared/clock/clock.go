// Package clock owns the one way to ask for the time. Logic is handed a Clock and never reads the wall clock itself, so
// that tests can move time by hand; media sockets, which follow the sound card of the other side, are the exception.
package clock

import (
	"context"
	"time"

	"github.com/jonboulle/clockwork"
)

// Clock tells the time and makes timers.
type Clock = clockwork.Clock

// Fake is a clock that only a test moves.
type Fake = clockwork.FakeClock

// Real is the machine's clock.
func Real() Clock { return clockwork.NewRealClock() }

// NewFake is a test clock that stands at the time given.
func NewFake(at time.Time) *Fake { return clockwork.NewFakeClockAt(at) }

// Sleep waits for d or for the end of ctx, whichever comes first, and says which it was.
func Sleep(ctx context.Context, c Clock, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := c.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.Chan():
		return nil
	}
}
