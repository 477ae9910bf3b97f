package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/notify"
	"github.com/outdial/outdial/shared/tenant"
)

const (
	// heartbeat keeps proxies from closing a quiet stream, and finds readers that are gone. The session is looked at
	// with each, in case the message that it has ended was lost.
	heartbeat = 15 * time.Second
	// mostTogether bounds what is written at once.
	mostTogether = 64 << 10
	// mostKnown bounds what a stream remembers of campaigns.
	mostKnown = 10_000
)

// reader serves one live stream: it decides campaign by campaign what its user sees, and writes it.
type reader struct {
	api    *API
	stream *stream
	w      http.ResponseWriter
	r      *http.Request

	scope   tenant.Scope
	user    access.UserID
	masked  bool
	visible map[int64]bool // campaigns that were looked for, where the scope is narrowed
	out     []byte
}

func (v *reader) run(ctx context.Context) {
	h := v.w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no")
	// The session may have ended between the request's arrival and the stream's.
	if !v.recheck(ctx) {
		return
	}
	v.out = append(v.out, "retry: 2000\nevent: ready\ndata: {}\n\n"...)
	if !v.flush() {
		return
	}
	tick := v.api.Clock.NewTicker(heartbeat)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.Chan():
			v.out = append(v.out, ": alive\n\n"...)
			if !v.recheck(ctx) || !v.flush() {
				return
			}
		case it, ok := <-v.stream.ch:
			if !ok || !v.take(ctx, it) || !v.drain(ctx) || !v.flush() {
				return
			}
		}
	}
}

// drain takes what else is there already, so that many events share one write.
func (v *reader) drain(ctx context.Context) bool {
	for len(v.out) < mostTogether {
		select {
		case it, ok := <-v.stream.ch:
			if !ok {
				v.flush()
				return false
			}
			if !v.take(ctx, it) {
				return false
			}
		default:
			return true
		}
	}
	return true
}

func (v *reader) flush() bool {
	if len(v.out) == 0 {
		return true
	}
	control := http.NewResponseController(v.w)
	// The deadline is the socket's and follows the machine's clock.
	_ = control.SetWriteDeadline(time.Now().Add(writeTime))
	_, err := v.w.Write(v.out)
	v.out = v.out[:0]
	return err == nil && control.Flush() == nil
}

// take prepares one item to be written; false ends the stream.
func (v *reader) take(ctx context.Context, it item) bool {
	switch {
	case it.recheck:
		return v.recheck(ctx)
	case it.notice != nil:
		v.notify(ctx, *it.notice)
	default:
		if it.changed {
			delete(v.visible, it.campaign)
		}
		if it.campaign == 0 || v.sees(ctx, it.campaign) {
			v.out = append(v.out, it.text...)
		}
	}
	return true
}

// recheck finds out anew whom the stream serves and what they may see; false when their session has ended.
func (v *reader) recheck(ctx context.Context) bool {
	p, err := v.api.principal(v.r)
	if errs.Is(err, errs.Unauthenticated) || errs.Is(err, errs.NotFound) {
		return false
	}
	if err == nil && p.User.MustChange {
		return false
	}
	var l lens
	if err == nil {
		l.masked = p.User.MaskNumbers
		l.calls, err = v.api.gate.roles.Allows(p.Role, p.Tenant.Kind, access.CallsView)
	}
	if err == nil {
		l.campaigns, err = v.api.gate.roles.Allows(p.Role, p.Tenant.Kind, access.CampaignsView)
	}
	if err == nil {
		l.scripts, err = v.api.gate.roles.Allows(p.Role, p.Tenant.Kind, access.ScriptsView)
	}
	if err != nil {
		if ctx.Err() == nil {
			v.api.Logger.WarnContext(ctx, "a live stream ends: its session cannot be looked at", "error", err)
		}
		return false
	}
	v.scope, v.user, v.masked, v.visible = p.Scope(), p.User.ID, l.masked, nil
	v.stream.lens.Store(&l)
	return true
}

// sees tells whether the reader's data scope shows the campaign.
func (v *reader) sees(ctx context.Context, id int64) bool {
	if _, narrowed := v.scope.View(); !narrowed {
		return true
	}
	known, ok := v.visible[id]
	if ok {
		return known
	}
	_, err := v.api.Store.Campaign(ctx, v.scope, campaign.ID(id))
	if err != nil && !errs.Is(err, errs.NotFound) {
		if ctx.Err() == nil {
			v.api.Logger.WarnContext(ctx, "an event was left out: its campaign cannot be looked at", "campaign", id, "error", err)
		}
		return false
	}
	if v.visible == nil || len(v.visible) >= mostKnown {
		v.visible = map[int64]bool{}
	}
	v.visible[id] = err == nil
	return err == nil
}

// notify writes notification.added with what it adds up to.
func (v *reader) notify(ctx context.Context, m event.NotificationAdded) {
	out := NotificationEvent{ID: m.ID, Kind: m.Topic, Title: m.Title, Link: m.Link}
	var err error
	if m.User == 0 {
		// One message told everybody of an announcement; each has a notification of their own.
		var n notify.Notification
		if n, err = v.api.Store.OfAnnouncement(ctx, v.scope, v.user, m.ID); errs.Is(err, errs.NotFound) {
			return // they came after it was published
		}
		out.ID = n.ID
	}
	if err == nil {
		out.Unread, err = v.api.Store.Unread(ctx, v.scope, v.user)
	}
	if err != nil {
		if ctx.Err() == nil {
			v.api.Logger.WarnContext(ctx, "a notification was not shown live", "notification", m.ID, "error", err)
		}
		return
	}
	if v.masked {
		out.Title = access.MaskText(out.Title)
	}
	if body, err := json.Marshal(out); err == nil {
		v.out = append(v.out, frame(string(m.Kind()), body)...)
	}
}
