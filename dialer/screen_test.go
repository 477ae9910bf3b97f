package dialer_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/outdial/outdial/dialer"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/dnc"
	"github.com/outdial/outdial/shared/store"
	"github.com/outdial/outdial/shared/tenant"
)

// listing is a store that lets a test act between a claim and the call.
type listing struct {
	*store.Store
	claimed func([]call.ClaimedContact)
	fail    atomic.Int64 // look-ups that fail from now on
}

func (l *listing) Claim(ctx context.Context, scope tenant.Scope, r call.ClaimRequest) ([]call.ClaimedContact, error) {
	got, err := l.Store.Claim(ctx, scope, r)
	if l.claimed != nil && len(got) > 0 {
		l.claimed(got)
	}
	return got, err
}

func (l *listing) Listed(ctx context.Context, scope tenant.Scope, p dnc.Policy, n []contact.Number, now time.Time) (map[contact.Number]bool, error) {
	if l.fail.Add(-1) >= 0 {
		return nil, errors.New("the lists cannot be read")
	}
	return l.Store.Listed(ctx, scope, p, n, now)
}

func (r *rig) forbid(numbers ...contact.Number) dnc.Group {
	r.t.Helper()
	g := dnc.Group{Tenant: r.tenant.ID, Name: "complaints", CreatedAt: time.Now()}
	must(r.t, r.store.CreateGroup(context.Background(), r.scope(), &g))
	for _, n := range numbers {
		must(r.t, r.store.AddNumber(context.Background(), r.scope(), &dnc.Number{Tenant: r.tenant.ID, Group: g.ID, Number: n, CreatedAt: time.Now()}))
	}
	return g
}

// uncalled checks that a contact ended without a call and that the carrier never heard of it.
func (r *rig) uncalled(c contact.Contact) {
	r.t.Helper()
	now, err := r.store.Contact(context.Background(), r.scope(), c.ID)
	must(r.t, err)
	if now.State != contact.Finished || now.Disposition != string(call.DNC) || now.Attempts != 0 {
		r.t.Errorf("contact with a listed number stands as %+v", now)
	}
	for _, k := range r.sim.Calls() {
		if k.Number == c.Number.String() {
			r.t.Errorf("%s is listed and was called", c.Number)
		}
	}
}

func filtered(c *campaign.Campaign) { c.DNC.Enabled = true }

func TestListedNumbersAreNotCalled(t *testing.T) {
	t.Parallel()
	r := newRig(t, settings{})
	line := r.trunk()
	c, open := r.campaign(line, filtered), r.campaign(line)
	people := r.contacts(c, "busy", 30)
	r.forbid(people[0].Number, people[7].Number, people[29].Number)
	also := contact.Contact{Tenant: r.tenant.ID, Campaign: open.ID, Number: people[0].Number, State: contact.Waiting, CreatedAt: time.Now()}
	d := r.dialer()
	r.act(c, campaign.Start)
	r.finished(c)
	r.settled(d, c)
	for _, i := range []int{0, 7, 29} {
		r.uncalled(people[i])
	}
	if n, p := len(r.calls(c)), r.progress(c); n != 27 || p.Finished != 30 || d.Calls().Withheld != 3 {
		t.Errorf("%d calls, progress %+v, %d withheld; want 27 calls, 30 finished, 3 withheld", n, p, d.Calls().Withheld)
	}
	if !strings.Contains(r.lines.String(), "do-not-call") {
		t.Error("the log says nothing of contacts that were not called")
	}
	// A campaign that does not filter calls whom it has.
	must(t, r.store.AddContact(context.Background(), r.scope(), &also))
	r.act(open, campaign.Start)
	r.finished(open)
	if n := len(r.calls(open)); n != 1 {
		t.Errorf("the campaign without a filter made %d calls, want 1", n)
	}
}

// A number that is listed while its claimed contact waits for its turn is not called.
func TestNumberListedBetweenClaimAndCall(t *testing.T) {
	t.Parallel()
	r := newRig(t, settings{})
	c := r.campaign(r.trunk(), filtered)
	people := r.contacts(c, "busy", 20)
	g := r.forbid()
	db := &listing{Store: r.store}
	db.claimed = func(got []call.ClaimedContact) { // after the claim is written down, before the dialer has it
		for _, k := range got {
			if k.Contact.ID == people[3].ID || k.Contact.ID == people[11].ID {
				n := dnc.Number{Tenant: r.tenant.ID, Group: g.ID, Number: k.Contact.Number, CreatedAt: time.Now()}
				if err := r.store.AddNumber(context.Background(), r.scope(), &n); err != nil {
					t.Error(err)
				}
			}
		}
	}
	d := r.dialer(func(cfg *dialer.Config) { cfg.Store = db })
	r.act(c, campaign.Start)
	r.finished(c)
	r.settled(d, c)
	r.uncalled(people[3])
	r.uncalled(people[11])
	if n := len(r.calls(c)); n != 18 || d.Calls().Withheld != 2 {
		t.Errorf("%d calls and %d withheld, want 18 and 2", n, d.Calls().Withheld)
	}
}

// Without an answer about the lists nobody is called; with one, everybody who may be.
func TestUnreadableListsHoldCallsBack(t *testing.T) {
	t.Parallel()
	r := newRig(t, settings{})
	c := r.campaign(r.trunk(), filtered)
	people := r.contacts(c, "busy", 4)
	db := &listing{Store: r.store}
	db.fail.Store(1 << 40)
	d := r.dialer(func(cfg *dialer.Config) { cfg.Store = db })
	r.act(c, campaign.Start)
	r.until("look-ups that fail", func() bool { return db.fail.Load() < 1<<40-8 })
	if n := len(r.sim.Calls()); n != 0 {
		t.Errorf("%d calls were placed blindly", n)
	}
	r.forbid(people[2].Number)
	db.fail.Store(0)
	r.finished(c)
	r.settled(d, c)
	r.uncalled(people[2])
	if n := len(r.calls(c)); n != 3 {
		t.Errorf("%d calls, want 3", n)
	}
}

// Contacts that were not reached by their last call go on to the other campaign, which waits for them.
func TestRedialInAnotherCampaign(t *testing.T) {
	t.Parallel()
	r := newRig(t, settings{})
	line := r.trunk()
	next := r.campaign(line)
	c := r.campaign(line, func(c *campaign.Campaign) {
		c.Redial = campaign.Redial{MaxAttempts: 2, On: []call.Disposition{call.Busy}, To: next.ID}
	})
	own := r.contact(next, "busy", 90) // called and done with early
	r.contacts(c, "busy", 10)
	r.contacts(c, "vacant", 3)
	r.dialer()
	r.act(c, campaign.Start)
	r.act(next, campaign.Start)
	r.finished(c)
	r.finished(next)
	if seen, stored := len(r.sim.Calls()), len(r.calls(c))+len(r.calls(next)); seen != stored {
		t.Errorf("the carrier saw %d calls, the store %d", seen, stored)
	}
	if p := r.progress(next); p.Finished != 11 || p.Total != 11 {
		t.Errorf("the other campaign has %+v, want its own contact (%d) and 10 that were busy", p, own.ID)
	}
	if n := len(r.calls(c)); n != 23 {
		t.Errorf("%d calls of the first campaign, want 2 to each of 10 and 1 to each of 3", n)
	}
}
