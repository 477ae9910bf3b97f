package tts_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/outdial/outdial/dialogue/nls"
	"github.com/outdial/outdial/dialogue/tts"
	"github.com/outdial/outdial/dialogue/tts/ttstest"
)

const hidden = "key-that-nobody-may-see"

func bytesOf(pcm []int16) []byte {
	var out []byte
	for _, s := range pcm {
		out = append(out, byte(s), byte(uint16(s)>>8))
	}
	return out
}

func decode(t *testing.T, r *http.Request, into any) {
	t.Helper()
	if err := json.NewDecoder(r.Body).Decode(into); err != nil || r.Method != http.MethodPost {
		t.Errorf("%s %s: %v", r.Method, r.URL, err)
	}
}

func refuse(status int, body string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

func TestOpenAI(t *testing.T) {
	ttstest.Run(t, ttstest.Subject{
		New: func(url string, timeout time.Duration) (ttstest.Voice, error) {
			return tts.NewOpenAI(tts.OpenAIConfig{URL: url + "/v1/", Key: hidden, Model: "tts-1", Voice: "alloy", Timeout: timeout})
		},
		Rate:    24000,
		Success: func(w http.ResponseWriter, pcm []int16) { _, _ = w.Write(bytesOf(pcm)) },
		Text: func(t *testing.T, r *http.Request) (string, string) {
			var m struct {
				Model, Input, Voice string
				Format              string  `json:"response_format"`
				Speed               float64 `json:"speed"`
			}
			decode(t, r, &m)
			if r.URL.Path != "/v1/audio/speech" || r.Header.Get("Authorization") != "Bearer "+hidden || m.Model != "tts-1" || m.Format != "pcm" || m.Speed != 1 {
				t.Errorf("%s %+v", r.URL, m)
			}
			return m.Input, m.Voice
		},
		Most: tts.MaxRunes, Voice: "shimmer", Secrets: []string{hidden},
		Refusals: []func(http.ResponseWriter){refuse(401, `{"error":{"message":"Incorrect API key provided: `+hidden+`\n","type":"invalid_request_error"}}`), refuse(429, `{}`)},
	})
}

// A server that sends a WAV although raw samples were asked for is understood.
func TestOpenAIWithAWAV(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		pcm := make([]int16, 4000)
		for i := range pcm {
			pcm[i] = int16(8000 * (1 - 2*(i/8%2)))
		}
		head := []byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00data\x40\x1f\x00\x00")
		_, _ = w.Write(append(head, bytesOf(pcm)...))
	}))
	defer srv.Close()
	v, err := tts.NewOpenAI(tts.OpenAIConfig{URL: srv.URL, Model: "m", Voice: "v"})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	if pcm, err := v.Speak(context.Background(), "您好", tts.Options{}); err != nil || len(pcm) != 4000 {
		t.Errorf("%d samples, %v", len(pcm), err)
	}
}

func aliyunTokens(t *testing.T, cfg nls.Config) *nls.Tokens {
	t.Helper()
	tokens, err := nls.NewTokens(cfg, clockwork.NewRealClock())
	if err != nil {
		t.Fatal(err)
	}
	return tokens
}

func TestAliyun(t *testing.T) {
	tokens := aliyunTokens(t, nls.Config{AppKey: "project", Token: hidden})
	ttstest.Run(t, ttstest.Subject{
		New: func(url string, timeout time.Duration) (ttstest.Voice, error) {
			return tts.NewAliyun(tts.AliyunConfig{URL: url + "/stream/v1/tts", Timeout: timeout}, tokens)
		},
		Rate: 8000,
		Success: func(w http.ResponseWriter, pcm []int16) {
			w.Header().Set("Content-Type", "audio/mpeg")
			_, _ = w.Write(bytesOf(pcm))
		},
		Text: func(t *testing.T, r *http.Request) (string, string) {
			var m struct {
				AppKey, Token, Text, Format, Voice string
				SampleRate                         int `json:"sample_rate"`
				SpeechRate                         int `json:"speech_rate"`
			}
			decode(t, r, &m)
			if r.URL.Path != "/stream/v1/tts" || r.Header.Get("X-NLS-Token") != hidden || m.AppKey != "project" || m.Token != hidden || m.Format != "pcm" || m.SampleRate != 8000 || m.SpeechRate != 0 {
				t.Errorf("%s %+v", r.URL, m)
			}
			return m.Text, m.Voice
		},
		Most: 300, Voice: "aixia", Secrets: []string{hidden},
		Refusals: []func(http.ResponseWriter){
			refuse(403, `{"task_id":"x","result":"","status":40000001,"message":"Gateway:ACCESS_DENIED:The token '`+hidden+`' is expired!"}`),
			refuse(400, `{"task_id":"x","result":"","status":40000000,"message":"Gateway:CLIENT_ERROR:in post process audio failed!"}`)},
	})
}

// A token that the gateway refuses is not used again.
func TestAliyunMakesARefusedTokenAnew(t *testing.T) {
	var made atomic.Int64
	meta := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"Token":{"ExpireTime":%d,"Id":"t%d"}}`, time.Now().Add(24*time.Hour).Unix(), made.Add(1))
	}))
	defer meta.Close()
	gateway := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-NLS-Token") == "t1" {
			refuse(403, `{"status":40000001,"message":"expired"}`)(w)
			return
		}
		w.Header().Set("Content-Type", "audio/mpeg")
		_, _ = w.Write(bytesOf([]int16{9000, -9000, 9000, -9000}))
	}))
	defer gateway.Close()
	v, err := tts.NewAliyun(tts.AliyunConfig{URL: gateway.URL}, aliyunTokens(t, nls.Config{AppKey: "a", KeyID: "k", KeySecret: "s", TokenURL: meta.URL}))
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	if _, err := v.Speak(context.Background(), "您好", tts.Options{}); err == nil {
		t.Error("the refused token was taken")
	}
	if _, err := v.Speak(context.Background(), "您好", tts.Options{}); err != nil || made.Load() != 2 {
		t.Errorf("%v, %d tokens made", err, made.Load())
	}
}

func TestTencent(t *testing.T) {
	at := time.Date(2026, 3, 4, 23, 59, 59, 0, time.UTC)
	ttstest.Run(t, ttstest.Subject{
		New: func(url string, timeout time.Duration) (ttstest.Voice, error) {
			return tts.NewTencent(tts.TencentConfig{URL: url, SecretID: "AKIDx", SecretKey: hidden, Timeout: timeout}, clockwork.NewFakeClockAt(at))
		},
		Rate: 8000,
		Success: func(w http.ResponseWriter, pcm []int16) {
			fmt.Fprintf(w, `{"Response":{"Audio":%q,"SessionId":"s","RequestId":"r","Subtitles":[]}}`, base64.StdEncoding.EncodeToString(bytesOf(pcm)))
		},
		Text: func(t *testing.T, r *http.Request) (string, string) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			var m struct {
				Text, SessionID, Codec     string
				VoiceType, PrimaryLanguage int
				SampleRate                 int
				Speed                      float64
			}
			if err := json.Unmarshal(body, &m); err != nil {
				t.Error(err)
			}
			if m.Codec != "pcm" || m.SampleRate != 8000 || m.Speed != 0 || m.PrimaryLanguage != 1 || m.SessionID == "" ||
				r.Header.Get("X-TC-Action") != "TextToVoice" || r.Header.Get("X-TC-Version") != "2019-08-23" || r.Header.Get("X-TC-Timestamp") != fmt.Sprint(at.Unix()) {
				t.Errorf("%v %+v", r.Header, m)
			}
			if want := tc3(r, body, "AKIDx", hidden, "2026-03-04"); r.Header.Get("Authorization") != want {
				t.Errorf("signature %s, want %s", r.Header.Get("Authorization"), want)
			}
			return m.Text, fmt.Sprint(m.VoiceType)
		},
		Most: 150, Voice: "101016", Secrets: []string{hidden},
		Refusals: []func(http.ResponseWriter){
			refuse(200, `{"Response":{"Error":{"Code":"AuthFailure.SignatureFailure","Message":"key `+hidden+`\n"},"RequestId":"r"}}`),
			refuse(200, `{"Response":{"Audio":"***","RequestId":"r"}}`), refuse(200, `{"Response":{}}`)},
	})
}

// tc3 computes a signature step by step as the service's documents describe it.
func tc3(r *http.Request, body []byte, id, key, date string) string {
	hash := func(s string) string { h := sha256.Sum256([]byte(s)); return hex.EncodeToString(h[:]) }
	mac := func(key, s string) string {
		m := hmac.New(sha256.New, []byte(key))
		_, _ = io.WriteString(m, s)
		return string(m.Sum(nil))
	}
	request := "POST\n" + "/\n" + "\n" + "content-type:application/json; charset=utf-8\nhost:" + r.Host + "\n" + "\n" + "content-type;host\n" + hash(string(body))
	toSign := "TC3-HMAC-SHA256\n" + r.Header.Get("X-TC-Timestamp") + "\n" + date + "/tts/tc3_request\n" + hash(request)
	signature := hex.EncodeToString([]byte(mac(mac(mac(mac("TC3"+key, date), "tts"), "tc3_request"), toSign)))
	return "TC3-HMAC-SHA256 Credential=" + id + "/" + date + "/tts/tc3_request, SignedHeaders=content-type;host, Signature=" + signature
}

func TestTencentVoicesAreNumbers(t *testing.T) {
	v, err := tts.NewTencent(tts.TencentConfig{SecretID: "x", SecretKey: "y"}, clockwork.NewRealClock())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Speak(context.Background(), "您好", tts.Options{Voice: "alloy"}); err == nil || !strings.Contains(err.Error(), "101001") {
		t.Errorf("error %v", err)
	}
}

func TestRemoteSettings(t *testing.T) {
	tokens := aliyunTokens(t, nls.Config{AppKey: "a", Token: "t"})
	for name, make := range map[string]func() error{
		"no address": func() error { _, err := tts.NewOpenAI(tts.OpenAIConfig{Model: "m", Voice: "v"}); return err },
		"key in address": func() error {
			_, err := tts.NewOpenAI(tts.OpenAIConfig{URL: "http://x/v1?key=" + hidden, Model: "m", Voice: "v"})
			return err
		},
		"no model": func() error { _, err := tts.NewOpenAI(tts.OpenAIConfig{URL: "http://x/v1", Voice: "v"}); return err },
		"a wild rate": func() error {
			_, err := tts.NewOpenAI(tts.OpenAIConfig{URL: "http://x", Model: "m", Voice: "v", Rate: 1})
			return err
		},
		"websocket": func() error { _, err := tts.NewAliyun(tts.AliyunConfig{URL: "wss://x"}, tokens); return err },
		"no secret": func() error { _, err := tts.NewTencent(tts.TencentConfig{}, nil); return err },
		"a voice's name": func() error {
			_, err := tts.NewTencent(tts.TencentConfig{SecretID: "a", SecretKey: "b", Voice: "x"}, nil)
			return err
		},
		"unknown": func() error {
			_, err := tts.New(tts.Config{Synthesisers: "espeak, festival"}, slog.New(slog.DiscardHandler))
			return err
		},
		"no account": func() error {
			_, err := tts.New(tts.Config{Synthesisers: "aliyun"}, slog.New(slog.DiscardHandler))
			return err
		},
	} {
		if err := make(); err == nil || strings.Contains(err.Error(), hidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
