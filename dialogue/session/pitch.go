package session

import (
	"math"

	"github.com/outdial/outdial/shared/audio"
)

// Pitch tells a voice from a cough, a rustle or the hiss of a line: it repeats itself 70 to 400 times a second. It is looked
// for at half the rate, in 20 ms against what came up to 15 ms before.
const (
	pitchWindow = audio.FrameSamples / 2
	pitchLow    = audio.Rate / 2 / 400
	pitchHigh   = audio.Rate / 2 / 70
	// pitched is how much of a frame must repeat.
	pitched = 0.5
)

// pitch keeps the last two frames at half the rate.
type pitch struct{ ring [2 * pitchWindow]float32 }

// step takes a frame.
func (p *pitch) step(in []int16) {
	copy(p.ring[:], p.ring[pitchWindow:])
	fresh := p.ring[pitchWindow:]
	clear(fresh)
	for i := range min(pitchWindow, len(in)/2) {
		fresh[i] = (float32(in[2*i]) + float32(in[2*i+1])) / 2
	}
}

// voice tells whether the last frame has a pitch.
func (p *pitch) voice() bool {
	now := p.ring[pitchWindow:]
	var own float64
	for _, v := range now {
		own += float64(v) * float64(v)
	}
	if own == 0 {
		return false
	}
	for lag := pitchLow; lag <= pitchHigh; lag++ {
		then := p.ring[pitchWindow-lag : 2*pitchWindow-lag]
		var both, other float64
		for i, v := range now {
			both += float64(v) * float64(then[i])
			other += float64(then[i]) * float64(then[i])
		}
		if other > 0 && both/math.Sqrt(own*other) >= pitched {
			return true
		}
	}
	return false
}
