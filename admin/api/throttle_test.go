package api

import (
	"strconv"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/clock"
)

func newClocked() (*throttle, *clock.Fake) {
	c := clock.NewFake(time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC))
	return newThrottle(c), c
}

func TestLocksGrowAndPass(t *testing.T) {
	th, c := newClocked()
	for range accountTries {
		if wait := th.admit("a", "x", false); wait != 0 {
			t.Fatalf("locked for %v too early", wait)
		}
	}
	for _, want := range []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 15 * time.Minute, 15 * time.Minute} {
		if wait := th.admit("a", "y", false); wait != want {
			t.Fatalf("locked for %v, want %v", wait, want)
		}
		c.Advance(want)
		if wait := th.admit("a", "y", false); wait != 0 {
			t.Fatalf("still locked for %v", wait)
		}
	}
	c.Advance(longestLock + forgetAfter + time.Second)
	for range accountTries {
		if wait := th.admit("a", "z", false); wait != 0 {
			t.Fatalf("not forgotten: %v", wait)
		}
	}
}

func TestAnAddressIsLockedForManyAccounts(t *testing.T) {
	th, _ := newClocked()
	for i := range addressTries {
		if wait := th.admit("a"+strconv.Itoa(i), "x", false); wait != 0 {
			t.Fatalf("locked after %d", i)
		}
	}
	if th.admit("another", "x", false) == 0 || th.admit("another", "y", false) != 0 {
		t.Error("the address is not locked, or another one is")
	}
}

func TestHomeIsCountedApart(t *testing.T) {
	th, _ := newClocked()
	th.admit("a", "home", false)
	th.succeeded("a", "home")
	for i := range 3 * addressTries {
		th.admit("a", "elsewhere", false)            // strangers guess at the account
		th.admit("a", "net"+strconv.Itoa(i), false)  // from many places
		th.admit("b"+strconv.Itoa(i), "home", false) // and a colleague behind the same address at others
	}
	if th.admit("a", "elsewhere", false) == 0 || th.admit("c", "home", false) == 0 {
		t.Error("guessing has no end")
	}
	if wait := th.admit("a", "home", false); wait != 0 {
		t.Errorf("locked out at home for %v", wait)
	}
	if wait := th.admit("a", "last address", true); wait != 0 {
		t.Errorf("locked out for %v from where the row knows the account", wait)
	}
	for range accountTries { // guessing at home locks too
		th.admit("a", "home", false)
	}
	if th.admit("a", "home", false) == 0 {
		t.Error("guesses at home have no end")
	}
}

func TestMemoryIsBounded(t *testing.T) {
	th, c := newClocked()
	for range accountTries + 1 {
		th.admit("victim", "v", false)
	}
	for i := range 2 * maxKept {
		th.admit("name"+strconv.Itoa(i), "address"+strconv.Itoa(i), false)
		th.succeeded("other"+strconv.Itoa(i), "address"+strconv.Itoa(i))
	}
	if len(th.kept) > maxKept || len(th.homes) > maxKept {
		t.Errorf("%d attempts and %d homes are kept", len(th.kept), len(th.homes))
	}
	if th.admit("victim", "w", false) == 0 {
		t.Error("a flood of names lifted a lock")
	}
	c.Advance(time.Hour)
	th.admit("later", "later", false)
}
