package api

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/scripttest"
	"github.com/outdial/outdial/shared/tenant"
)

// ScriptCompared is what the newest calls of the version that was deployed came to in a version that was submitted. Numbers in it
// are masked: it is read beyond the company, and stays longer than the calls.
type ScriptCompared struct {
	Version   int   `json:"version" doc:"Number of the version whose calls they are"`
	VersionID int64 `json:"version_id"`
	Found     int   `json:"found" doc:"Calls with a conversation, at most 200; more than were walked where time was over before"`
	ScriptReplay
	Unreadable bool `json:"unreadable,omitempty" doc:"The version whose calls they are has errors by the rules of now, so that none was walked"`
}

// submitted is how the report of a submission is stored.
type submitted struct {
	scripttest.Report
	Replay *ScriptCompared `json:"replay,omitempty"`
}

const (
	// simulated is how many callees walk a script before its review.
	simulated = 300
	// replayTime bounds the replay of a submission.
	replayTime = 5 * time.Second
	// submittedChanges is how many changed calls a stored report shows, and submittedReplay how large it may be with them.
	submittedChanges = 50
	submittedReplay  = 256 << 10
)

// passed runs what a script must pass before its review, and the calls of the deployed version through it. It returns the report of
// all that as JSON.
func (a *API) passed(ctx context.Context, s script.Script, document []byte) ([]byte, error) {
	r, err := runnerOf(document)
	if err != nil {
		return nil, err
	}
	work, done, err := a.tryOut(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	cases := r.Cases()
	refused := errs.New(errs.Invalid, "the script does not pass its tests; mend it, or what they expect")
	for _, c := range cases {
		for _, f := range c.Failures {
			refused.Fields = append(refused.Fields, errs.Field{Path: "tests." + c.Name, Reason: f.String(), Said: f.Said()})
		}
	}
	if len(refused.Fields) > 0 {
		return nil, refused
	}
	callees := r.Simulation(1)
	callees.Run(simulated)
	out := submitted{Report: callees.Report(cases)}
	if out.Replay, err = a.compared(work, s, r.At(a.localTime(ctx))); err != nil {
		return nil, err
	}
	return json.Marshal(out)
}

// compared lets the newest calls of the deployed version happen to the one that is submitted; nil where none is deployed. The
// calls are the company's, whoever submits: it is the reviewer who must see what changes.
func (a *API) compared(ctx context.Context, s script.Script, after *scripttest.Runner) (*ScriptCompared, error) {
	if s.Deployed.ID == 0 {
		return nil, nil //nolint:nilnil // there is nothing to compare with
	}
	scope := tenant.Of(s.Tenant)
	out := &ScriptCompared{Version: s.Deployed.Number, VersionID: int64(s.Deployed.ID), ScriptReplay: noReplay()}
	v, err := a.Store.ScriptVersion(ctx, scope, s.Deployed.ID)
	if err != nil {
		return nil, err
	}
	before, err := runnerOf(v.Source)
	if err != nil {
		out.Unreadable = true
		return out, nil //nolint:nilerr // that version was deployed when it could be read; its successor is not held up for it
	}
	ctx, cancel := context.WithTimeout(ctx, replayTime)
	defer cancel()
	c := comparison{before: before.At(a.localTime(ctx)), after: after, most: submittedChanges, number: access.MaskNumber, text: access.MaskText}
	if err := a.walk(ctx, scope, out, c); err != nil && !errors.Is(ctx.Err(), context.DeadlineExceeded) { // what was walked in time is shown
		return nil, err
	}
	out.fit(submittedReplay)
	return out, nil
}

// walk lets the calls of a version happen to two.
func (a *API) walk(ctx context.Context, scope tenant.Scope, out *ScriptCompared, c comparison) error {
	calls, err := a.Store.Spoken(ctx, scope, script.VersionID(out.VersionID), time.Time{}, usualReplay)
	if err != nil {
		return err
	}
	out.Found = len(calls)
	people, err := a.variablesOf(ctx, scope, calls)
	if err != nil {
		return err
	}
	out.ScriptReplay, err = c.of(ctx, calls, people)
	return err
}

// fit leaves out changed calls, the oldest first, until the rest has no more bytes than that.
func (c *ScriptCompared) fit(most int) {
	size := 0
	for i, one := range c.Changed {
		b, err := json.Marshal(one)
		if size += len(b); err != nil || size > most {
			c.Changed = c.Changed[:i]
			return
		}
	}
}

// reportOf is what the tests and the replay came to when the version was submitted, in the language of the request; nil where there
// were none.
func reportOf(ctx context.Context, v script.Version) (*ScriptReport, *ScriptCompared, error) {
	if len(v.Report) == 0 {
		return nil, nil, nil
	}
	var stored submitted
	if err := json.Unmarshal(v.Report, &stored); err != nil {
		return nil, nil, errs.Wrap(errs.Internal, err, "the report of script version %d cannot be read back", v.ID)
	}
	out := reportShown(ctx, stored.Report)
	return &out, stored.Replay, nil
}
