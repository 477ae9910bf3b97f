package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/trunk"
)

type attemptRow struct {
	UUID     string        `gorm:"column:uuid;primaryKey"`
	Tenant   int64         `gorm:"column:tenant_id"`
	Campaign int64         `gorm:"column:campaign_id"`
	Contact  int64         `gorm:"column:contact_id"`
	Ordinal  sql.NullInt64 `gorm:"column:ordinal"` // NULL once released
	State    string        `gorm:"column:state"`
	Holder   string        `gorm:"column:holder"`
	Lease    int64         `gorm:"column:lease_until"`
	Trunk    int64         `gorm:"column:trunk_id"`
	Created  int64         `gorm:"column:created_at;autoCreateTime:false"`
}

func (attemptRow) TableName() string { return "attempts" }

func (r attemptRow) domain() (call.Attempt, error) {
	return call.Attempt{UUID: call.UUID(r.UUID), Tenant: tenant.ID(r.Tenant), Campaign: contact.CampaignID(r.Campaign),
		Contact: contact.ID(r.Contact), Ordinal: int(r.Ordinal.Int64), State: call.AttemptState(r.State), Holder: r.Holder,
		LeaseUntil: timeOf(r.Lease), CreatedAt: timeOf(r.Created)}, nil
}

// live is written into the statements as it stands in the partial index of SQLite, which is used for nothing else.
const live = "state <> 'finished'"

// Release gives a claimed attempt back: the contact waits again, and its next attempt takes the same ordinal.
func (s *Store) Release(ctx context.Context, scope tenant.Scope, id call.UUID, notBefore time.Time) error {
	if err := scope.Check(); err != nil {
		return err
	}
	if err := checkUUID(id); err != nil {
		return err
	}
	own, args := and(scope, "tenant_id")
	return s.writer.share(ctx, string(id), "release attempt", releasing, release{id, notBefore, scope}, func(ctx context.Context, tx *sql.Tx) error {
		n, err := exec(ctx, tx, "UPDATE attempts SET state = 'finished', ordinal = NULL WHERE uuid = ? AND state = 'claimed'"+own,
			append([]any{string(id)}, args...)...)
		if err != nil {
			return err
		}
		if n == 0 {
			state, err := attemptState(ctx, tx, scope, id)
			if err != nil {
				return err
			}
			return errs.New(errs.Conflict, "attempt %s is %s and cannot be given back", id, state)
		}
		_, err = exec(ctx, tx, "UPDATE contacts SET state = 'waiting', attempts = attempts - 1, not_before = ?"+
			" WHERE id = (SELECT contact_id FROM attempts WHERE uuid = ?) AND state = 'calling'", micros(notBefore), string(id))
		return err
	})
}

// LiveAttempts lists the live attempts of the holder and those of anybody whose lease has run out, oldest first.
func (s *Store) LiveAttempts(ctx context.Context, scope tenant.Scope, holder string, now time.Time) ([]call.Attempt, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	q := query(ctx, s.read, scope, &attemptRow{}).Where(live+" AND state IN ('claimed', 'dialing')").
		Where("holder = ? OR lease_until <= ?", holder, micros(now))
	list, err := many(s, q, "live attempts", attemptRow.domain)
	// Sorted here: an ORDER BY makes SQLite walk the primary key, which holds every attempt ever made.
	slices.SortFunc(list, func(a, b call.Attempt) int { return strings.Compare(string(a.UUID), string(b.UUID)) })
	return list, err
}

// Adopt makes holder the owner of a live attempt that is its own already or whose lease has run out.
func (s *Store) Adopt(ctx context.Context, scope tenant.Scope, id call.UUID, holder string, until, now time.Time) error {
	if err := scope.Check(); err != nil {
		return err
	}
	if err := checkUUID(id); err != nil {
		return err
	}
	own, args := and(scope, "tenant_id")
	return s.writer.do(ctx, string(id), "adopt attempt", func(ctx context.Context, tx *sql.Tx) error {
		n, err := exec(ctx, tx, "UPDATE attempts SET holder = ?, lease_until = ? WHERE uuid = ? AND "+live+" AND (holder = ? OR lease_until <= ?)"+own,
			append([]any{holder, micros(until), string(id), holder, micros(now)}, args...)...)
		if err != nil || n > 0 {
			return err
		}
		var r attemptRow
		q := tx.QueryRowContext(ctx, "SELECT state, holder FROM attempts WHERE uuid = ?"+own, append([]any{string(id)}, args...)...)
		switch err := q.Scan(&r.State, &r.Holder); {
		case errors.Is(err, sql.ErrNoRows):
			return errs.Missing("attempt", string(id))
		case err != nil:
			return err
		case r.State == string(call.AttemptFinished):
			return errs.New(errs.Conflict, "attempt %s is finished", id)
		case r.Holder == holder:
			return nil // MySQL counts rows that changed: it was adopted until this very moment before
		}
		return errs.New(errs.Conflict, "attempt %s is held by %s", id, r.Holder)
	})
}

// LiveOnTrunk counts the attempts of a trunk that are dialing.
func (s *Store) LiveOnTrunk(ctx context.Context, scope tenant.Scope, t trunk.ID) (int, error) {
	if err := scope.Check(); err != nil {
		return 0, err
	}
	if err := s.owns(ctx, s.read, scope, &trunkRow{}, "trunk", int64(t)); err != nil {
		return 0, err
	}
	var n int64
	err := query(ctx, s.read, scope, &attemptRow{}).Where(live+" AND state = 'dialing' AND trunk_id = ?", int64(t)).Count(&n).Error
	return int(n), s.fail("count calls of a trunk", err)
}

// LiveBeside counts the attempts of the scope that are dialing, but for those of one holder.
func (s *Store) LiveBeside(ctx context.Context, scope tenant.Scope, holder string) (int, error) {
	if err := scope.Check(); err != nil {
		return 0, err
	}
	var n int64
	err := query(ctx, s.read, scope, &attemptRow{}).Where(live+" AND state = 'dialing' AND holder <> ?", holder).Count(&n).Error
	return int(n), s.fail("count calls of a company", err)
}

func attemptState(ctx context.Context, tx *sql.Tx, scope tenant.Scope, id call.UUID) (call.AttemptState, error) {
	own, args := and(scope, "tenant_id")
	var state string
	err := tx.QueryRowContext(ctx, "SELECT state FROM attempts WHERE uuid = ?"+own, append([]any{string(id)}, args...)...).Scan(&state)
	if errors.Is(err, sql.ErrNoRows) {
		return "", errs.Missing("attempt", string(id))
	}
	return call.AttemptState(state), err
}

// exec runs a statement and counts the rows it touched.
func exec(ctx context.Context, tx *sql.Tx, q string, args ...any) (int64, error) {
	res, err := tx.ExecContext(ctx, q, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}
