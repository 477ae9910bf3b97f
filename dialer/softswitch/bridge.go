package softswitch

import (
	"strings"
	"time"

	"github.com/outdial/outdial/dialer/esl/wire"
)

// bridge joins two legs: each peer hears the other. The first leg asked for it, and the events are about that one.
type bridge struct {
	sw    *Switch
	a, b  *leg
	ended chan struct{} // closed when the legs are apart
	over  bool
}

// joinLocked bridges two legs that are free, at least one of them in the hands of the caller.
func (sw *Switch) joinLocked(a, b *leg) *bridge {
	br := &bridge{sw: sw, a: a, b: b, ended: make(chan struct{})}
	now := sw.clock.Now()
	for _, pair := range [2][2]*leg{{a, b}, {b, a}} {
		one, other := pair[0], pair[1]
		one.bridge, one.other = br, other
		one.times.bridged = now
		one.setVars("bridge_channel", other.name, "bridge_uuid", other.id, "signal_bond", other.id, "last_bridge_to", other.id)
	}
	a.role, b.role = "originatee", "originator"
	a.vars.set("last_bridge_role", "originator")
	b.vars.set("last_bridge_role", "originatee")
	a.fire(evBridge, br.ids()...)
	b.state = csExchangeMedia
	b.fire(evState)
	a.media.hear(b.media)
	b.media.hear(a.media)
	return br
}

func (br *bridge) ids() []wire.Header {
	return []wire.Header{{Name: "Bridge-A-Unique-ID", Value: br.a.id}, {Name: "Bridge-B-Unique-ID", Value: br.b.id}}
}

func (br *bridge) peer(l *leg) *leg {
	if l == br.a {
		return br.b
	}
	return br.a
}

// answeredLocked passes an answer on to a caller who waits for one.
func (br *bridge) answeredLocked(l *leg) {
	if other := br.peer(l); other.uas != nil && other.progress < active {
		other.uas.answer()
	}
}

// endLocked takes the legs apart because l hung up or was taken away. What becomes of the other leg is decided here for
// one that only listens, and by its application for one that runs the bridge.
func (br *bridge) endLocked(l *leg) {
	if br.over {
		return
	}
	br.over = true
	a, b := br.a, br.b
	a.media.hear(nil)
	b.media.hear(nil)
	for _, pair := range [2][2]*leg{{a, b}, {b, a}} {
		one, other := pair[0], pair[1]
		one.bridge = nil
		if other.isDone() {
			one.setVars("bridge_hangup_cause", other.cause.String(), "last_bridge_hangup_cause", other.cause.String())
		}
	}
	a.fire(evUnbridge, br.ids()...)
	if l != b {
		b.releaseLocked()
	}
	close(br.ended)
}

// releaseLocked decides what a leg does after its bridge when no application of its own waits: it is parked if it asked
// for that, and hung up if not (switch_ivr_bridge.c, audio_bridge_on_exchange_media).
func (l *leg) releaseLocked() {
	if l.isDone() || l.exec != nil && !l.exec.over {
		return
	}
	if l.vars.isTrue("park_after_bridge") {
		l.startLocked([]app{{name: "park", silent: true}})
		return
	}
	l.hangupLocked(causeNormal)
}

// parkLocked is what CHANNEL_PARK announces: the leg stays, nobody hears it, and park_timeout ("60" or "60:CAUSE") may end it.
func (l *leg) parkLocked() {
	l.parked = true
	l.fire(evPark)
	limit, why, _ := strings.Cut(l.vars.get("park_timeout"), ":")
	if d := secondsVar(limit); d > 0 {
		run := l.exec
		l.after(d, func() {
			if l.parked && l.exec == run {
				l.hangupLocked(parseCause(why, causeNormal))
			}
		})
	}
}

// secondsVar reads a variable that holds whole seconds; what follows the digits is left alone.
func secondsVar(s string) time.Duration {
	n := 0
	for i := 0; i < len(s) && s[i] >= '0' && s[i] <= '9' && n < 1e7; i++ {
		n = 10*n + int(s[i]-'0')
	}
	return time.Duration(n) * time.Second
}
