package sherpa

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
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

func message(text string, segment int, final bool) string {
	return fmt.Sprintf(`{"text":%q,"tokens":["x"],"timestamps":[0.1],"segment":%d,"start_time":0.0,"is_final":%v,"is_eof":false}`, text, segment, final)
}

var subject = asrtest.Subject{
	New: bounded,
	IsEnd: func(kind websocket.MessageType, data []byte) bool {
		return kind == websocket.MessageText && string(data) == "Done"
	},
	Partial: func(text string) string { return message(text, 0, false) },
	Finals:  func(text string) []string { return []string{message(text, 0, true), "Done!"} },
}

// The server of the C++ program, which leaves the connection open.
func TestConforms(t *testing.T) { asrtest.Run(t, subject) }

// The server of the Python program, which says no is_final and closes.
func TestConformsToThePythonServer(t *testing.T) {
	s := subject
	s.Partial = func(text string) string { return fmt.Sprintf(`{"text": %q, "segment": 0}`, text) }
	s.Finals = func(text string) []string { return []string{s.Partial(text)} }
	s.Closes = true
	asrtest.Run(t, s)
}

func TestAudioIsFloatsOf16kHz(t *testing.T) {
	got := make(chan []byte, 10)
	url := asrtest.Serve(t, func(ctx context.Context, c *websocket.Conn) {
		for {
			kind, data, err := c.Read(ctx)
			if err != nil {
				return
			}
			if kind == websocket.MessageBinary {
				got <- data
			}
		}
	})
	for _, rate := range []int{8000, 16000} {
		p, err := start(url)
		if err != nil {
			t.Fatal(err)
		}
		s, err := p.Open(context.Background(), asr.Params{SampleRate: rate})
		if err != nil {
			t.Fatal(err)
		}
		pcm := make([]int16, 160)
		for i := range pcm {
			pcm[i] = -16384
		}
		if err := s.Write(pcm); err != nil {
			t.Fatal(err)
		}
		data := <-got
		if want := 4 * 160 * 16000 / rate; len(data) != want {
			t.Errorf("%d Hz: %d bytes, want %d", rate, len(data), want)
		}
		if last := math.Float32frombits(binary.LittleEndian.Uint32(data[len(data)-4:])); math.Abs(float64(last)+0.5) > 0.01 {
			t.Errorf("%d Hz: the last sample is %v", rate, last)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	p, _ := start(url)
	if _, err := p.Open(context.Background(), asr.Params{SampleRate: 44100}); asr.KindOf(err) != asr.Config {
		t.Errorf("44100 Hz: %v", err)
	}
}

func TestSegments(t *testing.T) {
	for name, c := range map[string]struct {
		messages []string
		want     string
	}{
		"one":                            {[]string{message("我", 0, false), message("我要", 0, true), "Done!"}, "我要"},
		"two":                            {[]string{message("你好", 0, true), message("我要", 1, false), message("我要办", 1, true), "Done!"}, "你好我要办"},
		"two without is_final":           {[]string{`{"text":"你好","segment":0}`, `{"text":"我","segment":1}`, `{"text":"我要","segment":1}`, "Done!"}, "你好我要"},
		"two and a last word":            {[]string{`{"text":"你好","segment":0}`, `{"text":"我","segment":1}`, "Done!"}, "你好我"},
		"nothing more after the partial": {[]string{message("我要", 0, false), "Done!"}, "我要"},
		"nothing":                        {[]string{message("", 0, true), "Done!"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			p := &protocol{}
			p.Begin(0)
			var sentences []string
			for i, m := range c.messages {
				e, err := p.Parse([]byte(m), i > 0)
				if err != nil {
					t.Fatal(err)
				}
				if e.Kind == wire.Sentence || e.Kind == wire.Final {
					sentences = append(sentences, e.Text)
				}
			}
			if got := wire.Join(sentences); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{message("我要", 0, false), message("我要", 1, true), "Done!", `{"text":null}`, `{"text":1}`, "[]", ""} {
		f.Add([]byte(s), true)
	}
	f.Fuzz(func(t *testing.T, msg []byte, flushed bool) {
		asrtest.CheckParse(t, &protocol{}, msg, flushed)
	})
}
