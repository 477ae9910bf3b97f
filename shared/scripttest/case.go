package scripttest

import (
	"slices"
	"strings"

	"github.com/outdial/outdial/shared/script"
)

// CaseResult is what came of a case.
type CaseResult struct {
	Name     string          `json:"name"`
	Passed   bool            `json:"passed"`
	Failures []Finding       `json:"failures" doc:"What was expected and did not come"`
	Notes    []Finding       `json:"notes" doc:"What the test could not try"`
	Path     []script.NodeID `json:"path"`
	Labels   []string        `json:"labels"`
	Grade    string          `json:"grade"`
}

// Cases runs those that the script brings along.
func (r *Runner) Cases() []CaseResult {
	out := make([]CaseResult, len(r.flow.Tests))
	for i, c := range r.flow.Tests {
		out[i] = r.Case(c)
	}
	return out
}

// Case runs one regression test: what the callee does, and what is expected to come of it.
func (r *Runner) Case(c script.Test) CaseResult {
	out := CaseResult{Name: c.Name}
	fail := func(code string, args ...any) { out.Failures = append(out.Failures, finding(code, args...)) }
	w := r.begin(c.Variables)
	w.model = nil // a test is the same every time: the answers stand in it
	_ = w.start()
	unasked := func(line int) {
		if w.asks() {
			out.Notes = append(out.Notes, finding("model_not_asked", w.state.Node, line))
			w.answer(Input{ModelFailed: noModel})
		}
	}
	for i, line := range c.Says {
		in, err := ReadInput(line)
		if err != nil {
			fail("line_unreadable", i+1, err)
			break
		}
		if !in.Interrupted {
			w.settle()
		}
		if !in.answers() {
			if unasked(i); !in.Interrupted {
				w.settle()
			}
		}
		if w.ended() {
			fail("ended_early", w.state.Node, w.cause, i+1, line)
			break
		}
		if in.Model != "" && !w.asks() {
			fail("model_not_due", i+1, w.state.Node)
			break
		}
		if in.Model != "" && w.asked.Instructions == "" && !slices.Contains(w.asked.Choices, in.Model) {
			fail("model_chooses", i+1, w.state.Node, strings.Join(w.asked.Choices, ", "))
			break
		}
		w.do(in)
	}
	w.settle()
	if len(out.Failures) == 0 {
		unasked(len(c.Says))
		w.settle()
	}
	grade := w.verdict().Grade
	out.Path, out.Labels, out.Grade = listed(w.path), listed(w.labels), grade
	if missing, ok := inOrder(w.path, c.Expect.Path); !ok {
		fail("path_misses", missing, arrows(w.path))
	}
	for _, n := range c.Expect.Never {
		if slices.Contains(w.path, n) {
			fail("path_crosses", n, arrows(w.path))
		}
	}
	for _, l := range c.Expect.Labels {
		if !slices.Contains(w.labels, l) {
			fail("label_missing", l, strings.Join(w.labels, ", "))
		}
	}
	for _, m := range c.Expect.SMS {
		if !slices.Contains(w.sms, m) {
			fail("sms_missing", m, strings.Join(w.sms, ", "))
		}
	}
	if c.Expect.Grade != "" && grade != c.Expect.Grade {
		fail("grade_differs", grade, c.Expect.Grade)
	}
	switch end := c.Expect.End; {
	case end == "":
	case !w.ended():
		fail("goes_on", w.state.Node, end)
	case w.state.Node != end:
		fail("ends_elsewhere", w.state.Node, end)
	}
	out.Passed = len(out.Failures) == 0
	out.Failures, out.Notes = listed(out.Failures), listed(out.Notes)
	return out
}

// inOrder tells whether the wanted nodes lie on the path in their order, and if not, which one was missed.
func inOrder(path, want []script.NodeID) (script.NodeID, bool) {
	for _, n := range want {
		at := slices.Index(path, n)
		if at < 0 {
			return n, false
		}
		path = path[at+1:]
	}
	return "", true
}

func arrows(path []script.NodeID) string {
	words := make([]string, len(path))
	for i, n := range path {
		words[i] = string(n)
	}
	return strings.Join(words, " > ")
}
