package storetest

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/store"
	"github.com/outdial/outdial/shared/tenant"
)

func testCampaigns(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := newWorld(t, s)
	c := w.aCampaign("Summer Sale 100%_\\")
	must(t, s.CreateCampaign(ctx, w.scope, &c))
	got, err := s.Campaign(ctx, w.scope, c.ID)
	must(t, err)
	if !reflect.DeepEqual(got, c) {
		t.Errorf("stored %+v, read %+v", c, got)
	}
	manual := w.aCampaign("手动")
	manual.StartMode, manual.StartAt, manual.Redial.On, manual.CreatedAt = campaign.Manual, time.Time{}, nil, t0.Add(time.Hour)
	must(t, s.CreateCampaign(ctx, w.scope, &manual))
	got, err = s.Campaign(ctx, w.scope, manual.ID)
	must(t, err)
	if !got.StartAt.IsZero() || len(got.Redial.On) != 0 || !got.FinishedAt.IsZero() {
		t.Errorf("what was never set came back as %+v", got)
	}
	_, err = s.Campaign(ctx, w.scope, manual.ID+1)
	wantKind(t, err, errs.NotFound, "no campaign")
	bad := w.aCampaign("x")
	bad.Script++
	wantKind(t, s.CreateCampaign(ctx, w.scope, &bad), errs.NotFound, "a campaign with no script")
	bad = w.aCampaign("x")
	bad.Trunk++
	wantKind(t, s.CreateCampaign(ctx, w.scope, &bad), errs.NotFound, "a campaign with no trunk")

	newest := []campaign.ID{manual.ID, c.ID, w.camp}
	for name, f := range map[string]struct {
		filter campaign.Filter
		want   []campaign.ID
	}{
		"all":           {campaign.Filter{}, newest},
		"part of name":  {campaign.Filter{Name: "sale 100%_\\"}, []campaign.ID{c.ID}},
		"no wildcards":  {campaign.Filter{Name: "%"}, []campaign.ID{c.ID}},
		"Chinese name":  {campaign.Filter{Name: "手"}, []campaign.ID{manual.ID}},
		"state":         {campaign.Filter{State: campaign.Running}, nil},
		"trunk":         {campaign.Filter{Trunk: w.trunk}, newest},
		"other trunk":   {campaign.Filter{Trunk: w.trunk + 1}, nil},
		"created from":  {campaign.Filter{CreatedFrom: manual.CreatedAt}, []campaign.ID{manual.ID}},
		"created until": {campaign.Filter{CreatedBefore: manual.CreatedAt}, []campaign.ID{c.ID, w.camp}},
	} {
		list, err := s.Campaigns(ctx, w.scope, f.filter, 0, 10)
		must(t, err)
		if got := campaignIDs(list); !slices.Equal(got, f.want) && len(got)+len(f.want) > 0 {
			t.Errorf("%s: got %v, want %v", name, got, f.want)
		}
	}
	page, err := s.Campaigns(ctx, w.scope, campaign.Filter{}, 0, 2)
	must(t, err)
	rest, err := s.Campaigns(ctx, w.scope, campaign.Filter{}, page[len(page)-1].ID, 2)
	must(t, err)
	if got := campaignIDs(append(page, rest...)); !slices.Equal(got, newest) {
		t.Errorf("two pages hold %v, want %v", got, newest)
	}
}

func campaignIDs(list []campaign.Campaign) []campaign.ID {
	return ids(list, func(c campaign.Campaign) campaign.ID { return c.ID })
}

func testCampaignStates(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := newWorld(t, s)
	at := t0.Add(time.Minute)
	start := []campaign.State{campaign.NotStarted}
	must(t, s.MoveCampaign(ctx, w.scope, w.camp, start, campaign.Scheduling, "已开始", at))
	wantKind(t, s.MoveCampaign(ctx, w.scope, w.camp, start, campaign.Scheduling, "", at), errs.Conflict, "started twice")
	wantKind(t, s.MoveCampaign(ctx, w.scope, w.camp, nil, campaign.Running, "", at), errs.Conflict, "nothing expected")
	wantKind(t, s.MoveCampaign(ctx, w.scope, w.camp+9, start, campaign.Running, "", at), errs.NotFound, "no campaign")
	c, err := s.Campaign(ctx, w.scope, w.camp)
	must(t, err)
	if c.State != campaign.Scheduling || c.Reason != "已开始" || !c.UpdatedAt.Equal(at) || !c.FinishedAt.IsZero() {
		t.Errorf("moved to %+v", c)
	}
	// The same move to the same state at the same time changes no row and is no conflict.
	must(t, s.MoveCampaign(ctx, w.scope, w.camp, []campaign.State{campaign.Scheduling}, campaign.Scheduling, "已开始", at))

	second := w.campaign("第二个")
	list, err := s.CampaignsIn(ctx, tenant.Platform(), campaign.Scheduling, campaign.Running)
	must(t, err)
	if got := campaignIDs(list); !slices.Equal(got, []campaign.ID{w.camp}) {
		t.Errorf("scheduling or running: %v", got)
	}
	list, err = s.CampaignsIn(ctx, w.scope, campaign.States()...)
	must(t, err)
	if got := campaignIDs(list); !slices.Equal(got, []campaign.ID{w.camp, second}) {
		t.Errorf("in any state: %v", got)
	}
	list, err = s.CampaignsIn(ctx, w.scope)
	must(t, err)
	if len(list) != 0 {
		t.Errorf("in no state: %v", list)
	}

	must(t, s.MoveCampaign(ctx, w.scope, w.camp, campaign.States()[:4], campaign.Finished, "terminated", at.Add(time.Hour)))
	c, err = s.Campaign(ctx, w.scope, w.camp)
	must(t, err)
	if c.State != campaign.Finished || !c.FinishedAt.Equal(at.Add(time.Hour)) {
		t.Errorf("finished as %+v", c)
	}

	// Of many who move a campaign at once, one succeeds.
	won := make(chan struct{}, 16)
	together(t, 16, func(int) error {
		err := s.MoveCampaign(ctx, w.scope, second, start, campaign.Scheduling, "", at)
		if err == nil {
			won <- struct{}{}
		} else if !errs.Is(err, errs.Conflict) {
			return err
		}
		return nil
	})
	if len(won) != 1 {
		t.Errorf("%d of 16 started the campaign, want 1", len(won))
	}
}
