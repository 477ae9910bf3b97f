package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/org"
	"github.com/outdial/outdial/shared/tenant"
)

// FoundTenant makes a tenant with the root of its units, its template roles and its first administrator, or nothing. Only
// the platform makes tenants. A code or an account that exists is a Conflict that names the field.
func (s *Store) FoundTenant(ctx context.Context, scope tenant.Scope, f *access.Founding) error {
	if err := scope.Check(); err != nil {
		return err
	}
	if !scope.IsPlatform() {
		return errs.New(errs.Forbidden, "a tenant cannot make tenants")
	}
	done := *f
	err := s.write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if err := s.freeToFound(tx, f); err != nil {
			return err
		}
		if err := createTenant(tx, &done.Tenant); err != nil {
			return err
		}
		return s.furnish(ctx, tx, &done)
	}, s.fresh())
	if err != nil {
		return s.fail("found tenant "+f.Tenant.Name, err)
	}
	*f = done
	return nil
}

// freeToFound names the fields that would meet a unique key.
func (s *Store) freeToFound(tx *gorm.DB, f *access.Founding) error {
	taken := &errs.Error{Kind: errs.Conflict, Message: "this company cannot be made"}
	var n int64
	if err := tx.Model(&userRow{}).Where("account = ?", f.Account).Limit(1).Count(&n).Error; err != nil {
		return err
	}
	if n > 0 {
		taken.Fields = append(taken.Fields, errs.Field{Path: "admin_account", Reason: "is taken; choose another one"})
	}
	if f.Tenant.Code != "" {
		if err := tx.Model(&tenantRow{}).Where("code = ?", f.Tenant.Code).Limit(1).Count(&n).Error; err != nil {
			return err
		}
		if n > 0 {
			taken.Fields = append(taken.Fields, errs.Field{Path: "code", Reason: "is taken; choose another one"})
		}
	}
	if len(taken.Fields) > 0 {
		return taken
	}
	return nil
}

// furnish makes what hangs on a tenant that exists.
func (s *Store) furnish(ctx context.Context, tx *gorm.DB, f *access.Founding) error {
	id, at := f.Tenant.ID, f.Tenant.CreatedAt
	root := unitRow{Tenant: int64(id), Name: text(f.Tenant.Name), Created: micros(at)}
	if r := []rune(root.Name); len(r) > org.MaxName {
		root.Name = string(r[:org.MaxName])
	}
	if err := tx.Create(&root).Error; err != nil {
		return err
	}
	root.Path = org.PathBelow("", org.UnitID(root.ID))
	if err := tx.Model(&unitRow{}).Where("id = ?", root.ID).Update("path", root.Path).Error; err != nil {
		return err
	}
	f.Unit, f.Roles = org.UnitID(root.ID), map[access.Template]access.RoleID{}
	for _, t := range access.Templates() {
		role := t.Role(at)
		role.Tenant = id
		row, err := rowOfRole(role)
		if err != nil {
			return err
		}
		if err := tx.Create(&row).Error; err != nil {
			return fmt.Errorf("role %s: %w", t, err)
		}
		f.Roles[t] = access.RoleID(row.ID)
	}
	admin := access.User{Tenant: id, Account: f.Account, Name: f.Name, PasswordHash: f.PasswordHash, Unit: f.Unit, Role: f.Roles[access.Administrator],
		ConcurrentSignIn: true, MustChange: f.MustChange, CreatedAt: at}
	row := rowOfUser(admin)
	if err := tx.WithContext(ctx).Create(&row).Error; err != nil {
		return err
	}
	f.User = access.UserID(row.ID)
	return nil
}
