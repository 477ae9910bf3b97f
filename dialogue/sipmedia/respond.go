package sipmedia

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
)

const (
	allowed = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE"
	product = "Outdial robot"
	sdpType = "application/sdp"
)

// response makes a response with what every one of ours carries.
func (s *Server) response(req *sip.Request, code int, phrase string, body []byte) *sip.Response {
	res := sip.NewResponseFromRequest(req, code, phrase, body)
	res.AppendHeader(sip.NewHeader("Server", product))
	if code < 300 {
		res.AppendHeader(sip.NewHeader("Allow", allowed))
		res.AppendHeader(sip.NewHeader("Supported", "timer"))
	}
	if body != nil {
		res.AppendHeader(sip.NewHeader("Content-Type", sdpType))
	}
	return res
}

// respond answers a request that is not an INVITE, or refuses one.
func (s *Server) respond(req *sip.Request, tx sip.ServerTransaction, code int, phrase string, headers ...sip.Header) {
	res := s.response(req, code, phrase, nil)
	for _, h := range headers {
		res.AppendHeader(h)
	}
	if err := tx.Respond(res); err != nil {
		s.cfg.Log.Debug("SIP response was not sent", "status", code, "method", string(req.Method), "error", err)
	}
}

func (s *Server) respondRefusal(req *sip.Request, tx sip.ServerTransaction, r *Refusal) {
	var headers []sip.Header
	if r.RetryAfter > 0 {
		headers = append(headers, sip.NewHeader("Retry-After", strconv.Itoa(int(math.Ceil(r.RetryAfter.Seconds())))))
	}
	for _, h := range r.headers {
		headers = append(headers, sip.NewHeader(h[0], h[1]))
	}
	s.respond(req, tx, r.Code, phrase(r.Phrase), headers...)
}

// phrase keeps a reason phrase on its line, whoever wrote it.
func phrase(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7F {
			return ' '
		}
		return r
	}, s)
}

// contact is where the switch reaches this dialog.
func (s *Server) contact(transport string) *sip.ContactHeader {
	c := &sip.ContactHeader{Address: sip.Uri{Scheme: "sip", User: "robot", Host: s.advertised, Port: s.port}}
	if sip.IsReliable(transport) {
		c.Address.UriParams.Add("transport", "tcp")
	}
	return c
}

// values are all values of a header.
func values(req *sip.Request, name string) []string {
	var out []string
	for _, h := range req.GetHeaders(name) {
		out = append(out, h.Value())
	}
	return out
}

// lists tells whether one of the comma-separated values of a header is token.
func lists(req *sip.Request, name, token string) bool {
	for _, v := range values(req, name) {
		for item := range strings.SplitSeq(v, ",") {
			if strings.EqualFold(strings.TrimSpace(item), token) {
				return true
			}
		}
	}
	return false
}

// unsupported are the extensions that a request insists on and we do not have.
func unsupported(req *sip.Request) string {
	var out []string
	for _, v := range values(req, "Require") {
		for item := range strings.SplitSeq(v, ",") {
			if item = strings.TrimSpace(item); item != "" && !strings.EqualFold(item, "timer") {
				out = append(out, item)
			}
		}
	}
	return strings.Join(out, ", ")
}

// minSession is the shortest session interval that RFC 4028 section 4 allows.
const minSession = 90 * time.Second

// sessionTimer reads what the switch asks for (RFC 4028). The switch is always the one to refresh; where it wants us to, the
// session has no timer, and the media watchdog alone sees to dead peers.
func sessionTimer(req *sip.Request) (interval time.Duration, ok bool) {
	all := append(values(req, "Session-Expires"), values(req, "x")...)
	if len(all) == 0 {
		return 0, false
	}
	number, params, _ := strings.Cut(all[0], ";")
	n, err := strconv.ParseUint(strings.TrimSpace(number), 10, 31)
	if err != nil {
		return 0, false
	}
	for p := range strings.SplitSeq(params, ";") {
		if strings.EqualFold(strings.ReplaceAll(p, " ", ""), "refresher=uas") {
			return 0, false
		}
	}
	return time.Duration(n) * time.Second, true
}

// applyTimer starts the session's clock anew and tells so in the answer.
func (l *Leg) applyTimer(req *sip.Request, res *sip.Response) {
	interval, ok := sessionTimer(req)
	if !ok {
		l.expires.Store(0)
		return
	}
	l.expires.Store(int64(l.since() + interval))
	res.AppendHeader(sip.NewHeader("Session-Expires", strconv.Itoa(int(interval/time.Second))+";refresher=uac"))
	if lists(req, "Supported", "timer") || lists(req, "k", "timer") {
		res.AppendHeader(sip.NewHeader("Require", "timer"))
	}
}

// tooBrief refuses a session interval below the minimum.
func tooBrief(req *sip.Request) *Refusal {
	if interval, ok := sessionTimer(req); ok && interval < minSession {
		r := refuse(422, "Session Interval Too Small", nil)
		r.headers = append(r.headers, [2]string{"Min-SE", strconv.Itoa(int(minSession / time.Second))})
		return r
	}
	return nil
}
