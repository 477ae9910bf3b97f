package flow

import (
	"strconv"
	"time"

	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/script/spoken"
)

// consultation is a question to a chat model that is under way. The flow never depends on its answer: whatever does not
// come, or is not understood, ends in the node that the script names for it, or counts as unmatched.
type consultation struct {
	id        int // of the last Consult
	open      bool
	choice    int
	sentences int
	turns     int      // answers since the node was entered
	pending   []string // sentences that came while the callee had broken in
}

const (
	maxSentences = 10  // of one answer
	maxSentence  = 300 // characters
	maxTalk      = 20  // lines that a model is told
	// choiceTimeout bounds the question what somebody meant, where no node says how long it may take.
	choiceTimeout = 2 * time.Second
)

// meanings are the branches of a node that a model decides.
func meanings(n *script.Node) (out []script.Branch) {
	for _, b := range n.Branches {
		if b.On.Kind == script.OnModel {
			out = append(out, b)
		}
	}
	return out
}

// consultable tells whether a model is there for what nothing matched.
func consultable(n *script.Node) bool {
	return n.Kind == script.Model || len(meanings(n)) > 0
}

// ask puts what was said to the model.
func (st *step) ask() {
	n := st.s.node()
	c := Consult{Node: st.s.Node, Said: st.said, Timeout: choiceTimeout, Turns: st.s.talk}
	for _, b := range meanings(n) {
		c.Choices = append(c.Choices, b.On.Value)
	}
	if n.Kind == script.Model {
		c.Instructions, c.Timeout = st.s.Say(n.Model.Instructions), n.Model.Timeout
	}
	st.trace.Via = "model asked"
	was := st.s.consult
	st.s.consult = consultation{id: was.id + 1, open: true, turns: was.turns}
	c.ID = st.s.consult.id
	st.s.Phase = Waiting
	st.do(c)
}

// reply takes a sentence of the model, or its end.
func (st *step) reply(in Reply) {
	c := &st.s.consult
	if !c.open || in.ID != c.id {
		return
	}
	n := st.s.node()
	if text := spoken.Plain(in.Text, maxSentence); text != "" && n.Kind == script.Model && c.sentences < maxSentences {
		c.sentences++
		st.sentence(n, text)
	}
	if !in.Last {
		return
	}
	c.open, c.choice = false, in.Choice
	if st.s.Phase == Waiting {
		st.replied()
	}
}

func (st *step) sentence(n *script.Node, text string) {
	c := &st.s.consult
	switch st.s.Phase {
	case Broken:
		c.pending = append(c.pending[:len(c.pending):len(c.pending)], text)
	case Speaking:
		st.aloud(Speak{Node: n.ID, Text: text, Interruptible: n.Interruptible, Append: true})
	default:
		st.aloud(Speak{Node: n.ID, Text: text, Interruptible: n.Interruptible})
		st.s.Phase, st.s.after = Speaking, afterReply
	}
}

// catchUp says what came while the callee had broken in.
func (st *step) catchUp() {
	n, pending := st.s.node(), st.s.consult.pending
	st.s.consult.pending = nil
	for _, text := range pending {
		st.aloud(Speak{Node: n.ID, Text: text, Interruptible: n.Interruptible, Append: true})
	}
}

// replied goes where the model's answer leads, once it was spoken.
func (st *step) replied() {
	c, n := &st.s.consult, st.s.node()
	if c.open {
		st.s.Phase = Waiting // more of it is coming
		return
	}
	if list := meanings(n); c.choice >= 1 && c.choice <= len(list) {
		st.s.Unmatched = 0
		st.follow(list[c.choice-1], "model "+strconv.Itoa(c.choice))
		return
	}
	switch {
	case n.Kind != script.Model:
		st.unmatched()
	case c.sentences == 0:
		st.failed("said nothing")
	default:
		st.s.Unmatched = 0
		if c.turns++; c.turns >= n.Model.Turns {
			st.failed("turns")
			return
		}
		st.trace.Via = "model answered"
		st.listen(1)
	}
}

// noReply ends a question that the model does not answer.
func (st *step) noReply(id int, cause string) {
	c := &st.s.consult
	if !c.open || id != c.id {
		return
	}
	c.open = false
	if st.s.Phase != Waiting {
		return // what it said before is still being spoken
	}
	switch {
	case c.sentences > 0:
		st.replied()
	case st.s.node().Kind == script.Model:
		st.failed(cause)
	default:
		st.unmatched()
	}
}

func (st *step) failed(cause string) {
	st.trace.Via = "model failed: " + spoken.Plain(cause, maxSentence)
	st.enter(st.s.node().Model.Failed)
}

// tell adds a line to what a model would be told.
func (st *step) tell(robot bool, text string) {
	if !st.s.program.consults || text == "" {
		return
	}
	was := st.s.talk
	if len(was) >= maxTalk {
		was = was[len(was)-maxTalk+1:]
	}
	st.s.talk = append(was[:len(was):len(was)], Line{robot, text})
}
