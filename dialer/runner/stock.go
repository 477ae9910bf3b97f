package runner

import (
	"context"
	"sync"
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
)

const (
	// mostAhead bounds what a lane holds beyond the slots that are free.
	mostAhead = 100
	// mostAtOnce bounds one claim.
	mostAtOnce = 200
	// claimPatience bounds a claim, which a halted lane waits for: what it reserved must be given back.
	claimPatience = 5 * time.Second
	// barrenFor is how long a lane does not ask again after a claim that found fewer contacts than asked for.
	barrenFor = 200 * time.Millisecond
)

// claims is what one claim came to.
type claims struct {
	asked    int
	claimed  []call.ClaimedContact
	bounded  bool // the company's robots left room for fewer
	screened int  // contacts that ended because their number is on a do-not-call list
	err      error
}

// supply is the one claim that may be under way.
type supply struct {
	busy bool
	wg   sync.WaitGroup
}

// tempo measures how many calls a lane starts in a second.
type tempo struct {
	begin     time.Time
	now, last int
}

func (t *tempo) count(at time.Time) {
	t.roll(at)
	t.now++
}

func (t *tempo) roll(at time.Time) {
	switch passed := at.Sub(t.begin); {
	case passed >= 2*time.Second:
		t.begin, t.now, t.last = at, 0, 0
	case passed >= time.Second:
		t.begin, t.now, t.last = t.begin.Add(time.Second), 0, t.now
	}
}

// ahead is how many contacts are worth holding in advance: what is called in a quarter of a second. A slow campaign holds
// none, so that no contact stands reserved for minutes.
func (t *tempo) ahead(at time.Time) int {
	t.roll(at)
	return min(max(t.last, t.now)/4, mostAhead)
}

// restock claims beside the lane's work when free slots and pace ask for more than it holds, and says how long to wait
// when there is nothing else to do. No more than spare are claimed ahead: a contact that is claimed takes a robot of its company.
func (l *lane) restock(c campaign.Campaign, free, spare int) time.Duration {
	now := l.r.cfg.Clock.Now()
	ahead := min(l.tempo.ahead(now), spare)
	want := free + ahead - len(l.stock)
	switch {
	case l.supply.busy, want <= 0, len(l.stock) > free && want < (ahead+1)/2: // a few missing are not worth a round trip
		return lookEvery
	case now.Before(l.barren) && l.nudged: // a call that ended may have been the last one
		return l.barren.Sub(now)
	case now.Before(l.barren):
		return lookEvery
	}
	l.nudged = false
	t, _, _ := l.r.trunks.get(c.Trunk)
	want = min(want, max(1, int(t.CPS)), mostAtOnce)
	l.supply.busy = true
	l.supply.wg.Add(1)
	go func() {
		defer l.supply.wg.Done()
		// Not cut short by halt: a claim whose answer is not heard would stand until its lease runs out.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(l.ctx), claimPatience)
		defer cancel()
		screened, bounded := 0, false
		claimed, err := l.r.cfg.Store.Claim(ctx, tenant.Of(c.Tenant), call.ClaimRequest{
			Campaign: c.ID, Limit: want, Holder: l.r.cfg.Holder, Now: now, Lease: l.r.cfg.Lease,
			Screened: func(n int) { screened = n }, Bounded: func() { bounded = true },
		})
		for _, k := range claimed {
			l.r.cfg.Calls.Reserve(k.Attempt.UUID)
		}
		l.fetched <- claims{asked: want, claimed: claimed, bounded: bounded, screened: screened, err: err}
	}()
	return lookEvery
}

// collect takes a claim's result when there is one.
func (l *lane) collect() {
	select {
	case c := <-l.fetched:
		l.take(c)
	default:
	}
}

func (l *lane) take(r claims) {
	l.supply.busy = false
	c := l.current()
	switch {
	case errs.Is(r.err, errs.Conflict): // its company is banned, and the campaign is paused in a moment
		l.barren = l.r.cfg.Clock.Now().Add(lookEvery)
		if l.ctx.Err() == nil {
			l.explain("the company is banned")
		}
	case r.err != nil:
		l.barren = l.r.cfg.Clock.Now().Add(lookEvery)
		if l.ctx.Err() == nil {
			l.r.cfg.Log.Error("contacts cannot be claimed", "campaign", c.ID, "error", r.err)
			l.explain("the database does not answer")
		}
	case len(r.claimed) < r.asked && r.screened == 0: // a claim full of numbers not to call says nothing of those behind them
		l.barren = l.r.cfg.Clock.Now().Add(barrenFor)
	}
	l.stock = append(l.stock, r.claimed...)
	if r.screened > 0 {
		l.r.cfg.Calls.CountWithheld(r.screened)
		l.r.cfg.Log.Info("contacts are not called: their numbers are on a do-not-call list", "campaign", c.ID, "contacts", r.screened, "disposition", call.DNC)
		l.wake()
	}
	switch {
	case len(r.claimed) > 0:
		l.explain("")
	case r.bounded: // it says nothing of how many contacts are left
	case r.err == nil && r.screened == 0 && len(l.stock) == 0 && l.ctx.Err() == nil:
		l.complete(c)
	}
}

// clear gives back what a lane holds at its end, a claim that is still under way included.
func (l *lane) clear() {
	l.supply.wg.Wait()
	l.collect()
	l.giveBack()
}

// giveBack returns contacts that were claimed and not called. It outlives the lane, which may be what was halted.
func (l *lane) giveBack() {
	if len(l.stock) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(l.ctx), claimPatience)
	defer cancel()
	now := l.r.cfg.Clock.Now()
	var each sync.WaitGroup // one after the other would take as many commits
	for _, k := range l.stock {
		each.Go(func() { l.r.cfg.Calls.GiveBack(ctx, k.Attempt.UUID, now) })
	}
	each.Wait()
	l.stock = nil
}

// complete finishes the campaign when no contact waits or is being called. A campaign without contacts stays open: they
// may be still to come. So does one that others hand contacts to; they are looked for before the contacts are counted, since
// what the last of them handed on stood here before it finished.
func (l *lane) complete(c campaign.Campaign) {
	feeders, err := l.r.cfg.Store.FeedersAlive(l.ctx, tenant.Of(c.Tenant), c.ID)
	if err != nil {
		return
	}
	p, err := l.r.cfg.Store.CampaignProgress(l.ctx, tenant.Of(c.Tenant), c.ID)
	if err != nil || p.Waiting > 0 || p.Calling > 0 {
		return
	}
	if p.Total == 0 {
		l.explain("there are no contacts")
		return
	}
	if feeders > 0 {
		l.explain("a campaign that hands its contacts to this one is under way")
		return
	}
	imports, err := l.r.cfg.Store.Imports(l.ctx, tenant.Of(c.Tenant), c.ID)
	if err != nil {
		return
	}
	for _, i := range imports {
		if i.State == contact.ImportQueued || i.State == contact.ImportRunning {
			l.explain("an import is under way")
			return
		}
	}
	if _, err := l.r.move(l.ctx, c, campaign.Complete, "all contacts are finished", l.r.cfg.Clock.Now()); err != nil && l.ctx.Err() == nil {
		l.r.cfg.Log.Error("campaign could not be finished", "campaign", c.ID, "error", err)
	}
}
