package callctl

import (
	"context"
	"errors"
	"time"

	"github.com/outdial/outdial/dialer/esl"
	"github.com/outdial/outdial/dialer/routing"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/listening"
	"github.com/outdial/outdial/shared/tenant"
)

const (
	// listenRing is how long a supervisor's telephone rings.
	listenRing = 20 * time.Second
	// listenCheck is how often the switch is asked whether a supervisor is still there, in case an event was lost.
	listenCheck = 10 * time.Second
	// listenQueue bounds the events that wait for one listener; its leg has some ten in all.
	listenQueue = 16
)

// errUnseen is the end of a leg that nobody saw.
var errUnseen = errors.New("the leg has ended unseen")

// listener is a supervisor at this call. It stays known after its end, so that an old reading of its row starts nothing.
type listener struct {
	row      listening.Listening
	over     chan struct{} // closed once the switch has said what became of ringing
	answered bool
	taking   bool          // it is being bridged to the callee
	saving   chan struct{} // closed when the last write is done
}

func (l *listener) ended() bool { return l.row.State == listening.Ended }

// heardOf is what became of a listener's leg.
type heardOf struct {
	id       listening.ID
	answered bool
	gone     bool
	remote   bool // it was the supervisor who hung up
	unseen   bool // nobody knows when and why
	err      error
	at       time.Time
}

// tookOver is the switch's answer to a take-over.
type tookOver struct {
	id  listening.ID
	err error
	at  time.Time
}

// wished reads what a supervisor wants, beside the call's goroutine.
func (s *session) wished(id listening.ID) {
	owner := s.call.Tenant
	s.command(func(ctx context.Context) {
		l, err := s.ctl.cfg.Store.Listening(ctx, tenant.Of(owner), id)
		if err != nil {
			s.ctl.cfg.Log.Warn("a wish to listen could not be read; it is looked for again", "call", s.call.UUID, "error", err)
			return
		}
		if l.Call == s.call.UUID && l.State.Open() {
			s.send(input{listening: &l})
		}
	})
}

// listen takes in how a listening's row reads. It may read so for the second time.
func (s *session) listen(row listening.Listening) {
	l := s.listeners[row.ID]
	switch {
	case l == nil && row.State == listening.Asked:
		s.ringListener(s.know(row))
	case l == nil:
		s.findListener(s.know(row))
	case l.ended():
		s.saveListening(l) // the row does not know it yet
	case l.row.Wish != row.Wish, row.Wish == listening.TakeOver && l.row.State == listening.Heard:
		l.row.Wish = row.Wish
		s.grant(l)
	}
}

func (s *session) know(row listening.Listening) *listener {
	if s.listeners == nil {
		s.listeners = make(map[listening.ID]*listener)
	}
	l := &listener{row: row, over: make(chan struct{})}
	s.listeners[row.ID] = l
	return l
}

// ringListener calls the supervisor's telephone, which hears the call once it is answered.
func (s *session) ringListener(l *listener) {
	switch {
	case l.row.Wish == listening.Stop:
		s.refuseListening(l, listening.HungUp)
		return
	case s.ctl.cfg.Clock.Now().Sub(l.row.AskedAt) > listening.Unseen: // whoever asked has gone on to something else
		s.refuseListening(l, listening.Lost)
		return
	case s.call.State != call.AnsweredState:
		s.refuseListening(l, listening.NotTalking)
		return
	}
	// The line's own number is shown: some supervisors may not see the callee's.
	o, err := routing.Listener(call.UUID(l.row.ID), l.row.Extension, s.call.CallerID, listenRing, s.call.UUID)
	if err != nil {
		s.ctl.cfg.Log.Warn("a supervisor cannot be called", "call", s.call.UUID, "extension", l.row.Extension, "error", err)
		s.refuseListening(l, listening.Failed)
		return
	}
	owner, err := s.ctl.cfg.Line.Own(listenQueue, string(l.row.ID))
	if err != nil {
		s.refuseListening(l, listening.Failed)
		return
	}
	if !s.ctl.phones.take(l.row.Extension) {
		owner.Release()
		s.refuseListening(l, listening.Busy)
		return
	}
	l.row.State = listening.Ringing
	s.saveListening(l)
	id := l.row.ID
	s.attend(id, owner, func(ctx context.Context) error {
		defer close(l.over)
		ctx, cancel := context.WithTimeout(ctx, listenRing+commandPatience)
		defer cancel()
		job, err := s.ctl.cfg.Line.Originate(ctx, o)
		if err != nil {
			return err
		}
		if err := job.Wait(ctx); err != nil {
			return err
		}
		s.send(input{listener: &heardOf{id: id, answered: true, at: s.ctl.cfg.Clock.Now()}})
		return nil
	})
}

// findListener takes up with a supervisor whose telephone an earlier dialer called.
func (s *session) findListener(l *listener) {
	id := l.row.ID
	close(l.over)
	owner, err := s.ctl.cfg.Line.Own(listenQueue, string(id))
	if err != nil {
		s.refuseListening(l, listening.Lost)
		return
	}
	s.ctl.phones.use(l.row.Extension)
	s.attend(id, owner, func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, commandPatience)
		defer cancel()
		there, err := s.ctl.cfg.Line.Exists(ctx, string(id))
		if err == nil && !there {
			return errUnseen
		}
		channels, _ := s.ctl.cfg.Line.Channels(ctx) // if it cannot be had, the leg is asked for again in a moment
		for _, ch := range channels {
			if ch.UUID == string(id) && ch.CallState == "ACTIVE" {
				s.send(input{listener: &heardOf{id: id, answered: true, at: s.ctl.cfg.Clock.Now()}})
			}
		}
		return nil
	})
}

// attend follows a listener's leg from its beginning to its end, beside the call's goroutine.
func (s *session) attend(id listening.ID, owner *esl.Owner, begin func(ctx context.Context) error) {
	s.tasks.Add(1)
	go func() {
		defer s.tasks.Done()
		defer owner.Release()
		ctx := s.ctl.ctx
		if err := begin(ctx); err != nil {
			s.send(input{listener: &heardOf{id: id, err: err, at: s.ctl.cfg.Clock.Now()}})
			return
		}
		check := s.ctl.cfg.Clock.NewTicker(listenCheck)
		defer check.Stop()
		for {
			news := heardOf{id: id}
			select {
			case <-s.done:
				return
			case <-ctx.Done():
				return
			case e := <-owner.Events():
				switch esl.KindOf(e) {
				case esl.ChannelAnswer:
					news.answered = true
				case esl.ChannelHangupComplete:
					news.gone, news.remote = true, esl.HangupOf(e).Disposition == esl.RecvBye
				default:
					continue
				}
			case <-check.Chan():
				if there, err := s.ctl.cfg.Line.Exists(ctx, string(id)); err != nil || there {
					continue
				}
				news.gone, news.unseen = true, true
			}
			news.at = s.ctl.cfg.Clock.Now()
			s.send(input{listener: &news})
			if news.gone {
				return
			}
		}
	}()
}

// listenerNews takes in what became of a listener's leg.
func (s *session) listenerNews(n heardOf) {
	l := s.listeners[n.id]
	switch {
	case l == nil || l.ended():
	case n.err != nil:
		s.endListening(l, s.whyNot(l, n.err), n.at)
	case n.gone && n.remote, n.gone && l.row.Wish == listening.Stop:
		s.endListening(l, listening.HungUp, n.at)
	case n.unseen:
		s.endListening(l, listening.Lost, n.at)
	case n.gone && l.row.State == listening.Ringing:
		s.endListening(l, listening.NoAnswer, n.at)
	case n.gone:
		s.endListening(l, listening.CallEnded, n.at)
	case n.answered && !l.answered:
		l.answered = true
		s.grant(l)
	}
}

// whyNot puts into one word why a supervisor's telephone was not answered.
func (s *session) whyNot(l *listener, err error) listening.Reason {
	var refused *esl.OriginateError
	switch {
	case errors.Is(err, errUnseen):
		return listening.Lost
	case l.row.Wish == listening.Stop:
		return listening.HungUp
	case !errors.As(err, &refused):
		s.ctl.cfg.Log.Warn("a supervisor could not be called", "call", s.call.UUID, "extension", l.row.Extension, "error", err)
		return listening.Failed
	}
	switch refused.Cause {
	case esl.CauseUserNotRegistered, esl.CauseSubscriberAbsent:
		return listening.NotRegistered
	case esl.CauseUserBusy, esl.CauseCallRejected:
		return listening.Busy
	case esl.CauseNoAnswer, esl.CauseNoUserResponse, esl.CauseAllottedTimeout, esl.CauseTimerExpired:
		return listening.NoAnswer
	default:
		return listening.Failed
	}
}

// grant does what the supervisor wants, as far as the telephone has come.
func (s *session) grant(l *listener) {
	switch {
	case l.row.Wish == listening.Stop:
		s.hangUpListener(l)
	case !l.answered, l.row.State == listening.Talking, l.taking:
	case l.row.Wish == listening.TakeOver && s.agent == nil && s.call.State == call.AnsweredState:
		s.takeOver(l)
	case l.row.Wish == listening.TakeOver && l.row.Reason != listening.Taken: // a person has the call, or is being called for it
		l.row.Reason = listening.Taken
		s.hears(l)
	case l.row.State == listening.Ringing:
		s.hears(l)
	}
}

// hears writes down that a supervisor hears the call.
func (s *session) hears(l *listener) {
	if l.row.State = listening.Heard; l.row.HeardAt.IsZero() {
		l.row.HeardAt = s.ctl.cfg.Clock.Now()
	}
	if s.call.Attended.Since.IsZero() {
		s.call.Attended.Since = l.row.HeardAt
	}
	s.saveListening(l)
}

// takeOver bridges the supervisor to the callee; the robot's leg ends with that.
func (s *session) takeOver(l *listener) {
	l.taking = true
	s.agent = &agentLeg{uuid: string(l.row.ID), over: l.over, listens: true, member: l.row.User, who: call.Agent{Extension: l.row.Extension}}
	id, callee, leg := l.row.ID, string(s.call.UUID), string(l.row.ID)
	s.command(func(ctx context.Context) {
		err := s.bridgePerson(ctx, callee, leg)
		s.send(input{took: &tookOver{id: id, err: err, at: s.ctl.cfg.Clock.Now()}})
	})
}

// tookOver goes on after the switch's answer. A supervisor who could not be bridged goes on listening.
func (s *session) tookOver(t tookOver) {
	l := s.listeners[t.id]
	l.taking = false
	if t.err != nil {
		s.ctl.cfg.Log.Warn("a call could not be taken over", "call", s.call.UUID, "extension", l.row.Extension, "error", t.err)
		s.agent = nil
		if !l.ended() {
			l.row.Wish, l.row.Reason = listening.Listen, listening.Failed
			s.hears(l)
		}
		return
	}
	s.agent.connected, s.agent.who.Connected = true, t.at
	s.call.Agent, s.call.Attended.TakenOver = s.agent.who, true
	stop(&s.alarms.robot)
	if !l.ended() {
		l.row.State, l.row.TookAt, l.row.Reason = listening.Talking, t.at, ""
		s.saveListening(l)
	}
	owner, id, who := s.call.Tenant, s.call.UUID, s.agent.who
	s.command(func(ctx context.Context) {
		if err := s.ctl.cfg.Store.NoteTakeOver(ctx, tenant.Of(owner), id, who); err != nil {
			s.ctl.cfg.Log.Warn("a take-over could not be written down", "call", id, "error", err)
		}
	})
	s.ctl.out.send(event.TransferEnded{Tenant: owner, Call: id, Connected: true})
}

// refuseListening ends what has not begun to ring: no telephone is held for it.
func (s *session) refuseListening(l *listener, why listening.Reason) {
	l.row.State, l.row.Reason, l.row.EndedAt = listening.Ended, why, s.ctl.cfg.Clock.Now()
	s.saveListening(l)
}

func (s *session) endListening(l *listener, why listening.Reason, at time.Time) {
	s.ctl.phones.leave(l.row.Extension)
	l.row.State, l.row.Reason, l.row.EndedAt = listening.Ended, why, at
	s.saveListening(l)
}

// endListeners ends what is left with the call.
func (s *session) endListeners() {
	for _, l := range s.listeners {
		if l.ended() {
			continue
		}
		why := listening.CallEnded
		if c := s.calleeEnd; l.row.State == listening.Talking && c != nil && c.Disposition.Local() && !s.ending {
			why = listening.HungUp // the switch ended the callee's leg because its partner's had ended, whose own report is on its way
		}
		s.hangUpListener(l)
		s.endListening(l, why, s.ctl.cfg.Clock.Now())
	}
}

func (s *session) hangUpListener(l *listener) { s.hangUpPerson(string(l.row.ID), l.over) }

// saveListening writes a listening down and tells consoles of it, in the order in which it moved.
func (s *session) saveListening(l *listener) {
	row, before, done := l.row, l.saving, make(chan struct{})
	l.saving = done
	s.command(func(ctx context.Context) {
		defer close(done)
		if before != nil {
			select {
			case <-before:
			case <-ctx.Done():
				return
			}
		}
		err := s.ctl.cfg.Store.MoveListening(ctx, tenant.Of(row.Tenant), row)
		if err != nil && !errs.Is(err, errs.Conflict) {
			s.ctl.cfg.Log.Warn("a listening could not be written down; it is tried again", "call", row.Call, "state", row.State, "error", err)
			return
		}
		s.ctl.out.send(event.ListeningChanged{Tenant: row.Tenant, Campaign: row.Campaign, Call: row.Call, Listening: row.ID, User: row.User, State: row.State, Reason: row.Reason})
	})
}

// watchListenings looks for wishes once a second, apart from what keeps the leases alive.
func (c *Controller) watchListenings() {
	defer c.wg.Done()
	tick := c.cfg.Clock.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-c.ctx.Done():
			return
		case <-tick.Chan():
			if c.epoch.Load() > 0 {
				c.seeListenings()
			}
		}
	}
}

// seeListenings passes on to the calls what supervisors want of them, and ends what calls that are over left open. It
// catches what no message told, and what an earlier dialer left.
func (c *Controller) seeListenings() {
	ctx, cancel := context.WithTimeout(c.ctx, commandPatience)
	defer cancel()
	open, err := c.cfg.Store.OpenListenings(ctx, tenant.Platform(), c.cfg.Holder)
	if err != nil {
		if c.ctx.Err() == nil {
			c.cfg.Log.Warn("wishes to listen could not be looked for", "error", err)
		}
		return
	}
	for _, l := range open {
		if s := c.reg.get(l.Call); s != nil {
			s.send(input{listening: &l})
			continue
		}
		c.closeListening(ctx, l)
	}
}

// closeListening ends a listening whose call has ended without it.
func (c *Controller) closeListening(ctx context.Context, l listening.Listening) {
	k, err := c.cfg.Store.Call(ctx, tenant.Of(l.Tenant), l.Call)
	if err != nil || k.State != call.Ended || c.reg.known(l.Call) {
		return
	}
	l.State, l.Reason, l.EndedAt = listening.Ended, listening.CallEnded, k.Times.Ended
	if err := c.cfg.Store.MoveListening(ctx, tenant.Of(l.Tenant), l); err != nil && !errs.Is(err, errs.Conflict) {
		c.cfg.Log.Warn("a listening could not be ended", "call", l.Call, "error", err)
		return
	}
	c.out.send(event.ListeningChanged{Tenant: l.Tenant, Campaign: l.Campaign, Call: l.Call, Listening: l.ID, User: l.User, State: l.State, Reason: l.Reason})
}
