package watch

import (
	"context"

	"github.com/outdial/outdial/shared/alarm"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/figures"
	"github.com/outdial/outdial/shared/notify"
	"github.com/outdial/outdial/shared/tenant"
)

// judge tells the members what is breached and was not before.
func (w *Watcher) judge(ctx context.Context, a alarm.Alarm) error {
	c, err := w.Store.Campaign(ctx, tenant.Of(a.Tenant), a.Campaign)
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	f, err := w.facts(ctx, a, c)
	if err != nil {
		return err
	}
	now := alarm.Judge(a.Rules, f, a.Raised)
	news := alarm.News(a.Raised, now)
	var list []notify.Notification
	if len(news) > 0 {
		to, err := w.Store.Recipients(ctx, tenant.Of(a.Tenant), a)
		if err != nil {
			return err
		}
		for _, r := range news {
			for _, user := range to {
				n := words(r, c, a.Rules, f)
				n.Tenant, n.User, n.CreatedAt = a.Tenant, user, f.Now
				list = append(list, n)
			}
		}
	}
	err = w.Store.MoveAlarm(ctx, tenant.Of(a.Tenant), a.Campaign, a.Raised, now, list)
	if errs.Is(err, errs.Conflict) {
		return nil // another process has told, or somebody has just changed it; the next look finds out
	}
	if err != nil {
		return err
	}
	for _, n := range list {
		if n.ID == 0 {
			continue
		}
		m := event.NotificationAdded{Tenant: n.Tenant, User: int64(n.User), ID: n.ID, Topic: string(n.Kind), Title: n.Title, Link: n.Link}
		if err := w.Bus.Publish(ctx, m); err != nil {
			w.Logger.Warn("an alarm was stored and not delivered live", "campaign", a.Campaign, "error", err)
		}
	}
	return nil
}

// facts reads what the alarm's rules look at, and nothing else.
func (w *Watcher) facts(ctx context.Context, a alarm.Alarm, c campaign.Campaign) (alarm.Facts, error) {
	scope, t := tenant.Of(a.Tenant), a.Rules
	f := alarm.Facts{State: c.State, Now: w.Clock.Now().UTC()}
	if t.AnswerRateBelow > 0 || t.IntentRateBelow > 0 || t.MeanTalkBelow > 0 {
		counts, _, err := w.Figures.Calls(ctx, a.Tenant, a.Campaign)
		if err != nil {
			return f, err
		}
		f.Rates = figures.RatesOf(campaign.Progress{}, counts)
		f.Placed, f.Met, f.Called = counts.Placed, counts.Answered, counts.Contacts.Called
	}
	if t.ConsecutiveAbnormal > 0 {
		newest, err := w.Store.LastDispositions(ctx, scope, a.Campaign, t.ConsecutiveAbnormal)
		if err != nil {
			return f, err
		}
		f.Streak = alarm.Streak(newest)
	}
	if t.NotDialling > 0 && (c.State == campaign.Running || c.State == campaign.Scheduling) {
		last, err := w.Store.LastDialled(ctx, scope, a.Campaign)
		if err != nil {
			return f, err
		}
		due, err := w.Store.DueSince(ctx, scope, a.Campaign)
		if err != nil {
			return f, err
		}
		f.IdleSince = alarm.IdleSince(c, last, due, f.Now)
	}
	return f, nil
}
