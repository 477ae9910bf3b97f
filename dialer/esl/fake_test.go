package esl_test

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/outdial/outdial/dialer/esl"
	"github.com/outdial/outdial/dialer/esl/wire"
	"github.com/outdial/outdial/shared/clock"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const password = "secret"

// fakeSwitch is an event socket that does what a test's script says. Unscripted commands are answered as a switch without
// calls answers them.
type fakeSwitch struct {
	t       *testing.T
	socket  net.Listener
	script  func(*fakeConn, wire.Command) bool // true when it dealt with the command
	running sync.WaitGroup

	mu    sync.Mutex
	conns []*fakeConn
	lines []string
}

type fakeConn struct {
	s  *fakeSwitch
	nc net.Conn
	n  int // 0 for the first connection, and so on
}

func newFake(t *testing.T, script func(*fakeConn, wire.Command) bool) *fakeSwitch {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &fakeSwitch{t: t, socket: l, script: script}
	s.running.Go(func() {
		for {
			nc, err := l.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			c := &fakeConn{s: s, nc: nc, n: len(s.conns)}
			s.conns = append(s.conns, c)
			s.mu.Unlock()
			s.running.Go(c.serve)
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		s.mu.Lock()
		for _, c := range s.conns {
			_ = c.nc.Close()
		}
		s.mu.Unlock()
		s.running.Wait()
	})
	return s
}

func (c *fakeConn) serve() {
	defer func() { _ = c.nc.Close() }()
	c.send(wire.AppendFrame(nil, wire.TypeAuthRequest, nil, nil))
	in := wire.NewReader(c.nc, wire.Limits{})
	for {
		cmd, err := in.ReadCommand()
		if err != nil {
			return
		}
		c.s.mu.Lock()
		c.s.lines = append(c.s.lines, cmd.Line)
		c.s.mu.Unlock()
		if c.s.script != nil && c.s.script(c, cmd) {
			continue
		}
		switch word, rest, _ := strings.Cut(cmd.Line, " "); word {
		case "auth":
			if rest != password {
				c.reply("-ERR invalid")
				return
			}
			c.reply("+OK accepted")
		case "event":
			c.reply("+OK event listener enabled plain")
		case "bgapi":
			c.reply("+OK Job-UUID: "+cmd.Headers.Get("Job-UUID"), wire.Header{Name: "Job-UUID", Value: cmd.Headers.Get("Job-UUID")})
		case "api":
			switch {
			case rest == "show channels as json":
				c.api(`{"row_count":0}`)
			case strings.HasPrefix(rest, "echo "):
				c.api(strings.TrimPrefix(rest, "echo "))
			default:
				c.api("+OK\n")
			}
		default:
			c.reply("-ERR command not found")
		}
	}
}

func (c *fakeConn) send(b []byte) { _, _ = c.nc.Write(b) }

func (c *fakeConn) reply(text string, more ...wire.Header) {
	c.send(wire.AppendReply(nil, text, more...))
}

func (c *fakeConn) api(output string) { c.send(wire.AppendAPIResponse(nil, output)) }

// event sends one event; pairs are names and values.
func (c *fakeConn) event(name string, sequence uint64, body string, pairs ...string) {
	e := wire.Event{Body: body}
	for i := 0; i < len(pairs); i += 2 {
		e.Add(pairs[i], pairs[i+1])
	}
	e.Stamp(name, "core", time.UnixMicro(1), sequence)
	c.send(wire.AppendEvent(nil, e))
}

func (c *fakeConn) jobDone(id, output string) {
	c.event("BACKGROUND_JOB", 0, output, "Job-UUID", id)
}

func (s *fakeSwitch) address() string { return s.socket.Addr().String() }

func (s *fakeSwitch) conn(n int) *fakeConn {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conns[n]
}

func (s *fakeSwitch) received() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.lines)
}

// dial connects a client that is closed with the test.
func (s *fakeSwitch) dial(cfg esl.Config) *esl.Client {
	s.t.Helper()
	cfg.Address, cfg.Password = s.address(), password
	if cfg.BackoffMin == 0 {
		cfg.BackoffMin = time.Millisecond
	}
	c, err := esl.Dial(testContext(s.t), cfg)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(c.Close)
	return c
}

func testContext(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// passes moves a fake clock in steps until done; each step lets what waits for the clock run.
func passes(t *testing.T, c *clock.Fake, step time.Duration, done <-chan struct{}) time.Duration {
	t.Helper()
	begin := c.Now()
	for range 10000 {
		select {
		case <-done:
			return c.Now().Sub(begin)
		case <-time.After(time.Millisecond):
			c.Advance(step)
		}
	}
	t.Fatal("nothing happened, however late it got")
	return 0
}

func receive[T any](t *testing.T, what string, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(10 * time.Second):
		t.Fatalf("not within 10 s: %s", what)
		panic("unreachable")
	}
}

func mustBe(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("error is %v, want %v", err, want)
	}
}
