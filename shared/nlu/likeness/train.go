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
	Least  int     // 5: in how many samples a feature must occur
}

func (o Training) defaults() Training {
	o.Epochs, o.Rate = cmp.Or(o.Epochs, 10), cmp.Or(o.Rate, 0.3)
	o.Decay, o.Least = cmp.Or(o.Decay, 1e-6), cmp.Or(o.Least, 5)
	return o
}

type prepared struct {
	rows  []int32
	norm  float64
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
		data[i] = prepared{norm: 1 / math.Sqrt(float64(max(1, len(features[i])))), class: slices.Index(m.classes, s.Class)}
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

// descend is AdaGrad, one sample at a time, in an order that is the same every time.
func (m *Model) descend(data []prepared, o Training) []float64 {
	n := len(m.classes)
	w, g := make([]float64, len(m.hashes)*n), make([]float64, len(m.hashes)*n)
	bias, bg := make([]float64, n), make([]float64, n)
	z, p := make([]float32, n), make([]float32, n)
	rng := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same order every time is the point
	step := func(v, sum *float64, grad float64) {
		*sum += grad * grad
		*v -= o.Rate * grad / (1e-3 + math.Sqrt(*sum))
	}
	for range o.Epochs {
		for _, i := range rng.Perm(len(data)) {
			d := data[i]
			for c := range n {
				sum := 0.0
				for _, row := range d.rows {
					sum += w[int(row)*n+c]
				}
				z[c] = float32(bias[c] + sum*d.norm)
			}
			softmax(z, p)
			for c := range n {
				grad := float64(p[c])
				if c == d.class {
					grad--
				}
				step(&bias[c], &bg[c], grad)
				for _, row := range d.rows {
					k := int(row)*n + c
					step(&w[k], &g[k], grad*d.norm+o.Decay*w[k])
				}
			}
		}
	}
	m.bias = make([]float32, n)
	for c := range n {
		m.bias[c] = float32(bias[c])
	}
	return w
}

// quantise stores each weight in a byte; the few that are larger than fits are cut.
func (m *Model) quantise(w []float64) {
	sizes := make([]float64, len(w))
	for i, v := range w {
		sizes[i] = math.Abs(v)
	}
	slices.Sort(sizes)
	limit := 1e-6
	if len(sizes) > 0 {
		limit = max(limit, sizes[len(sizes)*9995/10000])
	}
	m.scale = float32(limit / 127)
	m.weights = make([]int8, len(w))
	for i, v := range w {
		m.weights[i] = int8(math.Round(max(-127, min(127, v/float64(m.scale)))))
	}
}
