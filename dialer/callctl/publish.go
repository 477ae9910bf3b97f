package callctl

import (
	"context"
	"errors"
	"time"

	"github.com/outdial/outdial/shared/event"
)

// publishQueue bounds the messages that wait for Redis; publishFlush is how long those that wait may take at the end.
const (
	publishQueue = 4096
	publishFlush = 2 * time.Second
)

var errBehind = errors.New("the queue of messages to Redis is full")

// publisher sends messages beside the calls, in order: no call waits for Redis. A message that finds the queue full is
// lost, as any message may be; its readers find the row.
type publisher struct {
	bus   event.Bus
	queue chan event.Message
	quit  chan struct{}
	done  chan struct{}
	fail  func(m event.Message, err error)
}

func newPublisher(bus event.Bus, fail func(event.Message, error)) *publisher {
	return &publisher{bus: bus, queue: make(chan event.Message, publishQueue), quit: make(chan struct{}), done: make(chan struct{}), fail: fail}
}

func (p *publisher) send(m event.Message) {
	select {
	case p.queue <- m:
	default:
		p.fail(m, errBehind)
	}
}

func (p *publisher) run() {
	defer close(p.done)
	for {
		select {
		case m := <-p.queue:
			p.publish(context.Background(), m)
		case <-p.quit:
			ctx, cancel := context.WithTimeout(context.Background(), publishFlush)
			defer cancel()
			for {
				select {
				case m := <-p.queue:
					p.publish(ctx, m)
				default:
					return
				}
			}
		}
	}
}

func (p *publisher) publish(ctx context.Context, m event.Message) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	if err := p.bus.Publish(ctx, m); err != nil {
		p.fail(m, err)
	}
}

// close sends what waits and ends the publisher. Nothing may be sent any more.
func (p *publisher) close() {
	close(p.quit)
	<-p.done
}

// publish tells everybody about the call's state.
func (s *session) publish() {
	s.ctl.out.send(event.CallChanged{Tenant: s.call.Tenant, Campaign: s.call.Campaign, Call: s.call.UUID, State: s.call.State, At: s.ctl.cfg.Clock.Now()})
}

// publishFailed notes a message that is lost: once a second, not once a call.
func (c *Controller) publishFailed(m event.Message, err error) {
	now := c.cfg.Clock.Now().Unix()
	if last := c.complained.Swap(now); last != now {
		c.cfg.Log.Warn("messages cannot be published; readers find the rows", "kind", m.Kind(), "error", err)
	}
}
