package api

import (
	"context"
	"net/http"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/errs"
)

// permit refuses when the caller's role does not hold the permission; an empty one is held by whoever is signed in. The
// refusal comes before anything is looked for, so that it says nothing about what exists.
func (a *API) permit(ctx context.Context, p access.Permission) error {
	if p == "" {
		return nil // authenticate has asked for a session, where one is needed
	}
	c := callerOf(ctx)
	ok, err := a.gate.roles.Allows(c.Role, c.Tenant.Kind, p)
	if err != nil {
		return err
	}
	if !ok {
		return errs.New(errs.Forbidden, "your role does not allow this; ask the administrator of your company")
	}
	return nil
}

// passwordChangeRequired is the code of the refusal that a console answers with the form for a new password.
const passwordChangeRequired = "password_change_required"

// firstPassword refuses everything but what leads out of it while a password stands that somebody else has given.
func firstPassword(c caller, r *http.Request) *Problem {
	if !c.User.MustChange {
		return nil
	}
	switch r.Method + " " + r.URL.Path {
	case "GET /api/v1/me", "POST /api/v1/me/password", "POST /api/v1/sign-out":
		return nil
	}
	p := status(http.StatusForbidden, "choose a password of your own first: the present one was given to you")
	p.Code = passwordChangeRequired
	return p
}
