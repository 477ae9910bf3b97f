package api

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/transcript"
)

// TestReplayTellsWhatItCameToInTime ends the time before the first call: what was walked until then is kept, and why it is no more.
func TestReplayTellsWhatItCameToInTime(t *testing.T) {
	r, err := runnerOf(script.Demo())
	if err != nil {
		t.Fatal(err)
	}
	late, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancel()
	calls := make([]transcript.Spoken, 3)
	c := comparison{before: r, after: r, most: 1, number: func(s string) string { return s }, text: func(s string) string { return s }}
	got, err := c.of(late, calls, nil)
	if got.Calls != 0 || got.Changed == nil || got.Grades.After == nil || !errs.Is(err, errs.Invalid) {
		t.Errorf("without time: %+v (%v)", got, err)
	}
	if got, err = c.of(t.Context(), calls, nil); err != nil || got.Calls != 3 || got.Same != 3 {
		t.Errorf("in time: %+v (%v)", got, err)
	}
}

func TestStoredReplayHasItsSize(t *testing.T) {
	c := ScriptCompared{ScriptReplay: noReplay()}
	for range 50 {
		c.Changed = append(c.Changed, ReplayedCall{Before: ReplayedWalk{Path: []string{strings.Repeat("长", 4000)}}})
	}
	c.fit(submittedReplay)
	if b, err := json.Marshal(c.Changed); err != nil || len(b) > submittedReplay+100 || len(c.Changed) < 20 {
		t.Errorf("%d calls with %d bytes are stored (%v)", len(c.Changed), len(b), err)
	}
	few := len(c.Changed)
	if c.fit(submittedReplay); len(c.Changed) != few {
		t.Errorf("what fits is cut to %d calls", len(c.Changed))
	}
}

// slowStore finds the deployed version, and its calls not in time.
type slowStore struct{ Store }

func (slowStore) ScriptVersion(context.Context, tenant.Scope, script.VersionID) (script.Version, error) {
	return script.Version{ID: 1, Source: script.Demo()}, nil
}

func (slowStore) Spoken(ctx context.Context, _ tenant.Scope, _ script.VersionID, _ time.Time, _ int) ([]transcript.Spoken, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// TestSlowCallsHoldNoSubmissionUp: what the replay costs is the reviewer's loss and not the author's.
func TestSlowCallsHoldNoSubmissionUp(t *testing.T) {
	r, err := runnerOf(script.Demo())
	if err != nil {
		t.Fatal(err)
	}
	a := &API{Deps: Deps{Store: slowStore{}, Clock: clock.NewFake(time.Unix(0, 0))}}
	ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(10*time.Millisecond))
	defer cancel()
	got, err := a.compared(ctx, script.Script{Tenant: 1, Deployed: script.Ref{ID: 1, Number: 1}}, r)
	if err != nil || got == nil || got.Found != 0 || got.Calls != 0 || got.Changed == nil {
		t.Errorf("compared %+v (%v)", got, err)
	}
}
