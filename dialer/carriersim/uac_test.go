package carriersim

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net"
	"slices"
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

// caller is the switch that calls the simulator: a SIP client with a robot's media behind it.
type caller struct {
	t      *testing.T
	dialog sipgo.DialogUA
	mu     sync.Mutex
	byes   map[string]*sip.Request
	waits  map[string]chan struct{}
	deaf   bool // leaves BYE unanswered
}

func newCaller(t *testing.T) *caller {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	ua, err := sipgo.NewUA(sipgo.WithUserAgentTransportLayerOptions(sip.WithTransportLayerLogger(quiet)),
		sipgo.WithUserAgentTransactionLayerOptions(sip.WithTransactionLayerLogger(quiet),
			sip.WithTransactionLayerUnhandledResponseHandler(func(*sip.Response) {})))
	if err != nil {
		t.Fatal(err)
	}
	sock, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	port := sock.LocalAddr().(*net.UDPAddr).Port
	server, err := sipgo.NewServer(ua, sipgo.WithServerLogger(quiet))
	if err != nil {
		t.Fatal(err)
	}
	client, err := sipgo.NewClient(ua, sipgo.WithClientHostname("127.0.0.1"), sipgo.WithClientPort(port), sipgo.WithClientConnectionAddr(sock.LocalAddr().String()))
	if err != nil {
		t.Fatal(err)
	}
	k := &caller{t: t, byes: make(map[string]*sip.Request), waits: make(map[string]chan struct{})}
	k.dialog = sipgo.DialogUA{Client: client, ContactHDR: sip.ContactHeader{Address: sip.Uri{Scheme: "sip", User: "robot", Host: "127.0.0.1", Port: port}}}
	server.OnBye(func(req *sip.Request, tx sip.ServerTransaction) {
		k.mu.Lock()
		if _, again := k.byes[callID(req)]; !again {
			k.byes[callID(req)] = req
			if w := k.waits[callID(req)]; w != nil {
				close(w)
			}
		}
		k.mu.Unlock()
		if !k.deaf {
			_ = reply(req, tx, 200, nil)
		}
	})
	served := make(chan struct{})
	go func() { defer close(served); _ = server.ServeUDP(sock) }()
	for { // the library knows the socket only once it serves it
		if c, err := ua.TransportLayer().GetConnection("udp", sock.LocalAddr().String()); err == nil && c != nil {
			break
		}
		time.Sleep(time.Millisecond)
	}
	t.Cleanup(func() {
		_ = sock.Close()
		<-served
		_ = sipua.Close(ua)
	})
	return k
}

// attempt is one call of the caller.
type attempt struct {
	k        *caller
	statuses []int
	final    *sip.Response
	early    []byte // body of the 183
	err      error
	d        *sipgo.DialogClientSession
	leg      *robotLeg
	bye      chan struct{} // closed by the BYE of the callee
	media    sdp.Session
}

func (a *attempt) id() string { return a.d.InviteRequest.CallID().Value() }

// call places a call with a robot and waits for its final response or the end of ctx, which cancels it.
func (k *caller) call(ctx context.Context, sim *Simulator, number string, body []byte) *attempt {
	k.t.Helper()
	a := &attempt{k: k, leg: newRobotLeg(k.t)}
	if body == nil {
		body = sdp.Session{Host: "127.0.0.1", Port: a.leg.conn.LocalPort(), Formats: []audio.Law{audio.PCMA, audio.PCMU}, EventPT: 101}.Marshal()
	}
	return k.dial(a, sim, number, body).wait(ctx)
}

// dial sends the INVITE.
func (k *caller) dial(a *attempt, sim *Simulator, number string, body []byte) *attempt {
	host, port, err := sip.ParseAddr(sim.Addr())
	if err != nil {
		k.t.Error(err)
	}
	id := sip.CallIDHeader(rand.Text())
	headers := []sip.Header{&id}
	if len(body) > 0 {
		headers = append(headers, sip.NewHeader("Content-Type", "application/sdp"))
	}
	a.bye = make(chan struct{})
	k.mu.Lock()
	k.waits[id.Value()] = a.bye
	k.mu.Unlock()
	a.d, a.err = k.dialog.Invite(context.Background(), sip.Uri{Scheme: "sip", User: number, Host: host, Port: port}, body, headers...)
	return a
}

func (a *attempt) wait(ctx context.Context) *attempt {
	if a.err != nil {
		a.k.t.Errorf("INVITE: %v", a.err)
		return a
	}
	a.err = a.d.WaitAnswer(ctx, sipgo.AnswerOptions{OnResponse: func(r *sip.Response) error {
		a.statuses = append(a.statuses, r.StatusCode)
		if r.StatusCode >= 200 {
			a.final = r
		}
		if b := r.Body(); len(b) > 0 && r.StatusCode < 300 {
			if r.StatusCode < 200 {
				a.early = slices.Clone(b)
			}
			if s, err := sdp.Parse(b); err == nil && a.leg != nil {
				a.media = s
				to, _ := s.Addr()
				a.leg.conn.SetRemote(to)
			}
		}
		return nil
	}})
	return a
}

// ack acknowledges the 200.
func (a *attempt) ack() {
	a.k.t.Helper()
	if a.err != nil {
		a.k.t.Fatalf("not answered: %v (%v)", a.err, a.statuses)
	}
	if err := a.d.Ack(context.Background()); err != nil {
		a.k.t.Fatal(err)
	}
}

func (a *attempt) hangUp() {
	a.k.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := a.d.Bye(ctx); err != nil {
		a.k.t.Errorf("BYE: %v", err)
	}
}

func (a *attempt) awaitBye(within time.Duration) {
	a.k.t.Helper()
	select {
	case <-a.bye:
	case <-time.After(within):
		a.k.t.Errorf("the callee did not hang up within %v", within)
	}
}

// robotLeg sends silence or speech every 20 ms, notes what it hears, and takes turns as a robot would.
type robotLeg struct {
	conn *rtpio.Conn
	wg   sync.WaitGroup
	stop chan struct{}
	once sync.Once

	mu       sync.Mutex
	heard    []int16
	packets  int
	lastTalk time.Time
	talked   time.Duration // of the callee's current utterance
	events   rtpio.EventReader
	keys     string

	say     []int16 // rest of what is being said
	prompts [][]int16
	answers bool // says the next prompt when the callee has finished
	yields  bool // stops when the callee speaks over it
}

func newRobotLeg(t *testing.T) *robotLeg {
	t.Helper()
	conn, err := rtpio.NewPorts("127.0.0.1", 0, 0).Listen()
	if err != nil {
		t.Fatal(err)
	}
	r := &robotLeg{conn: conn, stop: make(chan struct{})}
	r.wg.Go(r.read)
	r.wg.Go(r.write)
	t.Cleanup(r.close)
	return r
}

func (r *robotLeg) close() {
	r.once.Do(func() {
		close(r.stop)
		_ = r.conn.Close()
		r.wg.Wait()
	})
}

func (r *robotLeg) read() {
	buf := make([]byte, rtpio.MaxPacket)
	var p rtp.Packet
	for r.conn.ReadPacket(buf, &p) == nil {
		r.mu.Lock()
		law := audio.Law(p.PayloadType)
		r.packets++
		if !law.Valid() {
			r.keys += r.events.Push(&p)
		} else {
			if _, _, ok := voicedSpan(law, p.Payload); ok {
				r.lastTalk = time.Now()
				r.talked += audio.FrameDuration
			}
			r.heard = law.Decode(r.heard, p.Payload)
		}
		r.mu.Unlock()
	}
}

func (r *robotLeg) write() {
	tick := time.NewTicker(audio.FrameDuration)
	defer tick.Stop()
	for {
		select {
		case <-r.stop:
			return
		case now := <-tick.C:
			if err := r.conn.Send(8, false, 160, audio.PCMA.Encode(nil, r.frame(now))); err != nil &&
				!errors.Is(err, rtpio.ErrNoRemote) && !errors.Is(err, net.ErrClosed) {
				return
			}
		}
	}
}

// robotEndpoint and robotConfirm are this robot's two decisions, which the simulator's measurements have to show.
const (
	robotEndpoint = 300 * time.Millisecond
	robotConfirm  = 200 * time.Millisecond
)

func (r *robotLeg) frame(now time.Time) []int16 {
	r.mu.Lock()
	defer r.mu.Unlock()
	quiet := now.Sub(r.lastTalk)
	if r.yields && len(r.say) > 0 && r.talked >= robotConfirm && quiet < 60*time.Millisecond {
		r.say = nil
	}
	if len(r.say) == 0 && r.answers && r.talked > 0 && quiet >= robotEndpoint && len(r.prompts) > 0 {
		r.say, r.prompts, r.talked = r.prompts[0], r.prompts[1:], 0
	}
	out := make([]int16, audio.FrameSamples)
	r.say = r.say[copy(out, r.say):]
	return out
}

func (r *robotLeg) speak(pcm []int16) {
	r.mu.Lock()
	r.say = pcm
	r.mu.Unlock()
}

func (r *robotLeg) snapshot() (heard []int16, packets int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.heard), r.packets
}
