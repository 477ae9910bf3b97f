package api

import (
	"context"
	"errors"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
)

type contextKey uint8

const (
	requestIDKey contextKey = iota
	callerKey
	changesKey
	languageKey
)

// requestID names one request in the log and in the answer's X-Request-Id.
func requestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey).(string)
	return id
}

type counts struct {
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	streams  prometheus.Gauge
	unlogged prometheus.Counter
}

func newCounts(r prometheus.Registerer) counts {
	c := counts{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "outdial_http_requests_total", Help: "Requests answered."}, []string{"route", "method", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "outdial_http_request_seconds", Help: "Time to answer, streams and uploads left out.",
			Buckets: []float64{.005, .02, .05, .1, .3, 1, 3, 10}}, []string{"route", "method"}),
		streams: prometheus.NewGauge(prometheus.GaugeOpts{Name: "outdial_event_streams", Help: "Live event streams that are open."}),
	}
	c.unlogged = prometheus.NewCounter(prometheus.CounterOpts{Name: "outdial_operation_log_failures_total", Help: "Changes that are missing from the operation log."})
	r.MustRegister(c.requests, c.seconds, c.streams, c.unlogged)
	return c
}

// observe gives the request its id and counts it by route, never by address, which a client chooses.
func (a *API) observe(c *gin.Context) {
	id := uuid.NewString()
	ctx := context.WithValue(c.Request.Context(), clientKey{}, a.client(c.Request))
	ctx = context.WithValue(ctx, languageKey, c.GetHeader("Accept-Language"))
	c.Request = c.Request.WithContext(context.WithValue(ctx, requestIDKey, id))
	c.Header("X-Request-Id", id)
	began := a.Clock.Now()
	c.Next()
	route := c.FullPath()
	if route == "" {
		route = "none"
	}
	took := a.Clock.Since(began)
	a.counts.requests.WithLabelValues(route, c.Request.Method, strconv.Itoa(c.Writer.Status())).Inc()
	if route != eventsPath && !strings.HasSuffix(route, "/imports") {
		a.counts.seconds.WithLabelValues(route, c.Request.Method).Observe(took.Seconds())
	}
	a.Logger.DebugContext(c.Request.Context(), "request", "id", id, "method", c.Request.Method, "path", c.Request.URL.Path,
		"status", c.Writer.Status(), "took", took)
}

// recovered keeps one request's panic from ending the process.
func (a *API) recovered(c *gin.Context) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
			panic(p)
		}
		id := requestID(c.Request.Context())
		a.Logger.Error("request panicked", "id", id, "panic", p, "stack", string(debug.Stack()))
		if !c.Writer.Written() {
			answer := status(http.StatusInternalServerError, "the platform failed; tell whoever runs it this id: "+id)
			answer.ID = id
			a.writeProblem(c, answer)
		}
	}()
	c.Next()
}

// headers are those that keep a browser from doing what neither console nor API needs.
func (a *API) headers(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	if strings.HasPrefix(c.Request.URL.Path, "/api/") {
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	} else {
		h.Set("Content-Security-Policy", "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'")
	}
	if clientOf(c.Request.Context()).secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	c.Next()
}

// bounded limits every body. huma limits those it reads itself to the same size; an upload has its own limit.
func (a *API) bounded(c *gin.Context) {
	limit := a.Limits.Body
	if strings.HasSuffix(c.FullPath(), "/imports") {
		limit = a.Limits.Upload + multipartSlack
	} else if own, ok := a.bodies[c.FullPath()]; ok {
		limit = own
	}
	if c.Request.ContentLength > limit {
		// What is not read would be read by the server to reuse the connection.
		c.Header("Connection", "close")
		a.writeProblem(c, status(http.StatusRequestEntityTooLarge, "the body is larger than "+strconv.FormatInt(limit>>10, 10)+" KB"))
		return
	}
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, limit)
	c.Next()
}

func (a *API) refuseCrossOrigin(w http.ResponseWriter, r *http.Request) {
	a.Logger.WarnContext(r.Context(), "request from another site refused", "path", r.URL.Path, "origin", r.Header.Get("Origin"))
	p := status(http.StatusForbidden, "this request comes from another site's page and was refused").in(accepted(r))
	writeJSON(w, p.Status, problemType, p)
}
