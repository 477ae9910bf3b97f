package live

import (
	"context"
	"time"

	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/figures"
	"github.com/outdial/outdial/shared/tenant"
)

// contactsRest is how many times as long as it took passes before a campaign's contacts are all counted again: half a
// percent of the time. What it finds new is contacts that were added.
const contactsRest = 200

// contacts counts a campaign's contacts: all of them now and then, those that calls move with every refresh. A finished
// contact stays finished, so that the count of those before the tail begins holds.
type contacts struct {
	base    figures.ContactCount
	since   time.Time // where the tail begins
	counted time.Time
	took    time.Duration
	loaded  bool
}

// refresh is the progress as it stands, and how long it took to count all contacts, where that was due.
func (c *contacts) refresh(ctx context.Context, store figures.Store, scope tenant.Scope, id campaign.ID, clk clock.Clock) (campaign.Progress, time.Duration, error) {
	began := clk.Now()
	if c.loaded && began.Sub(c.counted) < contactsRest*c.took {
		tail, err := store.ContactTail(ctx, scope, id, c.since)
		if err != nil {
			return campaign.Progress{}, 0, err
		}
		if c.base.Total >= tail.Calling+tail.Finished+c.base.Earlier {
			c.base.ContactTail = tail
			return c.progress(), 0, nil
		}
		// Contacts were added and called since all were counted.
	}
	// A contact is finished a moment before its transaction commits.
	since := began.Add(-settles)
	base, err := store.ContactCounts(ctx, scope, id, since)
	if err != nil {
		return campaign.Progress{}, 0, err
	}
	c.base, c.since, c.counted, c.took, c.loaded = base, since, began, clk.Since(began), true
	return c.progress(), c.took, nil
}

func (c *contacts) progress() campaign.Progress {
	p := campaign.Progress{Total: c.base.Total, Calling: c.base.Calling, Finished: c.base.Earlier + c.base.Finished}
	p.Waiting = p.Total - p.Calling - p.Finished
	return p
}
