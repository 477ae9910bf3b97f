package api

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/errs/words"
	"github.com/outdial/outdial/shared/script"
)

// ScriptProblem is one thing that is wrong with a document.
type ScriptProblem struct {
	Severity string `json:"severity" enum:"error,warning" doc:"A document with errors is not submitted"`
	Node     string `json:"node" doc:"Empty when no node is concerned"`
	At       string `json:"at" doc:"Where in the node, as branches.affirm; or in the document, as questions.price"`
	Line     int    `json:"line" doc:"0 when no line is concerned"`
	Text     string `json:"text"`
}

// ScriptDraft is what is being written.
type ScriptDraft struct {
	Revision  int64           `json:"revision" doc:"Goes up with every change; send the one that was read"`
	Document  string          `json:"document" doc:"The document as JSON text, its keys in the author's order"`
	Problems  []ScriptProblem `json:"problems"`
	UpdatedAt time.Time       `json:"updated_at"`
	UpdatedBy string          `json:"updated_by"`
}

type draftOutput struct{ Body ScriptDraft }

func (a *API) getScriptDraft(ctx context.Context, in *ScriptPath) (*draftOutput, error) {
	d, err := a.Store.Draft(ctx, scopeOf(ctx), in.id())
	if err != nil {
		return nil, err
	}
	return a.draftShown(ctx, d), nil
}

func (a *API) draftShown(ctx context.Context, d script.Draft) *draftOutput {
	document := shownDocument(d.Document)
	found, _ := script.Check([]byte(document))
	return &draftOutput{Body: ScriptDraft{Revision: d.Revision, Document: document, Problems: problemsShown(ctx, found), UpdatedAt: d.UpdatedAt.UTC(), UpdatedBy: d.UpdatedBy}}
}

// shownDocument is a document in the form that editors read; one that is older than this form may be anything.
func shownDocument(source []byte) string {
	if d, err := script.Document(source); err == nil {
		return string(d)
	}
	return strings.ToValidUTF8(string(source), "\uFFFD")
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

type saveDraftInput struct {
	ScriptPath
	Body struct {
		Revision int64  `json:"revision" minimum:"0" doc:"Of the draft that was changed; when it is no longer the newest, the answer is a conflict with the code stale_draft"`
		Document string `json:"document" doc:"JSON or YAML, at most 1 MB; kept whatever is wrong with it, as long as it is a mapping"`
	}
}

func (a *API) saveScriptDraft(ctx context.Context, in *saveDraftInput) (*draftOutput, error) {
	document, err := asDocument(in.Body.Document)
	if err != nil {
		return nil, err
	}
	s, err := a.Store.Script(ctx, scopeOf(ctx), in.id())
	if err != nil {
		return nil, err
	}
	found, _ := script.Check(document)
	d := script.Draft{Script: s.ID, Revision: in.Body.Revision, Document: document, UpdatedBy: a.callerName(ctx), UpdatedAt: a.Clock.Now().UTC()}
	if err := a.Store.SaveDraft(ctx, scopeOf(ctx), &d, len(script.Errors(found))); err != nil {
		return nil, stale(ctx, err)
	}
	note(ctx, change{Module: "scripts", Action: "write", Kind: "script", ID: scriptKey(s.ID), Name: s.Name, After: map[string]any{"revision": d.Revision, "problems": len(found)}})
	a.scriptChanged(ctx, s.Tenant, s.ID, 0, s.State)
	return &draftOutput{Body: ScriptDraft{Revision: d.Revision, Document: string(document), Problems: problemsShown(ctx, found), UpdatedAt: d.UpdatedAt, UpdatedBy: d.UpdatedBy}}, nil
}

// asDocument reads a document that was sent; what is none is refused beside its field.
func asDocument(text string) ([]byte, error) {
	document, err := script.Document([]byte(text))
	var bad *script.Invalid
	if err == nil || errors.As(err, &bad) {
		return document, err
	}
	return nil, &errs.Error{Kind: errs.Invalid, Message: "the script was refused", Said: errs.Said{Format: "the script was refused"}, Fields: []errs.Field{field("document", err)}}
}

// field is an error as what is wrong with one field.
func field(path string, err error) errs.Field {
	f := errs.Field{Path: path, Reason: err.Error()}
	var own *errs.Error
	if errors.As(err, &own) {
		f.Reason, f.Said = own.Message, own.Said
	}
	return f
}

// staleDraft is the code of the refusal that a console answers with the newer draft.
const staleDraft = "stale_draft"

// stale gives the refusal of an old revision a code of its own.
func stale(ctx context.Context, err error) error {
	if !errors.Is(err, script.ErrStale) {
		return err
	}
	p := status(http.StatusConflict, words.In(languageOf(ctx), script.ErrStale))
	p.Code = staleDraft
	return p
}

type checkScriptInput struct {
	Body struct {
		Document string `json:"document" doc:"JSON or YAML, at most 1 MB"`
	}
}

type checkScriptOutput struct {
	Body struct {
		Problems []ScriptProblem `json:"problems"`
	}
}

func (a *API) checkScript(ctx context.Context, in *checkScriptInput) (*checkScriptOutput, error) {
	found, _ := script.Check([]byte(in.Body.Document))
	out := &checkScriptOutput{}
	out.Body.Problems = problemsShown(ctx, found)
	return out, nil
}
