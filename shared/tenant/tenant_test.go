package tenant

import (
	"strings"
	"testing"

	"github.com/outdial/outdial/shared/errs"
)

func TestScope(t *testing.T) {
	for _, c := range []struct {
		name            string
		scope           Scope
		ok, platform    bool
		sees7, sees8, z bool
	}{
		{"zero", Scope{}, false, false, false, false, false},
		{"a tenant", Of(7), true, false, true, false, false},
		{"tenant zero", Of(0), false, false, false, false, false},
		{"a negative tenant", Of(-1), false, false, false, false, false},
		{"the platform", Platform(), true, true, true, true, true},
	} {
		err := c.scope.Check()
		if (err == nil) != c.ok || err != nil && !errs.Is(err, errs.Internal) {
			t.Errorf("%s: %v", c.name, err)
		}
		if c.scope.IsPlatform() != c.platform || c.scope.Allows(7) != c.sees7 || c.scope.Allows(8) != c.sees8 || c.scope.Allows(0) != c.z {
			t.Errorf("%s: platform %v, allows 7 %v, 8 %v, 0 %v", c.name, c.scope.IsPlatform(), c.scope.Allows(7), c.scope.Allows(8), c.scope.Allows(0))
		}
		if _, limited := c.scope.Tenant(); limited == c.platform {
			t.Errorf("%s: limited %v", c.name, limited)
		}
	}
}

func TestValidate(t *testing.T) {
	good := Tenant{Name: "商家", Kind: Merchant, Zone: "Asia/Shanghai"}
	for name, change := range map[string]func(*Tenant){
		"no name":      func(v *Tenant) { v.Name = "" },
		"a long name":  func(v *Tenant) { v.Name = strings.Repeat("x", 101) },
		"no kind":      func(v *Tenant) { v.Kind = "" },
		"another kind": func(v *Tenant) { v.Kind = "carrier" },
		"no zone":      func(v *Tenant) { v.Zone = "" },
		"no such zone": func(v *Tenant) { v.Zone = "Asia/Nowhere" },
		"a path":       func(v *Tenant) { v.Zone = "../../etc/passwd" },
	} {
		v := good
		change(&v)
		if err := v.Validate(); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, kind := range []Kind{Operator, Reseller, Merchant} {
		good.Kind = kind
		if err := good.Validate(); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
	loc, err := good.Location()
	if err != nil || loc.String() != "Asia/Shanghai" {
		t.Errorf("%v, %v", loc, err)
	}
}
