package linestatus

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/outdial/outdial/dialogue/linestatus/linetest"
	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/linestatus"
)

// verdicts are all that an ear says of a sound before the answer.
func verdicts(t testing.TB, pcm []int16) (out []linestatus.Verdict) {
	t.Helper()
	book, err := Announcements()
	if err != nil {
		t.Fatal(err)
	}
	a := New(Config{Book: book})
	linetest.Frames(pcm, func(frame []int16) bool {
		if v, ok := a.Early(frame); ok {
			if !v.Valid() {
				t.Errorf("an invalid verdict %+v", v)
			}
			out = append(out, v)
		}
		return false
	})
	return out
}

// A busy line is told within two seconds, whatever the country, and tones of one country are none in another's ears.
func TestTonesOfCountries(t *testing.T) {
	tone := func(hz, on, off int) []int16 {
		return audio.Cadence(float64(hz), 0.1, 8*time.Second, time.Duration(on)*time.Millisecond, time.Duration(off)*time.Millisecond)
	}
	both := func(a, b []int16) []int16 {
		out := slices.Clone(a)
		for i := range out {
			out[i] += b[i]
		}
		return out
	}
	for _, c := range []struct {
		country string
		sound   []int16
		want    linestatus.Status
	}{
		{"cn", tone(450, 350, 350), linestatus.BusyTone},
		{"cn", tone(450, 700, 700), linestatus.CongestionTone},
		{"cn", tone(450, 1000, 4000), linestatus.Ringing},
		{"cn", tone(450, 400, 4000), linestatus.CallWaiting},
		{"eu", tone(425, 500, 500), linestatus.BusyTone},
		{"eu", tone(425, 200, 200), linestatus.CongestionTone},
		{"eu", tone(425, 1000, 4000), linestatus.Ringing},
		{"na", both(tone(480, 500, 500), tone(620, 500, 500)), linestatus.BusyTone},
		{"na", both(tone(480, 250, 250), tone(620, 250, 250)), linestatus.CongestionTone},
		{"na", both(tone(440, 2000, 4000), tone(480, 2000, 4000)), linestatus.Ringing},
		{"cn", tone(1000, 350, 350), ""},
		{"cn", tone(450, 100, 3000), ""},
		{"cn", audio.Tone(450, 0.1, 8*time.Second), ""}, // no rhythm
		{"na", tone(450, 350, 350), ""},
	} {
		p, err := ProfileOf(c.country)
		if err != nil {
			t.Fatal(err)
		}
		if got, after := heard(p, c.sound); got != c.want {
			t.Errorf("%s: heard %q after %v, want %q", c.country, got, after, c.want)
		}
	}
	if _, err := ProfileOf("atlantis"); err == nil {
		t.Error("tones of a country that is not known")
	}
}

// Noise and music without a word are no tone and no announcement.
func TestNothingIsHeardInNoise(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, kind := range linetest.Noises {
		x := kind.Samples(r, audio.Samples(6*time.Second))
		pcm := make([]int16, len(x))
		for i, v := range x {
			pcm[i] = int16(max(-32000, min(32000, 1500*v)))
		}
		for _, v := range verdicts(t, pcm) {
			t.Errorf("%s noise is taken for %+v", kind, v)
		}
	}
}

func TestMusicIsHeard(t *testing.T) {
	for seed := range uint64(4) {
		v := verdicts(t, audio.Melody(seed, 0.3, 8*time.Second))
		if len(v) != 1 || v[0].Status != linestatus.RingBackMusic || v[0].By != linestatus.ByMusic {
			t.Errorf("tune %d: %+v", seed, v)
		}
	}
}

// Whatever comes in, verdicts are valid, and time counts frames alone.
func TestAnySound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := New(Config{})
		answered := rapid.IntRange(-1, 60).Draw(t, "answered")
		for i := range rapid.IntRange(0, 120).Draw(t, "frames") {
			frame := rapid.SliceOfN(rapid.Int16(), audio.FrameSamples, audio.FrameSamples).Draw(t, "frame")
			if rapid.IntRange(0, 9).Draw(t, "odd") == 0 {
				frame = frame[:rapid.IntRange(0, audio.FrameSamples-1).Draw(t, "length")]
			}
			if i == answered {
				a.Answered()
			}
			early, some := a.Early, answered < 0 || i < answered
			var v linestatus.Verdict
			var ok bool
			if some {
				v, ok = early(frame)
			} else {
				v, ok = a.After(frame, i%2 == 0)
			}
			if ok && !v.Valid() {
				t.Fatalf("frame %d: %+v", i, v)
			}
		}
	})
}

func FuzzAnySound(f *testing.F) {
	f.Add([]byte{}, 0)
	f.Add(make([]byte, 3200), 4)
	f.Fuzz(func(t *testing.T, raw []byte, answered int) {
		a := New(Config{})
		for i := 0; 2*audio.FrameSamples*(i+1) <= len(raw); i++ {
			frame := make([]int16, audio.FrameSamples)
			for k := range frame {
				at := 2 * (audio.FrameSamples*i + k)
				frame[k] = int16(raw[at]) | int16(raw[at+1])<<8
			}
			if i == answered {
				a.Answered()
			}
			for _, hear := range []func() (linestatus.Verdict, bool){func() (linestatus.Verdict, bool) { return a.Early(frame) },
				func() (linestatus.Verdict, bool) { return a.After(frame, false) }} {
				if v, ok := hear(); ok && !v.Valid() {
					t.Fatalf("%+v", v)
				}
			}
		}
	})
}
