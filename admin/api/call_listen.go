package api

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/listening"
)

// Listening is one supervisor at one call: they hear it at their own telephone, or have taken the robot's place.
type Listening struct {
	ID         string     `json:"id" format:"uuid"`
	CallID     string     `json:"call_id" format:"uuid"`
	CampaignID int64      `json:"campaign_id"`
	UserID     int64      `json:"user_id"`
	Name       string     `json:"name" doc:"Of the one who listens, as it was then"`
	Extension  string     `json:"extension" doc:"The telephone that rings for it"`
	Wish       string     `json:"wish" enum:"listen,take_over,stop"`
	State      string     `json:"state" enum:"asked,ringing,listening,talking,ended"`
	Reason     string     `json:"reason,omitempty" enum:"hung_up,call_ended,no_answer,busy,not_registered,not_talking,taken,failed,lost" doc:"Why it has ended. Of one that goes on: taken, while another person has the call or is being called for it, and failed after a take-over that did not succeed"`
	AskedAt    time.Time  `json:"asked_at"`
	HeardAt    *time.Time `json:"heard_at,omitempty" doc:"From when on the call was heard"`
	TookOverAt *time.Time `json:"took_over_at,omitempty"`
	EndedAt    *time.Time `json:"ended_at,omitempty"`
	ListenedMS int64      `json:"listened_ms" doc:"From heard_at to the take-over, the end or now"`
}

func listeningOf(l listening.Listening, now time.Time) Listening {
	out := Listening{ID: string(l.ID), CallID: string(l.Call), CampaignID: int64(l.Campaign), UserID: int64(l.User), Name: l.Name, Extension: l.Extension,
		Wish: string(l.Wish), State: string(l.State), Reason: string(l.Reason), AskedAt: l.AskedAt.UTC(), HeardAt: moment(l.HeardAt), TookOverAt: moment(l.TookAt), EndedAt: moment(l.EndedAt)}
	if l.State.Open() {
		l.EndedAt = now
	}
	out.ListenedMS = l.Listened().Milliseconds()
	return out
}

type listeningOutput struct{ Body Listening }

func (a *API) listenToCall(ctx context.Context, in *CallPath) (*listeningOutput, error) {
	c, err := a.Store.Call(ctx, scopeOf(ctx), call.UUID(in.ID))
	if err != nil {
		return nil, err
	}
	l, err := a.askListening(ctx, c, listening.Listen)
	if err != nil {
		return nil, err
	}
	return a.wished(ctx, "listen_live", l, c), nil
}

// takeCallOver lets whoever listens to the call talk in it. For others it begins as a listening does.
func (a *API) takeCallOver(ctx context.Context, in *CallPath) (*listeningOutput, error) {
	c, err := a.Store.Call(ctx, scopeOf(ctx), call.UUID(in.ID))
	if err != nil {
		return nil, err
	}
	who := callerOf(ctx).User.ID
	l, err := a.openListening(ctx)
	switch {
	case err == nil && l.Call == c.UUID:
		l, err = a.Store.WishListening(ctx, wholeTenant(ctx), l.ID, who, listening.TakeOver)
	case err == nil, errs.Is(err, errs.NotFound):
		l, err = a.askListening(ctx, c, listening.TakeOver) // which refuses one who listens to another call
	}
	if err != nil {
		return nil, err
	}
	return a.wished(ctx, "take_over", l, c), nil
}

// openListening is the caller's. One that no dialer saw in time is none, though its row stands until the next is asked for.
func (a *API) openListening(ctx context.Context) (listening.Listening, error) {
	who := callerOf(ctx).User.ID
	l, err := a.Store.OpenListening(ctx, wholeTenant(ctx), who)
	if err == nil && l.State == listening.Asked && l.AskedAt.Before(a.Clock.Now().Add(-listening.Unseen)) {
		err = errs.Missing("listening of member", who)
	}
	return l, err
}

// askListening writes down that the caller's telephone is to ring for the call.
func (a *API) askListening(ctx context.Context, c call.Call, w listening.Wish) (listening.Listening, error) {
	who := callerOf(ctx).User
	if who.AgentNumber == "" {
		return listening.Listening{}, errs.New(errs.Conflict, "your account has no agent number, so there is no telephone to ring; have one set in Team")
	}
	id, err := uuid.NewV7()
	if err != nil {
		return listening.Listening{}, err
	}
	l := listening.Listening{ID: listening.ID(id.String()), Tenant: c.Tenant, Call: c.UUID, User: who.ID, Name: a.callerName(ctx), Extension: who.AgentNumber, Wish: w, AskedAt: a.Clock.Now().UTC()}
	return l, a.Store.AskListening(ctx, scopeOf(ctx), &l)
}

// wished tells the dialer and the operation log what the caller wants of a call.
func (a *API) wished(ctx context.Context, action string, l listening.Listening, c call.Call) *listeningOutput {
	a.tellWish(ctx, l)
	note(ctx, listeningChange(action, l, c))
	return &listeningOutput{Body: listeningOf(l, a.Clock.Now())}
}

// tellWish lets the dialer read the wish at once. A message that gets lost costs a moment: the dialer looks at the rows anyway.
func (a *API) tellWish(ctx context.Context, l listening.Listening) {
	if err := a.Bus.Publish(ctx, event.ListeningWished{Tenant: l.Tenant, Call: l.Call, Listening: l.ID}); err != nil {
		a.Logger.WarnContext(ctx, "a wish to listen was not published", "call", l.Call, "listening", l.ID, "error", err)
	}
}

func listeningChange(action string, l listening.Listening, c call.Call) change {
	return change{Module: "calls", Action: action, Kind: "call", ID: string(l.Call), Name: orElse(c.Name, c.Number.String()), After: map[string]any{"listening": l.ID, "extension": l.Extension}}
}

// OwnListening is what the caller listens to now.
type OwnListening struct {
	Listening *Listening `json:"listening"`
}

// TransformSchema says that there may be none.
func (OwnListening) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Properties["listening"] = &huma.Schema{OneOf: []*huma.Schema{s.Properties["listening"], {Type: "null"}}, Description: "Null when the caller listens to nothing"}
	return s
}

type ownListeningOutput struct{ Body OwnListening }

func (a *API) getListening(ctx context.Context, _ *struct{}) (*ownListeningOutput, error) {
	l, err := a.openListening(ctx)
	if errs.Is(err, errs.NotFound) {
		return &ownListeningOutput{}, nil
	}
	if err != nil {
		return nil, err
	}
	shown := listeningOf(l, a.Clock.Now())
	return &ownListeningOutput{Body: OwnListening{Listening: &shown}}, nil
}

// endListening also withdraws what no dialer saw: one that comes later must not ring for it.
func (a *API) endListening(ctx context.Context, _ *struct{}) (*struct{}, error) {
	who := callerOf(ctx).User.ID
	l, err := a.Store.OpenListening(ctx, wholeTenant(ctx), who)
	if errs.Is(err, errs.NotFound) {
		return nil, errs.Wrap(errs.NotFound, err, "you are listening to no call")
	}
	if err != nil {
		return nil, err
	}
	c, err := a.Store.Call(ctx, wholeTenant(ctx), l.Call)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return nil, err
	}
	if l, err = a.Store.WishListening(ctx, wholeTenant(ctx), l.ID, who, listening.Stop); err != nil {
		return nil, err
	}
	a.tellWish(ctx, l)
	note(ctx, listeningChange("stop_listening", l, c))
	return &struct{}{}, nil
}

// listeningsOf are those of a call, oldest first.
func (a *API) listeningsOf(ctx context.Context, id call.UUID) ([]Listening, error) {
	found, err := a.Store.ListeningsOf(ctx, scopeOf(ctx), id)
	if err != nil {
		return nil, err
	}
	now, out := a.Clock.Now(), make([]Listening, 0, len(found))
	for _, l := range found {
		out = append(out, listeningOf(l, now))
	}
	return out, nil
}
