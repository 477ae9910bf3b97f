package store

import (
	"context"
	"strings"

	"gorm.io/gorm"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/org"
	"github.com/outdial/outdial/shared/tenant"
)

var _ org.Store = (*Store)(nil)

type unitRow struct {
	ID      int64  `gorm:"column:id;primaryKey;autoIncrement"`
	Tenant  int64  `gorm:"column:tenant_id"`
	Parent  int64  `gorm:"column:parent_id"`
	Path    string `gorm:"column:path"`
	Name    string `gorm:"column:name"`
	Created int64  `gorm:"column:created_at;autoCreateTime:false"`
	Members int    `gorm:"column:members;->;-:migration"`
}

func (unitRow) TableName() string { return "units" }

func (r unitRow) domain() (org.Unit, error) {
	return org.Unit{ID: org.UnitID(r.ID), Tenant: tenant.ID(r.Tenant), Parent: org.UnitID(r.Parent), Path: r.Path, Name: r.Name,
		Members: r.Members, CreatedAt: timeOf(r.Created)}, nil
}

// CreateUnit stores a unit below its parent and fills in id and path.
func (s *Store) CreateUnit(ctx context.Context, scope tenant.Scope, u *org.Unit) error {
	if err := settle(scope, &u.Tenant, "unit"); err != nil {
		return err
	}
	done := *u
	err := s.write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		own := tenant.Of(u.Tenant)
		if err := s.organise(ctx, tx, int64(u.Tenant)); err != nil {
			return err
		}
		var n int64
		if err := query(ctx, tx, own, &unitRow{}).Count(&n).Error; err != nil {
			return err
		}
		if n >= org.MaxUnits {
			return errs.New(errs.Conflict, "a company can have %d units; remove some that are not used", org.MaxUnits)
		}
		parent, err := one[unitRow](s, query(ctx, tx, own, &unitRow{}).Where("id = ?", int64(u.Parent)), "unit", u.Parent)
		if err != nil {
			return err
		}
		if err := freeName(ctx, tx, own, u.Parent, 0, u.Name); err != nil {
			return err
		}
		row := unitRow{Tenant: int64(u.Tenant), Parent: int64(u.Parent), Name: text(u.Name), Created: micros(u.CreatedAt)}
		if err := tx.Create(&row).Error; err != nil {
			return err
		}
		done.ID, done.Path = org.UnitID(row.ID), org.PathBelow(parent.Path, org.UnitID(row.ID))
		if done.Depth() > org.MaxDepth {
			return tooDeep()
		}
		return tx.Model(&unitRow{}).Where("id = ?", row.ID).Update("path", done.Path).Error
	}, s.fresh())
	if err != nil {
		return s.fail("create a unit", err)
	}
	*u = done
	return nil
}

func tooDeep() error {
	return errs.New(errs.Conflict, "the tree of units can have %d levels; choose a parent further up", org.MaxDepth)
}

// freeName keeps two units of one name apart that would stand side by side.
func freeName(ctx context.Context, tx *gorm.DB, own tenant.Scope, parent, but org.UnitID, name string) error {
	var n int64
	err := query(ctx, tx, own, &unitRow{}).Where("parent_id = ? AND name = ? AND id <> ?", int64(parent), text(name), int64(but)).Count(&n).Error
	if err != nil || n == 0 {
		return err
	}
	return &errs.Error{Kind: errs.Conflict, Message: "a unit of this name stands there already", Fields: []errs.Field{{Path: "name", Reason: "is taken here; choose another one"}}}
}

// Unit reads one unit.
func (s *Store) Unit(ctx context.Context, scope tenant.Scope, id org.UnitID) (org.Unit, error) {
	if err := scope.Check(); err != nil {
		return org.Unit{}, err
	}
	row, err := one[unitRow](s, query(ctx, s.read, scope, &unitRow{}).Select(unitColumns).Where("id = ?", int64(id)), "unit", id)
	if err != nil {
		return org.Unit{}, err
	}
	return row.domain()
}

const unitColumns = "id, tenant_id, parent_id, path, name, created_at, (SELECT COUNT(*) FROM users WHERE users.tenant_id = units.tenant_id AND users.unit_id = units.id) AS members"

// Units lists the tree, parents first.
func (s *Store) Units(ctx context.Context, scope tenant.Scope) ([]org.Unit, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	q := query(ctx, s.read, scope, &unitRow{}).Select(unitColumns).Order("LENGTH(path) - LENGTH(REPLACE(path, '/', '')), id")
	return many(s, q, "units", unitRow.domain)
}

// UpdateUnit renames a unit and moves it with all that is below it.
func (s *Store) UpdateUnit(ctx context.Context, scope tenant.Scope, u org.Unit) error {
	if err := scope.Check(); err != nil {
		return err
	}
	err := s.write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		was, err := s.ownUnit(ctx, tx, scope, u.ID)
		if err != nil {
			return err
		}
		own := tenant.Of(was.Tenant)
		if u.Parent != was.Parent {
			if err := s.moveUnit(ctx, tx, was, u.Parent); err != nil {
				return err
			}
		}
		if err := freeName(ctx, tx, own, u.Parent, u.ID, u.Name); err != nil {
			return err
		}
		return query(ctx, tx, own, &unitRow{}).Where("id = ?", int64(u.ID)).Updates(map[string]any{"name": text(u.Name), "parent_id": int64(u.Parent)}).Error
	}, s.fresh())
	return s.fail("change a unit", err)
}

// ownUnit reads a unit again once nobody else changes the tree.
func (s *Store) ownUnit(ctx context.Context, tx *gorm.DB, scope tenant.Scope, id org.UnitID) (org.Unit, error) {
	find := func() (unitRow, error) {
		return one[unitRow](s, query(ctx, tx, scope, &unitRow{}).Where("id = ?", int64(id)), "unit", id)
	}
	row, err := find()
	if err != nil {
		return org.Unit{}, err
	}
	if err := s.organise(ctx, tx, row.Tenant); err != nil {
		return org.Unit{}, err
	}
	if row, err = find(); err != nil {
		return org.Unit{}, err
	}
	return row.domain()
}

func (s *Store) moveUnit(ctx context.Context, tx *gorm.DB, was org.Unit, to org.UnitID) error {
	refuse := func(reason string) error {
		return &errs.Error{Kind: errs.Conflict, Message: "the unit cannot be moved there", Fields: []errs.Field{{Path: "parent_id", Reason: reason}}}
	}
	own := tenant.Of(was.Tenant)
	if was.Parent == 0 {
		return refuse("the topmost unit stays where it is")
	}
	row, err := one[unitRow](s, query(ctx, tx, own, &unitRow{}).Where("id = ?", int64(to)), "unit", to)
	if err != nil {
		return err
	}
	parent, err := row.domain()
	if err != nil {
		return err
	}
	if parent.Below(was) {
		return refuse("a unit cannot stand below itself")
	}
	var below []unitRow
	if err := query(ctx, tx, own, &unitRow{}).Where("SUBSTR(path, 1, ?) = ?", len(was.Path), was.Path).Find(&below).Error; err != nil {
		return err
	}
	path := org.PathBelow(parent.Path, was.ID)
	for _, b := range below {
		b.Path = path + strings.TrimPrefix(b.Path, was.Path)
		if moved, err := b.domain(); err != nil || moved.Depth() > org.MaxDepth {
			return tooDeep()
		}
		if err := query(ctx, tx, own, &unitRow{}).Where("id = ?", b.ID).Update("path", b.Path).Error; err != nil {
			return err
		}
	}
	return nil
}

// DeleteUnit removes an empty unit.
func (s *Store) DeleteUnit(ctx context.Context, scope tenant.Scope, id org.UnitID) error {
	if err := scope.Check(); err != nil {
		return err
	}
	err := s.write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		was, err := s.ownUnit(ctx, tx, scope, id)
		if err != nil {
			return err
		}
		own := tenant.Of(was.Tenant)
		if was.Parent == 0 {
			return errs.New(errs.Conflict, "the topmost unit cannot be deleted")
		}
		for _, c := range []struct {
			row    any
			column string
			reason string
		}{
			{&unitRow{}, "parent_id", "other units stand below this one; move or delete them first"},
			{&userRow{}, "unit_id", "the unit has members; move them to another one first"},
			{&campaignRow{}, "unit_id", "campaigns belong to the unit; it stays for the sake of those who may see them"},
		} {
			var n int64
			if err := query(ctx, tx, own, c.row).Where(c.column+" = ?", int64(id)).Limit(1).Count(&n).Error; err != nil {
				return err
			}
			if n > 0 {
				return errs.New(errs.Conflict, "%s", c.reason)
			}
		}
		return query(ctx, tx, own, &unitRow{}).Where("id = ?", int64(id)).Delete(&unitRow{}).Error
	}, s.fresh())
	return s.fail("delete a unit", err)
}
