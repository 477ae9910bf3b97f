package api

import (
	"context"
	"fmt"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/errs/words"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/tenant"
)

// ScriptProblem is one thing that is wrong with a document.
type ScriptProblem struct {
	Severity string `json:"severity" enum:"error,warning" doc:"A document with errors is not submitted"`
	Node     string `json:"node" doc:"Empty when no node is concerned"`
	At       string `json:"at" doc:"Where in the node, as branches.affirm; or in the document, as questions.price"`
	Line     int    `json:"line" doc:"0 when no line is concerned"`
	Text     string `json:"text"`
}

// problemsOf is everything that is wrong with a document that is spoken with the recordings of a version, or of the draft. The
// caller has found the script.
func (a *API) problemsOf(ctx context.Context, scope tenant.Scope, id script.ID, version script.VersionID, document []byte) ([]script.Problem, error) {
	found, f := script.Check(document)
	if f == nil {
		return found, nil // what is recorded for it is looked at once it can be walked
	}
	recordings, err := a.Store.Recordings(ctx, scope, id, version)
	if err != nil {
		return nil, err
	}
	return append(append(found, unspoken(f, recordings)...), untested(f)...), nil
}

// unspoken warns of the sentences that are not recorded. Where none is, the script is meant to be synthesised, and that is said
// once: a warning at every node would hide all others.
func unspoken(f *script.Flow, recordings []script.Recording) []script.Problem {
	missing := script.MissingAudio(f, recordings)
	if len(recordings) > 0 || len(missing) < 2 {
		return missing
	}
	return []script.Problem{warning("voice", "nothing is recorded: all %d sentences are synthesised", len(missing))}
}

// untested warns of a script that brings no tests along, so that its submission tries nothing that it must do.
func untested(f *script.Flow) []script.Problem {
	if len(f.Tests) > 0 {
		return nil
	}
	return []script.Problem{warning("tests", "the script has no tests, so that nothing is tried before its review but what chance finds; write down what it must do")}
}

func warning(at, format string, args ...any) script.Problem {
	said := errs.Said{Format: format, Args: args}
	return script.Problem{Severity: script.Warning, At: at, Text: fmt.Sprintf(format, args...), Said: said}
}

// problemsShown says problems in the language of the request.
func problemsShown(ctx context.Context, found []script.Problem) []ScriptProblem {
	out := make([]ScriptProblem, 0, len(found))
	for _, p := range found {
		out = append(out, ScriptProblem{Severity: string(p.Severity), Node: string(p.Node), At: p.At, Line: p.Line,
			Text: words.Reason(languageOf(ctx), errs.Field{Reason: p.Text, Said: p.Said})})
	}
	return out
}
