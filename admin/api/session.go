package api

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/tenant"
)

const (
	cookieName   = "outdial_session"
	sessionLasts = 12 * time.Hour
	signInPath   = "/api/v1/sign-in"
)

type signInInput struct {
	Raw
	Body struct {
		Account  string `json:"account" minLength:"1" maxLength:"100" doc:"The account, number@company, or the bound number"`
		Password string `json:"password" minLength:"1" maxLength:"200" format:"password"`
	}
}

type signedIn struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Body      Me
}

func (a *API) signIn(ctx context.Context, in *signInInput) (*signedIn, error) {
	address := clientOf(ctx).address
	user, key, err := a.whoSignsIn(ctx, in.Body.Account)
	if err != nil {
		return nil, err
	}
	if wait := a.throttle.admit(key, address, user.ID != 0 && user.LastAddress == address); wait > 0 {
		p := status(http.StatusTooManyRequests, "too many failed sign-ins; try again in "+wait.Round(time.Second).String())
		p.retryAfter = wait
		return nil, p
	}
	ok, err := a.verify(ctx, user.PasswordHash, in.Body.Password)
	if err != nil {
		return nil, err
	}
	if !ok {
		a.Logger.InfoContext(ctx, "sign-in refused", "address", address)
		a.tried(ctx, user, "sign_in_failed")
		return nil, errs.New(errs.Unauthenticated, "account or password is wrong")
	}
	a.throttle.succeeded(key, address)
	if err := a.mayWork(ctx, user); err != nil {
		a.tried(ctx, user, "sign_in_refused")
		return nil, err
	}
	token, me, err := a.begin(ctx, user, address, in.request().UserAgent())
	if err != nil {
		return nil, err
	}
	c := ownChange(caller{Principal: access.Principal{User: user}}, "sign_in")
	c.Actor = &user
	note(ctx, c)
	return &signedIn{SetCookie: cookie(ctx, token, sessionLasts), Body: me}, nil
}

// whoSignsIn finds the user, and the key under which the throttle counts: one for all names of the same user. A name that
// nobody has goes on as a user without a password, which takes as long to refuse.
func (a *API) whoSignsIn(ctx context.Context, typed string) (access.User, string, error) {
	name, ok := access.ParseSignInName(typed, a.Limits.Region)
	if !ok {
		return access.User{}, "name " + strings.ToLower(strings.TrimSpace(typed)), nil
	}
	user, err := a.Store.UserBySignIn(ctx, tenant.Platform(), name)
	switch {
	case err == nil:
		return user, "user " + strconv.FormatInt(int64(user.ID), 10), nil
	case errs.Is(err, errs.NotFound):
		return access.User{}, "name " + name.String(), nil
	default:
		return access.User{}, "", err
	}
}

// mayWork refuses, after the right password, whoever is kept out by name.
func (a *API) mayWork(ctx context.Context, u access.User) error {
	if !u.DisabledAt.IsZero() {
		return errs.New(errs.Forbidden, "this account is disabled; ask the administrator of your company")
	}
	ban, err := a.Store.Ban(ctx, tenant.Of(u.Tenant), u.Tenant)
	if err != nil {
		return err
	}
	if ban.Stands() {
		return errs.New(errs.Forbidden, "this company is banned; ask the company that serves you")
	}
	return nil
}

// begin makes a session and tells who is behind it.
func (a *API) begin(ctx context.Context, user access.User, address, agent string) (token string, me Me, err error) {
	now, token := a.Clock.Now(), access.NewToken()
	s := access.Session{TokenHash: access.HashToken(token), ID: uuid.NewString(), User: user.ID, Tenant: user.Tenant, Address: address,
		UserAgent: printable(agent), CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(sessionLasts)}
	own := tenant.Of(user.Tenant)
	ended, err := a.Store.SignIn(ctx, own, s)
	if err != nil {
		return "", Me{}, err
	}
	if ended > 0 {
		a.accessChanged(ctx, user.Tenant, user.ID)
	}
	if _, err := a.Store.DeleteExpiredSessions(ctx, tenant.Platform(), now); err != nil {
		a.Logger.WarnContext(ctx, "expired sessions could not be removed", "error", err)
	}
	p, err := a.Store.Principal(ctx, own, s.TokenHash)
	if err != nil {
		return "", Me{}, err
	}
	p.User.LastSignInAt, p.User.LastAddress = user.LastSignInAt, user.LastAddress // the one before this
	me, err = a.meOf(ctx, p)
	return token, me, err
}

// printable is a header's text without what does not belong into a line.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if !errs.OneLine(string(r)) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}

// tried writes an attempt to sign in to an account that exists into the operation log: also one that failed, which no
// request's success would write.
func (a *API) tried(ctx context.Context, u access.User, action string) {
	if u.ID == 0 {
		return
	}
	c := change{Module: "session", Action: action, Kind: "user", ID: strconv.FormatInt(int64(u.ID), 10), Name: u.Account, Actor: &u}
	a.recordChanges(ctx, huma.Operation{OperationID: "signIn"}, []change{c})
}

// accessChanged has live streams look again at whom they serve. Whoever does not hear of it is served until the stream
// asks for the session by itself.
func (a *API) accessChanged(ctx context.Context, t tenant.ID, u access.UserID) {
	if err := a.Bus.Publish(ctx, event.AccessChanged{Tenant: t, User: int64(u)}); err != nil {
		a.Logger.WarnContext(ctx, "a change of access was not published", "tenant", t, "user", u, "error", err)
	}
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

// hash makes a password's hash within the same bounds.
func (a *API) hash(ctx context.Context, password string) (string, error) {
	select {
	case a.hashing <- struct{}{}:
		defer func() { <-a.hashing }()
		return access.HashPassword(password)
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

type signedOut struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
}

func (a *API) signOut(ctx context.Context, _ *struct{}) (*signedOut, error) {
	c := callerOf(ctx)
	if err := a.Store.DeleteSession(ctx, c.scope(), c.Session.TokenHash); err != nil && !errs.Is(err, errs.NotFound) {
		return nil, err
	}
	a.accessChanged(ctx, c.Tenant.ID, c.User.ID)
	note(ctx, ownChange(c, "sign_out"))
	return &signedOut{SetCookie: cookie(ctx, "", -1)}, nil
}

// ownChange is what callers do to their own sessions.
func ownChange(c caller, action string) change {
	return change{Module: "session", Action: action, Kind: "user", ID: strconv.FormatInt(int64(c.User.ID), 10), Name: c.User.Account}
}

func cookie(ctx context.Context, token string, lasts time.Duration) http.Cookie {
	c := http.Cookie{Name: cookieName, Value: token, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode,
		Secure: clientOf(ctx).secure, MaxAge: int(lasts / time.Second)}
	if lasts < 0 {
		c.MaxAge = -1
	}
	return c
}
