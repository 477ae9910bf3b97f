package call

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/outdial/outdial/shared/linestatus"
)

func TestConclude(t *testing.T) {
	type want struct {
		reason EndReason
		fault  Fault
		disp   Disposition
	}
	var (
		busy       = want{EndBusy, FaultCallee, Busy}
		noAnswer   = want{EndNoAnswer, FaultCallee, NoAnswer}
		rejected   = want{EndRejected, FaultCallee, Rejected}
		vacant     = want{EndVacant, FaultCallee, Vacant}
		invalid    = want{EndInvalidNumber, FaultCallee, InvalidNumber}
		changed    = want{EndNumberChanged, FaultCallee, Vacant}
		off        = want{EndUnreachable, FaultCallee, PoweredOff}
		suspended  = want{EndSuspended, FaultCallee, Suspended}
		congestion = want{EndCongestion, FaultCarrier, Failed}
		media      = want{EndBadMedia, FaultCarrier, Failed}
		carrier    = want{EndCarrierError, FaultCarrier, Failed}
		refused    = want{EndSwitchRefused, FaultUs, Failed}
		unknown    = want{EndNeverReachedUs, FaultUnknown, Other}
		talked     = want{EndCompleted, FaultNone, Answered}
	)
	for _, c := range []struct {
		name string
		e    Evidence
		want want
	}{
		// What the switch calls it.
		{"cause busy", Evidence{Cause: "USER_BUSY"}, busy},
		{"cause no answer", Evidence{Cause: "NO_ANSWER"}, noAnswer},
		{"cause no user response", Evidence{Cause: "NO_USER_RESPONSE"}, noAnswer},
		{"cause timer", Evidence{Cause: "RECOVERY_ON_TIMER_EXPIRE"}, noAnswer},
		{"cause progress timeout", Evidence{Cause: "PROGRESS_TIMEOUT"}, noAnswer},
		{"cause originator cancel", Evidence{Cause: "ORIGINATOR_CANCEL"}, want{EndRingTimeout, FaultCallee, NoAnswer}},
		{"cause allotted timeout unanswered", Evidence{Cause: "ALLOTTED_TIMEOUT"}, want{EndRingTimeout, FaultCallee, NoAnswer}},
		{"cause rejected", Evidence{Cause: "CALL_REJECTED"}, rejected},
		{"cause unallocated", Evidence{Cause: "UNALLOCATED_NUMBER"}, vacant},
		{"cause no route", Evidence{Cause: "NO_ROUTE_DESTINATION"}, vacant},
		{"cause format", Evidence{Cause: "INVALID_NUMBER_FORMAT"}, invalid},
		{"cause changed", Evidence{Cause: "NUMBER_CHANGED"}, changed},
		{"cause absent", Evidence{Cause: "SUBSCRIBER_ABSENT"}, off},
		{"cause out of order", Evidence{Cause: "DESTINATION_OUT_OF_ORDER"}, off},
		{"cause facility rejected", Evidence{Cause: "FACILITY_REJECTED"}, suspended},
		{"cause outgoing barred", Evidence{Cause: "OUTGOING_CALL_BARRED"}, suspended},
		{"cause circuit congestion", Evidence{Cause: "NORMAL_CIRCUIT_CONGESTION"}, congestion},
		{"cause switch congestion", Evidence{Cause: "SWITCH_CONGESTION"}, congestion},
		{"cause temporary failure", Evidence{Cause: "NORMAL_TEMPORARY_FAILURE"}, congestion},
		{"cause network", Evidence{Cause: "NETWORK_OUT_OF_ORDER"}, congestion},
		{"cause incompatible", Evidence{Cause: "INCOMPATIBLE_DESTINATION"}, media},
		{"cause bearer", Evidence{Cause: "BEARERCAPABILITY_NOTAVAIL"}, media},
		{"cause media timeout unanswered", Evidence{Cause: "MEDIA_TIMEOUT"}, want{EndMediaTimeout, FaultCarrier, Failed}},
		{"cause gateway down", Evidence{Cause: "GATEWAY_DOWN"}, refused},
		{"cause invalid gateway", Evidence{Cause: "INVALID_GATEWAY"}, refused},
		{"cause invalid profile", Evidence{Cause: "INVALID_PROFILE"}, refused},
		{"cause invalid url", Evidence{Cause: "INVALID_URL"}, refused},
		{"cause not implemented", Evidence{Cause: "CHAN_NOT_IMPLEMENTED"}, refused},
		{"cause max sessions", Evidence{Cause: "MAX_SESSIONS"}, refused},
		{"cause shutdown", Evidence{Cause: "SYSTEM_SHUTDOWN"}, want{EndSwitchLost, FaultUs, Failed}},
		{"cause manager request", Evidence{Cause: "MANAGER_REQUEST"}, want{EndTerminated, FaultNone, Other}},

		// Q.850, when the switch's word says nothing.
		{"q850 1", Evidence{Q850: 1}, vacant},
		{"q850 2", Evidence{Q850: 2}, vacant},
		{"q850 3", Evidence{Q850: 3}, vacant},
		{"q850 17", Evidence{Q850: 17}, busy},
		{"q850 18", Evidence{Q850: 18}, noAnswer},
		{"q850 19", Evidence{Q850: 19}, noAnswer},
		{"q850 20", Evidence{Q850: 20}, off},
		{"q850 21", Evidence{Q850: 21}, rejected},
		{"q850 22", Evidence{Q850: 22}, changed},
		{"q850 27", Evidence{Q850: 27}, off},
		{"q850 28", Evidence{Q850: 28}, invalid},
		{"q850 29", Evidence{Q850: 29}, suspended},
		{"q850 34", Evidence{Q850: 34}, congestion},
		{"q850 38", Evidence{Q850: 38}, congestion},
		{"q850 41", Evidence{Q850: 41}, congestion},
		{"q850 42", Evidence{Q850: 42}, congestion},
		{"q850 88", Evidence{Q850: 88}, media},
		{"q850 102", Evidence{Q850: 102}, noAnswer},

		// The SIP code, when there is nothing else.
		{"sip 400", Evidence{SIPCode: 400}, carrier},
		{"sip 403", Evidence{SIPCode: 403}, rejected},
		{"sip 404", Evidence{SIPCode: 404}, vacant},
		{"sip 408", Evidence{SIPCode: 408}, noAnswer},
		{"sip 410", Evidence{SIPCode: 410}, changed},
		{"sip 415", Evidence{SIPCode: 415}, media},
		{"sip 480", Evidence{SIPCode: 480}, noAnswer},
		{"sip 484", Evidence{SIPCode: 484}, invalid},
		{"sip 486", Evidence{SIPCode: 486}, busy},
		{"sip 487", Evidence{SIPCode: 487}, want{EndRingTimeout, FaultCallee, NoAnswer}},
		{"sip 488", Evidence{SIPCode: 488}, media},
		{"sip 500", Evidence{SIPCode: 500}, carrier},
		{"sip 502", Evidence{SIPCode: 502}, carrier},
		{"sip 503", Evidence{SIPCode: 503}, congestion},
		{"sip 504", Evidence{SIPCode: 504}, noAnswer},
		{"sip 513", Evidence{SIPCode: 513}, carrier},
		{"sip 600", Evidence{SIPCode: 600}, busy},
		{"sip 603", Evidence{SIPCode: 603}, rejected},
		{"sip 604", Evidence{SIPCode: 604}, vacant},
		{"sip 699", Evidence{SIPCode: 699}, carrier},
		{"sip 183 only", Evidence{SIPCode: 183}, unknown},

		// Which of them counts.
		{"nothing", Evidence{}, unknown},
		{"unknown word", Evidence{Cause: "BLUE_MOON"}, unknown},
		{"a cause before its code", Evidence{Cause: "UNALLOCATED_NUMBER", Q850: 17, SIPCode: 486}, vacant},
		{"q850 before sip", Evidence{Cause: "NORMAL_CLEARING", Q850: 1, SIPCode: 480}, vacant},
		{"sip when q850 is unknown", Evidence{Cause: "NORMAL_UNSPECIFIED", Q850: 31, SIPCode: 486}, busy},
		{"forced before all", Evidence{Forced: EndRingTimeout, Cause: "USER_BUSY", SIPCode: 486}, want{EndRingTimeout, FaultCallee, NoAnswer}},

		// What the platform itself did.
		{"terminated", Evidence{Forced: EndTerminated}, want{EndTerminated, FaultNone, Other}},
		{"switch refused", Evidence{Forced: EndSwitchRefused}, refused},
		{"switch lost", Evidence{Forced: EndSwitchLost}, want{EndSwitchLost, FaultUs, Failed}},
		{"platform stopped", Evidence{Forced: EndShutdown}, want{EndShutdown, FaultUs, Failed}},
		{"dialer lost", Evidence{Forced: EndDialerLost}, want{EndDialerLost, FaultUs, Failed}},
		{"robot lost before the answer", Evidence{Forced: EndRobotLost}, want{EndRobotLost, FaultUs, Failed}},
		{"no robot before the answer", Evidence{Forced: EndNoRobot}, want{EndNoRobot, FaultUs, Failed}},

		// Answered calls.
		{"talked", Evidence{Answered: true, Bridged: true, Cause: "NORMAL_CLEARING", Q850: 16, SIPCode: 200}, talked},
		{"talked, odd cause", Evidence{Answered: true, Bridged: true, Cause: "USER_BUSY"}, talked},
		{"met by nobody", Evidence{Answered: true, Cause: "NORMAL_CLEARING"}, want{EndNoRobot, FaultUs, Abandoned}},
		{"robot lost and never met", Evidence{Answered: true, Forced: EndRobotLost}, want{EndRobotLost, FaultUs, Abandoned}},
		{"robot lost", Evidence{Answered: true, Bridged: true, Forced: EndRobotLost}, want{EndRobotLost, FaultUs, Answered}},
		{"callee's media stopped", Evidence{Answered: true, Bridged: true, Cause: "MEDIA_TIMEOUT"}, want{EndMediaTimeout, FaultCarrier, Answered}},
		{"no common codec", Evidence{Answered: true, Bridged: true, Cause: "INCOMPATIBLE_DESTINATION"}, want{EndBadMedia, FaultCarrier, Answered}},
		{"no bearer", Evidence{Answered: true, Bridged: true, Cause: "BEARERCAPABILITY_NOTAVAIL"}, want{EndBadMedia, FaultCarrier, Answered}},
		{"longest call", Evidence{Answered: true, Bridged: true, Cause: "ALLOTTED_TIMEOUT"}, want{EndTalkTimeout, FaultNone, Answered}},
		{"longest call by our timer", Evidence{Answered: true, Bridged: true, Forced: EndTalkTimeout}, want{EndTalkTimeout, FaultNone, Answered}},
		{"terminated while talking", Evidence{Answered: true, Bridged: true, Forced: EndTerminated}, want{EndTerminated, FaultNone, Answered}},
		{"platform stopped while talking", Evidence{Answered: true, Bridged: true, Forced: EndShutdown}, want{EndShutdown, FaultUs, Answered}},
		{"dialer lost it while talking", Evidence{Answered: true, Forced: EndDialerLost}, want{EndDialerLost, FaultUs, Answered}},
		{"switch died while talking", Evidence{Answered: true, Forced: EndSwitchLost}, want{EndSwitchLost, FaultUs, Answered}},
	} {
		o := Conclude(c.e)
		if got := (want{o.EndReason, o.Fault, o.Disposition}); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
		if o.Answered != c.e.Answered || o.SIPCode != c.e.SIPCode || o.Q850 != c.e.Q850 || o.Cause != c.e.Cause {
			t.Errorf("%s: the evidence was not kept: %+v", c.name, o)
		}
	}
}

var reasons = []EndReason{EndCompleted, EndBusy, EndNoAnswer, EndRingTimeout, EndRejected, EndVacant, EndInvalidNumber, EndNumberChanged, EndUnreachable,
	EndSuspended, EndCongestion, EndCarrierError, EndBadMedia, EndMediaTimeout, EndRobotLost, EndNoRobot, EndSwitchRefused, EndSwitchLost, EndDialerLost,
	EndTerminated, EndTalkTimeout, EndShutdown, EndNeverReachedUs}

// TestFactsAgree lets evidence contradict itself in every way; the four facts still may not.
func TestFactsAgree(t *testing.T) {
	causes := []string{"", "NORMAL_CLEARING", "NONSENSE"}
	for c := range byCause {
		causes = append(causes, c)
	}
	rapid.Check(t, func(t *rapid.T) {
		e := Evidence{Answered: rapid.Bool().Draw(t, "answered"), Bridged: rapid.Bool().Draw(t, "bridged"), SIPCode: rapid.IntRange(0, 700).Draw(t, "sip"),
			Q850: rapid.IntRange(0, 127).Draw(t, "q850"), Cause: rapid.SampledFrom(causes).Draw(t, "cause"),
			Forced: rapid.SampledFrom(append([]EndReason{""}, reasons...)).Draw(t, "forced"), HungUpBy: PartyCallee}
		o := Conclude(e)
		if o != Conclude(e) {
			t.Fatal("the same evidence gave two outcomes")
		}
		if o.EndReason == "" || o.Fault == "" || o.Disposition == "" || o.HungUpBy != e.HungUpBy {
			t.Fatalf("a fact is missing: %+v", o)
		}
		if connected := o.Disposition == Answered || o.Disposition == Abandoned; connected != e.Answered {
			t.Fatalf("answered is %v and the disposition %s", e.Answered, o.Disposition)
		}
		if o.Disposition == Abandoned && o.Fault != FaultUs {
			t.Fatalf("an abandoned call is the fault of %s", o.Fault)
		}
		if e.Answered && o.Fault == FaultCallee && e.Forced == "" {
			t.Fatalf("an answered call is the callee's fault: %+v", o)
		}
	})
}

func TestDispositions(t *testing.T) {
	type row struct {
		class Class
		again bool
	}
	for d, want := range map[Disposition]row{
		Answered:        {ClassAnswered, false},
		NoAnswer:        {ClassCallee, true},
		Busy:            {ClassCallee, true},
		Rejected:        {ClassCallee, true},
		PoweredOff:      {ClassCallee, true},
		Vacant:          {ClassCallee, false},
		Suspended:       {ClassCallee, false},
		InvalidNumber:   {ClassCallee, false},
		Restricted:      {ClassLine, true},
		CallerSuspended: {ClassLine, false},
		Failed:          {ClassLine, true},
		Abandoned:       {ClassLine, true},
		Other:           {ClassCallee, true},
	} {
		if got := (row{d.Class(), d.Redialable()}); got != want {
			t.Errorf("%s: got %v, want %v", d, got, want)
		}
	}
}

// What a line said decides where the code is one that carriers send for anything, and changes no other fact.
func TestConcludeByLine(t *testing.T) {
	said := func(s linestatus.Status, confidence float64) linestatus.Verdict {
		return linestatus.Verdict{Status: s, Confidence: confidence, By: linestatus.ByAnnouncement}
	}
	for _, c := range []struct {
		name   string
		e      Evidence
		reason EndReason
		fault  Fault
		disp   Disposition
	}{
		{"480 and powered off", Evidence{SIPCode: 480, Cause: "NO_USER_RESPONSE", Line: said(linestatus.PoweredOff, 0.9)}, EndNoAnswer, FaultCallee, PoweredOff},
		{"480 and hardly sure", Evidence{SIPCode: 480, Line: said(linestatus.PoweredOff, 0.5)}, EndNoAnswer, FaultCallee, NoAnswer},
		{"480 and ringing", Evidence{SIPCode: 480, Line: said(linestatus.Ringing, 0.9)}, EndNoAnswer, FaultCallee, NoAnswer},
		{"480 and call later", Evidence{SIPCode: 480, Line: said(linestatus.CallLater, 0.9)}, EndNoAnswer, FaultCallee, NoAnswer},
		{"503 and suspended", Evidence{SIPCode: 503, Line: said(linestatus.Suspended, 0.9)}, EndCongestion, FaultCarrier, Suspended},
		{"404 and powered off: the code is exact", Evidence{SIPCode: 404, Line: said(linestatus.PoweredOff, 0.9)}, EndVacant, FaultCallee, Vacant},
		{"486 and vacant: the code is exact", Evidence{SIPCode: 486, Line: said(linestatus.Vacant, 0.9)}, EndBusy, FaultCallee, Busy},
		{"rang too long to music", Evidence{Forced: EndRingTimeout, Line: said(linestatus.RingBackMusic, 0.9)}, EndRingTimeout, FaultCallee, NoAnswer},
		{"ended for the busy tone", Evidence{Forced: EndLineStatus, Line: said(linestatus.BusyTone, 0.9)}, EndLineStatus, FaultCallee, Busy},
		{"ended for the network", Evidence{Forced: EndLineStatus, Line: said(linestatus.NetworkBusy, 0.9)}, EndLineStatus, FaultCarrier, Failed},
		{"ended for a request to call later", Evidence{Forced: EndLineStatus, Line: said(linestatus.CallLater, 0.9)}, EndLineStatus, FaultCallee, Other},
		{"ended for a machine", Evidence{Answered: true, Bridged: true, Forced: EndLineStatus, AnsweredBy: said(linestatus.Machine, 0.9)}, EndLineStatus, FaultNone, Answered},
		{"answered, whatever was said before", Evidence{Answered: true, Bridged: true, Line: said(linestatus.Vacant, 0.9)}, EndCompleted, FaultNone, Answered},
	} {
		o := Conclude(c.e)
		if o.EndReason != c.reason || o.Fault != c.fault || o.Disposition != c.disp {
			t.Errorf("%s: %s, %s, %s; want %s, %s, %s", c.name, o.EndReason, o.Fault, o.Disposition, c.reason, c.fault, c.disp)
		}
		if o.Line != c.e.Line || o.AnsweredBy != c.e.AnsweredBy || o.SIPCode != c.e.SIPCode {
			t.Errorf("%s: the evidence became %+v", c.name, o)
		}
	}
}
