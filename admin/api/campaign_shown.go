package api

import (
	"context"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/agent"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/push"
	"github.com/outdial/outdial/shared/script"
)

// Named is a thing that the console shows by its name.
type Named struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// shown is a campaign with its progress and the names of those it belongs to.
func (a *API) shown(ctx context.Context, c campaign.Campaign) (Campaign, error) {
	list, err := a.shownAll(ctx, []campaign.Campaign{c})
	if err != nil {
		return Campaign{}, err
	}
	return list[0], nil
}

// shownAll names each owner and unit once, and takes the progress from the figures that are kept in memory: counting a million
// contacts takes too long to be done for every row of a list.
func (a *API) shownAll(ctx context.Context, list []campaign.Campaign) ([]Campaign, error) {
	units, err := a.unitNames(ctx, list)
	if err != nil {
		return nil, err
	}
	speaks := make([]script.VersionID, len(list))
	robots := make([]push.RobotID, len(list))
	for i, c := range list {
		speaks[i], robots[i] = c.Speaks, c.WeChat.Robot
	}
	robotNames, err := a.Store.WeChatRobotNames(ctx, wholeTenant(ctx), robots)
	if err != nil {
		return nil, err
	}
	labels, err := a.Store.VersionLabels(ctx, wholeTenant(ctx), speaks)
	if err != nil {
		return nil, err
	}
	owners, groups := map[int64]string{}, map[agent.GroupID]string{}
	out := make([]Campaign, 0, len(list))
	for _, c := range list {
		p, err := a.progressOf(ctx, c)
		if err != nil {
			return nil, err
		}
		shown := campaignOf(c, p)
		shown.WeChat.RobotName = robotNames[c.WeChat.Robot]
		shown.ScriptName, shown.Version = labels[c.Speaks].Name, labels[c.Speaks].Number
		if _, known := owners[c.Owner]; !known && c.Owner != 0 {
			if owners[c.Owner], err = a.ownerName(ctx, c.Owner); err != nil {
				return nil, err
			}
		}
		shown.Owner = Named{ID: c.Owner, Name: owners[c.Owner]}
		if c.AgentGroup != 0 {
			if _, known := groups[c.AgentGroup]; !known {
				if groups[c.AgentGroup], err = a.agentGroupName(ctx, c.AgentGroup); err != nil {
					return nil, err
				}
			}
			shown.AgentGroup = &Named{ID: int64(c.AgentGroup), Name: groups[c.AgentGroup]}
		}
		if name, ok := units[c.Unit]; ok {
			shown.Unit = &Named{ID: c.Unit, Name: name}
		}
		out = append(out, shown)
	}
	return out, nil
}

// agentGroupName is empty for a group that was deleted after its campaign had finished.
func (a *API) agentGroupName(ctx context.Context, id agent.GroupID) (string, error) {
	g, err := a.Store.AgentGroup(ctx, wholeTenant(ctx), id)
	if errs.Is(err, errs.NotFound) {
		return "", nil
	}
	return g.Name, err
}

func (a *API) ownerName(ctx context.Context, id int64) (string, error) {
	u, err := a.Store.User(ctx, wholeTenant(ctx), access.UserID(id))
	if errs.Is(err, errs.NotFound) {
		return "", nil
	}
	return orElse(u.Name, u.Account), err
}

// unitNames names the units of the campaigns; none is read where none has one.
func (a *API) unitNames(ctx context.Context, list []campaign.Campaign) (map[int64]string, error) {
	needed := false
	for _, c := range list {
		needed = needed || c.Unit != 0
	}
	if !needed {
		return map[int64]string{}, nil
	}
	found, err := a.Store.Units(ctx, wholeTenant(ctx))
	if err != nil {
		return nil, err
	}
	out := make(map[int64]string, len(found))
	for _, u := range found {
		out[int64(u.ID)] = u.Name
	}
	return out, nil
}
