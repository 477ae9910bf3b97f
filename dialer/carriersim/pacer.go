package carriersim

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/outdial/outdial/shared/audio"
)

// pacer is the 20 ms clock of all calls: a few goroutines, each of which sends one packet for every leg it holds and then
// sleeps. The goroutines are spread over the 20 ms, so that hundreds of calls do not burst in the same instant. It follows
// the machine's clock, as a sound card would.
type pacer struct {
	shards []*shard
	next   atomic.Uint32
	late   atomic.Uint64
	wg     sync.WaitGroup
}

type shard struct {
	mu   sync.Mutex
	legs []*leg
}

// maxBehind is how much a shard makes up after it was held up; more is dropped, as a stalled telephone would drop it.
const maxBehind = 3 * audio.FrameDuration

func newPacer(shards int) *pacer {
	p := &pacer{shards: make([]*shard, shards)}
	for i := range p.shards {
		p.shards[i] = &shard{}
	}
	return p
}

func (p *pacer) start(ctx context.Context) {
	for i, s := range p.shards {
		offset := audio.FrameDuration * time.Duration(i) / time.Duration(len(p.shards))
		p.wg.Go(func() { p.drive(ctx, s, offset) })
	}
}

func (p *pacer) wait() { p.wg.Wait() }

func (p *pacer) drive(ctx context.Context, s *shard, offset time.Duration) {
	next := time.Now().Add(offset)
	timer := time.NewTimer(offset)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		now := time.Now()
		if behind := now.Sub(next); behind > maxBehind {
			p.late.Add(1)
			next = now
		}
		for !next.After(now) {
			s.tick()
			next = next.Add(audio.FrameDuration)
		}
		timer.Reset(time.Until(next))
	}
}

func (s *shard) tick() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.legs {
		l.tick(time.Now())
	}
}

// add makes a leg send from its next frame on.
func (p *pacer) add(l *leg) {
	s := p.shards[int(p.next.Add(1))%len(p.shards)]
	s.mu.Lock()
	s.legs = append(s.legs, l)
	s.mu.Unlock()
	l.shard = s
}

// remove returns when the leg is not ticked any more.
func (p *pacer) remove(l *leg) {
	s := l.shard
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.legs {
		if s.legs[i] == l {
			last := len(s.legs) - 1
			s.legs[i], s.legs[last] = s.legs[last], nil
			s.legs = s.legs[:last]
			return
		}
	}
}
