package store

import (
	"context"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
)

type tenantRow struct {
	ID      int64  `gorm:"column:id;primaryKey;autoIncrement"`
	Parent  int64  `gorm:"column:parent_id"`
	Kind    string `gorm:"column:kind"`
	Name    string `gorm:"column:name"`
	Zone    string `gorm:"column:zone"`
	Created int64  `gorm:"column:created_at;autoCreateTime:false"`
}

func (tenantRow) TableName() string { return "tenants" }

func (r tenantRow) domain() (tenant.Tenant, error) {
	return tenant.Tenant{ID: tenant.ID(r.ID), Parent: tenant.ID(r.Parent), Kind: tenant.Kind(r.Kind), Name: r.Name,
		Zone: r.Zone, CreatedAt: timeOf(r.Created)}, nil
}

// CreateTenant stores a tenant and fills in its id. Only the platform makes tenants.
func (s *Store) CreateTenant(ctx context.Context, scope tenant.Scope, t *tenant.Tenant) error {
	if err := scope.Check(); err != nil {
		return err
	}
	if !scope.IsPlatform() {
		return errs.New(errs.Forbidden, "a tenant cannot make tenants")
	}
	row := tenantRow{Parent: int64(t.Parent), Kind: string(t.Kind), Name: text(t.Name), Zone: t.Zone, Created: micros(t.CreatedAt)}
	if err := s.write.WithContext(ctx).Create(&row).Error; err != nil {
		return s.fail("create tenant", err)
	}
	t.ID = tenant.ID(row.ID)
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
