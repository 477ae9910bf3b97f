// Package access owns who may sign in, what proves it and what it allows: users, password hashes, server-side sessions,
// roles with their permissions and data scopes. It does not own HTTP cookies (admin/api), the tenant tree (tenant) or the
// units within a tenant (org).
package access

import (
	"context"
	"time"

	"github.com/outdial/outdial/shared/org"
	"github.com/outdial/outdial/shared/tenant"
)

// UserID names one user.
type UserID int64

// User is a person who signs in: a member of a tenant.
type User struct {
	ID               UserID
	Tenant           tenant.ID
	Account          string // unique on the platform
	Name             string
	PasswordHash     string
	Phone            string
	Email            string
	AgentNumber      string // unique in the tenant; empty for none
	BoundNumber      string // unique on the platform; empty for none
	Unit             org.UnitID
	Role             RoleID // zero may do nothing
	MaskNumbers      bool
	ConcurrentSignIn bool // a sign-in leaves the sessions from before alone
	MustChange       bool // the password was given by somebody else
	DisabledAt       time.Time
	LastSignInAt     time.Time
	LastAddress      string
	CreatedAt        time.Time
}

// Session is one sign-in. The store keeps only a hash of the token that the browser holds.
type Session struct {
	TokenHash string // hex SHA-256
	ID        string // names it to its user; it proves nothing
	User      UserID
	Tenant    tenant.ID
	Address   string
	UserAgent string
	CreatedAt time.Time
	SeenAt    time.Time
	ExpiresAt time.Time
}

// Founding is a new tenant with what no tenant is without: the root of its units, the template roles, and a first
// member who administers it.
type Founding struct {
	Tenant       tenant.Tenant // id and path are filled in
	Account      string
	Name         string
	PasswordHash string
	MustChange   bool

	// What was made.
	Unit  org.UnitID
	User  UserID
	Roles map[Template]RoleID
}

// Filter narrows a list of members.
type Filter struct {
	Name     string     // a part of the name or the account
	Unit     org.UnitID // this one and those below it
	Role     RoleID
	Disabled *bool
}

// Holder is a member whose role allows what was asked for.
type Holder struct {
	Tenant tenant.ID
	ID     UserID
}

// Store keeps users, roles and sessions.
type Store interface {
	// FoundTenant is the platform's.
	FoundTenant(ctx context.Context, scope tenant.Scope, f *Founding) error

	CreateUser(ctx context.Context, scope tenant.Scope, u *User) error
	UserByAccount(ctx context.Context, scope tenant.Scope, account string) (User, error)
	// UserBySignIn finds the user by any of the forms of a sign-in.
	UserBySignIn(ctx context.Context, scope tenant.Scope, name SignInName) (User, error)
	User(ctx context.Context, scope tenant.Scope, id UserID) (User, error)
	// Members pages by id, newest first. A narrowed scope sees the members of its units, and its own.
	Members(ctx context.Context, scope tenant.Scope, f Filter, below UserID, limit int) ([]User, error)
	Member(ctx context.Context, scope tenant.Scope, id UserID) (User, error)
	// Holders lists the active members of the scope's tenants of a kind whose role allows something.
	Holders(ctx context.Context, scope tenant.Scope, kind tenant.Kind, p Permission) ([]Holder, error)
	// UpdateUser replaces everything but the account, the password and what sign-ins leave. The last active administrator
	// of a tenant stays one, and a member who is no longer as was is a Conflict.
	UpdateUser(ctx context.Context, scope tenant.Scope, was, u User) error
	// SetPassword also ends the sessions from before.
	SetPassword(ctx context.Context, scope tenant.Scope, id UserID, hash string, mustChange bool) error

	CreateRole(ctx context.Context, scope tenant.Scope, r *Role) error
	Role(ctx context.Context, scope tenant.Scope, id RoleID) (Role, error)
	Roles(ctx context.Context, scope tenant.Scope) ([]Role, error)
	// UpdateRole gives the role a time of change that it did not have before. A role that was changed since it was read,
	// as its time of change tells, is a Conflict.
	UpdateRole(ctx context.Context, scope tenant.Scope, r *Role, at time.Time) error
	DeleteRole(ctx context.Context, scope tenant.Scope, id RoleID) error

	CreateSession(ctx context.Context, scope tenant.Scope, s Session) error
	// SignIn is CreateSession that also notes the sign-in at its user and ends the user's other sessions unless they
	// may stand side by side. It counts those that ended.
	SignIn(ctx context.Context, scope tenant.Scope, s Session) (int, error)
	// Principal reads all that a request needs to know of its session, in one query, expired or not.
	Principal(ctx context.Context, scope tenant.Scope, tokenHash string) (Principal, error)
	SessionByToken(ctx context.Context, scope tenant.Scope, tokenHash string) (Session, error)
	SessionSeen(ctx context.Context, scope tenant.Scope, tokenHash string, at time.Time) error
	Sessions(ctx context.Context, scope tenant.Scope, user UserID) ([]Session, error)
	DeleteSession(ctx context.Context, scope tenant.Scope, tokenHash string) error
	// EndSession ends one of the user's sessions by its id.
	EndSession(ctx context.Context, scope tenant.Scope, user UserID, id string) error
	// EndSessions ends all of the user's sessions and counts them.
	EndSessions(ctx context.Context, scope tenant.Scope, user UserID) (int, error)
	DeleteExpiredSessions(ctx context.Context, scope tenant.Scope, now time.Time) (int64, error)
}
