package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/store"
	"github.com/outdial/outdial/shared/tenant"
)

// testViews gives two members of one tenant a campaign each and lets views of several widths try every method of campaigns,
// contacts and imports on both.
func testViews(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := newWorld(t, s)
	own := func(owner, unit int64) campaign.ID {
		c := w.aCampaign("其人其事")
		c.Owner, c.Unit = owner, unit
		must(t, s.CreateCampaign(ctx, w.scope, &c))
		return c.ID
	}
	mine, theirs := own(1, 10), own(2, 20)
	for name, c := range map[string]struct {
		view         tenant.View
		mine, theirs bool
	}{
		"own":              {tenant.View{Owner: 1}, true, false},
		"the unit's":       {tenant.View{Owner: 9, Units: []int64{20}}, false, true},
		"own and the unit": {tenant.View{Owner: 1, Units: []int64{20, 21}}, true, true},
		"nobody's":         {tenant.View{Owner: 9, Units: []int64{21}}, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			scope := w.scope.Narrow(c.view)
			visible := map[campaign.ID]bool{mine: c.mine, theirs: c.theirs}
			for id, seen := range visible {
				w.viewed(t, scope, id, seen)
			}
			list, err := s.Campaigns(ctx, scope, campaign.Filter{}, 0, 10)
			must(t, err)
			in, err := s.CampaignsIn(ctx, scope, campaign.States()...)
			must(t, err)
			for id := range map[campaign.ID]bool{mine: true, theirs: true, w.camp: true} {
				if slices.Contains(campaignIDs(list), id) != visible[id] || slices.Contains(campaignIDs(in), id) != visible[id] {
					t.Errorf("campaign %d is listed in %v and %v, want %v", id, campaignIDs(list), campaignIDs(in), visible[id])
				}
			}
		})
	}
}

// viewed tries what may be done to one campaign inside or outside a view.
func (w *world) viewed(t *testing.T, scope tenant.Scope, id campaign.ID, visible bool) {
	t.Helper()
	ctx, s := t.Context(), w.s
	whole := *w
	whole.camp = id
	person := whole.contacts(1)[0]
	imp := whole.anImport()
	must(t, s.AddRejections(ctx, w.scope, imp.ID, []contact.Rejection{{Row: 1}}))
	camp, err := s.Campaign(ctx, w.scope, id)
	must(t, err)
	later := camp
	later.Name = "改名"
	feeder := w.aCampaign("转入")
	feeder.Owner, feeder.Unit, feeder.Redial.To = scopeOwner(scope), 0, id
	running := imp
	running.State = contact.ImportRunning
	one := func(_ any, err error) error { return err }
	r := whole.request(1)
	got, err := s.Claim(ctx, scope, r)
	must(t, err)
	if (len(got) > 0) != visible {
		t.Errorf("campaign %d: claimed %d contacts, visible %v", id, len(got), visible)
	}
	for _, k := range got {
		must(t, s.Release(ctx, w.scope, k.Attempt.UUID, t0))
	}
	for name, err := range map[string]error{
		"Campaign":         one(s.Campaign(ctx, scope, id)),
		"CampaignProgress": one(s.CampaignProgress(ctx, scope, id)),
		"FeedersAlive":     one(s.FeedersAlive(ctx, scope, id)),
		"CountContacts":    one(s.CountContacts(ctx, scope, id)),
		"ContactCounts":    one(s.ContactCounts(ctx, scope, id, t0)),
		"ContactTail":      one(s.ContactTail(ctx, scope, id, t0)),
		"MoveCampaign":     s.MoveCampaign(ctx, scope, id, campaign.States(), campaign.NotStarted, "", t0),
		"UpdateCampaign":   s.UpdateCampaign(ctx, scope, later, camp.Version()),
		"hand contacts to": s.CreateCampaign(ctx, scope, &feeder),
		"AddContact":       s.AddContact(ctx, scope, &contact.Contact{Campaign: id, Number: number(t)}),
		"Contact":          one(s.Contact(ctx, scope, person.ID)),
		"AddImported":      one(s.AddImported(ctx, scope, whole.rows(imp, 1))),
		"CreateImport":     s.CreateImport(ctx, scope, &contact.Import{Campaign: id}),
		"Import":           one(s.Import(ctx, scope, imp.ID)),
		"Imports":          one(s.Imports(ctx, scope, id)),
		"AddRejections":    s.AddRejections(ctx, scope, imp.ID, []contact.Rejection{{Row: 2}}),
		"Rejections":       one(s.Rejections(ctx, scope, imp.ID, 0, 10)),
		"ClearRejections":  s.ClearRejections(ctx, scope, imp.ID),
		"UpdateImport":     s.UpdateImport(ctx, scope, running, contact.ImportQueued),
	} {
		if visible && err != nil {
			t.Errorf("%s of campaign %d inside the view: %v", name, id, err)
		} else if !visible && !errs.Is(err, errs.NotFound) {
			t.Errorf("%s of campaign %d outside the view: %v", name, id, err)
		}
	}
	if !visible {
		wantKind(t, s.DeleteCampaign(ctx, scope, id, campaign.States(), "x", t0), errs.NotFound, "delete outside the view")
	}
	unfinished, err := s.UnfinishedImports(ctx, scope)
	must(t, err)
	if slices.ContainsFunc(unfinished, func(i contact.Import) bool { return i.ID == imp.ID }) != visible {
		t.Errorf("import %d of campaign %d is unfinished in %+v, visible %v", imp.ID, id, unfinished, visible)
	}
	// The same state for the next view: names, imports and contacts may grow.
	if now, err := s.Campaign(ctx, w.scope, id); err != nil || now.State != campaign.NotStarted || visible != (now.Name == "改名") && now.Name != "改名" {
		t.Errorf("campaign %d stands as %+v (%v)", id, now, err)
	}
}

func scopeOwner(s tenant.Scope) int64 {
	v, _ := s.View()
	return v.Owner
}

// testViewOfGroups shows that lists of numbers not to call are the whole tenant's.
func testViewOfGroups(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := newWorld(t, s)
	scope := w.scope.Narrow(tenant.View{Owner: 1})
	g := w.group("全公司", time.Time{})
	imp := contact.Import{DNCGroup: g.ID, CreatedAt: t0}
	must(t, s.CreateImport(ctx, scope, &imp))
	if _, err := s.Group(ctx, scope, g.ID); err != nil {
		t.Error(err)
	}
	if list, err := s.GroupImports(ctx, scope, g.ID); err != nil || len(list) != 1 {
		t.Errorf("imports %+v (%v)", list, err)
	}
	if _, err := s.Import(ctx, scope, imp.ID); err != nil {
		t.Error(err)
	}
}
