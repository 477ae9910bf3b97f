package backchannel

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/outdial/outdial/shared/audio"
)

// voice is a vowel of some pitch and level, a different one for every shape.
func voice(frames int, level float64, shape int) []int16 {
	out := make([]int16, frames*audio.FrameSamples)
	for i := range out {
		var v float64
		for k := 1; k <= 20; k++ {
			v += math.Sin(2*math.Pi*float64(k*160*i)/audio.Rate) / (1 + math.Abs(float64(k-shape)))
		}
		out[i] = int16(level * 8000 * v)
	}
	return out
}

func frames(e *Ear, pcm []int16) (out []Frame) {
	for range 12 {
		e.Quiet(make([]int16, audio.FrameSamples))
	}
	e.Begin(func(f *Frame) { out = append(out, *f) })
	for i := 0; i < len(pcm); i += audio.FrameSamples {
		out = append(out, e.Step(pcm[i:i+audio.FrameSamples]))
	}
	return out
}

// How loud somebody speaks says nothing about what they say.
func TestEarHearsLoudAndSoftAlike(t *testing.T) {
	loud, soft := frames(&Ear{}, voice(10, 1, 3)), frames(&Ear{}, voice(10, 0.1, 3))
	if len(loud) != 10+before {
		t.Fatalf("%d frames of a burst of 10, want %d more", len(loud), before)
	}
	other := frames(&Ear{}, voice(10, 1, 12))
	var level, shape float64
	for i := before; i < len(loud); i++ {
		for b := range loud[i] {
			level = max(level, math.Abs(float64(loud[i][b]-soft[i][b])))
			shape = max(shape, math.Abs(float64(loud[i][b]-other[i][b])))
		}
	}
	if level > 0.2 || shape < 1 {
		t.Errorf("a level moves a band by %.2f, another vowel by %.2f", level, shape)
	}
}

// The hiss of a line is taken out: a burst of nothing but the same hiss has no shape.
func TestEarTakesNoiseOut(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	hiss := func(n int) []int16 {
		out := make([]int16, n*audio.FrameSamples)
		for i := range out {
			out[i] = int16(r.NormFloat64() * 300)
		}
		return out
	}
	var e Ear
	for range 200 {
		e.Quiet(hiss(1))
	}
	e.Begin(func(*Frame) {})
	said := voice(8, 0.5, 3)
	for i, v := range hiss(8) {
		said[i] += v
	}
	var clean Ear
	want := frames(&clean, voice(8, 0.5, 3))[before:]
	var off, n float64
	for i := range want {
		f := e.Step(said[i*audio.FrameSamples : (i+1)*audio.FrameSamples])
		for b := range 8 { // where the vowel is
			off += math.Abs(float64(f[b] - want[i][b]))
			n++
		}
	}
	if off/n > 0.3 {
		t.Errorf("hiss moves a band by %.2f", off/n)
	}
}

func TestNetFile(t *testing.T) {
	nets, err := ReadNets(trained)
	if err != nil {
		t.Fatal(err)
	}
	again, err := ReadNets(nets.AppendTo(nil))
	if err != nil || len(again) != len(nets) {
		t.Fatalf("%d nets that were written and read are %d: %v", len(nets), len(again), err)
	}
	for i := range nets {
		if *again[i] != *nets[i] {
			t.Errorf("net %d is another one after it was written and read", i)
		}
	}
	for name, file := range map[string][]byte{
		"empty":    nil,
		"no net":   trained[:8],
		"cut":      trained[:len(trained)-4],
		"long":     append(append([]byte{}, trained...), 0),
		"another":  append([]byte("ODPHR1\n\x00"), trained[8:]...),
		"infinite": append(append([]byte{}, trained[:len(trained)-4]...), 0, 0, 0x80, 0x7f),
		"no value": append(append([]byte{}, trained[:len(trained)-4]...), 0xff, 0xff, 0xff, 0xff),
	} {
		if _, err := ReadNets(file); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Nets judge together: two of a kind say what one says, others the mean.
func TestNetsJudgeTogether(t *testing.T) {
	one, other := &Net{}, &Net{}
	one.Out[Hidden], other.Out[Hidden] = 3, -1
	burst := voice(5, 0.6, 4)
	for _, c := range []struct {
		nets Nets
		want float64
	}{{Nets{one}, 3}, {Nets{one, one}, 3}, {Nets{one, other}, 1}} {
		if odds := listen(Listen(c.nets), burst, 1); odds != c.want {
			t.Errorf("%d nets: odds of %.2f, want %.2f", len(c.nets), odds, c.want)
		}
	}
}

// listen gives a burst, and asks after every so many frames.
func listen(l *Listener, burst []int16, each int) float64 {
	for range 12 {
		l.Quiet(make([]int16, audio.FrameSamples))
	}
	l.Begin()
	for i := 0; i < len(burst); i += audio.FrameSamples {
		l.Step(burst[i : i+audio.FrameSamples])
		if i/audio.FrameSamples%each == 0 {
			l.Odds()
		}
	}
	return l.Odds()
}

// A burst is judged by itself: neither what came before it in the call, but for the noise, nor when somebody asked changes it.
func TestListenerForgets(t *testing.T) {
	burst := voice(20, 0.6, 4)
	l := NewListener()
	first := listen(l, burst, 1)
	if math.IsNaN(first) || math.IsInf(first, 0) || first == 0 {
		t.Errorf("odds of %v", first)
	}
	listen(l, voice(3*longest, 0.5, 9), 7)
	if again := listen(l, burst, 100); again != first {
		t.Errorf("the same burst has odds of %.2f and then %.2f", first, again)
	}
	if other := listen(l, voice(20, 0.6, 12), 1); other == first {
		t.Error("another burst has the same odds")
	}
}

// BenchmarkStep is what a frame of a burst costs when somebody asks about it.
func BenchmarkStep(b *testing.B) {
	l := NewListener()
	pcm := voice(1, 0.5, 4)
	for b.Loop() {
		l.heard, l.seen = 0, 0
		l.Step(pcm)
		l.Odds()
	}
}

// BenchmarkUnasked is what it costs when nobody does.
func BenchmarkUnasked(b *testing.B) {
	l := NewListener()
	pcm := voice(1, 0.5, 4)
	for b.Loop() {
		l.heard, l.seen = 0, 0
		l.Step(pcm)
	}
}
