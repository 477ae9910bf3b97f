package esl_test

import (
	"testing"
	"time"

	"github.com/outdial/outdial/dialer/esl"
	"github.com/outdial/outdial/dialer/esl/wire"
)

func TestHangupOf(t *testing.T) {
	at := func(us int64) time.Time { return time.UnixMicro(us).UTC() }
	for name, row := range map[string]struct {
		pairs []string
		want  esl.Hangup
	}{
		"answered": {
			[]string{"Unique-ID", "u", "Hangup-Cause", "NORMAL_CLEARING", "variable_hangup_cause_q850", "16", "variable_sip_term_status", "200",
				"variable_sip_hangup_disposition", "recv_bye", "Caller-Channel-Created-Time", "1000000", "Caller-Channel-Progress-Time", "1500000",
				"Caller-Channel-Progress-Media-Time", "2000000", "Caller-Channel-Answered-Time", "3000000", "Caller-Channel-Hangup-Time", "4000000"},
			esl.Hangup{UUID: "u", Cause: esl.CauseNormalClearing, Q850: 16, SIPCode: 200, Disposition: esl.RecvBye, Created: at(1e6),
				Progress: at(15e5), ProgressMedia: at(2e6), Answered: at(3e6), HungUp: at(4e6)},
		},
		"busy, told by the protocol's cause alone": {
			[]string{"Unique-ID", "u", "Hangup-Cause", "USER_BUSY", "variable_proto_specific_hangup_cause", "sip:486", "variable_sip_hangup_disposition", "recv_refuse",
				"Caller-Channel-Answered-Time", "0"},
			esl.Hangup{UUID: "u", Cause: esl.CauseUserBusy, Q850: 17, SIPCode: 486, Disposition: esl.RecvRefuse},
		},
		"a carrier's reason that differs from the status": {
			[]string{"Hangup-Cause", "NORMAL_TEMPORARY_FAILURE", "variable_hangup_cause_q850", "41", "variable_sip_invite_failure_status", "503"},
			esl.Hangup{Cause: esl.CauseTemporaryFailure, Q850: 41, SIPCode: 503},
		},
		"cause in the variable alone": {[]string{"variable_hangup_cause", "NO_ANSWER"}, esl.Hangup{Cause: esl.CauseNoAnswer, Q850: 19}},
		"nothing":                     {nil, esl.Hangup{}},
		"nonsense": {
			[]string{"Hangup-Cause", "???", "variable_sip_term_status", "-4", "variable_hangup_cause_q850", "many", "Caller-Channel-Hangup-Time", "9223372036854775807"},
			esl.Hangup{Cause: "???"},
		},
	} {
		var e wire.Event
		for i := 0; i < len(row.pairs); i += 2 {
			e.Add(row.pairs[i], row.pairs[i+1])
		}
		if got := esl.HangupOf(e); got != row.want {
			t.Errorf("%s:\n got %+v\nwant %+v", name, got, row.want)
		}
	}
	if !esl.RecvBye.Remote() || esl.RecvBye.Local() || !esl.SendCancel.Local() || esl.Disposition("").Remote() {
		t.Error("who ended the call is wrong")
	}
}

func TestCauses(t *testing.T) {
	for _, row := range []struct {
		sip   int
		cause esl.Cause
		q850  int
	}{
		{404, esl.CauseUnallocatedNumber, 1}, {480, esl.CauseNoUserResponse, 18}, {486, esl.CauseUserBusy, 17}, {600, esl.CauseUserBusy, 17},
		{603, esl.CauseCallRejected, 21}, {403, esl.CauseCallRejected, 21}, {408, esl.CauseTimerExpired, 102}, {410, esl.CauseNumberChanged, 22},
		{484, esl.CauseInvalidNumberFormat, 28}, {503, esl.CauseTemporaryFailure, 41}, {487, esl.CauseOriginatorCancel, 487}, {200, esl.CauseNormalClearing, 16},
		{488, esl.CauseIncompatible, 88}, {502, esl.CauseNetworkOutOfOrder, 38}, {405, esl.CauseServiceUnavailable, 63}, {413, esl.CauseInterworking, 127},
		{415, "SERVICE_NOT_IMPLEMENTED", 79}, {482, "EXCHANGE_ROUTING_ERROR", 25}, {604, esl.CauseNoRouteDestination, 3}, {607, "UNWANTED", 819},
		{428, "NO_IDENTITY", 820}, {429, "BAD_IDENTITY_INFO", 821}, {437, "UNSUPPORTED_CERTIFICATE", 822}, {438, "INVALID_IDENTITY", 823},
		{699, esl.CauseNormalUnspecified, 31}, {0, esl.CauseNormalUnspecified, 31},
	} {
		c := esl.CauseOfSIP(row.sip)
		if c != row.cause || c.Q850() != row.q850 || !c.Known() {
			t.Errorf("SIP %d is %s (%d), want %s (%d)", row.sip, c, c.Q850(), row.cause, row.q850)
		}
		if back := esl.CauseOfQ850(row.q850); back != row.cause {
			t.Errorf("Q.850 %d is %s, want %s", row.q850, back, row.cause)
		}
	}
	for cause, sip := range map[esl.Cause]int{
		esl.CauseUserBusy: 486, esl.CauseCallRejected: 603, esl.CauseNormalClearing: 480, esl.CauseUnallocatedNumber: 404, esl.CauseIncompatible: 488, "STRANGE": 480,
	} {
		if got := cause.SIP(); got != sip {
			t.Errorf("%s is refused with %d, want %d", cause, got, sip)
		}
	}
	if esl.Cause("STRANGE").Known() || esl.Cause("STRANGE").Q850() != 31 || esl.CauseOfQ850(5) != esl.CauseNormalUnspecified {
		t.Error("an unknown cause is not unspecified")
	}
}
