package softswitch

import (
	"fmt"
	"strconv"
	"time"

	"github.com/outdial/outdial/dialer/esl/wire"
)

// fire sends an event about the leg, with the headers of switch_channel_event_set_data: the channel, the caller profile,
// the other leg, and all variables; extra ones come first for a bridge or a hang-up and do no harm there otherwise. The
// caller holds the switch's lock.
func (l *leg) fire(k eventKind, extra ...wire.Header) {
	if !l.sw.bus.wants(k) {
		return
	}
	h := make(wire.Headers, 0, 64+len(extra)+2*len(l.vars))
	if k == evBridge || k == evUnbridge || k == evHangupComplete {
		h, extra = append(h, extra...), nil
	}
	h = l.appendChannel(h)
	h = l.appendProfile(h)
	h = l.appendOther(h)
	for _, v := range l.vars {
		h = append(h, wire.Header{Name: "variable_" + v.Name, Value: v.Value})
	}
	h = append(h, extra...)
	l.sw.bus.fire(k, wire.Event{Headers: h})
}

func (l *leg) appendChannel(h wire.Headers) wire.Headers {
	h = append(h,
		wire.Header{Name: "Channel-State", Value: l.state.String()},
		wire.Header{Name: "Channel-Call-State", Value: callStateNames[l.shown]},
		wire.Header{Name: "Channel-State-Number", Value: strconv.Itoa(int(l.state))},
		wire.Header{Name: "Channel-Call-State-Number", Value: callStateNumbers[l.shown]},
		wire.Header{Name: "Channel-Name", Value: l.name},
		wire.Header{Name: wire.HeaderUniqueID, Value: l.id},
		wire.Header{Name: "Call-Direction", Value: l.direction()},
		wire.Header{Name: "Presence-Call-Direction", Value: l.direction()},
		wire.Header{Name: "Channel-HIT-Dialplan", Value: strconv.FormatBool(l.inbound)},
		wire.Header{Name: "Channel-Call-UUID", Value: l.callUUID()},
		wire.Header{Name: "Answer-State", Value: answerStateNames[l.progress]},
	)
	if l.cause != causeNone {
		h = append(h, wire.Header{Name: "Hangup-Cause", Value: l.cause.String()})
	}
	if codec, ok := l.media.codec(); ok {
		h = append(h,
			wire.Header{Name: "Channel-Read-Codec-Name", Value: codec},
			wire.Header{Name: "Channel-Read-Codec-Rate", Value: "8000"},
			wire.Header{Name: "Channel-Read-Codec-Bit-Rate", Value: "64000"},
			wire.Header{Name: "Channel-Write-Codec-Name", Value: codec},
			wire.Header{Name: "Channel-Write-Codec-Rate", Value: "8000"},
			wire.Header{Name: "Channel-Write-Codec-Bit-Rate", Value: "64000"},
		)
	}
	return h
}

func (l *leg) logicalDirection() string {
	if l.role == "originatee" || l.role == "" {
		return l.direction()
	}
	return "inbound"
}

func (l *leg) appendProfile(h wire.Headers) wire.Headers {
	h = append(h,
		wire.Header{Name: "Caller-Direction", Value: l.direction()},
		wire.Header{Name: "Caller-Logical-Direction", Value: l.logicalDirection()},
		wire.Header{Name: "Caller-Caller-ID-Name", Value: l.caller.name},
		wire.Header{Name: "Caller-Caller-ID-Number", Value: l.caller.number},
		wire.Header{Name: "Caller-Orig-Caller-ID-Name", Value: l.caller.name},
		wire.Header{Name: "Caller-Orig-Caller-ID-Number", Value: l.caller.number},
		wire.Header{Name: "Caller-Callee-ID-Name", Value: l.callee.name},
		wire.Header{Name: "Caller-Callee-ID-Number", Value: l.callee.number},
	)
	if l.network != "" {
		h = append(h, wire.Header{Name: "Caller-Network-Addr", Value: l.network})
	}
	return append(h,
		wire.Header{Name: "Caller-ANI", Value: l.caller.number},
		wire.Header{Name: "Caller-Destination-Number", Value: l.dest},
		wire.Header{Name: "Caller-Unique-ID", Value: l.id},
		wire.Header{Name: "Caller-Context", Value: "default"},
		wire.Header{Name: "Caller-Channel-Name", Value: l.name},
		wire.Header{Name: "Caller-Profile-Index", Value: "1"},
		wire.Header{Name: "Caller-Profile-Created-Time", Value: micros(l.times.created)},
		wire.Header{Name: "Caller-Channel-Created-Time", Value: micros(l.times.created)},
		wire.Header{Name: "Caller-Channel-Answered-Time", Value: micros(l.times.answered)},
		wire.Header{Name: "Caller-Channel-Progress-Time", Value: micros(l.times.progress)},
		wire.Header{Name: "Caller-Channel-Progress-Media-Time", Value: micros(l.times.media)},
		wire.Header{Name: "Caller-Channel-Hangup-Time", Value: micros(l.times.hungup)},
		wire.Header{Name: "Caller-Channel-Transfer-Time", Value: "0"},
		wire.Header{Name: "Caller-Channel-Resurrect-Time", Value: "0"},
		wire.Header{Name: "Caller-Channel-Bridged-Time", Value: micros(l.times.bridged)},
	)
}

func (l *leg) appendOther(h wire.Headers) wire.Headers {
	o := l.other
	if o == nil {
		return h
	}
	return append(h,
		wire.Header{Name: "Other-Type", Value: l.role},
		wire.Header{Name: "Other-Leg-Direction", Value: o.direction()},
		wire.Header{Name: "Other-Leg-Logical-Direction", Value: o.logicalDirection()},
		wire.Header{Name: "Other-Leg-Caller-ID-Name", Value: o.caller.name},
		wire.Header{Name: "Other-Leg-Caller-ID-Number", Value: o.caller.number},
		wire.Header{Name: "Other-Leg-Callee-ID-Name", Value: o.callee.name},
		wire.Header{Name: "Other-Leg-Callee-ID-Number", Value: o.callee.number},
		wire.Header{Name: "Other-Leg-Destination-Number", Value: o.dest},
		wire.Header{Name: "Other-Leg-Unique-ID", Value: o.id},
		wire.Header{Name: "Other-Leg-Context", Value: "default"},
		wire.Header{Name: "Other-Leg-Channel-Name", Value: o.name},
		wire.Header{Name: "Other-Leg-Channel-Created-Time", Value: micros(o.times.created)},
		wire.Header{Name: "Other-Leg-Channel-Answered-Time", Value: micros(o.times.answered)},
		wire.Header{Name: "Other-Leg-Channel-Hangup-Time", Value: micros(o.times.hungup)},
	)
}

// micros writes a moment as FreeSWITCH does; 0 has not come.
func micros(t time.Time) string {
	if t.IsZero() {
		return "0"
	}
	return strconv.FormatInt(t.UnixMicro(), 10)
}

func seconds(t time.Time) string {
	if t.IsZero() {
		return "0"
	}
	return strconv.FormatInt(t.Unix(), 10)
}

// hangupVars sets what CDRs are made of (switch_channel.c, switch_channel_set_timestamps).
func (l *leg) hangupVars() {
	t := l.times
	const stamp = "2006-01-02 15:04:05"
	l.setVars(
		"hangup_cause", l.cause.String(), "hangup_cause_q850", strconv.Itoa(l.cause.q850()),
		"start_stamp", t.created.Format(stamp), "end_stamp", t.hungup.Format(stamp),
		"start_epoch", seconds(t.created), "start_uepoch", micros(t.created),
		"answer_epoch", seconds(t.answered), "answer_uepoch", micros(t.answered),
		"bridge_epoch", seconds(t.bridged), "bridge_uepoch", micros(t.bridged),
		"progress_epoch", seconds(t.progress), "progress_uepoch", micros(t.progress),
		"progress_media_epoch", seconds(t.media), "progress_media_uepoch", micros(t.media),
		"end_epoch", seconds(t.hungup), "end_uepoch", micros(t.hungup),
		"caller_id", fmt.Sprintf("%q <%s>", l.caller.name, l.caller.number),
	)
	if !t.answered.IsZero() {
		l.vars.set("answer_stamp", t.answered.Format(stamp))
	}
	if !t.bridged.IsZero() {
		l.vars.set("bridge_stamp", t.bridged.Format(stamp))
	}
	since := func(prefix string, from, to time.Time) {
		var d time.Duration
		if !from.IsZero() && !to.IsZero() {
			d = max(to.Sub(from), 0)
		}
		l.setVars(
			prefix+"sec", strconv.FormatInt(int64(d/time.Second), 10),
			prefix+"msec", strconv.FormatInt(d.Milliseconds(), 10),
			prefix+"usec", strconv.FormatInt(d.Microseconds(), 10),
		)
	}
	since("bill", t.answered, t.hungup)
	since("progress", t.created, t.progress)
	since("answer", t.created, t.answered)
	since("wait", t.created, t.bridged)
	since("progress_media", t.created, t.media)
	whole := max(t.hungup.Sub(t.created), 0)
	l.setVars(
		// whole seconds as they lie between the two epochs, not the rounded length (switch_channel.c)
		"duration", strconv.FormatInt(t.hungup.Unix()-t.created.Unix(), 10),
		"mduration", strconv.FormatInt(whole.Milliseconds(), 10),
		"uduration", strconv.FormatInt(whole.Microseconds(), 10),
	)
	if !t.answered.IsZero() {
		l.vars.set("billsec", strconv.FormatInt(t.hungup.Unix()-t.answered.Unix(), 10))
	}
	s := l.media.stats()
	l.setVars(
		"rtp_audio_in_packet_count", strconv.FormatUint(s.Received, 10),
		"rtp_audio_out_packet_count", strconv.FormatUint(s.Sent, 10),
		"rtp_audio_in_skip_packet_count", strconv.FormatUint(s.Malformed+s.Strangers, 10),
	)
}
