package softswitch

import (
	"strconv"
	"sync"
	"time"

	"github.com/outdial/outdial/dialer/esl/wire"
	"github.com/outdial/outdial/shared/clock"
)

// bus hands every event to the listeners that asked for it, in one order for all of them. It never waits for a listener.
type bus struct {
	core   string
	host   string
	clock  clock.Clock
	now    func() time.Time
	mu     sync.Mutex
	seq    uint64
	wanted [len(eventNames)]int // how many listeners want each kind
	lists  map[*listener]struct{}
}

func newBus(core, host string, c clock.Clock) *bus {
	return &bus{core: core, host: host, clock: c, now: c.Now, lists: make(map[*listener]struct{})}
}

// wants tells whether building an event of the kind is worth it. The sequence counts it either way: FreeSWITCH numbers
// what it fires, not what is heard.
func (b *bus) wants(k eventKind) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.wanted[k] > 0 {
		return true
	}
	b.seq++
	return false
}

// fire stamps and delivers an event.
func (b *bus) fire(k eventKind, e wire.Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.seq++
	if b.wanted[k] == 0 {
		return
	}
	at := b.now()
	head := make(wire.Headers, 0, 8+len(e.Headers))
	head = append(head,
		wire.Header{Name: wire.HeaderEventName, Value: eventNames[k]},
		wire.Header{Name: "Core-UUID", Value: b.core},
		wire.Header{Name: "FreeSWITCH-Hostname", Value: b.host},
		wire.Header{Name: "FreeSWITCH-Switchname", Value: b.host},
		wire.Header{Name: "Event-Date-Local", Value: at.Format("2006-01-02 15:04:05")},
		wire.Header{Name: "Event-Date-GMT", Value: at.UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT")},
		wire.Header{Name: "Event-Date-Timestamp", Value: strconv.FormatInt(at.UnixMicro(), 10)},
		wire.Header{Name: wire.HeaderEventSequence, Value: strconv.FormatUint(b.seq, 10)},
	)
	e.Headers = append(head, e.Headers...)
	var encoded []byte // once for all listeners
	for l := range b.lists {
		if !l.hears(k, e) {
			continue
		}
		if encoded == nil {
			encoded = wire.AppendEvent(make([]byte, 0, 8<<10), e)
		}
		l.offer(encoded)
	}
}

func (b *bus) add(l *listener) {
	b.mu.Lock()
	b.lists[l] = struct{}{}
	b.mu.Unlock()
}

func (b *bus) remove(l *listener) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, ok := b.lists[l]; !ok {
		return
	}
	delete(b.lists, l)
	for k, on := range l.sub.kinds {
		if on {
			b.wanted[k]--
		}
	}
}

// change edits a listener's subscription; deliveries see it whole or not at all.
func (b *bus) change(l *listener, edit func(*subscription)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	before := l.sub.kinds
	edit(&l.sub)
	if _, ok := b.lists[l]; !ok {
		return
	}
	for k := range before {
		if l.sub.kinds[k] && !before[k] {
			b.wanted[k]++
		}
		if !l.sub.kinds[k] && before[k] {
			b.wanted[k]--
		}
	}
}

// listeners is a copy of the list, for shutting down.
func (b *bus) listeners() []*listener {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := make([]*listener, 0, len(b.lists))
	for l := range b.lists {
		out = append(out, l)
	}
	return out
}
