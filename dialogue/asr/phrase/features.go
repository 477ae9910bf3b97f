package phrase

import (
	"math"
	"sync"

	"gonum.org/v1/gonum/dsp/fourier"
)

// The front end: one spectrum each 20 ms, the pace of the telephone's own frames, so that a stream computes exactly one
// transform a frame.
const (
	rate    = 8000
	hop     = 160
	window  = 256 // 32 ms
	mels    = 22
	ceps    = 12
	dims    = 2 * ceps // cepstra and their slopes
	lowHz   = 150.0
	highHz  = 3600.0
	framesS = rate / hop
)

// spectrum is the mel spectrum of one frame, in power.
type spectrum [mels]float32

// vector is one frame as it is compared: normalised cepstra, then their slopes.
type vector [dims]float32

type melBand struct {
	from    int
	weights []float64
}

var (
	hamming = func() (w [window]float64) {
		for i := range w {
			w[i] = 0.54 - 0.46*math.Cos(2*math.Pi*float64(i)/(window-1))
		}
		return w
	}()
	bands  = melBands()
	cosine = func() (m [ceps][mels]float32) {
		for k := range m {
			for j := range m[k] {
				m[k][j] = float32(math.Cos(math.Pi * float64(k+1) * (float64(j) + 0.5) / mels))
			}
		}
		return m
	}()
)

func melBands() (out [mels]melBand) {
	mel := func(f float64) float64 { return 2595 * math.Log10(1+f/700) }
	hz := func(m float64) float64 { return 700 * (math.Pow(10, m/2595) - 1) }
	lo, hi := mel(lowHz), mel(highHz)
	edge := func(i int) float64 { return hz(lo+(hi-lo)*float64(i)/(mels+1)) * window / rate }
	for b := range out {
		left, mid, right := edge(b), edge(b+1), edge(b+2)
		first := int(math.Ceil(left))
		band := melBand{from: first}
		for k := first; float64(k) < right; k++ {
			w := (float64(k) - left) / (mid - left)
			if float64(k) > mid {
				w = (right - float64(k)) / (right - mid)
			}
			band.weights = append(band.weights, math.Max(w, 0))
		}
		out[b] = band
	}
	return out
}

// frontEnd turns samples into mel spectra. It keeps nothing between calls and is pooled.
type frontEnd struct {
	fft    *fourier.FFT
	frame  [window]float64
	coeffs [window/2 + 1]complex128
	power  [window/2 + 1]float64
}

var frontEnds = sync.Pool{New: func() any { return &frontEnd{fft: fourier.NewFFT(window)} }}

// spectrum takes window samples.
func (f *frontEnd) spectrum(pcm []int16) (out spectrum) {
	for i, s := range pcm[:window] {
		f.frame[i] = float64(s) * hamming[i]
	}
	f.fft.Coefficients(f.coeffs[:], f.frame[:])
	for i, c := range f.coeffs {
		f.power[i] = real(c)*real(c) + imag(c)*imag(c)
	}
	for b := range bands {
		var e float64
		for i, w := range bands[b].weights {
			e += w * f.power[bands[b].from+i]
		}
		out[b] = float32(e)
	}
	return out
}

// spectraOf is the front end over a whole recording.
func spectraOf(pcm []int16) []spectrum {
	f := frontEnds.Get().(*frontEnd)
	defer frontEnds.Put(f)
	var out []spectrum
	for ; len(pcm) >= window; pcm = pcm[hop:] {
		out = append(out, f.spectrum(pcm))
	}
	return out
}

func (s *spectrum) energy() float32 {
	var e float32
	for _, v := range s {
		e += v
	}
	return e
}

// fastLog is a natural logarithm good to 1e-4, which is far finer than the spectra themselves; the exact one takes
// half of the time of a match.
func fastLog(x float32) float32 {
	b := math.Float32bits(x)
	e := int32(b>>23) - 127
	m := math.Float32frombits(b&0x7fffff|0x3f800000) - 1 // 0..1
	const c1, c2, c3, c4, c5 = 0.99949556, -0.49190896, 0.28947478, -0.13606275, 0.03215845
	return float32(e)*math.Ln2 + m*(c1+m*(c2+m*(c3+m*(c4+m*c5))))
}
