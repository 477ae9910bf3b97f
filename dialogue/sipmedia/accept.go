package sipmedia

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"runtime/debug"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/outdial/outdial/shared/sdp"
)

// onInvite takes a new call or a change of one. It runs on a goroutine of its own.
func (s *Server) onInvite(req *sip.Request, tx sip.ServerTransaction) {
	if _, inDialog := tag(req.To()); inDialog {
		s.onReinvite(req, tx)
		return
	}
	switch err := s.accept(req, tx); {
	case err == nil:
	case errors.Is(err, errCanceled):
		s.counters.canceled.Add(1)
	default:
		r := asRefusal(err)
		s.counters.refused.Add(1)
		s.cfg.Log.Warn("call refused", "status", r.Code, "phrase", r.Phrase, "from", req.Source(), "error", r.Err)
		s.respondRefusal(req, tx, r)
	}
}

var errCanceled = errors.New("call was canceled by the switch")

// tag is the tag of a From or To header.
func tag(h interface{ Name() string }) (string, bool) {
	switch h := h.(type) {
	case *sip.ToHeader:
		if h != nil {
			t, ok := h.Params.Get("tag")
			return t, ok && t != ""
		}
	case *sip.FromHeader:
		if h != nil {
			t, ok := h.Params.Get("tag")
			return t, ok && t != ""
		}
	}
	return "", false
}

// accept answers a new call and starts its leg. On an error nothing is left behind.
func (s *Server) accept(req *sip.Request, tx sip.ServerTransaction) error {
	fromTag, ok := tag(req.From())
	if !ok || req.To() == nil || req.CallID() == nil || req.CSeq() == nil || req.CSeq().MethodName != sip.INVITE {
		return refuse(400, "Bad From, To, Call-ID or CSeq", nil)
	}
	if req.Contact() == nil || req.Contact().Address.Host == "" {
		return refuse(400, "Missing Contact", nil)
	}
	if missing := unsupported(req); missing != "" {
		r := refuse(420, "Bad Extension", fmt.Errorf("required: %s", missing))
		r.headers = append(r.headers, [2]string{"Unsupported", phrase(missing)})
		return r
	}
	if r := tooBrief(req); r != nil {
		return r
	}
	key := callKey(req.CallID().Value(), fromTag)
	release, err := s.reserve(key)
	if err != nil {
		return err
	}
	leg, err := s.prepare(req, tx)
	if err != nil {
		release()
		return err
	}
	leg.release = release
	if err := s.answer(leg, req, tx); err != nil {
		leg.cancel()
		release()
		return errors.Join(err, leg.conn.Close())
	}
	return nil
}

// prepare does all that can fail before the answer: headers, description, admission, port.
func (s *Server) prepare(req *sip.Request, tx sip.ServerTransaction) (*Leg, error) {
	inv, err := ParseInvite(func(name string) []string { return values(req, name) })
	if err != nil {
		return nil, refuse(400, err.Error(), err)
	}
	inv.SIPCallID, inv.From, inv.To = req.CallID().Value(), req.From().Address.User, req.Recipient.User
	offer, err := offerOf(req)
	if err != nil {
		return nil, refusalOf(err)
	}
	if offer.Host == "" {
		return nil, refuse(488, "INVITE Without Offer", nil)
	}
	if _, err := offer.Addr(); err != nil {
		return nil, refuseSDP(err)
	}
	if err := s.admit(inv, tx); err != nil {
		return nil, err
	}
	conn, err := s.ports.Listen()
	if err != nil {
		r := refuse(503, "No Media Port", err)
		r.RetryAfter = s.cfg.RetryAfter
		return nil, r
	}
	conn.EnableLatch(true)
	ctx, cancel := context.WithCancel(context.Background())
	leg := &Leg{
		srv: s, invite: inv, conn: conn, born: time.Now(), ctx: ctx, cancel: cancel,
		log:   s.cfg.Log.With("call", inv.CallID, "sip_call", inv.SIPCallID),
		acks:  make(map[uint32]*ack),
		noBye: make(chan struct{}), byeDone: make(chan struct{}), done: make(chan struct{}),
	}
	leg.local, err = sdp.Answer(offer, s.advertised, conn.LocalPort(), s.cfg.Laws)
	if err == nil {
		err = leg.agree(offer, leg.local)
	}
	if err != nil {
		cancel()
		return nil, errors.Join(refuseSDP(err), conn.Close())
	}
	return leg, nil
}

// offerOf is the description in a request; its Host is empty when there is none.
func offerOf(req *sip.Request) (sdp.Session, error) {
	body := req.Body()
	if len(body) == 0 {
		return sdp.Session{}, nil
	}
	if kind := req.ContentType(); kind != nil && !strings.EqualFold(strings.TrimSpace(strings.SplitN(kind.Value(), ";", 2)[0]), sdpType) {
		r := refuse(415, "Unsupported Media Type", nil)
		r.headers = append(r.headers, [2]string{"Accept", sdpType})
		return sdp.Session{}, r
	}
	return sdp.Parse(body)
}

// admit asks the owner of the robots, who may take time to load a script; the switch may cancel meanwhile.
func (s *Server) admit(inv Invite, tx sip.ServerTransaction) (err error) {
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	if !tx.OnCancel(func(*sip.Request) { cancel() }) {
		return errCanceled
	}
	if s.cfg.Admit != nil {
		defer func() {
			if v := recover(); v != nil {
				s.cfg.Log.Error("admission panicked", "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
				err = refuse(500, "Server Internal Error", fmt.Errorf("panic: %v", v))
			}
		}()
		err = s.cfg.Admit(ctx, inv)
	}
	switch {
	case s.ctx.Err() != nil:
		return refuse(503, "Shutting Down", nil)
	case ctx.Err() != nil:
		return errCanceled
	}
	return err
}

// answer sends the 200 and sets the leg going.
func (s *Server) answer(leg *Leg, req *sip.Request, tx sip.ServerTransaction) error {
	res := s.response(req, 200, "OK", leg.local.Marshal())
	res.AppendHeader(s.contact(req.Transport()))
	leg.applyTimer(req, res)
	d, err := newDialog(req, res)
	if err != nil {
		return refuse(400, "Bad Dialog", err)
	}
	leg.dialog, leg.seq = d, d.cseq
	a := leg.expectAck(d.cseq, false)
	if !s.register(leg) {
		return refuse(503, "Shutting Down", nil)
	}
	// A 200 after the 487 of a CANCEL would reach the wire when the transaction repeats itself.
	if err = tx.Err(); err == nil {
		err = tx.Respond(res)
	}
	if err != nil {
		s.unregister(leg)
		if errors.Is(err, sip.ErrTransactionCanceled) {
			return errCanceled
		}
		return refuse(500, "Server Internal Error", err)
	}
	s.counters.accepted.Add(1)
	leg.tasks.Go(leg.read)
	leg.tasks.Go(func() { leg.repeat(tx, res, a) })
	s.legs.Go(func() { s.run(leg) })
	return nil
}

// run lives as long as the leg and everything that belongs to it.
func (s *Server) run(leg *Leg) {
	if !s.pacer.add(leg) {
		leg.released()
	}
	s.handle(leg)
	leg.end(EndLocal, NormalClearing)
	<-leg.done
	leg.tasks.Wait()
	s.unregister(leg)
}

func (s *Server) handle(leg *Leg) {
	defer func() {
		if v := recover(); v != nil {
			leg.log.Error("session panicked", "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
			leg.end(EndFault, TemporaryFailure)
		}
	}()
	s.handler(leg.ctx, leg)
}

// isIP tells whether a host is an address, as it has to be to stand in a description.
func isIP(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}
