// Package watch owns the looking after campaigns with alarms: it reads their figures when something happens and every half
// minute, has shared/alarm judge them, and tells the members of what is new. Any number of processes may watch: whoever
// changes the row from what it was tells, the others find it changed.
package watch

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/outdial/outdial/shared/alarm"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/figures"
	"github.com/outdial/outdial/shared/tenant"
)

const (
	// sweepEvery is how often every alarm is judged: messages may be lost, and standing still sends none.
	sweepEvery = 30 * time.Second
	// gatherFor is how long the ends of calls are gathered before their campaigns are judged.
	gatherFor = 2 * time.Second
)

// Store is what the watcher reads and writes.
type Store interface {
	alarm.Store
	Campaign(ctx context.Context, scope tenant.Scope, id campaign.ID) (campaign.Campaign, error)
	LastDispositions(ctx context.Context, scope tenant.Scope, id campaign.ID, limit int) ([]call.Disposition, error)
	LastDialled(ctx context.Context, scope tenant.Scope, id campaign.ID) (time.Time, error)
	DueSince(ctx context.Context, scope tenant.Scope, id campaign.ID) (time.Time, error)
}

// Counter counts a campaign's ended calls; admin/live does.
type Counter interface {
	Calls(ctx context.Context, t tenant.ID, id campaign.ID) (figures.Counts, time.Time, error)
}

// Config is what a watcher needs.
type Config struct {
	Store   Store
	Figures Counter
	Bus     event.Bus
	Clock   clock.Clock
	Logger  *slog.Logger
}

// Watcher judges alarms from Start to Close.
type Watcher struct {
	Config
	stop  context.CancelFunc
	owned sync.WaitGroup
	dirty map[campaign.ID]bool // calls of these have ended since they were judged last
}

// New makes a watcher that does nothing until Start.
func New(c Config) *Watcher { return &Watcher{Config: c, dirty: map[campaign.ID]bool{}} }

// Start judges every alarm once, so that what happened while nobody watched is told, and then goes on.
func (w *Watcher) Start(ctx context.Context) error {
	ctx, w.stop = context.WithCancel(context.WithoutCancel(ctx))
	messages, err := w.subscribe(ctx)
	if err != nil {
		w.stop()
		return errs.Wrap(errs.Unavailable, err, "alarms cannot be watched: the bus does not answer; is Redis running?")
	}
	sweep, gather := w.Clock.NewTicker(sweepEvery), w.Clock.NewTicker(gatherFor)
	w.owned.Go(func() {
		defer sweep.Stop()
		defer gather.Stop()
		w.sweep(ctx)
		w.run(ctx, messages, sweep.Chan(), gather.Chan())
	})
	return nil
}

// Close ends it and waits for it.
func (w *Watcher) Close() {
	if w.stop != nil {
		w.stop()
	}
	w.owned.Wait()
}

func (w *Watcher) subscribe(ctx context.Context) (<-chan event.Message, error) {
	return w.Bus.Subscribe(ctx, event.KindCallChanged, event.KindCampaignChanged)
}

func (w *Watcher) run(ctx context.Context, messages <-chan event.Message, sweep, gather <-chan time.Time) {
	for {
		select {
		case <-ctx.Done():
			return
		case m, ok := <-messages:
			if !ok {
				messages = nil // a bus that ended is asked again with the next sweep
				continue
			}
			w.heard(ctx, m)
		case <-gather:
			for id := range w.dirty {
				w.look(ctx, id)
			}
			clear(w.dirty)
		case <-sweep:
			if messages == nil {
				var err error
				if messages, err = w.subscribe(ctx); err != nil {
					w.Logger.Warn("alarms hear no events", "error", err)
				}
			}
			w.sweep(ctx)
		}
	}
}

func (w *Watcher) heard(ctx context.Context, m event.Message) {
	switch m := m.(type) {
	case event.CallChanged:
		if m.State == call.Ended {
			w.dirty[m.Campaign] = true
		}
	case event.CampaignChanged:
		w.look(ctx, m.Campaign)
	}
}

// sweep judges every alarm that is switched on.
func (w *Watcher) sweep(ctx context.Context) {
	list, err := w.Store.EnabledAlarms(ctx, tenant.Platform())
	if err != nil {
		w.failed(ctx, err)
		return
	}
	for _, a := range list {
		w.failed(ctx, w.judge(ctx, a))
	}
}

// look judges one campaign's alarm if it has one.
func (w *Watcher) look(ctx context.Context, id campaign.ID) {
	a, err := w.Store.Alarm(ctx, tenant.Platform(), id)
	switch {
	case errs.Is(err, errs.NotFound): // the campaign is gone
	case err != nil:
		w.failed(ctx, err)
	case a.Enabled:
		w.failed(ctx, w.judge(ctx, a))
	}
}

func (w *Watcher) failed(ctx context.Context, err error) {
	if err != nil && ctx.Err() == nil {
		w.Logger.Warn("an alarm could not be judged", "error", err)
	}
}
