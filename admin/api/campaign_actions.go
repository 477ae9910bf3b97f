package api

import (
	"context"
	"errors"

	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/script"
)

func (a *API) startCampaign(ctx context.Context, in *CampaignPath) (*campaignOutput, error) {
	p, err := a.Store.CampaignProgress(ctx, scopeOf(ctx), in.id())
	if err != nil {
		return nil, err
	}
	if p.Total == 0 {
		return nil, errs.New(errs.Conflict, "the campaign has no contacts; add some before it is started")
	}
	if err := a.takesOver(ctx, in.id()); err != nil {
		return nil, err
	}
	return a.move(ctx, in.id(), campaign.Start, "")
}

func (a *API) pauseCampaign(ctx context.Context, in *CampaignPath) (*campaignOutput, error) {
	return a.move(ctx, in.id(), campaign.Pause, "")
}

func (a *API) resumeCampaign(ctx context.Context, in *CampaignPath) (*campaignOutput, error) {
	if err := a.takesOver(ctx, in.id()); err != nil {
		return nil, err
	}
	return a.move(ctx, in.id(), campaign.Resume, "")
}

func (a *API) terminateCampaign(ctx context.Context, in *CampaignPath) (*campaignOutput, error) {
	return a.move(ctx, in.id(), campaign.Terminate, "terminated")
}

// takesOver refuses to dial with a script that hands callees to the campaign's agents when the campaign has none.
func (a *API) takesOver(ctx context.Context, id campaign.ID) error {
	c, err := a.Store.Campaign(ctx, scopeOf(ctx), id)
	if err != nil || c.AgentGroup != 0 {
		return err
	}
	v, err := a.Store.ScriptVersion(ctx, wholeTenant(ctx), c.Speaks)
	if err != nil {
		return err
	}
	f, err := script.Parse(v.Source)
	if err != nil {
		return err
	}
	if node, ok := f.AsksGroup(); ok {
		return errs.New(errs.Conflict, "the script hands callees to an agent group at its node %s, and the campaign names none; choose an agent group, or give the node an extension", string(node))
	}
	return nil
}

// move changes the state where it allows the action, and tells the dialer, which looks at the campaign at once. A
// message that gets lost costs a moment: the dialer looks at the rows anyway.
func (a *API) move(ctx context.Context, id campaign.ID, action campaign.Action, reason string) (*campaignOutput, error) {
	from, to, err := campaign.Plan(action)
	if err != nil {
		return nil, err
	}
	scope, now := scopeOf(ctx), a.Clock.Now().UTC()
	was, err := a.Store.Campaign(ctx, scope, id)
	if err != nil {
		return nil, err
	}
	if err := a.Store.MoveCampaign(ctx, scope, id, from, to, reason, now); err != nil {
		switch {
		case errs.Is(err, errs.Conflict):
			return nil, a.whyNot(ctx, id, action, to, err)
		case errs.Is(err, errs.Limited):
			return nil, fewRobots(err)
		}
		return nil, err
	}
	c, err := a.Store.Campaign(ctx, scope, id)
	if err != nil {
		return nil, err
	}
	err = a.Bus.Publish(ctx, event.CampaignChanged{Tenant: c.Tenant, Campaign: c.ID, State: string(c.State), At: now})
	if err != nil {
		a.Logger.WarnContext(ctx, "change of a campaign was not published", "campaign", id, "error", err)
	}
	shown, err := a.shown(ctx, c)
	if err != nil {
		return nil, err
	}
	note(ctx, campaignChange(string(action), c, stateShown{string(was.State), was.Reason}, stateShown{string(c.State), c.Reason}))
	return &campaignOutput{Body: shown}, nil
}

// fewRobots says that the company has too few robots: nothing that passes if the request is repeated, as a limit of requests
// would.
func fewRobots(err error) error {
	var e *errs.Error
	if !errors.As(err, &e) {
		return err
	}
	return &errs.Error{Kind: errs.Conflict, Message: e.Message, Said: e.Said}
}

// stateShown is what an action changes of a campaign.
type stateShown struct {
	State  string `json:"state"`
	Reason string `json:"reason"`
}

// whyNot tells from the present state why an action does not fit, so that whoever pressed a button twice sees that the
// first press was enough.
func (a *API) whyNot(ctx context.Context, id campaign.ID, action campaign.Action, to campaign.State, cause error) error {
	c, err := a.Store.Campaign(ctx, scopeOf(ctx), id)
	if err != nil {
		return err
	}
	started := action == campaign.Start || action == campaign.Resume
	if c.State == to || started && c.State == campaign.Running {
		return errs.Wrap(errs.Conflict, cause, "the campaign is %s already", c.State)
	}
	if _, err := campaign.Next(c.State, action); err != nil {
		return err
	}
	return errs.Wrap(errs.Conflict, cause, "the campaign changed at the same moment; look again")
}
