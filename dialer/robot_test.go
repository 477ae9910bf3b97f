package dialer_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
	"github.com/google/uuid"
	"github.com/pion/rtp"

	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/rtpio"
	"github.com/outdial/outdial/shared/sdp"
	"github.com/outdial/outdial/shared/sipua"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/transcript"
)

// manner is how a fake robot treats one call.
type manner struct {
	refuse   int           // final status instead of an answer
	talk     time.Duration // after the callee's answer, then BYE; zero waits for the callee's BYE
	diesIn   time.Duration // after its own answer: neither RTP nor SIP any more
	transfer string        // extension to hand the callee to, once answered
	group    bool          // hand the callee to the campaign's agents, once answered
	within   time.Duration // the script's time for a transfer; zero is 2 s
	mute     bool          // writes no turns
}

// robots is a dialogue process as the dialer sees it: a SIP endpoint that reports itself, answers, sends silence, writes
// turns and hangs up. It follows the wire and the store's contract only.
type robots struct {
	r      *rig
	addr   string
	token  string
	manner func(k call.Call) manner

	capacity atomic.Int64
	silent   atomic.Bool // reports nothing
	ctx      context.Context
	stop     context.CancelFunc
	wg       sync.WaitGroup
	ua       *sipgo.UserAgent
	client   *sipgo.Client
	ports    *rtpio.Ports

	mu    sync.Mutex
	calls map[string]*robotCall // by Call-ID
	// transfers are what the robots were told about theirs.
	transfers []event.TransferEnded
	// bridging are the calls in which a person was about to take a robot's place, and forewarned those whose BYE came after that.
	bridging, forewarned map[call.UUID]bool
}

type robotCall struct {
	id       call.UUID
	k        call.Call
	invite   *sip.Request
	answer   *sip.Response
	rtp      *rtpio.Conn
	gone     chan struct{} // BYE either way
	once     sync.Once
	answered chan struct{}
	dead     atomic.Bool
}

func (c *robotCall) end() { c.once.Do(func() { close(c.gone) }) }

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

func startRobots(t *testing.T, r *rig, how func(k call.Call) manner) *robots {
	t.Helper()
	b := &robots{r: r, token: uuid.NewString(), manner: how, ports: rtpio.NewPorts("127.0.0.1", 0, 0), calls: make(map[string]*robotCall),
		bridging: make(map[call.UUID]bool), forewarned: make(map[call.UUID]bool)}
	b.capacity.Store(500)
	b.ctx, b.stop = context.WithCancel(context.Background())
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b.addr = conn.LocalAddr().String()
	b.ua, err = sipgo.NewUA(sipgo.WithUserAgentTransportLayerOptions(sip.WithTransportLayerLogger(quiet())),
		sipgo.WithUserAgentTransactionLayerOptions(sip.WithTransactionLayerLogger(quiet()), sip.WithTransactionLayerUnhandledResponseHandler(func(*sip.Response) {})))
	if err != nil {
		t.Fatal(err)
	}
	srv, err := sipgo.NewServer(b.ua, sipgo.WithServerLogger(quiet()))
	if err != nil {
		t.Fatal(err)
	}
	host, port, _ := net.SplitHostPort(b.addr)
	n, _ := strconv.Atoi(port)
	if b.client, err = sipgo.NewClient(b.ua, sipgo.WithClientHostname(host), sipgo.WithClientPort(n), sipgo.WithClientConnectionAddr(b.addr)); err != nil {
		t.Fatal(err)
	}
	srv.OnInvite(b.onInvite)
	srv.OnAck(func(*sip.Request, sip.ServerTransaction) {})
	srv.OnBye(func(req *sip.Request, tx sip.ServerTransaction) {
		c := b.byCallID(req.CallID().Value())
		if c != nil && c.dead.Load() {
			return
		}
		_ = tx.Respond(sip.NewResponseFromRequest(req, 200, "OK", nil))
		if c != nil {
			b.mu.Lock()
			b.forewarned[c.id] = b.bridging[c.id]
			b.mu.Unlock()
			c.end()
		}
	})
	served := make(chan struct{})
	heard := &firstRead{PacketConn: conn, ready: make(chan struct{})}
	go func() {
		defer close(served)
		_ = srv.ServeUDP(heard)
	}()
	<-heard.ready
	messages, err := r.bus.Subscribe(b.ctx, event.KindCallChanged, event.KindTransferBridging, event.KindTransferEnded)
	if err != nil {
		t.Fatal(err)
	}
	b.wg.Go(func() { b.hear(messages) })
	b.wg.Go(b.report)
	t.Cleanup(func() {
		b.stop()
		b.wg.Wait()
		_ = conn.Close()
		<-served
		_ = sipua.Close(b.ua)
	})
	return b
}

// firstRead tells when its socket is read first: a request that comes before that is lost.
type firstRead struct {
	net.PacketConn
	once  sync.Once
	ready chan struct{}
}

func (l *firstRead) ReadFrom(p []byte) (int, net.Addr, error) {
	l.once.Do(func() { close(l.ready) })
	return l.PacketConn.ReadFrom(p)
}

func (b *robots) byCallID(id string) *robotCall {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.calls[id]
}

func (b *robots) byCall(id call.UUID) *robotCall {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.calls {
		if c.id == id {
			return c
		}
	}
	return nil
}

// foreseen tells whether the robot of a call heard that a person takes its place before its leg ended.
func (b *robots) foreseen(id call.UUID) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.forewarned[id]
}

// live is how many calls the robots hold.
func (b *robots) live() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.calls)
}

func (b *robots) hear(messages <-chan event.Message) {
	for m := range messages {
		switch m := m.(type) {
		case event.CallChanged:
			if c := b.byCall(m.Call); c != nil && m.State == call.AnsweredState {
				select {
				case c.answered <- struct{}{}:
				default:
				}
			}
		case event.TransferBridging:
			b.mu.Lock()
			b.bridging[m.Call] = true
			b.mu.Unlock()
		case event.TransferEnded:
			b.mu.Lock()
			b.transfers = append(b.transfers, m)
			b.mu.Unlock()
		}
	}
}

func (b *robots) report() {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		if !b.silent.Load() {
			_ = b.r.bus.Publish(b.ctx, event.RobotsAlive{Dialogue: b.addr, Process: b.token, Calls: b.live(), Capacity: int(b.capacity.Load()), At: time.Now()})
		}
		select {
		case <-b.ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (b *robots) onInvite(req *sip.Request, tx sip.ServerTransaction) {
	if b.byCallID(req.CallID().Value()) != nil {
		res := sip.NewResponseFromRequest(req, 488, "Not Here", nil) // no re-INVITE is expected
		_ = tx.Respond(res)
		return
	}
	id := call.UUID("")
	if h := req.GetHeader("X-Outdial-Call"); h != nil {
		id = call.UUID(h.Value())
	}
	k, err := b.r.store.Call(b.ctx, tenant.Platform(), id)
	if err != nil {
		b.r.t.Errorf("a robot was called for call %q, which has no row: %v", id, err)
	}
	how := b.manner(k)
	if how.refuse != 0 {
		_ = tx.Respond(sip.NewResponseFromRequest(req, how.refuse, "Refused", nil))
		return
	}
	offer, err := sdp.Parse(req.Body())
	if err != nil {
		b.r.t.Errorf("offer to the robot: %v", err)
		return
	}
	conn, err := b.ports.Listen()
	if err != nil {
		b.r.t.Error(err)
		return
	}
	to, _ := offer.Addr()
	conn.SetRemote(to)
	ans, err := sdp.Answer(offer, "127.0.0.1", conn.LocalPort(), []audio.Law{audio.PCMA, audio.PCMU})
	if err != nil {
		b.r.t.Errorf("answer of the robot: %v", err)
		_ = conn.Close()
		return
	}
	res := sip.NewResponseFromRequest(req, 200, "OK", ans.Marshal())
	res.To().Params.Add("tag", "robot"+uuid.NewString()[:8])
	res.AppendHeader(sip.NewHeader("Contact", "<sip:robot@"+b.addr+">"))
	res.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
	c := &robotCall{id: id, k: k, invite: req, answer: res, rtp: conn, gone: make(chan struct{}), answered: make(chan struct{}, 1)}
	b.mu.Lock()
	b.calls[req.CallID().Value()] = c
	b.mu.Unlock()
	b.wg.Add(1)
	go b.attend(c, how, ans.Formats[0])
	_ = tx.Respond(res)
}

// attend lives one call through.
func (b *robots) attend(c *robotCall, how manner, law audio.Law) {
	defer b.wg.Done()
	var media sync.WaitGroup
	quietly, stopMedia := context.WithCancel(b.ctx)
	media.Go(func() { sendSilence(quietly, c.rtp, law) })
	media.Go(func() {
		var p rtp.Packet
		for buf := make([]byte, rtpio.MaxPacket); c.rtp.ReadPacket(buf, &p) == nil; {
		}
	})
	defer func() {
		stopMedia()
		_ = c.rtp.Close()
		media.Wait()
		b.mu.Lock()
		delete(b.calls, c.invite.CallID().Value())
		b.mu.Unlock()
	}()
	if how.diesIn > 0 {
		pause(b.ctx, how.diesIn)
		c.dead.Store(true)
		stopMedia()
		<-b.ctx.Done()
		return
	}
	begun, answered := time.Now(), c.answered
	var done, poll <-chan time.Time
	ticks := time.NewTicker(200 * time.Millisecond)
	defer ticks.Stop()
	poll = ticks.C
	talking := false
	talk := func() {
		if talking {
			return
		}
		talking, poll = true, nil
		if !how.mute {
			b.say(c, 1, transcript.Robot, "您好")
			b.say(c, 2, transcript.Callee, "好的")
		}
		if how.talk > 0 {
			done = time.After(how.talk)
		}
		if how.transfer != "" || how.group {
			_ = b.r.bus.Publish(b.ctx, event.TransferRequested{Tenant: c.k.Tenant, Campaign: c.k.Campaign, Call: c.id, Extension: how.transfer, Timeout: max(how.within, 2*time.Second)})
		}
	}
	by := call.PartyCallee
	for over := false; !over; {
		select {
		case <-b.ctx.Done():
			return
		case <-c.gone:
			over = true
		case <-answered:
			talk()
		case <-poll: // the message may be lost: the row says it too
			if k, err := b.r.store.Call(b.ctx, tenant.Platform(), c.id); err == nil && k.State == call.AnsweredState {
				talk()
			}
		case <-done:
			by, over = call.PartyRobot, true
		}
	}
	if talking {
		conv := transcript.Conversation{Call: c.id, Tenant: c.k.Tenant, StartedAt: begun, EndedAt: time.Now(), EndedBy: by, EndReason: "test"}
		turns, _ := b.r.store.Turns(b.ctx, tenant.Of(c.k.Tenant), c.id)
		conv.Tally = transcript.TallyOf(turns)
		if err := b.r.store.EndConversation(b.ctx, tenant.Of(c.k.Tenant), conv); err == nil {
			_ = b.r.bus.Publish(b.ctx, event.ConversationEnded{Tenant: c.k.Tenant, Campaign: c.k.Campaign, Call: c.id})
		}
	}
	if by == call.PartyRobot {
		b.bye(c)
	}
}

func sendSilence(ctx context.Context, conn *rtpio.Conn, law audio.Law) {
	frame := make([]byte, audio.FrameSamples)
	for i := range frame {
		frame[i] = law.Silence()
	}
	tick := time.NewTicker(audio.FrameDuration)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if conn.Send(uint8(law), false, audio.FrameSamples, frame) != nil {
				return
			}
		}
	}
}

func (b *robots) say(c *robotCall, seq int, who transcript.Speaker, text string) {
	now := time.Now()
	t := transcript.Turn{Call: c.id, Tenant: c.k.Tenant, Seq: seq, Speaker: who, Text: text, StartedAt: now, EndedAt: now, Node: "n"}
	if who == transcript.Callee {
		t.Matched = transcript.Match{Kind: transcript.MatchIntent, Intent: "positive", Rule: "好", Score: 1}
	}
	_ = b.r.store.AddTurn(b.ctx, tenant.Of(c.k.Tenant), t)
}

func (b *robots) bye(c *robotCall) {
	bye := sip.NewRequest(sip.BYE, c.invite.Contact().Address)
	from, to, id := c.answer.To().AsFrom(), c.invite.From().AsTo(), *c.invite.CallID()
	bye.AppendHeader(&from)
	bye.AppendHeader(&to)
	bye.AppendHeader(&id)
	bye.AppendHeader(&sip.CSeqHeader{SeqNo: 900, MethodName: sip.BYE})
	_, _ = b.client.Do(b.ctx, bye)
	c.end()
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
