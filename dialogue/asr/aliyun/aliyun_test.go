package aliyun

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/jonboulle/clockwork"
	"go.uber.org/goleak"

	"github.com/outdial/outdial/dialogue/asr"
	"github.com/outdial/outdial/dialogue/asr/asrtest"
	"github.com/outdial/outdial/dialogue/asr/wire"
	"github.com/outdial/outdial/dialogue/nls"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const secretToken = "token-that-nobody-may-see"

func provider(url string, cfg Config, bounds wire.Config) (asr.Provider, error) {
	tokens, err := nls.NewTokens(nls.Config{AppKey: "project", Token: secretToken}, clockwork.NewRealClock())
	if err != nil {
		return nil, err
	}
	cfg.URL = url
	return New(cfg, tokens, bounds)
}

func event(name, payload string) string {
	return fmt.Sprintf(`{"header":{"namespace":"SpeechTranscriber","name":%q,"status":20000000,"message_id":"x","status_text":"Gateway:SUCCESS:Success."},"payload":%s}`, name, payload)
}

func failed(status int, text string) string {
	return fmt.Sprintf(`{"header":{"namespace":"Default","name":"TaskFailed","status":%d,"message_id":"x","task_id":"","status_text":%q}}`, status, text)
}

func command(data []byte) (h header) {
	var m struct {
		Header header `json:"header"`
	}
	_ = json.Unmarshal(data, &m) // what is no command has no name
	return m.Header
}

func TestConforms(t *testing.T) {
	asrtest.Run(t, asrtest.Subject{
		New: func(url string, bounds wire.Config) (asr.Provider, error) { return provider(url, Config{}, bounds) },
		Greet: func(ctx context.Context, c *websocket.Conn) error {
			_, data, err := c.Read(ctx)
			if err != nil {
				return err
			}
			if h := command(data); h.Name != "StartTranscription" || len(h.TaskID) != 32 || len(h.MessageID) != 32 || h.AppKey != "project" {
				t.Errorf("command %s", data)
			}
			return c.Write(ctx, websocket.MessageText, []byte(event("TranscriptionStarted", `{"session_id":"s"}`)))
		},
		IsEnd: func(kind websocket.MessageType, data []byte) bool {
			return kind == websocket.MessageText && command(data).Name == "StopTranscription"
		},
		Partial: func(text string) string {
			return event("TranscriptionResultChanged", fmt.Sprintf(`{"index":1,"time":100,"result":%q}`, text))
		},
		Finals: func(text string) []string {
			return []string{event("SentenceBegin", `{"index":1,"time":0}`), event("SentenceEnd", fmt.Sprintf(`{"index":1,"time":100,"result":%q,"confidence":0.9}`, text)),
				event("TranscriptionCompleted", `{}`)}
		},
		Idle:     failed(40000004, "Gateway:IDLE_TIMEOUT:Websocket session is idle for too long time"),
		Refusals: []string{failed(40000001, "Gateway:ACCESS_DENIED:The token is invalid!\n"), failed(40000005, "Gateway:TOO_MANY_REQUESTS:Too many requests!")},
		Failures: []string{failed(50000000, "GRPC_ERROR"), failed(41010104, "TOO_LONG_SPEECH")},
		Secrets:  []string{secretToken},
	})
}

func TestStartSaysWhatIsSent(t *testing.T) {
	for _, c := range []struct {
		rate int
		cfg  Config
	}{{8000, Config{Vocabulary: "v1", Customization: "c1"}}, {16000, Config{}}} {
		got := make(chan []byte, 1)
		url := asrtest.Serve(t, func(ctx context.Context, conn *websocket.Conn) {
			_, data, _ := conn.Read(ctx)
			got <- data
			_ = conn.Write(ctx, websocket.MessageText, []byte(event("TranscriptionStarted", `{}`)))
			_, _, _ = conn.Read(ctx)
		})
		p, err := provider(url, c.cfg, asrtest.Patient)
		if err != nil {
			t.Fatal(err)
		}
		s, err := p.Open(context.Background(), asr.Params{SampleRate: c.rate})
		if err != nil {
			t.Fatal(err)
		}
		var m struct {
			Payload start `json:"payload"`
		}
		if err := json.Unmarshal(<-got, &m); err != nil {
			t.Fatal(err)
		}
		want := start{Format: "pcm", SampleRate: c.rate, Intermediate: true, Punctuation: true, ITN: true, Vocabulary: c.cfg.Vocabulary, Customization: c.cfg.Customization}
		if m.Payload != want {
			t.Errorf("payload %+v", m.Payload)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	p, _ := provider("ws://127.0.0.1:1", Config{}, asrtest.Patient)
	if _, err := p.Open(context.Background(), asr.Params{SampleRate: 44100}); asr.KindOf(err) != asr.Config {
		t.Errorf("44100 Hz: %v", err)
	}
	if _, err := provider("http://x", Config{}, asrtest.Patient); asr.KindOf(err) != asr.Config {
		t.Errorf("address: %v", err)
	}
}

// A token that the gateway refuses is not used again; the next stream has a new one.
func TestARefusedTokenIsMadeAnew(t *testing.T) {
	var made atomic.Int64
	meta := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"Token":{"ExpireTime":%d,"Id":"t%d"}}`, time.Now().Add(24*time.Hour).Unix(), made.Add(1))
	}))
	defer meta.Close()
	tokens, err := nls.NewTokens(nls.Config{AppKey: "a", KeyID: "k", KeySecret: "s", TokenURL: meta.URL}, clockwork.NewRealClock())
	if err != nil {
		t.Fatal(err)
	}
	var opened atomic.Int64
	url := asrtest.Serve(t, func(ctx context.Context, c *websocket.Conn) {
		_, _, _ = c.Read(ctx)
		answer := event("TranscriptionStarted", `{}`)
		if opened.Add(1) == 1 {
			answer = failed(40000001, "Gateway:ACCESS_DENIED:The token 't1' is expired!")
		}
		_ = c.Write(ctx, websocket.MessageText, []byte(answer))
		_, _, _ = c.Read(ctx)
	})
	p, err := New(Config{URL: url}, tokens, asrtest.Patient)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Open(context.Background(), asr.Params{}); asr.KindOf(err) != asr.Unreachable {
		t.Errorf("refused token: %v", err)
	}
	s, err := p.Open(context.Background(), asr.Params{})
	if err != nil || made.Load() != 2 {
		t.Fatalf("%v, %d tokens made", err, made.Load())
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestNoToken(t *testing.T) {
	tokens, err := nls.NewTokens(nls.Config{AppKey: "a", KeyID: "k", KeySecret: "hidden-secret", TokenURL: "http://127.0.0.1:1/"}, clockwork.NewRealClock())
	if err != nil {
		t.Fatal(err)
	}
	p, err := New(Config{URL: "ws://127.0.0.1:1"}, tokens, asrtest.Patient)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Open(context.Background(), asr.Params{}); asr.KindOf(err) != asr.Unreachable {
		t.Errorf("error %v", err)
	}
}

// A sentence that the service never ended is heard all the same.
func TestAnUnendedSentenceIsKept(t *testing.T) {
	p := &protocol{}
	p.Begin(0)
	if _, err := p.Parse([]byte(event("TranscriptionResultChanged", `{"result":"我要"}`)), false); err != nil {
		t.Fatal(err)
	}
	if e, err := p.Parse([]byte(event("TranscriptionCompleted", `{}`)), true); err != nil || e.Kind != wire.Final || e.Text != "我要" {
		t.Errorf("%+v, %v", e, err)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{event("SentenceEnd", `{"result":"我要","confidence":7}`), event("TranscriptionCompleted", `{}`), failed(40000004, "x"), `{"header":{}}`, "[]", ""} {
		f.Add([]byte(s), true)
	}
	f.Fuzz(func(t *testing.T, msg []byte, flushed bool) { asrtest.CheckParse(t, &protocol{}, msg, flushed) })
}
