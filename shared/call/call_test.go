package call

import (
	"testing"
	"time"
)

func TestTalk(t *testing.T) {
	at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	for name, c := range map[string]struct {
		times Times
		want  time.Duration
	}{
		"never answered":          {Times{Created: at, Ended: at.Add(time.Minute)}, 0},
		"still talking":           {Times{Answered: at}, 0},
		"talked":                  {Times{Answered: at, Ended: at.Add(90 * time.Second)}, 90 * time.Second},
		"ended before the answer": {Times{Answered: at, Ended: at.Add(-time.Second)}, 0}, // clocks of two machines
	} {
		if got := c.times.Talk(); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
