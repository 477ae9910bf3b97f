package api

import (
	"context"
	"time"
)

// Session is one place where the user is signed in.
type Session struct {
	ID        string    `json:"id"`
	Current   bool      `json:"current" doc:"The one that this request came with"`
	Address   string    `json:"address"`
	UserAgent string    `json:"user_agent"`
	CreatedAt time.Time `json:"created_at"`
	SeenAt    time.Time `json:"seen_at" doc:"To the minute"`
}

type listSessionsOutput struct {
	Body struct {
		Items []Session `json:"items"`
	}
}

func (a *API) listSessions(ctx context.Context, _ *struct{}) (*listSessionsOutput, error) {
	c := callerOf(ctx)
	found, err := a.Store.Sessions(ctx, wholeTenant(ctx), c.User.ID)
	if err != nil {
		return nil, err
	}
	out := &listSessionsOutput{}
	out.Body.Items = make([]Session, 0, len(found))
	for _, s := range found {
		if !a.Clock.Now().Before(s.ExpiresAt) || s.ID == "" {
			continue
		}
		out.Body.Items = append(out.Body.Items, Session{ID: s.ID, Current: s.TokenHash == c.Session.TokenHash, Address: s.Address,
			UserAgent: s.UserAgent, CreatedAt: s.CreatedAt.UTC(), SeenAt: s.SeenAt.UTC()})
	}
	return out, nil
}

type sessionPath struct {
	ID string `path:"id" format:"uuid"`
}

func (a *API) endSession(ctx context.Context, in *sessionPath) (*struct{}, error) {
	c := callerOf(ctx)
	if err := a.Store.EndSession(ctx, wholeTenant(ctx), c.User.ID, in.ID); err != nil {
		return nil, err
	}
	a.accessChanged(ctx, c.Tenant.ID, c.User.ID)
	note(ctx, ownChange(c, "end_session"))
	return &struct{}{}, nil
}

func (a *API) signOutEverywhere(ctx context.Context, _ *struct{}) (*signedOut, error) {
	c := callerOf(ctx)
	if _, err := a.Store.EndSessions(ctx, wholeTenant(ctx), c.User.ID); err != nil {
		return nil, err
	}
	a.accessChanged(ctx, c.Tenant.ID, c.User.ID)
	note(ctx, ownChange(c, "sign_out_everywhere"))
	return &signedOut{SetCookie: cookie(ctx, "", -1)}, nil
}
