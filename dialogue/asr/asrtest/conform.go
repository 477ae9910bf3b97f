package asrtest

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/outdial/outdial/dialogue/asr"
	"github.com/outdial/outdial/dialogue/asr/wire"
)

// Subject is a provider under test with its server's half of the protocol.
type Subject struct {
	// New makes the provider for an address.
	New func(url string, bounds wire.Config) (asr.Provider, error)
	// Greet is the opening as the server does it; nil where there is none.
	Greet func(ctx context.Context, c *websocket.Conn) error
	// IsEnd tells whether a message of the client ends an utterance.
	IsEnd func(kind websocket.MessageType, data []byte) bool
	// Partial is the message of a text that may still change.
	Partial func(text string) string
	// Finals are the messages that answer the end of an utterance whose text is known.
	Finals func(text string) []string
	// Closes tells that the server closes the connection after Finals.
	Closes bool
	// Idle is what the server says when it gives a silent client up, which is no fault between utterances; empty where it
	// has no such message.
	Idle string
	// Refusals are messages by which the server refuses a stream instead of greeting.
	Refusals []string
	// Failures are messages by which the server gives a stream up in the middle.
	Failures []string
	// Secrets must not show in any error.
	Secrets []string
}

// Run runs what every provider must do, and every fault that it must survive.
func Run(t *testing.T, s Subject) {
	t.Run("utterances", s.utterances)
	t.Run("nothing said", s.nothingSaid)
	t.Run("slow", s.slow)
	t.Run("half an answer", s.halfAnAnswer)
	t.Run("opens again after a failure", s.opensAgain)
	t.Run("keeps secrets", s.keepsSecrets)
	if s.Idle != "" {
		t.Run("hung up on while idle", s.idle)
	}
	for i, message := range s.Refusals {
		t.Run(fmt.Sprintf("refusal %d", i+1), func(t *testing.T) { s.refusal(t, message) })
	}
	for i, message := range s.Failures {
		t.Run(fmt.Sprintf("failure %d", i+1), func(t *testing.T) { s.failure(t, message) })
	}
	Faults(t, s)
}

// serve greets each connection and then lets it talk.
func (s Subject) serve(t *testing.T, talk func(ctx context.Context, c *websocket.Conn)) string {
	return Serve(t, func(ctx context.Context, c *websocket.Conn) {
		if s.Greet != nil && s.Greet(ctx, c) != nil {
			return
		}
		talk(ctx, c)
	})
}

func (s Subject) open(t *testing.T, url string, bounds wire.Config) asr.Stream {
	t.Helper()
	p, err := s.New(url, bounds)
	if err != nil {
		t.Fatal(err)
	}
	st, err := p.Open(context.Background(), asr.Params{ID: "call", Lang: "zh-CN"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	return st
}

// hear reads one utterance and gives the number of bytes of its audio.
func (s Subject) hear(ctx context.Context, c *websocket.Conn, each func(n int)) (bytes int, err error) {
	for n := 0; ; {
		kind, data, err := c.Read(ctx)
		switch {
		case err != nil:
			return bytes, err
		case s.IsEnd(kind, data):
			return bytes, nil
		case kind == websocket.MessageBinary:
			bytes += len(data)
			each(n)
			n++
		}
	}
}

// say answers the end of an utterance.
func (s Subject) say(ctx context.Context, c *websocket.Conn, text string) {
	for _, m := range s.Finals(text) {
		_ = c.Write(ctx, websocket.MessageText, []byte(m)) // a client that left is seen at the next read
	}
	if s.Closes {
		_ = c.Close(websocket.StatusNormalClosure, "")
	}
}

// Each utterance has its partial texts and its one final text, whatever connections it takes.
func (s Subject) utterances(t *testing.T) {
	var said atomic.Int64
	st := s.open(t, s.serve(t, func(ctx context.Context, c *websocket.Conn) {
		for {
			_, err := s.hear(ctx, c, func(n int) {
				if n == 0 {
					_ = c.Write(ctx, websocket.MessageText, []byte(s.Partial("我要")))
				}
			})
			if err != nil {
				return
			}
			s.say(ctx, c, fmt.Sprintf("我要办理%d", said.Add(1)))
		}
	}), Patient)
	for n := 1; n <= 3; n++ {
		write(t, st, 3)
		Await(t, st, func(r asr.Result) bool { return !r.Final && r.Matched && r.Text == "我要" })
		st.Flush()
		if got := Final(t, st); got.Text != fmt.Sprintf("我要办理%d", n) || !got.Matched {
			t.Errorf("final %d: %+v", n, got)
		}
	}
}

func write(t *testing.T, st asr.Stream, frames int) {
	t.Helper()
	for range frames {
		if err := st.Write(make([]int16, 160)); err != nil {
			t.Fatal(err)
		}
	}
}

// A turn without audio has an empty final text, and no answer of the server is waited for.
func (s Subject) nothingSaid(t *testing.T) {
	st := s.open(t, s.serve(t, drain), Patient)
	for range 2 {
		st.Flush()
		if got := Final(t, st); got.Text != "" || got.Matched {
			t.Errorf("final %+v", got)
		}
	}
}

// A server that is too slow costs the wait and keeps what was understood.
func (s Subject) slow(t *testing.T) {
	st := s.open(t, s.serve(t, func(ctx context.Context, c *websocket.Conn) {
		_ = c.Write(ctx, websocket.MessageText, []byte(s.Partial("我要")))
		drain(ctx, c)
	}), ShortAnswer)
	write(t, st, 1)
	Await(t, st, func(r asr.Result) bool { return r.Text == "我要" })
	st.Flush()
	r := Await(t, st, func(r asr.Result) bool { return r.Err != nil })
	if asr.KindOf(r.Err) != asr.Timeout || r.Text != "我要" || !r.Final {
		t.Errorf("result %+v", r)
	}
}

func (s Subject) halfAnAnswer(t *testing.T) {
	st := s.open(t, s.serve(t, func(ctx context.Context, c *websocket.Conn) {
		if _, err := s.hear(ctx, c, func(int) {}); err != nil {
			return
		}
		m := s.Finals("我要办理")[0]
		_ = c.Write(ctx, websocket.MessageText, []byte(m[:len(m)/2]))
	}), Patient)
	write(t, st, 1)
	st.Flush()
	if r := Await(t, st, func(r asr.Result) bool { return r.Err != nil }); asr.KindOf(r.Err) != asr.Protocol {
		t.Errorf("result %+v", r)
	}
}

// The provider itself survives the failure of a stream: the next one serves the same call.
func (s Subject) opensAgain(t *testing.T) {
	var connections atomic.Int64
	url := s.serve(t, func(ctx context.Context, c *websocket.Conn) {
		if connections.Add(1) == 1 {
			for kind := websocket.MessageText; kind != websocket.MessageBinary; {
				var err error
				if kind, _, err = c.Read(ctx); err != nil {
					return
				}
			}
			return // it breaks the connection, in the middle of an utterance
		}
		for {
			if _, err := s.hear(ctx, c, func(int) {}); err != nil {
				return
			}
			s.say(ctx, c, "好的")
		}
	})
	p, err := s.New(url, Patient)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 2 {
		st, err := p.Open(context.Background(), asr.Params{})
		if err != nil {
			t.Fatal(err)
		}
		write(t, st, 1)
		if n == 0 {
			st.Flush()
			r := Await(t, st, func(r asr.Result) bool { return r.Err != nil })
			if asr.KindOf(r.Err) != asr.Disconnected {
				t.Errorf("result %+v", r)
			}
		} else {
			st.Flush()
			if r := Final(t, st); r.Text != "好的" {
				t.Errorf("result %+v", r)
			}
		}
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	}
}

// A server that gives up an idle connection finds the client gone; the next utterance has another connection.
func (s Subject) idle(t *testing.T) {
	var connections atomic.Int64
	gone := make(chan struct{})
	st := s.open(t, s.serve(t, func(ctx context.Context, c *websocket.Conn) {
		if connections.Add(1) == 1 {
			_ = c.Write(ctx, websocket.MessageText, []byte(s.Idle))
			drain(ctx, c)
			close(gone)
			return
		}
		for {
			if _, err := s.hear(ctx, c, func(int) {}); err != nil {
				return
			}
			s.say(ctx, c, "好的")
		}
	}), Patient)
	<-gone
	write(t, st, 1)
	st.Flush()
	if r := Final(t, st); r.Text != "好的" {
		t.Errorf("result %+v", r)
	}
}

func (s Subject) refusal(t *testing.T, message string) {
	p, err := s.New(Serve(t, func(ctx context.Context, c *websocket.Conn) {
		_ = c.Write(ctx, websocket.MessageText, []byte(message))
		drain(ctx, c)
	}), Patient)
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.Open(context.Background(), asr.Params{})
	if asr.KindOf(err) != asr.Unreachable {
		t.Errorf("error %v, want kind unreachable", err)
	}
	s.shows(t, err)
}

func (s Subject) failure(t *testing.T, message string) {
	st := s.open(t, s.serve(t, func(ctx context.Context, c *websocket.Conn) {
		if _, _, err := c.Read(ctx); err != nil {
			return
		}
		_ = c.Write(ctx, websocket.MessageText, []byte(message))
		drain(ctx, c)
	}), Patient)
	write(t, st, 1)
	r := Await(t, st, func(r asr.Result) bool { return r.Err != nil })
	if asr.KindOf(r.Err) != asr.Disconnected {
		t.Errorf("error %v, want kind disconnected", r.Err)
	}
	s.shows(t, r.Err)
}

// shows fails when an error shows what it must not.
func (s Subject) shows(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		return
	}
	text := err.Error()
	for _, secret := range s.Secrets {
		if strings.Contains(text, secret) {
			t.Errorf("an error shows a secret: %s", text)
		}
	}
	if len(text) > 1000 || strings.ContainsAny(text, "\r\n\x00") {
		t.Errorf("an error shows too much: %q", text)
	}
}

// keepsSecrets looks at the errors of addresses that cannot be reached, where they are most likely to stand.
func (s Subject) keepsSecrets(t *testing.T) {
	for _, url := range []string{"ws://127.0.0.1:1/path", "ws://no.such.host.invalid/", "ws://127.0.0.1:1/?token=" + strings.Join(s.Secrets, "")} {
		p, err := s.New(url, Patient)
		if err != nil {
			s.shows(t, err)
			continue
		}
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		_, err = p.Open(ctx, asr.Params{})
		cancel()
		if err == nil {
			t.Error("it opened")
		}
		s.shows(t, err)
	}
}
