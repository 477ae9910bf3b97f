package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
)

// chain lists a tenant and those above it, nearest first.
const (
	chain = "WITH RECURSIVE chain (id, parent_id, banned_at, ban_reason, level) AS (" +
		"SELECT id, parent_id, banned_at, ban_reason, 0 FROM tenants WHERE id = "
	chainEnd = " UNION ALL SELECT t.id, t.parent_id, t.banned_at, t.ban_reason, chain.level + 1 FROM tenants AS t JOIN chain ON t.id = chain.parent_id)" +
		" SELECT id, banned_at, ban_reason FROM chain WHERE banned_at > 0 ORDER BY level LIMIT 1"
)

// Ban tells why a tenant inside the scope may not work.
func (s *Store) Ban(ctx context.Context, scope tenant.Scope, id tenant.ID) (tenant.Ban, error) {
	if err := scope.Check(); err != nil {
		return tenant.Ban{}, err
	}
	if !scope.Allows(id) {
		return tenant.Ban{}, errs.Missing("tenant", id)
	}
	b, err := nearestBan(s.reads.QueryRowContext(ctx, chain+"?"+chainEnd, int64(id)))
	return b, s.fail("look for a ban", err)
}

// nearestBan reads the first row of a chain: one statement, which looks at one row of the primary key for each level.
func nearestBan(row *sql.Row) (tenant.Ban, error) {
	var by, at int64
	var reason string
	err := row.Scan(&by, &at, &reason)
	if errors.Is(err, sql.ErrNoRows) {
		return tenant.Ban{}, nil
	}
	return tenant.Ban{Tenant: tenant.ID(by), At: timeOf(at), Reason: reason}, err
}

// claimable refuses a claim for a tenant that is banned. A ban has paused the campaign, so this only stops a dialer that
// has not heard of it, or a row that was changed by hand. It looks at the banned tenants only, by their index: there are
// few of them, and mostly none.
//
// The tenant comes back where its robots are limited; otherwise zero.
func claimable(ctx context.Context, tx *sql.Tx, id campaign.ID) (limited int64, err error) {
	var by, at sql.NullInt64
	var reason sql.NullString
	err = tx.QueryRowContext(ctx, "SELECT CASE WHEN t.robots IS NULL THEN 0 ELSE t.id END, a.id, a.banned_at, a.ban_reason FROM campaigns AS c JOIN tenants AS t ON t.id = c.tenant_id"+
		" LEFT JOIN tenants AS a ON a.banned_at > 0 AND SUBSTR(t.path, 1, LENGTH(a.path)) = a.path WHERE c.id = ? LIMIT 1", int64(id)).Scan(&limited, &by, &at, &reason)
	switch {
	case errors.Is(err, sql.ErrNoRows): // no such campaign, which has no contacts
		return 0, nil
	case err != nil || !by.Valid:
		return limited, err
	}
	return 0, errBanned(tenant.Ban{Tenant: tenant.ID(by.Int64), At: timeOf(at.Int64), Reason: reason.String})
}

// fresh lets every read of a transaction see what others have committed meanwhile, a read after a lock above all.
func (s *Store) fresh() *sql.TxOptions {
	if s.dialect.name == "sqlite" {
		return nil // writers come one after the other
	}
	return &sql.TxOptions{Isolation: sql.LevelReadCommitted}
}

// errBanned says why a campaign does not dial.
func errBanned(b tenant.Ban) error {
	reason := ""
	if b.Reason != "" {
		reason = " (" + b.Reason + ")"
	}
	return errs.New(errs.Conflict, "the company is banned%s; its campaigns place no calls until the ban is lifted", reason)
}

// mayDial refuses a campaign whose tenant is banned, or has too few robots free. The tenants stay locked until the
// transaction ends, so that a ban either is seen here or finds the campaign in its new state; the own one is locked for
// itself, so that two campaigns do not start on the same robots.
func (s *Store) mayDial(tx *gorm.DB, id campaign.ID, robots int) error {
	var own struct {
		ID   int64  `gorm:"column:id"`
		Path string `gorm:"column:path"`
	}
	r := tx.Raw("SELECT t.id, t.path FROM campaigns AS c JOIN tenants AS t ON t.id = c.tenant_id WHERE c.id = ?", int64(id)).Scan(&own)
	if r.Error != nil || own.ID == 0 {
		return r.Error
	}
	self, err := lockedTenant(tx, own.ID)
	if err != nil {
		return err
	}
	lock := ""
	if s.dialect.name == "mysql" {
		lock = " LOCK IN SHARE MODE"
	}
	// Without a condition on the ban itself, or the rows of those that are not banned would not be locked.
	var above []tenantRow
	if err := tx.Raw("SELECT id, banned_at, ban_reason FROM tenants WHERE id IN ? ORDER BY id DESC"+lock, idsOf(own.Path, own.ID)).Scan(&above).Error; err != nil {
		return err
	}
	for _, t := range above {
		if t.Banned > 0 {
			return errBanned(tenant.Ban{Tenant: tenant.ID(t.ID), At: timeOf(t.Banned), Reason: t.BanReason})
		}
	}
	return mayReserve(tx, self, id, robots)
}

// idsOf are the ids of a path, its own included.
func idsOf(path string, own int64) []int64 {
	out := []int64{own}
	for part := range strings.SplitSeq(path, "/") {
		if id, err := strconv.ParseInt(part, 10, 64); err == nil && id != own {
			out = append(out, id)
		}
	}
	return out
}

// BanCompany bans a tenant below the scope's, with all that follows at once.
func (s *Store) BanCompany(ctx context.Context, scope tenant.Scope, id tenant.ID, reason string, at time.Time) (tenant.BanResult, error) {
	c, err := s.Company(ctx, scope, id)
	if err != nil {
		return tenant.BanResult{}, err
	}
	var out tenant.BanResult
	err = s.settled(ctx, func(tx *sql.Tx) error {
		out = tenant.BanResult{}
		n, err := exec(ctx, tx, "UPDATE tenants SET banned_at = ?, ban_reason = ? WHERE id = ? AND banned_at = 0", micros(at), text(reason), int64(id))
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.New(errs.Conflict, "the company is banned already")
		}
		if out.Tenants, err = tenantsBelow(ctx, tx, c.Tenant); err != nil {
			return err
		}
		for part := range slices.Chunk(out.Tenants, 500) {
			if err := s.stop(ctx, tx, part, text("banned: "+reason), at, &out); err != nil {
				return err
			}
		}
		return nil
	})
	return out, s.fail("ban a company", err)
}

// stop ends the sessions of tenants and pauses their campaigns.
func (s *Store) stop(ctx context.Context, tx *sql.Tx, tenants []tenant.ID, reason string, at time.Time, out *tenant.BanResult) error {
	ids := make([]any, len(tenants))
	for i, t := range tenants {
		ids[i] = int64(t)
	}
	n, err := exec(ctx, tx, "DELETE FROM sessions WHERE tenant_id IN ("+marks(len(ids))+")", ids...)
	if err != nil {
		return err
	}
	out.Sessions += int(n)
	from, to, err := campaign.Plan(campaign.Pause)
	if err != nil {
		return err
	}
	states := make([]any, len(from))
	for i, f := range from {
		states[i] = string(f)
	}
	lock := ""
	if s.dialect.name == "mysql" {
		lock = " FOR UPDATE"
	}
	paused, err := campaignsOf(ctx, tx, "SELECT id, tenant_id FROM campaigns WHERE tenant_id IN ("+marks(len(ids))+") AND state IN ("+marks(len(states))+") ORDER BY id"+lock,
		append(ids, states...)...)
	if err != nil {
		return err
	}
	for part := range slices.Chunk(paused, 500) {
		args := []any{string(to), reason, micros(at)}
		for _, p := range part {
			args = append(args, p.Campaign)
		}
		if _, err := exec(ctx, tx, "UPDATE campaigns SET state = ?, reason = ?, updated_at = ? WHERE id IN ("+marks(len(part))+")", args...); err != nil {
			return err
		}
	}
	out.Paused = append(out.Paused, paused...)
	return nil
}

func campaignsOf(ctx context.Context, tx *sql.Tx, q string, args ...any) ([]tenant.PausedCampaign, error) {
	rows, err := tx.QueryContext(ctx, q, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []tenant.PausedCampaign
	for rows.Next() {
		var p tenant.PausedCampaign
		if err := rows.Scan(&p.Campaign, &p.Tenant); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, rows.Err()
}

// tenantsBelow lists a tenant and all below it.
func tenantsBelow(ctx context.Context, tx *sql.Tx, t tenant.Tenant) ([]tenant.ID, error) {
	above, below := within(t.Path)
	rows, err := tx.QueryContext(ctx, "SELECT id FROM tenants WHERE id = ? OR path > ? AND path < ? ORDER BY id", int64(t.ID), above, below)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []tenant.ID
	for rows.Next() {
		var id tenant.ID
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, rows.Err()
}

// UnbanCompany lifts the ban of a tenant below the scope's.
func (s *Store) UnbanCompany(ctx context.Context, scope tenant.Scope, id tenant.ID) ([]tenant.ID, error) {
	c, err := s.Company(ctx, scope, id)
	if err != nil {
		return nil, err
	}
	var out []tenant.ID
	err = s.settled(ctx, func(tx *sql.Tx) error {
		n, err := exec(ctx, tx, "UPDATE tenants SET banned_at = 0, ban_reason = '' WHERE id = ? AND banned_at > 0", int64(id))
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.New(errs.Conflict, "the company is not banned itself")
		}
		out, err = tenantsBelow(ctx, tx, c.Tenant)
		return err
	})
	return out, s.fail("lift a ban", err)
}

// settled runs work in one transaction, again when it met a deadlock.
func (s *Store) settled(ctx context.Context, work func(*sql.Tx) error) error {
	once := func() error {
		tx, err := s.begin(ctx)
		if err != nil {
			return err
		}
		defer func() { _ = tx.Rollback() }()
		if err := work(tx); err != nil {
			return err
		}
		return tx.Commit()
	}
	err := once()
	for try := 1; try < retries && passing(err); try++ {
		err = once()
	}
	return err
}
