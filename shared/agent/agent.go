// Package agent owns the people who talk with callees in the robot's place, and the groups in which they are called. An
// agent is a member of the team with an agent number, which is also the extension of a telephone.
//
// It does not ring anybody (dialer/callctl) and does not own members and their numbers (access).
package agent

import (
	"context"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
)

// GroupID names one group.
type GroupID int64

// Kind is what a group is there for (A11.4).
type Kind string

const (
	// Transfers groups take callees whom a robot hands over.
	Transfers Kind = "transfers"
	// Manual groups work off campaigns in which people call.
	Manual Kind = "manual"
)

// Group is some of a tenant's agents under one name.
type Group struct {
	ID        GroupID
	Tenant    tenant.ID
	Name      string // unique in the tenant
	Kind      Kind
	Remark    string
	CreatedBy string
	CreatedAt time.Time
}

const (
	maxName   = 60
	maxRemark = 500
	// MostMembers bounds a group: a callee waits while one after the other is tried.
	MostMembers = 200
)

// Validate checks a group before it is stored.
func (g Group) Validate() error {
	var k errs.Check
	k.Require(g.Name != "" && utf8.RuneCountInString(g.Name) <= maxName, "name", "must have 1 to %d characters", maxName)
	k.Require(errs.OneLine(g.Name), "name", "may hold no line ends and other control characters")
	k.Require(g.Kind == Transfers || g.Kind == Manual, "kind", "must be transfers or manual")
	k.Require(utf8.RuneCountInString(g.Remark) <= maxRemark, "remark", "must have at most %d characters", maxRemark)
	k.Require(errs.Printable(g.Remark), "remark", "may hold no control characters but line ends and tabs")
	return k.Err("agent group")
}

// CheckMembers refuses a list that no group can have.
func CheckMembers(ids []access.UserID) error {
	var k errs.Check
	k.Require(len(ids) <= MostMembers, "member_ids", "a group has at most %d members", MostMembers)
	for i, id := range ids {
		k.Require(!slices.Contains(ids[:i], id), "member_ids", "member %d stands there twice", int64(id))
	}
	return k.Err("agent group")
}

// Agent is a member as somebody who can be called.
type Agent struct {
	User      access.UserID
	Name      string
	Account   string
	Extension string // empty: the number was taken away since
	Disabled  bool
	// Elsewhere: an agent of another company had the number first, and the telephone is theirs.
	Elsewhere bool
	// LastAt is when the agent last talked with a callee, or let the telephone ring; zero for never.
	LastAt time.Time
}

// Callable tells whether there is a telephone to ring.
func (a Agent) Callable() bool { return a.Extension != "" && !a.Disabled && !a.Elsewhere }

// Store keeps groups. They are the whole tenant's: no view narrows them.
type Store interface {
	// CreateAgentGroup stores an empty group and fills in its id; a name that another group has is a Conflict.
	CreateAgentGroup(ctx context.Context, scope tenant.Scope, g *Group) error
	AgentGroup(ctx context.Context, scope tenant.Scope, id GroupID) (Group, error)
	// AgentGroups pages by id, newest first: those below the id given, zero for the first page.
	AgentGroups(ctx context.Context, scope tenant.Scope, below GroupID, limit int) ([]Group, error)
	// UpdateAgentGroup saves name, kind and remark; another kind is a Conflict while a campaign that is not finished has
	// chosen the group.
	UpdateAgentGroup(ctx context.Context, scope tenant.Scope, g Group) error
	// DeleteAgentGroup takes a group away; a campaign that has chosen it and is not finished is a Conflict.
	DeleteAgentGroup(ctx context.Context, scope tenant.Scope, id GroupID) error
	// SetAgentGroupMembers replaces the group's members. All must be agents of its tenant.
	SetAgentGroupMembers(ctx context.Context, scope tenant.Scope, id GroupID, members []access.UserID) error
	// AgentsOf lists the members of groups by group; within one, who has waited longest for a call comes first.
	AgentsOf(ctx context.Context, scope tenant.Scope, ids ...GroupID) (map[GroupID][]Agent, error)
	// Agents lists the tenant's active agents by number.
	Agents(ctx context.Context, scope tenant.Scope) ([]Agent, error)
	// OwnExtension refuses, as a Conflict, an extension that is the telephone of another company's agent. Each is that of the company
	// whose agent had the number first, and passes on when that agent gives it up.
	OwnExtension(ctx context.Context, scope tenant.Scope, extension string) error
	// AgentCalled notes when an agent last had a call.
	AgentCalled(ctx context.Context, scope tenant.Scope, id access.UserID, at time.Time) error
}
