// Package ttstest owns what the tests of synthesisers behind HTTP share: a server that a test scripts, what every one of them
// must do, and the faults that it must survive. It is for tests only.
package ttstest

import (
	"context"
	"errors"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/outdial/outdial/dialogue/tts"
	"github.com/outdial/outdial/shared/audio"
)

// A patient voice answers on a machine that is busy with other tests; a hasty one is for tests that wait for its bound.
const (
	patient = 20 * time.Second
	hasty   = 400 * time.Millisecond
)

// Voice is what is tested: a voice that can be closed.
type Voice interface {
	tts.Voice
	Close()
}

// Subject is a synthesiser under test with its server's half of the protocol.
type Subject struct {
	// New makes the voice for the address of a server.
	New func(url string, timeout time.Duration) (Voice, error)
	// Rate is that of the samples that the server sends.
	Rate int
	// Success writes an answer that holds samples.
	Success func(w http.ResponseWriter, pcm []int16)
	// Text reads what a request wants spoken, and whose voice; it fails the test for a request that is wrong.
	Text func(t *testing.T, r *http.Request) (text, voice string)
	// Most is how many characters the service takes at once.
	Most int
	// Refusals are answers by which the service refuses; each may hold a secret.
	Refusals []func(w http.ResponseWriter)
	// Voice is a name that the service knows.
	Voice string
	// Secrets must not show in any error.
	Secrets []string
}

// Run runs everything.
func Run(t *testing.T, s Subject) {
	t.Run("speaks", s.speaks)
	t.Run("long text", s.long)
	t.Run("nothing to say", s.nothing)
	t.Run("the call ends", s.callEnds)
	t.Run("faults", s.faults)
	t.Run("nobody there", s.nobody)
}

func (s Subject) serve(t *testing.T, timeout time.Duration, h http.HandlerFunc) Voice {
	t.Helper()
	srv := httptest.NewServer(h)
	v, err := s.New(srv.URL, timeout)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close(); srv.Close() })
	return v
}

// tone is half a second of sound at a quarter of full level.
func tone(rate int) []int16 {
	out := make([]int16, rate/2)
	for i := range out {
		out[i] = int16(8000 * math.Sin(2*math.Pi*440*float64(i)/float64(rate)))
	}
	return out
}

func (s Subject) speaks(t *testing.T) {
	asked := make(chan string, 2)
	v := s.serve(t, patient, func(w http.ResponseWriter, r *http.Request) {
		text, voice := s.Text(t, r)
		asked <- text + "/" + voice
		s.Success(w, tone(s.Rate))
	})
	pcm, err := v.Speak(context.Background(), "您好，<b>王先生</b>\x00。", tts.Options{Key: "greet", Voice: s.Voice})
	if err != nil {
		t.Fatal(err)
	}
	if got := <-asked; strings.ContainsAny(got[:strings.LastIndex(got, "/")], "<>\x00") || !strings.HasSuffix(got, "/"+s.Voice) || !strings.HasPrefix(got, "您好") {
		t.Errorf("asked for %q", got)
	}
	if d := audio.Duration(len(pcm)); d < 480*time.Millisecond || d > 520*time.Millisecond || math.Abs(audio.LevelDB(pcm)-tts.TargetDB) > 3 {
		t.Errorf("%v of sound at %.1f dB", d, audio.LevelDB(pcm))
	}
	if _, err := v.Speak(context.Background(), "您好", tts.Options{}); err != nil {
		t.Error(err)
	}
	if got := <-asked; strings.HasSuffix(got, "/") {
		t.Errorf("no voice of its own: %q", got)
	}
}

// A long text is spoken whole, in order, and no request holds more than the service takes.
func (s Subject) long(t *testing.T) {
	var said strings.Builder
	var requests atomic.Int64
	v := s.serve(t, patient, func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		text, _ := s.Text(t, r)
		if n := len([]rune(text)); n > s.Most {
			t.Errorf("a request of %d characters", n)
		}
		said.WriteString(text)
		s.Success(w, tone(s.Rate))
	})
	text := strings.Repeat("这是一句比较长的话，里面有逗号，也有句号。", tts.MaxRunes/21)
	pcm, err := v.Speak(context.Background(), text, tts.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if said.String() != text {
		t.Errorf("said %q", said.String())
	}
	if want := time.Duration(requests.Load()) * time.Second / 2; audio.Duration(len(pcm)) < want-50*time.Millisecond {
		t.Errorf("%v of sound of %d requests", audio.Duration(len(pcm)), requests.Load())
	}
}

func (s Subject) nothing(t *testing.T) {
	v := s.serve(t, patient, func(http.ResponseWriter, *http.Request) { t.Error("it asked") })
	for _, text := range []string{"。！？", "<>", strings.Repeat("长", tts.MaxRunes+1), "\xff"} {
		if _, err := v.Speak(context.Background(), text, tts.Options{}); !errors.Is(err, tts.ErrRefused) {
			t.Errorf("%.20q: %v", text, err)
		}
	}
	if _, err := v.Speak(context.Background(), "好", tts.Options{Speed: 9}); !errors.Is(err, tts.ErrRefused) {
		t.Errorf("speed 9: %v", err)
	}
}

func (s Subject) callEnds(t *testing.T) {
	asked := make(chan struct{})
	v := s.serve(t, patient, func(_ http.ResponseWriter, r *http.Request) { close(asked); hang(r) })
	ctx, cancel := context.WithCancel(context.Background())
	go func() { <-asked; cancel() }()
	if _, err := v.Speak(ctx, "您好", tts.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// hang waits until the client has left; it sees that only once the body has been read.
func hang(r *http.Request) {
	buf := make([]byte, 4096)
	for {
		if _, err := r.Body.Read(buf); err != nil {
			break
		}
	}
	<-r.Context().Done()
}

func (s Subject) faults(t *testing.T) {
	type answer = func(w http.ResponseWriter, r *http.Request)
	plain := func(status int, kind, body string) answer {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body)) // a client that left wants none
		}
	}
	cases := map[string]answer{
		"hangs": func(_ http.ResponseWriter, r *http.Request) { hang(r) },
		"hangs in the middle": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "audio/mpeg")
			_, _ = w.Write(make([]byte, 100))
			w.(http.Flusher).Flush()
			hang(r)
		},
		"is cut": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"is cut in the middle": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "audio/mpeg")
			_, _ = w.Write(make([]byte, 100))
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		},
		"says nothing":         plain(200, "audio/mpeg", ""),
		"sends half a sample":  plain(200, "audio/mpeg", "abc"),
		"sends a web page":     plain(200, "text/html", "<!doctype html><html>"),
		"calls a page a sound": plain(200, "audio/mpeg", "<!doctype html><html>"),
		"sends JSON as sound":  plain(200, "audio/mpeg", `{"hello":"world"}`),
		"sends other JSON":     plain(200, "application/json", `{"hello":"world"}`),
		"sends a number":       plain(200, "application/json", `12`),
		"sends an MP3":         plain(200, "audio/mpeg", "ID3\x03"+strings.Repeat("\x00", 501)),
		"sends a broken WAV":   plain(200, "audio/mpeg", "RIFF\x00\x00\x00\x00WAVE"),
		"sends silence":        func(w http.ResponseWriter, _ *http.Request) { s.Success(w, make([]int16, s.Rate)) },
		"sends megabytes": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "audio/mpeg")
			for piece := make([]byte, 1<<20); ; {
				if _, err := w.Write(piece); err != nil {
					return
				}
			}
		},
		"redirects":            func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) },
		"is overloaded":        plain(503, "text/html", "<html>busy\r\n"),
		"refuses with secrets": plain(403, "application/json", `{"message":"`+strings.Join(s.Secrets, " ")+`","error":{"message":"`+strings.Join(s.Secrets, " ")+`"}}`),
	}
	for i, refuse := range s.Refusals {
		cases["refusal "+string(rune('1'+i))] = func(w http.ResponseWriter, _ *http.Request) { refuse(w) }
	}
	for name, a := range cases {
		t.Run(name, func(t *testing.T) {
			timeout := patient
			if strings.HasPrefix(name, "hangs") {
				timeout = hasty
			}
			v := s.serve(t, timeout, a)
			began := time.Now()
			_, err := v.Speak(context.Background(), "您好", tts.Options{Key: "greet"})
			s.isSynthesis(t, err)
			if took := time.Since(began); took > 15*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}

func (s Subject) nobody(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	v, err := s.New("http://"+l.Addr().String(), patient)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	_, err = v.Speak(context.Background(), "您好", tts.Options{Key: "greet"})
	s.isSynthesis(t, err)
}

// isSynthesis checks the error of a synthesiser that failed.
func (s Subject) isSynthesis(t *testing.T, err error) {
	t.Helper()
	var named *tts.SentenceError
	if !errors.Is(err, tts.ErrSynthesis) || !errors.As(err, &named) || named.Key != "greet" {
		t.Fatalf("error %v", err)
	}
	text := err.Error()
	for _, secret := range s.Secrets {
		if strings.Contains(text, secret) {
			t.Errorf("an error shows a secret: %s", text)
		}
	}
	if len(text) > 600 || strings.ContainsAny(text, "\r\n\x00") {
		t.Errorf("an error shows too much: %q", text)
	}
}
