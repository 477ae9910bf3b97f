package nlu

import (
	"strings"
	"unicode"
)

// maxRunes bounds what is looked at: nobody says more in one turn, and a provider may send anything.
const maxRunes = 400

// boundary separates clauses in normalised text. Negation does not reach across it.
const boundary = '|'

// Normalize folds text to the form that rules are written in: half width, lower case, no fillers, words of Latin
// script separated by one space, clauses separated by '|'.
func Normalize(text string) string { return string(normalize(text)) }

func normalize(text string) []rune { return dropFillers(fold(text)) }

// fold is the first half: the text as letters, digits and boundaries, with nothing dropped that was said.
func fold(text string) []rune {
	out := make([]rune, 0, 40)
	space, pause := false, spacedClauses(text)
	n := 0
	for _, r := range text {
		if n++; n > maxRunes {
			break
		}
		switch r = unicode.ToLower(halfWidth(r)); {
		case r >= 0x4E00 && r <= 0x9FFF:
			if s, ok := simplified[r]; ok {
				r = s
			}
			if space && pause && len(out) > 0 && !wordy(out[len(out)-1]) && out[len(out)-1] != boundary {
				out = append(out, boundary)
			}
			space = false
			out = append(out, r)
		case r == '\'' || r == '’':
			continue // don't -> dont
		case strings.ContainsRune(clauseEnds, r):
			if len(out) > 0 && out[len(out)-1] != boundary {
				out = append(out, boundary)
			}
			space = false
		case unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r):
			if space && len(out) > 0 && wordy(out[len(out)-1]) && wordy(r) {
				out = append(out, ' ')
			}
			space = false
			out = append(out, r)
		default:
			space = true
		}
	}
	if len(out) > 0 && out[len(out)-1] == boundary {
		out = out[:len(out)-1]
	}
	return out
}

// spacedClauses tells whether the spaces in Chinese text part clauses. Some recognisers put one where a speaker pauses,
// others between all words or characters.
func spacedClauses(text string) bool {
	runs, runes, inside := 0, 0, false
	n := 0
	for _, r := range text {
		if n++; n > maxRunes {
			break
		}
		if unicode.Is(unicode.Han, r) {
			if !inside {
				runs++
			}
			inside = true
			runes++
		} else if r == ' ' || r == '\u3000' {
			inside = false
		}
	}
	return runs > 1 && 2*runes >= 5*runs
}

const clauseEnds = ",.!?;:、。，！？；：…\n"

// halfWidth turns full-width forms into the half-width ones.
func halfWidth(r rune) rune {
	switch {
	case r >= 0xFF01 && r <= 0xFF5E:
		return r - 0xFEE0
	case r == 0x3000:
		return ' '
	}
	return r
}

// wordy tells letters of scripts that put spaces between words.
func wordy(r rune) bool { return !unicode.Is(unicode.Han, r) && r != boundary }

// Fillers carry no meaning wherever they stand; the leading ones only at the beginning of a clause, because inside a
// clause the same characters are words.
var (
	fillers        = [][]rune{[]rune("呃"), []rune("额"), []rune("唉"), []rune("诶"), []rune("欸")}
	leadingFillers = [][]rune{[]rune("那个"), []rune("这个"), []rune("就是说"), []rune("然后"), []rune("其实"), []rune("um "), []rune("uh "), []rune("well ")}
	// trailing particles soften a clause and change no intent.
	particles = []rune("啊呀呢吧哈嘛哦噢哇啦咯嘞")
)

func dropFillers(in []rune) []rune {
	out := make([]rune, 0, len(in))
	clause := make([]rune, 0, len(in))
	flush := func() {
		c := trimClause(clause)
		if len(c) > 0 {
			if len(out) > 0 {
				out = append(out, boundary)
			}
			out = append(out, c...)
		}
		clause = clause[:0]
	}
	for i := 0; i < len(in); i++ {
		if in[i] == boundary {
			flush()
			continue
		}
		clause = append(clause, in[i])
	}
	flush()
	return out
}

// trimClause removes fillers but never all of a clause: a lone 额 is still something that was said.
func trimClause(c []rune) []rune {
	kept := make([]rune, 0, len(c))
	for i := 0; i < len(c); {
		if n := prefix(c[i:], fillers); n > 0 && len(c) > n {
			i += n
			continue
		}
		kept = append(kept, c[i])
		i++
	}
	for {
		n := prefix(kept, leadingFillers)
		if n == 0 || n >= len(kept) || n == len(kept)-1 && containsRune(particles, kept[n]) {
			break
		}
		kept = kept[n:]
	}
	for len(kept) > 1 && containsRune(particles, kept[len(kept)-1]) {
		kept = kept[:len(kept)-1]
	}
	if len(kept) == 0 {
		return append([]rune(nil), c...)
	}
	return kept
}

func prefix(s []rune, of [][]rune) int {
	for _, p := range of {
		if hasPrefix(s, p) {
			return len(p)
		}
	}
	return 0
}

func hasPrefix(s, p []rune) bool {
	if len(s) < len(p) {
		return false
	}
	for i := range p {
		if s[i] != p[i] {
			return false
		}
	}
	return true
}

func hasSuffix(s, p []rune) bool {
	return len(s) >= len(p) && hasPrefix(s[len(s)-len(p):], p)
}

func containsRune(set []rune, r rune) bool {
	for _, x := range set {
		if x == r {
			return true
		}
	}
	return false
}
