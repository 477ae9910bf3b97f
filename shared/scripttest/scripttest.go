// Package scripttest owns trying a script out in text, before anybody is called with it: talking to it line by line, its
// regression cases, simulated callees that walk it many times, and the walk of recorded calls through another version.
//
// It is pure: no I/O, no clock, no goroutine, and chance comes from a seed, so that the same script and seed always give the
// same report. It does not walk the flow itself (shared/flow), and knows no store and no API.
package scripttest

import (
	"time"

	"github.com/outdial/outdial/shared/flow"
	"github.com/outdial/outdial/shared/nlu"
	"github.com/outdial/outdial/shared/script"
)

// Runner tries one version of a script out. It remembers what sentences mean, so it serves one goroutine at a time.
type Runner struct {
	program *flow.Program
	flow    *script.Flow
	ways    *ways
	meaning map[string]nlu.Match
	callee  *callees // made when the first callee is
	now     time.Time
}

// anyTime is when callees are called that are not told when: a Monday morning, the same in every run.
var anyTime = time.Date(2026, time.January, 5, 10, 0, 0, 0, time.UTC)

// maxMeanings bounds what a runner remembers; callees of a run say the same few hundred sentences again and again.
const maxMeanings = 20_000

// New makes a runner of a program.
func New(p *flow.Program) *Runner {
	return &Runner{program: p, flow: p.Flow(), ways: waysOf(p.Flow()), meaning: map[string]nlu.Match{}, now: anyTime}
}

// At sets the time at which calls are answered: dates are said and understood by it.
func (r *Runner) At(now time.Time) *Runner {
	r.now = now
	return r
}

// Language is the script's.
func (r *Runner) Language() string { return r.flow.Language }

// match is what a sentence means to the script; matching is most of the work of a simulated call.
func (r *Runner) match(text string) nlu.Match {
	if m, ok := r.meaning[text]; ok {
		return m
	}
	m := r.program.Match(text)
	if len(r.meaning) < maxMeanings {
		r.meaning[text] = m
	}
	return m
}
