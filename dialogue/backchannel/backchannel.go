// Package backchannel tells by its sound, while it is still being said, whether a burst of voice may be a 嗯, a 对 or a 好的:
// what people say to show that they listen, and not to take the floor.
//
// It is pure: no clock, no goroutine, one Step a frame. It decides nothing; the session does, which knows who speaks. What it
// knows comes from synthesised voices (gen), and is a few small recurrent nets for all calls.
package backchannel

import (
	_ "embed"
	"sync"

	"github.com/outdial/outdial/shared/audio"
)

//go:embed trained/nets.bin
var trained []byte

var shipped = sync.OnceValues(func() (Nets, error) { return ReadNets(trained) })

// longest is how many frames of a burst are listened to; no backchannel lasts longer.
const longest = 60

// Listener follows one line. It looks at a burst only when somebody asks: most of what callees say is said while the robot listens,
// and then nobody does.
type Listener struct {
	nets   Nets
	ear    Ear
	states []State // of each net
	odds   float32
	burst  [longest][audio.FrameSamples]int16
	heard  int // frames of the burst that are there
	seen   int // of them, looked at
}

// NewListener listens with the nets that come with the product.
func NewListener() *Listener {
	nets, err := shipped()
	if err != nil {
		panic(err) // the binary was built with a broken file
	}
	return Listen(nets)
}

// Listen listens with any nets.
func Listen(nets Nets) *Listener { return &Listener{nets: nets, states: make([]State, len(nets))} }

// Quiet takes a frame between two bursts of voice.
func (l *Listener) Quiet(pcm []int16) {
	l.seen = l.heard
	l.ear.Quiet(pcm)
}

// Begin begins a burst, whose first voiced frame is the next one.
func (l *Listener) Begin() {
	clear(l.states)
	l.odds, l.heard, l.seen = 0, 0, 0
	l.ear.Begin(l.judge)
}

// Step takes a frame of a burst.
func (l *Listener) Step(pcm []int16) {
	if l.heard < longest {
		f := &l.burst[l.heard]
		clear(f[copy(f[:], pcm):])
		l.heard++
	}
}

// Odds is the logarithm of the odds that the burst so far is a backchannel or the beginning of one.
func (l *Listener) Odds() float64 {
	for ; l.seen < l.heard; l.seen++ {
		f := l.ear.Step(l.burst[l.seen][:])
		l.judge(&f)
	}
	return float64(l.odds)
}

func (l *Listener) judge(f *Frame) {
	l.odds = 0
	for i, n := range l.nets {
		l.odds += n.Step(&l.states[i], f) / float32(len(l.nets))
	}
}
