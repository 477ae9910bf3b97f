package flow

import (
	"maps"

	"github.com/outdial/outdial/shared/nlu"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/script/spoken"
	"github.com/outdial/outdial/shared/transcript"
)

// foundValue is what was found in a sentence; it is looked for once a step.
type foundValue struct {
	spoken.Found
	ok bool
}

// value looks for what the node collects in what was said.
func (st *step) value() (spoken.Found, bool) {
	n := st.s.node()
	if n == nil || n.Value == "" {
		return spoken.Found{}, false
	}
	if st.found == nil {
		v, ok := spoken.Find(n.Value, st.said, spoken.Context{Language: st.flow().Language, Now: st.s.now})
		st.found = &foundValue{v, ok}
	}
	return st.found.Found, st.found.ok
}

// surely tells whether a value is meant as one whatever else the sentence may mean: 三万五 is, the 一 of 等一下 is not.
func (st *step) surely() (spoken.Found, bool) {
	v, ok := st.value()
	return v, ok && v.Sure
}

// perhaps takes a value out of a sentence that nothing else claims. While the robot speaks, words at large are not meant
// as an answer.
func (st *step) perhaps(i nlu.Intent) (spoken.Found, bool) {
	v, ok := st.value()
	if !ok || i != nlu.Other && st.s.node().Value != spoken.KindText {
		return v, false
	}
	return v, st.s.Phase != Broken || st.s.node().Value != spoken.KindText
}

// collected keeps a value and goes on.
func (st *step) collected(v spoken.Found) {
	n := st.s.node()
	st.s.Unmatched = 0
	st.set(n.Digits.Into, v.Value)
	st.trace.Match = st.valueMatch(v)
	if b, ok := branch(n.Branches, script.Trigger{Kind: script.OnValue}); ok {
		st.follow(b, string(script.OnValue))
	}
}

func (st *step) valueMatch(v spoken.Found) transcript.Match {
	m := transcript.Match{Kind: transcript.MatchIntent, Intent: string(script.OnValue), Rule: string(st.s.node().Value) + " " + v.Value, Score: 0.6, Correction: st.correction}
	if v.Sure {
		m.Score = 1
	}
	return m
}

// set gives a variable a value in this state only.
func (st *step) set(name, value string) {
	if name == "" {
		return
	}
	st.s.vars = maps.Clone(st.s.vars)
	st.s.vars[name] = value
}
