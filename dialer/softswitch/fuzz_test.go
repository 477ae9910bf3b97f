package softswitch

import (
	"net"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/outdial/outdial/dialer/esl/wire"
	"github.com/outdial/outdial/shared/clock"
)

// FuzzCommands feeds whole commands to a signed-in session of a switch without calls: every one is answered.
func FuzzCommands(f *testing.F) {
	for _, s := range []string{
		"api status", "api originate {a=b}sofia/nope/x &park()", "bgapi uuid_kill x\nJob-UUID: 1", "event plain ALL", "filter a b",
		"filter delete all", "nixevent ALL", "noevents", "myevents x", "sendmsg x\ncall-command: hangup", "log 7", "linger",
		"api uuid_transfer x -both 'a:b,c' inline", "api sched_hangup +99999999999999999999 x", "api show channels like %x% as json",
		"api sofia status gateway", "api uuid_setvar_multi x a=b;;=;c", "\x00", "api ", "api fsctl sps -1", "api uuid_record a start b 9999999999",
	} {
		f.Add(s)
	}
	sw := startSwitch(f)
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "@") || strings.Contains(strings.ToLower(text), "hupall") {
			t.Skip() // would look names up
		}
		cmd, err := wire.NewReader(strings.NewReader(text+"\n\n"), commandLimits).ReadCommand()
		if err != nil {
			return
		}
		near, far := net.Pipe()
		defer near.Close()
		defer far.Close()
		s := session{listener: newListener(sw, near), authed: true}
		sw.bus.add(s.listener)
		defer sw.bus.remove(s.listener)
		s.do(cmd)
		s.mu.Lock()
		defer s.mu.Unlock()
		if len(s.queue) == 0 {
			t.Errorf("%q has no answer", text)
		}
	})
}

// FuzzDialString reads what stands between the brackets of an originate.
func FuzzDialString(f *testing.F) {
	for _, s := range []string{
		"sofia/carriers/13800138000@127.0.0.1:5070", "sofia/gateway/x/1", "user/1000@outdial", "sofia/extensions/sip:robot@[::1]:99999",
		"sofia/carriers/a;b=c@h;transport=tcp", "sofia/", "sofia/carriers/", "sofia/carriers/x@h:-1", "group/1", "sofia/carriers/%00@h",
	} {
		f.Add(s)
	}
	sw, err := New(Config{ESLAddr: "127.0.0.1:0", ESLPassword: "x", CarriersAddr: "127.0.0.1:0", ExtensionsAddr: "127.0.0.1:0"})
	if err != nil {
		f.Fatal(err)
	}
	sw.carriers, sw.extensions = &profile{sw: sw, name: profileCarriers}, &profile{sw: sw, name: profileExtensions}
	f.Fuzz(func(t *testing.T, s string) {
		target, why := sw.route(s)
		if why != causeNone {
			return
		}
		if target.profile == nil || target.uri.Host == "" || target.uri.Scheme != "sip" {
			t.Errorf("%q leads to %+v", s, target)
		}
		if text := target.uri.String(); strings.ContainsAny(text, "\r\n \t<>\"") {
			t.Errorf("%q makes the request line %q", s, text)
		}
	})
}

// FuzzApps reads inline dialplans.
func FuzzApps(f *testing.F) {
	for _, s := range []string{"park", "set:a=b,park", "bridge:{a=b,c=d}sofia/x/y", ",,,", ":", "a:b:c"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, a := range parseApps(s) {
			if a.name == "" {
				t.Errorf("%q has an application without a name", s)
			}
		}
	})
}

// FuzzHeaders reads the SIP headers that this package parses itself.
func FuzzHeaders(f *testing.F) {
	for _, s := range []string{
		`Q.850;cause=16;text="NORMAL"`, "SIP;cause=200, Q.850 ; cause = 17", "Q.850;cause=999", "<sip:a;lr>,<sip:b>", ">>,,<<",
		`Digest username="u", realm="outdial", nonce="00", uri="sip:x", response="x", qop=auth, nc=00000001, cnonce="y"`, "60:X", "99999999999",
	} {
		f.Add(s)
	}
	r := newRegistrar("outdial", func(string) (string, bool) { return "pw", true }, clock.Real())
	f.Fuzz(func(t *testing.T, s string) {
		if c, ok := causeOfReason(s); ok && (c == 0 || c > 127) {
			t.Errorf("%q is cause %d", s, c)
		}
		for _, route := range splitRoutes(s) {
			if !strings.Contains(s, route) {
				t.Errorf("%q has no route %q", s, route)
			}
		}
		if _, v, _ := r.check(s, "REGISTER", "192.0.2.1:5060"); v == trusted {
			t.Errorf("%q is trusted", s)
		}
		if secondsVar(s) < 0 {
			t.Errorf("%q is negative", s)
		}
		if name := displayName(s); strings.ContainsAny(name, "\"\\\r\n") || utf8.ValidString(s) && !utf8.ValidString(name) {
			t.Errorf("%q is shown as %q", s, name)
		}
	})
}
