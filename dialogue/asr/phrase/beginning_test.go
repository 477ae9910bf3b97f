package phrase

import (
	"math"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/audio"
)

// What is learnt of a line's noise is neither a tone of the network nor the first moment of a voice.
func TestNoiseIsLearntOfTheLineAlone(t *testing.T) {
	s := NewSound()
	step := func(pcm []int16, voiced, toned bool) {
		for ; len(pcm) >= hop; pcm = pcm[hop:] {
			s.Step(pcm[:hop], voiced, toned)
		}
	}
	quiet := make([]int16, 20*hop)
	loud := audio.Tone(450, 0.3, 200*time.Millisecond)
	for range 3 {
		step(loud[:hop], false, false) // a tone is told from its second frame on
		step(loud[hop:], false, true)
		step(quiet[:hop], false, true)
		step(quiet, false, false)
		step(loud[:hop], false, false) // a voice as well
		step(loud[hop:], true, false)
		s.Restart()
		step(quiet, false, false)
	}
	if e := s.noise.energy(); s.noise.seen == 0 || e > 1 {
		t.Errorf("the noise of a silent line has the energy %v after %d frames", e, s.noise.seen)
	}
}

// A recording of the set keeps its power in the file, and amid noise it is nearest to itself.
func TestScene(t *testing.T) {
	set, err := Enrolled()
	if err != nil {
		t.Fatal(err)
	}
	b := NewBeginnings(set, func(text string) int { return set.index[text] })
	var top, least float32 = 0, 1
	for i := range set.templates {
		for _, p := range set.templates[i].power {
			for _, v := range p {
				top, least = max(top, v), min(least, v)
			}
		}
	}
	if top < 1 || top > 2*mels || least > 0.01 {
		t.Errorf("bands of recordings lie between %v and %v of the loudest frame's mean", least, top)
	}
	var floors spectrum
	for i := range floors {
		floors[i] = 0.05
	}
	s := b.scene(&floors)
	var al aligner
	for i := 0; i < len(set.templates); i += 97 {
		// The sound has the level of a line, and its noise is known.
		sound := make([]spectrum, len(set.templates[i].power))
		var noise spectrum
		for n, p := range set.templates[i].power {
			for k, v := range p {
				noise[k] = 1e6 * floors[k] / noiseAdded
				sound[n][k] = 1e6*v + noise[k]
			}
		}
		heard := s.vectors(sound, &noise)
		if d := al.beginning(heard, s.frames[i], inf, true); d > 0.5 {
			t.Errorf("recording %d amid noise is %v from itself", i, d)
		}
	}
	if b.scene(nil) != b.quiet || floorsOf([]spectrum{{1}}, &spectrum{}) != nil {
		t.Error("a quiet line has a scene of its own")
	}
	if kept := s.only([]int{3}); kept.frames[3] == nil || kept.frames[4] != nil {
		t.Error("what is let go is kept")
	}
	if v := math.Abs(float64(s.moments.scale[0])); v == 0 || math.IsInf(v, 0) {
		t.Errorf("the spread amid noise is %v", v)
	}
}
