package access

import (
	"strings"
	"testing"

	"github.com/outdial/outdial/shared/errs"
)

func TestParseSignInName(t *testing.T) {
	for in, want := range map[string]SignInName{
		"wang":              {Account: "wang"},
		" Wang.Fang-1_2 ":   {Account: "Wang.Fang-1_2"},
		"1001@acme":         {Agent: "1001", Company: "acme"},
		"1001@ACME":         {Agent: "1001", Company: "acme"},
		"13800138000":       {Bound: "13800138000"},
		"+86 138 0013 8000": {Bound: "13800138000"},
		"021-61234567":      {Bound: "02161234567"},
		"":                  {},
		"a":                 {},
		"@":                 {},
		"@acme":             {},
		"1001@":             {},
		"wang@acme":         {},
		"1001@ac me":        {},
		"1001@acme@acme":    {},
		"1001":              {},
		"王芳":                {},
		"wang\x00":          {},
		"wang\nli":          {},
		"' OR 1=1 --":       {},
	} {
		got, ok := ParseSignInName(in, "CN")
		if got != want || ok != (want != SignInName{}) {
			t.Errorf("%q: %+v (%v), want %+v", in, got, ok, want)
		}
	}
}

// FuzzParseSignInName looks for a name that is taken for two forms, or that does not survive being written again.
func FuzzParseSignInName(f *testing.F) {
	for _, s := range []string{"wang", "1001@acme", "+86 138 0013 8000", "13800138000", "a@b@c", "@", "", "１００１@acme", "0755-61234567", strings.Repeat("9", 101)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, ok := ParseSignInName(s, "CN")
		if !ok {
			if n != (SignInName{}) {
				t.Fatalf("%q is refused with %+v", s, n)
			}
			return
		}
		forms := 0
		for _, set := range []bool{n.Account != "", n.Agent != "" && n.Company != "", n.Bound != ""} {
			if set {
				forms++
			}
		}
		if forms != 1 || !errs.OneLine(n.String()) {
			t.Fatalf("%q is %d forms: %+v", s, forms, n)
		}
		if again, ok := ParseSignInName(n.String(), "CN"); !ok || again != n {
			t.Fatalf("%q is %+v, and written again %+v", s, n, again)
		}
	})
}

func TestCheckPassword(t *testing.T) {
	u := User{Account: "a.long.account", Name: "Wang Fang Ying", Phone: "13800138000", BoundNumber: "+447911123456", Email: "wang@example.com"}
	for password, ok := range map[string]bool{
		"ninebytes": false, "ten bytes!": true, strings.Repeat("x", 200): true, strings.Repeat("x", 201): false, "密码密码": true,
		"a.long.account": false, "A.LONG.ACCOUNT": false, "13800138000": false, "+13800138000": false, "447911123456": false, "wang@example.com": false,
		"wang fang ying": false, "a.long.account1": true,
	} {
		if err := CheckPassword(password, u); (err == nil) != ok || err != nil && !errs.Is(err, errs.Invalid) {
			t.Errorf("%q: %v", password, err)
		}
	}
	for range 100 {
		if p := NewPassword(); CheckPassword(p, u) != nil || len(p) != 20 {
			t.Fatalf("a made password: %q", p)
		}
	}
	for account, ok := range map[string]bool{"wang": true, "w": false, "1wang": false, "wang@x": false, "王芳": false, "wa ng": false, strings.Repeat("a", 40): true, strings.Repeat("a", 41): false} {
		if err := CheckAccount(account); (err == nil) != ok {
			t.Errorf("account %q: %v", account, err)
		}
	}
}
