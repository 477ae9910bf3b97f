package api

import (
	"context"
	"errors"
	"time"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/flow"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/scripttest"
)

// Trial names what is tried out: a version, a document, or the draft where neither is given.
type Trial struct {
	VersionID int64  `json:"version_id,omitempty" minimum:"0" doc:"A version of the script"`
	Document  string `json:"document,omitempty" doc:"JSON or YAML, at most 1 MB; comes before the version. Without both, it is the draft."`
}

const (
	// trialTime bounds the work of one request.
	trialTime = 20 * time.Second
	// trialsAtOnce bounds how many requests work at the same time; the others wait.
	trialsAtOnce = 2
	// trialStep is how many conversations are walked between two looks at the time.
	trialStep = 50
)

// slot is the place of one request among those that work at the same time.
type slot struct {
	places chan struct{}
	taken  bool
}

func (a *API) trialSlot() *slot { return &slot{places: a.trials} }

func (s *slot) take(ctx context.Context) error {
	select {
	case s.places <- struct{}{}:
		s.taken = true
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// leave gives the place back; it may be called again.
func (s *slot) leave() {
	if s.taken {
		s.taken = false
		<-s.places
	}
}

// tryOut waits until the work may begin, and bounds its time. The function that it returns ends it.
func (a *API) tryOut(ctx context.Context) (context.Context, func(), error) {
	s := a.trialSlot()
	if err := s.take(ctx); err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, trialTime)
	return ctx, func() { cancel(); s.leave() }, nil
}

// inTime refuses to go on once the time of a trial is over, or its client has gone.
func inTime(ctx context.Context) error {
	if errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
		return errs.New(errs.Invalid, "this takes too long; ask for fewer conversations or calls")
	}
	return ctx.Err()
}

// trial makes ready what is tried out.
func (a *API) trial(ctx context.Context, id script.ID, t Trial) (*scripttest.Runner, error) {
	source, err := a.trialSource(ctx, id, t)
	if err != nil {
		return nil, err
	}
	r, err := runnerOf(source)
	if err != nil {
		return nil, err
	}
	return r.At(a.localTime(ctx)), nil
}

// runnerOf makes a document ready to be walked.
func runnerOf(source []byte) (*scripttest.Runner, error) {
	f, err := script.Parse(source)
	if err != nil {
		return nil, err
	}
	p, err := flow.Compile(f)
	if err != nil {
		return nil, err
	}
	return scripttest.New(p), nil
}

// versionOfScript reads a version where it is one of the script's.
func (a *API) versionOfScript(ctx context.Context, id script.ID, version script.VersionID) (script.Version, error) {
	v, err := a.Store.ScriptVersion(ctx, scopeOf(ctx), version)
	if err == nil && v.Script != id {
		return script.Version{}, errs.Missing("script version", version)
	}
	return v, err
}

// localTime is the time where the caller's company is.
func (a *API) localTime(ctx context.Context) time.Time {
	now := a.Clock.Now()
	if zone, err := time.LoadLocation(callerOf(ctx).Tenant.Zone); err == nil {
		return now.In(zone)
	}
	return now
}

// trialSource is the document that is tried out.
func (a *API) trialSource(ctx context.Context, id script.ID, t Trial) ([]byte, error) {
	s, err := a.Store.Script(ctx, scopeOf(ctx), id)
	if errs.Is(err, errs.NotFound) && t.Document == "" && t.VersionID != 0 && a.permit(ctx, access.ScriptsReview) == nil {
		// Reviewers talk to what they decide on, though the script is not theirs.
		r, missing := a.Store.Review(ctx, scopeOf(ctx), script.VersionID(t.VersionID))
		if missing == nil && r.Script == id {
			return r.Source, nil
		}
	}
	if err != nil {
		return nil, err
	}
	switch {
	case t.Document != "":
		return []byte(t.Document), nil
	case t.VersionID != 0:
		v, err := a.versionOfScript(ctx, s.ID, script.VersionID(t.VersionID))
		return v.Source, err
	}
	d, err := a.Store.Draft(ctx, scopeOf(ctx), s.ID)
	return d.Document, err
}
