package funasr

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
		New: bounded,
		IsEnd: func(kind websocket.MessageType, data []byte) bool {
			return kind == websocket.MessageText && string(data) == `{"is_speaking":false}`
		},
		Partial: func(text string) string { return fmt.Sprintf(`{"mode":"2pass-online","text":%q}`, text) },
		Finals:  func(text string) []string { return []string{fmt.Sprintf(`{"mode":"2pass-offline","text":%q}`, text)} },
	})
}

// server behaves as the 2pass runtime does: increments while audio comes, a corrected sentence at the end, and a late
// reply of the utterance before.
func server(t *testing.T, begins chan<- map[string]any) string {
	return asrtest.Serve(t, func(ctx context.Context, c *websocket.Conn) {
		name, bytes, before := "", 0, ""
		say := func(mode, wav, text string) {
			out, _ := json.Marshal(map[string]any{"mode": mode, "wav_name": wav, "text": text, "is_final": false})
			_ = c.Write(ctx, websocket.MessageText, out)
		}
		for {
			kind, data, err := c.Read(ctx)
			if err != nil {
				return
			}
			if kind == websocket.MessageBinary {
				if bytes += len(data); before != "" {
					say("2pass-offline", before, "迟到")
					before = ""
				}
				say("2pass-online", name, "我")
				continue
			}
			var m map[string]any
			if err := json.Unmarshal(data, &m); err != nil {
				t.Errorf("text message %q", data)
			}
			if m["is_speaking"] == true {
				name, bytes = m["wav_name"].(string), 0
				begins <- m
				continue
			}
			say("2pass-offline", name, fmt.Sprintf("我要办理，%d。", bytes))
			before = name
		}
	})
}

func TestUtterances(t *testing.T) {
	begins := make(chan map[string]any, 10)
	p, err := start(server(t, begins))
	if err != nil {
		t.Fatal(err)
	}
	s, err := p.Open(context.Background(), asr.Params{ID: "call", HotWords: []string{"宽带"}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for n := 1; n <= 3; n++ {
		for range 3 {
			if err := s.Write(make([]int16, 800)); err != nil {
				t.Fatal(err)
			}
		}
		asrtest.Await(t, s, func(r asr.Result) bool { return !r.Final && r.Text == "我我我" })
		s.Flush()
		// 2,400 samples of 8 kHz are 4,800 of 16 kHz and 9,600 bytes.
		if got := asrtest.Final(t, s); got.Text != "我要办理，9600。" || !got.Matched {
			t.Errorf("final %+v", got)
		}
		m := <-begins
		if m["mode"] != "2pass" || m["wav_name"] != fmt.Sprintf("call-%d", n) || m["audio_fs"] != 16000.0 || m["hotwords"] != `{"宽带":20}` || m["wav_format"] != "pcm" {
			t.Errorf("begin %v", m)
		}
	}
}

func TestRates(t *testing.T) {
	p, err := New("ws://127.0.0.1:1", asrtest.Patient)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Open(context.Background(), asr.Params{SampleRate: 44100}); asr.KindOf(err) != asr.Config {
		t.Errorf("44.1 kHz: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{`{"mode":"2pass-online","text":"x"}`, `{"mode":"2pass-offline","wav_name":"b","text":"y"}`, `{"mode":1}`, `{}`, `null`} {
		f.Add([]byte(s), true)
	}
	f.Fuzz(func(t *testing.T, msg []byte, flushed bool) {
		p := &protocol{id: "a"}
		p.Begin(0)
		if e, err := p.Parse(msg, flushed); err != nil && e.Text != "" {
			t.Errorf("%q: %+v, %v", msg, e, err)
		}
	})
}
