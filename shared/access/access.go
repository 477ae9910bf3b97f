// Package access owns who may sign in and what proves it: users, password hashes and server-side sessions.
// It does not own HTTP cookies (admin/api) or the tenant tree (tenant).
package access

import (
	"context"
	"time"

	"github.com/outdial/outdial/shared/tenant"
)

// UserID names one user.
type UserID int64

// User is a person who signs in.
type User struct {
	ID           UserID
	Tenant       tenant.ID
	Account      string // unique on the platform
	Name         string
	PasswordHash string
	CreatedAt    time.Time
}

// Session is one sign-in. The store keeps only a hash of the token that the browser holds.
type Session struct {
	TokenHash string // hex SHA-256
	User      UserID
	Tenant    tenant.ID
	CreatedAt time.Time
	ExpiresAt time.Time
}

// Store keeps users and sessions.
type Store interface {
	CreateUser(ctx context.Context, scope tenant.Scope, u *User) error
	UserByAccount(ctx context.Context, scope tenant.Scope, account string) (User, error)
	User(ctx context.Context, scope tenant.Scope, id UserID) (User, error)
	// SetPassword also ends the sessions from before.
	SetPassword(ctx context.Context, scope tenant.Scope, id UserID, hash string) error
	CreateSession(ctx context.Context, scope tenant.Scope, s Session) error
	SessionByToken(ctx context.Context, scope tenant.Scope, tokenHash string) (Session, error)
	DeleteSession(ctx context.Context, scope tenant.Scope, tokenHash string) error
	DeleteExpiredSessions(ctx context.Context, scope tenant.Scope, now time.Time) (int64, error)
}
