package access

import (
	"regexp"
	"strings"
)

// MaskNumber hides the middle of a telephone number: 138****5678. A short number keeps its first digit only.
func MaskNumber(number string) string {
	n := len(number)
	switch {
	case n == 0:
		return ""
	case n < 7:
		return number[:1] + strings.Repeat("*", n-1)
	case n < 11:
		return number[:2] + strings.Repeat("*", n-4) + number[n-2:]
	}
	return number[:3] + strings.Repeat("*", n-7) + number[n-4:]
}

// inText finds what may be a telephone number in a text: seven digits or more, in a row or with single blanks and hyphens
// between them.
var inText = regexp.MustCompile(`\+?[0-9](?:[ -]?[0-9]){6,}`)

// MaskText hides the middle of every number in a text that somebody wrote or said.
func MaskText(s string) string {
	return inText.ReplaceAllStringFunc(s, func(found string) string {
		digits := strings.Map(func(r rune) rune {
			if r == ' ' || r == '-' {
				return -1
			}
			return r
		}, found)
		return MaskNumber(digits)
	})
}
