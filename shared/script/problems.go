package script

import (
	"fmt"
	"sort"
	"strings"

	"github.com/outdial/outdial/shared/errs"
)

// Problem is one thing that is wrong with a script's text.
type Problem struct {
	Line int    // 0 when it concerns the file as a whole
	Node NodeID // empty when no node is concerned
	Text string
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

type problems struct{ list []Problem }

func (p *problems) add(line int, node NodeID, format string, args ...any) {
	if len(p.list) < maxProblems {
		p.list = append(p.list, Problem{line, node, fmt.Sprintf(format, args...)})
	}
}

func (p *problems) err() error {
	if len(p.list) == 0 {
		return nil
	}
	sort.SliceStable(p.list, func(i, j int) bool { return p.list[i].Line < p.list[j].Line })
	return &Invalid{p.list}
}
