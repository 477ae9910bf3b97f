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

// CampaignsProgress counts the contacts of several campaigns in one query, for lists. Campaigns outside the scope are left
// out; those without contacts are all zero.
func (s *Store) CampaignsProgress(ctx context.Context, scope tenant.Scope, ids []campaign.ID) (map[campaign.ID]campaign.Progress, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	out := make(map[campaign.ID]campaign.Progress, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	wanted := make([]int64, len(ids))
	for i, id := range ids {
		wanted[i] = int64(id)
	}
	var own []int64
	if err := kept(ctx, s.read, scope).Where("id IN ?", wanted).Pluck("id", &own).Error; err != nil {
		return nil, s.fail("list campaigns", err)
	}
	if len(own) == 0 {
		return out, nil
	}
	args := make([]any, len(own))
	for i, id := range own {
		args[i], out[campaign.ID(id)] = id, campaign.Progress{}
	}
	// The campaigns were found inside the scope, and their contacts are their tenant's: the index alone answers.
	rows, err := s.reads.QueryContext(ctx, "SELECT campaign_id, state, COUNT(*) FROM contacts WHERE campaign_id IN ("+marks(len(args))+
		") GROUP BY campaign_id, state", args...)
	if err != nil {
		return nil, s.fail("count contacts", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id int64
		var state string
		var n int
		if err := rows.Scan(&id, &state, &n); err != nil {
			return nil, s.fail("count contacts", err)
		}
		p := out[campaign.ID(id)]
		switch contact.State(state) {
		case contact.Waiting:
			p.Waiting = n
		case contact.Calling:
			p.Calling = n
		case contact.Finished:
			p.Finished = n
		}
		p.Total = p.Waiting + p.Calling + p.Finished
		out[campaign.ID(id)] = p
	}
	return out, s.fail("count contacts", rows.Err())
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
