package api

import (
	"context"
	"reflect"
	"slices"
	"strconv"
	"time"

	"github.com/outdial/outdial/shared/agent"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/trunk"
)

type updateCampaignInput struct {
	CampaignPath
	Body struct {
		Name        *string    `json:"name,omitempty"`
		Description *string    `json:"description,omitempty"`
		ScriptID    *int64     `json:"script_id,omitempty" doc:"A script of which a version is deployed"`
		TrunkID     *int64     `json:"trunk_id,omitempty"`
		Robots      *int       `json:"robots,omitempty"`
		StartMode   *string    `json:"start_mode,omitempty" enum:"manual,scheduled"`
		StartAt     *time.Time `json:"start_at,omitempty"`
		Window      *Window    `json:"window,omitempty" doc:"Replaces the whole window"`
		Redial      *Redial    `json:"redial,omitempty" doc:"Replaces all of the redial rule"`
		RedialTo    *int64     `json:"redial_to_campaign_id,omitempty" minimum:"0" doc:"0 for none"`
		DNC         *DNC       `json:"dnc,omitempty" doc:"Replaces the whole choice"`
		WeChat      *WeChat    `json:"wechat,omitempty" doc:"Replaces the whole choice"`
		EndOn       *[]string  `json:"end_on,omitempty" maxItems:"40" doc:"Replaces the whole list"`
		AgentGroup  *int64     `json:"agent_group_id,omitempty" minimum:"0" doc:"0 for nobody"`
		UpdatedAt   *time.Time `json:"updated_at,omitempty" doc:"That of the campaign as it was read; when somebody has changed it since, the answer is a conflict"`
	}
}

func (a *API) updateCampaign(ctx context.Context, in *updateCampaignInput) (*campaignOutput, error) {
	scope := scopeOf(ctx)
	was, err := a.Store.Campaign(ctx, scope, in.id())
	if err != nil {
		return nil, err
	}
	if in.Body.UpdatedAt != nil && !in.Body.UpdatedAt.Equal(was.UpdatedAt) {
		return nil, errs.New(errs.Conflict, "somebody else has changed the campaign meanwhile; load it again and repeat your change")
	}
	c, err := a.changed(ctx, was, in)
	if err != nil {
		return nil, err
	}
	if err := changeable(was, c); err != nil {
		return nil, err
	}
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if err := a.relations(ctx, c, was); err != nil {
		return nil, err
	}
	before, err := a.shown(ctx, was)
	if err != nil {
		return nil, err
	}
	// Two changes within one tick of the clock must not look like one.
	if c.UpdatedBy, c.UpdatedAt = a.callerName(ctx), a.Clock.Now().UTC(); !c.UpdatedAt.After(was.UpdatedAt) {
		c.UpdatedAt = was.UpdatedAt.Add(time.Microsecond)
	}
	if err := a.Store.UpdateCampaign(ctx, scope, c, was.Version()); err != nil {
		if errs.Is(err, errs.Limited) {
			return nil, fewRobots(err)
		}
		return nil, err
	}
	if c, err = a.Store.Campaign(ctx, scope, c.ID); err != nil {
		return nil, err
	}
	after, err := a.shown(ctx, c)
	if err != nil {
		return nil, err
	}
	note(ctx, campaignChange("update", c, before, after))
	err = a.Bus.Publish(ctx, event.CampaignChanged{Tenant: c.Tenant, Campaign: c.ID, State: string(c.State), At: c.UpdatedAt})
	if err != nil {
		a.Logger.WarnContext(ctx, "change of a campaign was not published", "campaign", c.ID, "error", err)
	}
	return &campaignOutput{Body: after}, nil
}

// changed is the campaign with what the request names.
func (a *API) changed(ctx context.Context, c campaign.Campaign, in *updateCampaignInput) (campaign.Campaign, error) {
	b := in.Body
	var refused errs.Check
	set(&c.Name, b.Name)
	set(&c.Description, b.Description)
	set(&c.Robots, b.Robots)
	if b.ScriptID != nil {
		c.Script = script.ID(*b.ScriptID)
	}
	if b.TrunkID != nil {
		c.Trunk = trunk.ID(*b.TrunkID)
	}
	if b.StartMode != nil {
		c.StartMode = campaign.StartMode(*b.StartMode)
	}
	if b.StartAt != nil {
		c.StartAt = b.StartAt.UTC()
	}
	if c.StartMode == campaign.Manual {
		c.StartAt = time.Time{}
	}
	if b.Window != nil {
		c.Window = windowOf(*b.Window, callerOf(ctx).Tenant.Zone, &refused)
	}
	if b.Redial != nil {
		to := c.Redial.To
		c.Redial = redialOf(*b.Redial)
		c.Redial.To = to
	}
	if b.RedialTo != nil {
		c.Redial.To = campaign.ID(*b.RedialTo)
	}
	if b.DNC != nil {
		c.DNC = policyOf(*b.DNC)
	}
	if b.AgentGroup != nil {
		c.AgentGroup = agent.GroupID(*b.AgentGroup)
	}
	if b.WeChat != nil {
		c.WeChat = wechatOf(*b.WeChat)
	}
	if b.EndOn != nil {
		c.EndOn = endOnOf(*b.EndOn)
	}
	return c, refused.Err("campaign")
}

func set[T any](to *T, value *T) {
	if value != nil {
		*to = *value
	}
}

// changeable refuses what must not change under a campaign that dials, or that never will again.
func changeable(was, c campaign.Campaign) error {
	if was.State == campaign.NotStarted || was.State == campaign.Paused {
		return nil
	}
	was.Name, was.Description, was.Robots = c.Name, c.Description, c.Robots
	for _, k := range []*campaign.Campaign{&was, &c} {
		if len(k.Redial.On) == 0 {
			k.Redial.On = nil
		}
		if len(k.WeChat.Grades) == 0 {
			k.WeChat.Grades = nil
		}
		if len(k.DNC.Groups) == 0 {
			k.DNC.Groups = nil
		}
	}
	if reflect.DeepEqual(was, c) {
		return nil
	}
	if was.State == campaign.Finished {
		return errs.New(errs.Conflict, "the campaign is finished; only its name, its description and its robots can be changed")
	}
	return errs.New(errs.Conflict, "the campaign is %s; only its name, its description and its robots can be changed until it is paused", was.State)
}

// relations refuses, beside their fields, things that a campaign names and that are not there for the caller. What it named
// before stays as it is.
func (a *API) relations(ctx context.Context, c, was campaign.Campaign) error {
	var refused errs.Check
	ask := func(asked bool, path, reason string, read func() error) error {
		if !asked {
			return nil
		}
		err := read()
		if errs.Is(err, errs.NotFound) {
			refused.Require(false, path, "%s", reason)
			return nil
		}
		return err
	}
	scope := scopeOf(ctx)
	if err := ask(c.Script != was.Script, "script_id", "there is no such script", func() error {
		s, err := a.Store.Script(ctx, scope, c.Script)
		if err == nil {
			refused.Require(s.Deployed.ID != 0, "script_id", "no version of the script is deployed; deploy one first")
		}
		return err
	}); err != nil {
		return err
	}
	if err := ask(c.Trunk != was.Trunk, "trunk_id", "there is no such trunk", func() error {
		_, err := a.Store.Trunk(ctx, scope, c.Trunk)
		return err
	}); err != nil {
		return err
	}
	if err := ask(c.Redial.To != 0 && c.Redial.To != was.Redial.To, "redial_to_campaign_id", "there is no such campaign", func() error {
		to, err := a.Store.Campaign(ctx, scope, c.Redial.To)
		refused.Require(err != nil || to.State != campaign.Finished, "redial_to_campaign_id", "this campaign is finished and takes no contacts")
		return err
	}); err != nil {
		return err
	}
	if err := ask(c.AgentGroup != 0 && c.AgentGroup != was.AgentGroup, "agent_group_id", "there is no such agent group", func() error {
		g, err := a.Store.AgentGroup(ctx, scope, c.AgentGroup)
		refused.Require(err != nil || g.Kind == agent.Transfers, "agent_group_id", "this group is for campaigns in which people call; choose one for transfers")
		return err
	}); err != nil {
		return err
	}
	if err := ask(c.WeChat.Robot != 0 && c.WeChat.Robot != was.WeChat.Robot, "wechat.robot_id", "there is no such WeChat robot", func() error {
		_, err := a.Store.WeChatRobot(ctx, scope, c.WeChat.Robot)
		return err
	}); err != nil {
		return err
	}
	for _, id := range c.DNC.Groups {
		if err := ask(!slices.Contains(was.DNC.Groups, id), "dnc.group_ids", "there is no group "+strconv.FormatInt(int64(id), 10), func() error {
			_, err := a.Store.Group(ctx, scope, id)
			return err
		}); err != nil {
			return err
		}
	}
	return refused.Err("campaign")
}

func (a *API) deleteCampaign(ctx context.Context, in *CampaignPath) (*struct{}, error) {
	c, err := a.Store.Campaign(ctx, scopeOf(ctx), in.id())
	if err != nil {
		return nil, err
	}
	before, err := a.shown(ctx, c)
	if err != nil {
		return nil, err
	}
	now := a.Clock.Now().UTC()
	idle := []campaign.State{campaign.NotStarted, campaign.Finished}
	if err := a.Store.DeleteCampaign(ctx, scopeOf(ctx), c.ID, idle, a.callerName(ctx), now); err != nil {
		return nil, err
	}
	note(ctx, campaignChange("delete", c, before, nil))
	// A dialer that waits for its start, and consoles that show it, learn that there is nothing to wait for.
	err = a.Bus.Publish(ctx, event.CampaignChanged{Tenant: c.Tenant, Campaign: c.ID, State: string(campaign.Finished), At: now})
	if err != nil {
		a.Logger.WarnContext(ctx, "deletion of a campaign was not published", "campaign", c.ID, "error", err)
	}
	return &struct{}{}, nil
}

// callerName is the name that stands beside what the caller made or changed.
func (a *API) callerName(ctx context.Context) string {
	u := callerOf(ctx).User
	return orElse(u.Name, u.Account)
}

// campaignChange is an entry of the operation log.
func campaignChange(action string, c campaign.Campaign, before, after any) change {
	return change{Module: "campaigns", Action: action, Kind: "campaign", ID: strconv.FormatInt(int64(c.ID), 10), Name: c.Name, Before: before, After: after}
}
