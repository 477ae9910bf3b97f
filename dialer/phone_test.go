package dialer_test

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
	"github.com/google/uuid"
	"github.com/icholy/digest"
	"github.com/pion/rtp"

	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/rtpio"
	"github.com/outdial/outdial/shared/sdp"
	"github.com/outdial/outdial/shared/sipua"
)

// phone is an agent's softphone: it registers, and treats calls as it is told.
type phone struct {
	t      *testing.T
	r      *rig
	addr   string
	manner string // answer, busy, ring
	client *sipgo.Client
	ctx    context.Context
	wg     sync.WaitGroup
	ports  *rtpio.Ports

	ringing   chan string // caller's number
	cancelled chan struct{}
	byes      chan struct{}
	refuse    chan struct{} // closed: a telephone that rings declines

	mu     sync.Mutex
	invite *sip.Request
	answer *sip.Response
	rtp    *rtpio.Conn
	heard  int
}

// startPhone registers a phone for an extension.
func startPhone(t *testing.T, r *rig, extension, manner string) *phone {
	t.Helper()
	p := &phone{t: t, r: r, manner: manner, ports: rtpio.NewPorts("127.0.0.1", 0, 0), ringing: make(chan string, 4), cancelled: make(chan struct{}, 4), byes: make(chan struct{}, 4), refuse: make(chan struct{})}
	ctx, stop := context.WithCancel(context.Background())
	p.ctx = ctx
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	must(t, err)
	p.addr = conn.LocalAddr().String()
	ua, err := sipgo.NewUA(sipgo.WithUserAgentTransportLayerOptions(sip.WithTransportLayerLogger(quiet())),
		sipgo.WithUserAgentTransactionLayerOptions(sip.WithTransactionLayerLogger(quiet()), sip.WithTransactionLayerUnhandledResponseHandler(func(*sip.Response) {})))
	must(t, err)
	srv, err := sipgo.NewServer(ua, sipgo.WithServerLogger(quiet()))
	must(t, err)
	host, port, _ := net.SplitHostPort(p.addr)
	n, _ := strconv.Atoi(port)
	p.client, err = sipgo.NewClient(ua, sipgo.WithClientHostname(host), sipgo.WithClientPort(n), sipgo.WithClientConnectionAddr(p.addr))
	must(t, err)
	srv.OnInvite(p.onInvite)
	srv.OnAck(func(*sip.Request, sip.ServerTransaction) {})
	srv.OnBye(func(req *sip.Request, tx sip.ServerTransaction) {
		_ = tx.Respond(sip.NewResponseFromRequest(req, 200, "OK", nil))
		p.byes <- struct{}{}
	})
	served := make(chan struct{})
	heard := &firstRead{PacketConn: conn, ready: make(chan struct{})}
	go func() {
		defer close(served)
		_ = srv.ServeUDP(heard)
	}()
	<-heard.ready
	t.Cleanup(func() {
		stop()
		p.mu.Lock()
		if p.rtp != nil {
			_ = p.rtp.Close()
		}
		p.mu.Unlock()
		p.wg.Wait()
		_ = conn.Close()
		<-served
		_ = sipua.Close(ua)
	})
	p.register(extension)
	return p
}

func (p *phone) register(extension string) {
	p.t.Helper()
	registrar, secret := p.r.registrar(extension)
	host, port, _ := net.SplitHostPort(registrar)
	n, _ := strconv.Atoi(port)
	req := sip.NewRequest(sip.REGISTER, sip.Uri{Scheme: "sip", Host: host, Port: n})
	req.SetTransport("UDP")
	from := &sip.FromHeader{Address: sip.Uri{Scheme: "sip", User: extension, Host: "outdial"}}
	from.Params.Add("tag", sip.GenerateTagN(8))
	req.AppendHeader(from)
	req.AppendHeader(&sip.ToHeader{Address: sip.Uri{Scheme: "sip", User: extension, Host: "outdial"}})
	req.AppendHeader(sip.NewHeader("Contact", fmt.Sprintf("<sip:%s@%s>;expires=600", extension, p.addr)))
	ctx, cancel := context.WithTimeout(p.ctx, 5*time.Second)
	defer cancel()
	res, err := p.client.Do(ctx, req)
	must(p.t, err)
	ch, err := digest.ParseChallenge(res.GetHeader("WWW-Authenticate").Value())
	must(p.t, err)
	cred, err := digest.Digest(ch, digest.Options{Method: "REGISTER", URI: req.Recipient.String(), Username: extension, Password: secret, Count: 1})
	must(p.t, err)
	req.RemoveHeader("Via")
	req.CSeq().SeqNo++
	req.AppendHeader(sip.NewHeader("Authorization", cred.String()))
	if res, err = p.client.Do(ctx, req); err != nil || res.StatusCode != 200 {
		p.t.Fatalf("REGISTER of %s: %v, error %v", extension, res, err)
	}
}

func (p *phone) onInvite(req *sip.Request, tx sip.ServerTransaction) {
	p.wg.Add(1)
	defer p.wg.Done()
	gone := make(chan struct{})
	if !tx.OnCancel(func(*sip.Request) { close(gone) }) {
		return // it was cancelled before it was looked at
	}
	p.ringing <- req.From().Address.User
	respond := func(code int, reason string, body []byte) *sip.Response {
		res := sip.NewResponseFromRequest(req, code, reason, body)
		if code > 100 {
			res.To().Params.Add("tag", "phone"+uuid.NewString()[:8])
		}
		res.AppendHeader(sip.NewHeader("Contact", "<sip:x@"+p.addr+">"))
		if body != nil {
			res.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
		}
		return res
	}
	switch p.manner {
	case "busy":
		_ = tx.Respond(respond(486, "Busy Here", nil))
		return
	case "ring":
		_ = tx.Respond(respond(180, "Ringing", nil))
		select {
		case <-gone:
			p.cancelled <- struct{}{}
		case <-p.refuse:
			_ = tx.Respond(respond(486, "Busy Here", nil))
		case <-p.ctx.Done():
		}
		return
	}
	offer, err := sdp.Parse(req.Body())
	if err != nil {
		p.t.Errorf("offer to the agent: %v", err)
		return
	}
	conn, err := p.ports.Listen()
	if err != nil {
		p.t.Error(err)
		return
	}
	to, _ := offer.Addr()
	conn.SetRemote(to)
	ans, err := sdp.Answer(offer, "127.0.0.1", conn.LocalPort(), []audio.Law{audio.PCMA, audio.PCMU})
	if err != nil {
		p.t.Error(err)
		return
	}
	res := respond(200, "OK", ans.Marshal())
	p.mu.Lock()
	if p.rtp != nil {
		_ = p.rtp.Close() // of an earlier call
	}
	p.invite, p.answer, p.rtp = req, res, conn
	p.mu.Unlock()
	p.wg.Go(func() { sendSilence(p.ctx, conn, ans.Formats[0]) })
	p.wg.Go(func() {
		var packet rtp.Packet
		for buf := make([]byte, rtpio.MaxPacket); conn.ReadPacket(buf, &packet) == nil; {
			p.mu.Lock()
			p.heard++
			p.mu.Unlock()
		}
	})
	_ = tx.Respond(res)
}

func (p *phone) packets() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.heard
}

func (p *phone) hangUp() {
	p.t.Helper()
	p.mu.Lock()
	invite, answer := p.invite, p.answer
	p.mu.Unlock()
	bye := sip.NewRequest(sip.BYE, invite.Contact().Address)
	from, to, id := answer.To().AsFrom(), invite.From().AsTo(), *invite.CallID()
	bye.AppendHeader(&from)
	bye.AppendHeader(&to)
	bye.AppendHeader(&id)
	bye.AppendHeader(&sip.CSeqHeader{SeqNo: 900, MethodName: sip.BYE})
	ctx, cancel := context.WithTimeout(p.ctx, 5*time.Second)
	defer cancel()
	if res, err := p.client.Do(ctx, bye); err != nil || res.StatusCode != 200 {
		p.t.Errorf("BYE of the agent: %v, error %v", res, err)
	}
}
