//go:build silero

package silero_test

import (
	"io"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/outdial/outdial/dialogue/turnset"
	"github.com/outdial/outdial/dialogue/vad"
	"github.com/outdial/outdial/dialogue/vad/silero"
	"github.com/outdial/outdial/shared/audio"
)

func open(t testing.TB) vad.Voicer {
	t.Helper()
	library, model := os.Getenv("OUTDIAL_TEST_ONNXRUNTIME"), os.Getenv("OUTDIAL_TEST_SILERO")
	if library == "" || model == "" {
		t.Skip("set OUTDIAL_TEST_ONNXRUNTIME and OUTDIAL_TEST_SILERO to the library and the model")
	}
	m, err := silero.Open(library, model)
	if err != nil {
		t.Fatal(err)
	}
	d, err := m.Detector()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.(io.Closer).Close(); err != nil {
			t.Error(err)
		}
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// share is how much of a sound is taken for voice.
func share(d vad.Voicer, pcm []int16) float64 {
	n, voiced := 0, 0
	for ; len(pcm) >= audio.FrameSamples; pcm = pcm[audio.FrameSamples:] {
		if v, _ := d.Step(pcm[:audio.FrameSamples]); v {
			voiced++
		}
		n++
	}
	return float64(voiced) / float64(n)
}

// TestSilero: speech is voice; silence, noise and a tone are not.
func TestSilero(t *testing.T) {
	d := open(t)
	r := rand.New(rand.NewPCG(1, 2))
	noise := make([]int16, 3*audio.Rate)
	for i := range noise {
		noise[i] = int16(r.NormFloat64() * 300)
	}
	speech, err := turnset.Speech()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name      string
		pcm       []int16
		low, high float64
	}{
		{"silence", make([]int16, 3*audio.Rate), 0, 0.02},
		{"noise", noise, 0, 0.05},
		{"a tone", audio.Tone(450, 0.2, 3*time.Second), 0, 0.25},
		{"speech", speech, 0.6, 1},
		{"silence again", make([]int16, 3*audio.Rate), 0, 0.1},
	} {
		if got := share(d, c.pcm); got < c.low || got > c.high {
			t.Errorf("%s: %.2f of it is voice, want %.2f to %.2f", c.name, got, c.low, c.high)
		}
	}
}

func TestRefusals(t *testing.T) {
	if _, err := silero.Open("/nonexistent/libonnxruntime.so", os.Args[0]); err == nil {
		t.Error("a library that is not there was taken")
	}
}

func BenchmarkFrame(b *testing.B) {
	d := open(b)
	frame := audio.Tone(200, 0.2, audio.FrameDuration)
	for b.Loop() {
		d.Step(frame)
	}
}
