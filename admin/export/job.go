// Package export makes what users download (A4.6): workbooks of calls, archives of recordings and transcripts, lists of
// links. It reads what the one who asked may see and writes one file; it does not know of queues and states (admin/jobs),
// or of limits and how long a file stays (shared/export).
package export

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/export"
	"github.com/outdial/outdial/shared/push"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/transcript"
	"github.com/outdial/outdial/shared/trunk"
)

// Store is what the files are made of.
type Store interface {
	Campaign(ctx context.Context, scope tenant.Scope, id campaign.ID) (campaign.Campaign, error)
	Calls(ctx context.Context, scope tenant.Scope, campaign contact.CampaignID, f call.Filter, p call.Page) ([]call.Call, error)
	CallsByID(ctx context.Context, scope tenant.Scope, campaign contact.CampaignID, ids []call.UUID) ([]call.Call, error)
	CountCalls(ctx context.Context, scope tenant.Scope, campaign contact.CampaignID, f call.Filter, most int) (int, error)
	ContactsByID(ctx context.Context, scope tenant.Scope, ids []contact.ID) (map[contact.ID]contact.Contact, error)
	TurnsOf(ctx context.Context, scope tenant.Scope, ids []call.UUID) (map[call.UUID][]transcript.Turn, error)
	LabelsOf(ctx context.Context, scope tenant.Scope, ids []call.UUID) (map[call.UUID][]string, error)
	Trunks(ctx context.Context, scope tenant.Scope) ([]trunk.Trunk, error)
	Pushes(ctx context.Context, scope tenant.Scope, calls []call.UUID) (map[call.UUID]push.Push, error)
	VersionLabels(ctx context.Context, scope tenant.Scope, ids []script.VersionID) (map[script.VersionID]script.Label, error)
}

// Input is one file to make.
type Input struct {
	Export        export.Export
	Scope         tenant.Scope // what the one who asked sees
	Masked        bool         // who sees telephone numbers with their middle hidden
	Zone          *time.Location
	Store         Store
	RecordingsDir string
	Dir           string // where the file is written
	Progress      func(ctx context.Context, done, total int) error
}

// Result is a file that is whole.
type Result struct {
	File   string // its name below Dir
	Name   string // as it is downloaded
	Size   int64
	Rows   int
	Reason string // what is missing from it, if anything
}

// Refusal is an end that trying again does not change, with the reason that the user reads.
type Refusal struct{ Reason string }

func (r *Refusal) Error() string { return r.Reason }

func refuse(reason string) error { return &Refusal{reason} }

// Run makes the file. It appears in the folder only when it is whole; what an earlier run left is written over.
func Run(ctx context.Context, in Input) (Result, error) {
	j := &job{Input: in}
	if err := j.prepare(ctx); err != nil {
		return Result{}, err
	}
	write, ok := map[export.Kind]func(context.Context, *os.File) error{export.CallsXLSX: j.workbook, export.RecordingsZIP: j.recordings,
		export.RecordingsLinks: j.links, export.TextZIP: j.transcripts}[in.Export.Kind]
	if !ok {
		return Result{}, refuse("there is no file of this kind")
	}
	r, err := j.file(ctx, write)
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return Result{}, refuse("the disk of the platform is full; tell whoever runs it, and export again when there is room")
	}
	return r, err
}

type job struct {
	Input
	campaign string
	trunks   map[trunk.ID]string
	scripts  map[script.VersionID]string
	told     map[call.UUID]push.Push // of the page that is written
	labels   map[call.UUID][]string  // of the same
	total    int
	rows     int
	missing  int
}

func (j *job) prepare(ctx context.Context) error {
	c, err := j.Store.Campaign(ctx, j.Scope, j.Export.Campaign)
	if errs.Is(err, errs.NotFound) {
		return refuse("the campaign is no longer there, or no longer yours to see")
	}
	if err != nil {
		return err
	}
	j.campaign = c.Name
	j.trunks, j.scripts = map[trunk.ID]string{}, map[script.VersionID]string{}
	trunks, err := j.Store.Trunks(ctx, j.Scope)
	if err != nil {
		return err
	}
	for _, t := range trunks {
		j.trunks[t.ID] = t.Name
	}
	most := j.Export.Kind.Most()
	if j.total = len(j.Export.Request.Calls); j.total == 0 {
		if j.total, err = j.Store.CountCalls(ctx, j.Scope, j.Export.Campaign, j.Export.Request.Filter, most+1); err != nil {
			return err
		}
	}
	if j.total > most {
		return refuse("there are more than " + decimal(most) + " calls; narrow the filter and export them in parts")
	}
	if j.total == 0 {
		return refuse("no call matches")
	}
	return nil
}

func (j *job) script(ctx context.Context, id script.VersionID) (string, error) {
	if name, ok := j.scripts[id]; ok {
		return name, nil
	}
	labels, err := j.Store.VersionLabels(ctx, j.Scope, []script.VersionID{id})
	if err != nil {
		return "", err
	}
	j.scripts[id] = labels[id].Name
	return j.scripts[id], nil
}

// file writes into a part of its own and gives it its name at the end.
func (j *job) file(ctx context.Context, write func(context.Context, *os.File) error) (Result, error) {
	if err := os.MkdirAll(j.Dir, 0o750); err != nil {
		return Result{}, err
	}
	name := "export-" + decimal(int(j.Export.ID)) + "-" + access.NewToken()[:12]
	part := filepath.Join(j.Dir, "export-"+decimal(int(j.Export.ID))+".part")
	f, err := os.OpenFile(part, os.O_CREATE|os.O_TRUNC|os.O_RDWR, 0o640) //nolint:gosec // a name of our own
	if err != nil {
		return Result{}, err
	}
	err = write(ctx, f)
	if err == nil {
		err = f.Sync()
	}
	st, statErr := f.Stat()
	if closed := f.Close(); err == nil {
		err = errors.Join(statErr, closed)
	}
	if err == nil {
		err = os.Rename(part, filepath.Join(j.Dir, name))
	}
	if err != nil {
		_ = os.Remove(part)
		return Result{}, err
	}
	r := Result{File: name, Name: j.fileName(), Size: st.Size(), Rows: j.rows}
	if j.missing > 0 {
		r.Reason = decimal(j.missing) + " of " + decimal(j.rows+j.missing) + " calls have no recording, or it is no longer there"
	}
	return r, nil
}

func (j *job) fileName() string {
	what, ext := "calls", ".xlsx"
	switch j.Export.Kind {
	case export.RecordingsZIP:
		what, ext = "recordings", ".zip"
	case export.RecordingsLinks:
		what, ext = "recordings", ".txt"
	case export.TextZIP:
		what, ext = "transcripts", ".zip"
	}
	return safe(j.campaign) + "-" + what + "-" + j.Export.CreatedAt.In(j.Zone).Format("20060102-150405") + ext
}

// pageRows is how many calls are held at once.
const pageRows = 1000

// each goes through the calls, newest first, a page at a time.
func (j *job) each(ctx context.Context, do func([]call.Call) error) error {
	seen := 0
	page := func(calls []call.Call) error {
		seen += len(calls)
		if err := do(calls); err != nil {
			return err
		}
		return j.Progress(ctx, min(seen, j.total), j.total)
	}
	if ids := slices.Clone(j.Export.Request.Calls); len(ids) > 0 {
		slices.Sort(ids)
		slices.Reverse(ids)
		for part := range slices.Chunk(slices.Compact(ids), pageRows) {
			calls, err := j.Store.CallsByID(ctx, j.Scope, j.Export.Campaign, part)
			if err == nil {
				err = page(calls)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	for p := (call.Page{Limit: pageRows}); ; {
		p.Limit = min(pageRows, j.Export.Kind.Most()-seen)
		if p.Limit == 0 {
			return nil
		}
		calls, err := j.Store.Calls(ctx, j.Scope, j.Export.Campaign, j.Export.Request.Filter, p)
		if err != nil {
			return err
		}
		if len(calls) == 0 {
			return nil
		}
		if err := page(calls); err != nil || len(calls) < p.Limit {
			return err
		}
		p.Before = calls[len(calls)-1].UUID
	}
}

// gone tells whether a file is not there, as opposed to not readable at the moment.
func gone(err error) bool { return errors.Is(err, fs.ErrNotExist) }
