package store

import (
	"context"
	"database/sql"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
)

func robotsOf(n sql.NullInt64) tenant.Robots {
	return tenant.Robots{Limited: n.Valid, Most: int(n.Int64)}
}

func robotsColumn(r tenant.Robots) sql.NullInt64 {
	return sql.NullInt64{Valid: r.Limited, Int64: int64(r.Most)}
}

const (
	robotsGiven    = "SELECT COALESCE(SUM(robots), 0) FROM tenants WHERE parent_id = ?"
	robotsReserved = "SELECT COALESCE(SUM(robots), 0) FROM campaigns WHERE tenant_id = ? AND state IN ('scheduling', 'running') AND deleted_at = 0 AND id <> ?"
)

// robotUse reads what became of a company's robots, but for those of one campaign.
func robotUse(db *gorm.DB, t tenantRow, but campaign.ID) (tenant.RobotUse, error) {
	u := tenant.RobotUse{Robots: robotsOf(t.Robots)}
	err := db.Raw("SELECT ("+robotsGiven+"), ("+robotsReserved+")", t.ID, t.ID, int64(but)).Row().Scan(&u.Given, &u.Reserved)
	return u, err
}

// RobotUse tells what a tenant inside the scope has.
func (s *Store) RobotUse(ctx context.Context, scope tenant.Scope, id tenant.ID) (tenant.RobotUse, error) {
	if err := scope.Check(); err != nil {
		return tenant.RobotUse{}, err
	}
	if !scope.Allows(id) {
		return tenant.RobotUse{}, errs.Missing("tenant", id)
	}
	row, err := one[tenantRow](s, s.read.WithContext(ctx).Where("id = ?", int64(id)), "tenant", id)
	if err != nil {
		return tenant.RobotUse{}, err
	}
	u, err := robotUse(s.read.WithContext(ctx), row, 0)
	return u, s.fail("count a company's robots", err)
}

// AllotRobots gives a company below the scope's robots, or takes some back. The company and the one above it stay locked
// until it is written, so that neither a campaign's start nor another allotment counts on the same robots.
func (s *Store) AllotRobots(ctx context.Context, scope tenant.Scope, id tenant.ID, r tenant.Robots) error {
	if err := r.Validate(); err != nil {
		return err
	}
	if _, err := s.Company(ctx, scope, id); err != nil {
		return err
	}
	err := s.write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		own, err := lockedTenant(tx, int64(id))
		if err != nil {
			return err
		}
		above, err := lockedTenant(tx, own.Parent)
		if err != nil {
			return err
		}
		if err := roomFor(tx, above, own.ID, r); err != nil {
			return err
		}
		if r.Limited {
			if err := keepsTo(tx, own, r.Most); err != nil {
				return err
			}
		}
		return tx.Model(&tenantRow{}).Where("id = ?", own.ID).Update("robots", robotsColumn(r)).Error
	}, s.fresh())
	return s.fail("allot robots", err)
}

// lockedTenant reads a tenant and keeps others from changing it until the transaction ends. Who locks several begins
// furthest down, as the start of a campaign does.
func lockedTenant(tx *gorm.DB, id int64) (tenantRow, error) {
	var row tenantRow
	r := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", id).Limit(1).Find(&row)
	if r.Error == nil && r.RowsAffected == 0 {
		return row, errs.Missing("tenant", id)
	}
	return row, r.Error
}

// roomFor refuses robots for a company that the one above it does not have. But is the company itself, whose present
// robots count as free; zero for one that is still to be made.
func roomFor(tx *gorm.DB, above tenantRow, but int64, r tenant.Robots) error {
	if !above.Robots.Valid {
		return nil
	}
	var refused errs.Check
	if !r.Limited {
		refused.Require(false, "robots", "the company above has a limit of %d robots; give a number", above.Robots.Int64)
		return refused.Err("company")
	}
	u, err := robotUse(tx, above, 0)
	if err != nil {
		return err
	}
	if but != 0 {
		var now tenantRow
		if err := tx.Select("robots").Where("id = ?", but).Take(&now).Error; err != nil {
			return err
		}
		u.Given -= int(now.Robots.Int64)
	}
	free := u.Free().Most
	refused.Require(r.Most <= free, "robots", "the company above has %d robots: %d are given to other companies and %d are reserved by its campaigns, so at most %d can be given",
		u.Robots.Most, u.Given, u.Reserved, free)
	return refused.Err("company")
}

// keepsTo refuses a limit below what a company has given on and reserved.
func keepsTo(tx *gorm.DB, own tenantRow, most int) error {
	var refused errs.Check
	var free []tenantRow
	if err := tx.Select("name").Where("parent_id = ? AND robots IS NULL", own.ID).Order("id").Limit(1).Find(&free).Error; err != nil {
		return err
	}
	if len(free) > 0 {
		refused.Require(false, "robots", "company %s below it has robots without a limit; give that one a number first", free[0].Name)
		return refused.Err("company")
	}
	u, err := robotUse(tx, own, 0)
	if err != nil {
		return err
	}
	refused.Require(most >= u.Given+u.Reserved, "robots", "the company has given %d robots to those below it and its campaigns reserve %d; it needs %d at least",
		u.Given, u.Reserved, u.Given+u.Reserved)
	return refused.Err("company")
}

// mayReserve refuses a campaign that asks for more robots than its company has free.
func mayReserve(tx *gorm.DB, own tenantRow, id campaign.ID, n int) error {
	if !own.Robots.Valid {
		return nil
	}
	u, err := robotUse(tx, own, id)
	if err != nil {
		return err
	}
	return u.Reason(n)
}

// robotRoom is how many contacts a company's campaigns may claim now. Other claims of a company with a limit wait until this one
// is written, whichever dialer they come from; companies without a limit pay nothing.
func (s *Store) robotRoom(ctx context.Context, tx *sql.Tx, id int64) (int, error) {
	lock := ""
	if s.dialect.name == "mysql" {
		lock = " FOR UPDATE"
	}
	var most, given, live int
	if err := tx.QueryRowContext(ctx, "SELECT COALESCE(robots, 0) FROM tenants WHERE id = ?"+lock, id).Scan(&most); err != nil {
		return 0, err
	}
	// The states are spelt out for MySQL, whose index begins with them; SQLite needs the condition of its partial index.
	err := tx.QueryRowContext(ctx, "SELECT ("+robotsGiven+"), (SELECT COUNT(*) FROM attempts WHERE state <> 'finished' AND state IN ('claimed', 'dialing') AND tenant_id = ?)", id, id).
		Scan(&given, &live)
	return max(most-given-live, 0), err
}
