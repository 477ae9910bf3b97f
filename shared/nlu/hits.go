package nlu

import (
	"slices"

	"github.com/outdial/outdial/shared/nlu/likeness"
)

// sentence is what was said, made ready to be looked at by several rulesets.
type sentence struct {
	text     []rune
	sound    []rune // empty where homophones are no matter
	plain    string // without boundaries, for patterns; made when needed
	features []likeness.Feature
	tail     rune // the particle that the sentence ended with, before it was dropped
}

// occurrence is a word that keywords begin with, in a sentence.
type occurrence struct {
	word, at, n int32
	near        nearness
}

// nearness tells how a word was found.
type nearness uint8

const (
	written nearness = iota
	homophone
	alike // with sounds that recognisers mix up
)

const (
	// maxOccurrences bounds the work for a text that was made to be expensive; speech holds a tenth of it.
	maxOccurrences = 2048
	// maxRepeats is how often a word may be said before more of it says nothing new.
	maxRepeats = 8
	// maxTries is how many keywords are looked at in one sentence, of those that begin with a word in it.
	maxTries = 4096
)

// hit is one keyword, pattern or example that fits.
type hit struct {
	intent   Intent
	rule     int32
	keyword  int32 // -1: label tells
	label    string
	near     nearness
	at, n    int32
	solid    bool // without a gap
	score    float64
	scripted bool
	firm     bool // of a script, and no mere likeness
}

// hits finds what the rules say of a sentence.
func (s *ruleset) hits(t *sentence, out []hit) []hit {
	out = uncovered(s.worded(t, out))
	if s.patterns {
		out = s.matchPatterns(t, out)
	}
	return out
}

// worded finds the keywords in a sentence, each at its best place, and the clauses that are one.
func (s *ruleset) worded(t *sentence, out []hit) []hit {
	var buf [96]occurrence
	occ := s.occurrences(t, buf[:0])
	tries := 0
	for from := 0; from < len(occ) && tries < maxTries; {
		to := from + 1
		for to < len(occ) && occ[to].word == occ[from].word {
			to++
		}
		some := occ[from:min(to, from+maxRepeats)]
		for _, k := range s.first[occ[from].word] {
			if tries++; tries > maxTries {
				break
			}
			if h, ok := s.keyword(t, some, k); ok {
				out = append(out, h)
			}
		}
		from = to
	}
	return s.clauses(t, out)
}

// uncovered takes out what is only a part of a longer word that means something else: 不要 in 不是不要, 得了 in 晓得了.
func uncovered(hits []hit) []hit {
	if len(hits) > maxCovering {
		return hits
	}
	var covered [maxCovering]bool
	for i, h := range hits {
		covered[i] = slices.ContainsFunc(hits, h.within)
	}
	kept := hits[:0]
	for i, h := range hits {
		if !covered[i] {
			kept = append(kept, h)
		}
	}
	return kept
}

// maxCovering keeps the comparison of all with all small; speech has a quarter of it.
const maxCovering = 128

func (h hit) within(o hit) bool {
	return o.solid && o.intent != h.intent && o.n > h.n && o.at <= h.at && o.at+o.n >= h.at+h.n
}

// occurrences are sorted by word, then by how they were found, then by place.
func (s *ruleset) occurrences(t *sentence, occ []occurrence) []occurrence {
	for at := range t.text {
		if len(occ) >= maxOccurrences {
			break
		}
		s.parts.each(t.text, at, func(w int32, n int) {
			if wholeWord(t.text, at, n) {
				occ = append(occ, occurrence{word: w, at: int32(at), n: int32(n)}) //nolint:gosec // bounded by maxRunes
			}
		})
	}
	for at := range t.sound {
		if len(occ) >= maxOccurrences {
			break
		}
		s.sound.each(t.sound, at, func(w int32, n int) {
			for _, word := range s.sounding[w] {
				said := t.text[at : at+n]
				if slices.Equal(said, s.words[word]) {
					continue // found as it is written
				}
				if near, ok := soundsLike(said, s.words[word]); ok {
					occ = append(occ, occurrence{word: word, at: int32(at), n: int32(n), near: near}) //nolint:gosec // bounded by maxRunes
				}
			}
		})
	}
	slices.SortFunc(occ, func(a, b occurrence) int {
		if a.word != b.word {
			return int(a.word - b.word)
		}
		if a.near != b.near {
			return int(a.near) - int(b.near)
		}
		return int(a.at - b.at)
	})
	return occ
}

// keyword finds the best of the places where a keyword fits.
func (s *ruleset) keyword(t *sentence, occ []occurrence, number int32) (best hit, found bool) {
	k := &s.keywords[number]
	r := &s.rules[k.rule]
	sounding := r.usage&literal == 0
	for _, o := range occ {
		if o.near != written && !sounding {
			continue
		}
		end := int(o.at + o.n)
		f, ok := t.follow(k.slots, span{end: end, matched: int(o.n), near: o.near, touching: end}, sounding)
		if !ok {
			continue
		}
		intent, weight := s.meant(t, r, int(o.at), f.touching-int(o.at))
		if intent == "" {
			continue
		}
		h := hit{intent: intent, rule: k.rule, keyword: number, near: f.near, at: o.at, n: int32(f.end) - o.at, solid: f.touching == f.end} //nolint:gosec // bounded by maxRunes
		h.score = weight * t.share(int(o.at), f.end, f.matched) * f.near.worth(f.matched)
		if !found || h.score > best.score {
			best, found = h, true
		}
	}
	return best, found
}

// meant is the intent of a keyword at a place, as the words around it turn it.
func (s *ruleset) meant(t *sentence, r *rule, at, n int) (Intent, float64) {
	if r.Topic {
		return r.Intent, r.Weight
	}
	turn := polarityAt(t.text, at, n)
	if r.usage&stated != 0 && turn != question && (conditional(t.text, at, n) || asks(t.text, at)) {
		return "", 0
	}
	switch turn {
	case negated:
		return r.Negated, r.Weight * 0.95
	case question:
		if r.usage&requested == 0 {
			return "", 0
		}
	}
	return r.Intent, r.Weight
}

// worth is what a keyword found by its sound counts: two syllables alone are said by chance.
func (n nearness) worth(runes int) float64 {
	switch {
	case n == written:
		return 1
	case runes <= 2:
		return 0.6
	case n == homophone:
		return 0.92
	}
	return 0.8
}

// clauses finds the clauses that are a whole keyword.
func (s *ruleset) clauses(t *sentence, out []hit) []hit {
	for at := 0; at < len(t.text); at++ {
		if at > 0 && t.text[at-1] != boundary {
			continue
		}
		s.whole.each(t.text, at, func(w int32, n int) {
			if at+n < len(t.text) && t.text[at+n] != boundary {
				return
			}
			for _, number := range s.alone[w] {
				k := &s.keywords[number]
				r := &s.rules[k.rule]
				out = append(out, hit{intent: r.Intent, rule: k.rule, keyword: number, at: int32(at), n: int32(n), solid: true, //nolint:gosec // bounded by maxRunes
					score: r.Weight * t.share(at, at+n, n)})
			}
		})
	}
	return out
}

func (s *ruleset) matchPatterns(t *sentence, out []hit) []hit {
	if t.plain == "" {
		t.plain = string(stripBoundaries(slices.Clone(t.text)))
	}
	for i := range s.rules {
		r := &s.rules[i]
		for j, re := range r.patterns {
			at := re.FindStringIndex(t.plain)
			if at == nil || at[0] == at[1] {
				continue
			}
			n := len([]rune(t.plain[at[0]:at[1]]))
			out = append(out, hit{intent: r.Intent, rule: int32(i), keyword: -1, label: r.Patterns[j], n: int32(n), //nolint:gosec // bounded by maxRunes
				score: r.Weight * (0.6 + 0.4*min(1, float64(n)/float64(len(t.text))))})
		}
	}
	return out
}

// share weighs a keyword by how much of its clause it is, and by how much is said after it: the last word counts, except
// for courtesies.
func (t *sentence) share(at, end, runes int) float64 {
	from, _ := clauseAround(t.text, at)
	_, to := clauseAround(t.text, max(at, end-1))
	said := 0
	for _, r := range t.text[from:to] {
		if r != boundary && r != ' ' {
			said++
		}
	}
	later := 0
	for p := to + 1; p < len(t.text) && later < 3; {
		_, next := clauseAround(t.text, p)
		if !courtesy[string(t.text[p:next])] {
			later++
		}
		p = next + 1
	}
	return (0.6 + 0.4*min(1, float64(runes)/float64(max(1, said)))) * (1 - 0.05*float64(later))
}

// courtesy ends a talk and takes nothing back.
var courtesy = words("谢谢", "谢谢你", "谢谢您", "谢谢了", "好吧", "好", "好的", "再见", "拜拜", "嗯", "对", "啊", "行", "就这样", "先这样", "挂了", "不好意思", "麻烦了", "麻烦你了",
	"thanks", "thank you", "please", "bye", "goodbye", "okay", "ok", "sorry", "bye bye", "sir")

func words(list ...string) map[string]bool {
	out := map[string]bool{}
	for _, w := range list {
		out[Normalize(w)] = true
	}
	return out
}
