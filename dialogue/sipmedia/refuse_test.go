package sipmedia

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
)

func TestRefusals(t *testing.T) {
	handler, legs := handOver(nil)
	s := serve(t, Config{MaxLegs: 1, RetryAfter: 3 * time.Second, Admit: func(_ context.Context, inv Invite) error {
		switch inv.ScriptVersionID {
		case 404:
			return &Refusal{Code: 404, Phrase: "No\r\nSuch Script"}
		case 500:
			return errors.New("store is down")
		case 501:
			panic("admission")
		}
		return nil
	}}, handler)
	w := newSwitchboard(t)
	good := offerFor(40000).Marshal()
	media := func(lines string) []byte {
		return []byte("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n" + lines)
	}
	with := func(name, value string) []sip.Header { return append(without(name), sip.NewHeader(name, value)) }
	for _, c := range []struct {
		name    string
		body    []byte
		headers []sip.Header
		want    int
		phrase  string
		header  string
	}{
		{"no call", good, without(HeaderCall), 400, "Missing X-Outdial-Call", ""},
		{"no tenant", good, without(HeaderTenant), 400, "Missing X-Outdial-Tenant", ""},
		{"no script", good, without(HeaderScript), 400, "Missing X-Outdial-Script", ""},
		{"bad tenant", good, with(HeaderTenant, "7; DROP"), 400, "Bad X-Outdial-Tenant", ""},
		{"two calls", good, append(goodHeaders(), sip.NewHeader(HeaderCall, "x")), 400, "Repeated X-Outdial-Call", ""},
		{"no offer", nil, without("Content-Type"), 488, "INVITE Without Offer", ""},
		{"nonsense", []byte("hello"), goodHeaders(), 400, "SDP is malformed", ""},
		{"another type", good, with("Content-Type", "text/plain"), 415, "", "Accept"},
		{"encrypted", media("m=audio 4000 RTP/SAVP 8\r\n"), goodHeaders(), 488, "", "Warning"},
		{"video", media("m=video 4000 RTP/AVP 96\r\n"), goodHeaders(), 488, "", "Warning"},
		{"opus", media("m=audio 4000 RTP/AVP 96\r\na=rtpmap:96 opus/48000/2\r\n"), goodHeaders(), 488, "", "Warning"},
		{"media at a name", media("m=audio 4000 RTP/AVP 8\r\nc=IN IP4 nowhere.invalid\r\n"), goodHeaders(), 400, "", ""},
		{"extension", good, append(goodHeaders(), sip.NewHeader("Require", "timer, 100rel")), 420, "", "Unsupported"},
		{"short session", good, append(goodHeaders(), sip.NewHeader("Session-Expires", "10")), 422, "", "Min-SE"},
		{"unknown script", good, with(HeaderScript, "404"), 404, "No  Such Script", ""},
		{"store down", good, with(HeaderScript, "500"), 500, "", ""},
		{"admission panics", good, with(HeaderScript, "501"), 500, "", ""},
	} {
		_, res, err := w.invite(soon(t), recipient(s), c.body, c.headers...)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if res.StatusCode != c.want || c.phrase != "" && res.Reason != c.phrase || c.header != "" && res.GetHeader(c.header) == nil {
			t.Errorf("%s: %d %s %v", c.name, res.StatusCode, res.Reason, res.GetHeader(c.header))
		}
	}
	await(t, "places given back", func() bool { return s.Stats().Active == 0 })
	if n := s.ports.InUse(); n != 0 {
		t.Errorf("%d ports are open", n)
	}

	c := w.call(s)
	receive(t, "leg", legs)
	_, res, err := w.invite(soon(t), recipient(s), good, goodHeaders()...)
	if err != nil || res.StatusCode != 503 || res.GetHeader("Retry-After") == nil || res.GetHeader("Retry-After").Value() != "3" {
		t.Errorf("one call too many: %v, %v", res, err)
	}
	c.bye()
	await(t, "place given back", func() bool { return s.Stats().Active == 0 })
}

func TestMediaPortsExhausted(t *testing.T) {
	taken, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	port := taken.LocalAddr().(*net.UDPAddr).Port
	if port%2 != 0 {
		port-- // then the even port may be free, and only the odd one is in the range
	}
	handler, _ := handOver(nil)
	s := serve(t, Config{RTPMin: port | 1, RTPMax: port | 1}, handler)
	_, res, err := newSwitchboard(t).invite(soon(t), recipient(s), offerFor(40000).Marshal(), goodHeaders()...)
	if err != nil || res.StatusCode != 503 || res.GetHeader("Retry-After") == nil {
		t.Errorf("%v, %v", res, err)
	}
}

func TestOutsideDialogs(t *testing.T) {
	handler, _ := handOver(nil)
	s := serve(t, Config{}, handler)
	w := newSwitchboard(t)
	for method, want := range map[sip.RequestMethod]int{
		sip.OPTIONS: 200, sip.BYE: 481, sip.INFO: 481, sip.UPDATE: 481, sip.INVITE: 481, sip.CANCEL: 481, sip.REGISTER: 405, sip.MESSAGE: 405,
	} {
		req := sip.NewRequest(method, recipient(s))
		to := &sip.ToHeader{Address: recipient(s)}
		to.Params.Add("tag", "nobody")
		req.AppendHeader(to)
		res, err := w.client.Do(soon(t), req)
		if err != nil || res.StatusCode != want {
			t.Errorf("%s: %v, %v", method, res, err)
		}
	}
}

func TestRepeatedINVITEIsOneCall(t *testing.T) {
	handler, legs := handOver(nil)
	s := serve(t, Config{AckTimeout: 100 * time.Millisecond, ByeTimeout: 50 * time.Millisecond}, handler)
	r := newRaw(t, s)
	text := r.inviteText("one", "call-one")
	for range 5 {
		r.send(text)
	}
	first := r.next("SIP/2.0 200")
	r.send(strings.Replace(text, "branch=z9hG4bKone", "branch=z9hG4bKtwo", 1))
	if msg := r.next("SIP/2.0 4"); !strings.HasPrefix(msg, "SIP/2.0 482") {
		t.Errorf("the same call by another way: %s", msg)
	}
	l := receive(t, "leg", legs)
	if header(first, "Call-ID") != l.Invite().SIPCallID || len(legs) != 0 || s.Stats().Accepted != 1 {
		t.Errorf("%+v, %d more legs", l.Invite(), len(legs))
	}
	ended(t, l, EndNoAck)
}

func TestMalformedHeaders(t *testing.T) {
	handler, legs := handOver(nil)
	s := serve(t, Config{}, handler)
	r := newRaw(t, s)
	for i, edit := range []struct{ old, new, want string }{
		{";tag=from-", ";gat=from-", "SIP/2.0 400"},
		{"Contact:", "X-Contact:", "SIP/2.0 400"},
		{"From:", "X-From:", "SIP/2.0 400"},
		{"To:", "X-To:", "SIP/2.0 400"},
		{"Call-ID:", "X-Call-ID:", "SIP/2.0 400"},
		{"CSeq: 10 INVITE", "X-CSeq: 10", "SIP/2.0 400"},
	} {
		r.send(r.inviteText(fmt.Sprint("bad", i), fmt.Sprint("call-bad", i), edit.old, edit.new))
		if msg := r.next("SIP/2.0 "); !strings.HasPrefix(msg, edit.want) {
			t.Errorf("%q for %q: %s", edit.new, edit.old, msg)
		}
	}
	if len(legs) != 0 {
		t.Error("a malformed INVITE became a call")
	}
}

// Whatever is thrown at the port, the next good call is answered.
func TestNoiseDoesNotStopTheServer(t *testing.T) {
	handler, legs := handOver(nil)
	s := serve(t, Config{AckTimeout: 50 * time.Millisecond, ByeTimeout: 20 * time.Millisecond, MaxLegs: 20}, handler)
	r := newRaw(t, s)
	rng := rand.New(rand.NewPCG(1, 2))
	methods := []string{"INVITE", "ACK", "BYE", "CANCEL", "INFO", "UPDATE", "OPTIONS", "REGISTER", "\x00", "SIP/2.0 200 OK\r\n"}
	for i := range 2000 {
		b := []byte(r.inviteText(fmt.Sprint("n", i), fmt.Sprint("noise", i), "INVITE", methods[rng.IntN(len(methods))]))
		for range 1 + rng.IntN(6) {
			at := rng.IntN(len(b))
			switch rng.IntN(4) {
			case 0:
				b[at] = byte(rng.IntN(256))
			case 1:
				b = append(b[:at], b[min(at+1+rng.IntN(20), len(b)-1):]...)
			case 2:
				b = append(b[:at], append([]byte(strings.Repeat("\r\n;=<>\"", rng.IntN(3))), b[at:]...)...)
			case 3:
				b = b[:at+1]
			}
		}
		r.send(string(b))
	}
	await(t, "noise dying away", func() bool {
		for len(legs) > 0 {
			<-legs
		}
		return s.Stats().Active == 0
	})
	c := newSwitchboard(t).call(s)
	c.bye()
}
