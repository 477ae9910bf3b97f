package callctl

import (
	"context"
	"errors"
	"time"

	"github.com/outdial/outdial/dialer/esl"
	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/agent"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
)

// How long one agent's telephone rings when others wait behind it, and the least that is worth ringing for.
const (
	agentRing = 12 * time.Second
	leastRing = time.Second
)

// Why a callee who was to be handed to a group reached nobody.
const (
	noGroup   = "the campaign names no agent group"
	noneFree  = "no agent of the group is free"
	noneTook  = "no agent of the group took the call"
	noReading = "the group's agents could not be read"
)

// found are the agents who may be called, who has waited longest first.
type found struct {
	group  agent.Group
	agents []agent.Agent
	err    error
}

// askGroup looks for the free agents of the campaign's group, beside the call's goroutine.
func (s *session) askGroup() {
	scope, campaign := tenant.Of(s.call.Tenant), s.call.Campaign
	s.command(func(ctx context.Context) {
		var f found
		f.group, f.agents, f.err = s.ctl.freeAgents(ctx, scope, campaign)
		s.send(input{found: &f})
	})
}

// freeAgents are the callable agents of a campaign's group who are in no call. Whether a telephone is registered shows
// when it is rung: one that is not says so at once.
func (c *Controller) freeAgents(ctx context.Context, scope tenant.Scope, id contact.CampaignID) (agent.Group, []agent.Agent, error) {
	camp, err := c.cfg.Store.Campaign(ctx, scope, id)
	if err != nil {
		return agent.Group{}, nil, err
	}
	if camp.AgentGroup == 0 {
		return agent.Group{}, nil, errs.New(errs.Conflict, noGroup)
	}
	g, err := c.cfg.Store.AgentGroup(ctx, scope, camp.AgentGroup)
	if err != nil {
		return g, nil, err
	}
	of, err := c.cfg.Store.AgentsOf(ctx, scope, g.ID)
	if err != nil {
		return g, nil, err
	}
	channels, err := c.cfg.Line.Channels(ctx)
	if err != nil {
		return g, nil, err
	}
	busy := inCall(channels)
	var free []agent.Agent
	for _, a := range of[g.ID] {
		if a.Callable() && !busy[a.Extension] {
			free = append(free, a)
		}
	}
	return g, free, nil
}

// foundAgents begins to ring, unless the call has ended or nobody is free.
func (s *session) foundAgents(f found) {
	a := s.agent
	if a == nil || a.connected || s.call.State != call.AnsweredState {
		return
	}
	if f.err != nil {
		reason := noReading
		if f.err.Error() == noGroup {
			reason = noGroup
		}
		s.ctl.cfg.Log.Warn("a callee cannot be handed to a group", "call", s.call.UUID, "error", f.err)
		s.agent = nil
		s.transferEnded(false, reason)
		return
	}
	a.who.Group, a.who.GroupName, a.waiting, a.why = f.group.ID, f.group.Name, f.agents, noneFree
	s.ringNext()
}

// ringNext rings the next agent whom no other call has taken meanwhile, for as long as the script's time allows.
func (s *session) ringNext() {
	a := s.agent
	for len(a.waiting) > 0 {
		next := a.waiting[0]
		a.waiting = a.waiting[1:]
		left := a.until.Sub(s.ctl.cfg.Clock.Now()).Truncate(time.Second) // the switch counts whole seconds
		if left < leastRing {
			break
		}
		if !s.ctl.phones.take(next.Extension) {
			continue
		}
		a.member, a.who.Extension = next.User, next.Extension
		if err := s.ring(min(left, agentRing)); err != nil {
			s.ctl.cfg.Log.Warn("an agent cannot be called", "call", s.call.UUID, "extension", next.Extension, "error", err)
			s.ctl.phones.leave(next.Extension)
			continue
		}
		return
	}
	s.agent = nil
	s.transferEnded(false, a.why)
}

// missed gives an agent's telephone back whose owner did not take the call, and tries the next.
func (s *session) missed(err error) {
	a := s.agent
	s.ctl.phones.leave(a.who.Extension)
	s.ctl.cfg.Log.Info("an agent did not take a call", "call", s.call.UUID, "extension", a.who.Extension, "error", err)
	var refused *esl.OriginateError
	if !errors.As(err, &refused) || refused.Cause != esl.CauseUserNotRegistered && refused.Cause != esl.CauseSubscriberAbsent {
		a.why = noneTook
		s.agentCalled(a.member)
	}
	a.uuid, a.member, a.who.Extension = "", 0, ""
	s.ringNext()
}

// agentCalled moves an agent to the end of the line.
func (s *session) agentCalled(member access.UserID) {
	if member == 0 {
		return
	}
	scope, at := tenant.Of(s.call.Tenant), s.ctl.cfg.Clock.Now()
	s.command(func(ctx context.Context) {
		if err := s.ctl.cfg.Store.AgentCalled(ctx, scope, member, at); err != nil {
			s.ctl.cfg.Log.Warn("an agent's last call could not be written down", "member", member, "error", err)
		}
	})
}
