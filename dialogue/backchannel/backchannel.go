// Package backchannel tells by its sound, while it is still being said, whether a burst of voice may be a 嗯, a 对 or a 好的:
// what people say to show that they listen, and not to take the floor.
//
// It is pure: no clock, no goroutine, one Step a frame. It decides nothing; the session does, which knows who speaks. What it
// knows comes from synthesised voices (gen), and is one small recurrent net for all calls.
package backchannel

import (
	_ "embed"
	"sync"

	"github.com/outdial/outdial/shared/audio"
)

//go:embed trained/net.bin
var trained []byte

var shipped = sync.OnceValues(func() (*Net, error) { return ReadNet(trained) })

// longest is how many frames of a burst are listened to; no backchannel lasts longer.
const longest = 60

// Listener follows one line. It looks at a burst only when somebody asks: most of what callees say is said while the robot listens,
// and then nobody does.
type Listener struct {
	net   *Net
	ear   Ear
	state State
	odds  float32
	burst [longest][audio.FrameSamples]int16
	heard int // frames of the burst that are there
	seen  int // of them, looked at
}

// NewListener listens with the net that comes with the product.
func NewListener() *Listener {
	net, err := shipped()
	if err != nil {
		panic(err) // the binary was built with a broken file
	}
	return &Listener{net: net}
}

// Quiet takes a frame between two bursts of voice.
func (l *Listener) Quiet(pcm []int16) {
	l.seen = l.heard
	l.ear.Quiet(pcm)
}

// Begin begins a burst, whose first voiced frame is the next one.
func (l *Listener) Begin() {
	l.state, l.odds, l.heard, l.seen = State{}, 0, 0, 0
	l.ear.Begin(func(f *Frame) { l.odds = l.net.Step(&l.state, f) })
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
		l.odds = l.net.Step(&l.state, &f)
	}
	return float64(l.odds)
}
