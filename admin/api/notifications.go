package api

import (
	"context"
	"strconv"
	"time"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/errs/words"
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

// NoticeData is what a notification tells of, without the words; which members it has follows from its kind.
type NoticeData struct {
	Campaign     string  `json:"campaign,omitempty" doc:"The campaign's name"`
	CampaignID   int64   `json:"campaign_id,omitempty"`
	Rule         string  `json:"rule,omitempty" doc:"Of an alarm: the rule that was broken" enum:"answer_rate,intent_rate,mean_talk,consecutive_abnormal,not_dialling,finished"`
	Value        float64 `json:"value" doc:"Of an alarm: what was measured; rates are parts of 1, durations seconds"`
	Limit        float64 `json:"limit" doc:"Of an alarm: what was set"`
	Calls        int     `json:"calls" doc:"Of an alarm: over how many calls or numbers"`
	State        string  `json:"state,omitempty" doc:"How it ended" enum:"finished,failed,terminated"`
	Reason       string  `json:"reason,omitempty" doc:"Why it failed, or what is missing"`
	ID           int64   `json:"id,omitempty" doc:"The import's or the export's"`
	File         string  `json:"file,omitempty" doc:"The import's file, or the export's title"`
	Work         string  `json:"work,omitempty" doc:"The kind of the export"`
	Total        int     `json:"total"`
	Accepted     int     `json:"accepted"`
	Rejected     int     `json:"rejected"`
	Rows         int     `json:"rows"`
	Script       string  `json:"script,omitempty" doc:"The script's name"`
	ScriptID     int64   `json:"script_id,omitempty"`
	Version      int     `json:"version,omitempty" doc:"Number of the script's version; id is its id, reason what was said of it"`
	Company      string  `json:"company,omitempty" doc:"Whose script it is"`
	Announcement int64   `json:"announcement_id,omitempty"`
	Level        string  `json:"level,omitempty" doc:"Of an announcement" enum:"info,release,warning"`
}

// noticeData is what the caller may read of it, the reason in the language of the request.
func (a *API) noticeData(ctx context.Context, f notify.Facts) NoticeData {
	d := NoticeData(f)
	d.Campaign, d.File = a.text(ctx, d.Campaign), a.text(ctx, d.File)
	d.Reason = a.text(ctx, words.Text(languageOf(ctx), d.Reason))
	return d
}

// Notification is one message to the caller.
type Notification struct {
	ID        int64      `json:"id"`
	Kind      string     `json:"kind" enum:"alarm,campaign_finished,import_finished,export_finished,announcement,script_submitted,script_approved,script_refused"`
	Title     string     `json:"title"`
	Body      string     `json:"body"`
	Link      string     `json:"link" doc:"A path of the console"`
	Data      NoticeData `json:"data"`
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
			Data: a.noticeData(ctx, n.Data), CreatedAt: n.CreatedAt.UTC(), ReadAt: moment(n.ReadAt)})
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
