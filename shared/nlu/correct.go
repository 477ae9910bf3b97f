package nlu

import (
	"fmt"
	"sort"
	"strings"
	"unicode/utf8"
)

// corrector puts what was meant for what a recogniser heard.
type corrector struct {
	heard trie
	pairs []correction
}

type correction struct {
	name  string
	meant []rune
}

const maxCorrections = 2000

func newCorrector(pairs map[string]string) (*corrector, error) {
	if len(pairs) == 0 {
		return nil, nil //nolint:nilnil // no corrections is not an error, and no corrector corrects nothing
	}
	if len(pairs) > maxCorrections {
		return nil, fmt.Errorf("nlu: %d corrections are too many; at most %d", len(pairs), maxCorrections)
	}
	c := &corrector{heard: newTrie()}
	heards := make([]string, 0, len(pairs))
	for h := range pairs {
		heards = append(heards, h)
	}
	sort.Strings(heards)
	for _, h := range heards {
		from, to := stripBoundaries(fold(h)), fold(pairs[h])
		if len(from) == 0 || max(utf8.RuneCountInString(h), utf8.RuneCountInString(pairs[h])) > maxRunes {
			return nil, fmt.Errorf("nlu: correction %.40q: what was heard has no letter or digit, or one side has more than %d", h, maxRunes)
		}
		n := int32(len(c.pairs)) //nolint:gosec // bounded by maxCorrections
		if c.heard.add(from, n) == n {
			c.pairs = append(c.pairs, correction{h + " → " + strings.TrimSpace(pairs[h]), to})
		}
	}
	return c, nil
}

// apply replaces from left to right, the longest first, and never looks at what it put there.
func (c *corrector) apply(text []rune) (out []rune, name string) {
	if c == nil {
		return text, ""
	}
	for i := 0; i < len(text); {
		which, n := int32(-1), 0
		c.heard.each(text, i, func(w int32, k int) {
			if wholeWord(text, i, k) {
				which, n = w, k
			}
		})
		if which < 0 {
			if name != "" {
				out = append(out, text[i])
			}
			i++
			continue
		}
		if name == "" {
			name = c.pairs[which].name
			out = append(make([]rune, 0, len(text)+16), text[:i]...)
		}
		out = append(out, c.pairs[which].meant...)
		i += n
	}
	if name == "" {
		return text, ""
	}
	return out[:min(len(out), maxRunes)], name
}

// wholeWord refuses a Latin word inside another.
func wholeWord(t []rune, at, n int) bool {
	return (at == 0 || !latin(t[at]) || !latin(t[at-1])) && (at+n == len(t) || !latin(t[at+n-1]) || !latin(t[at+n]))
}
