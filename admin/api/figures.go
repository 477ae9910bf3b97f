package api

import (
	"context"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
)

func (a *API) figureRoutes() {
	add(a, needs(access.CampaignsView, op("GET", "/api/v1/campaigns/{id}/live", "getLive", "Live", "The figures of a campaign as they stand now; ask once a second")), a.getLive)
	add(a, needs(access.CampaignsView, op("GET", "/api/v1/campaigns/{id}/alarm", "getAlarm", "Campaigns", "What a campaign's members are alarmed of")), a.getAlarm)
	add(a, logs("campaigns", "set_alarm", needs(access.CampaignsEdit, op("PUT", "/api/v1/campaigns/{id}/alarm", "putAlarm", "Campaigns", "Set what a campaign's members are alarmed of"))), a.putAlarm)
	add(a, needs(access.HomeView, op("GET", "/api/v1/home", "getHome", "Home", "Counters, totals and days of what the caller sees")), a.getHome)
}

// progressOf counts a campaign's contacts; the campaign was found inside the caller's scope.
func (a *API) progressOf(ctx context.Context, c campaign.Campaign) (campaign.Progress, error) {
	return a.figures.Progress(ctx, c.Tenant, c.ID)
}

// summaryFor is what a campaign's calls came to; calls under way count as placed, and as answered once they are.
func (a *API) summaryFor(ctx context.Context, c campaign.Campaign) (call.Summary, error) {
	counts, _, err := a.figures.Calls(ctx, c.Tenant, c.ID)
	if err != nil {
		return call.Summary{}, err
	}
	now, err := a.figures.Live(ctx, c.Tenant, c.ID)
	return call.Summary{Placed: counts.Placed + now.Calls, Answered: counts.Answered + now.Answered, ByDisposition: counts.Dispositions,
		ByEndReason: counts.EndReasons, ByGrade: counts.Grades, TalkTotal: counts.TalkTotal}, err
}
