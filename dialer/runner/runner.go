// Package runner owns the campaigns that dial: it opens and closes their windows, claims contacts as there is room, and
// hands each to callctl at the trunk's pace. It does not own the calls themselves (callctl) or the arithmetic (pacing).
package runner

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/outdial/outdial/dialer/callctl"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/trunk"
)

// lookEvery is how often the store is looked at when no message says to look sooner.
const lookEvery = time.Second

// Store is what the runner reads and writes.
type Store interface {
	Campaign(ctx context.Context, scope tenant.Scope, id campaign.ID) (campaign.Campaign, error)
	CampaignsIn(ctx context.Context, scope tenant.Scope, states ...campaign.State) ([]campaign.Campaign, error)
	MoveCampaign(ctx context.Context, scope tenant.Scope, id campaign.ID, expect []campaign.State, to campaign.State, reason string, at time.Time) error
	CampaignProgress(ctx context.Context, scope tenant.Scope, id campaign.ID) (campaign.Progress, error)
	FeedersAlive(ctx context.Context, scope tenant.Scope, id campaign.ID) (int, error)
	Claim(ctx context.Context, scope tenant.Scope, r call.ClaimRequest) ([]call.ClaimedContact, error)
	LiveBeside(ctx context.Context, scope tenant.Scope, holder string) (int, error)
	RobotUse(ctx context.Context, scope tenant.Scope, id tenant.ID) (tenant.RobotUse, error)
	LiveOnTrunk(ctx context.Context, scope tenant.Scope, t trunk.ID) (int, error)
	Trunk(ctx context.Context, scope tenant.Scope, id trunk.ID) (trunk.Trunk, error)
	Imports(ctx context.Context, scope tenant.Scope, campaign contact.CampaignID) ([]contact.Import, error)
}

// Calls is what the runner asks of callctl.
type Calls interface {
	Reserve(id call.UUID)
	GiveBack(ctx context.Context, id call.UUID, notBefore time.Time)
	Place(p callctl.Placement) error
	Slots(owner tenant.ID, c contact.CampaignID, t trunk.ID) callctl.Slots
	RobotCapacity() int
	TerminateCampaign(id contact.CampaignID)
	LiveCampaigns() map[contact.CampaignID]tenant.ID
	CountWithheld(n int)
}

// Config is what a Runner is made of.
type Config struct {
	Store  Store
	Calls  Calls
	Bus    event.Bus
	Holder string
	Lease  time.Duration
	// SwitchUp tells whether the switch can be reached; nil while it can, otherwise why not.
	SwitchUp func() error
	Clock    clock.Clock
	Log      *slog.Logger
}

// Runner runs every campaign of one dialer.
type Runner struct {
	cfg       Config
	trunks    *trunkBook
	companies *companyBook

	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup
	look   chan struct{}

	mu    sync.Mutex
	lanes map[campaign.ID]*lane
}

// New makes a runner; Start sets it going.
func New(cfg Config) *Runner {
	r := &Runner{cfg: cfg, trunks: newTrunkBook(), companies: newCompanyBook(), look: make(chan struct{}, 1), lanes: make(map[campaign.ID]*lane)}
	r.ctx, r.cancel = context.WithCancel(context.Background())
	return r
}

// Start begins to look at campaigns.
func (r *Runner) Start(ctx context.Context) error {
	messages, err := r.cfg.Bus.Subscribe(r.ctx, event.KindCampaignChanged)
	if err != nil {
		return err
	}
	r.wg.Add(2)
	go func() {
		defer r.wg.Done()
		for m := range messages {
			if m, ok := m.(event.CampaignChanged); ok {
				r.changed(m)
			}
		}
	}()
	go r.run()
	return nil
}

// Close stops every lane; what they claimed and did not place goes back. Calls go on.
func (r *Runner) Close() {
	r.cancel()
	r.wg.Wait()
}

// Wake has the lanes look for room again, as when a call ended.
func (r *Runner) Wake() {
	// A freed robot or channel may serve another campaign just as well.
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, l := range r.lanes {
		l.wake()
	}
}

// changed reacts to a campaign's change without waiting for the next look: a pause or an end counts at once.
func (r *Runner) changed(m event.CampaignChanged) {
	switch campaign.State(m.State) {
	case campaign.Paused, campaign.Finished, campaign.NotStarted:
		r.mu.Lock()
		l := r.lanes[m.Campaign]
		r.mu.Unlock()
		if l != nil {
			l.halt()
		}
	}
	if campaign.State(m.State) == campaign.Finished {
		r.cfg.Calls.TerminateCampaign(m.Campaign) // one that finished by itself has no calls left
	}
	r.lookSoon()
}

func (r *Runner) lookSoon() {
	select {
	case r.look <- struct{}{}:
	default:
	}
}

func (r *Runner) run() {
	defer r.wg.Done()
	tick := r.cfg.Clock.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		if err := r.review(r.ctx); err != nil && r.ctx.Err() == nil {
			r.cfg.Log.Error("campaigns cannot be read; dialling goes on with what is known", "error", err)
		}
		select {
		case <-r.ctx.Done():
			r.stopLanes()
			return
		case <-tick.Chan():
		case <-r.look:
		}
	}
}

// review moves campaigns through their windows and keeps one lane for each that dials.
func (r *Runner) review(ctx context.Context) error {
	list, err := r.cfg.Store.CampaignsIn(ctx, tenant.Platform(), campaign.NotStarted, campaign.Scheduling, campaign.Running)
	if err != nil {
		return err
	}
	now := r.cfg.Clock.Now()
	running := make(map[campaign.ID]campaign.Campaign)
	for _, c := range list {
		state, err := r.schedule(ctx, c, now)
		if err != nil {
			r.cfg.Log.Error("campaign could not be moved", "campaign", c.ID, "error", err)
			continue
		}
		if state == campaign.Running {
			running[c.ID] = c
		}
	}
	r.trunks.refresh(ctx, r.cfg, running)
	r.companies.refresh(ctx, r.cfg, running)
	r.keepLanes(running)
	r.endTerminated(ctx, running)
	return nil
}

// endTerminated ends the calls of campaigns that were terminated: the message that said so may have been lost, or have
// come before this dialer was there.
func (r *Runner) endTerminated(ctx context.Context, running map[campaign.ID]campaign.Campaign) {
	for id, owner := range r.cfg.Calls.LiveCampaigns() {
		if _, ok := running[id]; ok {
			continue
		}
		c, err := r.cfg.Store.Campaign(ctx, tenant.Of(owner), id)
		if err == nil && c.State == campaign.Finished {
			r.cfg.Calls.TerminateCampaign(id)
		}
	}
}

// schedule applies the clock to one campaign and returns its state afterwards.
func (r *Runner) schedule(ctx context.Context, c campaign.Campaign, now time.Time) (campaign.State, error) {
	open, _ := c.Window.Open(now)
	due := c.StartMode != campaign.Scheduled || !now.Before(c.StartAt)
	var action campaign.Action
	switch {
	case c.State == campaign.NotStarted && c.StartMode == campaign.Scheduled && due:
		action = campaign.Start
	case c.State == campaign.Scheduling && open && due:
		action = campaign.OpenWindow
	case c.State == campaign.Running && !open:
		action = campaign.CloseWindow
	default:
		return c.State, nil
	}
	return r.move(ctx, c, action, "", now)
}

// move changes a campaign's state and tells everybody.
func (r *Runner) move(ctx context.Context, c campaign.Campaign, a campaign.Action, reason string, now time.Time) (campaign.State, error) {
	from, to, err := campaign.Plan(a)
	if err != nil {
		return c.State, err
	}
	if err := r.cfg.Store.MoveCampaign(ctx, tenant.Of(c.Tenant), c.ID, from, to, reason, now); err != nil {
		switch {
		case errs.Is(err, errs.Conflict):
			return c.State, nil // somebody moved it meanwhile; the next look sees where to
		case errs.Is(err, errs.Limited): // it goes on when its company has robots again
			return c.State, r.hold(ctx, c, err.Error(), now)
		}
		return c.State, err
	}
	r.cfg.Log.Info("campaign moved", "campaign", c.ID, "state", to, "reason", reason)
	m := event.CampaignChanged{Tenant: c.Tenant, Campaign: c.ID, State: string(to), At: now}
	if err := r.cfg.Bus.Publish(ctx, m); err != nil {
		r.cfg.Log.Warn("campaign's change could not be published", "campaign", c.ID, "error", err)
	}
	return to, nil
}

// hold writes down why a campaign stays where it is, once for each reason.
func (r *Runner) hold(ctx context.Context, c campaign.Campaign, reason string, now time.Time) error {
	if c.Reason == reason {
		return nil
	}
	r.cfg.Log.Warn("campaign is not moved", "campaign", c.ID, "state", c.State, "reason", reason)
	err := r.cfg.Store.MoveCampaign(ctx, tenant.Of(c.Tenant), c.ID, []campaign.State{c.State}, c.State, reason, now)
	if errs.Is(err, errs.Conflict) {
		return nil
	}
	return err
}

// keepLanes starts lanes for campaigns that run, and ends those of campaigns that do not.
func (r *Runner) keepLanes(running map[campaign.ID]campaign.Campaign) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, l := range r.lanes {
		if _, ok := running[id]; !ok {
			l.halt()
			delete(r.lanes, id)
		}
	}
	for id, c := range running {
		if l := r.lanes[id]; l != nil {
			if !l.halted() {
				l.update(c)
				continue
			}
			delete(r.lanes, id)
		}
		l := newLane(r, c)
		r.lanes[id] = l
		r.wg.Add(1)
		go l.run()
	}
}

func (r *Runner) stopLanes() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, l := range r.lanes {
		l.halt()
	}
}
