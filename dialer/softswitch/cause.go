package softswitch

import (
	"strconv"
	"strings"
)

// cause is why a leg ended: Q.850 up to 127, and the switch's own numbers above (switch_types.h, switch_call_cause_t).
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

var causeNames = map[cause]string{
	0: "NONE", 1: "UNALLOCATED_NUMBER", 2: "NO_ROUTE_TRANSIT_NET", 3: "NO_ROUTE_DESTINATION", 6: "CHANNEL_UNACCEPTABLE",
	7: "CALL_AWARDED_DELIVERED", 16: "NORMAL_CLEARING", 17: "USER_BUSY", 18: "NO_USER_RESPONSE", 19: "NO_ANSWER",
	20: "SUBSCRIBER_ABSENT", 21: "CALL_REJECTED", 22: "NUMBER_CHANGED", 23: "REDIRECTION_TO_NEW_DESTINATION",
	25: "EXCHANGE_ROUTING_ERROR", 27: "DESTINATION_OUT_OF_ORDER", 28: "INVALID_NUMBER_FORMAT", 29: "FACILITY_REJECTED",
	30: "RESPONSE_TO_STATUS_ENQUIRY", 31: "NORMAL_UNSPECIFIED", 34: "NORMAL_CIRCUIT_CONGESTION",
	38: "NETWORK_OUT_OF_ORDER", 41: "NORMAL_TEMPORARY_FAILURE", 42: "SWITCH_CONGESTION", 43: "ACCESS_INFO_DISCARDED",
	44: "REQUESTED_CHAN_UNAVAIL", 45: "PRE_EMPTED", 50: "FACILITY_NOT_SUBSCRIBED", 52: "OUTGOING_CALL_BARRED",
	54: "INCOMING_CALL_BARRED", 57: "BEARERCAPABILITY_NOTAUTH", 58: "BEARERCAPABILITY_NOTAVAIL",
	63: "SERVICE_UNAVAILABLE", 65: "BEARERCAPABILITY_NOTIMPL", 66: "CHAN_NOT_IMPLEMENTED",
	69: "FACILITY_NOT_IMPLEMENTED", 79: "SERVICE_NOT_IMPLEMENTED", 81: "INVALID_CALL_REFERENCE",
	88: "INCOMPATIBLE_DESTINATION", 95: "INVALID_MSG_UNSPECIFIED", 96: "MANDATORY_IE_MISSING",
	97: "MESSAGE_TYPE_NONEXIST", 98: "WRONG_MESSAGE", 99: "IE_NONEXIST", 100: "INVALID_IE_CONTENTS",
	101: "WRONG_CALL_STATE", 102: "RECOVERY_ON_TIMER_EXPIRE", 103: "MANDATORY_IE_LENGTH_ERROR", 111: "PROTOCOL_ERROR",
	127: "INTERWORKING", 142: "SUCCESS", 487: "ORIGINATOR_CANCEL", 700: "CRASH", 701: "SYSTEM_SHUTDOWN",
	702: "LOSE_RACE", 703: "MANAGER_REQUEST", 800: "BLIND_TRANSFER", 801: "ATTENDED_TRANSFER", 802: "ALLOTTED_TIMEOUT",
	803: "USER_CHALLENGE", 804: "MEDIA_TIMEOUT", 805: "PICKED_OFF", 806: "USER_NOT_REGISTERED", 807: "PROGRESS_TIMEOUT",
	808: "INVALID_GATEWAY", 809: "GATEWAY_DOWN", 810: "INVALID_URL", 811: "INVALID_PROFILE", 812: "NO_PICKUP",
	815: "BUSY_EVERYWHERE", 816: "DECLINE", 817: "DOES_NOT_EXIST_ANYWHERE", 818: "NOT_ACCEPTABLE", 819: "UNWANTED",
	820: "NO_IDENTITY", 821: "BAD_IDENTITY_INFO", 822: "UNSUPPORTED_CERTIFICATE", 823: "INVALID_IDENTITY",
	824: "STALE_DATE", 825: "REJECT_ALL",
}

var causesByName = func() map[string]cause {
	m := make(map[string]cause, len(causeNames))
	for c, name := range causeNames {
		m[name] = c
	}
	return m
}()

func (c cause) String() string {
	if name, ok := causeNames[c]; ok {
		return name
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
	if c, ok := causesByName[strings.ToUpper(s)]; ok && c != causeNone {
		return c
	}
	if n, err := strconv.ParseUint(s, 10, 16); err == nil {
		if _, known := causeNames[cause(n)]; known && n != 0 {
			return cause(n)
		}
	}
	return def
}

// causeOfSIP maps a final response (sofia_glue.c, sofia_glue_sip_cause_to_freeswitch; RFC 4497 section 8.4.4).
func causeOfSIP(status int) cause {
	switch status {
	case 200:
		return causeNormal
	case 401, 402, 403, 407, 603, 608:
		return causeRejected
	case 404:
		return causeUnallocated
	case 485, 604:
		return causeNoRoute
	case 408, 504:
		return causeTimerExpire
	case 410:
		return 22
	case 413, 414, 416, 420, 421, 423, 505, 513:
		return 127
	case 480:
		return causeNoUserResponse
	case 400, 481, 500, 503:
		return causeTemporaryFailure
	case 486, 600:
		return causeBusy
	case 484:
		return causeInvalidNumber
	case 488, 606:
		return causeIncompatible
	case 502:
		return causeNetworkOutOfOrder
	case 405:
		return 63
	case 406, 415, 501:
		return causeServiceNotImplemented
	case 482, 483:
		return 25
	case 487:
		return causeOriginatorCancel
	case 607:
		return 819
	case 428:
		return 820
	case 429:
		return 821
	case 437:
		return 822
	case 438:
		return 823
	}
	return causeUnspecified
}

// sipOfCause is the refusal that a caller hears of a cause (mod_sofia.c, hangup_cause_to_sip).
func sipOfCause(c cause) (int, string) {
	switch c {
	case causeUnallocated, 2, causeNoRoute:
		return 404, "Not Found"
	case causeBusy:
		return 486, "Busy Here"
	case causeNoUserResponse:
		return 408, "Request Timeout"
	case causeNoAnswer, causeSubscriberAbsent, causeUnspecified, causeUserNotRegistered:
		return 480, "Temporarily Unavailable"
	case causeRejected, 816, 825:
		return 603, "Decline"
	case 22, 23:
		return 410, "Gone"
	case causeDestinationOutOfOrder, causeInvalidProfile:
		return 502, "Bad Gateway"
	case causeInvalidNumber, causeInvalidURL, causeInvalidGateway:
		return 484, "Address Incomplete"
	case 29, 69, causeServiceNotImplemented, causeChannelNotImplemented:
		return 501, "Not Implemented"
	case 34, causeNetworkOutOfOrder, causeTemporaryFailure, 42, causeChannelUnavailable, causeGatewayDown, 58, causeSystemShutdown:
		return 503, "Service Unavailable"
	case 52, 54, 57:
		return 403, "Forbidden"
	case 65, causeIncompatible:
		return 488, "Not Acceptable Here"
	case causeTimerExpire:
		return 504, "Server Time-out"
	case causeOriginatorCancel:
		return 487, "Request Terminated"
	case 25:
		return 483, "Too Many Hops"
	case 815:
		return 600, "Busy Everywhere"
	}
	return 480, "Temporarily Unavailable"
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
