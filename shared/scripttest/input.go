package scripttest

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/flow"
	"github.com/outdial/outdial/shared/script"
)

// Input is one thing that happens to a talk: exactly one field is set.
type Input struct {
	Say         string `json:"say,omitempty"`
	Digits      string `json:"digits,omitempty"`
	Silence     bool   `json:"silence,omitempty"`
	Interrupted bool   `json:"interrupted,omitempty"`  // the callee breaks into the prompt that is due; what they say follows
	Transfer    string `json:"transfer,omitempty"`     // Connected or Failed
	Model       string `json:"model,omitempty"`        // what the chat model answers, or the words of the case that it chooses
	ModelFailed string `json:"model_failed,omitempty"` // why it answers nothing
}

// Results of a transfer; what failed may be a question to the chat model as well.
const (
	Connected = script.SignalConnected
	Failed    = script.SignalFailed
)

// String is the input as a case of a script writes it.
func (i Input) String() string {
	switch {
	case i.Digits != "":
		return "<digits " + i.Digits + ">"
	case i.Silence:
		return "<silence>"
	case i.Interrupted:
		return "<interrupted>"
	case i.Transfer != "":
		return "<" + i.Transfer + ">"
	case i.Model != "":
		return "<" + script.SignalModel + " " + i.Model + ">"
	case i.ModelFailed != "":
		return "<" + Failed + ">"
	}
	return i.Say
}

// Check refuses an input that is not one thing.
func (i Input) Check() error {
	n := 0
	for _, set := range []bool{i.Say != "", i.Digits != "", i.Silence, i.Interrupted, i.Transfer != "", i.Model != "", i.ModelFailed != ""} {
		if set {
			n++
		}
	}
	switch {
	case n != 1:
		return errs.New(errs.Invalid, "give one of say, digits, silence, interrupted, transfer, model and model_failed")
	case len(i.Digits) > 32 || strings.Trim(i.Digits, "0123456789*#") != "":
		return errs.New(errs.Invalid, "digits must be 1 to 32 of 0-9, * and #")
	case i.Transfer != "" && i.Transfer != Connected && i.Transfer != Failed:
		return errs.New(errs.Invalid, "transfer must be connected or failed")
	case utf8.RuneCountInString(i.Say) > mostSaid:
		return errs.New(errs.Invalid, "a sentence must have at most %d characters", mostSaid)
	case utf8.RuneCountInString(i.Model) > mostAnswered || utf8.RuneCountInString(i.ModelFailed) > mostSaid:
		return errs.New(errs.Invalid, "an answer of the model must have at most %d characters", mostAnswered)
	}
	return nil
}

const (
	mostSaid     = 1000 // of one sentence
	mostAnswered = 4000 // of what the model answers: more is not spoken
)

// ReadInput reads a line of a case: a sentence, or one of <digits 12>, <silence>, <interrupted>, <connected>, <failed> and
// <model what it answers>.
func ReadInput(line string) (Input, error) {
	line = strings.TrimSpace(line)
	word, keys, ok := script.Signal(line)
	if !ok {
		if line == "" {
			return Input{}, fmt.Errorf("it is empty; write a sentence, or <silence>")
		}
		return Input{Say: line}, nil
	}
	switch {
	case word == script.SignalDigits && keys != "" && strings.Trim(keys, "0123456789*#") == "":
		return Input{Digits: keys}, nil
	case word == script.SignalSilence && keys == "":
		return Input{Silence: true}, nil
	case word == script.SignalInterrupted && keys == "":
		return Input{Interrupted: true}, nil
	case (word == Connected || word == Failed) && keys == "":
		return Input{Transfer: word}, nil
	case word == script.SignalModel && keys != "":
		return Input{Model: keys}, nil
	}
	return Input{}, fmt.Errorf("%q is no input; write a sentence, <digits 12>, <silence>, <interrupted>, <connected>, <failed> or <model what it answers>", line)
}

// of is the input as the flow takes it.
func (r *Runner) of(i Input) flow.Input {
	switch {
	case i.Digits != "":
		return flow.Digits{Keys: i.Digits}
	case i.Silence:
		return flow.Silence{}
	case i.Interrupted:
		return flow.Interrupted{}
	case i.Transfer != "":
		return flow.TransferResult{Connected: i.Transfer == Connected, Reason: i.Transfer}
	}
	return flow.Utterance{Text: i.Say, Match: r.match(i.Say)}
}
