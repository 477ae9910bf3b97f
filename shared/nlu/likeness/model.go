package likeness

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"
)

// Model tells how probable each class is for a sentence: multinomial logistic regression over its features. It is
// immutable.
type Model struct {
	classes []string
	bias    []float32
	weights []int8 // by feature, then by class
	scale   float32
	slots   []slot // open addressing; as many as a power of two
	mask    uint32
	hashes  []Feature
}

type slot struct {
	feature Feature
	row     int32 // plus one; 0 is free
}

// MaxClasses bounds what a model tells apart.
const MaxClasses = 24

// Probabilities are by class; those beyond the number of classes are 0.
type Probabilities [MaxClasses]float32

// Classes are the model's, in the order of Probabilities.
func (m *Model) Classes() []string { return m.classes }

// Class is the position of a class in Probabilities, or -1.
func (m *Model) Class(name string) int {
	for i, c := range m.classes {
		if c == name {
			return i
		}
	}
	return -1
}

// Probabilities of a sentence, given as its features. What the model has never seen says nothing.
func (m *Model) Probabilities(features []Feature) (p Probabilities) {
	if len(features) == 0 {
		return p
	}
	n := len(m.classes)
	var sum [MaxClasses]int32
	for _, f := range features {
		row := m.row(f)
		if row < 0 {
			continue
		}
		for c, w := range m.weights[row*n : row*n+n] {
			sum[c] += int32(w)
		}
	}
	norm := m.scale / sqrt32(float32(len(features)))
	var z [MaxClasses]float32
	for c := range n {
		z[c] = m.bias[c] + float32(sum[c])*norm
	}
	softmax(z[:n], p[:n])
	return p
}

func (m *Model) row(f Feature) int {
	for i := f & m.mask; ; i = (i + 1) & m.mask {
		s := m.slots[i]
		if s.row == 0 {
			return -1
		}
		if s.feature == f {
			return int(s.row) - 1
		}
	}
}

func softmax(z, p []float32) {
	top := z[0]
	for _, v := range z {
		top = max(top, v)
	}
	total := float32(0)
	for i, v := range z {
		p[i] = float32(math.Exp(float64(v - top)))
		total += p[i]
	}
	for i := range p {
		p[i] /= total
	}
}

func sqrt32(x float32) float32 { return float32(math.Sqrt(float64(x))) }

func (m *Model) index() {
	size := uint32(16)
	for size < 2*uint32(len(m.hashes)) { //nolint:gosec // bounded by Load and Train
		size *= 2
	}
	m.mask, m.slots = size-1, make([]slot, size)
	for row, f := range m.hashes {
		i := f & m.mask
		for m.slots[i].row != 0 {
			i = (i + 1) & m.mask
		}
		m.slots[i] = slot{f, int32(row + 1)} //nolint:gosec // bounded by Load and Train
	}
}

// The stored form: a line of the classes' names; the scale and the biases as 32-bit floats; the number of features; the
// features; a byte for each feature and class. Big end first.

// Append writes the stored form.
func (m *Model) Append(out []byte) []byte {
	out = append(out, strings.Join(m.classes, " ")+"\n"...)
	out = binary.BigEndian.AppendUint32(out, math.Float32bits(m.scale))
	for _, b := range m.bias {
		out = binary.BigEndian.AppendUint32(out, math.Float32bits(b))
	}
	out = binary.BigEndian.AppendUint32(out, uint32(len(m.hashes))) //nolint:gosec // bounded by Train
	for _, h := range m.hashes {
		out = binary.BigEndian.AppendUint32(out, h)
	}
	for _, w := range m.weights {
		out = append(out, byte(w)) //nolint:gosec // read back the same way
	}
	return out
}

const maxFeatures = 1 << 20

// Load reads the stored form.
func Load(stored []byte) (*Model, error) {
	line, rest, ok := strings.Cut(string(stored), "\n")
	m := &Model{classes: strings.Fields(line)}
	n := len(m.classes)
	if !ok || n == 0 || n > MaxClasses || len(rest) < 4*(n+2) {
		return nil, errors.New("likeness: this is no stored model")
	}
	in := stored[len(line)+1:]
	next := func() uint32 {
		v := binary.BigEndian.Uint32(in)
		in = in[4:]
		return v
	}
	m.scale = math.Float32frombits(next())
	for range n {
		m.bias = append(m.bias, math.Float32frombits(next()))
	}
	count := int(next())
	if count > maxFeatures || len(in) != count*(4+n) {
		return nil, fmt.Errorf("likeness: a model of %d features and %d classes takes %d bytes, not %d", count, n, count*(4+n), len(in))
	}
	m.hashes = make([]Feature, count)
	for i := range m.hashes {
		m.hashes[i] = next()
	}
	m.weights = make([]int8, len(in))
	for i, b := range in {
		m.weights[i] = int8(b) //nolint:gosec // as Append wrote it
	}
	m.index()
	return m, nil
}
