package carriersim

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
)

type logger = *slog.Logger

const (
	allowed     = "INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, UPDATE"
	contentSDP  = "application/sdp"
	internalTag = "x-outdial-" // headers of the robot's leg, which must not come this far
)

// phrases of the statuses in use; the number decides, the text is for people who read traces.
var phrases = map[int]string{
	100: "Trying", 180: "Ringing", 183: "Session Progress", 200: "OK", 400: "Bad Request", 403: "Forbidden", 404: "Not Found",
	410: "Gone", 480: "Temporarily Unavailable", 481: "Call/Transaction Does Not Exist", 482: "Loop Detected", 486: "Busy Here", 487: "Request Terminated",
	488: "Not Acceptable Here", 491: "Request Pending", 500: "Server Internal Error", 503: "Service Unavailable", 603: "Decline",
}

// respond answers the INVITE. A final response that is no success carries the Q.850 reason, as a gateway to the telephone
// network would send it (RFC 3326).
func (c *call) respond(status int, body []byte) error {
	res := sip.NewResponseFromRequest(c.invite, status, phrases[status], body)
	if body != nil {
		res.AppendHeader(sip.NewHeader("Content-Type", contentSDP))
	}
	if status > sip.StatusTrying && status < 300 {
		res.AppendHeader(c.sim.contact())
		res.AppendHeader(sip.NewHeader("Allow", allowed))
	}
	if status >= 300 && c.plan.Q850 != 0 && status == c.plan.Status {
		res.AppendHeader(reason(c.plan.Q850))
	}
	if err := c.tx.Respond(res); err != nil {
		return fmt.Errorf("respond %d to INVITE: %w", status, err)
	}
	return nil
}

func reason(cause int) sip.Header {
	return sip.NewHeader("Reason", fmt.Sprintf("Q.850;cause=%d", cause))
}

// sendBye hangs up from the callee's side of the dialog and waits for the answer.
func (c *call) sendBye(ctx context.Context) error {
	target := c.invite.Contact().Address
	req := sip.NewRequest(sip.BYE, *target.Clone())
	from := c.invite.To().AsFrom()
	to := c.invite.From().AsTo()
	c.mu.Lock()
	c.seq++
	seq := sip.CSeqHeader{SeqNo: c.seq, MethodName: sip.BYE}
	c.mu.Unlock()
	hops := sip.MaxForwardsHeader(70)
	req.AppendHeader(&from)
	req.AppendHeader(&to)
	req.AppendHeader(sip.HeaderClone(c.invite.CallID()))
	req.AppendHeader(&seq)
	req.AppendHeader(&hops)
	for _, h := range c.invite.GetHeaders("Record-Route") {
		req.AppendHeader(sip.NewHeader("Route", h.Value()))
	}
	if r := req.Route(); r != nil {
		req.SetDestination(r.Address.HostPort())
	}
	if c.plan.Q850 != 0 {
		req.AppendHeader(reason(c.plan.Q850))
	}
	req.SetBody(nil)
	req.SetTransport(c.invite.Transport())
	req.Laddr = c.sim.local
	tx, err := c.sim.client.TransactionRequest(ctx, req, sipgo.ClientRequestAddVia)
	if err != nil {
		return fmt.Errorf("send BYE: %w", err)
	}
	defer tx.Terminate()
	for {
		select {
		case res := <-tx.Responses():
			if !res.IsProvisional() {
				return nil // 481 says the call is over too
			}
		case <-tx.Done():
			return fmt.Errorf("send BYE: %w", tx.Err())
		case <-ctx.Done():
			return fmt.Errorf("send BYE: %w", ctx.Err())
		}
	}
}

// internalHeaders lists the headers of a request that only our own legs may carry.
func internalHeaders(req *sip.Request) []string {
	var out []string
	for _, h := range req.Headers() {
		if strings.HasPrefix(strings.ToLower(h.Name()), internalTag) {
			out = append(out, h.Name())
		}
	}
	return out
}

func callID(req *sip.Request) string {
	if id := req.CallID(); id != nil {
		return id.Value()
	}
	return ""
}

func toTag(req *sip.Request) string {
	if to := req.To(); to != nil && to.Params != nil {
		tag, _ := to.Params.Get("tag")
		return tag
	}
	return ""
}

func reply(req *sip.Request, tx sip.ServerTransaction, status int, body []byte, headers ...sip.Header) error {
	res := sip.NewResponseFromRequest(req, status, phrases[status], body)
	if body != nil {
		res.AppendHeader(sip.NewHeader("Content-Type", contentSDP))
	}
	for _, h := range headers {
		res.AppendHeader(h)
	}
	return tx.Respond(res)
}
