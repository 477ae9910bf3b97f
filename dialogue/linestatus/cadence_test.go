package linestatus

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/outdial/outdial/dialogue/linestatus/linetest"
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
