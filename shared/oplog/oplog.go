// Package oplog owns the operation log (A11.8): who changed what, from where, when, and what it was before. Entries are
// written once and never changed.
package oplog

import (
	"context"
	"encoding/json"
	"time"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/tenant"
)

// Operation is one change by one user.
type Operation struct {
	ID      int64
	Tenant  tenant.ID
	User    access.UserID
	Account string // as they were when it happened
	Name    string
	Address string
	Module  string // campaigns, calls, contacts, dnc, team, roles, companies, session, scripts, trunks, announcements, exports
	Action  string // create, update, delete, start, …
	Target  Target
	Summary string
	Before  json.RawMessage // nil when there was nothing
	After   json.RawMessage
	At      time.Time
}

// Target is what was changed.
type Target struct {
	Kind string
	ID   string
	Name string
}

// Filter narrows the log; From and To bound the time.
type Filter struct {
	Account string
	Module  string
	Action  string
	Target  string
	From    time.Time
	To      time.Time
}

// Store keeps the log.
type Store interface {
	AddOperations(ctx context.Context, scope tenant.Scope, ops []Operation) error
	// Operations pages by id, newest first.
	Operations(ctx context.Context, scope tenant.Scope, f Filter, below int64, limit int) ([]Operation, error)
}
