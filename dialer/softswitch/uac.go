package softswitch

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/sdp"
)

// uac is the calling side of one leg: it sends the INVITE, follows its answers, and says goodbye.
type uac struct {
	sw     *Switch
	leg    *leg
	target target
	laws   []audio.Law

	d         *dialog
	invite    *sip.Request
	tx        sip.ClientTransaction
	proceeds  bool // some response has come, so a CANCEL may be sent
	cancelled bool // the leg has hung up; what still comes is only tidied up
	asked     int
	prack     uint32
}

// run lives as long as the leg does, and a little longer to tidy its transactions up.
func (u *uac) run() {
	u.target.profile.callsOut.Add(1)
	u.prepare()
	if err := u.send(nil); err != nil {
		u.sw.log.Warn("switch: INVITE did not leave", "leg", u.leg.id, "to", u.target.uri.String(), "error", err)
		u.lose(causeNetworkOutOfOrder)
		return
	}
	if u.ring() {
		u.talk()
	}
}

// ring follows the INVITE to its end. It returns true with an established dialog that is still wanted.
func (u *uac) ring() bool {
	done := u.leg.done
	var giveUp <-chan time.Time
	for {
		select {
		case res := <-u.tx.Responses():
			switch {
			case res.IsProvisional():
				u.provisional(res)
			case res.IsSuccess():
				return u.accepted(res)
			default:
				if u.retry(res) {
					continue
				}
				u.refused(res)
				return false
			}
		case <-u.tx.Done():
			if !u.cancelled {
				c := causeTimerExpire
				if err := u.tx.Err(); err != nil && errors.Is(err, sip.ErrTransactionTransport) {
					c = causeNetworkOutOfOrder
				}
				u.lose(c)
			}
			return false
		case <-done:
			done = nil
			u.cancelled = true
			giveUp = time.After(sip.Timer_B)
			u.end("send_cancel")
			if u.proceeds {
				u.cancel()
			}
		case <-giveUp:
			u.tx.Terminate()
			return false
		case <-u.sw.ctx.Done():
			u.tx.Terminate()
			if !u.cancelled {
				u.lose(causeSystemShutdown)
			}
			return false
		}
	}
}

// end reports the leg's end, with who brought it about.
func (u *uac) end(disposition string) {
	u.sw.mu.Lock()
	if u.leg.vars.get("sip_hangup_disposition") == "" {
		u.leg.vars.set("sip_hangup_disposition", disposition)
	}
	u.sw.mu.Unlock()
	u.sw.finish(u.leg)
}

// lose ends a leg whose peer cannot be reached.
func (u *uac) lose(c cause) {
	u.target.profile.failedOut.Add(1)
	u.sw.hangup(u.leg, c)
	u.end("send_cancel")
}

func (u *uac) provisional(res *sip.Response) {
	first := !u.proceeds
	u.proceeds = true
	if u.cancelled {
		if first {
			u.cancel()
		}
		return
	}
	u.acknowledgeProvisional(res)
	if res.StatusCode == 100 {
		return
	}
	sound := len(res.Body()) > 0 && u.hear(res) == nil
	u.sw.mu.Lock()
	defer u.sw.mu.Unlock()
	if u.leg.isDone() {
		return
	}
	u.leg.network = hostOf(res.Source())
	if sound {
		u.leg.soundsLocked()
	} else if res.StatusCode == 180 {
		u.leg.ringsLocked()
	}
	u.leg.tellOriginLocked()
}

// tellOriginLocked passes progress on to a caller who waits for this leg.
func (l *leg) tellOriginLocked() {
	o := l.other
	if o == nil || l.role != "originator" || o.uas == nil || o.progress >= active {
		return
	}
	switch l.progress {
	case ringing:
		o.uas.ring()
	case early:
		o.uas.early()
	}
}

// hear puts the peer's description into force.
func (u *uac) hear(res *sip.Response) error {
	remote, err := sdp.Parse(res.Body())
	if err != nil {
		return err
	}
	return u.leg.media.accept(remote, bothLaws)
}

// accepted confirms a 2xx. A leg that has hung up meanwhile is ended at once, as is one without usable media.
func (u *uac) accepted(res *sip.Response) bool {
	u.d.learn(tagOf(res.To().Params), res, res.Contact(), true)
	if u.target.profile == u.sw.extensions && len(u.d.routes) == 0 {
		u.d.dest = res.Source()
	}
	cseq := u.invite.CSeq().SeqNo
	confirm := *u.d
	u.tx.OnRetransmission(func(*sip.Response) { confirm.ack(cseq) })
	u.d.ack(cseq)
	if u.cancelled {
		u.d.bye(u.sw.ctx, u.leg.cause)
		return false
	}
	err := u.hear(res)
	if err != nil && len(res.Body()) == 0 && u.leg.media.law.Load() != noCodec {
		err = nil // the answer came with the early media
	}
	if err != nil {
		u.sw.log.Warn("switch: peer answered without usable SDP", "leg", u.leg.id, "peer", res.Source(), "error", err)
		u.sw.hangup(u.leg, causeIncompatible)
		u.end("send_bye")
		u.d.bye(u.sw.ctx, causeIncompatible)
		return false
	}
	u.sw.mu.Lock()
	defer u.sw.mu.Unlock()
	if !u.leg.isDone() {
		u.leg.network = hostOf(res.Source())
		u.leg.vars.set("sip_to_tag", u.d.remoteTag)
		u.leg.answersLocked()
	}
	return true
}

// talk waits for the end of an answered leg.
func (u *uac) talk() {
	select {
	case <-u.leg.done:
	case <-u.sw.ctx.Done():
		u.sw.hangup(u.leg, causeSystemShutdown)
	}
	u.sw.mu.Lock()
	byPeer := u.leg.vars.get("sip_hangup_disposition") == "recv_bye"
	u.sw.mu.Unlock()
	defer u.tx.Terminate()
	if byPeer {
		u.end("recv_bye")
		return
	}
	// The goodbye leaves first; the report does not wait for the peer's agreement.
	said := make(chan struct{})
	if !u.sw.spawn(func() {
		defer close(said)
		u.d.bye(u.sw.ctx, u.leg.cause)
	}) {
		close(said)
	}
	u.end("send_bye")
	<-said
}

// cancel asks the peer to stop ringing (RFC 3261 section 9.1); the INVITE then ends with 487.
func (u *uac) cancel() {
	req := u.d.request(sip.CANCEL, u.invite.CSeq().SeqNo)
	req.Recipient = *u.invite.Recipient.Clone()
	req.PrependHeader(sip.HeaderClone(u.invite.Via()))
	req.AppendHeader(sip.NewHeader("Reason", fmt.Sprintf("Q.850;cause=%d;text=%q", u.leg.cause.q850(), u.leg.cause)))
	u.sw.spawn(func() { u.d.send(u.sw.ctx, req) })
}

// refused ends the leg with the peer's reason.
func (u *uac) refused(res *sip.Response) {
	if u.cancelled {
		return // the 487 that a CANCEL brings
	}
	u.target.profile.failedOut.Add(1)
	c := causeOfSIP(res.StatusCode)
	if h := res.GetHeader("Reason"); h != nil {
		if q, ok := causeOfReason(h.Value()); ok {
			c = q
		}
	}
	code := strconv.Itoa(res.StatusCode)
	u.sw.mu.Lock()
	if !u.leg.isDone() {
		u.leg.network = hostOf(res.Source())
		u.leg.setVars("sip_hangup_disposition", "recv_refuse", "sip_invite_failure_status", code,
			"sip_invite_failure_phrase", res.Reason, "sip_term_status", code, "proto_specific_hangup_cause", "sip:"+code,
			"sip_term_cause", strconv.Itoa(c.q850()))
		u.leg.hangupLocked(c)
	}
	u.sw.mu.Unlock()
	u.end("recv_refuse")
}

func hostOf(addr string) string {
	if i := strings.LastIndexByte(addr, ':'); i > 0 {
		return addr[:i]
	}
	return addr
}
