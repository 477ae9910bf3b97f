package robot_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/outdial/outdial/dialogue/robot"
	"github.com/outdial/outdial/dialogue/tts"
	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/event"
)

// hanging speaks nothing until whoever asked gives up.
type hanging struct{}

func (hanging) Speak(ctx context.Context, _ string, _ tts.Options) ([]int16, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// No call is refused for a synthesiser, and none keeps the next one waiting.
func TestASynthesiserThatHangsCostsNoCall(t *testing.T) {
	r, _ := start(t, newOffice(), func(c *robot.Config) { c.Voice = hanging{} })
	defer stop(t, r)
	began := time.Now()
	for i := range 3 {
		p := newPeer(t, r.Addr(), "42")
		if code := receive(t, "answer", p.status); code != 200 {
			t.Errorf("call %d was answered with %d", i, code)
		}
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("three calls were admitted after %v", took)
	}
}

// The callee hears the second synthesiser after a moment when the first one hangs.
func TestTheNextSynthesiserSpeaksInTheCall(t *testing.T) {
	service := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	}))
	t.Cleanup(service.Close)
	dir := t.TempDir()
	sound, program := filepath.Join(dir, "said.wav"), filepath.Join(dir, "espeak-ng")
	f, err := os.Create(sound)
	if err != nil {
		t.Fatal(err)
	}
	if err := audio.WriteWAV(f, 1, audio.Tone(440, 0.3, time.Second)); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(program, fmt.Appendf(nil, "#!/bin/sh\nexec cat %s\n", sound), 0o700); err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	voice, err := tts.New(tts.Config{Synthesisers: "openai, espeak", OpenAI: tts.OpenAIConfig{URL: service.URL, Model: "m", Voice: "v"}, Espeak: tts.EspeakConfig{Program: program}}, log)
	if err != nil {
		t.Fatal(err)
	}
	o := newOffice()
	r, _ := start(t, o, func(c *robot.Config) { c.Voice = voice })
	defer stop(t, r)
	p := newPeer(t, r.Addr(), "42")
	if code := receive(t, "answer", p.status); code != 200 {
		t.Fatalf("answered with %d", code)
	}
	if err := o.Publish(context.Background(), event.CallChanged{Tenant: 1, Call: call.UUID(p.call), State: call.AnsweredState}); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	await(t, "greeting", func() bool { _, v := p.heard(); return v > 10 })
	t.Logf("heard after %v", time.Since(began))
	p.bye()
	await(t, "conversation", func() bool { return o.count(event.KindConversationEnded) == 1 })
	turns, sums := o.stored()
	if wait := turns[0].StartedAt.Sub(sums[0].StartedAt); wait > 3*time.Second || turns[0].Audio == "" {
		t.Errorf("the greeting began after %v: %+v", wait, turns[0])
	}
}
