package sipmedia

import (
	"context"
	"errors"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
)

// bye tells the switch that the call is over and waits for its answer, for the time that the configuration gives.
func (l *Leg) bye(cause Cause) {
	defer close(l.byeDone)
	// RFC 3261 section 15: no BYE before the ACK of our answer, or before it was given up.
	l.mu.Lock()
	pending := make([]*ack, 0, len(l.acks))
	for _, a := range l.acks {
		pending = append(pending, a)
	}
	l.mu.Unlock()
	for _, a := range pending {
		<-a.came
	}
	l.mu.Lock()
	req := l.dialog.request(sip.BYE, 70)
	l.mu.Unlock()
	req.AppendHeader(sip.NewHeader("Reason", cause.reasonHeader()))
	req.Laddr = l.srv.localAddr(req.Transport())

	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	timer := l.srv.cfg.Clock.AfterFunc(l.srv.cfg.ByeTimeout, cancel)
	defer timer.Stop()
	res, err := l.srv.client.Do(ctx, req, sipgo.ClientRequestAddVia)
	switch {
	case errors.Is(err, context.Canceled):
		l.log.Warn("switch did not answer BYE", "timeout", l.srv.cfg.ByeTimeout)
	case err != nil:
		l.log.Warn("BYE was not sent", "error", err)
	case !res.IsSuccess() && res.StatusCode != sip.StatusCallTransactionDoesNotExists:
		l.log.Warn("switch refused BYE", "status", res.StatusCode)
	}
}
