package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hibiken/asynq"

	exporter "github.com/outdial/outdial/admin/export"
	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/errs/words"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/export"
	"github.com/outdial/outdial/shared/notify"
	"github.com/outdial/outdial/shared/org"
	"github.com/outdial/outdial/shared/tenant"
)

const (
	exportTask = "export.run"
	// exportTries bounds how often an export is tried when the database or the disk fails it.
	exportTries = 5
	// exportTimeout is far above the longest export.
	exportTimeout = 4 * time.Hour
	// progressEvery bounds how often it is saved and told how far one has come.
	progressEvery = 300 * time.Millisecond
	// traceKept is how long an export is still listed after its file has expired.
	traceKept = 90 * 24 * time.Hour
	// expiredAtOnce bounds one round of removals.
	expiredAtOnce = 100
)

type exportPayload struct {
	Export export.ID `json:"export"`
}

func exportTaskID(id export.ID) string { return "export:" + strconv.FormatInt(int64(id), 10) }

// EnqueueExport asks a worker to run the export. Asking again while the job waits or runs changes nothing.
func (q *Queue) EnqueueExport(ctx context.Context, id export.ID) error {
	_, err := q.put(ctx, exportTask, exportTaskID(id), exportPayload{id}, exportTries, exportTimeout)
	return err
}

// exportStore is what exports read and write.
type exportStore interface {
	export.Store
	exporter.Store
	notify.Store
	User(ctx context.Context, scope tenant.Scope, id access.UserID) (access.User, error)
	Role(ctx context.Context, scope tenant.Scope, id access.RoleID) (access.Role, error)
	Tenant(ctx context.Context, scope tenant.Scope, id tenant.ID) (tenant.Tenant, error)
	Units(ctx context.Context, scope tenant.Scope) ([]org.Unit, error)
	Ban(ctx context.Context, scope tenant.Scope, id tenant.ID) (tenant.Ban, error)
	HideCalls(ctx context.Context, scope tenant.Scope, campaign contact.CampaignID, ids []call.UUID, at time.Time) (int, error)
	HiddenCalls(ctx context.Context, scope tenant.Scope, campaign contact.CampaignID, limit int) ([]call.Remains, error)
	ForgetCalls(ctx context.Context, scope tenant.Scope, campaign contact.CampaignID, ids []call.UUID) error
	CreateImport(ctx context.Context, scope tenant.Scope, i *contact.Import) error
}

// runExport runs one export to its end. What an earlier run left half done is done again: a file is written anew, and
// deletions and additions find what was done already.
func (w *Worker) runExport(ctx context.Context, t *asynq.Task) error {
	var p exportPayload
	if err := json.Unmarshal(t.Payload(), &p); err != nil {
		return fmt.Errorf("payload of %s: %w: %w", t.Type(), err, asynq.SkipRetry)
	}
	e, err := w.Store.Export(ctx, tenant.Platform(), p.Export)
	if errs.Is(err, errs.NotFound) {
		return nil // whoever asked for it has deleted it
	}
	if err != nil || e.State.Over() {
		return err
	}
	r := &exportRun{Worker: w, e: e}
	err = r.run(ctx)
	var refused *exporter.Refusal
	switch {
	case errs.Is(err, errs.NotFound), errs.Is(err, errs.Conflict):
		// The row went away under the job, or another worker has concluded it.
		if now, again := w.Store.Export(ctx, tenant.Platform(), e.ID); errs.Is(again, errs.NotFound) || again == nil && now.State.Over() {
			return nil
		}
		return r.giveUp(ctx, err)
	case errors.As(err, &refused):
		return r.end(ctx, export.Failed, refused.Reason)
	case err != nil && ctx.Err() == nil && lastTry(ctx):
		return r.giveUp(ctx, err)
	}
	return err
}

// exportRun is one export under way.
type exportRun struct {
	*Worker
	e     export.Export
	saved time.Time
}

func (r *exportRun) run(ctx context.Context) error {
	was := r.e.State
	r.e.State, r.e.StartedAt, r.e.Done = export.Running, r.Clock.Now(), 0
	if err := r.save(ctx, was); err != nil {
		return err
	}
	who, err := r.principal(ctx, r.e.Tenant, r.e.User)
	if err != nil {
		return err
	}
	if who.Banned || !who.User.DisabledAt.IsZero() {
		return &exporter.Refusal{Reason: "whoever asked for it may no longer sign in"}
	}
	for _, needed := range r.e.Kind.Permissions() {
		if !slices.Contains(who.Grants(), needed) {
			return &exporter.Refusal{Reason: "whoever asked for it no longer has the permission " + string(needed)}
		}
	}
	if f := &r.e.Request.Filter; who.User.MaskNumbers && f.Number != "" {
		f.WholeNumber = true // what a filter by beginnings finds would tell digits that are hidden from them by now
	}
	switch r.e.Kind {
	case export.CallsDelete:
		err = r.deleteCalls(ctx, who)
	case export.CallsAdd:
		err = r.addCalls(ctx, who)
	default:
		err = r.makeFile(ctx, who)
	}
	if err != nil {
		return err
	}
	return r.end(ctx, export.Finished, r.e.Reason)
}

// progress says how far the export has come; it is an error when the export was deleted meanwhile.
func (r *exportRun) progress(ctx context.Context, done, total int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	r.e.Done, r.e.Total = done, max(total, done)
	if r.Clock.Since(r.saved) < progressEvery {
		return nil
	}
	return r.save(ctx, export.Running)
}

func (r *exportRun) save(ctx context.Context, expect export.State) error {
	r.saved = r.Clock.Now()
	if err := r.Store.UpdateExport(ctx, tenant.Of(r.e.Tenant), r.e, expect); err != nil {
		return err
	}
	err := r.Bus.Publish(ctx, event.ExportChanged{Tenant: r.e.Tenant, User: int64(r.e.User), Export: int64(r.e.ID), State: string(r.e.State), Done: r.e.Done, Total: r.e.Total})
	if err != nil {
		r.Logger.DebugContext(ctx, "an export's progress was not published", "export", r.e.ID, "error", err)
	}
	return nil
}

// end concludes the export and tells whoever asked for it.
func (r *exportRun) end(ctx context.Context, state export.State, reason string) error {
	now := r.Clock.Now()
	r.e.State, r.e.Reason, r.e.FinishedAt, r.e.ExpiresAt = state, reason, now, now.Add(r.e.Kind.Kept())
	if state == export.Finished {
		r.e.Total = max(r.e.Total, r.e.Done)
		r.e.Done = r.e.Total
	}
	if err := r.save(ctx, export.Running); err != nil {
		r.removeExport(r.e.FilePath)
		return err
	}
	r.Logger.Info("export done", "export", r.e.ID, "kind", r.e.Kind, "state", r.e.State, "rows", r.e.Rows, "reason", r.e.Reason)
	title := "已完成: " + r.e.Title
	if state == export.Failed {
		title = "未完成: " + r.e.Title
	}
	n := notify.Notification{Tenant: r.e.Tenant, User: r.e.User, Kind: notify.ExportFinished, Title: title, Body: words.Text(words.Chinese, reason), Link: "/exports",
		Once: "export " + strconv.FormatInt(int64(r.e.ID), 10), CreatedAt: now,
		Data: notify.Facts{CampaignID: int64(r.e.Campaign), ID: int64(r.e.ID), File: r.e.Title, Work: string(r.e.Kind), Rows: r.e.Rows, State: string(state), Reason: reason}}
	if c, err := r.Store.Campaign(context.WithoutCancel(ctx), tenant.Of(r.e.Tenant), r.e.Campaign); err == nil {
		n.Data.Campaign = c.Name // of a campaign that is gone the title tells
	}
	if err := (notify.Service{Store: r.Store, Bus: r.Bus, Log: r.Logger}).Send(context.WithoutCancel(ctx), tenant.Of(r.e.Tenant), n); err != nil {
		r.Logger.WarnContext(ctx, "the end of an export was not notified", "export", r.e.ID, "error", err)
	}
	return nil
}

func (r *exportRun) giveUp(ctx context.Context, cause error) error {
	if err := r.end(ctx, export.Failed, "given up after several tries because the platform failed; try again, or tell whoever runs it"); err != nil {
		return errors.Join(cause, err)
	}
	return fmt.Errorf("export %d given up: %w: %w", r.e.ID, cause, asynq.SkipRetry)
}

// rederiveExports puts every unfinished export into the queue that does not have it, and removes what has expired.
func (w *Worker) rederiveExports(ctx context.Context, archivedOnly bool) error {
	list, err := w.Store.UnfinishedExports(ctx, tenant.Platform())
	if err != nil {
		return err
	}
	for _, e := range list {
		known, err := w.queue.put(ctx, exportTask, exportTaskID(e.ID), exportPayload{e.ID}, exportTries, exportTimeout)
		if err != nil {
			return err
		}
		if !known {
			w.Logger.Info("export taken up again", "export", e.ID, "state", e.State)
			continue
		}
		if err := w.queue.revive(exportTaskID(e.ID), archivedOnly); err != nil {
			return errs.Wrap(errs.Unavailable, err, "the job queue does not answer; is Redis running?")
		}
	}
	return w.expire(ctx)
}

// expire removes files whose time is over, and long afterwards the trace of them.
func (w *Worker) expire(ctx context.Context) error {
	list, err := w.Store.ExpiredExports(ctx, tenant.Platform(), w.Clock.Now(), expiredAtOnce)
	if err != nil {
		return err
	}
	for _, e := range list {
		scope := tenant.Of(e.Tenant)
		if e.FilePath == "" {
			if err := w.Store.DeleteExport(ctx, scope, e.ID); err != nil && !errs.Is(err, errs.NotFound) {
				return err
			}
			continue
		}
		// The row goes first: a file without a row is found again, a row without a file would offer a download.
		file := e.FilePath
		e.FilePath, e.Size, e.Reason, e.ExpiresAt = "", 0, "the file has expired; export again", w.Clock.Now().Add(traceKept)
		if err := w.Store.UpdateExport(ctx, scope, e, e.State); err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
		w.removeExport(file)
	}
	w.discardExports(ctx)
	return nil
}

// discardExports removes files that no export knows of: a process was killed between file and row.
func (w *Worker) discardExports(ctx context.Context) {
	files, err := os.ReadDir(w.ExportsDir)
	if err != nil {
		return // nothing was ever exported, or the first export will tell
	}
	for _, f := range files {
		info, err := f.Info()
		if err != nil || !info.Mode().IsRegular() || w.Clock.Since(info.ModTime()) < orphanAge {
			continue
		}
		number, _, _ := strings.Cut(strings.TrimPrefix(f.Name(), "export-"), "-")
		if id, err := strconv.ParseInt(number, 10, 64); err == nil {
			if e, err := w.Store.Export(ctx, tenant.Platform(), export.ID(id)); err == nil && e.FilePath == f.Name() || err != nil && !errs.Is(err, errs.NotFound) {
				continue
			}
		}
		w.removeExport(f.Name())
	}
}

func (w *Worker) removeExport(name string) {
	if name == "" {
		return
	}
	if err := os.Remove(filepath.Join(w.ExportsDir, filepath.Base(name))); err != nil && !errors.Is(err, os.ErrNotExist) {
		w.Logger.Warn("an export's file could not be removed", "file", name, "error", err)
	}
}
