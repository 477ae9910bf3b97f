package dnc

import (
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/errs"
)

func TestExpiry(t *testing.T) {
	now := time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name string
		at   time.Time
		want bool
	}{
		{"never", time.Time{}, false},
		{"later", now.Add(time.Microsecond), false},
		{"this moment", now, true},
		{"long ago", now.Add(-time.Hour), true},
	} {
		if got := (Group{ExpiresAt: c.at}).Expired(now); got != c.want {
			t.Errorf("%s: expired %v", c.name, got)
		}
	}
}

func TestGroupIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		g  Group
		ok bool
	}{
		"plain":            {Group{Name: "投诉"}, true},
		"markup":           {Group{Name: "<b>'; DROP TABLE dnc_groups; --", Remark: "a\nb"}, true},
		"no name":          {Group{}, false},
		"long name":        {Group{Name: strings.Repeat("长", 61)}, false},
		"longest name":     {Group{Name: strings.Repeat("长", 60)}, true},
		"two lines":        {Group{Name: "a\nb"}, false},
		"long remark":      {Group{Name: "a", Remark: strings.Repeat("长", 501)}, false},
		"control in it":    {Group{Name: "a", Remark: "\x00"}, false},
		"broken encoding":  {Group{Name: "a\xff"}, false},
		"blanks are names": {Group{Name: " a "}, true},
	} {
		if err := c.g.Validate(); (err == nil) != c.ok || err != nil && !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRemark(t *testing.T) {
	for s, ok := range map[string]bool{"": true, "要求不再拨打": true, strings.Repeat("长", 200): true, strings.Repeat("长", 201): false, "a\nb": false, "\xff": false} {
		if _, err := CleanRemark(s); (err == nil) != ok {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func TestPolicyIsRefused(t *testing.T) {
	many := make([]GroupID, 101)
	for i := range many {
		many[i] = GroupID(i + 1)
	}
	for name, c := range map[string]struct {
		groups []GroupID
		ok     bool
	}{
		"all": {nil, true}, "two": {[]GroupID{2, 1}, true}, "twice": {[]GroupID{1, 1}, false}, "zero": {[]GroupID{0}, false}, "too many": {many, false},
	} {
		var k errs.Check
		Policy{Enabled: true, Groups: c.groups}.Check(&k)
		if err := k.Err("campaign"); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}
