package access

import (
	"strings"
	"unicode/utf8"
)

// hidden stands for the digits that a masked number does not show. It is as long for every number.
const hidden = "****"

// shortest is the number of digits from which on a run of them is taken for a telephone number.
const shortest = 7

// MaskNumber hides the middle of a telephone number: 138****5678. A landline keeps its area code, a number that is too
// short to have a middle keeps nothing, and so does what is no number.
func MaskNumber(s string) string {
	if s == "" {
		return ""
	}
	digits, international := strings.Builder{}, false
	for i, r := range s {
		d, ok := digitOf(r)
		switch {
		case ok:
			digits.WriteByte(d)
		case i == 0 && (r == '+' || r == '＋'):
			international = true
		case !between(r):
			return hidden
		}
	}
	return maskDigits(digits.String(), international)
}

// maskDigits keeps three digits at the front and four at the end, and hides four at the least.
func maskDigits(d string, international bool) string {
	n := len(d)
	if n < shortest {
		return hidden
	}
	shown := min(n-4, 7)
	last := min(4, (shown+1)/2)
	first := shown - last
	if area := areaCode(d); area > first && !international && n-area-4 > 0 {
		first, last = area, min(4, n-area-4)
	}
	sign := ""
	if international {
		sign = "+"
	}
	return sign + d[:first] + hidden + d[n-last:]
}

// areaCode is how many digits of a Chinese landline name the city; zero for other numbers.
func areaCode(d string) int {
	if len(d) < 10 || len(d) > 12 || d[0] != '0' {
		return 0
	}
	if d[1] == '1' || d[1] == '2' {
		return 3
	}
	return 4
}

// MaskText hides telephone numbers in a sentence: every run of seven digits or more, written in any of the ways in which
// people write and recognisers hear them, with or without blanks and hyphens between.
func MaskText(s string) string {
	var out strings.Builder
	for i := 0; i < len(s); {
		run, digits := digitRun(s[i:])
		switch {
		case run == 0:
			_, size := utf8.DecodeRuneInString(s[i:])
			out.WriteString(s[i : i+size])
			i += size
		case len(digits) < shortest:
			out.WriteString(s[i : i+run])
			i += run
		default:
			out.WriteString(maskDigits(digits, false))
			i += run
		}
	}
	return out.String()
}

// digitRun measures the run of digits at the beginning of the text, with what stands between them, and reads them.
func digitRun(s string) (size int, digits string) {
	var read strings.Builder
	gap := 0
	for i, r := range s {
		d, ok := digitOf(r)
		if ok {
			read.WriteByte(d)
			size, gap = i+utf8.RuneLen(r), 0
			continue
		}
		if gap++; read.Len() == 0 || gap > 2 || !between(r) {
			break
		}
	}
	return size, read.String()
}

// spoken are the Chinese numerals in which numbers are told digit by digit; 幺 is the one of telephone numbers.
var spoken = map[rune]byte{'零': '0', '〇': '0', '一': '1', '幺': '1', '二': '2', '两': '2', '三': '3', '四': '4', '五': '5', '六': '6', '七': '7', '八': '8', '九': '9'}

func digitOf(r rune) (byte, bool) {
	switch {
	case r >= '0' && r <= '9':
		return byte(r), true
	case r >= '０' && r <= '９':
		return byte(r-'０') + '0', true
	}
	d, ok := spoken[r]
	return d, ok
}

// between tells what may stand between the digits of one number.
func between(r rune) bool {
	return strings.ContainsRune(" -.()/·、，,\u00a0\u3000‐‑–—（）－", r)
}
