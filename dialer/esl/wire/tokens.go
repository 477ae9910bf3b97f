package wire

import "strings"

// Fields splits the arguments of an api command at blanks, at most max of them; the last one keeps the rest. Quotes
// group, a backslash escapes (switch_utils.c, separate_string_blank_delim).
func Fields(s string, max int) []string { return split(s, ' ', max) }

// split cuts s at delim as the switch does: quotes hide the delimiter, a backslash hides the character after it; both
// are taken out of the parts, and blanks around a part go.
func split(s string, delim byte, max int) []string {
	var parts []string
	for s != "" && len(parts) < max {
		if delim == ' ' {
			s = strings.TrimLeft(s, " ")
			if s == "" && len(parts) > 0 {
				break
			}
		}
		end := len(s)
		if len(parts) < max-1 {
			end = partEnd(s, delim)
		}
		parts = append(parts, clean(s[:end], delim))
		if end == len(s) {
			break
		}
		s = s[end+1:]
	}
	return parts
}

func partEnd(s string, delim byte) int {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\':
			i++
		case s[i] == '\'' && (quoted || delim == ' ' || strings.IndexByte(s[i+1:], '\'') >= 0):
			quoted = !quoted
		case s[i] == delim && !quoted:
			return i
		}
	}
	return len(s)
}

// clean takes quotes, escapes and outer blanks off a part (switch_utils.c, cleanup_separated_string).
func clean(s string, delim byte) string {
	s = strings.TrimLeft(s, " ")
	out := make([]byte, 0, len(s))
	end, quoted := 0, false
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '\\' && i+1 < len(s) {
			if e, ok := unescaped(s[i+1], delim); ok {
				out = append(out, e)
				end = len(out)
				i++
				continue
			}
		}
		if c == '\'' && (quoted || strings.IndexByte(s[i+1:], '\'') >= 0) {
			if quoted = !quoted; quoted {
				end = len(out)
			}
			continue
		}
		out = append(out, c)
		if c != ' ' || quoted {
			end = len(out)
		}
	}
	return string(out[:end])
}

func unescaped(c, delim byte) (byte, bool) {
	switch c {
	case '\'', '"', '\\':
		return c, true
	case 'n':
		return '\n', true
	case 'r':
		return '\r', true
	case 't':
		return '\t', true
	case 's':
		return ' ', true
	}
	// A blank as the delimiter is not an escape (cleanup is called with no delimiter then).
	return c, delim != ' ' && c == delim
}
