package sipmedia

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/audio"
)

func TestOverdue(t *testing.T) {
	for late, want := range map[time.Duration]int{
		-time.Second: 0, 0: 0, 60 * time.Millisecond: 0, 61 * time.Millisecond: 1, 80 * time.Millisecond: 1, 81 * time.Millisecond: 2, time.Second: 47,
	} {
		if got := overdue(late); got != want {
			t.Errorf("%v late leaves out %d frames, want %d", late, got, want)
		}
	}
}

// beat counts ticks; the one at stall takes as long as stalled.
type beat struct {
	ticks, skipped atomic.Int64
	stall, last    int64
	stalled        time.Duration
	gone           chan struct{}
	burst          int // most ticks within 5 ms
	recent         []time.Time
}

func (b *beat) tick(skipped uint32) bool {
	now := time.Now()
	b.recent = append(b.recent, now)
	for now.Sub(b.recent[0]) > 5*time.Millisecond {
		b.recent = b.recent[1:]
	}
	b.burst = max(b.burst, len(b.recent))
	b.skipped.Add(int64(skipped))
	n := b.ticks.Add(1)
	if n == b.stall {
		time.Sleep(b.stalled) // a machine that gives no time
	}
	return n < b.last
}

func (b *beat) released() { close(b.gone) }

func TestPacerKeepsTimeOverAStall(t *testing.T) {
	p := newPacer(1)
	ctx, cancel := context.WithCancel(context.Background())
	p.run(ctx)
	defer p.wg.Wait()
	defer cancel()
	b := &beat{stall: 5, last: 30, stalled: 200 * time.Millisecond, gone: make(chan struct{})}
	start := time.Now()
	p.add(b)
	receive(t, "last tick", b.gone)
	frames := b.ticks.Load() + b.skipped.Load() - 1
	if d := time.Since(start) - time.Duration(frames)*audio.FrameDuration; d < -audio.FrameDuration || d > 5*audio.FrameDuration {
		t.Errorf("%d ticks and %d left out took %v", b.ticks.Load(), b.skipped.Load(), time.Since(start))
	}
	if b.skipped.Load() < 5 {
		t.Errorf("a stall of 200 ms left out %d frames", b.skipped.Load())
	}
	// The tick that stalled may be followed by three, and the schedule's next by rights.
	if b.burst > 5 {
		t.Errorf("%d ticks at once", b.burst)
	}
}

func TestPacerSpreadsPhases(t *testing.T) {
	p := newPacer(2)
	for range 100 {
		p.add(&beat{})
	}
	for _, s := range p.shards {
		for i, slot := range s.slots {
			if len(slot) != 5 {
				t.Errorf("slot %d has %d legs", i, len(slot))
			}
		}
	}
}

func TestPacerStopReleases(t *testing.T) {
	p := newPacer(1)
	ctx, cancel := context.WithCancel(context.Background())
	p.run(ctx)
	b := &beat{last: 1 << 40, gone: make(chan struct{})}
	p.add(b)
	await(t, "a tick", func() bool { return b.ticks.Load() > 0 })
	cancel()
	p.wg.Wait()
	receive(t, "release", b.gone)
	if p.add(&beat{}) {
		t.Error("a stopped pacer takes legs")
	}
}

// nothing is the cheapest leg.
type nothing struct{}

func (nothing) tick(uint32) bool { return true }
func (nothing) released()        {}

func BenchmarkShardTick(b *testing.B) {
	p := newPacer(1)
	for range 300 {
		p.add(nothing{})
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		p.shards[0].tick(i % slotCount)
	}
}
