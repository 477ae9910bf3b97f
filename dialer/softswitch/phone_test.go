package softswitch

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/icholy/digest"

	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/sdp"
)

func users(list ...string) func(*Config) {
	return func(c *Config) {
		c.User = func(u string) (string, bool) {
			for _, known := range list {
				if u == known {
					return "pw-" + u, true
				}
			}
			return "", false
		}
	}
}

// request makes a request of the peer c as a softphone, outside a dialog.
func (c *carrier) request(method sip.RequestMethod, to string, user string) *sip.Request {
	host, port, _ := net.SplitHostPort(to)
	var n int
	_, _ = fmt.Sscan(port, &n)
	req := sip.NewRequest(method, sip.Uri{Scheme: "sip", User: user, Host: host, Port: n})
	req.SetTransport("UDP")
	return req
}

func from(user, host string) *sip.FromHeader {
	h := &sip.FromHeader{Address: sip.Uri{Scheme: "sip", User: user, Host: host}}
	h.Params.Add("tag", sip.GenerateTagN(8))
	return h
}

// signed sends a request, answers one challenge with user and password, and returns the last response.
func (c *carrier) signed(t *testing.T, req *sip.Request, user, password string) *sip.Response {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	res, err := c.cl.Do(ctx, req)
	if err != nil {
		t.Fatal(err)
	}
	ask, answer := "WWW-Authenticate", "Authorization"
	if res.StatusCode == 407 {
		ask, answer = "Proxy-Authenticate", "Proxy-Authorization"
	}
	if res.StatusCode != 401 && res.StatusCode != 407 {
		return res
	}
	ch, err := digest.ParseChallenge(res.GetHeader(ask).Value())
	if err != nil {
		t.Fatal(err)
	}
	cred, err := digest.Digest(ch, digest.Options{Method: string(req.Method), URI: req.Recipient.String(), Username: user, Password: password, Count: 1})
	if err != nil {
		t.Fatal(err)
	}
	req.RemoveHeader("Via")
	req.RemoveHeader(answer)
	req.CSeq().SeqNo++
	req.AppendHeader(sip.NewHeader(answer, cred.String()))
	if res, err = c.cl.Do(ctx, req); err != nil {
		t.Fatal(err)
	}
	return res
}

func (c *carrier) register(t *testing.T, sw *Switch, user, password string, expires int) *sip.Response {
	t.Helper()
	req := c.request(sip.REGISTER, sw.ExtensionsAddr(), "")
	req.AppendHeader(from(user, "outdial"))
	req.AppendHeader(&sip.ToHeader{Address: sip.Uri{Scheme: "sip", User: user, Host: "outdial"}})
	req.AppendHeader(sip.NewHeader("Contact", fmt.Sprintf("<sip:2%s@%s>;expires=%d", user, c.addr, expires)))
	return c.signed(t, req, user, password)
}

func TestRegistration(t *testing.T) {
	t.Parallel()
	sw, phone := startSwitch(t, users("1001", "1002")), startCarrier(t)
	es := dial(t, sw)
	es.command("event plain ALL")
	for _, tt := range []struct {
		user, password string
		expires, want  int
	}{
		{"1001", "wrong", 600, 403}, {"1003", "pw-1003", 600, 403}, {"1001", "pw-1001", 10, 423}, {"1001", "pw-1001", 600, 200},
	} {
		if res := phone.register(t, sw, tt.user, tt.password, tt.expires); res.StatusCode != tt.want {
			t.Errorf("REGISTER of %s with %s for %d s: %d, want %d", tt.user, tt.password, tt.expires, res.StatusCode, tt.want)
		}
	}
	es.event("CUSTOM", "", "Event-Subclass", "sofia::register", "from-user", "1001")
	if got := es.api("originate user/1002 &park()"); got != "-ERR USER_NOT_REGISTERED\n" {
		t.Errorf("call to a phone that is off: %q", got)
	}
	if got := es.api("originate {origination_uuid=" + uuidOf(1) + "}user/1001 &park()"); got != "+OK "+uuidOf(1)+"\n" {
		t.Errorf("call to a phone: %q", got)
	}
	es.event("CHANNEL_PARK", uuidOf(1))
	if res := phone.register(t, sw, "1001", "pw-1001", 0); res.StatusCode != 200 {
		t.Errorf("signing off: %d", res.StatusCode)
	}
	if got := es.api("originate user/1001 &park()"); got != "-ERR USER_NOT_REGISTERED\n" {
		t.Errorf("call to a phone that signed off: %q", got)
	}
	// Wrong passwords are counted, and then even the right one has to wait.
	for range failures {
		phone.register(t, sw, "1001", "wrong", 600)
	}
	if res := phone.register(t, sw, "1001", "pw-1001", 600); res.StatusCode != 403 {
		t.Errorf("after %d wrong passwords: %d", failures, res.StatusCode)
	}
}

func TestNonces(t *testing.T) {
	fake := clock.NewFake(time.Unix(1_800_000_000, 0))
	r := newRegistrar("outdial", func(string) (string, bool) { return "pw", true }, fake)
	answer := func(nonce, realm string, count int) string {
		c, err := digest.Digest(&digest.Challenge{Realm: realm, Nonce: nonce, Algorithm: "MD5", QOP: []string{"auth"}},
			digest.Options{Method: "REGISTER", URI: "sip:outdial", Username: "u", Password: "pw", Count: count, Cnonce: "abc"})
		if err != nil {
			t.Fatal(err)
		}
		return c.String()
	}
	nonce := r.nonce()
	tests := []struct {
		name  string
		value string
		want  verdict
		stale bool
	}{
		{"none", "", challenge, false},
		{"noise", "Digest \x00\xff", challenge, false},
		{"foreign nonce", answer(strings.Repeat("0", 64), "outdial", 1), challenge, false},
		{"foreign realm", answer(nonce, "elsewhere", 1), challenge, false},
		{"good", answer(nonce, "outdial", 1), trusted, false},
		{"played back", answer(nonce, "outdial", 1), challenge, true},
		{"counted on", answer(nonce, "outdial", 2), trusted, false},
	}
	for _, tt := range tests {
		if _, v, stale := r.check(tt.value, "REGISTER", "192.0.2.1:5060"); v != tt.want || stale != tt.stale {
			t.Errorf("%s: %v %v", tt.name, v, stale)
		}
	}
	fake.Advance(nonceLife)
	if _, v, stale := r.check(answer(nonce, "outdial", 3), "REGISTER", "192.0.2.1:5060"); v != challenge || !stale {
		t.Errorf("old nonce: %v %v", v, stale)
	}
	r.expire()
	fake.Advance(time.Second)
	r.expire()
	if len(r.counts) != 0 {
		t.Errorf("%d nonces are remembered for ever", len(r.counts))
	}
}

// invite sends an INVITE with sound as the extension, and returns the transaction's responses as they come.
func (c *carrier) invite(t *testing.T, sw *Switch, user, number string) chan *sip.Response {
	t.Helper()
	req := c.request(sip.INVITE, sw.ExtensionsAddr(), number)
	req.AppendHeader(from(user, "outdial"))
	req.AppendHeader(&sip.ToHeader{Address: sip.Uri{Scheme: "sip", User: number, Host: "outdial"}})
	req.AppendHeader(sip.NewHeader("Contact", "<sip:"+user+"@"+c.addr+">"))
	req.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
	k := &sipCall{user: "phone" + user, invite: req, law: 8}
	var err error
	if k.rtp, err = c.ports.Listen(); err != nil {
		t.Fatal(err)
	}
	c.mu.Lock()
	c.calls[k.user] = k
	c.mu.Unlock()
	req.SetBody(sdp.Session{Host: "127.0.0.1", Port: k.rtp.LocalPort(), Formats: bothLaws, EventPT: eventPT}.Marshal())
	responses := make(chan *sip.Response, 16)
	c.wg.Go(func() { c.listen(k, eventPT) })
	c.wg.Go(func() {
		defer close(responses)
		for attempt := range 2 {
			tx, err := c.cl.TransactionRequest(c.ctx, req)
			if err != nil {
				t.Error(err)
				return
			}
			again := false
			for !again {
				select {
				case res := <-tx.Responses():
					if res.StatusCode == 407 && attempt == 0 {
						ch, err := digest.ParseChallenge(res.GetHeader("Proxy-Authenticate").Value())
						if err != nil {
							t.Error(err)
							return
						}
						cred, _ := digest.Digest(ch, digest.Options{Method: "INVITE", URI: req.Recipient.String(), Username: user, Password: "pw-" + user, Count: 1})
						req = req.Clone()
						req.RemoveHeader("Via")
						req.CSeq().SeqNo++
						req.AppendHeader(sip.NewHeader("Proxy-Authorization", cred.String()))
						c.mu.Lock()
						k.invite = req
						c.mu.Unlock()
						again = true
						continue
					}
					responses <- res
					if res.StatusCode == 200 {
						c.mu.Lock()
						k.answer = res
						c.mu.Unlock()
						ack := sip.NewRequest(sip.ACK, res.Contact().Address)
						f, to, id := *req.From(), *res.To(), *req.CallID()
						ack.AppendHeader(&f)
						ack.AppendHeader(&to)
						ack.AppendHeader(&id)
						ack.AppendHeader(&sip.CSeqHeader{SeqNo: req.CSeq().SeqNo, MethodName: sip.ACK})
						_ = c.cl.WriteRequest(ack)
					}
					if res.StatusCode >= 200 {
						return
					}
				case <-tx.Done():
					return
				case <-c.ctx.Done():
					return
				}
			}
		}
	})
	return responses
}

func TestExtensionsCallEachOther(t *testing.T) {
	trunk := startCarrier(t)
	sw := startSwitch(t, users("1001", "1002"), func(c *Config) {
		c.Gateways = []Gateway{{Name: "main", Proxy: trunk.addr, Username: "acct", Password: "secret"}}
		c.DefaultGateway = "main"
	})
	caller, callee := startCarrier(t), startCarrier(t)
	es := dial(t, sw)
	es.command("event plain ALL")
	if res := callee.register(t, sw, "1002", "pw-1002", 600); res.StatusCode != 200 {
		t.Fatalf("REGISTER: %d", res.StatusCode)
	}
	responses := caller.invite(t, sw, "1001", "1002")
	last := 0
	for res := range responses {
		last = res.StatusCode
	}
	if last != 200 {
		t.Fatalf("call to an extension: %d", last)
	}
	e := es.event("CHANNEL_BRIDGE", "")
	a := e.UUID()
	if e.Get("Call-Direction") != "inbound" || e.Get("Caller-Caller-ID-Number") != "1001" {
		t.Errorf("bridge event of %s from %s", e.Get("Call-Direction"), e.Get("Caller-Caller-ID-Number"))
	}
	caller.call("phone1001", "hearing the callee", func(k *sipCall) bool { return k.packets > 3 })
	es.event("CHANNEL_ANSWER", a)
	es.api("uuid_kill " + a)
	callee.call("21002", "told by BYE", func(k *sipCall) bool { return k.ended == "BYE" })
	caller.call("phone1001", "told by BYE", func(k *sipCall) bool { return k.ended == "BYE" })
	es.event("CHANNEL_DESTROY", a)

	// A number goes out through the default gateway, and its refusal comes back.
	es.forget()
	responses = caller.invite(t, sw, "1001", "486777")
	for res := range responses {
		last = res.StatusCode
	}
	if last != 486 {
		t.Errorf("busy number: %d", last)
	}
	es.event("CHANNEL_HANGUP_COMPLETE", "", "Call-Direction", "inbound", "Hangup-Cause", "USER_BUSY", "variable_sip_hangup_disposition", "send_refuse")
}

func TestCallerGivesUp(t *testing.T) {
	trunk := startCarrier(t)
	sw := startSwitch(t, users("1001"), func(c *Config) {
		c.Gateways = []Gateway{{Name: "main", Proxy: trunk.addr}}
		c.DefaultGateway = "main"
	})
	caller := startCarrier(t)
	es := dial(t, sw)
	es.command("event plain ALL")
	responses := caller.invite(t, sw, "1001", "ring55")
	for res := range responses {
		if res.StatusCode == 180 {
			break
		}
	}
	caller.mu.Lock()
	req := caller.calls["phone1001"].invite
	caller.mu.Unlock()
	cancel := sip.NewRequest(sip.CANCEL, req.Recipient)
	cancel.AppendHeader(sip.HeaderClone(req.Via()))
	f, to, id := *req.From(), *req.To(), *req.CallID()
	cancel.AppendHeader(&f)
	cancel.AppendHeader(&to)
	cancel.AppendHeader(&id)
	cancel.AppendHeader(&sip.CSeqHeader{SeqNo: req.CSeq().SeqNo, MethodName: sip.CANCEL})
	if _, err := caller.cl.Do(context.Background(), cancel); err != nil {
		t.Fatal(err)
	}
	last := 0
	for res := range responses {
		last = res.StatusCode
	}
	if last != 487 {
		t.Errorf("INVITE ended with %d", last)
	}
	es.event("CHANNEL_HANGUP_COMPLETE", "", "Call-Direction", "inbound", "Hangup-Cause", "ORIGINATOR_CANCEL", "variable_sip_hangup_disposition", "recv_cancel")
	trunk.call("ring55", "cancelled too", func(k *sipCall) bool { return k.ended == "CANCEL" })
}

func TestGatewayWithDigest(t *testing.T) {
	trunk := startCarrier(t)
	proxy := newRegistrar("carrier.example", func(u string) (string, bool) { return "secret", u == "acct" }, clock.Real())
	trunk.mu.Lock()
	trunk.demand = func(req *sip.Request, tx sip.ServerTransaction) bool {
		value := ""
		if h := req.GetHeader("Proxy-Authorization"); h != nil {
			value = h.Value()
		}
		if _, v, _ := proxy.check(value, string(req.Method), "192.0.2.9:5060"); v != trusted {
			res := sip.NewResponseFromRequest(req, 407, "Proxy Authentication Required", nil)
			res.AppendHeader(proxy.challengeHeader("Proxy-Authenticate", false))
			_ = tx.Respond(res)
			return false
		}
		return true
	}
	trunk.mu.Unlock()
	gateways := []Gateway{{Name: "good", Proxy: trunk.addr, Username: "acct", Password: "secret"}, {Name: "bad", Proxy: trunk.addr, Username: "acct", Password: "guess"}}
	sw := startSwitch(t, func(c *Config) {
		c.Gateways = gateways
		c.LoadGateways = func(context.Context) ([]Gateway, error) { return gateways[1:], nil }
	})
	es := dial(t, sw)
	es.command("event plain ALL")
	if got := es.api("originate {origination_uuid=" + uuidOf(1) + "}sofia/gateway/good/2001 &park()"); got != "+OK "+uuidOf(1)+"\n" {
		t.Errorf("good gateway: %q", got)
	}
	if got := es.api("originate sofia/gateway/bad/2002 &park()"); got != "-ERR CALL_REJECTED\n" {
		t.Errorf("gateway with a wrong password: %q", got)
	}
	if got := es.api("sofia status gateway good"); !strings.Contains(got, "NOREG") {
		t.Errorf("status: %s", got)
	}
	es.api("sofia profile carriers rescan")
	if got := es.api("originate sofia/gateway/good/2001 &park()"); got != "-ERR INVALID_GATEWAY\n" {
		t.Errorf("gateway that was taken away: %q", got)
	}
	if es.count("CHANNEL_HANGUP", uuidOf(1)) != 0 {
		t.Error("a reload of gateways ended a call")
	}
}

func TestGatewayRegisters(t *testing.T) {
	home := startSwitch(t, users("acct")) // one switch is the carrier of the other
	sw := startSwitch(t, func(c *Config) {
		c.Gateways = []Gateway{{Name: "up", Proxy: home.ExtensionsAddr(), Username: "acct", Password: "pw-acct", Register: true, Expires: time.Minute}}
	})
	es := dial(t, sw)
	deadline := time.Now().Add(patience)
	for !strings.Contains(es.api("sofia status gateway up"), gwRegistered) {
		if time.Now().After(deadline) {
			t.Fatal(es.api("sofia status gateway up"))
		}
	}
	if home.regs.count() != 1 {
		t.Error("the carrier does not know of the registration")
	}
	if got := es.api("sofia profile carriers killgw up"); !strings.HasPrefix(got, "+OK") {
		t.Error(got)
	}
	if home.regs.count() != 0 {
		t.Error("the gateway did not sign off")
	}
}
