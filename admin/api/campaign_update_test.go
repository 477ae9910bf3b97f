package api_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/admin/api"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/contact"
)

// put moves a campaign as the dialer does.
func (m merchant) put(id int64, to campaign.State) {
	m.w.t.Helper()
	must(m.w.t, m.w.db.MoveCampaign(m.w.t.Context(), m.scope, campaign.ID(id), campaign.States(), to, "", m.w.clock.Now().Add(time.Second)))
}

func (m merchant) patch(id int64, change map[string]any) answer {
	m.w.t.Helper()
	return m.do("PATCH", address("/campaigns/%d", id), change)
}

func TestCampaignIsChanged(t *testing.T) {
	w := newWorld(t)
	target, group := w.one.campaign(), w.one.group("投诉")
	id := w.one.campaign()
	w.clock.Advance(time.Hour)
	const html = "<script>alert(1)</script>'; DROP TABLE campaigns; --"
	c := as[api.Campaign](w.one.patch(id, map[string]any{"name": html, "description": "=1+1", "robots": 9, "window": map[string]any{"from": "10:00"},
		"redial": map[string]any{"max_attempts": 2, "on": []string{"busy"}}, "redial_to_campaign_id": target,
		"dnc": map[string]any{"enabled": true, "group_ids": []int64{group}}, "end_on": []string{"machine", "powered_off", "machine"}}).want(200))
	if !slices.Equal(c.EndOn, []string{"powered_off", "machine"}) {
		t.Errorf("calls end on %v", c.EndOn)
	}
	if c.Name != html || c.Description != "=1+1" || c.Robots != 9 || c.Window.From != "10:00" || c.RedialTo != target || !c.DNC.Enabled || len(c.DNC.GroupIDs) != 1 ||
		c.UpdatedBy != "User one" || !c.UpdatedAt.Equal(noon.Add(time.Hour)) || c.Owner.Name != "User one" || c.TrunkID == 0 {
		t.Errorf("changed to %+v", c)
	}
	if got := as[api.CampaignDetail](w.one.get(address("/campaigns/%d", id)).want(200)); got.Name != html || got.RedialTo != target {
		t.Errorf("read %+v", got.Campaign)
	}
	c = as[api.Campaign](w.one.patch(id, map[string]any{"redial_to_campaign_id": 0, "dnc": map[string]any{}, "end_on": []string{}}).want(200))
	if c.EndOn == nil || len(c.EndOn) != 0 {
		t.Errorf("calls still end on %v", c.EndOn)
	}
	if c.RedialTo != 0 || c.DNC.Enabled || c.DNC.GroupIDs == nil || len(c.DNC.GroupIDs) != 0 || c.Redial.MaxAttempts != 2 {
		t.Errorf("changed back to %+v", c)
	}

	// Somebody who read an older campaign is told so.
	w.one.patch(id, map[string]any{"name": "mine", "updated_at": c.UpdatedAt}).want(200)
	if p := w.one.patch(id, map[string]any{"name": "theirs", "updated_at": c.UpdatedAt}).problem(409); !strings.Contains(p.Detail, "somebody else") {
		t.Errorf("problem %+v", p)
	}
	w.two.patch(id, map[string]any{"name": "x"}).problem(404)
	w.one.patch(1<<40, map[string]any{"name": "x"}).problem(404)
	w.one.patch(id, map[string]any{"owner": 1}).problem(422)
	w.one.patch(id, map[string]any{"state": "running"}).problem(422)
	for _, bad := range []struct {
		change map[string]any
		where  string
	}{
		{map[string]any{"name": ""}, "body.name"},
		{map[string]any{"robots": 0}, "body.robots"},
		{map[string]any{"script_id": w.two.script}, "body.script_id"},
		{map[string]any{"trunk_id": w.two.trunk}, "body.trunk_id"},
		{map[string]any{"start_mode": "scheduled"}, "body.start_at"},
		{map[string]any{"window": map[string]any{"from": "07:00"}}, "body.window"},
		{map[string]any{"end_on": []string{"powered_off", "ringing"}}, "body.end_on"},
		{map[string]any{"end_on": []string{"asleep"}}, "body.end_on"},
		{map[string]any{"redial_to_campaign_id": id}, "body.redial_to_campaign_id"},
		{map[string]any{"redial_to_campaign_id": w.two.campaign()}, "body.redial_to_campaign_id"},
		{map[string]any{"dnc": map[string]any{"group_ids": []int64{w.two.group("theirs")}}}, "body.dnc.group_ids"},
	} {
		p := w.one.patch(id, bad.change).problem(422)
		if len(p.Errors) != 1 || p.Errors[0].Location != bad.where {
			t.Errorf("%v: %+v, want a refusal at %s", bad.change, p, bad.where)
		}
	}
	w.one.patch(target, map[string]any{"redial_to_campaign_id": id}).want(200)
	if p := w.one.patch(id, map[string]any{"redial_to_campaign_id": target}).problem(409); !strings.Contains(p.Detail, "circle") {
		t.Errorf("problem %+v", p)
	}
}

func TestWhatMayChangeFollowsTheState(t *testing.T) {
	w := newWorld(t)
	id := w.one.campaign()
	for _, c := range []struct {
		state campaign.State
		all   bool
	}{{campaign.Scheduling, false}, {campaign.Running, false}, {campaign.Paused, true}, {campaign.Finished, false}} {
		w.one.put(id, c.state)
		w.one.patch(id, map[string]any{"name": "n " + string(c.state), "description": "d", "robots": 3}).want(200)
		answer := w.one.patch(id, map[string]any{"window": map[string]any{"from": "11:00"}, "dnc": map[string]any{"enabled": c.all}})
		if c.all {
			answer.want(200)
		} else if p := answer.problem(409); !strings.Contains(p.Detail, "only its name") {
			t.Errorf("%s: %+v", c.state, p)
		}
	}
}

func TestCampaignIsDeleted(t *testing.T) {
	w := newWorld(t)
	id := w.one.campaign()
	remove := func() answer { return w.one.do("DELETE", address("/campaigns/%d", id), nil) }
	w.two.do("DELETE", address("/campaigns/%d", id), nil).problem(404)
	w.one.put(id, campaign.Running)
	remove().problem(409)
	w.one.put(id, campaign.Finished)
	remove().want(204)
	remove().problem(404)
	w.one.get(address("/campaigns/%d", id)).problem(404)
	w.one.patch(id, map[string]any{"name": "x"}).problem(404)
	w.one.do("POST", address("/campaigns/%d/start", id), nil).problem(404)
	w.one.upload(address("/campaigns/%d/imports", id), "a.csv", "13800138000\n").problem(404)
	if list := as[api.Page[api.Campaign]](w.one.get("/api/v1/campaigns").want(200)); len(list.Items) != 0 {
		t.Errorf("listed: %+v", list.Items)
	}
}

func TestImportsAreForThoseTheyConcern(t *testing.T) {
	w := newWorld(t)
	group := w.one.group("投诉")
	i := as[api.Import](w.one.upload(address("/dnc/groups/%d/imports", group), "../名单.csv", "13800138000\n").want(202))
	if i.DNCGroupID != group || i.CampaignID != 0 || i.Order != 1 || i.FileName != "名单.csv" || len(w.queue.ids) != 1 {
		t.Errorf("import %+v, queued %v", i, w.queue.ids)
	}
	must(t, w.db.AddRejections(t.Context(), w.one.scope, contact.ImportID(i.ID), []contact.Rejection{{Row: 2, Number: "=1", Reason: "too short"}}))
	if got := as[api.Import](w.one.get(address("/imports/%d", i.ID)).want(200)); got.ID != i.ID {
		t.Errorf("read %+v", got)
	}
	if csv := string(w.one.get(address("/imports/%d/rejections", i.ID)).want(200).body); !strings.Contains(csv, "'=1") {
		t.Errorf("rejections %q", csv)
	}
	if list := as[struct{ Items []api.Import }](w.one.get(address("/dnc/groups/%d/imports", group)).want(200)); len(list.Items) != 1 {
		t.Errorf("imports %+v", list)
	}
	w.two.get(address("/imports/%d", i.ID)).problem(404)
	w.two.get(address("/imports/%d/rejections", i.ID)).problem(404)
	w.two.get(address("/dnc/groups/%d/imports", group)).problem(404)
	w.two.upload(address("/dnc/groups/%d/imports", group), "a.csv", "1\n").problem(404)
	w.one.upload(address("/dnc/groups/%d/imports", group), "a.csv", "").problem(422)
}
