package pacing_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/outdial/outdial/dialer/pacing"
)

func TestFreeIsTheTightestBound(t *testing.T) {
	for _, c := range []struct {
		name string
		room pacing.Room
		want int
	}{
		{"campaign", pacing.Room{CompanyLimit: -1, Robots: 5, CampaignLive: 3, TrunkLimit: 100, RobotLimit: 100}, 2},
		{"trunk", pacing.Room{CompanyLimit: -1, Robots: 50, TrunkLimit: 10, TrunkLive: 9, RobotLimit: 100}, 1},
		{"robots", pacing.Room{CompanyLimit: -1, Robots: 50, TrunkLimit: 100, RobotLimit: 30, RobotLive: 26}, 4},
		{"batch", pacing.Room{CompanyLimit: -1, Robots: 50, TrunkLimit: 100, RobotLimit: 100, Batch: 7}, 7},
		{"over the limit after it was lowered", pacing.Room{CompanyLimit: -1, Robots: 2, CampaignLive: 9, TrunkLimit: 100, RobotLimit: 100}, 0},
		{"no robots", pacing.Room{CompanyLimit: -1, Robots: 2, TrunkLimit: 100}, 0},
		{"company", pacing.Room{Robots: 50, CompanyLimit: 8, CompanyLive: 6, TrunkLimit: 100, RobotLimit: 100}, 2},
		{"company without robots", pacing.Room{Robots: 50, TrunkLimit: 100, RobotLimit: 100}, 0},
	} {
		if got := pacing.Free(c.room); got != c.want {
			t.Errorf("%s: got %d, want %d", c.name, got, c.want)
		}
	}
}

// Whatever the callers' timing, no second ever holds more starts than the rate, but for what the catch-up allows.
func TestSpacerKeepsTheRate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cps := rapid.Float64Range(0.5, 500).Draw(t, "cps")
		now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		var s pacing.Spacer
		var starts []time.Time
		for range rapid.IntRange(2, 300).Draw(t, "n") {
			now = now.Add(time.Duration(rapid.Int64Range(0, int64(50*time.Millisecond)).Draw(t, "idle")))
			var at time.Time
			at, s = s.Reserve(now, cps)
			if at.Before(now) {
				t.Fatalf("start %v lies before now %v", at, now)
			}
			starts = append(starts, at)
			now = at
		}
		extra := 2 + int(cps*0.020)
		for i := range starts {
			j := i
			for j < len(starts) && starts[j].Sub(starts[i]) < time.Second {
				j++
			}
			if n := j - i; float64(n) > cps+float64(extra) {
				t.Fatalf("%d starts within a second at %.1f per second", n, cps)
			}
		}
	})
}

func TestSpacerReachesTheRateWithLateTimers(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	begin := now
	var s pacing.Spacer
	for range 200 {
		var at time.Time
		at, s = s.Reserve(now, 100)
		now = at.Add(3 * time.Millisecond) // every timer is 3 ms late
	}
	if took := now.Sub(begin); took > 2050*time.Millisecond {
		t.Fatalf("200 calls at 100 per second took %v", took)
	}
}
