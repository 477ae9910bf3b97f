package callctl

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/dialer/esl"
	"github.com/outdial/outdial/dialer/routing"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/tenant"
)

// agentLeg is a person who is being called, or talks, in the robot's place.
type agentLeg struct {
	uuid      string
	connected bool
	who       call.Agent
}

// agentResult is what became of calling the agent.
type agentResult struct {
	err error
	at  time.Time
}

// defaultAgentRing is how long an agent's telephone rings when the script does not say.
const defaultAgentRing = 20 * time.Second

// transfer calls the agent and, once they answered, bridges them to the callee. Until then the robot keeps talking.
func (s *session) transfer(m event.TransferRequested) {
	if s.call.State != call.AnsweredState || s.agent != nil {
		s.transferEnded(false, "the call cannot be transferred now")
		return
	}
	asked := s.ctl.cfg.Clock.Now()
	s.noteTransfer(call.TransferRequested, call.Agent{})
	ring := m.Timeout
	if ring <= 0 {
		ring = defaultAgentRing
	}
	id, err := uuid.NewV7()
	if err != nil {
		s.transferEnded(false, "no id could be made for the agent's leg")
		return
	}
	o, err := routing.Agent(call.UUID(id.String()), m.Extension, s.call.Number.String(), ring)
	if err != nil {
		s.transferEnded(false, err.Error())
		return
	}
	agent := &agentLeg{uuid: id.String(), who: call.Agent{Extension: m.Extension, Asked: asked}}
	s.agent = agent
	callee := string(s.call.UUID)
	s.tasks.Add(1)
	go func() {
		defer s.tasks.Done()
		ctx, cancel := context.WithTimeout(s.ctl.ctx, ring+commandPatience)
		defer cancel()
		err := s.connectAgent(ctx, callee, agent.uuid, o)
		s.send(input{agent: &agentResult{err: err, at: s.ctl.cfg.Clock.Now()}})
	}()
}

func (s *session) connectAgent(ctx context.Context, callee, agent string, o esl.Originate) error {
	job, err := s.ctl.cfg.Line.Originate(ctx, o)
	if err != nil {
		return err
	}
	if err := job.Wait(ctx); err != nil {
		return err
	}
	if err := s.ctl.cfg.Line.Bridge(ctx, callee, agent); err != nil {
		_ = s.ctl.cfg.Line.Kill(ctx, agent, esl.CauseNormalClearing)
		return err
	}
	return nil
}

func (s *session) agentResult(r agentResult) {
	if r.err != nil {
		s.agent = nil
		s.transferEnded(false, r.err.Error())
		return
	}
	s.agent.connected, s.agent.who.Connected = true, r.at
	stop(&s.alarms.robot)
	s.transferEnded(true, "")
}

func (s *session) transferEnded(connected bool, reason string) {
	switch {
	case connected:
		s.noteTransfer(call.TransferConnected, s.agent.who)
	case s.agent == nil: // with one, it is only a second request that was refused
		s.noteTransfer(call.TransferFailed, call.Agent{})
	}
	s.ctl.out.send(event.TransferEnded{Tenant: s.call.Tenant, Call: s.call.UUID, Connected: connected, Reason: reason})
}

// noteTransfer writes how far the transfer has come, beside the call's own writes.
func (s *session) noteTransfer(t call.Transfer, who call.Agent) {
	id, owner := s.call.UUID, s.call.Tenant
	s.command(func(ctx context.Context) {
		if err := s.ctl.cfg.Store.NoteTransfer(ctx, tenant.Of(owner), id, t, who); err != nil {
			s.ctl.cfg.Log.Warn("a transfer could not be written down", "call", id, "state", t, "error", err)
		}
	})
}

// hangUpAgent ends an agent's leg that the callee did not wait for. A connected one ends with the bridge.
func (s *session) hangUpAgent() {
	if s.agent == nil {
		return
	}
	id := s.agent.uuid
	s.command(func(ctx context.Context) {
		if err := s.ctl.cfg.Line.Kill(ctx, id, esl.CauseOriginatorCancel); err != nil && !esl.NoSuchChannel(err) {
			s.ctl.cfg.Log.Warn("the agent's leg could not be hung up", "call", s.call.UUID, "error", err)
		}
	})
}
