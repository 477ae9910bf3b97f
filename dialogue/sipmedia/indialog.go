package sipmedia

import (
	"errors"
	"strings"

	"github.com/emiago/sipgo/sip"

	"github.com/outdial/outdial/shared/rtpio"
	"github.com/outdial/outdial/shared/sdp"
)

// find is the leg of a request's dialog. A request without one was answered.
func (s *Server) find(req *sip.Request, tx sip.ServerTransaction) *Leg {
	if id, err := sip.DialogIDFromRequestUAS(req); err == nil {
		if leg := s.lookup(id); leg != nil {
			return leg
		}
	}
	s.respond(req, tx, 481, "Call/Transaction Does Not Exist")
	return nil
}

// inOrder tells whether the request is newer than all before it (RFC 3261 section 12.2.2).
func (l *Leg) inOrder(req *sip.Request) bool {
	cseq := req.CSeq()
	if cseq == nil {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if cseq.SeqNo <= l.seq {
		return false
	}
	l.seq = cseq.SeqNo
	return true
}

func (s *Server) onAck(req *sip.Request, _ sip.ServerTransaction) {
	if id, err := sip.DialogIDFromRequestUAS(req); err == nil {
		if leg := s.lookup(id); leg != nil {
			leg.onAck(req)
		}
	}
}

func (s *Server) onBye(req *sip.Request, tx sip.ServerTransaction) {
	leg := s.find(req, tx)
	if leg == nil {
		return
	}
	// A BYE that is out of order still ends the call: nobody sends one by mistake.
	s.respond(req, tx, 200, "OK")
	leg.end(EndRemote, parseReason(values(req, "Reason")))
}

// onReinvite changes what was agreed: hold, codec, address, or nothing (a refresh of the session).
func (s *Server) onReinvite(req *sip.Request, tx sip.ServerTransaction) {
	leg := s.find(req, tx)
	if leg == nil {
		return
	}
	res, offered := leg.renegotiate(req, tx)
	if res == nil {
		return
	}
	a := leg.expectAck(req.CSeq().SeqNo, offered)
	// The wait is a task of the leg, begun before the answer so that the ACK cannot come before it.
	if !leg.spawn(func() { leg.repeat(tx, res, a) }) {
		close(leg.abandon(a))
		s.respond(req, tx, 481, "Call/Transaction Does Not Exist")
		return
	}
	if err := tx.Respond(res); err != nil {
		leg.log.Warn("re-INVITE was not answered", "error", err)
	}
}

func (s *Server) onUpdate(req *sip.Request, tx sip.ServerTransaction) {
	leg := s.find(req, tx)
	if leg == nil {
		return
	}
	if res, _ := leg.renegotiate(req, tx); res != nil {
		if err := tx.Respond(res); err != nil {
			leg.log.Warn("UPDATE was not answered", "error", err)
		}
	}
}

// renegotiate makes the answer to a re-INVITE or UPDATE and puts it into force. When the request cannot be followed it
// refuses it, returns nil, and all stays as it was. offered says that the answer holds our offer, for want of theirs.
func (l *Leg) renegotiate(req *sip.Request, tx sip.ServerTransaction) (res *sip.Response, offered bool) {
	s := l.srv
	if !l.inOrder(req) {
		s.respond(req, tx, 500, "CSeq Out Of Order")
		return nil, false
	}
	if r := tooBrief(req); r != nil {
		s.respondRefusal(req, tx, r)
		return nil, false
	}
	offer, err := offerOf(req)
	if err != nil {
		s.respondRefusal(req, tx, refusalOf(err))
		return nil, false
	}
	var body []byte
	switch {
	case offer.Host != "":
		answer, err := l.answerAgain(offer)
		if err != nil {
			s.respondRefusal(req, tx, refuseSDP(err))
			return nil, false
		}
		body = answer.Marshal()
	case req.IsInvite():
		body, offered = l.offer().Marshal(), true
	}
	if c := req.Contact(); c != nil && c.Address.Host != "" {
		l.mu.Lock()
		l.dialog.contact = *c.Address.Clone()
		l.mu.Unlock()
	}
	res = s.response(req, 200, "OK", body)
	res.AppendHeader(s.contact(req.Transport()))
	l.applyTimer(req, res)
	return res, offered
}

// refusalOf keeps a refusal that was made already and makes one of an SDP error otherwise.
func refusalOf(err error) *Refusal {
	var r *Refusal
	if errors.As(err, &r) {
		return r
	}
	return refuseSDP(err)
}

// answerAgain answers a later offer under the same session id with the next version.
func (l *Leg) answerAgain(offer sdp.Session) (sdp.Session, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	answer, err := sdp.Answer(offer, l.local.Host, l.local.Port, l.srv.cfg.Laws)
	if err != nil {
		return sdp.Session{}, err
	}
	answer.SessionID, answer.Version = l.local.SessionID, l.local.Version+1
	if err := l.agree(offer, answer); err != nil {
		return sdp.Session{}, err
	}
	l.local = answer
	return answer, nil
}

// offer is our side when the switch asks what we have: everything.
func (l *Leg) offer() sdp.Session {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.local = sdp.Session{
		Host: l.local.Host, Port: l.local.Port, Formats: l.srv.cfg.Laws, EventPT: max(l.local.EventPT, 101), Ptime: sdp.DefaultPtime,
		SessionID: l.local.SessionID, Version: l.local.Version + 1,
	}
	return l.local
}

func (s *Server) onOptions(req *sip.Request, tx sip.ServerTransaction) {
	s.respond(req, tx, 200, "OK", sip.NewHeader("Accept", sdpType+", application/dtmf-relay"))
}

// onCancel is called for a CANCEL that found no INVITE to cancel.
func (s *Server) onCancel(req *sip.Request, tx sip.ServerTransaction) {
	s.respond(req, tx, 481, "Call/Transaction Does Not Exist")
}

func (s *Server) onOther(req *sip.Request, tx sip.ServerTransaction) {
	s.respond(req, tx, 405, "Method Not Allowed", sip.NewHeader("Allow", allowed))
}

// onInfo takes keys that a gateway sends as INFO instead of RTP.
func (s *Server) onInfo(req *sip.Request, tx sip.ServerTransaction) {
	leg := s.find(req, tx)
	if leg == nil {
		return
	}
	if !leg.inOrder(req) {
		s.respond(req, tx, 500, "CSeq Out Of Order")
		return
	}
	kind := ""
	if h := req.ContentType(); h != nil {
		kind = h.Value()
	}
	digits, ok := infoDigits(kind, req.Body())
	switch {
	case len(req.Body()) == 0:
		// An empty INFO asks whether the dialog stands (RFC 2976).
	case !ok:
		s.respond(req, tx, 415, "Unsupported Media Type", sip.NewHeader("Accept", "application/dtmf-relay, application/dtmf"))
		return
	}
	leg.in.info(digits)
	s.respond(req, tx, 200, "OK")
}

// infoDigits reads application/dtmf-relay ("Signal=5") and application/dtmf ("5").
func infoDigits(kind string, body []byte) (string, bool) {
	kind, _, _ = strings.Cut(strings.ToLower(kind), ";")
	text := string(body[:min(len(body), 1024)])
	switch strings.TrimSpace(kind) {
	case "application/dtmf":
	case "application/dtmf-relay":
		signal := ""
		for line := range strings.Lines(text) {
			if name, value, ok := strings.Cut(line, "="); ok && strings.EqualFold(strings.TrimSpace(name), "signal") {
				signal = value
			}
		}
		text = signal
	default:
		return "", false
	}
	text = strings.TrimSpace(text)
	// Some gateways send the event code of * and #.
	switch text {
	case "10":
		text = "*"
	case "11":
		text = "#"
	}
	if len(text) != 1 {
		return "", false
	}
	code, ok := rtpio.EventCode(text[0])
	if !ok {
		return "", false
	}
	return rtpio.Digits[code : code+1], true
}
