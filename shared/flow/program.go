// Package flow owns how a conversation moves through a script: given where it stands and what just happened, where it
// stands next and what the robot must do.
//
// It is pure: no I/O, no clock, no goroutine; states are values, and the same inputs always give the same talk. It does
// not hear or speak (dialogue/session) and does not judge a call's worth (dialogue/outcome).
package flow

import (
	"errors"
	"fmt"
	"regexp"
	"unicode"

	"github.com/outdial/outdial/shared/nlu"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/script/spoken"
)

// Program is a script version made ready to run; all calls of the version share it.
type Program struct {
	flow      *script.Flow
	matcher   *nlu.Matcher
	questions map[string]*script.Question // by the intent that asks it
	words     map[string]int              // keyword branches: their numbers in the matcher
	patterns  map[string]*regexp.Regexp   // regex branches
	formats   map[string]spoken.Format    // how variables are said
	correct   corrector
	consults  bool // some node may ask a chat model
}

// questionIntent names the intent of a question that has its own variants.
func questionIntent(id string) string { return "question:" + id }

// Compile prepares a flow. It fails only on keywords that the matcher refuses.
func Compile(f *script.Flow) (*Program, error) {
	p := &Program{flow: f, questions: map[string]*script.Question{}, words: map[string]int{}, patterns: map[string]*regexp.Regexp{},
		formats: formats(f), correct: newCorrector(f.Corrections)}
	var rules []nlu.Rule
	for _, i := range f.Intents {
		rules = append(rules, nlu.Rule{Name: "intent " + i.Name, Intent: nlu.Intent(i.Name), Keywords: i.Keywords, Whole: i.Whole})
	}
	for i := range f.Questions {
		q := &f.Questions[i]
		if q.Intent != "" && p.questions[q.Intent] == nil {
			p.questions[q.Intent] = q
		}
		if len(q.Variants) > 0 {
			ask := questionIntent(q.ID)
			rules = append(rules, nlu.Rule{Name: "question " + q.ID, Intent: nlu.Intent(ask), Keywords: q.Variants, Topic: true})
			p.questions[ask] = q
		}
	}
	own := nlu.Options{Lang: f.Language}
	err := p.triggers(f.Anywhere, &own)
	for _, id := range f.Order {
		n := f.Nodes[id]
		p.consults = p.consults || n.Kind == script.Model
		err = errors.Join(err, p.triggers(n.Branches, &own))
	}
	if err != nil {
		return nil, fmt.Errorf("prepare script %q: %w", f.Name, err)
	}
	if p.matcher, err = nlu.NewWith(rules, own); err != nil {
		return nil, fmt.Errorf("prepare script %q: %w", f.Name, err)
	}
	return p, nil
}

// triggers makes the keywords and patterns of some branches ready.
func (p *Program) triggers(branches []script.Branch, own *nlu.Options) error {
	for _, b := range branches {
		switch b.On.Kind {
		case script.OnKeyword:
			if _, there := p.words[b.On.Value]; !there {
				p.words[b.On.Value] = len(own.Words)
				own.Words = append(own.Words, b.On.Value)
			}
		case script.OnRegex:
			re, err := script.CompilePattern(b.On.Value)
			if err != nil {
				return fmt.Errorf("branch %s: %w", b.On, err)
			}
			p.patterns[b.On.Value] = re
		case script.OnModel:
			p.consults = true
		}
	}
	return nil
}

// joined is a sentence without its punctuation: patterns look past the ends of clauses.
func joined(text string) string {
	n := []rune(nlu.Normalize(text))
	out := n[:0:0]
	for i, r := range n {
		switch {
		case r != '|':
			out = append(out, r)
		case i > 0 && i+1 < len(n) && !unicode.Is(unicode.Han, n[i-1]) && !unicode.Is(unicode.Han, n[i+1]):
			out = append(out, ' ')
		}
	}
	return string(out)
}

// formats are those that the script gives its variables; a variable that is collected and has none is said as what it is.
func formats(f *script.Flow) map[string]spoken.Format {
	out := map[string]spoken.Format{"name": spoken.Name, "number": spoken.Phone}
	for _, id := range f.Order {
		if n := f.Nodes[id]; n.Digits.Into != "" && n.Value != "" {
			out[n.Digits.Into] = n.Value.Format()
		}
	}
	for _, v := range f.Variables {
		if v.Format != spoken.Text || out[v.Name] == "" {
			out[v.Name] = v.Format
		}
	}
	return out
}

// Flow is the script that the program runs; it must not be changed.
func (p *Program) Flow() *script.Flow { return p.flow }

// Match finds what one sentence means under this script's rules, corrected before.
func (p *Program) Match(text string) nlu.Match {
	said, _ := p.correct.apply(text)
	return p.matcher.Match(said)
}

// Texts are all sentences that a call may need, each key and text once, so that they can be spoken before they are needed.
func (p *Program) Texts() []script.Text {
	var out []script.Text
	seen := map[script.Text]bool{}
	for _, one := range script.Texts(p.flow) {
		if !seen[one.Text] {
			seen[one.Text] = true
			out = append(out, one.Text)
		}
	}
	return out
}
