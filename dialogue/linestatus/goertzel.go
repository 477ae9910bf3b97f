package linestatus

import (
	"math"

	"github.com/outdial/outdial/shared/audio"
)

// goertzel measures how much of a frame lies at one frequency, 50 Hz wide for a frame of 20 ms: tones that are 5 Hz off
// lose a tenth of their power.
type goertzel struct{ coeff float64 }

func newGoertzel(hz float64) goertzel { return goertzel{2 * math.Cos(2*math.Pi*hz/audio.Rate)} }

// power is the mean power of the sine that fits best, in the unit of a mean square.
func (g goertzel) power(frame []int16) float64 {
	var a, b float64
	for _, v := range frame {
		a, b = float64(v)+g.coeff*a-b, a
	}
	n := float64(len(frame))
	return 2 * (a*a + b*b - g.coeff*a*b) / (n * n)
}

func meanSquare(frame []int16) float64 {
	if len(frame) == 0 {
		return 0
	}
	var sum float64
	for _, v := range frame {
		sum += float64(v) * float64(v)
	}
	return sum / float64(len(frame))
}

func decibel(square float64) float64 {
	return 10 * math.Log10(max(square, 1e-3)/(32768*32768))
}
