package phrase

import "math"

// Tuning decides when a match is believed. The zero value means the defaults.
type Tuning struct {
	// Accept is the largest mean distance of a match that is believed on a clean line (default 2.75).
	Accept float64
	// Noise is what is added to Accept where noise is 15 dB below the speech; in between it is in proportion
	// (default 0.15): noise moves right and wrong matches away alike.
	Noise float64
	// Margin is how much farther, as a share, the nearest other text must lie (default 0.06).
	Margin float64
}

func (t Tuning) withDefaults() Tuning {
	if t.Accept == 0 {
		t.Accept = 2.75
	}
	if t.Noise == 0 {
		t.Noise = 0.15
	}
	if t.Margin == 0 {
		t.Margin = 0.06
	}
	return t
}

// noiseShare compares the line's noise with the mean power of an utterance.
func noiseShare(speech []spectrum, noise *spectrum) float64 {
	var e float64
	for i := range speech {
		e += float64(speech[i].energy())
	}
	if e <= 0 {
		return 0
	}
	return float64(noise.energy()) * float64(len(speech)) / e
}

// Noise counts from quietDB on and fully at noisyDB, both relative to the speech.
const (
	quietDB = -35.0
	noisyDB = -15.0
)

func (t Tuning) limit(noise float64) float64 {
	db := 10 * math.Log10(noise+1e-9)
	share := math.Max(0, math.Min(1, (db-quietDB)/(noisyDB-quietDB)))
	return t.Accept + t.Noise*share
}

// verdict says whether the nearest phrase is believed, and maps distances to 0..1: one half is the limit of belief.
func (t Tuning) verdict(r scored) (matched bool, confidence, runnerUp float64) {
	if r.phrase < 0 {
		return false, 0, 0
	}
	limit := t.limit(r.noise)
	confidence = confide(float64(r.distance), limit)
	if r.other >= 0 {
		runnerUp = confide(float64(r.otherDistance), limit)
	}
	near := r.other >= 0 && float64(r.otherDistance) < float64(r.distance)*(1+t.Margin)
	return float64(r.distance) <= limit && !near, confidence, runnerUp
}

func confide(distance, limit float64) float64 {
	return math.Max(0, math.Min(1, 1-distance/(2*limit)))
}
