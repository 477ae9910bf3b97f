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

	tries   int  // since something was understood
	due     tick // when the next may be tried
	stream  asr.Stream
	name    string // of the one that is being opened, or listens
	opened  chan opening
	busy    bool
	attempt int                // which opening that is
	begun   tick               // when it was asked
	end     context.CancelFunc // of its opening, and of its stream
}

type opening struct {
	attempt int
	stream  asr.Stream
	err     error
}

const (
	// rounds is how often the whole list of recognisers is tried without a pause.
	rounds = 2
	// openWait is how long a recogniser may take to open before the next one of the list is tried, once through the list. After that
	// each has all the time that it gives itself: where all are slow, one must listen in the end.
	openWait = 1500 * time.Millisecond
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
	h.attempt++
	h.busy, h.begun, h.name = true, now, p.Name()
	ctx, end := context.WithCancel(h.ctx)
	h.end = end
	n := h.attempt
	h.wg.Go(func() {
		s, err := p.Open(ctx, h.params)
		select {
		case h.opened <- opening{n, s, err}:
		case <-ctx.Done():
			if s != nil {
				_ = s.Close() // the call is over, or another recogniser listens; nobody wants to know
			}
		}
	})
}

// poll takes what was opened, without waiting.
func (h *hearing) poll(now tick) {
	select {
	case o := <-h.opened:
		h.take(now, o)
	default:
		if h.busy && h.tries < len(h.providers) && now-h.begun >= ticks(openWait) {
			h.end()
			h.busy = false
			h.failed(now, "a recogniser takes long to open; the next one is tried", context.DeadlineExceeded)
		}
	}
}

// take looks at what came of an opening.
func (h *hearing) take(now tick, o opening) {
	switch {
	case o.attempt != h.attempt || !h.busy: // it was given up, and came after all
		if o.stream != nil {
			h.wg.Go(func() { _ = o.stream.Close() })
		}
	case o.err != nil:
		h.end()
		h.busy = false
		h.failed(now, "a recogniser could not be opened; the next one is tried", o.err)
	default:
		if h.tries > rounds*len(h.providers) {
			h.log("a recogniser listens again", "recogniser", h.name)
		}
		h.busy, h.stream = false, o.stream
	}
}

// failed goes on to the next recogniser, after a pause where all of them have failed several times. What fails over and over is
// said in the log once.
func (h *hearing) failed(now tick, msg string, err error) {
	round := h.tries / len(h.providers) // how often the list has failed as a whole
	if h.tries <= rounds*len(h.providers) {
		h.log(msg, "recogniser", h.name, "err", err)
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
	h.hangUp()
	h.failed(now, "the recogniser failed during the call; the next one is tried", err)
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
	if h.stream != nil {
		h.hangUp()
	}
}

// hangUp says goodbye to the recogniser that listens.
func (h *hearing) hangUp() {
	s, end := h.stream, h.end
	h.stream = nil
	h.wg.Go(func() {
		_ = s.Close()
		end()
	})
}
