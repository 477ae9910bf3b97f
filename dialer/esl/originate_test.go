package esl_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/dialer/esl"
	"github.com/outdial/outdial/dialer/esl/wire"
)

func TestOriginateArguments(t *testing.T) {
	for name, row := range map[string]struct {
		o    esl.Originate
		want string
	}{
		"park": {
			esl.Originate{UUID: "u", Endpoint: esl.Endpoint{Address: "192.0.2.7:5060", Number: "+8613800138000"}, IgnoreEarlyMedia: true, Park: true},
			"{origination_uuid=u,ignore_early_media=true,hangup_after_bridge=true,RECORD_STEREO=true}sofia/carriers/+8613800138000@192.0.2.7:5060 &park()",
		},
		"extension": {
			esl.Originate{UUID: "u", Endpoint: esl.Endpoint{Extension: "1001"}, Park: true},
			"{origination_uuid=u,ignore_early_media=false,hangup_after_bridge=true,RECORD_STEREO=true}user/1001 &park()",
		},
		"eavesdrop": {
			esl.Originate{UUID: "u", Endpoint: esl.Endpoint{Extension: "1001"}, Vars: []esl.Var{{Name: "eavesdrop_enable_dtmf", Value: "false"}}, Eavesdrop: "0196f3a0-0000-7000-8000-000000000001"},
			"{origination_uuid=u,ignore_early_media=false,hangup_after_bridge=true,RECORD_STEREO=true,eavesdrop_enable_dtmf=false}user/1001 " +
				"&eavesdrop(0196f3a0-0000-7000-8000-000000000001)",
		},
		"gateway and robot": {
			esl.Originate{
				UUID: "u", Endpoint: esl.Endpoint{Gateway: "carrier-a", Number: "138"}, CallerID: "021", Timeout: 30500 * time.Millisecond,
				Vars: []esl.Var{{Name: "outdial_call", Value: "u"}, {Name: "empty"}},
				Bridge: &esl.Leg{UUID: "r", Endpoint: esl.Endpoint{Profile: esl.ProfileExtensions, User: "robot", Address: "[::1]:5090"},
					Vars: []esl.Var{{Name: "sip_h_X-Outdial-Call", Value: "u"}}},
			},
			"{origination_uuid=u,origination_caller_id_number=021,origination_caller_id_name=021,originate_timeout=31,ignore_early_media=false," +
				"hangup_after_bridge=true,RECORD_STEREO=true,outdial_call=u}sofia/gateway/carrier-a/138 " +
				"&bridge({origination_uuid=r,sip_h_X-Outdial-Call=u}sofia/extensions/robot@[::1]:5090)",
		},
	} {
		if got, err := row.o.Arguments(); err != nil || got != row.want {
			t.Errorf("%s:\n got %s, %v\nwant %s", name, got, err, row.want)
		}
	}
}

func TestOriginateRefuses(t *testing.T) {
	good := func() esl.Originate {
		return esl.Originate{UUID: "u", Endpoint: esl.Endpoint{Address: "192.0.2.7:5060", Number: "12345"}, Bridge: &esl.Leg{UUID: "r", Endpoint: esl.Endpoint{Address: "h:1", User: "robot"}}}
	}
	if _, err := good().Arguments(); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*esl.Originate){
		"no uuid":                 func(o *esl.Originate) { o.UUID = "" },
		"uuid with a comma":       func(o *esl.Originate) { o.UUID = "u,a=b" },
		"robot's uuid":            func(o *esl.Originate) { o.Bridge.UUID = "r}" },
		"one uuid for both":       func(o *esl.Originate) { o.Bridge.UUID = "U" },
		"neither bridge nor park": func(o *esl.Originate) { o.Bridge = nil },
		"bridge and park":         func(o *esl.Originate) { o.Park = true },
		"bridge and eavesdrop":    func(o *esl.Originate) { o.Eavesdrop = "v" },
		"park and eavesdrop":      func(o *esl.Originate) { o.Bridge, o.Park, o.Eavesdrop = nil, true, "v" },
		"eavesdrop on everybody":  func(o *esl.Originate) { o.Bridge, o.Eavesdrop = nil, "All" },
		"eavesdrop on itself":     func(o *esl.Originate) { o.Bridge, o.Eavesdrop = nil, "U" },
		"eavesdrop and more":      func(o *esl.Originate) { o.Bridge, o.Eavesdrop = nil, "v) &system(x" },
		"eavesdrop with a line":   func(o *esl.Originate) { o.Bridge, o.Eavesdrop = nil, "v\n\nexit" },
		"no number":               func(o *esl.Originate) { o.Endpoint.Number = "" },
		"number with a letter":    func(o *esl.Originate) { o.Endpoint.Number = "123a" },
		"number with a domain":    func(o *esl.Originate) { o.Endpoint.Number = "123@evil" },
		"number with a blank":     func(o *esl.Originate) { o.Endpoint.Number = "123 &system(x)" },
		"number with a line":      func(o *esl.Originate) { o.Endpoint.Number = "123\n\nexit" },
		"number too long":         func(o *esl.Originate) { o.Endpoint.Number = esl.Number(strings.Repeat("1", 33)) },
		"number and user":         func(o *esl.Originate) { o.Endpoint.User = "x" },
		"user with a domain":      func(o *esl.Originate) { o.Bridge.Endpoint.User = "a@b" },
		"caller id":               func(o *esl.Originate) { o.CallerID = "021,a=b" },
		"gateway and address":     func(o *esl.Originate) { o.Endpoint.Gateway = "g" },
		"neither":                 func(o *esl.Originate) { o.Endpoint.Address = "" },
		"gateway with a slash":    func(o *esl.Originate) { o.Endpoint.Address, o.Endpoint.Gateway = "", "a/b" },
		"profile with a slash":    func(o *esl.Originate) { o.Endpoint.Profile = "a/b" },
		"address without a port":  func(o *esl.Originate) { o.Endpoint.Address = "192.0.2.7" },
		"address with port 0":     func(o *esl.Originate) { o.Endpoint.Address = "192.0.2.7:0" },
		"address with a comma":    func(o *esl.Originate) { o.Endpoint.Address = "192.0.2.7:5060,sofia/x/1@h" },
		"address with params":     func(o *esl.Originate) { o.Endpoint.Address = "h;fs_path=evil:5060" },
		"address with a zone":     func(o *esl.Originate) { o.Endpoint.Address = "[fe80::1%eth0]:5060" },
		"extension and number":    func(o *esl.Originate) { o.Endpoint.Extension = "1001" },
		"extension with a comma":  func(o *esl.Originate) { o.Bridge.Endpoint = esl.Endpoint{Extension: "1001,user/1002"} },
		"variable again":          func(o *esl.Originate) { o.Vars = []esl.Var{{Name: "Origination_UUID", Value: "x"}} },
		"robot variable again":    func(o *esl.Originate) { o.Bridge.Vars = []esl.Var{{Name: "origination_uuid", Value: "x"}} },
		"variable with a brace":   func(o *esl.Originate) { o.Vars = []esl.Var{{Name: "a", Value: "x}sofia/evil"}} },
		"robot variable":          func(o *esl.Originate) { o.Bridge.Vars = []esl.Var{{Name: "a", Value: "x) &system(rm"}} },
	} {
		o := good()
		spoil(&o)
		text, err := o.Arguments()
		var refused *wire.RefusedError
		if !errors.As(err, &refused) {
			t.Errorf("%s: got %q, %v, want RefusedError", name, text, err)
		}
	}
}

func TestParseNumber(t *testing.T) {
	for s, ok := range map[string]bool{
		"13800138000": true, "+8613800138000": true, "*21#": true, "12": true, "1": false, "": false, "+": false, "1+2": false, "138 0013": false,
		"１３８": false, "138-0013": false, "123\n": false, strings.Repeat("9", 32): true, strings.Repeat("9", 33): false,
	} {
		if _, err := esl.ParseNumber(s); (err == nil) != ok {
			t.Errorf("%q: %v", s, err)
		}
	}
}

// FuzzOriginate: whatever the parts hold, the command is refused or is read back as exactly these parts.
func FuzzOriginate(f *testing.F) {
	f.Add("u", "13800138000", "192.0.2.7:5060", "021", "a", "1,2", "r", "robot", "b", "two words")
	f.Add("u}", "1@x", "h:1,x", "0", "a=b", "'", "r", "x y", "^^:c", "\n\nexit")
	f.Add("u", "**", "h:1", "", "a", "${x}", "r", "robot", "b", ") &system(x)")
	f.Fuzz(func(t *testing.T, id, number, address, caller, name, value, robot, user, name2, value2 string) {
		o := esl.Originate{
			UUID: id, Endpoint: esl.Endpoint{Address: address, Number: esl.Number(number)}, CallerID: esl.Number(caller), Vars: []esl.Var{{Name: name, Value: value}},
			Bridge: &esl.Leg{UUID: robot, Endpoint: esl.Endpoint{Profile: "extensions", Address: address, User: user}, Vars: []esl.Var{{Name: name2, Value: value2}}},
		}
		args, err := o.Arguments()
		if err != nil {
			return
		}
		if _, err := wire.AppendCommand(nil, "bgapi originate "+args); err != nil {
			t.Fatalf("%q is no command: %v", args, err)
		}
		got, err := wire.ParseOriginate(args)
		if err != nil {
			t.Fatalf("%q: %v", args, err)
		}
		want := []esl.Var{{Name: "origination_uuid", Value: id}}
		if caller != "" {
			want = append(want, esl.Var{Name: "origination_caller_id_number", Value: caller}, esl.Var{Name: "origination_caller_id_name", Value: caller})
		}
		want = append(want, esl.Var{Name: "ignore_early_media", Value: "false"}, esl.Var{Name: "hangup_after_bridge", Value: "true"}, esl.Var{Name: "RECORD_STEREO", Value: "true"})
		if value != "" {
			want = append(want, esl.Var{Name: name, Value: value})
		}
		if !slices.Equal(got.Vars, want) || got.Endpoint != "sofia/carriers/"+number+"@"+address || got.Application != "bridge" {
			t.Fatalf("%q was read as %+v", args, got)
		}
		vars, rest, err := wire.ParseVars(got.Argument)
		want = []esl.Var{{Name: "origination_uuid", Value: robot}}
		if value2 != "" {
			want = append(want, esl.Var{Name: name2, Value: value2})
		}
		if err != nil || !slices.Equal(vars, want) || rest != "sofia/extensions/"+user+"@"+address {
			t.Fatalf("the robot's leg of %q was read as %q %q %v", args, vars, rest, err)
		}
	})
}
