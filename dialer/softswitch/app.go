package softswitch

import (
	"strconv"
	"strings"
	"time"

	"github.com/outdial/outdial/dialer/esl/wire"
)

// stopped is the channel that ends an application early; one that runs aside is ended by the leg alone.
func (ex *execution) stopped() <-chan struct{} {
	if ex == nil {
		return nil
	}
	return ex.stop
}

// appPark keeps the leg until it is taken away.
func (sw *Switch) appPark(l *leg, ex *execution, _ string) (outcome, string) {
	sw.mu.Lock()
	if !l.isDone() && !ex.over {
		l.parkLocked()
	}
	sw.mu.Unlock()
	select {
	case <-l.done:
	case <-ex.stop:
	}
	sw.mu.Lock()
	defer sw.mu.Unlock()
	if l.parked {
		l.parked = false
		l.fire(evUnpark)
	}
	return leave, ""
}

// appBridge calls another leg and joins the two.
func (sw *Switch) appBridge(l *leg, ex *execution, arg string) (outcome, string) {
	other, c := sw.originate(call{dial: arg, origin: l, stop: ex.stop})
	sw.mu.Lock()
	if other == nil {
		defer sw.mu.Unlock()
		l.setVars("originate_disposition", c.String(), "DIALSTATUS", dialStatus(c),
			"last_bridge_hangup_cause", c.String(), "bridge_hangup_cause", c.String())
		if ex.over || l.isDone() {
			return leave, ""
		}
		if l.vars.isTrue("continue_on_fail") {
			return goOn, ""
		}
		l.hangupLocked(c)
		return leave, ""
	}
	if ex.over || l.isDone() || other.isDone() {
		defer sw.mu.Unlock()
		other.hangupLocked(causeOriginatorCancel)
		if !ex.over {
			l.hangupLocked(other.cause)
		}
		return leave, ""
	}
	l.setVars("originate_disposition", "SUCCESS", "DIALSTATUS", "SUCCESS", "originate_causes", other.id+";NONE")
	br := sw.joinLocked(l, other)
	if other.progress == active {
		br.answeredLocked(other)
	}
	sw.mu.Unlock()
	<-br.ended
	return sw.afterBridge(l, ex)
}

// appJoin joins the leg with one that exists, which has been set free for it.
func (sw *Switch) appJoin(l *leg, ex *execution, id string) (outcome, string) {
	sw.mu.Lock()
	other := sw.legs[id]
	var free *execution
	if other != nil {
		free = other.exec
	}
	sw.mu.Unlock()
	if free != nil {
		<-free.finished
	}
	sw.mu.Lock()
	switch {
	case other == nil || other.isDone() || other.bridge != nil || other.exec != free:
		defer sw.mu.Unlock()
		if !ex.over {
			l.hangupLocked(causeDestinationOutOfOrder)
		}
		return leave, ""
	case ex.over || l.isDone():
		defer sw.mu.Unlock()
		other.releaseLocked()
		return leave, ""
	}
	br := sw.joinLocked(l, other)
	sw.mu.Unlock()
	<-br.ended
	return sw.afterBridge(l, ex)
}

// afterBridge is the fate of the leg that ran a bridge: parked, hung up, or on with its applications
// (switch_ivr_bridge.c, switch_ivr_multi_threaded_bridge).
func (sw *Switch) afterBridge(l *leg, ex *execution) (outcome, string) {
	sw.mu.Lock()
	defer sw.mu.Unlock()
	if ex.over || l.isDone() {
		return leave, ""
	}
	if l.vars.isTrue("park_after_bridge") {
		l.startLocked([]app{{name: "park", silent: true}})
		return leave, ""
	}
	if l.vars.isTrue("hangup_after_bridge") {
		ex.over = true
		l.hangupLocked(causeNormal)
		return leave, ""
	}
	return goOn, ""
}

// appPlayback plays a WAV file to the peer.
func (sw *Switch) appPlayback(l *leg, ex *execution, path string) (outcome, string) {
	pcm, err := loadFile(path)
	if err != nil {
		sw.log.Warn("switch: file cannot be played", "leg", l.id, "path", path, "error", err)
		return goOn, "FILE NOT FOUND"
	}
	name := wire.Header{Name: "Playback-File-Path", Value: path}
	sw.mu.Lock()
	l.fire(evPlaybackStart, name)
	sw.mu.Unlock()
	p := &player{m: l.media, pcm: pcm}
	ok := p.play(l.done, ex.stopped())
	status, response := "done", "FILE PLAYED"
	if !ok {
		status, response = "break", "PLAYBACK ERROR"
	}
	sw.mu.Lock()
	defer sw.mu.Unlock()
	if l.state < csReporting {
		l.fire(evPlaybackStop, name, wire.Header{Name: "Playback-Status", Value: status})
	}
	return goOn, response
}

// appEcho lets the peer hear itself.
func (sw *Switch) appEcho(l *leg, ex *execution, _ string) (outcome, string) {
	l.media.hear(l.media)
	select {
	case <-l.done:
	case <-ex.stop:
	}
	l.media.to.CompareAndSwap(l.media, nil)
	return leave, ""
}

func (sw *Switch) appHangup(l *leg, _ *execution, arg string) (outcome, string) {
	sw.hangup(l, parseCause(arg, causeNormal))
	return leave, ""
}

// appAnswer answers a caller; a leg that was called answers for itself.
func (sw *Switch) appAnswer(l *leg, ex *execution, _ string) (outcome, string) {
	sw.mu.Lock()
	if l.uas != nil && l.progress < active {
		l.uas.answer()
	}
	sw.mu.Unlock()
	if l.inbound {
		select {
		case <-l.talked:
		case <-l.done:
		case <-ex.stopped():
		}
	}
	return goOn, ""
}

func (sw *Switch) appSleep(l *leg, ex *execution, arg string) (outcome, string) {
	ms, err := strconv.Atoi(strings.TrimSpace(arg))
	if err != nil || ms < 0 || ms > 86_400_000 {
		return goOn, ""
	}
	t := sw.clock.NewTimer(time.Duration(ms) * time.Millisecond)
	defer t.Stop()
	select {
	case <-t.Chan():
	case <-l.done:
	case <-ex.stopped():
	}
	return goOn, ""
}

func (sw *Switch) appSet(l *leg, _ *execution, arg string) (outcome, string) {
	name, value, ok := strings.Cut(arg, "=")
	if ok && wire.CheckName(name) == nil {
		sw.mu.Lock()
		l.vars.set(name, value)
		sw.mu.Unlock()
	}
	return goOn, ""
}

// dialStatus is the older name of a failed bridge's reason (switch_ivr_originate.c).
func dialStatus(c cause) string {
	switch c {
	case causeBusy:
		return "BUSY"
	case causeNoAnswer:
		return "NOANSWER"
	case causeOriginatorCancel:
		return "CANCEL"
	case causeNone:
		return "SUCCESS"
	}
	return c.String()
}
