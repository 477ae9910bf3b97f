package script

import (
	"slices"
	"strings"
	"unicode"
)

// fold brings a keyword to the form in which two of them are the same: what the recogniser writes has neither capitals
// nor punctuation.
func fold(word string) string {
	return strings.Map(func(c rune) rune {
		if c >= 0xFF01 && c <= 0xFF5E {
			c -= 0xFEE0
		}
		if c == '&' || unicode.IsLetter(c) || unicode.IsNumber(c) || unicode.IsMark(c) {
			return unicode.ToLower(c)
		}
		return -1
	}, word)
}

// checkWords finds words that could lead to two places.
func checkWords(f *Flow, p *problems) {
	for _, id := range f.Order {
		checkKeywords(f.Nodes[id].Branches, p, id, "branches.")
	}
	checkKeywords(f.Anywhere, p, "", "anywhere.")

	type owner struct{ what, at string }
	owners := map[string]owner{}
	claim := func(word string, line int, by owner) {
		w := fold(word)
		first, taken := owners[w]
		switch {
		case !taken:
			owners[w] = by
		case first == by:
			p.warn(line, "", by.at, "%q stands in %s twice", clip(word), by.what)
		default:
			p.warn(line, "", by.at, "%q is ambiguous: it stands in %s and in %s", clip(word), first.what, by.what)
		}
	}
	for _, i := range f.Intents {
		by := owner{"intent " + i.Name, "intents." + i.Name}
		for _, w := range i.Keywords {
			claim(w, i.Line, by)
		}
		for _, w := range i.Whole {
			claim(w, i.Line, by)
		}
	}
	for _, q := range f.Questions {
		by := owner{"question " + q.ID, "questions." + q.ID}
		for _, w := range q.Variants {
			claim(w, q.Line, by)
		}
	}
	checkClaims(f, p)
}

// checkClaims finds keywords of branches that are also words of something that leads elsewhere: the branch takes them away
// from it.
func checkClaims(f *Flow, p *problems) {
	asks, means := map[string]string{}, map[string]string{} // by word: the question, the intent that has it first
	first := func(of map[string]string, word, name string) {
		if w := fold(word); of[w] == "" {
			of[w] = name
		}
	}
	answered := map[string]bool{} // intents that a question answers
	for _, q := range f.Questions {
		answered[q.Intent] = true
		for _, w := range q.Variants {
			first(asks, w, q.ID)
		}
	}
	for _, i := range f.Intents {
		for _, w := range slices.Concat(i.Keywords, i.Whole) {
			first(means, w, i.Name)
		}
	}
	anywhere := map[string]Branch{} // by keyword or intent
	for _, b := range f.Anywhere {
		anywhere[claimed(b)] = b
	}
	same := func(a, b Branch) bool { return a.To == b.To && a.Label == b.Label }
	each := func(list []Branch, node NodeID, under, here string) {
		own := map[string]Branch{}
		for _, b := range list {
			own[claimed(b)] = b
		}
		for _, b := range list {
			if b.On.Kind != OnKeyword {
				continue
			}
			tell := func(there string) {
				p.warn(b.Line, node, under+clip(b.On.String()), "%q is ambiguous: it stands in %s and in %s", clip(b.On.Value), here, there)
			}
			word := fold(b.On.Value)
			if other, ok := anywhere[claimed(b)]; ok && node != "" && !same(b, other) {
				tell("anywhere")
			}
			if q, ok := asks[word]; ok {
				tell("question " + q)
			}
			if i, ok := means[word]; ok {
				to, follows := own["intent "+fold(i)]
				if !follows {
					to, follows = anywhere["intent "+fold(i)]
				}
				if answered[i] || follows && !same(b, to) {
					tell("intent " + i)
				}
			}
		}
	}
	for _, id := range f.Order {
		each(f.Nodes[id].Branches, id, "branches.", "node "+string(id))
	}
	each(f.Anywhere, "", "anywhere.", "anywhere")
}

// claimed is what a branch waits for, in the form in which two are the same.
func claimed(b Branch) string { return string(b.On.Kind) + " " + fold(b.On.Value) }

// checkKeywords finds keywords of one list that never win: the first that is part of what was said is followed.
func checkKeywords(list []Branch, p *problems, node NodeID, under string) {
	var earlier []string
	for _, b := range list {
		if b.On.Kind != OnKeyword {
			continue
		}
		word := fold(b.On.Value)
		at := under + clip(b.On.String())
		for _, e := range earlier {
			if e == word {
				p.add(b.Line, node, at, "the keyword %q is ambiguous: it stands there twice", clip(b.On.Value))
				break
			}
			if strings.Contains(word, e) {
				p.warn(b.Line, node, at, "the keyword %q never wins: %q, which stands before it, is part of it; put the longer one first", clip(b.On.Value), clip(e))
				break
			}
		}
		earlier = append(earlier, word)
	}
}
