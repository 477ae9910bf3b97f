package store

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/tenant"
)

type scriptRow struct {
	ID      int64  `gorm:"column:id;primaryKey;autoIncrement"`
	Tenant  int64  `gorm:"column:tenant_id"`
	Name    string `gorm:"column:name"`
	Created int64  `gorm:"column:created_at;autoCreateTime:false"`
}

func (scriptRow) TableName() string { return "scripts" }

func (r scriptRow) domain() (script.Script, error) {
	return script.Script{ID: script.ID(r.ID), Tenant: tenant.ID(r.Tenant), Name: r.Name, CreatedAt: timeOf(r.Created)}, nil
}

type versionRow struct {
	ID      int64  `gorm:"column:id;primaryKey;autoIncrement"`
	Script  int64  `gorm:"column:script_id"`
	Tenant  int64  `gorm:"column:tenant_id"`
	Number  int    `gorm:"column:number"`
	Source  []byte `gorm:"column:source"`
	Created int64  `gorm:"column:created_at;autoCreateTime:false"`
}

func (versionRow) TableName() string { return "script_versions" }

func (r versionRow) domain() script.Version {
	return script.Version{ID: script.VersionID(r.ID), Script: script.ID(r.Script), Tenant: tenant.ID(r.Tenant), Number: r.Number,
		Source: r.Source, CreatedAt: timeOf(r.Created)}
}

// CreateScript stores a script and fills in its id.
func (s *Store) CreateScript(ctx context.Context, scope tenant.Scope, v *script.Script) error {
	if err := settle(scope, &v.Tenant, "script"); err != nil {
		return err
	}
	row := scriptRow{Tenant: int64(v.Tenant), Name: text(v.Name), Created: micros(v.CreatedAt)}
	if err := s.write.WithContext(ctx).Create(&row).Error; err != nil {
		return s.fail("create script", err)
	}
	v.ID = script.ID(row.ID)
	return nil
}

// PublishVersion stores the next version of a script and fills in ID, Tenant and Number.
func (s *Store) PublishVersion(ctx context.Context, scope tenant.Scope, v *script.Version) error {
	if err := scope.Check(); err != nil {
		return err
	}
	err := s.write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		// The script's row is the lock under which versions are counted.
		owner, err := one[scriptRow](s, query(ctx, tx, scope, &scriptRow{}).Clauses(clause.Locking{Strength: "UPDATE"}).
			Where("id = ?", int64(v.Script)), "script", v.Script)
		if err != nil {
			return err
		}
		var last int
		if err := tx.Model(&versionRow{}).Where("script_id = ?", owner.ID).Select("COALESCE(MAX(number), 0)").Scan(&last).Error; err != nil {
			return err
		}
		row := versionRow{Script: owner.ID, Tenant: owner.Tenant, Number: last + 1, Source: append([]byte{}, v.Source...), Created: micros(v.CreatedAt)}
		if err := tx.Create(&row).Error; err != nil {
			return err
		}
		v.ID, v.Tenant, v.Number = script.VersionID(row.ID), tenant.ID(row.Tenant), row.Number
		return nil
	})
	return s.fail("publish a script's version", err)
}

// Scripts lists scripts in the order they were made.
func (s *Store) Scripts(ctx context.Context, scope tenant.Scope) ([]script.Script, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	return many(s, query(ctx, s.read, scope, &scriptRow{}).Order("id"), "scripts", scriptRow.domain)
}

// ScriptVersion reads one version.
func (s *Store) ScriptVersion(ctx context.Context, scope tenant.Scope, id script.VersionID) (script.Version, error) {
	if err := scope.Check(); err != nil {
		return script.Version{}, err
	}
	row, err := one[versionRow](s, query(ctx, s.read, scope, &versionRow{}).Where("id = ?", int64(id)), "script version", id)
	return row.domain(), err
}

// LatestVersion reads a script's newest version.
func (s *Store) LatestVersion(ctx context.Context, scope tenant.Scope, id script.ID) (script.Version, error) {
	if err := scope.Check(); err != nil {
		return script.Version{}, err
	}
	row, err := one[versionRow](s, query(ctx, s.read, scope, &versionRow{}).Where("script_id = ?", int64(id)).Order("number DESC"),
		"version of script", id)
	return row.domain(), err
}
