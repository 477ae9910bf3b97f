// Package trunk owns the lines that calls leave by: where a trunk leads, how many calls it bears and which caller
// number it shows. It does not own the choice among trunks (dialer/routing) or the switch's own configuration.
package trunk

import (
	"context"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
)

// ID names one trunk.
type ID int64

// Trunk is a SIP line of a carrier.
type Trunk struct {
	ID     ID
	Tenant tenant.ID
	Name   string
	// Gateway is the name of a gateway that the telecom operator configured in the switch; Address is host:port of a
	// carrier that needs none. Exactly one of them is set.
	Gateway string
	Address string
	// CallerID is shown to the callee.
	CallerID string
	// Prefix goes before every number, as carriers ask for it.
	Prefix      string
	Concurrency int     // calls at once
	CPS         float64 // calls started per second, evenly spaced
	EarlyMedia  bool    // bridge the robot before the answer, so that it hears announcements
	RingTimeout time.Duration
	CreatedAt   time.Time
}

var (
	gatewayName = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,64}$`)
	dialDigits  = regexp.MustCompile(`^\+?[0-9*#]{0,24}$`)
	hostPort    = regexp.MustCompile(`^[A-Za-z0-9.-]{1,253}:[0-9]{1,5}$`)
)

// Validate checks a trunk before it is stored; what passes can be put in a dial string.
func (t Trunk) Validate() error {
	var c errs.Check
	c.Require(t.Name != "" && len(t.Name) <= 100, "name", "must have 1 to 100 bytes")
	c.Require(errs.OneLine(t.Name), "name", "may hold no line ends and other control characters")
	c.Require((t.Gateway == "") != (t.Address == ""), "gateway", "set either a gateway's name or an address")
	c.Require(t.Gateway == "" || gatewayName.MatchString(t.Gateway), "gateway", "may hold letters, digits, dot, dash and underscore only")
	c.Require(t.Address == "" || validAddress(t.Address), "address", "must be host:port, such as 203.0.113.7:5060")
	c.Require(dialDigits.MatchString(t.CallerID), "caller_id", "may hold digits, *, # and a leading + only")
	c.Require(dialDigits.MatchString(t.Prefix), "prefix", "may hold digits, *, # and a leading + only")
	c.Require(t.Concurrency >= 1 && t.Concurrency <= 100_000, "concurrency", "must be 1 to 100000 calls")
	c.Require(t.CPS > 0 && t.CPS <= 10_000, "cps", "must be above 0 and at most 10000 calls per second")
	c.Require(t.RingTimeout >= time.Second && t.RingTimeout <= 5*time.Minute, "ring_timeout", "must be 1 to 300 seconds")
	return c.Err("trunk")
}

// validAddress refuses the zone of an IPv6 address too: it may hold any character, dial-string syntax included.
func validAddress(a string) bool {
	if ap, err := netip.ParseAddrPort(a); err == nil {
		return ap.Port() > 0 && ap.Addr().Zone() == ""
	}
	if !hostPort.MatchString(a) {
		return false
	}
	port, err := strconv.ParseUint(a[strings.LastIndexByte(a, ':')+1:], 10, 16)
	return err == nil && port > 0
}

// Store keeps trunks.
type Store interface {
	CreateTrunk(ctx context.Context, scope tenant.Scope, t *Trunk) error
	UpdateTrunk(ctx context.Context, scope tenant.Scope, t Trunk) error
	Trunk(ctx context.Context, scope tenant.Scope, id ID) (Trunk, error)
	Trunks(ctx context.Context, scope tenant.Scope) ([]Trunk, error)
}
