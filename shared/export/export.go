// Package export owns work that a user asks for on many calls and waits for: lists and recordings to download (A4.6), and
// the deletion of calls or their addition to another campaign, which are followed in the same way. It owns their life
// and limits; what a file looks like is admin/export's, and who runs them admin/jobs'.
package export

import (
	"context"
	"time"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/errs/words"
	"github.com/outdial/outdial/shared/tenant"
)

// ID names one export.
type ID int64

// Kind is what is to be done.
type Kind string

const (
	CallsXLSX       Kind = "calls_xlsx"       // a workbook with a row a call
	RecordingsZIP   Kind = "recordings_zip"   // an archive with a file a call
	RecordingsLinks Kind = "recordings_links" // a text with an address a line
	TextZIP         Kind = "text_zip"         // an archive with a transcript a call
	CallsDelete     Kind = "calls_delete"     // no file
	CallsAdd        Kind = "calls_add"        // no file
)

// HasFile tells whether there is something to download.
func (k Kind) HasFile() bool { return k != CallsDelete && k != CallsAdd }

// Limits of A4.6: recordings and what leads to them are many bytes, lists are many rows.
const (
	MostRecordings = 3000
	MostRows       = 1_000_000

	recordingsKept = 3 * 24 * time.Hour
	listsKept      = 15 * 24 * time.Hour
)

// Most is how many calls one export of the kind may hold.
func (k Kind) Most() int {
	switch k {
	case RecordingsZIP, RecordingsLinks, TextZIP:
		return MostRecordings
	}
	return MostRows
}

// Kept is how long the file stays; of what has none, how long it is listed.
func (k Kind) Kept() time.Duration {
	if k == RecordingsZIP || k == RecordingsLinks {
		return recordingsKept
	}
	return listsKept
}

// Permissions are what whoever asks for the kind must hold, when it is asked for and when it is done. What would
// otherwise be heard call by call needs the same permission as hearing it.
func (k Kind) Permissions() []access.Permission {
	switch k {
	case CallsDelete:
		return []access.Permission{access.CallsDelete}
	case CallsAdd:
		return []access.Permission{access.ContactsImport}
	case RecordingsZIP, RecordingsLinks:
		return []access.Permission{access.CallsExport, access.CallsListen}
	}
	return []access.Permission{access.CallsExport}
}

// State is where an export stands: queued -> running -> finished or failed.
type State string

const (
	Queued   State = "queued"
	Running  State = "running"
	Finished State = "finished"
	Failed   State = "failed"
)

// Over tells whether nothing more will happen.
func (s State) Over() bool { return s == Finished || s == Failed }

// Export is one request and what came of it.
type Export struct {
	ID         ID
	Tenant     tenant.ID
	User       access.UserID // who asked: what it holds is what this user may see
	Campaign   contact.CampaignID
	Kind       Kind
	Title      string
	Request    Request
	State      State
	Done       int
	Total      int
	Rows       int // in the file, or calls and contacts that were changed
	Reason     string
	FileName   string // as it is downloaded
	FilePath   string // below the exports folder; empty before it is whole and after it has expired
	Size       int64
	CreatedBy  string
	CreatedAt  time.Time
	StartedAt  time.Time
	FinishedAt time.Time
	ExpiresAt  time.Time
}

// Request says which calls, those with the ids or else all that pass the filter, and how their file is written.
type Request struct {
	Calls  []call.UUID        `json:"calls,omitempty"`
	Filter call.Filter        `json:"filter,omitzero"`
	Target contact.CampaignID `json:"target,omitempty"` // of calls_add
	Import contact.ImportID   `json:"import,omitempty"` // of calls_add: under which the contacts stand
	Base   string             `json:"base,omitempty"`   // of recordings_links: scheme and host
	// Masked tells that whoever the file was made for sees numbers with their middle hidden. It is set when the file is made.
	Masked bool `json:"masked,omitempty"`
	// Language is the one that the file is in; one that names none is in Chinese.
	Language words.Language `json:"language,omitempty"`
}

// Validate checks an export before it is stored.
func (e Export) Validate() error {
	var c errs.Check
	switch e.Kind {
	case CallsXLSX, RecordingsZIP, RecordingsLinks, TextZIP, CallsDelete, CallsAdd:
	default:
		c.Require(false, "kind", "is none of the kinds")
	}
	c.Require(e.User > 0, "user", "somebody must have asked for it")
	c.Require(len(e.Request.Calls) <= e.Kind.Most(), "ids", "at most %d at once", e.Kind.Most())
	c.Require(e.Kind != CallsAdd || e.Request.Target > 0, "campaign_id", "choose the campaign that the contacts are added to")
	c.Require(e.Kind != CallsAdd || e.Request.Target != e.Campaign, "campaign_id", "choose another campaign than the one of the calls")
	if err := e.Request.Filter.Validate(); err != nil {
		return err
	}
	return c.Err("export")
}

// Filter narrows a list of exports.
type Filter struct {
	User    access.UserID // zero for everybody's
	Creator string        // a part of the name of who asked
	From    time.Time
	To      time.Time // the first moment that is too late
}

// Store keeps exports.
type Store interface {
	CreateExport(ctx context.Context, scope tenant.Scope, e *Export) error
	Export(ctx context.Context, scope tenant.Scope, id ID) (Export, error)
	// Exports pages by id, newest first.
	Exports(ctx context.Context, scope tenant.Scope, f Filter, below ID, limit int) ([]Export, error)
	// UnfinishedExports are those that a worker must take up again after a start.
	UnfinishedExports(ctx context.Context, scope tenant.Scope) ([]Export, error)
	// ExpiredExports are those whose time was over at the moment given, oldest first.
	ExpiredExports(ctx context.Context, scope tenant.Scope, at time.Time, limit int) ([]Export, error)
	// UpdateExport saves everything that changes, where the state is the expected one; Conflict otherwise.
	UpdateExport(ctx context.Context, scope tenant.Scope, e Export, expect State) error
	// DeleteExport removes the row; one that is gone already is NotFound.
	DeleteExport(ctx context.Context, scope tenant.Scope, id ID) error
}
