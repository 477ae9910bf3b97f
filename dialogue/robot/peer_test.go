package robot_test

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/pion/rtp"

	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/rtpio"
	"github.com/outdial/outdial/shared/sdp"
)

// peer plays the switch's side of one call in plain SIP text.
type peer struct {
	t      testing.TB
	sip    *net.UDPConn
	to     *net.UDPAddr
	call   string // the call's UUID
	id     string // Call-ID
	toTag  string
	rtp    *rtpio.Conn
	status chan int
	byes   chan struct{}
	wg     sync.WaitGroup

	mu     sync.Mutex
	voiced int // frames heard that hold sound
	frames int
}

func newPeer(t testing.TB, addr, script string) *peer {
	t.Helper()
	to, err := net.ResolveUDPAddr("udp", addr)
	if err != nil {
		t.Fatal(err)
	}
	sock, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	media, err := rtpio.NewPorts("127.0.0.1", 0, 0).Listen()
	if err != nil {
		t.Fatal(err)
	}
	p := &peer{t: t, sip: sock, to: to, call: uuid.Must(uuid.NewV7()).String(), id: uuid.NewString(), rtp: media,
		status: make(chan int, 10), byes: make(chan struct{}, 10)}
	p.wg.Go(p.read)
	p.wg.Go(p.hear)
	t.Cleanup(func() {
		_ = sock.Close()
		_ = media.Close()
		p.wg.Wait()
	})
	body := sdp.Session{Host: "127.0.0.1", Port: media.LocalPort(), Formats: []sdp.Format{audio.PCMA}, EventPT: 101, Ptime: 20, SessionID: 1, Version: 1}.Marshal()
	p.send(p.request("INVITE", 1, "X-Outdial-Call: "+p.call+"\r\nX-Outdial-Tenant: 1\r\nX-Outdial-Script: "+script+
		"\r\nX-Outdial-Campaign: 7\r\nContent-Type: application/sdp\r\n", string(body)))
	return p
}

func (p *peer) request(method string, seq int, headers, body string) string {
	local := p.sip.LocalAddr().String()
	to := "<sip:robot@" + p.to.String() + ">"
	if p.toTag != "" {
		to += ";tag=" + p.toTag
	}
	return fmt.Sprintf("%s sip:robot@%s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bK%s;rport\r\nMax-Forwards: 70\r\nFrom: <sip:switch@%s>;tag=a\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: %d %s\r\nContact: <sip:switch@%s>\r\n%sContent-Length: %d\r\n\r\n%s",
		method, p.to, local, uuid.NewString(), local, to, p.id, seq, method, local, headers, len(body), body)
}

func (p *peer) send(text string) {
	if _, err := p.sip.WriteToUDP([]byte(text), p.to); err != nil {
		p.t.Log(err)
	}
}

func (p *peer) read() {
	buf := make([]byte, 8192)
	acked := false
	for {
		n, err := p.sip.Read(buf)
		if err != nil {
			return
		}
		text := string(buf[:n])
		first, _, _ := strings.Cut(text, "\r\n")
		if strings.HasPrefix(first, "BYE ") {
			p.send("SIP/2.0 200 OK\r\n" + pick(text, "Via") + pick(text, "From") + pick(text, "To") + pick(text, "Call-ID") + pick(text, "CSeq") + "Content-Length: 0\r\n\r\n")
			p.byes <- struct{}{}
			continue
		}
		var code int
		if _, err := fmt.Sscanf(first, "SIP/2.0 %d", &code); err != nil || code < 200 || !strings.Contains(pick(text, "CSeq"), "INVITE") {
			continue
		}
		_, p.toTag, _ = strings.Cut(strings.TrimSpace(pick(text, "To")), "tag=")
		p.send(p.request("ACK", 1, "", ""))
		if acked {
			continue
		}
		acked = true
		if code == 200 {
			_, body, _ := strings.Cut(text, "\r\n\r\n")
			answer, err := sdp.Parse([]byte(body))
			if err != nil {
				p.t.Errorf("answer: %v", err)
			}
			p.rtp.SetRemote(netip.MustParseAddrPort(fmt.Sprintf("127.0.0.1:%d", answer.Port)))
		}
		p.status <- code
	}
}

func pick(text, header string) string {
	for line := range strings.SplitSeq(text, "\r\n") {
		if strings.HasPrefix(strings.ToLower(line), strings.ToLower(header)+":") {
			return line + "\r\n"
		}
	}
	return ""
}

func (p *peer) hear() {
	buf := make([]byte, rtpio.MaxPacket)
	var pkt rtp.Packet
	for p.rtp.ReadPacket(buf, &pkt) == nil {
		pcm := audio.Law(pkt.PayloadType).Decode(nil, pkt.Payload)
		p.mu.Lock()
		p.frames++
		if audio.LevelDB(pcm) > -40 {
			p.voiced++
		}
		p.mu.Unlock()
	}
}

func (p *peer) heard() (frames, voiced int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.frames, p.voiced
}

// press sends keys as telephone events, 100 ms each.
func (p *peer) press(keys string) {
	for _, k := range []byte(keys) {
		w, err := rtpio.NewEventWriter(k, 100*time.Millisecond)
		if err != nil {
			p.t.Fatal(err)
		}
		for more := true; more; {
			var payload []byte
			var marker bool
			payload, marker, more = w.Next(nil)
			if err := p.rtp.Send(101, marker, 0, payload); err != nil {
				p.t.Fatal(err)
			}
		}
		p.rtp.SkipTimestamp(w.Samples() + 800)
	}
}

func (p *peer) bye() { p.send(p.request("BYE", 2, "", "")) }

func await(t testing.TB, what string, ok func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for !ok() {
		select {
		case <-ctx.Done():
			t.Fatalf("never came: %s", what)
		case <-time.After(2 * time.Millisecond):
		}
	}
}

func receive[T any](t testing.TB, what string, ch <-chan T) T {
	t.Helper()
	select {
	case v := <-ch:
		return v
	case <-time.After(10 * time.Second):
		t.Fatalf("never came: %s", what)
		panic("unreachable")
	}
}
