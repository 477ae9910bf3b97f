package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/outdial/outdial/admin/api"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/webtalk"
)

// echoing plays the robots: it says what it was asked for and sends every frame back.
func echoing(t *testing.T, asked chan webtalk.Ask) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer between us" {
			http.Error(w, "no", http.StatusForbidden)
			return
		}
		c, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{webtalk.Subprotocol}})
		if err != nil {
			return
		}
		defer func() { _ = c.CloseNow() }()
		_, text, err := c.Read(r.Context())
		if err != nil {
			return
		}
		var ask webtalk.Ask
		_ = json.Unmarshal(text, &ask)
		asked <- ask
		for {
			kind, data, err := c.Read(r.Context())
			if err != nil || c.Write(r.Context(), kind, data) != nil {
				return
			}
		}
	}))
	t.Cleanup(s.Close)
	return strings.TrimPrefix(s.URL, "http://")
}

// browse opens a talk's WebSocket as somebody.
func (m merchant) browse(path string) (*websocket.Conn, *http.Response, error) {
	ctx, cancel := context.WithTimeout(m.w.t.Context(), 10*time.Second)
	defer cancel()
	c, resp, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(m.w.url, "http")+path,
		&websocket.DialOptions{Subprotocols: []string{webtalk.Subprotocol}, HTTPHeader: http.Header{"Cookie": {m.cookie.Name + "=" + m.cookie.Value}}})
	if err == nil {
		m.w.t.Cleanup(func() { _ = c.CloseNow() })
	}
	return c, resp, err
}

// TestVoiceTalk: a talk is asked for once, begun once by who asked for it, and carried both ways to the robots.
func TestVoiceTalk(t *testing.T) {
	w := newWorld(t, func(d *api.Deps) { d.TalkSecret = "between us" })
	asked := make(chan webtalk.Ask, 1)
	robots := echoing(t, asked)
	path := "/api/v1/scripts/" + decimal(w.one.script)
	ask := func() string {
		t.Helper()
		got := make(chan answer, 1)
		go func() {
			got <- w.one.do("POST", path+"/voice-talk", map[string]any{"variables": map[string]string{"name": "王"}})
		}()
		for n := range w.bus.count {
			if n == 1 {
				break
			}
		}
		must(t, w.bus.Publish(t.Context(), event.RobotsAlive{Dialogue: "x", Process: "y"})) // one that takes none
		must(t, w.bus.Publish(t.Context(), event.RobotsAlive{Dialogue: "x", Process: "z", Talks: robots}))
		a := <-got
		if a.status != http.StatusOK {
			t.Fatalf("%d %s", a.status, a.body)
		}
		var out struct{ URL string }
		must(t, json.Unmarshal(a.body, &out))
		return out.URL
	}
	url := ask()
	if _, resp, err := w.two.browse(url); err == nil || resp.StatusCode != http.StatusNotFound {
		t.Errorf("somebody else began the talk: %v", err)
	}
	c, _, err := w.one.browse(url)
	must(t, err)
	if got := <-asked; got.Tenant != int64(w.one.id) || got.Script != int64(w.one.script) || len(got.Document) == 0 || got.Variables["name"] != "王" || got.Zone != "Asia/Shanghai" {
		t.Errorf("the robots were asked for %+v", got)
	}
	frame := make([]byte, webtalk.FrameBytes)
	frame[7] = 42
	must(t, c.Write(t.Context(), websocket.MessageBinary, frame))
	kind, back, err := c.Read(t.Context())
	must(t, err)
	if kind != websocket.MessageBinary || len(back) != len(frame) || back[7] != 42 {
		t.Errorf("a frame came back as %v of %d bytes", kind, len(back))
	}
	if _, resp, err := w.one.browse(url); err == nil || resp.StatusCode != http.StatusNotFound {
		t.Errorf("the talk began twice: %v", err)
	}
	// Signing out ends it, at the next look.
	if a := w.one.do("POST", "/api/v1/sign-out", nil); a.status >= 300 {
		t.Fatalf("sign out: %d %s", a.status, a.body)
	}
	w.clock.Advance(time.Minute)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if _, _, err := c.Read(ctx); err == nil || ctx.Err() != nil {
		t.Errorf("the talk went on after its session had ended: %v", err)
	}
}

// TestNoVoiceTalk: without robots that take talks, and for a script that is not the caller's, there is none.
func TestNoVoiceTalk(t *testing.T) {
	w := newWorld(t)
	if a := w.one.do("POST", "/api/v1/scripts/"+decimal(w.one.script)+"/voice-talk", map[string]any{}); a.status != http.StatusConflict || !strings.Contains(string(a.body), "no robots") {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := w.one.do("POST", "/api/v1/scripts/"+decimal(w.two.script)+"/voice-talk", map[string]any{}); a.status != http.StatusNotFound {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := w.one.do("POST", "/api/v1/scripts/"+decimal(w.one.script)+"/voice-talk", map[string]any{"document": "script: 2"}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("%d %s", a.status, a.body)
	}
}
