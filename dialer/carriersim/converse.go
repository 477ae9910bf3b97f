package carriersim

import (
	"context"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/outdial/outdial/shared/clock"
)

// converse waits for the end of an answered call, and repeats the 200 until its ACK comes (RFC 3261 section 13.3.1.4).
func (c *call) converse(ctx context.Context, body []byte) {
	b, clk := c.plan, c.sim.cfg.Clock
	repeat, repeatIn := clk.NewTimer(sip.T1), sip.T1
	defer repeat.Stop()
	noAck := clk.NewTimer(64 * sip.T1)
	defer noAck.Stop()
	limit := clk.NewTimer(b.Talk.Longest + 5*time.Second)
	defer limit.Stop()
	var drop, fault <-chan time.Time
	if b.DropsIn > 0 {
		drop = timer(clk, b.DropsIn)
	}
	if b.Fault == FaultRTPStops {
		fault = timer(clk, rtpStopsAfter)
	}
	ackDeadline := clk.Now().Add(repeatedAck)
	acked, left := c.acked, c.leg.left
	stubborn := b.Fault == FaultIgnoresAck

	for {
		select {
		case <-acked:
			acked = nil
			noAck.Stop()
			if !stubborn {
				repeat.Stop()
			}
		case <-repeat.Chan():
			if stubborn && clk.Now().After(ackDeadline) {
				continue
			}
			_ = c.respond(sip.StatusOK, body) // lost packets are what repeating is for
			repeatIn = min(2*repeatIn, sip.T2)
			repeat.Reset(repeatIn)
		case <-noAck.Chan():
			c.leave(ctx, EndNoAck)
			return
		case <-fault: // from now on neither RTP nor BYE
			fault, left = nil, nil
			c.leg.silence()
			limit.Reset(deadAirFor)
		case <-c.byed:
			c.bye(ctx)
			return
		case <-left:
			c.leave(ctx, EndCallee)
			return
		case <-drop:
			c.leave(ctx, EndCallee)
			return
		case <-limit.Chan():
			c.leave(ctx, EndLost)
			return
		case <-ctx.Done():
			c.leave(ctx, EndShutdown)
			return
		}
	}
}

// bye ends a call that the caller has hung up. A switch that ignores BYE is heard for a while after it.
func (c *call) bye(ctx context.Context) {
	if c.plan.Fault == FaultIgnoresBye {
		_ = clock.Sleep(ctx, c.sim.cfg.Clock, ignoredByeFor)
	}
	c.end(EndCaller, 0)
}

// leave hangs up with BYE. An answered call whose ACK is still on its way waits for it a moment, since a callee must not
// send BYE before it (RFC 3261 section 15).
func (c *call) leave(ctx context.Context, how End) {
	if how != EndNoAck {
		t := time.NewTimer(time.Second)
		defer t.Stop()
		select {
		case <-c.acked:
		case <-c.byed:
		case <-t.C:
		}
	}
	select {
	case <-c.byed:
		c.end(EndCaller, 0)
		return
	default:
	}
	c.end(how, 0)
	c.hangUpMedia() // a telephone on the hook sends no more, however long the BYE takes
	// The BYE of a closing simulator is still worth sending, so its context does not end this one.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.sim.byeTimeout())
	defer cancel()
	if err := c.sendBye(ctx); err != nil && how != EndShutdown {
		c.log.Warn("BYE was not answered", "call", c.rec.ID, "error", err)
	}
}

func timer(clk clock.Clock, d time.Duration) <-chan time.Time { return clk.NewTimer(d).Chan() }
