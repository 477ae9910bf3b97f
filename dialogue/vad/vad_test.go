package vad

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/outdial/outdial/dialogue/prompts"
	"github.com/outdial/outdial/shared/audio"
)

func frame(pcm []int16, i int) []int16 { return pcm[i*audio.FrameSamples : (i+1)*audio.FrameSamples] }

// voicedShare runs a detector and gives the share of voiced frames from a frame on.
func voicedShare(d *Detector, pcm []int16, from int) float64 {
	n, voiced := 0, 0
	for i := 0; (i+1)*audio.FrameSamples <= len(pcm); i++ {
		v, _ := d.Step(frame(pcm, i))
		if i >= from {
			n++
			if v {
				voiced++
			}
		}
	}
	return float64(voiced) / float64(max(1, n))
}

func noise(db float64, d time.Duration, seed uint64) []int16 {
	r := rand.New(rand.NewPCG(seed, 3))
	out := make([]int16, audio.Samples(d))
	amp := 32768 * math.Pow(10, db/20)
	for i := range out {
		out[i] = int16(r.NormFloat64() * amp)
	}
	return out
}

func mix(a, b []int16, gain float64) []int16 {
	out := make([]int16, len(a))
	for i := range a {
		v := float64(a[i])
		if i < len(b) {
			v += gain * float64(b[i])
		}
		out[i] = int16(math.Max(-32768, math.Min(32767, v)))
	}
	return out
}

func speech(t *testing.T) []int16 {
	f, err := prompts.Demo().Open("opening.wav")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	pcm, err := audio.ReadWAV(f)
	if err != nil {
		t.Fatal(err)
	}
	return pcm
}

func TestDetector(t *testing.T) {
	clicks := make([]int16, 8000*4)
	for i := 2000; i < len(clicks); i += 4000 {
		clicks[i], clicks[i+1] = 20000, -20000
	}
	dc := make([]int16, 16000)
	for i := range dc {
		dc[i] = 1500
	}
	said := speech(t)
	for _, c := range []struct {
		name     string
		pcm      []int16
		from     int
		min, max float64
	}{
		{"digital silence", make([]int16, 16000), 0, 0, 0},
		{"idle G.711 line", noise(-60, 2*time.Second, 1), 0, 0, 0},
		{"noise from the first frame", noise(-40, 4*time.Second, 2), warmUp + 4, 0, 0.02},
		{"loud noise from the first frame", noise(-32, 4*time.Second, 3), warmUp + 4, 0, 0.02},
		{"tone", append(make([]int16, 8000), audio.Tone(450, 0.3, time.Second)...), 52, 0.98, 1},
		{"clicks", clicks, 0, 0, 0.03},
		{"offset without sound", dc, 10, 0, 0},
		{"speech", said, 0, 0.6, 1},
		{"speech in noise 15 dB below it", mix(noise(-35, audio.Duration(len(said)), 4), said, 1), 0, 0.5, 1},
		{"far echo of speech", mix(make([]int16, len(said)), said, 0.03), 0, 0, 0.05},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := voicedShare(New(Config{}), c.pcm, c.from); got < c.min || got > c.max {
				t.Errorf("%.1f%% of the frames are voiced, want %.0f%% to %.0f%%", 100*got, 100*c.min, 100*c.max)
			}
		})
	}
}

// Noise that steps up must not count as voice for longer than the floor looks back.
func TestNoiseSteps(t *testing.T) {
	d := New(Config{})
	voicedShare(d, noise(-60, 3*time.Second, 5), 0)
	if got := voicedShare(d, noise(-38, 6*time.Second, 6), floorBlocks*blockFrames+10); got > 0.02 {
		t.Errorf("%.1f%% of steady noise is voiced long after it began", 100*got)
	}
}

func TestHangover(t *testing.T) {
	tone, quiet := audio.Tone(300, 0.3, 200*time.Millisecond), make([]int16, audio.FrameSamples)
	for _, c := range []struct {
		hangover time.Duration
		want     int
	}{{-1, 0}, {0, 2}, {100 * time.Millisecond, 5}} {
		d := New(Config{Hangover: c.hangover})
		for range 20 {
			d.Step(quiet)
		}
		for i := range 10 {
			d.Step(frame(tone, i))
		}
		got := 0
		for range 20 {
			if v, _ := d.Step(quiet); v {
				got++
			}
		}
		if got != c.want {
			t.Errorf("hangover %v: %d frames, want %d", c.hangover, got, c.want)
		}
	}
}

// Whatever the samples, levels are finite and in range, and frames of odd lengths do no harm.
func TestDetectorTakesAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := New(Config{})
		for range rapid.IntRange(1, 50).Draw(t, "frames") {
			_, level := d.Step(rapid.SliceOfN(rapid.Int16(), 0, 200).Draw(t, "frame"))
			if math.IsNaN(level) || level < -100 || level > 3.1 {
				t.Fatalf("level %v", level)
			}
			if f := d.Floor(); math.IsNaN(f) || f < minFloorDB || f > -30 {
				t.Fatalf("floor %v", f)
			}
		}
	})
}

func TestGate(t *testing.T) {
	cfg := GateConfig{Start: 100 * time.Millisecond, Window: 200 * time.Millisecond, Stop: 300 * time.Millisecond}
	for _, c := range []struct{ name, in, want string }{
		// One character a frame: x voiced, . not. In the output S started, E stopped.
		{"speech", "xxxxxxxxxx................", "....S...................E."},
		{"cough", "..xxx.....................", ".........................."},
		{"broken start", "x.x.x.x.x.x.x.x.", "........S......."},
		{"pause inside", "xxxxx..............xxx...............", "....S...............................E"},
		{"two turns", "xxxxx...............xxxxx...............", "....S..............E....S..............E"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := NewGate(cfg)
			out := make([]byte, 0, len(c.in))
			for _, f := range c.in {
				out = append(out, map[Edge]byte{None: '.', Started: 'S', Stopped: 'E'}[g.Step(f == 'x')])
			}
			if string(out) != c.want {
				t.Errorf("\n in  %s\n got %s\nwant %s", c.in, out, c.want)
			}
		})
	}
}

// Edges alternate, and a gate that heard nothing says nothing.
func TestGateEdgesAlternate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := NewGate(GateConfig{Start: rapid.SampledFrom([]time.Duration{20e6, 60e6, 240e6}).Draw(t, "start"), Stop: rapid.SampledFrom([]time.Duration{20e6, 300e6}).Draw(t, "stop")})
		speaking := false
		for _, v := range rapid.SliceOfN(rapid.Bool(), 0, 300).Draw(t, "frames") {
			switch e := g.Step(v); {
			case e == Started && speaking, e == Stopped && !speaking, e == Started && !v, e == Stopped && v:
				t.Fatalf("edge %v while speaking is %v and voiced is %v", e, speaking, v)
			case e != None:
				speaking = e == Started
			}
			if g.Speaking() != speaking || (g.Voiced() > 0) != speaking {
				t.Fatalf("speaking %v, voiced %v, want %v", g.Speaking(), g.Voiced(), speaking)
			}
		}
	})
}

func BenchmarkStep(b *testing.B) {
	pcm := noise(-30, 20*time.Millisecond, 9)
	d := New(Config{})
	for b.Loop() {
		d.Step(pcm)
	}
}
