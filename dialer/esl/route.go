package esl

import (
	"fmt"
	"sync"
	"sync/atomic"
)

// Owner is the one reader of a call's events: those of the callee's leg and of the robot's, in the order in which the
// switch sent them. Its queue is bounded. An event that finds the queue full is lost to the owner, which is told by
// Overflowed and must then ask the switch how the call stands.
type Owner struct {
	c       *Client
	queue   chan Event
	full    chan struct{}
	once    sync.Once
	dropped atomic.Uint64
	uuids   []string // guarded by owners.mu
	over    bool     // released; guarded by owners.mu
}

type owners struct {
	mu     sync.RWMutex
	byUUID map[string]*Owner
}

// DefaultQueue holds the events of a call that is not read for a while; a whole call makes 10 to 30.
const DefaultQueue = 64

// Own makes one queue for the events of these legs; capacity 0 means DefaultQueue. Own a leg before it is originated, so
// that none of its events goes to OnEvent. The caller must Release. Ownership outlives a connection.
func (c *Client) Own(capacity int, uuids ...string) (*Owner, error) {
	if capacity <= 0 {
		capacity = DefaultQueue
	}
	o := &Owner{c: c, queue: make(chan Event, capacity), full: make(chan struct{})}
	if err := o.Add(uuids...); err != nil {
		return nil, err
	}
	return o, nil
}

// Add puts further legs into the same queue: all of them, or none when one has another owner.
func (o *Owner) Add(uuids ...string) error {
	s := &o.c.owners
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, u := range uuids {
		if err := CheckUUID(u); err != nil {
			return err
		}
		if other := s.byUUID[u]; other != nil && other != o {
			return fmt.Errorf("%w: %s", ErrOwned, u)
		}
	}
	if o.over {
		return fmt.Errorf("%w: the owner was released", ErrClosed)
	}
	for _, u := range uuids {
		if s.byUUID[u] == nil {
			s.byUUID[u] = o
			o.uuids = append(o.uuids, u)
		}
	}
	return nil
}

// Events is the queue. It is never closed; stop reading when the call is over.
func (o *Owner) Events() <-chan Event { return o.queue }

// Overflowed is closed when the first event was lost.
func (o *Owner) Overflowed() <-chan struct{} { return o.full }

// Dropped is how many events were lost.
func (o *Owner) Dropped() uint64 { return o.dropped.Load() }

// Release gives the legs up. Their later events go to OnEvent. It may be called more than once.
func (o *Owner) Release() {
	s := &o.c.owners
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, u := range o.uuids {
		delete(s.byUUID, u)
	}
	o.uuids, o.over = nil, true
}

// router returns the dispatcher of one connection. Only the connection's reader calls it, and it never blocks.
func (c *Client) router() func(Event) {
	numbers := sequence{dense: c.cfg.dense()}
	return func(e Event) {
		if gap, ok := numbers.next(e.Sequence()); ok {
			c.stats.gaps.Add(1)
			if c.cfg.Hooks.OnGap != nil {
				c.cfg.Hooks.OnGap(gap)
			}
		}
		if KindOf(e) == BackgroundJob {
			return // the link knows its jobs; those of other clients concern nobody here
		}
		uuid := e.UUID()
		if uuid != "" && c.deliverOwned(uuid, e) {
			return
		}
		c.stats.unowned.Add(1)
		if c.unowned == nil {
			return
		}
		select {
		case c.unowned <- e:
		default:
			c.overflow("", e)
		}
	}
}

func (c *Client) deliverOwned(uuid string, e Event) bool {
	c.owners.mu.RLock()
	o := c.owners.byUUID[uuid]
	c.owners.mu.RUnlock()
	if o == nil {
		return false
	}
	select {
	case o.queue <- e:
	default:
		o.dropped.Add(1)
		o.once.Do(func() { close(o.full) })
		c.overflow(uuid, e)
	}
	return true
}

func (c *Client) overflow(uuid string, e Event) {
	c.stats.overflowed.Add(1)
	if c.cfg.Hooks.OnOverflow != nil {
		c.cfg.Hooks.OnOverflow(uuid, e)
	}
}

func (c *Client) deliverUnowned() {
	for {
		select {
		case e := <-c.unowned:
			c.cfg.Hooks.OnEvent(e)
		case <-c.ctx.Done():
			return
		}
	}
}
