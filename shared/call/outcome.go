package call

import (
	"slices"

	"github.com/outdial/outdial/shared/linestatus"
)

// EndReason is the technical reason why a call ended.
type EndReason string

const (
	EndCompleted      EndReason = "completed"           // somebody hung up an answered call
	EndBusy           EndReason = "busy"                // 486, 600
	EndNoAnswer       EndReason = "no_answer"           // 480 after ringing, 408, Q.850 19
	EndRingTimeout    EndReason = "ring_timeout"        // our own ring timer ran out
	EndRejected       EndReason = "rejected"            // 603, 403, Q.850 21
	EndVacant         EndReason = "vacant"              // 404, Q.850 1
	EndInvalidNumber  EndReason = "invalid_number"      // 484, Q.850 28
	EndNumberChanged  EndReason = "number_changed"      // 410, Q.850 22
	EndUnreachable    EndReason = "unreachable"         // Q.850 18, 20, 27: off, out of coverage
	EndSuspended      EndReason = "suspended"           // service of the callee suspended
	EndCongestion     EndReason = "congestion"          // 503, Q.850 34, 41, 42
	EndCarrierError   EndReason = "carrier_error"       // any other refusal of the carrier
	EndBadMedia       EndReason = "incompatible_media"  // 488, Q.850 88, malformed SDP
	EndMediaTimeout   EndReason = "media_timeout"       // no RTP from the callee
	EndRobotLost      EndReason = "robot_lost"          // the robot's leg died under the call
	EndNoRobot        EndReason = "no_robot"            // nobody met the callee
	EndSwitchRefused  EndReason = "switch_refused"      // the switch did not place the call
	EndSwitchLost     EndReason = "switch_lost"         // the switch went down with the call
	EndDialerLost     EndReason = "dialer_lost"         // ended while no dialer was watching
	EndTerminated     EndReason = "campaign_terminated" // the campaign was terminated
	EndShutdown       EndReason = "platform_stopped"    // the platform was stopped with the call
	EndLineStatus     EndReason = "line_status"         // the campaign ends calls whose line sounds so
	EndTalkTimeout    EndReason = "talk_timeout"        // the longest allowed call was reached
	EndNeverReachedUs EndReason = "unknown"             // the switch gave no reason we know
)

// Fault is whose fault a call's failure was.
type Fault string

const (
	FaultNone    Fault = "none"
	FaultCallee  Fault = "callee"
	FaultCarrier Fault = "carrier"
	FaultUs      Fault = "us"
	FaultUnknown Fault = "unknown"
)

// Disposition is the business result: the call states of the manual (A6.1, A7.3).
type Disposition string

const (
	Answered        Disposition = "answered"
	NoAnswer        Disposition = "no_answer"
	Busy            Disposition = "busy"
	Rejected        Disposition = "rejected" // the callee declined the call
	PoweredOff      Disposition = "powered_off"
	Vacant          Disposition = "vacant"
	Suspended       Disposition = "suspended"
	InvalidNumber   Disposition = "invalid_number"
	Restricted      Disposition = "restricted"
	CallerSuspended Disposition = "caller_suspended"
	Failed          Disposition = "failed"    // the line or the platform failed
	Abandoned       Disposition = "abandoned" // answered by the callee, met by nobody
	Other           Disposition = "other"
	// DNC is the end of a contact that was not called because its number is on a do-not-call list: there is no call.
	DNC Disposition = "dnc"
)

// redialable are the dispositions that a campaign may call again.
var redialable = []Disposition{NoAnswer, Busy, Rejected, PoweredOff, Failed, Restricted, Abandoned, Other}

// Redialable tells whether another call can make sense.
func (d Disposition) Redialable() bool { return slices.Contains(redialable, d) }

// Class is one of the manual's three classes of call states (A4.4.1).
type Class string

const (
	ClassAnswered Class = "answered"
	ClassLine     Class = "line_fault"
	ClassCallee   Class = "callee_fault"
)

// Class tells which of the three classes a disposition falls in.
func (d Disposition) Class() Class {
	switch d {
	case Answered:
		return ClassAnswered
	case Failed, Abandoned, CallerSuspended, Restricted:
		return ClassLine
	default:
		return ClassCallee
	}
}

// Party is who hung up.
type Party string

const (
	PartyNone    Party = ""
	PartyCallee  Party = "callee"
	PartyRobot   Party = "robot"
	PartyDialer  Party = "dialer"
	PartyCarrier Party = "carrier"
	PartyAgent   Party = "agent" // whoever had the robot's place
)

// Outcome holds the four facts that stay apart, with the evidence they were read from.
type Outcome struct {
	Answered    bool
	EndReason   EndReason
	Fault       Fault
	Disposition Disposition
	HungUpBy    Party
	SIPCode     int    // of the callee's leg; zero when there was none
	Q850        int    // zero when there was none
	Cause       string // the switch's own word for it
	// Line is what the line said of itself before the answer, AnsweredBy who answered, by the sound alone; zero where nothing
	// was heard. They stand beside the codes, and neither changes the other.
	Line, AnsweredBy linestatus.Verdict
}

// Evidence is what is known when a call ends.
type Evidence struct {
	Answered bool
	Bridged  bool // a robot or an agent met the callee
	SIPCode  int
	Q850     int
	Cause    string
	// Forced is set when the platform itself ended the call or lost sight of it; it outranks the codes.
	Forced   EndReason
	HungUpBy Party
	// Line and AnsweredBy are what was heard.
	Line, AnsweredBy linestatus.Verdict
}

// Conclude reads the four facts from the evidence. It is pure: the same evidence always gives the same outcome.
func Conclude(e Evidence) Outcome {
	o := Outcome{Answered: e.Answered, HungUpBy: e.HungUpBy, SIPCode: e.SIPCode, Q850: e.Q850, Cause: e.Cause, Line: e.Line, AnsweredBy: e.AnsweredBy}
	o.EndReason = endReason(e)
	o.Fault = faultOf(o.EndReason)
	if e.Answered {
		o.Disposition = Answered
		if !e.Bridged && o.EndReason != EndDialerLost && o.EndReason != EndSwitchLost {
			o.Disposition, o.Fault = Abandoned, FaultUs
			if o.EndReason == EndCompleted {
				o.EndReason = EndNoRobot
			}
		}
		if o.EndReason == EndCompleted || o.EndReason == EndTalkTimeout || o.EndReason == EndTerminated || o.EndReason == EndLineStatus {
			if o.Disposition == Answered {
				o.Fault = FaultNone
			}
		}
		return o
	}
	if o.EndReason == EndLineStatus {
		o.Fault = faultOnLine(e.Line)
	}
	o.Disposition = sharpened(o.EndReason, e.Line)
	return o
}

func endReason(e Evidence) EndReason {
	if e.Forced != "" {
		return e.Forced
	}
	if e.Answered {
		switch e.Cause {
		case "MEDIA_TIMEOUT":
			return EndMediaTimeout
		case "INCOMPATIBLE_DESTINATION", "BEARERCAPABILITY_NOTAVAIL":
			return EndBadMedia
		case "ALLOTTED_TIMEOUT":
			return EndTalkTimeout
		}
		return EndCompleted
	}
	if r, ok := byCause[e.Cause]; ok {
		return r
	}
	if r, ok := byQ850[e.Q850]; ok {
		return r
	}
	if r, ok := bySIP[e.SIPCode]; ok {
		return r
	}
	if e.SIPCode >= 400 {
		return EndCarrierError
	}
	return EndNeverReachedUs
}

// byCause is read first: the switch has weighed SIP code and Reason header already (FreeSWITCH, sofia_glue.c).
var byCause = map[string]EndReason{
	"USER_BUSY":                 EndBusy,
	"NO_ANSWER":                 EndNoAnswer,
	"NO_USER_RESPONSE":          EndNoAnswer,
	"RECOVERY_ON_TIMER_EXPIRE":  EndNoAnswer,
	"PROGRESS_TIMEOUT":          EndNoAnswer,
	"ORIGINATOR_CANCEL":         EndRingTimeout,
	"ALLOTTED_TIMEOUT":          EndRingTimeout,
	"CALL_REJECTED":             EndRejected,
	"UNALLOCATED_NUMBER":        EndVacant,
	"NO_ROUTE_DESTINATION":      EndVacant,
	"INVALID_NUMBER_FORMAT":     EndInvalidNumber,
	"NUMBER_CHANGED":            EndNumberChanged,
	"SUBSCRIBER_ABSENT":         EndUnreachable,
	"DESTINATION_OUT_OF_ORDER":  EndUnreachable,
	"FACILITY_REJECTED":         EndSuspended,
	"OUTGOING_CALL_BARRED":      EndSuspended,
	"NORMAL_CIRCUIT_CONGESTION": EndCongestion,
	"SWITCH_CONGESTION":         EndCongestion,
	"NORMAL_TEMPORARY_FAILURE":  EndCongestion,
	"NETWORK_OUT_OF_ORDER":      EndCongestion,
	"INCOMPATIBLE_DESTINATION":  EndBadMedia,
	"BEARERCAPABILITY_NOTAVAIL": EndBadMedia,
	"MEDIA_TIMEOUT":             EndMediaTimeout,
	"GATEWAY_DOWN":              EndSwitchRefused,
	"INVALID_GATEWAY":           EndSwitchRefused,
	"INVALID_PROFILE":           EndSwitchRefused,
	"INVALID_URL":               EndSwitchRefused,
	"CHAN_NOT_IMPLEMENTED":      EndSwitchRefused,
	"MAX_SESSIONS":              EndSwitchRefused,
	"SYSTEM_SHUTDOWN":           EndSwitchLost,
	"MANAGER_REQUEST":           EndTerminated,
}

var byQ850 = map[int]EndReason{
	1: EndVacant, 2: EndVacant, 3: EndVacant, 17: EndBusy, 18: EndNoAnswer, 19: EndNoAnswer, 20: EndUnreachable,
	21: EndRejected, 22: EndNumberChanged, 27: EndUnreachable, 28: EndInvalidNumber, 29: EndSuspended,
	34: EndCongestion, 38: EndCongestion, 41: EndCongestion, 42: EndCongestion, 88: EndBadMedia, 102: EndNoAnswer,
}

var bySIP = map[int]EndReason{
	403: EndRejected, 404: EndVacant, 408: EndNoAnswer, 410: EndNumberChanged, 415: EndBadMedia, 480: EndNoAnswer,
	484: EndInvalidNumber, 486: EndBusy, 487: EndRingTimeout, 488: EndBadMedia, 500: EndCarrierError,
	502: EndCarrierError, 503: EndCongestion, 504: EndNoAnswer, 600: EndBusy, 603: EndRejected, 604: EndVacant,
}

func faultOf(r EndReason) Fault {
	switch r {
	case EndCompleted, EndTalkTimeout, EndTerminated, EndLineStatus:
		return FaultNone
	case EndBusy, EndNoAnswer, EndRingTimeout, EndRejected, EndVacant, EndInvalidNumber, EndNumberChanged, EndUnreachable, EndSuspended:
		return FaultCallee
	case EndCongestion, EndCarrierError, EndBadMedia, EndMediaTimeout:
		return FaultCarrier
	case EndRobotLost, EndNoRobot, EndSwitchRefused, EndSwitchLost, EndDialerLost, EndShutdown:
		return FaultUs
	default:
		return FaultUnknown
	}
}

func dispositionOf(r EndReason) Disposition {
	switch r {
	case EndBusy:
		return Busy
	case EndNoAnswer, EndRingTimeout:
		return NoAnswer
	case EndRejected:
		return Rejected
	case EndVacant, EndNumberChanged:
		return Vacant
	case EndInvalidNumber:
		return InvalidNumber
	case EndUnreachable:
		return PoweredOff
	case EndSuspended:
		return Suspended
	case EndNeverReachedUs, EndTerminated, EndLineStatus:
		return Other
	default:
		return Failed
	}
}
