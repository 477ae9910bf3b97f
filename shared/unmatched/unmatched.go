// Package unmatched owns what callees said that a script did not understand: the sentences as they were collected, which of
// them are alike, and what became of them. It does not decide what a sentence means (shared/nlu) and does not change scripts
// (shared/script).
package unmatched

import (
	"context"
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/tenant"
)

// State is what became of a sentence.
type State string

// The states of a sentence.
const (
	Open    State = "open"
	Added   State = "added"   // the draft was taught it
	Ignored State = "ignored" // somebody put it aside
)

// Sentence is one turn of a callee that nothing matched. It is written down together with the turn.
type Sentence struct {
	ID      int64
	Tenant  tenant.ID
	Script  script.ID
	Version script.VersionID
	Call    call.UUID
	Seq     int
	Node    string
	Text    string
	Audio   string // the turn's; empty when it has none
	At      time.Time
	State   State
}

// Most is how many sentences of a script are grouped at a time, the newest.
const Most = 3000

// Store keeps the sentences. AddTurn of a transcript adds them.
type Store interface {
	// Unmatched lists the newest sentences of a script in a state, at most Most of them, the oldest first.
	Unmatched(ctx context.Context, scope tenant.Scope, id script.ID, s State) ([]Sentence, error)
	// UnmatchedByID lists some of a script's sentences, whatever their state, the oldest first.
	UnmatchedByID(ctx context.Context, scope tenant.Scope, id script.ID, ids []int64) ([]Sentence, error)
	// SettleUnmatched moves those of the sentences that are in a state to another one, and counts them.
	SettleUnmatched(ctx context.Context, scope tenant.Scope, id script.ID, ids []int64, from, to State) (int, error)
}
