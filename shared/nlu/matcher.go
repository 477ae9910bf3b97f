package nlu

import (
	"cmp"
	"fmt"

	"github.com/outdial/outdial/shared/nlu/likeness"
)

// Matcher holds the rules of one script version and the built-in ones.
type Matcher struct {
	script  *ruleset
	builtin *ruleset
	learnt  *learnt
	correct *corrector
	words   *ruleset // one rule for each of Options.Words, in their order
	chinese bool
}

// New makes a matcher without options.
func New(script []Rule) (*Matcher, error) { return NewWith(script, Options{}) }

// NewWith makes a matcher. Rules of the script take precedence: when one of them matches, built-in ones are runners-up at
// most; only what merely sounds or reads alike competes with them.
func NewWith(script []Rule, o Options) (*Matcher, error) {
	m := &Matcher{script: newRuleset(keywordSlots), builtin: builtinRules, learnt: shipped, chinese: len(o.Lang) < 2 || o.Lang[:2] != "en"}
	words, patterns, examples := 0, 0, 0
	for i, r := range script {
		w, p, e := count(r)
		words, patterns, examples = words+w, patterns+p, examples+e
		switch {
		case words > maxKeywords:
			return nil, fmt.Errorf("nlu: the script has more than %d keywords; remove some", maxKeywords)
		case patterns > maxPatterns:
			return nil, fmt.Errorf("nlu: the script has more than %d patterns; remove some", maxPatterns)
		case examples > maxExamples:
			return nil, fmt.Errorf("nlu: the script has more than %d examples; remove some", maxExamples)
		}
		if err := m.script.add(r, 0); err != nil {
			return nil, fmt.Errorf("nlu: rule %d of the script (intent %q): %w", i+1, r.Intent, err)
		}
	}
	m.script.examples.build(m.learnt.background())
	var err error
	if m.words, err = newWords(o.Words, words); err != nil {
		return nil, err
	}
	m.correct, err = newCorrector(o.Corrections)
	return m, err
}

// How a built-in intent is scored: by its best rule, and by how probable the classifier holds it.
const (
	ruleShare  = 0.2
	wholeShare = 0.6 // where a rule fits all that was said, or is sure
	// nothingKnown is what speaks for Other where no rule does: what is neither in a rule nor like a known sentence is
	// not understood.
	nothingKnown = 0.3
)

// Match finds the intent of one sentence.
func (m *Matcher) Match(text string) Match {
	heard, correction := m.correct.apply(fold(text))
	t := m.sentence(heard)
	if len(t.text) == 0 {
		return Match{Intent: Other, Rule: "empty", Correction: correction}
	}
	var scriptBuf, builtinBuf [32]hit
	ranked := m.rank(&t, m.scripted(&t, scriptBuf[:0]), m.builtin.hits(&t, builtinBuf[:0]))
	out := Match{Intent: ranked[0].intent, Score: ranked[0].score, Scripted: ranked[0].scripted, Correction: correction}
	out.Rule, out.Keyword = m.explain(&t, ranked[0])
	if ranked[1].intent != "" && ranked[1].intent != Other {
		out.RunnerUp, out.RunnerUpScore = ranked[1].intent, ranked[1].score
	}
	return out
}

// scripted are the hits of the script's rules, and its examples where no rule hits.
func (m *Matcher) scripted(t *sentence, out []hit) []hit {
	out = m.script.hits(t, out)
	if len(out) == 0 {
		out = m.script.similar(t, out)
	}
	for i := range out {
		out[i].scripted = true
	}
	return out
}

// rank finds the best hit and the best of another intent. A firm hit of the script wins over everything built in; a mere
// likeness wins over what nothing built in knows, and over what is known with less certainty.
func (m *Matcher) rank(t *sentence, script, builtin []hit) (ranked [2]hit) {
	for i, h := range script {
		script[i].firm = h.near == written || h.keyword >= 0 && !overlapped(h, builtin)
	}
	var own, known [2]hit
	for _, h := range script {
		m.offer(&own, h)
	}
	m.weigh(t, builtin, &known)
	if own[0].intent != "" && (own[0].firm || known[0].intent == Other || own[0].score >= known[0].score) {
		ranked = own
		for _, h := range known {
			if h.intent != own[0].intent && h.intent != "" && (ranked[1].intent == "" || h.score > ranked[1].score && !ranked[1].firm) {
				ranked[1] = h
			}
		}
		return ranked
	}
	if own[0].intent != "" && own[0].intent != known[0].intent && own[0].score > known[1].score {
		known[1] = own[0]
	}
	return known
}

// overlapped tells whether what only sounds like a word of the script is, as it is written, a word that is built in.
func overlapped(h hit, builtin []hit) bool {
	for _, b := range builtin {
		if b.near == written && b.at < h.at+h.n && h.at < b.at+b.n {
			return true
		}
	}
	return false
}

// offer keeps the best hit and the best of another intent.
func (m *Matcher) offer(ranked *[2]hit, h hit) {
	switch {
	case ranked[0].intent == "" || m.less(ranked[0], h):
		if ranked[0].intent != h.intent {
			ranked[1] = ranked[0]
		}
		ranked[0] = h
	case h.intent != ranked[0].intent && (ranked[1].intent == "" || m.less(ranked[1], h)):
		ranked[1] = h
	}
}

// weigh adds what the classifier knows to the best hit of each built-in intent, and offers what no rule spoke for.
func (m *Matcher) weigh(t *sentence, hits []hit, ranked *[2]hit) {
	var buf [32]hit
	best := strongest(m, hits, buf[:0])
	if m.learnt == nil {
		m.offer(ranked, hit{intent: Other, keyword: -1, rule: -1})
		for _, h := range best {
			m.offer(ranked, h)
		}
		return
	}
	p := m.learnt.model.Probabilities(evidence(m.builtin, t, hits, best))
	var spoken [likeness.MaxClasses]bool
	share := ruleShare
	for _, h := range best {
		if h.near == written && h.solid && int(h.n) == len(t.text) || m.builtin.rules[h.rule].usage&sure != 0 {
			share = wholeShare
		}
	}
	for _, h := range best {
		c := m.learnt.classOf(h.intent)
		spoken[c] = true
		h.score = share*h.score + (1-share)*float64(p[c])
		m.offer(ranked, h)
	}
	for c, name := range m.learnt.model.Classes() {
		if spoken[c] {
			continue
		}
		h := hit{intent: Intent(name), keyword: -1, rule: -1, score: (1 - share) * float64(p[c])}
		if h.intent == Other {
			h.score += share * nothingKnown
		}
		m.offer(ranked, h)
	}
}

// evidence is what the classifier looks at: the pieces of the sentence, which rules spoke and how loudly, and who had the
// last word.
func evidence(s *ruleset, t *sentence, hits, best []hit) []likeness.Feature {
	features := append(t.features, hitFeature(6, likeness.Feature(t.tail), 0, 0), hitFeature(7, lengthBucket(len(t.text)), 0, 0), //nolint:gocritic,gosec // the array has room
		hitFeature(8, likeness.Feature(t.tail), lengthBucket(len(t.text)), 0)) //nolint:gosec // a rune is not negative
	top, last := 0, 0
	for i, h := range best {
		if h.score > best[top].score {
			top = i
		}
		bucket := likeness.Feature(min(4, max(0, h.score*10-4)/1.2))
		for c := range copies {
			features = append(features, hitFeature(1, s.intents[h.intent], bucket, c), hitFeature(5, s.intents[h.intent], 0, c))
		}
	}
	var seen [128]bool
	for i, h := range hits {
		if h.at+h.n > hits[last].at+hits[last].n {
			last = i
		}
		if k := int(h.rule)*2 + int(min(h.near, 1)); k < len(seen) && !seen[k] {
			seen[k] = true
			for c := range copies {
				features = append(features, hitFeature(2, likeness.Feature(k), s.intents[h.intent], c)) //nolint:gosec // small
			}
		}
	}
	if len(hits) == 0 {
		return features
	}
	said, final := s.intents[best[top].intent], s.intents[hits[last].intent]
	for c := range copies {
		features = append(features, hitFeature(3, said, likeness.Feature(min(2, len(best))), c), hitFeature(4, final, 0, c)) //nolint:gosec // small
	}
	return features
}

func lengthBucket(n int) likeness.Feature {
	switch {
	case n <= 6:
		return likeness.Feature(n) //nolint:gosec // small
	case n <= 9:
		return 7
	case n <= 14:
		return 8
	}
	return 9
}

// copies is how much the word of a rule counts against a piece of the sentence.
const copies = 1

func hitFeature(kind, a, b likeness.Feature, c int) likeness.Feature {
	return (kind<<28 ^ a<<16 ^ b<<8 ^ likeness.Feature(c)) * 0x9E3779B1 //nolint:gosec // small
}

// Evidence is what the classifier of the built-in intents learns from: see likeness.Train.
func (m *Matcher) Evidence(text string) []likeness.Feature {
	t := m.sentence(fold(text))
	var buf [32]hit
	hits := m.builtin.hits(&t, nil)
	return evidence(m.builtin, &t, hits, strongest(m, hits, buf[:0]))
}

// TextEvidence is Evidence of a sentence that no rule knows, so that the classifier does not lean on the rules alone: they
// know the sentences that it learns from better than those that it will hear.
func (m *Matcher) TextEvidence(text string) []likeness.Feature {
	t := m.sentence(fold(text))
	return evidence(m.builtin, &t, nil, nil)
}

// sentence prepares a folded text.
func (m *Matcher) sentence(heard []rune) sentence {
	t := m.worded(heard)
	if n := len(heard); n > 0 && containsRune(particles, heard[n-1]) {
		t.tail = heard[n-1]
	}
	t.features = likeness.Features(t.text, make([]likeness.Feature, 0, 18*len(t.text)+60))
	return t
}

// worded prepares a folded text for rules alone.
func (m *Matcher) worded(heard []rune) sentence {
	t := sentence{text: dropFillers(heard)}
	if m.chinese {
		t.sound = sounds(t.text, make([]rune, 0, len(t.text)))
	}
	return t
}

// strongest keeps the best hit of each intent.
func strongest(m *Matcher, hits, best []hit) []hit {
next:
	for _, h := range hits {
		for i := range best {
			if best[i].intent == h.intent {
				if m.less(best[i], h) {
					best[i] = h
				}
				continue next
			}
		}
		best = append(best, h)
	}
	return best
}

// less orders hits of the same sentence: rules of the script, unless they only sound or read alike, then the score, then
// the longer word, then what is said later; the names last, so that the order of rules is no matter.
func (m *Matcher) less(a, b hit) bool {
	return cmp.Or(
		firmness(a, b),
		cmp.Compare(a.score, b.score),
		cmp.Compare(a.n, b.n),
		cmp.Compare(a.at, b.at),
		cmp.Compare(b.intent, a.intent),
		cmp.Compare(m.word(b), m.word(a)),
		cmp.Compare(m.ruleName(b), m.ruleName(a)),
	) < 0
}

func firmness(a, b hit) int {
	switch {
	case a.firm == b.firm:
		return 0
	case a.firm:
		return 1
	}
	return -1
}

func (m *Matcher) set(h hit) *ruleset {
	if h.scripted {
		return m.script
	}
	return m.builtin
}

func (m *Matcher) word(h hit) string {
	if h.keyword < 0 {
		return h.label
	}
	return m.set(h).keywords[h.keyword].text
}

func (m *Matcher) ruleName(h hit) string {
	switch {
	case h.rule < 0:
		return ""
	case h.keyword < 0 && m.set(h).rules[h.rule].Name == "":
		return string(m.set(h).rules[h.rule].Intent)
	case h.keyword < 0:
		return m.set(h).rules[h.rule].Name
	}
	return m.set(h).name(m.set(h).keywords[h.keyword])
}

// byLikeness is the rule of what the classifier alone decided.
const byLikeness = "example:"

// explain tells what decided.
func (m *Matcher) explain(t *sentence, h hit) (rule, keyword string) {
	switch {
	case h.rule < 0 && h.intent == Other:
		return "none", ""
	case h.rule < 0:
		return byLikeness, m.learnt.nearest(t.text, h.intent)
	}
	keyword = m.word(h)
	if !h.scripted {
		keyword = string(t.text[h.at : h.at+h.n]) // the tables have whole families of words
	} else if h.keyword >= 0 && h.near != written {
		keyword += " ~ " + string(t.text[h.at:h.at+h.n])
	}
	return m.ruleName(h), keyword
}
