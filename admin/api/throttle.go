package api

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"github.com/outdial/outdial/shared/clock"
)

// throttle slows down who guesses passwords: by account and by address, each failure beyond a number locks for twice as
// long. It counts before the password is checked, so that guesses made at the same time count too, and an unknown account
// locks like a known one.
//
// Whoever has signed in from an address before is counted there apart from everybody else: strangers who guess cannot
// lock somebody out of the place where that somebody works.
type throttle struct {
	clock clock.Clock
	mu    sync.Mutex
	kept  map[string]*attempts
	homes map[string]time.Time // account and address of sign-ins that succeeded
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

func newThrottle(c clock.Clock) *throttle {
	return &throttle{clock: c, kept: map[string]*attempts{}, homes: map[string]time.Time{}}
}

func home(account, address string) string { return "home " + account + "\x00" + address }

// admit counts a try; wait is above zero when it must not be made. known says that the account has signed in from the
// address before, as far as the account's row tells.
func (t *throttle) admit(account, address string, known bool) (wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.clock.Now()
	if _, remembered := t.homes[home(account, address)]; known || remembered {
		at := t.entry(home(account, address), now)
		if wait = at.locked.Sub(now); wait > 0 {
			return wait
		}
		at.fail(now, accountTries)
		return 0
	}
	byAccount, byAddress := t.entry("account "+account, now), t.entry("address "+address, now)
	if wait = max(byAccount.locked.Sub(now), byAddress.locked.Sub(now)); wait > 0 {
		return wait
	}
	byAccount.fail(now, accountTries)
	byAddress.fail(now, addressTries)
	return 0
}

// succeeded takes the try back and remembers the place.
func (t *throttle) succeeded(account, address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	place := home(account, address)
	if _, apart := t.kept[place]; apart {
		delete(t.kept, place)
	} else {
		delete(t.kept, "account "+account)
		if a := t.kept["address "+address]; a != nil && a.failures > 0 {
			if a.failures--; a.failures < addressTries {
				a.locked = time.Time{}
			}
		}
	}
	if _, ok := t.homes[place]; !ok && len(t.homes) >= maxKept {
		oldest(t.homes, func(at time.Time) time.Time { return at })
	}
	t.homes[place] = t.clock.Now()
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
	} else if a.forgotten(now) {
		*a = attempts{}
	}
	a.last = now
	return a
}

func (a *attempts) forgotten(now time.Time) bool {
	return now.Sub(a.last) > forgetAfter && !now.Before(a.locked)
}

// prune bounds the memory: first what is forgotten anyway, then what was locked or tried the longest ago, so that a flood
// of names does not lift the lock of the one that is meant.
func (t *throttle) prune(now time.Time) {
	if len(t.kept) < maxKept {
		return
	}
	for k, a := range t.kept {
		if a.forgotten(now) {
			delete(t.kept, k)
		}
	}
	if len(t.kept) >= maxKept {
		oldest(t.kept, func(a *attempts) time.Time {
			if a.locked.After(a.last) {
				return a.locked
			}
			return a.last
		})
	}
}

// oldest drops an eighth of the map, so that the next ones find room without looking again.
func oldest[V any](m map[string]V, at func(V) time.Time) {
	type entry struct {
		key string
		at  time.Time
	}
	all := make([]entry, 0, len(m))
	for k, v := range m {
		all = append(all, entry{k, at(v)})
	}
	slices.SortFunc(all, func(a, b entry) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.key, b.key)) })
	for _, e := range all[:(len(all)+7)/8] {
		delete(m, e.key)
	}
}
