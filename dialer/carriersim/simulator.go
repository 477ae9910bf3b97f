package carriersim

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"sync"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"

	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/rtpio"
	"github.com/outdial/outdial/shared/sipua"
)

// Config is what a simulator needs to know. Addr alone is enough.
type Config struct {
	Addr    string // UDP address of SIP, such as 127.0.0.1:5070; port 0 takes any
	RTPHost string // address written into SDP; the host of Addr when empty
	RTPMin  int    // RTP ports, even ones of [RTPMin, RTPMax]; 0, 0 takes any
	RTPMax  int

	Seed     int64
	Weights  map[string]int // by row name, instead of the table's own
	Language string         // "zh" (default) or "en"

	// TimeScale multiplies what happens before the answer: post-dial delay and ringing. 0 means 1; 0.2 makes a demo quick.
	TimeScale float64
	// Announcements is how often the network says what it has to say before it gives a call up; 0 means once.
	Announcements int
	// Patience replaces the silence that a callee bears, 5 s; tests shorten it.
	Patience time.Duration
	Laws     []audio.Law // accepted, preferred first in an offer of ours; both when empty
	MaxCalls int         // at once; 503 beyond it. 0 means 2,000
	Keep     int         // records kept; 0 means 10,000
	Shards   int         // goroutines of the 20 ms clock; 0 means 4

	Logger *slog.Logger
	Clock  clock.Clock
}

// ErrConfig is wrapped by every refusal of a Config.
var ErrConfig = errors.New("carrier simulator is misconfigured")

// Simulator is one carrier. It is safe for concurrent use.
type Simulator struct {
	cfg     Config
	log     *slog.Logger
	planner Planner
	lib     *library
	ports   *rtpio.Ports
	pacer   *pacer
	ledger  *ledger

	ua     *sipgo.UserAgent
	client *sipgo.Client
	sock   *net.UDPConn
	local  sip.Addr
	stop   context.CancelFunc
	served chan struct{}

	mu      sync.Mutex
	closing bool
	byID    map[string]*call
	wg      sync.WaitGroup // calls
}

// New checks the configuration and loads the recordings. Nothing listens yet.
func New(cfg Config) (*Simulator, error) {
	host, _, err := net.SplitHostPort(cfg.Addr)
	if err != nil {
		return nil, fmt.Errorf("%w: address %q: %w", ErrConfig, cfg.Addr, err)
	}
	if cfg.TimeScale < 0 || math.IsNaN(cfg.TimeScale) || cfg.TimeScale > 100 {
		return nil, fmt.Errorf("%w: time scale %v is not within 0 and 100", ErrConfig, cfg.TimeScale)
	}
	if cfg.RTPMin < 0 || cfg.RTPMax > 65535 || cfg.RTPMin > cfg.RTPMax {
		return nil, fmt.Errorf("%w: RTP ports %d-%d are no range", ErrConfig, cfg.RTPMin, cfg.RTPMax)
	}
	for _, l := range cfg.Laws {
		if !l.Valid() {
			return nil, fmt.Errorf("%w: codec %v is neither PCMU nor PCMA", ErrConfig, l)
		}
	}
	p := Planner{Seed: cfg.Seed, Weights: cfg.Weights, Language: cfg.Language}
	if err := p.Validate(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrConfig, err)
	}
	if cfg.RTPHost == "" {
		cfg.RTPHost = host
	}
	if ip := net.ParseIP(cfg.RTPHost); ip == nil || ip.IsUnspecified() {
		return nil, fmt.Errorf("%w: RTP host %q is not an address a caller could send to", ErrConfig, cfg.RTPHost)
	}
	cfg.TimeScale = orDefault(cfg.TimeScale, 1)
	cfg.MaxCalls = orDefault(cfg.MaxCalls, 2000)
	cfg.Keep = orDefault(cfg.Keep, 10_000)
	cfg.Shards = orDefault(cfg.Shards, 4)
	cfg.Laws = lawsOrBoth(cfg.Laws)
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.Clock == nil {
		cfg.Clock = clock.Real()
	}
	lib, err := loadLibrary()
	if err != nil {
		return nil, err
	}
	return &Simulator{
		cfg: cfg, log: cfg.Logger, planner: p, lib: lib, ports: rtpio.NewPorts(cfg.RTPHost, cfg.RTPMin, cfg.RTPMax),
		pacer: newPacer(cfg.Shards), ledger: newLedger(cfg.Keep), byID: make(map[string]*call), served: make(chan struct{}),
	}, nil
}

func orDefault[T int | float64](v, def T) T {
	if v == 0 {
		return def
	}
	return v
}

// Start listens and returns. The end of ctx ends all calls, as Close does; Close must be called in any case.
func (s *Simulator) Start(ctx context.Context) error {
	addr, err := net.ResolveUDPAddr("udp", s.cfg.Addr)
	if err != nil {
		return fmt.Errorf("carrier simulator: resolve %s: %w", s.cfg.Addr, err)
	}
	if s.sock, err = net.ListenUDP("udp", addr); err != nil {
		return fmt.Errorf("carrier simulator: listen for SIP on %s: %w; free the port or choose another address", s.cfg.Addr, err)
	}
	_ = s.sock.SetReadBuffer(4 << 20) // bursts of INVITEs; the default serves at lower rates
	at := s.sock.LocalAddr().(*net.UDPAddr)
	s.local = sip.Addr{IP: at.IP, Port: at.Port}

	quiet := slog.New(quietHandler{s.log.Handler()})
	s.ua, err = sipgo.NewUA(sipgo.WithUserAgent("outdial-carriersim"), sipgo.WithUserAgentHostname(s.cfg.RTPHost),
		sipgo.WithUserAgentTransportLayerOptions(sip.WithTransportLayerLogger(quiet)),
		sipgo.WithUserAgentTransactionLayerOptions(sip.WithTransactionLayerLogger(quiet),
			sip.WithTransactionLayerUnhandledResponseHandler(func(*sip.Response) {})))
	if err == nil {
		s.client, err = sipgo.NewClient(s.ua, sipgo.WithClientLogger(quiet), sipgo.WithClientHostname(s.cfg.RTPHost), sipgo.WithClientPort(at.Port))
	}
	var server *sipgo.Server
	if err == nil {
		server, err = sipgo.NewServer(s.ua, sipgo.WithServerLogger(quiet))
	}
	if err != nil {
		_ = s.sock.Close()
		return fmt.Errorf("carrier simulator: %w", err)
	}
	ctx, s.stop = context.WithCancel(ctx)
	s.handle(ctx, server)
	s.pacer.start(ctx)
	go func() {
		defer close(s.served)
		if err := server.ServeUDP(s.sock); err != nil && !errors.Is(err, net.ErrClosed) {
			s.log.Error("the carrier simulator stopped listening", "error", err)
		}
	}()
	s.log.Info("carrier simulator is listening", "sip", at.String(), "seed", s.cfg.Seed, "time_scale", s.cfg.TimeScale)
	return nil
}

// Addr is where SIP is listened for, once started.
func (s *Simulator) Addr() string {
	if s.sock == nil {
		return s.cfg.Addr
	}
	return s.sock.LocalAddr().String()
}

// Close ends all calls, with BYE where there is a dialog, and waits for everything it started.
func (s *Simulator) Close() error {
	s.mu.Lock()
	first := !s.closing
	s.closing = true
	s.mu.Unlock()
	if !first || s.stop == nil {
		return nil
	}
	s.stop()
	s.wg.Wait()
	s.pacer.wait()
	err := s.sock.Close()
	<-s.served
	return errors.Join(err, sipua.Close(s.ua))
}

// Calls are the records kept, oldest first, those under way included.
func (s *Simulator) Calls() []Call { return s.ledger.calls() }

// Stats sums Calls up.
func (s *Simulator) Stats() Stats {
	st := s.ledger.stats()
	st.PacerLate = s.pacer.late.Load()
	return st
}

func (s *Simulator) now() time.Time { return s.cfg.Clock.Now() }

func (s *Simulator) scaled(d time.Duration) time.Duration {
	return time.Duration(float64(d) * s.cfg.TimeScale)
}

// byeTimeout is short when closing: a caller that is gone as well would hold the whole process up.
func (s *Simulator) byeTimeout() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return time.Second
	}
	return 8 * time.Second
}

func (s *Simulator) contact() sip.Header {
	return &sip.ContactHeader{Address: sip.Uri{Scheme: "sip", User: "carrier", Host: s.cfg.RTPHost, Port: s.local.Port}}
}

// quietHandler turns the SIP library's own errors into warnings: most of them are bad input from the network.
type quietHandler struct{ slog.Handler }

func (h quietHandler) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && h.Handler.Enabled(ctx, min(l, slog.LevelWarn))
}

func (h quietHandler) Handle(ctx context.Context, r slog.Record) error {
	r.Level = min(r.Level, slog.LevelWarn)
	return h.Handler.Handle(ctx, r)
}

func (h quietHandler) WithAttrs(a []slog.Attr) slog.Handler {
	return quietHandler{h.Handler.WithAttrs(a)}
}

func (h quietHandler) WithGroup(name string) slog.Handler {
	return quietHandler{h.Handler.WithGroup(name)}
}
