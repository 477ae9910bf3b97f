package live

import (
	"context"
	"sync"
	"time"

	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/figures"
	"github.com/outdial/outdial/shared/tenant"
)

const (
	// mostTenants bounds the memory of the days.
	mostTenants = 200
	// mostNew is how many new ids are read one by one; after more of them, days are summed up again when they are asked for.
	mostNew = 200_000
)

// Day is one day of a tenant, and the sums of each campaign that called in it.
type Day struct {
	From time.Time // midnight in the tenant's zone
	Sums map[campaign.ID]figures.DaySum
}

// Total adds up the campaigns that are seen; nil sees all.
func (d Day) Total(seen map[campaign.ID]bool) figures.DaySum {
	var t figures.DaySum
	for id, s := range d.Sums {
		if seen == nil || seen[id] {
			t = t.Plus(s)
		}
	}
	return t
}

// Days keeps the sums of tenants' days. A day is summed up once, from the rows that are surely all there; what comes later, for
// that day or another, is read from the newest ids alone. So a past day costs nothing, and yet the CDR of a call that a
// crash left behind, which is written days later, reaches the day in which it was dialled.
type Days struct {
	store figures.HomeStore
	clock clock.Clock

	mu      sync.Mutex
	tenants map[tenant.ID]*tenantDays
}

// NewDays makes an empty cache.
func NewDays(store figures.HomeStore, c clock.Clock) *Days {
	return &Days{store: store, clock: c, tenants: map[tenant.ID]*tenantDays{}}
}

// tenantDays is one tenant. Its turn is taken by one request at a time.
type tenantDays struct {
	used    time.Time // guarded by Days.mu
	turn    chan struct{}
	zone    string
	settled map[int64]sums // by the day's beginning in Unix seconds: ids up to upTo
	upTo    int64
	marks   marks
	newest  map[int64]sums // ids after upTo
	at      time.Time      // when newest was read
	cost    time.Duration
	begun   bool
}

type sums = map[campaign.ID]figures.DaySum

// Range sums up the days from the one that holds from to the one that holds to, in their order.
func (d *Days) Range(ctx context.Context, id tenant.ID, zone *time.Location, from, to time.Time) ([]Day, error) {
	t := d.tenant(id)
	select {
	case t.turn <- struct{}{}:
		defer func() { <-t.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if t.zone != zone.String() {
		t.zone, t.begun = zone.String(), false
	}
	scope := tenant.Of(id)
	if err := d.refresh(ctx, t, scope, zone); err != nil {
		return nil, err
	}
	var out []Day
	for at := midnight(from, zone); !at.After(to); at = nextDay(at, zone) {
		known, ok := t.settled[at.Unix()]
		if !ok {
			rows, err := d.store.DayRows(ctx, scope, at, nextDay(at, zone), t.upTo)
			if err != nil {
				return nil, err
			}
			known = sums{}
			for _, r := range rows {
				known[r.Campaign] = known[r.Campaign].Plus(r.Sum)
			}
			t.settled[at.Unix()] = known
		}
		out = append(out, Day{From: at, Sums: merged(known, t.newest[at.Unix()])})
	}
	return out, nil
}

// refresh reads what is new, with the rest that a refresh of campaigns takes too.
func (d *Days) refresh(ctx context.Context, t *tenantDays, scope tenant.Scope, zone *time.Location) error {
	now := d.clock.Now()
	if t.begun && now.Sub(t.at) < rest*t.cost {
		return nil
	}
	greatest, err := d.store.GreatestCDR(ctx, scope)
	if err != nil {
		return err
	}
	if !t.begun || greatest-t.upTo > mostNew {
		t.begun, t.settled, t.marks, t.upTo = true, map[int64]sums{}, nil, max(greatest-unsettled, 0)
	}
	if settled := t.marks.settled(now); settled > t.upTo {
		rows, err := d.store.NewDayRows(ctx, scope, t.upTo, settled)
		if err != nil {
			return err
		}
		for _, r := range rows {
			day, ok := t.settled[midnight(r.At, zone).Unix()]
			if ok { // others are summed up when they are asked for
				day[r.Campaign] = day[r.Campaign].Plus(r.Sum)
			}
		}
		t.upTo = settled
	}
	rows, err := d.store.NewDayRows(ctx, scope, t.upTo, -1)
	if err != nil {
		return err
	}
	t.newest = map[int64]sums{}
	for _, r := range rows {
		day := midnight(r.At, zone).Unix()
		if t.newest[day] == nil {
			t.newest[day] = sums{}
		}
		t.newest[day][r.Campaign] = t.newest[day][r.Campaign].Plus(r.Sum)
	}
	if greatest > t.upTo {
		t.marks.note(now, greatest)
	}
	t.at, t.cost = now, d.clock.Since(now)
	return nil
}

func (d *Days) tenant(id tenant.ID) *tenantDays {
	d.mu.Lock()
	defer d.mu.Unlock()
	t := d.tenants[id]
	if t == nil {
		if len(d.tenants) >= mostTenants {
			var oldest tenant.ID
			for k, v := range d.tenants {
				if oldest == 0 || v.used.Before(d.tenants[oldest].used) {
					oldest = k
				}
			}
			delete(d.tenants, oldest)
		}
		t = &tenantDays{turn: make(chan struct{}, 1)}
		d.tenants[id] = t
	}
	t.used = d.clock.Now()
	return t
}

func merged(a, b sums) sums {
	out := make(sums, len(a)+len(b))
	for _, m := range []sums{a, b} {
		for id, s := range m {
			out[id] = out[id].Plus(s)
		}
	}
	return out
}

func midnight(at time.Time, zone *time.Location) time.Time {
	l := at.In(zone)
	return time.Date(l.Year(), l.Month(), l.Day(), 0, 0, 0, 0, zone)
}

// nextDay is the next midnight, which is not always 24 hours away.
func nextDay(at time.Time, zone *time.Location) time.Time {
	l := at.In(zone)
	return time.Date(l.Year(), l.Month(), l.Day()+1, 0, 0, 0, 0, zone)
}
