package session_test

import (
	"testing"
	"time"

	"github.com/outdial/outdial/dialogue/session"
	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/script"
)

// TestBackground: the sound is there between the robot's words and not before the answer, and prompts are not changed by it.
func TestBackground(t *testing.T) {
	c := newCall(t)
	c.answerAt = 200 * time.Millisecond
	c.open(script.Demo(), func(cfg *session.Config) { cfg.Background = audio.Tone(1000, 0.02, 300*time.Millisecond) })
	silence := make([]int16, audio.FrameSamples)
	quiet, spoken := 0, 0
	for range 200 {
		at := c.at()
		if at == c.answerAt {
			c.s.Answered()
		}
		out := c.s.Tick(silence, epoch.Add(at))
		c.frame++
		switch level := audio.LevelDB(out); {
		case at < c.answerAt:
			if out != nil {
				t.Fatalf("something was heard before the answer, at %v", at)
			}
		case level < -40 || level > -3:
			t.Fatalf("at %v the level is %.0f dB", at, level)
		case level < -30:
			quiet++
		default:
			spoken++
		}
	}
	c.finish(true)
	if quiet == 0 || spoken == 0 {
		t.Errorf("%d frames of background alone, %d with speech", quiet, spoken)
	}
}
