package api

import (
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unicode"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/event"
)

const (
	// multipartSlack is what a form adds to the file inside it.
	multipartSlack = 64 << 10
	// uploadTime is how long an upload may take.
	uploadTime  = 15 * time.Minute
	maxFileName = 200
)

// Import is one upload and what came of it (A4.4.4).
type Import struct {
	ID         int64      `json:"id"`
	CampaignID int64      `json:"campaign_id" doc:"0 for an import of numbers not to call"`
	DNCGroupID int64      `json:"dnc_group_id,omitempty" doc:"The group that it fills; 0 for an import of contacts"`
	Order      int        `json:"order" doc:"1 for the first import of its campaign or group"`
	Source     string     `json:"source"`
	FileName   string     `json:"file_name"`
	State      string     `json:"state" enum:"queued,running,finished,failed"`
	Total      int        `json:"total"`
	Accepted   int        `json:"accepted"`
	Rejected   int        `json:"rejected"`
	Reason     string     `json:"reason,omitempty" doc:"Why it failed"`
	CreatedAt  time.Time  `json:"created_at"`
	StartedAt  *time.Time `json:"started_at,omitempty"`
	FinishedAt *time.Time `json:"finished_at,omitempty"`
	Rejections string     `json:"rejections,omitempty" doc:"Where the rejected rows are, when there are any"`
}

type createImportInput struct {
	CampaignPath
	Raw
}

type importOutput struct{ Body Import }

func (a *API) createImport(ctx context.Context, in *createImportInput) (*importOutput, error) {
	camp, err := a.takesContacts(ctx, in.id())
	if err != nil {
		return nil, err
	}
	i, err := a.queueImport(ctx, in.Raw, contact.Import{Tenant: camp.Tenant, Campaign: camp.ID})
	if err != nil {
		return nil, err
	}
	shown := importOf(i)
	note(ctx, change{Module: "contacts", Action: "import", Kind: "campaign", ID: strconv.FormatInt(int64(camp.ID), 10), Name: camp.Name, After: shown})
	return &importOutput{Body: shown}, nil
}

// queueImport keeps the upload and has the worker read it.
func (a *API) queueImport(ctx context.Context, raw Raw, i contact.Import) (contact.Import, error) {
	name, path, err := a.receive(raw)
	if err != nil {
		return i, err
	}
	i.Source, i.FileName, i.FilePath, i.State, i.CreatedAt = "upload", name, filepath.Base(path), contact.ImportQueued, a.Clock.Now().UTC()
	if err := a.Store.CreateImport(ctx, scopeOf(ctx), &i); err != nil {
		_ = os.Remove(path)
		return i, err
	}
	// From here on the worker finds the import by its row, whether it is told now or not.
	if err := a.Queue.EnqueueImport(ctx, i.ID); err != nil {
		a.Logger.WarnContext(ctx, "an import waits for the worker to look for it", "import", i.ID, "error", err)
	}
	err = a.Bus.Publish(ctx, event.ImportChanged{Tenant: i.Tenant, Campaign: i.Campaign, Import: i.ID, State: i.State})
	if err != nil {
		a.Logger.DebugContext(ctx, "an import was not published", "import", i.ID, "error", err)
	}
	return i, nil
}

// receive streams the form's file to disk.
func (a *API) receive(raw Raw) (name, path string, err error) {
	// The deadline is the socket's and follows the machine's clock.
	control := http.NewResponseController(raw.gin.Writer)
	_ = control.SetReadDeadline(time.Now().Add(uploadTime))
	_ = control.SetWriteDeadline(time.Now().Add(uploadTime + writeTime))
	form, err := raw.request().MultipartReader()
	if err != nil {
		return "", "", status(http.StatusUnsupportedMediaType, "send the list as multipart/form-data with the part file")
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return "", "", refusedFile("the form has no part named file")
		}
		if err != nil {
			return "", "", a.uploadError(err)
		}
		if part.FormName() == "file" {
			path, err := a.save(part)
			return fileName(part.FileName()), path, err
		}
	}
}

func (a *API) save(part *multipart.Part) (path string, err error) {
	if err := os.MkdirAll(a.UploadsDir, 0o750); err != nil {
		return "", errs.Wrap(errs.Unavailable, err, "the uploads folder cannot be written")
	}
	f, err := os.CreateTemp(a.UploadsDir, "upload-*")
	if err != nil {
		return "", errs.Wrap(errs.Unavailable, err, "the uploads folder cannot be written")
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	n, err := io.Copy(f, io.LimitReader(part, a.Limits.Upload+1))
	if closed := f.Close(); err == nil {
		err = closed
	}
	switch {
	case err != nil:
		return "", a.uploadError(err)
	case n > a.Limits.Upload:
		return "", a.tooLarge()
	case n == 0:
		return "", refusedFile("the file is empty")
	}
	return f.Name(), nil
}

func (a *API) uploadError(err error) error {
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return a.tooLarge()
	case errors.Is(err, syscall.ENOSPC):
		return errs.Wrap(errs.Unavailable, err, "the disk is full; the upload was not kept")
	case errors.Is(err, os.ErrDeadlineExceeded):
		return status(http.StatusRequestTimeout, "the upload took too long")
	case errors.Is(err, os.ErrPermission):
		return errs.Wrap(errs.Unavailable, err, "the uploads folder cannot be written")
	default:
		return refusedFile("the upload was broken off or is no proper form")
	}
}

func (a *API) tooLarge() error {
	return status(http.StatusRequestEntityTooLarge, "the list is larger than "+megabytes(a.Limits.Upload)+"; split it")
}

func refusedFile(reason string) error {
	return &errs.Error{Kind: errs.Invalid, Message: "the upload was refused", Fields: []errs.Field{{Path: "file", Reason: reason}}}
}

// fileName is the client's own name for the file, fit to be shown.
func fileName(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, strings.ToValidUTF8(filepath.Base(strings.ReplaceAll(s, `\`, "/")), ""))
	if r := []rune(s); len(r) > maxFileName {
		s = string(r[len(r)-maxFileName:])
	}
	if s == "" || s == "." || s == "/" {
		return "list"
	}
	return s
}

type listImportsOutput struct {
	Body struct {
		Items []Import `json:"items"`
	}
}

func (a *API) listImports(ctx context.Context, in *CampaignPath) (*listImportsOutput, error) {
	if _, err := a.Store.Campaign(ctx, scopeOf(ctx), in.id()); err != nil {
		return nil, err
	}
	found, err := a.Store.Imports(ctx, scopeOf(ctx), in.id())
	if err != nil {
		return nil, err
	}
	out := &listImportsOutput{}
	out.Body.Items = make([]Import, 0, len(found))
	for _, i := range found {
		out.Body.Items = append(out.Body.Items, importOf(i))
	}
	return out, nil
}

// ImportPath names the import of an address.
type ImportPath struct {
	ID int64 `path:"id" minimum:"1"`
}

func (a *API) getImport(ctx context.Context, in *ImportPath) (*importOutput, error) {
	i, err := a.readableImport(ctx, in)
	return &importOutput{Body: importOf(i)}, err
}

// readableImport is the import, for whom its sort concerns: those who bring contacts in, or those who keep the lists of
// numbers not to call.
func (a *API) readableImport(ctx context.Context, in *ImportPath) (contact.Import, error) {
	contacts, lists := a.permit(ctx, access.ContactsImport), a.permit(ctx, access.DncEdit)
	if contacts != nil && lists != nil {
		return contact.Import{}, contacts
	}
	i, err := a.Store.Import(ctx, scopeOf(ctx), contact.ImportID(in.ID))
	if err != nil {
		return i, err
	}
	needed := contacts
	if i.DNCGroup != 0 {
		needed = lists
	}
	if needed != nil {
		return contact.Import{}, errs.Missing("import", in.ID)
	}
	return i, nil
}

func importOf(i contact.Import) Import {
	out := Import{ID: int64(i.ID), CampaignID: int64(i.Campaign), DNCGroupID: int64(i.DNCGroup), Order: i.Order, Source: i.Source, FileName: i.FileName, State: string(i.State),
		Total: i.Total, Accepted: i.Accepted, Rejected: i.Rejected, Reason: i.Reason, CreatedAt: i.CreatedAt.UTC(),
		StartedAt: moment(i.StartedAt), FinishedAt: moment(i.FinishedAt)}
	if i.Rejected > 0 {
		out.Rejections = rejectionsAddress(i.ID)
	}
	return out
}
