package wire_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/outdial/outdial/dialer/esl/wire"
)

func TestFields(t *testing.T) {
	for in, want := range map[string][]string{
		"a b c":                  {"a", "b", "c"},
		"  a   b  ":              {"a", "b"},
		"a 'b c' d":              {"a", "b c", "d"},
		`a b\sc d`:               {"a", "b c", "d"},
		`a b\ c d`:               {"a", `b\ c`, "d"},
		"a b c d e":              {"a", "b", "c", "d e"},
		`it\'s \"x\" \\ \q`:      {"it's", `"x"`, `\`, `\q`},
		"":                       nil,
		"{a='x y'}sofia &park()": {"{a=x y}sofia", "&park()"},
	} {
		if got := wire.Fields(in, 4); !slices.Equal(got, want) {
			t.Errorf("%q gives %q, want %q", in, got, want)
		}
	}
}

func TestParseVars(t *testing.T) {
	for in, want := range map[string]struct {
		vars []wire.Var
		rest string
	}{
		"{a=1,b=2}x":      {[]wire.Var{{Name: "a", Value: "1"}, {Name: "b", Value: "2"}}, "x"},
		"{a=1}{b=2} x":    {[]wire.Var{{Name: "a", Value: "1"}, {Name: "b", Value: "2"}}, "x"},
		"{a=1,A=2}x":      {[]wire.Var{{Name: "a", Value: "2"}}, "x"},
		"{^^:a=1,2:b=3}x": {[]wire.Var{{Name: "a", Value: "1,2"}, {Name: "b", Value: "3"}}, "x"},
		"{a='1,2',b=3}x":  {[]wire.Var{{Name: "a", Value: "1,2"}, {Name: "b", Value: "3"}}, "x"},
		`{a=1\,2,b=3}x`:   {[]wire.Var{{Name: "a", Value: "1,2"}, {Name: "b", Value: "3"}}, "x"},
		"{a=b=c,d,e=}x":   {[]wire.Var{{Name: "a", Value: "b=c"}}, "x"},
		"{a={b},c=1}x":    {[]wire.Var{{Name: "a", Value: "{b}"}, {Name: "c", Value: "1"}}, "x"},
		"sofia/x":         {nil, "sofia/x"},
	} {
		vars, rest, err := wire.ParseVars(in)
		if err != nil || !slices.Equal(vars, want.vars) || rest != want.rest {
			t.Errorf("%q gives %q %q %v, want %q", in, vars, rest, err, want)
		}
	}
	if _, _, err := wire.ParseVars("{a=1x"); !errors.Is(err, wire.ErrProtocol) {
		t.Errorf("open bracket: %v", err)
	}
}

func TestParseOriginate(t *testing.T) {
	o, err := wire.ParseOriginate(`{origination_uuid=U,name=two\swords}sofia/carriers/138@h:5080 &bridge({origination_uuid=R}sofia/extensions/robot@h:5090)`)
	if err != nil {
		t.Fatal(err)
	}
	if v, _ := o.Var("NAME"); v != "two words" || o.Endpoint != "sofia/carriers/138@h:5080" || o.Application != "bridge" ||
		o.Argument != "{origination_uuid=R}sofia/extensions/robot@h:5090" {
		t.Errorf("got %+v", o)
	}
	if o, err = wire.ParseOriginate("sofia/x 1000 XML default"); err != nil || o.Extension != "1000" || o.Application != "" {
		t.Errorf("got %+v, %v", o, err)
	}
	for _, bad := range []string{"", "x", "{a=1 &park()", "{a=1} &park()", "a b c d e f g h"} {
		if _, err := wire.ParseOriginate(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func TestAppendVarsRefuses(t *testing.T) {
	for _, v := range []string{
		"a'b", `a"b`, `a\b`, "a{b", "a}b", "a[b", "a]b", "a(b", "a)b", "a<b", "a>b", "a|b", "${x}", "$${x}", "^^:a=1:b=2", "a`b",
		"a\nb", "a\rb", "a\x00b", "a\tb", "a\x7fb", "\xff", " a", "a ",
	} {
		var refused *wire.RefusedError
		if _, err := wire.AppendVars(nil, []wire.Var{{Name: "x", Value: v}}); !errors.As(err, &refused) {
			t.Errorf("value %q: %v, want RefusedError", v, err)
		}
		if _, err := wire.AppendArg(nil, "argument", v); err == nil && !strings.ContainsAny(v, "()") {
			t.Errorf("argument %q was taken", v)
		}
	}
	for _, n := range []string{"", "a b", "a=b", "a,b", "1a", "a}", "^^:a", "-a", strings.Repeat("a", 200), "ä"} {
		if _, err := wire.AppendVars(nil, []wire.Var{{Name: n, Value: "1"}}); err == nil {
			t.Errorf("name %q was taken", n)
		}
	}
	if _, err := wire.AppendVars(nil, []wire.Var{{Name: "a", Value: "1"}, {Name: "A", Value: "2"}}); err == nil {
		t.Error("a name was taken twice")
	}
	for _, a := range []string{"", "undef", "UNDEF"} {
		if _, err := wire.AppendArg(nil, "argument", a); err == nil {
			t.Errorf("argument %q was taken", a)
		}
	}
	for _, c := range []string{"", " a", "a ", "a\nb", "a\r\n\r\nexit", "a\x00"} {
		if _, err := wire.AppendCommand(nil, c); err == nil {
			t.Errorf("command %q was taken", c)
		}
	}
	if _, err := wire.AppendCommand(nil, "api x", wire.Header{Name: "Job-UUID", Value: "1\n\nexit"}); err == nil {
		t.Error("a header with line breaks was taken")
	}
}

// hostile is text made of what the switch's parsers watch for.
func hostile() *rapid.Generator[string] {
	return rapid.StringOfN(rapid.SampledFrom([]rune(`ab1 ,='"\{}[]()<>|$^:;&%`+"`\n\r\x00你")), 0, 12, -1)
}

// TestVarsRoundTrip: variables arrive as they are, or are refused; they never become more, fewer or others.
func TestVarsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var vars []wire.Var
		for range rapid.IntRange(0, 5).Draw(t, "n") {
			vars = append(vars, wire.Var{
				Name:  rapid.OneOf(rapid.StringMatching(`[a-z_][a-zA-Z0-9_.-]{0,8}`), hostile()).Draw(t, "name"),
				Value: rapid.OneOf(rapid.StringMatching(`[a-z ,=;%&]{0,12}`), hostile()).Draw(t, "value"),
			})
		}
		checkVars(t, vars)
	})
}

func checkVars(t interface{ Fatalf(string, ...any) }, vars []wire.Var) {
	text, err := wire.AppendVars(nil, vars)
	if err != nil {
		var refused *wire.RefusedError
		if !errors.As(err, &refused) {
			t.Fatalf("untyped refusal %v", err)
		}
		return
	}
	var want []wire.Var
	for _, v := range vars {
		if v.Value != "" {
			want = append(want, v)
		}
	}
	line := "api originate " + string(text) + "sofia/x/1@h:5060 &bridge(" + string(text) + "sofia/y/2@h:5060)"
	command, err := wire.AppendCommand(nil, line)
	if err != nil {
		t.Fatalf("the command %q: %v", line, err)
	}
	r := wire.NewReader(bytes.NewReader(command), wire.Limits{})
	c, err := r.ReadCommand()
	if err != nil || len(c.Headers) != 0 {
		t.Fatalf("command %q was read as %+v, %v", line, c, err)
	}
	if _, err := r.ReadCommand(); err == nil {
		t.Fatalf("command %q became two", line)
	}
	o, err := wire.ParseOriginate(strings.TrimPrefix(c.Line, "api originate "))
	if err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	if !slices.Equal(o.Vars, want) || o.Endpoint != "sofia/x/1@h:5060" {
		t.Fatalf("%q became %q on %q", vars, o.Vars, o.Endpoint)
	}
	leg, rest, err := wire.ParseVars(o.Argument)
	if err != nil || !slices.Equal(leg, want) || rest != "sofia/y/2@h:5060" {
		t.Fatalf("on the second leg %q became %q on %q, %v", vars, leg, rest, err)
	}
}

func FuzzVars(f *testing.F) {
	f.Add("a", "b", "c", "d")
	f.Add("a", "x,y", "b", "two words")
	f.Add("a", "x',b='y", "c", `\`)
	f.Add("^^:a", "1", "b", "}sofia/z/9@evil &system(rm)")
	f.Add("a", "1\r\n\r\nexit", "b", "${system(x)}")
	f.Fuzz(func(t *testing.T, n1, v1, n2, v2 string) {
		checkVars(t, []wire.Var{{Name: n1, Value: v1}, {Name: n2, Value: v2}})
	})
}

// FuzzArg: an argument stays one argument.
func FuzzArg(f *testing.F) {
	f.Add("/var/lib/a b.wav")
	f.Add("x' y")
	f.Add(`x\`)
	f.Add("tone_stream://%(200,0,450)")
	f.Fuzz(func(t *testing.T, s string) {
		text, err := wire.AppendArg([]byte("uuid "), "argument", s)
		if err != nil {
			return
		}
		if got := wire.Fields(string(text)+" last", 5); !slices.Equal(got, []string{"uuid", s, "last"}) {
			t.Fatalf("%q became %q", s, got)
		}
	})
}
