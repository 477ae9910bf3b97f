// Package notices owns telling members what has come to its end: campaigns and imports. It listens to the bus, looks at the
// rows now and then because messages may be lost, and leaves it to the store that nobody is told twice, so that any number
// of processes may do it.
package notices

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/notify"
	"github.com/outdial/outdial/shared/tenant"
)

const (
	// sweepEvery is how soon what no message told of is found.
	sweepEvery = time.Minute
	// sweepBack is how far back it is looked for; what ended earlier is news to nobody.
	sweepBack = 15 * time.Minute
)

// Store is what the notices read and write.
type Store interface {
	notify.Store
	Campaign(ctx context.Context, scope tenant.Scope, id campaign.ID) (campaign.Campaign, error)
	Import(ctx context.Context, scope tenant.Scope, id contact.ImportID) (contact.Import, error)
}

// Config is what a Teller needs.
type Config struct {
	Store  Store
	Bus    event.Bus
	Clock  clock.Clock
	Logger *slog.Logger
}

// Teller tells from Start to Close.
type Teller struct {
	Config
	stop  context.CancelFunc
	owned sync.WaitGroup
}

// New makes a teller that does nothing until Start.
func New(c Config) *Teller { return &Teller{Config: c} }

// Start tells of what ended while nobody listened, and then of what ends.
func (t *Teller) Start(ctx context.Context) error {
	ctx, t.stop = context.WithCancel(context.WithoutCancel(ctx))
	messages, err := t.listen(ctx)
	if err != nil {
		t.stop()
		return errs.Wrap(errs.Unavailable, err, "what finishes cannot be told: the bus does not answer; is Redis running?")
	}
	tick := t.Clock.NewTicker(sweepEvery)
	t.owned.Go(func() {
		defer tick.Stop()
		t.run(ctx, messages, tick.Chan())
	})
	return nil
}

// Close ends it and waits for it.
func (t *Teller) Close() {
	if t.stop != nil {
		t.stop()
	}
	t.owned.Wait()
}

func (t *Teller) listen(ctx context.Context) (<-chan event.Message, error) {
	return t.Bus.Subscribe(ctx, event.KindCampaignChanged, event.KindImportChanged)
}

func (t *Teller) run(ctx context.Context, messages <-chan event.Message, sweep <-chan time.Time) {
	t.sweep(ctx)
	for {
		select {
		case <-ctx.Done():
			return
		case m, ok := <-messages:
			if !ok {
				messages = nil // a bus that ended is asked again with the next sweep
				continue
			}
			if f, over := finished(m); over {
				t.tell(ctx, f)
			}
		case <-sweep:
			if messages == nil {
				var err error
				if messages, err = t.listen(ctx); err != nil && ctx.Err() == nil {
					t.Logger.Warn("notices hear no events", "error", err)
				}
			}
			t.sweep(ctx)
		}
	}
}

// finished tells whether a message says that something has ended.
func finished(m event.Message) (notify.Finished, bool) {
	switch m := m.(type) {
	case event.CampaignChanged:
		return notify.Finished{Tenant: m.Tenant, Campaign: m.Campaign}, m.State == string(campaign.Finished)
	case event.ImportChanged:
		return notify.Finished{Tenant: m.Tenant, Campaign: m.Campaign, Import: m.Import}, m.State == contact.ImportFinished || m.State == contact.ImportFailed
	default:
		return notify.Finished{}, false
	}
}

func (t *Teller) sweep(ctx context.Context) {
	list, err := t.Store.FinishedSince(ctx, tenant.Platform(), t.Clock.Now().Add(-sweepBack))
	if err != nil {
		t.failed(ctx, notify.Finished{}, err)
		return
	}
	for _, f := range list {
		t.tell(ctx, f)
	}
}

// tell notifies whom it concerns. The rows decide, not the message.
func (t *Teller) tell(ctx context.Context, f notify.Finished) {
	n, over, err := t.words(ctx, f)
	if err != nil || !over {
		t.failed(ctx, f, err)
		return
	}
	to, err := t.Store.Concerned(ctx, tenant.Of(f.Tenant), f.Campaign)
	if err != nil {
		t.failed(ctx, f, err)
		return
	}
	list := make([]notify.Notification, 0, len(to))
	for _, user := range to {
		n.Tenant, n.User, n.Once, n.CreatedAt = f.Tenant, user, f.Once(), t.Clock.Now().UTC()
		list = append(list, n)
	}
	t.failed(ctx, f, notify.Service{Store: t.Store, Bus: t.Bus, Log: t.Logger}.Send(ctx, tenant.Of(f.Tenant), list...))
}

func (t *Teller) failed(ctx context.Context, f notify.Finished, err error) {
	if err != nil && ctx.Err() == nil && !errs.Is(err, errs.NotFound) { // what is gone is no news
		t.Logger.Warn("nobody was told that something has finished; it is tried again", "campaign", f.Campaign, "import", f.Import, "error", err)
	}
}
