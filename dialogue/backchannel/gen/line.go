package main

import (
	"math"
	"math/rand/v2"

	"github.com/outdial/outdial/dialogue/backchannel"
	"github.com/outdial/outdial/dialogue/vad"
	"github.com/outdial/outdial/shared/audio"
)

// example is a take as a telephone line carried it, frame by frame.
type example struct {
	frames []backchannel.Frame
	want   []float32 // 1 while it is or may become a backchannel
	weight []float32 // 0 where nobody could tell
	spans  []int     // frames since the first voiced one
	murmur bool
}

const (
	// apart is what the session takes for the end of a burst, longest what is learnt of one.
	apart   = 10
	longest = 55
	// soonest is the frame of a burst from which on an answer is needed, urgent the last one before which it is needed most.
	soonest = 6
	urgent  = 18
)

// carry sends a take over a line: a level, a tone colour, hiss, the robot's own voice from far away, a telephone's law. Before that
// another throat is made of the one that spoke.
func carry(t *take, other []int16, r *rand.Rand) example {
	t = throat(t, r)
	lead := 40 + r.IntN(8)
	pcm := make([]float64, lead*audio.FrameSamples+r.IntN(audio.FrameSamples))
	start := len(pcm)
	var power float64
	for _, v := range t.PCM {
		power += float64(v) * float64(v)
	}
	gain := 32768 * math.Pow(10, (-27+14*r.Float64())/20) / math.Sqrt(power/float64(len(t.PCM))+1)
	loud := gain * math.Sqrt(power/float64(len(t.PCM))+1)
	tilt, high := 0.5*r.Float64()-0.25, 0.0
	if r.IntN(4) > 0 {
		high = 0.75 + 0.2*r.Float64() // a telephone's lower end
	}
	var last, low float64
	for _, v := range t.PCM {
		x := gain * float64(v)
		x, last = x+tilt*last, x
		low += (1 - high) * (x - low)
		if high > 0 {
			x -= low
		}
		pcm = append(pcm, x)
	}
	end := len(pcm)
	pcm = append(pcm, make([]float64, 14*audio.FrameSamples)...)
	hiss := loud * math.Pow(10, -(18+34*r.Float64())/20)
	hiss = max(hiss, 8)
	echo := 0.0
	if r.IntN(2) == 0 {
		echo = math.Pow(10, -(32+16*r.Float64())/20)
	}
	line := make([]int16, len(pcm))
	at := r.IntN(len(other))
	for i, x := range pcm {
		x += r.NormFloat64()*hiss + echo*3*float64(other[(at+i)%len(other)])
		line[i] = int16(max(-32768, min(32767, x)))
	}
	line = audio.PCMU.Decode(nil, audio.PCMU.Encode(nil, line))
	return hear(t, line, start, end)
}

// hear does what a session's ear does.
func hear(t *take, line []int16, start, end int) (out example) {
	out.murmur = t.Murmur
	detector := vad.New(vad.Config{Hangover: -1})
	var ear backchannel.Ear
	last, begun := -1000, -1
	first := (start + t.First) / audio.FrameSamples
	add := func(f *backchannel.Frame, now, span int) {
		want, weight := float32(0), float32(1)
		switch {
		case t.Murmur:
			want = 1
		case now <= first+1 && t.More != "":
			want, weight = 1, 0.3
		case now <= first+3 && t.First > 0:
			weight = 0
		case now < first+6 && t.More != "":
			weight = 0
		}
		if span < soonest {
			weight *= 0.02
		} else if span <= urgent && !t.Murmur {
			weight *= 1.5
		}
		out.frames, out.want, out.weight, out.spans = append(out.frames, *f), append(out.want, want), append(out.weight, weight), append(out.spans, span)
	}
	for i := 0; (i+1)*audio.FrameSamples <= len(line) && len(out.frames) < longest; i++ {
		pcm := line[i*audio.FrameSamples : (i+1)*audio.FrameSamples]
		voiced, _ := detector.Step(pcm)
		if voiced {
			if i-last > apart {
				if begun >= 0 && i*audio.FrameSamples > start {
					if len(out.frames) > 12 {
						return out
					}
				}
				out.frames, out.want, out.weight, out.spans = nil, nil, nil, nil
				begun = i
				ear.Begin(func(f *backchannel.Frame) { add(f, i, 0) })
			}
			last = i
		}
		if begun < 0 || i-last > apart {
			ear.Quiet(pcm)
			continue
		}
		if i*audio.FrameSamples > end+8*audio.FrameSamples {
			break
		}
		f := ear.Step(pcm)
		add(&f, i, i-begun+1)
	}
	return out
}

// throat makes another throat of the one that spoke: shorter or longer, and with other resonances.
func throat(t *take, r *rand.Rand) *take {
	out := *t
	by := 1.0
	if r.IntN(3) > 0 {
		by = math.Exp(0.34*r.Float64() - 0.17)
	}
	n := int(float64(len(t.PCM)-1) / by)
	pcm := make([]float64, n)
	for i := range pcm {
		at := float64(i) * by
		k := int(at)
		f := at - float64(k)
		pcm[i] = (1-f)*float64(t.PCM[k]) + f*float64(t.PCM[k+1])
	}
	for range r.IntN(3) {
		ring(pcm, 300*math.Exp(2.3*r.Float64()), 18*r.Float64()-9)
	}
	top := 1.0
	for _, v := range pcm {
		top = max(top, math.Abs(v))
	}
	out.PCM = make([]int16, n)
	for i, v := range pcm {
		out.PCM[i] = int16(v * 16000 / top)
	}
	out.First = min(n, int(float64(t.First)/by))
	return &out
}

// ring raises or lowers what lies around a frequency.
func ring(pcm []float64, hz, db float64) {
	a := math.Pow(10, db/40)
	w := 2 * math.Pi * hz / audio.Rate
	alpha := math.Sin(w) / 2
	b0, b1, b2 := 1+alpha*a, -2*math.Cos(w), 1-alpha*a
	a0, a1, a2 := 1+alpha/a, -2*math.Cos(w), 1-alpha/a
	var x1, x2, y1, y2 float64
	for i, x := range pcm {
		y := (b0*x + b1*x1 + b2*x2 - a1*y1 - a2*y2) / a0
		x2, x1, y2, y1 = x1, x, y1, y
		pcm[i] = y
	}
}
