// Package redisbus carries the messages of package event over Redis pub/sub: one Redis channel for each kind. It works the
// same on a real Redis and on the one that runs inside the process.
//
// It keeps nothing: a message that nobody listened to, or that came while the connection was down, is gone, and its
// reader finds out from the store. It does not own what messages mean (event).
package redisbus

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/event"
)

const (
	prefix = "outdial:v1:"
	// publishTime bounds Publish: whoever has a call to lead must not wait for a bus that may lose messages anyway.
	publishTime = 500 * time.Millisecond
	// subscribeTime bounds the wait for Redis to confirm a subscription.
	subscribeTime = 5 * time.Second
	// behindMost is how many messages a slow reader may be behind before it loses the oldest.
	behindMost = 4096
)

// Bus is an event.Bus over one Redis server.
type Bus struct {
	client *redis.Client
	log    *slog.Logger
	behind int

	mu     sync.Mutex
	closed bool
	ctx    context.Context // ends with Close
	cancel context.CancelFunc
	subs   sync.WaitGroup
}

var _ event.Bus = (*Bus)(nil)

// New makes a bus on the server that the options name; times and retries are the bus's own. It connects when first used.
func New(options redis.Options, log *slog.Logger) *Bus {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	// A retried PUBLISH could arrive twice, and a dial that is tried again and again would make callers wait.
	options.MaxRetries = -1
	options.DialTimeout, options.DialerRetries = time.Second, 1
	options.ContextTimeoutEnabled = true
	options.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	ctx, cancel := context.WithCancel(context.Background())
	return &Bus{client: redis.NewClient(&options), log: log, behind: behindMost, ctx: ctx, cancel: cancel}
}

// Close ends all subscriptions and waits for them.
func (b *Bus) Close() error {
	b.mu.Lock()
	b.closed = true
	b.mu.Unlock()
	b.cancel()
	b.subs.Wait()
	return b.client.Close()
}

// Ping tells whether Redis answers.
func (b *Bus) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, subscribeTime)
	defer cancel()
	if err := b.client.Ping(ctx).Err(); err != nil {
		return b.down(err, "ask Redis for a sign of life")
	}
	return nil
}

// Publish hands the message to Redis, within half a second or not at all.
func (b *Bus) Publish(ctx context.Context, m event.Message) error {
	payload, err := event.Encode(m)
	if err != nil {
		return err
	}
	bounded, cancel := context.WithTimeout(ctx, publishTime)
	defer cancel()
	if err := b.client.Publish(bounded, prefix+string(m.Kind()), payload).Err(); err != nil {
		if ctx.Err() != nil && !errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return ctx.Err()
		}
		return b.down(err, "tell other roles of "+string(m.Kind()))
	}
	return nil
}

// Subscribe returns once Redis has confirmed the subscription: every message published after that is delivered, as long
// as the connection holds. A lost connection is made again by itself.
func (b *Bus) Subscribe(ctx context.Context, kinds ...event.Kind) (<-chan event.Message, error) {
	if len(kinds) == 0 {
		return nil, errs.New(errs.Invalid, "a subscription names at least one kind of message")
	}
	kinds = slices.Compact(slices.Sorted(slices.Values(kinds)))
	channels := make([]string, len(kinds))
	for i, k := range kinds {
		channels[i] = prefix + string(k)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil, errs.New(errs.Unavailable, "the bus is closed")
	}
	bounded, cancel := context.WithTimeout(ctx, subscribeTime)
	defer cancel()
	ps := b.client.Subscribe(bounded, channels...)
	s := &subscription{bus: b, ps: ps, kinds: kinds, out: make(chan event.Message)}
	for confirmed := 0; confirmed < len(channels); {
		reply, err := ps.Receive(bounded)
		if err != nil {
			_ = ps.Close()
			if errors.Is(ctx.Err(), context.Canceled) {
				return nil, ctx.Err()
			}
			return nil, b.down(err, "listen to other roles")
		}
		switch r := reply.(type) {
		case *redis.Subscription:
			confirmed++
		case *redis.Message:
			s.take(r)
		}
	}
	b.subs.Add(1)
	go func() {
		defer b.subs.Done()
		s.deliver(ctx)
	}()
	return s.out, nil
}

func (b *Bus) down(cause error, tried string) error {
	return errs.Wrap(errs.Unavailable, cause, "could not %s: Redis at %s does not answer; start it or correct its address", tried, b.client.Options().Addr)
}
