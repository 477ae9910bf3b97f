package store

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"github.com/outdial/outdial/shared/agent"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/dnc"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/push"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/trunk"
)

type campaignRow struct {
	ID             int64  `gorm:"column:id;primaryKey;autoIncrement"`
	Tenant         int64  `gorm:"column:tenant_id"`
	Name           string `gorm:"column:name"`
	Description    string `gorm:"column:description"`
	Script         int64  `gorm:"column:script_id"`
	Speaks         int64  `gorm:"column:script_version_id"`
	Trunk          int64  `gorm:"column:trunk_id"`
	Robots         int    `gorm:"column:robots"`
	StartMode      string `gorm:"column:start_mode"`
	StartAt        int64  `gorm:"column:start_at"`
	Zone           string `gorm:"column:zone"`
	Weekdays       int    `gorm:"column:weekdays"`
	From           int    `gorm:"column:window_from"`
	To             int    `gorm:"column:window_to"`
	RedialMax      int    `gorm:"column:redial_max"`
	RedialInterval int64  `gorm:"column:redial_interval"`
	RedialOn       string `gorm:"column:redial_on"`
	State          string `gorm:"column:state"`
	Reason         string `gorm:"column:reason"`
	CreatedBy      string `gorm:"column:created_by"`
	UpdatedBy      string `gorm:"column:updated_by"`
	Owner          int64  `gorm:"column:owner_id"`
	Unit           int64  `gorm:"column:unit_id"`
	DNCEnabled     int    `gorm:"column:dnc_enabled"`
	DNCGroups      string `gorm:"column:dnc_groups"`
	RedialTo       int64  `gorm:"column:redial_to"`
	EndOn          string `gorm:"column:end_on"`
	WeChatRobot    int64  `gorm:"column:wechat_robot_id"`
	WeChatGrades   string `gorm:"column:wechat_grades"`
	AgentGroup     int64  `gorm:"column:agent_group_id"`
	Created        int64  `gorm:"column:created_at;autoCreateTime:false"`
	Updated        int64  `gorm:"column:updated_at;autoUpdateTime:false"`
	Finished       int64  `gorm:"column:finished_at"`
	Deleted        int64  `gorm:"column:deleted_at"`
}

func (campaignRow) TableName() string { return "campaigns" }

func (r campaignRow) domain() (campaign.Campaign, error) {
	c := campaign.Campaign{ID: campaign.ID(r.ID), Tenant: tenant.ID(r.Tenant), Name: r.Name, Description: r.Description,
		Script: script.ID(r.Script), Speaks: script.VersionID(r.Speaks), Trunk: trunk.ID(r.Trunk), Robots: r.Robots,
		StartMode: campaign.StartMode(r.StartMode), StartAt: timeOf(r.StartAt),
		Window: campaign.Window{Zone: r.Zone, Weekdays: campaign.Weekdays(r.Weekdays), From: campaign.Minute(r.From), To: campaign.Minute(r.To)},
		Redial: campaign.Redial{MaxAttempts: r.RedialMax, Interval: durationOf(r.RedialInterval), To: campaign.ID(r.RedialTo)},
		DNC:    dnc.Policy{Enabled: r.DNCEnabled != 0}, AgentGroup: agent.GroupID(r.AgentGroup),
		State: campaign.State(r.State), Reason: r.Reason, CreatedBy: r.CreatedBy, UpdatedBy: r.UpdatedBy, Owner: r.Owner, Unit: r.Unit,
		CreatedAt: timeOf(r.Created), UpdatedAt: timeOf(r.Updated), FinishedAt: timeOf(r.Finished)}
	if !slices.Contains(campaign.States(), c.State) {
		return c, unreadable("campaign", r.ID, errs.New(errs.Invalid, "state %q is unknown", r.State))
	}
	if err := fromJSON(r.DNCGroups, &c.DNC.Groups, "campaign", r.ID); err != nil {
		return c, err
	}
	if r.EndOn != "[]" { // the usual, which is nil on both sides
		if err := fromJSON(r.EndOn, &c.EndOn, "campaign", r.ID); err != nil {
			return c, err
		}
	}
	c.WeChat.Robot = push.RobotID(r.WeChatRobot)
	if r.WeChatGrades != "[]" {
		if err := fromJSON(r.WeChatGrades, &c.WeChat.Grades, "campaign", r.ID); err != nil {
			return c, err
		}
	}
	return c, fromJSON(r.RedialOn, &c.Redial.On, "campaign", r.ID)
}

// rowOfCampaign is what is stored of a campaign; its id, its version, its end and its deletion are not among it.
func rowOfCampaign(c campaign.Campaign) (campaignRow, error) {
	on, err := toJSON(c.Redial.On)
	if err != nil {
		return campaignRow{}, err
	}
	groups := "[]"
	if len(c.DNC.Groups) > 0 {
		if groups, err = toJSON(c.DNC.Groups); err != nil {
			return campaignRow{}, err
		}
	}
	endOn := "[]"
	if len(c.EndOn) > 0 {
		if endOn, err = toJSON(c.EndOn); err != nil {
			return campaignRow{}, err
		}
	}
	grades := "[]"
	if len(c.WeChat.Grades) > 0 {
		if grades, err = toJSON(c.WeChat.Grades); err != nil {
			return campaignRow{}, err
		}
	}
	return campaignRow{EndOn: endOn, WeChatRobot: int64(c.WeChat.Robot), WeChatGrades: grades, AgentGroup: int64(c.AgentGroup), Tenant: int64(c.Tenant), Name: text(c.Name), Description: text(c.Description), Script: int64(c.Script),
		Trunk: int64(c.Trunk), Robots: c.Robots, StartMode: string(c.StartMode), StartAt: micros(c.StartAt), Zone: c.Window.Zone,
		Weekdays: int(c.Window.Weekdays), From: int(c.Window.From), To: int(c.Window.To), RedialMax: c.Redial.MaxAttempts,
		RedialInterval: microsOf(c.Redial.Interval), RedialOn: on, RedialTo: int64(c.Redial.To), DNCEnabled: number(c.DNC.Enabled), DNCGroups: groups,
		State: string(c.State), Reason: text(c.Reason), CreatedBy: text(c.CreatedBy), UpdatedBy: text(c.UpdatedBy), Owner: c.Owner, Unit: c.Unit,
		Created: micros(c.CreatedAt), Updated: micros(c.UpdatedAt), Finished: micros(c.FinishedAt)}, nil
}

// kept are the campaigns of the scope that nobody has deleted. What hangs on a deleted one is still read (calls, records),
// but the campaign itself is gone for lists, for the dialer and for whoever knows its id.
func kept(ctx context.Context, db *gorm.DB, scope tenant.Scope) *gorm.DB {
	return query(ctx, db, scope, &campaignRow{}).Where("deleted_at = 0")
}

// CreateCampaign stores a campaign and fills in its id. Its script, trunk and do-not-call groups must belong to the
// same tenant, and the campaign that it hands contacts to must be open and inside the scope.
func (s *Store) CreateCampaign(ctx context.Context, scope tenant.Scope, c *campaign.Campaign) error {
	if err := settle(scope, &c.Tenant, "campaign"); err != nil {
		return err
	}
	state := c.State
	if state == "" {
		state = campaign.NotStarted
	}
	row, err := rowOfCampaign(*c)
	if err != nil {
		return err
	}
	row.State = string(state)
	own := tenant.Of(c.Tenant)
	if err := s.owns(ctx, s.write, own, &trunkRow{}, "trunk", row.Trunk); err != nil {
		return err
	}
	if err := s.ownsGroups(ctx, s.write, own, c.DNC.Groups); err != nil {
		return err
	}
	if c.AgentGroup != 0 {
		if err := s.owns(ctx, s.write, own, &agentGroupRow{}, "agent group", row.AgentGroup); err != nil {
			return err
		}
	}
	if err := s.ownsWeChatRobot(ctx, s.write, own, c.WeChat.Robot); err != nil {
		return err
	}
	if c.Redial.To != 0 {
		if err := s.redialTarget(ctx, s.write, scopeFor(scope, row.Tenant), 0, c.Redial.To); err != nil {
			return err
		}
	}
	err = s.write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if row.Speaks, err = s.deployedVersion(ctx, tx, own, row.Script); err != nil {
			return err
		}
		return tx.Create(&row).Error
	}, s.fresh())
	if err != nil {
		return s.fail("create campaign", err)
	}
	c.ID, c.State, c.Speaks = campaign.ID(row.ID), state, script.VersionID(row.Speaks)
	return nil
}

// deployedVersion is the version of a script that campaigns dial. The script's row is held, so that none is deployed
// between this and the campaign's own write.
func (s *Store) deployedVersion(ctx context.Context, tx *gorm.DB, own tenant.Scope, id int64) (int64, error) {
	row, err := s.heldScript(ctx, tx, own, id)
	if err != nil {
		return 0, err
	}
	if row.DeployedID == 0 {
		return 0, errs.New(errs.Conflict, "no version of script %d is deployed; deploy one first", id)
	}
	return row.DeployedID, nil
}

// Campaign reads one campaign.
func (s *Store) Campaign(ctx context.Context, scope tenant.Scope, id campaign.ID) (campaign.Campaign, error) {
	if err := scope.Check(); err != nil {
		return campaign.Campaign{}, err
	}
	row, err := one[campaignRow](s, kept(ctx, s.read, scope).Where("id = ?", int64(id)), "campaign", id)
	if err != nil {
		return campaign.Campaign{}, err
	}
	return row.domain()
}

// Campaigns pages by id, newest first.
func (s *Store) Campaigns(ctx context.Context, scope tenant.Scope, f campaign.Filter, below campaign.ID, limit int) ([]campaign.Campaign, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	q := kept(ctx, s.read, scope).Order("id DESC").Limit(pageSize(limit))
	if below > 0 {
		q = q.Where("id < ?", int64(below))
	}
	if f.Name != "" {
		q = q.Where("INSTR(LOWER(name), LOWER(?)) > 0", text(f.Name))
	}
	if f.State != "" {
		q = q.Where("state = ?", string(f.State))
	}
	if f.Script > 0 {
		q = q.Where("script_id = ?", int64(f.Script))
	}
	if f.Trunk > 0 {
		q = q.Where("trunk_id = ?", int64(f.Trunk))
	}
	if !f.CreatedFrom.IsZero() {
		q = q.Where("created_at >= ?", micros(f.CreatedFrom))
	}
	if !f.CreatedBefore.IsZero() {
		q = q.Where("created_at < ?", micros(f.CreatedBefore))
	}
	return many(s, q, "campaigns", campaignRow.domain)
}

// CampaignsIn lists every campaign in one of the states, oldest first.
func (s *Store) CampaignsIn(ctx context.Context, scope tenant.Scope, states ...campaign.State) ([]campaign.Campaign, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	if len(states) == 0 {
		return nil, nil
	}
	return many(s, kept(ctx, s.read, scope).Where("state IN ?", words(states)).Order("id"), "campaigns", campaignRow.domain)
}

func words[W ~string](ws []W) []string {
	out := make([]string, len(ws))
	for i, w := range ws {
		out[i] = string(w)
	}
	return out
}

// pageSize bounds what one page of a list may hold in memory.
func pageSize(limit int) int {
	const usual, most = 100, 10_000
	if limit <= 0 {
		return usual
	}
	return min(limit, most)
}
