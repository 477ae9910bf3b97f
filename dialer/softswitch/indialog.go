package softswitch

import (
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"

	"github.com/outdial/outdial/dialer/esl/wire"
	"github.com/outdial/outdial/shared/sdp"
)

// legOf finds the leg whose dialog a request belongs to, or refuses the request with 481: so a peer that kept a call over
// a restart of this switch learns that it is gone.
func (p *profile) legOf(req *sip.Request, tx sip.ServerTransaction) *leg {
	p.sw.mu.Lock()
	l := p.sw.dialogs[dialogKey(req.CallID().Value(), tagOf(req.To().Params))]
	p.sw.mu.Unlock()
	if l == nil || l.profile != p {
		p.respond(req, tx, 481, "Call/Transaction Does Not Exist")
		return nil
	}
	return l
}

func (p *profile) onAck(req *sip.Request, _ sip.ServerTransaction) {
	if req.To() == nil || req.CallID() == nil {
		return
	}
	p.sw.mu.Lock()
	defer p.sw.mu.Unlock()
	l := p.sw.dialogs[dialogKey(req.CallID().Value(), tagOf(req.To().Params))]
	if l != nil && l.uas != nil && !l.uas.heard {
		l.uas.heard = true
		close(l.uas.acked)
	}
}

func (p *profile) onBye(req *sip.Request, tx sip.ServerTransaction) {
	l := p.legOf(req, tx)
	if l == nil {
		return
	}
	p.respond(req, tx, 200, "OK")
	c := causeNormal
	if h := req.GetHeader("Reason"); h != nil {
		if q, ok := causeOfReason(h.Value()); ok {
			c = q
		}
	}
	p.sw.mu.Lock()
	defer p.sw.mu.Unlock()
	if l.isDone() {
		return
	}
	l.setVars("sip_term_status", "200", "proto_specific_hangup_cause", "sip:200", "sip_term_cause", strconv.Itoa(c.q850()),
		"sip_hangup_disposition", "recv_bye")
	l.hangupLocked(c)
}

// onReinvite answers a new description of a running call: a hold, another address, a refreshed session timer.
func (p *profile) onReinvite(req *sip.Request, tx sip.ServerTransaction) {
	l := p.legOf(req, tx)
	if l == nil {
		return
	}
	p.redescribe(l, req, tx)
}

func (p *profile) onUpdate(req *sip.Request, tx sip.ServerTransaction) {
	l := p.legOf(req, tx)
	if l == nil {
		return
	}
	if len(req.Body()) == 0 {
		p.respond(req, tx, 200, "OK", sip.NewHeader("Contact", "<"+p.url()+">"))
		return
	}
	p.redescribe(l, req, tx)
}

// redescribe answers an offer within a call. One that cannot be used leaves the call as it was (RFC 3261 section 14.2).
func (p *profile) redescribe(l *leg, req *sip.Request, tx sip.ServerTransaction) {
	local := l.media.description()
	if len(req.Body()) > 0 {
		offer, err := sdp.Parse(req.Body())
		if err == nil {
			local, err = l.media.answer(offer, p.sw.cfg.RTPHost, bothLaws)
		}
		if err != nil {
			p.refuseSDP(req, tx, err)
			return
		}
	}
	res := sip.NewResponseFromRequest(req, 200, "OK", local.Marshal())
	res.AppendHeader(sip.NewHeader("Contact", "<"+p.url()+">"))
	res.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
	res.AppendHeader(sip.NewHeader("Allow", allowed))
	if err := tx.Respond(res); err != nil {
		p.sw.log.Debug("switch: SIP response did not leave", "leg", l.id, "error", err)
	}
}

// onInfo reads the keys of peers that send them as INFO (application/dtmf-relay, application/dtmf).
func (p *profile) onInfo(req *sip.Request, tx sip.ServerTransaction) {
	l := p.legOf(req, tx)
	if l == nil {
		return
	}
	p.respond(req, tx, 200, "OK")
	if h := req.ContentType(); h == nil || !strings.HasPrefix(strings.ToLower(h.Value()), "application/dtmf") {
		return
	}
	body := strings.TrimSpace(string(req.Body()))
	for line := range strings.SplitSeq(body, "\n") {
		k, v, ok := strings.Cut(line, "=")
		if ok && strings.EqualFold(strings.TrimSpace(k), "signal") {
			body = strings.TrimSpace(v)
			break
		}
	}
	if len(body) == 1 && strings.ContainsAny(body, "0123456789*#ABCDabcd") {
		l.dialled(strings.ToUpper(body))
	}
}

// dialled reports the digits that the peer pressed.
func (l *leg) dialled(digits string) {
	l.sw.mu.Lock()
	defer l.sw.mu.Unlock()
	if l.isDone() {
		return
	}
	for _, d := range digits {
		l.vars.set("digits_dialed", l.vars.get("digits_dialed")+string(d))
		l.fire(evDTMF, wire.Header{Name: "DTMF-Digit", Value: string(d)}, wire.Header{Name: "DTMF-Duration", Value: "800"},
			wire.Header{Name: "DTMF-Source", Value: "RTP"})
	}
}
