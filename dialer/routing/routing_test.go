package routing

import (
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/trunk"
)

const (
	callee = "0196f3a0-0000-7000-8000-000000000001"
	robot  = "0196f3a0-0000-7000-8000-000000000002"
)

func someone(t testing.TB, number string) call.Call {
	t.Helper()
	n, err := contact.ParseNumber(number, "CN")
	if err != nil {
		t.Fatal(err)
	}
	return call.Call{UUID: callee, RobotLeg: robot, Tenant: 3, Campaign: 4, Script: 5, Number: n, Name: "张三", CallerID: "02112345678"}
}

func TestDialStrings(t *testing.T) {
	address := trunk.Trunk{Name: "line", Address: "192.0.2.7:5060", RingTimeout: 30 * time.Second, EarlyMedia: true}
	gateway := trunk.Trunk{Name: "line", Gateway: "gw1", Prefix: "0086#", RingTimeout: 45 * time.Second}
	robotLeg := " &bridge({origination_uuid=" + robot + ",outdial_leg=robot,sip_h_X-Outdial-Call=" + callee +
		",sip_h_X-Outdial-Tenant=3,sip_h_X-Outdial-Campaign=4,sip_h_X-Outdial-Script=5}sofia/extensions/robot@127.0.0.1:5090)"
	for _, tt := range []struct {
		name  string
		line  trunk.Trunk
		begin string // of the callee's leg, in order
		has   []string
		dial  string
	}{
		{"address, early media", address, "{origination_uuid=" + callee, []string{"originate_timeout=30", "ignore_early_media=false", "origination_caller_id_number=02112345678",
			"hangup_after_bridge=true", "RECORD_STEREO=true", "outdial_call=" + callee, "outdial_tenant=3"}, "}sofia/carriers/13812345678@192.0.2.7:5060"},
		{"gateway, prefix", gateway, "{origination_uuid=" + callee, []string{"originate_timeout=45", "ignore_early_media=true"}, "}sofia/gateway/gw1/0086#13812345678"},
	} {
		o, err := Legs(someone(t, "13812345678"), tt.line, "127.0.0.1:5090")
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		got, err := o.Arguments()
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		first, second, ok := strings.Cut(got, " &bridge(")
		if !ok || " &bridge("+second != robotLeg {
			t.Errorf("%s: robot's leg\ngot  %s\nwant %s", tt.name, " &bridge("+second, robotLeg)
		}
		if !strings.HasPrefix(first, tt.begin) || !strings.HasSuffix(first, tt.dial) {
			t.Errorf("%s: callee's leg %s", tt.name, first)
		}
		for _, v := range tt.has {
			if !strings.Contains(first, v) {
				t.Errorf("%s: callee's leg lacks %s: %s", tt.name, v, first)
			}
		}
		if strings.Contains(first, "X-Outdial") || strings.Contains(first, "张三") {
			t.Errorf("%s: the carrier is told what is none of its business: %s", tt.name, first)
		}
	}
}

// hostile is text that means something to a switch.
var hostile = []string{"1}{x=y", "138,origination_uuid=x", "138 &park()", "138)|", "138\nbgapi shutdown", "138\r\n\r\n", "138|139", "138:_:139", "a@b",
	"${system id}", "138\x00", "'138'", "١٣٨", strings.Repeat("1", 64)}

func TestHostileWordsAreRefused(t *testing.T) {
	good := trunk.Trunk{Name: "line", Address: "192.0.2.7:5060", RingTimeout: 30 * time.Second}
	dial := func(k call.Call, line trunk.Trunk, robot string) error {
		o, err := Legs(k, line, robot)
		if err == nil {
			_, err = o.Arguments()
		}
		return err
	}
	if err := dial(someone(t, "13812345678"), good, "127.0.0.1:5090"); err != nil {
		t.Fatal(err)
	}
	for _, word := range hostile {
		for what, try := range map[string]func() error{
			"prefix":  func() error { l := good; l.Prefix = word; return dial(someone(t, "13812345678"), l, "127.0.0.1:5090") },
			"address": func() error { l := good; l.Address = word; return dial(someone(t, "13812345678"), l, "127.0.0.1:5090") },
			"gateway": func() error {
				l := good
				l.Address, l.Gateway = "", word
				return orHarmless(dial(someone(t, "13812345678"), l, "127.0.0.1:5090"), word)
			},
			"caller ID": func() error {
				k := someone(t, "13812345678")
				k.CallerID = word
				return dial(k, good, "127.0.0.1:5090")
			},
			"robot": func() error { return dial(someone(t, "13812345678"), good, word) },
			"leg's UUID": func() error {
				k := someone(t, "13812345678")
				k.UUID = call.UUID(word)
				return orHarmless(dial(k, good, "127.0.0.1:5090"), word)
			},
			"extension":            func() error { _, err := Agent(robot, word, "", time.Second); return orHarmless(err, word) },
			"agent's ID":           func() error { _, err := Agent(robot, "1001", word, time.Second); return err },
			"listener's extension": func() error { _, err := Listener(robot, word, "", time.Second, callee); return orHarmless(err, word) },
			"listener's ID":        func() error { _, err := Listener(robot, "1001", word, time.Second, callee); return err },
			"leg to listen to": func() error {
				_, err := Listener(robot, "1001", "", time.Second, call.UUID(word))
				return orHarmless(err, word)
			},
		} {
			if try() == nil {
				t.Errorf("%s %q was taken", what, word)
			}
		}
	}
}

// orHarmless passes over names that are merely long where names may be.
func orHarmless(err error, word string) error {
	if err == nil && strings.Trim(word, "1") == "" {
		return errs.New(errs.Invalid, "harmless")
	}
	return err
}

func TestAgent(t *testing.T) {
	o, err := Agent(robot, "1001", "13812345678", 20*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	got, err := o.Arguments()
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []string{"origination_uuid=" + robot, "originate_timeout=20", "ignore_early_media=true", "origination_caller_id_number=13812345678", "user/1001 &park()"} {
		if !strings.Contains(got, v) {
			t.Errorf("%s lacks %s", got, v)
		}
	}
	if strings.Contains(got, "X-Outdial") {
		t.Errorf("the agent's telephone is shown headers: %s", got)
	}
}

func TestListener(t *testing.T) {
	o, err := Listener(robot, "1001", "13812345678", 20*time.Second, callee)
	if err != nil {
		t.Fatal(err)
	}
	got, err := o.Arguments()
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []string{"origination_uuid=" + robot, "originate_timeout=20", "ignore_early_media=true", "origination_caller_id_number=13812345678",
		"eavesdrop_enable_dtmf=false", "}user/1001 &eavesdrop(" + callee + ")"} {
		if !strings.Contains(got, v) {
			t.Errorf("%s lacks %s", got, v)
		}
	}
	if strings.Contains(got, "X-Outdial") {
		t.Errorf("the listener's telephone is shown headers: %s", got)
	}
	for _, nobody := range []call.UUID{"", robot, "all", "ALL"} {
		if _, err := Listener(robot, "1001", "", time.Second, nobody); err == nil {
			t.Errorf("a listener to %q was taken", nobody)
		}
	}
}

func FuzzLegs(f *testing.F) {
	for _, word := range hostile {
		f.Add(word, word, word)
	}
	f.Add("0086", "02112345678", "192.0.2.7:5060")
	f.Fuzz(func(t *testing.T, prefix, callerID, address string) {
		k := someone(t, "13812345678")
		k.CallerID = callerID
		o, err := Legs(k, trunk.Trunk{Name: "l", Prefix: prefix, Address: address, RingTimeout: time.Second}, "127.0.0.1:5090")
		if err != nil {
			return
		}
		args, err := o.Arguments()
		if err != nil {
			return
		}
		if strings.ContainsAny(args, "\r\n\x00") || strings.Count(args, "{") != 2 || strings.Count(args, "}") != 2 || strings.Count(args, "&") != 1 || strings.Count(args, " ") != 1 {
			t.Fatalf("prefix %q, caller ID %q, address %q gave %q", prefix, callerID, address, args)
		}
	})
}
