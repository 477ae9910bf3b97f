// Package linetest makes the sounds that the ear for lines is measured with: tones in every country's rhythm, noise, music,
// lines that distort. It is used by tests and by `outdial bench`; everything comes from a seed.
package linetest

import (
	"math"
	"math/rand/v2"

	"github.com/outdial/outdial/shared/audio"
)

// Noise is a kind of noise.
type Noise string

const (
	White  Noise = "white"
	Pink   Noise = "pink"
	Babble Noise = "babble" // eight people at once
)

// Noises lists the kinds.
var Noises = []Noise{White, Pink, Babble}

// Samples makes n samples with an RMS of 1.
func (k Noise) Samples(r *rand.Rand, n int) []float64 {
	out := make([]float64, n)
	switch k {
	case Pink:
		pink(r, out)
	case Babble:
		for range 8 {
			murmur(r, out)
		}
	default:
		for i := range out {
			out[i] = r.NormFloat64()
		}
	}
	scale(out, 1)
	return out
}

// pink is white noise through the filter of P. Kellet, 3 dB an octave.
func pink(r *rand.Rand, out []float64) {
	var a, b, c float64
	for i := range out {
		w := r.NormFloat64()
		a = 0.99765*a + w*0.0990460
		b = 0.96300*b + w*0.2965164
		c = 0.57000*c + w*1.0526913
		out[i] = a + b + c + w*0.1848
	}
}

// murmur adds one voice without words: pulses of a wandering pitch through two resonances that change with each syllable.
func murmur(r *rand.Rand, out []float64) {
	pitch := 90 + 130*r.Float64()
	var phase, x1, x2, y1, y2 float64
	for at := 0; at < len(out); {
		n := audio.Rate / 10 * (1 + r.IntN(3))
		loud := 0.2 + r.Float64()
		if r.IntN(4) == 0 {
			loud = 0
		}
		f1, f2 := 300+500*r.Float64(), 1000+1400*r.Float64()
		c1, c2 := 2*0.97*math.Cos(2*math.Pi*f1/audio.Rate), 2*0.96*math.Cos(2*math.Pi*f2/audio.Rate)
		bend := 0.9 + 0.2*r.Float64()
		for i := range min(n, len(out)-at) {
			var pulse float64
			if phase += pitch * bend / audio.Rate; phase >= 1 {
				phase--
				pulse = loud * math.Sin(math.Pi*float64(i)/float64(n))
			}
			pulse += 0.02 * loud * r.NormFloat64()
			u := pulse + c1*x1 - 0.97*0.97*x2
			x1, x2 = u, x1
			v := u + c2*y1 - 0.96*0.96*y2
			y1, y2 = v, y1
			out[at+i] += v
		}
		at += n
	}
}

func scale(x []float64, rms float64) {
	var sum float64
	for _, v := range x {
		sum += v * v
	}
	if sum == 0 {
		return
	}
	g := rms / math.Sqrt(sum/float64(len(x)))
	for i := range x {
		x[i] *= g
	}
}

// Line is what stands between a sound and whoever hears it.
type Line struct {
	Noise Noise
	// SNR is the level of the sound, where there is one, over that of the noise, in dB; 0 is a quiet line of 60 dB.
	SNR float64
	// Level is the loudness of the sound in dBFS; 0 leaves it.
	Level float64
	Law   audio.Law
}

// Carry passes a sound through the line: level, noise, G.711.
func (l Line) Carry(r *rand.Rand, pcm []int16) []int16 {
	rms := loudness(pcm)
	gain := 1.0
	if l.Level != 0 && rms > 0 {
		gain = 32768 * math.Pow(10, l.Level/20) / rms
	}
	kind, snr := l.Noise, l.SNR
	if kind == "" {
		kind = White
	}
	if snr == 0 {
		snr = 60
	}
	noise := kind.Samples(r, len(pcm))
	hiss := rms * gain * math.Pow(10, -snr/20)
	out := make([]int16, len(pcm))
	for i, v := range pcm {
		out[i] = int16(math.Round(math.Max(-32768, math.Min(32767, float64(v)*gain+noise[i]*hiss))))
	}
	return l.Law.Decode(nil, l.Law.Encode(nil, out))
}

// loudness is the RMS of a sound where it is not silent.
func loudness(pcm []int16) float64 {
	var sum float64
	n := 0
	const window = audio.FrameSamples
	for at := 0; at+window <= len(pcm); at += window {
		w := pcm[at : at+window]
		if audio.LevelDB(w) < -45 {
			continue
		}
		for _, v := range w {
			sum += float64(v) * float64(v)
		}
		n += window
	}
	if n == 0 {
		return 0
	}
	return math.Sqrt(sum / float64(n))
}
