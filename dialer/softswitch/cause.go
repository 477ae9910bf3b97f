package softswitch

import (
	"strconv"
	"strings"

	"github.com/outdial/outdial/dialer/esl"
)

// cause is why a leg ended: Q.850 up to 127, and the switch's own numbers above. Package esl has
// the table.
type cause uint16

const (
	causeNone                  cause = 0
	causeUnallocated           cause = 1
	causeNoRoute               cause = 3
	causeNormal                cause = 16
	causeBusy                  cause = 17
	causeNoUserResponse        cause = 18
	causeNoAnswer              cause = 19
	causeSubscriberAbsent      cause = 20
	causeRejected              cause = 21
	causeDestinationOutOfOrder cause = 27
	causeInvalidNumber         cause = 28
	causeUnspecified           cause = 31
	causeNetworkOutOfOrder     cause = 38
	causeTemporaryFailure      cause = 41
	causeChannelUnavailable    cause = 44
	causeChannelNotImplemented cause = 66
	causeServiceNotImplemented cause = 79
	causeIncompatible          cause = 88
	causeTimerExpire           cause = 102
	causeOriginatorCancel      cause = 487
	causeSystemShutdown        cause = 701
	causeManagerRequest        cause = 703
	causeAllottedTimeout       cause = 802
	causeMediaTimeout          cause = 804
	causeUserNotRegistered     cause = 806
	causeInvalidGateway        cause = 808
	causeGatewayDown           cause = 809
	causeInvalidURL            cause = 810
	causeInvalidProfile        cause = 811
)

func (c cause) String() string {
	if name, ok := esl.CauseNumbered(int(c)); ok {
		return string(name)
	}
	return "UNKNOWN" // a number that Q.850 leaves open (switch_channel_cause2str)
}

// q850 is what a network understands: the switch's own numbers are an ordinary end to it (switch_channel_cause_q850).
func (c cause) q850() int {
	if c <= 127 {
		return int(c)
	}
	return int(causeNormal)
}

// parseCause reads a name or a number; anything else is the default.
func parseCause(s string, def cause) cause {
	s = strings.TrimSpace(s)
	name := esl.Cause(strings.ToUpper(s))
	if n, err := strconv.ParseUint(s, 10, 16); err == nil {
		name, _ = esl.CauseNumbered(int(n))
	}
	if !name.Known() || name == esl.CauseNone {
		return def
	}
	return cause(name.Q850())
}

// causeOfSIP maps a final response (RFC 4497 section 8.4.4, as the real switch does).
func causeOfSIP(status int) cause { return cause(esl.CauseOfSIP(status).Q850()) }

// phrases of the refusals that a caller may hear.
var phrases = map[int]string{
	403: "Forbidden", 404: "Not Found", 408: "Request Timeout", 410: "Gone", 428: "Use Identity Header", 429: "Provide Referrer Identity",
	437: "Unsupported Credential", 438: "Invalid Identity Header", 480: "Temporarily Unavailable", 483: "Too Many Hops", 484: "Address Incomplete",
	486: "Busy Here", 487: "Request Terminated", 488: "Not Acceptable Here", 501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable",
	504: "Server Time-out", 600: "Busy Everywhere", 603: "Decline", 604: "Does Not Exist Anywhere", 606: "Not Acceptable", 607: "Unwanted",
}

// sipOfCause is the refusal that a caller hears of a cause.
func sipOfCause(c cause) (int, string) {
	status := esl.Cause(c.String()).SIP()
	return status, phrases[status]
}

// causeOfReason reads the Q.850 cause of a Reason header (RFC 3326), which says more than the response code.
func causeOfReason(value string) (cause, bool) {
	for one := range strings.SplitSeq(value, ",") {
		proto, params, ok := strings.Cut(one, ";")
		if !ok || !strings.EqualFold(strings.TrimSpace(proto), "Q.850") {
			continue
		}
		for p := range strings.SplitSeq(params, ";") {
			k, v, _ := strings.Cut(p, "=")
			if !strings.EqualFold(strings.TrimSpace(k), "cause") {
				continue
			}
			n, err := strconv.ParseUint(strings.Trim(strings.TrimSpace(v), `"`), 10, 8)
			if err == nil && n > 0 && n <= 127 {
				return cause(n), true
			}
		}
	}
	return causeNone, false
}
