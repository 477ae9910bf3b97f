package softswitch

import (
	"strings"

	"github.com/google/uuid"

	"github.com/outdial/outdial/dialer/esl/wire"
)

// app is one dialplan application with its argument.
type app struct {
	name, arg string
	uuid      string // names the run in events; made when empty
	silent    bool   // without EXECUTE events, where FreeSWITCH runs it in its core
}

// execution runs a list of applications on one leg. A leg has one at a time; a new one ends the old.
type execution struct {
	stop     chan struct{} // closed when the leg is taken away from it
	finished chan struct{} // closed after its last event
	over     bool          // guarded: it no longer decides about the leg
}

// outcome is what an application leaves behind.
type outcome uint8

const (
	goOn  outcome = iota // to the next application, or hang up after the last
	leave                // the leg is somebody else's, or ended
)

// applications are what this switch can run. The list is filled at start-up because bridge runs applications itself.
var applications map[string]func(sw *Switch, l *leg, ex *execution, arg string) (outcome, string)

func init() {
	applications = map[string]func(sw *Switch, l *leg, ex *execution, arg string) (outcome, string){
		"park":        (*Switch).appPark,
		"bridge":      (*Switch).appBridge,
		"uuid_bridge": (*Switch).appJoin,
		"eavesdrop":   (*Switch).appEavesdrop,
		"playback":    (*Switch).appPlayback,
		"echo":        (*Switch).appEcho,
		"hangup":      (*Switch).appHangup,
		"answer":      (*Switch).appAnswer,
		"sleep":       (*Switch).appSleep,
		"set":         (*Switch).appSet,
	}
}

func knownApp(name string) bool {
	_, ok := applications[strings.ToLower(name)]
	return ok && !strings.EqualFold(name, "uuid_bridge")
}

// startLocked gives the leg to a list of applications. Whoever had it before ends first, its bridge too.
func (l *leg) startLocked(apps []app) *execution {
	prev := l.takeLocked()
	if l.isDone() {
		return nil
	}
	ex := &execution{stop: make(chan struct{}), finished: make(chan struct{})}
	l.exec = ex
	if !l.sw.spawn(func() { l.sw.run(l, ex, prev, apps) }) {
		ex.over = true
		close(ex.finished)
	}
	return ex
}

// takeLocked takes the leg out of its bridge and away from its applications, and returns the execution to wait for.
func (l *leg) takeLocked() *execution {
	prev := l.exec
	if prev != nil && !prev.over {
		prev.over = true
		close(prev.stop)
	}
	if b := l.bridge; b != nil {
		b.endLocked(l)
	}
	return prev
}

func (sw *Switch) run(l *leg, ex, prev *execution, apps []app) {
	defer close(ex.finished)
	if prev != nil {
		<-prev.finished
	}
	for _, a := range apps {
		if sw.runApp(l, ex, a) == leave {
			return
		}
	}
	sw.mu.Lock()
	defer sw.mu.Unlock()
	if !ex.over && !l.isDone() {
		ex.over = true
		l.hangupLocked(causeNormal)
	}
}

// runApp runs one application between its two events.
func (sw *Switch) runApp(l *leg, ex *execution, a app) outcome {
	do, ok := applications[strings.ToLower(a.name)]
	sw.mu.Lock()
	if ex.over || l.isDone() {
		sw.mu.Unlock()
		return leave
	}
	if !ok {
		sw.log.Warn("switch: application is not available", "leg", l.id, "application", a.name)
		l.hangupLocked(causeServiceNotImplemented)
		sw.mu.Unlock()
		return leave
	}
	head := l.beginLocked(&a)
	sw.mu.Unlock()
	next, response := do(sw, l, ex, a.arg)
	sw.mu.Lock()
	defer sw.mu.Unlock()
	l.parked = false
	l.endLocked(a, head, response)
	if ex.over || l.isDone() {
		return leave
	}
	return next
}

// beginLocked announces an application.
func (l *leg) beginLocked(a *app) []wire.Header {
	if a.silent {
		l.state = csPark
		return nil
	}
	if a.uuid == "" {
		a.uuid = uuid.NewString()
	}
	if l.state = csExecute; a.name == "uuid_bridge" {
		l.state = csSoftExecute
	}
	l.app = *a
	l.setVars("current_application", a.name, "current_application_data", a.arg)
	head := []wire.Header{
		{Name: "Application", Value: a.name}, {Name: "Application-Data", Value: a.arg}, {Name: "Application-UUID", Value: a.uuid},
	}
	l.fire(evState)
	l.fire(evExecute, head...)
	return head
}

func (l *leg) endLocked(a app, head []wire.Header, response string) {
	if a.silent {
		return
	}
	if response == "" {
		response = "_none_"
	}
	l.fire(evExecuteComplete, head[0], head[1], wire.Header{Name: "Application-Response", Value: response}, head[2])
}

// execute runs an application that a client asked for (sendmsg, uuid_broadcast). What only plays runs beside the leg's
// own application; what takes the leg replaces it, and the leg is parked afterwards.
func (sw *Switch) execute(l *leg, a app) {
	switch strings.ToLower(a.name) {
	case "playback":
		sw.spawn(func() { sw.aside(l, a) })
	case "set", "answer", "hangup":
		sw.spawn(func() { sw.aside(l, a) })
	default:
		sw.mu.Lock()
		defer sw.mu.Unlock()
		l.startLocked([]app{a, {name: "park", silent: true}})
	}
}

// aside runs an application that does not take the leg.
func (sw *Switch) aside(l *leg, a app) {
	sw.mu.Lock()
	if l.isDone() {
		sw.mu.Unlock()
		return
	}
	if a.uuid == "" {
		a.uuid = uuid.NewString()
	}
	head := []wire.Header{
		{Name: "Application", Value: a.name}, {Name: "Application-Data", Value: a.arg}, {Name: "Application-UUID", Value: a.uuid},
	}
	l.fire(evExecute, head...)
	sw.mu.Unlock()
	_, response := applications[strings.ToLower(a.name)](sw, l, nil, a.arg)
	sw.mu.Lock()
	defer sw.mu.Unlock()
	if l.state < csReporting || l.state == csNone {
		l.endLocked(a, head, response)
	}
}

// parseApps reads an inline dialplan: "app:argument,app:argument". An argument that holds commas, such as the dial string
// of a bridge, must come alone.
func parseApps(s string) []app {
	parts := []string{s}
	if !strings.ContainsAny(s, "{[<") {
		parts = strings.Split(s, ",")
	}
	var out []app
	for _, p := range parts {
		name, arg, _ := strings.Cut(strings.TrimSpace(p), ":")
		if name != "" {
			out = append(out, app{name: name, arg: arg})
		}
	}
	return out
}
