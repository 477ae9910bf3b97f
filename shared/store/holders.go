package store

import (
	"context"
	"slices"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/tenant"
)

// Holders lists the active members of the scope's tenants of a kind whose role allows something.
func (s *Store) Holders(ctx context.Context, scope tenant.Scope, kind tenant.Kind, p access.Permission) ([]access.Holder, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	var rows []struct {
		Role   roleRow `gorm:"embedded"`
		User   int64   `gorm:"column:user_id"`
		Tenant int64   `gorm:"column:user_tenant"`
	}
	err := s.read.WithContext(ctx).Table("users AS u").Joins("JOIN tenants AS t ON t.id = u.tenant_id").
		Joins("JOIN roles AS r ON r.id = u.role_id AND r.tenant_id = u.tenant_id").Scopes(owned(scope, "u.tenant_id")).
		Where("t.kind = ? AND u.disabled_at = 0", string(kind)).Order("u.id").
		Select("r.id, r.tenant_id, r.name, r.description, r.template, r.data_scope, r.permissions, r.created_at, r.updated_at, u.id AS user_id, u.tenant_id AS user_tenant").Scan(&rows).Error
	if err != nil {
		return nil, s.fail("look for members", err)
	}
	var out []access.Holder
	for _, r := range rows {
		role, err := r.Role.domain()
		if err != nil {
			return nil, err
		}
		if slices.Contains(role.Grants(kind), p) {
			out = append(out, access.Holder{Tenant: tenant.ID(r.Tenant), ID: access.UserID(r.User)})
		}
	}
	return out, nil
}
