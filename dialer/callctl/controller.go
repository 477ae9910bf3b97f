package callctl

import (
	"context"
	"fmt"
	"log/slog"
	"path"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/agent"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/dnc"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/listening"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/transcript"
	"github.com/outdial/outdial/shared/trunk"
)

// Store is what calls read and write.
type Store interface {
	call.Store
	dnc.Screen
	Contact(ctx context.Context, scope tenant.Scope, id contact.ID) (contact.Contact, error)
	Campaign(ctx context.Context, scope tenant.Scope, id campaign.ID) (campaign.Campaign, error)
	Trunk(ctx context.Context, scope tenant.Scope, id trunk.ID) (trunk.Trunk, error)
	Turns(ctx context.Context, scope tenant.Scope, id call.UUID) ([]transcript.Turn, error)
	AgentGroup(ctx context.Context, scope tenant.Scope, id agent.GroupID) (agent.Group, error)
	AgentsOf(ctx context.Context, scope tenant.Scope, ids ...agent.GroupID) (map[agent.GroupID][]agent.Agent, error)
	OwnExtension(ctx context.Context, scope tenant.Scope, extension string) error
	AgentCalled(ctx context.Context, scope tenant.Scope, id access.UserID, at time.Time) error
	Listening(ctx context.Context, scope tenant.Scope, id listening.ID) (listening.Listening, error)
	OpenListenings(ctx context.Context, scope tenant.Scope, holder string) ([]listening.Listening, error)
	MoveListening(ctx context.Context, scope tenant.Scope, l listening.Listening) error
	Conversation(ctx context.Context, scope tenant.Scope, id call.UUID) (transcript.Conversation, error)
}

// Config is what a Controller is made of.
type Config struct {
	Line  Line
	Store Store
	Bus   event.Bus
	// Holder is the dialer's name, under which it owns attempts.
	Holder string
	Lease  time.Duration
	// LongestCall bounds every answered call.
	LongestCall time.Duration
	// RecordingsDir is the recordings folder as the switch sees it.
	RecordingsDir string
	// Ended is told of every call whose slots are free again; it must not block.
	Ended func(c contact.CampaignID)
	Clock clock.Clock
	Log   *slog.Logger
}

// Controller owns the calls of one dialer.
type Controller struct {
	cfg    Config
	reg    *registry
	robots *robotPool
	phones telephones
	out    *publisher
	bus    busPulse

	complained atomic.Int64 // the second in which the last lost message was noted

	// epoch counts the connections to the switch: a call placed in an earlier one is checked when a new one is up.
	epoch atomic.Int64

	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup // sessions and loops
	closed atomic.Bool

	placed, ended, withheld atomic.Int64
}

// New makes a controller; Start sets it going.
func New(cfg Config) *Controller {
	if cfg.Ended == nil {
		cfg.Ended = func(contact.CampaignID) {}
	}
	c := &Controller{cfg: cfg, reg: newRegistry(), robots: newRobotPool()}
	c.out = newPublisher(cfg.Bus, c.publishFailed)
	c.ctx, c.cancel = context.WithCancel(context.Background())
	return c
}

// Start listens to the robots and keeps leases; it returns once it hears what is said from now on.
func (c *Controller) Start(ctx context.Context) error {
	messages, err := c.cfg.Bus.Subscribe(c.ctx, event.KindConversationEnded, event.KindTransferRequested, event.KindRobotsAlive,
		event.KindLineStatus, event.KindListeningWished)
	if err != nil {
		return fmt.Errorf("dialer cannot hear the robots: %w", err)
	}
	c.wg.Add(3)
	go c.listen(messages)
	go c.tend()
	go c.watchListenings()
	go c.out.run() // ends after the calls, which tell it their last
	return nil
}

// Placement is one call to place.
type Placement struct {
	Claimed  call.ClaimedContact
	Campaign campaign.Campaign
	Trunk    trunk.Trunk
	// Limits are the most slots that may be in use with this call; nil for no limit.
	Limits *Slots
}

// Reserve notes attempts that were claimed and wait to be placed, so that the reconciler leaves them alone.
func (c *Controller) Reserve(id call.UUID) { c.reg.reserve(id) }

// GiveBack releases an attempt that was not placed after all.
func (c *Controller) GiveBack(ctx context.Context, id call.UUID, notBefore time.Time) {
	if err := c.cfg.Store.Release(ctx, tenant.Platform(), id, notBefore); err != nil && !errs.Is(err, errs.Conflict) {
		c.cfg.Log.Error("claimed contact could not be given back; the reconciler will", "attempt", id, "error", err)
	}
	c.reg.unreserve(id)
}

// Place takes the slots and starts the call in a goroutine of its own. It does not wait for the switch. A placement that
// would exceed its limits is refused as errs.Limited: lanes that share a trunk may each have seen the last free channel.
func (c *Controller) Place(p Placement) error {
	if c.closed.Load() {
		return errs.New(errs.Unavailable, "the dialer is shutting down")
	}
	leg, err := uuid.NewV7()
	if err != nil {
		return fmt.Errorf("make an id for the robot's leg: %w", err)
	}
	at := p.Claimed.Attempt
	s := newSession(c, call.Call{
		UUID: at.UUID, Tenant: at.Tenant, Campaign: at.Campaign, Contact: at.Contact, Ordinal: at.Ordinal,
		Script: p.Campaign.Speaks, Trunk: p.Trunk.ID, RobotLeg: call.UUID(leg.String()),
		Number: p.Claimed.Contact.Number, Name: p.Claimed.Contact.Name, Customer: contact.Customer(p.Claimed.Contact.Vars), CallerID: p.Trunk.CallerID,
		State: call.Created,
		// One folder a campaign and day keeps folders small; the name is the call's own.
		Recording: path.Join(fmt.Sprint(int64(at.Campaign)), c.cfg.Clock.Now().UTC().Format("20060102"), string(at.UUID)+".wav"),
	})
	s.trunk, s.redial, s.ownFaults, s.attempts, s.dnc = p.Trunk, p.Campaign.Redial, p.Claimed.Contact.OwnFaults, at.Ordinal, p.Campaign.DNC
	s.endOn = p.Campaign.EndOn
	if err := c.reg.add(s, p.Limits); err != nil {
		return err
	}
	c.placed.Add(1)
	c.wg.Add(1)
	go s.run()
	return nil
}

// Slots are those in use now.
func (c *Controller) Slots(owner tenant.ID, campaignID contact.CampaignID, t trunk.ID) Slots {
	return c.reg.slots(owner, campaignID, t)
}

// RobotCapacity is how many calls of this dialer the dialogue processes can hold; zero when none is alive.
func (c *Controller) RobotCapacity() int { return c.robots.capacity() }

// Stats counts calls since the start.
type Stats struct {
	Placed, Ended, Open int64
	// Withheld contacts were not called because their number is on a do-not-call list.
	Withheld int64
}

// Stats reads the counters.
func (c *Controller) Stats() Stats {
	return Stats{Placed: c.placed.Load(), Ended: c.ended.Load(), Open: int64(c.reg.slots(0, 0, 0).All), Withheld: c.withheld.Load()}
}

// LiveCampaigns are those that have calls under way.
func (c *Controller) LiveCampaigns() map[contact.CampaignID]tenant.ID { return c.reg.campaigns() }

// TerminateCampaign ends the campaign's calls at once.
func (c *Controller) TerminateCampaign(id contact.CampaignID) {
	for _, s := range c.reg.all(func(s *session) bool { return s.call.Campaign == id }) {
		s.send(input{event: call.EvTerminate, forced: call.EndTerminated})
	}
}

// listen passes on what the robots report.
func (c *Controller) listen(messages <-chan event.Message) {
	defer c.wg.Done()
	for m := range messages {
		c.bus.beat(c.cfg.Clock.Now())
		switch m := m.(type) {
		case event.ConversationEnded:
			if s := c.reg.get(m.Call); s != nil {
				s.send(input{conversationEnded: true})
			}
		case event.TransferRequested:
			if s := c.reg.get(m.Call); s != nil {
				s.send(input{transfer: &m})
			}
		case event.LineStatus:
			if s := c.reg.get(m.Call); s != nil && m.Verdict.Valid() {
				s.send(input{line: &m.Verdict})
			}
		case event.ListeningWished:
			if s := c.reg.get(m.Call); s != nil {
				s.send(input{wished: m.Listening})
			}
		case event.RobotsAlive:
			c.robotsGone(c.robots.hear(m))
		}
	}
}

// robotsGone ends the calls whose robots died with their process.
func (c *Controller) robotsGone(tokens []string) {
	for _, token := range tokens {
		lost := c.reg.all(func(s *session) bool { return s.robotToken.Load() == token })
		c.cfg.Log.Warn("a dialogue process is gone; its calls end", "process", token, "calls", len(lost))
		for _, s := range lost {
			s.send(input{event: call.EvRobotGone, forced: call.EndRobotLost})
		}
	}
}

// tend keeps leases alive, notices dead robots and takes over what nobody owns any more.
func (c *Controller) tend() {
	defer c.wg.Done()
	tick := c.cfg.Clock.NewTicker(time.Second)
	defer tick.Stop()
	every := max(int(c.cfg.Lease/(4*time.Second)), 1)
	last := c.cfg.Clock.Now()
	for n := 1; ; n++ {
		select {
		case <-c.ctx.Done():
			return
		case <-tick.Chan():
		}
		now := c.cfg.Clock.Now()
		// After a stall of this very process the robots' reports are still in the queue, and without Redis they cannot
		// come: their silence says nothing then.
		if passed := now.Sub(last); passed < 2*time.Second && c.bus.alive(now) {
			c.robotsGone(c.robots.expire(passed))
		}
		last = now
		c.out.send(pulse(c.cfg.Holder))
		if n%every != 0 {
			continue
		}
		until := c.cfg.Clock.Now().Add(c.cfg.Lease)
		if err := c.cfg.Store.RenewLeases(c.ctx, tenant.Platform(), c.cfg.Holder, until); err != nil && c.ctx.Err() == nil {
			c.cfg.Log.Error("leases of live calls could not be renewed", "error", err)
			continue
		}
		if c.epoch.Load() > 0 {
			c.sweep(c.ctx)
		}
	}
}

// Close ends the controller. With drain every call is ended first, as when the switch goes down with the dialer;
// without, calls go on in the switch and the next dialer of this name adopts them.
func (c *Controller) Close(ctx context.Context, drain bool) {
	c.closed.Store(true)
	if drain {
		for _, s := range c.reg.all(func(*session) bool { return true }) {
			s.send(input{event: call.EvTerminate, forced: call.EndShutdown})
		}
		for {
			idle, empty := c.reg.waitIdle()
			if empty {
				break
			}
			select {
			case <-idle:
				continue
			case <-ctx.Done():
			}
			break
		}
	}
	c.cancel()
	c.wg.Wait()
	c.out.close()
}
