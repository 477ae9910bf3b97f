// Package robot owns the dialogue role's assembly: it answers the calls that the switch sends, finds out what each is about,
// lets a session talk, makes scripts ready for talks in the browser, and tells the other roles that the robots are alive.
//
// It decides nothing about a talk (dialogue/session) and speaks no protocol (dialogue/sipmedia).
package robot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/dialogue/asr"
	"github.com/outdial/outdial/dialogue/linestatus"
	"github.com/outdial/outdial/dialogue/session"
	"github.com/outdial/outdial/dialogue/sipmedia"
	"github.com/outdial/outdial/dialogue/tts"
	"github.com/outdial/outdial/dialogue/vad"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/chat"
	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/tenant"
)

// Store is what robots read and write of the store.
type Store interface {
	session.TurnStore
	ScriptVersion(ctx context.Context, scope tenant.Scope, id script.VersionID) (script.Version, error)
	Recordings(ctx context.Context, scope tenant.Scope, id script.ID, version script.VersionID) ([]script.Recording, error)
	Call(ctx context.Context, scope tenant.Scope, id call.UUID) (call.Call, error)
	Contact(ctx context.Context, scope tenant.Scope, id contact.ID) (contact.Contact, error)
	Campaign(ctx context.Context, scope tenant.Scope, id campaign.ID) (campaign.Campaign, error)
}

// Config is how a process of robots works.
type Config struct {
	// SIPAddr is host:port that the switch calls; port 0 takes a free one.
	SIPAddr string
	// AdvertisedHost is told to the switch where it differs from SIPAddr's host.
	AdvertisedHost string
	// RTPMin and RTPMax bound the RTP ports; 0, 0 take free ones.
	RTPMin, RTPMax int
	// MediaTimeout ends a leg that hears nothing; 0 is sipmedia's default.
	MediaTimeout time.Duration

	Store Store
	Bus   event.Bus
	// Recognisers in order of preference; the next serves when one fails.
	Recognisers []asr.Provider
	Voice       tts.Voice
	// Voices makes a call's voice detector; nil is by energy.
	Voices func() (vad.Voicer, error)
	// Chat answers where scripts ask a model; nil when there is none.
	Chat chat.Client
	// Tones names the country whose tones are heard before the answer; empty is mainland China.
	Tones string
	// RecordingsDir takes utterance audio.
	RecordingsDir string
	// Capacity is how many calls may stand at once; 0 is 1,000.
	Capacity int
	Tuning   session.Tuning
	Clock    clock.Clock
	Log      *slog.Logger
}

// Robot is a running process of robots.
type Robot struct {
	cfg     Config
	process string
	server  *sipmedia.Server
	scripts *scripts
	line    linestatus.Config
	latency latencies

	cancel     context.CancelFunc // ends the server
	wg         sync.WaitGroup
	failed     chan error
	endOff     context.CancelFunc // ends alive and the bus, after the server
	bg         sync.WaitGroup
	background context.Context        // of what runs beside calls; ends with endOff
	talks      atomic.Pointer[string] // where talks in the browser are taken

	mu       sync.Mutex
	sessions map[call.UUID]*session.Session
}

// New checks the configuration and takes the SIP port; nothing is answered before Start.
func New(cfg Config) (*Robot, error) {
	if cfg.Store == nil || cfg.Bus == nil || cfg.Voice == nil || cfg.Clock == nil || cfg.Log == nil || cfg.RecordingsDir == "" {
		return nil, errors.New("robots: store, bus, voice, recordings folder, clock and log are all needed")
	}
	if len(cfg.Recognisers) == 0 {
		cfg.Log.Warn("no recogniser is configured: robots will understand keys only")
	}
	if cfg.Capacity == 0 {
		cfg.Capacity = 1000
	}
	host, port, err := splitAddr(cfg.SIPAddr)
	if err != nil {
		return nil, err
	}
	r := &Robot{cfg: cfg, process: uuid.NewString(), sessions: map[call.UUID]*session.Session{}, failed: make(chan error, 1)}
	r.scripts = newScripts(cfg.Store, cfg.Voice, cfg.RecordingsDir, cfg.Clock, r.beside, cfg.Log)
	if r.line.Profile, err = linestatus.ProfileOf(cfg.Tones); err != nil {
		return nil, fmt.Errorf("robots: %w", err)
	}
	if r.line.Book, err = linestatus.Announcements(); err != nil {
		return nil, fmt.Errorf("robots: %w", err)
	}
	r.server, err = sipmedia.Listen(sipmedia.Config{Host: host, Port: port, AdvertisedHost: cfg.AdvertisedHost, RTPMin: cfg.RTPMin, RTPMax: cfg.RTPMax,
		MaxLegs: cfg.Capacity, MediaTimeout: cfg.MediaTimeout, Admit: r.admit, Clock: cfg.Clock, Log: cfg.Log}, r.talk)
	if err != nil {
		return nil, err
	}
	return r, nil
}

func splitAddr(addr string) (host string, port int, err error) {
	host, text, err := net.SplitHostPort(addr)
	if err == nil {
		port, err = strconv.Atoi(text)
	}
	if err != nil {
		return "", 0, fmt.Errorf("robots: SIP address %q must be host:port: %w", addr, err)
	}
	return host, port, nil
}

// Addr is where the switch reaches the robots.
func (r *Robot) Addr() string { return r.server.Addr() }

// Start takes calls until Close. ctx bounds the start only.
func (r *Robot) Start(ctx context.Context) error {
	background, endOff := context.WithCancel(context.Background())
	messages, err := r.cfg.Bus.Subscribe(background, heardKinds...)
	if err != nil {
		endOff()
		return fmt.Errorf("robots: listen to the bus: %w", err)
	}
	if err := ctx.Err(); err != nil {
		endOff()
		return err
	}
	r.endOff, r.background = endOff, background
	r.bg.Go(func() { r.hear(background, messages) })
	r.bg.Go(func() { r.alive(background) })
	serving, cancel := context.WithCancel(context.Background())
	r.cancel = cancel
	r.wg.Go(func() {
		if err := r.server.Serve(serving); err != nil {
			r.cfg.Log.Error("the robots take no calls any more", "err", err)
			r.failed <- err
		}
		close(r.failed)
	})
	return nil
}

// beside runs what no call waits for, until the robots end.
func (r *Robot) beside(f func(context.Context)) { r.bg.Go(func() { f(r.background) }) }

// Failed delivers the error that ended the robots before Close, and is closed when they have ended.
func (r *Robot) Failed() <-chan error { return r.failed }

// Close hangs up, waits until every conversation is stored, and ends. ctx bounds the waiting; whatever is left then goes on
// until its own limits.
func (r *Robot) Close(ctx context.Context) error {
	if r.cancel == nil { // never started: the port alone is to be given back
		ended, cancel := context.WithCancel(context.Background())
		cancel()
		return r.server.Serve(ended)
	}
	r.cancel()
	done := make(chan struct{})
	go func() {
		r.wg.Wait()
		r.endOff()
		r.bg.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("robots: calls were still being closed: %w", ctx.Err())
	}
}

// heardKinds is what hear acts on.
var heardKinds = []event.Kind{event.KindCallChanged, event.KindTransferBridging, event.KindTransferEnded, event.KindScriptDeployed}

// hear passes on what the dialer says about calls.
func (r *Robot) hear(ctx context.Context, messages <-chan event.Message) {
	for {
		for m := range messages {
			switch m := m.(type) {
			case event.CallChanged:
				if s := r.session(m.Call); s != nil && m.State == call.AnsweredState {
					s.Answered()
				}
			case event.TransferBridging:
				if s := r.session(m.Call); s != nil {
					s.TransferBridging()
				}
			case event.TransferEnded:
				if s := r.session(m.Call); s != nil {
					s.TransferEnded(m.Connected, m.Reason)
				}
			case event.ScriptDeployed:
				r.warm(ctx, m)
			}
		}
		// The bus gave up; the store's rows go on telling who answered.
		for {
			if clock.Sleep(ctx, r.cfg.Clock, time.Second) != nil {
				return
			}
			again, err := r.cfg.Bus.Subscribe(ctx, heardKinds...)
			if err == nil {
				messages = again
				break
			}
		}
	}
}

const aliveEvery = time.Second

func (r *Robot) alive(ctx context.Context) {
	tick := r.cfg.Clock.NewTicker(aliveEvery)
	defer tick.Stop()
	broken := false
	for {
		m := event.RobotsAlive{Dialogue: r.Addr(), Process: r.process, Calls: r.active(), Capacity: r.cfg.Capacity, Talks: r.talksAt(), At: r.cfg.Clock.Now()}
		if err := r.cfg.Bus.Publish(ctx, m); err != nil && ctx.Err() == nil && !broken {
			r.cfg.Log.Error("the dialer cannot be told that the robots are alive; is Redis reachable?", "err", err)
			broken = true
		} else if err == nil {
			broken = false
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.Chan():
		}
	}
}

func (r *Robot) active() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.sessions)
}

func (r *Robot) session(id call.UUID) *session.Session {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.sessions[id]
}
