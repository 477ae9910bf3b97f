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
		All    bool `json:"all,omitempty" doc:"Every call of the campaign"`
		Unread bool `json:"unread,omitempty" doc:"Mark them as unread instead"`
	}
}

type readCallsOutput struct {
	Body struct {
		Read   int  `json:"read" doc:"Calls that were unread and are read now"`
		Unread int  `json:"unread,omitempty" doc:"Calls that were read and are unread now"`
		More   bool `json:"more,omitempty" doc:"There are more than one request marks; send it again"`
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
	camp, err := a.Store.Campaign(ctx, scopeOf(ctx), in.id())
	if err != nil {
		return nil, err
	}
	m := marking{API: a, of: in.id(), read: !in.Body.Unread}
	if len(request.Calls) > 0 {
		err = m.mark(ctx, request.Calls)
	} else {
		err = m.all(ctx, request.Filter)
	}
	if err != nil {
		return nil, err
	}
	out := &readCallsOutput{}
	out.Body.More = m.more
	action := "read"
	if m.read {
		out.Body.Read = m.n
	} else {
		out.Body.Unread, action = m.n, "unread"
	}
	note(ctx, change{Module: "calls", Action: action, Kind: "campaign", ID: strconv.FormatInt(int64(in.id()), 10), Name: camp.Name,
		After: map[string]any{"calls": m.n}})
	return out, nil
}

// marking makes calls of a campaign read or unread, and counts those that were not.
type marking struct {
	*API
	of   contact.CampaignID
	read bool
	n    int
	more bool
}

func (m *marking) mark(ctx context.Context, ids []call.UUID) error {
	set := func() (int, error) { return m.Store.UnreadCalls(ctx, scopeOf(ctx), m.of, ids) }
	if m.read {
		set = func() (int, error) { return m.Store.ReadCalls(ctx, scopeOf(ctx), m.of, ids, m.Clock.Now()) }
	}
	n, err := set()
	m.n += n
	return err
}

// all marks what is not as it should be, from the newest call on.
func (m *marking) all(ctx context.Context, f call.Filter) error {
	if f.Read != nil && *f.Read == m.read {
		return nil
	}
	other := !m.read
	f.Read = &other
	for m.n < readMost {
		found, err := m.Store.Calls(ctx, scopeOf(ctx), m.of, f, call.Page{Limit: readAtOnce})
		if err != nil || len(found) == 0 {
			return err
		}
		ids := make([]call.UUID, len(found))
		for i, c := range found {
			ids[i] = c.UUID
		}
		if err := m.mark(ctx, ids); err != nil {
			return err
		}
		if len(found) < readAtOnce {
			return nil
		}
	}
	m.more = true
	return nil
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
	n, err := a.Store.HideCalls(ctx, scopeOf(ctx), in.id(), request.Calls, a.Clock.Now())
	if err != nil {
		return nil, err
	}
	return a.ask(ctx, in.id(), export.CallsDelete, worded{"删除通话", "deletion of calls"}, request, n)
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
	request.Target = to.ID
	return a.ask(ctx, in.id(), export.CallsAdd, worded{"添加到 " + to.Name, "addition to " + to.Name}, request, 0)
}
