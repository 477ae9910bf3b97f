package contact

import (
	"time"

	"github.com/outdial/outdial/shared/tenant"
)

// ImportID names one import.
type ImportID int64

// ImportState is how far an import has come.
type ImportState string

const (
	// ImportQueued waits for a worker.
	ImportQueued ImportState = "queued"
	// ImportRunning is being read.
	ImportRunning ImportState = "running"
	// ImportFinished was read to its end; some rows may have been rejected.
	ImportFinished ImportState = "finished"
	// ImportFailed could not be read; Reason says why.
	ImportFailed ImportState = "failed"
)

// Import is one workbook or CSV file that brought contacts into a campaign (A4.4.4), or numbers into a list of those not
// to call (A11.7).
type Import struct {
	ID         ImportID
	Tenant     tenant.ID
	Campaign   CampaignID // zero for a list of numbers not to call
	DNCGroup   DNCGroupID // zero for a campaign's contacts
	Order      int        // 1 for the first import of its campaign or group
	Source     string
	FileName   string
	FilePath   string // where the upload waits for the worker
	State      ImportState
	Total      int
	Accepted   int
	Rejected   int
	Reason     string // why it failed
	CreatedAt  time.Time
	StartedAt  time.Time
	FinishedAt time.Time
}

// Rejection is one row that was not taken, with the reason beside it.
type Rejection struct {
	Row    int // as the spreadsheet counts, from 1
	Number string
	Reason string
}
