package importer

import (
	"bytes"
	"strconv"
)

// rowScanner looks for row elements in a sheet's text as it is unpacked, at the speed of a byte search, to learn how far
// the sheet goes.
type rowScanner struct {
	last    int    // the highest row number
	current int    // that of the row found last; a row without a number follows it
	pending []byte // may be the beginning of a start tag
	tail    []byte
}

const (
	// maxTag is enough for a row's start tag as spreadsheets write it.
	maxTag = 4096
	// maxPrefix is enough for "<", a namespace prefix and what of "row" was written.
	maxPrefix = 64
)

var rowName = []byte("row")

func (s *rowScanner) Write(p []byte) (int, error) {
	if len(p) >= maxPrefix {
		s.tail = append(s.tail[:0], p[len(p)-maxPrefix:]...)
	} else {
		s.tail = append(s.tail, p...)
		s.tail = s.tail[max(0, len(s.tail)-maxPrefix):]
	}
	buf := append(s.pending, p...)
	pos := 0
	for {
		i := bytes.Index(buf[pos:], rowName)
		if i < 0 {
			pos = max(pos, len(buf)-maxPrefix)
			break
		}
		i += pos
		after := i + len(rowName)
		if !beginsTag(buf[:i]) {
			pos = after
			continue
		}
		end := bytes.IndexByte(buf[after:], '>')
		if end < 0 {
			if len(buf)-i > maxTag {
				pos = after
				continue
			}
			pos = max(pos, i-maxPrefix)
			break // the rest comes with the next write
		}
		end += after
		pos = after
		if bytes.IndexByte([]byte(" >/\t\r\n"), buf[after]) >= 0 {
			s.row(buf[after:end])
			pos = end
		}
	}
	s.pending = append(s.pending[:0], buf[pos:]...)
	return len(p), nil
}

// beginsTag tells whether "<" or "<prefix:" stands right before a name.
func beginsTag(before []byte) bool {
	if len(before) == 0 {
		return false
	}
	if before[len(before)-1] == '<' {
		return true
	}
	if before[len(before)-1] != ':' {
		return false
	}
	before = before[max(0, len(before)-maxPrefix) : len(before)-1]
	i := bytes.LastIndexByte(before, '<')
	return i >= 0 && !bytes.ContainsAny(before[i+1:], "/> \t\r\n")
}

// row notes one start tag by its attributes (ECMA-376 part 1, 18.3.1.73: r is optional).
func (s *rowScanner) row(attrs []byte) {
	s.current++
	for _, a := range bytes.Fields(attrs) {
		if v, ok := bytes.CutPrefix(a, []byte("r=")); ok {
			if n, err := strconv.Atoi(string(bytes.Trim(v, `"'/`))); err == nil && n > 0 {
				s.current = n
			}
			break
		}
	}
	s.last = max(s.last, s.current)
}

// complete tells whether the sheet's text goes to its end.
func (s *rowScanner) complete() bool {
	tail := bytes.TrimSpace(s.tail)
	return bytes.HasSuffix(tail, []byte("worksheet>")) || bytes.HasSuffix(tail, []byte("worksheet >"))
}
