// Package retention owns how long those rows are kept that only ever become more: of the operation log, notifications, and
// sentences that no script understood. What belongs to a call stays as long as the call does, and exports have a time of their own.
package retention

import (
	"context"
	"time"

	"github.com/outdial/outdial/shared/tenant"
)

// Kind is a sort of rows.
type Kind string

// The kinds, by the names of their settings.
const (
	Operations    Kind = "operations"
	Notifications Kind = "notifications"
	Unmatched     Kind = "unmatched"
)

// Kinds are all of them.
func Kinds() []Kind { return []Kind{Operations, Notifications, Unmatched} }

// Periods are how long the rows of each kind are kept; those without one are kept for ever.
type Periods map[Kind]time.Duration

// Before is the moment from which on rows of the kind are kept now; false where all are.
func (p Periods) Before(k Kind, now time.Time) (time.Time, bool) {
	keep := p[k]
	return now.Add(-keep), keep > 0
}

// Store removes rows.
type Store interface {
	// Prune looks at the oldest rows of a kind, at most so many, and removes those that are older than the moment. It counts them:
	// when there are none, there is nothing more to do.
	Prune(ctx context.Context, scope tenant.Scope, k Kind, before time.Time, most int) (int, error)
}
