package session

import (
	"context"
	"sync"

	"github.com/outdial/outdial/dialogue/asr"
)

// hearing keeps one recogniser open for a call and replaces it when it fails. Opening may take seconds (a connection),
// closing too (a goodbye), so both happen in goroutines of their own.
type hearing struct {
	providers []asr.Provider
	params    asr.Params
	ctx       context.Context
	wg        *sync.WaitGroup
	log       func(msg string, args ...any)

	tries  int
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

// rounds is how often the whole list of recognisers is tried without one of them understanding anything.
const rounds = 2

// open begins to open the next recogniser, unless all have had their chances.
func (h *hearing) open() {
	if h.busy || h.stream != nil || h.tries >= rounds*len(h.providers) || h.ctx.Err() != nil {
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
func (h *hearing) poll() {
	select {
	case o := <-h.opened:
		h.busy = false
		if o.err != nil {
			h.log("a recogniser could not be opened; the next one is tried", "recogniser", o.name, "err", o.err)
			h.open()
			return
		}
		h.stream, h.name = o.stream, o.name
	default:
	}
}

// drop gives a stream up that failed and begins to open the next.
func (h *hearing) drop(err error) {
	if h.stream == nil {
		return
	}
	h.log("the recogniser failed during the call; the next one is tried", "recogniser", h.name, "err", err)
	s := h.stream
	h.stream = nil
	h.wg.Go(func() { _ = s.Close() })
	h.open()
}

func (h *hearing) write(frame []int16) {
	if h.stream == nil {
		return
	}
	if err := h.stream.Write(frame); err != nil && asr.KindOf(err) != asr.Overflow {
		h.drop(err)
	}
}

// next is a result that is there already.
func (h *hearing) next() (r asr.Result, ok bool) {
	if h.stream == nil {
		return r, false
	}
	select {
	case r, open := <-h.stream.Results():
		if !open {
			h.drop(&asr.Error{Kind: asr.Disconnected, Provider: h.name, Tried: "listen to the call"})
			return asr.Result{Final: true}, true
		}
		if r.Err != nil {
			h.drop(r.Err)
			r.Final = true
		}
		return r, true
	default:
		return r, false
	}
}

// served notes that a recogniser has understood a turn: what failed before is forgotten, so that a long call that loses its
// recogniser now and then is never left deaf.
func (h *hearing) served() { h.tries = 0 }

// close ends the stream; the caller waits for wg.
func (h *hearing) close() {
	if s := h.stream; s != nil {
		h.stream = nil
		h.wg.Go(func() { _ = s.Close() })
	}
}
