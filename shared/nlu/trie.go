package nlu

import "github.com/outdial/outdial/shared/nlu/pinyin"

// trie finds, from any place of a sentence on, all of thousands of words at once.
type trie struct {
	edges map[uint64]int32
	words []int32 // by node: the word that ends there plus one, or 0
}

func newTrie() trie { return trie{edges: map[uint64]int32{}, words: []int32{0}} }

func edge(node int32, r rune) uint64 {
	return uint64(uint32(node))<<32 | uint64(uint32(r)) //nolint:gosec // neither is negative
}

// add stores a word and tells the number that it is known by, which is an older one where the word was there before.
func (t *trie) add(word []rune, number int32) int32 {
	node := int32(0)
	for _, r := range word {
		next, ok := t.edges[edge(node, r)]
		if !ok {
			next = int32(len(t.words)) //nolint:gosec // bounded by the keywords of a script
			t.words = append(t.words, 0)
			t.edges[edge(node, r)] = next
		}
		node = next
	}
	if t.words[node] == 0 {
		t.words[node] = number + 1
	}
	return t.words[node] - 1
}

// each calls found with every word that begins at text[at] and with its length.
func (t *trie) each(text []rune, at int, found func(word int32, n int)) {
	node := int32(0)
	for i := at; i < len(text); i++ {
		next, ok := t.edges[edge(node, text[i])]
		if !ok {
			return
		}
		node = next
		if w := t.words[node]; w != 0 {
			found(w-1, i+1-at)
		}
	}
}

// sounds are the syllables of a text as a recogniser may mix them up; what has none stands for itself.
func sounds(text, out []rune) []rune {
	for _, r := range text {
		if s := pinyin.Of(r).Folded(); s != 0 {
			r = soundBase + rune(s)
		}
		out = append(out, r)
	}
	return out
}

// soundBase lies in a private plane, where no letter is.
const soundBase = 0xF0000
