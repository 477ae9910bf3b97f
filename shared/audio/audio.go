// Package audio owns the house format of sound, 8 kHz mono 16-bit linear PCM in frames of 20 ms, and the ways in and out
// of it: the two G.711 laws, WAV files, resampling, and the tones a telephone network plays. It decides nothing about
// speech (voice activity, line status) and knows no network.
package audio

import (
	"math"
	"time"
)

const (
	// Rate is the number of samples a second of the house format.
	Rate = 8000
	// FrameSamples is the number of samples of one frame.
	FrameSamples = 160
	// FrameDuration is the length of one frame.
	FrameDuration = 20 * time.Millisecond
	// LevelFloor is what LevelDB says of digital silence and of no samples at all.
	LevelFloor = -100.0
)

// Samples is the number of house samples in d, rounded down.
func Samples(d time.Duration) int {
	return int(int64(d) / int64(time.Second/Rate))
}

// Duration is how long n house samples last.
func Duration(n int) time.Duration {
	return time.Duration(n) * (time.Second / Rate)
}

// LevelDB is the RMS level in dB relative to a full-scale square wave, LevelFloor at the least.
func LevelDB(pcm []int16) float64 {
	if len(pcm) == 0 {
		return LevelFloor
	}
	var sum float64
	for _, s := range pcm {
		f := float64(s)
		sum += f * f
	}
	if sum == 0 {
		return LevelFloor
	}
	db := 10 * math.Log10(sum/float64(len(pcm))/(32768*32768))
	return math.Max(db, LevelFloor)
}
