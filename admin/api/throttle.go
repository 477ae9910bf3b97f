package api

import (
	"sync"
	"time"

	"github.com/outdial/outdial/shared/clock"
)

// throttle slows down who guesses passwords: by account and by address, each failure beyond a number locks for twice as
// long. It counts before the password is checked, so that guesses made at the same time count too, and knows accounts
// only by name, so that an unknown account locks like a known one.
type throttle struct {
	clock clock.Clock
	mu    sync.Mutex
	kept  map[string]*attempts
}

type attempts struct {
	failures int
	last     time.Time
	locked   time.Time
}

const (
	accountTries = 5
	addressTries = 20
	firstLock    = time.Minute
	longestLock  = 15 * time.Minute
	forgetAfter  = 15 * time.Minute
	maxKept      = 20_000
)

func newThrottle(c clock.Clock) *throttle { return &throttle{clock: c, kept: map[string]*attempts{}} }

// admit counts a try; wait is above zero when it must not be made.
func (t *throttle) admit(account, address string) (wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.clock.Now()
	byAccount, byAddress := t.entry("account "+account, now), t.entry("address "+address, now)
	if wait = max(byAccount.locked.Sub(now), byAddress.locked.Sub(now)); wait > 0 {
		return wait
	}
	byAccount.fail(now, accountTries)
	byAddress.fail(now, addressTries)
	return 0
}

// succeeded takes the try back.
func (t *throttle) succeeded(account, address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.kept, "account "+account)
	if a := t.kept["address "+address]; a != nil && a.failures > 0 {
		if a.failures--; a.failures < addressTries {
			a.locked = time.Time{}
		}
	}
}

func (a *attempts) fail(now time.Time, tries int) {
	a.failures++
	a.last = now
	if over := a.failures - tries; over >= 0 {
		a.locked = now.Add(min(firstLock<<min(over, 10), longestLock))
	}
}

func (t *throttle) entry(key string, now time.Time) *attempts {
	a := t.kept[key]
	if a == nil {
		t.prune(now)
		a = &attempts{}
		t.kept[key] = a
	} else if now.Sub(a.last) > forgetAfter && !now.Before(a.locked) {
		*a = attempts{}
	}
	a.last = now
	return a
}

// prune bounds the memory: first what is forgotten anyway, then whatever comes.
func (t *throttle) prune(now time.Time) {
	if len(t.kept) < maxKept {
		return
	}
	for k, a := range t.kept {
		if now.Sub(a.last) > forgetAfter && !now.Before(a.locked) {
			delete(t.kept, k)
		}
	}
	for k := range t.kept {
		if len(t.kept) < maxKept {
			return
		}
		delete(t.kept, k)
	}
}
