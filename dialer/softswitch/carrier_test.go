package softswitch

import (
	"context"
	"log/slog"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
	"github.com/pion/rtp"

	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/rtpio"
	"github.com/outdial/outdial/shared/sdp"
	"github.com/outdial/outdial/shared/sipua"
)

// carrier is a SIP peer that answers by the number called:
//
//	2…        answered at once           early…     183 with sound, answered after 150 ms
//	ring…     rings until cancelled      announce…  183 with sound, then 404
//	<4xx|5xx|6xx>…  refused              mute…      answered, sends no RTP
//	drop…     answered, BYE after 50 ms  law0…/law8…  answered with that codec only
type carrier struct {
	t      testing.TB
	addr   string
	ua     *sipgo.UserAgent
	cl     *sipgo.Client
	conn   net.PacketConn
	ctx    context.Context
	stop   context.CancelFunc
	wg     sync.WaitGroup
	ports  *rtpio.Ports
	mu     sync.Mutex
	wake   *sync.Cond
	calls  map[string]*sipCall // by the user part of the request
	reason string              // goes into refusals
	// demand, when set, is asked before a call is served; it answers the requests that it refuses.
	demand func(req *sip.Request, tx sip.ServerTransaction) bool
}

// sipCall is one call at the carrier.
type sipCall struct {
	user    string
	invite  *sip.Request
	answer  *sip.Response
	rtp     *rtpio.Conn
	law     audio.Law
	heard   []byte // payloads received
	packets int
	acked   bool
	ended   string // BYE or CANCEL
	bye     *sip.Request
	digits  string
}

func startCarrier(t testing.TB) *carrier {
	t.Helper()
	c := &carrier{t: t, calls: make(map[string]*sipCall), ports: rtpio.NewPorts("127.0.0.1", 0, 0)}
	c.wake = sync.NewCond(&c.mu)
	c.ctx, c.stop = context.WithCancel(context.Background())
	var err error
	if c.conn, err = net.ListenPacket("udp4", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	_ = c.conn.(*net.UDPConn).SetReadBuffer(4 << 20)
	c.addr = c.conn.LocalAddr().String()
	quietLog := slog.New(slog.DiscardHandler)
	c.ua, err = sipgo.NewUA(sipgo.WithUserAgentTransportLayerOptions(sip.WithTransportLayerLogger(quietLog)),
		sipgo.WithUserAgentTransactionLayerOptions(sip.WithTransactionLayerLogger(quietLog), sip.WithTransactionLayerUnhandledResponseHandler(func(*sip.Response) {})))
	if err != nil {
		t.Fatal(err)
	}
	srv, err := sipgo.NewServer(c.ua, sipgo.WithServerLogger(quietLog))
	if err != nil {
		t.Fatal(err)
	}
	host, port, _ := strings.Cut(c.addr, ":")
	n, _ := strconv.Atoi(port)
	if c.cl, err = sipgo.NewClient(c.ua, sipgo.WithClientHostname(host), sipgo.WithClientPort(n), sipgo.WithClientConnectionAddr(c.addr)); err != nil {
		t.Fatal(err)
	}
	srv.OnInvite(c.onInvite)
	srv.OnAck(func(req *sip.Request, _ sip.ServerTransaction) {
		c.change(req, func(k *sipCall) { k.acked = true })
	})
	srv.OnBye(func(req *sip.Request, tx sip.ServerTransaction) {
		_ = tx.Respond(sip.NewResponseFromRequest(req, 200, "OK", nil))
		c.change(req, func(k *sipCall) {
			k.ended, k.bye = "BYE", req
			if k.rtp != nil {
				_ = k.rtp.Close()
			}
		})
	})
	served := make(chan struct{})
	heard := &listening{PacketConn: c.conn, ready: make(chan struct{})}
	go func() {
		defer close(served)
		_ = srv.ServeUDP(heard)
	}()
	<-heard.ready
	t.Cleanup(func() {
		c.stop()
		c.mu.Lock()
		for _, k := range c.calls {
			if k.rtp != nil {
				_ = k.rtp.Close()
			}
		}
		c.mu.Unlock()
		c.wg.Wait()
		heard.end()
		<-served
		_ = sipua.Close(c.ua)
	})
	return c
}

func (c *carrier) setReason(s string) {
	c.mu.Lock()
	c.reason = s
	c.mu.Unlock()
}

func (c *carrier) change(req *sip.Request, f func(*sipCall)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, k := range c.calls {
		if k.invite.CallID().Value() == req.CallID().Value() {
			f(k)
		}
	}
	c.wake.Broadcast()
}

// call waits for a call to a user until it satisfies ok.
func (c *carrier) call(user, what string, ok func(*sipCall) bool) *sipCall {
	c.t.Helper()
	timer := time.AfterFunc(patience, c.wake.Broadcast)
	defer timer.Stop()
	deadline := time.Now().Add(patience)
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		if k := c.calls[user]; k != nil && ok(k) {
			return k
		}
		if time.Now().After(deadline) {
			c.t.Fatalf("carrier: call to %s: not %s; %+v", user, what, c.calls[user])
		}
		c.wake.Wait()
	}
}

func (c *carrier) onInvite(req *sip.Request, tx sip.ServerTransaction) {
	c.wg.Add(1)
	defer c.wg.Done()
	c.mu.Lock()
	demand := c.demand
	c.mu.Unlock()
	if demand != nil && !demand(req, tx) {
		return
	}
	user := req.Recipient.User
	k := &sipCall{user: user, invite: req}
	c.mu.Lock()
	if old := c.calls[user]; old != nil && old.invite.CallID().Value() == req.CallID().Value() {
		c.mu.Unlock()
		// a re-INVITE
		return
	}
	c.calls[user] = k
	c.mu.Unlock()
	cancelled := make(chan struct{})
	tx.OnCancel(func(*sip.Request) {
		c.change(req, func(k *sipCall) { k.ended = "CANCEL" })
		close(cancelled)
	})
	say := func(code int, reason string, sound bool) {
		var body []byte
		if sound {
			body = c.sound(k)
		}
		res := sip.NewResponseFromRequest(req, code, reason, body)
		if to := res.To(); to != nil {
			to.Params.Add("tag", "carrier")
		}
		res.AppendHeader(sip.NewHeader("Contact", "<sip:x@"+c.addr+">"))
		if sound {
			res.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
		}
		c.mu.Lock()
		if code >= 300 && c.reason != "" {
			res.AppendHeader(sip.NewHeader("Reason", c.reason))
		}
		if code == 200 {
			k.answer = res
		}
		c.mu.Unlock()
		_ = tx.Respond(res)
	}
	code, _ := strconv.Atoi(user[:min(3, len(user))])
	switch {
	case strings.HasPrefix(user, "ring"):
		say(180, "Ringing", false)
		select {
		case <-cancelled:
		case <-c.ctx.Done():
		}
	case strings.HasPrefix(user, "early"):
		say(183, "Session Progress", true)
		select {
		case <-time.After(150 * time.Millisecond):
			say(200, "OK", true)
		case <-cancelled:
		}
	case strings.HasPrefix(user, "announce"):
		say(183, "Session Progress", true)
		time.Sleep(100 * time.Millisecond)
		say(404, "Not Found", false)
	case code >= 400 && code < 700:
		say(code, "Refused", false)
	case strings.HasPrefix(user, "drop"):
		say(200, "OK", true)
		c.wg.Go(func() {
			time.Sleep(50 * time.Millisecond)
			c.hangup(user, "")
		})
	default:
		say(200, "OK", true)
	}
}

// sound opens the RTP of a call and returns the description.
func (c *carrier) sound(k *sipCall) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	offer, err := sdp.Parse(k.invite.Body())
	if err != nil {
		c.t.Errorf("carrier: offer: %v", err)
		return nil
	}
	laws := bothLaws
	if strings.HasPrefix(k.user, "law") {
		laws = []audio.Law{audio.Law(k.user[3] - '0')}
	}
	if k.rtp == nil {
		if k.rtp, err = c.ports.Listen(); err != nil {
			c.t.Error(err)
			return nil
		}
		addr, _ := offer.Addr()
		k.rtp.SetRemote(addr)
		k.law = laws[0]
		for _, f := range offer.Formats {
			if len(laws) > 1 {
				k.law = f
				break
			}
		}
		c.wg.Go(func() { c.listen(k, offer.EventPT) })
		if !strings.HasPrefix(k.user, "mute") {
			c.wg.Go(func() { c.talk(k) })
		}
	}
	ans, err := sdp.Answer(offer, "127.0.0.1", k.rtp.LocalPort(), laws)
	if err != nil {
		ans = sdp.Session{Host: "127.0.0.1", Port: k.rtp.LocalPort(), Formats: laws, Ptime: 20}
	}
	return ans.Marshal()
}

func (c *carrier) listen(k *sipCall, eventPT uint8) {
	var p rtp.Packet
	var digits rtpio.EventReader
	buf := make([]byte, rtpio.MaxPacket)
	for k.rtp.ReadPacket(buf, &p) == nil {
		c.mu.Lock()
		if p.PayloadType == eventPT {
			k.digits += digits.Push(&p)
		} else {
			k.packets++
			k.heard = append(k.heard, p.Payload...)
		}
		c.mu.Unlock()
		c.wake.Broadcast()
	}
}

// talk sends a word of the law over and over: the user's last character tells who is heard.
func (c *carrier) talk(k *sipCall) {
	frame := make([]byte, audio.FrameSamples)
	for i := range frame {
		frame[i] = k.word()
	}
	t := time.NewTicker(audio.FrameDuration)
	defer t.Stop()
	for {
		select {
		case <-c.ctx.Done():
			return
		case <-t.C:
			if err := k.rtp.Send(uint8(k.law), false, audio.FrameSamples, frame); err != nil {
				return
			}
		}
	}
}

// word is what the call says, 1000 times the last digit of its user as a sample.
func (k *sipCall) word() byte {
	return k.law.Encode(nil, []int16{int16(k.user[len(k.user)-1]-'0') * 1000})[0]
}

// hangup sends a BYE from the carrier's side.
func (c *carrier) hangup(user, reason string) {
	c.mu.Lock()
	k := c.calls[user]
	c.mu.Unlock()
	if k == nil || k.answer == nil {
		c.t.Errorf("carrier: no answered call to %s", user)
		return
	}
	bye := sip.NewRequest(sip.BYE, k.invite.Contact().Address)
	from := k.answer.To().AsFrom()
	to := k.invite.From().AsTo()
	id := *k.invite.CallID()
	bye.AppendHeader(&from)
	bye.AppendHeader(&to)
	bye.AppendHeader(&id)
	bye.AppendHeader(&sip.CSeqHeader{SeqNo: 900, MethodName: sip.BYE})
	if reason != "" {
		bye.AppendHeader(sip.NewHeader("Reason", reason))
	}
	res, err := c.cl.Do(c.ctx, bye)
	if err != nil || res.StatusCode != 200 && res.StatusCode != 481 { // 481: both hung up at once
		c.t.Errorf("carrier: BYE: %v %v", res, err)
	}
	_ = k.rtp.Close()
}

func (c *carrier) dialString(user string) string { return "sofia/carriers/" + user + "@" + c.addr }

// press sends one key from the carrier's side.
func press(t *testing.T, k *sipCall, digit byte) {
	t.Helper()
	w, err := rtpio.NewEventWriter(digit, 60*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	for {
		payload, marker, more := w.Next(nil)
		if !more {
			return
		}
		if err := k.rtp.Send(eventPT, marker, 0, payload); err != nil {
			t.Error(err)
		}
	}
}
