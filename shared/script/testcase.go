package script

import "strings"

// Test is a case that a script brings along: what a callee says, and what must come of it.
type Test struct {
	Name      string
	Line      int
	Variables map[string]string
	Says      []string // sentences, and Signals in angle brackets
	Expect    Expectation
}

// Expectation is what a test asks for. What is empty asks for nothing.
type Expectation struct {
	Path   []NodeID // entered in this order; others may lie between them
	Never  []NodeID // not entered
	Labels []string // all of them were given
	Grade  string
	End    NodeID // where the talk stood when it ended
	SMS    []string
}

// Signals are what may stand in a test beside sentences: <silence>, <interrupted>, <digits 12#>, how a transfer ended, and
// what the chat model answered.
const (
	SignalSilence     = "silence"
	SignalInterrupted = "interrupted"
	SignalDigits      = "digits"
	SignalConnected   = "connected"
	SignalFailed      = "failed"
	SignalModel       = "model" // <model 好的。>: the answer, or the case that it chose
)

// Signal reads a line of a test that is in angle brackets; not ok means that it is a sentence.
func Signal(line string) (word, keys string, ok bool) {
	inside, found := strings.CutPrefix(line, "<")
	if inside, ok = strings.CutSuffix(inside, ">"); !found || !ok {
		return "", "", false
	}
	word, keys, _ = strings.Cut(inside, " ")
	return word, strings.TrimSpace(keys), true
}
