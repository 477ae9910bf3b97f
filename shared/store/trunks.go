package store

import (
	"context"

	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/trunk"
)

type trunkRow struct {
	ID          int64   `gorm:"column:id;primaryKey;autoIncrement"`
	Tenant      int64   `gorm:"column:tenant_id"`
	Name        string  `gorm:"column:name"`
	Gateway     string  `gorm:"column:gateway"`
	Address     string  `gorm:"column:address"`
	CallerID    string  `gorm:"column:caller_id"`
	Prefix      string  `gorm:"column:prefix"`
	Concurrency int     `gorm:"column:concurrency"`
	CPS         float64 `gorm:"column:cps"`
	EarlyMedia  bool    `gorm:"column:early_media"`
	RingTimeout int64   `gorm:"column:ring_timeout"`
	Created     int64   `gorm:"column:created_at;autoCreateTime:false"`
}

func (trunkRow) TableName() string { return "trunks" }

func (r trunkRow) domain() (trunk.Trunk, error) {
	return trunk.Trunk{ID: trunk.ID(r.ID), Tenant: tenant.ID(r.Tenant), Name: r.Name, Gateway: r.Gateway, Address: r.Address,
		CallerID: r.CallerID, Prefix: r.Prefix, Concurrency: r.Concurrency, CPS: r.CPS, EarlyMedia: r.EarlyMedia,
		RingTimeout: durationOf(r.RingTimeout), CreatedAt: timeOf(r.Created)}, nil
}

func rowOfTrunk(t trunk.Trunk) trunkRow {
	return trunkRow{ID: int64(t.ID), Tenant: int64(t.Tenant), Name: text(t.Name), Gateway: t.Gateway, Address: t.Address,
		CallerID: t.CallerID, Prefix: t.Prefix, Concurrency: t.Concurrency, CPS: t.CPS, EarlyMedia: t.EarlyMedia,
		RingTimeout: microsOf(t.RingTimeout), Created: micros(t.CreatedAt)}
}

// CreateTrunk stores a trunk and fills in its id.
func (s *Store) CreateTrunk(ctx context.Context, scope tenant.Scope, t *trunk.Trunk) error {
	if err := settle(scope, &t.Tenant, "trunk"); err != nil {
		return err
	}
	row := rowOfTrunk(*t)
	row.ID = 0
	if err := s.write.WithContext(ctx).Create(&row).Error; err != nil {
		return s.fail("create trunk", err)
	}
	t.ID = trunk.ID(row.ID)
	return nil
}

// UpdateTrunk replaces what a trunk says, but never whose it is or when it was made.
func (s *Store) UpdateTrunk(ctx context.Context, scope tenant.Scope, t trunk.Trunk) error {
	if err := scope.Check(); err != nil {
		return err
	}
	row := rowOfTrunk(t)
	r := query(ctx, s.write, scope, &trunkRow{}).Where("id = ?", row.ID).
		Select("Name", "Gateway", "Address", "CallerID", "Prefix", "Concurrency", "CPS", "EarlyMedia", "RingTimeout").Updates(&row)
	if r.Error != nil {
		return s.fail("change trunk", r.Error)
	}
	if r.RowsAffected == 0 { // MySQL counts rows that changed
		return s.owns(ctx, s.write, scope, &trunkRow{}, "trunk", row.ID)
	}
	return nil
}

// Trunk reads one trunk.
func (s *Store) Trunk(ctx context.Context, scope tenant.Scope, id trunk.ID) (trunk.Trunk, error) {
	if err := scope.Check(); err != nil {
		return trunk.Trunk{}, err
	}
	row, err := one[trunkRow](s, query(ctx, s.read, scope, &trunkRow{}).Where("id = ?", int64(id)), "trunk", id)
	if err != nil {
		return trunk.Trunk{}, err
	}
	return row.domain()
}

// Trunks lists trunks in the order they were made.
func (s *Store) Trunks(ctx context.Context, scope tenant.Scope) ([]trunk.Trunk, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	return many(s, query(ctx, s.read, scope, &trunkRow{}).Order("id"), "trunks", trunkRow.domain)
}
