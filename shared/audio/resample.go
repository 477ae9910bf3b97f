package audio

import "math"

const (
	// halfLobes is the half-width of the low-pass kernel in zero crossings: 16 keep the alias under -60 dB, which is well
	// below the noise of G.711.
	halfLobes = 16
	// maxPhases bounds the kernel table for rates without a small common ratio; the time error is then at most 1/1024 of a
	// sample.
	maxPhases = 512
)

// Resample converts pcm from one rate to another with a windowed-sinc low-pass at the lower of the two Nyquist limits.
// Rates that are not positive return nil; equal rates return pcm itself.
func Resample(pcm []int16, from, to int) []int16 {
	if from <= 0 || to <= 0 {
		return nil
	}
	if from == to || len(pcm) == 0 {
		return pcm
	}
	g := gcd(from, to)
	up, down := to/g, from/g
	phases := min(up, maxPhases)
	taps, half := kernel(phases, from, to)

	out := make([]int16, (len(pcm)*up+down-1)/down)
	for i := range out {
		at := i * down // position in input samples times up
		centre, phase := at/up, at%up*phases/up
		row := taps[phase]
		first := centre - half + 1
		var sum float32
		lo, hi := max(0, -first), min(len(row), len(pcm)-first)
		for k := lo; k < hi; k++ {
			sum += row[k] * float32(pcm[first+k])
		}
		out[i] = clip(sum)
	}
	return out
}

// kernel makes one row of taps for every fractional position; a row covers half input samples on both sides.
func kernel(phases, from, to int) (rows [][]float32, half int) {
	cutoff := 1.0
	if to < from {
		cutoff = float64(to) / float64(from)
	}
	half = int(math.Ceil(halfLobes / cutoff))
	rows = make([][]float32, phases)
	for p := range rows {
		row := make([]float32, 2*half)
		var sum float64
		for k := range row {
			x := float64(k-half+1) - float64(p)/float64(phases)
			v := 0.0
			if math.Abs(x) < float64(half) {
				w := math.Pi * x / float64(half)
				blackman := 0.42 + 0.5*math.Cos(w) + 0.08*math.Cos(2*w)
				v = sinc(x*cutoff) * cutoff * blackman
			}
			row[k] = float32(v)
			sum += v
		}
		// Every phase has the same gain at 0 Hz, or a constant would come out as a ripple.
		for k := range row {
			row[k] = float32(float64(row[k]) / sum)
		}
		rows[p] = row
	}
	return rows, half
}

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}

func clip(f float32) int16 {
	switch {
	case f >= math.MaxInt16:
		return math.MaxInt16
	case f <= math.MinInt16:
		return math.MinInt16
	}
	return int16(math.Round(float64(f)))
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
