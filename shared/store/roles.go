package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
)

type roleRow struct {
	ID          int64  `gorm:"column:id;primaryKey;autoIncrement"`
	Tenant      int64  `gorm:"column:tenant_id"`
	Name        string `gorm:"column:name"`
	Description string `gorm:"column:description"`
	Template    string `gorm:"column:template"`
	DataScope   string `gorm:"column:data_scope"`
	Permissions string `gorm:"column:permissions"` // empty for the template's
	Created     int64  `gorm:"column:created_at;autoCreateTime:false"`
	Updated     int64  `gorm:"column:updated_at;autoUpdateTime:false"`
	Members     int    `gorm:"column:members;->;-:migration"`
}

func (roleRow) TableName() string { return "roles" }

func (r roleRow) domain() (access.Role, error) {
	out := access.Role{ID: access.RoleID(r.ID), Tenant: tenant.ID(r.Tenant), Name: r.Name, Description: r.Description,
		Template: access.Template(r.Template), DataScope: access.DataScope(r.DataScope), Members: r.Members,
		CreatedAt: timeOf(r.Created), UpdatedAt: timeOf(r.Updated)}
	return out, fromJSON(r.Permissions, &out.Permissions, "role", r.ID)
}

func rowOfRole(r access.Role) (roleRow, error) {
	out := roleRow{ID: int64(r.ID), Tenant: int64(r.Tenant), Name: text(r.Name), Description: text(r.Description), Template: string(r.Template),
		DataScope: string(r.DataScope), Created: micros(r.CreatedAt), Updated: micros(r.UpdatedAt)}
	if r.Permissions == nil {
		return out, nil
	}
	var err error
	out.Permissions, err = toJSON(r.Permissions)
	return out, err
}

// CreateRole stores a role and fills in its id; a name that exists is a Conflict.
func (s *Store) CreateRole(ctx context.Context, scope tenant.Scope, r *access.Role) error {
	if err := settle(scope, &r.Tenant, "role"); err != nil {
		return err
	}
	row, err := rowOfRole(*r)
	if err != nil {
		return err
	}
	row.ID = 0
	err = s.write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if err := s.organise(ctx, tx, row.Tenant); err != nil {
			return err
		}
		if err := roleFits(ctx, tx, row); err != nil {
			return err
		}
		return tx.Create(&row).Error
	}, s.fresh())
	if err != nil {
		return s.fail("create a role", err)
	}
	r.ID = access.RoleID(row.ID)
	return nil
}

// maxRoles bounds a list that is shown without pages.
const maxRoles = 200

// roleFits refuses a name that another role of the tenant has, and one role too many.
func roleFits(ctx context.Context, tx *gorm.DB, row roleRow) error {
	q := func() *gorm.DB { return query(ctx, tx, tenant.Of(tenant.ID(row.Tenant)), &roleRow{}) }
	var n int64
	if err := q().Where("name = ? AND id <> ?", row.Name, row.ID).Count(&n).Error; err != nil {
		return err
	}
	if n > 0 {
		return &errs.Error{Kind: errs.Conflict, Message: "another role has this name", Fields: []errs.Field{{Path: "name", Reason: "is taken; choose another one"}}}
	}
	if row.ID != 0 {
		return nil
	}
	if err := q().Count(&n).Error; err != nil || n < maxRoles {
		return err
	}
	return errs.New(errs.Conflict, "a company can have %d roles; remove some that are not used", maxRoles)
}

const roleColumns = "id, tenant_id, name, description, template, data_scope, permissions, created_at, updated_at," +
	" (SELECT COUNT(*) FROM users WHERE users.tenant_id = roles.tenant_id AND users.role_id = roles.id) AS members"

// Role reads one role.
func (s *Store) Role(ctx context.Context, scope tenant.Scope, id access.RoleID) (access.Role, error) {
	if err := scope.Check(); err != nil {
		return access.Role{}, err
	}
	row, err := one[roleRow](s, query(ctx, s.read, scope, &roleRow{}).Select(roleColumns).Where("id = ?", int64(id)), "role", id)
	if err != nil {
		return access.Role{}, err
	}
	return row.domain()
}

// Roles lists the roles, oldest first.
func (s *Store) Roles(ctx context.Context, scope tenant.Scope) ([]access.Role, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	return many(s, query(ctx, s.read, scope, &roleRow{}).Select(roleColumns).Order("id"), "roles", roleRow.domain)
}

// UpdateRole replaces what a role says. Its time of change moves on even when the clock did not, since whoever has loaded
// the role goes by it.
func (s *Store) UpdateRole(ctx context.Context, scope tenant.Scope, r *access.Role, at time.Time) error {
	if err := scope.Check(); err != nil {
		return err
	}
	row, err := rowOfRole(*r)
	if err != nil {
		return err
	}
	err = s.write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		was, err := s.changeableRole(ctx, tx, scope, r.ID)
		if err != nil {
			return err
		}
		if was.Updated != micros(r.UpdatedAt) {
			return changedMeanwhile("role")
		}
		row.Tenant, row.Updated = was.Tenant, max(micros(at), was.Updated+1)
		if err := roleFits(ctx, tx, row); err != nil {
			return err
		}
		return query(ctx, tx, scope, &roleRow{}).Where("id = ?", row.ID).Select("Name", "Description", "DataScope", "Permissions", "Updated").Updates(&row).Error
	}, s.fresh())
	if err != nil {
		return s.fail("change a role", err)
	}
	r.UpdatedAt = timeOf(row.Updated)
	return nil
}

// changeableRole reads a role once nobody else changes who has it.
func (s *Store) changeableRole(ctx context.Context, tx *gorm.DB, scope tenant.Scope, id access.RoleID) (roleRow, error) {
	find := func() (roleRow, error) {
		return one[roleRow](s, query(ctx, tx, scope, &roleRow{}).Where("id = ?", int64(id)), "role", id)
	}
	row, err := find()
	if err != nil {
		return row, err
	}
	if err := s.organise(ctx, tx, row.Tenant); err != nil {
		return row, err
	}
	if row, err = find(); err != nil {
		return row, err
	}
	if row.Template == string(access.Administrator) {
		return row, errs.New(errs.Conflict, "the built-in administrator role can be neither changed nor deleted; make a role of your own")
	}
	return row, nil
}

// DeleteRole removes a role that nobody has.
func (s *Store) DeleteRole(ctx context.Context, scope tenant.Scope, id access.RoleID) error {
	if err := scope.Check(); err != nil {
		return err
	}
	err := s.write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		row, err := s.changeableRole(ctx, tx, scope, id)
		if err != nil {
			return err
		}
		var n int64
		if err := query(ctx, tx, tenant.Of(tenant.ID(row.Tenant)), &userRow{}).Where("role_id = ?", row.ID).Count(&n).Error; err != nil {
			return err
		}
		if n > 0 {
			return errs.New(errs.Conflict, "%d members have this role; give them another one first", n)
		}
		return query(ctx, tx, scope, &roleRow{}).Where("id = ?", row.ID).Delete(&roleRow{}).Error
	}, s.fresh())
	return s.fail("delete a role", err)
}
