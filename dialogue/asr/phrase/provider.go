// Package phrase owns the recogniser that needs no server: it compares what a callee says with recordings of known
// phrases and names the one it recognises, or none.
//
// It is a closed-set recogniser for the embedded default: it knows the sentences it was enrolled with, answers
// "unmatched" to everything else, and is honest about voices it has not heard (docs/recognition.md has the measured
// figures). It does not understand free speech and does not replace a real recogniser in production.
//
// How it works: one mel spectrum each 20 ms while the line is not silent, the line's noise taken out; at each pause and
// at the end of the turn the utterance becomes cepstra without the channel's mean, a sketch of eight segments picks the
// recordings that may be meant, and dynamic time warping measures those.
package phrase

import (
	"context"
	"fmt"
	"runtime"

	"github.com/outdial/outdial/dialogue/asr"
)

// Name is the provider's name.
const Name = "phrase"

// Config of a Provider. The zero value means the defaults.
type Config struct {
	Tuning Tuning
	// Parallel bounds how many matches run at once in the process (default: one a processor).
	Parallel int
}

// Provider recognises the phrases of one set.
type Provider struct {
	set    *Set
	tuning Tuning
	slots  chan struct{}
}

// New makes a provider; the set must not change any more.
func New(set *Set, cfg Config) (*Provider, error) {
	if set == nil || len(set.templates) == 0 {
		return nil, &asr.Error{Kind: asr.Config, Provider: Name, Tried: "start with an empty phrase set: enrol at least one phrase"}
	}
	set.prepare()
	if cfg.Parallel <= 0 {
		cfg.Parallel = runtime.GOMAXPROCS(0)
	}
	return &Provider{set: set, tuning: cfg.Tuning.withDefaults(), slots: make(chan struct{}, cfg.Parallel)}, nil
}

// Default is a provider over the phrases that come with the product.
func Default() (*Provider, error) {
	set, err := Enrolled()
	if err != nil {
		return nil, err
	}
	return New(set, Config{})
}

// Name implements asr.Provider.
func (p *Provider) Name() string { return Name }

// Open implements asr.Provider. Params.Phrases narrows the set; texts that were never enrolled are ignored as long as
// one is known.
func (p *Provider) Open(ctx context.Context, params asr.Params) (asr.Stream, error) {
	refuse := func(tried string, cause error) error {
		return &asr.Error{Kind: asr.Config, Provider: Name, Tried: tried, Cause: cause}
	}
	if err := params.Validate(); err != nil {
		return nil, refuse("open a stream", err)
	}
	if params.Rate() != rate {
		return nil, refuse(fmt.Sprintf("open a stream of %d Hz: this recogniser takes %d Hz", params.Rate(), rate), nil)
	}
	var allowed []bool
	if len(params.Phrases) > 0 {
		allowed = make([]bool, len(p.set.texts))
		known := 0
		for _, t := range params.Phrases {
			if id, ok := p.set.index[t]; ok && !allowed[id] {
				allowed[id] = true
				known++
			}
		}
		if known == 0 {
			return nil, refuse(fmt.Sprintf("open a stream: none of the %d phrases was enrolled", len(params.Phrases)), nil)
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, &asr.Error{Kind: asr.Closed, Provider: Name, Tried: "open a stream", Cause: err}
	}
	return newStream(ctx, p, allowed), nil
}
