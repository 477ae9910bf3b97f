package nlu

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/outdial/outdial/shared/nlu/likeness"
)

const (
	maxKeywords = 20000
	maxPatterns = 500
	maxPattern  = 200 // characters
	maxExamples = 20000
	// A keyword of a topic rule that has so many characters reads like a sentence, and is an example as well.
	sentenceRunes = 4
)

// usage is how a built-in rule takes the form of a sentence; rules of scripts are plain.
type usage uint8

const (
	// stated counts only in statements: 需要 is no yes in 需要身份证吗, nor in 需要的话再找你.
	stated usage = 1 << iota
	// requested counts in A-not-A questions too: 能不能晚点打 asks for it.
	requested
	// literal: no homophone is looked for.
	literal
	// sure outweighs what the classifier thinks: it has seen 不需要 more often than 不是不需要.
	sure
)

type keyword struct {
	text  string
	rule  int32
	slots []slot // after the word that it begins with
}

type rule struct {
	Rule
	usage
	patterns []*regexp.Regexp
}

// ruleset is rules made ready: those of a script, or the built-in ones.
type ruleset struct {
	rules    []rule
	keywords []keyword
	words    [][]rune  // that keywords begin with
	parts    trie      // the same
	first    [][]int32 // by word: the keywords that begin with it
	whole    trie
	alone    [][]int32 // by whole clause: the keywords
	sound    trie      // words of two syllables and more, by sound
	sounding [][]int32 // by sound: the words
	patterns bool
	examples exampleSet
	read     func(keyword string) ([]slot, error)
	intents  map[Intent]likeness.Feature // of the built-in rules: their numbers
}

func newRuleset(read func(string) ([]slot, error)) *ruleset {
	return &ruleset{parts: newTrie(), whole: newTrie(), sound: newTrie(), read: read}
}

func (s *ruleset) add(r Rule, u usage) error {
	c := rule{Rule: r, usage: u}
	if r.Intent == "" {
		return fmt.Errorf("the intent has no name")
	}
	if r.Weight < 0 || r.Weight > 1 || r.Weight != r.Weight {
		return fmt.Errorf("weight %v is outside 0..1", r.Weight)
	}
	if c.Weight == 0 {
		c.Weight = 1
	}
	if len(r.Keywords)+len(r.Whole)+len(r.Patterns)+len(r.Examples) == 0 {
		return fmt.Errorf("it has no keywords; give at least one")
	}
	number := int32(len(s.rules)) //nolint:gosec // bounded by maxKeywords
	for _, w := range r.Keywords {
		if err := s.addKeyword(number, w); err != nil {
			return err
		}
		if r.Topic && !strings.Contains(w, "&") && utf8.RuneCountInString(w) >= sentenceRunes {
			s.examples.add(number, w)
		}
	}
	for _, w := range r.Whole {
		if err := s.addWhole(number, w); err != nil {
			return err
		}
	}
	for _, p := range r.Patterns {
		re, err := CompilePattern(p)
		if err != nil {
			return err
		}
		c.patterns = append(c.patterns, re)
		s.patterns = true
	}
	for _, e := range r.Examples {
		if len(stripBoundaries(normalize(e))) == 0 {
			return fmt.Errorf("example %q holds no letter or digit", e)
		}
		s.examples.add(number, e)
	}
	s.rules = append(s.rules, c)
	return nil
}

// CompilePattern reads a pattern of a rule; errors tell what a writer of scripts can do.
func CompilePattern(p string) (*regexp.Regexp, error) {
	if n := utf8.RuneCountInString(p); n > maxPattern {
		return nil, fmt.Errorf("pattern of %d characters; at most %d", n, maxPattern)
	}
	re, err := regexp.Compile(p)
	if err != nil {
		return nil, fmt.Errorf("pattern %q is not a regular expression (RE2): %w", p, err)
	}
	if re.MatchString("") {
		return nil, fmt.Errorf("pattern %q fits every sentence; ask for at least one character", p)
	}
	return re, nil
}

func (s *ruleset) addKeyword(number int32, w string) error {
	slots, err := s.read(w)
	if err != nil {
		return err
	}
	// 好啊 is 好 once its particle is gone, and 好 is a part of 你好: what shrinks to one character stands alone.
	if len(slots) == 1 && len(slots[0].words) == 1 && len(slots[0].words[0]) == 1 && utf8.RuneCountInString(w) > 1 {
		return s.addWhole(number, w)
	}
	for i := range slots {
		k := int32(len(s.keywords)) //nolint:gosec // bounded by maxKeywords
		for _, word := range slots[i].words {
			n := s.word(word)
			s.first[n] = append(s.first[n], k)
		}
		s.keywords = append(s.keywords, keyword{text: w, rule: number, slots: slots[i+1:]})
		if !slots[i].optional {
			break
		}
	}
	return nil
}

func (s *ruleset) word(word []rune) int32 {
	fresh := int32(len(s.words)) //nolint:gosec // bounded by maxKeywords
	n := s.parts.add(word, fresh)
	if n == fresh {
		s.words = append(s.words, word)
		s.first = append(s.first, nil)
		if heard := sounds(word, nil); len(heard) >= 2 && heard[0] >= soundBase {
			id := s.sound.add(heard, int32(len(s.sounding))) //nolint:gosec // bounded by maxKeywords
			if int(id) == len(s.sounding) {
				s.sounding = append(s.sounding, nil)
			}
			s.sounding[id] = append(s.sounding[id], n)
		}
	}
	return n
}

func (s *ruleset) addWhole(number int32, w string) error {
	n := stripBoundaries(normalize(w))
	if len(n) == 0 {
		return fmt.Errorf("keyword %q holds no letter or digit", w)
	}
	id := s.whole.add(n, int32(len(s.alone))) //nolint:gosec // bounded by maxKeywords
	if int(id) == len(s.alone) {
		s.alone = append(s.alone, nil)
	}
	s.alone[id] = append(s.alone[id], int32(len(s.keywords))) //nolint:gosec // bounded by maxKeywords
	s.keywords = append(s.keywords, keyword{text: w, rule: number})
	return nil
}

// count is what is bounded: words, patterns and examples.
func count(r Rule) (keywords, patterns, examples int) {
	return len(r.Keywords) + len(r.Whole), len(r.Patterns), len(r.Examples)
}

func stripBoundaries(in []rune) []rune {
	out := in[:0]
	for _, r := range in {
		if r != boundary {
			out = append(out, r)
		}
	}
	return out
}

func (s *ruleset) name(k keyword) string {
	if n := s.rules[k.rule].Name; n != "" {
		return n
	}
	return string(s.rules[k.rule].Intent) + ":" + k.text
}
