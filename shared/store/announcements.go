package store

import (
	"context"
	"database/sql"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/notify"
	"github.com/outdial/outdial/shared/tenant"
)

type announcementRow struct {
	ID        int64  `gorm:"column:id;primaryKey;autoIncrement"`
	Tenant    int64  `gorm:"column:tenant_id"`
	Level     string `gorm:"column:level"`
	Title     string `gorm:"column:title"`
	Body      string `gorm:"column:body"`
	Author    string `gorm:"column:author"`
	Published int64  `gorm:"column:published_at"`
}

func (announcementRow) TableName() string { return "announcements" }

func (r announcementRow) domain() (notify.Announcement, error) {
	return notify.Announcement{ID: r.ID, Tenant: tenant.ID(r.Tenant), Level: r.Level, Title: r.Title, Body: r.Body, Author: r.Author,
		PublishedAt: timeOf(r.Published)}, nil
}

// Announce publishes and notifies every active member of every tenant, all or nothing.
func (s *Store) Announce(ctx context.Context, scope tenant.Scope, a *notify.Announcement) error {
	by, err := s.operatorOnly(ctx, scope)
	if err != nil {
		return err
	}
	var id int64
	err = s.settled(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, "INSERT INTO announcements (tenant_id, level, title, body, author, published_at) VALUES (?,?,?,?,?,?)",
			int64(by), a.Level, short(a.Title, longestTitle), text(a.Body), short(a.Author, 255), micros(a.PublishedAt))
		if err != nil {
			return err
		}
		if id, err = res.LastInsertId(); err != nil {
			return err
		}
		data, err := toJSON(notify.Facts{Announcement: id, Level: a.Level})
		if err != nil {
			return err
		}
		// The body stays with the announcement: a copy for each of many members would be most of the database.
		_, err = exec(ctx, tx, "INSERT INTO notifications ("+notificationColumns+") SELECT tenant_id, id, ?, ?, '', ?, ?, ?, ?, 0 FROM users WHERE disabled_at = 0",
			string(notify.Announced), short(a.Title, longestTitle), notify.AnnouncementsLink, data, onceAnnounced(id), micros(a.PublishedAt))
		return err
	})
	if err != nil {
		return s.fail("announce", err)
	}
	a.ID, a.Tenant = id, by
	return nil
}

// Announcements pages by id, newest first. Everybody may read them.
func (s *Store) Announcements(ctx context.Context, scope tenant.Scope, below int64, limit int) ([]notify.Announcement, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	q := s.read.WithContext(ctx).Model(&announcementRow{}).Order("id DESC").Limit(pageSize(limit))
	if below > 0 {
		q = q.Where("id < ?", below)
	}
	return many(s, q, "announcements", announcementRow.domain)
}

// DeleteAnnouncement takes an announcement back, with the notifications of it.
func (s *Store) DeleteAnnouncement(ctx context.Context, scope tenant.Scope, id int64) error {
	if _, err := s.operatorOnly(ctx, scope); err != nil {
		return err
	}
	err := s.settled(ctx, func(tx *sql.Tx) error {
		n, err := exec(ctx, tx, "DELETE FROM announcements WHERE id = ?", id)
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.Missing("announcement", id)
		}
		_, err = exec(ctx, tx, "DELETE FROM notifications WHERE once = ?", onceAnnounced(id))
		return err
	})
	return s.fail("delete an announcement", err)
}
