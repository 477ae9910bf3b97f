package live

import (
	"context"
	"sync"
	"time"
)

const (
	// rest is how many times as long as it took a refresh lets pass before the next: a twentieth of the time is the most
	// that any part of any campaign costs, however many consoles look at it.
	rest = 20
	// patience is how long a refresh is waited for where there is a value; longer ones go on behind.
	patience = 40 * time.Millisecond
)

// part is a value that is read from SQL, when it was, and what that cost.
type part[T any] struct {
	mu      sync.Mutex
	value   T
	loaded  bool
	at      time.Time
	cost    time.Duration
	err     error         // of the last refresh
	running chan struct{} // closed when the refresh under way has ended; nil when none is
}

// reader reads a value; once is how much of its time went into work that the next refresh does not repeat.
type reader[T any] func(context.Context) (v T, once time.Duration, err error)

// get is the value, refreshed when it is due. Whoever comes while it is refreshed shares the refresh.
func get[T any](ctx context.Context, f *Figures, p *part[T], read reader[T]) (T, time.Time, error) {
	p.mu.Lock()
	if p.running == nil && (!p.loaded || f.clock.Since(p.at) >= rest*p.cost) {
		done := make(chan struct{})
		if err := f.begin(func(ctx context.Context) { refresh(ctx, f, p, done, read) }); err != nil {
			p.mu.Unlock()
			var none T
			return none, time.Time{}, err
		}
		p.running = done
	}
	wait := p.running
	if wait == nil {
		defer p.mu.Unlock()
		return p.value, p.at, nil
	}
	var enough <-chan time.Time
	if p.loaded {
		t := f.clock.NewTimer(patience)
		defer t.Stop()
		enough = t.Chan()
	}
	p.mu.Unlock()
	select {
	case <-wait:
	case <-enough:
		p.mu.Lock()
		defer p.mu.Unlock()
		return p.value, p.at, nil
	case <-ctx.Done():
		var none T
		return none, time.Time{}, ctx.Err()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.value, p.at, p.err
}

func refresh[T any](ctx context.Context, f *Figures, p *part[T], done chan struct{}, read reader[T]) {
	began := f.clock.Now()
	v, once, err := read(ctx)
	cost := f.clock.Since(began) - once
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.loaded {
		// On a busy machine most of it was waiting, which is no cost; a part that has really grown shows again and again.
		cost = min(cost, max(p.cost+p.cost/2, time.Millisecond))
	}
	if p.err = err; err == nil {
		p.value, p.loaded, p.at, p.cost = v, true, began.Add(once), cost
	} else if ctx.Err() == nil {
		f.log.Warn("figures of a campaign could not be read", "error", err)
	}
	p.running = nil
	close(done)
}
