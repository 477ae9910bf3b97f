package api_test

import (
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/admin/api"
	"github.com/outdial/outdial/shared/export"
	"github.com/outdial/outdial/shared/tenant"
)

// behind sends what a proxy on this machine would bring.
func (w *world) behind(account, secret, forwardedFor, proto string) answer {
	w.t.Helper()
	r := w.request("POST", signInAddress, credentials{account, secret})
	r.Header.Set("X-Forwarded-For", forwardedFor)
	r.Header.Set("X-Forwarded-Proto", proto)
	return w.send(r)
}

func trustLoopback(d *api.Deps) {
	d.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
}

func TestBehindATrustedProxyTheClientsAddressCounts(t *testing.T) {
	w := newWorld(t, trustLoopback)
	for i := range 20 {
		w.behind("nobody"+strconv.Itoa(i), "wrong", "198.51.100."+strconv.Itoa(i)+", 203.0.113.7", "http").problem(401)
	}
	w.behind("one", password, "198.51.100.99, 203.0.113.7", "http").problem(429)
	w.clock.Advance(time.Second)
	w.behind("one", password, "[2001:db8::7]:4711", "http").want(200)
	w.clock.Advance(time.Second)
	one := w.one
	one = one.signedIn(w.behind("one", password, "203.0.113.8", "http"))
	sessions := as[struct{ Items []api.Session }](one.get("/api/v1/me/sessions").want(200)).Items
	if len(sessions) < 2 || sessions[0].Address != "203.0.113.8" || sessions[1].Address != "2001:db8::/64" {
		t.Errorf("sessions: %+v", sessions)
	}
	r := w.request("POST", "/api/v1/trunks", `{"name":"x","address":"127.0.0.1:5071","concurrency":1,"cps":1,"ring_seconds":30}`)
	r.AddCookie(one.cookie)
	r.Header.Set("X-Forwarded-For", "203.0.113.8, 127.0.0.9")
	w.send(r).want(201)
	entries := as[struct{ Items []api.Operation }](one.get("/api/v1/operations").want(200)).Items
	if len(entries) < 2 || entries[0].Module != "trunks" || entries[0].Address != "203.0.113.8" || entries[1].Address != "203.0.113.8" {
		t.Errorf("operation log: %+v", entries)
	}
	user, err := w.db.UserByAccount(t.Context(), tenant.Platform(), "one")
	must(t, err)
	if user.LastAddress != "203.0.113.8" {
		t.Errorf("last signed in from %s", user.LastAddress)
	}
}

func TestWithoutATrustedProxyHeadersSayNothing(t *testing.T) {
	w := newWorld(t)
	for i := range 20 {
		w.behind("nobody"+strconv.Itoa(i), "wrong", "203.0.113."+strconv.Itoa(i), "https").problem(401)
	}
	refused := w.behind("two", password, "203.0.113.99", "https")
	refused.problem(429)
	if refused.header.Get("Strict-Transport-Security") != "" {
		t.Errorf("a header that nobody vouches for turned TLS on: %v", refused.header)
	}
}

func TestATrustedProxyTellsWhetherTheConsoleIsReachedOverTLS(t *testing.T) {
	w := newWorld(t, trustLoopback)
	for proto, secure := range map[string]bool{"https": true, "http": false, "https, http": false} {
		got := w.behind("one", password, "203.0.113.8", proto).want(200)
		if strings.Contains(got.header.Get("Set-Cookie"), "; Secure") != secure || (got.header.Get("Strict-Transport-Security") != "") != secure {
			t.Errorf("%s: %v", proto, got.header)
		}
	}
	r := w.request("POST", address("/campaigns/%d/exports", w.one.campaign()), `{"kind":"recordings_links","filter":{}}`)
	r.AddCookie(w.one.cookie)
	r.Header.Set("X-Forwarded-Proto", "https")
	kept, err := w.db.Export(t.Context(), w.one.scope, export.ID(as[api.Export](w.send(r).want(201)).ID))
	must(t, err)
	if !strings.HasPrefix(kept.Request.Base, "https://127.0.0.1") {
		t.Errorf("links begin with %s", kept.Request.Base)
	}
}
