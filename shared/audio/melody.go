package audio

import (
	"math"
	"math/rand/v2"
	"time"
)

// Melody makes music as a telephone carries it: a tune over held chords, with a drum now and then. The same numbers make the same
// tune; amp is its loudest sample, 1 for full scale.
func Melody(seed uint64, amp float64, d time.Duration) []int16 {
	r := rand.New(rand.NewPCG(seed, 77))
	x := make([]float64, Samples(d))
	root := 196 * math.Pow(2, float64(r.IntN(12))/12)
	beat := Samples(time.Duration(220+r.IntN(260)) * time.Millisecond)
	scale := []int{0, 2, 4, 7, 9, 12, 14, 16}
	chords := [][]int{{0, 4, 7}, {5, 9, 12}, {7, 11, 14}, {-3, 0, 4}}
	drums := r.IntN(2) == 0
	pitch := func(step int) float64 { return root * math.Pow(2, float64(step)/12) }
	at := r.IntN(len(scale))
	for from, n := 0, 0; from < len(x); n++ {
		if n%8 == 0 {
			for _, step := range chords[(n/8)%len(chords)] {
				note(x, from, 8*beat, pitch(step), 0.22, 0.6)
			}
		}
		at = max(0, min(len(scale)-1, at+r.IntN(5)-2))
		long := beat * (1 + r.IntN(2))
		if r.IntN(8) > 0 {
			note(x, from, long, 2*pitch(scale[at]), 0.6, 2.5)
		}
		if drums && n%2 == 1 {
			for i := from; i < min(from+Rate/40, len(x)); i++ {
				x[i] += 0.15 * r.NormFloat64()
			}
		}
		from += long
	}
	var top float64
	for _, v := range x {
		top = max(top, math.Abs(v))
	}
	out := make([]int16, len(x))
	for i, v := range x {
		out[i] = int16(math.Round(v / max(top, 1e-9) * amp * 32767))
	}
	return out
}

// note adds one note: a tone with overtones that fades, by decay each second.
func note(x []float64, from, n int, hz, amp, decay float64) {
	const attack = Rate / 100
	for i := range min(n, len(x)-from) {
		t := float64(i) / Rate
		env := amp * math.Exp(-decay*t) * math.Min(1, float64(i)/attack) * math.Min(1, float64(n-i)/attack)
		var v float64
		for k := 1.0; k <= 4 && k*hz < 3400; k++ {
			v += math.Sin(2*math.Pi*k*hz*t) / (k * k)
		}
		x[from+i] += env * v
	}
}
