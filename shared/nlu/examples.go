package nlu

import (
	"github.com/outdial/outdial/shared/nlu/likeness"
)

// exampleSet is the sentences that rules give as examples.
type exampleSet struct {
	texts   []string
	rules   []int32
	refusal []bool // the example itself holds a negator
	index   *likeness.Index
}

const (
	// leastAlike is how alike a sentence must be to an example, and leadAlike by how much it must lead over the nearest
	// example of another intent.
	leastAlike = 0.42
	leadAlike  = 0.06
)

func (e *exampleSet) add(rule int32, text string) {
	e.texts = append(e.texts, text)
	e.rules = append(e.rules, rule)
}

// build makes the index, once all examples are known.
func (e *exampleSet) build(background *likeness.Index) {
	if len(e.texts) == 0 {
		return
	}
	sentences := make([][]rune, len(e.texts))
	for i, t := range e.texts {
		sentences[i] = normalize(t)
		e.refusal = append(e.refusal, odd(sentences[i]))
	}
	e.index = likeness.NewIndex(sentences, background)
}

// similar adds a hit where one rule's examples are much alike, and clearly more so than those of any other intent.
func (s *ruleset) similar(t *sentence, out []hit) []hit {
	e := &s.examples
	if e.index == nil {
		return out
	}
	var buf [128]likeness.Feature
	pieces := likeness.Pieces(t.text, buf[:0])
	turned := odd(t.text)
	best, ok := e.index.Nearest(pieces, func(i int) bool { return e.refusal[i] == turned || s.rules[e.rules[i]].Topic })
	if !ok || best.Likeness < leastAlike {
		return out
	}
	r := e.rules[best.Sentence]
	intent := s.rules[r].Intent
	second, _ := e.index.Nearest(pieces, func(i int) bool { return s.rules[e.rules[i]].Intent != intent })
	if best.Likeness < second.Likeness+leadAlike {
		return out
	}
	return append(out, hit{intent: intent, rule: r, keyword: -1, label: "like " + e.texts[best.Sentence], near: alike, n: int32(len(t.text)), //nolint:gosec // bounded by maxRunes
		score: s.rules[r].Weight * float64(best.Likeness)})
}

// odd tells whether a sentence denies: its negators do not cancel out, and it is no A-not-A question.
func odd(t []rune) bool {
	n := 0
	for p := 0; p < len(t); {
		k := prefix(t[p:], negators)
		if k == 0 || !wordStart(t[:p+k], k) {
			p++
			continue
		}
		if p == 0 || p+k >= len(t) || t[p-1] != t[p+k] && t[p-1] != t[p+k-1] {
			n++
		}
		p += k
	}
	return n%2 == 1
}
