package softswitch

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/rtpio"
)

// Profiles carry the names that freeswitch-conf gives them.
const (
	profileCarriers   = "carriers"
	profileExtensions = "extensions"
)

// closeLimit is how long the legs may take to say goodbye when the switch ends.
const closeLimit = 2 * time.Second

// Switch is one running telephone switch.
type Switch struct {
	cfg     Config
	log     *slog.Logger
	clock   clock.Clock
	core    string // Core-UUID
	host    string
	bus     *bus
	ports   *rtpio.Ports
	admit   *admission
	discs   *recorderPool
	regs    *registrar
	ctx     context.Context // ends when the switch does
	cancel  context.CancelFunc
	started time.Time

	queueBytes int // bound of a listener's queue, set before Start

	esl        net.Listener
	carriers   *profile
	extensions *profile

	serving sync.WaitGroup // the SIP sockets, which outlive everything that sends
	wg      sync.WaitGroup // everything else
	spawnMu sync.Mutex
	closing bool
	ending  sync.Once
	endErr  error

	// mu guards every leg's state: what a leg is, whom it is bridged with, what it runs. It is held for decisions and
	// events only, never across a write to a socket; RTP does not take it.
	mu       sync.Mutex
	legs     map[string]*leg
	dialogs  map[string]*leg // by Call-ID and our tag
	gateways map[string]*gateway
}

// New checks the configuration. Nothing runs and no port is taken before Start.
func New(cfg Config) (*Switch, error) {
	cfg = cfg.withDefaults()
	if err := cfg.check(); err != nil {
		return nil, err
	}
	host, err := os.Hostname()
	if err != nil {
		host = "localhost"
	}
	sw := &Switch{
		cfg: cfg, log: cfg.Logger, clock: cfg.Clock, core: uuid.NewString(), host: host,
		ports:      rtpio.NewPorts(cfg.RTPHost, cfg.RTPMin, cfg.RTPMax),
		admit:      newAdmission(cfg.SessionsPerSecond, cfg.MaxSessions, cfg.Clock),
		regs:       newRegistrar(cfg.Realm, cfg.User, cfg.Clock),
		queueBytes: maxQueuedBytes,
		legs:       make(map[string]*leg),
		dialogs:    make(map[string]*leg),
		gateways:   make(map[string]*gateway),
	}
	sw.bus = newBus(sw.core, host, cfg.Clock)
	sw.discs = newRecorderPool(sw)
	return sw, nil
}

// Start takes the ports and serves until ctx ends or Close is called. When it fails, nothing is left running.
func (sw *Switch) Start(ctx context.Context) error {
	sw.ctx, sw.cancel = context.WithCancel(context.WithoutCancel(ctx))
	sw.started = sw.clock.Now()
	if err := sw.listen(); err != nil {
		sw.cancel()
		return err
	}
	sw.spawn(sw.accept)
	sw.spawn(sw.heartbeat)
	sw.spawn(sw.sweep)
	sw.spawn(func() { sw.discs.run(sw.ctx) })
	gws, _ := gatewaySet(sw.cfg.Gateways) // checked by New
	sw.setGateways(gws)
	sw.log.Info("switch: started", "esl", sw.ESLAddr(), "carriers", sw.CarriersAddr(), "extensions", sw.ExtensionsAddr())
	stop := context.AfterFunc(ctx, func() { _ = sw.Close() })
	context.AfterFunc(sw.ctx, func() { stop() })
	return nil
}

func (sw *Switch) listen() error {
	esl, err := net.Listen("tcp", sw.cfg.ESLAddr)
	if err != nil {
		return &AddrInUseError{What: "event socket", Addr: sw.cfg.ESLAddr, Err: err}
	}
	carriers, err := newProfile(sw, profileCarriers, sw.cfg.CarriersAddr)
	if err != nil {
		return errors.Join(err, esl.Close())
	}
	extensions, err := newProfile(sw, profileExtensions, sw.cfg.ExtensionsAddr)
	if err != nil {
		carriers.abandon()
		return errors.Join(err, esl.Close())
	}
	sw.esl, sw.carriers, sw.extensions = esl, carriers, extensions
	for _, p := range []*profile{carriers, extensions} {
		sw.serving.Go(p.serve)
		<-p.conn.ready
	}
	return nil
}

// ESLAddr is where the event socket listens, once started.
func (sw *Switch) ESLAddr() string { return sw.esl.Addr().String() }

// CarriersAddr is the SIP address towards trunks, once started.
func (sw *Switch) CarriersAddr() string { return sw.carriers.addr() }

// ExtensionsAddr is the SIP address towards softphones and robots, once started.
func (sw *Switch) ExtensionsAddr() string { return sw.extensions.addr() }

// spawn runs f in a goroutine that Close waits for. After Close has begun nothing new starts.
func (sw *Switch) spawn(f func()) bool {
	sw.spawnMu.Lock()
	defer sw.spawnMu.Unlock()
	if sw.closing {
		return false
	}
	sw.wg.Add(1)
	go func() {
		defer sw.wg.Done()
		f()
	}()
	return true
}

// Close hangs every leg up, tells the listeners, and waits for everything the switch started. It takes a few seconds at
// most; closing twice is harmless.
func (sw *Switch) Close() error {
	if sw.esl == nil {
		return nil // never started
	}
	sw.ending.Do(func() { sw.endErr = sw.end() })
	return sw.endErr
}

func (sw *Switch) end() error {
	sw.admit.stop()
	_ = sw.esl.Close()
	limit := time.After(closeLimit) // on the wall clock: peers are waited for
	for _, l := range sw.hangupAll(causeSystemShutdown) {
		select {
		case <-l.gone:
		case <-limit:
			limit = closedTime
		}
	}
	sw.bus.fire(evShutdown, shutdownEvent())
	sw.spawnMu.Lock()
	sw.closing = true
	sw.spawnMu.Unlock()
	for _, l := range sw.bus.listeners() {
		l.shut()
	}
	sw.cancel()
	done := make(chan struct{})
	go func() {
		sw.wg.Wait()
		close(done)
	}()
	var err error
	select {
	case <-done:
	case <-time.After(2 * closeLimit):
		err = fmt.Errorf("switch: %d legs or connections did not end in time", sw.legCount())
	}
	sw.carriers.close()
	sw.extensions.close()
	sw.serving.Wait()
	return err
}

// closedTime is a limit that has passed.
var closedTime = func() <-chan time.Time {
	c := make(chan time.Time)
	close(c)
	return c
}()

// accept takes event socket clients.
func (sw *Switch) accept() {
	for {
		conn, err := sw.esl.Accept()
		if err != nil {
			if !errors.Is(err, net.ErrClosed) {
				sw.log.Error("event socket: cannot take connections any more; restart the switch", "error", err)
			}
			return
		}
		l := newListener(sw, conn)
		if !sw.spawn(func() {
			stop := context.AfterFunc(sw.ctx, l.shut)
			defer stop()
			l.serve()
		}) {
			_ = conn.Close()
		}
	}
}

// heartbeat tells the listeners that the switch lives.
func (sw *Switch) heartbeat() {
	t := sw.clock.NewTicker(sw.cfg.HeartbeatInterval)
	defer t.Stop()
	for {
		select {
		case <-sw.ctx.Done():
			return
		case <-t.Chan():
			sw.bus.fire(evHeartbeat, sw.heartbeatEvent())
		}
	}
}

// sweep looks for legs that no RTP reaches.
func (sw *Switch) sweep() {
	t := sw.clock.NewTicker(time.Second)
	defer t.Stop()
	for {
		select {
		case <-sw.ctx.Done():
			return
		case <-t.Chan():
			sw.hangupSilent()
			sw.regs.expire()
		}
	}
}
