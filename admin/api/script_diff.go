package api

import (
	"context"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/script"
)

// ScriptDiff is what differs between two documents.
type ScriptDiff struct {
	Nodes []NodeChange `json:"nodes"`
	Parts []PartChange `json:"parts"`
}

// NodeChange is what became of one node.
type NodeChange struct {
	ID     string        `json:"id"`
	Change string        `json:"change" enum:"added,removed,changed"`
	Fields []FieldChange `json:"fields"`
}

// PartChange is what became of one thing beside the nodes.
type PartChange struct {
	Part   string        `json:"part" doc:"settings, variables, questions, intents, anywhere, grades, corrections, voice, tests; script for name, start and the like"`
	ID     string        `json:"id" doc:"Which question, variable, …"`
	Change string        `json:"change" enum:"added,removed,changed"`
	Fields []FieldChange `json:"fields"`
}

// FieldChange is one value; lists and mappings are shown as JSON.
type FieldChange struct {
	Path   string `json:"path" doc:"Inside the node or part; empty for the whole of it"`
	Before string `json:"before"`
	After  string `json:"after"`
}

type diffInput struct {
	ScriptPath
	From int64 `query:"from" minimum:"0" doc:"A version; 0 for an empty document"`
	To   int64 `query:"to" minimum:"0" doc:"A version; 0 for the draft"`
}

type diffOutput struct{ Body ScriptDiff }

func (a *API) diffScript(ctx context.Context, in *diffInput) (*diffOutput, error) {
	before, err := a.sourceOf(ctx, in.id(), script.VersionID(in.From), nil)
	if err != nil {
		return nil, err
	}
	d, err := a.Store.Draft(ctx, scopeOf(ctx), in.id())
	if err != nil {
		return nil, err
	}
	after, err := a.sourceOf(ctx, in.id(), script.VersionID(in.To), d.Document)
	if err != nil {
		return nil, err
	}
	out := &diffOutput{}
	out.Body, err = diffOf(before, after)
	return out, err
}

// sourceOf is the text of a version of the script, or what stands in for the version zero.
func (a *API) sourceOf(ctx context.Context, id script.ID, version script.VersionID, zero []byte) ([]byte, error) {
	if version == 0 {
		return zero, nil
	}
	v, err := a.Store.ScriptVersion(ctx, scopeOf(ctx), version)
	if err == nil && v.Script != id {
		err = errs.Missing("script version", version)
	}
	return v.Source, err
}

func diffOf(before, after []byte) (ScriptDiff, error) {
	nodes, parts, err := script.Diff(before, after)
	if err != nil {
		return ScriptDiff{}, err
	}
	out := ScriptDiff{Nodes: make([]NodeChange, 0, len(nodes)), Parts: make([]PartChange, 0, len(parts))}
	for _, d := range nodes {
		out.Nodes = append(out.Nodes, NodeChange{ID: d.ID, Change: string(d.Change), Fields: fieldChanges(d.Fields)})
	}
	for _, d := range parts {
		out.Parts = append(out.Parts, PartChange{Part: d.Part, ID: d.ID, Change: string(d.Change), Fields: fieldChanges(d.Fields)})
	}
	return out, nil
}

func fieldChanges(list []script.FieldDifference) []FieldChange {
	out := make([]FieldChange, 0, len(list))
	for _, f := range list {
		out = append(out, FieldChange(f))
	}
	return out
}
