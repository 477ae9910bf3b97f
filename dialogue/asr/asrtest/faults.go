// Package asrtest owns what the tests of recognisers share: a websocket server that a test scripts, what every provider
// must do, and the faults that it must survive. It is for tests only.
package asrtest

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/outdial/outdial/dialogue/asr"
	"github.com/outdial/outdial/dialogue/asr/wire"
)

// Serve starts a server that gives each connection to talk, and returns its address.
func Serve(t *testing.T, talk func(ctx context.Context, c *websocket.Conn)) string {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer c.CloseNow()
		c.SetReadLimit(1 << 20)
		talk(ctx, c)
	}))
	t.Cleanup(func() { cancel(); srv.Close() })
	return "ws" + strings.TrimPrefix(srv.URL, "http")
}

// Await reads results until one is wanted, and fails when the stream ends or nothing comes.
func Await(t *testing.T, s asr.Stream, want func(asr.Result) bool) asr.Result {
	t.Helper()
	timeout := time.After(20 * time.Second)
	for {
		select {
		case r, ok := <-s.Results():
			if !ok {
				t.Fatal("the stream ended before the result came")
			}
			if want(r) {
				return r
			}
		case <-timeout:
			t.Fatal("the result did not come")
		}
	}
}

// Final waits for a final result without an error.
func Final(t *testing.T, s asr.Stream) asr.Result {
	t.Helper()
	r := Await(t, s, func(r asr.Result) bool { return r.Final || r.Err != nil })
	if r.Err != nil {
		t.Fatalf("the stream failed: %v", r.Err)
	}
	return r
}

// Patient bounds are met on a machine that is busy with other tests; the others are for tests that wait for a bound.
var (
	Patient       = wire.Config{Dial: 15 * time.Second, Send: 15 * time.Second, Answer: 15 * time.Second, Queue: time.Second}
	ShortAnswer   = wire.Config{Dial: 15 * time.Second, Send: 15 * time.Second, Answer: 300 * time.Millisecond, Queue: time.Second}
	ShortGreeting = wire.Config{Dial: 300 * time.Millisecond, Send: 15 * time.Second, Answer: 15 * time.Second, Queue: time.Second}
)

// drain reads until the peer or the test ends.
func drain(ctx context.Context, c *websocket.Conn) {
	for {
		if _, _, err := c.Read(ctx); err != nil {
			return
		}
	}
}

// Faults runs every fault of a server against a provider.
func Faults(t *testing.T, s Subject) {
	start := func(url string) (asr.Provider, error) { return s.New(url, ShortGreeting) }
	text := func(s string) func(context.Context, *websocket.Conn) {
		return func(ctx context.Context, c *websocket.Conn) {
			_ = c.Write(ctx, websocket.MessageText, []byte(s))
			drain(ctx, c)
		}
	}
	for _, f := range []struct {
		name string
		talk func(context.Context, *websocket.Conn)
		want asr.Kind
	}{
		{"never answers", drain, asr.Timeout},
		{"hangs up in the middle", func(ctx context.Context, c *websocket.Conn) { _, _, _ = c.Read(ctx); _, _, _ = c.Read(ctx) }, asr.Disconnected},
		{"says goodbye in the middle", func(_ context.Context, c *websocket.Conn) { _ = c.Close(websocket.StatusGoingAway, "restart") }, asr.Disconnected},
		{"sends garbage", text("<html>"), asr.Protocol},
		{"sends another format", text(`{"hello":"world"}`), asr.Protocol},
		{"sends a number", text(`12`), asr.Protocol},
		{"sends binary", func(ctx context.Context, c *websocket.Conn) {
			_ = c.Write(ctx, websocket.MessageBinary, []byte(s.Partial("x")))
			drain(ctx, c)
		}, asr.Protocol},
		{"sends a megabyte at once", text(`{"text":"` + strings.Repeat("x", 1<<20) + `"}`), asr.Protocol},
		{"sends megabytes in pieces", func(ctx context.Context, c *websocket.Conn) {
			msg := []byte(s.Partial(strings.Repeat("y", 6<<10)))
			for c.Write(ctx, websocket.MessageText, msg) == nil {
			}
		}, asr.Protocol},
	} {
		t.Run(f.name, func(t *testing.T) {
			bounds := Patient
			if f.want == asr.Timeout {
				bounds = ShortAnswer
			}
			p, err := s.New(s.serve(t, f.talk), bounds)
			if err != nil {
				t.Fatal(err)
			}
			st, err := p.Open(context.Background(), asr.Params{})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = st.Close() }()
			_ = st.Write(make([]int16, 1600))
			if f.want != asr.Protocol { // bad messages are refused whenever they come
				st.Flush()
			}
			r := Await(t, st, func(r asr.Result) bool { return r.Err != nil })
			if asr.KindOf(r.Err) != f.want {
				t.Errorf("error %v, want kind %v", r.Err, f.want)
			}
			s.shows(t, r.Err)
			if _, open := <-st.Results(); open {
				t.Error("the stream goes on after its error")
			}
			if err := st.Write(make([]int16, 160)); asr.KindOf(err) != asr.Closed {
				t.Errorf("write after the error: %v", err)
			}
		})
	}
	t.Run("never reads", func(t *testing.T) { neverReads(t, s) })
	t.Run("refuses", func(t *testing.T) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		l.Close()
		unreachable(t, start, "ws://"+l.Addr().String())
	})
	t.Run("accepts and says nothing", func(t *testing.T) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		unreachable(t, start, "ws://"+l.Addr().String())
	})
	t.Run("is a web site", func(t *testing.T) {
		srv := httptest.NewServer(http.NotFoundHandler())
		defer srv.Close()
		unreachable(t, start, "ws"+strings.TrimPrefix(srv.URL, "http"))
	})
	t.Run("call ends", func(t *testing.T) {
		p, err := s.New(s.serve(t, drain), Patient)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		st, err := p.Open(ctx, asr.Params{})
		if err != nil {
			t.Fatal(err)
		}
		cancel()
		for range st.Results() {
		}
		if err := errors.Join(st.Close(), st.Close()); err != nil {
			t.Error(err)
		}
	})
}

// neverReads lets the network fill up: the writer must see an overflow or the end of the stream, and never wait.
func neverReads(t *testing.T, subject Subject) {
	p, err := subject.New(subject.serve(t, func(ctx context.Context, _ *websocket.Conn) { <-ctx.Done() }), Patient)
	if err != nil {
		t.Fatal(err)
	}
	s, err := p.Open(context.Background(), asr.Params{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	pcm := make([]int16, 4000)
	deadline := time.After(20 * time.Second)
	for {
		began := time.Now()
		err := s.Write(pcm)
		if took := time.Since(began); took > 200*time.Millisecond {
			t.Fatalf("a write took %v", took)
		}
		if kind := asr.KindOf(err); kind == asr.Overflow || kind == asr.Closed {
			return
		}
		select {
		case <-deadline:
			t.Fatal("neither overflow nor end")
		default:
		}
	}
}

func unreachable(t *testing.T, start func(url string) (asr.Provider, error), url string) {
	t.Helper()
	p, err := start(url)
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	_, err = p.Open(context.Background(), asr.Params{})
	if asr.KindOf(err) != asr.Unreachable {
		t.Errorf("error %v, want kind unreachable", err)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("it took %v to find out", took)
	}
}
