package api

import (
	"context"
	"log/slog"
	"sync"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/tenant"
)

// hub shares one subscription of the bus among all live streams. It subscribes with the first stream and ends with the
// last, so it has no life of its own to be looked after.
type hub struct {
	bus   event.Bus
	log   *slog.Logger
	limit int

	mu      sync.Mutex
	streams map[*stream]struct{}
	stop    context.CancelFunc // of the running subscription
	done    chan struct{}      // closed when it has ended
	closed  bool
}

// stream is one reader. Its channel is closed when it must end: it was too slow, or the server shuts down.
type stream struct {
	tenant tenant.ID
	ch     chan event.Message
}

// streamBacklog is how far a reader may fall behind before it is cut off; it comes back and reads the rows.
const streamBacklog = 256

func newHub(bus event.Bus, log *slog.Logger, limit int) *hub {
	return &hub{bus: bus, log: log, limit: limit, streams: map[*stream]struct{}{}}
}

func (h *hub) join(t tenant.ID) (*stream, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, errs.New(errs.Unavailable, "the server is shutting down")
	}
	if len(h.streams) >= h.limit {
		return nil, errs.New(errs.Limited, "there are %d live streams already; close a window or wait", h.limit)
	}
	if h.stop == nil {
		ctx, stop := context.WithCancel(context.Background())
		messages, err := h.bus.Subscribe(ctx, event.KindCallChanged, event.KindTurnAdded, event.KindCampaignChanged, event.KindImportChanged)
		if err != nil {
			stop()
			return nil, errs.Wrap(errs.Unavailable, err, "live events are not available now")
		}
		h.stop, h.done = stop, make(chan struct{})
		go h.pump(messages, h.done)
	}
	s := &stream{tenant: t, ch: make(chan event.Message, streamBacklog)}
	h.streams[s] = struct{}{}
	return s, nil
}

// leave ends the subscription with its last stream, and waits until it has ended.
func (h *hub) leave(s *stream) {
	h.mu.Lock()
	h.drop(s)
	var wait chan struct{}
	if len(h.streams) == 0 && h.stop != nil {
		h.stop()
		wait, h.stop, h.done = h.done, nil, nil
	}
	h.mu.Unlock()
	if wait != nil {
		<-wait
	}
}

// drop closes a stream once; the lock is held.
func (h *hub) drop(s *stream) {
	if _, ok := h.streams[s]; ok {
		delete(h.streams, s)
		close(s.ch)
	}
}

func (h *hub) shut() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for s := range h.streams {
		h.drop(s)
	}
}

func (h *hub) pump(messages <-chan event.Message, done chan struct{}) {
	defer close(done)
	for m := range messages {
		owner, ok := ownerOf(m)
		if !ok {
			continue
		}
		h.mu.Lock()
		for s := range h.streams {
			if s.tenant != owner {
				continue
			}
			select {
			case s.ch <- m:
			default:
				h.log.Info("a live stream fell behind and was cut off", "tenant", owner)
				h.drop(s)
			}
		}
		h.mu.Unlock()
	}
	// The bus ended the subscription: whoever still listens must come again, or it would wait for nothing.
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.done == done {
		for s := range h.streams {
			h.drop(s)
		}
		h.stop()
		h.stop, h.done = nil, nil
	}
}

func ownerOf(m event.Message) (tenant.ID, bool) {
	switch m := m.(type) {
	case event.CallChanged:
		return m.Tenant, true
	case event.TurnAdded:
		return m.Tenant, true
	case event.CampaignChanged:
		return m.Tenant, true
	case event.ImportChanged:
		return m.Tenant, true
	default:
		return 0, false
	}
}
