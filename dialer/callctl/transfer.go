package callctl

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/dialer/esl"
	"github.com/outdial/outdial/dialer/routing"
	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/agent"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/tenant"
)

// agentLeg is a person who is being called, or talks, in the robot's place.
type agentLeg struct {
	uuid      string        // empty while nobody rings
	over      chan struct{} // closed once the switch has said what became of ringing
	connected bool
	listens   bool // it took the call over by itself, and holds its telephone as a listener
	who       call.Agent

	// Of a transfer to a group.
	member  access.UserID // whose telephone rings
	waiting []agent.Agent // who is rung next
	until   time.Time     // the end of the script's time
	why     string        // nobody took the call, as far as it has come
}

// agentResult is what became of calling the agent.
type agentResult struct {
	err error
	at  time.Time
}

// defaultAgentRing is how long an agent's telephone rings when the script does not say.
const defaultAgentRing = 20 * time.Second

// transfer calls the agent that the script names, or those of the campaign's group, and bridges the one who answers to the
// callee. Until then the robot keeps talking.
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
	s.agent = &agentLeg{who: call.Agent{Extension: m.Extension, Asked: asked}, until: asked.Add(ring)}
	if m.Extension == "" {
		s.askGroup()
		return
	}
	if err := s.ring(ring); err != nil {
		s.agent = nil
		s.transferEnded(false, err.Error())
		return
	}
	s.ctl.phones.use(m.Extension)
}

// ring calls the agent's telephone, beside the call's goroutine.
func (s *session) ring(ring time.Duration) error {
	id, err := uuid.NewV7()
	if err != nil {
		return fmt.Errorf("make an id for the agent's leg: %w", err)
	}
	o, err := routing.Agent(call.UUID(id.String()), s.agent.who.Extension, s.call.Number.String(), ring)
	if err != nil {
		return err
	}
	over := make(chan struct{})
	s.agent.uuid, s.agent.over = id.String(), over
	leg, callee := s.agent.uuid, string(s.call.UUID)
	s.tasks.Add(1)
	go func() {
		defer s.tasks.Done()
		ctx, cancel := context.WithTimeout(s.ctl.ctx, ring+commandPatience)
		defer cancel()
		err := s.connectAgent(ctx, callee, leg, o)
		close(over)
		s.send(input{agent: &agentResult{err: err, at: s.ctl.cfg.Clock.Now()}})
	}()
	return nil
}

func (s *session) connectAgent(ctx context.Context, callee, agent string, o esl.Originate) error {
	if err := s.ctl.cfg.Store.OwnExtension(ctx, tenant.Of(s.call.Tenant), o.Endpoint.Extension); err != nil {
		return err
	}
	job, err := s.ctl.cfg.Line.Originate(ctx, o)
	if err != nil {
		return err
	}
	if err := job.Wait(ctx); err != nil {
		return err
	}
	if err := s.bridgePerson(ctx, callee, agent); err != nil {
		_ = s.ctl.cfg.Line.Kill(ctx, agent, esl.CauseNormalClearing)
		return err
	}
	return nil
}

// bridgePerson puts a person into the robot's place. The robot hears of it first, as its leg ends with that: otherwise it
// would take the end for the callee's.
func (s *session) bridgePerson(ctx context.Context, callee, person string) error {
	if err := s.ctl.cfg.Bus.Publish(ctx, event.TransferBridging{Tenant: s.call.Tenant, Call: s.call.UUID}); err != nil {
		s.ctl.cfg.Log.Warn("the robot could not be told that a person takes its place", "call", callee, "error", err)
	}
	return s.ctl.cfg.Line.Bridge(ctx, callee, person)
}

func (s *session) agentResult(r agentResult) {
	switch {
	case r.err == nil:
	case s.agent.who.Group != 0:
		s.missed(r.err)
		return
	default:
		s.ctl.phones.leave(s.agent.who.Extension)
		s.agent = nil
		s.transferEnded(false, r.err.Error())
		return
	}
	s.agent.connected, s.agent.who.Connected = true, r.at
	s.call.Transfer, s.call.Agent = call.TransferConnected, s.agent.who
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
	if s.agent == nil || s.agent.uuid == "" {
		return
	}
	s.hangUpPerson(s.agent.uuid, s.agent.over)
}

// hangUpPerson ends a person's leg, which may still be on its way until over is closed.
func (s *session) hangUpPerson(id string, over <-chan struct{}) {
	s.command(func(ctx context.Context) {
		for {
			err := s.ctl.cfg.Line.Kill(ctx, id, esl.CauseOriginatorCancel)
			if esl.NoSuchChannel(err) && s.comesYet(ctx, over) {
				continue
			}
			if err != nil && !esl.NoSuchChannel(err) {
				s.ctl.cfg.Log.Warn("a person's leg could not be hung up", "call", s.call.UUID, "error", err)
			}
			return
		}
	})
}

// freeAgent gives the agent's telephone back once the call has nothing more to do with it.
func (s *session) freeAgent() {
	if s.agent == nil || s.agent.who.Extension == "" {
		return
	}
	if s.agent.connected {
		s.agentCalled(s.agent.member)
	}
	if !s.agent.listens {
		s.ctl.phones.leave(s.agent.who.Extension)
	}
}

// comesYet waits a moment while a leg that is not there may still be on its way; false when it is not.
func (s *session) comesYet(ctx context.Context, over <-chan struct{}) bool {
	t := s.ctl.cfg.Clock.NewTimer(killAgain)
	defer t.Stop()
	select {
	case <-over:
		return false
	case <-ctx.Done():
		return false
	case <-t.Chan():
		return true
	}
}
