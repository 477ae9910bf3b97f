package backchannel

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// Hidden is how much the net remembers from frame to frame.
const Hidden = 32

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
			sum := in[Inputs]
			for i, v := range x {
				sum += in[i] * v
			}
			back := n.Back[(g*Hidden+u)*(Hidden+1):][:Hidden+1]
			past := back[Hidden]
			for i, v := range was {
				past += back[i] * v
			}
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

func sigmoid(x float32) float32 { return float32(1 / (1 + math.Exp(-float64(x)))) }
func tanh(x float32) float32    { return float32(math.Tanh(float64(x))) }

// The file of a net: a first line that changes with its shape or with what an Ear gives, then the weights, little endian.
const magic = "ODBCN1\n\x00"

// AppendTo appends the net as a file.
func (n *Net) AppendTo(out []byte) []byte {
	out = append(out, magic...)
	for _, list := range [][]float32{n.In[:], n.Back[:], n.Out[:]} {
		for _, v := range list {
			out = binary.LittleEndian.AppendUint32(out, math.Float32bits(v))
		}
	}
	return out
}

// ErrFormat is wrapped by every error about a net's file.
var ErrFormat = errors.New("not a net that tells backchannels")

// ReadNet reads what AppendTo wrote.
func ReadNet(file []byte) (*Net, error) {
	n := &Net{}
	size := 4 * (len(n.In) + len(n.Back) + len(n.Out))
	if len(file) != len(magic)+size || string(file[:len(magic)]) != magic {
		return nil, fmt.Errorf("%w: it has %d bytes or another first line; make it again", ErrFormat, len(file))
	}
	file = file[len(magic):]
	for _, list := range [][]float32{n.In[:], n.Back[:], n.Out[:]} {
		for i := range list {
			v := math.Float32frombits(binary.LittleEndian.Uint32(file))
			if !(v > -1000 && v < 1000) {
				return nil, fmt.Errorf("%w: weight %v", ErrFormat, v)
			}
			list[i], file = v, file[4:]
		}
	}
	return n, nil
}
