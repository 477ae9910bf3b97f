package linestatus

import (
	"math"
	"sync"

	"gonum.org/v1/gonum/dsp/fourier"

	"github.com/outdial/outdial/shared/audio"
)

const (
	noteWindow = 512 // 64 ms: two notes a semitone apart are told from 270 Hz on
	notesKept  = 150 // frames: 3 s
	noteEach   = 2   // frames between two spectra
	// A note holds its pitch to within this share for holdSteps spectra; a voice glides.
	notePitch = 0.012
	holdSteps = 3
	lowNote   = 120.0
	highNote  = 3400.0
)

// music tells music from speech: notes hold their pitch, and there are hardly any pauses.
type music struct {
	history [noteWindow]int16
	at      int
	pitches []float64 // of the strongest partial, by spectrum; 0 where there is none
	pure    []float64 // how much of the power that partial has
	loud    []bool
}

var noteFFTs = sync.Pool{New: func() any { return fourier.NewFFT(noteWindow) }}

var hann = func() (w [noteWindow]float64) {
	for i := range w {
		w[i] = 0.5 - 0.5*math.Cos(2*math.Pi*float64(i)/(noteWindow-1))
	}
	return w
}()

// step takes a frame; loud tells whether it is louder than the line.
func (m *music) step(frame []int16, loud bool) {
	n := min(len(frame), noteWindow)
	copy(m.history[:], m.history[n:])
	copy(m.history[noteWindow-n:], frame[:n])
	if m.at++; m.at%noteEach != 0 {
		return
	}
	pitch, pure := 0.0, 0.0
	if loud {
		pitch, pure = partial(m.history[:])
	}
	const kept = notesKept / noteEach
	if len(m.loud) == kept {
		m.pitches = append(m.pitches[:0], m.pitches[1:]...)
		m.pure = append(m.pure[:0], m.pure[1:]...)
		m.loud = append(m.loud[:0], m.loud[1:]...)
	}
	m.pitches, m.pure, m.loud = append(m.pitches, pitch), append(m.pure, pure), append(m.loud, loud)
}

// partial finds the strongest partial of a window: its frequency, between the bins, and its share of the power.
func partial(pcm []int16) (hz, share float64) {
	var x [noteWindow]float64
	for i, v := range pcm {
		x[i] = float64(v) * hann[i]
	}
	fft := noteFFTs.Get().(*fourier.FFT)
	defer noteFFTs.Put(fft)
	var c [noteWindow/2 + 1]complex128
	fft.Coefficients(c[:], x[:])
	bin := audio.Rate / float64(noteWindow)
	from, to := int(lowNote/bin), int(highNote/bin)
	var p [noteWindow/2 + 1]float64
	var total float64
	best := from
	for i := from; i <= to; i++ {
		p[i] = real(c[i])*real(c[i]) + imag(c[i])*imag(c[i])
		total += p[i]
		if p[i] > p[best] {
			best = i
		}
	}
	if total == 0 || best == from || best == to {
		return 0, 0
	}
	a, b, d := math.Log(p[best-1]+1), math.Log(p[best]+1), math.Log(p[best+1]+1)
	off := 0.0
	if q := a - 2*b + d; q != 0 {
		off = 0.5 * (a - d) / q
	}
	return (float64(best) + off) * bin, (p[best-1] + p[best] + p[best+1]) / total
}

func (m *music) reset() { m.pitches, m.pure, m.loud = m.pitches[:0], m.pure[:0], m.loud[:0] }

// holds gives the share of spectra in which a note goes on, and the share of loud ones, over the last seconds.
func (m *music) holds() (held, loud float64) {
	if len(m.pitches) == 0 {
		return 0, 0
	}
	for i := range m.pitches {
		if m.loud[i] {
			loud++
		}
		if i < holdSteps || m.pitches[i] == 0 {
			continue
		}
		steady := true
		for k := 1; k <= holdSteps; k++ {
			if math.Abs(m.pitches[i-k]-m.pitches[i]) > notePitch*m.pitches[i] {
				steady = false
			}
		}
		if steady {
			held++
		}
	}
	n := float64(len(m.pitches))
	return held / n, loud / n
}
