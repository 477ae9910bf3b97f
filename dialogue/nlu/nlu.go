// Package nlu owns what one sentence of a callee means: it turns text into an intent by keyword and phrase rules, with
// negation, and says which rule decided.
//
// It is pure and knows no call: what an intent leads to is the flow's matter, what a whole call was worth is the
// outcome's. A Matcher is immutable and shared by all calls of a script version.
package nlu

import (
	"fmt"
	"sort"
	"strings"
	"unicode/utf8"
)

// Intent is what one sentence means. Scripts may define their own; these are built in.
type Intent string

const (
	Affirm          Intent = "affirm"
	Negate          Intent = "negate"
	Refuse          Intent = "refuse"
	DoNotCall       Intent = "do_not_call"
	Busy            Intent = "busy"
	CallbackLater   Intent = "callback_later"
	WhoIsCalling    Intent = "who_is_calling"
	NumberSource    Intent = "number_source"
	Price           Intent = "price"
	AreYouRobot     Intent = "are_you_robot"
	Repeat          Intent = "repeat"
	TransferToAgent Intent = "transfer_to_agent"
	WrongPerson     Intent = "wrong_person"
	Greet           Intent = "greet"
	Goodbye         Intent = "goodbye"
	HoldOn          Intent = "hold_on"
	// Other is everything that no rule claims.
	Other Intent = "other"
)

// Broader is the intent that stands in where a script has no branch for this one; Other has none.
func (i Intent) Broader() Intent {
	switch i {
	case DoNotCall:
		return Refuse
	case CallbackLater:
		return Busy
	case Refuse, WrongPerson:
		return Negate
	case HoldOn, Greet, Goodbye, Other, "":
		return ""
	}
	return Other
}

// Builtin lists the built-in intents.
func Builtin() []Intent {
	return []Intent{Affirm, Negate, Refuse, DoNotCall, Busy, CallbackLater, WhoIsCalling, NumberSource, Price,
		AreYouRobot, Repeat, TransferToAgent, WrongPerson, Greet, Goodbye, HoldOn, Other}
}

// Rule is one way to recognise an intent.
type Rule struct {
	// Name explains a match; empty becomes the intent and the keyword.
	Name   string
	Intent Intent
	// Keywords match anywhere in a sentence. "a&b" asks for both, in that order, in one sentence. A keyword whose
	// meaning is turned by a negator before it (不 需要) does not match.
	Keywords []string
	// Whole match only a clause that says nothing else: for short words such as 对 that hide inside others.
	Whole []string
	// Topic rules match whatever stands before the keyword: 你是不是机器人 asks about robots as 你是机器人吗 does.
	Topic bool
	// Negated is the intent of a keyword that is turned by a negator; empty means none.
	Negated Intent
	// Weight in (0,1] says how much the rule is worth against others of its tier; 0 means 1.
	Weight float64
}

// Match explains itself: the intent, the rule and keyword that decided, how sure, and what else it might have been.
type Match struct {
	Intent  Intent
	Rule    string
	Keyword string
	// Score lies in 0..1: the rule's weight, less where the keyword is a small part of what was said.
	Score         float64
	RunnerUp      Intent
	RunnerUpScore float64
	// Scripted tells that a rule of the script decided.
	Scripted bool
}

type keyword struct {
	text  string
	parts [][]rune
	runes int
}

type rule struct {
	Rule
	tier     int
	keywords []keyword
	whole    []keyword
}

// Matcher holds the rules of one script version and the built-in ones.
type Matcher struct{ rules []rule }

const maxKeywords = 20000

// New makes a matcher. Rules of the script take precedence: when one of them matches, built-in ones are runners-up at
// most.
func New(script []Rule) (*Matcher, error) {
	m := &Matcher{}
	total := 0
	for i, r := range script {
		c, err := compile(r, 1)
		if err != nil {
			return nil, fmt.Errorf("nlu: rule %d of the script (intent %q): %w", i+1, r.Intent, err)
		}
		if total += len(c.keywords) + len(c.whole); total > maxKeywords {
			return nil, fmt.Errorf("nlu: the script has more than %d keywords; remove some", maxKeywords)
		}
		m.rules = append(m.rules, c)
	}
	for _, r := range builtin {
		c, err := compile(r, 0)
		if err != nil {
			return nil, fmt.Errorf("nlu: built-in rule %q: %w", r.Name, err)
		}
		m.rules = append(m.rules, c)
	}
	return m, nil
}

func compile(r Rule, tier int) (rule, error) {
	c := rule{Rule: r, tier: tier}
	if r.Intent == "" {
		return c, fmt.Errorf("the intent has no name")
	}
	if r.Weight < 0 || r.Weight > 1 {
		return c, fmt.Errorf("weight %v is outside 0..1", r.Weight)
	}
	if c.Weight == 0 {
		c.Weight = 1
	}
	if len(r.Keywords)+len(r.Whole) == 0 {
		return c, fmt.Errorf("it has no keywords; give at least one")
	}
	var err error
	if c.whole, err = compileWords(r.Whole, false); err != nil {
		return c, err
	}
	words, err := compileWords(r.Keywords, true)
	for _, k := range words {
		// 好啊 is 好 once its particle is gone, and 好 is a part of 你好: what shrinks to one character stands alone.
		if k.runes == 1 && utf8.RuneCountInString(k.text) > 1 {
			c.whole = append(c.whole, k)
		} else {
			c.keywords = append(c.keywords, k)
		}
	}
	return c, err
}

func compileWords(words []string, split bool) ([]keyword, error) {
	out := make([]keyword, 0, len(words))
	for _, w := range words {
		k := keyword{text: w}
		parts := []string{w}
		if split {
			parts = strings.Split(w, "&")
		}
		for _, p := range parts {
			n := stripBoundaries(normalize(p))
			if len(n) == 0 {
				return nil, fmt.Errorf("keyword %q holds no letter or digit", w)
			}
			k.parts = append(k.parts, n)
			k.runes += len(n)
		}
		out = append(out, k)
	}
	return out, nil
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

// Match finds the intent of one sentence.
func (m *Matcher) Match(text string) Match {
	t := normalize(text)
	if len(t) == 0 {
		return Match{Intent: Other, Rule: "empty"}
	}
	hits := m.hits(t)
	if len(hits) == 0 {
		return Match{Intent: Other, Rule: "none"}
	}
	sort.SliceStable(hits, func(i, j int) bool {
		a, b := hits[i], hits[j]
		if a.tier != b.tier {
			return a.tier > b.tier
		}
		if a.score != b.score {
			return a.score > b.score
		}
		return a.runes > b.runes
	})
	best := hits[0]
	out := Match{Intent: best.intent, Rule: best.rule, Keyword: best.keyword, Score: best.score, Scripted: best.tier > 0}
	for _, h := range hits[1:] {
		if h.intent != best.intent {
			out.RunnerUp, out.RunnerUpScore = h.intent, h.score
			break
		}
	}
	return out
}

type hit struct {
	intent        Intent
	rule, keyword string
	score         float64
	tier, runes   int
}

func (m *Matcher) hits(t []rune) []hit {
	var out []hit
	said := 0
	for _, r := range t {
		if r != boundary {
			said++
		}
	}
	add := func(r *rule, intent Intent, k keyword, weight float64) {
		if intent == "" {
			return
		}
		name := r.Name
		if name == "" {
			name = string(r.Intent) + ":" + k.text
		}
		score := weight * (0.6 + 0.4*min(1, float64(k.runes)/float64(said)))
		out = append(out, hit{intent, name, k.text, score, r.tier, k.runes})
	}
	for i := range m.rules {
		r := &m.rules[i]
		for _, k := range r.keywords {
			switch found, p := find(t, k); {
			case !found || p == question && !r.Topic:
			case p == negated && !r.Topic:
				add(r, r.Negated, k, r.Weight*0.95)
			default:
				add(r, r.Intent, k, r.Weight)
			}
		}
		for _, k := range r.whole {
			if isClause(t, k.parts[0]) {
				add(r, r.Intent, k, r.Weight)
			}
		}
	}
	return out
}

// find looks for a keyword; of several occurrences a plain one counts first, then a negated one.
func find(t []rune, k keyword) (found bool, best polarity) {
	best = question
	for from := 0; ; {
		at := index(t, k.parts[0], from)
		if at < 0 {
			return found, best
		}
		if rest := at + len(k.parts[0]); followed(t, k.parts[1:], rest) {
			found = true
			if p := polarityAt(t, at, len(k.parts[0])); p < best {
				best = p
			}
		}
		from = at + 1
	}
}

func followed(t []rune, parts [][]rune, from int) bool {
	for _, p := range parts {
		at := index(t, p, from)
		if at < 0 {
			return false
		}
		from = at + len(p)
	}
	return true
}

// index finds p in t from an offset on; a Latin word matches whole words only.
func index(t, p []rune, from int) int {
	for i := from; i+len(p) <= len(t); i++ {
		if !hasPrefix(t[i:], p) {
			continue
		}
		if latin(p[0]) && i > 0 && latin(t[i-1]) {
			continue
		}
		if end := i + len(p); latin(p[len(p)-1]) && end < len(t) && latin(t[end]) {
			continue
		}
		return i
	}
	return -1
}

func isClause(t, p []rune) bool {
	for i := 0; i+len(p) <= len(t); i++ {
		if (i == 0 || t[i-1] == boundary) && hasPrefix(t[i:], p) && (i+len(p) == len(t) || t[i+len(p)] == boundary) {
			return true
		}
	}
	return false
}
