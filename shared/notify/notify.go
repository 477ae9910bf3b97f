// Package notify owns what the product tells its users by itself: notifications to a member, and the platform's
// announcements to everybody. It does not deliver them (admin/api streams them) and does not decide when (alarm, jobs).
package notify

import (
	"context"
	"strconv"
	"time"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
)

// Kind says what a notification is about.
type Kind string

const (
	Alarm            Kind = "alarm"
	CampaignFinished Kind = "campaign_finished"
	ImportFinished   Kind = "import_finished"
	ExportFinished   Kind = "export_finished"
	Announced        Kind = "announcement"
	ScriptSubmitted  Kind = "script_submitted" // to those who review
	ScriptApproved   Kind = "script_approved"  // to the author, as the next
	ScriptRefused    Kind = "script_refused"
)

// Notification is one message to one member.
type Notification struct {
	ID        int64
	Tenant    tenant.ID
	User      access.UserID
	Kind      Kind
	Title     string
	Body      string
	Link      string // a path of the console
	Data      Facts
	Once      string // what it tells of, as "campaign 7 finished": a member is told of that once; empty is always told
	CreatedAt time.Time
	ReadAt    time.Time // zero while unread
}

// Announcement is the platform's word to everybody (A11.9).
type Announcement struct {
	ID          int64
	Tenant      tenant.ID // who published it
	Level       string    // info, release or warning
	Title       string
	Body        string
	Author      string
	PublishedAt time.Time
}

// AnnouncementsLink is where the console shows announcements in full: among the reader's notifications.
const AnnouncementsLink = "/notifications"

// Finished is a campaign or an import that has ended.
type Finished struct {
	Tenant   tenant.ID
	Campaign contact.CampaignID // zero for an import that belongs to none
	Import   contact.ImportID   // zero for the campaign itself
}

// Once is what a notification of it tells of.
func (f Finished) Once() string {
	if f.Import != 0 {
		return "import " + strconv.FormatInt(int64(f.Import), 10) + " finished"
	}
	return "campaign " + strconv.FormatInt(int64(f.Campaign), 10) + " finished"
}

// Validate checks an announcement before it is stored.
func (a Announcement) Validate() error {
	var c errs.Check
	c.Require(a.Level == "info" || a.Level == "release" || a.Level == "warning", "level", "must be info, release or warning")
	c.Require(a.Title != "" && len([]rune(a.Title)) <= 100 && errs.OneLine(a.Title), "title", "must be one line of 1 to 100 characters")
	c.Require(a.Body != "" && len([]rune(a.Body)) <= 20_000, "body", "must have 1 to 20000 characters")
	c.Require(errs.Printable(a.Body), "body", "may hold no control characters but line ends and tabs")
	return c.Err("announcement")
}

// Store keeps both.
type Store interface {
	// Notify adds notifications and fills in their ids; users that are not the scope's are refused. The id stays zero
	// where the member was told of it before (Once).
	Notify(ctx context.Context, scope tenant.Scope, n []Notification) error
	// Notifications pages by id, newest first.
	Notifications(ctx context.Context, scope tenant.Scope, user access.UserID, unreadOnly bool, below int64, limit int) ([]Notification, error)
	Unread(ctx context.Context, scope tenant.Scope, user access.UserID) (int, error)
	// OfAnnouncement is the user's notification of an announcement.
	OfAnnouncement(ctx context.Context, scope tenant.Scope, user access.UserID, id int64) (Notification, error)
	// Concerned lists whom news of a campaign are for: its owner, or the administrators of the scope's tenant; these too
	// when the campaign is zero.
	Concerned(ctx context.Context, scope tenant.Scope, campaign contact.CampaignID) ([]access.UserID, error)
	// FinishedSince lists the campaigns and imports that ended at that time or later.
	FinishedSince(ctx context.Context, scope tenant.Scope, since time.Time) ([]Finished, error)
	// MarkRead marks those with the ids, or all when ids is empty.
	MarkRead(ctx context.Context, scope tenant.Scope, user access.UserID, ids []int64, at time.Time) error
	// Announce publishes; every active member of every tenant is notified. Only the operator may.
	Announce(ctx context.Context, scope tenant.Scope, a *Announcement) error
	Announcements(ctx context.Context, scope tenant.Scope, below int64, limit int) ([]Announcement, error)
	// DeleteAnnouncement takes it back, with the notifications of it.
	DeleteAnnouncement(ctx context.Context, scope tenant.Scope, id int64) error
}
