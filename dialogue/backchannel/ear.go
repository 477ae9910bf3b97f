package backchannel

import (
	"math"

	"github.com/outdial/outdial/dialogue/asr/phrase"
	"github.com/outdial/outdial/shared/audio"
)

const (
	// Inputs is what the net is told of a frame: the level of each band, and of all of them.
	Inputs = phrase.Bands + 1
	// before is how many frames from before the first voiced one belong to a burst: the weak beginning of a 是 or a 行.
	before = 2
	// noiseEach: of the frames between bursts only every so many are looked at, for the noise of the line.
	noiseEach = 4
	// residue and depth bound how far below a burst's loudest frame a band is followed; further down there is only chance.
	residue = 0.1
	depth   = 1e-3
)

// Frame is what is seen of 20 ms: logarithms of band powers, relative to the loudest frame of the burst so far.
type Frame [Inputs]float32

// Ear turns the sound of a line into frames, without the line's noise and independent of how loud somebody speaks.
type Ear struct {
	front phrase.Front
	kept  [before + 2][audio.FrameSamples]int16 // the last frames between bursts, the latest at the end
	noise [phrase.Bands]float32
	quiet int // frames between bursts that were looked at or passed over
	heard int // of them, looked at
	top   float32
}

// Quiet takes a frame between two bursts.
func (e *Ear) Quiet(pcm []int16) {
	copy(e.kept[:], e.kept[1:])
	last := &e.kept[len(e.kept)-1]
	clear(last[copy(last[:], pcm):])
	if e.quiet++; e.quiet%noiseEach != 0 {
		return
	}
	var f phrase.Front
	f.Pass(e.kept[len(e.kept)-2][:])
	bands := f.Step(last[:])
	e.heard++
	share := max(1/float32(e.heard), 0.05)
	for b, v := range bands {
		e.noise[b] += (v - e.noise[b]) * share
	}
}

// Begin begins a burst, whose first voiced frame is the next one; visit gets the frames from before it.
func (e *Ear) Begin(visit func(*Frame)) {
	e.top = 0
	e.front = phrase.Front{}
	for i := range e.kept[:len(e.kept)-before] {
		e.front.Pass(e.kept[i][:])
	}
	for i := len(e.kept) - before; i < len(e.kept); i++ {
		f := e.Step(e.kept[i][:])
		visit(&f)
	}
}

// Step takes the next frame of a burst.
func (e *Ear) Step(pcm []int16) (f Frame) {
	bands := e.front.Step(pcm)
	var sum float32
	for b := range bands {
		bands[b] = max(bands[b]-e.noise[b], residue*e.noise[b])
		sum += bands[b]
	}
	mean := sum / phrase.Bands
	e.top = max(e.top, mean, 1)
	for b, v := range bands {
		f[b] = normal((v + depth*e.top) / e.top)
	}
	f[phrase.Bands] = normal((mean + depth*e.top) / e.top)
	return f
}

func normal(share float32) float32 { return float32(math.Log(float64(share)))/2 + 1.5 }
