package api

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/alarm"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/errs"
)

// Alarm is what a campaign's members are told of; a rule that is left out, or null, is not judged.
type Alarm struct {
	Enabled             bool     `json:"enabled"`
	AnswerRateBelow     *float64 `json:"answer_rate_below,omitempty" minimum:"0" maximum:"1" doc:"Between 0 and 1"`
	IntentRateBelow     *float64 `json:"intent_rate_below,omitempty" minimum:"0" maximum:"1" doc:"Between 0 and 1"`
	MeanTalkBelowS      *int     `json:"mean_talk_below_s,omitempty" minimum:"1" maximum:"3600"`
	ConsecutiveAbnormal *int     `json:"consecutive_abnormal,omitempty" minimum:"2" maximum:"1000" doc:"So many calls in a row with a line fault"`
	OnFinished          bool     `json:"on_finished,omitempty"`
	NotDiallingMinutes  *int     `json:"not_dialling_minutes,omitempty" minimum:"1" maximum:"1440"`
	MinCalls            int      `json:"min_calls,omitempty" minimum:"0" maximum:"1000000" doc:"Rates and mean talk time are judged from so many ended calls on; 0 means 20"`
	MemberIDs           []int64  `json:"member_ids,omitempty" maxItems:"100" nullable:"false" doc:"Whom to tell; none means the campaign's owner"`
}

type alarmOutput struct{ Body Alarm }

func (a *API) getAlarm(ctx context.Context, in *CampaignPath) (*alarmOutput, error) {
	got, err := a.Store.Alarm(ctx, scopeOf(ctx), in.id())
	if err != nil {
		return nil, err
	}
	return &alarmOutput{Body: alarmShown(got)}, nil
}

// knowsMembers refuses members whom the caller does not see, in the words for one that does not exist. Those who were chosen
// before, by somebody who sees more, stay.
func (a *API) knowsMembers(ctx context.Context, chosen, before []access.UserID) error {
	var c errs.Check
	for i, id := range chosen {
		if slices.Contains(before, id) {
			continue
		}
		_, err := a.Store.Member(ctx, scopeOf(ctx), id)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
		c.Require(err == nil, "member_ids", "the member at place %d does not exist", i+1)
	}
	return c.Err("alarm")
}

type putAlarmInput struct {
	CampaignPath
	Body Alarm
}

func (a *API) putAlarm(ctx context.Context, in *putAlarmInput) (*alarmOutput, error) {
	scope := scopeOf(ctx)
	c, err := a.Store.Campaign(ctx, scope, in.id())
	if err != nil {
		return nil, err
	}
	before, err := a.Store.Alarm(ctx, scope, c.ID)
	if err != nil {
		return nil, err
	}
	set := alarmOf(in.Body)
	set.Tenant, set.Campaign, set.UpdatedAt = c.Tenant, c.ID, a.Clock.Now().UTC()
	if c.State == campaign.Finished {
		set.Raised = alarm.Raised{alarm.FinishedRule} // whoever sets it sees that; it is no news
	}
	if err := set.Validate(); err != nil {
		return nil, err
	}
	if err := a.knowsMembers(ctx, set.Members, before.Members); err != nil {
		return nil, err
	}
	if err := a.Store.SaveAlarm(ctx, scope, set); err != nil {
		return nil, err
	}
	out := alarmShown(set)
	note(ctx, change{Module: "campaigns", Action: "set_alarm", Kind: "campaign", ID: strconv.FormatInt(int64(c.ID), 10), Name: c.Name, Before: alarmShown(before), After: out})
	return &alarmOutput{Body: out}, nil
}

func alarmOf(b Alarm) alarm.Alarm {
	t := alarm.Thresholds{AnswerRateBelow: value(b.AnswerRateBelow), IntentRateBelow: value(b.IntentRateBelow), MeanTalkBelow: time.Duration(value(b.MeanTalkBelowS)) * time.Second,
		ConsecutiveAbnormal: value(b.ConsecutiveAbnormal), OnFinished: b.OnFinished, NotDialling: time.Duration(value(b.NotDiallingMinutes)) * time.Minute, MinCalls: b.MinCalls}
	if t.MinCalls == 0 {
		t.MinCalls = alarm.UsualMinCalls
	}
	out := alarm.Alarm{Enabled: b.Enabled, Rules: t, Members: make([]access.UserID, 0, len(b.MemberIDs))}
	for _, id := range b.MemberIDs {
		out.Members = append(out.Members, access.UserID(id))
	}
	return out
}

func alarmShown(a alarm.Alarm) Alarm {
	t := a.Rules
	out := Alarm{Enabled: a.Enabled, AnswerRateBelow: unlessZero(t.AnswerRateBelow), IntentRateBelow: unlessZero(t.IntentRateBelow),
		MeanTalkBelowS: unlessZero(int(t.MeanTalkBelow / time.Second)), ConsecutiveAbnormal: unlessZero(t.ConsecutiveAbnormal), OnFinished: t.OnFinished,
		NotDiallingMinutes: unlessZero(int(t.NotDialling / time.Minute)), MinCalls: t.MinCalls, MemberIDs: make([]int64, 0, len(a.Members))}
	for _, id := range a.Members {
		out.MemberIDs = append(out.MemberIDs, int64(id))
	}
	return out
}

func value[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

func unlessZero[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}
