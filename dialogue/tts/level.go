package tts

import "math"

// TargetDB is the level of everything that is spoken: RMS of the parts that are not pauses. It is the usual active
// speech level of telephone prompts and leaves headroom for peaks.
const TargetDB = -20.0

const (
	peakLimit  = 29000 // -1 dBFS
	levelFrame = 160
	// Frames this far below the loudest one are pauses and say nothing about loudness.
	pauseBelowDB = 30.0
)

// normalize brings samples to TargetDB in place, as far as their peaks allow, and takes out a DC offset.
func normalize(pcm []int16) {
	if len(pcm) == 0 {
		return
	}
	var sum float64
	for _, s := range pcm {
		sum += float64(s)
	}
	dc := sum / float64(len(pcm))
	var powers []float64
	var loudest, peak float64
	for i := 0; i < len(pcm); i += levelFrame {
		frame := pcm[i:min(i+levelFrame, len(pcm))]
		var e float64
		for _, s := range frame {
			v := float64(s) - dc
			e += v * v
			peak = math.Max(peak, math.Abs(v))
		}
		e /= float64(len(frame))
		powers = append(powers, e)
		loudest = math.Max(loudest, e)
	}
	if peak < 8 {
		return // silence stays silence
	}
	var active float64
	n := 0
	for _, e := range powers {
		if e > loudest*math.Pow(10, -pauseBelowDB/10) {
			active += e
			n++
		}
	}
	target := math.Pow(10, TargetDB/20) * 32768
	gain := math.Min(target/math.Sqrt(active/float64(n)), peakLimit/peak)
	for i, s := range pcm {
		pcm[i] = int16(math.Round((float64(s) - dc) * gain))
	}
}
