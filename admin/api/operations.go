package api

import (
	"bytes"
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/outdial/outdial/shared/oplog"
)

// Operation is one entry of the operation log.
type Operation struct {
	ID      int64           `json:"id"`
	At      time.Time       `json:"at"`
	Actor   OperationActor  `json:"actor"`
	Address string          `json:"address" doc:"Where the request came from"`
	Module  string          `json:"module" example:"campaigns"`
	Action  string          `json:"action" example:"update"`
	Target  OperationTarget `json:"target"`
	Summary string          `json:"summary" doc:"The fields that differ, or what else there is to say"`
	Before  map[string]any  `json:"before" nullable:"true" doc:"What differs, as it was; null when there was nothing"`
	After   map[string]any  `json:"after" nullable:"true" doc:"What differs, as it is now; null when there is nothing"`
}

// OperationActor is who did it, as they were called at the time.
type OperationActor struct {
	ID      int64  `json:"id"`
	Account string `json:"account"`
	Name    string `json:"name"`
}

// OperationTarget is what was changed.
type OperationTarget struct {
	Kind string `json:"kind"`
	ID   string `json:"id"`
	Name string `json:"name"`
}

type listOperationsInput struct {
	Actor  string    `query:"actor" maxLength:"100" doc:"A part of the account or the name"`
	Module string    `query:"module" maxLength:"40"`
	Action string    `query:"action" maxLength:"40"`
	Target string    `query:"target" maxLength:"100" doc:"The id, or a part of the name"`
	From   time.Time `query:"from"`
	To     time.Time `query:"to" doc:"Not included"`
	Paging
}

type listOperationsOutput struct{ Body Page[Operation] }

func (a *API) listOperations(ctx context.Context, in *listOperationsInput) (*listOperationsOutput, error) {
	below, err := in.key()
	if err != nil {
		return nil, err
	}
	f := oplog.Filter{Account: in.Actor, Module: in.Module, Action: in.Action, Target: in.Target, From: in.From, To: in.To}
	found, err := a.Store.Operations(ctx, scopeOf(ctx), f, below, in.Limit+1)
	if err != nil {
		return nil, err
	}
	out := &listOperationsOutput{}
	found, out.Body.Next = cut(found, in.Limit, func(o oplog.Operation) string { return strconv.FormatInt(o.ID, 10) })
	out.Body.Items = make([]Operation, 0, len(found))
	for _, o := range found {
		shown, err := a.operation(ctx, o)
		if err != nil {
			return nil, err
		}
		out.Body.Items = append(out.Body.Items, shown)
	}
	return out, nil
}

// operation is an entry as the caller may see it.
func (a *API) operation(ctx context.Context, o oplog.Operation) (Operation, error) {
	before, err := a.logged(ctx, o.Before)
	if err != nil {
		return Operation{}, err
	}
	after, err := a.logged(ctx, o.After)
	return Operation{ID: o.ID, At: o.At.UTC(), Actor: OperationActor{ID: int64(o.User), Account: o.Account, Name: o.Name}, Address: o.Address,
		Module: o.Module, Action: o.Action, Target: OperationTarget{Kind: o.Target.Kind, ID: o.Target.ID, Name: a.text(ctx, o.Target.Name)},
		Summary: a.text(ctx, o.Summary), Before: before, After: after}, err
}

// logged is a side of a change; what is no object is shown as one with a single value.
func (a *API) logged(ctx context.Context, raw json.RawMessage) (map[string]any, error) {
	if raw == nil {
		return nil, nil //nolint:nilnil // nothing was there
	}
	var v any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber() // ids are longer than a float is exact
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if masks(ctx) {
		v = a.masked(ctx, v)
	}
	if fields, ok := v.(map[string]any); ok {
		return fields, nil
	}
	return map[string]any{"value": v}, nil
}

// masked hides telephone numbers in every text of a value.
func (a *API) masked(ctx context.Context, v any) any {
	switch v := v.(type) {
	case string:
		return a.text(ctx, v)
	case []any:
		for i := range v {
			v[i] = a.masked(ctx, v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = a.masked(ctx, v[k])
		}
	}
	return v
}
