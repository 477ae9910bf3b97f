package wire_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/outdial/outdial/dialer/esl/wire"
)

func TestParseEvent(t *testing.T) {
	e, err := wire.ParseEvent([]byte("Event-Name: BACKGROUND_JOB\nEvent-Sequence: 482\nvariable_a[0]: one%2C1\nvariable_a[1]: two\n" +
		"variable_b: ARRAY%3A%3Ax|%3Ay\nvariable_empty: _undef_\nnote: 100%25 %zz %4\nCONTENT-LENGTH: 6\n\n+OK x\n"))
	if err != nil {
		t.Fatal(err)
	}
	if e.Name() != "BACKGROUND_JOB" || e.Sequence() != 482 || e.Body != "+OK x\n" || e.Get("event-name") != "BACKGROUND_JOB" {
		t.Errorf("got %+v", e)
	}
	if got := e.Values("variable_a"); !slices.Equal(got, []string{"one,1", "two"}) {
		t.Errorf("indexed names give %q", got)
	}
	if got := e.Values("variable_b"); !slices.Equal(got, []string{"x", "y"}) {
		t.Errorf("a list gives %q", got)
	}
	if v, ok := e.Lookup("variable_empty"); v != "" || !ok {
		t.Errorf("an empty value gives %q, %v", v, ok)
	}
	if v, ok := e.Lookup("variable_none"); v != "" || ok {
		t.Errorf("a missing value gives %q, %v", v, ok)
	}
	if v := e.Get("note"); v != "100% %zz %4" {
		t.Errorf("percent signs give %q", v)
	}
	if e.Headers[0].Name != "Event-Name" || e.Headers[1].Name != "Event-Sequence" {
		t.Error("the order of headers is lost")
	}
}

func TestParseEventErrors(t *testing.T) {
	for _, in := range []string{"", "Event-Name: X", "Event-Name: X\n", "no header\n\n", "Content-Length: 5\n\nabc", "Content-Length: x\n\n", strings.Repeat("a: b\n", 5000) + "\n"} {
		if _, err := wire.ParseEvent([]byte(in)); !errors.Is(err, wire.ErrProtocol) {
			t.Errorf("%.40q: %v, want ErrProtocol", in, err)
		}
	}
}

func TestStamp(t *testing.T) {
	e := wire.Event{Headers: wire.Headers{{Name: "Unique-ID", Value: "u"}}}
	e.Stamp("CHANNEL_PARK", "core", time.UnixMicro(1700000000000001), 7)
	if e.Name() != "CHANNEL_PARK" || e.Sequence() != 7 || e.UUID() != "u" || e.Get("Event-Date-Timestamp") != "1700000000000001" {
		t.Errorf("got %+v", e)
	}
}

// TestEventRoundTrip: whatever an event holds, it arrives as one event with the same headers and body.
func TestEventRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[A-Za-z][A-Za-z0-9_\-\[\]]{0,20}`)
		var e wire.Event
		for range rapid.IntRange(0, 8).Draw(t, "headers") {
			n := name.Draw(t, "name")
			if strings.EqualFold(n, "Content-Length") {
				continue
			}
			value := rapid.String().Draw(t, "value")
			if value == "_undef_" {
				continue
			}
			e.Add(n, value)
		}
		e.Body = rapid.StringMatching(`[^\x00]{0,40}`).Draw(t, "body")
		checkEvent(t, e)
	})
}

func checkEvent(t interface{ Fatalf(string, ...any) }, e wire.Event) {
	b := wire.AppendEvent(nil, e)
	b = wire.AppendReply(b, "+OK next")
	r := wire.NewReader(bytes.NewReader(b), wire.Limits{})
	f, err := r.ReadFrame()
	if err != nil || f.ContentType() != wire.TypeEventPlain {
		t.Fatalf("frame %v, %v", f.Headers, err)
	}
	got, err := f.Event()
	if err != nil {
		t.Fatalf("event: %v", err)
	}
	if got.Body != e.Body {
		t.Fatalf("body %q became %q", e.Body, got.Body)
	}
	if e.Body != "" { // the body's length is a header of its own
		got.Headers = got.Headers[:len(got.Headers)-1]
	}
	if !slices.Equal(got.Headers, e.Headers) {
		t.Fatalf("headers %q became %q", e.Headers, got.Headers)
	}
	if f, err = r.ReadFrame(); err != nil || f.Headers.Get(wire.HeaderReplyText) != "+OK next" {
		t.Fatalf("the frame after the event: %v, %v", f.Headers, err)
	}
}

func FuzzParseEvent(f *testing.F) {
	f.Add([]byte("Event-Name: HEARTBEAT\nvariable_a[0]: 1\n\n"))
	f.Add([]byte("Content-Length: 3\n\nabc"))
	f.Add([]byte("a: %\nb: %4\nc: %4g\n\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := wire.ParseEvent(b)
		if err != nil {
			if !errors.Is(err, wire.ErrProtocol) {
				t.Fatalf("untyped error %v", err)
			}
			return
		}
		e.Values("variable_a")
		e.Sequence()
		clean := wire.Event{Body: e.Body}
		for _, h := range e.Headers {
			if strings.EqualFold(h.Name, wire.HeaderContentLength) || strings.ContainsAny(h.Name, "\r") || h.Value == "_undef_" {
				continue
			}
			clean.Headers = append(clean.Headers, h)
		}
		checkEvent(t, clean)
	})
}

func FuzzAppendEvent(f *testing.F) {
	f.Add("variable_x", "a\r\n\r\nContent-Type: auth/request", "body")
	f.Add("x\ny", "%0A%", "")
	f.Fuzz(func(t *testing.T, name, value, body string) {
		b := wire.AppendEvent(nil, wire.Event{Headers: wire.Headers{{Name: "Event-Name", Value: "X"}, {Name: name, Value: value}}, Body: body})
		r := wire.NewReader(bytes.NewReader(b), wire.Limits{})
		fr, err := r.ReadFrame()
		if err != nil {
			t.Fatal(err)
		}
		e, err := fr.Event()
		if err != nil {
			if name == "" {
				return
			}
			t.Fatal(err)
		}
		if n := len(e.Headers); n > 3 || e.Name() != "X" || e.Body != body {
			t.Fatalf("%d headers, body %q", n, e.Body)
		}
		if _, err := r.ReadFrame(); err == nil {
			t.Fatal("one event became two frames")
		}
	})
}
