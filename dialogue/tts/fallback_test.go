package tts

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/outdial/outdial/shared/clock"
)

// tardy takes its time, and gives up by itself after the time that every synthesiser has.
type tardy struct {
	takes time.Duration
	asked int
}

func (v *tardy) Speak(ctx context.Context, text string, o Options) ([]int16, error) {
	v.asked++
	bounded, cancel := context.WithTimeout(ctx, SynthesisTimeout)
	defer cancel()
	if err := clock.Sleep(bounded, clock.Real(), v.takes); err != nil {
		return nil, &SentenceError{o.Key, text, "", fmt.Errorf("%w: %w", ErrSynthesis, err)}
	}
	return []int16{1}, nil
}

// never is longer than anybody waits.
const never = time.Hour

// by asks for a sentence that is wanted within d, whenever for 0, and tells how long that took.
func by(d time.Duration, v Voice) (time.Duration, error) {
	ctx := context.Background()
	if d > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, d)
		defer cancel()
	}
	began := time.Now()
	_, err := v.Speak(ctx, "您好", Options{Voice: "own"})
	return time.Since(began), err
}

// Who wants a sentence by a time does not spend all of it on a synthesiser that hangs, and at the next sentence none.
func TestFallbackInAHurry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first, second := &tardy{takes: never}, &tardy{takes: time.Second}
		v := newFallback([]string{"a", "b"}, []Voice{first, second}, clock.Real(), quiet)
		for _, want := range []time.Duration{2500 * time.Millisecond, time.Second, time.Second} {
			if took, err := by(3*time.Second, v); err != nil || took != want {
				t.Errorf("after %v, want %v; %v", took, want, err)
			}
		}
		if first.asked != 1 || second.asked != 3 {
			t.Errorf("the one that hangs was asked %d times, the next one %d times", first.asked, second.asked)
		}
		time.Sleep(rest)
		if _, err := by(3*time.Second, v); err != nil || first.asked != 2 {
			t.Errorf("after its rest it was asked %d times; %v", first.asked, err)
		}
	})
}

// A synthesiser that is too slow for a call has not failed: who has time still hears it.
func TestSlowIsNotBroken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first, second := &tardy{takes: 4 * time.Second}, &tardy{}
		v := newFallback([]string{"a", "b"}, []Voice{first, second}, clock.Real(), quiet)
		if took, err := by(3*time.Second, v); err != nil || took != 1500*time.Millisecond {
			t.Errorf("in a hurry after %v, %v", took, err)
		}
		if took, err := by(0, v); err != nil || took != 4*time.Second || second.asked != 1 {
			t.Errorf("without a hurry after %v, %v; the next one was asked %d times", took, err, second.asked)
		}
	})
}

// One that hangs for those who have time, too, has failed for everybody.
func TestHungIsBroken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first, second := &tardy{takes: never}, &tardy{}
		v := newFallback([]string{"a", "b"}, []Voice{first, second}, clock.Real(), quiet)
		for _, want := range []time.Duration{SynthesisTimeout, 0} {
			if took, err := by(0, v); err != nil || took != want {
				t.Errorf("after %v, want %v; %v", took, want, err)
			}
		}
	})
}

// Where nobody is healthy, the error is there by the time the sentence was wanted, and each has had its turn.
func TestFallbackOfNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first, second, third := &tardy{takes: never}, &flaky{err: ErrSynthesis}, &tardy{takes: never}
		v := newFallback([]string{"a", "b", "c"}, []Voice{first, second, third}, clock.Real(), quiet)
		if took, err := by(3*time.Second, v); !errors.Is(err, ErrSynthesis) || took != 3*time.Second {
			t.Errorf("after %v: %v", took, err)
		}
		if first.asked != 1 || len(second.voices) != 1 || third.asked != 1 {
			t.Errorf("asked %d, %d, %d times", first.asked, len(second.voices), third.asked)
		}
	})
}

// Who hangs up blames nobody.
func TestHangUpIsNoFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first, second := &tardy{takes: time.Second}, &tardy{}
		v := newFallback([]string{"a", "b"}, []Voice{first, second}, clock.Real(), quiet)
		ctx, hangUp := context.WithCancel(context.Background())
		time.AfterFunc(500*time.Millisecond, hangUp)
		if _, err := v.Speak(ctx, "您好", Options{}); !errors.Is(err, context.Canceled) || second.asked != 0 {
			t.Errorf("error %v; the next one was asked %d times", err, second.asked)
		}
		if took, err := by(3*time.Second, v); err != nil || took != time.Second {
			t.Errorf("the next call heard it after %v, %v", took, err)
		}
	})
}

// A synthesiser that took too long took too long for all who waited for the sentence: they do not wait as long again, one
// after the other.
func TestCacheSharesAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &tardy{takes: never}
		c, err := NewCache(v, CacheConfig{}, quiet)
		if err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for range 5 {
			all.Go(func() {
				if took, err := by(0, c); !errors.Is(err, ErrSynthesis) || took != SynthesisTimeout {
					t.Errorf("after %v: %v", took, err)
				}
			})
		}
		all.Wait()
		if v.asked != 1 {
			t.Errorf("asked %d times", v.asked)
		}
	})
}
