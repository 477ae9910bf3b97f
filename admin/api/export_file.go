package api

import (
	"context"
	"errors"
	"mime"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	exporter "github.com/outdial/outdial/admin/export"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/export"
	"github.com/outdial/outdial/shared/tenant"
)

var exportTypes = map[export.Kind]string{export.CallsXLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	export.RecordingsZIP: "application/zip", export.RecordingsLinks: "text/plain; charset=utf-8", export.TextZIP: "application/zip"}

// exportFile streams a finished file; a download that was broken off goes on where it stopped.
func (a *API) exportFile(ctx context.Context, in *ExportPath) (*huma.StreamResponse, error) {
	e, err := a.export(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	switch {
	case !e.Kind.HasFile():
		return nil, errs.New(errs.NotFound, "export %d has no file", in.ID)
	case !e.State.Over():
		return nil, errs.New(errs.Conflict, "the export is not finished yet")
	case e.FilePath == "" || !a.Clock.Now().Before(e.ExpiresAt):
		return nil, errs.New(errs.NotFound, "the file of export %d has expired or was never made; export again", in.ID)
	}
	if err := a.mayFetch(ctx, e); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(a.ExportsDir)
	if err != nil {
		return nil, errs.Wrap(errs.Unavailable, err, "the exports folder cannot be read")
	}
	defer func() { _ = root.Close() }()
	f, err := root.Open(filepath.Base(e.FilePath))
	if err != nil {
		a.Logger.WarnContext(ctx, "the file of an export cannot be opened", "export", e.ID, "error", err)
		return nil, errs.New(errs.NotFound, "the file of export %d is no longer there; export again", in.ID)
	}
	return streamed(func(w http.ResponseWriter, r *http.Request) {
		defer func() { _ = f.Close() }()
		_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(downloadTime))
		w.Header().Set("Content-Type", exportTypes[e.Kind])
		w.Header().Set("Content-Disposition", attachment(e.FileName))
		w.Header().Set("ETag", `"`+strings.TrimPrefix(e.FilePath, "export-")+`"`)
		http.ServeContent(w, r, "", e.FinishedAt, f)
	}), nil
}

// mayFetch holds a file that was made earlier against what the caller may see by now: the permissions, the campaign, the numbers.
func (a *API) mayFetch(ctx context.Context, e export.Export) error {
	for _, needed := range e.Kind.Permissions() {
		if err := a.permit(ctx, needed); err != nil {
			return err
		}
	}
	if _, narrow := scopeOf(ctx).View(); narrow {
		if _, err := a.Store.Campaign(ctx, scopeOf(ctx), e.Campaign); errs.Is(err, errs.NotFound) {
			return errs.New(errs.Forbidden, "the campaign of this export is no longer there, or no longer yours to see")
		} else if err != nil {
			return err
		}
	}
	if masks(ctx) && !e.Request.Masked {
		return errs.New(errs.Forbidden, "the file holds telephone numbers that are hidden from you; export again")
	}
	return nil
}

// attachment names a download in the way that every browser reads (RFC 6266), whatever characters are in the name.
func attachment(name string) string {
	if v := mime.FormatMediaType("attachment", map[string]string{"filename": name}); v != "" {
		return v
	}
	return "attachment"
}

func (a *API) deleteExport(ctx context.Context, in *ExportPath) (*struct{}, error) {
	e, err := a.export(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if !e.State.Over() && !e.Kind.HasFile() {
		return nil, errs.New(errs.Conflict, "the change is under way; it can be taken off the list when it is done")
	}
	// The row goes first: the worker that runs it stops at the next step and removes what it wrote.
	if err := a.Store.DeleteExport(ctx, tenant.Of(e.Tenant), e.ID); err != nil {
		return nil, err
	}
	if e.FilePath != "" {
		if err := os.Remove(filepath.Join(a.ExportsDir, filepath.Base(e.FilePath))); err != nil && !errors.Is(err, os.ErrNotExist) {
			a.Logger.WarnContext(ctx, "the file of a deleted export could not be removed", "export", e.ID, "error", err)
		}
	}
	note(ctx, change{Module: "exports", Action: "delete", Kind: "export", ID: strconv.FormatInt(in.ID, 10), Name: e.Title, Before: exportOf(e)})
	return &struct{}{}, nil
}

type callExportInput struct {
	CallPath
	Kind string `query:"kind" enum:"text" default:"text"`
	FileLanguage
}

// exportCall is one call's transcript.
func (a *API) exportCall(ctx context.Context, in *callExportInput) (*huma.StreamResponse, error) {
	scope := scopeOf(ctx)
	c, err := a.Store.Call(ctx, scope, call.UUID(in.ID))
	if err != nil {
		return nil, err
	}
	zone, err := callerOf(ctx).Tenant.Location()
	if err != nil {
		zone = time.UTC
	}
	name, body, err := exporter.Text(ctx, exporter.Input{Scope: scope, Masked: masks(ctx), Zone: zone, Store: a.Store,
		Export: export.Export{Kind: export.TextZIP, Tenant: c.Tenant, Campaign: c.Campaign, CreatedAt: a.Clock.Now(), Request: export.Request{Language: in.of(ctx)}}}, c)
	if err != nil {
		return nil, err
	}
	return streamed(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Content-Disposition", attachment(name))
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write([]byte(body))
	}), nil
}
