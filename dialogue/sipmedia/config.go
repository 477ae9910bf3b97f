package sipmedia

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"time"

	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/clock"
)

// Config is how the robots' telephone works. The zero value of a field means its default.
type Config struct {
	// Host is the address that SIP and RTP are bound to, 127.0.0.1 by default.
	Host string
	// Port is the SIP port for UDP and TCP; 0 takes a free one.
	Port int
	// AdvertisedHost is the address told to the switch where it differs from Host (a container, a NAT).
	AdvertisedHost string
	// RTPMin and RTPMax bound the RTP ports; 0, 0 take free ones.
	RTPMin, RTPMax int
	// MaxLegs is how many calls may stand at once, 1,000 by default. One more is answered 503.
	MaxLegs int
	// RetryAfter is what a 503 tells the switch to wait, 5 s by default.
	RetryAfter time.Duration
	// AckTimeout is how long the ACK of an answer may take, 8 s by default. RFC 3261 says 64*T1 = 32 s, during which
	// the robot would speak to nobody.
	AckTimeout time.Duration
	// ByeTimeout is how long the answer to a BYE may take before the dialog is forgotten, 4 s by default.
	ByeTimeout time.Duration
	// MediaTimeout is how long a leg lives without receiving RTP, 10 s by default.
	MediaTimeout time.Duration
	// Laws are the codecs accepted, both by default: the switch offers the robot what the callee has.
	Laws []audio.Law
	// Shards is the number of goroutines that drive the 20 ms clocks, one a processor up to four by default.
	Shards int
	// Admit decides before the answer whether a call is taken; nil takes all. Its context ends when the switch cancels the
	// call. An error that is a *Refusal chooses the SIP response, any other gives 500.
	Admit func(ctx context.Context, inv Invite) error

	Clock clock.Clock
	Log   *slog.Logger
}

// Handler owns a call that was answered: it attaches a session and returns when it is done with the leg, which ends the
// call if it still stands. ctx ends with the leg.
type Handler func(ctx context.Context, leg *Leg)

func (c Config) withDefaults() (Config, error) {
	def := func(d *time.Duration, v time.Duration) {
		if *d == 0 {
			*d = v
		}
	}
	if c.Host == "" {
		c.Host = "127.0.0.1"
	}
	if c.AdvertisedHost == "" {
		c.AdvertisedHost = c.Host
	}
	if c.MaxLegs == 0 {
		c.MaxLegs = 1000
	}
	def(&c.RetryAfter, 5*time.Second)
	def(&c.AckTimeout, 8*time.Second)
	def(&c.ByeTimeout, 4*time.Second)
	def(&c.MediaTimeout, 10*time.Second)
	if len(c.Laws) == 0 {
		c.Laws = []audio.Law{audio.PCMA, audio.PCMU}
	}
	if c.Shards == 0 {
		c.Shards = min(runtime.GOMAXPROCS(0), 4)
	}
	if c.Clock == nil {
		c.Clock = clock.Real()
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c, c.validate()
}

func (c Config) validate() error {
	var errs []error
	if c.Port < 0 || c.Port > 65535 {
		errs = append(errs, fmt.Errorf("SIP port %d is not between 0 and 65535", c.Port))
	}
	if c.RTPMin < 0 || c.RTPMax > 65535 || c.RTPMin > c.RTPMax {
		errs = append(errs, fmt.Errorf("RTP ports %d-%d are not a range of ports", c.RTPMin, c.RTPMax))
	}
	if c.MaxLegs < 0 || c.Shards < 0 {
		errs = append(errs, errors.New("limits cannot be negative"))
	}
	for _, l := range c.Laws {
		if !l.Valid() {
			errs = append(errs, fmt.Errorf("codec %v is neither PCMA nor PCMU", l))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("robot SIP endpoint: %w", err)
	}
	return nil
}
