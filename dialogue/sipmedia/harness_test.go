package sipmedia

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
	"github.com/google/uuid"
	"github.com/pion/rtp"
	"go.uber.org/goleak"

	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/rtpio"
	"github.com/outdial/outdial/shared/sdp"
	"github.com/outdial/outdial/shared/sipua"
)

func TestMain(m *testing.M) {
	sip.SetDefaultLogger(slog.New(slog.DiscardHandler)) // the client side's; it reports every late response
	goleak.VerifyTestMain(m)
}

const patience = 10 * time.Second

func soon(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}

// await waits for something that is told by no channel.
func await(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for ctx := soon(t); !ok(); {
		select {
		case <-ctx.Done():
			t.Fatalf("never came: %s", what)
		case <-time.After(time.Millisecond):
		}
	}
}

func receive[T any](t testing.TB, what string, ch <-chan T) T {
	t.Helper()
	select {
	case v := <-ch:
		return v
	case <-soon(t).Done():
		t.Fatalf("never came: %s", what)
		panic("unreachable")
	}
}

// serve runs an endpoint for the test and checks at its end that nothing is left.
func serve(t testing.TB, cfg Config, handler Handler) *Server {
	t.Helper()
	s, err := Listen(cfg, handler)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := receive(t, "end of Serve", done); err != nil {
			t.Error(err)
		}
		if n := s.ports.InUse(); n != 0 {
			t.Errorf("%d RTP ports left open", n)
		}
		if len(s.dialogs) != 0 || len(s.calls) != 0 {
			t.Errorf("%d dialogs and %d calls left", len(s.dialogs), len(s.calls))
		}
	})
	return s
}

// handOver gives every leg to the test and holds it until it ends.
func handOver(m func() Media) (Handler, chan *Leg) {
	legs := make(chan *Leg, 1000)
	return func(ctx context.Context, l *Leg) {
		if m != nil {
			l.Attach(m())
		}
		legs <- l
		<-ctx.Done()
	}, legs
}

// recorder is a session that notes what it hears and says a tone.
type recorder struct {
	mu     sync.Mutex
	heard  []int16
	digits string
	ticks  int
	tone   []int16
	said   int
}

func (r *recorder) Digit(d byte, _ time.Time) {
	r.mu.Lock()
	r.digits += string(d)
	r.mu.Unlock()
}

func (r *recorder) Tick(in []int16, _ time.Time) []int16 {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ticks++
	r.heard = append(r.heard, in...)
	if r.said >= len(r.tone) {
		return nil
	}
	out := r.tone[r.said:min(r.said+audio.FrameSamples, len(r.tone))]
	r.said += len(out)
	return out
}

func (r *recorder) snapshot() (heard []int16, digits string, ticks int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.heard), r.digits, r.ticks
}

// switchboard plays the switch: a SIP client that also hears BYEs.
type switchboard struct {
	t       testing.TB
	client  *sipgo.Client
	dialogs sipgo.DialogUA
	byes    chan *sip.Request
	deaf    atomic.Bool // BYEs get no answer
}

func newSwitchboard(t testing.TB) *switchboard {
	t.Helper()
	ua, err := sipgo.NewUA()
	if err != nil {
		t.Fatal(err)
	}
	server, err := sipgo.NewServer(ua)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	port := conn.LocalAddr().(*net.UDPAddr).Port
	client, err := sipgo.NewClient(ua, sipgo.WithClientHostname("127.0.0.1"), sipgo.WithClientPort(port),
		sipgo.WithClientConnectionAddr(conn.LocalAddr().String()))
	if err != nil {
		t.Fatal(err)
	}
	w := &switchboard{t: t, client: client, byes: make(chan *sip.Request, 1000), dialogs: sipgo.DialogUA{
		Client: client, ContactHDR: sip.ContactHeader{Address: sip.Uri{Scheme: "sip", User: "switch", Host: "127.0.0.1", Port: port}},
	}}
	server.OnBye(func(req *sip.Request, tx sip.ServerTransaction) {
		if !w.deaf.Load() {
			tx.Respond(sip.NewResponseFromRequest(req, 200, "OK", nil))
		}
		w.byes <- req
	})
	var serving sync.WaitGroup
	serving.Go(func() { server.ServeUDP(conn) })
	await(t, "switch listening", func() bool {
		c, err := ua.TransportLayer().GetConnection("udp", conn.LocalAddr().String())
		return err == nil && c != nil
	})
	t.Cleanup(func() {
		_ = sipua.Close(ua)
		conn.Close()
		serving.Wait()
	})
	return w
}

// call is the switch's side of one call.
type call struct {
	*sipgo.DialogClientSession
	t      testing.TB
	rtp    *rtpio.Conn
	answer sdp.Session
}

func goodHeaders() []sip.Header {
	return []sip.Header{
		sip.NewHeader(HeaderCall, uuid.Must(uuid.NewV7()).String()), sip.NewHeader(HeaderTenant, "7"),
		sip.NewHeader(HeaderScript, "42"), sip.NewHeader(HeaderCampaign, "5"), sip.NewHeader("Content-Type", sdpType),
	}
}

// without leaves one header out.
func without(name string) []sip.Header {
	return slices.DeleteFunc(goodHeaders(), func(h sip.Header) bool { return h.Name() == name })
}

func offerFor(port int) sdp.Session {
	return sdp.Session{Host: "127.0.0.1", Port: port, Formats: []sdp.Format{audio.PCMA, audio.PCMU}, EventPT: 101, SessionID: 1, Version: 1}
}

func recipient(s *Server, params ...string) sip.Uri {
	u := sip.Uri{Scheme: "sip", User: "robot", Host: "127.0.0.1", Port: s.port}
	if len(params) > 0 {
		u.UriParams.Add("transport", params[0])
	}
	return u
}

// invite sends an INVITE and gives the final response.
func (w *switchboard) invite(ctx context.Context, to sip.Uri, body []byte, headers ...sip.Header) (*sipgo.DialogClientSession, *sip.Response, error) {
	d, err := w.dialogs.Invite(ctx, to, body, headers...)
	if err != nil {
		return nil, nil, err
	}
	err = d.WaitAnswer(ctx, sipgo.AnswerOptions{})
	if refused, ok := errors.AsType[*sipgo.ErrDialogResponse](err); ok {
		return d, refused.Res, nil
	}
	return d, d.InviteResponse, err
}

// call places a call that is answered and acknowledged.
func (w *switchboard) call(s *Server, params ...string) *call {
	w.t.Helper()
	ctx := soon(w.t)
	conn, err := rtpio.NewPorts("127.0.0.1", 0, 0).Listen()
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { conn.Close() })
	d, res, err := w.invite(ctx, recipient(s, params...), offerFor(conn.LocalPort()).Marshal(), goodHeaders()...)
	if err != nil || res.StatusCode != 200 {
		w.t.Fatalf("INVITE: %v, %v", res, err)
	}
	c := &call{DialogClientSession: d, t: w.t, rtp: conn}
	if c.answer, err = sdp.Parse(res.Body()); err != nil {
		w.t.Fatalf("answer: %v\n%s", err, res.Body())
	}
	to, err := c.answer.Addr()
	if err != nil {
		w.t.Fatal(err)
	}
	conn.SetRemote(to)
	if err := d.Ack(ctx); err != nil {
		w.t.Fatal(err)
	}
	return c
}

// request sends a request in the dialog and gives the response.
func (c *call) request(method sip.RequestMethod, kind string, body []byte, headers ...sip.Header) *sip.Response {
	c.t.Helper()
	req := sip.NewRequest(method, c.InviteResponse.Contact().Address)
	if body != nil {
		req.AppendHeader(sip.NewHeader("Content-Type", kind))
		req.SetBody(body)
	}
	for _, h := range headers {
		req.AppendHeader(h)
	}
	res, err := c.Do(soon(c.t), req)
	if err != nil {
		c.t.Fatalf("%s: %v", method, err)
	}
	if method == sip.INVITE && res.StatusCode == 200 {
		c.ack(res, nil)
	}
	return res
}

func (c *call) ack(res *sip.Response, body []byte) {
	c.t.Helper()
	ack := sip.NewRequest(sip.ACK, res.Contact().Address)
	ack.AppendHeader(sip.HeaderClone(res.From()))
	ack.AppendHeader(sip.HeaderClone(res.To()))
	ack.AppendHeader(sip.HeaderClone(res.CallID()))
	ack.AppendHeader(&sip.CSeqHeader{SeqNo: res.CSeq().SeqNo, MethodName: sip.ACK})
	if body != nil {
		ack.AppendHeader(sip.NewHeader("Content-Type", sdpType))
		ack.SetBody(body)
	}
	if err := c.UA.Client.WriteRequest(ack); err != nil {
		c.t.Fatal(err)
	}
}

func (c *call) bye(headers ...sip.Header) {
	c.t.Helper()
	if res := c.request(sip.BYE, "", nil, headers...); res.StatusCode != 200 {
		c.t.Errorf("BYE got %d", res.StatusCode)
	}
}

// speak sends pcm at its pace until it is over or the test's patience is.
func (c *call) speak(law audio.Law, pcm []int16) {
	ticker := time.NewTicker(audio.FrameDuration)
	defer ticker.Stop()
	for frame := range slices.Chunk(pcm, audio.FrameSamples) {
		c.rtp.Send(uint8(law), false, audio.FrameSamples, law.Encode(nil, frame))
		<-ticker.C
	}
}

// hear collects n packets of the robot.
func (c *call) hear(n int) (pcm []int16, packets []rtp.Header) {
	c.t.Helper()
	stop := time.AfterFunc(patience, func() { c.rtp.Close() })
	defer stop.Stop()
	buf := make([]byte, rtpio.MaxPacket)
	var p rtp.Packet
	for range n {
		if err := c.rtp.ReadPacket(buf, &p); err != nil {
			c.t.Fatalf("after %d packets: %v", len(packets), err)
		}
		pcm = audio.Law(p.PayloadType).Decode(pcm, p.Payload)
		packets = append(packets, p.Header)
	}
	return pcm, packets
}

// ended waits for the end of a leg and checks why it came.
func ended(t testing.TB, l *Leg, want EndReason) {
	t.Helper()
	receive(t, "end of the leg", l.Done())
	if l.EndReason() != want {
		t.Errorf("leg ended by %s, want %s", l.EndReason(), want)
	}
}

// raw is a UDP socket that speaks SIP as the test spells it.
type raw struct {
	t    testing.TB
	conn *net.UDPConn
	to   netip.AddrPort
}

func newRaw(t testing.TB, s *Server) *raw {
	t.Helper()
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &raw{t: t, conn: conn, to: netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), uint16(s.port))}
}

func (r *raw) send(text string) {
	r.t.Helper()
	if _, err := r.conn.WriteToUDPAddrPort([]byte(text), r.to); err != nil {
		r.t.Fatal(err)
	}
}

// next is the next message, whose first line starts with prefix.
func (r *raw) next(prefix string) string {
	r.t.Helper()
	r.conn.SetReadDeadline(time.Now().Add(patience))
	buf := make([]byte, 65535)
	for {
		n, err := r.conn.Read(buf)
		if err != nil {
			r.t.Fatalf("no message %q: %v", prefix, err)
		}
		if msg := string(buf[:n]); strings.HasPrefix(msg, prefix) {
			return msg
		}
	}
}

// inviteText is an INVITE; edit changes it before its length is counted.
func (r *raw) inviteText(branch, callID string, edits ...string) string {
	body := string(offerFor(40000).Marshal())
	port := r.conn.LocalAddr().(*net.UDPAddr).Port
	text := fmt.Sprintf("INVITE sip:robot@%[1]v SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:%[2]d;branch=z9hG4bK%[3]s;rport\r\n"+
		"Max-Forwards: 70\r\nFrom: <sip:switch@127.0.0.1>;tag=from-%[4]s\r\nTo: <sip:robot@%[1]v>\r\nCall-ID: %[4]s\r\nCSeq: 10 INVITE\r\n"+
		"Contact: <sip:switch@127.0.0.1:%[2]d>\r\nX-Outdial-Call: %[5]s\r\nX-Outdial-Tenant: 1\r\nX-Outdial-Script: 2\r\n"+
		"Content-Type: application/sdp\r\nContent-Length: %[6]d\r\n\r\n%[7]s",
		r.to, port, branch, callID, uuid.Must(uuid.NewV7()), len(body), body)
	return strings.NewReplacer(edits...).Replace(text)
}

// header is the value of a header in a message.
func header(msg, name string) string {
	for line := range strings.SplitSeq(msg, "\r\n") {
		if n, v, ok := strings.Cut(line, ":"); ok && strings.EqualFold(n, name) {
			return strings.TrimSpace(v)
		}
	}
	return ""
}
