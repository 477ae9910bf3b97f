package esl

import (
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"strconv"

	"github.com/outdial/outdial/dialer/esl/wire"
)

// Profiles of freeswitch-conf; the embedded switch has the same two.
const (
	ProfileCarriers   = "carriers"   // towards trunks
	ProfileExtensions = "extensions" // towards robots and softphones
)

// Number is a telephone number that may stand in a dial string.
type Number string

var (
	numberForm  = regexp.MustCompile(`^\+?[0-9*#]{2,32}$`)
	gatewayForm = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,64}$`)
	userForm    = regexp.MustCompile(`^[A-Za-z0-9_.+*#-]{1,64}$`)
	hostForm    = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]{0,62})(\.[A-Za-z0-9][A-Za-z0-9-]{0,62})*$`)
)

// ParseNumber accepts digits, * and #, with a leading + or without, 2 to 32 of them.
func ParseNumber(s string) (Number, error) {
	if !numberForm.MatchString(s) {
		return "", &wire.RefusedError{What: "number", Value: s, Reason: "may hold 2 to 32 digits, * and #, with a leading + or without"}
	}
	return Number(s), nil
}

// CheckAddress accepts host:port, where host is a name, an IPv4 address, or an IPv6 address in brackets.
func CheckAddress(s string) error {
	no := func(reason string) error { return &wire.RefusedError{What: "address", Value: s, Reason: reason} }
	host, port, err := net.SplitHostPort(s)
	if err != nil {
		return no("is not host:port")
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return no("has no port of 1 to 65535")
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		if ip.Zone() != "" {
			return no("names a network zone")
		}
		return nil
	}
	if len(host) > 253 || !hostForm.MatchString(host) {
		return no("has a host that is neither a name nor an address")
	}
	return nil
}

// Endpoint is where a leg leads: through a configured gateway, or straight to an address.
type Endpoint struct {
	Gateway string // name of a gateway in the switch's configuration
	Profile string // SIP profile that the leg leaves by, with Address; empty means carriers
	Address string // host:port of the other side
	Number  Number // who is called; or
	User    string // the user part of a SIP address that is no number, such as "robot"
	// Extension is a registered softphone; the switch knows where it is, so nothing else is set with it.
	Extension string
}

// DialString is the endpoint in the switch's language. Every part of it has been checked.
func (e Endpoint) DialString() (string, error) {
	if e.Extension != "" {
		if e != (Endpoint{Extension: e.Extension}) {
			return "", &wire.RefusedError{What: "endpoint", Value: e.Extension, Reason: "names an extension and something else"}
		}
		if !userForm.MatchString(e.Extension) {
			return "", &wire.RefusedError{What: "extension", Value: e.Extension, Reason: "may hold letters, digits and . _ + * # - only"}
		}
		return "user/" + e.Extension, nil
	}
	user := e.User
	switch {
	case (e.Number == "") == (e.User == ""):
		return "", &wire.RefusedError{What: "endpoint", Value: string(e.Number) + e.User, Reason: "must name either a number or a user"}
	case e.Number != "":
		if _, err := ParseNumber(string(e.Number)); err != nil {
			return "", err
		}
		user = string(e.Number)
	case !userForm.MatchString(e.User):
		return "", &wire.RefusedError{What: "user", Value: e.User, Reason: "is no user part of a SIP address"}
	}
	if (e.Gateway == "") == (e.Address == "") {
		return "", &wire.RefusedError{What: "endpoint", Value: e.Gateway + e.Address, Reason: "must name either a gateway or an address"}
	}
	if e.Gateway != "" {
		if !gatewayForm.MatchString(e.Gateway) {
			return "", &wire.RefusedError{What: "gateway", Value: e.Gateway, Reason: "may hold letters, digits, dot, dash and underscore only"}
		}
		return fmt.Sprintf("sofia/gateway/%s/%s", e.Gateway, user), nil
	}
	profile := e.Profile
	if profile == "" {
		profile = ProfileCarriers
	}
	if !gatewayForm.MatchString(profile) {
		return "", &wire.RefusedError{What: "profile", Value: profile, Reason: "may hold letters, digits, dot, dash and underscore only"}
	}
	if err := CheckAddress(e.Address); err != nil {
		return "", err
	}
	return fmt.Sprintf("sofia/%s/%s@%s", profile, user, e.Address), nil
}
