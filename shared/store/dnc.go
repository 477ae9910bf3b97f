package store

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/dnc"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
)

type groupRow struct {
	ID        int64  `gorm:"column:id;primaryKey;autoIncrement"`
	Tenant    int64  `gorm:"column:tenant_id"`
	Name      string `gorm:"column:name"`
	Remark    string `gorm:"column:remark"`
	Expires   int64  `gorm:"column:expires_at"`
	Numbers   int    `gorm:"column:numbers"`
	CreatedBy string `gorm:"column:created_by"`
	Created   int64  `gorm:"column:created_at;autoCreateTime:false"`
}

func (groupRow) TableName() string { return "dnc_groups" }

func (r groupRow) domain() (dnc.Group, error) {
	return dnc.Group{ID: dnc.GroupID(r.ID), Tenant: tenant.ID(r.Tenant), Name: r.Name, Remark: r.Remark, ExpiresAt: timeOf(r.Expires),
		Numbers: r.Numbers, CreatedBy: r.CreatedBy, CreatedAt: timeOf(r.Created)}, nil
}

// CreateGroup stores an empty group and fills in its id.
func (s *Store) CreateGroup(ctx context.Context, scope tenant.Scope, g *dnc.Group) error {
	if err := settle(scope, &g.Tenant, "group"); err != nil {
		return err
	}
	row := groupRow{Tenant: int64(g.Tenant), Name: text(g.Name), Remark: text(g.Remark), Expires: micros(g.ExpiresAt),
		CreatedBy: text(g.CreatedBy), Created: micros(g.CreatedAt)}
	if err := s.write.WithContext(ctx).Create(&row).Error; err != nil {
		return s.nameTaken("create group", err)
	}
	g.ID, g.Numbers = dnc.GroupID(row.ID), 0
	return nil
}

// nameTaken says in the user's words what a broken rule of uniqueness means here.
func (s *Store) nameTaken(tried string, err error) error {
	if err = s.fail(tried, err); errs.Is(err, errs.Conflict) {
		return errs.New(errs.Conflict, "another group has this name already")
	}
	return err
}

// Group reads one group.
func (s *Store) Group(ctx context.Context, scope tenant.Scope, id dnc.GroupID) (dnc.Group, error) {
	if err := scope.Check(); err != nil {
		return dnc.Group{}, err
	}
	row, err := one[groupRow](s, query(ctx, s.read, scope, &groupRow{}).Where("id = ?", int64(id)), "group", id)
	if err != nil {
		return dnc.Group{}, err
	}
	return row.domain()
}

// Groups pages by id, newest first.
func (s *Store) Groups(ctx context.Context, scope tenant.Scope, below dnc.GroupID, limit int) ([]dnc.Group, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	q := query(ctx, s.read, scope, &groupRow{}).Order("id DESC").Limit(pageSize(limit))
	if below > 0 {
		q = q.Where("id < ?", int64(below))
	}
	return many(s, q, "groups", groupRow.domain)
}

// UpdateGroup saves name, remark and expiry.
func (s *Store) UpdateGroup(ctx context.Context, scope tenant.Scope, g dnc.Group) error {
	if err := scope.Check(); err != nil {
		return err
	}
	err := s.write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if _, err := s.heldGroup(ctx, tx, scope, g.ID); err != nil {
			return err
		}
		return tx.Model(&groupRow{}).Where("id = ?", int64(g.ID)).
			Updates(map[string]any{"name": text(g.Name), "remark": text(g.Remark), "expires_at": micros(g.ExpiresAt)}).Error
	})
	return s.nameTaken("change group", err)
}

// heldGroup reads a group and keeps others from changing it, or what it counts, until the transaction ends.
func (s *Store) heldGroup(ctx context.Context, tx *gorm.DB, scope tenant.Scope, id dnc.GroupID) (groupRow, error) {
	return one[groupRow](s, query(ctx, tx, scope, &groupRow{}).Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", int64(id)), "group", id)
}

// deletedAtOnce is how many numbers one transaction takes away: calls are written meanwhile.
const deletedAtOnce = 5000

// DeleteGroup takes a group away with its numbers, some thousands a transaction. Until the last the group is there and
// counts what is left, so that whoever is interrupted sees it and deletes it again.
func (s *Store) DeleteGroup(ctx context.Context, scope tenant.Scope, id dnc.GroupID) error {
	if err := scope.Check(); err != nil {
		return err
	}
	for gone := false; !gone; {
		err := s.write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
			row, err := s.heldGroup(ctx, tx, scope, id)
			if err != nil {
				return err
			}
			if err := s.unchosen(ctx, tx, row); err != nil {
				return err
			}
			var some []int64
			if err := tx.Model(&dncNumberRow{}).Where("group_id = ?", row.ID).Limit(deletedAtOnce).Pluck("id", &some).Error; err != nil {
				return err
			}
			if len(some) > 0 {
				if err := tx.Where("id IN (" + idList(some) + ")").Delete(&dncNumberRow{}).Error; err != nil {
					return err
				}
			}
			if len(some) == deletedAtOnce {
				return tx.Model(&groupRow{}).Where("id = ?", row.ID).Update("numbers", gorm.Expr("numbers - ?", len(some))).Error
			}
			gone = true
			return tx.Where("id = ?", row.ID).Delete(&groupRow{}).Error
		})
		if err != nil {
			return s.fail("delete group", err)
		}
	}
	return nil
}

// unchosen refuses while a campaign that may still dial has chosen the group: without it, it would call whom it must not.
func (s *Store) unchosen(ctx context.Context, tx *gorm.DB, g groupRow) error {
	rows, err := many(s, tx.WithContext(ctx).Model(&campaignRow{}).Where("tenant_id = ? AND deleted_at = 0 AND dnc_groups <> '[]' AND state <> ?",
		g.Tenant, string(campaign.Finished)), "campaigns", campaignRow.domain)
	if err != nil {
		return err
	}
	for _, c := range rows {
		if slices.Contains(c.DNC.Groups, dnc.GroupID(g.ID)) {
			return errs.New(errs.Conflict, "a campaign that is not finished has chosen this group (%d); take it out there first", c.ID)
		}
	}
	return nil
}

// ownsGroups refuses when one of the groups is not the scope's.
func (s *Store) ownsGroups(ctx context.Context, db *gorm.DB, scope tenant.Scope, ids []dnc.GroupID) error {
	for _, id := range ids {
		if err := s.owns(ctx, db, scope, &groupRow{}, "group", int64(id)); err != nil {
			return err
		}
	}
	return nil
}

// GroupsListing are the groups that keep a number from being called now, newest first.
func (s *Store) GroupsListing(ctx context.Context, scope tenant.Scope, n contact.Number, now time.Time) ([]dnc.Group, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	in, args := and(scope, "tenant_id")
	q := query(ctx, s.read, scope, &groupRow{}).Where("id IN (SELECT group_id FROM dnc_numbers WHERE number = ?"+in+")", append([]any{n.String()}, args...)...).
		Where("expires_at = 0 OR expires_at > ?", micros(now)).Order("id DESC").Limit(pageSize(0))
	return many(s, q, "groups", groupRow.domain)
}

// GroupImports lists a group's imports, first to last.
func (s *Store) GroupImports(ctx context.Context, scope tenant.Scope, id dnc.GroupID) ([]contact.Import, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	if err := s.owns(ctx, s.read, scope, &groupRow{}, "group", int64(id)); err != nil {
		return nil, err
	}
	return many(s, query(ctx, s.read, scope, &importRow{}).Where("campaign_id = 0 AND dnc_group_id = ?", int64(id)).Order("ordinal"), "imports", importRow.domain)
}
