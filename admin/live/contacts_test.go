package live_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/outdial/outdial/admin/live"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/figures"
	"github.com/outdial/outdial/shared/tenant"
)

// slow is how long it takes to count all contacts: less than a reader waits for it, who is given the last figures otherwise.
const slow = 30 * time.Millisecond

// countingStore makes counting all contacts slow, and tells how often that was done.
type countingStore struct {
	figures.Store
	clock *clock.Fake
	all   int
}

func (s *countingStore) ContactCounts(ctx context.Context, scope tenant.Scope, id campaign.ID, since time.Time) (figures.ContactCount, error) {
	s.all++
	c, err := s.Store.ContactCounts(ctx, scope, id, since)
	s.clock.Advance(slow)
	return c, err
}

// TestProgressFollowsCalls: what calls change shows at once and exactly, without all contacts being counted again; contacts
// that were added show after a rest, or as soon as they are needed to explain what was called.
func TestProgressFollowsCalls(t *testing.T) {
	g := newGround(t)
	g.contacts(g.camp, 30)
	at := clock.NewFake(noon)
	s := &countingStore{Store: g.db, clock: at}
	f := live.New(s, at, slog.New(slog.DiscardHandler))
	defer f.Close()
	check := func(what string) {
		t.Helper()
		got, err := f.Progress(t.Context(), g.tenant, g.camp)
		must(t, err)
		want, err := g.db.CampaignProgress(t.Context(), g.scope, g.camp)
		must(t, err)
		if got != want {
			t.Errorf("%s: %+v, counted %+v", what, got, want)
		}
	}
	check("at first")
	place := func() {
		t.Helper()
		must(t, g.place(t.Context(), g.camp, at.Now(), call.Outcome{Disposition: call.Busy, EndReason: call.EndBusy, Fault: call.FaultCallee}, "E", 0, 0))
	}
	for range 20 {
		place()
		at.Advance(100 * time.Millisecond)
		check("after a call")
	}
	got, err := g.db.Claim(t.Context(), tenant.Platform(), call.ClaimRequest{Campaign: g.camp, Limit: 3, Holder: "d", Now: noon, Lease: time.Hour})
	must(t, err)
	check("while calling")
	must(t, g.db.Withhold(t.Context(), tenant.Platform(), got[0].Attempt.UUID, at.Now()))
	must(t, g.db.Release(t.Context(), tenant.Platform(), got[1].Attempt.UUID, noon))
	check("withheld and given back")
	if s.all != 1 {
		t.Errorf("all contacts were counted %d times", s.all)
	}
	number, err := contact.ParseNumber("13900000001", "CN")
	must(t, err)
	must(t, g.db.AddContact(t.Context(), g.scope, &contact.Contact{Campaign: g.camp, Number: number, State: contact.Waiting, NotBefore: noon}))
	at.Advance(200 * slow)
	check("after a contact was added")
	if s.all != 2 {
		t.Errorf("all contacts were counted %d times", s.all)
	}
}

// TestProgressExplainsWhatIsNew: more contacts called than were known means that some were added.
func TestProgressExplainsWhatIsNew(t *testing.T) {
	g := newGround(t)
	g.contacts(g.camp, 1)
	at := clock.NewFake(noon)
	f := live.New(&countingStore{Store: g.db, clock: at}, at, slog.New(slog.DiscardHandler))
	defer f.Close()
	_, err := f.Progress(t.Context(), g.tenant, g.camp)
	must(t, err)
	g.contacts(g.camp, 4)
	_, err = g.db.Claim(t.Context(), tenant.Platform(), call.ClaimRequest{Campaign: g.camp, Limit: 3, Holder: "d", Now: noon, Lease: time.Hour})
	must(t, err)
	p, err := f.Progress(t.Context(), g.tenant, g.camp)
	must(t, err)
	if p != (campaign.Progress{Total: 5, Waiting: 2, Calling: 3}) {
		t.Errorf("progress %+v", p)
	}
}
