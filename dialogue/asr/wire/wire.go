// Package wire owns the life of a recogniser's websocket: dialling, the bounded queue between a call's 20 ms clock and
// the network, timeouts, and the order of utterances. What the messages say is a Protocol's, one a provider.
//
// It never reconnects after a failure: the stream ends with a typed error and the caller decides. Opening the next
// connection of a protocol that serves one utterance a connection is not a reconnect, and happens here.
package wire

import (
	"context"
	"net/http"
	"net/url"
	"time"

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
	maxReceived = 4 << 20
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

// Open connects and starts a stream.
func Open(ctx context.Context, provider, address string, rate int, p Protocol, cfg Config) (asr.Stream, error) {
	s := newStream(provider, address, rate, p, cfg.withDefaults())
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
	conn, _, err := websocket.Dial(ctx, s.address, &websocket.DialOptions{HTTPClient: client(), CompressionMode: websocket.CompressionDisabled})
	if err != nil {
		return nil, s.fail(asr.Unreachable, "connect to "+redact(s.address)+"; is the server running?", err)
	}
	conn.SetReadLimit(maxMessage)
	if hello := s.protocol.Hello(); hello != nil {
		if err := s.send(ctx, conn, websocket.MessageText, hello); err != nil {
			conn.CloseNow()
			return nil, err
		}
	}
	return conn, nil
}

func (s *stream) fail(kind asr.Kind, tried string, cause error) *asr.Error {
	return &asr.Error{Kind: kind, Provider: s.provider, Tried: tried, Cause: cause}
}
