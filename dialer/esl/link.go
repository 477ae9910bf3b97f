package esl

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/outdial/outdial/dialer/esl/wire"
)

// link is one connection to the switch, from sign-in to its end. It is never repaired: the first doubt ends it.
type link struct {
	cfg    *Config
	nc     net.Conn
	in     *wire.Reader
	events func(Event) // called by the reader, must not block
	stats  *counters

	writing chan struct{} // holds one token; taken to write, so that the order of slots is the order on the wire
	beat    atomic.Int64  // when the last frame came, by the client's clock

	mu    sync.Mutex
	slots []*slot // commands whose reply has not come, oldest first
	jobs  map[string]*Job
	err   error

	done chan struct{} // closed when err is set
}

// slot is a place in the queue for one reply. A caller that gave up leaves its slot in place, for the reply will come.
type slot struct {
	api  bool
	word string
	sent time.Time
	got  chan wire.Frame // one place, so that the reader never waits
	body string
}

func newLink(cfg *Config, nc net.Conn, in *wire.Reader, events func(Event), stats *counters) *link {
	l := &link{
		cfg: cfg, nc: nc, in: in, events: events, stats: stats,
		writing: make(chan struct{}, 1), jobs: make(map[string]*Job), done: make(chan struct{}),
	}
	l.writing <- struct{}{}
	l.touch()
	return l
}

func (l *link) touch() { l.beat.Store(l.cfg.Clock.Now().UnixNano()) }

// fail ends the link for a reason; the first one stays. Whatever waited on it is told.
func (l *link) fail(err error) {
	l.mu.Lock()
	if l.err != nil {
		l.mu.Unlock()
		return
	}
	l.err = err
	jobs := l.jobs
	l.jobs = nil
	close(l.done)
	l.mu.Unlock()

	_ = l.nc.Close()
	for _, j := range jobs {
		l.stats.jobsLost.Add(1)
		j.finish("", fmt.Errorf("%w: %w", ErrLost, err))
	}
}

func (l *link) reason() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

// read is the only reader of the connection.
func (l *link) read() {
	for {
		f, err := l.in.ReadFrame()
		if err != nil {
			l.fail(&ConnError{What: "reading from the switch", Cause: err})
			return
		}
		l.touch()
		l.stats.frames.Add(1)
		switch f.ContentType() {
		case wire.TypeCommandReply, wire.TypeAPIResponse:
			err = l.reply(f)
		case wire.TypeEventPlain:
			var e Event
			if e, err = f.Event(); err == nil {
				l.stats.events.Add(1)
				l.events(e)
				if KindOf(e) == BackgroundJob {
					l.finishJob(e)
				}
			}
		case wire.TypeDisconnect:
			err = &ConnError{What: "the switch said goodbye"}
		case wire.TypeRudeRejection:
			err = ErrRejected
		case wire.TypeAuthRequest:
			err = &ConnError{What: "the switch asked for the password again"}
		default: // log/data and what later versions may send
		}
		if err != nil {
			l.fail(err)
			return
		}
	}
}

// reply hands a frame to the oldest command. A frame that cannot be its reply means that the order is lost.
func (l *link) reply(f wire.Frame) error {
	l.mu.Lock()
	if len(l.slots) == 0 {
		l.mu.Unlock()
		return &ConnError{What: "the switch answered a command that was not sent"}
	}
	s := l.slots[0]
	l.slots[0] = nil
	l.slots = l.slots[1:]
	l.mu.Unlock()

	api := f.ContentType() == wire.TypeAPIResponse
	// A command socket that may not run an api command answers it with a command/reply.
	refused := !api && strings.HasPrefix(f.Headers.Get(wire.HeaderReplyText), "-ERR")
	if api != s.api && !refused {
		return &ConnError{What: fmt.Sprintf("the switch answered %q with %s", s.word, f.ContentType())}
	}
	s.body = string(f.Body)
	f.Body = nil
	s.got <- f
	return nil
}

// command sends a line and waits for its reply: the Reply-Text, or the output of an api command.
func (l *link) command(ctx context.Context, line string, headers ...wire.Header) (string, error) {
	word, rest, _ := strings.Cut(line, " ")
	api := word == "api"
	if api || word == "bgapi" {
		word, _, _ = strings.Cut(rest, " ")
	}
	text, err := wire.AppendCommand(nil, line, headers...)
	if err != nil {
		return "", err
	}
	s := &slot{api: api, word: word, got: make(chan wire.Frame, 1)}
	if err := l.write(ctx, s, text); err != nil {
		return "", err
	}
	l.stats.commands.Add(1)
	select {
	case f := <-s.got:
		return l.outcome(s, f)
	case <-ctx.Done():
		return "", fmt.Errorf("waiting for the switch to answer %s: %w", word, ctx.Err())
	case <-l.done:
	}
	select {
	case f := <-s.got: // it came just before the end
		return l.outcome(s, f)
	default:
		return "", fmt.Errorf("%s: %w: %w", word, ErrLost, l.reason())
	}
}

func (l *link) outcome(s *slot, f wire.Frame) (string, error) {
	text := s.body
	if f.ContentType() == wire.TypeCommandReply {
		text = f.Headers.Get(wire.HeaderReplyText)
	}
	if err := refusal(s.word, text); err != nil {
		l.stats.refused.Add(1)
		return "", err
	}
	return text, nil
}

// refusal reads -ERR and -USAGE answers.
func refusal(word, text string) error {
	if said, ok := strings.CutPrefix(text, "-ERR"); ok {
		return &ReplyError{Command: word, Text: strings.TrimSpace(said)}
	}
	if said, ok := strings.CutPrefix(text, "-USAGE"); ok {
		return &ReplyError{Command: word, Text: "usage" + strings.TrimRight(said, "\n ")}
	}
	return nil
}

// write queues the slot and writes the command, in one order for both.
func (l *link) write(ctx context.Context, s *slot, text []byte) error {
	select {
	case <-l.writing:
	case <-ctx.Done():
		return fmt.Errorf("waiting to send %s: %w", s.word, ctx.Err())
	case <-l.done:
		return fmt.Errorf("%s: %w: %w", s.word, ErrDown, l.reason())
	}
	defer func() { l.writing <- struct{}{} }()

	s.sent = l.cfg.Clock.Now()
	l.mu.Lock()
	if l.err != nil {
		l.mu.Unlock()
		return fmt.Errorf("%s: %w: %w", s.word, ErrDown, l.err)
	}
	l.slots = append(l.slots, s)
	l.mu.Unlock()

	// A peer that takes no bytes is met by the watchdog, which closes the socket under this write.
	if _, err := l.nc.Write(text); err != nil {
		l.fail(&ConnError{What: "writing to the switch", Cause: err})
		return fmt.Errorf("%s: %w: %w", s.word, ErrLost, l.reason())
	}
	return nil
}

// watch ends the link when a reply is overdue or the switch has fallen silent. It runs until the link ends.
func (l *link) watch() {
	tick := l.cfg.Clock.NewTicker(max(min(l.cfg.ReplyTimeout, l.cfg.IdleTimeout)/8, time.Millisecond))
	defer tick.Stop()
	for {
		select {
		case <-l.done:
			return
		case <-tick.Chan():
		}
		now := l.cfg.Clock.Now()
		if quiet := now.Sub(time.Unix(0, l.beat.Load())); quiet > l.cfg.IdleTimeout {
			l.fail(&ConnError{What: fmt.Sprintf("no event and no heartbeat from the switch for %v", quiet.Round(time.Millisecond))})
			return
		}
		if s := l.overdue(now); s != nil {
			l.fail(&ConnError{What: fmt.Sprintf("no answer to %q for %v", s.word, now.Sub(s.sent).Round(time.Millisecond))})
			return
		}
		l.expire(now)
	}
}

func (l *link) overdue(now time.Time) *slot {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.slots) > 0 && now.Sub(l.slots[0].sent) > l.cfg.ReplyTimeout {
		return l.slots[0]
	}
	return nil
}
