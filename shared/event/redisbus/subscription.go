package redisbus

import (
	"context"

	"github.com/redis/go-redis/v9"

	"github.com/outdial/outdial/shared/event"
)

// subscription is one reader's queue. Its goroutine alone touches it once it is delivering.
type subscription struct {
	bus     *Bus
	ps      *redis.PubSub
	kinds   []event.Kind
	out     chan event.Message
	queue   []event.Message
	dropped uint64
	refused uint64
}

// deliver moves messages from Redis through the queue to the reader until either context ends.
func (s *subscription) deliver(ctx context.Context) {
	defer close(s.out)
	in := s.ps.Channel(redis.WithChannelSize(256))
	defer func() {
		_ = s.ps.Close()
		for range in { // closed by the client once its own goroutine has ended
		}
	}()
	for {
		var out chan event.Message
		var next event.Message
		if len(s.queue) > 0 {
			out, next = s.out, s.queue[0]
		}
		select {
		case m := <-in:
			s.take(m)
		case out <- next:
			s.queue[0] = nil
			if s.queue = s.queue[1:]; len(s.queue) == 0 {
				s.queue = nil
			}
		case <-ctx.Done():
			return
		case <-s.bus.ctx.Done():
			return
		}
	}
}

// take puts one message into the queue, at the cost of the oldest when it is full. It logs the 1st, 2nd, 4th, 8th, …
// loss, so that a reader that stands still does not fill the log.
func (s *subscription) take(raw *redis.Message) {
	m, err := event.Decode([]byte(raw.Payload))
	if err != nil {
		if s.refused++; powerOfTwo(s.refused) {
			s.bus.log.Warn("message passed over: not one this build knows", "channel", raw.Channel, "err", err, "so_far", s.refused)
		}
		return
	}
	if len(s.queue) >= s.bus.behind {
		s.queue = s.queue[1:]
		if s.dropped++; powerOfTwo(s.dropped) {
			s.bus.log.Warn("messages lost: their reader is too slow", "kinds", s.kinds, "so_far", s.dropped)
		}
	}
	s.queue = append(s.queue, m)
}

func powerOfTwo(n uint64) bool { return n&(n-1) == 0 }
