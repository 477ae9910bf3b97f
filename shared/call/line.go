package call

import "github.com/outdial/outdial/shared/linestatus"

// byLine is what became of the callee by the sound of the line, where a voice or a tone of the network says it. What is
// missing says nothing about the callee: a ringing line, music, a request to call later.
var byLine = map[linestatus.Status]Disposition{
	linestatus.PoweredOff: PoweredOff, linestatus.Unreachable: PoweredOff,
	linestatus.Vacant: Vacant, linestatus.NumberChanged: Vacant, linestatus.UnobtainableTone: Vacant,
	linestatus.WrongNumber: InvalidNumber,
	linestatus.Suspended:   Suspended, linestatus.ServiceSuspended: Suspended, linestatus.InArrears: Suspended,
	linestatus.InCall: Busy, linestatus.Busy: Busy, linestatus.BusyTone: Busy,
	linestatus.Rejected:       Rejected,
	linestatus.IncomingBarred: Restricted,
	linestatus.Voicemail:      NoAnswer, linestatus.NoAnswer: NoAnswer, linestatus.CannotAnswer: NoAnswer, linestatus.ForwardingFailed: NoAnswer,
	linestatus.NetworkBusy: Failed, linestatus.LineFault: Failed, linestatus.CongestionTone: Failed,
}

// generic are the end reasons whose codes carriers send for anything, once they have said in words what it is.
func generic(r EndReason) bool {
	switch r {
	case EndNoAnswer, EndRingTimeout, EndCongestion, EndCarrierError, EndNeverReachedUs, EndLineStatus:
		return true
	}
	return false
}

// sharpened is the disposition of an unanswered call: that of a code that is exact, otherwise what the line said.
func sharpened(r EndReason, line linestatus.Verdict) Disposition {
	if generic(r) && line.Sure() {
		if d, ok := byLine[line.Status]; ok {
			return d
		}
	}
	return dispositionOf(r)
}

// faultOnLine is whose fault it is that a call was ended for the sound of its line.
func faultOnLine(line linestatus.Verdict) Fault {
	switch line.Status {
	case linestatus.NetworkBusy, linestatus.LineFault, linestatus.CongestionTone:
		return FaultCarrier
	}
	return FaultCallee
}
