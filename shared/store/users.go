package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
)

type userRow struct {
	ID           int64  `gorm:"column:id;primaryKey;autoIncrement"`
	Tenant       int64  `gorm:"column:tenant_id"`
	Account      string `gorm:"column:account"`
	Name         string `gorm:"column:name"`
	PasswordHash string `gorm:"column:password_hash"`
	Created      int64  `gorm:"column:created_at;autoCreateTime:false"`
}

func (userRow) TableName() string { return "users" }

func (r userRow) domain() (access.User, error) {
	return access.User{ID: access.UserID(r.ID), Tenant: tenant.ID(r.Tenant), Account: r.Account, Name: r.Name,
		PasswordHash: r.PasswordHash, CreatedAt: timeOf(r.Created)}, nil
}

type sessionRow struct {
	TokenHash string `gorm:"column:token_hash;primaryKey"`
	User      int64  `gorm:"column:user_id"`
	Tenant    int64  `gorm:"column:tenant_id"`
	Created   int64  `gorm:"column:created_at;autoCreateTime:false"`
	Expires   int64  `gorm:"column:expires_at"`
}

func (sessionRow) TableName() string { return "sessions" }

// CreateUser stores a user and fills in the id; an account that exists is a Conflict.
func (s *Store) CreateUser(ctx context.Context, scope tenant.Scope, u *access.User) error {
	if err := settle(scope, &u.Tenant, "user"); err != nil {
		return err
	}
	row := userRow{Tenant: int64(u.Tenant), Account: u.Account, Name: text(u.Name), PasswordHash: u.PasswordHash, Created: micros(u.CreatedAt)}
	if err := s.write.WithContext(ctx).Create(&row).Error; err != nil {
		return s.fail("create user "+u.Account, err)
	}
	u.ID = access.UserID(row.ID)
	return nil
}

// UserByAccount reads the user who signs in with the account.
func (s *Store) UserByAccount(ctx context.Context, scope tenant.Scope, account string) (access.User, error) {
	if err := scope.Check(); err != nil {
		return access.User{}, err
	}
	row, err := one[userRow](s, query(ctx, s.read, scope, &userRow{}).Where("account = ?", account), "account", account)
	if err != nil {
		return access.User{}, err
	}
	return row.domain()
}

// User reads one user.
func (s *Store) User(ctx context.Context, scope tenant.Scope, id access.UserID) (access.User, error) {
	if err := scope.Check(); err != nil {
		return access.User{}, err
	}
	row, err := one[userRow](s, query(ctx, s.read, scope, &userRow{}).Where("id = ?", int64(id)), "user", id)
	if err != nil {
		return access.User{}, err
	}
	return row.domain()
}

// SetPassword replaces a user's password hash and ends the sessions from before: a password is changed when somebody else knew it.
func (s *Store) SetPassword(ctx context.Context, scope tenant.Scope, id access.UserID, hash string) error {
	if err := scope.Check(); err != nil {
		return err
	}
	if err := s.owns(ctx, s.write, scope, &userRow{}, "user", int64(id)); err != nil {
		return err
	}
	err := s.write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if err := query(ctx, tx, scope, &userRow{}).Where("id = ?", int64(id)).Update("password_hash", hash).Error; err != nil {
			return err
		}
		return query(ctx, tx, scope, &sessionRow{}).Where("user_id = ?", int64(id)).Delete(&sessionRow{}).Error
	})
	return s.fail("set a password", err)
}

// CreateSession stores a sign-in of a user of the session's tenant.
func (s *Store) CreateSession(ctx context.Context, scope tenant.Scope, v access.Session) error {
	if err := settle(scope, &v.Tenant, "session"); err != nil {
		return err
	}
	if err := s.owns(ctx, s.write, tenant.Of(v.Tenant), &userRow{}, "user", int64(v.User)); err != nil {
		return err
	}
	row := sessionRow{TokenHash: v.TokenHash, User: int64(v.User), Tenant: int64(v.Tenant), Created: micros(v.CreatedAt), Expires: micros(v.ExpiresAt)}
	if err := s.write.WithContext(ctx).Create(&row).Error; err != nil {
		return s.fail("create session", err)
	}
	return nil
}

// SessionByToken reads a session, expired or not: the caller has the clock.
func (s *Store) SessionByToken(ctx context.Context, scope tenant.Scope, tokenHash string) (access.Session, error) {
	if err := scope.Check(); err != nil {
		return access.Session{}, err
	}
	r, err := one[sessionRow](s, query(ctx, s.read, scope, &sessionRow{}).Where("token_hash = ?", tokenHash), "session", "of this token")
	if err != nil {
		return access.Session{}, err
	}
	return access.Session{TokenHash: r.TokenHash, User: access.UserID(r.User), Tenant: tenant.ID(r.Tenant),
		CreatedAt: timeOf(r.Created), ExpiresAt: timeOf(r.Expires)}, nil
}

// DeleteSession signs out.
func (s *Store) DeleteSession(ctx context.Context, scope tenant.Scope, tokenHash string) error {
	if err := scope.Check(); err != nil {
		return err
	}
	r := query(ctx, s.write, scope, &sessionRow{}).Where("token_hash = ?", tokenHash).Delete(&sessionRow{})
	if r.Error != nil {
		return s.fail("delete session", r.Error)
	}
	if r.RowsAffected == 0 {
		return errs.Missing("session", "of this token")
	}
	return nil
}

// DeleteExpiredSessions forgets sessions that ended at or before now, and counts them.
func (s *Store) DeleteExpiredSessions(ctx context.Context, scope tenant.Scope, now time.Time) (int64, error) {
	if err := scope.Check(); err != nil {
		return 0, err
	}
	r := query(ctx, s.write, scope, &sessionRow{}).Where("expires_at <= ?", micros(now)).Delete(&sessionRow{})
	return r.RowsAffected, s.fail("delete expired sessions", r.Error)
}
