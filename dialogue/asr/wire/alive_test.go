package wire_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/goleak"

	"github.com/outdial/outdial/dialogue/asr"
	"github.com/outdial/outdial/dialogue/asr/asrtest"
	"github.com/outdial/outdial/dialogue/asr/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// plain is the least a protocol can be: the server's messages are final texts.
type plain struct{ every time.Duration }

func (plain) Hello() []byte              { return []byte("hello") }
func (plain) Begin(int) []byte           { return nil }
func (plain) Audio(pcm []int16) []byte   { return wire.Bytes(pcm) }
func (plain) End() []byte                { return []byte("end") }
func (plain) OnePerConnection() bool     { return true }
func (p plain) KeepAlive() time.Duration { return p.every }
func (plain) Greeted(msg []byte) (bool, error) {
	switch string(msg) {
	case "ready":
		return true, nil
	case "wait":
		return false, nil
	case "no":
		return false, &wire.Refusal{Code: "7", Text: "no\n"}
	}
	return false, errors.New("what?")
}

func (plain) Parse(msg []byte, flushed bool) (wire.Event, error) {
	if flushed {
		return wire.Event{Kind: wire.Final, Text: string(msg)}, nil
	}
	return wire.Event{}, nil
}

func open(t *testing.T, url string, p plain, bounds wire.Config) (asr.Stream, error) {
	t.Helper()
	s, err := wire.Open(context.Background(), "plain", url, wire.Fixed(url), asr.Params{}, p, bounds)
	if err == nil {
		t.Cleanup(func() { _ = s.Close() })
	}
	return s, err
}

// A server that hangs up on silence hears some while nobody speaks, and that is no part of an utterance.
func TestSilenceKeepsAConnection(t *testing.T) {
	idle := make(chan int, 100)
	url := asrtest.Serve(t, func(ctx context.Context, c *websocket.Conn) {
		for {
			kind, data, err := c.Read(ctx)
			switch {
			case err != nil:
				return
			case kind == websocket.MessageBinary:
				loud := 0
				for _, b := range data {
					if b != 0 {
						loud++
					}
				}
				select {
				case idle <- loud:
				default:
				}
			case string(data) == "hello":
				_ = c.Write(ctx, websocket.MessageText, []byte("ready"))
			case string(data) == "end":
				_ = c.Write(ctx, websocket.MessageText, []byte("好的"))
			}
		}
	})
	s, err := open(t, url, plain{5 * time.Millisecond}, asrtest.Patient)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if loud := <-idle; loud != 0 {
			t.Errorf("%d bytes of sound and nobody speaks", loud)
		}
	}
	s.Flush()
	if r := asrtest.Final(t, s); r.Text != "" {
		t.Errorf("silence became %+v", r)
	}
	if err := s.Write([]int16{1000, -1000}); err != nil {
		t.Fatal(err)
	}
	s.Flush()
	if r := asrtest.Final(t, s); r.Text != "好的" {
		t.Errorf("result %+v", r)
	}
}

func TestGreetings(t *testing.T) {
	for name, c := range map[string]struct {
		says []string
		want asr.Kind
	}{
		"at once":       {[]string{"ready"}, 0},
		"after a while": {[]string{"wait", "wait", "ready"}, 0},
		"never":         {nil, asr.Unreachable},
		"refused":       {[]string{"wait", "no"}, asr.Unreachable},
		"garbage":       {[]string{"<html>"}, asr.Protocol},
		"without end":   {[]string{"wait", "wait", "wait", "wait", "wait", "wait", "wait", "wait", "wait", "wait", "wait", "ready"}, asr.Protocol},
	} {
		t.Run(name, func(t *testing.T) {
			url := asrtest.Serve(t, func(ctx context.Context, conn *websocket.Conn) {
				for _, m := range c.says {
					_ = conn.Write(ctx, websocket.MessageText, []byte(m))
				}
				for {
					if _, _, err := conn.Read(ctx); err != nil {
						return
					}
				}
			})
			bounds := asrtest.Patient
			if c.says == nil {
				bounds = asrtest.ShortGreeting
			}
			began := time.Now()
			if _, err := open(t, url, plain{time.Minute}, bounds); asr.KindOf(err) != c.want {
				t.Errorf("error %v, want kind %v", err, c.want)
			}
			if took := time.Since(began); took > 10*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}

// The making of an address is part of dialling: it has no more time than that, and its error keeps its kind.
func TestAddressesThatCannotBeMade(t *testing.T) {
	for name, c := range map[string]struct {
		address wire.Address
		want    asr.Kind
	}{
		"hangs":  {func(ctx context.Context) (string, error) { <-ctx.Done(); return "", ctx.Err() }, asr.Unreachable},
		"fails":  {func(context.Context) (string, error) { return "", errors.New("no token") }, asr.Unreachable},
		"config": {func(context.Context) (string, error) { return "", &asr.Error{Kind: asr.Config} }, asr.Config},
	} {
		if _, err := wire.Open(context.Background(), "plain", "ws://x/?token=hidden", c.address, asr.Params{}, plain{time.Minute}, asrtest.ShortGreeting); asr.KindOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}
