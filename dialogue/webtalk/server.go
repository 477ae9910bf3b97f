// Package webtalk owns talks with a script in the browser on the robots' side: it takes the API's connection, lets a session
// talk as it does on a call, and sends back what it says and what it understood.
//
// Nothing of such a talk is stored. Who may talk to which script is the API's matter; only it knows the secret that this
// server asks for.
package webtalk

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/coder/websocket"

	"github.com/outdial/outdial/dialogue/asr"
	"github.com/outdial/outdial/dialogue/session"
	"github.com/outdial/outdial/shared/chat"
	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/flow"
	"github.com/outdial/outdial/shared/webtalk"
)

// Prepared is a script ready to be talked.
type Prepared struct {
	Program    *flow.Program
	Voice      session.Voice
	Background []int16
}

// Config is how the server works.
type Config struct {
	// Listen is host:port; port 0 takes a free one.
	Listen string
	// Secret is what the API must send; it is never empty.
	Secret string
	// Prepare makes the script of a talk ready.
	Prepare     func(ctx context.Context, ask webtalk.Ask) (Prepared, error)
	Recognisers []asr.Provider
	Chat        chat.Client
	// Most is how many talks may run at once; 0 is 20.
	Most  int
	Clock clock.Clock
	Log   *slog.Logger
}

const (
	askWait = 10 * time.Second // for the first message
	// promptWait is longer than in a call: nothing of a draft was spoken before it is talked.
	promptWait = 6 * time.Second
	askBytes   = 3 << 20
	sendWait   = 5 * time.Second
)

// Server takes talks.
type Server struct {
	cfg    Config
	http   http.Server
	listen net.Listener
	ctx    context.Context
	stop   context.CancelFunc
	talks  sync.WaitGroup
	slots  chan struct{}

	mu     sync.Mutex // held while a talk enters
	closed bool
}

// Start listens; talks are taken until Close.
func Start(cfg Config) (*Server, error) {
	if cfg.Secret == "" || cfg.Prepare == nil || cfg.Clock == nil || cfg.Log == nil {
		return nil, errors.New("webtalk: secret, scripts, clock and log are all needed")
	}
	if cfg.Most == 0 {
		cfg.Most = 20
	}
	l, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return nil, errs.Wrap(errs.Unavailable, err, "talks in the browser: the robots cannot listen on %s; free the port or set dialogue.talk", cfg.Listen)
	}
	s := &Server{cfg: cfg, listen: l, slots: make(chan struct{}, cfg.Most)}
	s.ctx, s.stop = context.WithCancel(context.Background())
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+webtalk.Path, s.take)
	s.http = http.Server{Handler: mux, ReadHeaderTimeout: askWait, ErrorLog: slog.NewLogLogger(cfg.Log.Handler(), slog.LevelDebug)}
	s.talks.Go(func() {
		if err := s.http.Serve(l); err != nil && !errors.Is(err, http.ErrServerClosed) {
			cfg.Log.Error("talks in the browser are not taken any more", "err", err)
		}
	})
	return s, nil
}

// Addr is where the API reaches it.
func (s *Server) Addr() string { return s.listen.Addr().String() }

// Close ends all talks and waits for them.
func (s *Server) Close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.stop()
	_ = s.http.Close()
	s.talks.Wait()
}

func (s *Server) take(w http.ResponseWriter, r *http.Request) {
	given := []byte(r.Header.Get("Authorization"))
	if subtle.ConstantTimeCompare(given, []byte("Bearer "+s.cfg.Secret)) != 1 {
		http.Error(w, "not for you", http.StatusForbidden)
		return
	}
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	default:
		http.Error(w, "too many talks", http.StatusServiceUnavailable)
		return
	}
	if !s.enter() {
		http.Error(w, "shutting down", http.StatusServiceUnavailable)
		return
	}
	defer s.talks.Done()
	c, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{webtalk.Subprotocol}})
	if err != nil {
		return // it has been answered
	}
	defer func() { _ = c.CloseNow() }()
	ctx, cancel := context.WithTimeout(s.ctx, webtalk.Longest)
	defer cancel()
	if err := s.talk(ctx, c); err != nil {
		s.cfg.Log.Info("a talk in the browser ended early", "err", err)
		s.refuse(ctx, c, err)
	}
}

// enter counts a talk among those that Close waits for.
func (s *Server) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.talks.Add(1)
	}
	return !s.closed
}

// refuse tells the browser why there is no talk, in words that are for users.
func (s *Server) refuse(ctx context.Context, c *websocket.Conn, err error) {
	reason := "the talk could not be held; the robots' log says why"
	var known *errs.Error
	if errors.As(err, &known) && known.Kind != errs.Internal {
		reason = known.Message
	}
	text, _ := json.Marshal(webtalk.Message{Type: "refused", Reason: reason})
	ctx, cancel := context.WithTimeout(ctx, sendWait)
	defer cancel()
	_ = c.Write(ctx, websocket.MessageText, text)
	_ = c.Close(websocket.StatusNormalClosure, "refused")
}

func (s *Server) talk(ctx context.Context, c *websocket.Conn) error {
	ask, err := s.asked(ctx, c)
	if err != nil {
		return err
	}
	ready, err := s.cfg.Prepare(ctx, ask)
	if err != nil {
		return err
	}
	zone, err := time.LoadLocation(ask.Zone)
	if err != nil {
		zone = time.UTC
	}
	folder, err := os.MkdirTemp("", "outdial-talk-")
	if err != nil {
		return fmt.Errorf("make a folder for the talk's sound: %w", err)
	}
	defer func() { _ = os.RemoveAll(folder) }()
	t := &talk{server: s, conn: c, texts: make(chan webtalk.Message, 256), heard: make(chan []int16, inbox), commands: make(chan webtalk.Command, 16), hung: make(chan struct{})}
	return t.run(ctx, session.Config{Program: ready.Program, Voice: ready.Voice, Background: ready.Background, Vars: ask.Variables, Recognisers: s.cfg.Recognisers, Chat: s.cfg.Chat, Zone: zone,
		Recordings: folder, Clock: s.cfg.Clock, Log: s.cfg.Log, Tuning: session.Tuning{PromptWait: promptWait}})
}

// asked reads what is to be talked.
func (s *Server) asked(ctx context.Context, c *websocket.Conn) (webtalk.Ask, error) {
	var ask webtalk.Ask
	ctx, cancel := context.WithTimeout(ctx, askWait)
	defer cancel()
	c.SetReadLimit(askBytes)
	kind, text, err := c.Read(ctx)
	if err != nil {
		return ask, fmt.Errorf("read what is to be talked: %w", err)
	}
	if kind != websocket.MessageText {
		return ask, errs.New(errs.Invalid, "the first message must say what is to be talked")
	}
	if err := json.Unmarshal(text, &ask); err != nil {
		return ask, errs.Wrap(errs.Invalid, err, "the first message cannot be read")
	}
	c.SetReadLimit(webtalk.MostText)
	return ask, nil
}
