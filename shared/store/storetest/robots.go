package storetest

import (
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/store"
	"github.com/outdial/outdial/shared/tenant"
)

func (w *tree) use(id tenant.ID) tenant.RobotUse {
	w.t.Helper()
	u, err := w.s.RobotUse(w.t.Context(), tenant.Of(id), id)
	must(w.t, err)
	return u
}

// robots makes a campaign that asks for n of them.
func (w *world) robots(name string, n int) campaign.ID {
	w.t.Helper()
	id := w.campaign(name)
	c, err := w.s.Campaign(w.t.Context(), w.scope, id)
	must(w.t, err)
	seen := c.Version()
	c.Robots = n
	must(w.t, w.s.UpdateCampaign(w.t.Context(), w.scope, c, seen))
	return id
}

func (w *world) start(id campaign.ID) error {
	return w.s.MoveCampaign(w.t.Context(), w.scope, id, []campaign.State{campaign.NotStarted, campaign.Paused}, campaign.Running, "", t0)
}

func testAllotRobots(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := newTree(t, s)
	above := tenant.Of(w.operator.ID)
	allot := func(id tenant.ID, r tenant.Robots) error { return s.AllotRobots(ctx, above, id, r) }
	if u := w.use(w.merchant.ID); u != (tenant.RobotUse{}) || u.Free().Limited {
		t.Errorf("a company that nobody limited has %+v", u)
	}
	wantKind(t, allot(w.merchant.ID, tenant.Only(-1)), errs.Invalid, "fewer than none")
	wantKind(t, allot(w.merchant.ID, tenant.Only(tenant.MostRobots+1)), errs.Invalid, "too many")
	wantKind(t, allot(w.operator.ID, tenant.Only(5)), errs.NotFound, "its own")
	wantKind(t, s.AllotRobots(ctx, tenant.Of(w.other.ID), w.merchant.ID, tenant.Only(5)), errs.NotFound, "another reseller's")
	wantKind(t, s.AllotRobots(ctx, tenant.Of(w.merchant.ID), w.merchant.ID, tenant.Only(5)), errs.NotFound, "by itself")

	// From below up: whoever has a limit has given nobody any number.
	wantKind(t, allot(w.reseller.ID, tenant.Only(10)), errs.Invalid, "a limit above a company without one")
	must(t, allot(w.merchant.ID, tenant.Only(4)))
	must(t, allot(w.deeper.ID, tenant.Only(6)))
	must(t, allot(w.reseller.ID, tenant.Only(10)))
	must(t, allot(w.reseller.ID, tenant.Only(10)))
	wantKind(t, allot(w.deeper.ID, tenant.Robots{}), errs.Invalid, "any number out of ten")
	wantKind(t, allot(w.deeper.ID, tenant.Only(11)), errs.Invalid, "more than the one above has")
	must(t, allot(w.deeper.ID, tenant.Only(10)))
	wantKind(t, allot(w.reseller.ID, tenant.Only(9)), errs.Invalid, "fewer than were given on")
	must(t, allot(w.deeper.ID, tenant.Only(6)))
	second := tenant.Tenant{Parent: w.reseller.ID, Kind: tenant.Merchant, Name: "第二家", Zone: "UTC", Robots: tenant.Only(5)}
	wantKind(t, s.CreateTenant(ctx, tenant.Platform(), &second), errs.Invalid, "founded with more than are left")
	second.Robots = tenant.Robots{}
	wantKind(t, s.CreateTenant(ctx, tenant.Platform(), &second), errs.Invalid, "founded with any number")
	second.Robots = tenant.Only(3)
	must(t, s.CreateTenant(ctx, tenant.Platform(), &second))
	wantKind(t, allot(second.ID, tenant.Only(5)), errs.Invalid, "more than its brothers leave")
	must(t, allot(second.ID, tenant.Only(4)))

	// What a company reserves for its own campaigns cannot be given on or taken away.
	own, err := s.Tenant(ctx, tenant.Platform(), w.deeper.ID)
	must(t, err)
	office := worldOf(t, s, own)
	must(t, office.start(office.robots("自用", 2)))
	if u := w.use(w.deeper.ID); u != (tenant.RobotUse{Robots: tenant.Only(6), Given: 4, Reserved: 2}) || u.Free() != tenant.Only(0) || u.Own() != tenant.Only(2) {
		t.Errorf("the reseller's robots are %+v", u)
	}
	wantKind(t, allot(w.merchant.ID, tenant.Only(5)), errs.Invalid, "what the one above uses itself")
	wantKind(t, allot(w.deeper.ID, tenant.Only(5)), errs.Invalid, "fewer than are given and used")
	c, err := s.Company(ctx, above, w.deeper.ID)
	must(t, err)
	if c.Robots != tenant.Only(6) || c.RobotsGiven != 4 || c.RobotsReserved != 2 {
		t.Errorf("the company reads %+v", c)
	}
	changed := c.Tenant
	changed.Robots = tenant.Only(100)
	must(t, s.UpdateCompany(ctx, above, changed))
	if got := w.use(w.deeper.ID).Robots; got != tenant.Only(6) {
		t.Errorf("a change of the company's name gave it %+v robots", got)
	}
}

func testReserveRobots(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := newTree(t, s)
	must(t, s.AllotRobots(ctx, tenant.Of(w.operator.ID), w.merchant.ID, tenant.Only(5)))
	shop := worldOf(t, s, w.merchant)
	a, b := shop.robots("甲", 3), shop.robots("乙", 3)
	must(t, shop.start(a))
	wantKind(t, shop.start(b), errs.Limited, "three robots of two")
	wantKind(t, s.MoveCampaign(ctx, shop.scope, b, []campaign.State{campaign.NotStarted}, campaign.Scheduling, "", t0), errs.Limited, "three robots of two for later")
	if c, err := s.Campaign(ctx, shop.scope, b); err != nil || c.State != campaign.NotStarted {
		t.Errorf("the refused campaign is %s (%v)", c.State, err)
	}
	// A running one takes no more than there are, may shrink, and starts again within its own.
	c, err := s.Campaign(ctx, shop.scope, a)
	must(t, err)
	c.Robots = 6
	wantKind(t, s.UpdateCampaign(ctx, shop.scope, c, c.Version()), errs.Limited, "a running campaign grows too far")
	c.Robots = 2
	must(t, s.UpdateCampaign(ctx, shop.scope, c, c.Version()))
	must(t, shop.start(b))
	must(t, s.MoveCampaign(ctx, shop.scope, a, []campaign.State{campaign.Running}, campaign.Scheduling, "", t0))
	must(t, s.MoveCampaign(ctx, shop.scope, a, []campaign.State{campaign.Scheduling}, campaign.Running, "", t0))
	must(t, s.MoveCampaign(ctx, shop.scope, b, []campaign.State{campaign.Running}, campaign.Paused, "", t0))
	if u := w.use(w.merchant.ID); u.Reserved != 2 {
		t.Errorf("a paused campaign keeps its robots: %+v", u)
	}

	// Of many that start at once, as many as fit.
	must(t, s.MoveCampaign(ctx, shop.scope, a, []campaign.State{campaign.Running}, campaign.Paused, "", t0))
	var many [8]campaign.ID
	for i := range many {
		many[i] = shop.robots(fmt.Sprint("同时", i), 2)
	}
	var started atomic.Int32
	together(t, len(many), func(i int) error {
		err := shop.start(many[i])
		if err == nil {
			started.Add(1)
		} else if !errs.Is(err, errs.Limited) {
			return err
		}
		return nil
	})
	if started.Load() != 2 || w.use(w.merchant.ID).Reserved != 4 {
		t.Errorf("%d campaigns of two robots run on five", started.Load())
	}
}

// A start, and a giving-on of the same robots, never both succeed.
func testAllotAndStartAtOnce(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := newTree(t, s)
	above := tenant.Of(w.operator.ID)
	must(t, s.AllotRobots(ctx, above, w.merchant.ID, tenant.Only(0)))
	must(t, s.AllotRobots(ctx, above, w.deeper.ID, tenant.Only(4)))
	own, err := s.Tenant(ctx, tenant.Platform(), w.deeper.ID)
	must(t, err)
	office := worldOf(t, s, own)
	camp := office.robots("自用", 3)
	for range 10 {
		together(t, 2, func(i int) error {
			var err error
			if i == 0 {
				err = s.AllotRobots(ctx, above, w.merchant.ID, tenant.Only(2))
			} else {
				err = office.start(camp)
			}
			if err != nil && !errs.Is(err, errs.Limited) && !errs.Is(err, errs.Invalid) {
				return err
			}
			return nil
		})
		u := w.use(w.deeper.ID)
		if u.Given+u.Reserved != 2 && u.Given+u.Reserved != 3 {
			t.Fatalf("after both at once: %+v", u)
		}
		must(t, s.AllotRobots(ctx, above, w.merchant.ID, tenant.Only(0)))
		if u.Reserved > 0 {
			must(t, s.MoveCampaign(ctx, office.scope, camp, []campaign.State{campaign.Running}, campaign.Paused, "", t0))
		}
	}
}

// testClaimRobots has several dialers and campaigns claim for one company at once.
func testClaimRobots(t *testing.T, s *store.Store) {
	ctx, all := t.Context(), tenant.Platform()
	w := newTree(t, s)
	must(t, s.AllotRobots(ctx, tenant.Of(w.operator.ID), w.merchant.ID, tenant.Only(10)))
	shop, beside := worldOf(t, s, w.merchant), worldOf(t, s, w.their)
	shop.contacts(30)
	beside.contacts(5)
	first := shop.camp
	shop.camp = shop.campaign("第二个")
	shop.contacts(30)
	var bounded atomic.Int32
	claim := func(holder int, c campaign.ID, limit int) []call.ClaimedContact {
		t.Helper()
		r := shop.request(limit)
		r.Campaign, r.Holder, r.Bounded = c, fmt.Sprint("dialer-", holder), func() { bounded.Add(1) }
		got, err := s.Claim(ctx, all, r)
		must(t, err)
		return got
	}
	got := make(chan call.ClaimedContact, 100)
	together(t, 8, func(i int) error {
		c := first
		if i%2 == 0 {
			c = shop.camp
		}
		for _, k := range claim(i%4, c, 3) {
			got <- k
		}
		return nil
	})
	if len(got) != 10 || bounded.Load() == 0 {
		t.Fatalf("%d contacts are claimed for ten robots; %d claims heard of the limit", len(got), bounded.Load())
	}
	bounded.Store(0)
	if n := len(claim(1, first, 5)); n != 0 || bounded.Load() != 1 {
		t.Errorf("%d more were claimed", n)
	}
	if n := len(beside.claim(5)); n != 5 {
		t.Errorf("another company claimed %d of 5", n)
	}
	one, two := <-got, <-got
	must(t, s.Release(ctx, all, one.Attempt.UUID, t0))
	if n := len(claim(1, first, 5)); n != 1 {
		t.Errorf("%d were claimed for the robot that came back", n)
	}

	mine, err := s.LiveBeside(ctx, shop.scope, "")
	must(t, err)
	if mine != 0 {
		t.Errorf("%d calls before the first", mine)
	}
	shop.camp = two.Attempt.Campaign
	must(t, s.BeginDialing(ctx, all, shop.aCall(two)))
	for holder, want := range map[string]int{"": 1, "somebody": 1, two.Attempt.Holder: 0} {
		if n, err := s.LiveBeside(ctx, shop.scope, holder); err != nil || n != want {
			t.Errorf("%d calls beside %q, want %d (%v)", n, holder, want, err)
		}
	}
	if n, err := s.LiveBeside(ctx, beside.scope, ""); err != nil || n != 0 {
		t.Errorf("another company has %d calls (%v)", n, err)
	}
	// Robots that were given on are not there to be used.
	must(t, s.FinishCall(ctx, all, end(shop.aCall(two))))
	if n := len(claim(1, first, 5)); n != 1 {
		t.Errorf("%d were claimed after a call's end, want 1", n)
	}
}
