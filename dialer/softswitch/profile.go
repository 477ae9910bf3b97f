package softswitch

import (
	"context"
	"log/slog"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"

	"github.com/outdial/outdial/shared/sipua"
)

const (
	userAgent   = "Outdial-Softswitch"
	allowed     = "INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, UPDATE, PRACK, REGISTER"
	sipBuffer   = 4 << 20 // a burst of calls waits in the kernel, not in retransmissions
	contactUser = "outdial"
)

// profile is one SIP address of the switch.
type profile struct {
	sw     *Switch
	name   string
	conn   *listening
	host   string
	port   int
	ua     *sipgo.UserAgent
	server *sipgo.Server
	client *sipgo.Client

	callsIn, callsOut, failedIn, failedOut atomic.Uint64
}

func newProfile(sw *Switch, name, addr string) (*profile, error) {
	conn, err := net.ListenPacket("udp4", addr)
	if err != nil {
		return nil, &AddrInUseError{What: "SIP profile " + name, Addr: addr, Err: err}
	}
	udp := conn.(*net.UDPConn)
	_ = udp.SetReadBuffer(sipBuffer) // as much as the system allows
	_ = udp.SetWriteBuffer(sipBuffer)
	local := udp.LocalAddr().(*net.UDPAddr)
	p := &profile{sw: sw, name: name, conn: &listening{PacketConn: conn, ready: make(chan struct{})}, host: local.IP.String(), port: local.Port}
	if local.IP.IsUnspecified() {
		p.host = sw.cfg.RTPHost
	}
	log := slog.New(quiet{sw.log.Handler()})
	p.ua, err = sipgo.NewUA(
		sipgo.WithUserAgent(userAgent), sipgo.WithUserAgentHostname(p.host),
		sipgo.WithUserAgentTransportLayerOptions(sip.WithTransportLayerLogger(log)),
		sipgo.WithUserAgentTransactionLayerOptions(
			sip.WithTransactionLayerLogger(log), sip.WithTransactionLayerUnhandledResponseHandler(func(*sip.Response) {})),
	)
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	if p.server, err = sipgo.NewServer(p.ua, sipgo.WithServerLogger(log)); err != nil {
		_ = conn.Close()
		return nil, err
	}
	p.client, err = sipgo.NewClient(p.ua, sipgo.WithClientLogger(log), sipgo.WithClientNAT(),
		sipgo.WithClientHostname(p.host), sipgo.WithClientPort(p.port), sipgo.WithClientConnectionAddr(local.String()))
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	p.handlers()
	return p, nil
}

// listening tells when its first read begins: only then does the SIP library know the socket, and a request sent before
// would open another one. The same happens at the end: what the library still handles once the socket is gone gets a new
// socket, with a reader that nobody ends. So the socket goes deaf first, and closes when the last packet has been handled.
type listening struct {
	net.PacketConn
	once  sync.Once
	ready chan struct{}
	deaf  atomic.Bool
}

// settleTime is what the library needs at most for packets it has read; it has no way to ask.
const settleTime = 20 * time.Millisecond

func (c *listening) ReadFrom(b []byte) (int, net.Addr, error) {
	c.once.Do(func() { close(c.ready) })
	for {
		n, from, err := c.PacketConn.ReadFrom(b)
		if err != nil || !c.deaf.Load() {
			return n, from, err
		}
	}
}

func (c *listening) end() {
	c.deaf.Store(true)
	time.Sleep(settleTime) // a socket's own time
	_ = c.PacketConn.Close()
}

func (p *profile) addr() string { return net.JoinHostPort(p.host, strconv.Itoa(p.port)) }
func (p *profile) url() string  { return "sip:" + contactUser + "@" + p.addr() }

// serve runs until the socket closes.
func (p *profile) serve() {
	_ = p.server.ServeUDP(p.conn)
	_ = sipua.Close(p.ua)
}

// close ends serve.
func (p *profile) close() { p.conn.end() }

// abandon frees a profile that was never served.
func (p *profile) abandon() {
	_ = p.conn.Close()
	_ = sipua.Close(p.ua)
}

// handlers binds requests to what answers them. Each runs as part of the switch, so that Close waits for it.
func (p *profile) handlers() {
	on := func(method sip.RequestMethod, h func(*sip.Request, sip.ServerTransaction)) {
		p.server.OnRequest(method, func(req *sip.Request, tx sip.ServerTransaction) {
			if !p.sw.enter() {
				return
			}
			defer p.sw.wg.Done()
			if method != sip.ACK && (req.From() == nil || req.To() == nil || req.CallID() == nil || req.CSeq() == nil) {
				p.respond(req, tx, 400, "Missing Mandatory Header")
				return
			}
			h(req, tx)
		})
	}
	on(sip.INVITE, p.onInvite)
	on(sip.ACK, p.onAck)
	on(sip.BYE, p.onBye)
	on(sip.CANCEL, p.onStray)
	on(sip.PRACK, p.onStray)
	on(sip.UPDATE, p.onUpdate)
	on(sip.INFO, p.onInfo)
	on(sip.OPTIONS, func(req *sip.Request, tx sip.ServerTransaction) { p.respond(req, tx, 200, "OK") })
	on(sip.REGISTER, p.onRegister)
	on(sip.NOTIFY, func(req *sip.Request, tx sip.ServerTransaction) {
		p.respond(req, tx, 481, "Subscription Does Not Exist")
	})
	p.server.OnNoRoute(func(req *sip.Request, tx sip.ServerTransaction) { p.respond(req, tx, 501, "Not Implemented") })
}

// enter is spawn for work that runs in a goroutine of the SIP library.
func (sw *Switch) enter() bool {
	sw.spawnMu.Lock()
	defer sw.spawnMu.Unlock()
	if sw.closing {
		return false
	}
	sw.wg.Add(1)
	return true
}

func (p *profile) respond(req *sip.Request, tx sip.ServerTransaction, code int, reason string, headers ...sip.Header) {
	res := sip.NewResponseFromRequest(req, code, reason, nil)
	res.AppendHeader(sip.NewHeader("Allow", allowed))
	res.AppendHeader(sip.NewHeader("Server", userAgent))
	for _, h := range headers {
		res.AppendHeader(h)
	}
	if err := tx.Respond(res); err != nil {
		p.sw.log.Debug("switch: SIP response did not leave", "profile", p.name, "error", err)
	}
}

// onStray answers what belongs to a transaction that does not exist; the library has matched the others.
func (p *profile) onStray(req *sip.Request, tx sip.ServerTransaction) {
	p.respond(req, tx, 481, "Call/Transaction Does Not Exist")
}

// quiet turns the SIP library's log down: what matters of it reaches the switch as an error, and malformed packets from
// anywhere must not fill a disk.
type quiet struct{ to slog.Handler }

func (q quiet) Enabled(ctx context.Context, _ slog.Level) bool {
	return q.to.Enabled(ctx, slog.LevelDebug-4)
}

func (q quiet) Handle(ctx context.Context, r slog.Record) error {
	r.Level = slog.LevelDebug - 4
	return q.to.Handle(ctx, r)
}

func (q quiet) WithAttrs(a []slog.Attr) slog.Handler { return quiet{q.to.WithAttrs(a)} }
func (q quiet) WithGroup(name string) slog.Handler   { return quiet{q.to.WithGroup(name)} }
