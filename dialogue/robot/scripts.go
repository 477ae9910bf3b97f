package robot

import (
	"context"
	"fmt"
	"log/slog"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/outdial/outdial/dialogue/tts"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/flow"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/tenant"
)

// version is a script version ready to be talked: checked, compiled, its prompts spoken.
type version struct {
	program    *flow.Program
	voice      *voice
	background []int16
}

// scripts loads versions, each once. A version never changes, so that it is never loaded again; those that have not been
// used longest make room when there are many.
type scripts struct {
	store  Store
	tts    tts.Voice
	folder string
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

func newScripts(store Store, t tts.Voice, folder string, log *slog.Logger) *scripts {
	return &scripts{store: store, tts: t, folder: folder, log: log, loaded: map[script.VersionID]*slot{}}
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
	if err := s.render(ctx, id, p, v); err != nil {
		return nil, fmt.Errorf("speak the prompts of script version %d: %w", id, err)
	}
	return &version{p, v, backgroundOf(f, own)}, nil
}

// atOnce is how many prompts of a version are spoken at once: a service that answers in a third of a second then speaks a script
// of 60 sentences in three.
const atOnce = 8

// render speaks the prompts that are the same for all calls. One that cannot be spoken is passed over; only the end of ctx is
// an error.
func (s *scripts) render(ctx context.Context, id script.VersionID, p *flow.Program, v *voice) error {
	var all errgroup.Group
	all.SetLimit(atOnce)
	for _, t := range p.Texts() {
		if len(script.References(t.Text)) > 0 {
			continue // spoken for each call
		}
		all.Go(func() error {
			if _, err := v.Render(ctx, t.Key, t.Text); err != nil {
				if ctx.Err() != nil {
					return err
				}
				s.log.Error("a prompt of a script cannot be spoken; calls will pass it over", "version", id, "key", t.Key, "err", err)
			}
			return nil
		})
	}
	return all.Wait()
}

// warm loads a version that was just deployed, so that its first call finds every prompt spoken.
func (r *Robot) warm(ctx context.Context, m event.ScriptDeployed) {
	r.bg.Go(func() {
		if _, err := r.scripts.get(ctx, tenant.Of(m.Tenant), m.Version); err != nil && ctx.Err() == nil {
			r.cfg.Log.Warn("a deployed script could not be made ready; its first call tries again", "version", m.Version, "err", err)
		}
	})
}
