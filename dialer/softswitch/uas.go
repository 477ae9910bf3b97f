package softswitch

import (
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/google/uuid"

	"github.com/outdial/outdial/shared/sdp"
)

// uasStep is what a caller can be told.
type uasStep uint8

const (
	stepRing uasStep = iota
	stepEarly
	stepAnswer
)

// uas is the called side of one leg: it answers the peer's INVITE as its applications ask, and says goodbye.
type uas struct {
	sw    *Switch
	leg   *leg
	d     *dialog
	req   *sip.Request
	tx    sip.ServerTransaction
	tag   string
	body  []byte        // our description
	asked atomic.Uint32 // the steps that wait to be taken, a bit each
	wake  chan struct{}
	acked chan struct{} // closed by the ACK of our 200
	heard bool
}

// ring, early and answer may be called under the switch's lock: they only leave word.
func (u *uas) ring()   { u.step(stepRing) }
func (u *uas) early()  { u.step(stepEarly) }
func (u *uas) answer() { u.step(stepAnswer) }

func (u *uas) step(s uasStep) {
	u.asked.Or(1 << s)
	select {
	case u.wake <- struct{}{}:
	default: // it is on its way already
	}
}

// onInvite takes a new call, or a new description of one that exists.
func (p *profile) onInvite(req *sip.Request, tx sip.ServerTransaction) {
	if tagOf(req.To().Params) != "" {
		p.onReinvite(req, tx)
		return
	}
	p.callsIn.Add(1)
	apps, user, ok := p.admitCall(req, tx)
	if !ok {
		p.failedIn.Add(1)
		return
	}
	if listed := requires(req); listed != "" {
		p.respond(req, tx, 420, "Bad Extension", sip.NewHeader("Unsupported", listed))
		return
	}
	if len(req.Body()) == 0 {
		p.respond(req, tx, 488, "Not Acceptable Here", sip.NewHeader("Warning", `399 outdial "an INVITE without SDP is not served"`))
		return
	}
	offer, err := sdp.Parse(req.Body())
	if err != nil {
		p.refuseSDP(req, tx, err)
		return
	}
	number := req.Recipient.User
	l, err := p.sw.newLeg(birth{
		id: uuid.NewString(), inbound: true, profile: p, dest: number,
		name:   "sofia/" + p.name + "/" + user + "@" + req.From().Address.Host,
		caller: party{strings.Trim(req.From().DisplayName, `"`), user},
	})
	if err != nil {
		p.respond(req, tx, 503, "Maximum Calls In Progress", sip.NewHeader("Retry-After", "5"))
		return
	}
	local, err := l.media.answer(offer, p.sw.cfg.RTPHost, bothLaws)
	if err != nil {
		p.refuseSDP(req, tx, err)
		p.sw.hangup(l, causeIncompatible)
		p.sw.finish(l)
		return
	}
	u := &uas{
		sw: p.sw, leg: l, req: req, tx: tx, tag: sip.GenerateTagN(12), body: local.Marshal(),
		wake: make(chan struct{}, 1), acked: make(chan struct{}),
	}
	u.d = u.dialogOf(p)
	p.sw.mu.Lock()
	l.uas, l.dialog, l.network = u, u.d, hostOf(req.Source())
	l.callee = party{"", number}
	l.setVars("sip_call_id", u.d.callID, "sip_from_user", user, "sip_to_user", number, "sip_req_user", number,
		"sip_network_ip", l.network, "sip_received_ip", l.network)
	p.sw.dialogs[u.d.key()] = l
	l.fire(evState)
	l.fire(evCreate)
	l.state = csRouting
	l.fire(evState)
	l.startLocked(apps)
	p.sw.mu.Unlock()
	u.run()
}

func (p *profile) refuseSDP(req *sip.Request, tx sip.ServerTransaction, err error) {
	p.sw.log.Warn("switch: offer refused", "profile", p.name, "peer", req.Source(), "error", err)
	p.respond(req, tx, 488, "Not Acceptable Here")
}

// requires lists what a request requires and this switch has not.
func requires(req *sip.Request) string {
	var lacking []string
	for _, h := range req.GetHeaders("Require") {
		for one := range strings.SplitSeq(h.Value(), ",") {
			if one = strings.TrimSpace(one); one != "" && !strings.EqualFold(one, "timer") {
				lacking = append(lacking, one)
			}
		}
	}
	return strings.Join(lacking, ", ")
}

func (u *uas) dialogOf(p *profile) *dialog {
	d := &dialog{
		profile: p, callID: u.req.CallID().Value(), localTag: u.tag, dest: u.req.Source(), cseq: 1,
		local: u.req.To().Address, remote: u.req.From().Address, target: u.req.From().Address,
	}
	d.learn(tagOf(u.req.From().Params), u.req, u.req.Contact(), false)
	return d
}

// run answers the INVITE as it is told, until the leg ends.
func (u *uas) run() {
	cancelled := make(chan struct{})
	if !u.tx.OnCancel(func(*sip.Request) { close(cancelled) }) {
		u.over(causeOriginatorCancel, "recv_cancel")
		return
	}
	u.respond(100, "Trying", false)
	for {
		select {
		case <-u.wake:
			asked := u.asked.Swap(0)
			for s := stepRing; s <= stepAnswer; s++ {
				if asked&(1<<s) != 0 && u.take(s) {
					u.established()
					return
				}
			}
		case <-cancelled: // the library has sent the 487
			u.over(causeOriginatorCancel, "recv_cancel")
			return
		case <-u.leg.done:
			u.refuse()
			return
		case <-u.tx.Done():
			u.over(causeTimerExpire, "recv_cancel")
			return
		case <-u.sw.ctx.Done():
			u.sw.hangup(u.leg, causeSystemShutdown)
		}
	}
}

// take carries one step out and tells whether the call is answered.
func (u *uas) take(s uasStep) bool {
	switch s {
	case stepRing:
		u.respond(180, "Ringing", false)
	case stepEarly:
		u.respond(183, "Session Progress", true)
	case stepAnswer:
		u.respond(200, "OK", true)
	}
	u.sw.mu.Lock()
	defer u.sw.mu.Unlock()
	if u.leg.isDone() {
		return s == stepAnswer
	}
	switch s {
	case stepRing:
		u.leg.ringsLocked()
	case stepEarly:
		u.leg.soundsLocked()
	case stepAnswer:
		u.leg.answersLocked()
	}
	return s == stepAnswer
}

func (u *uas) respond(code int, reason string, sound bool) {
	var body []byte
	if sound {
		body = u.body
	}
	res := sip.NewResponseFromRequest(u.req, code, reason, body)
	if code != 100 {
		if to := res.To(); to != nil {
			to.Params.Add("tag", u.tag)
		}
		res.AppendHeader(u.d.contact())
		res.AppendHeader(sip.NewHeader("Allow", allowed))
	}
	if sound {
		res.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
	}
	if err := u.tx.Respond(res); err != nil {
		u.sw.log.Debug("switch: SIP response did not leave", "leg", u.leg.id, "code", code, "error", err)
	}
}

// established repeats the 200 until the ACK comes (RFC 3261 section 13.3.1.4) and waits for the end.
func (u *uas) established() {
	wait := sip.T1
	giveUp := time.After(64 * sip.T1)
	again := time.NewTimer(wait)
	defer again.Stop()
	acked := u.acked
	for {
		select {
		case <-acked:
			acked, giveUp = nil, nil
			again.Stop()
		case <-again.C:
			u.respond(200, "OK", true)
			wait = min(2*wait, sip.T2)
			again.Reset(wait)
		case <-giveUp:
			u.sw.hangup(u.leg, causeTimerExpire)
		case <-u.sw.ctx.Done():
			u.sw.hangup(u.leg, causeSystemShutdown)
			u.goodbye()
			return
		case <-u.leg.done:
			u.goodbye()
			return
		}
	}
}

func (u *uas) goodbye() {
	u.sw.mu.Lock()
	byPeer := u.leg.vars.get("sip_hangup_disposition") == "recv_bye"
	u.sw.mu.Unlock()
	if byPeer {
		u.sw.finish(u.leg)
		return
	}
	u.sw.spawn(func() { u.d.bye(u.sw.ctx, u.leg.cause) })
	u.end("send_bye")
}

// refuse tells a caller who was never answered why.
func (u *uas) refuse() {
	code, reason := sipOfCause(u.leg.cause)
	res := sip.NewResponseFromRequest(u.req, code, reason, nil)
	if to := res.To(); to != nil {
		to.Params.Add("tag", u.tag)
	}
	res.AppendHeader(sip.NewHeader("Reason", `Q.850;cause=`+strconv.Itoa(u.leg.cause.q850())+`;text="`+u.leg.cause.String()+`"`))
	if err := u.tx.Respond(res); err != nil {
		u.sw.log.Debug("switch: SIP response did not leave", "leg", u.leg.id, "code", code, "error", err)
	}
	u.end("send_refuse")
}

// over ends a leg that the peer gave up before it was answered.
func (u *uas) over(c cause, disposition string) {
	u.sw.mu.Lock()
	u.leg.vars.set("sip_hangup_disposition", disposition)
	u.leg.hangupLocked(c)
	u.sw.mu.Unlock()
	u.sw.finish(u.leg)
}

func (u *uas) end(disposition string) {
	u.sw.mu.Lock()
	if u.leg.vars.get("sip_hangup_disposition") == "" {
		u.leg.vars.set("sip_hangup_disposition", disposition)
	}
	u.sw.mu.Unlock()
	u.sw.finish(u.leg)
}
