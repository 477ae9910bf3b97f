package sipmedia

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"

	"github.com/outdial/outdial/shared/rtpio"
	"github.com/outdial/outdial/shared/sipua"
)

// Server is the robots' SIP endpoint. Make one with Listen.
type Server struct {
	cfg        Config
	handler    Handler
	advertised string
	port       int
	ua         *sipgo.UserAgent
	sip        *sipgo.Server
	client     *sipgo.Client
	udp        *net.UDPConn
	tcp        net.Listener
	ports      *rtpio.Ports
	pacer      *pacer
	ctx        context.Context // ends when no new call is taken any more
	stopTaking context.CancelFunc
	legs       sync.WaitGroup // legs, and INVITEs being answered
	gaps       histogram      // of legs that ended
	counters   counters

	mu       sync.Mutex
	dialogs  map[string]*Leg     // by dialog id, until everything of the leg is over
	calls    map[string]struct{} // by Call-ID and From tag, from INVITE to the end
	stopping bool
}

type counters struct {
	accepted, refused, canceled atomic.Uint64
	endedMu                     sync.Mutex
	ended                       map[EndReason]uint64
}

// Listen binds the SIP port on UDP and TCP. Nothing is answered before Serve, which also closes what Listen opened.
func Listen(cfg Config, handler Handler) (*Server, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	if !isIP(cfg.AdvertisedHost) {
		return nil, fmt.Errorf("robot SIP endpoint: %q is told to the switch as media address and has to be an IP address", cfg.AdvertisedHost)
	}
	udp, tcp, err := bind(cfg.Host, cfg.Port)
	if err != nil {
		return nil, err
	}
	s := &Server{
		cfg: cfg, handler: handler, advertised: cfg.AdvertisedHost, port: udp.LocalAddr().(*net.UDPAddr).Port, udp: udp, tcp: tcp,
		ports: rtpio.NewPorts(cfg.Host, cfg.RTPMin, cfg.RTPMax), pacer: newPacer(cfg.Shards),
		dialogs: make(map[string]*Leg), calls: make(map[string]struct{}),
	}
	s.counters.ended = make(map[EndReason]uint64)
	s.ctx, s.stopTaking = context.WithCancel(context.Background())
	if err := s.assemble(); err != nil {
		return nil, errors.Join(fmt.Errorf("robot SIP endpoint: %w", err), udp.Close(), tcp.Close())
	}
	return s, nil
}

// bind opens the same port for UDP and TCP.
func bind(host string, port int) (*net.UDPConn, net.Listener, error) {
	const tries = 10 // a free UDP port may be taken on TCP
	for try := 1; ; try++ {
		udp, err := net.ListenPacket("udp", net.JoinHostPort(host, fmt.Sprint(port)))
		if err != nil {
			return nil, nil, bindError("UDP", host, port, err)
		}
		conn := udp.(*net.UDPConn)
		_ = conn.SetReadBuffer(1 << 20) // hundreds of INVITEs may come within one time slice; less works too
		tcp, err := net.Listen("tcp", conn.LocalAddr().String())
		if err == nil {
			return conn, tcp, nil
		}
		err = errors.Join(err, conn.Close())
		if port != 0 || try == tries {
			return nil, nil, bindError("TCP", host, port, err)
		}
	}
}

func bindError(network, host string, port int, err error) error {
	return fmt.Errorf("listen for SIP from the switch on %s %s: %w (stop the program that holds the port, or configure another one)",
		network, net.JoinHostPort(host, fmt.Sprint(port)), err)
}

func (s *Server) assemble() (err error) {
	quiet := quietLog(s.cfg.Log)
	s.ua, err = sipgo.NewUA(sipgo.WithUserAgent(product),
		sipgo.WithUserAgentTransactionLayerOptions(sip.WithTransactionLayerLogger(quiet),
			sip.WithTransactionLayerUnhandledResponseHandler(func(res *sip.Response) {
				quiet.Debug("response to no request of ours", "response", res.Short())
			})),
		sipgo.WithUserAgentTransportLayerOptions(sip.WithTransportLayerLogger(quiet)))
	if err != nil {
		return err
	}
	if s.sip, err = sipgo.NewServer(s.ua, sipgo.WithServerLogger(quiet)); err != nil {
		return err
	}
	s.client, err = sipgo.NewClient(s.ua, sipgo.WithClientLogger(quiet), sipgo.WithClientNAT(),
		sipgo.WithClientHostname(s.advertised), sipgo.WithClientPort(s.port))
	if err != nil {
		return err
	}
	s.sip.OnInvite(s.onInvite)
	s.sip.OnAck(s.onAck)
	s.sip.OnBye(s.onBye)
	s.sip.OnCancel(s.onCancel)
	s.sip.OnOptions(s.onOptions)
	s.sip.OnInfo(s.onInfo)
	s.sip.OnUpdate(s.onUpdate)
	s.sip.OnNoRoute(s.onOther)
	return nil
}

// Addr is the host and port of SIP, as the dialer has to dial it.
func (s *Server) Addr() string { return joinHostPort(s.advertised, s.port) }

// Serve takes calls until ctx ends. Then it refuses new ones, hangs up those that stand, waits for their handlers and
// returns nil. An error means that the socket failed.
func (s *Server) Serve(ctx context.Context) error {
	media, stopMedia := context.WithCancel(context.Background())
	s.pacer.run(media)
	var io sync.WaitGroup
	failed := make(chan error, 2)
	io.Go(func() { failed <- s.sip.ServeUDP(s.udp) })
	io.Go(func() { failed <- s.sip.ServeTCP(s.tcp) })
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
		err = fmt.Errorf("SIP socket of the robots failed: %w", errors.Join(err, net.ErrClosed))
	}
	s.stop()
	s.legs.Wait()
	stopMedia()
	s.pacer.wg.Wait()
	// The sockets stay open until here: BYEs were answered on them.
	closed := errors.Join(sipua.Close(s.ua), s.udp.Close(), s.tcp.Close())
	io.Wait()
	if err == nil && closed != nil {
		s.cfg.Log.Debug("SIP sockets closed", "error", closed)
	}
	return err
}

// stop ends all legs and takes no new ones.
func (s *Server) stop() {
	s.mu.Lock()
	s.stopping = true
	legs := make([]*Leg, 0, len(s.dialogs))
	for _, l := range s.dialogs {
		legs = append(legs, l)
	}
	s.mu.Unlock()
	s.stopTaking()
	for _, l := range legs {
		l.end(EndShutdown, TemporaryFailure)
	}
}

// localAddr makes a request leave from the socket that the switch knows.
func (s *Server) localAddr(transport string) sip.Addr {
	if sip.IsReliable(transport) {
		return sip.Addr{}
	}
	a := s.udp.LocalAddr().(*net.UDPAddr)
	return sip.Addr{IP: a.IP, Port: a.Port, Zone: a.Zone}
}

// reserve takes a place for a new call. release gives it back.
func (s *Server) reserve(key string) (release func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	busy := func(phrase string) error {
		r := refuse(503, phrase, nil)
		r.RetryAfter = s.cfg.RetryAfter
		return r
	}
	if s.stopping {
		return nil, busy("Shutting Down")
	}
	if _, known := s.calls[key]; known {
		// The same call by another way, or a second one under its name (RFC 3261 section 8.2.2.2).
		return nil, refuse(482, "Loop Detected", nil)
	}
	if len(s.calls) >= s.cfg.MaxLegs {
		return nil, busy("All Robots Busy")
	}
	s.calls[key] = struct{}{}
	s.legs.Add(1)
	return func() {
		s.mu.Lock()
		delete(s.calls, key)
		s.mu.Unlock()
		s.legs.Done()
	}, nil
}

// register makes the dialog known; it says false when the server stops, which would not see it any more.
func (s *Server) register(l *Leg) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping {
		return false
	}
	s.dialogs[l.dialog.id] = l
	return true
}

func (s *Server) unregister(l *Leg) {
	s.mu.Lock()
	delete(s.dialogs, l.dialog.id)
	s.mu.Unlock()
}

func (s *Server) lookup(id string) *Leg {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dialogs[id]
}
