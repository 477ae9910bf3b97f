package robot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/outdial/outdial/dialogue/tts"
	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/flow"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/tenant"
)

// version is a script version ready to be talked: checked and compiled. Its prompts are there as soon as they are spoken.
type version struct {
	program    *flow.Program
	voice      *voice
	background []int16
}

// scripts loads versions, each once. A version never changes, so that it is never loaded again; those that have not been
// used longest make room when there are many. Loading waits for the store alone: prompts are spoken beside the calls.
type scripts struct {
	store  Store
	tts    tts.Voice
	folder string
	clock  clock.Clock
	beside func(func(context.Context)) // runs what no call waits for
	log    *slog.Logger

	mu      sync.Mutex
	loaded  map[script.VersionID]*slot
	counter int
}

type slot struct {
	tenant tenant.Scope
	done   chan struct{}
	v      *version
	err    error
	used   int
}

// maxVersions bounds the memory that prompts take: some 5 MB a version.
const maxVersions = 64

func newScripts(store Store, t tts.Voice, folder string, c clock.Clock, beside func(func(context.Context)), log *slog.Logger) *scripts {
	return &scripts{store: store, tts: t, folder: folder, clock: c, beside: beside, log: log, loaded: map[script.VersionID]*slot{}}
}

// get is the version, loaded if need be. Who comes second waits for the first. A failure is not kept.
func (s *scripts) get(ctx context.Context, scope tenant.Scope, id script.VersionID) (*version, error) {
	for {
		s.mu.Lock()
		s.counter++
		one := s.loaded[id]
		if one != nil && one.tenant == scope {
			one.used = s.counter
			s.mu.Unlock()
			select {
			case <-one.done:
			case <-ctx.Done():
				return nil, fmt.Errorf("load script version %d: %w", id, ctx.Err())
			}
			if one.err != nil && ctx.Err() == nil && isCanceled(one.err) {
				continue // it was given up by somebody else's hang-up
			}
			return one.v, one.err
		}
		one = &slot{tenant: scope, done: make(chan struct{}), used: s.counter}
		s.loaded[id] = one
		s.forget()
		s.mu.Unlock()

		one.v, one.err = s.load(ctx, scope, id)
		if one.err != nil {
			s.mu.Lock()
			if s.loaded[id] == one {
				delete(s.loaded, id)
			}
			s.mu.Unlock()
		} else {
			s.beside(func(ctx context.Context) { s.speak(ctx, id, one) })
		}
		close(one.done)
		return one.v, one.err
	}
}

// forget drops the version that was not used longest. The caller holds mu; calls that talk it keep what they have.
func (s *scripts) forget() {
	if len(s.loaded) <= maxVersions {
		return
	}
	var oldest script.VersionID
	for id, one := range s.loaded {
		if s.loaded[oldest] == nil || one.used < s.loaded[oldest].used {
			oldest = id
		}
	}
	delete(s.loaded, oldest)
}

func (s *scripts) load(ctx context.Context, scope tenant.Scope, id script.VersionID) (*version, error) {
	row, err := s.store.ScriptVersion(ctx, scope, id)
	if err != nil {
		return nil, fmt.Errorf("read script version %d: %w", id, err)
	}
	f, err := script.Parse(row.Source)
	if err != nil {
		return nil, fmt.Errorf("script version %d: %w", id, err)
	}
	p, err := flow.Compile(f)
	if err != nil {
		return nil, fmt.Errorf("script version %d: %w", id, err)
	}
	spoken, err := s.store.Recordings(ctx, scope, row.Script, id)
	if err != nil {
		return nil, fmt.Errorf("read the recordings of script version %d: %w", id, err)
	}
	own := newRecorded(s.folder, spoken, f, s.log)
	v := newVoice(tts.AtSpeed(s.tts, f.Voice.Speed), own, f.Voice.Name, s.folder, id, s.log)
	return &version{p, v, backgroundOf(f, own)}, nil
}

// atOnce is how many prompts of a version are spoken at once: a service that answers in a third of a second then speaks a script
// of 60 sentences in three.
const atOnce = 8

// firstPause doubles from one attempt at the prompts that failed to the next, up to longestPause.
const (
	firstPause   = 5 * time.Second
	longestPause = 2 * time.Minute
)

// speak speaks the prompts that are the same for all calls, and those that failed again until they are there. Each can be used
// as soon as it is spoken. A call that needs one before asks for it itself, and may get it from a voice that stands in because
// the first one is slow; here nobody is in a hurry, so that the first one's takes its place.
func (s *scripts) speak(ctx context.Context, id script.VersionID, one *slot) {
	var texts []script.Text
	for _, t := range wanted(one.v.program) {
		if len(script.References(t.Text)) == 0 { // the others are spoken for each call
			texts = append(texts, t)
		}
	}
	left := s.round(ctx, id, one, texts)
	if len(left) > 0 && ctx.Err() == nil {
		s.log.Error("prompts of a script cannot be spoken at present; they are tried again", "version", id, "prompts", len(left))
	}
	for pause := firstPause; len(left) > 0; pause = min(2*pause, longestPause) {
		if clock.Sleep(ctx, s.clock, pause) != nil || !s.has(id, one) {
			return
		}
		// One of them finds out whether the others are worth asking for.
		if again := s.round(ctx, id, one, left[:1]); len(again) > 0 {
			left = append(left[1:], again...)
			continue
		}
		left = s.round(ctx, id, one, left[1:])
	}
}

// wanted are a script's sentences in the order in which calls want them: the greeting first.
func wanted(p *flow.Program) []script.Text {
	texts := p.Texts()
	greeting := p.Flow().Nodes[p.Flow().Start].Say
	if i := slices.Index(texts, greeting); i > 0 {
		copy(texts[1:], texts[:i])
		texts[0] = greeting
	}
	return texts
}

// round speaks prompts side by side and gives those that may yet be spoken another time.
func (s *scripts) round(ctx context.Context, id script.VersionID, one *slot, texts []script.Text) (left []script.Text) {
	failed := make([]bool, len(texts))
	var all sync.WaitGroup
	free := make(chan struct{}, atOnce)
	for i, t := range texts {
		free <- struct{}{}
		if ctx.Err() != nil || !s.has(id, one) {
			break
		}
		all.Go(func() {
			defer func() { <-free }()
			_, err := one.v.voice.Render(ctx, t.Key, t.Text)
			switch {
			case err == nil || ctx.Err() != nil:
			case errors.Is(err, tts.ErrMissing), errors.Is(err, tts.ErrRefused), errors.Is(err, tts.ErrRecording):
				s.log.Error("a prompt of a script cannot be spoken; calls will pass it over", "version", id, "key", t.Key, "err", err)
			default:
				failed[i] = true
				s.log.Warn("a prompt of a script could not be spoken", "version", id, "key", t.Key, "err", err)
			}
		})
	}
	all.Wait()
	for i, t := range texts {
		if failed[i] {
			left = append(left, t)
		}
	}
	return left
}

// has tells whether a version is still kept for calls.
func (s *scripts) has(id script.VersionID, one *slot) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.loaded[id] == one
}

// warm loads a version that was just deployed, so that its first call finds every prompt spoken.
func (r *Robot) warm(ctx context.Context, m event.ScriptDeployed) {
	r.bg.Go(func() {
		if _, err := r.scripts.get(ctx, tenant.Of(m.Tenant), m.Version); err != nil && ctx.Err() == nil {
			r.cfg.Log.Warn("a deployed script could not be made ready; its first call tries again", "version", m.Version, "err", err)
		}
	})
}
