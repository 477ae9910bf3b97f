package vosk

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/coder/websocket"
	"go.uber.org/goleak"

	"github.com/outdial/outdial/dialogue/asr"
	"github.com/outdial/outdial/dialogue/asr/asrtest"
	"github.com/outdial/outdial/dialogue/asr/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func start(url string) (asr.Provider, error) { return New(url, asrtest.Patient) }

func bounded(url string, bounds wire.Config) (asr.Provider, error) { return New(url, bounds) }

func TestConforms(t *testing.T) {
	asrtest.Run(t, asrtest.Subject{
		New:     bounded,
		IsEnd:   func(_ websocket.MessageType, data []byte) bool { return string(data) == `{"eof" : 1}` },
		Partial: func(text string) string { return fmt.Sprintf(`{"partial" : %q}`, text) },
		Finals:  func(text string) []string { return []string{fmt.Sprintf(`{"text" : %q}`, text)} },
		Closes:  true,
	})
}

// server behaves as the Vosk server does: it "hears" one word per utterance, counted over connections.
func server(t *testing.T, configs chan<- string) string {
	heard := make(chan int, 1)
	heard <- 0
	return asrtest.Serve(t, func(ctx context.Context, c *websocket.Conn) {
		samples := 0
		for {
			kind, data, err := c.Read(ctx)
			if err != nil {
				return
			}
			say := func(s string) { _ = c.Write(ctx, websocket.MessageText, []byte(s)) }
			switch {
			case kind == websocket.MessageBinary:
				samples += len(data) / 2
				say(fmt.Sprintf(`{"partial" : "你 好 %d"}`, samples))
			case string(data) == `{"eof" : 1}`:
				n := <-heard
				heard <- n + 1
				say(fmt.Sprintf(`{"result":[{"conf":0.5,"word":"你好"},{"conf":1,"word":"x"}],"text" : "你好 第 %d 句"}`, n+1))
				return
			default:
				configs <- string(data)
			}
		}
	})
}

func TestUtterances(t *testing.T) {
	configs := make(chan string, 10)
	p, err := start(server(t, configs))
	if err != nil {
		t.Fatal(err)
	}
	s, err := p.Open(context.Background(), asr.Params{Phrases: []string{"你好"}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for n := 1; n <= 3; n++ {
		if err := s.Write(make([]int16, 1600)); err != nil {
			t.Fatal(err)
		}
		part := asrtest.Await(t, s, func(r asr.Result) bool { return !r.Final })
		if !part.Matched || part.Text[:6] != "你好" {
			t.Errorf("partial %+v", part)
		}
		s.Flush()
		got := asrtest.Final(t, s)
		if want := fmt.Sprintf("你好第 %d 句", n); got.Text != want || got.Confidence != 0.75 || !got.Matched {
			t.Errorf("final %+v, want %q", got, want)
		}
		var config struct {
			Config struct {
				SampleRate int      `json:"sample_rate"`
				Phrases    []string `json:"phrase_list"`
			} `json:"config"`
		}
		if err := json.Unmarshal([]byte(<-configs), &config); err != nil || config.Config.SampleRate != 8000 || len(config.Config.Phrases) != 2 {
			t.Errorf("config %+v, %v", config, err)
		}
	}
	s.Flush() // nothing was said
	if got := asrtest.Final(t, s); got.Text != "" || got.Matched {
		t.Errorf("final of silence: %+v", got)
	}
}

// A pause that the server hears itself must not lose what was said before it.
func TestServerHearsPauses(t *testing.T) {
	url := asrtest.Serve(t, func(ctx context.Context, c *websocket.Conn) {
		for _, answer := range []string{"", `{"text":"我 想"}`, `{"text":"了解"}`} {
			if _, _, err := c.Read(ctx); err != nil {
				return
			}
			if answer != "" {
				_ = c.Write(ctx, websocket.MessageText, []byte(answer))
			}
		}
	})
	p, err := start(url)
	if err != nil {
		t.Fatal(err)
	}
	s, err := p.Open(context.Background(), asr.Params{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	_ = s.Write(make([]int16, 160))
	asrtest.Await(t, s, func(r asr.Result) bool { return r.Text == "我想" })
	s.Flush()
	if got := asrtest.Final(t, s); got.Text != "我想了解" {
		t.Errorf("final %+v", got)
	}
}

func TestAddresses(t *testing.T) {
	for _, url := range []string{"", "http://x", "ws://", "127.0.0.1:2700", "ws://a b"} {
		if _, err := New(url, asrtest.Patient); asr.KindOf(err) != asr.Config {
			t.Errorf("%q: %v", url, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{`{"partial":"你 好"}`, `{"text":"a b","result":[{"conf":1e308}]}`, `{}`, `[]`, `null`, `{"text":null}`, "\xff"} {
		f.Add([]byte(s), true)
	}
	f.Fuzz(func(t *testing.T, msg []byte, flushed bool) {
		e, err := (&protocol{}).Parse(msg, flushed)
		if err != nil && e.Text != "" || e.Confidence < 0 || e.Confidence > 1.0001 {
			t.Errorf("%q: %+v, %v", msg, e, err)
		}
	})
}
