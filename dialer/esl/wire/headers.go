package wire

import (
	"strconv"
	"strings"
)

// Header is one name and its decoded value.
type Header struct{ Name, Value string }

// Headers keep the order of the wire. Names are found without regard to case, as the switch does.
type Headers []Header

// Lookup returns the first value of a name and whether the name is there at all.
func (h Headers) Lookup(name string) (string, bool) {
	for i := range h {
		if len(h[i].Name) == len(name) && strings.EqualFold(h[i].Name, name) {
			return h[i].Value, true
		}
	}
	return "", false
}

// Get returns the first value of a name, or "".
func (h Headers) Get(name string) string {
	v, _ := h.Lookup(name)
	return v
}

// arrayPrefix marks a value that is a list, "ARRAY::a|:b" (switch_event.c, switch_event_base_add_header).
const (
	arrayPrefix    = "ARRAY::"
	arraySeparator = "|:"
)

// Values returns all values of a name: repeated headers, "ARRAY::a|:b" lists and indexed names such as name[0].
func (h Headers) Values(name string) []string {
	var out []string
	for i := range h {
		n := h[i].Name
		indexed := len(n) > len(name)+2 && n[len(name)] == '[' && n[len(n)-1] == ']' && isDigits(n[len(name)+1:len(n)-1])
		if len(n) != len(name) && !indexed || !strings.EqualFold(n[:len(name)], name) {
			continue
		}
		if list, ok := strings.CutPrefix(h[i].Value, arrayPrefix); ok {
			out = append(out, strings.Split(list, arraySeparator)...)
			continue
		}
		out = append(out, h[i].Value)
	}
	return out
}

func isDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// contentLength reads the length of a body; a message without one has no body.
func (h Headers) contentLength(limit int) (int, error) {
	v, ok := h.Lookup(HeaderContentLength)
	if !ok {
		return 0, nil
	}
	n, err := strconv.ParseUint(strings.TrimSpace(v), 10, 31)
	if err != nil {
		return 0, protocolError("Content-Length %.40q is no length", v)
	}
	if n > uint64(limit) {
		return 0, protocolError("body of %d bytes, the limit is %d", n, limit)
	}
	return int(n), nil
}

// splitHeader cuts "Name: value". The switch writes one blank after the colon; more belong to the value's padding.
func splitHeader(line string) (Header, error) {
	name, value, ok := strings.Cut(line, ":")
	if !ok || name == "" {
		return Header{}, protocolError("%.60q is no header line", line)
	}
	return Header{Name: name, Value: strings.TrimLeft(value, " ")}, nil
}
