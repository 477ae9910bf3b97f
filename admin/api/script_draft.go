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
	document := shownDocument(d.Document)
	found, err := a.problemsOf(ctx, scopeOf(ctx), d.Script, 0, []byte(document))
	if err != nil {
		return nil, err
	}
	return &draftOutput{Body: ScriptDraft{Revision: d.Revision, Document: document, Problems: problemsShown(ctx, found), UpdatedAt: d.UpdatedAt.UTC(), UpdatedBy: d.UpdatedBy}}, nil
}

// shownDocument is a document in the form that editors read; one that is older than this form may be anything.
func shownDocument(source []byte) string {
	if d, err := script.Document(source); err == nil {
		return string(d)
	}
	return strings.ToValidUTF8(string(source), "\uFFFD")
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
	found, err := a.problemsOf(ctx, scopeOf(ctx), s.ID, 0, document)
	if err != nil {
		return nil, err
	}
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
		ScriptID int64  `json:"script_id,omitempty" minimum:"0" doc:"The script that it is for: what is missing in the recordings of its draft is told, too"`
	}
}

type checkScriptOutput struct {
	Body struct {
		Problems []ScriptProblem `json:"problems"`
	}
}

func (a *API) checkScript(ctx context.Context, in *checkScriptInput) (*checkScriptOutput, error) {
	found, f := script.Check([]byte(in.Body.Document))
	if id := script.ID(in.Body.ScriptID); id != 0 {
		s, err := a.Store.Script(ctx, scopeOf(ctx), id)
		if err != nil {
			return nil, err
		}
		if found, err = a.problemsOf(ctx, scopeOf(ctx), s.ID, 0, []byte(in.Body.Document)); err != nil {
			return nil, err
		}
	} else if f != nil {
		found = append(found, untested(f)...)
	}
	out := &checkScriptOutput{}
	out.Body.Problems = problemsShown(ctx, found)
	return out, nil
}
