package callctl

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/outdial/outdial/shared/event"
)

// A dialogue process reports once a second. One that is unheard of for robotsSilent gets no new calls; after robotsLost
// its calls are taken for lost. In between lies what a starved machine or a restarting Redis can cause: calls that still
// talk must not end for it, and when the process really is dead the switch misses its media anyway.
const (
	robotsSilent = 4 * time.Second
	robotsLost   = 20 * time.Second
)

// robotPool knows the dialogue processes that can meet a callee, from what they report about themselves.
type robotPool struct {
	mu        sync.Mutex
	processes map[string]*robotProcess // by process token
}

type robotProcess struct {
	address  string
	token    string
	capacity int
	own      int           // calls of this dialer that it holds
	others   int           // calls of other dialers, as of its last report
	silence  time.Duration // since its last report, not counting times when no report could come
	suspect  bool          // a call found nobody there; its next report clears it
}

// usable tells whether it is offered calls.
func (r *robotProcess) usable() bool { return r.silence <= robotsSilent && !r.suspect }

// room is how many more calls it takes; none while it is silent.
func (r *robotProcess) room() int {
	if !r.usable() {
		return 0
	}
	return r.capacity - r.own - r.others
}

func newRobotPool() *robotPool { return &robotPool{processes: make(map[string]*robotProcess)} }

// hear takes a report in; it returns the tokens of processes that the report shows to be gone: a new process on the
// address of an old one has replaced it.
func (p *robotPool) hear(m event.RobotsAlive) (gone []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for token, old := range p.processes {
		if old.address == m.Dialogue && token != m.Process {
			delete(p.processes, token)
			gone = append(gone, token)
		}
	}
	if m.Capacity == 0 { // it is shutting down and says so
		delete(p.processes, m.Process)
		return gone
	}
	r := p.processes[m.Process]
	if r == nil {
		r = &robotProcess{token: m.Process}
		p.processes[m.Process] = r
	}
	r.address, r.capacity, r.others, r.silence, r.suspect = m.Dialogue, m.Capacity, max(0, m.Calls-r.own), 0, false
	return gone
}

// suspect stops calls to a process at which one found nobody, until it reports again.
func (p *robotPool) suspect(token string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r := p.processes[token]; r != nil {
		r.suspect = true
	}
}

// expire lets time pass in which reports could come. It drops processes that were silent for too long and returns their
// tokens.
func (p *robotPool) expire(passed time.Duration) (gone []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for token, r := range p.processes {
		if r.silence += passed; r.silence > robotsLost {
			delete(p.processes, token)
			gone = append(gone, token)
		}
	}
	return gone
}

// pick chooses the process with the most room and takes a place there; false when there is none.
func (p *robotPool) pick() (address, token string, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var best *robotProcess
	for _, r := range p.processes {
		if r.room() > 0 && (best == nil || r.room() > best.room()) {
			best = r
		}
	}
	if best == nil {
		return "", "", false
	}
	best.own++
	return best.address, best.token, true
}

// free gives a place back.
func (p *robotPool) free(token string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r := p.processes[token]; r != nil {
		r.own--
	}
}

// capacity is how many calls of this dialer all usable processes can hold together.
func (p *robotPool) capacity() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for _, r := range p.processes {
		if r.usable() {
			n += max(0, r.capacity-r.others)
		}
	}
	return n
}

// busPulse tells whether messages arrive: the dialer sends itself one a second. Without it, the silence of a dialogue
// process and that of Redis look alike, and calls that talk would end because Redis restarts.
type busPulse struct{ last atomic.Int64 }

func (b *busPulse) beat(now time.Time) { b.last.Store(now.UnixNano()) }

func (b *busPulse) alive(now time.Time) bool {
	return now.Sub(time.Unix(0, b.last.Load())) < 2500*time.Millisecond
}

// pulse is a report of a process without room and address, which no dialer knows: everybody passes over it.
func pulse(holder string) event.Message { return event.RobotsAlive{Process: "dialer " + holder} }
