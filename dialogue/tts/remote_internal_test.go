package tts

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/outdial/outdial/shared/clock"
)

func TestSpeeds(t *testing.T) {
	for speed, want := range map[float64]int{0.5: -500, 0.8: -125, 1: 0, 1.2: 166, 2: 500} {
		if got := aliyunSpeed(speed); got != want {
			t.Errorf("aliyun %v: %d, want %d", speed, got, want)
		}
	}
	for speed, want := range map[float64]float64{0.5: -2, 0.6: -2, 0.7: -1.5, 0.8: -1, 1: 0, 1.1: 0.5, 1.5: 2, 2: 4} {
		if got := between(speed, tencentSpeeds); got != want {
			t.Errorf("tencent %v: %v, want %v", speed, got, want)
		}
	}
}

// flaky speaks unless it is told to fail, and remembers what it was asked.
type flaky struct {
	err    error
	voices []string
	speeds []float64
}

func (f *flaky) Speak(_ context.Context, text string, o Options) ([]int16, error) {
	f.voices, f.speeds = append(f.voices, o.Voice), append(f.speeds, o.Speed)
	if f.err != nil {
		return nil, &SentenceError{o.Key, text, "", f.err}
	}
	return []int16{1}, nil
}

func TestFallback(t *testing.T) {
	at := clock.NewFake(time.Unix(0, 0))
	first, second := &flaky{}, &flaky{}
	v := newFallback([]string{"a", "b"}, []Voice{first, second}, at, slog.New(slog.DiscardHandler))
	speak := func(wantErr error) {
		t.Helper()
		if _, err := v.Speak(context.Background(), "您好", Options{Voice: "own"}); !errors.Is(err, wantErr) {
			t.Errorf("error %v, want %v", err, wantErr)
		}
	}
	asked := func(a, b int) {
		t.Helper()
		if len(first.voices) != a || len(second.voices) != b {
			t.Errorf("asked %d and %d times, want %d and %d", len(first.voices), len(second.voices), a, b)
		}
	}
	speak(nil)
	asked(1, 0)
	first.err = ErrSynthesis
	speak(nil)
	asked(2, 1)
	speak(nil) // the first one rests
	asked(2, 2)
	if second.voices[0] != "" || first.voices[0] != "own" {
		t.Errorf("voices %q and %q", first.voices, second.voices)
	}
	at.Advance(rest)
	first.err = nil
	speak(nil)
	asked(3, 2)
	first.err = ErrRefused // this sentence only: it does not rest
	speak(nil)
	first.err = nil
	speak(nil)
	asked(5, 3)
	first.err, second.err = ErrSynthesis, ErrSynthesis
	speak(ErrSynthesis)
	asked(6, 4)
	speak(ErrSynthesis) // the last one never rests
	asked(6, 5)
}

func TestAtSpeed(t *testing.T) {
	f := &flaky{}
	for _, c := range []struct{ script, sentence, want float64 }{{0, 0, 0}, {1, 0, 0}, {1.2, 0, 1.2}, {1.2, 0.8, 0.8}} {
		if _, err := AtSpeed(f, c.script).Speak(context.Background(), "您好", Options{Speed: c.sentence}); err != nil {
			t.Fatal(err)
		}
		if got := f.speeds[len(f.speeds)-1]; got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

// The sounds of one synthesiser are not taken for those of another.
func TestCacheTellsSynthesisersApart(t *testing.T) {
	one, err := NewOpenAI(OpenAIConfig{URL: "http://x", Model: "m", Voice: "a"})
	if err != nil {
		t.Fatal(err)
	}
	other, err := NewOpenAI(OpenAIConfig{URL: "http://x", Model: "m", Voice: "b"})
	if err != nil {
		t.Fatal(err)
	}
	keys := map[string]bool{}
	for _, v := range []Voice{one, other, &flaky{}} {
		c, err := NewCache(v, CacheConfig{}, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		keys[c.key("您好", Options{})] = true
	}
	if len(keys) != 3 {
		t.Errorf("%d keys", len(keys))
	}
}

// Whatever a service answers is sound or an error, never a panic, and no more of it than came.
func FuzzAnswer(f *testing.F) {
	for _, s := range []string{`{"Response":{"Audio":"AAEC"}}`, `{"Response":{"Error":{"Code":"x"}}}`, "RIFF", "\x00\x01\x02\x03", "ID3", "<html>", ""} {
		f.Add([]byte(s))
	}
	tencent, openai := &Tencent{}, &OpenAI{cfg: OpenAIConfig{Rate: 24000}}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, read := range []func(http.Header, int, []byte) ([]int16, int, error){tencent.read, openai.read} {
			pcm, rate, err := read(http.Header{}, http.StatusOK, body)
			if err == nil && (rate < 8000 || len(pcm) > 4*len(body)+16) {
				t.Errorf("%d samples of %d Hz of %d bytes", len(pcm), rate, len(body))
			}
		}
	})
}

// A text that was cut holds what the text held, in pieces that the service takes.
func FuzzSplit(f *testing.F) {
	f.Add("您好，王先生。您的 order is 3.5元！", uint16(5))
	f.Add(strings.Repeat("a", 700), uint16(1500))
	f.Fuzz(func(t *testing.T, text string, n uint16) {
		if !utf8.ValidString(text) {
			return
		}
		most := 10 + int(n%1500)
		var got strings.Builder
		for _, piece := range split(text, most, tencentWidth) {
			width := 0
			for _, r := range piece {
				width += tencentWidth(r)
			}
			if width > most || piece == "" {
				t.Errorf("a piece of %d: %q", width, piece)
			}
			got.WriteString(piece)
		}
		if said, want := spoken(got.String()), spoken(printable(text)); said != want {
			t.Errorf("%q, want %q", said, want)
		}
	})
}
