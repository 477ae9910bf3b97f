package api

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
)

const (
	cookieName   = "outdial_session"
	sessionLasts = 12 * time.Hour
	signInPath   = "/api/v1/sign-in"
)

// caller is whoever sent the request, as the session tells; no request names its tenant itself.
type caller struct {
	session access.Session
}

func (c caller) scope() tenant.Scope { return tenant.Of(c.session.Tenant) }

func callerOf(ctx context.Context) caller {
	c, _ := ctx.Value(callerKey).(caller)
	return c // without one the scope is that of no tenant, which the store refuses
}

func scopeOf(ctx context.Context) tenant.Scope { return callerOf(ctx).scope() }

// authenticate asks every address below /api/v1 for a session, known routes and unknown ones alike; signing in is the
// one exception.
func (a *API) authenticate(c *gin.Context) {
	path := c.Request.URL.Path
	if !strings.HasPrefix(path, "/api/v1/") || path == signInPath {
		c.Next()
		return
	}
	s, err := a.session(c.Request)
	if err != nil {
		a.writeProblem(c, a.problem(c.Request.Context(), err))
		return
	}
	c.Request = c.Request.WithContext(context.WithValue(c.Request.Context(), callerKey, caller{session: s}))
	c.Next()
}

func (a *API) session(r *http.Request) (access.Session, error) {
	signIn := errs.New(errs.Unauthenticated, "sign in first")
	cookie, err := r.Cookie(cookieName)
	if err != nil || cookie.Value == "" || len(cookie.Value) > 200 {
		return access.Session{}, signIn
	}
	// The token is the proof; whose tenant it is follows from it.
	s, err := a.Store.SessionByToken(r.Context(), tenant.Platform(), access.HashToken(cookie.Value))
	if errs.Is(err, errs.NotFound) || errs.Is(err, errs.Unauthenticated) {
		return access.Session{}, signIn
	}
	if err != nil {
		return access.Session{}, err
	}
	if !a.Clock.Now().Before(s.ExpiresAt) {
		return access.Session{}, errs.New(errs.Unauthenticated, "the session has expired; sign in again")
	}
	return s, nil
}

type signInInput struct {
	Raw
	Body struct {
		Account  string `json:"account" minLength:"1" maxLength:"100"`
		Password string `json:"password" minLength:"1" maxLength:"200" format:"password"`
	}
}

type signedIn struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Body      Me
}

// Me is the user behind the session.
type Me struct {
	ID      int64    `json:"id"`
	Account string   `json:"account"`
	Name    string   `json:"name"`
	Tenant  MyTenant `json:"tenant"`
}

// MyTenant is the company the user belongs to.
type MyTenant struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
	Kind string `json:"kind" enum:"operator,reseller,merchant"`
	Zone string `json:"zone" example:"Asia/Shanghai"`
}

func (a *API) signIn(ctx context.Context, in *signInInput) (*signedIn, error) {
	account, address := strings.TrimSpace(in.Body.Account), clientAddress(in.request())
	if wait := a.throttle.admit(strings.ToLower(account), address); wait > 0 {
		p := status(http.StatusTooManyRequests, "too many failed sign-ins; try again in "+wait.Round(time.Second).String())
		p.retryAfter = wait
		return nil, p
	}
	user, err := a.Store.UserByAccount(ctx, tenant.Platform(), account)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return nil, err
	}
	if err != nil {
		user = access.User{} // an empty hash takes as long to refuse
	}
	ok, err := a.verify(ctx, user.PasswordHash, in.Body.Password)
	if err != nil {
		return nil, err
	}
	if !ok {
		a.Logger.InfoContext(ctx, "sign-in refused", "address", address)
		return nil, errs.New(errs.Unauthenticated, "account or password is wrong")
	}
	a.throttle.succeeded(strings.ToLower(account), address)
	me, err := a.meOf(ctx, user)
	if err != nil {
		return nil, err
	}
	now, token := a.Clock.Now(), access.NewToken()
	s := access.Session{TokenHash: access.HashToken(token), User: user.ID, Tenant: user.Tenant, CreatedAt: now, ExpiresAt: now.Add(sessionLasts)}
	if err := a.Store.CreateSession(ctx, tenant.Of(user.Tenant), s); err != nil {
		return nil, err
	}
	if _, err := a.Store.DeleteExpiredSessions(ctx, tenant.Platform(), now); err != nil {
		a.Logger.WarnContext(ctx, "expired sessions could not be removed", "error", err)
	}
	return &signedIn{SetCookie: a.cookie(token, sessionLasts), Body: me}, nil
}

// verify lets two checks run at once: each takes tens of megabytes and a core.
func (a *API) verify(ctx context.Context, hash, password string) (bool, error) {
	select {
	case a.hashing <- struct{}{}:
		defer func() { <-a.hashing }()
		return access.VerifyPassword(hash, password), nil
	case <-ctx.Done():
		return false, ctx.Err()
	}
}

type signedOut struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
}

func (a *API) signOut(ctx context.Context, _ *struct{}) (*signedOut, error) {
	c := callerOf(ctx)
	if err := a.Store.DeleteSession(ctx, c.scope(), c.session.TokenHash); err != nil && !errs.Is(err, errs.NotFound) {
		return nil, err
	}
	return &signedOut{SetCookie: a.cookie("", -1)}, nil
}

type meOutput struct{ Body Me }

func (a *API) me(ctx context.Context, _ *struct{}) (*meOutput, error) {
	user, err := a.Store.User(ctx, scopeOf(ctx), callerOf(ctx).session.User)
	if err != nil {
		return nil, err
	}
	me, err := a.meOf(ctx, user)
	if err != nil {
		return nil, err
	}
	return &meOutput{Body: me}, nil
}

func (a *API) meOf(ctx context.Context, u access.User) (Me, error) {
	t, err := a.Store.Tenant(ctx, tenant.Of(u.Tenant), u.Tenant)
	if err != nil {
		return Me{}, err
	}
	return Me{ID: int64(u.ID), Account: u.Account, Name: u.Name,
		Tenant: MyTenant{ID: int64(t.ID), Name: t.Name, Kind: string(t.Kind), Zone: t.Zone}}, nil
}

func (a *API) cookie(token string, lasts time.Duration) http.Cookie {
	c := http.Cookie{Name: cookieName, Value: token, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode,
		Secure: a.SecureCookies, MaxAge: int(lasts / time.Second)}
	if lasts < 0 {
		c.MaxAge = -1
	}
	return c
}

// clientAddress is the other end of the connection; an IPv6 network of one customer counts as one address.
func clientAddress(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	if addr = addr.Unmap(); addr.Is6() {
		if p, err := addr.WithZone("").Prefix(64); err == nil {
			return p.String()
		}
	}
	return addr.String()
}
