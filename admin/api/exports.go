package api

import (
	"context"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/export"
)

// Export is work on many calls that somebody asked for (A4.6): a file to download, or a change that is followed.
type Export struct {
	ID         int64      `json:"id"`
	CampaignID int64      `json:"campaign_id"`
	Kind       string     `json:"kind" enum:"calls_xlsx,recordings_zip,recordings_links,text_zip,calls_delete,calls_add"`
	Title      string     `json:"title"`
	State      string     `json:"state" enum:"queued,running,finished,failed"`
	Done       int        `json:"done"`
	Total      int        `json:"total"`
	Rows       int        `json:"rows" doc:"Calls in the file; calls deleted; contacts added"`
	Reason     string     `json:"reason,omitempty" doc:"Why it failed, or what is missing"`
	FileName   string     `json:"file_name,omitempty"`
	Size       int64      `json:"size,omitempty"`
	Download   string     `json:"download,omitempty" doc:"Where the file is, while there is one"`
	ImportID   int64      `json:"import_id,omitempty" doc:"Of calls_add: the import that lists what was not added"`
	CreatedAt  time.Time  `json:"created_at"`
	FinishedAt *time.Time `json:"finished_at,omitempty"`
	ExpiresAt  *time.Time `json:"expires_at,omitempty"`
	CreatedBy  string     `json:"created_by"`
}

func exportOf(e export.Export) Export {
	out := Export{ID: int64(e.ID), CampaignID: int64(e.Campaign), Kind: string(e.Kind), Title: e.Title, State: string(e.State), Done: e.Done, Total: e.Total,
		Rows: e.Rows, Reason: e.Reason, FileName: e.FileName, Size: e.Size, ImportID: int64(e.Request.Import), CreatedAt: e.CreatedAt.UTC(),
		FinishedAt: moment(e.FinishedAt), CreatedBy: e.CreatedBy}
	if e.FilePath != "" {
		out.Download, out.ExpiresAt = exportAddress(e.ID)+"/file", moment(e.ExpiresAt)
	}
	return out
}

func exportAddress(id export.ID) string { return "/api/v1/exports/" + strconv.FormatInt(int64(id), 10) }

type exportOutput struct{ Body Export }

// Selection names calls of a campaign: by their ids, or all that pass a filter.
type Selection struct {
	IDs    []string    `json:"ids,omitempty" maxItems:"3000" doc:"Ids of calls; those that are not the campaign's are passed over"`
	Filter *CallFilter `json:"filter,omitempty" doc:"All that pass; an empty filter passes all"`
}

// calls is the selection as the store is asked; a filter is read at this moment and reaches no call that comes later.
func (a *API) calls(ctx context.Context, s Selection) (export.Request, error) {
	var r export.Request
	switch {
	case len(s.IDs) > 0 && s.Filter != nil, len(s.IDs) == 0 && s.Filter == nil:
		return r, &errs.Error{Kind: errs.Invalid, Message: "no calls were chosen", Fields: []errs.Field{{Path: "ids", Reason: "send either ids or a filter"}}}
	case s.Filter != nil:
		f, err := s.Filter.domain(masks(ctx))
		if now := a.Clock.Now().Add(time.Millisecond); f.DialledTo.IsZero() || f.DialledTo.After(now) {
			f.DialledTo = now.UTC()
		}
		r.Filter = f
		return r, err
	}
	for _, id := range s.IDs {
		u, err := uuid.Parse(id)
		if err != nil {
			return r, &errs.Error{Kind: errs.Invalid, Message: "no call has such an id", Fields: []errs.Field{{Path: "ids", Reason: "must be ids of calls"}}}
		}
		r.Calls = append(r.Calls, call.UUID(u.String()))
	}
	return r, nil
}

type createExportInput struct {
	CampaignPath
	Raw
	Body struct {
		Kind string `json:"kind" enum:"calls_xlsx,recordings_zip,recordings_links,text_zip"`
		Selection
	}
}

func (a *API) createExport(ctx context.Context, in *createExportInput) (*exportOutput, error) {
	request, err := a.calls(ctx, in.Body.Selection)
	if err != nil {
		return nil, err
	}
	kind := export.Kind(in.Body.Kind)
	for _, needed := range kind.Permissions() {
		if err := a.permit(ctx, needed); err != nil {
			return nil, err
		}
	}
	if kind == export.RecordingsLinks {
		request.Base = "http://" + in.request().Host
		if clientOf(ctx).secure {
			request.Base = "https://" + in.request().Host
		}
	}
	return a.ask(ctx, in.id(), kind, exportNames[kind], request, 0)
}

var exportNames = map[export.Kind]worded{export.CallsXLSX: {"通话清单", "list of calls"}, export.RecordingsZIP: {"录音", "recordings"},
	export.RecordingsLinks: {"录音链接", "links to recordings"}, export.TextZIP: {"对话文本", "transcripts"}}

// ask stores what is asked for and hands it to the worker.
func (a *API) ask(ctx context.Context, of campaign.ID, kind export.Kind, what worded, request export.Request, done int) (*exportOutput, error) {
	c, err := a.Store.Campaign(ctx, scopeOf(ctx), of)
	if err != nil {
		return nil, err
	}
	who := callerOf(ctx)
	request.Language = fileLanguage(ctx)
	e := export.Export{Tenant: c.Tenant, User: who.User.ID, Campaign: of, Kind: kind, Title: c.Name + " · " + what.in(request.Language), Request: request,
		State: export.Queued, Total: len(request.Calls), Rows: done, CreatedBy: who.User.Name, CreatedAt: a.Clock.Now().UTC()}
	if e.CreatedBy == "" {
		e.CreatedBy = who.User.Account
	}
	if err := a.Store.CreateExport(ctx, scopeOf(ctx), &e); err != nil {
		return nil, err
	}
	// From here on the worker finds it by its row, whether it is told now or not.
	if err := a.Queue.EnqueueExport(ctx, e.ID); err != nil {
		a.Logger.WarnContext(ctx, "an export waits for the worker to look for it", "export", e.ID, "error", err)
	}
	err = a.Bus.Publish(ctx, event.ExportChanged{Tenant: e.Tenant, User: int64(e.User), Export: int64(e.ID), State: string(e.State), Total: e.Total})
	if err != nil {
		a.Logger.DebugContext(ctx, "an export was not published", "export", e.ID, "error", err)
	}
	action, module := "create", "exports"
	switch kind {
	case export.CallsDelete:
		action, module = "delete", "calls"
	case export.CallsAdd:
		action, module = "add_to_campaign", "calls"
	}
	out := exportOf(e)
	note(ctx, change{Module: module, Action: action, Kind: "campaign", ID: strconv.FormatInt(int64(of), 10), Name: c.Name,
		After: map[string]any{"export": out.ID, "kind": out.Kind, "calls": len(request.Calls), "filter": request.Filter, "target": request.Target}})
	return &exportOutput{Body: out}, nil
}

type listExportsInput struct {
	Creator string    `query:"creator" maxLength:"100" doc:"A part of the name of who asked"`
	From    time.Time `query:"from"`
	To      time.Time `query:"to" doc:"The first moment that is too late"`
	Paging
}

type listExportsOutput struct{ Body Page[Export] }

// administers tells whether the caller may see what other members of the company have exported.
func administers(ctx context.Context) bool {
	return callerOf(ctx).Role.Template == access.Administrator
}

func (a *API) listExports(ctx context.Context, in *listExportsInput) (*listExportsOutput, error) {
	below, err := in.key()
	if err != nil {
		return nil, err
	}
	f := export.Filter{Creator: in.Creator, From: in.From, To: in.To}
	if !administers(ctx) {
		f.User = callerOf(ctx).User.ID
	}
	found, err := a.Store.Exports(ctx, wholeTenant(ctx), f, export.ID(below), in.Limit+1)
	if err != nil {
		return nil, err
	}
	out := &listExportsOutput{}
	found, out.Body.Next = cut(found, in.Limit, func(e export.Export) string { return strconv.FormatInt(int64(e.ID), 10) })
	out.Body.Items = make([]Export, 0, len(found))
	for _, e := range found {
		out.Body.Items = append(out.Body.Items, exportOf(e))
	}
	return out, nil
}

// ExportPath names the export of an address.
type ExportPath struct {
	ID int64 `path:"id" minimum:"1"`
}

// export reads one that the caller asked for or administers; any other does not exist.
func (a *API) export(ctx context.Context, id int64) (export.Export, error) {
	e, err := a.Store.Export(ctx, wholeTenant(ctx), export.ID(id))
	if err != nil {
		return e, err
	}
	if e.User != callerOf(ctx).User.ID && !administers(ctx) {
		return export.Export{}, errs.Missing("export", id)
	}
	return e, nil
}

func (a *API) getExport(ctx context.Context, in *ExportPath) (*exportOutput, error) {
	e, err := a.export(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &exportOutput{Body: exportOf(e)}, nil
}
