package store

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
)

// extensionRow says whose telephone an extension is.
type extensionRow struct {
	Extension string `gorm:"column:extension;primaryKey"`
	Tenant    int64  `gorm:"column:tenant_id"`
}

func (extensionRow) TableName() string { return "extensions" }

// OwnExtension refuses an extension that is the telephone of another company. What no agent has is everybody's.
func (s *Store) OwnExtension(ctx context.Context, scope tenant.Scope, extension string) error {
	if err := scope.Check(); err != nil {
		return err
	}
	return s.ownExtension(s.read.WithContext(ctx), scope, extension)
}

func (s *Store) ownExtension(tx *gorm.DB, scope tenant.Scope, extension string) error {
	var owners []int64
	if err := tx.Model(&extensionRow{}).Where("extension = ?", text(extension)).Pluck("tenant_id", &owners).Error; err != nil {
		return s.fail("look whose an extension is", err)
	}
	for _, id := range owners {
		if !scope.Allows(tenant.ID(id)) {
			return errs.New(errs.Conflict, "extension %s is in use elsewhere on this platform; choose another agent number", extension)
		}
	}
	return nil
}

// passExtension gives a telephone to whoever has the number now: a new one to its first owner, one that was left to whoever
// had the number next.
func passExtension(tx *gorm.DB, was, now userRow) error {
	if was.Agent == now.Agent {
		return nil
	}
	if was.Agent.Valid {
		if err := tx.Where("extension = ? AND tenant_id = ?", was.Agent.String, was.Tenant).Delete(&extensionRow{}).Error; err != nil {
			return err
		}
		var next []userRow
		if err := tx.Model(&userRow{}).Where("agent_number = ?", was.Agent.String).Order("id").Limit(1).Find(&next).Error; err != nil {
			return err
		}
		for _, u := range next {
			if err := takeExtension(tx, u); err != nil {
				return err
			}
		}
	}
	return takeExtension(tx, now)
}

func takeExtension(tx *gorm.DB, u userRow) error {
	if !u.Agent.Valid {
		return nil
	}
	return tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&extensionRow{Extension: u.Agent.String, Tenant: u.Tenant}).Error
}
