package api

import (
	"context"
	"strconv"
	"time"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/agent"
)

func (a *API) agentRoutes() {
	const tag = "Agents"
	const groups, one = "/api/v1/agent-groups", "/api/v1/agent-groups/{id}"
	add(a, needs(access.AgentsView, op("GET", "/api/v1/agents", "listAgents", tag, "The company's agents: active members with an agent number, by number")), a.listAgents)
	add(a, needs(access.AgentsView, op("GET", groups, "listAgentGroups", tag, "The groups of agents, newest first")), a.listAgentGroups)
	add(a, logs("agents", "create_group", needs(access.AgentsEdit, created(op("POST", groups, "createAgentGroup", tag, "Make a group")))), a.createAgentGroup)
	add(a, needs(access.AgentsView, op("GET", one, "getAgentGroup", tag, "One group with its members, who has waited longest for a call first")), a.getAgentGroup)
	add(a, logs("agents", "update_group", needs(access.AgentsEdit, op("PATCH", one, "updateAgentGroup", tag, "Change a group's name, kind, remark or members"))), a.updateAgentGroup)
	add(a, logs("agents", "delete_group", needs(access.AgentsEdit, op("DELETE", one, "deleteAgentGroup", tag, "Delete a group; its members stay in the team"))), a.deleteAgentGroup)
	add(a, logs("agents", "set_members", needs(access.AgentsEdit, op("PUT", one+"/members", "setAgentGroupMembers", tag, "Replace a group's members"))), a.setAgentGroupMembers)
}

// Agent is a member as somebody who can be called.
type Agent struct {
	ID        int64      `json:"id" doc:"The member"`
	Name      string     `json:"name"`
	Account   string     `json:"account"`
	Extension string     `json:"extension" doc:"The agent number, which is the extension that rings; empty when it was taken away"`
	Callable  bool       `json:"callable" doc:"False for members who are disabled or have no number any more"`
	LastAt    *time.Time `json:"last_at,omitempty" doc:"When they last talked with a callee, or let the telephone ring"`
}

func agentShown(a agent.Agent) Agent {
	return Agent{ID: int64(a.User), Name: orElse(a.Name, a.Account), Account: a.Account, Extension: a.Extension, Callable: a.Callable(), LastAt: moment(a.LastAt)}
}

// AgentGroup is some of the company's agents under one name.
type AgentGroup struct {
	ID        int64     `json:"id"`
	Name      string    `json:"name"`
	Kind      string    `json:"kind" enum:"transfers,manual" doc:"Whom it is for: callees whom a robot hands over, or campaigns in which people call"`
	Remark    string    `json:"remark"`
	Members   []Agent   `json:"members"`
	CreatedAt time.Time `json:"created_at"`
	CreatedBy string    `json:"created_by"`
}

func (a *API) agentGroupsShown(ctx context.Context, list ...agent.Group) ([]AgentGroup, error) {
	ids := make([]agent.GroupID, len(list))
	for i, g := range list {
		ids[i] = g.ID
	}
	of, err := a.Store.AgentsOf(ctx, wholeTenant(ctx), ids...)
	if err != nil {
		return nil, err
	}
	out := make([]AgentGroup, 0, len(list))
	for _, g := range list {
		shown := AgentGroup{ID: int64(g.ID), Name: g.Name, Kind: string(g.Kind), Remark: g.Remark, Members: []Agent{}, CreatedAt: g.CreatedAt.UTC(), CreatedBy: g.CreatedBy}
		for _, m := range of[g.ID] {
			shown.Members = append(shown.Members, agentShown(m))
		}
		out = append(out, shown)
	}
	return out, nil
}

func (a *API) agentGroupShown(ctx context.Context, g agent.Group) (AgentGroup, error) {
	list, err := a.agentGroupsShown(ctx, g)
	if err != nil {
		return AgentGroup{}, err
	}
	return list[0], nil
}

func agentGroupChange(action string, g agent.Group) change {
	return change{Module: "agents", Action: action, Kind: "agent_group", ID: strconv.FormatInt(int64(g.ID), 10), Name: g.Name}
}

type listAgentsOutput struct {
	Body struct {
		Items []Agent `json:"items"`
	}
}

func (a *API) listAgents(ctx context.Context, _ *struct{}) (*listAgentsOutput, error) {
	found, err := a.Store.Agents(ctx, wholeTenant(ctx))
	if err != nil {
		return nil, err
	}
	out := &listAgentsOutput{}
	out.Body.Items = make([]Agent, 0, len(found))
	for _, one := range found {
		out.Body.Items = append(out.Body.Items, agentShown(one))
	}
	return out, nil
}

type listAgentGroupsOutput struct{ Body Page[AgentGroup] }

func (a *API) listAgentGroups(ctx context.Context, in *Paging) (*listAgentGroupsOutput, error) {
	below, err := in.key()
	if err != nil {
		return nil, err
	}
	found, err := a.Store.AgentGroups(ctx, scopeOf(ctx), agent.GroupID(below), in.Limit+1)
	if err != nil {
		return nil, err
	}
	out := &listAgentGroupsOutput{}
	found, out.Body.Next = cut(found, in.Limit, func(g agent.Group) string { return strconv.FormatInt(int64(g.ID), 10) })
	out.Body.Items, err = a.agentGroupsShown(ctx, found...)
	return out, err
}

type createAgentGroupInput struct {
	Body struct {
		Name    string  `json:"name"`
		Kind    string  `json:"kind,omitempty" enum:"transfers,manual" doc:"Empty means transfers"`
		Remark  string  `json:"remark,omitempty"`
		Members []int64 `json:"member_ids,omitempty" maxItems:"200" doc:"Members with an agent number"`
	}
}

type agentGroupOutput struct{ Body AgentGroup }

func (a *API) createAgentGroup(ctx context.Context, in *createAgentGroupInput) (*agentGroupOutput, error) {
	g := agent.Group{Tenant: callerOf(ctx).Tenant.ID, Name: in.Body.Name, Kind: agent.Kind(orElse(in.Body.Kind, string(agent.Transfers))), Remark: in.Body.Remark,
		CreatedBy: a.callerName(ctx), CreatedAt: a.Clock.Now().UTC()}
	if err := g.Validate(); err != nil {
		return nil, err
	}
	members, err := a.agentsNamed(ctx, in.Body.Members, nil)
	if err != nil {
		return nil, err
	}
	if err := a.Store.CreateAgentGroup(ctx, scopeOf(ctx), &g); err != nil {
		return nil, err
	}
	if len(members) > 0 {
		if err := a.Store.SetAgentGroupMembers(ctx, scopeOf(ctx), g.ID, members); err != nil {
			return nil, err
		}
	}
	shown, err := a.agentGroupShown(ctx, g)
	if err != nil {
		return nil, err
	}
	c := agentGroupChange("create_group", g)
	c.After = shown
	note(ctx, c)
	return &agentGroupOutput{Body: shown}, nil
}

// agentsNamed refuses, beside their field, members who are no agents of the company. Those who were in the group before
// may stay.
func (a *API) agentsNamed(ctx context.Context, ids []int64, was []Agent) ([]access.UserID, error) {
	out := make([]access.UserID, 0, len(ids))
	for _, id := range ids {
		out = append(out, access.UserID(id))
	}
	if err := agent.CheckMembers(out); err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return out, nil
	}
	known := map[int64]bool{}
	for _, m := range was {
		known[m.ID] = true
	}
	found, err := a.Store.Agents(ctx, wholeTenant(ctx))
	if err != nil {
		return nil, err
	}
	for _, m := range found {
		known[int64(m.User)] = true
	}
	for _, id := range ids {
		if !known[id] {
			return nil, fieldError("member_ids", "choose active members of the company who have an agent number")
		}
	}
	return out, nil
}

// AgentGroupPath names the group of an address.
type AgentGroupPath struct {
	ID int64 `path:"id" minimum:"1"`
}

func (p AgentGroupPath) id() agent.GroupID { return agent.GroupID(p.ID) }

func (a *API) getAgentGroup(ctx context.Context, in *AgentGroupPath) (*agentGroupOutput, error) {
	g, err := a.Store.AgentGroup(ctx, scopeOf(ctx), in.id())
	if err != nil {
		return nil, err
	}
	shown, err := a.agentGroupShown(ctx, g)
	return &agentGroupOutput{Body: shown}, err
}

type updateAgentGroupInput struct {
	AgentGroupPath
	Body struct {
		Name    *string  `json:"name,omitempty"`
		Kind    *string  `json:"kind,omitempty" enum:"transfers,manual"`
		Remark  *string  `json:"remark,omitempty"`
		Members *[]int64 `json:"member_ids,omitempty" maxItems:"200" doc:"Replaces all members"`
	}
}

func (a *API) updateAgentGroup(ctx context.Context, in *updateAgentGroupInput) (*agentGroupOutput, error) {
	return a.changeAgentGroup(ctx, in.id(), "update_group", func(g *agent.Group) *[]int64 {
		set(&g.Name, in.Body.Name)
		set(&g.Remark, in.Body.Remark)
		if in.Body.Kind != nil {
			g.Kind = agent.Kind(*in.Body.Kind)
		}
		return in.Body.Members
	})
}

type setAgentGroupMembersInput struct {
	AgentGroupPath
	Body struct {
		Members []int64 `json:"member_ids" maxItems:"200"`
	}
}

func (a *API) setAgentGroupMembers(ctx context.Context, in *setAgentGroupMembersInput) (*agentGroupOutput, error) {
	return a.changeAgentGroup(ctx, in.id(), "set_members", func(*agent.Group) *[]int64 { return &in.Body.Members })
}

// changeAgentGroup applies a change, which returns the new members or nil to leave them.
func (a *API) changeAgentGroup(ctx context.Context, id agent.GroupID, action string, apply func(*agent.Group) *[]int64) (*agentGroupOutput, error) {
	g, err := a.Store.AgentGroup(ctx, scopeOf(ctx), id)
	if err != nil {
		return nil, err
	}
	before, err := a.agentGroupShown(ctx, g)
	if err != nil {
		return nil, err
	}
	was := g
	ids := apply(&g)
	if err := g.Validate(); err != nil {
		return nil, err
	}
	var members []access.UserID
	if ids != nil {
		if members, err = a.agentsNamed(ctx, *ids, before.Members); err != nil {
			return nil, err
		}
	}
	if g != was {
		if err := a.Store.UpdateAgentGroup(ctx, scopeOf(ctx), g); err != nil {
			return nil, err
		}
	}
	if ids != nil {
		if err := a.Store.SetAgentGroupMembers(ctx, scopeOf(ctx), g.ID, members); err != nil {
			return nil, err
		}
	}
	after, err := a.agentGroupShown(ctx, g)
	if err != nil {
		return nil, err
	}
	c := agentGroupChange(action, g)
	c.Before, c.After = before, after
	note(ctx, c)
	return &agentGroupOutput{Body: after}, nil
}

func (a *API) deleteAgentGroup(ctx context.Context, in *AgentGroupPath) (*struct{}, error) {
	g, err := a.Store.AgentGroup(ctx, scopeOf(ctx), in.id())
	if err != nil {
		return nil, err
	}
	before, err := a.agentGroupShown(ctx, g)
	if err != nil {
		return nil, err
	}
	if err := a.Store.DeleteAgentGroup(ctx, scopeOf(ctx), g.ID); err != nil {
		return nil, err
	}
	c := agentGroupChange("delete_group", g)
	c.Before = before
	note(ctx, c)
	return &struct{}{}, nil
}
