package softswitch

import (
	"crypto/subtle"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/outdial/outdial/dialer/esl/wire"
)

// session is the command side of one listener: what its client has said so far.
type session struct {
	*listener
	authed bool
	over   bool
	logs   bool
}

const disconnectNotice = "Disconnected, goodbye.\n"

// do answers one command. Replies are those of mod_event_socket.c, parse_command; verbs are matched by prefix and without
// regard to case, as there.
func (s *session) do(cmd wire.Command) {
	line := cmd.Line
	if hasVerb(line, "exit") || strings.HasPrefix(line, "...") {
		s.over = true
		s.say("+OK bye")
		s.goodbye()
		return
	}
	if !s.authed {
		s.auth(line)
		return
	}
	for _, v := range verbs {
		if hasVerb(line, v.name) {
			v.do(s, strings.TrimRight(line[len(v.name):], "\r"), cmd)
			return
		}
	}
	s.say("-ERR command not found")
}

// verbs are tried in this order: "nolog" and the like stand before their shorter relatives.
var verbs []struct {
	name string
	do   func(s *session, args string, cmd wire.Command)
}

func init() {
	add := func(name string, do func(s *session, args string, cmd wire.Command)) {
		verbs = append(verbs, struct {
			name string
			do   func(s *session, args string, cmd wire.Command)
		}{name, do})
	}
	add("api ", (*session).api)
	add("bgapi ", (*session).bgapi)
	add("filter ", (*session).filter)
	add("myevents ", (*session).myevents)
	add("event", (*session).event)
	add("nixevent", (*session).nixevent)
	add("noevents", (*session).noevents)
	add("sendmsg", (*session).sendmsg)
	add("divert_events", func(s *session, _ string, _ wire.Command) { s.say("-ERR not controlling a session.") })
	add("linger", func(s *session, _ string, _ wire.Command) { s.say("-ERR not controlling a session") })
	add("nolinger", func(s *session, _ string, _ wire.Command) { s.say("-ERR not controlling a session") })
	add("nolog", (*session).nolog)
	add("log", (*session).logLevel)
}

func hasVerb(line, verb string) bool {
	return len(line) >= len(verb) && strings.EqualFold(line[:len(verb)], verb)
}

func (s *session) say(text string, more ...wire.Header) {
	s.reply(wire.AppendReply(nil, text, more...))
}

func (s *session) goodbye() {
	s.reply(wire.AppendFrame(nil, wire.TypeDisconnect, wire.Headers{{Name: "Content-Disposition", Value: "disconnect"}},
		[]byte(disconnectNotice)))
}

func (s *session) auth(line string) {
	given, ok := "", hasVerb(line, "auth ")
	if ok {
		given = strings.TrimRight(line[len("auth "):], "\r")
	}
	switch {
	case ok && subtle.ConstantTimeCompare([]byte(given), []byte(s.sw.cfg.ESLPassword)) == 1:
		s.authed = true
		s.sw.bus.add(s.listener)
		s.say("+OK accepted")
	case ok || hasVerb(line, "userauth "):
		s.over = true
		s.say("-ERR invalid")
		s.goodbye()
		s.listener.log.Warn("event socket: wrong password")
	default:
		s.say("-ERR command not found")
	}
}

func (s *session) api(args string, _ wire.Command) {
	name, arg, _ := strings.Cut(args, " ")
	if name == "" {
		s.say("-ERR command not found")
		return
	}
	s.reply(wire.AppendAPIResponse(nil, s.sw.api(s.sw.ctx, name, arg)))
}

func (s *session) bgapi(args string, cmd wire.Command) {
	name, arg, _ := strings.Cut(args, " ")
	if name == "" {
		s.say("-ERR command not found")
		return
	}
	job := cmd.Headers.Get(wire.HeaderJobUUID)
	if job == "" {
		job = uuid.NewString()
	}
	// The reply goes out first, so that no client sees a job end before it was told of it.
	s.say("+OK Job-UUID: "+job, wire.Header{Name: wire.HeaderJobUUID, Value: job})
	sw := s.sw
	sw.spawn(func() {
		e := wire.Event{Headers: wire.Headers{
			{Name: wire.HeaderJobUUID, Value: job}, {Name: "Job-Command", Value: name},
		}}
		if arg != "" {
			e.Add("Job-Command-Arg", arg)
		}
		e.Body = sw.api(sw.ctx, name, arg)
		sw.bus.fire(evBackgroundJob, e)
	})
}

func (s *session) filter(args string, _ wire.Command) {
	name, value, has := strings.Cut(strings.TrimLeft(args, " "), " ")
	switch {
	case has && strings.EqualFold(name, "delete"):
		name, value, _ = strings.Cut(value, " ")
		s.sw.bus.change(s.listener, func(sub *subscription) { sub.deleteFilter(name, value) })
		s.say(fmt.Sprintf("+OK filter deleted. [%s][%s]", name, value))
	case has:
		if strings.EqualFold(name, "add") {
			name, value, _ = strings.Cut(value, " ")
		}
		ok := false
		s.sw.bus.change(s.listener, func(sub *subscription) { ok = sub.addFilter(name, value) })
		if !ok {
			s.say("-ERR invalid syntax")
			return
		}
		s.say(fmt.Sprintf("+OK filter added. [%s]=[%s]", name, value))
	default:
		s.say("-ERR invalid syntax")
	}
}

func (s *session) event(args string, _ wire.Command) {
	words := strings.Fields(args)
	if len(words) > 0 {
		switch strings.ToLower(words[0]) {
		case "plain":
			words = words[1:]
		case "json", "xml":
			s.say("-ERR only plain events are available, the embedded switch has no " + strings.ToLower(words[0]))
			return
		}
	}
	known := 0
	s.sw.bus.change(s.listener, func(sub *subscription) {
		if known = sub.set(words, true); known > 0 {
			sub.on = true
		}
	})
	if known == 0 {
		s.say("-ERR no keywords supplied")
		return
	}
	s.say("+OK event listener enabled plain")
}

func (s *session) nixevent(args string, _ wire.Command) {
	known := 0
	s.sw.bus.change(s.listener, func(sub *subscription) {
		if known = sub.set(strings.Fields(args), false); known > 0 {
			sub.on = true
		}
	})
	if known == 0 {
		s.say("-ERR no keywords supplied")
		return
	}
	s.say("+OK events nixed")
}

func (s *session) noevents(string, wire.Command) {
	was := false
	s.sw.bus.change(s.listener, func(sub *subscription) {
		was = sub.on
		*sub = subscription{filters: sub.filters}
	})
	if !was {
		s.say("-ERR not listening for events")
		return
	}
	s.say("+OK no longer listening for events")
}

func (s *session) myevents(args string, _ wire.Command) {
	id, _, _ := strings.Cut(strings.TrimSpace(args), " ")
	ok := false
	s.sw.bus.change(s.listener, func(sub *subscription) {
		if ok = sub.uuid == "" && id != ""; ok {
			sub.uuid, sub.on = id, true
			sub.set(myEvents, true)
		}
	})
	if !ok {
		s.say("-ERR aready enabled.") // spelt as FreeSWITCH spells it
		return
	}
	s.say("+OK Events Enabled")
}

// logLevel is accepted and sends nothing: the log of this switch is the program's own.
func (s *session) logLevel(args string, _ wire.Command) {
	level := strings.TrimSpace(args)
	if level, _, _ = strings.Cut(level, " "); level == "" {
		level = "debug"
	}
	n := -1
	for i, name := range []string{"console", "alert", "crit", "err", "warning", "notice", "info", "debug"} {
		if strings.EqualFold(level, name) || level == fmt.Sprint(i) {
			n = i
		}
	}
	if n < 0 {
		s.say("-ERR invalid log level")
		return
	}
	s.logs = true
	s.say(fmt.Sprintf("+OK log level %s [%d]", level, n))
}

func (s *session) nolog(string, wire.Command) {
	if !s.logs {
		s.say("-ERR not loging") // spelt as FreeSWITCH spells it
		return
	}
	s.logs = false
	s.say("+OK no longer logging")
}

// sendmsg carries out call-command hangup and execute on one leg.
func (s *session) sendmsg(args string, cmd wire.Command) {
	id := strings.TrimSpace(args)
	if id == "" {
		id = cmd.Headers.Get("session-id")
	}
	l := s.sw.leg(id)
	if l == nil {
		s.say(fmt.Sprintf("-ERR invalid session id [%s]", id))
		return
	}
	switch strings.ToLower(cmd.Headers.Get("call-command")) {
	case "hangup":
		s.sw.hangup(l, parseCause(cmd.Headers.Get("hangup-cause"), causeNormal))
	case "execute":
		a := app{name: cmd.Headers.Get("execute-app-name"), arg: cmd.Headers.Get("execute-app-arg"), uuid: cmd.Headers.Get("event-uuid")}
		if a.arg == "" {
			a.arg = cmd.Body
		}
		if !knownApp(a.name) {
			s.say(fmt.Sprintf("-ERR application [%s] is not available in the embedded switch", a.name))
			return
		}
		s.sw.execute(l, a)
	default:
		s.say("-ERR only hangup and execute are available in the embedded switch")
		return
	}
	s.say("+OK")
}
