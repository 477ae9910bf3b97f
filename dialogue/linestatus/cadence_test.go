package linestatus

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/outdial/outdial/dialogue/linestatus/linetest"
	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/linestatus"
)

// heard runs the cadence reader alone over a sound and gives its first verdict.
func heard(p Profile, pcm []int16) (status linestatus.Status, after time.Duration) {
	c := newCadence(p)
	after, _ = linetest.Frames(pcm, func(frame []int16) bool {
		status, _, _ = c.step(frame, meanSquare(frame))
		return status != ""
	})
	return status, after
}

func TestCadencesInNoise(t *testing.T) {
	p, err := ProfileOf("cn")
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	wrong, total := 0, 0
	for _, tone := range linetest.China {
		for range 25 {
			c := linetest.Draw(r, tone, 15)
			got, after := heard(p, c.Sound(r, 9*time.Second))
			total++
			if got != tone.Status {
				wrong++
				t.Logf("%s: heard %q after %v: %+v", tone.Status, got, after, c)
			}
		}
	}
	if wrong*100 > total {
		t.Errorf("%d of %d tones misheard", wrong, total)
	}
}

// A room's voices reach the tone's frequency: quieter than the tone they neither lengthen its bursts nor break its pauses, and
// as loud as it they do so for moments only.
func TestBusyIsToldInTimeAmidVoices(t *testing.T) {
	p, err := ProfileOf("cn")
	if err != nil {
		t.Fatal(err)
	}
	type part struct {
		long  time.Duration
		level float64 // of 450 Hz, against the tone's
	}
	const nothing = -60
	for name, rest := range map[string][]part{
		"a voice after each burst":       {{160 * time.Millisecond, -10}, {190 * time.Millisecond, nothing}},
		"a voice in each pause":          {{100 * time.Millisecond, nothing}, {120 * time.Millisecond, -10}, {130 * time.Millisecond, nothing}},
		"a loud moment in each pause":    {{140 * time.Millisecond, nothing}, {60 * time.Millisecond, -3}, {150 * time.Millisecond, nothing}},
		"nothing but the tone":           {{350 * time.Millisecond, nothing}},
		"a voice before each next burst": {{200 * time.Millisecond, nothing}, {150 * time.Millisecond, -10}},
	} {
		var pcm []int16
		for range 4 {
			for _, s := range append([]part{{350 * time.Millisecond, 0}}, rest...) {
				amp := 6000 * math.Pow(10, s.level/20)
				for range audio.Samples(s.long) {
					pcm = append(pcm, int16(amp*math.Sin(2*math.Pi*450*float64(len(pcm))/audio.Rate)))
				}
			}
		}
		if got, after := heard(p, pcm); got != linestatus.BusyTone || after > 2100*time.Millisecond {
			t.Errorf("%s: heard %q after %v", name, got, after)
		}
	}
}
