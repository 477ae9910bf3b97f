package softswitch

import (
	"math/rand/v2"
	"strings"

	"github.com/emiago/sipgo/sip"
	"github.com/google/uuid"
)

// maxHeaders bounds the sip_h_ variables that one INVITE carries.
const maxHeaders = 32

// prepare makes the dialog and its first request.
func (u *uac) prepare() {
	p, l := u.target.profile, u.leg
	from := sip.Uri{Scheme: "sip", User: l.caller.number, Host: p.host}
	if gw := u.target.gateway; gw != nil {
		from.Host = gw.domain()
		if l.caller.number == "0000000000" && gw.Username != "" {
			from.User = gw.Username
		}
	}
	u.d = &dialog{
		profile: p, callID: uuid.NewString(), localTag: sip.GenerateTagN(12), local: from, localName: displayName(l.caller.name),
		remote: sip.Uri{Scheme: "sip", User: u.target.uri.User, Host: u.target.uri.Host, Port: u.target.uri.Port},
		target: *u.target.uri.Clone(), dest: u.target.address, cseq: rand.Uint32N(1 << 20),
	}
	u.sw.mu.Lock()
	defer u.sw.mu.Unlock()
	l.dialog = u.d
	l.setVars("sip_call_id", u.d.callID, "sip_req_uri", strings.TrimPrefix(u.target.uri.String(), "sip:"))
	u.sw.dialogs[u.d.key()] = l
}

// displayName keeps what a quoted string can hold.
func displayName(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == '"' || r == '\\' || r == 0x7F {
			return -1
		}
		return r
	}, s)
}

// send sends the INVITE, with credentials when there was a challenge.
func (u *uac) send(credentials sip.Header) error {
	req := u.d.request(sip.INVITE, 0)
	req.AppendHeader(u.d.contact())
	req.AppendHeader(sip.NewHeader("Allow", allowed))
	u.sw.mu.Lock()
	n := 0
	for _, v := range u.leg.vars {
		name, ok := strings.CutPrefix(v.Name, "sip_h_")
		if !ok || n == maxHeaders || !validHeader(name, v.Value) {
			continue
		}
		n++
		req.AppendHeader(sip.NewHeader(name, v.Value))
	}
	u.sw.mu.Unlock()
	if credentials != nil {
		req.AppendHeader(credentials)
	}
	req.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
	req.SetBody(u.leg.media.offer(u.sw.cfg.RTPHost, u.laws).Marshal())
	tx, err := u.target.profile.client.TransactionRequest(u.sw.ctx, req)
	if err != nil {
		return err
	}
	u.invite, u.tx = req, tx
	return nil
}

// validHeader keeps variables from changing what a SIP message means.
func validHeader(name, value string) bool {
	if name == "" || len(name) > 64 || len(value) > 512 || strings.ContainsAny(value, "\r\n\x00") {
		return false
	}
	for i := 0; i < len(name); i++ {
		c := name[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_') {
			return false
		}
	}
	switch strings.ToLower(name) {
	case "via", "from", "to", "call-id", "cseq", "contact", "content-length", "content-type", "route", "record-route",
		"max-forwards", "authorization", "proxy-authorization", "require":
		return false
	}
	return true
}
