// Package live owns the figures of campaigns while consoles look at them: counts in memory, shared by all consoles, rebuilt
// from SQL after a start and brought up to date from what is new. What the figures mean is in shared/figures.
//
// It looks at no permissions: whoever asks has found the campaign inside the caller's scope before.
package live

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/figures"
	"github.com/outdial/outdial/shared/tenant"
)

// mostCampaigns bounds the memory: some kilobytes each.
const mostCampaigns = 2000

// Figures keeps the figures of the campaigns that were asked for last.
type Figures struct {
	store figures.Store
	clock clock.Clock
	log   *slog.Logger

	ctx     context.Context // of refreshes; ends with Close
	stop    context.CancelFunc
	running sync.WaitGroup

	mu      sync.Mutex
	closed  bool
	entries map[key]*entry
}

type key struct {
	tenant   tenant.ID
	campaign campaign.ID
}

// entry is one campaign. Its parts cost differently and are refreshed each at its own pace.
type entry struct {
	used     time.Time // guarded by Figures.mu
	progress part[campaign.Progress]
	live     part[figures.Live]
	calls    part[figures.Counts]
	contacts contacts // belongs to the refresh of progress that runs
	sum      sum      // belongs to the refresh of calls that runs
}

// New makes an empty cache. It starts nothing; refreshes that are under way end with Close.
func New(store figures.Store, c clock.Clock, log *slog.Logger) *Figures {
	f := &Figures{store: store, clock: c, log: log, entries: map[key]*entry{}}
	f.ctx, f.stop = context.WithCancel(context.Background())
	return f
}

// Close breaks off refreshes and waits for them.
func (f *Figures) Close() {
	f.mu.Lock()
	f.closed = true
	f.mu.Unlock()
	f.stop()
	f.running.Wait()
}

// Progress counts a campaign's contacts.
func (f *Figures) Progress(ctx context.Context, t tenant.ID, id campaign.ID) (campaign.Progress, error) {
	e := f.entry(t, id)
	p, _, err := get(ctx, f, &e.progress, func(ctx context.Context) (campaign.Progress, time.Duration, error) {
		return e.contacts.refresh(ctx, f.store, tenant.Of(t), id, f.clock)
	})
	return p, err
}

// Live counts a campaign's calls under way.
func (f *Figures) Live(ctx context.Context, t tenant.ID, id campaign.ID) (figures.Live, error) {
	e := f.entry(t, id)
	l, _, err := get(ctx, f, &e.live, func(ctx context.Context) (figures.Live, time.Duration, error) {
		l, err := f.store.LiveCalls(ctx, tenant.Of(t), id)
		return l, 0, err
	})
	return l, err
}

// Calls counts a campaign's ended calls, and says as of when. The counts are shared: nobody may change their maps.
func (f *Figures) Calls(ctx context.Context, t tenant.ID, id campaign.ID) (figures.Counts, time.Time, error) {
	e := f.entry(t, id)
	return get(ctx, f, &e.calls, func(ctx context.Context) (figures.Counts, time.Duration, error) {
		return e.sum.refresh(ctx, f.store, tenant.Of(t), id, f.clock)
	})
}

// Moment is a campaign as it stands.
type Moment struct {
	Progress campaign.Progress
	Live     figures.Live
	Counts   figures.Counts
	AsOf     time.Time // of the counts
}

// Moment gives all parts; those that are due are refreshed at the same time.
func (f *Figures) Moment(ctx context.Context, t tenant.ID, id campaign.ID) (m Moment, err error) {
	var parts sync.WaitGroup
	var inProgress, inLive error
	parts.Go(func() { m.Progress, inProgress = f.Progress(ctx, t, id) })
	parts.Go(func() { m.Live, inLive = f.Live(ctx, t, id) })
	m.Counts, m.AsOf, err = f.Calls(ctx, t, id)
	parts.Wait()
	return m, errors.Join(err, inProgress, inLive)
}

// entry finds or makes a campaign's, in the place of the one that was not asked for for the longest time.
func (f *Figures) entry(t tenant.ID, id campaign.ID) *entry {
	f.mu.Lock()
	defer f.mu.Unlock()
	k := key{t, id}
	e := f.entries[k]
	if e == nil {
		if len(f.entries) >= mostCampaigns {
			f.evict()
		}
		e = &entry{}
		f.entries[k] = e
	}
	e.used = f.clock.Now()
	return e
}

func (f *Figures) evict() {
	var oldest key
	var at time.Time
	for k, e := range f.entries {
		if at.IsZero() || e.used.Before(at) {
			oldest, at = k, e.used
		}
	}
	delete(f.entries, oldest)
}

// begin runs a refresh until Close; it refuses once closed.
func (f *Figures) begin(run func(context.Context)) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return errs.New(errs.Unavailable, "the server is shutting down")
	}
	f.running.Go(func() { run(f.ctx) })
	return nil
}
