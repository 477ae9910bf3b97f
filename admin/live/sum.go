package live

import (
	"context"
	"time"

	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/figures"
	"github.com/outdial/outdial/shared/tenant"
)

const (
	// settles is how long after an id was seen no smaller one can appear any more. Ids are given out before their
	// transactions commit, and several dialers commit in any order; a transaction that waits for a lock is ended after ten
	// seconds.
	settles = time.Minute
	// markEvery is how often the greatest id is noted.
	markEvery = 10 * time.Second
	// unsettled is how many of the newest ids count as unsettled when nothing was noted yet: far more than the dialers have
	// in their open transactions.
	unsettled = 4_000
	// chunk is how many ids one statement sums up: a database groups so many in memory, and writers need not wait for the end
	// of all of them.
	chunk = 50_000
	// recountEvery is how often all is counted again, should a transaction ever have hung for longer than settles.
	recountEvery = 15 * time.Minute
	// recountRest is how many times as long as it took passes before that, at least.
	recountRest = 200
)

// mark notes that ids up to this one had been given out by then.
type mark struct {
	at time.Time
	id int64
}

// marks tell up to which id all rows are there.
type marks []mark

// settled is the greatest id noted long enough ago, and forgets those before it; zero when there is none.
func (m *marks) settled(now time.Time) int64 {
	id, keep := int64(0), 0
	for i, k := range *m {
		if now.Sub(k.at) >= settles {
			id, keep = k.id, i+1
		}
	}
	*m = (*m)[keep:]
	return id
}

// note remembers the greatest id, now and then.
func (m *marks) note(now time.Time, id int64) {
	if n := len(*m); n == 0 || now.Sub((*m)[n-1].at) >= markEvery {
		*m = append(*m, mark{now, id})
	}
}

// sum adds a campaign's CDRs up: those up to upTo once, those after it with every refresh.
type sum struct {
	base      figures.Counts
	upTo      int64
	counted   bool // base is there
	recounted time.Time
	took      time.Duration // to count base
	marks     marks
}

// refresh is the sum as it stands, and how long it took to count all that is settled, where that was due.
func (s *sum) refresh(ctx context.Context, store figures.Store, scope tenant.Scope, id campaign.ID, c clock.Clock) (figures.Counts, time.Duration, error) {
	var none figures.Counts
	began := c.Now()
	var once time.Duration
	if !s.counted || began.Sub(s.recounted) >= max(recountEvery, recountRest*s.took) {
		if err := s.count(ctx, store, scope, id); err != nil {
			return none, 0, err
		}
		once = c.Since(began)
		s.recounted, s.took = began, once
	}
	now := c.Now()
	if settled := s.marks.settled(now); settled > s.upTo {
		more, _, err := store.CallCounts(ctx, scope, id, s.upTo, settled)
		if err != nil {
			return none, 0, err
		}
		s.base, s.upTo = s.base.Plus(more), settled
	}
	tail, greatest, err := store.CallCounts(ctx, scope, id, s.upTo, -1)
	if err != nil {
		return none, 0, err
	}
	if greatest > s.upTo {
		s.marks.note(now, greatest)
	}
	return s.base.Plus(tail), once, nil
}

// count counts all that is settled, after a start or again.
func (s *sum) count(ctx context.Context, store figures.Store, scope tenant.Scope, id campaign.ID) error {
	upTo := s.upTo
	if !s.counted {
		greatest, err := store.GreatestCDR(ctx, scope)
		if err != nil {
			return err
		}
		upTo = max(greatest-unsettled, 0)
	}
	base, err := countTo(ctx, store, scope, id, upTo)
	if err != nil {
		return err
	}
	s.base, s.upTo, s.counted = base, upTo, true
	return nil
}

// countTo counts everything up to an id, in parts.
func countTo(ctx context.Context, store figures.Store, scope tenant.Scope, id campaign.ID, upTo int64) (figures.Counts, error) {
	var all figures.Counts
	for after := int64(0); after < upTo; after += chunk {
		part, _, err := store.CallCounts(ctx, scope, id, after, min(after+chunk, upTo))
		if err != nil {
			return all, err
		}
		all = all.Plus(part)
	}
	return all, nil
}
