package api

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"sync/atomic"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/tenant"
)

// hub shares one subscription of the bus among all live streams. It subscribes with the first stream and ends with the
// last, so it has no life of its own to be looked after. An event is written out once for all that read it, and once
// more for those that see no telephone numbers.
type hub struct {
	bus   event.Bus
	log   *slog.Logger
	limit int

	mu      sync.Mutex
	streams map[tenant.ID]map[*stream]struct{}
	open    int
	stop    context.CancelFunc // of the running subscription
	done    chan struct{}      // closed when it has ended
	closed  bool
}

// stream is one reader. Its channel is closed when it must end: it was too slow, or the server shuts down.
type stream struct {
	tenant   tenant.ID
	user     access.UserID
	campaign int64 // only what concerns this one; zero is everything
	lens     atomic.Pointer[lens]
	ch       chan item
}

// lens is how a stream's reader may see events; it is looked at anew when access has changed.
type lens struct {
	masked           bool
	calls, campaigns bool // whether the role shows them
	scripts          bool
}

// item is what a stream is handed.
type item struct {
	campaign int64  // whose visibility decides; zero needs none
	changed  bool   // the campaign itself has changed: what was known of its visibility may not hold
	text     []byte // ready to be sent, and shared with other streams
	recheck  bool   // sessions or permissions have changed
	notice   *event.NotificationAdded
}

// streamBacklog is how far a reader may fall behind before it is cut off; it comes back and reads the rows.
const streamBacklog = 256

// hubKinds is what live streams show or react to.
var hubKinds = []event.Kind{event.KindCallChanged, event.KindTurnAdded, event.KindCampaignChanged, event.KindImportChanged,
	event.KindExportChanged, event.KindNotificationAdded, event.KindAccessChanged, event.KindScriptChanged, event.KindListeningChanged}

func newHub(bus event.Bus, log *slog.Logger, limit int) *hub {
	return &hub{bus: bus, log: log, limit: limit, streams: map[tenant.ID]map[*stream]struct{}{}}
}

func (h *hub) join(t tenant.ID, user access.UserID, campaign int64) (*stream, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, errs.New(errs.Unavailable, "the server is shutting down")
	}
	if h.open >= h.limit {
		return nil, errs.New(errs.Limited, "there are %d live streams already; close a window or wait", h.limit)
	}
	if h.stop == nil {
		ctx, stop := context.WithCancel(context.Background())
		messages, err := h.bus.Subscribe(ctx, hubKinds...)
		if err != nil {
			stop()
			return nil, errs.Wrap(errs.Unavailable, err, "live events are not available now")
		}
		h.stop, h.done = stop, make(chan struct{})
		go h.pump(messages, h.done)
	}
	s := &stream{tenant: t, user: user, campaign: campaign, ch: make(chan item, streamBacklog)}
	s.lens.Store(&lens{masked: true}) // until it is known better
	if h.streams[t] == nil {
		h.streams[t] = map[*stream]struct{}{}
	}
	h.streams[t][s] = struct{}{}
	h.open++
	return s, nil
}

// leave ends the subscription with its last stream, and waits until it has ended.
func (h *hub) leave(s *stream) {
	h.mu.Lock()
	h.drop(s)
	var wait chan struct{}
	if h.open == 0 && h.stop != nil {
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
	own := h.streams[s.tenant]
	if _, ok := own[s]; !ok {
		return
	}
	if delete(own, s); len(own) == 0 {
		delete(h.streams, s.tenant)
	}
	h.open--
	close(s.ch)
}

func (h *hub) dropAll() {
	for _, own := range h.streams {
		for s := range own {
			h.drop(s)
		}
	}
}

func (h *hub) shut() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	h.dropAll()
}

func (h *hub) pump(messages <-chan event.Message, done chan struct{}) {
	defer close(done)
	for m := range messages {
		h.mu.Lock()
		h.hand(m)
		h.mu.Unlock()
	}
	// The bus ended the subscription: whoever still listens must come again, or it would wait for nothing.
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.done == done {
		h.dropAll()
		h.stop()
		h.stop, h.done = nil, nil
	}
}

// hand gives a message to the streams that it is for; the lock is held.
func (h *hub) hand(m event.Message) {
	switch m := m.(type) {
	case event.AccessChanged:
		for s := range h.streams[m.Tenant] {
			if m.User == 0 || int64(s.user) == m.User {
				h.give(s, item{recheck: true})
			}
		}
	case event.NotificationAdded:
		if m.User == 0 { // for everybody
			for _, own := range h.streams {
				for s := range own {
					h.give(s, item{notice: &m})
				}
			}
			return
		}
		h.toUser(m.Tenant, m.User, item{notice: &m})
	case event.ExportChanged:
		if len(h.streams[m.Tenant]) > 0 {
			h.toUser(m.Tenant, m.User, item{text: h.written(m, shownEvent(m, false))})
		}
	case event.ListeningChanged:
		if len(h.streams[m.Tenant]) > 0 {
			h.toUser(m.Tenant, int64(m.User), item{text: h.written(m, shownEvent(m, false))})
		}
	default:
		h.toTenant(m)
	}
}

func (h *hub) toUser(t tenant.ID, user int64, it item) {
	for s := range h.streams[t] {
		if int64(s.user) == user {
			h.give(s, it)
		}
	}
}

// toTenant hands on what concerns a campaign.
func (h *hub) toTenant(m event.Message) {
	owner, camp := concerns(m)
	own := h.streams[owner]
	if len(own) == 0 {
		return
	}
	var plain, masked []byte
	_, changed := m.(event.CampaignChanged)
	for s := range own {
		if s.campaign != 0 && s.campaign != camp {
			continue
		}
		l := s.lens.Load()
		if !l.shows(m) {
			continue
		}
		text := &plain
		if l.masked {
			text = &masked
		}
		if *text == nil {
			*text = h.written(m, shownEvent(m, l.masked))
		}
		h.give(s, item{campaign: camp, changed: changed, text: *text})
	}
}

// give hands an item to a stream, or cuts it off when it is too far behind.
func (h *hub) give(s *stream, it item) {
	select {
	case s.ch <- it:
	default:
		h.log.Info("a live stream fell behind and was cut off", "tenant", s.tenant)
		h.drop(s)
	}
}

func (h *hub) written(m event.Message, data any) []byte {
	body, err := json.Marshal(data)
	if err != nil {
		h.log.Error("an event cannot be shown", "kind", m.Kind(), "error", err)
		return []byte{}
	}
	return frame(string(m.Kind()), body)
}

// frame is one server-sent event.
func frame(kind string, body []byte) []byte {
	out := make([]byte, 0, len(kind)+len(body)+16)
	out = append(append(append(out, "event: "...), kind...), "\ndata: "...)
	return append(append(out, body...), "\n\n"...)
}

// shows tells whether the reader's role shows events of this sort.
func (l *lens) shows(m event.Message) bool {
	switch m.(type) {
	case event.CallChanged, event.TurnAdded:
		return l.calls
	case event.ScriptChanged:
		return l.scripts
	default:
		return l.campaigns
	}
}

// concerns tells whose a message is, and the campaign that it is about.
func concerns(m event.Message) (tenant.ID, int64) {
	switch m := m.(type) {
	case event.CallChanged:
		return m.Tenant, int64(m.Campaign)
	case event.TurnAdded:
		return m.Tenant, int64(m.Campaign)
	case event.CampaignChanged:
		return m.Tenant, int64(m.Campaign)
	case event.ImportChanged:
		return m.Tenant, int64(m.Campaign)
	case event.ScriptChanged:
		return m.Tenant, 0
	default:
		return 0, 0
	}
}
