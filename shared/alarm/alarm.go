// Package alarm owns a campaign's alarms (A4.4.1): the thresholds that somebody set, and the rule that tells from the
// campaign's figures which of them are breached. It is pure but for the store's interface: admin/watch reads the figures and
// sends the notifications.
package alarm

import (
	"context"
	"slices"
	"time"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/notify"
	"github.com/outdial/outdial/shared/tenant"
)

// Rule names one alarm of a campaign.
type Rule string

const (
	AnswerRate   Rule = "answer_rate"
	IntentRate   Rule = "intent_rate"
	MeanTalk     Rule = "mean_talk"
	Abnormal     Rule = "consecutive_abnormal"
	NotDialling  Rule = "not_dialling"
	FinishedRule Rule = "finished"
)

const (
	// MostAbnormal bounds how many calls a streak is looked for in.
	MostAbnormal = 1000
	// UsualMinCalls is how many calls a rate needs to say anything, unless set otherwise.
	UsualMinCalls = 20
	mostMembers   = 100
)

// Thresholds are what somebody set; zero leaves a rule out.
type Thresholds struct {
	AnswerRateBelow     float64       `json:"answer_rate_below,omitempty"`
	IntentRateBelow     float64       `json:"intent_rate_below,omitempty"`
	MeanTalkBelow       time.Duration `json:"mean_talk_below,omitempty"`
	ConsecutiveAbnormal int           `json:"consecutive_abnormal,omitempty"`
	OnFinished          bool          `json:"on_finished,omitempty"`
	NotDialling         time.Duration `json:"not_dialling,omitempty"`
	MinCalls            int           `json:"min_calls"`
}

// Alarm is a campaign's alarms, whom they are for, and which of them are breached as far as anybody has been told.
type Alarm struct {
	Tenant    tenant.ID
	Campaign  campaign.ID
	Enabled   bool
	Rules     Thresholds
	Members   []access.UserID // empty means the campaign's owner
	Raised    Raised
	UpdatedAt time.Time
}

// Raised is a set of breached rules in their order.
type Raised []Rule

// Has tells whether the rule is in the set.
func (r Raised) Has(rule Rule) bool { return slices.Contains(r, rule) }

// Validate checks an alarm before it is stored.
func (a Alarm) Validate() error {
	var k errs.Check
	t := a.Rules
	k.Require(t.AnswerRateBelow >= 0 && t.AnswerRateBelow <= 1, "answer_rate_below", "must be above 0 and at most 1")
	k.Require(t.IntentRateBelow >= 0 && t.IntentRateBelow <= 1, "intent_rate_below", "must be above 0 and at most 1")
	k.Require(t.MeanTalkBelow >= 0 && t.MeanTalkBelow <= time.Hour, "mean_talk_below_s", "must be 1 to 3600 seconds")
	k.Require(t.ConsecutiveAbnormal == 0 || t.ConsecutiveAbnormal >= 2 && t.ConsecutiveAbnormal <= MostAbnormal, "consecutive_abnormal", "must be 2 to %d calls", MostAbnormal)
	k.Require(t.NotDialling >= 0 && t.NotDialling <= 24*time.Hour, "not_dialling_minutes", "must be 1 to 1440 minutes")
	k.Require(t.MinCalls >= 1 && t.MinCalls <= 1_000_000, "min_calls", "must be 1 to 1000000")
	k.Require(len(a.Members) <= mostMembers, "member_ids", "may name at most %d members", mostMembers)
	return k.Err("alarm")
}

// Store keeps alarms.
type Store interface {
	// Alarm reads a campaign's; one that was never set is switched off.
	Alarm(ctx context.Context, scope tenant.Scope, id campaign.ID) (Alarm, error)
	// SaveAlarm sets a campaign's. What is raised stays as it is.
	SaveAlarm(ctx context.Context, scope tenant.Scope, a Alarm) error
	// EnabledAlarms lists those that are switched on, of campaigns that are not deleted.
	EnabledAlarms(ctx context.Context, scope tenant.Scope) ([]Alarm, error)
	// MoveAlarm replaces what is raised and stores the notifications, both or neither, and fills in their ids. When what is
	// raised is not what was expected, somebody else was faster: Conflict.
	MoveAlarm(ctx context.Context, scope tenant.Scope, id campaign.ID, expect, to Raised, n []notify.Notification) error
	// Recipients are the members to tell: those of the alarm who can still sign in; if there are none the campaign's
	// owner, or else the tenant's first user.
	Recipients(ctx context.Context, scope tenant.Scope, a Alarm) ([]access.UserID, error)
}
