package wire

import (
	"fmt"
	"math"

	"github.com/outdial/outdial/dialogue/asr"
)

// Doubler makes 16 kHz of 8 kHz as a stream: every second sample is the input, delayed, and the ones between come from
// a windowed sinc over 16 neighbours.
type Doubler struct {
	past [2 * halfTaps]int16
}

const halfTaps = 8

var between = func() (w [2 * halfTaps]float32) {
	var sum float64
	var raw [2 * halfTaps]float64
	for i := range raw {
		x := float64(i) - halfTaps + 0.5
		hann := 0.5 + 0.5*math.Cos(math.Pi*x/(halfTaps+0.5))
		raw[i] = math.Sin(math.Pi*x) / (math.Pi * x) * hann
		sum += raw[i]
	}
	for i := range w {
		w[i] = float32(raw[i] / sum)
	}
	return w
}()

// Append adds the doubled samples to dst. The output lags the input by 8 samples, one millisecond.
func (d *Doubler) Append(dst, pcm []int16) []int16 {
	for _, s := range pcm {
		copy(d.past[:], d.past[1:])
		d.past[len(d.past)-1] = s
		var mid float32
		for i, w := range between {
			mid += w * float32(d.past[i])
		}
		dst = append(dst, d.past[halfTaps-1], int16(max(-32768, min(32767, mid))))
	}
	return dst
}

// To16k is what a provider that takes 16 kHz only does with samples of a rate: nothing (nil), or doubling.
func To16k(provider string, rate int) (*Doubler, error) {
	switch rate {
	case 16000:
		return nil, nil //nolint:nilnil // a Doubler that is nil doubles nothing
	case 8000:
		return &Doubler{}, nil
	}
	return nil, &asr.Error{Kind: asr.Config, Provider: provider, Tried: fmt.Sprintf("open a stream of %d Hz: this provider takes 8000 or 16000", rate)}
}

// Double gives the samples at twice their rate; a Doubler that is nil gives them as they are.
func (d *Doubler) Double(pcm []int16) []int16 {
	if d == nil {
		return pcm
	}
	return d.Append(make([]int16, 0, 2*len(pcm)), pcm)
}

// Bytes is PCM as the wire formats want it: 16 bit, little endian.
func Bytes(pcm []int16) []byte {
	out := make([]byte, 2*len(pcm))
	for i, s := range pcm {
		out[2*i], out[2*i+1] = byte(s), byte(uint16(s)>>8)
	}
	return out
}
