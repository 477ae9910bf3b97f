package store

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/notify"
	"github.com/outdial/outdial/shared/tenant"
)

var _ notify.Store = (*Store)(nil)

type notificationRow struct {
	ID      int64          `gorm:"column:id;primaryKey;autoIncrement"`
	Tenant  int64          `gorm:"column:tenant_id"`
	User    int64          `gorm:"column:user_id"`
	Kind    string         `gorm:"column:kind"`
	Title   string         `gorm:"column:title"`
	Body    string         `gorm:"column:body"`
	Link    string         `gorm:"column:link"`
	Data    string         `gorm:"column:data"`
	Once    sql.NullString `gorm:"column:once"`
	Created int64          `gorm:"column:created_at;autoCreateTime:false"`
	Read    int64          `gorm:"column:read_at"`
}

func (notificationRow) TableName() string { return "notifications" }

func (r notificationRow) domain() (notify.Notification, error) {
	n := notify.Notification{ID: r.ID, Tenant: tenant.ID(r.Tenant), User: access.UserID(r.User), Kind: notify.Kind(r.Kind), Title: r.Title,
		Body: r.Body, Link: r.Link, Once: r.Once.String, CreatedAt: timeOf(r.Created), ReadAt: timeOf(r.Read)}
	return n, fromJSON(r.Data, &n.Data, "notification", r.ID)
}

const (
	notificationColumns = "tenant_id, user_id, kind, title, body, link, data, once, created_at, read_at"
	longestTitle        = 200
	longestLink         = 300
)

// Notify adds notifications; the id stays zero where the member was told of it before.
func (s *Store) Notify(ctx context.Context, scope tenant.Scope, list []notify.Notification) error {
	if err := scope.Check(); err != nil {
		return err
	}
	for i := range list {
		n := &list[i]
		if err := settle(scope, &n.Tenant, "notification"); err != nil {
			return err
		}
		if err := s.owns(ctx, s.write, tenant.Of(n.Tenant), &userRow{}, "user", int64(n.User)); err != nil {
			return err
		}
	}
	err := s.settled(ctx, func(tx *sql.Tx) error {
		for i := range list {
			if err := s.notifyOne(ctx, tx, &list[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return s.fail("notify", err)
}

// notifyOne adds a notification and fills in its id, which stays zero for what the member was told before.
func (s *Store) notifyOne(ctx context.Context, tx execer, n *notify.Notification) error {
	n.ID = 0
	data, err := toJSON(n.Data)
	if err != nil {
		return err
	}
	res, err := tx.ExecContext(ctx, "INSERT INTO notifications ("+notificationColumns+") VALUES (?,?,?,?,?,?,?,?,?,?)"+s.ignoreDuplicate("id"),
		int64(n.Tenant), int64(n.User), string(n.Kind), short(n.Title, longestTitle), text(n.Body), short(n.Link, longestLink), text(data),
		sql.NullString{String: n.Once, Valid: n.Once != ""}, micros(n.CreatedAt), micros(n.ReadAt))
	if err != nil {
		return err
	}
	if added, err := res.RowsAffected(); err != nil || added != 1 {
		return err
	}
	n.ID, err = res.LastInsertId()
	return err
}

// short cuts a text to what its column holds.
func short(s string, most int) string {
	s = text(s)
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

func (s *Store) ofUser(ctx context.Context, db *gorm.DB, scope tenant.Scope, user access.UserID) *gorm.DB {
	return query(ctx, db, scope, &notificationRow{}).Where("user_id = ?", int64(user))
}

// Notifications pages a user's by id, newest first.
func (s *Store) Notifications(ctx context.Context, scope tenant.Scope, user access.UserID, unreadOnly bool, below int64, limit int) ([]notify.Notification, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	q := s.ofUser(ctx, s.read, scope, user).Order("id DESC").Limit(pageSize(limit))
	if below > 0 {
		q = q.Where("id < ?", below)
	}
	if unreadOnly {
		q = q.Where("read_at = 0")
	}
	list, err := many(s, q, "notifications", notificationRow.domain)
	if err != nil {
		return nil, err
	}
	return list, s.fillAnnounced(ctx, list)
}

// fillAnnounced gives notifications of announcements the body, which stands with the announcement only.
func (s *Store) fillAnnounced(ctx context.Context, list []notify.Notification) error {
	var ids []int64
	for _, n := range list {
		if id, ok := announcedOnce(n.Once); ok {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	var found []announcementRow
	if err := s.read.WithContext(ctx).Where("id IN ?", ids).Find(&found).Error; err != nil {
		return s.fail("read announcements", err)
	}
	for i, n := range list {
		id, ok := announcedOnce(n.Once)
		if at := slices.IndexFunc(found, func(r announcementRow) bool { return r.ID == id }); ok && at >= 0 {
			list[i].Body = found[at].Body
		}
	}
	return nil
}

// Unread counts what a user has not read.
func (s *Store) Unread(ctx context.Context, scope tenant.Scope, user access.UserID) (int, error) {
	if err := scope.Check(); err != nil {
		return 0, err
	}
	var n int64
	err := s.ofUser(ctx, s.read, scope, user).Where("read_at = 0").Count(&n).Error
	return int(n), s.fail("count notifications", err)
}

// MarkRead marks those with the ids, or all when there are none. What was read before keeps its time.
func (s *Store) MarkRead(ctx context.Context, scope tenant.Scope, user access.UserID, ids []int64, at time.Time) error {
	if err := scope.Check(); err != nil {
		return err
	}
	mark := func(q *gorm.DB) error { return q.Where("read_at = 0").Update("read_at", micros(at)).Error }
	if len(ids) == 0 {
		return s.fail("mark notifications", mark(s.ofUser(ctx, s.write, scope, user)))
	}
	for part := range slices.Chunk(ids, 500) {
		if err := mark(s.ofUser(ctx, s.write, scope, user).Where("id IN ?", part)); err != nil {
			return s.fail("mark notifications", err)
		}
	}
	return nil
}

// OfAnnouncement is the user's notification of an announcement.
func (s *Store) OfAnnouncement(ctx context.Context, scope tenant.Scope, user access.UserID, id int64) (notify.Notification, error) {
	if err := scope.Check(); err != nil {
		return notify.Notification{}, err
	}
	row, err := one[notificationRow](s, s.ofUser(ctx, s.read, scope, user).Where("once = ?", onceAnnounced(id)), "notification of announcement", id)
	if err != nil {
		return notify.Notification{}, err
	}
	return row.domain()
}

// announced begins what a notification of an announcement tells of.
const announced = "announcement "

func onceAnnounced(id int64) string { return announced + strconv.FormatInt(id, 10) }

func announcedOnce(once string) (id int64, ok bool) {
	number, ok := strings.CutPrefix(once, announced)
	id, err := strconv.ParseInt(number, 10, 64)
	return id, ok && err == nil
}

// Concerned lists the campaign's owner, or the active administrators of the tenant where the campaign has none that is
// active, or where there is no campaign.
func (s *Store) Concerned(ctx context.Context, scope tenant.Scope, id contact.CampaignID) ([]access.UserID, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	owner, ok := scope.Tenant()
	if !ok {
		return nil, errs.New(errs.Invalid, "news concern members of one tenant")
	}
	var out []access.UserID
	if id != 0 {
		if err := s.owns(ctx, s.read, scope, &campaignRow{}, "campaign", int64(id)); err != nil {
			return nil, err
		}
		err := s.read.WithContext(ctx).Raw("SELECT u.id FROM campaigns AS c JOIN users AS u ON u.id = c.owner_id AND u.tenant_id = c.tenant_id"+
			" WHERE c.id = ? AND u.disabled_at = 0", int64(id)).Scan(&out).Error
		if err != nil || len(out) > 0 {
			return out, s.fail("look for a campaign's owner", err)
		}
	}
	err := s.read.WithContext(ctx).Raw("SELECT u.id FROM users AS u JOIN roles AS r ON r.id = u.role_id AND r.tenant_id = u.tenant_id"+
		" WHERE u.tenant_id = ? AND u.disabled_at = 0 AND r.template = 'administrator' ORDER BY u.id", int64(owner)).Scan(&out).Error
	return out, s.fail("look for the administrators", err)
}

// FinishedSince lists the campaigns and imports that ended at that time or later, those of hidden campaigns left out.
func (s *Store) FinishedSince(ctx context.Context, scope tenant.Scope, since time.Time) ([]notify.Finished, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	own, args := and(scope, "tenant_id")
	args = append([]any{micros(since)}, args...)
	var out []notify.Finished
	for _, q := range []string{
		"SELECT tenant_id, id, 0 FROM campaigns WHERE state = 'finished' AND deleted_at = 0 AND finished_at >= ?",
		"SELECT tenant_id, campaign_id, id FROM imports WHERE state IN ('finished', 'failed') AND finished_at >= ?",
	} {
		if err := s.appendFinished(ctx, q+own+" ORDER BY id", args, &out); err != nil {
			return nil, s.fail("look for what has finished", err)
		}
	}
	return out, nil
}

func (s *Store) appendFinished(ctx context.Context, q string, args []any, out *[]notify.Finished) error {
	rows, err := s.reads.QueryContext(ctx, q, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var f notify.Finished
		if err := rows.Scan(&f.Tenant, &f.Campaign, &f.Import); err != nil {
			return err
		}
		*out = append(*out, f)
	}
	return rows.Err()
}

// operatorOnly refuses whoever is not the operator, and tells which tenant that is.
func (s *Store) operatorOnly(ctx context.Context, scope tenant.Scope) (tenant.ID, error) {
	if err := scope.Check(); err != nil {
		return 0, err
	}
	id, ok := scope.Tenant()
	if !ok {
		return 0, errs.New(errs.Invalid, "an announcement needs the operator who publishes it")
	}
	t, err := s.Tenant(ctx, scope, id)
	if err != nil {
		return 0, err
	}
	if t.Kind != tenant.Operator {
		return 0, errs.New(errs.Forbidden, "only the operator announces")
	}
	return id, nil
}

// execer is a transaction of either library.
type execer interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}
