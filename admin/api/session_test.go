package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/admin/api"
)

type credentials struct {
	Account  string `json:"account"`
	Password string `json:"password"`
}

func TestSignInGivesASessionThatSignOutEnds(t *testing.T) {
	w := newWorld(t)
	got := w.send(w.request("POST", "/api/v1/sign-in", credentials{"one", password})).want(200)
	me := as[api.Me](got)
	if me.Account != "one" || me.Tenant.Name != "Merchant one" || me.Tenant.Zone != "Asia/Shanghai" {
		t.Errorf("me: %+v", me)
	}
	resp := http.Response{Header: got.header}
	cookie := resp.Cookies()[0]
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode || cookie.Path != "/" || cookie.MaxAge != 12*3600 {
		t.Errorf("cookie: %+v", cookie)
	}
	m := w.one
	m.cookie = cookie
	if me := as[api.Me](m.get("/api/v1/me").want(200)); me.Account != "one" {
		t.Errorf("me: %+v", me)
	}
	m.do("POST", "/api/v1/sign-out", nil).want(204)
	m.get("/api/v1/me").problem(401)
}

func TestNothingBelowAPIIsOpenWithoutASession(t *testing.T) {
	w := newWorld(t)
	for _, r := range []struct{ method, path string }{
		{"GET", "/api/v1/me"}, {"POST", "/api/v1/sign-out"}, {"GET", "/api/v1/campaigns"}, {"POST", "/api/v1/campaigns"},
		{"GET", "/api/v1/campaigns/1"}, {"POST", "/api/v1/campaigns/1/start"}, {"POST", "/api/v1/campaigns/1/pause"},
		{"POST", "/api/v1/campaigns/1/resume"}, {"POST", "/api/v1/campaigns/1/terminate"}, {"POST", "/api/v1/campaigns/1/contacts"},
		{"POST", "/api/v1/campaigns/1/imports"}, {"GET", "/api/v1/campaigns/1/imports"}, {"GET", "/api/v1/imports/1"},
		{"GET", "/api/v1/imports/1/rejections"}, {"GET", "/api/v1/campaigns/1/calls"}, {"GET", "/api/v1/calls/" + someCall},
		{"GET", "/api/v1/calls/" + someCall + "/audio"}, {"GET", "/api/v1/calls/" + someCall + "/turns/1/audio"},
		{"GET", "/api/v1/scripts"}, {"POST", "/api/v1/scripts"}, {"GET", "/api/v1/trunks"}, {"POST", "/api/v1/trunks"},
		{"GET", "/api/v1/events"}, {"GET", "/api/v1/nothing"}, {"DELETE", "/api/v1/campaigns/1"}, {"GET", "/api/v1/"},
	} {
		w.send(w.request(r.method, r.path, nil)).problem(401)
		bad := w.one
		bad.cookie = &http.Cookie{Name: "outdial_session", Value: "guessed"}
		bad.do(r.method, r.path, nil).problem(401)
	}
}

func TestWrongCredentialsLookAlike(t *testing.T) {
	w := newWorld(t)
	known := w.send(w.request("POST", "/api/v1/sign-in", credentials{"one", "wrong password"})).problem(401)
	unknown := w.send(w.request("POST", "/api/v1/sign-in", credentials{"nobody", "wrong password"})).problem(401)
	if known.Detail != unknown.Detail {
		t.Errorf("known account: %q, unknown account: %q", known.Detail, unknown.Detail)
	}
}

func TestGuessingLocksTheAccountWhetherItExistsOrNot(t *testing.T) {
	for _, account := range []string{"one", "nobody"} {
		w := newWorld(t)
		for range 5 {
			w.send(w.request("POST", "/api/v1/sign-in", credentials{account, "wrong password"})).problem(401)
		}
		locked := w.send(w.request("POST", "/api/v1/sign-in", credentials{account, password}))
		locked.problem(429)
		if locked.header.Get("Retry-After") != "60" {
			t.Errorf("Retry-After %q", locked.header.Get("Retry-After"))
		}
		w.clock.Advance(61 * time.Second)
		want := 200
		if account == "nobody" {
			want = 401
		}
		w.send(w.request("POST", "/api/v1/sign-in", credentials{account, password})).want(want)
	}
}

func TestSessionExpires(t *testing.T) {
	w := newWorld(t)
	w.one.get("/api/v1/me").want(200)
	w.clock.Advance(12 * time.Hour)
	w.one.get("/api/v1/me").problem(401)
}

func TestOtherSitesCannotSendRequests(t *testing.T) {
	w := newWorld(t)
	for name, header := range map[string][2]string{
		"fetch metadata": {"Sec-Fetch-Site", "cross-site"},
		"same site":      {"Sec-Fetch-Site", "same-site"},
		"origin":         {"Origin", "https://evil.example"},
	} {
		t.Run(name, func(t *testing.T) {
			r := w.request("POST", "/api/v1/sign-out", nil)
			r.AddCookie(w.one.cookie)
			r.Header.Set(header[0], header[1])
			w.send(r).problem(403)
			r = w.request("POST", "/api/v1/sign-in", credentials{"one", password})
			r.Header.Set(header[0], header[1])
			w.send(r).problem(403)
		})
	}
	w.one.get("/api/v1/me").want(200)
}

func TestCookieTravelsOverTLSWhereTheConsoleDoes(t *testing.T) {
	for _, tls := range []bool{false, true} {
		w := newWorld(t, func(d *api.Deps) { d.SecureCookies = tls })
		got := w.enter("one", password).want(200)
		cookie := got.header.Get("Set-Cookie")
		if strings.Contains(cookie, "; Secure") != tls || !strings.Contains(cookie, "; HttpOnly") || !strings.Contains(cookie, "; SameSite=Strict") {
			t.Errorf("cookie %q with TLS %v", cookie, tls)
		}
		if (got.header.Get("Strict-Transport-Security") != "") != tls {
			t.Errorf("headers with TLS %v: %v", tls, got.header)
		}
	}
}
