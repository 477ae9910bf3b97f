package softswitch

import (
	"fmt"
	"strconv"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/outdial/outdial/dialer/esl/wire"
)

// channelState is where a leg's own machine is (switch_types.h, switch_channel_state_t).
type channelState uint8

const (
	csInit          channelState = 1
	csRouting       channelState = 2
	csSoftExecute   channelState = 3
	csExecute       channelState = 4
	csExchangeMedia channelState = 5
	csPark          channelState = 6
	csConsumeMedia  channelState = 7
	csHangup        channelState = 10
	csReporting     channelState = 11
	csDestroy       channelState = 12
	csNone          channelState = 13
)

var channelStateNames = [...]string{
	"CS_NEW", "CS_INIT", "CS_ROUTING", "CS_SOFT_EXECUTE", "CS_EXECUTE", "CS_EXCHANGE_MEDIA", "CS_PARK",
	"CS_CONSUME_MEDIA", "CS_HIBERNATE", "CS_RESET", "CS_HANGUP", "CS_REPORTING", "CS_DESTROY", "CS_NONE",
}

func (s channelState) String() string { return channelStateNames[s] }

// progress is how far a leg has come towards being answered.
type progress uint8

const (
	down progress = iota
	ringing
	early
	active
	ended
)

var (
	callStateNames   = [...]string{down: "DOWN", ringing: "RINGING", early: "EARLY", active: "ACTIVE", ended: "HANGUP"}
	callStateNumbers = [...]string{down: "0", ringing: "2", early: "3", active: "4", ended: "7"}
	answerStateNames = [...]string{down: "ringing", ringing: "ringing", early: "early", active: "answered", ended: "hangup"}
)

// leg is one SIP call between the switch and a peer. What stands below "guarded" belongs to Switch.mu.
type leg struct {
	sw      *Switch
	id      string
	inbound bool
	profile *profile
	name    string // sofia/carriers/13800138000@192.0.2.7
	dest    string // the user part that was called
	serial  uint64
	media   *media

	up     chan struct{} // closed at the first media, early or not
	talked chan struct{} // closed at the answer
	done   chan struct{} // closed when the leg hangs up
	gone   chan struct{} // closed when nothing of it is left

	// guarded
	state    channelState
	progress progress
	shown    progress // Channel-Call-State, which follows the answer state at a hang-up one step later
	vars     variables
	caller   party
	callee   party
	network  string // the peer's host
	times    times
	cause    cause
	dialog   *dialog // nil until the peer's side is known
	uas      *uas    // inbound legs: how the peer's INVITE is answered

	bridge *bridge
	other  *leg   // the leg it is or was bridged with, for Other-Leg headers
	role   string // of that leg: originator or originatee
	exec   *execution
	app    app // the application that runs now
	parked bool
	timers []clockwork.Timer
	discs  map[string]*recording
}

type party struct{ name, number string }

// times are the moments that FreeSWITCH tells of a leg; zero has not come.
type times struct {
	created, progress, media, answered, bridged, hungup time.Time
}

// birth is what a new leg is made of.
type birth struct {
	id      string
	inbound bool
	profile *profile
	name    string
	dest    string
	caller  party
	vars    variables
	origin  *leg // the leg that calls for this one
}

// newLeg admits and registers a leg, with its RTP socket open. The events that announce it are the caller's.
func (sw *Switch) newLeg(b birth) (*leg, error) {
	if err := sw.admit.take(); err != nil {
		sw.log.Warn("switch: session refused", "leg", b.id, "reason", err)
		return nil, err
	}
	m, err := newMedia(sw)
	if err != nil {
		sw.admit.give()
		sw.log.Error("switch: no RTP port for a new leg; widen the RTP range or lower the number of calls", "error", err)
		return nil, err
	}
	l := &leg{
		sw: sw, id: b.id, inbound: b.inbound, profile: b.profile, name: b.name, dest: b.dest, media: m,
		up: make(chan struct{}), talked: make(chan struct{}), done: make(chan struct{}), gone: make(chan struct{}),
		state: csInit, vars: b.vars, caller: b.caller, callee: party{"Outbound Call", b.dest},
		times: times{created: sw.clock.Now()},
	}
	m.leg = l
	sw.mu.Lock()
	defer sw.mu.Unlock()
	if _, taken := sw.legs[l.id]; taken {
		sw.admit.give()
		m.close()
		return nil, fmt.Errorf("a leg %s exists already", l.id)
	}
	l.serial = sw.admit.load().total
	sw.legs[l.id] = l
	if b.origin != nil {
		l.other, l.role = b.origin, "originator"
		b.origin.other, b.origin.role = l, "originatee"
	}
	l.setVars(
		"direction", l.direction(), "is_outbound", strconv.FormatBool(!l.inbound), "uuid", l.id, "call_uuid", l.callUUID(),
		"session_id", strconv.FormatUint(l.serial, 10), "sip_profile_name", b.profile.name, "channel_name", l.name,
	)
	if l.inbound {
		l.vars.set("is_outbound", "")
	}
	return l, nil
}

func (l *leg) setVars(pairs ...string) {
	for i := 0; i < len(pairs); i += 2 {
		l.vars.set(pairs[i], pairs[i+1])
	}
}

func (l *leg) direction() string {
	if l.inbound {
		return "inbound"
	}
	return "outbound"
}

// callUUID names the call by the leg that asked for it.
func (l *leg) callUUID() string {
	if l.role == "originator" && l.other != nil {
		return l.other.id
	}
	return l.id
}

// leg finds a living leg.
func (sw *Switch) leg(id string) *leg {
	sw.mu.Lock()
	defer sw.mu.Unlock()
	return sw.legs[id]
}

func (sw *Switch) legCount() int {
	sw.mu.Lock()
	defer sw.mu.Unlock()
	return len(sw.legs)
}

// isDone tells whether the leg has hung up.
func (l *leg) isDone() bool {
	select {
	case <-l.done:
		return true
	default:
		return false
	}
}

// ringsLocked notes that the peer rings.
func (l *leg) ringsLocked() {
	if l.progress >= ringing {
		return
	}
	l.progress, l.shown = ringing, ringing
	l.times.progress = l.sw.clock.Now()
	l.fire(evProgress)
	l.fire(evCallState)
}

// soundsLocked notes early media.
func (l *leg) soundsLocked() {
	if l.progress >= early {
		return
	}
	l.progress = early
	l.times.media = l.sw.clock.Now()
	l.vars.set("endpoint_disposition", "EARLY MEDIA")
	l.fire(evProgressMedia)
	l.shown = early
	l.fire(evCallState)
	close(l.up)
}

// answersLocked notes the answer of either side.
func (l *leg) answersLocked() {
	if l.progress >= active {
		return
	}
	wasUp := l.progress == early
	l.progress = active
	l.times.answered = l.sw.clock.Now()
	l.vars.set("endpoint_disposition", "ANSWER")
	l.media.answered.Store(true)
	l.fire(evAnswer)
	l.shown = active
	l.fire(evCallState)
	if !wasUp {
		close(l.up)
	}
	close(l.talked)
	if b := l.bridge; b != nil {
		b.answeredLocked(l)
	}
}

// hangup ends a leg for a reason of ours.
func (sw *Switch) hangup(l *leg, c cause) {
	sw.mu.Lock()
	defer sw.mu.Unlock()
	l.hangupLocked(c)
}

// hangupLocked is the one way a leg ends. Whoever owns the SIP side wakes up by l.done and tells the peer; the end is
// then reported by finish.
func (l *leg) hangupLocked(c cause) {
	if l.state >= csHangup && l.state != csNone {
		return
	}
	l.cause = c
	l.times.hungup = l.sw.clock.Now()
	l.progress = ended
	for _, t := range l.timers {
		t.Stop()
	}
	l.timers = nil
	l.fire(evHangup)
	l.state = csHangup
	l.shown = ended
	l.fire(evCallState)
	close(l.done)
	if l.bridge != nil {
		l.bridge.endLocked(l)
	}
}

// finish reports the end after the peer has been told, and frees what the leg held.
func (sw *Switch) finish(l *leg) {
	l.media.close()
	sw.mu.Lock()
	ex := l.exec
	sw.mu.Unlock()
	if ex != nil {
		<-ex.finished // its last events come before the leg's
	}
	sw.closeRecordings(l)
	sw.mu.Lock()
	l.state = csReporting
	l.hangupVars()
	l.fire(evHangupComplete, wire.Header{Name: "Hangup-Cause", Value: l.cause.String()})
	l.fire(evDestroy)
	l.state = csDestroy
	delete(sw.legs, l.id)
	if l.dialog != nil {
		delete(sw.dialogs, l.dialog.key())
	}
	sw.mu.Unlock()
	sw.admit.give()
	close(l.gone)
}

// after runs f under the lock when d has passed, unless the leg has hung up by then. The caller holds the lock.
func (l *leg) after(d time.Duration, f func()) clockwork.Timer {
	t := l.sw.clock.AfterFunc(d, func() {
		l.sw.mu.Lock()
		defer l.sw.mu.Unlock()
		if !l.isDone() {
			f()
		}
	})
	l.timers = append(l.timers, t)
	return t
}

// hangupAll ends every leg and returns them.
func (sw *Switch) hangupAll(c cause) []*leg {
	sw.mu.Lock()
	defer sw.mu.Unlock()
	legs := make([]*leg, 0, len(sw.legs))
	for _, l := range sw.legs {
		l.hangupLocked(c)
		legs = append(legs, l)
	}
	return legs
}

// hangupSilent ends answered legs that have received no RTP for their media timeout.
func (sw *Switch) hangupSilent() {
	now := time.Now() // sockets stamp with the wall clock
	sw.mu.Lock()
	defer sw.mu.Unlock()
	for _, l := range sw.legs {
		if l.progress != active {
			continue
		}
		limit := sw.cfg.MediaTimeout
		if v, ok := l.vars.lookup("media_timeout"); ok {
			if ms, err := strconv.Atoi(v); err == nil {
				limit = time.Duration(ms) * time.Millisecond
			}
		}
		if limit > 0 && l.media.silentFor(now) > limit {
			sw.log.Warn("switch: no RTP from the peer, leg is hung up", "leg", l.id, "name", l.name, "limit", limit)
			l.hangupLocked(causeMediaTimeout)
		}
	}
}
