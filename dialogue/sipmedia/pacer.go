package sipmedia

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/outdial/outdial/shared/audio"
)

const (
	// slotCount phases divide the 20 ms, so that legs do not all send at once.
	slotCount    = 10
	slotDuration = audio.FrameDuration / slotCount
	// maxBurst is how much sound is sent at once after a stall; what is older is left out of the stream's time.
	maxBurst = 60 * time.Millisecond
)

// ticked is what a pacer drives.
type ticked interface {
	// tick does one frame's work; skipped frames since the last call were left out. It returns false to be let go.
	tick(skipped uint32) bool
	// released is called once, after the last tick.
	released()
}

// pacer drives many legs on a few absolute schedules. A timer a leg would wake the scheduler 50 times a second for each and
// drift with every wake-up that comes late; here lateness of one tick is made up for at the next.
type pacer struct {
	shards []*shard
	wg     sync.WaitGroup
}

func newPacer(shards int) *pacer {
	p := &pacer{shards: make([]*shard, max(shards, 1))}
	for i := range p.shards {
		p.shards[i] = &shard{wake: make(chan struct{}, 1)}
	}
	return p
}

// run starts the shards, which stop with ctx and let go of what they drive. The caller awaits wg.
func (p *pacer) run(ctx context.Context) {
	for _, s := range p.shards {
		p.wg.Go(func() { s.run(ctx) })
	}
}

// add gives t to the shard with the fewest legs. It says false when the pacer has stopped.
func (p *pacer) add(t ticked) bool {
	least := p.shards[0]
	for _, s := range p.shards[1:] {
		if s.size() < least.size() {
			least = s
		}
	}
	return least.add(t)
}

// shard is one schedule and its goroutine.
type shard struct {
	wake chan struct{}

	mu      sync.Mutex
	slots   [slotCount][]*entry
	count   int
	stopped bool

	scratch []*entry
	skips   uint32 // frames left out since the start, for all legs alike
}

type entry struct {
	ticked
	skips uint32 // as seen at its last tick
	begun bool
}

func (s *shard) size() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count
}

func (s *shard) add(t ticked) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped {
		return false
	}
	least := 0
	for i := range s.slots {
		if len(s.slots[i]) < len(s.slots[least]) {
			least = i
		}
	}
	s.slots[least] = append(s.slots[least], &entry{ticked: t})
	if s.count++; s.count == 1 {
		select {
		case s.wake <- struct{}{}:
		default:
		}
	}
	return true
}

func (s *shard) run(ctx context.Context) {
	defer s.stop()
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
		}
		if !s.drive(ctx, timer) {
			return
		}
	}
}

// drive follows the schedule until no leg is left (true) or ctx ends (false).
func (s *shard) drive(ctx context.Context, timer *time.Timer) bool {
	base, slot := time.Now(), 0
	for {
		step, any := s.next(slot)
		if !any {
			return true
		}
		slot += step
		due := base.Add(time.Duration(slot) * slotDuration)
		if wait := time.Until(due); wait > 0 {
			timer.Reset(wait)
			select {
			case <-ctx.Done():
				return false
			case <-timer.C:
			}
		} else if ctx.Err() != nil {
			return false
		}
		if frames := overdue(time.Since(due)); frames > 0 {
			slot += frames * slotCount
			s.skips += uint32(frames)
		}
		s.tick(slot % slotCount)
		slot++
	}
}

// overdue is how many frames to leave out when a tick comes late by so much.
func overdue(late time.Duration) int {
	if late <= maxBurst {
		return 0
	}
	return int((late - maxBurst + audio.FrameDuration - 1) / audio.FrameDuration)
}

// next is how many slots ahead of slot the next one with legs is.
func (s *shard) next(slot int) (steps int, any bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for steps := range slotCount {
		if len(s.slots[(slot+steps)%slotCount]) > 0 {
			return steps, true
		}
	}
	return 0, false
}

func (s *shard) tick(slot int) {
	s.mu.Lock()
	s.scratch = append(s.scratch[:0], s.slots[slot]...)
	s.mu.Unlock()
	gone := s.scratch[:0]
	for _, e := range s.scratch {
		skipped := s.skips - e.skips
		if !e.begun {
			e.begun, skipped = true, 0
		}
		e.skips = s.skips
		if !e.tick(skipped) {
			gone = append(gone, e)
		}
	}
	if len(gone) == 0 {
		return
	}
	s.mu.Lock()
	s.slots[slot] = slices.DeleteFunc(s.slots[slot], func(e *entry) bool { return slices.Contains(gone, e) })
	s.count -= len(gone)
	s.mu.Unlock()
	for _, e := range gone {
		e.released()
	}
}

func (s *shard) stop() {
	s.mu.Lock()
	s.stopped = true
	slots := s.slots
	s.slots, s.count = [slotCount][]*entry{}, 0
	s.mu.Unlock()
	for _, entries := range slots {
		for _, e := range entries {
			e.released()
		}
	}
}
