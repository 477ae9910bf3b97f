package contact

import (
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/outdial/outdial/shared/errs"
)

func TestCleanName(t *testing.T) {
	for raw, want := range map[string]string{
		"":                             "",
		"  王小明 ":                       "王小明",
		"O'Brien, \"Bob\" {x}":         "O'Brien, \"Bob\" {x}", // what it means to a switch is the encoder's business
		strings.Repeat("长", 100):       strings.Repeat("长", 100),
		" " + strings.Repeat("😀", 100): strings.Repeat("😀", 100),
	} {
		if got, err := CleanName(raw); err != nil || got != want {
			t.Errorf("%q became %q (%v), want %q", raw, got, err, want)
		}
	}
	for _, raw := range []string{strings.Repeat("长", 101), "a\nb", "a\n", "\ta", "a\x00b", "a\u2028b", "a\u202eb", "a\x1bb", "a\x7fb", "a\u0085b", "bad \xff utf8"} {
		if got, err := CleanName(raw); !errs.Is(err, errs.Invalid) || got != "" {
			t.Errorf("%q became %q (%v), want a refusal", raw, got, err)
		}
	}
}

func TestCleanVars(t *testing.T) {
	many := func(n int) map[string]string {
		m := map[string]string{}
		for i := range n {
			m[fmt.Sprintf("v%d", i)] = "x"
		}
		return m
	}
	for name, vars := range map[string]map[string]string{
		"none": nil, "thirty": many(30), "Chinese": {"城市": "上海 'x' {y}"}, "underscore": {"_a1": ""}, "long": {strings.Repeat("k", 40): strings.Repeat("值", 500)},
	} {
		if got, err := CleanVars(vars); err != nil || len(got) != len(vars) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, vars := range map[string]map[string]string{
		"thirty-one": many(31), "no name": {"": "x"}, "a digit first": {"1a": "x"}, "a space": {"a b": "x"}, "a dash": {"a-b": "x"}, "a brace": {"a}": "x"},
		"a long name": {strings.Repeat("k", 41): "x"}, "a long value": {"a": strings.Repeat("值", 501)}, "a line end": {"a": "x\ny"}, "no UTF-8": {"a": "\xff"},
		"a name without UTF-8": {"a\xff": "x"},
	} {
		if _, err := CleanVars(vars); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v, want a refusal", name, err)
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add("王小明", "city", "上海")
	f.Add("a\nb", "1", "\x00")
	f.Add("\xff", "a}", "{x=y}")
	f.Fuzz(func(t *testing.T, name, key, value string) {
		check := func(what, s string, most int) {
			if !utf8.ValidString(s) || utf8.RuneCountInString(s) > most || strings.IndexFunc(s, unicode.IsControl) >= 0 {
				t.Fatalf("%s %q passed", what, s)
			}
		}
		if n, err := CleanName(name); err == nil {
			check("name", n, maxName)
		}
		if vars, err := CleanVars(map[string]string{key: value}); err == nil {
			for k, v := range vars {
				check("variable", k, maxVarName)
				check("value", v, maxVarValue)
				if strings.ContainsAny(k, " ,;:'\"{}[]()<>&|=$%\\/@") {
					t.Fatalf("variable name %q passed", k)
				}
			}
		}
	})
}
