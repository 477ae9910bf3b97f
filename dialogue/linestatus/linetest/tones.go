package linetest

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/linestatus"
)

// Rhythm is a tone of the network: frequencies that sound together, and on, off, on, off …
type Rhythm struct {
	Status linestatus.Status
	Hz     []float64
	OnOff  []time.Duration
}

func ms(list ...int) []time.Duration {
	out := make([]time.Duration, len(list))
	for i, v := range list {
		out[i] = time.Duration(v) * time.Millisecond
	}
	return out
}

// China lists the tones of GB/T 3380.
var China = []Rhythm{
	{linestatus.Ringing, []float64{450}, ms(1000, 4000)},
	{linestatus.BusyTone, []float64{450}, ms(350, 350)},
	{linestatus.CongestionTone, []float64{450}, ms(700, 700)},
	{linestatus.UnobtainableTone, []float64{450}, ms(100, 100, 100, 100, 100, 100, 400, 400)},
	{linestatus.CallWaiting, []float64{450}, ms(400, 4000)},
}

// Case is one tone as an exchange that is no laboratory sends it.
type Case struct {
	Rhythm Rhythm
	Line   Line
	// Off is how far the frequency is off, in Hz; Jitter how far each burst and pause is, as a share.
	Off, Jitter float64
	// Phase is how much of the rhythm is over when somebody begins to listen; Lead how much silence comes first.
	Phase, Lead time.Duration
}

// Draw makes a case: 5 Hz, 10 %, levels from -35 to -8 dBFS, every noise at the given level, half of the lines joined in the
// middle of the rhythm.
func Draw(r *rand.Rand, of Rhythm, snr float64) Case {
	c := Case{Rhythm: of, Off: 10*r.Float64() - 5, Jitter: 0.1,
		Line: Line{Noise: Noises[r.IntN(len(Noises))], SNR: snr, Level: -35 + 27*r.Float64(), Law: audio.PCMA}}
	if r.IntN(2) == 0 {
		c.Line.Law = audio.PCMU
	}
	var round time.Duration
	for _, d := range of.OnOff {
		round += d
	}
	if r.IntN(2) == 0 {
		c.Phase = time.Duration(r.Float64() * float64(round))
	} else {
		c.Lead = time.Duration(r.IntN(600)) * time.Millisecond
	}
	return c
}

// Sound is the case's sound.
func (c Case) Sound(r *rand.Rand, long time.Duration) []int16 {
	out := make([]int16, audio.Samples(long))
	at := audio.Samples(c.Lead)
	skip := audio.Samples(c.Phase)
	const amp = 6000
	phases := make([]float64, len(c.Rhythm.Hz))
	for i := 0; at < len(out); i++ {
		d := c.Rhythm.OnOff[i%len(c.Rhythm.OnOff)]
		n := audio.Samples(time.Duration(float64(d) * (1 + c.Jitter*(2*r.Float64()-1))))
		if skip >= n {
			skip -= n
			continue
		}
		n, skip = n-skip, 0
		for k := at; k < min(at+n, len(out)) && i%2 == 0; k++ {
			var v float64
			for p, hz := range c.Rhythm.Hz {
				phases[p] += 2 * math.Pi * (hz + c.Off) / audio.Rate
				v += math.Sin(phases[p])
			}
			out[k] = int16(amp * v / float64(len(c.Rhythm.Hz)))
		}
		at += n
	}
	return c.Line.Carry(r, out)
}

// Frames calls step with every whole frame of a sound until it says that it has heard enough, and gives the time then.
func Frames(pcm []int16, step func(frame []int16) bool) (time.Duration, bool) {
	for at := 0; at+audio.FrameSamples <= len(pcm); at += audio.FrameSamples {
		if step(pcm[at : at+audio.FrameSamples]) {
			return audio.Duration(at + audio.FrameSamples), true
		}
	}
	return audio.Duration(len(pcm)), false
}
