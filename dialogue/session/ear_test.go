package session

import (
	"testing"
	"time"

	"github.com/outdial/outdial/shared/audio"
)

// sound builds a frame-by-frame level curve: one amplitude a frame.
func sound(amps ...float64) []int16 {
	var out []int16
	for _, a := range amps {
		out = append(out, audio.Tone(170, a, audio.FrameDuration)...)
	}
	return out
}

func repeat(a float64, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = a
	}
	return out
}

// TestSyllables: what tells a murmur from a sentence is whether the level falls soon and comes back.
func TestSyllables(t *testing.T) {
	cases := []struct {
		name  string
		curve []float64
		// within tells how soon more than one syllable is seen; 0 never
		within time.Duration
	}{
		{"a hum", repeat(0.2, 28), 0},
		{"a vowel that fades slowly", []float64{0.1, 0.2, 0.25, 0.25, 0.24, 0.23, 0.22, 0.2, 0.19, 0.18, 0.17, 0.16, 0.15, 0.14, 0.12, 0.1, 0.08, 0.06, 0.04}, 0},
		{"a murmur of 220 ms", append(repeat(0.2, 9), 0.04, 0.02), 0},
		{"two short syllables", append(append(repeat(0.25, 7), repeat(0.02, 3)...), repeat(0.25, 7)...), 240 * time.Millisecond},
		{"a long syllable and another", append(append(repeat(0.25, 15), repeat(0.02, 3)...), repeat(0.25, 7)...), 400 * time.Millisecond},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			e := newEar(nil, nil)
			pcm := append(make([]int16, 50*audio.FrameSamples), sound(c.curve...)...)
			pcm = append(pcm, make([]int16, 30*audio.FrameSamples)...)
			begun, seen := tick(0), tick(0)
			for i := 0; i < len(pcm); i += audio.FrameSamples {
				now := tick(i/audio.FrameSamples + 1)
				if _, voiced := e.step(pcm[i:i+audio.FrameSamples], now); voiced && begun == 0 {
					begun = now
				}
				if e.several() && seen == 0 {
					seen = now
				}
			}
			switch took := (seen - begun + 1).duration(); {
			case c.within == 0 && seen != 0:
				t.Errorf("a second syllable was heard after %v", took)
			case c.within != 0 && (seen == 0 || took > c.within):
				t.Errorf("the second syllable was heard after %v, want within %v", took, c.within)
			}
		})
	}
}

func TestUnfinished(t *testing.T) {
	for text, want := range map[string]bool{"我想问一下那个，": true, "因为…": true, "可以": false, "I want to go but": true, "yes": false, "": false} {
		if unfinished(text) != want {
			t.Errorf("unfinished(%q) is not %v", text, want)
		}
	}
}
