package esl_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/outdial/outdial/dialer/esl"
	"github.com/outdial/outdial/dialer/esl/wire"
)

func TestCommands(t *testing.T) {
	s := newFake(t, func(c *fakeConn, cmd wire.Command) bool {
		switch cmd.Line {
		case "api uuid_getvar u set":
			c.api("value")
		case "api uuid_getvar u unset":
			c.api("_undef_")
		case "api uuid_exists u":
			c.api("true")
		default:
			return false
		}
		return true
	})
	c := s.dial(esl.Config{})
	ctx := testContext(t)
	for want, run := range map[string]func() error{
		"api uuid_kill u NORMAL_CLEARING":       func() error { return c.Kill(ctx, "u", "") },
		"api uuid_kill u USER_BUSY":             func() error { return c.Kill(ctx, "u", esl.CauseUserBusy) },
		`api uuid_record u start /rec/a\sb.wav`: func() error { return c.StartRecord(ctx, "u", "/rec/a b.wav") },
		"api uuid_record u stop /rec/a.wav":     func() error { return c.StopRecord(ctx, "u", "/rec/a.wav") },
		`api uuid_setvar u x a\sb,c`:            func() error { return c.SetVar(ctx, "u", "x", "a b,c") },
		"api uuid_setvar u x":                   func() error { return c.SetVar(ctx, "u", "x", "") },
		"api uuid_bridge u v":                   func() error { return c.Bridge(ctx, "u", "v") },
		"api uuid_transfer u park inline":       func() error { return c.Park(ctx, "u") },
		"api uuid_transfer u 1000 XML default":  func() error { return c.Transfer(ctx, "u", "1000", "XML", "default") },
		"api uuid_broadcast u tone_stream://%(200,0,450) aleg": func() error {
			return c.Broadcast(ctx, "u", "tone_stream://%(200,0,450)", esl.SideA)
		},
		"api sched_hangup +2 u ALLOTTED_TIMEOUT": func() error { return c.SchedHangup(ctx, "u", 1100*time.Millisecond, esl.CauseAllottedTimeout) },
		"api sofia profile carriers rescan":      func() error { return c.ReloadGateways(ctx, "carriers") },
	} {
		err := run()
		lines := s.received()
		if got := lines[len(lines)-1]; err != nil || got != want {
			t.Errorf("sent %q, %v, want %q", got, err, want)
		}
	}
	if v, ok, err := c.GetVar(ctx, "u", "set"); v != "value" || !ok || err != nil {
		t.Errorf("a variable is %q, %v, %v", v, ok, err)
	}
	if v, ok, err := c.GetVar(ctx, "u", "unset"); v != "" || ok || err != nil {
		t.Errorf("a missing variable is %q, %v, %v", v, ok, err)
	}
	if ok, err := c.Exists(ctx, "u"); !ok || err != nil {
		t.Errorf("exists: %v, %v", ok, err)
	}
	if err := c.SchedHangup(ctx, "u", 0, esl.CauseUserBusy); err != nil {
		t.Error(err)
	}
}

func TestCommandsRefuse(t *testing.T) {
	s := newFake(t, nil)
	c := s.dial(esl.Config{})
	ctx := testContext(t)
	before := len(s.received())
	for name, err := range map[string]error{
		"uuid":             c.Kill(ctx, "u x", ""),
		"cause":            c.Kill(ctx, "u", "NO SUCH"),
		"relative path":    c.StartRecord(ctx, "u", "a.wav"),
		"path with dots":   c.StartRecord(ctx, "u", "/a/../etc/x.wav"),
		"path with params": c.StartRecord(ctx, "u", "/{x=y}a.wav"),
		"variable name":    c.SetVar(ctx, "u", "a b", "c"),
		"variable value":   c.SetVar(ctx, "u", "a", "${system(x)}"),
		"line break":       c.SetVar(ctx, "u", "a", "b\n\napi shutdown"),
		"second leg":       c.Bridge(ctx, "u", "v w"),
		"extension":        c.Transfer(ctx, "u", "'park", "inline", ""),
		"side":             c.Broadcast(ctx, "u", "x", "everyone"),
		"profile":          c.ReloadGateways(ctx, "a b"),
		"sched cause":      c.SchedHangup(ctx, "u", time.Second, "X"),
		"sched uuid":       c.SchedHangup(ctx, "", time.Second, esl.CauseUserBusy),
		"command": func() error {
			_, err := c.API(ctx, "status\n\nshutdown")
			return err
		}(),
		"bgapi argument": func() error {
			_, err := c.BGAPI(ctx, "originate", "x\ry")
			return err
		}(),
	} {
		var refused *wire.RefusedError
		if !errors.As(err, &refused) {
			t.Errorf("%s: %v, want RefusedError", name, err)
		}
	}
	if _, _, err := c.GetVar(ctx, "u", "a b"); err == nil {
		t.Error("a malformed name was asked for")
	}
	if _, err := c.Exists(ctx, ""); err == nil {
		t.Error("an empty uuid was asked for")
	}
	if _, err := c.Originate(context.Background(), esl.Originate{}); err == nil {
		t.Error("an empty originate was sent")
	}
	if n := len(s.received()); n != before {
		t.Errorf("%d refused commands reached the switch: %q", n-before, s.received()[before:])
	}
}

func TestParseStatus(t *testing.T) {
	s := esl.ParseStatus("UP 0 years, 0 days\nFreeSWITCH (Version 1.10.12-release  64bit) is ready\n7 session(s) since startup\n" +
		"2 session(s) - peak 3, last 5min 3 \n1 session(s) per Sec out of max 400, peak 2, last 5min 2 \n4000 session(s) max\n")
	if !s.Ready || s.Version != "1.10.12-release  64bit" || s.Sessions != 2 || s.PerSecond != 1 || s.MaxPerSec != 400 || s.MaxSessions != 4000 {
		t.Errorf("got %+v", s)
	}
	if s = esl.ParseStatus("nonsense"); s.Ready || s.MaxSessions != 0 {
		t.Errorf("got %+v", s)
	}
}

func TestParseSofiaStatus(t *testing.T) {
	rows := esl.ParseSofiaStatus("     Name\t   Type\t   Data\tState\n=====\n carriers\tprofile\t sip:mod_sofia@127.0.0.1:5080\tRUNNING (0)\n carrier-a\tgateway\t sip:x@h\tNOREG\n=====\n1 profile 0 aliases\n")
	want := []esl.SofiaEntry{{"carriers", "profile", "sip:mod_sofia@127.0.0.1:5080", "RUNNING (0)"}, {"carrier-a", "gateway", "sip:x@h", "NOREG"}}
	if len(rows) != 2 || rows[0] != want[0] || rows[1] != want[1] {
		t.Errorf("got %+v", rows)
	}
}

func TestParseChannels(t *testing.T) {
	if list, err := esl.ParseChannels(`{"row_count": 0}`); err != nil || len(list) != 0 {
		t.Errorf("%v, %v", list, err)
	}
	if _, err := esl.ParseChannels("-ERR"); err == nil {
		t.Error("nonsense was read")
	}
	list, err := esl.ParseChannels(`{"row_count":1,"rows":[{"uuid":"u","call_uuid":"c","direction":"inbound","created_epoch":"x","cid_num":"1","dest":"2","application":"park"}]}`)
	if err != nil || len(list) != 1 || list[0].Outbound || !list[0].Created.IsZero() || list[0].CallUUID != "c" || list[0].Destination != "2" {
		t.Errorf("%+v, %v", list, err)
	}
}

func FuzzParseTables(f *testing.F) {
	f.Add(`{"row_count":1,"rows":[{"uuid":"u"}]}`)
	f.Add("a\tb\tc\td\n")
	f.Fuzz(func(t *testing.T, s string) {
		_, _ = esl.ParseChannels(s)
		esl.ParseSofiaStatus(s)
		esl.ParseStatus(s)
	})
}
