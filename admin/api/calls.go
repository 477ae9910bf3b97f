package api

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/trunk"
)

// Call is one row of a campaign's calls (A4.4.2, A4.4.3).
type Call struct {
	ID          string     `json:"id" format:"uuid"`
	CampaignID  int64      `json:"campaign_id"`
	ContactID   int64      `json:"contact_id"`
	Name        string     `json:"name"`
	Number      string     `json:"number"`
	CallerID    string     `json:"caller_id"`
	TrunkID     int64      `json:"trunk_id"`
	TrunkName   string     `json:"trunk_name"`
	Ordinal     int        `json:"ordinal" doc:"1 for the contact's first call"`
	State       string     `json:"state" enum:"created,originating,early,answered,ended"`
	Disposition string     `json:"disposition,omitempty"`
	Class       string     `json:"class,omitempty" enum:"answered,line_fault,callee_fault"`
	EndReason   string     `json:"end_reason,omitempty"`
	Fault       string     `json:"fault,omitempty" enum:"none,callee,carrier,us,unknown"`
	HungUpBy    string     `json:"hung_up_by,omitempty"`
	SIPCode     int        `json:"sip_code,omitempty"`
	Q850        int        `json:"q850,omitempty"`
	Cause       string     `json:"cause,omitempty"`
	Grade       string     `json:"grade,omitempty" enum:"A,B,C,D,E,F"`
	TurnCount   int        `json:"turn_count"`
	DialledAt   time.Time  `json:"dialled_at"`
	RingingAt   *time.Time `json:"ringing_at,omitempty"`
	AnsweredAt  *time.Time `json:"answered_at,omitempty"`
	EndedAt     *time.Time `json:"ended_at,omitempty"`
	TalkMS      int64      `json:"talk_ms"`
	ReplyP50MS  int64      `json:"reply_p50_ms,omitempty"`
	Audio       string     `json:"audio,omitempty" doc:"Where the whole call can be heard"`
}

type listCallsInput struct {
	CampaignPath
	State       string `query:"state" enum:"live,created,originating,early,answered,ended" doc:"live is every state but ended"`
	Disposition string `query:"disposition" maxLength:"40"`
	Grade       string `query:"grade" enum:"A,B,C,D,E,F"`
	Paging
}

type listCallsOutput struct{ Body Page[Call] }

func (a *API) listCalls(ctx context.Context, in *listCallsInput) (*listCallsOutput, error) {
	if in.Cursor != "" && uuid.Validate(in.Cursor) != nil {
		return nil, errCursor()
	}
	scope := scopeOf(ctx)
	if _, err := a.Store.Campaign(ctx, scope, in.id()); err != nil {
		return nil, err
	}
	f := call.Filter{State: call.State(in.State), Disposition: call.Disposition(in.Disposition), Grade: in.Grade}
	if in.State == "live" {
		f.State, f.Live = "", true
	}
	found, err := a.Store.Calls(ctx, scope, in.id(), f, call.Page{Before: call.UUID(in.Cursor), Limit: in.Limit + 1})
	if err != nil {
		return nil, err
	}
	names, err := a.names(ctx)
	if err != nil {
		return nil, err
	}
	out := &listCallsOutput{}
	found, out.Body.Next = cut(found, in.Limit, func(c call.Call) string { return string(c.UUID) })
	out.Body.Items = make([]Call, 0, len(found))
	for _, c := range found {
		out.Body.Items = append(out.Body.Items, callOf(c, names))
	}
	return out, nil
}

func callOf(c call.Call, n names) Call {
	out := Call{ID: string(c.UUID), CampaignID: int64(c.Campaign), ContactID: int64(c.Contact), Name: c.Name, Number: c.Number.String(),
		CallerID: c.CallerID, TrunkID: int64(c.Trunk), TrunkName: n.trunks[c.Trunk], Ordinal: c.Ordinal, State: string(c.State), Grade: c.Grade,
		TurnCount: c.Turns, DialledAt: c.Times.Created.UTC(), RingingAt: moment(c.Times.Ringing), AnsweredAt: moment(c.Times.Answered),
		EndedAt: moment(c.Times.Ended), TalkMS: c.Times.Talk().Milliseconds(), ReplyP50MS: c.ReplyP50.Milliseconds()}
	if c.State == call.Ended {
		o := c.Outcome
		out.Disposition, out.Class, out.EndReason, out.Fault = string(o.Disposition), string(o.Disposition.Class()), string(o.EndReason), string(o.Fault)
		out.HungUpBy, out.SIPCode, out.Q850, out.Cause = string(o.HungUpBy), o.SIPCode, o.Q850, o.Cause
	}
	if c.Recording != "" {
		out.Audio = callAddress(c.UUID) + "/audio"
	}
	return out
}

func callAddress(id call.UUID) string { return "/api/v1/calls/" + string(id) }

// names resolves what rows only number.
type names struct {
	trunks  map[trunk.ID]string
	scripts map[script.ID]string
}

func (a *API) names(ctx context.Context) (names, error) {
	n := names{trunks: map[trunk.ID]string{}, scripts: map[script.ID]string{}}
	trunks, err := a.Store.Trunks(ctx, scopeOf(ctx))
	if err != nil {
		return n, err
	}
	for _, t := range trunks {
		n.trunks[t.ID] = t.Name
	}
	scripts, err := a.Store.Scripts(ctx, scopeOf(ctx))
	if err != nil {
		return n, err
	}
	for _, s := range scripts {
		n.scripts[s.ID] = s.Name
	}
	return n, nil
}

func (a *API) scriptName(ctx context.Context, id script.VersionID, n names) (string, error) {
	v, err := a.Store.ScriptVersion(ctx, scopeOf(ctx), id)
	if err != nil {
		return "", err
	}
	return n.scripts[v.Script], nil
}
