package session

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/transcript"
)

// keeper stores turns in the order in which they finished, and tells the bus about each. It keeps what waits for the
// store in memory, a turn being a few hundred bytes; the clock of a call never waits for it.
type keeper struct {
	turns  TurnStore
	bus    Publisher
	clock  clock.Clock
	log    *slog.Logger
	scope  tenant.Scope
	retry  time.Duration
	mu     sync.Mutex
	queue  []keep
	closed bool
	wake   chan struct{}
}

type keep struct {
	turn   *transcript.Turn
	sum    *transcript.Conversation
	told   event.Message
	queued time.Time
}

// maxQueue is far more than a call has turns: past it the store has been gone for the whole call.
const maxQueue = 1000

func (k *keeper) put(j keep) {
	j.queued = k.clock.Now()
	k.mu.Lock()
	full := len(k.queue) >= maxQueue
	if !full {
		k.queue = append(k.queue, j)
	}
	k.mu.Unlock()
	if full {
		k.lose(j, errs.New(errs.Limited, "%d turns are waiting already", maxQueue))
		return
	}
	k.signal()
}

func (k *keeper) signal() {
	select {
	case k.wake <- struct{}{}:
	default:
	}
}

// finish lets run return when the queue is empty.
func (k *keeper) finish() {
	k.mu.Lock()
	k.closed = true
	k.mu.Unlock()
	k.signal()
}

func (k *keeper) next() (j keep, ok, closed bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.queue) == 0 {
		return keep{}, false, k.closed
	}
	j = k.queue[0]
	k.queue = k.queue[1:]
	return j, true, false
}

// run works the queue off until finish, or until ctx ends.
func (k *keeper) run(ctx context.Context) {
	for {
		j, ok, closed := k.next()
		if closed {
			return
		}
		if !ok {
			select {
			case <-k.wake:
				continue
			case <-ctx.Done():
				return
			}
		}
		k.keep(ctx, j)
	}
}

const (
	firstPause = 100 * time.Millisecond
	longPause  = 2 * time.Second
	storeWait  = 5 * time.Second
)

// keep stores one thing, again and again while the store is away, up to the limit counted from when it was queued: what
// queued up behind it is tried once more each and the call's end is not held up for long.
func (k *keeper) keep(ctx context.Context, j keep) {
	pause := firstPause
	for {
		err := k.store(ctx, j)
		switch {
		case err == nil || errs.Is(err, errs.Conflict): // a conflict: it is stored already
			k.tell(ctx, j.told)
			return
		case errs.Is(err, errs.Invalid) || errs.Is(err, errs.NotFound) || ctx.Err() != nil || k.clock.Since(j.queued) >= k.retry:
			k.lose(j, err)
			return
		}
		if clock.Sleep(ctx, k.clock, pause) != nil {
			k.lose(j, err)
			return
		}
		pause = min(2*pause, longPause)
	}
}

func (k *keeper) store(ctx context.Context, j keep) error {
	ctx, cancel := context.WithTimeout(ctx, storeWait)
	defer cancel()
	if j.turn != nil {
		return k.turns.AddTurn(ctx, k.scope, *j.turn)
	}
	if j.sum != nil {
		return k.turns.EndConversation(ctx, k.scope, *j.sum)
	}
	return nil
}

func (k *keeper) tell(ctx context.Context, m event.Message) {
	if m == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, storeWait)
	defer cancel()
	if err := k.bus.Publish(ctx, m); err != nil {
		// The rows are the truth; whoever missed the message reads them.
		k.log.Warn("an event was not published", "kind", m.Kind(), "err", err)
	}
}

// lose writes to the log what could not be stored: it is the last copy.
func (k *keeper) lose(j keep, err error) {
	switch {
	case j.turn != nil:
		k.log.Error("a turn was not stored; is the database reachable?", "seq", j.turn.Seq, "speaker", j.turn.Speaker, "text", j.turn.Text, "err", err)
	case j.sum != nil:
		k.log.Error("the conversation's sum was not stored; is the database reachable?", "grade", j.sum.Grade, "reason", j.sum.EndReason, "err", err)
	}
}
