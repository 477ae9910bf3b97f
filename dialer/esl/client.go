package esl

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/outdial/outdial/shared/clock"
)

// Client keeps one connection to a switch. All methods may be called from any goroutine.
type Client struct {
	cfg    Config
	stats  counters
	owners owners

	ctx     context.Context
	stop    context.CancelFunc
	running sync.WaitGroup
	unowned chan Event
	first   chan error // takes the outcome of the first attempt

	mu    sync.Mutex
	link  *link         // nil while there is no connection
	ready chan struct{} // closed while there is a connection and OnUp has returned
	last  error         // why there is no connection
}

// Start returns at once and connects in the background, again and again until Close.
func Start(cfg Config) *Client {
	c := &Client{cfg: cfg.orDefault(), ready: make(chan struct{}), first: make(chan error, 1)}
	c.ctx, c.stop = context.WithCancel(context.Background())
	c.owners.byUUID = make(map[string]*Owner)
	if c.cfg.Hooks.OnEvent != nil {
		c.unowned = make(chan Event, unownedQueue)
		c.running.Go(c.deliverUnowned)
	}
	c.running.Go(c.run)
	return c
}

// Dial connects, subscribes and runs OnUp before it returns; later losses are repaired in the background. When the first
// attempt fails there is no client, and the DialError says what to do.
func Dial(ctx context.Context, cfg Config) (*Client, error) {
	c := Start(cfg)
	var err error
	select {
	case err = <-c.first:
	case <-ctx.Done():
		err = fmt.Errorf("switch at %s: %w", cfg.Address, ctx.Err())
	}
	if err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// Close ends the connection and waits for the client's goroutines, hooks included. Waiting commands and jobs get ErrLost.
// It may be called more than once, but not from a hook.
func (c *Client) Close() {
	c.stop()
	c.running.Wait()
}

// WaitUp waits until there is a connection and OnUp has returned.
func (c *Client) WaitUp(ctx context.Context) error {
	c.mu.Lock()
	ready := c.ready
	c.mu.Unlock()
	select {
	case <-ready:
		return nil
	case <-c.ctx.Done():
		return ErrClosed
	case <-ctx.Done():
		if err := c.Err(); err != nil {
			return fmt.Errorf("%w: %w", ctx.Err(), err)
		}
		return ctx.Err()
	}
}

// Err is nil while there is a connection, and otherwise why there is none.
func (c *Client) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.link != nil {
		return nil
	}
	if c.ctx.Err() != nil {
		return ErrClosed
	}
	if c.last != nil {
		return fmt.Errorf("%w: %w", ErrDown, c.last)
	}
	return ErrDown
}

func (c *Client) current() (*link, error) {
	c.mu.Lock()
	l := c.link
	c.mu.Unlock()
	if l == nil {
		return nil, c.Err()
	}
	return l, nil
}

// run connects, holds the connection, and connects again, until Close.
func (c *Client) run() {
	failures := 0
	for c.ctx.Err() == nil {
		held, err := c.session()
		if c.ctx.Err() != nil {
			return
		}
		if held {
			failures = 0
		}
		select {
		case c.first <- err:
		default:
		}
		pause := c.cfg.backoff(failures)
		failures++
		c.cfg.Log.Warn("no connection to the switch", "address", c.cfg.Address, "error", err, "retry_in", pause)
		if clock.Sleep(c.ctx, c.cfg.Clock, pause) != nil {
			return
		}
	}
}

// session is the life of one connection. It tells whether the connection got as far as being ready, and why it ended.
func (c *Client) session() (held bool, err error) {
	dialled, cancel := within(c.ctx, c.cfg.Clock, c.cfg.DialTimeout, errDialTimeout)
	defer cancel()
	nc, in, err := connect(dialled, &c.cfg)
	if err != nil {
		c.down(err)
		return false, err
	}
	c.stats.connects.Add(1)
	l := newLink(&c.cfg, nc, in, c.router(), &c.stats)
	var parts sync.WaitGroup
	defer parts.Wait()
	parts.Go(l.read)
	parts.Go(l.watch)
	ctx, end := context.WithCancelCause(c.ctx)
	defer end(nil)
	parts.Go(func() { // Close and the link's end each end the other
		select {
		case <-c.ctx.Done():
			l.fail(ErrClosed)
		case <-l.done:
		}
		end(l.reason())
	})

	if err = c.begin(ctx, dialled, l); err != nil {
		l.fail(err)
		if c.down(l.reason()) {
			c.notifyDown(l.reason())
		}
		return false, l.reason()
	}
	c.mu.Lock()
	close(c.ready)
	c.mu.Unlock()
	select {
	case c.first <- nil:
	default:
	}
	c.cfg.Log.Info("connected to the switch", "address", c.cfg.Address)
	<-l.done
	c.down(l.reason())
	c.notifyDown(l.reason())
	return true, l.reason()
}

// begin subscribes, lets commands in, and has the owner reconcile.
func (c *Client) begin(ctx, dialled context.Context, l *link) error {
	if _, err := l.command(dialled, c.cfg.subscription()); err != nil {
		var said *ReplyError
		if errors.As(err, &said) || dialled.Err() == nil {
			return err
		}
		return &DialError{Address: c.cfg.Address, Reason: ErrSilent, Cause: fmt.Errorf("no answer to the subscription within %v", c.cfg.DialTimeout)}
	}
	c.mu.Lock()
	c.link, c.last = l, nil
	c.mu.Unlock()
	if c.cfg.Hooks.OnUp == nil {
		return nil
	}
	channels, err := channelsOf(ctx, l)
	if err != nil {
		return fmt.Errorf("listing the switch's channels: %w", err)
	}
	return c.cfg.Hooks.OnUp(ctx, c, channels)
}

// down takes the connection away from callers; it tells whether they had one.
func (c *Client) down(err error) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	had := c.link != nil
	c.link, c.last = nil, err
	select {
	case <-c.ready:
		c.ready = make(chan struct{})
	default:
	}
	return had
}

func (c *Client) notifyDown(err error) {
	if c.cfg.Hooks.OnDown != nil {
		c.cfg.Hooks.OnDown(err)
	}
}
