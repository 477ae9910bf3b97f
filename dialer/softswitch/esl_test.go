package softswitch

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/dialer/esl/wire"
	"github.com/outdial/outdial/shared/clock"
)

// What FreeSWITCH 1.10.12 answered to the same commands.
func TestRepliesAreFreeSWITCHs(t *testing.T) {
	sw := startSwitch(t)
	es := dial(t, sw)
	for _, tt := range [][2]string{
		{"filter", "-ERR command not found"},
		{"filter Unique-ID x", "+OK filter added. [Unique-ID]=[x]"},
		{"filter delete Unique-ID x", "+OK filter deleted. [Unique-ID][x]"},
		{"filter delete all", "+OK filter deleted. [all][]"},
		{"nixevent HEARTBEAT", "+OK events nixed"},
		{"nixevent", "-ERR no keywords supplied"},
		{"event", "-ERR no keywords supplied"},
		{"event plain CHANNEL_CREATE", "+OK event listener enabled plain"},
		{"event plain channel_create CUSTOM sofia::register", "+OK event listener enabled plain"},
		{"event plain NOPE", "-ERR no keywords supplied"},
		{"log 7", "+OK log level 7 [7]"},
		{"nolog", "+OK no longer logging"},
		{"nolog", "-ERR not loging"},
		{"log 99", "-ERR invalid log level"},
		{"linger", "-ERR not controlling a session"},
		{"nolinger", "-ERR not controlling a session"},
		{"noevents", "+OK no longer listening for events"},
		{"noevents", "-ERR not listening for events"},
		{"myevents nope", "+OK Events Enabled"},
		{"myevents nope", "-ERR aready enabled."},
		{"sendmsg nope\ncall-command: hangup", "-ERR invalid session id [nope]"},
		{"divert_events on", "-ERR not controlling a session."},
		{"nosuchverb", "-ERR command not found"},
		{"api", "-ERR command not found"},
		{"bgapi", "-ERR command not found"},
	} {
		if got := es.command(tt[0]); got != tt[1] {
			t.Errorf("%q: %q, want %q", tt[0], got, tt[1])
		}
	}
	if got := es.command("event json ALL"); !strings.HasPrefix(got, "-ERR") {
		t.Errorf("event json: %q", got)
	}
	for _, tt := range [][2]string{
		{"uuid_kill nope", "-ERR No such channel!\n"},
		{"uuid_kill", "-USAGE: <uuid> [cause]\n"},
		{"uuid_bridge a b", "-ERR Invalid uuid\n"},
		{"uuid_bridge", "-USAGE: <uuid> <other_uuid>\n"},
		{"uuid_exists x", "false"},
		{"uuid_exists", "false"},
		{"uuid_getvar", "-USAGE: <uuid> <var>\n"},
		{"uuid_getvar nope x", "-ERR No such channel!\n"},
		{"uuid_setvar nope a b", "-ERR No such channel!\n"},
		{"uuid_setvar", "-USAGE: <uuid> <var> [value]\n"},
		{"uuid_setvar_multi nope a=b", "-ERR No such channel!\n-USAGE: <uuid> <var>=<value>;<var>=<value>...\n"},
		{"uuid_record nope start /tmp/x.wav", "-ERR Cannot locate session!\n"},
		{"uuid_record", "-USAGE: <uuid> [start|stop|mask|unmask] <path> [<limit>] [<recording_vars>]\n"},
		{"uuid_transfer nope park inline", "-ERR No such channel!\n"},
		{"uuid_transfer", "-USAGE: <uuid> [-bleg|-both] <dest-exten> [<dialplan>] [<context>]\n"},
		{"uuid_broadcast nope x.wav", "-ERR invalid uuid\n"},
		{"uuid_broadcast", "-USAGE: <uuid> <path> [aleg|bleg|holdb|both]\n"},
		{"uuid_dump nope", "-ERR No such channel!\n"},
		{"sched_hangup +1 nope", "-ERR No such channel!\n"},
		{"sched_hangup", "-USAGE: [+]<time> <uuid> [<cause>]\n"},
		{"nosuchcmd a", "-ERR nosuchcmd Command not found!\n"},
		{"show channels", "\n0 total.\n"},
		{"show channels count", "\n0 total.\n"},
		{"show channels as json", "{\"row_count\": 0}\n"},
		{"show calls", "\n0 total.\n"},
		{"sofia status gateway x", "Invalid Gateway!\n"},
		{"sofia status profile nope", "Invalid Profile!\n"},
		{"sofia profile carriers rescan", "Reload XML [Success]\n+OK scan complete\n"},
		{"sofia profile nope rescan", "Invalid Profile [nope]"},
		{"sofia profile carriers killgw x", "-ERR no such gateway.\n"},
		{"hupall", "+OK hangup all channels with cause MANAGER_REQUEST\n"},
		{"hupall NORMAL_CLEARING a b", "+OK hangup all channels matching [a]=[b] with cause: NORMAL_CLEARING\n"},
		{"global_getvar nope", "-ERR no reply\n"},
		{"originate", wire.OriginateUsage},
		{"originate foo", wire.OriginateUsage},
		{"originate nope/x &park()", "-ERR CHAN_NOT_IMPLEMENTED\n"},
		{"originate sofia/nope/x@192.0.2.1 &park()", "-ERR INVALID_PROFILE\n"},
		{"originate sofia/gateway/nope/123 &park()", "-ERR INVALID_GATEWAY\n"},
		{"originate user/1000 &park()", "-ERR SUBSCRIBER_ABSENT\n"},
		{"originate {a=b sofia/carriers/x@127.0.0.1 &park()", "-ERR DESTINATION_OUT_OF_ORDER\n"},
		{"reloadxml", "+OK [Success]\n"},
		{"fsctl sps 50", "+OK sessions per second: 50\n"},
		{"fsctl max_sessions 200", "+OK max sessions: 200\n"},
	} {
		if got := es.api(tt[0]); got != tt[1] {
			t.Errorf("api %q: %q, want %q", tt[0], got, tt[1])
		}
	}
	for _, cmd := range []string{"status", "sofia status", "sofia status profile carriers", "sofia status gateway", "version", "uptime", "global_getvar hostname"} {
		if got := es.api(cmd); got == "" || strings.HasPrefix(got, "-ERR") {
			t.Errorf("api %s: %q", cmd, got)
		}
	}
}

func TestAuthentication(t *testing.T) {
	sw := startSwitch(t)
	c := dialRaw(t, sw)
	if got := c.command("api status"); got != "-ERR command not found" {
		t.Errorf("before auth: %q", got)
	}
	if got := c.command("auth wrong"); got != "-ERR invalid" {
		t.Errorf("wrong password: %q", got)
	}
	c.until("end of the connection", func() bool { return c.err != nil })

	in := dial(t, sw)
	if got := in.command("exit"); got != "+OK bye" {
		t.Errorf("exit: %q", got)
	}
	if f := in.reply(); f.ContentType() != wire.TypeDisconnect {
		t.Errorf("after exit: %v", f)
	}
	in.until("end of the connection", func() bool { return in.err != nil })
}

func TestSubscriptions(t *testing.T) {
	sw, c := startSwitch(t), startCarrier(t)
	some, all, none, mine := dial(t, sw), dial(t, sw), dial(t, sw), dial(t, sw)
	all.command("event plain ALL")
	all.command("nixevent CHANNEL_STATE CHANNEL_CALLSTATE")
	some.command("event plain CHANNEL_ANSWER CHANNEL_HANGUP_COMPLETE")
	some.command("filter Unique-ID " + uuidOf(2))
	none.command("event plain CHANNEL_ANSWER")
	none.command("noevents")
	mine.command("myevents " + uuidOf(1))
	parked(t, all, c, uuidOf(1), "2001", ",a=b")
	parked(t, all, c, uuidOf(2), "2002", "")
	all.api("hupall NORMAL_CLEARING")
	all.event("CHANNEL_DESTROY", uuidOf(1))
	all.event("CHANNEL_DESTROY", uuidOf(2))
	some.event("CHANNEL_HANGUP_COMPLETE", uuidOf(2))
	mine.event("CHANNEL_DESTROY", uuidOf(1))
	if some.count("CHANNEL_ANSWER", uuidOf(1)) != 0 || some.count("CHANNEL_PARK", "") != 0 {
		t.Error("the filter lets other events through")
	}
	if none.count("CHANNEL_ANSWER", "") != 0 || all.count("CHANNEL_STATE", "") != 0 || mine.count("CHANNEL_ANSWER", uuidOf(2)) != 0 {
		t.Error("unwanted events")
	}
	// Sequences count up, and every event names the core.
	last := uint64(0)
	all.mu.Lock()
	defer all.mu.Unlock()
	for _, e := range all.events {
		if e.Sequence() <= last || e.Get("Core-UUID") != sw.core || e.Get("Event-Date-Timestamp") == "" {
			t.Errorf("event %s has sequence %d after %d, core %s", e.Name(), e.Sequence(), last, e.Get("Core-UUID"))
		}
		last = e.Sequence()
	}
}

func TestHeartbeat(t *testing.T) {
	fake := clock.NewFake(time.Unix(1_800_000_000, 0))
	sw := startSwitch(t, func(c *Config) { c.Clock = fake })
	es := dial(t, sw)
	es.command("event plain HEARTBEAT")
	if err := fake.BlockUntilContext(context.Background(), 2); err != nil { // heartbeat and sweep
		t.Fatal(err)
	}
	fake.Advance(20 * time.Second)
	e := es.event("HEARTBEAT", "")
	if e.Get("Session-Count") != "0" || e.Get("Up-Time") != "0 years, 0 days, 0 hours, 0 minutes, 20 seconds, 0 milliseconds, 0 microseconds" {
		t.Errorf("heartbeat: %v", e.Headers)
	}
}

// A client that does not read its events is cut off; calls and other clients never wait for it.
func TestSlowListenerIsCutOff(t *testing.T) {
	t.Parallel()
	sw, err := New(Config{ESLAddr: "127.0.0.1:0", ESLPassword: testPassword, CarriersAddr: "127.0.0.1:0", ExtensionsAddr: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	sw.queueBytes = 1 << 20
	start(t, sw)
	slow, err := net.Dial("tcp", sw.ESLAddr())
	if err != nil {
		t.Fatal(err)
	}
	defer slow.Close()
	if _, err := fmt.Fprintf(slow, "auth %s\n\nevent plain ALL\n\n", testPassword); err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(slow)
	for line := ""; !strings.Contains(line, "event listener enabled"); {
		if line, err = r.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
	}
	e := wire.Event{Headers: wire.Headers{{Name: "Filler", Value: strings.Repeat("x", 16<<10)}}}
	deadline := time.Now().Add(patience)
	for len(sw.bus.listeners()) > 0 {
		if time.Now().After(deadline) {
			t.Fatal("the listener still lives")
		}
		sw.bus.fire(evCustom, e)
		start := time.Now()
		sw.bus.fire(evHeartbeat, e)
		if d := time.Since(start); d > time.Second {
			t.Fatalf("an event took %v", d)
		}
	}
}

func TestLimits(t *testing.T) {
	c := startCarrier(t)
	t.Run("sessions", func(t *testing.T) {
		sw := startSwitch(t, func(c *Config) { c.MaxSessions = 1 })
		es := dial(t, sw)
		es.command("event plain ALL")
		parked(t, es, c, uuidOf(1), "2001", "")
		if got := es.api("originate " + c.dialString("2002") + " &park()"); got != "-ERR DESTINATION_OUT_OF_ORDER\n" {
			t.Errorf("over max-sessions: %q", got)
		}
		if got := es.api("originate {origination_uuid=" + uuidOf(1) + "}" + c.dialString("2002") + " &park()"); got != "-ERR DESTINATION_OUT_OF_ORDER\n" {
			t.Errorf("same uuid: %q", got)
		}
	})
	t.Run("rate", func(t *testing.T) {
		fake := clock.NewFake(time.Unix(1_800_000_000, 0))
		a := newAdmission(2, 10, fake)
		for i, want := range []error{nil, nil, errThrottled} {
			if err := a.take(); !errors.Is(err, want) {
				t.Errorf("session %d: %v", i, err)
			}
		}
		fake.Advance(time.Second)
		if err := a.take(); err != nil {
			t.Errorf("in the next second: %v", err)
		}
		if n := a.load(); n.perSecLast != 2 || n.live != 3 || n.peak != 3 {
			t.Errorf("load %+v", n)
		}
	})
	t.Run("ports", func(t *testing.T) {
		sw := startSwitch(t, func(c *Config) { c.RTPMin, c.RTPMax = 41234, 41235 })
		es := dial(t, sw)
		es.command("event plain ALL")
		parked(t, es, c, uuidOf(1), "2003", "")
		if got := es.api("originate " + c.dialString("2004") + " &park()"); got != "-ERR DESTINATION_OUT_OF_ORDER\n" {
			t.Errorf("without a port: %q", got)
		}
	})
}

func TestPortTaken(t *testing.T) {
	sw := startSwitch(t)
	for name, edit := range map[string]func(*Config){
		"esl":        func(c *Config) { c.ESLAddr = sw.ESLAddr() },
		"carriers":   func(c *Config) { c.CarriersAddr = sw.CarriersAddr() },
		"extensions": func(c *Config) { c.ExtensionsAddr = sw.ExtensionsAddr() },
	} {
		t.Run(name, func(t *testing.T) {
			cfg := Config{ESLAddr: "127.0.0.1:0", ESLPassword: "x", CarriersAddr: "127.0.0.1:0", ExtensionsAddr: "127.0.0.1:0"}
			edit(&cfg)
			other, err := New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			err = other.Start(context.Background())
			var taken *AddrInUseError
			if !errors.As(err, &taken) || !strings.Contains(err.Error(), taken.Addr) || !strings.Contains(err.Error(), "configure another") {
				t.Errorf("error %v", err)
			}
			if err := other.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// The switch ends with its context, telling callers and clients.
func TestShutdown(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	c := startCarrier(t)
	sw, err := New(Config{ESLAddr: "127.0.0.1:0", ESLPassword: testPassword, CarriersAddr: "127.0.0.1:0", ExtensionsAddr: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	if err := sw.Start(ctx); err != nil {
		t.Fatal(err)
	}
	es := dial(t, sw)
	es.command("event plain ALL")
	parked(t, es, c, uuidOf(1), "2001", "")
	cancel()
	es.event("CHANNEL_HANGUP_COMPLETE", uuidOf(1), "Hangup-Cause", "SYSTEM_SHUTDOWN")
	es.event("SHUTDOWN", "")
	c.call("2001", "told by BYE", func(k *sipCall) bool { return k.ended == "BYE" })
	if err := sw.Close(); err != nil {
		t.Error(err)
	}
	es.until("end of the connection", func() bool { return es.err != nil })
}

func TestVariables(t *testing.T) {
	sw, c := startSwitch(t), startCarrier(t)
	es := dial(t, sw)
	es.command("event plain ALL")
	a := uuidOf(1)
	parked(t, es, c, a, "2001", ",outdial_call=abc")
	for _, tt := range [][2]string{
		{"uuid_getvar " + a + " outdial_call", "abc"},
		{"uuid_getvar " + a + " nope", "_undef_"},
		{"uuid_setvar " + a + " foo bar", "+OK\n"},
		{"uuid_getvar " + a + " FOO", "bar"},
		{"uuid_setvar " + a + " foo", "+OK\n"},
		{"uuid_getvar " + a + " foo", "_undef_"},
		{"uuid_setvar_multi " + a + " a=b;c=d", "+OK\n"},
		{"uuid_getvar " + a + " c", "d"},
		{"uuid_exists " + a, "true"},
		{"show channels count", "\n1 total.\n"},
	} {
		if got := es.api(tt[0]); got != tt[1] {
			t.Errorf("%s: %q, want %q", tt[0], got, tt[1])
		}
	}
	if got := es.api("show channels as json"); !strings.Contains(got, `"row_count":1`) || !strings.Contains(got, `"uuid":"`+a+`"`) || !strings.Contains(got, `"callstate":"ACTIVE"`) {
		t.Errorf("show channels as json: %s", got)
	}
	es.api("uuid_kill " + a)
	if e := es.event("CHANNEL_HANGUP_COMPLETE", a); e.Variable("outdial_call") != "abc" || e.Variable("c") != "d" {
		t.Error("variables are missing from CHANNEL_HANGUP_COMPLETE")
	}
}
