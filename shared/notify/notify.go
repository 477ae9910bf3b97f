// Package notify owns what the product tells its users by itself: notifications to a member, and the platform's
// announcements to everybody. It does not deliver them (admin/api streams them) and does not decide when (alarm, jobs).
package notify

import (
	"context"
	"time"

	"github.com/outdial/outdial/shared/access"
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
	Security         Kind = "security"
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

// Store keeps both.
type Store interface {
	// Notify adds notifications and fills in their ids; users that are not the scope's are refused.
	Notify(ctx context.Context, scope tenant.Scope, n []Notification) error
	// Notifications pages by id, newest first.
	Notifications(ctx context.Context, scope tenant.Scope, user access.UserID, unreadOnly bool, below int64, limit int) ([]Notification, error)
	Unread(ctx context.Context, scope tenant.Scope, user access.UserID) (int, error)
	// MarkRead marks those with the ids, or all when ids is empty.
	MarkRead(ctx context.Context, scope tenant.Scope, user access.UserID, ids []int64, at time.Time) error
	// Announce publishes; every active member of every tenant is notified. Only the operator may.
	Announce(ctx context.Context, scope tenant.Scope, a *Announcement) error
	Announcements(ctx context.Context, scope tenant.Scope, below int64, limit int) ([]Announcement, error)
	DeleteAnnouncement(ctx context.Context, scope tenant.Scope, id int64) error
}
