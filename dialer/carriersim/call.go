package carriersim

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/sdp"
)

// call is one INVITE and what comes of it. The goroutine that handles the INVITE lives through the whole call and is the
// only one that sends responses to it; the other handlers only tell it what came in.
type call struct {
	sim    *Simulator
	log    logger
	invite *sip.Request // its To carries our tag
	tx     sip.ServerTransaction
	plan   Behaviour

	leg     *leg
	local   sdp.Session
	offered bool // the INVITE had no body, so our description is the offer

	cancelled, acked, byed chan struct{}
	once                   struct{ cancel, ack, bye sync.Once }

	mu  sync.Mutex // guards rec, local, and seq
	rec Call
	seq uint32
}

var (
	errCancelled = errors.New("cancelled by the caller")
	errShutdown  = errors.New("simulator is closing")
	errEarlyBye  = errors.New("BYE before the answer")
)

const (
	// unansweredFor ends calls that a caller neither answers for nor gives up.
	unansweredFor = 180 * time.Second
	ignoredByeFor = 10 * time.Second
	repeatedAck   = 8 * time.Second
	rtpStopsAfter = 2 * time.Second
	deadAirFor    = 60 * time.Second
	// betweenAnnouncements is the pause of a network that says everything more than once.
	betweenAnnouncements = 900 * time.Millisecond
)

// run takes the call from INVITE to its end.
func (c *call) run(ctx context.Context) {
	c.ring(ctx)
	c.hangUpMedia()
	c.sim.drop(c)
}

// ring goes through everything before the answer.
func (c *call) ring(ctx context.Context) {
	b := c.plan
	if err := c.respond(sip.StatusTrying, nil); err != nil {
		c.end(EndTransport, 0)
		return
	}
	if err := c.pause(ctx, c.sim.scaled(b.PostDial)); err != nil {
		c.stopped(err)
		return
	}
	if b.Fault == FaultNoFinal {
		c.neverFinal(ctx)
		return
	}
	if err := c.ringBack(ctx); err != nil {
		c.stopped(err)
		return
	}
	if err := c.announce(ctx); err != nil {
		c.stopped(err)
		return
	}
	if !b.Answers() {
		c.refuse(b.Status)
		return
	}
	c.answer(ctx)
}

func (c *call) ringBack(ctx context.Context) error {
	b := c.plan
	switch b.Ring {
	case RingNone:
		return nil
	case RingTone:
		if err := c.early(); err != nil {
			return err
		}
		c.leg.play(c.sim.lib.ring, true)
	case RingSignal:
		if err := c.respond(sip.StatusRinging, nil); err != nil {
			return err
		}
		c.mark(func(r *Call) { r.Rang = c.sim.now() })
	}
	if b.RingFor == 0 {
		return c.pause(ctx, unansweredFor)
	}
	return c.pause(ctx, c.sim.scaled(b.RingFor))
}

// announce plays what the network has to say, at the speed at which a listener has to understand it.
func (c *call) announce(ctx context.Context) error {
	b := c.plan
	if b.Announce == "" && b.Tone == ToneNone {
		return nil
	}
	if err := c.early(); err != nil {
		return err
	}
	if b.Tone != ToneNone {
		if err := c.played(ctx, c.leg.playFor(c.sim.lib.tones[b.Tone], b.ToneFor)); err != nil || b.Announce == "" {
			return err
		}
	}
	for n := range max(1, c.sim.cfg.Announcements) {
		if n > 0 {
			if err := c.pause(ctx, betweenAnnouncements); err != nil {
				return err
			}
		}
		if err := c.played(ctx, c.leg.play(c.sim.lib.say("network", b.Announce), false)); err != nil {
			return err
		}
	}
	return c.pause(ctx, 200*time.Millisecond)
}

// played waits until a sound has ended.
func (c *call) played(ctx context.Context, ended <-chan struct{}) error {
	select {
	case <-ended:
		return nil
	case <-c.cancelled:
		return errCancelled
	case <-c.byed:
		return errEarlyBye
	case <-ctx.Done():
		return errShutdown
	}
}

// early opens the media path before the answer: 183 with our description.
func (c *call) early() error {
	if c.leg != nil {
		return nil
	}
	if err := c.openMedia(); err != nil {
		return err
	}
	if err := c.respond(sip.StatusSessionInProgress, c.describe()); err != nil {
		return err
	}
	c.mark(func(r *Call) {
		r.Early = c.sim.now()
		if r.Rang.IsZero() {
			r.Rang = r.Early
		}
	})
	return nil
}

// answer sends the 200 and lives through the conversation.
func (c *call) answer(ctx context.Context) {
	b := c.plan
	if c.leg == nil {
		if err := c.openMedia(); err != nil {
			c.stopped(err)
			return
		}
	}
	body := c.describe()
	switch b.Fault {
	case FaultMalformedSDP:
		body = []byte("v=0\r\nthis is no session description\r\nm=audio\r\n")
	case FaultNoSDP:
		body = nil
	case FaultNoRTP:
		c.leg.silence()
	}
	c.leg.talk(b.Talk)
	if err := c.respond(sip.StatusOK, body); err != nil {
		c.end(EndTransport, 0)
		return
	}
	select {
	case <-c.cancelled: // the CANCEL was there before our 200
		c.gaveUp()
		return
	default:
	}
	c.mark(func(r *Call) { r.Answered, r.Status = c.sim.now(), sip.StatusOK })
	c.converse(ctx, body)
}

// openMedia opens the socket and starts the leg.
func (c *call) openMedia() error {
	conn, err := c.sim.ports.Listen()
	if err != nil {
		return err
	}
	l := newLeg(conn, c.sim.lib)
	if err := c.agree(l); err != nil {
		l.close()
		return err
	}
	c.mu.Lock()
	c.leg = l
	c.mu.Unlock()
	c.sim.pacer.add(l)
	return nil
}

// agree answers the offer of the INVITE; without one it makes an offer, which the ACK will answer.
func (c *call) agree(l *leg) error {
	host, port := c.sim.cfg.RTPHost, l.conn.LocalPort()
	if len(c.invite.Body()) == 0 {
		c.offered = true
		c.local = sdp.Session{Host: host, Port: port, Formats: c.sim.cfg.Laws, EventPT: 101, Ptime: sdp.DefaultPtime, SessionID: uint64(port), Version: 1}
		l.law = c.sim.cfg.Laws[0]
		return nil
	}
	offer, err := sdp.Parse(c.invite.Body())
	if err != nil {
		return badOffer{err}
	}
	if c.local, err = sdp.Answer(offer, host, port, c.sim.cfg.Laws); err != nil {
		return badOffer{err}
	}
	if err := l.connect(offer, c.local.Formats[0]); err != nil {
		return badOffer{err}
	}
	c.mark(func(r *Call) { r.Codec = c.local.Formats[0].String() })
	return nil
}

func (c *call) describe() []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.local.Marshal()
}

// badOffer is a description of the caller's that cannot be answered: 488.
type badOffer struct{ error }

func (e badOffer) Unwrap() error { return e.error }

// stopped ends a call that did not come to an answer.
func (c *call) stopped(err error) {
	var bad badOffer
	switch {
	case errors.Is(err, errCancelled), errors.Is(err, errShutdown):
		c.gaveUp()
	case errors.Is(err, errEarlyBye):
		c.end(EndCaller, 487)
		_ = c.respond(487, nil)
	case errors.As(err, &bad):
		c.log.Warn("the caller's SDP cannot be answered", "call", c.rec.ID, "error", err)
		c.end(EndBadOffer, 488)
		_ = c.respond(488, nil)
	default:
		c.log.Warn("a call cannot be taken", "call", c.rec.ID, "error", err)
		c.end(EndLost, 500)
		_ = c.respond(500, nil)
	}
}

// gaveUp ends a call before its answer: the transaction layer has sent the 487, or the simulator is closing.
func (c *call) gaveUp() {
	select {
	case <-c.cancelled:
		c.end(EndCancelled, 487)
	default:
		c.end(EndShutdown, 503)
		_ = c.respond(sip.StatusServiceUnavailable, nil)
	}
	c.awaitAck()
}

func (c *call) refuse(status int) {
	c.end(EndRefused, status)
	if err := c.respond(status, nil); err != nil {
		c.log.Warn("a final response could not be sent", "call", c.rec.ID, "status", status, "error", err)
	}
	c.awaitAck()
}

// awaitAck takes the ACK of a final response off the transaction, which otherwise keeps a goroutine for it.
func (c *call) awaitAck() {
	t := time.NewTimer(time.Second)
	defer t.Stop()
	select {
	case <-c.tx.Acks():
	case <-c.tx.Done():
	case <-t.C:
	}
}

// neverFinal rings and says nothing more. The transaction is given up, so that not even a CANCEL gets a 487.
func (c *call) neverFinal(ctx context.Context) {
	if c.respond(sip.StatusRinging, nil) == nil {
		c.mark(func(r *Call) { r.Rang = c.sim.now() })
	}
	c.tx.Terminate()
	switch err := c.pause(ctx, unansweredFor); {
	case errors.Is(err, errCancelled):
		c.end(EndCancelled, 0)
	case err != nil:
		c.end(EndShutdown, 0)
	default:
		c.end(EndLost, 0)
	}
}

// pause waits, unless the caller gives up or the simulator closes.
func (c *call) pause(ctx context.Context, d time.Duration) error {
	t := c.sim.cfg.Clock.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.Chan():
		return nil
	case <-c.cancelled:
		return errCancelled
	case <-c.byed:
		return errEarlyBye
	case <-ctx.Done():
		return errShutdown
	}
}

func (c *call) mark(f func(*Call)) {
	c.mu.Lock()
	f(&c.rec)
	c.mu.Unlock()
}

// end writes the end of the call once; what follows it on the wire changes nothing any more.
func (c *call) end(how End, status int) {
	c.mark(func(r *Call) {
		if r.End != EndActive {
			return
		}
		r.End, r.Ended = how, c.sim.now()
		if status != 0 {
			r.Status = status
		}
	})
}

func (c *call) hangUpMedia() {
	if c.leg != nil {
		c.sim.pacer.remove(c.leg)
		c.leg.close()
	}
}

// snapshot is the record as it stands.
func (c *call) snapshot() Call {
	c.mu.Lock()
	rec, l := c.rec, c.leg
	c.mu.Unlock()
	if l == nil {
		return rec
	}
	l.mu.Lock()
	l.hearing.settle(time.Now())
	rec.Said = append([]Utterance(nil), l.hearing.said...)
	rec.RobotFirst, rec.RobotSpoke, rec.Keys = l.hearing.robotFirst, l.hearing.voiced, l.heard
	gaps := l.gaps
	rec.Codec = l.law.String()
	l.mu.Unlock()
	st := l.conn.Stats()
	rec.Sent, rec.Received, rec.Malformed, rec.Gaps = st.Sent, st.Received, st.Malformed, &gaps
	return rec
}

func lawsOrBoth(laws []audio.Law) []audio.Law {
	if len(laws) == 0 {
		return []audio.Law{audio.PCMA, audio.PCMU}
	}
	return laws
}
