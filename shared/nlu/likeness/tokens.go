// Package likeness owns how alike sentences are: the pieces they are compared by, an index that finds the nearest of known
// sentences, and a classifier learnt from labelled ones.
//
// It knows no rules and no negation, and takes normalised text: half width, lower case, clauses separated by '|'.
package likeness

import (
	"unicode"

	"github.com/outdial/outdial/shared/nlu/pinyin"
)

// token is a Chinese character, a word or number of another script, or the end of a clause.
type token struct {
	char  uint32 // as it is written
	sound uint32 // as a recogniser hears it
}

const (
	edge     = 1 // before the first and after the last token
	boundary = '|'
)

// Feature is a hashed piece of a sentence: one, two or three tokens, written or heard, or the kinds of its words.
type Feature = uint32

const (
	one = iota + 1
	two
	three
	apart // two tokens with one to five between
	heardOne
	heardTwo
	heardThree
	kindOne
	kindTwo
	kindThree
	kindGap
	kindPair // two kinds with whatever between
)

func tokens(text []rune, out []token) []token {
	out = append(out, token{edge, edge})
	for i := 0; i < len(text); i++ {
		r := text[i]
		switch {
		case r == ' ':
		case r == boundary:
			out = append(out, token{boundary, boundary})
		case unicode.IsNumber(r) && r < 0x250:
			for i+1 < len(text) && text[i+1] < 0x250 && unicode.IsNumber(text[i+1]) {
				i++
			}
			out = append(out, token{'0', '0'}) // one number is like another
		case r < 0x2E80:
			h := uint32(2166136261)
			for ; i < len(text) && text[i] < 0x2E80 && text[i] != ' ' && text[i] != boundary; i++ {
				h = (h ^ uint32(text[i])) * 16777619 //nolint:gosec // a rune is not negative
			}
			i--
			out = append(out, token{h | 1<<31, h | 1<<31})
		default:
			t := token{char: uint32(r)} //nolint:gosec // a rune is not negative
			if s := pinyin.Of(r).Folded(); s != 0 {
				t.sound = uint32(s)
			} else {
				t.sound = t.char
			}
			out = append(out, t)
		}
	}
	return append(out, token{edge, edge})
}

// farthest is how many tokens on two are still looked at together.
const farthest = 6

// Features appends the pieces of a sentence, each once or more, as often as it holds them.
func Features(text []rune, out []Feature) []Feature {
	var buf [64]token
	ts := tokens(text, buf[:0])
	for i := 1; i < len(ts); i++ {
		b, c := ts[i-1], ts[i]
		if i < len(ts)-1 {
			out = append(out, hash(one, c.char, 0, 0), hash(heardOne, c.sound, 0, 0))
		}
		out = append(out, hash(two, b.char, c.char, 0), hash(heardTwo, b.sound, c.sound, 0))
		if i >= 2 {
			a := ts[i-2]
			out = append(out, hash(three, a.char, b.char, c.char), hash(heardThree, a.sound, b.sound, c.sound))
		}
		for _, d := range ts[min(len(ts), i+1):min(len(ts), i+farthest)] {
			out = append(out, hash(apart, b.char, d.char, 0))
		}
	}
	return appendKinds(text, out)
}

// Pieces are the features that sentences are compared by: single tokens and pairs.
func Pieces(text []rune, out []Feature) []Feature {
	var buf [64]token
	ts := tokens(text, buf[:0])
	for i := 1; i < len(ts); i++ {
		b, c := ts[i-1], ts[i]
		if i < len(ts)-1 {
			out = append(out, hash(one, c.char, 0, 0))
		}
		out = append(out, hash(two, b.char, c.char, 0), hash(heardTwo, b.sound, c.sound, 0))
	}
	return out
}

func hash(kind, a, b, c uint32) Feature {
	h := kind * 0x9E3779B1
	for _, x := range [...]uint32{a, b, c} {
		h ^= x
		h *= 0x85EBCA6B
		h ^= h >> 15
	}
	h *= 0xC2B2AE35
	return h ^ h>>16
}
