// Package importer owns how a workbook or a CSV file becomes contacts, or numbers not to call: reading the file safely,
// finding the columns, checking each row, and an account of every row that was not taken.
//
// It does not own the upload (admin/api), when an import runs (admin/jobs) or the rules of numbers, names and variables
// (shared/contact).
package importer

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/dnc"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/tenant"
)

// Store is what an import reads and writes.
type Store interface {
	AddImported(ctx context.Context, scope tenant.Scope, batch []contact.Contact) (taken []bool, err error)
	AddNumbers(ctx context.Context, scope tenant.Scope, batch []dnc.Number) (taken []bool, err error)
	UpdateImport(ctx context.Context, scope tenant.Scope, i contact.Import, expect contact.ImportState) error
	AddRejections(ctx context.Context, scope tenant.Scope, id contact.ImportID, r []contact.Rejection) error
	ClearRejections(ctx context.Context, scope tenant.Scope, id contact.ImportID) error
}

// Publisher tells the rest of the platform how far an import has come.
type Publisher interface {
	Publish(ctx context.Context, m event.Message) error
}

// Input is one import to run.
type Input struct {
	Import contact.Import // as the store has it: queued, or running when an earlier run was cut off
	File   string         // where the upload lies
	Region string         // ISO 3166 code in which numbers without a country code are read; empty means CN
	Batch  int            // rows stored together; 0 means 2000
	Limits Limits
	Store  Store
	Bus    Publisher // may be nil
	Clock  clock.Clock
	Logger *slog.Logger // may be nil
}

// DefaultRegion is where numbers without a country code belong.
const DefaultRegion = "CN"

const (
	// batchRows is how many rows are parsed and stored together. A store splits it as its database likes best.
	batchRows = 2000
	// progressEvery bounds how often counts are saved and published.
	progressEvery = 300 * time.Millisecond
)

// Run brings the file's rows into the campaign or the group and returns the import as it stands afterwards: finished, or failed
// with its reason when the file itself is at fault. An error means that the import could not be concluded (the database
// is gone, the context ended); running it again starts over and comes to the same totals.
func Run(ctx context.Context, in Input) (contact.Import, error) {
	if in.Region == "" {
		in.Region = DefaultRegion
	}
	if in.Batch <= 0 {
		in.Batch = batchRows
	}
	if in.Logger == nil {
		in.Logger = slog.New(slog.DiscardHandler)
	}
	in.Limits = in.Limits.withDefaults()
	r := &run{Input: in, scope: tenant.Of(in.Import.Tenant), i: in.Import, seen: newSeen()}
	if err := r.begin(ctx); err != nil {
		return r.i, err
	}
	err := r.read(ctx)
	var refused *FileError
	switch {
	case errors.As(err, &refused):
		r.Logger.InfoContext(ctx, "import refused", "import", r.i.ID, "why", refused.Why, "reason", refused.Text, "cause", refused.Cause)
		return r.end(ctx, contact.ImportFailed, refused.Error())
	case err != nil:
		return r.i, err
	case r.i.Total == 0:
		return r.end(ctx, contact.ImportFailed, "the file holds no row below its header")
	default:
		return r.end(ctx, contact.ImportFinished, "")
	}
}

// Fail concludes an import that cannot be run, with the reason a user reads.
func Fail(ctx context.Context, in Input, reason string) (contact.Import, error) {
	r := &run{Input: in, scope: tenant.Of(in.Import.Tenant), i: in.Import}
	return r.end(ctx, contact.ImportFailed, reason)
}

type run struct {
	Input
	scope    tenant.Scope
	i        contact.Import
	seen     *seen
	rejected []contact.Rejection
	saved    time.Time
}

// begin also serves a run that starts over: contacts that were stored before count as taken again, so only the counts
// and the rejections must go back to nothing.
func (r *run) begin(ctx context.Context) error {
	if err := r.Store.ClearRejections(ctx, r.scope, r.i.ID); err != nil {
		return err
	}
	was := r.i.State
	r.saved = r.Clock.Now()
	r.i.State, r.i.Reason = contact.ImportRunning, ""
	r.i.Total, r.i.Accepted, r.i.Rejected = 0, 0, 0
	r.i.StartedAt = r.saved
	if err := r.Store.UpdateImport(ctx, r.scope, r.i, was); err != nil {
		return err
	}
	r.publish(ctx)
	return nil
}

// read stores what the file holds. A damaged file still accounts for the rows that stand before the damage.
func (r *run) read(ctx context.Context) error {
	table, err := openTable(r.File, r.Limits)
	if err != nil {
		return err
	}
	err = r.pipe(ctx, table)
	if err == nil || isFileError(err) {
		if flushed := r.flush(ctx); flushed != nil {
			return flushed
		}
	}
	return err
}

// store takes one batch in, in the order of the file.
func (r *run) store(ctx context.Context, batch []parsed) error {
	accepted := make([]*parsed, 0, len(batch))
	for i := range batch {
		p := &batch[i]
		if p.skip {
			continue
		}
		r.i.Total++
		if p.reason != "" {
			r.reject(p.row, p.raw, p.reason)
			continue
		}
		if first := r.seen.add(p.number.String(), p.row); first != 0 {
			r.reject(p.row, p.raw, "the same number stands in row "+itoa(first)+" of this file")
			continue
		}
		accepted = append(accepted, p)
	}
	if len(accepted) > 0 {
		keep, known := r.contacts, "the campaign has this number already"
		if r.i.DNCGroup != 0 {
			keep, known = r.numbers, "the group has this number already"
		}
		taken, err := keep(ctx, accepted)
		if err != nil {
			return err
		}
		if len(taken) != len(accepted) {
			return errs.New(errs.Internal, "the store answered for %d of %d rows", len(taken), len(accepted))
		}
		for i, ok := range taken {
			if ok {
				r.i.Accepted++
			} else {
				r.reject(accepted[i].row, accepted[i].number.String(), known)
			}
		}
	}
	if len(r.rejected) >= r.Batch {
		if err := r.flush(ctx); err != nil {
			return err
		}
	}
	return r.progress(ctx)
}

func (r *run) contacts(ctx context.Context, rows []*parsed) ([]bool, error) {
	at := r.Clock.Now()
	batch := make([]contact.Contact, len(rows))
	for i, p := range rows {
		batch[i] = contact.Contact{Tenant: r.i.Tenant, Campaign: r.i.Campaign, Number: p.number, Name: p.name, Vars: p.vars,
			State: contact.Waiting, NotBefore: at, Import: r.i.ID, ImportRow: p.row, CreatedAt: at, UpdatedAt: at}
	}
	return r.Store.AddImported(ctx, r.scope, batch)
}

func (r *run) numbers(ctx context.Context, rows []*parsed) ([]bool, error) {
	at := r.Clock.Now()
	batch := make([]dnc.Number, len(rows))
	for i, p := range rows {
		batch[i] = dnc.Number{Tenant: r.i.Tenant, Group: r.i.DNCGroup, Number: p.number, Remark: p.name, Import: r.i.ID, CreatedAt: at}
	}
	taken, err := r.Store.AddNumbers(ctx, r.scope, batch)
	if errs.Is(err, errs.NotFound) {
		return nil, refuse(Gone, err, "the group was deleted while the file was read")
	}
	return taken, err
}

func (r *run) reject(row int, number, reason string) {
	r.i.Rejected++
	r.rejected = append(r.rejected, contact.Rejection{Row: row, Number: printable(number, maxShownNumber), Reason: printable(reason, maxReason)})
}

func (r *run) flush(ctx context.Context) error {
	if len(r.rejected) == 0 {
		return nil
	}
	if err := r.Store.AddRejections(ctx, r.scope, r.i.ID, r.rejected); err != nil {
		return err
	}
	r.rejected = r.rejected[:0]
	return nil
}

func (r *run) progress(ctx context.Context) error {
	now := r.Clock.Now()
	if now.Sub(r.saved) < progressEvery {
		return nil
	}
	r.saved = now
	if err := r.Store.UpdateImport(ctx, r.scope, r.i, contact.ImportRunning); err != nil {
		return err
	}
	r.publish(ctx)
	return nil
}

func (r *run) end(ctx context.Context, state contact.ImportState, reason string) (contact.Import, error) {
	was := r.i.State
	r.i.State, r.i.Reason, r.i.FinishedAt = state, printable(reason, maxReason), r.Clock.Now()
	if err := r.Store.UpdateImport(ctx, r.scope, r.i, was); err != nil {
		return r.i, err
	}
	r.publish(ctx)
	return r.i, nil
}

// publish is best effort: a console that missed it reads the row.
func (r *run) publish(ctx context.Context) {
	if r.Bus == nil {
		return
	}
	err := r.Bus.Publish(ctx, event.ImportChanged{
		Tenant: r.i.Tenant, Campaign: r.i.Campaign, Import: r.i.ID, State: r.i.State,
		Total: r.i.Total, Accepted: r.i.Accepted, Rejected: r.i.Rejected,
	})
	if err != nil && r.Logger != nil {
		r.Logger.DebugContext(ctx, "import progress was not published", "import", r.i.ID, "error", err)
	}
}
