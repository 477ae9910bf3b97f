// Package api owns the HTTP interface of the platform: routes, sign-in, the shapes of requests and answers, live events
// and the audio files. The contract it serves at /api/openapi.json is generated from these shapes.
//
// It decides nothing about campaigns, contacts or calls (see the domain packages), stores nothing itself, and takes the
// tenant of every request from the session alone.
package api

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/outdial/outdial/admin/live"
	"github.com/outdial/outdial/shared/chat"
	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/export"
)

// Version is that of the contract.
const Version = "1.0.0"

// Queue hands work to the worker.
type Queue interface {
	EnqueueImport(ctx context.Context, id contact.ImportID) error
	EnqueueExport(ctx context.Context, id export.ID) error
}

// Messenger hands messages to WeChat robots. Its errors are *wecom.Failure.
type Messenger interface {
	Send(ctx context.Context, key, content string) error
}

// Check is one part that must work before requests are sent here.
type Check struct {
	Name string
	Ping func(context.Context) error
}

// Deps is everything the API needs.
type Deps struct {
	Store Store

	Bus   event.Bus
	Queue Queue
	// WeChat sends the test messages of WeChat robots; without it there are none.
	WeChat Messenger

	RecordingsDir string
	UploadsDir    string
	ExportsDir    string

	Clock  clock.Clock
	Logger *slog.Logger
	Limits Limits

	Checks  []Check              // for /readyz
	Metrics *prometheus.Registry // shown at /metrics; nil makes one for the API's own counts

	SecureCookies  bool           // the platform is reached over TLS
	TrustedProxies []netip.Prefix // whose headers tell who asked, and whether over TLS
	// TalkSecret is what the robots ask for who brings them talks in the browser; without it there are none.
	TalkSecret    string
	Chat          chat.Client // answers in talks by text; nil where no chat model is configured
	PublicMetrics bool        // /metrics answers others than this machine
}

// Limits bound what one request may cost.
type Limits struct {
	Body    int64  // bytes of a JSON or YAML body; 0 means 1 MB
	Upload  int64  // bytes of a contact list; 0 means 100 MB
	Region  string // in which numbers without a country code are read; empty means CN
	Streams int    // live event streams at once; 0 means 1000
}

func (l Limits) withDefaults() Limits {
	if l.Body <= 0 {
		l.Body = 1 << 20
	}
	if l.Upload <= 0 {
		l.Upload = 100 << 20
	}
	if l.Region == "" {
		l.Region = "CN"
	}
	if l.Streams <= 0 {
		l.Streams = 1000
	}
	return l
}

// API answers the requests of the console and of programs.
type API struct {
	Deps
	engine   *gin.Engine
	huma     huma.API
	handler  http.Handler
	throttle *throttle
	gate     gate
	trials   chan struct{} // bounds how many scripts are tried out at once
	models   chan struct{} // and how many of them ask a chat model
	hashing  chan struct{} // bounds the memory that password checks take
	hub      *hub
	tickets  tickets
	counts   counts
	figures  *live.Figures
	days     *live.Days
	bodies   map[string]int64 // how large a body each route takes, where that is not the usual
}

// New makes the handler. It starts nothing: streams live as long as their requests.
func New(d Deps) *API {
	d.Limits = d.Limits.withDefaults()
	if d.Logger == nil {
		d.Logger = slog.New(slog.DiscardHandler)
	}
	if d.Metrics == nil {
		d.Metrics = prometheus.NewRegistry()
	}
	gin.SetMode(gin.ReleaseMode)
	a := &API{Deps: d, engine: gin.New(), throttle: newThrottle(d.Clock), hashing: make(chan struct{}, 2), trials: make(chan struct{}, trialsAtOnce), models: make(chan struct{}, modelTalks), bodies: map[string]int64{}}
	a.gate = newGate(a)
	a.hub = newHub(d.Bus, d.Logger, d.Limits.Streams)
	a.counts = newCounts(d.Metrics)
	a.figures, a.days = live.New(d.Store, d.Clock, d.Logger), live.NewDays(d.Store, d.Clock)
	a.engine.HandleMethodNotAllowed = true
	a.engine.ContextWithFallback = true
	_ = a.engine.SetTrustedProxies(nil) // client reads the headers that may be believed
	a.engine.Use(a.observe, a.recovered, a.headers, a.bounded, a.authenticate)
	a.engine.NoRoute(func(c *gin.Context) {
		a.writeProblem(c, status(http.StatusNotFound, "there is nothing at this address"))
	})
	a.engine.NoMethod(func(c *gin.Context) {
		a.writeProblem(c, status(http.StatusMethodNotAllowed, "this address does not take "+c.Request.Method))
	})
	a.huma = humagin.New(a.engine, contract())
	a.routes()
	a.plainRoutes()

	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(http.HandlerFunc(a.refuseCrossOrigin))
	a.handler = protection.Handler(a.engine)
	return a
}

// ServeHTTP answers one request.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.handler.ServeHTTP(w, r) }

// EndStreams ends the live event streams, which would otherwise hold up a shutdown. New ones are refused.
func (a *API) EndStreams() { a.hub.shut(); a.figures.Close() }

// Contract is the OpenAPI document in indented JSON.
func (a *API) Contract() ([]byte, error) { return indented(a.huma.OpenAPI()) }
