package session

import (
	"context"
	"sync"
	"time"

	"github.com/outdial/outdial/dialogue/asr"
)

// hearing keeps one recogniser open for a call and replaces it when it fails, for as long as the call lasts: the next of the
// list at once, and when all of them have failed, again from the first after a pause that grows. Opening may take seconds (a
// connection), closing too (a goodbye), so both happen in goroutines of their own. It has no clock: it is told the present tick.
type hearing struct {
	providers []asr.Provider
	params    asr.Params
	ctx       context.Context
	wg        *sync.WaitGroup
	log       func(msg string, args ...any)

	tries  int  // since something was understood
	due    tick // when the next may be tried
	stream asr.Stream
	name   string
	opened chan opening
	busy   bool
}

type opening struct {
	stream asr.Stream
	name   string
	err    error
}

const (
	// rounds is how often the whole list of recognisers is tried without a pause.
	rounds = 2
	// openPause doubles from one time through the list to the next, up to openPauseMost.
	openPause     = 250 * time.Millisecond
	openPauseMost = 4 * time.Second
)

// open begins to open the next recogniser, if one is wanted and it is time.
func (h *hearing) open(now tick) {
	if h.busy || h.stream != nil || now < h.due || len(h.providers) == 0 || h.ctx.Err() != nil {
		return
	}
	p := h.providers[h.tries%len(h.providers)]
	h.tries++
	h.busy = true
	h.wg.Go(func() {
		s, err := p.Open(h.ctx, h.params)
		select {
		case h.opened <- opening{s, p.Name(), err}:
		case <-h.ctx.Done():
			if s != nil {
				_ = s.Close() // the call is over; nobody wants to know
			}
		}
	})
}

// poll takes what was opened, without waiting.
func (h *hearing) poll(now tick) {
	select {
	case o := <-h.opened:
		h.busy = false
		if o.err != nil {
			h.failed(now, "a recogniser could not be opened; the next one is tried", o.name, o.err)
			return
		}
		if h.tries > rounds*len(h.providers) {
			h.log("a recogniser listens again", "recogniser", o.name)
		}
		h.stream, h.name = o.stream, o.name
	default:
	}
}

// failed goes on to the next recogniser, after a pause where all of them have failed several times. What fails over and over is
// said in the log once.
func (h *hearing) failed(now tick, msg, name string, err error) {
	round := h.tries / len(h.providers) // how often the list has failed as a whole
	if h.tries <= rounds*len(h.providers) {
		h.log(msg, "recogniser", name, "err", err)
	}
	if h.tries%len(h.providers) == 0 && round >= rounds {
		h.due = now + ticks(min(openPause<<min(round-rounds, 10), openPauseMost))
	}
	h.open(now)
}

// drop gives a stream up that failed and begins to open the next.
func (h *hearing) drop(now tick, err error) {
	if h.stream == nil {
		return
	}
	s := h.stream
	h.stream = nil
	h.wg.Go(func() { _ = s.Close() })
	h.failed(now, "the recogniser failed during the call; the next one is tried", h.name, err)
}

func (h *hearing) write(now tick, frame []int16) {
	if h.stream == nil {
		return
	}
	if err := h.stream.Write(frame); err != nil && asr.KindOf(err) != asr.Overflow {
		h.drop(now, err)
	}
}

// next is a result that is there already.
func (h *hearing) next(now tick) (r asr.Result, ok bool) {
	if h.stream == nil {
		return r, false
	}
	select {
	case r, open := <-h.stream.Results():
		if !open {
			h.drop(now, &asr.Error{Kind: asr.Disconnected, Provider: h.name, Tried: "listen to the call"})
			return asr.Result{Final: true}, true
		}
		if r.Err != nil {
			h.drop(now, r.Err)
			r.Final = true
		}
		return r, true
	default:
		return r, false
	}
}

// served notes that a recogniser has understood a turn: what failed before is forgotten, so that a call that loses its recogniser
// now and then has the next one at once.
func (h *hearing) served() { h.tries, h.due = 0, 0 }

// close ends the stream; the caller waits for wg.
func (h *hearing) close() {
	if s := h.stream; s != nil {
		h.stream = nil
		h.wg.Go(func() { _ = s.Close() })
	}
}
