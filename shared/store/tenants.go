package store

import (
	"context"
	"database/sql"
	"strconv"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
)

type tenantRow struct {
	ID           int64          `gorm:"column:id;primaryKey;autoIncrement"`
	Parent       int64          `gorm:"column:parent_id"`
	Path         string         `gorm:"column:path"`
	Kind         string         `gorm:"column:kind"`
	Name         string         `gorm:"column:name"`
	Code         sql.NullString `gorm:"column:code"`
	Zone         string         `gorm:"column:zone"`
	ContactName  string         `gorm:"column:contact_name"`
	ContactPhone string         `gorm:"column:contact_phone"`
	Robots       sql.NullInt64  `gorm:"column:robots"`
	Banned       int64          `gorm:"column:banned_at"`
	BanReason    string         `gorm:"column:ban_reason"`
	Created      int64          `gorm:"column:created_at;autoCreateTime:false"`
}

func (tenantRow) TableName() string { return "tenants" }

func (r tenantRow) domain() (tenant.Tenant, error) {
	return tenant.Tenant{ID: tenant.ID(r.ID), Parent: tenant.ID(r.Parent), Path: r.Path, Kind: tenant.Kind(r.Kind), Name: r.Name, Code: r.Code.String,
		Zone: r.Zone, ContactName: r.ContactName, ContactPhone: r.ContactPhone, Robots: robotsOf(r.Robots), BannedAt: timeOf(r.Banned), BanReason: r.BanReason,
		CreatedAt: timeOf(r.Created)}, nil
}

// CreateTenant stores a tenant and fills in its id and path. Only the platform makes tenants.
func (s *Store) CreateTenant(ctx context.Context, scope tenant.Scope, t *tenant.Tenant) error {
	if err := scope.Check(); err != nil {
		return err
	}
	if !scope.IsPlatform() {
		return errs.New(errs.Forbidden, "a tenant cannot make tenants")
	}
	err := s.write.WithContext(ctx).Transaction(func(tx *gorm.DB) error { return createTenant(tx, t) })
	return s.fail("create tenant", err)
}

// longestPath is what the path's column holds: some sixty levels.
const longestPath = 500

// createTenant is CreateTenant inside a transaction that does more.
func createTenant(tx *gorm.DB, t *tenant.Tenant) error {
	above := "/"
	if t.Parent != 0 {
		var parent tenantRow
		// Locked, or two companies could be given the same robots.
		r := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", int64(t.Parent)).Limit(1).Find(&parent)
		switch {
		case r.Error != nil:
			return r.Error
		case r.RowsAffected == 0:
			return errs.Missing("tenant", t.Parent)
		case t.Kind == tenant.Operator:
			return errs.New(errs.Invalid, "an operator stands at the root of the tree")
		case parent.Kind == string(tenant.Merchant):
			return errs.New(errs.Invalid, "a merchant has no companies below it; choose an operator or a reseller")
		}
		if err := roomFor(tx, parent, 0, t.Robots); err != nil {
			return err
		}
		above = parent.Path
	}
	row := tenantRow{Parent: int64(t.Parent), Path: above, Kind: string(t.Kind), Name: text(t.Name), Code: sql.NullString{String: t.Code, Valid: t.Code != ""},
		Zone: t.Zone, ContactName: text(t.ContactName), ContactPhone: text(t.ContactPhone), Robots: robotsColumn(t.Robots), Created: micros(t.CreatedAt)}
	if err := tx.Create(&row).Error; err != nil {
		return err
	}
	path := above + strconv.FormatInt(row.ID, 10) + "/"
	if len(path) > longestPath {
		return errs.New(errs.Invalid, "the tree of companies is too deep here")
	}
	if err := tx.Model(&tenantRow{}).Where("id = ?", row.ID).Update("path", path).Error; err != nil {
		return err
	}
	t.ID, t.Path = tenant.ID(row.ID), path
	return nil
}

// Tenant reads one tenant.
func (s *Store) Tenant(ctx context.Context, scope tenant.Scope, id tenant.ID) (tenant.Tenant, error) {
	if err := scope.Check(); err != nil {
		return tenant.Tenant{}, err
	}
	if !scope.Allows(id) {
		return tenant.Tenant{}, errs.Missing("tenant", id)
	}
	row, err := one[tenantRow](s, s.read.WithContext(ctx).Where("id = ?", int64(id)), "tenant", id)
	if err != nil {
		return tenant.Tenant{}, err
	}
	return row.domain()
}

// Tenants lists the tenants inside the scope.
func (s *Store) Tenants(ctx context.Context, scope tenant.Scope) ([]tenant.Tenant, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	return many(s, s.read.WithContext(ctx).Scopes(owned(scope, "id")).Order("id"), "tenants", tenantRow.domain)
}

// within bounds the paths below a path: they are greater than it, and less than it with the next character for its
// last slash. Both databases compare paths byte by byte, so an index serves.
func within(path string) (above, below string) { return path, strings.TrimSuffix(path, "/") + "0" }
