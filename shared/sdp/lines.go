package sdp

import (
	"fmt"
	"strings"
)

// section is the text under one m-line.
type section struct {
	mline string
	conn  string
	attrs []string
}

func (s section) text() string {
	var b strings.Builder
	b.WriteString("m=" + s.mline + "\r\n")
	if s.conn != "" {
		b.WriteString("c=" + s.conn + "\r\n")
	}
	for _, a := range s.attrs {
		b.WriteString("a=" + a + "\r\n")
	}
	return b.String()
}

// split cuts a description into its session part and its media sections and puts the lines of each into the order that
// RFC 4566 prescribes. Devices in the field swap b=, t= and a=, leave s= or t= out and end lines with LF alone; and the
// strict parser behind this one refuses a whole description for one m-line of a kind that it does not know (T.38 fax).
// Only lines that matter to a call are kept.
func split(text string) (head string, sections []section, err error) {
	lines := map[byte]string{'s': "-", 't': "0 0"}
	var attrs []string
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n \t\x00")
		if line == "" {
			continue
		}
		if len(line) < 2 || line[1] != '=' || strings.ContainsAny(line, "\r\x00") {
			return "", nil, fmt.Errorf("%w: line %q", ErrMalformed, clipped(line))
		}
		key, value := line[0], line[2:]
		if key == 'm' {
			sections = append(sections, section{mline: value})
			continue
		}
		if len(sections) > 0 {
			sec := &sections[len(sections)-1]
			switch {
			case key == 'a':
				sec.attrs = append(sec.attrs, value)
			case key == 'c' && sec.conn == "":
				sec.conn = value
			}
			continue
		}
		switch key {
		case 'a':
			attrs = append(attrs, value)
		case 'v', 'o', 's', 'c', 't':
			lines[key] = value
		}
	}
	var b strings.Builder
	for _, key := range []byte("vosct") {
		value, ok := lines[key]
		if !ok && key != 'c' {
			return "", nil, fmt.Errorf("%w: no %c= line", ErrMalformed, key)
		}
		if ok {
			b.WriteString(string(key) + "=" + value + "\r\n")
		}
	}
	for _, a := range attrs {
		b.WriteString("a=" + a + "\r\n")
	}
	return b.String(), sections, nil
}
