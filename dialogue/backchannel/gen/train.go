package main

import (
	"math"
	"math/rand/v2"
	"sync"

	"github.com/outdial/outdial/dialogue/backchannel"
)

const (
	hidden = backchannel.Hidden
	inputs = backchannel.Inputs
	batch  = 32
	// halves of a batch are worked on side by side, always the same ones, so that sums come out the same on every machine.
	halves = 2
)

// slope is the derivative of the error by each weight.
type slope = backchannel.Net

func lists(n *backchannel.Net) [3][]float32 { return [3][]float32{n.In[:], n.Back[:], n.Out[:]} }

// step is what one frame left behind on the way forward.
type step struct {
	was             [hidden]float32
	keep, look, new [hidden]float32
	past            [hidden]float32
	now             [hidden]float32
	odds            float32
}

// learner holds what the training of one half needs.
type learner struct {
	steps []step
	slope slope
	loss  float64
}

func (l *learner) forward(n *backchannel.Net, e *example) {
	l.steps = l.steps[:0]
	var was [hidden]float32
	for t := range e.frames {
		s := step{was: was}
		x := &e.frames[t]
		for g := range 3 {
			for u := range hidden {
				in := n.In[(g*hidden+u)*(inputs+1):][:inputs+1]
				sum := in[inputs]
				for i, v := range x {
					sum += in[i] * v
				}
				back := n.Back[(g*hidden+u)*(hidden+1):][:hidden+1]
				past := back[hidden]
				for i, v := range was {
					past += back[i] * v
				}
				switch g {
				case 0:
					s.keep[u] = sig(sum + past)
				case 1:
					s.look[u] = sig(sum + past)
				default:
					s.past[u] = past
					s.new[u] = float32(math.Tanh(float64(sum + s.look[u]*past)))
				}
			}
		}
		s.odds = n.Out[hidden]
		for u := range hidden {
			s.now[u] = s.keep[u]*was[u] + (1-s.keep[u])*s.new[u]
			s.odds += n.Out[u] * s.now[u]
		}
		was = s.now
		l.steps = append(l.steps, s)
	}
}

func sig(x float32) float32 { return float32(1 / (1 + math.Exp(-float64(x)))) }

// backward adds the slopes of one example.
func (l *learner) backward(n *backchannel.Net, e *example) {
	var dh [hidden]float32
	for t := len(e.frames) - 1; t >= 0; t-- {
		s, x := &l.steps[t], &e.frames[t]
		p := sig(s.odds)
		d := (p - e.want[t]) * e.weight[t]
		right := p
		if e.want[t] == 0 {
			right = 1 - p
		}
		l.loss -= float64(e.weight[t]) * math.Log(float64(right)+1e-9)
		for u := range hidden {
			l.slope.Out[u] += d * s.now[u]
			dh[u] += d * n.Out[u]
		}
		l.slope.Out[hidden] += d
		var pre, back [3][hidden]float32
		var before [hidden]float32
		for u := range hidden {
			dk := dh[u] * (s.was[u] - s.new[u])
			dn := dh[u] * (1 - s.keep[u]) * (1 - s.new[u]*s.new[u])
			dl := dn * s.past[u]
			before[u] = dh[u] * s.keep[u]
			pre[0][u] = dk * s.keep[u] * (1 - s.keep[u])
			pre[1][u] = dl * s.look[u] * (1 - s.look[u])
			pre[2][u] = dn
			back[0][u], back[1][u], back[2][u] = pre[0][u], pre[1][u], dn*s.look[u]
		}
		for g := range 3 {
			for u := range hidden {
				if v := pre[g][u]; v != 0 {
					in := l.slope.In[(g*hidden+u)*(inputs+1):][:inputs+1]
					for i, f := range x {
						in[i] += v * f
					}
					in[inputs] += v
				}
				v := back[g][u]
				own := l.slope.Back[(g*hidden+u)*(hidden+1):][:hidden+1]
				weights := n.Back[(g*hidden+u)*(hidden+1):][:hidden+1]
				for i := range hidden {
					own[i] += v * s.was[i]
					before[i] += v * weights[i]
				}
				own[hidden] += v
			}
		}
		dh = before
	}
}

// trainer is Adam.
type trainer struct {
	net           *backchannel.Net
	first, second backchannel.Net
	n             int
	halves        [halves]learner
}

func newTrainer(r *rand.Rand) *trainer {
	t := &trainer{net: &backchannel.Net{}}
	for i, list := range lists(t.net) {
		spread := 1 / math.Sqrt(float64([]int{inputs, hidden, hidden}[i]))
		for k := range list {
			list[k] = float32((2*r.Float64() - 1) * spread)
		}
	}
	return t
}

// learn makes one step with a batch.
func (t *trainer) learn(examples []example, rate float64) (loss float64) {
	var wg sync.WaitGroup
	for h := range halves {
		wg.Go(func() {
			l := &t.halves[h]
			l.slope, l.loss = slope{}, 0
			for i := h; i < len(examples); i += halves {
				l.forward(t.net, &examples[i])
				l.backward(t.net, &examples[i])
			}
		})
	}
	wg.Wait()
	t.n++
	var weight float64
	for i := range examples {
		for _, w := range examples[i].weight {
			weight += float64(w)
		}
	}
	a, b := lists(&t.halves[0].slope), lists(&t.halves[1].slope)
	var norm float64
	for i := range a {
		for k := range a[i] {
			a[i][k] = (a[i][k] + b[i][k]) / float32(weight)
			norm += float64(a[i][k]) * float64(a[i][k])
		}
	}
	scale := float32(min(1, 0.5/math.Sqrt(norm+1e-12)))
	net, first, second := lists(t.net), lists(&t.first), lists(&t.second)
	c1, c2 := 1-math.Pow(0.9, float64(t.n)), 1-math.Pow(0.999, float64(t.n))
	for i := range net {
		for k := range net[i] {
			d := a[i][k] * scale
			first[i][k] = 0.9*first[i][k] + 0.1*d
			second[i][k] = 0.999*second[i][k] + 0.001*d*d
			net[i][k] -= float32(rate * (float64(first[i][k])/c1/(math.Sqrt(float64(second[i][k])/c2)+1e-8) + 1e-5*float64(net[i][k])))
		}
	}
	for h := range halves {
		loss += t.halves[h].loss
	}
	return loss / weight
}
