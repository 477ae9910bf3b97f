package audio

import (
	"math"
	"time"
)

// NetworkTone is the frequency of every call-progress tone in China (GB 3380).
const NetworkTone = 450.0

// The cadences of the network's 450 Hz tones, alternating on and off. They repeat.
var (
	Ringing      = []time.Duration{time.Second, 4 * time.Second}
	Busy         = []time.Duration{350 * time.Millisecond, 350 * time.Millisecond}
	Congestion   = []time.Duration{700 * time.Millisecond, 700 * time.Millisecond}
	CallWaiting  = []time.Duration{400 * time.Millisecond, 4 * time.Second}
	Unobtainable = []time.Duration{
		100 * time.Millisecond, 100 * time.Millisecond, 100 * time.Millisecond, 100 * time.Millisecond,
		100 * time.Millisecond, 100 * time.Millisecond, 400 * time.Millisecond, 400 * time.Millisecond,
	}
)

// Tone is a sine of freq Hz at amp (1 = full scale) that lasts d. It starts and ends without a click.
func Tone(freq float64, amp float64, d time.Duration) []int16 {
	out := make([]int16, max(Samples(d), 0))
	paint(out, freq, amp)
	return out
}

// Cadence is total of a tone that is on for the first duration of onOff, off for the second and so on, repeating. Without
// onOff the tone is continuous.
func Cadence(freq float64, amp float64, total time.Duration, onOff ...time.Duration) []int16 {
	var period time.Duration
	for _, d := range onOff {
		if d < 0 {
			return make([]int16, max(Samples(total), 0))
		}
		period += d
	}
	if Samples(period) == 0 {
		return Tone(freq, amp, total)
	}
	out := make([]int16, max(Samples(total), 0))
	for at, i := time.Duration(0), 0; Samples(at) < len(out); i++ {
		d := onOff[i%len(onOff)]
		from, to := Samples(at), min(Samples(at+d), len(out))
		// An odd number of durations swaps on and off at every repetition, as it reads.
		if i%2 == 0 {
			paint(out[from:to], freq, amp)
		}
		at += d
	}
	return out
}

// paint writes a sine with a 2 ms ramp at both ends.
func paint(out []int16, freq, amp float64) {
	const ramp = Rate / 500
	peak := math.Max(0, math.Min(amp, 1)) * math.MaxInt16
	step := 2 * math.Pi * freq / Rate
	for i := range out {
		gain := 1.0
		if edge := min(i, len(out)-1-i); edge < ramp {
			gain = float64(edge) / ramp
		}
		out[i] = int16(math.Round(gain * peak * math.Sin(step*float64(i))))
	}
}
