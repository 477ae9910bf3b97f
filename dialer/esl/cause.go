package esl

// Cause is the switch's name for why a leg ended, such as USER_BUSY.
type Cause string

// Causes that the dialer's code names.
const (
	CauseNone                  Cause = "NONE"
	CauseUnallocatedNumber     Cause = "UNALLOCATED_NUMBER"
	CauseNoRouteDestination    Cause = "NO_ROUTE_DESTINATION"
	CauseNormalClearing        Cause = "NORMAL_CLEARING"
	CauseUserBusy              Cause = "USER_BUSY"
	CauseNoUserResponse        Cause = "NO_USER_RESPONSE"
	CauseNoAnswer              Cause = "NO_ANSWER"
	CauseSubscriberAbsent      Cause = "SUBSCRIBER_ABSENT"
	CauseUserNotRegistered     Cause = "USER_NOT_REGISTERED"
	CauseCallRejected          Cause = "CALL_REJECTED"
	CauseNumberChanged         Cause = "NUMBER_CHANGED"
	CauseDestinationOutOfOrder Cause = "DESTINATION_OUT_OF_ORDER"
	CauseInvalidNumberFormat   Cause = "INVALID_NUMBER_FORMAT"
	CauseNormalUnspecified     Cause = "NORMAL_UNSPECIFIED"
	CauseCircuitCongestion     Cause = "NORMAL_CIRCUIT_CONGESTION"
	CauseNetworkOutOfOrder     Cause = "NETWORK_OUT_OF_ORDER"
	CauseTemporaryFailure      Cause = "NORMAL_TEMPORARY_FAILURE"
	CauseSwitchCongestion      Cause = "SWITCH_CONGESTION"
	CauseServiceUnavailable    Cause = "SERVICE_UNAVAILABLE"
	CauseIncompatible          Cause = "INCOMPATIBLE_DESTINATION"
	CauseTimerExpired          Cause = "RECOVERY_ON_TIMER_EXPIRE"
	CauseInterworking          Cause = "INTERWORKING"
	CauseOriginatorCancel      Cause = "ORIGINATOR_CANCEL"
	CauseManagerRequest        Cause = "MANAGER_REQUEST"
	CauseSystemShutdown        Cause = "SYSTEM_SHUTDOWN"
	CauseAllottedTimeout       Cause = "ALLOTTED_TIMEOUT"
	CauseMediaTimeout          Cause = "MEDIA_TIMEOUT"
	CauseProgressTimeout       Cause = "PROGRESS_TIMEOUT"
	CauseInvalidGateway        Cause = "INVALID_GATEWAY"
	CauseGatewayDown           Cause = "GATEWAY_DOWN"
	CauseInvalidProfile        Cause = "INVALID_PROFILE"
	CauseInvalidURL            Cause = "INVALID_URL"
	CauseLoseRace              Cause = "LOSE_RACE"
	CauseCrash                 Cause = "CRASH"
)

// causes: a cause, its number (Q.850 up to 127, the switch's own above; switch_types.h, switch_call_cause_t), and the SIP
// status that the switch answers with when it ends an unanswered incoming leg for it (mod_sofia.c, hangup_cause_to_sip).
var causes = []struct {
	name Cause
	q850 int
	sip  int
}{
	{CauseNone, 0, 480}, {CauseUnallocatedNumber, 1, 404}, {"NO_ROUTE_TRANSIT_NET", 2, 404}, {CauseNoRouteDestination, 3, 404},
	{"CHANNEL_UNACCEPTABLE", 6, 480}, {"CALL_AWARDED_DELIVERED", 7, 480}, {CauseNormalClearing, 16, 480}, {CauseUserBusy, 17, 486},
	{CauseNoUserResponse, 18, 408}, {CauseNoAnswer, 19, 480}, {CauseSubscriberAbsent, 20, 480}, {CauseCallRejected, 21, 603},
	{CauseNumberChanged, 22, 410}, {"REDIRECTION_TO_NEW_DESTINATION", 23, 410}, {"EXCHANGE_ROUTING_ERROR", 25, 483},
	{CauseDestinationOutOfOrder, 27, 502}, {CauseInvalidNumberFormat, 28, 484}, {"FACILITY_REJECTED", 29, 501},
	{"RESPONSE_TO_STATUS_ENQUIRY", 30, 480}, {CauseNormalUnspecified, 31, 480}, {CauseCircuitCongestion, 34, 503},
	{CauseNetworkOutOfOrder, 38, 503}, {CauseTemporaryFailure, 41, 503}, {CauseSwitchCongestion, 42, 503},
	{"ACCESS_INFO_DISCARDED", 43, 480}, {"REQUESTED_CHAN_UNAVAIL", 44, 503}, {"PRE_EMPTED", 45, 480},
	{"FACILITY_NOT_SUBSCRIBED", 50, 480}, {"OUTGOING_CALL_BARRED", 52, 403}, {"INCOMING_CALL_BARRED", 54, 403},
	{"BEARERCAPABILITY_NOTAUTH", 57, 403}, {"BEARERCAPABILITY_NOTAVAIL", 58, 503}, {CauseServiceUnavailable, 63, 480},
	{"BEARERCAPABILITY_NOTIMPL", 65, 488}, {"CHAN_NOT_IMPLEMENTED", 66, 480}, {"FACILITY_NOT_IMPLEMENTED", 69, 501},
	{"SERVICE_NOT_IMPLEMENTED", 79, 501}, {"INVALID_CALL_REFERENCE", 81, 480}, {CauseIncompatible, 88, 488},
	{"INVALID_MSG_UNSPECIFIED", 95, 480}, {"MANDATORY_IE_MISSING", 96, 480}, {"MESSAGE_TYPE_NONEXIST", 97, 480},
	{"WRONG_MESSAGE", 98, 480}, {"IE_NONEXIST", 99, 480}, {"INVALID_IE_CONTENTS", 100, 480}, {"WRONG_CALL_STATE", 101, 480},
	{CauseTimerExpired, 102, 504}, {"MANDATORY_IE_LENGTH_ERROR", 103, 480}, {"PROTOCOL_ERROR", 111, 480}, {CauseInterworking, 127, 480},
	{"SUCCESS", 142, 480}, {CauseOriginatorCancel, 487, 487}, {CauseCrash, 700, 480}, {CauseSystemShutdown, 701, 480},
	{CauseLoseRace, 702, 480}, {CauseManagerRequest, 703, 480}, {"BLIND_TRANSFER", 800, 480}, {"ATTENDED_TRANSFER", 801, 480},
	{CauseAllottedTimeout, 802, 480}, {"USER_CHALLENGE", 803, 480}, {CauseMediaTimeout, 804, 480}, {"PICKED_OFF", 805, 480},
	{CauseUserNotRegistered, 806, 480}, {CauseProgressTimeout, 807, 480}, {CauseInvalidGateway, 808, 484}, {CauseGatewayDown, 809, 503},
	{CauseInvalidURL, 810, 484}, {CauseInvalidProfile, 811, 502}, {"NO_PICKUP", 812, 480}, {"SRTP_READ_ERROR", 813, 480},
	{"BOWOUT", 814, 480}, {"BUSY_EVERYWHERE", 815, 600}, {"DECLINE", 816, 603}, {"DOES_NOT_EXIST_ANYWHERE", 817, 604},
	{"NOT_ACCEPTABLE", 818, 606}, {"UNWANTED", 819, 607}, {"NO_IDENTITY", 820, 428}, {"BAD_IDENTITY_INFO", 821, 429},
	{"UNSUPPORTED_CERTIFICATE", 822, 437}, {"INVALID_IDENTITY", 823, 438}, {"STALE_DATE", 824, 403}, {"REJECT_ALL", 825, 603},
}

var (
	causeNumber = make(map[Cause]int, len(causes))
	causeStatus = make(map[Cause]int, len(causes))
	numberCause = make(map[int]Cause, len(causes))
)

func init() {
	for _, c := range causes {
		causeNumber[c.name], causeStatus[c.name], numberCause[c.q850] = c.q850, c.sip, c.name
	}
}

// Known tells whether the switch has a cause of this name.
func (c Cause) Known() bool { _, ok := causeNumber[c]; return ok }

// Q850 is the cause's number; numbers above 127 are the switch's own. An unknown cause is 31, normal unspecified.
func (c Cause) Q850() int {
	if n, ok := causeNumber[c]; ok {
		return n
	}
	return 31
}

// SIP is the status that the switch refuses an unanswered leg with for this cause.
func (c Cause) SIP() int {
	if n, ok := causeStatus[c]; ok {
		return n
	}
	return 480
}

// CauseNumbered is the cause that the switch has under the number.
func CauseNumbered(n int) (Cause, bool) {
	c, ok := numberCause[n]
	return c, ok
}

// CauseOfQ850 is the cause of a number, as a Reason header of a carrier carries it.
func CauseOfQ850(n int) Cause {
	if c, ok := numberCause[n]; ok {
		return c
	}
	return CauseNormalUnspecified
}

// CauseOfSIP is what the switch makes of a final SIP status when the carrier sends no Q.850 reason with it
// (sofia_glue.c, sofia_glue_sip_cause_to_freeswitch).
func CauseOfSIP(status int) Cause {
	switch status {
	case 200:
		return CauseNormalClearing
	case 401, 402, 403, 407, 603, 608:
		return CauseCallRejected
	case 404:
		return CauseUnallocatedNumber
	case 485, 604:
		return CauseNoRouteDestination
	case 408, 504:
		return CauseTimerExpired
	case 410:
		return CauseNumberChanged
	case 413, 414, 416, 420, 421, 423, 505, 513:
		return CauseInterworking
	case 480:
		return CauseNoUserResponse
	case 400, 481, 500, 503:
		return CauseTemporaryFailure
	case 486, 600:
		return CauseUserBusy
	case 484:
		return CauseInvalidNumberFormat
	case 488, 606:
		return CauseIncompatible
	case 502:
		return CauseNetworkOutOfOrder
	case 405:
		return CauseServiceUnavailable
	case 406, 415, 501:
		return "SERVICE_NOT_IMPLEMENTED"
	case 482, 483:
		return "EXCHANGE_ROUTING_ERROR"
	case 487:
		return CauseOriginatorCancel
	case 607:
		return "UNWANTED"
	case 428:
		return "NO_IDENTITY"
	case 429:
		return "BAD_IDENTITY_INFO"
	case 437:
		return "UNSUPPORTED_CERTIFICATE"
	case 438:
		return "INVALID_IDENTITY"
	}
	return CauseNormalUnspecified
}
