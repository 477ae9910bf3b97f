package api

import (
	"context"
	"strconv"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/export"
)

const (
	// readAtOnce is how many calls are marked in one step, and readMost in one request.
	readAtOnce = 2000
	readMost   = 40_000
)

type readCallsInput struct {
	CampaignPath
	Body struct {
		Selection
		All bool `json:"all,omitempty" doc:"Every call of the campaign"`
	}
}

type readCallsOutput struct {
	Body struct {
		Read int  `json:"read" doc:"Calls that were unread"`
		More bool `json:"more,omitempty" doc:"There are more than one request marks; send it again"`
	}
}

func (a *API) readCalls(ctx context.Context, in *readCallsInput) (*readCallsOutput, error) {
	if in.Body.All && in.Body.Filter == nil && len(in.Body.IDs) == 0 {
		in.Body.Filter = &CallFilter{}
	}
	request, err := a.calls(ctx, in.Body.Selection)
	if err != nil {
		return nil, err
	}
	scope, of := scopeOf(ctx), contact.CampaignID(in.id())
	camp, err := a.Store.Campaign(ctx, scope, in.id())
	if err != nil {
		return nil, err
	}
	out := &readCallsOutput{}
	if len(request.Calls) > 0 {
		out.Body.Read, err = a.Store.ReadCalls(ctx, scope, of, request.Calls, a.Clock.Now())
	} else {
		out.Body.Read, out.Body.More, err = a.readAll(ctx, of, request.Filter)
	}
	if err != nil {
		return nil, err
	}
	note(ctx, change{Module: "calls", Action: "read", Kind: "campaign", ID: strconv.FormatInt(int64(in.id()), 10), Name: camp.Name,
		After: map[string]any{"calls": out.Body.Read}})
	return out, nil
}

// readAll marks what is still unread, from the newest call on.
func (a *API) readAll(ctx context.Context, of contact.CampaignID, f call.Filter) (n int, more bool, err error) {
	if f.Read != nil && *f.Read {
		return 0, false, nil
	}
	unread := false
	f.Read = &unread
	for n < readMost {
		found, err := a.Store.Calls(ctx, scopeOf(ctx), of, f, call.Page{Limit: readAtOnce})
		if err != nil || len(found) == 0 {
			return n, false, err
		}
		ids := make([]call.UUID, len(found))
		for i, c := range found {
			ids[i] = c.UUID
		}
		marked, err := a.Store.ReadCalls(ctx, scopeOf(ctx), of, ids, a.Clock.Now())
		if err != nil {
			return n, false, err
		}
		if n += marked; len(found) < readAtOnce {
			return n, false, nil
		}
	}
	return n, true, nil
}

type deleteCallsInput struct {
	CampaignPath
	Body Selection
}

// deleteCalls hides chosen calls at once; the worker hides those of a filter, and removes recordings and transcripts.
func (a *API) deleteCalls(ctx context.Context, in *deleteCallsInput) (*exportOutput, error) {
	request, err := a.calls(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	n, err := a.Store.HideCalls(ctx, scopeOf(ctx), contact.CampaignID(in.id()), request.Calls, a.Clock.Now())
	if err != nil {
		return nil, err
	}
	return a.ask(ctx, in.id(), export.CallsDelete, "删除通话", request, n)
}

type addCallsInput struct {
	CampaignPath
	Body struct {
		Selection
		CampaignID int64 `json:"campaign_id" minimum:"1" doc:"The campaign that the contacts are added to"`
	}
}

func (a *API) addCalls(ctx context.Context, in *addCallsInput) (*exportOutput, error) {
	request, err := a.calls(ctx, in.Body.Selection)
	if err != nil {
		return nil, err
	}
	to, err := a.takesContacts(ctx, campaign.ID(in.Body.CampaignID))
	if errs.Is(err, errs.NotFound) {
		return nil, &errs.Error{Kind: errs.Invalid, Message: "the calls were not added", Fields: []errs.Field{{Path: "campaign_id", Reason: "there is no such campaign"}}}
	}
	if err != nil {
		return nil, err
	}
	request.Target = contact.CampaignID(to.ID)
	return a.ask(ctx, in.id(), export.CallsAdd, "添加到 "+to.Name, request, 0)
}
