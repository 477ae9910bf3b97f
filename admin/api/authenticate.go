package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
)

// gate is what a request passes before it reaches a handler.
type gate struct {
	roles       *access.Enforcer
	credentials []credential
}

// credential is one way in which a request may prove who sends it. The session's cookie is the one that people use;
// programs may carry others.
type credential interface {
	// principal is who sends the request; presented is false for a request that carries no credential of this sort, which
	// leaves it to the next one. A credential that is presented and not valid ends the request.
	principal(r *http.Request) (p access.Principal, presented bool, err error)
}

func newGate(a *API) gate {
	return gate{roles: access.NewEnforcer(), credentials: []credential{cookieCredential{a}}}
}

// caller is whoever sent the request, as the credential tells; no request names its tenant itself.
type caller struct {
	access.Principal
	session access.Session
	address string
}

func (c caller) scope() tenant.Scope { return c.Scope() }

func callerOf(ctx context.Context) caller {
	c, _ := ctx.Value(callerKey).(caller)
	return c // without one the scope is that of no tenant, which the store refuses
}

// as makes the caller known to whatever the request reaches.
func as(ctx context.Context, c caller) context.Context { return context.WithValue(ctx, callerKey, c) }

func scopeOf(ctx context.Context) tenant.Scope { return callerOf(ctx).scope() }

// wholeTenant is the caller's scope for what no data scope narrows: the tree of units, the roles, the caller's own row.
func wholeTenant(ctx context.Context) tenant.Scope { return tenant.Of(callerOf(ctx).Tenant.ID) }

// authenticate asks every address below /api/v1 for a credential, known routes and unknown ones alike; signing in is the
// one exception.
func (a *API) authenticate(c *gin.Context) {
	path := c.Request.URL.Path
	if !strings.HasPrefix(path, "/api/v1/") || path == signInPath {
		c.Next()
		return
	}
	p, err := a.principal(c.Request)
	if err != nil {
		a.writeProblem(c, a.problem(c.Request.Context(), err))
		return
	}
	who := caller{Principal: p, session: p.Session, address: clientOf(c.Request.Context()).address}
	if refused := firstPassword(who, c.Request); refused != nil {
		a.writeProblem(c, refused)
		return
	}
	c.Request = c.Request.WithContext(as(c.Request.Context(), who))
	c.Next()
}

func (a *API) principal(r *http.Request) (access.Principal, error) {
	for _, c := range a.gate.credentials {
		if p, presented, err := c.principal(r); presented {
			return p, err
		}
	}
	return access.Principal{}, errs.New(errs.Unauthenticated, "sign in first")
}

// cookieCredential is the session of a browser.
type cookieCredential struct{ api *API }

// seenEvery is how exactly a session's last use is known.
const seenEvery = time.Minute

func (c cookieCredential) principal(r *http.Request) (access.Principal, bool, error) {
	cookie, err := r.Cookie(cookieName)
	if err != nil || cookie.Value == "" || len(cookie.Value) > 200 {
		return access.Principal{}, false, nil //nolint:nilerr // the only error is that there is no such cookie
	}
	a, now := c.api, c.api.Clock.Now()
	// The token is the proof; whose tenant it is follows from it.
	p, err := a.Store.Principal(r.Context(), tenant.Platform(), access.HashToken(cookie.Value))
	if errs.Is(err, errs.NotFound) {
		return access.Principal{}, true, errs.New(errs.Unauthenticated, "sign in first")
	}
	if err != nil {
		return access.Principal{}, true, err
	}
	if !p.Active(now) {
		return access.Principal{}, true, errs.New(errs.Unauthenticated, "the session has ended; sign in again")
	}
	if now.Sub(p.Session.SeenAt) >= seenEvery {
		if err := a.Store.SessionSeen(r.Context(), tenant.Of(p.Tenant.ID), p.Session.TokenHash, now); err != nil {
			a.Logger.WarnContext(r.Context(), "a session's use could not be noted", "error", err)
		}
		p.Session.SeenAt = now
	}
	return p, true, nil
}
