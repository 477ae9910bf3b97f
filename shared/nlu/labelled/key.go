package labelled

import (
	"strings"
	"unicode"
)

// particles carry no meaning of their own: sentences that differ by nothing else are one sentence.
const particles = "啊呀呢吧吗嘛哦噢喔嗯呃额哎诶欸哈啦咯嘞哟哇喽呗的了么得地哩呐唉"

// Key is what a sentence is known by when it is given to one file or another: its letters and digits without particles, or
// all of them where nothing is left.
func Key(text string) string {
	said := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
	key := strings.Map(func(r rune) rune {
		if strings.ContainsRune(particles, r) {
			return -1
		}
		return r
	}, said)
	if key == "" {
		return said
	}
	return key
}

// Without leaves out the sentences whose key is that of one of others, so that nothing is learnt that something else is
// to be measured by.
func Without(sentences, others []Sentence) []Sentence {
	held := make(map[string]bool, len(others))
	for _, s := range others {
		held[Key(s.Text)] = true
	}
	var out []Sentence
	for _, s := range sentences {
		if !held[Key(s.Text)] {
			out = append(out, s)
		}
	}
	return out
}
