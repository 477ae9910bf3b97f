// Package wire owns the life of a recogniser's websocket: dialling, the bounded queue between a call's 20 ms clock and
// the network, timeouts, and the order of utterances. What the messages say is a Protocol's, one a provider.
//
// It never reconnects after a failure: the stream ends with a typed error and the caller decides. Opening the next
// connection of a protocol that serves one utterance a connection is not a reconnect, and happens here: as soon as an
// utterance has its text, so that the next one finds its connection standing.
package wire

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"

	"github.com/coder/websocket"

	"github.com/outdial/outdial/dialogue/asr"
)

// Protocol is what one provider says on the wire. One value serves one stream, from one goroutine.
type Protocol interface {
	// Hello is sent once after each connect; nil for none.
	Hello() []byte
	// Begin is sent before the first audio of an utterance; nil for none.
	Begin(utterance int) []byte
	// Audio turns samples into a binary message.
	Audio(pcm []int16) []byte
	// End asks for the final text of an utterance.
	End() []byte
	// Parse reads one message of the server. flushed tells whether End has been sent.
	Parse(msg []byte, flushed bool) (Event, error)
	// OnePerConnection tells that the server hangs up after the final text.
	OnePerConnection() bool
}

// Greeter is a protocol whose server answers Hello, or greets by itself, before it takes audio.
type Greeter interface {
	// Greeted reads one message; ready ends the wait.
	Greeted(msg []byte) (ready bool, err error)
}

// KeptAlive is a protocol whose server hangs up when it hears nothing for a while.
type KeptAlive interface {
	// KeepAlive is how often a little silence is sent while nobody speaks.
	KeepAlive() time.Duration
}

// BinaryEnder is a protocol whose End is a binary message.
type BinaryEnder interface{ BinaryEnd() }

// FinalByClosing is a protocol whose server may end an utterance by closing the connection in good order.
type FinalByClosing interface {
	// Closed is the event that the close stands for.
	Closed() Event
}

// Refusal is what a server says when it refuses a stream or gives one up; a protocol returns it from Parse and Greeted.
type Refusal struct{ Code, Text string }

func (r *Refusal) Error() string {
	return "the server says " + strings.TrimSpace(clean(r.Code, 40)+" "+clean(r.Text, 200))
}

// clean puts what a server said on one short line.
func clean(text string, most int) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, text)
	if r := []rune(text); len(r) > most {
		text = string(r[:most]) + "…"
	}
	return text
}

// What a message of a server means.
type EventKind uint8

const (
	// Nothing of interest, or of an earlier utterance.
	Nothing EventKind = iota
	// Partial replaces the text of the sentence under way.
	Partial
	// Sentence ends a sentence; more may follow in the same utterance.
	Sentence
	// Final ends the utterance, with its last sentence if that was not yet reported.
	Final
	// Gone says that the server hangs up because it heard nothing for long. Between utterances that is no fault.
	Gone
)

// Event is one parsed message.
type Event struct {
	Kind       EventKind
	Text       string
	Confidence float64
}

// Config bounds a connection. The zero value means the defaults.
type Config struct {
	// Dial bounds the connect with its handshake (default 3 s).
	Dial time.Duration
	// Send bounds one message to the server (default 2 s).
	Send time.Duration
	// Answer bounds the wait for the final text after the end of a turn (default 3 s).
	Answer time.Duration
	// Queue is how much audio may wait for the network (default 5 s).
	Queue time.Duration
}

func (c Config) withDefaults() Config {
	set := func(d *time.Duration, v time.Duration) {
		if *d <= 0 {
			*d = v
		}
	}
	set(&c.Dial, 3*time.Second)
	set(&c.Send, 2*time.Second)
	set(&c.Answer, 3*time.Second)
	set(&c.Queue, 5*time.Second)
	return c
}

// What a server may send for one utterance. The longest real answer is a few kilobytes.
const (
	maxMessage  = 64 << 10
	maxReceived = 2 << 20
	maxText     = 8 << 10
)

// CheckURL refuses what is not a websocket address.
func CheckURL(provider, raw string) error {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.Scheme != "ws" && u.Scheme != "wss" {
		return &asr.Error{Kind: asr.Config, Provider: provider, Tried: "use address " + redact(raw) + ": expected ws://host:port or wss://host:port", Cause: err}
	}
	return nil
}

// redact keeps tokens that stand in an address out of logs.
func redact(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return "(unreadable)"
	}
	u.RawQuery = ""
	return u.Redacted()
}

// Address is where the next connection goes: a signed address is made for each anew, in the time that dialling has.
type Address func(ctx context.Context) (string, error)

// Fixed is an address that never changes.
func Fixed(address string) Address {
	return func(context.Context) (string, error) { return address, nil }
}

// Open connects and starts a stream. where names the server in errors; a query in it is left out.
func Open(ctx context.Context, provider, where string, address Address, params asr.Params, p Protocol, cfg Config) (asr.Stream, error) {
	s := newStream(provider, redact(where), params.Rate(), p, cfg.withDefaults())
	if err := params.Validate(); err != nil {
		return nil, s.fail(asr.Config, "open a stream", err)
	}
	s.address = address
	conn, err := s.dial(ctx)
	if err != nil {
		return nil, err
	}
	s.start(ctx, conn)
	return s, nil
}

// Redirects, pooled connections and compression are of no use to a stream of audio, and each is one more way to hang.
func client() *http.Client {
	return &http.Client{
		Transport:     &http.Transport{Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func (s *stream) dial(ctx context.Context) (*websocket.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Dial)
	defer cancel()
	address, err := s.address(ctx)
	if err != nil {
		if asr.KindOf(err) != 0 {
			return nil, err
		}
		return nil, s.fail(asr.Unreachable, "make the address of "+s.where, err)
	}
	conn, _, err := websocket.Dial(ctx, address, &websocket.DialOptions{HTTPClient: client(), CompressionMode: websocket.CompressionDisabled})
	if err != nil {
		return nil, s.fail(asr.Unreachable, "connect to "+s.where+"; is the server running?", WithoutAddress(err))
	}
	conn.SetReadLimit(maxMessage)
	if err := s.open(ctx, conn); err != nil {
		conn.CloseNow()
		return nil, err
	}
	return conn, nil
}

// maxGreeting is how many messages may come before a server is ready.
const maxGreeting = 10

// open says hello and waits until the server is ready.
func (s *stream) open(ctx context.Context, conn *websocket.Conn) error {
	if hello := s.protocol.Hello(); hello != nil {
		if err := s.send(ctx, conn, websocket.MessageText, hello); err != nil {
			return err
		}
	}
	greeter, ok := s.protocol.(Greeter)
	for range maxGreeting {
		if !ok {
			return nil
		}
		kind, msg, err := conn.Read(ctx)
		if err != nil {
			return s.fail(asr.Unreachable, "wait for "+s.where+" to be ready", err)
		}
		if kind != websocket.MessageText {
			msg = nil // Greeted refuses it as it refuses any other garbage
		}
		ready, err := greeter.Greeted(msg)
		var refusal *Refusal
		switch {
		case errors.As(err, &refusal):
			return s.fail(asr.Unreachable, "open a stream at "+s.where, err)
		case err != nil:
			return s.fail(asr.Protocol, "read the greeting of "+s.where, err)
		}
		ok = !ready
	}
	if ok {
		return s.fail(asr.Protocol, fmt.Sprintf("read the greeting of %s: %d messages and not ready", s.where, maxGreeting), nil)
	}
	return nil
}

// WithoutAddress takes the address out of a connection's error: it may hold a token, and where has been said already.
func WithoutAddress(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

func (s *stream) fail(kind asr.Kind, tried string, cause error) *asr.Error {
	return &asr.Error{Kind: kind, Provider: s.provider, Tried: tried, Cause: cause}
}
