package api

import (
	"context"
	"time"

	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/tenant"
)

// ScriptVersion is one text of a script that never changes.
type ScriptVersion struct {
	ID          int64      `json:"id"`
	ScriptID    int64      `json:"script_id"`
	Number      int        `json:"number" doc:"1, 2, … within the script"`
	State       string     `json:"state" enum:"in_review,refused,withdrawn,live,deployed"`
	Note        string     `json:"note" doc:"What the author says of it"`
	Remark      string     `json:"remark" doc:"What the reviewer says of it"`
	SubmittedBy string     `json:"submitted_by"`
	SubmittedAt time.Time  `json:"submitted_at"`
	ReviewedBy  string     `json:"reviewed_by,omitempty"`
	ReviewedAt  *time.Time `json:"reviewed_at,omitempty"`
	DeployedAt  *time.Time `json:"deployed_at,omitempty" doc:"When it was deployed last"`
}

// ScriptVersionDetail is a version with all that is known about it.
type ScriptVersionDetail struct {
	ScriptVersion
	Document string          `json:"document" doc:"The document as JSON text, its keys in the author's order"`
	Problems []ScriptProblem `json:"problems"`
	Report   *ScriptReport   `json:"report,omitempty" doc:"Of the tests that ran when it was submitted; absent for versions older than tests"`
	Replay   *ScriptCompared `json:"replay,omitempty" doc:"What the version that was deployed when it was submitted had heard; absent where none was"`
}

// ScriptSubmission is a version that was just made, with what its author should know of it.
type ScriptSubmission struct {
	ScriptVersion
	Problems []ScriptProblem `json:"problems" doc:"Warnings; its reviewer reads them too"`
}

// VersionPath names the version of an address.
type VersionPath struct {
	ID int64 `path:"id" minimum:"1"`
}

func (p VersionPath) id() script.VersionID { return script.VersionID(p.ID) }

type submitScriptInput struct {
	ScriptPath
	Body struct {
		Note string `json:"note,omitempty" doc:"What changed, for the reviewer"`
	}
}

type versionOutput struct{ Body ScriptVersion }

type submissionOutput struct{ Body ScriptSubmission }

func (a *API) submitScript(ctx context.Context, in *submitScriptInput) (*submissionOutput, error) {
	if err := script.CheckNote(in.Body.Note); err != nil {
		return nil, err
	}
	s, err := a.Store.Script(ctx, scopeOf(ctx), in.id())
	if err != nil {
		return nil, err
	}
	d, err := a.Store.Draft(ctx, scopeOf(ctx), s.ID)
	if err != nil {
		return nil, err
	}
	report, err := a.passed(ctx, s, d.Document)
	if err != nil {
		return nil, err
	}
	found, err := a.problemsOf(ctx, scopeOf(ctx), s.ID, 0, d.Document)
	if err != nil {
		return nil, err
	}
	who := callerOf(ctx).User
	v := script.Version{Script: s.ID, Note: in.Body.Note, Report: report, Author: int64(who.ID), By: a.callerName(ctx), CreatedAt: a.Clock.Now().UTC()}
	if err := a.Store.Submit(ctx, scopeOf(ctx), &v, d.Revision); err != nil {
		return nil, stale(ctx, err)
	}
	out := &submissionOutput{Body: ScriptSubmission{ScriptVersion: versionOf(v), Problems: problemsShown(ctx, found)}}
	note(ctx, scriptChange("submit", s, nil, out.Body.ScriptVersion))
	a.scriptChanged(ctx, s.Tenant, s.ID, v.ID, v.State)
	a.tellReviewers(ctx, s, v)
	return out, nil
}

type listVersionsOutput struct {
	Body struct {
		Items []ScriptVersion `json:"items"`
	}
}

func (a *API) listScriptVersions(ctx context.Context, in *ScriptPath) (*listVersionsOutput, error) {
	found, err := a.Store.Versions(ctx, scopeOf(ctx), in.id())
	if err != nil {
		return nil, err
	}
	out := &listVersionsOutput{}
	out.Body.Items = make([]ScriptVersion, 0, len(found))
	for _, v := range found {
		out.Body.Items = append(out.Body.Items, versionOf(v))
	}
	return out, nil
}

type versionDetailOutput struct{ Body ScriptVersionDetail }

func (a *API) getScriptVersion(ctx context.Context, in *VersionPath) (*versionDetailOutput, error) {
	v, err := a.Store.ScriptVersion(ctx, scopeOf(ctx), in.id())
	if err != nil {
		return nil, err
	}
	out := &versionDetailOutput{Body: ScriptVersionDetail{ScriptVersion: versionOf(v), Document: shownDocument(v.Source)}}
	found, err := a.problemsOf(ctx, scopeOf(ctx), v.Script, v.ID, []byte(out.Body.Document))
	if err != nil {
		return nil, err
	}
	out.Body.Problems = problemsShown(ctx, found)
	out.Body.Report, out.Body.Replay, err = reportOf(ctx, v)
	if _, narrow := scopeOf(ctx).View(); narrow && out.Body.Replay != nil {
		out.Body.Replay.Changed = []ReplayedCall{} // some of these calls are not theirs to see
	}
	return out, err
}

func versionOf(v script.Version) ScriptVersion {
	return ScriptVersion{ID: int64(v.ID), ScriptID: int64(v.Script), Number: v.Number, State: string(v.State), Note: v.Note, Remark: v.Remark, SubmittedBy: v.By,
		SubmittedAt: v.CreatedAt.UTC(), ReviewedBy: v.Reviewer, ReviewedAt: moment(v.ReviewedAt), DeployedAt: moment(v.DeployedAt)}
}

func (a *API) withdrawVersion(ctx context.Context, in *VersionPath) (*versionOutput, error) {
	v, err := a.Store.ScriptVersion(ctx, scopeOf(ctx), in.id())
	if err != nil {
		return nil, err
	}
	out, _, err := a.moveVersion(ctx, v, script.Withdraw, "")
	return out, err
}

func (a *API) deployVersion(ctx context.Context, in *VersionPath) (*versionOutput, error) {
	v, err := a.Store.ScriptVersion(ctx, scopeOf(ctx), in.id())
	if err != nil {
		return nil, err
	}
	out, moved, err := a.moveVersion(ctx, v, script.Deploy, "")
	if err != nil {
		return nil, err
	}
	// Robots make ready what they will speak; the dialer learns of each campaign at once, and of those it missed from the rows.
	a.tell(ctx, event.ScriptDeployed{Tenant: v.Tenant, Script: v.Script, Version: v.ID})
	for _, m := range moved {
		a.tell(ctx, event.CampaignChanged{Tenant: m.Tenant, Campaign: m.Campaign, State: m.State, At: a.Clock.Now().UTC()})
	}
	return out, nil
}

// moveVersion takes an action on a version that was found for the caller, whoever's it is.
func (a *API) moveVersion(ctx context.Context, v script.Version, action script.Action, remark string) (*versionOutput, []script.Moved, error) {
	scope := tenant.Of(v.Tenant)
	s, err := a.Store.Script(ctx, scope, v.Script)
	if err != nil {
		return nil, nil, err
	}
	by := script.Decision{By: a.callerName(ctx), Remark: remark, At: a.Clock.Now().UTC()}
	if err := by.Validate(action); err != nil {
		return nil, nil, err
	}
	moved, err := a.Store.MoveVersion(ctx, scope, v.ID, action, by)
	if err != nil {
		return nil, nil, err
	}
	if v, err = a.Store.ScriptVersion(ctx, scope, v.ID); err != nil {
		return nil, nil, err
	}
	out := &versionOutput{Body: versionOf(v)}
	did := scriptChange(string(action), s, nil, out.Body)
	if v.Tenant != callerOf(ctx).Tenant.ID {
		did.Also = []tenant.ID{v.Tenant}
	}
	note(ctx, did)
	a.scriptChanged(ctx, v.Tenant, v.Script, v.ID, v.State)
	return out, moved, nil
}
