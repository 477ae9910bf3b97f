package likeness

import (
	"cmp"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
)

// Sample is one labelled sentence.
type Sample struct {
	Features []Feature
	Class    string
}

// Training says how to learn; the zero value is what the shipped model is made with.
type Training struct {
	Epochs int     // 10
	Rate   float64 // 0.3
	Decay  float64 // 1e-6: how strongly weights are drawn to zero
	Least  int     // 2: in how many samples a feature must occur
	Doubt  float64 // 0.1: how much of each sample is given to all classes alike, since labels at a boundary are a matter of opinion
}

func (o Training) defaults() Training {
	o.Epochs, o.Rate = cmp.Or(o.Epochs, 10), cmp.Or(o.Rate, 0.3)
	o.Decay, o.Least = cmp.Or(o.Decay, 1e-6), cmp.Or(o.Least, 2)
	o.Doubt = cmp.Or(o.Doubt, 0.1)
	return o
}

type prepared struct {
	rows  []int32
	norm  float32
	class int
}

// Train learns a model. The same samples in the same order give the same model.
func Train(samples []Sample, o Training) (*Model, error) {
	o = o.defaults()
	m := &Model{}
	for _, s := range samples {
		if !slices.Contains(m.classes, s.Class) {
			m.classes = append(m.classes, s.Class)
		}
	}
	slices.Sort(m.classes)
	if len(m.classes) < 2 || len(m.classes) > MaxClasses {
		return nil, errors.New("likeness: a model tells 2 to 24 classes apart")
	}
	data, err := m.prepare(samples, o.Least)
	if err != nil {
		return nil, err
	}
	m.quantise(m.descend(data, o))
	m.index()
	return m, nil
}

// prepare chooses the features and looks up those of each sample.
func (m *Model) prepare(samples []Sample, least int) ([]prepared, error) {
	held := map[Feature]int{}
	features := make([][]Feature, len(samples))
	for i, s := range samples {
		features[i] = s.Features
		for _, f := range distinct(features[i]) {
			held[f]++
		}
	}
	for f, n := range held {
		if n >= least {
			m.hashes = append(m.hashes, f)
		}
	}
	if len(m.hashes) > maxFeatures {
		return nil, errors.New("likeness: too many features")
	}
	slices.Sort(m.hashes)
	m.index()
	data := make([]prepared, len(samples))
	for i, s := range samples {
		data[i] = prepared{norm: 1 / sqrt32(float32(max(1, len(features[i])))), class: slices.Index(m.classes, s.Class)}
		for _, f := range features[i] {
			if row := m.row(f); row >= 0 {
				data[i].rows = append(data[i].rows, int32(row)) //nolint:gosec // bounded above
			}
		}
	}
	return data, nil
}

func distinct(fs []Feature) []Feature {
	out := slices.Clone(fs)
	slices.Sort(out)
	return slices.Compact(out)
}

// descend is AdaGrad, one sample at a time, in an order that is the same every time. It shares nothing with anybody, so
// that a watch for races would only make it slow.
//
//go:norace
func (m *Model) descend(data []prepared, o Training) []float32 {
	n := len(m.classes)
	w, g := make([]float32, len(m.hashes)*n), make([]float32, len(m.hashes)*n)
	bias, bg := make([]float32, n), make([]float32, n)
	z, p := make([]float32, n), make([]float32, n)
	rng := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same order every time is the point
	rate, decay := float32(o.Rate), float32(o.Decay)
	certain, share := float32(1-o.Doubt), float32(o.Doubt)/float32(n)
	for range o.Epochs {
		for _, i := range rng.Perm(len(data)) {
			d := data[i]
			clear(z)
			for _, row := range d.rows {
				for c, v := range w[int(row)*n : int(row)*n+n] {
					z[c] += v
				}
			}
			for c := range z {
				z[c] = bias[c] + z[c]*d.norm
			}
			softmax(z, p)
			p[d.class] -= certain
			for c, q := range p {
				grad := q - share
				if grad < tooSmall && grad > -tooSmall {
					continue
				}
				bg[c] += grad * grad
				bias[c] -= rate * grad / (1e-3 + sqrt32(bg[c]))
				grad *= d.norm
				for _, row := range d.rows {
					k := int(row)*n + c
					v := grad + decay*w[k]
					g[k] += v * v
					w[k] -= rate * v / (1e-3 + sqrt32(g[k]))
				}
			}
		}
	}
	m.bias = bias
	return w
}

// tooSmall is how wrong a probability may be before there is something to learn from it.
const tooSmall = 1e-3

// quantise stores each weight in a byte; the few that are larger than fits are cut.
func (m *Model) quantise(w []float32) {
	sizes := make([]float64, len(w))
	for i, v := range w {
		sizes[i] = math.Abs(float64(v))
	}
	slices.Sort(sizes)
	limit := 1e-6
	if len(sizes) > 0 {
		limit = max(limit, sizes[len(sizes)*9995/10000])
	}
	m.scale = float32(limit / 127)
	m.weights = make([]int8, len(w))
	for i, v := range w {
		m.weights[i] = int8(math.Round(float64(max(-127, min(127, v/m.scale)))))
	}
}
