package api

import (
	"context"
	"fmt"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/notify"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/tenant"
)

// tellReviewers notifies those of the platform who review. The version waits in their list, whether they are told or not.
func (a *API) tellReviewers(ctx context.Context, s script.Script, v script.Version) {
	who, err := a.Store.Holders(ctx, tenant.Platform(), tenant.Operator, access.ScriptsReview)
	if err != nil {
		a.Logger.WarnContext(ctx, "reviewers were not told of a script", "script", s.ID, "error", err)
		return
	}
	company := callerOf(ctx).Tenant.Name
	var list []notify.Notification
	for _, u := range who {
		list = append(list, notify.Notification{Tenant: u.Tenant, User: u.ID, Kind: notify.ScriptSubmitted, Title: fmt.Sprintf("%s 提交了话术“%s”第 %d 版，等待审核", company, s.Name, v.Number),
			Body: v.Note, Link: fmt.Sprintf("/reviews/%d", v.ID), CreatedAt: v.CreatedAt, Once: fmt.Sprintf("script version %d in review", v.ID),
			Data: notify.Facts{Script: s.Name, ScriptID: int64(s.ID), Version: v.Number, ID: int64(v.ID), Company: company, Reason: v.Note}})
	}
	a.send(ctx, tenant.Platform(), list)
}

// tellAuthor notifies whoever submitted the version of what became of it.
func (a *API) tellAuthor(ctx context.Context, r script.Review, action script.Action, remark string) {
	if r.Author == 0 {
		return
	}
	kind, title := notify.ScriptApproved, fmt.Sprintf("话术“%s”第 %d 版已通过审核，可以发布", r.Name, r.Number)
	if action == script.Refuse {
		kind, title = notify.ScriptRefused, fmt.Sprintf("话术“%s”第 %d 版未通过审核", r.Name, r.Number)
	}
	a.send(ctx, tenant.Of(r.Tenant), []notify.Notification{{Tenant: r.Tenant, User: access.UserID(r.Author), Kind: kind, Title: title, Body: remark,
		Link: fmt.Sprintf("/scripts/%d", r.Script), CreatedAt: a.Clock.Now().UTC(), Once: fmt.Sprintf("script version %d %s", r.ID, action),
		Data: notify.Facts{Script: r.Name, ScriptID: int64(r.Script), Version: r.Number, ID: int64(r.ID), Reason: remark}}})
}

func (a *API) send(ctx context.Context, scope tenant.Scope, list []notify.Notification) {
	if err := a.notices().Send(context.WithoutCancel(ctx), scope, list...); err != nil {
		a.Logger.WarnContext(ctx, "a notification was not sent", "error", err)
	}
}
