package flow

import (
	"github.com/outdial/outdial/shared/nlu"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/transcript"
)

// heard decides what a sentence leads to, the special before the general:
//
//	keywords and patterns, the node's and then those that hold anywhere
//	the value that the node collects, where it is sure to be one
//	the node's branch for the intent
//	a question, answered on the spot
//	branches that hold anywhere
//	the node's ignore_negative
//	the same again for the broader intent (refuse -> negate, callback_later -> busy)
//	what needs no branch: repeat, wait, hello
//	a value that may be one; the chat model
//	the node's default, ignore_unmatched and unmatched; then the rule of the settings
func (st *step) heard(in Utterance) {
	n := st.s.node()
	via, leads := st.leads(in)
	asked := st.s.Phase == Broken && n.Kind == script.Model && st.said != "" // even in the middle of an answer
	switch {
	case leads && st.round():
		return
	case leads:
		st.s.Silences, st.s.Unmatched = 0, 0
		via()
		return
	case st.s.Phase == Waiting:
		return // the answer to what was said before is on its way
	case st.s.Phase == Broken && !asked:
		// Nothing that the script knows: it was noise, or talk to somebody else in the room.
		st.resume("not understood")
		return
	}
	st.s.Silences = 0
	if st.round() {
		return
	}
	if in.Match.Intent != nlu.Other && st.plain(in.Match.Intent) {
		st.s.Unmatched = 0
		return
	}
	if v, ok := st.perhaps(in.Match.Intent); ok {
		st.collected(v)
		return
	}
	if consultable(n) && st.said != "" {
		st.ask()
		return
	}
	if b, ok := branch(n.Branches, script.Trigger{Kind: script.OnDefault}); ok && in.Match.Intent != nlu.Other {
		st.s.Unmatched = 0
		st.follow(b, "default")
		return
	}
	st.unmatched()
}

// plain handles intents that every talk understands without a branch.
func (st *step) plain(i nlu.Intent) bool {
	if st.s.node().Kind == script.Model && i != nlu.HoldOn {
		return false // the model knows what it said last
	}
	switch i {
	case nlu.Repeat:
		st.trace.Via = "repeat"
		n := st.s.node()
		st.speak(afterListen, n.Interruptible, n.Say)
	case nlu.Greet:
		st.trace.Via = "ask again"
		st.again()
	case nlu.HoldOn:
		st.trace.Via = "wait"
		st.listen(2)
	default:
		return false
	}
	return true
}

// leads finds the way that a sentence opens, without taking it.
func (st *step) leads(in Utterance) (func(), bool) {
	n := st.s.node()
	if w := st.wording(); w.ok {
		return func() { st.follow(w.branch, w.branch.On.String()) }, true
	}
	if v, ok := st.surely(); ok {
		return func() { st.collected(v) }, true
	}
	if in.Match.Intent == nlu.Greet && st.s.Phase == Broken {
		return nil, false // a hello over the robot's own greeting asks nothing
	}
	for i := in.Match.Intent; i != "" && i != nlu.Other; i = i.Broader() {
		t := script.Trigger{Kind: script.OnIntent, Value: string(i)}
		if b, ok := branch(n.Branches, t); ok {
			return func() { st.follow(b, t.String()) }, true
		}
		if q := st.s.program.questions[string(i)]; q != nil {
			return func() { st.answer(q) }, true
		}
		if b, ok := branch(st.flow().Anywhere, t); ok {
			return func() { st.follow(b, "anywhere "+t.String()) }, true
		}
		if n.IgnoreNegative != "" && (i == nlu.Negate || i == nlu.Refuse) {
			return func() { st.follow(script.Branch{To: n.IgnoreNegative}, "ignore_negative") }, true
		}
	}
	if st.s.Phase == Broken && (in.Match.Intent == nlu.HoldOn || in.Match.Intent == nlu.Repeat) {
		i := in.Match.Intent
		return func() { st.plain(i) }, true
	}
	return nil, false
}

func (st *step) answer(q *script.Question) {
	st.trace.Via = "question " + q.ID
	if q.Label != "" {
		st.do(Label{q.Label})
	}
	n := st.s.node()
	if q.Then != "" {
		st.speak(afterEnter, n.Interruptible, q.Answer)
		st.s.onward = q.Then
		return
	}
	if q.Repeat && n.Again.Text != "" && n.Listens() {
		st.speak(afterListen, n.Interruptible, q.Answer, n.Again)
		return
	}
	st.speak(afterListen, n.Interruptible, q.Answer)
}

func (st *step) unmatched() {
	n := st.s.node()
	st.s.Unmatched++
	set := st.flow().Settings
	if n.IgnoreUnmatched != "" {
		st.follow(script.Branch{To: n.IgnoreUnmatched}, "ignore_unmatched")
		return
	}
	if st.limit(set.Unmatched, st.s.Unmatched, "unmatched", CauseUnmatched) {
		return
	}
	for _, k := range []script.TriggerKind{script.OnUnmatched, script.OnDefault} {
		if b, ok := branch(n.Branches, script.Trigger{Kind: k}); ok {
			st.follow(b, string(k))
			return
		}
	}
	st.trace.Via = "ask again"
	st.askAgain(set.Unmatched, st.s.Unmatched)
}

// matched puts what the callee said into the words of the transcript. Where a keyword or a pattern leads on, the sentence
// keeps what a rule takes it for, so that a yes, a no or a question in it counts; rule and score are those of the branch.
func (st *step) matched(in Utterance) transcript.Match {
	m := transcript.Match{Kind: transcript.MatchIntent, Intent: string(in.Match.Intent), Rule: in.Match.Rule, Score: in.Match.Score,
		RunnerUp: string(in.Match.RunnerUp), RunnerUpScore: in.Match.RunnerUpScore, Correction: st.correction}
	if in.Match.Keyword != "" {
		m.Rule += " " + in.Match.Keyword
	}
	if st.s.Phase == Listening || st.s.Phase == Broken || st.s.Phase == Waiting {
		if w := st.wording(); w.ok {
			m.Rule, m.Score = w.rule, w.score
			if in.Match.Guessed() || in.Match.Intent == nlu.Other || in.Match.Intent == "" {
				m.Intent = w.branch.On.String()
				return m
			}
		} else if v, ok := st.surely(); ok {
			return st.valueMatch(v)
		}
	}
	// "Wait", "hello" and "what?" ask for nothing that makes a call worth more, even where a script answers them.
	small := in.Match.Intent == nlu.HoldOn || in.Match.Intent == nlu.Greet || in.Match.Intent == nlu.Repeat
	if _, ok := st.s.program.questions[string(in.Match.Intent)]; ok && !small {
		m.Kind = transcript.MatchQuestion
		return m
	}
	switch in.Match.Intent {
	case nlu.WhoIsCalling, nlu.NumberSource, nlu.Price, nlu.AreYouRobot:
		m.Kind = transcript.MatchQuestion
	case nlu.Other, "":
		m = transcript.Match{Kind: transcript.MatchUnmatched, RunnerUp: string(in.Match.RunnerUp), RunnerUpScore: in.Match.RunnerUpScore, Correction: st.correction}
	}
	return m
}

// Expects tells whether a sentence, as far as it has been heard, already leads somewhere: then the callee's turn may end
// sooner, or a prompt stop. A value never ends a turn sooner, since 三万 may go on to 三万五.
func Expects(s State, text string) bool {
	if s.Phase != Listening && s.Phase != Broken || text == "" {
		return false
	}
	st := &step{s: s}
	st.said, _ = s.program.correct.apply(text)
	in := Utterance{Text: text, Match: s.program.Match(text)}
	if !st.wording().ok && s.Phase == Listening {
		if _, sure := st.surely(); sure {
			return false
		}
	}
	if _, ok := st.leads(in); ok {
		return true
	}
	switch in.Match.Intent {
	case nlu.Repeat, nlu.Greet:
		return true
	}
	return false
}
