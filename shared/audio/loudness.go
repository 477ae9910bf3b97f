package audio

import "math"

// SpeechDB is the level of everything that a robot says: RMS of the parts that are not pauses. It is the usual active
// speech level of telephone prompts and leaves headroom for peaks.
const SpeechDB = -20.0

const (
	peakLimit = 29000 // -1 dBFS
	// Frames this far below the loudest one are pauses and say nothing about loudness.
	pauseBelowDB = 30.0
)

// Normalize brings speech to SpeechDB in place, as far as its peaks allow, and takes out a DC offset. Silence stays silence.
func Normalize(pcm []int16) {
	dc, active, peak := loudness(pcm)
	if peak < 8 {
		return
	}
	target := math.Pow(10, SpeechDB/20) * 32768
	gain := math.Min(target/math.Sqrt(active), peakLimit/peak)
	for i, s := range pcm {
		pcm[i] = int16(math.Round((float64(s) - dc) * gain))
	}
}

// SpeechLevelDB is the level of the parts that are not pauses, LevelFloor at the least.
func SpeechLevelDB(pcm []int16) float64 {
	_, active, _ := loudness(pcm)
	if active == 0 {
		return LevelFloor
	}
	return math.Max(10*math.Log10(active/(32768*32768)), LevelFloor)
}

// loudness finds the DC offset, the mean power of the parts that are not pauses, and the highest sample.
func loudness(pcm []int16) (dc, active, peak float64) {
	if len(pcm) == 0 {
		return 0, 0, 0
	}
	for _, s := range pcm {
		dc += float64(s)
	}
	dc /= float64(len(pcm))
	var powers []float64
	var loudest float64
	for i := 0; i < len(pcm); i += FrameSamples {
		frame := pcm[i:min(i+FrameSamples, len(pcm))]
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
	n := 0
	for _, e := range powers {
		if e > loudest*math.Pow(10, -pauseBelowDB/10) {
			active += e
			n++
		}
	}
	if n > 0 {
		active /= float64(n)
	}
	return dc, active, peak
}
