package softswitch

import (
	"math"
	"time"

	"github.com/outdial/outdial/shared/audio"
)

const (
	// earSettle is how long an ear waits for late packets of either side. A frame is sent on when the next tick comes, so
	// that who eavesdrops hears everything up to 80 ms later than the two who talk.
	earSettle = 60 * audio.Rate / 1000
	// earWait is how long the other leg may take to have media (switch_ivr_async.c, switch_ivr_eavesdrop_session).
	earWait = 6 * time.Second
)

// ear hears both sides of a leg for another one, 20 ms at a time on its own clock.
type ear struct {
	rec   *recording
	both  []int16 // what has settled and has not been sent, two words a sample
	frame [audio.FrameSamples]int16
}

func newEar() *ear { return &ear{rec: newRecording("", true, earSettle)} }

// next is the next frame, both sides mixed, or nil when none has settled.
func (e *ear) next() []int16 {
	if len(e.both) < 2*audio.FrameSamples {
		return nil
	}
	for i := range e.frame {
		e.frame[i] = mix(e.both[2*i], e.both[2*i+1])
	}
	e.both = append(e.both[:0], e.both[2*audio.FrameSamples:]...)
	return e.frame[:]
}

// listen takes what has settled. After a stall the oldest is left out and counted, because a listener wants to hear what
// is said now.
func (e *ear) listen() (missed int) {
	e.both = e.rec.take(e.both, false)
	if late := len(e.both)/2 - lead; late > 0 {
		missed = (late + audio.FrameSamples - 1) / audio.FrameSamples * audio.FrameSamples
		e.both = append(e.both[:0], e.both[2*missed:]...)
	}
	return missed
}

// mix adds two samples; what is too loud is cut off.
func mix(a, b int16) int16 {
	return int16(max(math.MinInt16, min(math.MaxInt16, int(a)+int(b))))
}

// appEavesdrop lets the peer hear what another leg says and hears, until either leg ends. Nobody hears the peer, whatever
// it presses. The other leg is not told and may be bridged anew meanwhile. A leg that is not there, or that has no
// media for too long, ends the application (switch_ivr_async.c, switch_ivr_eavesdrop_session).
func (sw *Switch) appEavesdrop(l *leg, ex *execution, id string) (outcome, string) {
	sw.mu.Lock()
	target := sw.legs[id]
	ready := l.progress == early || l.progress == active
	sw.mu.Unlock()
	if target == nil || target == l || !ready {
		return goOn, ""
	}
	late := sw.clock.NewTimer(earWait)
	defer late.Stop()
	select {
	case <-target.up:
	case <-target.done:
		return goOn, ""
	case <-late.Chan():
		return goOn, ""
	case <-l.done:
		return leave, ""
	case <-ex.stop:
		return leave, ""
	}
	e := newEar()
	target.media.attach(e.rec)
	defer target.media.detach(e.rec)
	t := time.NewTicker(audio.FrameDuration) // begins after the ear, so that every tick finds a whole frame
	defer t.Stop()
	scratch := make([]byte, 0, audio.FrameSamples)
	for {
		select {
		case <-target.done:
			return goOn, ""
		case <-l.done:
			return leave, ""
		case <-ex.stop:
			return leave, ""
		case <-t.C:
		}
		if missed := e.listen(); missed > 0 {
			l.media.conn.SkipTimestamp(uint32(missed))
		}
		for frame := e.next(); frame != nil; frame = e.next() {
			if l.media.playing.Load() == nil {
				l.media.send(frame, scratch)
			}
		}
	}
}
