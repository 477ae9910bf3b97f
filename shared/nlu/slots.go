package nlu

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/outdial/outdial/shared/nlu/pinyin"
)

// slot is a place in a keyword: one of several words, and how far from the one before it.
type slot struct {
	words    [][]rune
	optional bool
	gap      gap
	// What a word may begin with, as bits: a place that has neither bit is passed over at once.
	chars, heard uint64
	sounds       []rune // by word: what its first character sounds like
}

func bit(r rune) uint64 { return 1 << (uint32(r) & 63) } //nolint:gosec // a rune is not negative

// ready notes what the words of the slots begin with.
func ready(slots []slot) []slot {
	for i := range slots {
		for _, w := range slots[i].words {
			slots[i].chars |= bit(w[0])
			slots[i].sounds = sounds(w[:1], slots[i].sounds)
			if len(w) > 1 {
				slots[i].heard |= bit(slots[i].sounds[len(slots[i].sounds)-1])
			}
		}
	}
	return slots
}

// gap is what may lie between two places of a keyword.
type gap uint8

const (
	nothing  gap = iota
	pause        // nothing but the end of a clause
	little       // up to nearby characters of the same clause
	anything     // the same sentence
)

const nearby = 3

// keywordSlots reads a keyword of a script: words in order, with '&' between. Where it has punctuation (好的，谢谢) the
// recogniser may write some or none.
func keywordSlots(w string) ([]slot, error) {
	var out []slot
	for p := range strings.SplitSeq(w, "&") {
		n := normalize(p)
		if len(n) == 0 {
			return nil, fmt.Errorf("keyword %q holds no letter or digit", w)
		}
		next := anything
		for from := 0; from <= len(n); {
			to := from + max(0, slices.Index(n[from:], boundary))
			if to == from {
				to = len(n)
			}
			out = append(out, slot{words: [][]rune{n[from:to]}, gap: next})
			from, next = to+1, pause
		}
	}
	return ready(out), nil
}

// builtinSlots reads a keyword of the built-in tables: (晚点|回头)&打, (不|没)想(买|), 找~经理. An underscore is a space.
func builtinSlots(w string) ([]slot, error) {
	var out []slot
	w = strings.ReplaceAll(w, "_", " ")
	next := nothing
	for w != "" {
		var word string
		bracketed := w[0] == '('
		switch w[0] {
		case '&':
			next, w = anything, w[1:]
			continue
		case '~':
			next, w = little, w[1:]
			continue
		case '(':
			end := strings.IndexByte(w, ')')
			if end < 0 {
				return nil, fmt.Errorf("keyword %q: a bracket is not closed", w)
			}
			word, w = w[1:end], w[end+1:]
		default:
			end := strings.IndexAny(w, "(&~")
			if end < 0 {
				end = len(w)
			}
			word, w = w[:end], w[end:]
		}
		s := slot{gap: next}
		next = nothing
		for choice := range strings.SplitSeq(word, "|") {
			n := foldKeepingSpaces(choice)
			if len(n) == 0 {
				s.optional = true
				continue
			}
			if w == "" {
				for len(n) > 0 && containsRune(particles, n[len(n)-1]) && (len(n) > 1 || len(out) > 0) {
					n = n[:len(n)-1]
				}
			}
			// What is only a particle at the end of a clause is gone from the sentence, too; and what shrinks to one
			// character hides in too many words.
			if shrunk := len(n) == 1 && utf8.RuneCountInString(choice) > 1; len(n) > 0 && (!shrunk || !bracketed || len(out) > 0) && !slices.ContainsFunc(s.words, func(x []rune) bool { return slices.Equal(x, n) }) {
				s.words = append(s.words, n)
			}
		}
		if len(s.words) > 0 {
			out = append(out, s)
		}
	}
	// A keyword begins with something.
	if len(out) == 0 || !slices.ContainsFunc(out, func(s slot) bool { return !s.optional }) {
		return nil, fmt.Errorf("keyword %q may be empty", w)
	}
	return ready(out), nil
}

func foldKeepingSpaces(w string) []rune {
	n := stripBoundaries(fold(w))
	if strings.HasPrefix(w, " ") {
		n = append([]rune{' '}, n...)
	}
	if strings.HasSuffix(w, " ") && len(w) > 1 {
		n = append(n, ' ')
	}
	return n
}

// span is where something was found: its end, how many characters it matched, and how.
type span struct {
	end, matched int
	near         nearness
	touching     int // the end of what followed without a gap
}

// follow finds the places after the first. Over any gap the earliest word is taken; at a small one all are tried.
func (t *sentence) follow(slots []slot, from span, sounding bool) (span, bool) {
	if len(slots) == 0 {
		return from, true
	}
	s := &slots[0]
	furthest := from.end
	switch s.gap {
	case pause:
		if from.end < len(t.text) && t.text[from.end] == boundary {
			furthest++
		}
	case little:
		furthest = from.end + nearby
	case anything:
		furthest = len(t.text)
	}
	for at := from.end; at <= furthest && at < len(t.text); at++ {
		if s.gap == little && t.text[at] == boundary {
			break
		}
		if s.chars&bit(t.text[at]) == 0 && (!sounding || len(t.sound) == 0 || s.heard&bit(t.sound[at]) == 0) {
			continue
		}
		for i, w := range s.words {
			near, ok := t.reads(at, w, s.sounds[i], sounding)
			if !ok {
				continue
			}
			next := span{end: at + len(w), matched: from.matched + len(w), near: max(from.near, near), touching: from.touching}
			if at == from.touching {
				next.touching = next.end
			}
			if out, ok := t.follow(slots[1:], next, sounding); ok {
				return out, true
			}
			if s.gap == anything && len(s.words) == 1 {
				return span{}, false // a later one leaves even less to find
			}
		}
	}
	if s.optional {
		return t.follow(slots[1:], from, sounding)
	}
	return span{}, false
}

// reads tells whether a word, whose first sound is given, stands at a place, or what sounds like it.
func (t *sentence) reads(at int, w []rune, first rune, sounding bool) (nearness, bool) {
	if len(t.text)-at < len(w) {
		return 0, false
	}
	if t.text[at] == w[0] && hasPrefix(t.text[at:], w) {
		return written, wholeWord(t.text, at, len(w))
	}
	if !sounding || len(w) < 2 || len(t.sound) == 0 || t.sound[at] != first {
		return 0, false
	}
	return soundsLike(t.text[at:at+len(w)], w)
}

// soundsLike tells how near what was said is to a word; two syllables must be the same, more may be mixed up.
func soundsLike(said, word []rune) (nearness, bool) {
	near := homophone
	for i, r := range said {
		if r == word[i] {
			continue
		}
		switch pinyin.Close(pinyin.Of(r), pinyin.Of(word[i])) {
		case 0:
			return 0, false
		case 1:
			near = alike
		}
	}
	return near, near == homophone || len(word) > 2
}
