package scripttest

import (
	"fmt"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/flow"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/transcript"
)

// MaxInputs bounds one talk: the longest call has no room for more.
const MaxInputs = 500

// Talk is a talk with a script, step by step, and where it stands after the last.
type Talk struct {
	Inputs    []Input       `json:"inputs" doc:"What happened, with what the chat model answered: send these to go on from here, so that no model is asked twice"`
	Steps     []TalkStep    `json:"steps"`
	Node      script.NodeID `json:"node"`
	Phase     string        `json:"phase" enum:"idle,speaking,broken,listening,transferring,waiting,ended"`
	Labels    []string      `json:"labels"`
	SMS       []string      `json:"sms" doc:"The SMS that the call is marked for"`
	Tally     TalkTally     `json:"tally"`
	Grade     string        `json:"grade" doc:"What the call is worth so far"`
	GradeRule string        `json:"grade_rule"`
	Ended     string        `json:"ended" doc:"Why it ended; empty while it goes on"`
}

// TalkStep is one input and what came of it.
type TalkStep struct {
	Input   string          `json:"input" doc:"As a case of the script writes it; <start> is the answer of the call"`
	Failed  string          `json:"failed,omitempty" doc:"Why the chat model answered nothing"`
	From    script.NodeID   `json:"from"`
	To      script.NodeID   `json:"to"`
	Path    []script.NodeID `json:"path" doc:"The nodes that the talk came through, those that only lead on included"`
	Phase   string          `json:"phase"`
	Via     string          `json:"via" doc:"The branch that was followed, or the rule that took its place"`
	Match   *TalkMatch      `json:"match,omitempty"`
	Actions []TalkAction    `json:"actions"`
}

// TalkMatch explains what a sentence was taken for.
type TalkMatch struct {
	Kind          string  `json:"kind"`
	Intent        string  `json:"intent"`
	Rule          string  `json:"rule"`
	Score         float64 `json:"score"`
	RunnerUp      string  `json:"runner_up"`
	RunnerUpScore float64 `json:"runner_up_score"`
	Correction    string  `json:"correction"`
}

// TalkAction is what the robot does.
type TalkAction struct {
	Do            string        `json:"do" enum:"speak,listen,resume,transfer,leave,end,label,sms,ask_model"`
	Node          script.NodeID `json:"node,omitempty"`
	Key           string        `json:"key,omitempty"`
	Text          string        `json:"text,omitempty"`
	Interruptible bool          `json:"interruptible,omitempty"`
	Label         string        `json:"label,omitempty"`
	Cause         string        `json:"cause,omitempty"`
	Extension     string        `json:"extension,omitempty"`
}

// TalkTally counts what a grade is decided by.
type TalkTally struct {
	Interactions int `json:"interactions"`
	Affirmed     int `json:"affirmed"`
	Refused      int `json:"refused"`
	Questions    int `json:"questions"`
	Unmatched    int `json:"unmatched"`
	Silences     int `json:"silences"`
}

// Talk lets a callee say some things to the script. After the last input the robot says all it has to say. Where a chat model is
// asked and the next input is not its answer, ask is called for it; with a nil ask, it is as if the model failed. An answer
// where none is due, because the script has changed since, is left out.
func (r *Runner) Talk(vars map[string]string, inputs []Input, ask func(flow.Consult) Input) (Talk, error) {
	if len(inputs) > MaxInputs {
		return Talk{}, errs.New(errs.Invalid, "the talk has %d inputs; at most %d are taken", len(inputs), MaxInputs)
	}
	w := r.begin(vars)
	w.model = nil
	out := Talk{Inputs: []Input{}, Steps: []TalkStep{w.start()}}
	take := func(in Input) {
		out.Inputs = append(out.Inputs, in)
		out.Steps = append(out.Steps, w.one(in, &out.Steps[len(out.Steps)-1]))
	}
	answer := func() {
		in := Input{ModelFailed: noModel}
		if ask != nil {
			in = ask(w.asked)
		}
		take(in)
	}
	for _, in := range inputs {
		if !in.Interrupted {
			w.finish(&out.Steps[len(out.Steps)-1])
		}
		if w.asks() && !in.answers() {
			answer()
		}
		if w.ended() {
			break
		}
		if in.Model == "" && in.ModelFailed == "" || w.asks() {
			take(in)
		}
	}
	w.finish(&out.Steps[len(out.Steps)-1])
	if w.asks() {
		answer()
		w.finish(&out.Steps[len(out.Steps)-1])
	}
	v := w.verdict()
	out.Node, out.Phase, out.Labels, out.SMS, out.Ended = w.state.Node, w.state.Phase.String(), listed(w.labels), listed(w.sms), w.cause
	out.Tally, out.Grade, out.GradeRule = TalkTally(w.tally), v.Grade, v.Rule
	return out, nil
}

// start is the answer of the call.
func (w *walk) start() TalkStep {
	actions, trace := w.step(flow.Start{})
	return TalkStep{Input: "<start>", From: trace.From, To: trace.To, Path: listed(w.path), Phase: trace.Phase.String(), Via: trace.Via, Actions: shown(actions)}
}

// one takes an input; what the robot still had to do before it belongs to the step before.
func (w *walk) one(in Input, last *TalkStep) TalkStep {
	if !in.Interrupted {
		w.finish(last)
	}
	from := len(w.path)
	_, after, trace := w.do(in)
	s := TalkStep{Input: in.String(), Failed: in.ModelFailed, From: trace.From, To: trace.To, Path: listed(w.path[from:]), Phase: trace.Phase.String(), Via: trace.Via, Actions: shown(after)}
	if trace.Match.Kind != transcript.MatchNone {
		m := trace.Match
		s.Match = &TalkMatch{Kind: string(m.Kind), Intent: m.Intent, Rule: m.Rule, Score: m.Score, RunnerUp: m.RunnerUp, RunnerUpScore: m.RunnerUpScore, Correction: m.Correction}
	}
	return s
}

// finish lets the robot speak to the end, as a part of a step.
func (w *walk) finish(s *TalkStep) {
	from := len(w.path)
	s.Actions = append(s.Actions, shown(w.settle())...)
	s.Path = append(s.Path, w.path[from:]...)
	s.To, s.Phase = w.state.Node, w.state.Phase.String()
}

func shown(actions []flow.Action) []TalkAction {
	out := make([]TalkAction, 0, len(actions))
	for _, a := range actions {
		switch a := a.(type) {
		case flow.Speak:
			out = append(out, TalkAction{Do: "speak", Node: a.Node, Key: a.Key, Text: a.Text, Interruptible: a.Interruptible})
		case flow.Listen:
			out = append(out, TalkAction{Do: "listen"})
		case flow.Resume:
			out = append(out, TalkAction{Do: "resume"})
		case flow.HandOver:
			out = append(out, TalkAction{Do: "transfer", Extension: a.Rule.Extension})
		case flow.Leave:
			out = append(out, TalkAction{Do: "leave"})
		case flow.End:
			out = append(out, TalkAction{Do: "end", Cause: a.Cause})
		case flow.SMS:
			out = append(out, TalkAction{Do: "sms", Label: a.Mark})
		case flow.Consult:
			out = append(out, TalkAction{Do: "ask_model", Node: a.Node, Text: a.Said})
		case flow.Label:
			out = append(out, TalkAction{Do: "label", Label: a.Name})
		default:
			out = append(out, TalkAction{Do: fmt.Sprintf("%T", a)})
		}
	}
	return out
}

// listed is a list that JSON shows as one, also when it is empty.
func listed[T any](list []T) []T { return append([]T{}, list...) }
