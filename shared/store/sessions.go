package store

import (
	"context"
	"database/sql"
	"time"

	"gorm.io/gorm"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
)

type sessionRow struct {
	TokenHash string         `gorm:"column:token_hash;primaryKey"`
	ID        sql.NullString `gorm:"column:id"`
	User      int64          `gorm:"column:user_id"`
	Tenant    int64          `gorm:"column:tenant_id"`
	Address   string         `gorm:"column:address"`
	UserAgent string         `gorm:"column:user_agent"`
	Created   int64          `gorm:"column:created_at;autoCreateTime:false"`
	Seen      int64          `gorm:"column:seen_at"`
	Expires   int64          `gorm:"column:expires_at"`
}

func (sessionRow) TableName() string { return "sessions" }

func (r sessionRow) domain() (access.Session, error) {
	return access.Session{TokenHash: r.TokenHash, ID: r.ID.String, User: access.UserID(r.User), Tenant: tenant.ID(r.Tenant), Address: r.Address,
		UserAgent: r.UserAgent, CreatedAt: timeOf(r.Created), SeenAt: timeOf(r.Seen), ExpiresAt: timeOf(r.Expires)}, nil
}

// longestAgent is what the user agent's column holds, in characters.
const longestAgent = 300

func rowOfSession(v access.Session) sessionRow {
	agent := text(v.UserAgent)
	if r := []rune(agent); len(r) > longestAgent {
		agent = string(r[:longestAgent])
	}
	return sessionRow{TokenHash: v.TokenHash, ID: some(v.ID), User: int64(v.User), Tenant: int64(v.Tenant), Address: v.Address, UserAgent: agent,
		Created: micros(v.CreatedAt), Seen: micros(v.SeenAt), Expires: micros(v.ExpiresAt)}
}

// CreateSession stores a session of a user of the session's tenant.
func (s *Store) CreateSession(ctx context.Context, scope tenant.Scope, v access.Session) error {
	if err := settle(scope, &v.Tenant, "session"); err != nil {
		return err
	}
	if err := s.owns(ctx, s.write, tenant.Of(v.Tenant), &userRow{}, "member", int64(v.User)); err != nil {
		return err
	}
	row := rowOfSession(v)
	return s.fail("create session", s.write.WithContext(ctx).Create(&row).Error)
}

// SignIn stores a session and what it leaves at its user, and ends the sessions that may not stand beside it. The user's
// row is written first, so that two sign-ins of one user come one after the other.
func (s *Store) SignIn(ctx context.Context, scope tenant.Scope, v access.Session) (int, error) {
	if err := settle(scope, &v.Tenant, "session"); err != nil {
		return 0, err
	}
	ended := 0
	err := s.write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		own := tenant.Of(v.Tenant)
		set := map[string]any{"last_sign_in_at": micros(v.CreatedAt), "last_address": v.Address}
		if err := query(ctx, tx, own, &userRow{}).Where("id = ?", int64(v.User)).Updates(set).Error; err != nil {
			return err
		}
		user, err := one[userRow](s, query(ctx, tx, own, &userRow{}).Where("id = ?", int64(v.User)), "member", v.User)
		if err != nil {
			return err
		}
		if user.Disabled != 0 {
			return errs.New(errs.Forbidden, "this account is disabled; ask the administrator of your company")
		}
		if !user.Concurrent {
			r := query(ctx, tx, own, &sessionRow{}).Where("user_id = ?", int64(v.User)).Delete(&sessionRow{})
			if r.Error != nil {
				return r.Error
			}
			ended = int(r.RowsAffected)
		}
		row := rowOfSession(v)
		return tx.Create(&row).Error
	}, s.fresh())
	return ended, s.fail("sign in", err)
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
	return r.domain()
}

// SessionSeen notes that a session is in use.
func (s *Store) SessionSeen(ctx context.Context, scope tenant.Scope, tokenHash string, at time.Time) error {
	if err := scope.Check(); err != nil {
		return err
	}
	r := query(ctx, s.write, scope, &sessionRow{}).Where("token_hash = ? AND seen_at < ?", tokenHash, micros(at)).Update("seen_at", micros(at))
	return s.fail("note a session's use", r.Error)
}

// Sessions lists a user's sessions, newest first.
func (s *Store) Sessions(ctx context.Context, scope tenant.Scope, user access.UserID) ([]access.Session, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	q := query(ctx, s.read, scope, &sessionRow{}).Where("user_id = ?", int64(user)).Order("created_at DESC, token_hash").Limit(pageSize(0))
	return many(s, q, "sessions", sessionRow.domain)
}

// DeleteSession signs out.
func (s *Store) DeleteSession(ctx context.Context, scope tenant.Scope, tokenHash string) error {
	if err := scope.Check(); err != nil {
		return err
	}
	r := query(ctx, s.write, scope, &sessionRow{}).Where("token_hash = ?", tokenHash).Delete(&sessionRow{})
	return s.gone(r, "of this token")
}

// EndSession ends the session that its user knows by the id.
func (s *Store) EndSession(ctx context.Context, scope tenant.Scope, user access.UserID, id string) error {
	if err := scope.Check(); err != nil {
		return err
	}
	r := query(ctx, s.write, scope, &sessionRow{}).Where("user_id = ? AND id = ?", int64(user), id).Delete(&sessionRow{})
	return s.gone(r, id)
}

func (s *Store) gone(r *gorm.DB, id string) error {
	if r.Error != nil {
		return s.fail("end a session", r.Error)
	}
	if r.RowsAffected == 0 {
		return errs.Missing("session", id)
	}
	return nil
}

// EndSessions signs a user out everywhere.
func (s *Store) EndSessions(ctx context.Context, scope tenant.Scope, user access.UserID) (int, error) {
	if err := scope.Check(); err != nil {
		return 0, err
	}
	r := query(ctx, s.write, scope, &sessionRow{}).Where("user_id = ?", int64(user)).Delete(&sessionRow{})
	return int(r.RowsAffected), s.fail("end sessions", r.Error)
}

// DeleteExpiredSessions forgets sessions that ended at or before now, and counts them.
func (s *Store) DeleteExpiredSessions(ctx context.Context, scope tenant.Scope, now time.Time) (int64, error) {
	if err := scope.Check(); err != nil {
		return 0, err
	}
	r := query(ctx, s.write, scope, &sessionRow{}).Where("expires_at <= ?", micros(now)).Delete(&sessionRow{})
	return r.RowsAffected, s.fail("delete expired sessions", r.Error)
}
