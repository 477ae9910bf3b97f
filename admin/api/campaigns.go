package api

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/outdial/outdial/shared/agent"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/trunk"
)

// Campaign is a campaign as the API shows it.
type Campaign struct {
	ID          int64      `json:"id"`
	Name        string     `json:"name"`
	Description string     `json:"description"`
	ScriptID    int64      `json:"script_id"`
	ScriptName  string     `json:"script_name"`
	VersionID   int64      `json:"script_version_id" doc:"The version that is dialled: the script's deployed one, or the last one once the campaign is finished"`
	Version     int        `json:"script_version" doc:"Its number"`
	TrunkID     int64      `json:"trunk_id"`
	Robots      int        `json:"robots" doc:"Robot calls at once"`
	StartMode   string     `json:"start_mode" enum:"manual,scheduled"`
	StartAt     *time.Time `json:"start_at,omitempty"`
	Window      Window     `json:"window"`
	Redial      Redial     `json:"redial"`
	RedialTo    int64      `json:"redial_to_campaign_id,omitempty" doc:"The campaign that goes on with contacts which were not reached by their last call"`
	DNC         DNC        `json:"dnc"`
	EndOn       []string   `json:"end_on" doc:"What a line must say for a call to be ended at once"`
	WeChat      WeChat     `json:"wechat"`
	AgentGroup  *Named     `json:"agent_group,omitempty" doc:"Whose agents are called where the script hands a callee over and names no extension; absent for nobody"`
	State       string     `json:"state" enum:"not_started,scheduling,running,paused,finished"`
	Reason      string     `json:"reason,omitempty" doc:"Why it stands in its state, where that is not plain"`
	Owner       Named      `json:"owner"`
	Unit        *Named     `json:"unit"`
	CreatedBy   string     `json:"created_by"`
	UpdatedBy   string     `json:"updated_by" doc:"Who changed it last; empty while nobody has"`
	CreatedAt   time.Time  `json:"created_at"`
	UpdatedAt   time.Time  `json:"updated_at"`
	FinishedAt  *time.Time `json:"finished_at,omitempty"`
	Progress    Progress   `json:"progress"`
}

// Window is when a campaign may dial.
type Window struct {
	Zone     string   `json:"zone,omitempty" example:"Asia/Shanghai" doc:"Empty means the tenant's"`
	Weekdays []string `json:"weekdays,omitempty" doc:"Empty means every day" enum:"mon,tue,wed,thu,fri,sat,sun"`
	From     string   `json:"from,omitempty" example:"09:00" doc:"Local time; not before 09:00"`
	To       string   `json:"to,omitempty" example:"20:00" doc:"Local time; not after 20:00"`
}

// Redial says which contacts are called again.
type Redial struct {
	MaxAttempts     int      `json:"max_attempts,omitempty" doc:"Counts the first call too; 1 means no redial"`
	IntervalSeconds int64    `json:"interval_seconds,omitempty"`
	On              []string `json:"on,omitempty" doc:"Dispositions that are worth another call" enum:"no_answer,busy,rejected,powered_off,failed,restricted,abandoned,other"`
}

// DNC is whom a campaign does not call.
type DNC struct {
	Enabled  bool    `json:"enabled" required:"false" doc:"Contacts whose number is listed end without a call, with the disposition dnc"`
	GroupIDs []int64 `json:"group_ids" required:"false" maxItems:"100" doc:"Empty means all groups, later ones included"`
}

// WeChat is which calls of a campaign a WeChat robot is told of.
type WeChat struct {
	RobotID   int64    `json:"robot_id" required:"false" minimum:"0" doc:"0 for none"`
	RobotName string   `json:"robot_name,omitempty" required:"false" readOnly:"true" doc:"Of an answer"`
	Grades    []string `json:"grades" required:"false" maxItems:"6" doc:"A call that ends with one of these, A to F, is told of"`
}

// Progress counts contacts.
type Progress struct {
	Total    int `json:"total"`
	Waiting  int `json:"waiting"`
	Calling  int `json:"calling"`
	Finished int `json:"finished"`
}

// Summary is what a campaign's calls came to.
type Summary struct {
	Placed        int            `json:"placed"`
	Answered      int            `json:"answered"`
	ByDisposition map[string]int `json:"by_disposition"`
	ByEndReason   map[string]int `json:"by_end_reason"`
	ByGrade       map[string]int `json:"by_grade"`
	TalkMS        int64          `json:"talk_ms"`
}

// Idle says why a campaign is not dialling.
type Idle struct {
	Code   string     `json:"code" enum:"not_started,start_time,window,paused,finished,no_contacts,redial,platform"`
	Detail string     `json:"detail"`
	Until  *time.Time `json:"until,omitempty"`
}

// CampaignDetail is a campaign with all that is known about it.
type CampaignDetail struct {
	Campaign
	TrunkName string   `json:"trunk_name"`
	Summary   Summary  `json:"summary"`
	Latency   *Latency `json:"reply_latency,omitempty" doc:"How long callees waited for replies in the newest 500 calls; absent where nobody was answered"`
	Idle      *Idle    `json:"idle,omitempty" doc:"Why it is not dialling, when it is not"`
}

// Latency sums up how long replies took, on the wire: from the end of the callee's voice to the beginning of the robot's.
type Latency struct {
	P50MS   int64 `json:"p50_ms"`
	P95MS   int64 `json:"p95_ms"`
	Replies int   `json:"replies" doc:"How many were measured"`
}

// latencyCalls is of how many calls latencies are shown: those of the newest say how it is now, and are read at once.
const latencyCalls = 500

type listCampaignsInput struct {
	Name          string    `query:"name" maxLength:"60" doc:"A part of the name"`
	State         string    `query:"state" enum:"not_started,scheduling,running,paused,finished"`
	ScriptID      int64     `query:"script_id" minimum:"0"`
	TrunkID       int64     `query:"trunk_id" minimum:"0"`
	CreatedFrom   time.Time `query:"created_from"`
	CreatedBefore time.Time `query:"created_before"`
	Paging
}

type listCampaignsOutput struct{ Body Page[Campaign] }

func (a *API) listCampaigns(ctx context.Context, in *listCampaignsInput) (*listCampaignsOutput, error) {
	below, err := in.key()
	if err != nil {
		return nil, err
	}
	f := campaign.Filter{Name: in.Name, State: campaign.State(in.State), Script: script.ID(in.ScriptID), Trunk: trunk.ID(in.TrunkID), CreatedFrom: in.CreatedFrom, CreatedBefore: in.CreatedBefore}
	found, err := a.Store.Campaigns(ctx, scopeOf(ctx), f, campaign.ID(below), in.Limit+1)
	if err != nil {
		return nil, err
	}
	out := &listCampaignsOutput{}
	found, out.Body.Next = cut(found, in.Limit, func(c campaign.Campaign) string { return strconv.FormatInt(int64(c.ID), 10) })
	out.Body.Items, err = a.shownAll(ctx, found)
	return out, err
}

type createCampaignInput struct {
	Body struct {
		Name        string    `json:"name"`
		Description string    `json:"description,omitempty"`
		ScriptID    int64     `json:"script_id" doc:"A script of which a version is deployed"`
		TrunkID     int64     `json:"trunk_id"`
		Robots      int       `json:"robots,omitempty" doc:"Robot calls at once; 0 means 1"`
		StartMode   string    `json:"start_mode,omitempty" enum:"manual,scheduled" doc:"Empty means manual"`
		StartAt     time.Time `json:"start_at,omitempty" doc:"For a scheduled campaign: once started it waits for this"`
		Window      Window    `json:"window,omitempty"`
		Redial      Redial    `json:"redial,omitempty"`
		RedialTo    int64     `json:"redial_to_campaign_id,omitempty" minimum:"0" doc:"A campaign that goes on with contacts which were not reached by their last call; 0 for none"`
		DNC         DNC       `json:"dnc,omitempty"`
		AgentGroup  int64     `json:"agent_group_id,omitempty" minimum:"0" doc:"Whose agents are called where the script hands a callee over and names no extension; 0 for nobody"`
		WeChat      WeChat    `json:"wechat,omitempty"`
		EndOn       []string  `json:"end_on,omitempty" maxItems:"40" doc:"Statuses of a line, heard before the answer, and machine: such calls are ended at once"`
	}
}

type campaignOutput struct{ Body Campaign }

func (a *API) createCampaign(ctx context.Context, in *createCampaignInput) (*campaignOutput, error) {
	who := callerOf(ctx)
	b, now := in.Body, a.Clock.Now().UTC()
	c := campaign.Campaign{Tenant: who.Tenant.ID, Name: b.Name, Description: b.Description, Script: script.ID(b.ScriptID), Trunk: trunk.ID(b.TrunkID),
		Robots: max(b.Robots, 1), StartMode: campaign.StartMode(orElse(b.StartMode, string(campaign.Manual))), StartAt: b.StartAt.UTC(),
		State: campaign.NotStarted, Owner: int64(who.User.ID), Unit: int64(who.Unit.ID), CreatedBy: a.callerName(ctx), CreatedAt: now, UpdatedAt: now}
	if b.Robots < 0 {
		c.Robots = b.Robots
	}
	if c.StartMode == campaign.Manual {
		c.StartAt = time.Time{}
	}
	var refused errs.Check
	c.Window = windowOf(b.Window, who.Tenant.Zone, &refused)
	c.Redial = redialOf(b.Redial)
	c.Redial.To, c.DNC = campaign.ID(b.RedialTo), policyOf(b.DNC)
	c.EndOn, c.AgentGroup = endOnOf(b.EndOn), agent.GroupID(b.AgentGroup)
	c.WeChat = wechatOf(b.WeChat)
	if err := refused.Err("campaign"); err != nil {
		return nil, err
	}
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if err := a.relations(ctx, c, campaign.Campaign{}); err != nil {
		return nil, err
	}
	if err := a.Store.CreateCampaign(ctx, who.scope(), &c); err != nil {
		return nil, err
	}
	shown, err := a.shown(ctx, c)
	if err != nil {
		return nil, err
	}
	note(ctx, campaignChange("create", c, nil, shown))
	return &campaignOutput{Body: shown}, nil
}

// CampaignPath names the campaign of an address.
type CampaignPath struct {
	ID int64 `path:"id" minimum:"1"`
}

func (p CampaignPath) id() campaign.ID { return campaign.ID(p.ID) }

type campaignDetailOutput struct{ Body CampaignDetail }

func (a *API) getCampaign(ctx context.Context, in *CampaignPath) (*campaignDetailOutput, error) {
	c, err := a.Store.Campaign(ctx, scopeOf(ctx), in.id())
	if err != nil {
		return nil, err
	}
	shown, err := a.shown(ctx, c)
	if err != nil {
		return nil, err
	}
	sum, err := a.summaryFor(ctx, c)
	if err != nil {
		return nil, err
	}
	out := &campaignDetailOutput{Body: CampaignDetail{Campaign: shown, Summary: summaryOf(sum), Idle: idle(c, shown.Progress, a.Clock.Now())}}
	names, err := a.trunkNames(ctx)
	if err != nil {
		return nil, err
	}
	out.Body.TrunkName = names[c.Trunk]
	replies, _, err := a.Store.Latencies(ctx, scopeOf(ctx), in.id(), latencyCalls)
	if err != nil {
		return nil, err
	}
	out.Body.Latency = latencyOf(replies)
	return out, nil
}

func latencyOf(replies []time.Duration) *Latency {
	n := len(replies)
	if n == 0 {
		return nil
	}
	slices.Sort(replies)
	at := func(percent int) int64 { return replies[(n*percent+99)/100-1].Milliseconds() }
	return &Latency{P50MS: at(50), P95MS: at(95), Replies: n}
}

func campaignOf(c campaign.Campaign, p campaign.Progress) Campaign {
	return Campaign{ID: int64(c.ID), Name: c.Name, Description: c.Description, ScriptID: int64(c.Script), VersionID: int64(c.Speaks), TrunkID: int64(c.Trunk),
		Robots: c.Robots, StartMode: string(c.StartMode), StartAt: moment(c.StartAt), Window: windowShown(c.Window), Redial: redialShown(c.Redial),
		RedialTo: int64(c.Redial.To), DNC: policyShown(c.DNC), EndOn: endOnShown(c.EndOn), WeChat: wechatShown(c.WeChat), UpdatedBy: c.UpdatedBy,
		State: string(c.State), Reason: c.Reason, CreatedBy: c.CreatedBy, CreatedAt: c.CreatedAt.UTC(), UpdatedAt: c.UpdatedAt.UTC(),
		FinishedAt: moment(c.FinishedAt), Progress: Progress(p)}
}

func summaryOf(s call.Summary) Summary {
	out := Summary{Placed: s.Placed, Answered: s.Answered, ByDisposition: map[string]int{}, ByEndReason: map[string]int{},
		ByGrade: map[string]int{}, TalkMS: s.TalkTotal.Milliseconds()}
	for k, n := range s.ByDisposition {
		out.ByDisposition[string(k)] = n
	}
	for k, n := range s.ByEndReason {
		out.ByEndReason[string(k)] = n
	}
	for k, n := range s.ByGrade {
		if k != "" {
			out.ByGrade[k] = n
		}
	}
	return out
}

// idle says in one sentence why a campaign is not dialling; nil when it is.
func idle(c campaign.Campaign, p Progress, now time.Time) *Idle {
	open, next := c.Window.Open(now)
	switch {
	case c.State == campaign.Finished:
		return &Idle{Code: "finished", Detail: orElse(c.Reason, "every contact has been called")}
	case p.Total == 0:
		return &Idle{Code: "no_contacts", Detail: "the campaign has no contacts yet"}
	case c.State == campaign.NotStarted:
		return &Idle{Code: "not_started", Detail: "nobody has started it"}
	case c.State == campaign.Paused:
		return &Idle{Code: "paused", Detail: orElse(c.Reason, "it is paused")}
	case c.StartMode == campaign.Scheduled && now.Before(c.StartAt):
		return &Idle{Code: "start_time", Detail: "it waits for its start", Until: moment(c.StartAt)}
	case !open:
		return &Idle{Code: "window", Detail: "it is outside its calling window", Until: moment(next)}
	case c.Reason != "":
		return &Idle{Code: "platform", Detail: c.Reason}
	case c.State == campaign.Running && p.Calling == 0 && p.Waiting > 0:
		return &Idle{Code: "redial", Detail: "the contacts that are left wait for their redial, or for a free robot or trunk"}
	default:
		return nil
	}
}
