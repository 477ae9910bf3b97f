// Package flow owns how a conversation moves through a script: given where it stands and what just happened, where it
// stands next and what the robot must do.
//
// It is pure: no I/O, no clock, no goroutine; states are values, and the same inputs always give the same talk. It does
// not hear or speak (dialogue/session) and does not judge a call's worth (dialogue/outcome).
package flow

import (
	"fmt"
	"strings"

	"github.com/outdial/outdial/dialogue/nlu"
	"github.com/outdial/outdial/shared/script"
)

// Program is a script version made ready to run; all calls of the version share it.
type Program struct {
	flow      *script.Flow
	matcher   *nlu.Matcher
	questions map[string]*script.Question // by the intent that asks it
	words     map[string]string           // keyword branches, normalised
}

// questionIntent names the intent of a question that has its own variants.
func questionIntent(id string) string { return "question:" + id }

// Compile prepares a flow. It fails only on keywords that the matcher refuses.
func Compile(f *script.Flow) (*Program, error) {
	p := &Program{flow: f, questions: map[string]*script.Question{}, words: map[string]string{}}
	var rules []nlu.Rule
	for _, i := range f.Intents {
		rules = append(rules, nlu.Rule{Name: "intent " + i.Name, Intent: nlu.Intent(i.Name), Keywords: i.Keywords, Whole: i.Whole})
	}
	for i := range f.Questions {
		q := &f.Questions[i]
		ask := q.Intent
		if ask == "" {
			ask = questionIntent(q.ID)
			rules = append(rules, nlu.Rule{Name: "question " + q.ID, Intent: nlu.Intent(ask), Keywords: q.Variants, Topic: true})
		}
		if p.questions[ask] == nil {
			p.questions[ask] = q
		}
	}
	keyword := func(branches []script.Branch) {
		for _, b := range branches {
			if b.On.Kind == script.OnKeyword {
				p.words[b.On.Value] = strings.ReplaceAll(nlu.Normalize(b.On.Value), "|", "")
			}
		}
	}
	for _, n := range f.Nodes {
		keyword(n.Branches)
	}
	keyword(f.Anywhere)
	var err error
	if p.matcher, err = nlu.New(rules); err != nil {
		return nil, fmt.Errorf("prepare script %q: %w", f.Name, err)
	}
	return p, nil
}

// Flow is the script that the program runs; it must not be changed.
func (p *Program) Flow() *script.Flow { return p.flow }

// Match finds what one sentence means under this script's rules.
func (p *Program) Match(text string) nlu.Match { return p.matcher.Match(text) }

// Texts are all sentences that a call may need, each key and text once, so that they can be spoken before they are needed.
func (p *Program) Texts() []script.Text {
	var out []script.Text
	seen := map[script.Text]bool{{}: true}
	add := func(ts ...script.Text) {
		for _, t := range ts {
			if !seen[t] && t.Text != "" {
				seen[t] = true
				out = append(out, t)
			}
		}
	}
	for _, id := range p.flow.Order {
		n := p.flow.Nodes[id]
		add(n.Say, n.Again)
	}
	for _, q := range p.flow.Questions {
		add(q.Answer)
	}
	add(p.flow.Settings.Silence.Say...)
	add(p.flow.Settings.Unmatched.Say...)
	return out
}
