package trunk_test

import (
	"testing"
	"time"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/trunk"
)

func line() trunk.Trunk {
	return trunk.Trunk{Name: "Carrier", Address: "203.0.113.7:5060", CallerID: "02112345678", Concurrency: 10, CPS: 5, RingTimeout: 45 * time.Second}
}

func TestTrunksThatFitADialString(t *testing.T) {
	for name, change := range map[string]func(*trunk.Trunk){
		"as it is":  func(*trunk.Trunk) {},
		"host":      func(l *trunk.Trunk) { l.Address = "sip.carrier.example:5060" },
		"IPv6":      func(l *trunk.Trunk) { l.Address = "[2001:db8::7]:5060" },
		"gateway":   func(l *trunk.Trunk) { l.Address, l.Gateway = "", "carrier-1" },
		"prefix":    func(l *trunk.Trunk) { l.Prefix = "9#" },
		"caller id": func(l *trunk.Trunk) { l.CallerID = "+862112345678" },
	} {
		l := line()
		change(&l)
		if err := l.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTrunksThatAreRefused(t *testing.T) {
	for name, change := range map[string]func(*trunk.Trunk){
		"no name":                     func(l *trunk.Trunk) { l.Name = "" },
		"line end in the name":        func(l *trunk.Trunk) { l.Name = "a\r\nb" },
		"broken UTF-8 in the name":    func(l *trunk.Trunk) { l.Name = "a\xff" },
		"dial string in an IPv6 zone": func(l *trunk.Trunk) { l.Address = "[fe80::1%},{x=y]:5060" },
		"line end in an IPv6 zone":    func(l *trunk.Trunk) { l.Address = "[fe80::1%a\nb]:5060" },
		"any IPv6 zone":               func(l *trunk.Trunk) { l.Address = "[fe80::1%eth0]:5060" },
		"port too high":               func(l *trunk.Trunk) { l.Address = "host:99999" },
		"port zero":                   func(l *trunk.Trunk) { l.Address = "203.0.113.7:0" },
		"port zero of a host":         func(l *trunk.Trunk) { l.Address = "host:0" },
		"variables in the address":    func(l *trunk.Trunk) { l.Address = "host}[x=y]:5060" },
		"both gateway and address":    func(l *trunk.Trunk) { l.Gateway = "g" },
		"variables in the caller id":  func(l *trunk.Trunk) { l.CallerID = "1,x=y" },
		"line end after the prefix":   func(l *trunk.Trunk) { l.Prefix = "9\n" },
	} {
		l := line()
		change(&l)
		if err := l.Validate(); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
