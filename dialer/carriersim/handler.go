package carriersim

import (
	"context"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"

	"github.com/outdial/outdial/shared/sdp"
)

// handle connects the SIP methods. The library calls each handler on a goroutine of its own.
func (s *Simulator) handle(ctx context.Context, server *sipgo.Server) {
	server.OnInvite(func(req *sip.Request, tx sip.ServerTransaction) { s.onInvite(ctx, req, tx) })
	server.OnAck(func(req *sip.Request, _ sip.ServerTransaction) { s.onAck(req) })
	server.OnBye(s.logged(s.onBye))
	server.OnCancel(s.logged(s.onStrayCancel))
	server.OnUpdate(s.logged(s.onUpdate))
	server.OnInfo(s.logged(s.onInfo))
	server.OnOptions(s.logged(func(req *sip.Request, tx sip.ServerTransaction) error {
		return reply(req, tx, sip.StatusOK, nil, s.contact(), sip.NewHeader("Allow", allowed), sip.NewHeader("Accept", contentSDP))
	}))
}

func (s *Simulator) logged(h func(*sip.Request, sip.ServerTransaction) error) sipgo.RequestHandler {
	return func(req *sip.Request, tx sip.ServerTransaction) {
		if err := h(req, tx); err != nil {
			s.log.Warn("a SIP request could not be answered", "method", req.Method, "call", callID(req), "error", err)
		}
	}
}

func (s *Simulator) onInvite(ctx context.Context, req *sip.Request, tx sip.ServerTransaction) {
	refuse := func(status int) {
		if err := reply(req, tx, status, nil); err != nil {
			s.log.Warn("an INVITE could not be refused", "call", callID(req), "error", err)
		}
	}
	if toTag(req) != "" {
		s.onReinvite(req, tx, refuse)
		return
	}
	if req.Contact() == nil || req.CSeq() == nil || req.From() == nil || req.To() == nil || callID(req) == "" {
		refuse(400)
		return
	}
	c := s.newCall(req, tx)
	status := s.admit(c)
	if status == alreadyKnown {
		return
	}
	if status != 0 {
		refuse(status)
		return
	}
	defer s.wg.Done()
	if !tx.OnCancel(func(*sip.Request) { c.cancel() }) {
		c.cancel()
	}
	c.run(ctx)
}

func (s *Simulator) newCall(req *sip.Request, tx sip.ServerTransaction) *call {
	invite := req.Clone()
	if invite.To().Params == nil {
		invite.To().Params = sip.NewParams()
	}
	invite.To().Params.Add("tag", sip.GenerateTagN(16))
	number := req.Recipient.User
	plan := s.planner.Plan(number)
	if s.cfg.Patience > 0 && plan.Fault != FaultRTPStops && plan.Fault != FaultIgnoresBye { // these need time to show
		plan.Talk.Patience = s.cfg.Patience
	}
	return &call{
		sim: s, log: s.log, invite: invite, tx: tx, plan: plan,
		cancelled: make(chan struct{}), acked: make(chan struct{}), byed: make(chan struct{}),
		rec: Call{
			ID: callID(req), Number: number, Caller: req.From().Address.User, Behaviour: plan, Invited: s.now(),
			Internal: internalHeaders(req),
		},
	}
}

const alreadyKnown = -1

// admit takes a call in, or says with which status to refuse it.
func (s *Simulator) admit(c *call) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if old := s.byID[c.rec.ID]; old != nil {
		if old.plan.Fault == FaultNoFinal {
			return alreadyKnown // a repetition: its transaction was thrown away on purpose
		}
		return 482
	}
	if s.closing || !s.ledger.open(c, s.cfg.MaxCalls) {
		return sip.StatusServiceUnavailable
	}
	s.byID[c.rec.ID] = c
	s.wg.Add(1)
	return 0
}

// drop lets go of an ended call.
func (s *Simulator) drop(c *call) {
	s.mu.Lock()
	delete(s.byID, c.rec.ID)
	s.mu.Unlock()
	s.ledger.close(c, c.snapshot())
}

// find is the call of a request within a dialog; nil when there is none.
func (s *Simulator) find(req *sip.Request) *call {
	s.mu.Lock()
	c := s.byID[callID(req)]
	s.mu.Unlock()
	if c == nil {
		return nil
	}
	if tag, _ := c.invite.To().Params.Get("tag"); tag != toTag(req) {
		return nil
	}
	return c
}

func (s *Simulator) onAck(req *sip.Request) {
	c := s.find(req)
	if c == nil {
		return
	}
	c.mu.Lock()
	l, offered := c.leg, c.offered
	c.mu.Unlock()
	if answer := req.Body(); offered && l != nil && len(answer) > 0 {
		if got, err := sdp.Parse(answer); err != nil || len(got.Formats) == 0 {
			s.log.Warn("the answer in an ACK is of no use", "call", c.rec.ID, "error", err)
		} else if err := l.connect(got, got.Formats[0]); err != nil {
			s.log.Warn("the answer in an ACK is of no use", "call", c.rec.ID, "error", err)
		}
	}
	c.once.ack.Do(func() {
		c.mark(func(r *Call) { r.Acked = s.now() })
		close(c.acked)
	})
}

func (s *Simulator) onBye(req *sip.Request, tx sip.ServerTransaction) error {
	c := s.find(req)
	if c == nil {
		return reply(req, tx, 481, nil)
	}
	c.mark(func(r *Call) {
		if r.ByeSeen.IsZero() {
			r.ByeSeen = s.now()
		}
	})
	c.once.bye.Do(func() { close(c.byed) })
	if c.plan.Fault == FaultIgnoresBye {
		return nil
	}
	return reply(req, tx, sip.StatusOK, nil)
}

// onStrayCancel answers a CANCEL whose INVITE transaction is gone: only the behaviour that never answers keeps its call.
func (s *Simulator) onStrayCancel(req *sip.Request, tx sip.ServerTransaction) error {
	s.mu.Lock()
	c := s.byID[callID(req)]
	s.mu.Unlock()
	if c == nil || c.plan.Fault != FaultNoFinal {
		return reply(req, tx, 481, nil)
	}
	c.cancel()
	return reply(req, tx, sip.StatusOK, nil)
}

func (c *call) cancel() { c.once.cancel.Do(func() { close(c.cancelled) }) }

// onReinvite answers a new description within a dialog: a hold, its end, or a move of the media.
func (s *Simulator) onReinvite(req *sip.Request, tx sip.ServerTransaction, refuse func(int)) {
	c := s.find(req)
	if c == nil {
		refuse(481)
		return
	}
	body, status := c.renegotiate(req.Body())
	if status != sip.StatusOK {
		refuse(status)
		return
	}
	if err := reply(req, tx, status, body, s.contact(), sip.NewHeader("Allow", allowed)); err != nil {
		s.log.Warn("a re-INVITE could not be answered", "call", c.rec.ID, "error", err)
	}
}

func (s *Simulator) onUpdate(req *sip.Request, tx sip.ServerTransaction) error {
	c := s.find(req)
	if c == nil {
		return reply(req, tx, 481, nil)
	}
	if len(req.Body()) == 0 { // a session refresh
		return reply(req, tx, sip.StatusOK, nil, s.contact())
	}
	body, status := c.renegotiate(req.Body())
	return reply(req, tx, status, body, s.contact())
}

func (s *Simulator) onInfo(req *sip.Request, tx sip.ServerTransaction) error {
	if s.find(req) == nil {
		return reply(req, tx, 481, nil)
	}
	return reply(req, tx, sip.StatusOK, nil)
}

// renegotiate takes a new offer; without one it repeats our own description.
func (c *call) renegotiate(body []byte) (answer []byte, status int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.leg == nil {
		return nil, 491
	}
	if len(body) == 0 {
		c.offered = true
		return c.local.Marshal(), sip.StatusOK
	}
	offer, err := sdp.Parse(body)
	if err != nil {
		return nil, 488
	}
	local, err := sdp.Answer(offer, c.local.Host, c.local.Port, c.sim.cfg.Laws)
	if err != nil || c.leg.connect(offer, local.Formats[0]) != nil {
		return nil, 488
	}
	local.SessionID, local.Version = c.local.SessionID, c.local.Version+1
	c.local = local
	return local.Marshal(), sip.StatusOK
}
