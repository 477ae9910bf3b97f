package contact

import (
	"regexp"
	"strings"
	"testing"

	"github.com/outdial/outdial/shared/errs"
)

func TestParseNumber(t *testing.T) {
	for _, c := range []struct{ raw, region, want string }{ // an empty want is a refusal
		{"13800138000", "CN", "13800138000"},
		{"\u00a013800138000\u3000", "CN", "13800138000"}, // blanks of web pages and of Chinese text
		{" 138 0013-8000 ", "CN", "13800138000"},
		{"+8613800138000", "CN", "13800138000"},
		{"+86 138 0013 8000", "CN", "13800138000"},
		{"008613800138000", "CN", "13800138000"},
		{"19912345678", "CN", "19912345678"},
		{"021-61234567", "CN", "02161234567"},
		{"(021) 6123 4567", "CN", "02161234567"},
		{"010 6552 9988", "CN", "01065529988"},
		{"0755-26770000", "CN", "075526770000"},
		{"400-820-8820", "CN", "4008208820"},
		{"800 820 8820", "CN", "8008208820"},
		{"+44 7911 123456", "CN", "+447911123456"},
		{"0044 7911 123456", "CN", "+447911123456"},
		{"07911 123456", "GB", "7911123456"},
		{"(212) 555-2368", "US", "2125552368"},
		{"+1 212.555.2368", "US", "2125552368"},

		{"", "CN", ""},
		{"   ", "CN", ""},
		{"12345678901", "CN", ""},  // no mobile begins with 12
		{"1380013800", "CN", ""},   // a digit short
		{"138001380001", "CN", ""}, // a digit long
		{"110", "CN", ""},          // emergency
		{"10086", "CN", ""},
		{"+999 12345678", "CN", ""},
		{"++8613800138000", "CN", ""},
		{"138+00138000", "CN", ""},
		{"张三", "CN", ""},
		{"１３８００１３８０００", "CN", ""}, // full-width digits
		{"13800138OOO", "CN", ""},
		{"1-800-FLOWERS", "US", ""},
		{"13800138000 ext 5", "CN", ""},
		{"13800138000;ext=5", "CN", ""},
		{"tel:+8613800138000", "CN", ""},
		{"1.38E+10", "CN", ""}, // a spreadsheet's idea of a number
		{strings.Repeat("1", 41), "CN", ""},
		{strings.Repeat("1", 1<<20), "CN", ""},
	} {
		got, err := ParseNumber(c.raw, c.region)
		switch {
		case c.want == "":
			if !errs.Is(err, errs.Invalid) || !got.IsZero() {
				t.Errorf("%.50q in %s became %q (%v), want a refusal", c.raw, c.region, got, err)
			}
		case err != nil || got.String() != c.want:
			t.Errorf("%q in %s became %q (%v), want %q", c.raw, c.region, got, err, c.want)
		}
	}
}

// dialSyntax is what means something in a dial string, in a header or to a terminal.
const dialSyntax = "{}[]<>'\"`&|@;,:=/\\$^~!?*#%\t\r\n\x00\x1b\x7f\u0085\u2028\u202e"

func TestParseNumberRefusesSyntax(t *testing.T) {
	for _, r := range dialSyntax {
		for _, raw := range []string{string(r) + "13800138000", "1380013" + string(r) + "8000", "13800138000" + string(r) + "1"} {
			if got, err := ParseNumber(raw, "CN"); err == nil {
				t.Errorf("%q became %q", raw, got)
			}
		}
	}
	for _, raw := range []string{
		"{origination_caller_id_number=1}13800138000", "13800138000@evil.example:5060", "sofia/gateway/x/13800138000", "13800138000,sofia/internal/1000",
		"13800138000|13800138001", "13800138000 &park()", "$(reboot)", "13800138000\napi reloadxml", "13800138000\r\n\r\n",
	} {
		if got, err := ParseNumber(raw, "CN"); err == nil {
			t.Errorf("%q became %q", raw, got)
		}
	}
}

func TestNumberFromStore(t *testing.T) {
	for _, s := range []string{"13800138000", "+447911123456", "02161234567", "10", "+12", strings.Repeat("9", 31)} {
		if n, err := NumberFromStore(s); err != nil || n.String() != s {
			t.Errorf("%q came back as %q (%v)", s, n, err)
		}
	}
	for _, s := range []string{"", "1", "+", "+1", strings.Repeat("9", 32), "1+1", "13800138000 ", "1380013800a", "138\x00", "１３８", "{x}13800138000", "++1"} {
		if n, err := NumberFromStore(s); err == nil {
			t.Errorf("%q was taken for %q", s, n)
		}
	}
}

var dialable = regexp.MustCompile(`^\+?[0-9]{2,31}$`)

func FuzzParseNumber(f *testing.F) {
	for _, s := range []string{"13800138000", "+44 7911 123456", "(021) 6123-4567", "400-820-8820", "{a=b}1380013800", "１３８", "+", "0", "1\x00", "0086138001380 00"} {
		for _, region := range []string{"CN", "US", "", "ZZ", "\xff"} {
			f.Add(s, region)
		}
	}
	f.Fuzz(func(t *testing.T, raw, region string) {
		n, err := ParseNumber(raw, region)
		if err != nil {
			if !n.IsZero() || !errs.Is(err, errs.Invalid) {
				t.Fatalf("%q in %q: %q comes with %v", raw, region, n, err)
			}
			return
		}
		if !dialable.MatchString(n.String()) {
			t.Fatalf("%q in %q became %q", raw, region, n)
		}
		for _, c := range raw {
			if !strings.ContainsRune("0123456789+-(). \u00a0\u3000", c) {
				t.Fatalf("%q was accepted as %q although it holds %q", raw, n, c)
			}
		}
		if back, err := NumberFromStore(n.String()); err != nil || back != n {
			t.Fatalf("%q does not come back from the store: %q, %v", n, back, err)
		}
	})
}

func FuzzNumberFromStore(f *testing.F) {
	f.Add("13800138000")
	f.Add("+1")
	f.Add("{x}1")
	f.Fuzz(func(t *testing.T, s string) {
		if n, err := NumberFromStore(s); err == nil && (n.String() != s || !dialable.MatchString(s)) {
			t.Fatalf("%q came back as %q", s, n)
		}
	})
}

func BenchmarkParseChineseMobile(b *testing.B) {
	for b.Loop() {
		if _, err := ParseNumber("13800138000", "CN"); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "numbers/s")
}

func BenchmarkParseFixedLine(b *testing.B) {
	for b.Loop() {
		if _, err := ParseNumber("021-61234567", "CN"); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "numbers/s")
}
