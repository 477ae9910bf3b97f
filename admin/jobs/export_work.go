package jobs

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	exporter "github.com/outdial/outdial/admin/export"
	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/export"
	"github.com/outdial/outdial/shared/org"
	"github.com/outdial/outdial/shared/tenant"
)

// bulkRows is how many calls are changed together.
const bulkRows = 500

// principal is what the user may do and see at this moment, as it is for a request: roles change while jobs wait.
func (w *Worker) principal(ctx context.Context, t tenant.ID, id access.UserID) (access.Principal, error) {
	scope := tenant.Of(t)
	var p access.Principal
	var err error
	if p.User, err = w.Store.User(ctx, scope, id); err != nil {
		if errs.Is(err, errs.NotFound) {
			return p, &exporter.Refusal{Reason: "whoever asked for it is no longer there"}
		}
		return p, err
	}
	if p.Tenant, err = w.Store.Tenant(ctx, scope, t); err != nil {
		return p, err
	}
	ban, err := w.Store.Ban(ctx, tenant.Platform(), t)
	if err != nil {
		return p, err
	}
	p.Banned = ban.Stands()
	if p.User.Role != 0 {
		if p.Role, err = w.Store.Role(ctx, scope, p.User.Role); err != nil && !errs.Is(err, errs.NotFound) {
			return p, err
		}
	}
	if p.User.Unit == 0 {
		return p, nil
	}
	units, err := w.Store.Units(ctx, scope)
	if err != nil {
		return p, err
	}
	if at := slices.IndexFunc(units, func(u org.Unit) bool { return u.ID == p.User.Unit }); at >= 0 {
		p.Unit = units[at]
		for _, u := range units {
			if u.Below(p.Unit) {
				p.Below = append(p.Below, u.ID)
			}
		}
	}
	return p, nil
}

// makeFile writes the file as the one who asked may see it.
func (r *exportRun) makeFile(ctx context.Context, who access.Principal) error {
	zone, err := who.Tenant.Location()
	if err != nil {
		zone = time.UTC
	}
	r.e.Request.Masked = who.User.MaskNumbers
	done, err := exporter.Run(ctx, exporter.Input{Export: r.e, Scope: who.Scope(), Masked: who.User.MaskNumbers, Zone: zone, Store: r.Store,
		RecordingsDir: r.RecordingsDir, Dir: r.ExportsDir, Progress: r.progress})
	if err != nil {
		return err
	}
	r.e.FilePath, r.e.FileName, r.e.Size, r.e.Rows, r.e.Reason = done.File, done.Name, done.Size, done.Rows, done.Reason
	return nil
}

// source looks for the campaign of the calls as the one who asked may see it.
func (r *exportRun) source(ctx context.Context, scope tenant.Scope) error {
	_, err := r.Store.Campaign(ctx, scope, r.e.Campaign)
	if errs.Is(err, errs.NotFound) {
		return &exporter.Refusal{Reason: "the campaign is no longer there, or no longer theirs to see"}
	}
	return err
}

// deleteCalls hides the calls first, so that they are gone from all lists, and removes files and turns then. A call that
// was hidden and not forgotten is found by its row, whichever job hid it.
func (r *exportRun) deleteCalls(ctx context.Context, who access.Principal) error {
	scope := who.Scope()
	if err := r.source(ctx, scope); err != nil {
		return err
	}
	if len(r.e.Request.Calls) == 0 {
		f := r.e.Request.Filter
		if f.State == "" {
			f.State = call.Ended // others are not deleted; a filter for calls under way finds none that ends here
		}
		total, err := r.Store.CountCalls(ctx, scope, r.e.Campaign, f, export.MostRows)
		if err != nil {
			return err
		}
		total += r.e.Rows
		for {
			calls, err := r.Store.Calls(ctx, scope, r.e.Campaign, f, call.Page{Limit: bulkRows})
			if err != nil {
				return err
			}
			if len(calls) == 0 {
				break
			}
			n, err := r.hide(ctx, scope, callIDs(calls))
			if err != nil {
				return err
			}
			if n == 0 {
				break // somebody else deletes the same
			}
			if err := r.progress(ctx, r.e.Rows, total); err != nil {
				return err
			}
		}
	} else if _, err := r.hide(ctx, scope, r.e.Request.Calls); err != nil {
		return err
	}
	return r.forget(ctx, scope)
}

func (r *exportRun) hide(ctx context.Context, scope tenant.Scope, ids []call.UUID) (int, error) {
	n, err := r.Store.HideCalls(ctx, scope, r.e.Campaign, ids, r.Clock.Now())
	r.e.Rows += n
	return n, err
}

// forget removes the files of the campaign's hidden calls, and then what was said in them.
func (r *exportRun) forget(ctx context.Context, scope tenant.Scope) error {
	root, err := os.OpenRoot(r.RecordingsDir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if root != nil {
		defer func() { _ = root.Close() }()
	}
	for {
		hidden, err := r.Store.HiddenCalls(ctx, scope, r.e.Campaign, bulkRows)
		if err != nil {
			return err
		}
		if len(hidden) == 0 {
			return nil
		}
		ids := make([]call.UUID, 0, len(hidden))
		for _, h := range hidden {
			for _, f := range h.Files {
				if root == nil {
					break
				}
				// A path that leads out of the folder is nobody's recording.
				if err := root.Remove(filepath.FromSlash(f)); err != nil && !errors.Is(err, os.ErrNotExist) {
					r.Logger.Warn("the recording of a deleted call could not be removed", "call", h.Call, "file", f, "error", err)
				}
			}
			ids = append(ids, h.Call)
		}
		if err := r.Store.ForgetCalls(ctx, scope, r.e.Campaign, ids); err != nil {
			return err
		}
		if err := r.progress(ctx, r.e.Done, r.e.Total); err != nil {
			return err
		}
	}
}

// addCalls adds the people who were called to another campaign, with their variables. They stand under an import of that
// campaign, which makes it safe to run again and lists those that the campaign has already.
func (r *exportRun) addCalls(ctx context.Context, who access.Principal) error {
	scope := who.Scope()
	if err := r.source(ctx, scope); err != nil {
		return err
	}
	to, err := r.Store.Campaign(ctx, scope, r.e.Request.Target)
	switch {
	case errs.Is(err, errs.NotFound):
		return &exporter.Refusal{Reason: "the campaign to add to is no longer there, or no longer theirs to see"}
	case err != nil:
		return err
	case to.State == campaign.Finished:
		return &exporter.Refusal{Reason: "the campaign to add to is finished and takes no contacts"}
	}
	list, err := r.additions(ctx, scope)
	if err != nil {
		return err
	}
	a := &addition{exportRun: r, scope: scope, list: list, seen: map[contact.ID]bool{}}
	return a.run(ctx)
}

// additions finds or makes the import.
func (r *exportRun) additions(ctx context.Context, scope tenant.Scope) (contact.Import, error) {
	if id := r.e.Request.Import; id != 0 {
		return r.Store.Import(ctx, scope, id)
	}
	now := r.Clock.Now()
	i := contact.Import{Tenant: r.e.Tenant, Campaign: r.e.Request.Target, Source: "calls", FileName: r.e.Title, State: contact.ImportFinished,
		CreatedAt: now, StartedAt: now, FinishedAt: now}
	if err := r.Store.CreateImport(ctx, scope, &i); err != nil {
		return i, err
	}
	r.e.Request.Import = i.ID
	return i, r.save(ctx, export.Running)
}

// addition is a run of addCalls.
type addition struct {
	*exportRun
	scope tenant.Scope
	list  contact.Import
	seen  map[contact.ID]bool
}

func (a *addition) run(ctx context.Context) error {
	a.list.Total, a.list.Accepted, a.list.Rejected = 0, 0, 0
	if err := a.Store.ClearRejections(ctx, a.scope, a.list.ID); err != nil {
		return err
	}
	seen := 0
	page := func(calls []call.Call, total int) error {
		if err := a.add(ctx, calls); err != nil {
			return err
		}
		seen += len(calls)
		return a.progress(ctx, seen, total)
	}
	if ids := a.e.Request.Calls; len(ids) > 0 {
		for part := range slices.Chunk(ids, bulkRows) {
			calls, err := a.Store.CallsByID(ctx, a.scope, a.e.Campaign, part)
			if err == nil {
				err = page(calls, len(ids))
			}
			if err != nil {
				return err
			}
		}
	} else {
		total, err := a.Store.CountCalls(ctx, a.scope, a.e.Campaign, a.e.Request.Filter, export.MostRows)
		if err != nil {
			return err
		}
		for p := (call.Page{Limit: bulkRows}); seen < export.MostRows; {
			calls, err := a.Store.Calls(ctx, a.scope, a.e.Campaign, a.e.Request.Filter, p)
			if err != nil {
				return err
			}
			if len(calls) == 0 {
				break
			}
			if err := page(calls, total); err != nil {
				return err
			}
			p.Before = calls[len(calls)-1].UUID
		}
	}
	a.list.FinishedAt = a.Clock.Now()
	a.e.Rows = a.list.Accepted
	if a.list.Rejected > 0 {
		a.e.Reason = strconv.Itoa(a.list.Rejected) + " of " + strconv.Itoa(a.list.Total) + " numbers were in the campaign already; its list of imports names them"
	}
	return a.Store.UpdateImport(ctx, a.scope, a.list, contact.ImportFinished)
}

// add takes a page of calls; who was called several times is added once.
func (a *addition) add(ctx context.Context, calls []call.Call) error {
	ids := make([]contact.ID, 0, len(calls))
	var who []call.Call
	for _, c := range calls {
		if !a.seen[c.Contact] {
			a.seen[c.Contact] = true
			ids, who = append(ids, c.Contact), append(who, c)
		}
	}
	if len(who) == 0 {
		return nil
	}
	people, err := a.Store.ContactsByID(ctx, a.scope, ids)
	if err != nil {
		return err
	}
	now := a.Clock.Now()
	batch := make([]contact.Contact, len(who))
	for i, c := range who {
		// The row of the import is the contact's number: the same in every run.
		batch[i] = contact.Contact{Tenant: a.e.Tenant, Campaign: a.list.Campaign, Number: c.Number, Name: c.Name, Vars: people[c.Contact].Vars, State: contact.Waiting,
			NotBefore: now, Import: a.list.ID, ImportRow: int(int64(c.Contact) % math.MaxInt32), CreatedAt: now, UpdatedAt: now}
	}
	taken, err := a.Store.AddImported(ctx, a.scope, batch)
	if err != nil {
		return err
	}
	var rejected []contact.Rejection
	for i, ok := range taken {
		a.list.Total++
		if ok {
			a.list.Accepted++
			continue
		}
		a.list.Rejected++
		rejected = append(rejected, contact.Rejection{Row: batch[i].ImportRow, Number: batch[i].Number.String(), Reason: "the campaign has this number already"})
	}
	if len(rejected) == 0 {
		return nil
	}
	return a.Store.AddRejections(ctx, a.scope, a.list.ID, rejected)
}

func callIDs(calls []call.Call) []call.UUID {
	ids := make([]call.UUID, len(calls))
	for i, c := range calls {
		ids[i] = c.UUID
	}
	return ids
}
