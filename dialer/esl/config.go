package esl

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"net"
	"time"

	"github.com/outdial/outdial/dialer/esl/wire"
	"github.com/outdial/outdial/shared/clock"
)

// Config says where the switch is and how patient the client is with it. Zero fields take the default.
type Config struct {
	Address  string // host:port of the event socket
	Password string
	Events   []Kind   // kinds to subscribe to; default DefaultEvents. Job results and heartbeats always come.
	Custom   []string // subclasses of CUSTOM events, such as "sofia::register"

	DialTimeout  time.Duration // connect, sign in and subscribe; default 5 s
	ReplyTimeout time.Duration // how long a command may go unanswered before the connection is given up; default 10 s
	IdleTimeout  time.Duration // silence after which it is given up; default 50 s, as a stock switch beats every 20 s
	JobTimeout   time.Duration // how long a job may run before it is told lost; default 10 min
	BackoffMin   time.Duration // first pause before dialling again; default 200 ms
	BackoffMax   time.Duration // longest pause; default 10 s

	Hooks  Hooks
	Clock  clock.Clock
	Log    *slog.Logger
	Limits wire.Limits

	// Jitter spreads the redials of several dialers, between 0 and 1; default random.
	Jitter func() float64
	// Connect opens the socket; default TCP.
	Connect func(ctx context.Context, address string) (net.Conn, error)
}

// Hooks tell the owner of the client what happens to the connection. None may call Close; OnUp and OnDown may take their
// time, OnGap and OnOverflow must return at once, as the reader calls them.
type Hooks struct {
	// OnUp runs after every (re)connect, when events flow and commands work, with the channels that the switch has: adopt
	// the live ones, close the rest. Its context ends with the connection. WaitUp returns after OnUp did. An error gives
	// the connection up and dials again.
	OnUp func(ctx context.Context, c *Client, channels []Channel) error
	// OnDown runs when a connection that was up has ended.
	OnDown func(err error)
	// OnEvent takes the events of channels that nobody owns and those of no channel, one after the other.
	OnEvent func(Event)
	// OnOverflow runs for every event that found its owner's queue full, or the queue of OnEvent (uuid is then "").
	OnOverflow func(uuid string, e Event)
	// OnGap runs when the numbering of events shows that some are missing, or began anew. Holes can be seen only when
	// Events is the one kind "ALL".
	OnGap func(Gap)
}

// unownedQueue is how many events may wait for OnEvent.
const unownedQueue = 4096

func (c Config) orDefault() Config {
	or := func(d *time.Duration, v time.Duration) {
		if *d <= 0 {
			*d = v
		}
	}
	or(&c.DialTimeout, 5*time.Second)
	or(&c.ReplyTimeout, 10*time.Second)
	or(&c.IdleTimeout, 50*time.Second)
	or(&c.JobTimeout, 10*time.Minute)
	or(&c.BackoffMin, 200*time.Millisecond)
	or(&c.BackoffMax, 10*time.Second)
	if c.Events == nil {
		c.Events = DefaultEvents()
	}
	if c.Clock == nil {
		c.Clock = clock.Real()
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Jitter == nil {
		c.Jitter = rand.Float64
	}
	if c.Connect == nil {
		c.Connect = func(ctx context.Context, address string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", address)
		}
	}
	return c
}

// allEvents is the kind that stands for every kind; only with it are the switch's event numbers without holes.
const allEvents Kind = "ALL"

// dense tells whether every event of the switch comes, so that a hole in the numbering is a lost event.
func (c Config) dense() bool {
	for _, k := range c.Events {
		if k == allEvents {
			return true
		}
	}
	return false
}

// subscription is the command that asks for the events.
func (c Config) subscription() string {
	line := "event plain"
	for _, k := range c.Events {
		line += " " + string(k)
	}
	for _, k := range always {
		line += " " + string(k)
	}
	if len(c.Custom) > 0 {
		line += " CUSTOM" // everything after it is a subclass
		for _, s := range c.Custom {
			line += " " + s
		}
	}
	return line
}

// backoff is the pause before the n-th attempt to connect again: it doubles, and half of it is chance.
func (c Config) backoff(n int) time.Duration {
	d := c.BackoffMin << min(n, 20)
	if d <= 0 || d > c.BackoffMax {
		d = c.BackoffMax
	}
	return d/2 + time.Duration(c.Jitter()*float64(d/2))
}
