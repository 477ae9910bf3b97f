package backchannel

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// Hidden is how much the net remembers from frame to frame.
const Hidden = 48

// gates: what is kept, what is looked back at, what is new.
const gates = 3

// Net is a gated recurrent net of one layer. In holds, for each gate and unit, a weight for each input and a bias; Back one
// for each unit, and a bias; Out one for each unit, and a bias.
type Net struct {
	In   [gates * Hidden * (Inputs + 1)]float32
	Back [gates * Hidden * (Hidden + 1)]float32
	Out  [Hidden + 1]float32
}

// State is what a net remembers of the burst so far. The zero value is its beginning.
type State [Hidden]float32

// Step takes a frame and gives the logarithm of the odds that what was heard so far begins a backchannel.
func (n *Net) Step(s *State, x *Frame) float32 {
	was := *s
	var act [gates][Hidden]float32
	for g := range gates {
		for u := range Hidden {
			in := n.In[(g*Hidden+u)*(Inputs+1):][:Inputs+1]
			sum := in[Inputs] + dot(in, x[:])
			back := n.Back[(g*Hidden+u)*(Hidden+1):][:Hidden+1]
			past := back[Hidden] + dot(back, was[:])
			if g < 2 {
				act[g][u] = sigmoid(sum + past)
			} else {
				act[g][u] = tanh(sum + act[1][u]*past)
			}
		}
	}
	out := n.Out[Hidden]
	for u := range Hidden {
		s[u] = act[0][u]*was[u] + (1-act[0][u])*act[2][u]
		out += n.Out[u] * s[u]
	}
	return out
}

// dot has four sums, so that none has to wait for another.
func dot(weights, v []float32) float32 {
	var a, b, c, d float32
	for len(v) >= 4 && len(weights) >= 4 {
		a += weights[0] * v[0]
		b += weights[1] * v[1]
		c += weights[2] * v[2]
		d += weights[3] * v[3]
		weights, v = weights[4:], v[4:]
	}
	for i := range v {
		a += weights[i] * v[i]
	}
	return a + b + (c + d)
}

func sigmoid(x float32) float32 { return float32(1 / (1 + math.Exp(-float64(x)))) }
func tanh(x float32) float32    { return float32(math.Tanh(float64(x))) }

// Nets judge together: the odds are the mean of theirs. Nets that began to learn from other lots err at other places.
type Nets []*Net

// The file of nets: a first line that changes with their shape or with what an Ear gives, then the weights of one after the other,
// little endian.
const magic = "ODBCN2\n\x00"

// AppendTo appends the nets as a file.
func (n Nets) AppendTo(out []byte) []byte {
	out = append(out, magic...)
	for _, net := range n {
		for _, list := range net.lists() {
			for _, v := range list {
				out = binary.LittleEndian.AppendUint32(out, math.Float32bits(v))
			}
		}
	}
	return out
}

func (n *Net) lists() [3][]float32 { return [...][]float32{n.In[:], n.Back[:], n.Out[:]} }

// ErrFormat is wrapped by every error about a file of nets.
var ErrFormat = errors.New("not nets that tell backchannels")

// ReadNets reads what AppendTo wrote.
func ReadNets(file []byte) (Nets, error) {
	const size = 4 * (len(Net{}.In) + len(Net{}.Back) + len(Net{}.Out))
	if len(file) < len(magic)+size || (len(file)-len(magic))%size != 0 || string(file[:len(magic)]) != magic {
		return nil, fmt.Errorf("%w: it has %d bytes or another first line; make it again", ErrFormat, len(file))
	}
	var out Nets
	for file = file[len(magic):]; len(file) > 0; {
		n := &Net{}
		for _, list := range n.lists() {
			for i := range list {
				v := math.Float32frombits(binary.LittleEndian.Uint32(file))
				if !(v > -1000 && v < 1000) {
					return nil, fmt.Errorf("%w: weight %v", ErrFormat, v)
				}
				list[i], file = v, file[4:]
			}
		}
		out = append(out, n)
	}
	return out, nil
}
