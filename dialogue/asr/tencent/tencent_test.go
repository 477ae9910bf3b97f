package tencent

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sort"
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

const (
	secretID  = "AKIDhidden"
	secretKey = "key-that-nobody-may-see"
)

func provider(u string, bounds wire.Config) (asr.Provider, error) {
	return New(Config{URL: u, AppID: "1250000000", SecretID: secretID, SecretKey: secretKey}, clockwork.NewRealClock(), bounds)
}

func result(kind int, text string) string {
	return fmt.Sprintf(`{"code":0,"message":"success","voice_id":"v","message_id":"v_1","result":{"slice_type":%d,"index":0,"start_time":0,"end_time":100,"voice_text_str":%q,"word_size":0,"word_list":[]}}`, kind, text)
}

func TestConforms(t *testing.T) {
	asrtest.Run(t, asrtest.Subject{
		New: provider,
		Greet: func(ctx context.Context, c *websocket.Conn) error {
			return c.Write(ctx, websocket.MessageText, []byte(`{"code":0,"message":"success","voice_id":"v"}`))
		},
		IsEnd: func(kind websocket.MessageType, data []byte) bool {
			return kind == websocket.MessageText && string(data) == `{"type":"end"}`
		},
		Partial: func(text string) string { return result(1, text) },
		Finals: func(text string) []string {
			return []string{result(2, text), `{"code":0,"message":"success","voice_id":"v","message_id":"v_2","final":1}`}
		},
		Closes:   true,
		Idle:     `{"code":4008,"message":"客户端超过15秒未发送音频数据","voice_id":"v"}`,
		Refusals: []string{`{"code":4002,"message":"鉴权失败"}`, `{"code":4006,"message":"并发\n超限"}`},
		Failures: []string{`{"code":5001,"message":"后台错误","voice_id":"v"}`, `{"code":4007,"message":"音频解码失败"}`},
		Secrets:  []string{secretKey},
	})
}

// server keeps the addresses that connections were made with.
func server(t *testing.T) (string, <-chan *url.URL) {
	seen := make(chan *url.URL, 4)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen <- r.URL
		c, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer c.CloseNow()
		_ = c.Write(r.Context(), websocket.MessageText, []byte(`{"code":0}`))
		_, _, _ = c.Read(r.Context())
	}))
	t.Cleanup(srv.Close)
	return "ws" + strings.TrimPrefix(srv.URL, "http") + "/asr/v2/", seen
}

// The address is signed as the service's documents say, recomputed here from the address that arrived.
func TestAddress(t *testing.T) {
	base, seen := server(t)
	now := time.Unix(1673408372, 0)
	p, err := New(Config{URL: base, AppID: "1250000000", SecretID: secretID, SecretKey: secretKey}, clockwork.NewFakeClockAt(now), asrtest.Patient)
	if err != nil {
		t.Fatal(err)
	}
	words := []string{"宽带", "宽带", " 年 化 ", "a|b", "a,b", "这个词长得没有任何人会说它", ""}
	for i := range 200 {
		words = append(words, fmt.Sprintf("词%d", i))
	}
	ids := map[string]bool{}
	for _, c := range []struct {
		params asr.Params
		engine string
	}{{asr.Params{HotWords: words}, "8k_zh"}, {asr.Params{Lang: "en-US", SampleRate: 16000}, "16k_en"}, {asr.Params{Lang: "zh-CN", SampleRate: 16000}, "16k_zh"}} {
		s, err := p.Open(context.Background(), c.params)
		if err != nil {
			t.Fatal(err)
		}
		u := <-seen
		q := u.Query()
		var names []string
		for name := range q {
			if name != "signature" {
				names = append(names, name)
			}
		}
		sort.Strings(names)
		var pairs []string
		for _, name := range names {
			pairs = append(pairs, name+"="+q.Get(name))
		}
		host := strings.TrimPrefix(strings.TrimSuffix(base, "/asr/v2/"), "ws://")
		mac := hmac.New(sha1.New, []byte(secretKey))
		mac.Write([]byte(host + "/asr/v2/1250000000?" + strings.Join(pairs, "&")))
		if want := base64.StdEncoding.EncodeToString(mac.Sum(nil)); q.Get("signature") != want || u.Path != "/asr/v2/1250000000" {
			t.Errorf("signature %q, want %q of %s", q.Get("signature"), want, u)
		}
		if q.Get("engine_model_type") != c.engine || q.Get("voice_format") != "1" || q.Get("timestamp") != "1673408372" || q.Get("expired") <= q.Get("timestamp") || ids[q.Get("voice_id")] {
			t.Errorf("settings %v", q)
		}
		ids[q.Get("voice_id")] = true
		hot := strings.Split(q.Get("hotword_list"), ",")
		if c.params.HotWords != nil && (len(hot) != maxHotWords || hot[0] != "宽带|8" || hot[1] != "年 化|8" || hot[2] != "词0|8") {
			t.Errorf("%d hot words: %q", len(hot), hot)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestSettings(t *testing.T) {
	for _, cfg := range []Config{{}, {AppID: "1", SecretID: "x"}, {URL: "http://x", AppID: "1", SecretID: "x", SecretKey: "y"}} {
		if _, err := New(cfg, clockwork.NewRealClock(), asrtest.Patient); asr.KindOf(err) != asr.Config {
			t.Errorf("%+v: %v", cfg, err)
		}
	}
	p, _ := provider("ws://127.0.0.1:1", asrtest.Patient)
	if _, err := p.Open(context.Background(), asr.Params{SampleRate: 44100}); asr.KindOf(err) != asr.Config {
		t.Errorf("44100 Hz: %v", err)
	}
}

// A sentence that the service never ended is heard all the same.
func TestAnUnendedSentenceIsKept(t *testing.T) {
	p := &protocol{}
	p.Begin(0)
	if _, err := p.Parse([]byte(result(1, "我要")), false); err != nil {
		t.Fatal(err)
	}
	if e, err := p.Parse([]byte(`{"code":0,"final":1}`), true); err != nil || e.Kind != wire.Final || e.Text != "我要" {
		t.Errorf("%+v, %v", e, err)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{result(0, ""), result(2, "我要"), result(9, "x"), `{"code":0,"final":1}`, `{"code":4008}`, `{"code":"0"}`, "[]", ""} {
		f.Add([]byte(s), true)
	}
	f.Fuzz(func(t *testing.T, msg []byte, flushed bool) { asrtest.CheckParse(t, &protocol{}, msg, flushed) })
}
