package iflytek

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/jonboulle/clockwork"
	"go.uber.org/goleak"

	"github.com/outdial/outdial/dialogue/asr"
	"github.com/outdial/outdial/dialogue/asr/asrtest"
	"github.com/outdial/outdial/dialogue/asr/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const apiKey = "d9f4aa7ea6d94faca62cd88a28fd5234"

func provider(u string, bounds wire.Config) (asr.Provider, error) {
	return New(Config{URL: u, AppID: "595f23df", APIKey: apiKey}, clockwork.NewFakeClockAt(time.Unix(1512041814, 0)), bounds)
}

func result(kind string, last bool, words ...string) string {
	var ws []string
	for _, w := range words {
		ws = append(ws, fmt.Sprintf(`{"cw":[{"w":%q,"wp":"n"},{"w":"别的","wp":"n"}],"wb":0,"we":0}`, w))
	}
	data, _ := json.Marshal(fmt.Sprintf(`{"cn":{"st":{"bg":"820","ed":"0","rt":[{"ws":[%s]}],"type":%q}},"seg_id":5,"ls":%v}`, strings.Join(ws, ","), kind, last))
	return fmt.Sprintf(`{"action":"result","code":"0","data":%s,"desc":"success","sid":"rta@x"}`, data)
}

func failed(code, desc string) string {
	return fmt.Sprintf(`{"action":"error","code":%q,"data":"","desc":%q,"sid":"rta@x"}`, code, desc)
}

var subject = asrtest.Subject{
	New: provider,
	Greet: func(ctx context.Context, c *websocket.Conn) error {
		return c.Write(ctx, websocket.MessageText, []byte(`{"action":"started","code":"0","data":"","desc":"success","sid":"rta@x"}`))
	},
	IsEnd: func(kind websocket.MessageType, data []byte) bool {
		return kind == websocket.MessageBinary && string(data) == `{"end": true}`
	},
	Partial:  func(text string) string { return result("1", false, text) },
	Finals:   func(text string) []string { return []string{result("0", true, text)} },
	Idle:     failed("37005", "Client idle timeout"),
	Refusals: []string{failed("10105", "illegal access"), failed("10110", "invalid\nauthorization")},
	Failures: []string{failed("10700", "engine error"), failed("10202", "websocket connect error")},
	Secrets:  []string{apiKey},
}

func TestConforms(t *testing.T) { asrtest.Run(t, subject) }

// A server that marks no last result ends the utterance by closing.
func TestConformsWhenTheCloseIsTheEnd(t *testing.T) {
	s := subject
	s.Finals = func(text string) []string { return []string{result("1", false, "我"), result("0", false, text)} }
	s.Closes = true
	asrtest.Run(t, s)
}

// The example of the service's own documents.
func TestAddress(t *testing.T) {
	seen := make(chan string, 1)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen <- r.URL.RawQuery
		w.WriteHeader(http.StatusForbidden)
	}))
	defer srv.Close()
	p, err := provider("ws"+strings.TrimPrefix(srv.URL, "http"), asrtest.Patient)
	if err != nil {
		t.Fatal(err)
	}
	for lang, want := range map[string]string{"zh-CN": "", "en-US": "lang=en&"} {
		if _, err := p.Open(context.Background(), asr.Params{Lang: lang}); asr.KindOf(err) != asr.Unreachable {
			t.Errorf("forbidden: %v", err)
		}
		if got := <-seen; got != "appid=595f23df&"+want+"signa=IrrzsJeOFk1NGfJHW6SkHUoN9CU%3D&ts=1512041814" {
			t.Errorf("query %q", got)
		}
	}
}

func TestWordsArePutTogether(t *testing.T) {
	p := &protocol{}
	e, err := p.Parse([]byte(result("0", false, "我", "要", "办理", "。")), false)
	if err != nil || e.Text != "我要办理。" {
		t.Errorf("%+v, %v", e, err)
	}
}

func TestSettings(t *testing.T) {
	for _, cfg := range []Config{{}, {AppID: "1"}, {URL: "http://x", AppID: "1", APIKey: "y"}} {
		if _, err := New(cfg, clockwork.NewRealClock(), asrtest.Patient); asr.KindOf(err) != asr.Config {
			t.Errorf("%+v: %v", cfg, err)
		}
	}
	p, _ := provider("ws://127.0.0.1:1", asrtest.Patient)
	if _, err := p.Open(context.Background(), asr.Params{SampleRate: 44100}); asr.KindOf(err) != asr.Config {
		t.Errorf("44100 Hz: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{result("1", false, "我"), result("0", true, "我", "要"), failed("37005", "x"), `{"action":"result","data":"{}"}`, `{"action":"result","data":{}}`, "[]", ""} {
		f.Add([]byte(s), true)
	}
	f.Fuzz(func(t *testing.T, msg []byte, flushed bool) { asrtest.CheckParse(t, &protocol{}, msg, flushed) })
}
