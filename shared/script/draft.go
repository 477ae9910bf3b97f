package script

import (
	"time"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
)

// Draft is what is being written.
type Draft struct {
	Script    ID
	Tenant    tenant.ID
	Revision  int64 // goes up with every change
	Document  []byte
	UpdatedBy string
	UpdatedAt time.Time
}

// ErrStale answers somebody who would overwrite what they have not seen.
var ErrStale error = errs.New(errs.Conflict, "somebody else has changed the draft meanwhile; load it again and repeat your change")

// Recording is a sentence as somebody has spoken it.
type Recording struct {
	Script    ID
	Version   VersionID // zero: of the draft
	Tenant    tenant.ID
	Key       string // the sentence's, or key#1, key#2, … for the fixed parts of one with variables
	Text      string // the words that were recorded; another text than the sentence's makes it stale
	Path      string // below the recordings folder
	Duration  time.Duration
	LevelDB   float64
	CreatedBy string
	CreatedAt time.Time
}
