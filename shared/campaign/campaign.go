// Package campaign owns what is called, when and how often: the campaign's states, its calling window, its redial rules.
// It does not own the dialling itself (dialer) or the contacts (contact).
package campaign

import (
	"context"
	"slices"
	"time"

	"github.com/outdial/outdial/shared/agent"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/dnc"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/linestatus"
	"github.com/outdial/outdial/shared/push"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/trunk"
)

// ID names one campaign.
type ID = contact.CampaignID

// StartMode is how a campaign begins (A4.2).
type StartMode string

const (
	// Manual campaigns wait for somebody to press start.
	Manual StartMode = "manual"
	// Scheduled campaigns begin at StartAt.
	Scheduled StartMode = "scheduled"
)

// Campaign calls one contact list with one script over one trunk.
type Campaign struct {
	ID          ID
	Tenant      tenant.ID
	Name        string
	Description string
	Script      script.ID
	// Speaks is the version that is dialled: the store sets it to the script's deployed one.
	Speaks    script.VersionID
	Trunk     trunk.ID
	Robots    int // robot calls at once
	StartMode StartMode
	StartAt   time.Time // for Scheduled
	Window    Window
	Redial    Redial
	DNC       dnc.Policy
	// EndOn are the statuses of a line on which a call is ended at once; none for none.
	EndOn []linestatus.Status
	// AgentGroup is who is called where the script hands a callee over and names no extension; zero for nobody.
	AgentGroup agent.GroupID
	// WeChat is which of its calls a WeChat robot is told of.
	WeChat push.Policy
	State  State
	// Reason says why it stands in its state where that is not plain: "terminated", "switch unreachable", …
	Reason string
	// Owner and Unit are the member whose campaign it is and the organisation unit it belongs to; zero for neither. They
	// decide who sees it.
	Owner, Unit int64
	CreatedBy   string
	UpdatedBy   string
	CreatedAt   time.Time
	UpdatedAt   time.Time
	FinishedAt  time.Time
}

// Validate checks a campaign before it is stored.
func (c Campaign) Validate() error {
	var k errs.Check
	k.Require(c.Name != "" && len([]rune(c.Name)) <= 60, "name", "must have 1 to 60 characters")
	k.Require(errs.OneLine(c.Name), "name", "may hold no line ends and other control characters")
	k.Require(len([]rune(c.Description)) <= 500, "description", "must have at most 500 characters")
	k.Require(errs.Printable(c.Description), "description", "may hold no control characters but line ends and tabs")
	k.Require(c.Script > 0, "script_id", "choose a script")
	k.Require(c.Trunk > 0, "trunk_id", "choose a trunk")
	k.Require(c.Robots >= 1 && c.Robots <= 10_000, "robots", "must be 1 to 10000")
	k.Require(c.StartMode == Manual || c.StartMode == Scheduled, "start_mode", "must be manual or scheduled")
	k.Require(c.StartMode != Scheduled || !c.StartAt.IsZero(), "start_at", "a scheduled campaign needs its start")
	c.Window.check(&k)
	c.Redial.check(&k)
	k.Require(c.ID == 0 || c.Redial.To != c.ID, "redial_to_campaign_id", "a campaign cannot hand its contacts to itself")
	c.DNC.Check(&k)
	c.WeChat.Check(&k)
	for _, s := range c.EndOn {
		k.Require(slices.Contains(linestatus.Ends(), s), "end_on", "holds a status on which no call can be ended")
	}
	return k.Err("campaign")
}

// Progress counts a campaign's contacts.
type Progress struct {
	Total, Waiting, Calling, Finished int
}

// Store keeps campaigns.
type Store interface {
	CreateCampaign(ctx context.Context, scope tenant.Scope, c *Campaign) error
	Campaign(ctx context.Context, scope tenant.Scope, id ID) (Campaign, error)
	// Campaigns pages by id, newest first: those below the id given, zero for the first page.
	Campaigns(ctx context.Context, scope tenant.Scope, filter Filter, below ID, limit int) ([]Campaign, error)
	// CampaignsIn lists every campaign in one of the states, for the dialer.
	CampaignsIn(ctx context.Context, scope tenant.Scope, states ...State) ([]Campaign, error)
	// MoveCampaign changes the state where the present one is among the expected; otherwise Conflict.
	MoveCampaign(ctx context.Context, scope tenant.Scope, id ID, expect []State, to State, reason string, at time.Time) error
	// UpdateCampaign saves what a user may change, where nobody has changed the campaign since it was read: seen is its
	// UpdatedAt and state of then. Otherwise it is a Conflict.
	UpdateCampaign(ctx context.Context, scope tenant.Scope, c Campaign, seen Version) error
	// DeleteCampaign hides a campaign whose state is among the expected and of which no call is under way; otherwise
	// Conflict. What it left behind stays: contacts, calls, records.
	DeleteCampaign(ctx context.Context, scope tenant.Scope, id ID, expect []State, by string, at time.Time) error
	// CampaignProgress counts contacts by state.
	CampaignProgress(ctx context.Context, scope tenant.Scope, id ID) (Progress, error)
	// FeedersAlive counts the campaigns that hand contacts to this one and may still do so: those that were started and
	// are not finished.
	FeedersAlive(ctx context.Context, scope tenant.Scope, id ID) (int, error)
}

// Version is a campaign as somebody read it.
type Version struct {
	State State
	At    time.Time // its UpdatedAt
}

// Version is what a later change is measured against.
func (c Campaign) Version() Version { return Version{State: c.State, At: c.UpdatedAt} }

// Filter narrows a list (A4.1).
type Filter struct {
	Name          string
	State         State
	Script        script.ID
	Trunk         trunk.ID
	CreatedFrom   time.Time
	CreatedBefore time.Time
}
