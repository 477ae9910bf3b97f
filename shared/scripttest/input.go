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
	Interrupted bool   `json:"interrupted,omitempty"` // the callee breaks into the prompt that is due; what they say follows
	Transfer    string `json:"transfer,omitempty"`    // Connected or Failed
}

// Results of a transfer.
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
	}
	return i.Say
}

// Check refuses an input that is not one thing.
func (i Input) Check() error {
	n := 0
	for _, set := range []bool{i.Say != "", i.Digits != "", i.Silence, i.Interrupted, i.Transfer != ""} {
		if set {
			n++
		}
	}
	switch {
	case n != 1:
		return errs.New(errs.Invalid, "give one of say, digits, silence, interrupted and transfer")
	case len(i.Digits) > 32 || strings.Trim(i.Digits, "0123456789*#") != "":
		return errs.New(errs.Invalid, "digits must be 1 to 32 of 0-9, * and #")
	case i.Transfer != "" && i.Transfer != Connected && i.Transfer != Failed:
		return errs.New(errs.Invalid, "transfer must be connected or failed")
	case utf8.RuneCountInString(i.Say) > mostSaid:
		return errs.New(errs.Invalid, "a sentence must have at most %d characters", mostSaid)
	}
	return nil
}

// mostSaid bounds one sentence.
const mostSaid = 1000

// ReadInput reads a line of a case: a sentence, or one of <digits 12>, <silence>, <interrupted>, <connected> and <failed>.
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
	}
	return Input{}, fmt.Errorf("%q is no input; write a sentence, <digits 12>, <silence>, <interrupted>, <connected> or <failed>", line)
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
