package flow

import (
	"maps"
	"slices"
	"time"

	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/transcript"
)

// Step moves a conversation by one input. An input that does not fit the phase changes nothing and asks for nothing:
// media and network are late now and then, and a conversation must not stumble over it.
func Step(s State, in Input) (State, []Action, Trace) {
	st := &step{s: s, trace: Trace{Input: in.input(), From: s.Node}}
	st.take(in)
	st.trace.To, st.trace.Phase = st.s.Node, st.s.Phase
	return st.s, st.out, st.trace
}

type step struct {
	s     State
	out   []Action
	trace Trace
	// said is what the callee said, corrected; correction names what was corrected; found is the value in it, and worded
	// the branch whose keyword or pattern is in it.
	said, correction string
	found            *foundValue
	worded           *worded
}

func (st *step) do(a ...Action) { st.out = append(st.out, a...) }

func (st *step) flow() *script.Flow { return st.s.program.flow }

func (st *step) take(in Input) {
	phase := st.s.Phase
	switch in := in.(type) {
	case Start:
		if phase == Idle {
			st.clock(in.At)
			st.enter(st.flow().Start)
		}
	case PromptDone:
		if phase == Speaking {
			st.spoken()
		}
	case Interrupted:
		if phase == Speaking {
			st.s.Phase = Broken
		}
	case FalseAlarm:
		if phase == Broken {
			st.resume("false_alarm")
		}
	case Utterance:
		st.clock(in.At)
		st.said, st.correction = st.s.program.correct.apply(in.Text)
		st.trace.Match = st.matched(in)
		if phase == Listening || phase == Broken || phase == Waiting {
			st.tell(false, st.said)
			st.heard(in)
		}
	case Digits:
		st.trace.Match = transcript.Match{Kind: transcript.MatchDigits, Rule: in.Keys, Score: 1}
		if phase == Listening || phase == Broken || phase == Speaking || phase == Waiting {
			st.pressed(in.Keys)
		}
	case Silence:
		st.trace.Match = transcript.Match{Kind: transcript.MatchSilence}
		switch phase {
		case Listening:
			st.silent()
		case Broken:
			st.resume("false_alarm")
		case Waiting: // whoever asked the model has forgotten it
			st.noReply(st.s.consult.id, "silence")
		}
	case Reply:
		st.reply(in)
	case ReplyFailed:
		st.noReply(in.ID, in.Reason)
	case TransferResult:
		if phase == Transferring || in.Connected && phase != Ended { // a person may take the call without having been asked for
			st.transferred(in)
		}
	case Expired:
		if phase != Ended && phase != Idle {
			st.end(CauseLongest)
		}
	}
}

func (st *step) clock(at time.Time) {
	if !at.IsZero() {
		st.s.now = at
	}
}

// afterRounds are the turns that the callee has in the node that the rounds of the settings lead to.
const afterRounds = 3

// round counts a turn of the callee and ends a talk that has had enough of them.
func (st *step) round() (over bool) {
	r := st.flow().Settings.Rounds
	st.s.Rounds++
	switch {
	case r.Max == 0 || st.s.Rounds <= r.Max:
		return false
	case r.Then == "" || st.s.Rounds > r.Max+1+afterRounds:
		st.trace.Via = "rounds limit"
		st.end(CauseRounds)
	case st.s.Rounds == r.Max+1:
		st.trace.Via = "rounds limit"
		st.enter(r.Then)
	default:
		return false
	}
	return true
}

// enter goes to a node and on through those that neither speak nor listen.
func (st *step) enter(id script.NodeID) {
	st.s.consult = consultation{id: st.s.consult.id}
	// Every flow that passed the check needs fewer hops than this; the bound is for the one that should not have.
	for hops := 0; hops <= 2*len(st.flow().Nodes); hops++ {
		n := st.flow().Nodes[id]
		if n == nil || st.s.mute > maxMute {
			break
		}
		st.s.Node = id
		st.s.mute++
		st.trace.Entered = append(st.trace.Entered, id)
		if n.Visits.Max > 0 {
			if st.s.visits[id] >= n.Visits.Max {
				id = n.Visits.Then
				continue
			}
			st.s.visits = maps.Clone(st.s.visits)
			if st.s.visits == nil {
				st.s.visits = map[script.NodeID]int{}
			}
			st.s.visits[id]++
		}
		if n.Label != "" {
			st.do(Label{n.Label})
		}
		if n.SMS != "" {
			st.do(SMS{n.SMS})
		}
		switch n.Kind {
		case script.Jump:
			id = n.Next
			continue
		case script.Condition:
			id = st.compare(n.Compare)
			continue
		}
		if n.Say.Text == "" {
			st.settle(n)
			return
		}
		st.speak(afterGo, n.Interruptible, n.Say)
		return
	}
	st.end(CauseLoop)
}

// maxMute bounds how many nodes are entered in a row without the callee getting a word in.
const maxMute = 200

func (st *step) compare(c script.Comparison) script.NodeID {
	value := st.s.vars[c.Variable]
	for _, one := range c.Cases {
		if one.Value == value {
			return one.To
		}
	}
	return c.Else
}

func (st *step) speak(then after, interruptible bool, texts ...script.Text) {
	st.s.consult.open = false
	for _, t := range texts {
		st.aloud(Speak{Node: st.s.Node, Key: t.Key, Text: st.s.Say(t.Text), Interruptible: interruptible})
	}
	st.s.Phase, st.s.after = Speaking, then
}

func (st *step) aloud(s Speak) {
	st.do(s)
	st.tell(true, s.Text)
}

func (st *step) spoken() {
	switch st.s.after {
	case afterListen:
		st.listen(1)
	case afterEnter:
		st.enter(st.s.onward)
	case afterReply:
		st.replied()
	default:
		st.settle(st.s.node())
	}
}

// settle does what a node is there for, once it has spoken.
func (st *step) settle(n *script.Node) {
	switch n.Kind {
	case script.Say:
		st.trace.Via = "next"
		st.enter(n.Next)
	case script.Ask, script.Collect, script.Model:
		st.listen(1)
	case script.Transfer:
		st.s.Phase = Transferring
		st.do(HandOver{n.Transfer})
	default:
		st.end(CauseHangupNode)
	}
}

// listen gives the callee the floor; a node that has no branches of its own (its answer to a question was spoken while it
// was on its way elsewhere) goes on instead.
func (st *step) listen(patience int) {
	n := st.s.node()
	if !n.Listens() {
		st.settle(n)
		return
	}
	st.s.Phase, st.s.mute = Listening, 0
	st.s.consult.open = false
	l := Listen{Silence: patience, Value: n.Value}
	if n.Keyed() {
		d := n.Digits
		l.Digits = &d
	}
	st.do(l)
}

func (st *step) resume(via string) {
	st.trace.Via = via
	st.s.Phase = Speaking
	st.do(Resume{})
	st.catchUp()
}

func (st *step) end(cause string) {
	st.s.Phase = Ended
	st.do(End{cause})
}

// again asks the node's question once more.
func (st *step) again() {
	n := st.s.node()
	if n.Again.Text == "" {
		st.listen(1)
		return
	}
	st.speak(afterListen, n.Interruptible, n.Again)
}

func (st *step) follow(b script.Branch, via string) {
	st.trace.Via = via
	if b.Label != "" {
		st.do(Label{b.Label})
	}
	st.enter(b.To)
}

// limit applies a rule of the settings to the count-th time in a row.
func (st *step) limit(l script.Limit, count int, what, cause string) (over bool) {
	if count < l.Max {
		return false
	}
	st.trace.Via = what + " limit"
	if l.Then == "" || l.Then == st.s.Node {
		st.end(cause)
	} else {
		st.enter(l.Then)
	}
	return true
}

func (st *step) askAgain(l script.Limit, count int) {
	if count > 0 && count <= len(l.Say) {
		st.speak(afterListen, st.s.node().Interruptible, l.Say[count-1])
		return
	}
	st.again()
}

func (st *step) silent() {
	st.s.Silences++
	set := st.flow().Settings
	if st.limit(set.Silence, st.s.Silences, "silence", CauseSilence) {
		return
	}
	if b, ok := branch(st.s.node().Branches, script.Trigger{Kind: script.OnSilence}); ok {
		st.follow(b, "silence")
		return
	}
	st.trace.Via = "ask again"
	st.askAgain(set.Silence, st.s.Silences)
}

func (st *step) pressed(keys string) {
	n := st.s.node()
	st.s.Silences = 0
	if st.round() {
		return
	}
	if n.Keyed() && len(keys) < n.Digits.Min {
		st.strayKeys()
		return
	}
	ways := []script.Trigger{{Kind: script.OnDigits, Value: keys}, {Kind: script.OnDigits}}
	if n.Keyed() {
		st.set(n.Digits.Into, keys)
		if n.Value != "" {
			ways = append(ways, script.Trigger{Kind: script.OnValue})
		}
	}
	for _, list := range [][]script.Branch{n.Branches, st.flow().Anywhere} {
		for _, t := range ways {
			if b, ok := branch(list, t); ok {
				st.s.Unmatched = 0
				st.follow(b, t.String())
				return
			}
		}
	}
	st.strayKeys()
}

// strayKeys are too few, or nobody asked for them; while the robot speaks they change nothing.
func (st *step) strayKeys() {
	switch st.s.Phase {
	case Listening:
		st.unmatched()
	case Broken:
		st.resume("unexpected keys")
	}
}

func (st *step) transferred(in TransferResult) {
	if in.Connected {
		st.trace.Via = "connected"
		st.s.Phase = Ended
		st.do(Leave{})
		return
	}
	st.trace.Via = "failed"
	st.s.mute = 0
	st.enter(st.s.node().Transfer.Failed)
}

func branch(list []script.Branch, t script.Trigger) (script.Branch, bool) {
	i := slices.IndexFunc(list, func(b script.Branch) bool { return b.On == t })
	if i < 0 {
		return script.Branch{}, false
	}
	return list[i], true
}
