package api

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
)

// Me is the user behind the session, and what the user may do.
type Me struct {
	ID          int64       `json:"id"`
	Account     string      `json:"account"`
	Name        string      `json:"name"`
	Phone       string      `json:"phone"`
	Email       string      `json:"email"`
	AgentNumber string      `json:"agent_number,omitempty"`
	BoundNumber string      `json:"bound_number,omitempty"`
	Tenant      MyTenant    `json:"tenant"`
	Unit        *MyUnit     `json:"unit"`
	Role        *MyRole     `json:"role"`
	Permissions []string    `json:"permissions"`
	MustChange  bool        `json:"must_change_password" doc:"Until the password is changed nothing else is answered"`
	MaskNumbers bool        `json:"mask_numbers" doc:"Telephone numbers come with their middle hidden"`
	Unread      int         `json:"unread" doc:"Notifications that were not read"`
	SignedInAt  time.Time   `json:"signed_in_at"`
	LastSignIn  *LastSignIn `json:"last_sign_in" doc:"The account's last sign-in; in the answer to a sign-in the one before it"`
	CreatedAt   time.Time   `json:"created_at"`
}

// MyTenant is the company the user belongs to.
type MyTenant struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
	Kind string `json:"kind" enum:"operator,reseller,merchant"`
	Zone string `json:"zone" example:"Asia/Shanghai"`
	Code string `json:"code,omitempty" doc:"Stands behind the @ when an agent signs in by number"`
}

// MyUnit is the unit the user belongs to.
type MyUnit struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// MyRole is what the user's permissions come from.
type MyRole struct {
	ID        int64  `json:"id"`
	Name      string `json:"name"`
	DataScope string `json:"data_scope" enum:"own,unit,unit_and_below,tenant"`
}

// LastSignIn is when and from where.
type LastSignIn struct {
	At      time.Time `json:"at"`
	Address string    `json:"address"`
}

type meOutput struct{ Body Me }

func (a *API) me(ctx context.Context, _ *struct{}) (*meOutput, error) {
	me, err := a.meOf(ctx, callerOf(ctx).Principal)
	if err != nil {
		return nil, err
	}
	return &meOutput{Body: me}, nil
}

func (a *API) meOf(ctx context.Context, p access.Principal) (Me, error) {
	u, t := p.User, p.Tenant
	me := Me{ID: int64(u.ID), Account: u.Account, Name: u.Name, Phone: u.Phone, Email: u.Email, AgentNumber: u.AgentNumber, BoundNumber: u.BoundNumber,
		Tenant:     MyTenant{ID: int64(t.ID), Name: t.Name, Kind: string(t.Kind), Zone: t.Zone, Code: t.Code},
		MustChange: u.MustChange, MaskNumbers: u.MaskNumbers, SignedInAt: p.Session.CreatedAt.UTC(), CreatedAt: u.CreatedAt.UTC(),
		Permissions: permissionsOf(p.Grants())}
	if p.Unit.ID != 0 {
		me.Unit = &MyUnit{ID: int64(p.Unit.ID), Name: p.Unit.Name}
	}
	if p.Role.ID != 0 {
		me.Role = &MyRole{ID: int64(p.Role.ID), Name: p.Role.Name, DataScope: string(p.Role.DataScope)}
	}
	if !u.LastSignInAt.IsZero() {
		me.LastSignIn = &LastSignIn{At: u.LastSignInAt.UTC(), Address: u.LastAddress}
	}
	var err error
	me.Unread, err = a.Store.Unread(ctx, p.Scope(), u.ID)
	return me, err
}

func permissionsOf(list []access.Permission) []string {
	out := make([]string, 0, len(list))
	for _, p := range list {
		out = append(out, string(p))
	}
	return out
}

type changeMeInput struct {
	Body struct {
		Name  *string `json:"name,omitempty" minLength:"1" maxLength:"60"`
		Phone *string `json:"phone,omitempty" maxLength:"40"`
		Email *string `json:"email,omitempty" maxLength:"190"`
	}
}

// changeMe changes what is nobody else's business. Numbers that one signs in with, the unit and the role are given by an
// administrator.
func (a *API) changeMe(ctx context.Context, in *changeMeInput) (*meOutput, error) {
	c := callerOf(ctx)
	was := c.User
	u := was
	take(&u.Name, in.Body.Name)
	take(&u.Phone, in.Body.Phone)
	take(&u.Email, in.Body.Email)
	if err := a.cleanPerson(&u); err != nil {
		return nil, err
	}
	if err := a.Store.UpdateUser(ctx, wholeTenant(ctx), was, u); err != nil {
		return nil, err
	}
	o := ownChange(c, "update_profile")
	o.Before, o.After = profileOf(was), profileOf(u)
	note(ctx, o)
	c.User = u
	me, err := a.meOf(ctx, c.Principal)
	if err != nil {
		return nil, err
	}
	return &meOutput{Body: me}, nil
}

// profile is what users change about themselves.
type profile struct {
	Name  string `json:"name"`
	Phone string `json:"phone"`
	Email string `json:"email"`
}

func profileOf(u access.User) profile { return profile{Name: u.Name, Phone: u.Phone, Email: u.Email} }

// take replaces a value that was sent.
func take[T any](to, sent *T) {
	if sent != nil {
		*to = *sent
	}
}

// cleanPerson checks a person's name and addresses, and brings the telephone number into the form in which it is dialled.
func (a *API) cleanPerson(u *access.User) error {
	var c errs.Check
	u.Name, u.Phone, u.Email = strings.TrimSpace(u.Name), strings.TrimSpace(u.Phone), strings.TrimSpace(u.Email)
	c.Require(u.Name != "" && len([]rune(u.Name)) <= 60 && errs.OneLine(u.Name), "name", "must have 1 to 60 characters in one line")
	if u.Phone != "" {
		n, err := contact.ParseNumber(u.Phone, a.Limits.Region)
		c.Require(err == nil, "phone", "%s", sentence(err))
		u.Phone = n.String()
	}
	c.Require(u.Email == "" || access.IsEmail(u.Email), "email", "must be an address such as wang@example.com")
	return c.Err("member")
}

// sentence is what a user reads of an error, without its cause.
func sentence(err error) string {
	var e *errs.Error
	if errors.As(err, &e) {
		return e.Message
	}
	return "is refused"
}

type passwordInput struct {
	Raw
	Body struct {
		Current string `json:"current" minLength:"1" maxLength:"200" format:"password"`
		New     string `json:"new" minLength:"1" maxLength:"200" format:"password" doc:"10 bytes or more; neither the account nor the telephone number"`
	}
}

type passwordOutput struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
}

// changePassword gives the caller a new session and ends all others. Wrong guesses at the present password count like
// those of a sign-in: a console that was left open must not be a way to find it out.
func (a *API) changePassword(ctx context.Context, in *passwordInput) (*passwordOutput, error) {
	c := callerOf(ctx)
	u, key := c.User, "password of "+c.User.Account
	if wait := a.throttle.admit(key, c.address, false); wait > 0 {
		p := status(http.StatusTooManyRequests, "too many wrong passwords; try again in "+wait.Round(time.Second).String())
		p.retryAfter = wait
		return nil, p
	}
	ok, err := a.verify(ctx, u.PasswordHash, in.Body.Current)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fieldError("current", "is not the present password")
	}
	a.throttle.succeeded(key, c.address)
	if in.Body.New == in.Body.Current {
		return nil, fieldError("new", "must differ from the present one")
	}
	if err := access.CheckPassword(in.Body.New, u); err != nil {
		return nil, fieldError("new", sentence(err))
	}
	hash, err := a.hash(ctx, in.Body.New)
	if err != nil {
		return nil, err
	}
	if err := a.Store.SetPassword(ctx, wholeTenant(ctx), u.ID, hash, false); err != nil {
		return nil, err
	}
	note(ctx, ownChange(c, "change_password"))
	a.accessChanged(ctx, u.Tenant, u.ID)
	token, _, err := a.begin(ctx, u, c.address, in.request().UserAgent())
	if err != nil {
		return nil, err
	}
	return &passwordOutput{SetCookie: cookie(ctx, token, sessionLasts)}, nil
}

// fieldError refuses one field of the body.
func fieldError(field, reason string) error {
	return &errs.Error{Kind: errs.Invalid, Message: "the request was refused", Fields: []errs.Field{{Path: field, Reason: reason}}}
}

func (a *API) profileRoutes() {
	add(a, logs("session", "update_profile", anybody(op("PATCH", "/api/v1/me", "changeMe", "Session", "Change the own name and addresses"))), a.changeMe)
	add(a, logs("session", "change_password", anybody(op("POST", "/api/v1/me/password", "changePassword", "Session", "Change the own password; all other sessions end"))), a.changePassword)
	add(a, anybody(op("GET", "/api/v1/me/sessions", "listSessions", "Session", "Where the user is signed in, newest first")), a.listSessions)
	add(a, logs("session", "end_session", anybody(op("DELETE", "/api/v1/me/sessions/{id}", "endSession", "Session", "End one of the own sessions"))), a.endSession)
	add(a, logs("session", "sign_out_everywhere", anybody(op("POST", "/api/v1/me/sign-out-everywhere", "signOutEverywhere", "Session", "End all of the own sessions, this one too"))), a.signOutEverywhere)
}
