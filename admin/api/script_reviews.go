package api

import (
	"context"
	"strconv"
	"strings"

	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/tenant"
)

// ScriptReview is a version that was submitted, as the platform sees it.
type ScriptReview struct {
	ScriptVersion
	Script  Named `json:"script"`
	Company Named `json:"company"`
}

// ScriptReviewDetail is a review with what is decided on.
type ScriptReviewDetail struct {
	ScriptReview
	Document     string          `json:"document" doc:"The document as JSON text, its keys in the author's order"`
	Problems     []ScriptProblem `json:"problems"`
	Report       *ScriptReport   `json:"report,omitempty"`
	Replay       *ScriptCompared `json:"replay,omitempty" doc:"What the version that was deployed when it was submitted had heard; absent where none was"`
	Base         int             `json:"base" doc:"Number of the version that it is compared with: the deployed one, or the newest approved; 0 for none"`
	BaseID       int64           `json:"base_id"`
	BaseDocument string          `json:"base_document,omitempty" doc:"That version's document"`
	Diff         ScriptDiff      `json:"diff" doc:"What it changes against the base"`
}

type listReviewsInput struct {
	State string `query:"state" enum:"in_review,refused,withdrawn,live,deployed" doc:"Empty means all"`
	Paging
}

type listReviewsOutput struct{ Body Page[ScriptReview] }

func (a *API) listReviews(ctx context.Context, in *listReviewsInput) (*listReviewsOutput, error) {
	below, err := in.key()
	if err != nil {
		return nil, err
	}
	found, err := a.Store.Reviews(ctx, scopeOf(ctx), script.State(in.State), script.VersionID(below), in.Limit+1)
	if err != nil {
		return nil, err
	}
	out := &listReviewsOutput{}
	found, out.Body.Next = cut(found, in.Limit, func(r script.Review) string { return strconv.FormatInt(int64(r.ID), 10) })
	out.Body.Items = make([]ScriptReview, 0, len(found))
	for _, r := range found {
		out.Body.Items = append(out.Body.Items, reviewOf(r))
	}
	return out, nil
}

func reviewOf(r script.Review) ScriptReview {
	return ScriptReview{ScriptVersion: versionOf(r.Version), Script: Named{ID: int64(r.Script), Name: r.Name}, Company: Named{ID: int64(r.Tenant), Name: r.Company}}
}

type reviewOutput struct{ Body ScriptReviewDetail }

func (a *API) getReview(ctx context.Context, in *VersionPath) (*reviewOutput, error) {
	r, err := a.Store.Review(ctx, scopeOf(ctx), in.id())
	if err != nil {
		return nil, err
	}
	out := &reviewOutput{Body: ScriptReviewDetail{ScriptReview: reviewOf(r), Document: shownDocument(r.Source)}}
	found, err := a.problemsOf(ctx, tenant.Of(r.Tenant), r.Script, r.ID, []byte(out.Body.Document))
	if err != nil {
		return nil, err
	}
	out.Body.Problems = problemsShown(ctx, found)
	if out.Body.Report, out.Body.Replay, err = reportOf(ctx, r.Version); err != nil {
		return nil, err
	}
	base, err := a.baseOf(ctx, r.Version)
	if err != nil {
		return nil, err
	}
	if base.ID != 0 {
		out.Body.Base, out.Body.BaseID, out.Body.BaseDocument = base.Number, int64(base.ID), shownDocument(base.Source)
	}
	out.Body.Diff, err = diffOf(base.Source, r.Source)
	return out, err
}

// baseOf is the version that one is compared with: the deployed one, or the newest before it that was approved.
func (a *API) baseOf(ctx context.Context, v script.Version) (script.Version, error) {
	scope := tenant.Of(v.Tenant)
	all, err := a.Store.Versions(ctx, scope, v.Script)
	if err != nil {
		return script.Version{}, err
	}
	var base script.VersionID
	for _, other := range all {
		switch {
		case other.ID == v.ID:
		case other.State == script.Deployed:
			return a.Store.ScriptVersion(ctx, scope, other.ID)
		case base == 0 && other.State == script.Live && other.Number < v.Number:
			base = other.ID
		}
	}
	if base == 0 {
		return script.Version{}, nil
	}
	return a.Store.ScriptVersion(ctx, scope, base)
}

type approveInput struct {
	VersionPath
	Body struct {
		Remark string `json:"remark,omitempty"`
	}
}

func (a *API) approveVersion(ctx context.Context, in *approveInput) (*versionOutput, error) {
	return a.decide(ctx, in.id(), script.Approve, in.Body.Remark)
}

func (a *API) decide(ctx context.Context, id script.VersionID, action script.Action, remark string) (*versionOutput, error) {
	r, err := a.Store.Review(ctx, scopeOf(ctx), id)
	if err != nil {
		return nil, err
	}
	out, _, err := a.moveVersion(ctx, r.Version, action, strings.TrimSpace(remark))
	if err != nil {
		return nil, err
	}
	a.tellAuthor(ctx, r, action, out.Body.Remark)
	return out, nil
}

type refuseInput struct {
	VersionPath
	Body struct {
		Remark string `json:"remark" doc:"What must change before it can go live"`
	}
}

func (a *API) refuseVersion(ctx context.Context, in *refuseInput) (*versionOutput, error) {
	return a.decide(ctx, in.id(), script.Refuse, in.Body.Remark)
}
