package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/hibiken/asynq"

	"github.com/outdial/outdial/admin/importer"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
)

// runImport runs one import to its end. A file that cannot be read is an end too; only what may pass later, such as a
// database that is gone, comes back as an error and is tried again.
func (w *Worker) runImport(ctx context.Context, t *asynq.Task) error {
	var p importPayload
	if err := json.Unmarshal(t.Payload(), &p); err != nil {
		return fmt.Errorf("payload of %s: %w: %w", t.Type(), err, asynq.SkipRetry)
	}
	i, err := w.Store.Import(ctx, tenant.Platform(), p.Import)
	if errs.Is(err, errs.NotFound) {
		return fmt.Errorf("%w: %w", err, asynq.SkipRetry)
	}
	if err != nil {
		return err
	}
	if concluded(i) {
		return nil
	}
	in := importer.Input{Import: i, File: filepath.Join(w.UploadsDir, filepath.Base(i.FilePath)), Limits: w.Limits,
		Store: w.Store, Bus: w.Bus, Clock: w.Clock, Logger: w.Logger}
	done, err := importer.Run(ctx, in)
	if errs.Is(err, errs.Conflict) {
		// Another worker moved the import under this one; what it made of it counts.
		if now, again := w.Store.Import(ctx, tenant.Platform(), i.ID); again == nil && concluded(now) {
			return nil
		}
	}
	if err != nil {
		if ctx.Err() != nil || !lastTry(ctx) {
			return err
		}
		return w.giveUp(ctx, in, err)
	}
	w.discard(in.File)
	w.Logger.Info("import done", "import", done.ID, "state", done.State, "total", done.Total, "accepted", done.Accepted,
		"rejected", done.Rejected, "reason", done.Reason)
	return nil
}

// giveUp tells the user that the import will not be tried again.
func (w *Worker) giveUp(ctx context.Context, in importer.Input, cause error) error {
	now, err := w.Store.Import(ctx, tenant.Platform(), in.Import.ID)
	if err != nil {
		return errors.Join(cause, err)
	}
	in.Import = now
	if _, err := importer.Fail(ctx, in, "the import was given up after several tries because the platform failed; upload the file again"); err != nil {
		return errors.Join(cause, err)
	}
	w.discard(in.File)
	return fmt.Errorf("import %d given up: %w: %w", now.ID, cause, asynq.SkipRetry)
}

// discard removes an upload that nobody needs any more: it holds people's numbers.
func (w *Worker) discard(file string) {
	if err := os.Remove(file); err != nil && !errors.Is(err, os.ErrNotExist) {
		w.Logger.Warn("an upload that was read could not be removed", "file", file, "error", err)
	}
}

// orphanAge is how old an upload must be before nobody can be about to make an import of it.
const orphanAge = 24 * time.Hour

// discardOrphans removes uploads that no import waits for: a process was killed between writing the file and the row, or
// between the end of an import and the file's removal.
func (w *Worker) discardOrphans(waiting []contact.Import) {
	files, err := os.ReadDir(w.UploadsDir)
	if err != nil {
		return // nothing was ever uploaded, or the first import will tell
	}
	needed := make(map[string]bool, len(waiting))
	for _, i := range waiting {
		needed[filepath.Base(i.FilePath)] = true
	}
	for _, f := range files {
		info, err := f.Info()
		if err == nil && info.Mode().IsRegular() && !needed[f.Name()] && w.Clock.Since(info.ModTime()) > orphanAge {
			w.discard(filepath.Join(w.UploadsDir, f.Name()))
		}
	}
}

func concluded(i contact.Import) bool {
	return i.State == contact.ImportFinished || i.State == contact.ImportFailed
}

func lastTry(ctx context.Context) bool {
	tried, ok1 := asynq.GetRetryCount(ctx)
	limit, ok2 := asynq.GetMaxRetry(ctx)
	return ok1 && ok2 && tried >= limit
}
