package store

import (
	"context"
	"errors"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/alarm"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/notify"
	"github.com/outdial/outdial/shared/tenant"
)

var _ alarm.Store = (*Store)(nil)

type alarmRow struct {
	Campaign int64  `gorm:"column:campaign_id;primaryKey;autoIncrement:false"`
	Tenant   int64  `gorm:"column:tenant_id"`
	Enabled  bool   `gorm:"column:enabled"`
	Rules    string `gorm:"column:rules"`
	Members  string `gorm:"column:member_ids"`
	Raised   string `gorm:"column:raised"`
	Updated  int64  `gorm:"column:updated_at;autoUpdateTime:false"`
}

func (alarmRow) TableName() string      { return "campaign_alarms" }
func (alarmRow) campaignColumn() string { return "campaign_id" }

func (r alarmRow) domain() (alarm.Alarm, error) {
	a := alarm.Alarm{Tenant: tenant.ID(r.Tenant), Campaign: campaign.ID(r.Campaign), Enabled: r.Enabled, UpdatedAt: timeOf(r.Updated)}
	return a, errors.Join(fromJSON(r.Rules, &a.Rules, "alarm of campaign", r.Campaign), fromJSON(r.Members, &a.Members, "alarm of campaign", r.Campaign),
		fromJSON(r.Raised, &a.Raised, "alarm of campaign", r.Campaign))
}

// raisedText is what a guard compares: rules in the order in which they were judged, never null.
func raisedText(r alarm.Raised) (string, error) {
	if r == nil {
		r = alarm.Raised{}
	}
	return toJSON(r)
}

// Alarm reads a campaign's alarms; those that were never set are switched off.
func (s *Store) Alarm(ctx context.Context, scope tenant.Scope, id campaign.ID) (alarm.Alarm, error) {
	c, err := s.Campaign(ctx, scope, id)
	if err != nil {
		return alarm.Alarm{}, err
	}
	row, err := one[alarmRow](s, query(ctx, s.read, scope, &alarmRow{}).Where("campaign_id = ?", int64(id)), "alarm of campaign", id)
	if errs.Is(err, errs.NotFound) {
		return alarm.Alarm{Tenant: c.Tenant, Campaign: id, Rules: alarm.Thresholds{MinCalls: alarm.UsualMinCalls}}, nil
	}
	if err != nil {
		return alarm.Alarm{}, err
	}
	return row.domain()
}

// SaveAlarm sets a campaign's alarms. Its members must belong to the campaign's tenant.
func (s *Store) SaveAlarm(ctx context.Context, scope tenant.Scope, a alarm.Alarm) error {
	c, err := s.Campaign(ctx, scope, a.Campaign)
	if err != nil {
		return err
	}
	for i, id := range a.Members {
		if err := s.owns(ctx, s.write, tenant.Of(c.Tenant), &userRow{}, "member", int64(id)); errs.Is(err, errs.NotFound) {
			var k errs.Check
			k.Require(false, "member_ids", "the member at place %d does not exist", i+1)
			return k.Err("alarm")
		} else if err != nil {
			return err
		}
	}
	members := a.Members
	if members == nil {
		members = []access.UserID{}
	}
	row := alarmRow{Campaign: int64(a.Campaign), Tenant: int64(c.Tenant), Enabled: a.Enabled, Updated: micros(a.UpdatedAt)}
	if row.Rules, err = toJSON(a.Rules); err != nil {
		return err
	}
	if row.Members, err = toJSON(members); err != nil {
		return err
	}
	if row.Raised, err = raisedText(a.Raised); err != nil {
		return err
	}
	// What is raised is the watcher's: it is set with the first row only.
	err = s.write.WithContext(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "campaign_id"}},
		DoUpdates: clause.AssignmentColumns([]string{"enabled", "rules", "member_ids", "updated_at"})}).Create(&row).Error
	return s.fail("save an alarm", err)
}

// EnabledAlarms lists the alarms that are switched on.
func (s *Store) EnabledAlarms(ctx context.Context, scope tenant.Scope) ([]alarm.Alarm, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	q := query(ctx, s.read, scope, &alarmRow{}).Where("enabled = 1 AND campaign_id IN (SELECT id FROM campaigns WHERE deleted_at = 0)").Order("campaign_id")
	return many(s, q, "alarms", alarmRow.domain)
}

// MoveAlarm replaces what is raised where it is what was expected, and stores the notifications with it.
func (s *Store) MoveAlarm(ctx context.Context, scope tenant.Scope, id campaign.ID, expect, to alarm.Raised, n []notify.Notification) error {
	a, err := s.Alarm(ctx, scope, id)
	if err != nil {
		return err
	}
	before, err := raisedText(expect)
	if err != nil {
		return err
	}
	after, err := raisedText(to)
	if err != nil || before == after {
		return err
	}
	err = s.write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		r := tx.Model(&alarmRow{}).Where("campaign_id = ? AND raised = ?", int64(id), before).Update("raised", after)
		if r.Error != nil {
			return r.Error
		}
		if r.RowsAffected == 0 {
			return errs.New(errs.Conflict, "the alarm of campaign %d was raised or put down by somebody else", id)
		}
		for i := range n {
			n[i].Tenant = a.Tenant
			if err := s.notifyOne(ctx, tx.Statement.ConnPool, &n[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return s.fail("raise an alarm", err)
}

// Recipients are the members to tell of an alarm.
func (s *Store) Recipients(ctx context.Context, scope tenant.Scope, a alarm.Alarm) ([]access.UserID, error) {
	if err := s.reachable(ctx, scope, a.Campaign); err != nil {
		return nil, err
	}
	active := func() *gorm.DB {
		return s.read.WithContext(ctx).Table("users").Where("tenant_id = (SELECT tenant_id FROM campaigns WHERE id = ?) AND disabled_at = 0", int64(a.Campaign)).Order("id")
	}
	for _, q := range []*gorm.DB{
		active().Where("id IN ?", slices.Concat([]access.UserID{0}, a.Members)),
		active().Where("id = (SELECT owner_id FROM campaigns WHERE id = ?)", int64(a.Campaign)),
		active().Limit(1),
	} {
		var ids []access.UserID
		if err := q.Pluck("id", &ids).Error; err != nil {
			return nil, s.fail("look for whom to tell", err)
		}
		if len(ids) > 0 {
			return ids, nil
		}
	}
	return nil, nil
}
