package sipmedia

import (
	"github.com/emiago/sipgo/sip"

	"github.com/outdial/outdial/shared/sdp"
)

// ack is an answer of ours that waits for its ACK.
type ack struct {
	came  chan struct{}
	offer bool // our answer held the offer, so the ACK holds their answer
}

// expectAck notes that a 2xx to the INVITE with this CSeq is about to be sent.
func (l *Leg) expectAck(cseq uint32, offer bool) *ack {
	a := &ack{came: make(chan struct{}), offer: offer}
	l.mu.Lock()
	l.acks[cseq] = a
	l.mu.Unlock()
	return a
}

// onAck takes an ACK; repeated and unexpected ones change nothing.
func (l *Leg) onAck(req *sip.Request) {
	cseq := req.CSeq()
	if cseq == nil {
		return
	}
	l.mu.Lock()
	a := l.acks[cseq.SeqNo]
	delete(l.acks, cseq.SeqNo)
	local := l.local
	l.mu.Unlock()
	if a == nil {
		return
	}
	close(a.came)
	if !a.offer {
		return
	}
	remote, err := sdp.Parse(req.Body())
	if err == nil {
		// The law in force is the one that their answer prefers among those that we offered.
		local.Formats = remote.Formats
		if len(remote.Formats) == 0 {
			err = sdp.ErrNoCommonCodec
		} else {
			local.Direction = remote.Direction.Reverse()
			err = l.agree(remote, local)
		}
	}
	if err != nil {
		l.log.Warn("ACK does not answer our offer", "error", err)
		l.end(EndFault, Interworking)
	}
}

// repeat sends a 2xx again until its ACK comes, as RFC 3261 section 13.3.1.4 asks, and ends the leg when none does. BYE may
// not be sent before.
func (l *Leg) repeat(tx sip.ServerTransaction, res *sip.Response, a *ack) {
	clk := l.srv.cfg.Clock
	giveUp := clk.NewTimer(l.srv.cfg.AckTimeout)
	defer giveUp.Stop()
	interval := sip.T1
	again := clk.NewTimer(interval)
	defer again.Stop()
	for {
		select {
		case <-a.came:
			return
		case <-l.noBye:
			return
		case req := <-tx.Acks():
			// An ACK on the INVITE's own branch, as old implementations send it.
			l.onAck(req)
		case <-again.Chan():
			if err := tx.Respond(res); err != nil {
				l.log.Debug("answer was not repeated", "error", err)
			}
			interval = min(2*interval, sip.T2)
			again.Reset(interval)
		case <-giveUp.Chan():
			// From now on BYE is allowed.
			close(l.abandon(a))
			l.end(EndNoAck, TimerExpired)
			return
		}
	}
}

// abandon makes an ACK that comes after all find nothing and returns its channel for closing.
func (l *Leg) abandon(a *ack) chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	for cseq, other := range l.acks {
		if other == a {
			delete(l.acks, cseq)
			return a.came
		}
	}
	// The ACK was taken in this very moment.
	return make(chan struct{})
}
