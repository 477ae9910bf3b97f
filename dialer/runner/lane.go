package runner

import (
	"context"
	"math"
	"sync"
	"time"

	"github.com/outdial/outdial/dialer/callctl"
	"github.com/outdial/outdial/dialer/pacing"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
)

// lane is one campaign that dials: a goroutine that claims contacts while there is room and places their calls at the
// trunk's pace. It claims a little ahead, so that a slot which becomes free does not wait for the store.
type lane struct {
	r      *Runner
	began  time.Time
	ctx    context.Context
	cancel context.CancelFunc
	nudge  chan struct{}
	gate   sync.Mutex // held while a call is placed, so that none is after halt

	mu       sync.Mutex
	campaign campaign.Campaign
	reason   string // why it does not dial, as last written

	// ---- the goroutine's own
	stock   []call.ClaimedContact // claimed, not called yet
	supply  supply
	barren  time.Time // no claim before: the last one found too few
	nudged  bool      // since the last claim
	tempo   tempo
	fetched chan claims
}

// robotsReport is how long a new lane waits for the robots' reports, which come once a second, before it says that there
// are none.
const robotsReport = 3 * time.Second

func newLane(r *Runner, c campaign.Campaign) *lane {
	l := &lane{r: r, nudge: make(chan struct{}, 1), campaign: c, reason: c.Reason, fetched: make(chan claims, 1), began: r.cfg.Clock.Now()}
	l.ctx, l.cancel = context.WithCancel(r.ctx)
	return l
}

func (l *lane) wake() {
	select {
	case l.nudge <- struct{}{}:
	default:
	}
}

// halt ends the lane: when it returns, no further call is placed.
func (l *lane) halt() {
	l.cancel()
	l.gate.Lock()
	defer l.gate.Unlock()
}

func (l *lane) halted() bool { return l.ctx.Err() != nil }

func (l *lane) update(c campaign.Campaign) {
	l.mu.Lock()
	l.campaign = c
	l.mu.Unlock()
}

func (l *lane) current() campaign.Campaign {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.campaign
}

func (l *lane) run() {
	defer l.r.wg.Done()
	defer l.clear()
	for l.ctx.Err() == nil {
		pause := l.turn()
		if pause <= 0 {
			continue
		}
		t := l.r.cfg.Clock.NewTimer(pause)
		select {
		case <-l.ctx.Done():
		case c := <-l.fetched:
			l.take(c)
		case <-l.nudge:
			l.nudged = true
		case <-t.Chan():
		}
		t.Stop()
	}
}

// turn claims and places what there is room for, and says how long to wait before the next turn unless woken.
func (l *lane) turn() time.Duration {
	l.collect()
	c := l.current()
	limits, ok := l.limits(c)
	if !ok {
		l.giveBack()
		return lookEvery
	}
	used := l.r.cfg.Calls.Slots(c.Tenant, c.ID, c.Trunk)
	free := pacing.Free(pacing.Room{
		Robots: limits.Campaign, CampaignLive: used.Campaign, CompanyLimit: limits.Company, CompanyLive: used.Company, TrunkLimit: limits.Trunk, TrunkLive: used.Trunk,
		RobotLimit: limits.All, RobotLive: used.All,
	})
	if limits.Company >= 0 && used.Company >= limits.Company && used.Campaign == 0 {
		l.explain(robotsTaken)
	}
	more := moreOf(limits, used) - free
	wait := l.restock(c, free, more)
	for free > 0 && len(l.stock) > 0 {
		if !l.place(c, l.stock[0], limits) {
			return lookEvery
		}
		l.stock, free = l.stock[1:], free-1
		l.collect()
		l.restock(c, free, more)
	}
	return wait // the end of a call wakes the lane before that
}

// limits are the slots that the campaign may use at most; not ok when it cannot dial now.
func (l *lane) limits(c campaign.Campaign) (callctl.Slots, bool) {
	t, others, ok := l.r.trunks.get(c.Trunk)
	if !ok {
		l.explain("the trunk cannot be read")
		return callctl.Slots{}, false
	}
	if err := l.r.cfg.SwitchUp(); err != nil {
		l.explain("the switch cannot be reached")
		return callctl.Slots{}, false
	}
	robots := l.r.cfg.Calls.RobotCapacity()
	if robots == 0 {
		if l.r.cfg.Clock.Now().Sub(l.began) > robotsReport {
			l.explain("no robot is running")
		}
		return callctl.Slots{}, false
	}
	if open, _ := c.Window.Open(l.r.cfg.Clock.Now()); !open {
		return callctl.Slots{}, false // the next review writes it down
	}
	return callctl.Slots{Campaign: c.Robots, Company: l.r.companies.limit(c.Tenant), Trunk: t.Concurrency - others, All: robots}, true
}

// robotsTaken is why a campaign does not dial whose company's robots are in other campaigns' calls.
const robotsTaken = "all robots of the company are in calls of its other campaigns"

// moreOf is how many further calls the company's robots are for.
func moreOf(limits, used callctl.Slots) int {
	if limits.Company < 0 {
		return math.MaxInt
	}
	return max(limits.Company-used.Company, 0)
}

// place waits for the trunk's next start and places one call; false when it could not be placed now.
func (l *lane) place(c campaign.Campaign, k call.ClaimedContact, limits callctl.Slots) bool {
	at := l.r.trunks.reserve(c.Trunk, l.r.cfg.Clock.Now())
	if clock.Sleep(l.ctx, l.r.cfg.Clock, at.Sub(l.r.cfg.Clock.Now())) != nil || l.r.cfg.SwitchUp() != nil {
		return false
	}
	if open, _ := c.Window.Open(l.r.cfg.Clock.Now()); !open {
		return false
	}
	t, _, _ := l.r.trunks.get(c.Trunk)
	l.gate.Lock()
	defer l.gate.Unlock()
	if l.ctx.Err() != nil {
		return false
	}
	err := l.r.cfg.Calls.Place(callctl.Placement{Claimed: k, Campaign: c, Trunk: t, Limits: &limits})
	if err != nil {
		if !errs.Is(err, errs.Limited) {
			l.r.cfg.Log.Error("call could not be placed", "attempt", k.Attempt.UUID, "error", err)
		}
		return false
	}
	l.tempo.count(l.r.cfg.Clock.Now())
	return true
}

// explain writes down why the campaign runs and does not dial, once for each reason.
func (l *lane) explain(reason string) {
	l.mu.Lock()
	same := l.reason == reason
	l.reason = reason
	c := l.campaign
	l.mu.Unlock()
	if same {
		return
	}
	if reason != "" {
		l.r.cfg.Log.Warn("campaign does not dial", "campaign", c.ID, "reason", reason)
	}
	err := l.r.cfg.Store.MoveCampaign(l.ctx, tenant.Of(c.Tenant), c.ID, []campaign.State{campaign.Running}, campaign.Running, reason, l.r.cfg.Clock.Now())
	if err != nil && l.ctx.Err() == nil {
		l.r.cfg.Log.Debug("reason could not be written", "campaign", c.ID, "error", err)
	}
}
