package api

import (
	"context"
	"strings"

	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/tenant"
)

type banCompanyInput struct {
	CompanyPath
	Body struct {
		Reason string `json:"reason" doc:"Shown to those above and to the company's own log"`
	}
}

type banCompanyOutput struct {
	Body struct {
		Company         Company `json:"company"`
		PausedCampaigns int     `json:"paused_campaigns"`
		EndedSessions   int     `json:"ended_sessions"`
	}
}

// banCompany stops a company. The rows are what counts; the messages have live streams and the dialer look at them at
// once instead of a little later.
func (a *API) banCompany(ctx context.Context, in *banCompanyInput) (*banCompanyOutput, error) {
	reason := strings.TrimSpace(in.Body.Reason)
	var refused errs.Check
	refused.Require(reason != "" && len([]rune(reason)) <= 200 && errs.OneLine(reason), "reason", "must be one line of 1 to 200 characters")
	if err := refused.Err("ban"); err != nil {
		return nil, err
	}
	now := a.Clock.Now().UTC()
	result, err := a.Store.BanCompany(ctx, scopeOf(ctx), in.id(), reason, now)
	if err != nil {
		return nil, err
	}
	for _, t := range result.Tenants {
		a.accessChanged(ctx, t, 0)
	}
	for _, p := range result.Paused {
		m := event.CampaignChanged{Tenant: p.Tenant, Campaign: campaign.ID(p.Campaign), State: string(campaign.Paused), At: now}
		if err := a.Bus.Publish(ctx, m); err != nil {
			a.Logger.WarnContext(ctx, "change of a campaign was not published", "campaign", p.Campaign, "error", err)
		}
	}
	c, err := a.company(ctx, in.id())
	if err != nil {
		return nil, err
	}
	done := companyChange("ban", c.Body, nil, map[string]any{"reason": reason, "paused_campaigns": len(result.Paused), "ended_sessions": result.Sessions})
	done.Also = []tenant.ID{in.id()}
	note(ctx, done)
	out := &banCompanyOutput{}
	out.Body.Company, out.Body.PausedCampaigns, out.Body.EndedSessions = c.Body, len(result.Paused), result.Sessions
	return out, nil
}

func (a *API) unbanCompany(ctx context.Context, in *CompanyPath) (*companyOutput, error) {
	was, err := a.company(ctx, in.id())
	if err != nil {
		return nil, err
	}
	concerned, err := a.Store.UnbanCompany(ctx, scopeOf(ctx), in.id())
	if err != nil {
		return nil, err
	}
	for _, t := range concerned {
		a.accessChanged(ctx, t, 0)
	}
	c, err := a.company(ctx, in.id())
	if err != nil {
		return nil, err
	}
	done := companyChange("unban", c.Body, map[string]any{"reason": was.Body.BanReason, "banned_at": was.Body.BannedAt}, nil)
	done.Also = []tenant.ID{in.id()}
	note(ctx, done)
	return c, nil
}
