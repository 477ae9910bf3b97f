package store

import (
	"context"

	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/tenant"
)

// CampaignProgress counts contacts by state. It reads the whole of the campaign's part of an index: tens of
// milliseconds for a million contacts.
func (s *Store) CampaignProgress(ctx context.Context, scope tenant.Scope, id campaign.ID) (campaign.Progress, error) {
	if _, err := s.Campaign(ctx, scope, id); err != nil {
		return campaign.Progress{}, err
	}
	n, err := s.CountContacts(ctx, scope, id)
	if err != nil {
		return campaign.Progress{}, err
	}
	p := campaign.Progress{Waiting: n[contact.Waiting], Calling: n[contact.Calling], Finished: n[contact.Finished]}
	p.Total = p.Waiting + p.Calling + p.Finished
	return p, nil
}

// FeedersAlive counts the started and unfinished campaigns that hand contacts to this one.
func (s *Store) FeedersAlive(ctx context.Context, scope tenant.Scope, id campaign.ID) (int, error) {
	if err := scope.Check(); err != nil {
		return 0, err
	}
	if _, err := s.Campaign(ctx, scope, id); err != nil {
		return 0, err
	}
	var n int64
	err := kept(ctx, s.read, scope).Where("redial_to = ? AND state IN ?", int64(id),
		words([]campaign.State{campaign.Scheduling, campaign.Running, campaign.Paused})).Count(&n).Error
	return int(n), s.fail("count campaigns", err)
}
