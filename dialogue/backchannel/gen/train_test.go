package main

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/outdial/outdial/dialogue/backchannel"
)

func randomExample(r *rand.Rand, n int) example {
	var e example
	for range n {
		var f backchannel.Frame
		for i := range f {
			f[i] = float32(r.NormFloat64())
		}
		e.frames, e.want, e.weight = append(e.frames, f), append(e.want, float32(r.IntN(2))), append(e.weight, r.Float32())
	}
	return e
}

func loss(n *backchannel.Net, e *example) float64 {
	var l learner
	l.forward(n, e)
	l.backward(n, e)
	return l.loss
}

// TestSlopes compares slopes with what a small change of a weight does to the error, and the way forward with the net's own.
func TestSlopes(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	n := newTrainer(r).net
	e := randomExample(r, 7)
	var l learner
	l.forward(n, &e)
	l.backward(n, &e)
	var s backchannel.State
	for i := range e.frames {
		if odds := n.Step(&s, &e.frames[i]); math.Abs(float64(odds-l.steps[i].odds)) > 1e-5 {
			t.Fatalf("frame %d: the net says %v, the trainer %v", i, odds, l.steps[i].odds)
		}
	}
	const by = 1e-2
	weights, slopes := lists(n), lists(&l.slope)
	for i := range weights {
		for range 60 {
			k := r.IntN(len(weights[i]))
			was := weights[i][k]
			weights[i][k] = was + by
			up := loss(n, &e)
			weights[i][k] = was - by
			down := loss(n, &e)
			weights[i][k] = was
			if want, got := (up-down)/(2*by), float64(slopes[i][k]); math.Abs(want-got) > 1e-3+0.02*math.Abs(want) {
				t.Errorf("list %d weight %d: slope %.5f, want %.5f", i, k, got, want)
			}
		}
	}
}

// TestLearns: what differs from the first frame on is told apart after a few steps.
func TestLearns(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 9))
	tr := newTrainer(r)
	var first, last float64
	for i := range 60 {
		examples := make([]example, batch)
		for k := range examples {
			e := randomExample(r, 6)
			for t := range e.frames {
				e.want[t], e.weight[t] = float32(k%2), 1
				e.frames[t][3] += float32(4*(k%2) - 2)
			}
			examples[k] = e
		}
		last = tr.learn(examples, 0.01)
		if i == 0 {
			first = last
		}
	}
	if first < 0.4 || last > 0.2 {
		t.Errorf("the error went from %.3f to %.3f", first, last)
	}
}
