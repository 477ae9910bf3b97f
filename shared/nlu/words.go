package nlu

import (
	"cmp"
	"fmt"
	"slices"
)

// Word is a keyword of Options.Words that a sentence holds.
type Word struct {
	Number int // in Options.Words
	// Heard is what was written where it only sounds like the keyword; otherwise it is empty.
	Heard string
	// Score lies in 0..1, as that of a Match does.
	Score float64
}

// newWords makes the keywords ready; there are as many rules.
func newWords(list []string, others int) (*ruleset, error) {
	if others+len(list) > maxKeywords {
		return nil, fmt.Errorf("nlu: the script has more than %d keywords; remove some", maxKeywords)
	}
	s := newRuleset(keywordSlots)
	for _, w := range list {
		if err := s.add(Rule{Name: w, Intent: Intent(w), Keywords: []string{w}}, 0); err != nil {
			return nil, fmt.Errorf("nlu: %w", err)
		}
	}
	return s, nil
}

// Words finds which of Options.Words a sentence holds, in their order. They fit as the keywords of a rule do: a negator
// turns them, and two syllables and more are found by their sound, unless what was written is itself a word of a rule.
// Unlike the keywords of rules they do not compete: one that is a part of another is found as well.
func (m *Matcher) Words(text string) []Word {
	if len(m.words.rules) == 0 {
		return nil
	}
	heard, _ := m.correct.apply(fold(text))
	t := m.worded(heard)
	if len(t.text) == 0 {
		return nil
	}
	var buf [32]hit
	var claimed []hit
	known := false
	var out []Word
	for _, h := range m.words.worded(&t, buf[:0]) {
		w := Word{Number: int(h.rule), Score: h.score}
		if h.near != written {
			if !known {
				claimed, known = m.builtin.hits(&t, m.script.hits(&t, nil)), true
			}
			if overlapped(h, claimed) {
				continue
			}
			w.Heard = string(t.text[h.at : h.at+h.n])
		}
		out = append(out, w)
	}
	slices.SortFunc(out, func(a, b Word) int { return cmp.Compare(a.Number, b.Number) })
	return out
}
