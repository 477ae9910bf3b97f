package sipmedia

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// dialog is our side of a SIP dialog (RFC 3261 section 12): what a request within it has to carry.
type dialog struct {
	id        string
	callID    string
	cseq      uint32 // of the INVITE
	transport string
	source    string // where the INVITE came from
	from, to  sip.Header
	routes    []string
	contact   sip.Uri
	localSeq  uint32
}

// newDialog is made of the INVITE and the answer that is about to be sent, whose To tag is ours.
func newDialog(req *sip.Request, res *sip.Response) (dialog, error) {
	id, err := sip.DialogIDFromResponse(res)
	if err != nil {
		return dialog{}, err
	}
	from, to := res.To().AsFrom(), req.From().AsTo()
	d := dialog{
		id: id, callID: req.CallID().Value(), cseq: req.CSeq().SeqNo, transport: req.Transport(), source: req.Source(),
		from: &from, to: &to, contact: *req.Contact().Address.Clone(),
	}
	for _, h := range req.GetHeaders("Record-Route") {
		d.routes = append(d.routes, h.Value())
	}
	return d, nil
}

// request makes a request to the other side. Numbers count up; the caller sees to it that requests are made one by one.
func (d *dialog) request(method sip.RequestMethod, maxForwards uint32) *sip.Request {
	d.localSeq++
	req := sip.NewRequest(method, d.contact)
	forwards := sip.MaxForwardsHeader(maxForwards)
	callID := sip.CallIDHeader(d.callID)
	req.AppendHeader(&forwards)
	req.AppendHeader(sip.HeaderClone(d.from))
	req.AppendHeader(sip.HeaderClone(d.to))
	req.AppendHeader(&callID)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: d.localSeq, MethodName: method})
	for _, r := range d.routes {
		req.AppendHeader(sip.NewHeader("Route", r))
	}
	req.SetBody(nil)
	req.SetTransport(d.transport)
	req.SetDestination(d.destination(req))
	return req
}

// destination is the first proxy on the way, else the contact. The source of the INVITE takes the place of a contact that
// says nothing usable, and on TCP it names the connection that stands already.
func (d *dialog) destination(req *sip.Request) string {
	if sip.IsReliable(d.transport) {
		return d.source
	}
	uri := d.contact
	if r := req.Route(); r != nil {
		uri = r.Address
	}
	ip, err := netip.ParseAddr(strings.Trim(uri.Host, "[]"))
	if err != nil || ip.IsUnspecified() {
		return d.source
	}
	port := uri.Port
	if port == 0 {
		port = sip.DefaultPort(d.transport)
	}
	return joinHostPort(ip.String(), port)
}

func joinHostPort(host string, port int) string {
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return host + ":" + strconv.Itoa(port)
}

// callKey tells calls apart before there is a To tag.
func callKey(callID, fromTag string) string { return callID + "\x00" + fromTag }
