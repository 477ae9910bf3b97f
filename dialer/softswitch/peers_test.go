package softswitch

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/outdial/outdial/shared/sdp"
)

func TestStrangers(t *testing.T) {
	sw, peer := startSwitch(t, users("1001")), startCarrier(t)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	ask := func(method sip.RequestMethod, addr, user string, tagged bool) int {
		req := peer.request(method, addr, user)
		to := &sip.ToHeader{Address: req.Recipient}
		if tagged {
			to.Params.Add("tag", "gone")
		}
		req.AppendHeader(to)
		res, err := peer.cl.Do(ctx, req)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode
	}
	for _, tt := range []struct {
		name   string
		method sip.RequestMethod
		addr   string
		user   string
		tagged bool
		want   int
	}{
		{"call from no trunk", sip.INVITE, sw.CarriersAddr(), "2001", false, 403},
		{"call without credentials", sip.INVITE, sw.ExtensionsAddr(), "1001", false, 407},
		{"registration at the trunks' side", sip.REGISTER, sw.CarriersAddr(), "", false, 403},
		{"goodbye of a call before a restart", sip.BYE, sw.CarriersAddr(), "x", true, 481},
		{"re-INVITE of such a call", sip.INVITE, sw.CarriersAddr(), "x", true, 481},
		{"UPDATE of such a call", sip.UPDATE, sw.CarriersAddr(), "x", true, 481},
		{"INFO of such a call", sip.INFO, sw.CarriersAddr(), "x", true, 481},
		{"options", sip.OPTIONS, sw.CarriersAddr(), "x", false, 200},
		{"subscription", sip.SUBSCRIBE, sw.ExtensionsAddr(), "x", false, 501},
	} {
		if got := ask(tt.method, tt.addr, tt.user, tt.tagged); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
}

func TestMalformedSIP(t *testing.T) {
	sw, c := startSwitch(t), startCarrier(t)
	es := dial(t, sw)
	es.command("event plain ALL")
	conn, err := net.Dial("udp", sw.CarriersAddr())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for _, junk := range []string{
		"\x00\x01\x02", "INVITE", "INVITE sip:x SIP/2.0\r\n\r\n", "SIP/2.0 200 OK\r\n\r\n", "SIP/2.0 999999 \r\n\r\n",
		"INVITE sip:1@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:1;branch=z9hG4bKx\r\nCSeq: 1 INVITE\r\nContent-Length: 99999\r\n\r\nv=0",
		"BYE sip:1@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:1;branch=z9hG4bKy\r\nCSeq: 1 BYE\r\n\r\n",
		"ACK sip:1@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:1;branch=z9hG4bKz\r\nCSeq: 1 ACK\r\n\r\n",
		"CANCEL sip:1@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:1;branch=z9hG4bKw\r\nCSeq: -1 CANCEL\r\n\r\n",
		strings.Repeat("X", 60000),
	} {
		if _, err := conn.Write([]byte(junk)); err != nil {
			t.Fatal(err)
		}
	}
	parked(t, es, c, uuidOf(1), "2001", "")
}

// A carrier that answers with something that is no SDP gets its BYE, and the call a reason.
func TestMalformedSDP(t *testing.T) {
	t.Parallel()
	sw := startSwitch(t)
	es := dial(t, sw)
	es.command("event plain ALL")
	for i, body := range []string{"", "v=0\r\n", "\x00\x00", "v=0\r\no=- 1 1 IN IP4 x\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 18\r\n", "v=0\r\no=- 1 1 IN IP4 x\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 99999 RTP/AVP 8\r\n"} {
		addr, byes := broken(t, body)
		id := uuidOf(i)
		if got := es.api("originate {origination_uuid=" + id + "}sofia/carriers/1@" + addr + " &park()"); got != "-ERR INCOMPATIBLE_DESTINATION\n" {
			t.Errorf("%q: %q", body, got)
		}
		es.event("CHANNEL_HANGUP_COMPLETE", id, "Hangup-Cause", "INCOMPATIBLE_DESTINATION")
		select {
		case <-byes:
		case <-time.After(patience):
			t.Errorf("%q: no BYE", body)
		}
	}
}

// broken answers every INVITE with a body and tells of the first BYE.
func broken(t *testing.T, body string) (string, chan struct{}) {
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	byes := make(chan struct{}, 1)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		buf := make([]byte, 4096)
		for {
			n, from, err := conn.ReadFromUDPAddrPort(buf)
			if err != nil {
				return
			}
			m := string(buf[:n])
			if strings.HasPrefix(m, "ACK") {
				continue
			}
			out := "SIP/2.0 200 OK\r\nContact: <sip:x@" + conn.LocalAddr().String() + ">\r\n"
			for line := range strings.SplitSeq(m, "\r\n") {
				if name, _, _ := strings.Cut(line, ":"); name == "Via" || name == "From" || name == "Call-ID" || name == "CSeq" {
					out += line + "\r\n"
				} else if name == "To" {
					out += strings.TrimSuffix(line, ";tag=b") + ";tag=b\r\n"
				}
			}
			if strings.HasPrefix(m, "BYE") {
				byes <- struct{}{}
				out += "Content-Length: 0\r\n\r\n"
			} else {
				out += fmt.Sprintf("Content-Type: application/sdp\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
			}
			_, _ = conn.WriteToUDPAddrPort([]byte(out), from)
		}
	}()
	t.Cleanup(func() {
		_ = conn.Close()
		<-ended
	})
	return conn.LocalAddr().String(), byes
}

// Nobody answers at all: the timeout ends the call, and Close does not wait for the peer.
func TestDeadPeer(t *testing.T) {
	t.Parallel()
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	sw := startSwitch(t)
	es := dial(t, sw)
	es.command("event plain ALL")
	id := uuidOf(1)
	if got := es.api("originate {origination_uuid=" + id + ",originate_timeout=1}sofia/carriers/1@" + conn.LocalAddr().String() + " &park()"); got != "-ERR NO_ANSWER\n" {
		t.Error(got)
	}
	es.event("CHANNEL_DESTROY", id)
}

// A peer moves its media by a re-INVITE, and puts the call on hold.
func TestReinvite(t *testing.T) {
	t.Parallel()
	sw, c := startSwitch(t), startCarrier(t)
	es := dial(t, sw)
	es.command("event plain ALL")
	parked(t, es, c, uuidOf(1), "2001", "")
	k := c.call("2001", "answered", func(k *sipCall) bool { return k.answer != nil && k.acked })
	send := func(method sip.RequestMethod, seq uint32, body []byte) *sip.Response {
		req := sip.NewRequest(method, k.invite.Contact().Address)
		f, to, id := k.answer.To().AsFrom(), k.invite.From().AsTo(), *k.invite.CallID()
		req.AppendHeader(&f)
		req.AppendHeader(&to)
		req.AppendHeader(&id)
		req.AppendHeader(&sip.CSeqHeader{SeqNo: seq, MethodName: method})
		req.AppendHeader(sip.NewHeader("Contact", "<sip:x@"+c.addr+">"))
		if body != nil {
			req.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
			req.SetBody(body)
		}
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		res, err := c.cl.Do(ctx, req)
		if err != nil {
			t.Fatal(err)
		}
		return res
	}
	res := send(sip.INVITE, 10, sdp.Session{Host: "127.0.0.1", Port: 4000, Formats: bothLaws, Direction: sdp.SendOnly}.Marshal())
	if ans, err := sdp.Parse(res.Body()); res.StatusCode != 200 || err != nil || ans.Direction != sdp.RecvOnly {
		t.Errorf("hold: %d %v %v", res.StatusCode, ans.Direction, err)
	}
	if l := sw.leg(uuidOf(1)); !l.media.held.Load() || l.media.remote().Port() != 4000 {
		t.Errorf("after the hold: held %v, remote %v", l.media.held.Load(), l.media.remote())
	}
	if res := send(sip.UPDATE, 11, nil); res.StatusCode != 200 {
		t.Errorf("UPDATE: %d", res.StatusCode)
	}
	if res := send(sip.INVITE, 12, []byte("v=0")); res.StatusCode != 488 {
		t.Errorf("bad offer: %d", res.StatusCode)
	}
	if es.api("uuid_exists "+uuidOf(1)) != "true" {
		t.Error("a bad offer ended the call")
	}
	if res := send(sip.INVITE, 13, nil); res.StatusCode != 200 || len(res.Body()) == 0 {
		t.Errorf("INVITE without an offer: %d", res.StatusCode)
	}
}
