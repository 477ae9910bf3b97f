package errs

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// OneLine tells whether a text can stand as a name wherever names stand: a log, a header, a table. Line ends in all their
// forms, other control characters and marks that turn the direction of the text around them cannot.
func OneLine(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, unruly)
}

// Printable tells the same of a text of several lines.
func Printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return unruly(r) && r != '\n' && r != '\r' && r != '\t'
	})
}

func unruly(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp) || (r >= 0x202a && r <= 0x202e) || (r >= 0x2066 && r <= 0x2069)
}
