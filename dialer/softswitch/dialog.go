package softswitch

import (
	"context"
	"fmt"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// dialog is what requests within a call are made of (RFC 3261 section 12).
type dialog struct {
	profile   *profile
	callID    string
	localTag  string
	remoteTag string
	local     sip.Uri
	localName string
	remote    sip.Uri
	target    sip.Uri  // the peer's Contact
	routes    []string // Route headers, in the order they are to be sent
	dest      string   // host:port that answers, when it is not the target's
	cseq      uint32
}

func dialogKey(callID, localTag string) string { return callID + "\x00" + localTag }

func (d *dialog) key() string { return dialogKey(d.callID, d.localTag) }

// learn takes the peer's side from a response or request: its tag, its contact and the route there.
func (d *dialog) learn(tag string, m sip.Message, contact *sip.ContactHeader, reverse bool) {
	d.remoteTag = tag
	if contact != nil && contact.Address.Host != "" {
		d.target = *contact.Address.Clone()
	}
	d.routes = d.routes[:0]
	for _, h := range m.GetHeaders("Record-Route") {
		d.routes = append(d.routes, splitRoutes(h.Value())...)
	}
	if reverse {
		for i, j := 0, len(d.routes)-1; i < j; i, j = i+1, j-1 {
			d.routes[i], d.routes[j] = d.routes[j], d.routes[i]
		}
	}
}

// splitRoutes cuts a header that lists several addresses at commas outside angle brackets.
func splitRoutes(s string) []string {
	var out []string
	depth, from := 0, 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '<':
			depth++
		case '>':
			depth--
		case ',':
			if depth == 0 {
				out = append(out, strings.TrimSpace(s[from:i]))
				from = i + 1
			}
		}
	}
	if rest := strings.TrimSpace(s[from:]); rest != "" {
		out = append(out, rest)
	}
	return out
}

// request makes a request of this dialog. ACK and CANCEL repeat the number of their INVITE; all others count up.
func (d *dialog) request(method sip.RequestMethod, invite uint32) *sip.Request {
	req := sip.NewRequest(method, *d.target.Clone())
	from := &sip.FromHeader{DisplayName: d.localName, Address: d.local}
	from.Params.Add("tag", d.localTag)
	to := &sip.ToHeader{Address: d.remote}
	if d.remoteTag != "" {
		to.Params.Add("tag", d.remoteTag)
	}
	callID := sip.CallIDHeader(d.callID)
	seq := invite
	if seq == 0 {
		d.cseq++
		seq = d.cseq
	}
	hops := sip.MaxForwardsHeader(70)
	for _, r := range d.routes {
		req.AppendHeader(sip.NewHeader("Route", r))
	}
	req.AppendHeader(from)
	req.AppendHeader(to)
	req.AppendHeader(&callID)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: seq, MethodName: method})
	req.AppendHeader(&hops)
	req.AppendHeader(sip.NewHeader("User-Agent", userAgent))
	req.SetTransport("UDP")
	if d.dest != "" && len(d.routes) == 0 {
		req.SetDestination(d.dest)
	}
	return req
}

func (d *dialog) contact() sip.Header {
	return sip.NewHeader("Contact", "<"+d.profile.url()+">")
}

// bye ends the dialog and waits for the peer to agree, or for the switch to end.
func (d *dialog) bye(ctx context.Context, c cause) {
	req := d.request(sip.BYE, 0)
	req.AppendHeader(sip.NewHeader("Reason", fmt.Sprintf("Q.850;cause=%d;text=%q", c.q850(), c)))
	d.send(ctx, req)
}

// send sends a request and returns a function that waits for the end of its transaction.
func (d *dialog) send(ctx context.Context, req *sip.Request) {
	tx, err := d.profile.client.TransactionRequest(ctx, req)
	if err != nil {
		d.profile.sw.log.Debug("switch: SIP request did not leave", "method", req.Method, "error", err)
		return
	}
	defer tx.Terminate()
	for {
		select {
		case res := <-tx.Responses():
			if !res.IsProvisional() {
				return
			}
		case <-tx.Done():
			return
		case <-ctx.Done():
			return
		}
	}
}

// ack confirms a 2xx; a retransmitted 2xx is confirmed by the same words again.
func (d *dialog) ack(invite uint32) {
	if err := d.profile.client.WriteRequest(d.request(sip.ACK, invite)); err != nil {
		d.profile.sw.log.Debug("switch: ACK did not leave", "error", err)
	}
}

func tagOf(p sip.HeaderParams) string {
	tag, _ := p.Get("tag")
	return tag
}
