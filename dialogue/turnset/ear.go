package turnset

import (
	"context"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/outdial/outdial/dialogue/asr"
	"github.com/outdial/outdial/shared/audio"
)

const (
	// lag is how far a streaming recogniser's partials are behind, and how often they come.
	lag   = 200 * time.Millisecond
	every = 200 * time.Millisecond
	// finalAfter is what it takes to say what a whole turn was.
	finalAfter = 60 * time.Millisecond
)

// ear is a recogniser that knows what is said when, and is as late as a real one. What turn-taking does with sound must not
// depend on which recogniser understands it.
type ear struct {
	mu    sync.Mutex
	words []word
	now   int // samples of the case's sound that have passed
	from  int // where the present utterance begins
	last  int // of the last partial
	final int // when the final is due; 0 when none is
	cuts  []int
	out   chan asr.Result
}

func (e *ear) Name() string { return "turn set" }

func (e *ear) Open(context.Context, asr.Params) (asr.Stream, error) {
	e.out = make(chan asr.Result, 64)
	return e, nil
}

func (e *ear) Write([]int16) error        { return nil }
func (e *ear) Results() <-chan asr.Result { return e.out }
func (e *ear) Close() error               { return nil }

// Flush notes where the turn was taken to end.
func (e *ear) Flush() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.cuts = append(e.cuts, e.now)
	e.final = e.now + audio.Samples(finalAfter)
}

// tick moves on by one frame.
func (e *ear) tick(now int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.now = now
	switch {
	case e.final > 0:
		if now >= e.final {
			end := e.final - audio.Samples(finalAfter)
			text := e.said(end)
			e.out <- asr.Result{Text: text, Final: true, Matched: text != ""}
			e.final, e.from, e.last = 0, end, now
		}
	case now-e.last >= audio.Samples(every):
		e.last = now
		if text := e.said(now - audio.Samples(lag)); text != "" {
			e.out <- asr.Result{Text: text, Matched: true}
		}
	}
}

// said is what was spoken of the present utterance until then.
func (e *ear) said(until int) string {
	var b strings.Builder
	for _, w := range e.words {
		if w.to <= e.from || w.from >= until {
			continue
		}
		n := utf8.RuneCountInString(w.text)
		if until < w.to {
			n = n * (until - w.from) / (w.to - w.from)
		}
		b.WriteString(string([]rune(w.text)[:n]))
	}
	return b.String()
}
