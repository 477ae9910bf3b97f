package callctl

import (
	"context"
	"time"

	"github.com/outdial/outdial/dialer/esl"
	"github.com/outdial/outdial/dialer/routing"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
)

// strayAge is how old an attempt of this dialer must be before its absence among the live calls means anything: between
// a claim and its call there are moments in which it stands only in the store.
const strayAge = 15 * time.Second

// SwitchUp reconciles the dialer's knowledge with the switch's after every (re)connect: calls that the switch still has
// go on, those it lost end, attempts that an earlier dialer of this name left behind are adopted or accounted for, and
// legs of calls that have ended already are hung up.
func (c *Controller) SwitchUp(ctx context.Context, channels []esl.Channel) error {
	epoch := c.epoch.Add(1)
	listed := make(map[string]esl.Channel, len(channels))
	for _, ch := range channels {
		listed[ch.UUID] = ch
	}
	for _, s := range c.reg.all(func(s *session) bool { e := s.epoch.Load(); return e > 0 && e < epoch }) {
		s.epoch.Store(epoch)
		c.reconcileLive(ctx, s, listed)
	}
	if err := c.takeOver(ctx, listed, epoch == 1); err != nil {
		return err
	}
	c.closeStrays(ctx, listed)
	return nil
}

// reconcileLive tells a call how it stands. The switch writes its list late, so absence is asked for a second time.
func (c *Controller) reconcileLive(ctx context.Context, s *session, listed map[string]esl.Channel) {
	if ch, ok := listed[string(s.call.UUID)]; ok {
		s.send(input{resync: &ch})
		return
	}
	exists, err := c.cfg.Line.Exists(ctx, string(s.call.UUID))
	if err != nil {
		return // the connection is gone again; the next one asks anew
	}
	s.send(input{present: &exists})
}

// takeOver adopts or closes the attempts that stand live in the store without a call here. At the start all of this
// dialer's own are such; later only those that are too old to be on their way.
func (c *Controller) takeOver(ctx context.Context, listed map[string]esl.Channel, start bool) error {
	now := c.cfg.Clock.Now()
	attempts, err := c.cfg.Store.LiveAttempts(ctx, tenant.Platform(), c.cfg.Holder, now)
	if err != nil {
		return err
	}
	for _, a := range attempts {
		if c.reg.known(a.UUID) || (!start && a.Holder == c.cfg.Holder && now.Sub(a.CreatedAt) < strayAge) {
			continue
		}
		if err := c.cfg.Store.Adopt(ctx, tenant.Platform(), a.UUID, c.cfg.Holder, now.Add(c.cfg.Lease), now); err != nil {
			if !errs.Is(err, errs.Conflict) && !errs.Is(err, errs.NotFound) {
				return err
			}
			continue // another dialer was quicker
		}
		if a.State == call.Claimed {
			c.cfg.Log.Info("contact that was claimed and never dialled goes back", "attempt", a.UUID)
			c.GiveBack(ctx, a.UUID, now)
			continue
		}
		if err := c.resume(ctx, a, listed); err != nil {
			return err
		}
	}
	return nil
}

// resume gives a dialled attempt a goroutine again: the call goes on where the switch has it, and ends where not.
func (c *Controller) resume(ctx context.Context, a call.Attempt, listed map[string]esl.Channel) error {
	s, err := c.load(ctx, a)
	if err != nil {
		c.cfg.Log.Error("call of an earlier dialer cannot be taken over yet", "attempt", a.UUID, "error", err)
		if errs.Is(err, errs.NotFound) {
			return nil
		}
		return err
	}
	if s.owner, err = c.cfg.Line.Own(queueLength, string(s.call.UUID), string(s.call.RobotLeg)); err != nil {
		return err
	}
	if _, there := listed[string(s.call.RobotLeg)]; there {
		s.evidence.Bridged, s.robotSeen = true, true // they may have met before this dialer was there to see it
	}
	// The list is older than the owner: a leg that ended in between has said its last word to nobody. Asked now, a leg that
	// is there will end before our eyes.
	ch := listed[string(a.UUID)]
	ok, err := c.cfg.Line.Exists(ctx, string(a.UUID))
	if err != nil {
		s.owner.Release()
		return err
	}
	s.epoch.Store(c.epoch.Load())
	if c.reg.add(s, nil) != nil {
		s.owner.Release()
		return nil //nolint:nilerr // it stands there already, which is all that was wanted
	}
	c.cfg.Log.Info("call of an earlier dialer", "call", a.UUID, "alive", ok, "state", s.call.State)
	c.wg.Add(1)
	go s.run()
	switch {
	case !ok:
		s.send(input{event: call.EvLost, forced: call.EndDialerLost})
	case ch.UUID != "":
		s.send(input{resync: &ch})
	default: // what its row says may be old
		s.send(input{present: &ok})
	}
	return nil
}

// load builds the session of a call from its rows.
func (c *Controller) load(ctx context.Context, a call.Attempt) (*session, error) {
	scope := tenant.Of(a.Tenant)
	k, err := c.cfg.Store.Call(ctx, scope, a.UUID)
	if err != nil {
		return nil, err
	}
	camp, err := c.cfg.Store.Campaign(ctx, scope, a.Campaign)
	if err != nil {
		return nil, err
	}
	line, err := c.cfg.Store.Trunk(ctx, scope, k.Trunk)
	if err != nil {
		return nil, err
	}
	person, err := c.cfg.Store.Contact(ctx, scope, a.Contact)
	if err != nil {
		return nil, err
	}
	s := newSession(c, k)
	s.adopted = true
	s.trunk, s.redial, s.ownFaults, s.attempts = line, camp.Redial, person.OwnFaults, a.Ordinal
	s.endOn, s.evidence.Line, s.evidence.AnsweredBy = camp.EndOn, k.Outcome.Line, k.Outcome.AnsweredBy
	if !k.Agent.Connected.IsZero() {
		s.agent = &agentLeg{connected: true, listens: true, who: k.Agent} // its telephone is held by nobody here
	}
	s.recording = !k.RecordingFrom.IsZero()
	s.evidence.Answered = !k.Times.Answered.IsZero()
	// A conversation in the store proves that robot and callee met and, as it ends with the robot's leg, that they parted.
	if _, err := c.cfg.Store.Conversation(ctx, scope, k.UUID); err == nil {
		s.evidence.Bridged, s.talked = true, true
	}
	if s.evidence.Answered {
		s.evidence.Bridged = true
	}
	if k.State != call.AnsweredState {
		s.arm(&s.alarms.ring, max(time.Second, routingGuardLeft(s, c.cfg.Clock.Now())))
	} else {
		s.arm(&s.alarms.talk, max(time.Second, c.cfg.LongestCall-c.cfg.Clock.Now().Sub(k.Times.Answered)))
	}
	return s, nil
}

// resync compares the call with the switch's list and catches up on what happened meanwhile.
func (s *session) resync(ch esl.Channel) {
	s.unsure = false
	switch ch.CallState {
	case "ACTIVE", "HELD":
		s.evidence.Bridged = s.evidence.Bridged || s.adopted
		s.answered()
	case "EARLY":
		s.apply(call.EvEarlyMedia, "")
	}
	s.goOn()
}

// presence takes in whether the switch has the callee's leg. A leg that is gone may have left its last events in the queue.
func (s *session) presence(there bool) {
	if there { // and nobody says how it stands
		first := !s.unsure
		s.unsure = true
		s.goOn()
		if first {
			s.check()
		}
		return
	}
	for s.owner != nil && s.call.State != call.Ended {
		select {
		case e := <-s.owner.Events():
			s.switchEvent(e)
			continue
		default:
		}
		break
	}
	if s.calleeEnd != nil {
		s.conclude()
		return
	}
	s.apply(call.EvLost, call.EndSwitchLost)
}

// goOn takes up with a leg that is there what was left undone while the switch could not be reached.
func (s *session) goOn() {
	if s.ending {
		s.kill()
	}
	if s.blind || s.unsure {
		s.arm(&s.alarms.look, lookAgain)
	}
}

// check asks the switch how the callee's leg stands, after events were lost.
func (s *session) check() {
	id := string(s.call.UUID)
	stop(&s.alarms.look)
	s.command(func(ctx context.Context) {
		channels, err := s.ctl.cfg.Line.Channels(ctx)
		if err == nil {
			for _, ch := range channels {
				if ch.UUID == id {
					s.send(input{resync: &ch})
					return
				}
			}
		}
		there := true // when in doubt it is asked again
		if found, err := s.ctl.cfg.Line.Exists(ctx, id); err == nil {
			there = found
		}
		s.send(input{present: &there})
	})
}

// closeStrays hangs up legs of calls that have ended in the store: nobody listens to them any more.
func (c *Controller) closeStrays(ctx context.Context, listed map[string]esl.Channel) {
	for id, ch := range listed {
		if !ch.Outbound || c.reg.get(call.UUID(id)) != nil {
			continue
		}
		k, err := c.cfg.Store.Call(ctx, tenant.Platform(), call.UUID(id))
		if err != nil || k.State != call.Ended {
			continue
		}
		c.cfg.Log.Warn("leg of a call that has ended is hung up", "call", id)
		if err := c.cfg.Line.Kill(ctx, id, esl.CauseNormalClearing); err != nil && !esl.NoSuchChannel(err) {
			c.cfg.Log.Warn("leg could not be hung up", "call", id, "error", err)
		}
	}
}

// sweep takes over what leases that ran out left behind, between connects.
func (c *Controller) sweep(ctx context.Context) {
	if err := c.takeOver(ctx, nil, false); err != nil && ctx.Err() == nil {
		c.cfg.Log.Warn("attempts without an owner could not be looked for", "error", err)
	}
}

// routingGuardLeft is what is left of the ring timer of a call that was dialled before this dialer began.
func routingGuardLeft(s *session, now time.Time) time.Duration {
	return routing.RingGuard(s.trunk) - now.Sub(s.call.Times.Created)
}
