package softswitch

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"

	"github.com/outdial/outdial/shared/clock"
)

// Config is what the switch needs to start. Addresses with port 0 take an ephemeral port; RTPMin and RTPMax of 0 let the
// system choose.
type Config struct {
	ESLAddr        string // event socket, TCP
	ESLPassword    string
	CarriersAddr   string // SIP towards trunks, UDP
	ExtensionsAddr string // SIP towards softphones and robots, UDP

	RTPHost        string // address that RTP sockets are bound to and that SDP names; default 127.0.0.1
	RTPMin, RTPMax int

	// MediaTimeout ends an answered leg that has received no RTP for so long; default 10 s, negative turns it off. A
	// leg's variable media_timeout (ms, 0 for off) comes first.
	MediaTimeout      time.Duration
	HeartbeatInterval time.Duration // default 20 s
	SessionsPerSecond int           // default 1000
	MaxSessions       int           // default 5000

	// User finds the password of a softphone's extension. Without it nobody can register.
	User func(user string) (password string, ok bool)
	// Realm is the domain of the digest challenge; default "outdial".
	Realm string

	Gateways []Gateway
	// LoadGateways is asked on `sofia profile carriers rescan`; without it the gateways stay as they are.
	LoadGateways func(ctx context.Context) ([]Gateway, error)
	// DefaultGateway takes the calls of extensions to numbers that are no extension. Empty refuses them.
	DefaultGateway string

	Logger *slog.Logger
	Clock  clock.Clock
}

// Gateway is a SIP account at a carrier.
type Gateway struct {
	Name     string
	Proxy    string // host[:port]
	Username string // also the user of the From header when the call names no caller ID
	Password string
	Realm    string        // domain of From; default the proxy's host
	Register bool          // keep a registration there
	Expires  time.Duration // of the registration; default 10 min
}

func (c Config) withDefaults() Config {
	if c.RTPHost == "" {
		c.RTPHost = "127.0.0.1"
	}
	if c.MediaTimeout == 0 {
		c.MediaTimeout = 10 * time.Second
	}
	if c.HeartbeatInterval <= 0 {
		c.HeartbeatInterval = 20 * time.Second
	}
	if c.SessionsPerSecond <= 0 {
		c.SessionsPerSecond = 1000
	}
	if c.MaxSessions <= 0 {
		c.MaxSessions = 5000
	}
	if c.User == nil {
		c.User = func(string) (string, bool) { return "", false }
	}
	if c.Realm == "" {
		c.Realm = "outdial"
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Clock == nil {
		c.Clock = clock.Real()
	}
	return c
}

// ErrConfig is wrapped by every refusal of a Config.
var ErrConfig = errors.New("switch configuration was refused")

func (c Config) check() error {
	for _, a := range []struct{ what, addr string }{
		{"event socket", c.ESLAddr}, {"carriers profile", c.CarriersAddr}, {"extensions profile", c.ExtensionsAddr},
	} {
		if _, _, err := net.SplitHostPort(a.addr); err != nil {
			return fmt.Errorf("%w: address %q of the %s is not host:port", ErrConfig, a.addr, a.what)
		}
	}
	if c.ESLPassword == "" {
		return fmt.Errorf("%w: the event socket needs a password", ErrConfig)
	}
	if ip := net.ParseIP(c.RTPHost); ip == nil || ip.To4() == nil {
		return fmt.Errorf("%w: RTP host %q must be an IPv4 address, because SDP names it", ErrConfig, c.RTPHost)
	}
	if c.RTPMin < 0 || c.RTPMax < c.RTPMin || c.RTPMax > 65535 {
		return fmt.Errorf("%w: RTP ports %d-%d are no range", ErrConfig, c.RTPMin, c.RTPMax)
	}
	_, err := gatewaySet(c.Gateways)
	return err
}

// AddrInUseError says which port could not be taken and what to do about it.
type AddrInUseError struct {
	What string // "event socket", "SIP profile carriers"
	Addr string
	Err  error
}

func (e *AddrInUseError) Error() string {
	return fmt.Sprintf("switch: cannot listen on %s for the %s: %v; stop the program that holds the port (another switch or FreeSWITCH?) or configure another address",
		e.Addr, e.What, e.Err)
}

func (e *AddrInUseError) Unwrap() error { return e.Err }
