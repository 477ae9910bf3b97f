package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/store"
	"github.com/outdial/outdial/shared/tenant"
)

// unreached is the end of a call that reached nobody and was the contact's last.
func unreached(c call.Call, to campaign.ID) call.Finish {
	f := end(c)
	f.Call.Outcome = call.Outcome{EndReason: call.EndBusy, Fault: call.FaultCallee, Disposition: call.Busy, SIPCode: 486}
	f.Call.Times.Answered, f.HandTo = time.Time{}, to
	return f
}

func testHandOver(t *testing.T, s *store.Store) {
	ctx, all := t.Context(), tenant.Platform()
	w, other := newWorld(t, s), newWorld(t, s)
	next := w.campaign("重拨")
	closed := w.campaign("已结束")
	must(t, s.MoveCampaign(ctx, w.scope, closed, campaign.States(), campaign.Finished, "", t0))
	first := w.begin()
	must(t, s.FinishCall(ctx, all, unreached(first, next)))
	wantKind(t, s.FinishCall(ctx, all, unreached(first, next)), errs.Conflict, "finished twice")

	// Many at once share statements; a number that the other campaign has is not added again.
	w.contacts(40)
	claimed := w.claim(40)
	for _, k := range claimed {
		must(t, s.BeginDialing(ctx, all, w.aCall(k)))
	}
	known := contact.Contact{Campaign: next, Number: claimed[0].Contact.Number, CreatedAt: t0}
	must(t, s.AddContact(ctx, w.scope, &known))
	together(t, 40, func(i int) error { return s.FinishCall(ctx, all, unreached(w.aCall(claimed[i]), next)) })
	n, err := s.CountContacts(ctx, w.scope, next)
	must(t, err)
	if n[contact.Waiting] != 41 || len(n) != 1 {
		t.Errorf("the other campaign has %v, want 41 waiting", n)
	}
	// Nobody goes to a campaign that is finished, to another tenant's, to the same one, or where there is none.
	for _, to := range []campaign.ID{closed, other.camp, w.camp, 1 << 40} {
		k := w.begin()
		must(t, s.FinishCall(ctx, all, unreached(k, to)))
	}
	again := unreached(w.begin(), next)
	again.Again, again.NotBefore = true, t0.Add(time.Minute)
	must(t, s.FinishCall(ctx, all, again))
	for _, c := range []struct {
		scope tenant.Scope
		id    campaign.ID
		want  int
	}{{w.scope, closed, 0}, {other.scope, other.camp, 0}, {w.scope, next, 41}} {
		p, err := s.CampaignProgress(ctx, c.scope, c.id)
		must(t, err)
		if p.Total != c.want {
			t.Errorf("campaign %d has %+v, want %d contacts", c.id, p, c.want)
		}
	}
	r := w.request(50)
	r.Campaign, r.Now = next, t0.Add(time.Hour)
	got, err := s.Claim(ctx, all, r)
	must(t, err)
	i := slices.IndexFunc(got, func(k call.ClaimedContact) bool { return k.Contact.Number == first.Number })
	if i < 0 {
		t.Fatalf("%s was not handed on", first.Number)
	}
	if c := got[i].Contact; c.Name != "李雷" || c.Vars["name"] != "李雷" || c.Attempts != 1 || c.Disposition != "" || c.Import != 0 || !c.CreatedAt.Equal(t0.Add(34*time.Second)) {
		t.Errorf("handed on as %+v", c)
	}
}

func testRedialTargets(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w, other := newWorld(t, s), newWorld(t, s)
	link := func(from, to campaign.ID) error {
		c, err := s.Campaign(ctx, w.scope, from)
		must(t, err)
		seen := c.Version()
		c.Redial.To, c.UpdatedAt = to, c.UpdatedAt.Add(time.Second)
		return s.UpdateCampaign(ctx, w.scope, c, seen)
	}
	a, b, c := w.campaign("甲"), w.campaign("乙"), w.campaign("丙")
	must(t, link(a, b))
	must(t, link(b, c))
	wantKind(t, link(c, a), errs.Conflict, "a circle of three")
	wantKind(t, link(a, a), errs.Conflict, "a circle of one")
	wantKind(t, link(c, other.camp), errs.NotFound, "another tenant's")
	wantKind(t, link(c, 1<<40), errs.NotFound, "none")
	create := w.aCampaign("丁")
	create.Redial.To = other.camp
	wantKind(t, s.CreateCampaign(ctx, w.scope, &create), errs.NotFound, "created towards another tenant's")
	create.Redial.To = a
	must(t, s.CreateCampaign(ctx, w.scope, &create))
	got, err := s.Campaign(ctx, w.scope, create.ID)
	must(t, err)
	if got.Redial.To != a {
		t.Errorf("read %+v", got.Redial)
	}

	// Of two changes that would close a circle together, one is refused.
	x, y := w.campaign("东"), w.campaign("西")
	errsOf := make([]error, 2)
	together(t, 2, func(i int) error { errsOf[i] = link([]campaign.ID{x, y}[i], []campaign.ID{y, x}[i]); return nil })
	if (errsOf[0] == nil) == (errsOf[1] == nil) {
		t.Errorf("of two halves of a circle: %v and %v", errsOf[0], errsOf[1])
	}

	alive := func(want int) {
		t.Helper()
		if n, err := s.FeedersAlive(ctx, w.scope, b); err != nil || n != want {
			t.Errorf("%d campaigns feed it (%v), want %d", n, err, want)
		}
	}
	alive(0)
	must(t, s.MoveCampaign(ctx, w.scope, a, campaign.States(), campaign.Paused, "", t0))
	alive(1)
	wantKind(t, s.DeleteCampaign(ctx, w.scope, b, campaign.States(), "x", t0), errs.Conflict, "deleted while another hands on to it")
	must(t, s.MoveCampaign(ctx, w.scope, a, campaign.States(), campaign.Finished, "", t0))
	alive(0)
	wantKind(t, link(c, a), errs.Conflict, "a finished one")
	must(t, s.DeleteCampaign(ctx, w.scope, a, campaign.States(), "x", t0))
	wantKind(t, link(c, a), errs.NotFound, "a deleted one")
	must(t, s.DeleteCampaign(ctx, w.scope, b, campaign.States(), "x", t0))
}
