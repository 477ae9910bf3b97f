package transcript

import (
	"context"
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/tenant"
)

// Spoken is a call that had a conversation, with its turns as far as the walk through a script is concerned: their audio and
// times are left out.
type Spoken struct {
	Call      call.UUID
	Contact   contact.ID
	Number    contact.Number
	LastNode  string
	EndedBy   call.Party
	EndReason string
	Turns     []Turn // in their order
}

// Bounds of one read of the archive.
const (
	MostSpoken = 2000
	// MostCalls of a version are looked at, newest first, whether they had a conversation or not.
	MostCalls = 20_000
)

// Archive reads what was said in the calls of a script's version.
type Archive interface {
	// Spoken lists the newest calls of a version that began since then and had a conversation, newest first.
	Spoken(ctx context.Context, scope tenant.Scope, version script.VersionID, since time.Time, most int) ([]Spoken, error)
}
