package webtalk_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/goleak"

	"github.com/outdial/outdial/dialogue/session"
	"github.com/outdial/outdial/dialogue/webtalk"
	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/flow"
	"github.com/outdial/outdial/shared/script"
	wire "github.com/outdial/outdial/shared/webtalk"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// tones says everything in 200 ms.
type tones struct{}

func (tones) Ready(string, string) *session.Prompt {
	return &session.Prompt{PCM: audio.Tone(300, 0.2, 200*time.Millisecond), File: "prompts/x.wav"}
}

func (tones) Render(context.Context, string, string) (*session.Prompt, error) {
	return nil, errors.New("everything is ready")
}

const keyScript = `
script: 1
name: keys
settings: {greeting_delay: 0s}
nodes:
  ask: {say: 请按一。, collect: {length: 1}, branches: {"digits:1": {to: desk, label: 按一}, digits: bye, default: bye}}
  desk: {say: 请稍等。, transfer: {extension: "1001", timeout: 5s, failed: bye}}
  bye: {say: 再见。, hangup: true}
`

func serve(t *testing.T) *webtalk.Server {
	t.Helper()
	s, err := webtalk.Start(webtalk.Config{Listen: "127.0.0.1:0", Secret: "s3cret", Most: 1, Clock: clock.Real(), Log: slog.New(slog.DiscardHandler),
		Prepare: func(_ context.Context, ask wire.Ask) (webtalk.Prepared, error) {
			f, err := script.Parse(ask.Document)
			if err != nil {
				return webtalk.Prepared{}, errs.Wrap(errs.Invalid, err, "the script was refused")
			}
			p, err := flow.Compile(f)
			return webtalk.Prepared{Program: p, Voice: tones{}}, err
		}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func dial(t *testing.T, s *webtalk.Server, secret string) (*websocket.Conn, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	c, _, err := websocket.Dial(ctx, "ws://"+s.Addr()+wire.Path, &websocket.DialOptions{Subprotocols: []string{wire.Subprotocol},
		HTTPHeader: http.Header{"Authorization": {"Bearer " + secret}}})
	if err == nil {
		t.Cleanup(func() { _ = c.CloseNow() })
	}
	return c, err
}

func send(t *testing.T, c *websocket.Conn, v any) {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Write(t.Context(), websocket.MessageText, text); err != nil {
		t.Fatal(err)
	}
}

// until reads until a text satisfies, and counts the frames on the way.
func until(t *testing.T, c *websocket.Conn, want func(wire.Message) bool) (m wire.Message, frames int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for {
		kind, data, err := c.Read(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if kind == websocket.MessageBinary {
			if len(data) != wire.FrameBytes {
				t.Errorf("a frame of %d bytes", len(data))
			}
			frames++
			continue
		}
		m = wire.Message{}
		if err := json.Unmarshal(data, &m); err != nil {
			t.Fatal(err)
		}
		if want(m) {
			return m, frames
		}
	}
}

// TestTalk: the robot speaks, hears keys, finds nobody to hand over to, and hangs up; the browser is told all of it.
func TestTalk(t *testing.T) {
	s := serve(t)
	c, err := dial(t, s, "s3cret")
	if err != nil {
		t.Fatal(err)
	}
	send(t, c, wire.Ask{Tenant: 1, Document: []byte(keyScript), Zone: "Asia/Shanghai"})
	m, frames := until(t, c, func(m wire.Message) bool { return m.Type == "turn" })
	if m.Speaker != "robot" || m.Text != "请按一。" || m.Node != "ask" || frames < 9 {
		t.Errorf("first %+v after %d frames", m, frames)
	}
	if err := c.Write(t.Context(), websocket.MessageBinary, make([]byte, wire.FrameBytes)); err != nil {
		t.Fatal(err)
	}
	if m, _ = until(t, c, func(m wire.Message) bool { return m.Type == "state" }); m.Phase != "listening" && m.Phase != "speaking" {
		t.Errorf("the state came back as %+v", m)
	}
	send(t, c, wire.Command{Type: "digits", Keys: "1"})
	if m, _ = until(t, c, func(m wire.Message) bool { return m.Type == "turn" && m.Speaker == "callee" }); m.Kind != "digits" || m.Rule != "1" {
		t.Errorf("keys came back as %+v", m)
	}
	if m, _ = until(t, c, func(m wire.Message) bool { return m.Reason != "" }); m.Reason != "1001" {
		t.Errorf("the transfer came back as %+v", m)
	}
	m, _ = until(t, c, func(m wire.Message) bool { return m.Type == "ended" })
	if m.Cause != flow.CauseHangupNode || m.Node != "bye" || len(m.Labels) != 1 || m.Labels[0] != "按一" || m.Grade == "" {
		t.Errorf("ended %+v", m)
	}
}

// TestRefused: without the secret nobody talks, and who asks for something impossible is told why.
func TestRefused(t *testing.T) {
	s := serve(t)
	if _, err := dial(t, s, "guess"); err == nil || !strings.Contains(err.Error(), "403") {
		t.Errorf("a wrong secret: %v", err)
	}
	c, err := dial(t, s, "s3cret")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := dial(t, s, "s3cret"); err == nil || !strings.Contains(err.Error(), "503") {
		t.Errorf("one talk too many: %v", err)
	}
	send(t, c, wire.Ask{Document: []byte("script: 2")})
	if m, _ := until(t, c, func(m wire.Message) bool { return true }); m.Type != "refused" || m.Reason != "the script was refused" {
		t.Errorf("a broken script: %+v", m)
	}
}

// TestHangUp: the browser leaves, with a word or without one.
func TestHangUp(t *testing.T) {
	for _, polite := range []bool{true, false} {
		s := serve(t)
		c, err := dial(t, s, "s3cret")
		if err != nil {
			t.Fatal(err)
		}
		send(t, c, wire.Ask{Document: []byte(keyScript)})
		until(t, c, func(m wire.Message) bool { return m.Type == "turn" })
		if polite {
			send(t, c, wire.Command{Type: "nonsense"})
			send(t, c, wire.Command{Type: "hangup"})
			if m, _ := until(t, c, func(m wire.Message) bool { return m.Type == "ended" }); m.Cause != "callee_hangup" {
				t.Errorf("ended %+v", m)
			}
		} else {
			_ = c.CloseNow()
		}
		s.Close() // waits for the talk
	}
}
