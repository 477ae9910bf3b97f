package api

import (
	"context"
	"strconv"
	"time"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/notify"
)

func (a *API) noticeRoutes() {
	const notifications, announcements = "Notifications", "Announcements"
	add(a, anybody(op("GET", "/api/v1/notifications", "listNotifications", notifications, "The caller's notifications, newest first")), a.listNotifications)
	add(a, unlogged("it changes nothing but what its reader has seen", anybody(op("POST", "/api/v1/notifications/read", "readNotifications", notifications, "Mark notifications as read"))), a.readNotifications)
	add(a, anybody(op("GET", "/api/v1/announcements", "listAnnouncements", announcements, "What the platform tells everybody, newest first")), a.listAnnouncements)
	add(a, logs("announcements", "create", needs(access.AnnouncementsEdit, created(op("POST", "/api/v1/announcements", "createAnnouncement", announcements, "Tell every member of every company")))), a.createAnnouncement)
	add(a, logs("announcements", "delete", needs(access.AnnouncementsEdit, op("DELETE", "/api/v1/announcements/{id}", "deleteAnnouncement", announcements, "Take an announcement back, with the notifications of it"))), a.deleteAnnouncement)
}

// Notification is one message to the caller.
type Notification struct {
	ID        int64      `json:"id"`
	Kind      string     `json:"kind" enum:"alarm,campaign_finished,import_finished,export_finished,announcement,security"`
	Title     string     `json:"title"`
	Body      string     `json:"body"`
	Link      string     `json:"link" doc:"A path of the console"`
	CreatedAt time.Time  `json:"created_at"`
	ReadAt    *time.Time `json:"read_at,omitempty"`
}

type listNotificationsInput struct {
	Unread bool `query:"unread" doc:"Only those that were not read"`
	Paging
}

type listNotificationsOutput struct{ Body Page[Notification] }

func (a *API) listNotifications(ctx context.Context, in *listNotificationsInput) (*listNotificationsOutput, error) {
	below, err := in.key()
	if err != nil {
		return nil, err
	}
	found, err := a.Store.Notifications(ctx, scopeOf(ctx), callerOf(ctx).User.ID, in.Unread, below, in.Limit+1)
	if err != nil {
		return nil, err
	}
	out := &listNotificationsOutput{}
	found, out.Body.Next = cut(found, in.Limit, func(n notify.Notification) string { return strconv.FormatInt(n.ID, 10) })
	out.Body.Items = make([]Notification, 0, len(found))
	for _, n := range found {
		out.Body.Items = append(out.Body.Items, Notification{ID: n.ID, Kind: string(n.Kind), Title: a.text(ctx, n.Title), Body: a.text(ctx, n.Body), Link: n.Link,
			CreatedAt: n.CreatedAt.UTC(), ReadAt: moment(n.ReadAt)})
	}
	return out, nil
}

type readNotificationsInput struct {
	Body struct {
		IDs []int64 `json:"ids,omitempty" maxItems:"1000"`
		All bool    `json:"all,omitempty"`
	}
}

type readNotificationsOutput struct {
	Body struct {
		Unread int `json:"unread" doc:"How many are left"`
	}
}

func (a *API) readNotifications(ctx context.Context, in *readNotificationsInput) (*readNotificationsOutput, error) {
	var refused errs.Check
	refused.Require(in.Body.All != (len(in.Body.IDs) > 0), "ids", "name the notifications, or send all")
	if err := refused.Err("request"); err != nil {
		return nil, err
	}
	scope, user := scopeOf(ctx), callerOf(ctx).User.ID
	if err := a.Store.MarkRead(ctx, scope, user, in.Body.IDs, a.Clock.Now().UTC()); err != nil {
		return nil, err
	}
	out := &readNotificationsOutput{}
	var err error
	out.Body.Unread, err = a.Store.Unread(ctx, scope, user)
	return out, err
}
