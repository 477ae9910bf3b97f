package storetest

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/dnc"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/store"
	"github.com/outdial/outdial/shared/tenant"
)

func testCampaigns(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := newWorld(t, s)
	c := w.aCampaign("Summer Sale 100%_\\")
	c.Owner, c.Unit, c.UpdatedBy, c.Redial.To = 7, 8, "李雷", w.camp
	c.DNC = dnc.Policy{Enabled: true, Groups: []dnc.GroupID{w.group("投诉", time.Time{}).ID}}
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
		"script":        {campaign.Filter{Script: c.Script}, newest},
		"other script":  {campaign.Filter{Script: c.Script + 99}, nil},
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

func testCampaignChanges(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := newWorld(t, s)
	g, people := w.group("投诉", time.Time{}), w.agents("客服")
	was, err := s.Campaign(ctx, w.scope, w.camp)
	must(t, err)
	c := was
	c.Name, c.Description, c.Robots, c.StartMode, c.StartAt = "改过", "<i>'", 9, campaign.Manual, time.Time{}
	c.Window.From, c.Window.Weekdays, c.Redial.MaxAttempts, c.Redial.On = 10*60, 3, 1, nil
	c.DNC, c.UpdatedBy, c.UpdatedAt = dnc.Policy{Enabled: true, Groups: []dnc.GroupID{g.ID}}, "李雷", t0.Add(time.Minute)
	c.AgentGroup = people.ID
	must(t, s.UpdateCampaign(ctx, w.scope, c, was.Version()))
	got, err := s.Campaign(ctx, w.scope, w.camp)
	must(t, err)
	if !reflect.DeepEqual(got, c) {
		t.Errorf("changed to %+v, read %+v", c, got)
	}
	wantKind(t, s.UpdateCampaign(ctx, w.scope, c, was.Version()), errs.Conflict, "changed by somebody else meanwhile")
	stale := c.Version()
	stale.State = campaign.Running
	wantKind(t, s.UpdateCampaign(ctx, w.scope, c, stale), errs.Conflict, "moved meanwhile")
	for name, change := range map[string]func(*campaign.Campaign){
		"no script": func(c *campaign.Campaign) { c.Script += 99 }, "no trunk": func(c *campaign.Campaign) { c.Trunk += 99 },
		"no group": func(c *campaign.Campaign) { c.DNC.Groups = []dnc.GroupID{g.ID + 99} }, "no agents": func(c *campaign.Campaign) { c.AgentGroup += 99 }, "no campaign": func(c *campaign.Campaign) { c.ID += 99 },
	} {
		bad := c
		change(&bad)
		wantKind(t, s.UpdateCampaign(ctx, w.scope, bad, c.Version()), errs.NotFound, name)
	}
	// What the dialer says about a campaign is no change that gets in anybody's way; a new state is.
	must(t, s.MoveCampaign(ctx, w.scope, w.camp, []campaign.State{campaign.NotStarted}, campaign.NotStarted, "等待", t0.Add(time.Hour)))
	c.Name, c.UpdatedAt = "再改", t0.Add(2*time.Minute)
	must(t, s.UpdateCampaign(ctx, w.scope, c, got.Version()))
	if now, err := s.Campaign(ctx, w.scope, w.camp); err != nil || now.Reason != "等待" || now.Name != "再改" {
		t.Errorf("read %+v (%v)", now, err)
	}
	must(t, s.MoveCampaign(ctx, w.scope, w.camp, []campaign.State{campaign.NotStarted}, campaign.Scheduling, "", t0.Add(time.Hour)))
	wantKind(t, s.UpdateCampaign(ctx, w.scope, c, c.Version()), errs.Conflict, "started meanwhile")

	// Of many who save what they read at the same moment, one succeeds.
	now, err := s.Campaign(ctx, w.scope, w.camp)
	must(t, err)
	saved := make(chan struct{}, 8)
	together(t, 8, func(i int) error {
		mine := now
		mine.UpdatedAt = now.UpdatedAt.Add(time.Duration(i+1) * time.Microsecond)
		err := s.UpdateCampaign(ctx, w.scope, mine, now.Version())
		if err == nil {
			saved <- struct{}{}
		} else if !errs.Is(err, errs.Conflict) {
			return err
		}
		return nil
	})
	if len(saved) != 1 {
		t.Errorf("%d of 8 saved, want 1", len(saved))
	}
}

func testCampaignDeletion(t *testing.T, s *store.Store) {
	ctx, all := t.Context(), tenant.Platform()
	w := newWorld(t, s)
	over := w.begin()
	must(t, s.FinishCall(ctx, all, end(over)))
	live := w.begin()
	idle := []campaign.State{campaign.NotStarted, campaign.Finished}
	must(t, s.MoveCampaign(ctx, w.scope, w.camp, campaign.States(), campaign.Running, "", t0))
	wantKind(t, s.DeleteCampaign(ctx, w.scope, w.camp, idle, "李雷", t0), errs.Conflict, "deleted while it runs")
	must(t, s.MoveCampaign(ctx, w.scope, w.camp, campaign.States(), campaign.Finished, "", t0))
	wantKind(t, s.DeleteCampaign(ctx, w.scope, w.camp, idle, "李雷", t0), errs.Conflict, "deleted while a call ends")
	must(t, s.FinishCall(ctx, all, end(live)))
	must(t, s.DeleteCampaign(ctx, w.scope, w.camp, idle, "李雷", t0))
	one := func(_ any, err error) error { return err }
	for name, err := range map[string]error{
		"deleted twice": s.DeleteCampaign(ctx, w.scope, w.camp, idle, "李雷", t0),
		"read":          one(s.Campaign(ctx, w.scope, w.camp)),
		"started":       s.MoveCampaign(ctx, w.scope, w.camp, campaign.States(), campaign.Scheduling, "", t0),
		"changed":       s.UpdateCampaign(ctx, w.scope, campaign.Campaign{ID: w.camp}, campaign.Version{}),
		"counted":       one(s.CampaignProgress(ctx, w.scope, w.camp)),
		"filled":        s.AddContact(ctx, w.scope, &contact.Contact{Campaign: w.camp, Number: number(t)}),
		"imported into": s.CreateImport(ctx, w.scope, &contact.Import{Campaign: w.camp}),
	} {
		wantKind(t, err, errs.NotFound, name)
	}
	list, err := s.Campaigns(ctx, w.scope, campaign.Filter{}, 0, 10)
	must(t, err)
	in, err := s.CampaignsIn(ctx, all, campaign.States()...)
	must(t, err)
	if len(list)+len(in) != 0 {
		t.Errorf("a deleted campaign is listed: %+v, %+v", list, in)
	}
	for _, id := range []call.UUID{over.UUID, live.UUID} {
		if _, err := s.Call(ctx, w.scope, id); err != nil {
			t.Errorf("a call went with its campaign: %v", err)
		}
		if _, err := s.CDR(ctx, w.scope, id); err != nil {
			t.Errorf("a record went with its campaign: %v", err)
		}
	}
	// One that waits for its start must not begin any more.
	waiting := w.campaign("定时")
	must(t, s.DeleteCampaign(ctx, w.scope, waiting, idle, "李雷", t0))
	if in, err = s.CampaignsIn(ctx, all, campaign.NotStarted); err != nil || len(in) != 0 {
		t.Errorf("the dialer sees %+v (%v)", in, err)
	}
}
