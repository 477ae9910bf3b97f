package wire_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/outdial/outdial/dialer/esl/wire"
)

const auth = "Content-Type: auth/request\n\n"

func TestReadFrame(t *testing.T) {
	in := auth +
		"\n\nContent-Type: command/reply\r\nReply-Text: +OK accepted\r\n\r\n" +
		"Content-Length: 5\nContent-Type: log/data\nLog-Level: 7\n\na\n\nb:" +
		"Content-Type: api/response\nContent-Length: 4\n\nUP 0"
	// One byte at a time: a frame may be cut anywhere by the network.
	r := wire.NewReader(iotest.OneByteReader(strings.NewReader(in)), wire.Limits{})
	for _, want := range []struct{ kind, body string }{
		{wire.TypeAuthRequest, ""}, {wire.TypeCommandReply, ""}, {wire.TypeLogData, "a\n\nb:"}, {wire.TypeAPIResponse, "UP 0"},
	} {
		f, err := r.ReadFrame()
		if err != nil || f.ContentType() != want.kind || string(f.Body) != want.body {
			t.Fatalf("got %v %q %v, want %v", f.Headers, f.Body, err, want)
		}
	}
	if _, err := r.ReadFrame(); !errors.Is(err, io.EOF) {
		t.Errorf("at the end: %v, want io.EOF itself", err)
	}
}

func TestReadFrameErrors(t *testing.T) {
	small := wire.Limits{Line: 100, Headers: 3, Body: 10}
	for name, row := range map[string]struct {
		in   string
		want error
	}{
		"cut in a header":         {"Content-Type: auth/requ", io.ErrUnexpectedEOF},
		"cut after a header":      {"Content-Type: auth/request\n", io.ErrUnexpectedEOF},
		"cut in a body":           {"Content-Length: 5\n\nabc", io.ErrUnexpectedEOF},
		"cut before a body":       {"Content-Length: 5\n\n", io.ErrUnexpectedEOF},
		"no header":               {"SSH-2.0-OpenSSH_9.2\r\n", wire.ErrProtocol},
		"no name":                 {": x\n\n", wire.ErrProtocol},
		"length is no number":     {"Content-Length: five\n\n", wire.ErrProtocol},
		"length is negative":      {"Content-Length: -1\n\n", wire.ErrProtocol},
		"length is past any int":  {"Content-Length: 99999999999999999999\n\n", wire.ErrProtocol},
		"body over the limit":     {"Content-Length: 11\n\n01234567890", wire.ErrProtocol},
		"headers over the limit":  {"a: 1\nb: 2\nc: 3\nd: 4\n\n", wire.ErrProtocol},
		"line over the limit":     {"a: " + strings.Repeat("x", 200<<10) + "\n\n", wire.ErrProtocol},
		"line without an end":     {"a: " + strings.Repeat("x", 200<<10), wire.ErrProtocol},
		"nothing but blank lines": {strings.Repeat("\n", 5000), wire.ErrProtocol},
	} {
		_, err := wire.NewReader(strings.NewReader(row.in), small).ReadFrame()
		if !errors.Is(err, row.want) {
			t.Errorf("%s: %v, want %v", name, err, row.want)
		}
	}
}

func TestReadCommand(t *testing.T) {
	in := "\r\n\nauth secret\n\nbgapi originate {a=b}x &park()\nJob-UUID: 123\n\nsendmsg u\nContent-Length: 3\n\nabcexit\n\n"
	r := wire.NewReader(strings.NewReader(in), wire.Limits{})
	for _, want := range []struct{ line, job, body string }{
		{"auth secret", "", ""}, {"bgapi originate {a=b}x &park()", "123", ""}, {"sendmsg u", "", "abc"}, {"exit", "", ""},
	} {
		c, err := r.ReadCommand()
		if err != nil || c.Line != want.line || c.Headers.Get("job-uuid") != want.job || c.Body != want.body {
			t.Fatalf("got %+v, %v, want %+v", c, err, want)
		}
	}
	if _, err := r.ReadCommand(); !errors.Is(err, io.EOF) {
		t.Errorf("at the end: %v", err)
	}
}

func FuzzReadFrame(f *testing.F) {
	f.Add([]byte(auth))
	f.Add([]byte("Content-Length: 5\nContent-Type: log/data\n\nhelloContent-Type: x\n\n"))
	f.Add([]byte("Content-Length: 99999999\n\n"))
	f.Add([]byte("\r\n\r\na:b\r\n\r\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		limits := wire.Limits{Line: 1000, Headers: 20, Body: 1000}
		r := wire.NewReader(bytes.NewReader(b), limits)
		total := 0
		for {
			frame, err := r.ReadFrame()
			if err != nil {
				if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, wire.ErrProtocol) {
					return
				}
				t.Fatalf("untyped error %v", err)
			}
			if len(frame.Headers) == 0 || len(frame.Headers) > 20 || len(frame.Body) > 1000 {
				t.Fatalf("a frame past the limits: %d headers, %d bytes", len(frame.Headers), len(frame.Body))
			}
			if total += len(frame.Body); total > len(b) {
				t.Fatal("more came out than went in")
			}
			_, _ = frame.Event()
		}
	})
}

func FuzzReadCommand(f *testing.F) {
	f.Add([]byte("auth ClueCon\n\nevent plain ALL\n\n"))
	f.Add([]byte("bgapi status\nJob-UUID: 1\n\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r := wire.NewReader(bytes.NewReader(b), wire.Limits{Line: 1000, Headers: 20, Body: 1000})
		for {
			c, err := r.ReadCommand()
			if err != nil {
				return
			}
			if c.Line == "" || strings.ContainsAny(c.Line, "\n") {
				t.Fatalf("command line %q", c.Line)
			}
			if word, rest, ok := strings.Cut(c.Line, " "); ok && word == "api" {
				_, _ = wire.ParseOriginate(rest)
			}
		}
	})
}
