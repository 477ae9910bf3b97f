package store

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
)

// MoveCampaign changes the state where the present one is expected. A move that keeps the state changes only the reason:
// what the dialer says about a campaign is no change that somebody who edits it would have to look at again.
func (s *Store) MoveCampaign(ctx context.Context, scope tenant.Scope, id campaign.ID, expect []campaign.State, to campaign.State, reason string, at time.Time) error {
	if err := scope.Check(); err != nil {
		return err
	}
	set := map[string]any{"state": string(to), "reason": text(reason), "updated_at": micros(at)}
	if slices.Equal(expect, []campaign.State{to}) {
		delete(set, "updated_at")
	} else if to == campaign.Finished {
		set["finished_at"] = micros(at)
	}
	err := s.write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if dials := to == campaign.Scheduling || to == campaign.Running; dials && !slices.Contains(expect, to) {
			// Nobody learns of the ban of a company whose campaign they cannot see.
			row, err := one[campaignRow](s, kept(ctx, tx, scope).Select("id", "robots").Where("id = ?", int64(id)), "campaign", id)
			if err != nil {
				return err
			}
			if err := s.mayDial(tx, id, row.Robots); err != nil {
				return err
			}
		}
		r := kept(ctx, tx, scope).Where("id = ? AND state IN ?", int64(id), words(expect)).Updates(set)
		if r.Error != nil || r.RowsAffected > 0 {
			return r.Error
		}
		row, err := one[campaignRow](s, kept(ctx, tx, scope).Where("id = ?", int64(id)), "campaign", id)
		if err != nil {
			return err
		}
		if slices.Contains(expect, campaign.State(row.State)) {
			return nil // MySQL counts rows that changed, and this one reads so already
		}
		return errs.New(errs.Conflict, "campaign %d is %s and cannot become %s", id, row.State, to)
	}, s.fresh())
	return s.fail("change campaign", err)
}

// UpdateCampaign saves what a user may change, where the campaign is as it was seen.
func (s *Store) UpdateCampaign(ctx context.Context, scope tenant.Scope, c campaign.Campaign, seen campaign.Version) error {
	if err := scope.Check(); err != nil {
		return err
	}
	row, err := rowOfCampaign(c)
	if err != nil {
		return err
	}
	err = s.write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		dials := seen.State == campaign.Scheduling || seen.State == campaign.Running
		var company tenantRow
		if c.Redial.To != 0 || dials {
			// One change of redial targets of a tenant at a time: two that each look right could close a circle together. And one of
			// robots, which two campaigns could count on together.
			var err error
			if company, err = lockedTenant(tx, row.Tenant); err != nil {
				return err
			}
		}
		// The script first and the campaign then, as a deployment takes them.
		if err := tx.Model(&scriptRow{}).Clauses(clause.Locking{Strength: "UPDATE"}).Select("id").Where("id = ?", row.Script).Limit(1).Find(&scriptRow{}).Error; err != nil {
			return err
		}
		now, err := s.held(ctx, tx, scope, c.ID)
		if err != nil {
			return err
		}
		if now.Updated != micros(seen.At) || now.State != string(seen.State) {
			return errs.New(errs.Conflict, "somebody else has changed the campaign meanwhile; load it again and repeat your change")
		}
		if dials && row.Robots > now.Robots {
			if err := mayReserve(tx, company, c.ID, row.Robots); err != nil {
				return err
			}
		}
		own := tenant.Of(tenant.ID(now.Tenant))
		row.Speaks = now.Speaks
		if row.Script != now.Script {
			if row.Speaks, err = s.deployedVersion(ctx, tx, own, row.Script); err != nil {
				return err
			}
		}
		if row.Trunk != now.Trunk {
			if err := s.owns(ctx, tx, own, &trunkRow{}, "trunk", row.Trunk); err != nil {
				return err
			}
		}
		if row.DNCGroups != now.DNCGroups {
			if err := s.ownsGroups(ctx, tx, own, c.DNC.Groups); err != nil {
				return err
			}
		}
		if row.AgentGroup != now.AgentGroup && row.AgentGroup != 0 {
			if err := s.owns(ctx, tx, own, &agentGroupRow{}, "agent group", row.AgentGroup); err != nil {
				return err
			}
		}
		if row.WeChatRobot != now.WeChatRobot {
			if err := s.ownsWeChatRobot(ctx, tx, own, c.WeChat.Robot); err != nil {
				return err
			}
		}
		if row.RedialTo != now.RedialTo && row.RedialTo != 0 {
			if err := s.redialTarget(ctx, tx, scopeFor(scope, now.Tenant), c.ID, c.Redial.To); err != nil {
				return err
			}
		}
		return tx.Model(&campaignRow{}).Where("id = ?", now.ID).
			Select("Name", "Description", "Script", "Speaks", "Trunk", "Robots", "StartMode", "StartAt", "Zone", "Weekdays", "From", "To", "RedialMax", "RedialInterval",
				"RedialOn", "RedialTo", "DNCEnabled", "DNCGroups", "EndOn", "WeChatRobot", "WeChatGrades", "AgentGroup", "UpdatedBy", "Updated").Updates(&row).Error
	}, s.fresh())
	return s.fail("change campaign", err)
}

// held reads a campaign and keeps others from changing it until the transaction ends.
func (s *Store) held(ctx context.Context, tx *gorm.DB, scope tenant.Scope, id campaign.ID) (campaignRow, error) {
	return one[campaignRow](s, kept(ctx, tx, scope).Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", int64(id)), "campaign", id)
}

// redialTarget refuses a campaign that contacts cannot be handed to: one outside the scope, one that is finished, and one
// that hands its own contacts back to where they came from, by however many others.
func (s *Store) redialTarget(ctx context.Context, db *gorm.DB, scope tenant.Scope, from, to campaign.ID) error {
	row, err := one[campaignRow](s, kept(ctx, db, scope).Where("id = ?", int64(to)), "campaign", to)
	if err != nil {
		return err
	}
	if row.State == string(campaign.Finished) {
		return errs.New(errs.Conflict, "campaign %d is finished and takes no contacts", to)
	}
	// Others on the way may be outside the caller's view and count all the same. No chain without a circle is longer than
	// there are campaigns, and one this long serves nobody.
	const longest = 50
	for range longest {
		if row.ID == int64(from) {
			return errs.New(errs.Conflict, "campaign %d hands its contacts on to this one; they would go round in a circle", to)
		}
		if row.RedialTo == 0 {
			return nil
		}
		next := row.RedialTo
		row = campaignRow{}
		if err := db.WithContext(ctx).Model(&campaignRow{}).Where("id = ?", next).Limit(1).Find(&row).Error; err != nil {
			return s.fail("follow campaigns", err)
		}
	}
	return errs.New(errs.Conflict, "campaign %d hands its contacts on through more than %d others", to, longest)
}

// DeleteCampaign hides a campaign.
func (s *Store) DeleteCampaign(ctx context.Context, scope tenant.Scope, id campaign.ID, expect []campaign.State, by string, at time.Time) error {
	if err := scope.Check(); err != nil {
		return err
	}
	err := s.write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		row, err := s.held(ctx, tx, scope, id)
		if err != nil {
			return err
		}
		if !slices.Contains(expect, campaign.State(row.State)) {
			return errs.New(errs.Conflict, "campaign %d is %s and cannot be deleted; terminate it first", id, row.State)
		}
		// A dialer that takes over a call reads its campaign.
		var busy int64
		if err := tx.Model(&contactRow{}).Where("campaign_id = ? AND state = ?", row.ID, string(contact.Calling)).Limit(1).Count(&busy).Error; err != nil {
			return err
		}
		if busy > 0 {
			return errs.New(errs.Conflict, "calls of campaign %d are still ending; try again in a moment", id)
		}
		if row.State != string(campaign.Finished) {
			var feeders []campaignRow
			if err := tx.Model(&campaignRow{}).Where("tenant_id = ? AND redial_to = ? AND deleted_at = 0 AND state <> ?", row.Tenant, row.ID, string(campaign.Finished)).
				Select("id").Limit(1).Find(&feeders).Error; err != nil {
				return err
			}
			if len(feeders) > 0 {
				return errs.New(errs.Conflict, "another campaign hands its contacts to campaign %d; change that first", id)
			}
		}
		return tx.Model(&campaignRow{}).Where("id = ?", row.ID).
			Updates(map[string]any{"deleted_at": micros(at), "updated_at": micros(at), "updated_by": text(by)}).Error
	}, s.fresh())
	return s.fail("delete campaign", err)
}
