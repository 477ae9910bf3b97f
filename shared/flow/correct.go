package flow

import (
	"slices"
	"strings"
	"unicode"

	"github.com/outdial/outdial/shared/script"
)

// corrector puts what was meant in the place of what a recogniser hears, by the first character.
type corrector map[rune][]correction

type correction struct {
	heard []rune
	meant string
	name  string
}

func newCorrector(all []script.Correction) corrector {
	if len(all) == 0 {
		return nil
	}
	c := corrector{}
	for _, one := range all {
		heard := fold([]rune(one.Heard))
		if len(heard) > 0 {
			c[heard[0]] = append(c[heard[0]], correction{heard, one.Meant, one.Heard + " → " + one.Meant})
		}
	}
	for _, list := range c {
		slices.SortStableFunc(list, func(a, b correction) int { return len(b.heard) - len(a.heard) })
	}
	return c
}

// apply replaces from left to right, the longest first, and never looks at what it put there. It names the first
// correction that was made.
func (c corrector) apply(text string) (out, name string) {
	if c == nil {
		return text, ""
	}
	said := spaced([]rune(text))
	folded := fold(said)
	var b strings.Builder
next:
	for i := 0; i < len(said); {
		for _, one := range c[folded[i]] {
			if end := i + len(one.heard); end <= len(folded) && slices.Equal(folded[i:end], one.heard) && wholeWord(folded, i, end) {
				b.WriteString(one.meant)
				if name == "" {
					name = one.name
				}
				i = end
				continue next
			}
		}
		b.WriteRune(said[i])
		i++
	}
	if name == "" {
		return text, ""
	}
	return b.String(), name
}

// spaced drops the spaces that some recognisers put between Chinese characters.
func spaced(in []rune) []rune {
	out := make([]rune, 0, len(in))
	for i, r := range in {
		if r == ' ' && i > 0 && i+1 < len(in) && unicode.Is(unicode.Han, in[i-1]) && unicode.Is(unicode.Han, in[i+1]) {
			continue
		}
		out = append(out, r)
	}
	return out
}

// fold makes capitals small and full-width forms half-width, character by character.
func fold(in []rune) []rune {
	out := make([]rune, len(in))
	for i, r := range in {
		if r >= 0xFF01 && r <= 0xFF5E {
			r -= 0xFEE0
		}
		out[i] = unicode.ToLower(r)
	}
	return out
}

// wholeWord refuses a word of letters inside another.
func wholeWord(t []rune, from, to int) bool {
	latin := func(r rune) bool { return r < 0x250 && unicode.IsLetter(r) }
	return !(from > 0 && latin(t[from-1]) && latin(t[from])) && !(to < len(t) && latin(t[to]) && latin(t[to-1]))
}
