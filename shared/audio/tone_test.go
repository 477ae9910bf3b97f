package audio

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// power is the share of pcm's energy at freq, by Goertzel's sum.
func power(pcm []int16, freq float64, rate int) float64 {
	var re, im, total float64
	for i, s := range pcm {
		w := 2 * math.Pi * freq * float64(i) / float64(rate)
		re += float64(s) * math.Cos(w)
		im += float64(s) * math.Sin(w)
		total += float64(s) * float64(s)
	}
	if total == 0 {
		return 0
	}
	return 2 * (re*re + im*im) / (total * float64(len(pcm)))
}

func TestTone(t *testing.T) {
	pcm := Tone(NetworkTone, 0.5, time.Second)
	if len(pcm) != Rate {
		t.Fatalf("%d samples", len(pcm))
	}
	if p := power(pcm, NetworkTone, Rate); p < 0.98 {
		t.Errorf("share of energy at 450 Hz is %.3f", p)
	}
	if db := LevelDB(pcm); math.Abs(db-(-9.03)) > 0.1 {
		t.Errorf("level %.2f dB, want -9.03", db)
	}
	if Tone(450, 1, -time.Second) == nil || len(Tone(450, 1, 0)) != 0 {
		t.Error("an empty tone is not empty")
	}
}

func TestLevelFloor(t *testing.T) {
	for _, pcm := range [][]int16{nil, {0, 0, 0}} {
		if db := LevelDB(pcm); db != LevelFloor {
			t.Errorf("level of %v is %v", pcm, db)
		}
	}
}

func TestCadence(t *testing.T) {
	for _, c := range []struct {
		name    string
		pattern []time.Duration
		on, off []time.Duration // moments
	}{
		{"busy", Busy, []time.Duration{100e6, 800e6}, []time.Duration{500e6, 1200e6}},
		{"ringing", Ringing, []time.Duration{500e6}, []time.Duration{1500e6, 1900e6}},
		{"unobtainable", Unobtainable, []time.Duration{50e6, 250e6, 700e6}, []time.Duration{150e6, 1100e6}},
		{"continuous", nil, []time.Duration{50e6, 1900e6}, nil},
	} {
		pcm := Cadence(NetworkTone, 0.5, 2*time.Second, c.pattern...)
		if len(pcm) != 2*Rate {
			t.Errorf("%s: %d samples", c.name, len(pcm))
		}
		level := func(at time.Duration) float64 { return LevelDB(pcm[Samples(at):][:80]) }
		for _, at := range c.on {
			if level(at) < -20 {
				t.Errorf("%s is silent at %v", c.name, at)
			}
		}
		for _, at := range c.off {
			if level(at) > -90 {
				t.Errorf("%s sounds at %v", c.name, at)
			}
		}
	}
}

func TestResampleKeepsATone(t *testing.T) {
	for _, rate := range []int{8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000, 7999} {
		in := make([]int16, rate)
		for i := range in {
			in[i] = int16(10000 * math.Sin(2*math.Pi*1000*float64(i)/float64(rate)))
		}
		out := Resample(in, rate, Rate)
		if d := len(out) - Rate; d < -1 || d > 1 {
			t.Errorf("%d: %d samples", rate, len(out))
		}
		mid := out[400 : len(out)-400]
		if p := power(mid, 1000, Rate); p < 0.995 {
			t.Errorf("%d: share of energy at 1 kHz is %.4f", rate, p)
		}
		if db := LevelDB(mid) - LevelDB(in); math.Abs(db) > 0.1 {
			t.Errorf("%d: level changed by %.2f dB", rate, db)
		}
	}
}

func TestResampleRemovesAlias(t *testing.T) {
	in := make([]int16, 48000)
	for i := range in {
		in[i] = int16(10000 * math.Sin(2*math.Pi*6000*float64(i)/48000))
	}
	if db := LevelDB(Resample(in, 48000, Rate)[400:7600]); db > -70 {
		t.Errorf("6 kHz is left at %.1f dB", db)
	}
}

func TestResampleLengthProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// Rates without a common ratio need large kernels, which a race detector makes slow.
		rates := []int{4000, 7999, 8000, 11025, 16000, 24000, 44100, 48000}
		from := rapid.SampledFrom(rates).Draw(t, "from")
		to := rapid.SampledFrom(rates).Draw(t, "to")
		pcm := rapid.SliceOfN(rapid.Int16(), 0, 200).Draw(t, "pcm")
		got := len(Resample(pcm, from, to))
		if want := float64(len(pcm)) * float64(to) / float64(from); math.Abs(float64(got)-want) > 1 {
			t.Fatalf("%d samples, want %.1f", got, want)
		}
	})
	if Resample([]int16{1}, 0, 8000) != nil || Resample([]int16{1}, 8000, -1) != nil {
		t.Error("impossible rates give samples")
	}
}
