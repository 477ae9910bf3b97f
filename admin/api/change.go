package api

import (
	"context"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/tenant"
)

// change is what a handler did, for the operation log.
type change struct {
	Module  string // as in oplog.Operation
	Action  string
	Kind    string // of the target
	ID      string
	Name    string
	Summary string // what the differing fields do not tell; empty lists them
	Before  any    // as the API shows it; nil when there was nothing, or nothing worth keeping
	After   any

	Actor *access.User // who did it, where that is not the caller: a sign-in has none
	Also  []tenant.ID  // others in whose log it stands too
}

// changes collects what one request changed.
type changes struct{ list []change }

// note tells the operation log of a change. It is written when the request has succeeded; secrets are the handler's to
// leave out of Before and After.
func note(ctx context.Context, c change) {
	if all, ok := ctx.Value(changesKey).(*changes); ok {
		all.list = append(all.list, c)
	}
}
