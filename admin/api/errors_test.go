package api_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/outdial/outdial/admin/api"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/trunk"
)

// brokenTrunks fails or panics as nobody foresaw.
type brokenTrunks struct {
	api.Store
	err error
}

func (b brokenTrunks) Trunks(context.Context, tenant.Scope) ([]trunk.Trunk, error) {
	if b.err == nil {
		panic("secret of the panic")
	}
	return nil, b.err
}

func (w *world) logged() string {
	w.log.mu.Lock()
	defer w.log.mu.Unlock()
	return w.log.text.String()
}

func TestFailuresShowAnIDAndNothingElse(t *testing.T) {
	for name, err := range map[string]error{"error": errors.New("secret of the error"), "internal": errs.New(errs.Internal, "secret text"), "panic": nil} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(d *api.Deps) { d.Store = brokenTrunks{d.Store, err} })
			got := w.one.get("/api/v1/trunks")
			p := got.problem(500)
			if strings.Contains(string(got.body), "secret") || p.ID == "" || p.ID != got.header.Get("X-Request-Id") {
				t.Errorf("answer %s", got.body)
			}
			if log := w.logged(); !strings.Contains(log, p.ID) || !strings.Contains(log, "secret") {
				t.Errorf("log: %s", log)
			}
		})
	}
	w := newWorld(t, func(d *api.Deps) {
		d.Store = brokenTrunks{d.Store, errs.Wrap(errs.Unavailable, errors.New("dial tcp: refused"), "the secret database of 10.0.0.7 does not answer")}
	})
	got := w.one.get("/api/v1/trunks")
	if p := got.problem(503); p.ID == "" || strings.Contains(string(got.body), "secret") {
		t.Errorf("answer %s", got.body)
	}
	if log := w.logged(); !strings.Contains(log, "secret database") {
		t.Errorf("log: %s", log)
	}
}

func TestBadBodiesAreRefused(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		body   string
		typ    string
		status int
	}{
		"broken":        {`{"name":`, "application/json", 400},
		"empty":         {``, "application/json", 400},
		"array":         {`[]`, "application/json", 422},
		"twice":         {`{"name":"a"}{"name":"b"}`, "application/json", 400},
		"form":          {`name=a`, "application/x-www-form-urlencoded", 415},
		"plain text":    {`{"name":"a"}`, "text/plain", 415},
		"large":         {`{"name":"` + strings.Repeat("a", 1<<20) + `"}`, "application/json", 413},
		"wrong types":   {`{"name":1,"script_id":"x","trunk_id":{},"robots":[]}`, "application/json", 422},
		"huge number":   {`{"name":"a","script_id":1e99,"trunk_id":1}`, "application/json", 422},
		"negative zone": {`{"name":"a","script_id":1,"trunk_id":1,"window":{"zone":"../../etc/passwd"}}`, "application/json", 422},
	} {
		t.Run(name, func(t *testing.T) {
			r := w.request("POST", "/api/v1/campaigns", c.body)
			r.Header.Set("Content-Type", c.typ)
			r.AddCookie(w.one.cookie)
			w.send(r).problem(c.status)
		})
	}
	w.one.get("/api/v1/nothing").problem(404)
	w.one.do("DELETE", "/api/v1/campaigns", nil).problem(405)
	w.one.get("/api/v1/campaigns/0").problem(422)
	w.one.get("/api/v1/campaigns/99999999999999999999").problem(422)
	w.send(w.request("GET", "/api/nothing", nil)).problem(404) // any other address is a page of the console
}

func TestHeadersKeepBrowsersFromHarm(t *testing.T) {
	w := newWorld(t)
	for path, csp := range map[string]string{"/": "default-src 'none'; script-src 'self'", "/api/openapi.json": "default-src 'none'", "/api/v1/me": "default-src 'none'"} {
		got := w.send(w.request("GET", path, nil))
		h := got.header
		if !strings.HasPrefix(h.Get("Content-Security-Policy"), csp) || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("X-Frame-Options") != "DENY" {
			t.Errorf("%s: %v", path, h)
		}
	}
}

func TestTrunkIsAddedOrRefused(t *testing.T) {
	w := newWorld(t)
	good := map[string]any{"name": "Line", "address": "203.0.113.7:5060", "caller_id": "4001234567", "concurrency": 10, "cps": 2.5, "early_media": true}
	got := as[api.Trunk](w.one.do("POST", "/api/v1/trunks", good).want(201))
	if got.RingSeconds != 45 || got.CPS != 2.5 || !got.EarlyMedia {
		t.Errorf("trunk: %+v", got)
	}
	list := as[struct{ Items []api.Trunk }](w.one.get("/api/v1/trunks").want(200))
	if len(list.Items) != 2 {
		t.Errorf("trunks: %+v", list)
	}
	for field, value := range map[string]any{"name": "", "address": "a}b:5060", "caller_id": "1,2", "prefix": "${x}", "concurrency": 0, "cps": 0, "gateway": "g", "ring_seconds": 301} {
		bad := map[string]any{}
		for k, v := range good {
			bad[k] = v
		}
		bad[field] = value
		p := w.one.do("POST", "/api/v1/trunks", bad).problem(422)
		if len(p.Errors) == 0 || p.Errors[0].Location != "body."+field {
			t.Errorf("%s: %+v", field, p)
		}
	}
}

func TestMachinesThatWatchAreAnswered(t *testing.T) {
	down := errors.New("secret address is down")
	var database error
	w := newWorld(t, func(d *api.Deps) {
		d.Checks = []api.Check{{Name: "database", Ping: func(context.Context) error { return database }}, {Name: "redis", Ping: func(context.Context) error { return nil }}}
		d.Metrics = prometheus.NewRegistry()
	})
	w.send(w.request("GET", "/healthz", nil)).want(200)
	w.send(w.request("GET", "/readyz", nil)).want(200)
	database = down
	got := w.send(w.request("GET", "/readyz", nil)).want(503)
	if !strings.Contains(string(got.body), `"database":"down"`) || strings.Contains(string(got.body), "secret") {
		t.Errorf("ready: %s", got.body)
	}
	metrics := w.send(w.request("GET", "/metrics", nil)).want(200)
	if !strings.Contains(string(metrics.body), `outdial_http_requests_total{method="GET",route="/healthz",status="200"} 1`) {
		t.Errorf("metrics: %s", metrics.body)
	}
	r := w.request("GET", "/metrics", nil)
	r.Header = http.Header{"X-Forwarded-For": {"203.0.113.7"}}
	w.send(r).problem(403)
}
