package script

import (
	"fmt"
	"slices"
	"strings"

	"github.com/outdial/outdial/shared/errs"
)

// Severity tells what a problem keeps a script from.
type Severity string

const (
	Error   Severity = "error"   // the script cannot be walked
	Warning Severity = "warning" // it can, and is hardly meant so
)

// Problem is one thing that is wrong with a script's text.
type Problem struct {
	Severity Severity
	Line     int    // 0 when it concerns the file as a whole
	Node     NodeID // empty when no node is concerned
	// At is the key that is concerned: inside the node, such as branches.affirm, or in the file, such as questions.price.
	At   string
	Text string
	// Said is what Text was made of, for other languages.
	Said errs.Said
}

func (p Problem) String() string {
	var b strings.Builder
	if p.Line > 0 {
		fmt.Fprintf(&b, "line %d: ", p.Line)
	}
	if p.Node != "" {
		fmt.Fprintf(&b, "node %s: ", p.Node)
	}
	return b.String() + p.Text
}

// Errors are those problems that keep a script from being walked.
func Errors(all []Problem) []Problem {
	var out []Problem
	for _, p := range all {
		if p.Severity == Error {
			out = append(out, p)
		}
	}
	return out
}

// Invalid lists everything that is wrong with a script, in the order of the file. It is an errs.Invalid.
type Invalid struct{ Problems []Problem }

func (e *Invalid) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return "the script was refused: " + strings.Join(lines, "; ")
}

// Unwrap gives the same facts as the error that every edge understands.
func (e *Invalid) Unwrap() error {
	out := errs.New(errs.Invalid, "the script was refused")
	for _, p := range e.Problems {
		path := "script"
		switch {
		case p.Node != "":
			path = "nodes." + string(p.Node)
		case p.Line > 0:
			path = fmt.Sprintf("line %d", p.Line)
		}
		out.Fields = append(out.Fields, errs.Field{Path: path, Reason: p.String()})
	}
	return out
}

// maxProblems keeps the answer to a hopeless file readable.
const maxProblems = 100

// problems collects what is found. Warnings are counted apart, so that they never hide an error.
type problems struct {
	list             []Problem
	errors, warnings int
}

func (p *problems) add(line int, node NodeID, at, format string, args ...any) {
	if p.errors++; p.errors <= maxProblems {
		p.list = append(p.list, problem(Error, line, node, at, errs.Said{Format: format, Args: args}))
	}
}

func (p *problems) warn(line int, node NodeID, at, format string, args ...any) {
	if p.warnings++; p.warnings <= maxProblems {
		p.list = append(p.list, problem(Warning, line, node, at, errs.Said{Format: format, Args: args}))
	}
}

func problem(severity Severity, line int, node NodeID, at string, said errs.Said) Problem {
	return Problem{Severity: severity, Line: line, Node: node, At: at, Text: fmt.Sprintf(said.Format, said.Args...), Said: said}
}

// sorted are the problems in the order of the file.
func (p *problems) sorted() []Problem {
	slices.SortStableFunc(p.list, func(a, b Problem) int { return a.Line - b.Line })
	return p.list
}
