package wire

import "strings"

// unsafe are the printable characters that the switch percent-encodes in event values (switch_utils.h,
// SWITCH_URL_UNSAFE); controls and bytes past '~' are encoded as well.
const unsafe = " #%&+:;<=>?@[\\]^`{|}\""

const hexDigits = "0123456789ABCDEF"

// AppendEscaped appends s percent-encoded as the switch does in events.
func AppendEscaped(dst []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c < ' ' || c > '~' || strings.IndexByte(unsafe, c) >= 0 {
			dst = append(dst, '%', hexDigits[c>>4], hexDigits[c&15])
			continue
		}
		dst = append(dst, c)
	}
	return dst
}

// Unescape decodes percent-encoding. A percent sign that starts no code stands for itself, as in the switch.
func Unescape(s string) string {
	at := strings.IndexByte(s, '%')
	if at < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for at >= 0 {
		b.WriteString(s[:at])
		s = s[at:]
		if len(s) >= 3 && unhex(s[1]) >= 0 && unhex(s[2]) >= 0 {
			b.WriteByte(byte(unhex(s[1])<<4 | unhex(s[2])))
			s = s[3:]
		} else {
			b.WriteByte('%')
			s = s[1:]
		}
		at = strings.IndexByte(s, '%')
	}
	b.WriteString(s)
	return b.String()
}

func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	}
	return -1
}
