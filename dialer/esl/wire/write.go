package wire

import (
	"io"
	"strconv"
	"strings"
	"time"
)

// AppendFrame appends a frame with these headers; a body adds its Content-Length. Header values are written as they
// are, with line breaks taken out, so that no value can end the frame early.
func AppendFrame(dst []byte, contentType string, headers Headers, body []byte) []byte {
	dst = appendHeader(dst, HeaderContentType, contentType)
	for _, h := range headers {
		dst = appendHeader(dst, h.Name, h.Value)
	}
	if len(body) > 0 {
		dst = appendHeader(dst, HeaderContentLength, strconv.Itoa(len(body)))
	}
	dst = append(dst, '\n')
	return append(dst, body...)
}

func appendHeader(dst []byte, name, value string) []byte {
	dst = append(dst, oneLine(name)...)
	dst = append(dst, ": "...)
	dst = append(dst, oneLine(value)...)
	return append(dst, '\n')
}

var lineBreaks = strings.NewReplacer("\r", " ", "\n", " ")

func oneLine(s string) string {
	if strings.IndexByte(s, '\n') < 0 && strings.IndexByte(s, '\r') < 0 {
		return s
	}
	return lineBreaks.Replace(s)
}

// AppendReply appends the reply to a command, such as "+OK accepted".
func AppendReply(dst []byte, text string, more ...Header) []byte {
	return AppendFrame(dst, TypeCommandReply, append(Headers{{HeaderReplyText, text}}, more...), nil)
}

// AppendAPIResponse appends the output of an api command. The switch never sends an empty one.
func AppendAPIResponse(dst []byte, output string) []byte {
	if output == "" {
		output = "-ERR no reply\n"
	}
	return AppendFrame(dst, TypeAPIResponse, nil, []byte(output))
}

// AppendEvent appends an event as a text/event-plain frame.
func AppendEvent(dst []byte, e Event) []byte {
	inner := make([]byte, 0, 64*len(e.Headers)+len(e.Body)+64)
	for _, h := range e.Headers {
		if strings.EqualFold(h.Name, HeaderContentLength) {
			continue // the body's own length is written below
		}
		inner = append(inner, eventName.Replace(h.Name)...)
		inner = append(inner, ": "...)
		if h.Value == "" {
			inner = append(inner, undefined...)
		} else {
			inner = AppendEscaped(inner, h.Value)
		}
		inner = append(inner, '\n')
	}
	if e.Body != "" {
		inner = appendHeader(inner, HeaderContentLength, strconv.Itoa(len(e.Body)))
	}
	inner = append(inner, '\n')
	inner = append(inner, e.Body...)

	dst = appendHeader(dst, HeaderContentLength, strconv.Itoa(len(inner)))
	dst = appendHeader(dst, HeaderContentType, TypeEventPlain)
	dst = append(dst, '\n')
	return append(dst, inner...)
}

// eventName keeps a header's name from ending its line or its name.
var eventName = strings.NewReplacer("\r", "_", "\n", "_", ":", "_")

// WriteEvent writes an event as a frame.
func WriteEvent(w io.Writer, e Event) error {
	_, err := w.Write(AppendEvent(nil, e))
	return err
}

// Stamp adds the headers that every event of the switch begins with.
func (e *Event) Stamp(name, core string, at time.Time, sequence uint64) {
	e.Headers = append(Headers{
		{HeaderEventName, name},
		{"Core-UUID", core},
		{"Event-Date-Timestamp", strconv.FormatInt(at.UnixMicro(), 10)},
		{HeaderEventSequence, strconv.FormatUint(sequence, 10)},
	}, e.Headers...)
}

// AppendCommand appends a client's command. Text that would make more than one command or header of it is refused.
func AppendCommand(dst []byte, line string, headers ...Header) ([]byte, error) {
	if line == "" || strings.TrimSpace(line) != line {
		return nil, refuse("command", line, "is empty or padded with blanks")
	}
	if err := CheckText("command", line); err != nil {
		return nil, err
	}
	dst = append(dst, line...)
	dst = append(dst, '\n')
	for _, h := range headers {
		if h.Name == "" || strings.ContainsAny(h.Name, ": ") {
			return nil, refuse("header", h.Name, "is no header name")
		}
		if err := CheckText("header "+h.Name, h.Name+h.Value); err != nil {
			return nil, err
		}
		dst = appendHeader(dst, h.Name, h.Value)
	}
	return append(dst, '\n'), nil
}
