package scripttest

import (
	"slices"
	"time"
	"unicode/utf8"

	"github.com/outdial/outdial/shared/flow"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/transcript"
)

// walk is one talk under way. Prompts take as long as they would take to speak, so that the longest call of the settings ends
// a talk here too.
type walk struct {
	r      *Runner
	state  flow.State
	taken  func(way int)            // every way that the talk takes; may be nil
	came   func(node script.NodeID) // every node that the talk comes to; may be nil
	visits map[script.NodeID]int
	path   []script.NodeID
	labels []string
	sms    []string
	tally  transcript.Tally
	spent  time.Duration
	cause  string // of the end
	firm   bool   // the prompt that is spoken cannot be broken into
	asked  flow.Consult
	model  func(flow.Consult) flow.Input // answers for the chat model; nil: the walk waits where one is asked
}

// nobody answers where no model is there to be asked: the flow goes the way that the script names for that.
func nobody(c flow.Consult) flow.Input { return flow.ReplyFailed{ID: c.ID, Reason: noModel} }

const noModel = "no model"

func (r *Runner) begin(vars map[string]string) *walk {
	return &walk{r: r, state: flow.New(r.program, vars).At(r.now), model: nobody}
}

// step lets one thing happen and keeps the books.
func (w *walk) step(in flow.Input) ([]flow.Action, flow.Trace) {
	was := w.state.Phase
	next, actions, trace := flow.Step(w.state, in)
	w.state = next
	w.count(was, in, trace)
	w.follow(trace)
	for _, a := range actions {
		switch a := a.(type) {
		case flow.Speak:
			w.spent += lasts(a.Text)
			w.firm = !a.Interruptible
		case flow.Label:
			if len(w.labels) < maxLabels && !slices.Contains(w.labels, a.Name) {
				w.labels = append(w.labels, a.Name)
			}
		case flow.SMS:
			if len(w.sms) < maxLabels && !slices.Contains(w.sms, a.Mark) {
				w.sms = append(w.sms, a.Mark)
			}
		case flow.Consult:
			w.asked = a
		case flow.End:
			w.cause = a.Cause
		case flow.Leave:
			w.cause = flow.CauseTransferred
		}
	}
	return actions, trace
}

// maxLabels is as many as a call keeps.
const maxLabels = 50

// Time that things take. The shares of the callee are those of an ordinary speaker.
const (
	runeTime     = 220 * time.Millisecond
	letterTime   = 65 * time.Millisecond
	replyTime    = 900 * time.Millisecond
	keyTime      = 600 * time.Millisecond
	transferTime = 8 * time.Second
	modelTime    = time.Second
)

func lasts(text string) time.Duration {
	n := utf8.RuneCountInString(text)
	if len(text) == n { // ASCII
		return time.Duration(n) * letterTime
	}
	return time.Duration(n) * runeTime
}

// count adds what the callee did to the tally and to the time. What is said to nobody is not a turn.
func (w *walk) count(was flow.Phase, in flow.Input, trace flow.Trace) {
	switch in := in.(type) {
	case flow.Utterance:
		w.spent += replyTime + lasts(in.Text)
	case flow.Digits:
		w.spent += replyTime + time.Duration(len(in.Keys))*keyTime
	case flow.Silence:
		w.spent += w.r.flow.Settings.Silence.After
	case flow.TransferResult:
		w.spent += transferTime
		return
	default:
		return
	}
	if was != flow.Listening && was != flow.Broken && was != flow.Waiting {
		return
	}
	w.tally = w.tally.Count(transcript.Turn{Speaker: transcript.Callee, Matched: trace.Match})
}

// follow finds the nodes and ways of a step.
func (w *walk) follow(t flow.Trace) {
	if way := w.r.ways.of(t.From, t.Via); way >= 0 && w.taken != nil {
		w.taken(way)
	}
	for i, id := range t.Entered {
		n := w.r.flow.Nodes[id]
		if n.Visits.Max > 0 && w.visits[id] >= n.Visits.Max {
			w.took(id, "visits")
			continue
		}
		if n.Visits.Max > 0 {
			if w.visits == nil {
				w.visits = map[script.NodeID]int{}
			}
			w.visits[id]++
		}
		w.path = append(w.path, id)
		if w.came != nil {
			w.came(id)
		}
		if i+1 == len(t.Entered) {
			continue
		}
		switch n.Kind {
		case script.Jump:
			w.took(id, "jump")
		case script.Condition:
			w.compared(n, t.Entered[i+1])
		}
	}
}

func (w *walk) took(id script.NodeID, via string) {
	if way, ok := w.r.ways.nodes[id].via[via]; ok && w.taken != nil {
		w.taken(way)
	}
}

// compared finds the case of a condition that led to a node.
func (w *walk) compared(n *script.Node, to script.NodeID) {
	value := w.state.Var(n.Compare.Variable)
	for i, c := range n.Compare.Cases {
		if c.Value == value && c.To == to {
			if w.taken != nil {
				w.taken(w.r.ways.nodes[n.ID].is[i])
			}
			return
		}
	}
	w.took(n.ID, "else")
}

// settle lets the robot finish speaking, the chat model answer where somebody answers for it, and ends a talk that has lasted
// too long.
func (w *walk) settle() (out []flow.Action) {
	for w.state.Phase == flow.Speaking || w.asks() && w.model != nil {
		var in flow.Input = flow.PromptDone{}
		if w.asks() {
			w.spent += modelTime
			in = w.model(w.asked)
		}
		more, _ := w.step(in)
		out = append(out, more...)
	}
	if w.state.Phase != flow.Ended && w.spent >= w.r.flow.Settings.LongestCall {
		more, _ := w.step(flow.Expired{})
		out = append(out, more...)
	}
	return out
}

// do takes one input: the robot finishes what it says first, unless it is broken into.
func (w *walk) do(in Input) (before, after []flow.Action, trace flow.Trace) {
	switch {
	case !in.Interrupted:
		before = w.settle()
	case w.firm:
		return nil, nil, flow.Trace{Input: "interrupted", From: w.state.Node, To: w.state.Node, Phase: w.state.Phase}
	}
	if w.asks() && in.answers() {
		after, trace = w.answer(in)
		return before, after, trace
	}
	after, trace = w.step(w.r.of(in))
	return before, after, trace
}

func (w *walk) ended() bool { return w.state.Phase == flow.Ended }

// verdict is what the talk is worth so far.
func (w *walk) verdict() transcript.Verdict {
	return transcript.Grade(w.r.flow.Grades, transcript.Facts{Tally: w.tally, Labels: w.labels, Nodes: w.path, Talk: w.spent})
}
