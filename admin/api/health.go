package api

import (
	"context"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// checkTime bounds the question whether a part works.
const checkTime = 2 * time.Second

// healthz says that the process answers.
func (a *API) healthz(c *gin.Context) {
	writeJSON(c.Writer, http.StatusOK, "application/json", map[string]string{"status": "ok"})
}

// readyz says whether the parts behind the process answer too. It names them and not their errors, which are in the log.
func (a *API) readyz(c *gin.Context) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), checkTime)
	defer cancel()
	code, answer := http.StatusOK, map[string]string{"status": "ok"}
	for _, check := range a.Checks {
		if err := check.Ping(ctx); err != nil {
			a.Logger.WarnContext(ctx, "a part of the platform is down", "part", check.Name, "error", err)
			code, answer["status"], answer[check.Name] = http.StatusServiceUnavailable, "down", "down"
			continue
		}
		answer[check.Name] = "ok"
	}
	writeJSON(c.Writer, code, "application/json", answer)
}

// metrics tells how busy the platform is, which is nobody else's business unless it is configured so.
func (a *API) metrics() gin.HandlerFunc {
	show := promhttp.HandlerFor(a.Metrics, promhttp.HandlerOpts{})
	return func(c *gin.Context) {
		// A proxy on this machine is no reason to show them to those behind it.
		forwarded := c.GetHeader("X-Forwarded-For") != "" || c.GetHeader("Forwarded") != ""
		if !a.PublicMetrics && (forwarded || !clientOf(c.Request.Context()).addr.IsLoopback()) {
			a.writeProblem(c, status(http.StatusForbidden, "metrics are shown to this machine only"))
			return
		}
		show.ServeHTTP(c.Writer, c.Request)
	}
}
