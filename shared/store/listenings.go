package store

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/listening"
	"github.com/outdial/outdial/shared/tenant"
)

type listeningRow struct {
	ID        string `gorm:"column:id;primaryKey"`
	Tenant    int64  `gorm:"column:tenant_id"`
	Campaign  int64  `gorm:"column:campaign_id"`
	Call      string `gorm:"column:call_uuid"`
	User      int64  `gorm:"column:user_id"`
	Name      string `gorm:"column:name"`
	Extension string `gorm:"column:extension"`
	Wish      string `gorm:"column:wish"`
	State     string `gorm:"column:state"`
	Reason    string `gorm:"column:reason"`
	Asked     int64  `gorm:"column:asked_at"`
	Heard     int64  `gorm:"column:heard_at"`
	Took      int64  `gorm:"column:took_at"`
	Ended     int64  `gorm:"column:ended_at"`
}

func (listeningRow) TableName() string      { return "listenings" }
func (listeningRow) campaignColumn() string { return "campaign_id" }

func (r listeningRow) domain() (listening.Listening, error) {
	return listening.Listening{ID: listening.ID(r.ID), Tenant: tenant.ID(r.Tenant), Campaign: contact.CampaignID(r.Campaign), Call: call.UUID(r.Call),
		User: access.UserID(r.User), Name: r.Name, Extension: r.Extension, Wish: listening.Wish(r.Wish), State: listening.State(r.State),
		Reason: listening.Reason(r.Reason), AskedAt: timeOf(r.Asked), HeardAt: timeOf(r.Heard), TookAt: timeOf(r.Took), EndedAt: timeOf(r.Ended)}, nil
}

func listeningRowOf(l listening.Listening) listeningRow {
	return listeningRow{ID: string(l.ID), Tenant: int64(l.Tenant), Campaign: int64(l.Campaign), Call: string(l.Call), User: int64(l.User), Name: text(l.Name),
		Extension: text(l.Extension), Wish: string(l.Wish), State: string(l.State), Reason: string(l.Reason), Asked: micros(l.AskedAt), Heard: micros(l.HeardAt),
		Took: micros(l.TookAt), Ended: micros(l.EndedAt)}
}

// AskListening writes a new listening down.
func (s *Store) AskListening(ctx context.Context, scope tenant.Scope, l *listening.Listening) error {
	if err := settle(scope, &l.Tenant, "listening"); err != nil {
		return err
	}
	if err := checkUUID(call.UUID(l.ID)); err != nil {
		return err
	}
	if err := checkUUID(l.Call); err != nil {
		return err
	}
	err := s.write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		// The member's row is held, so that of two wishes at once the second finds the first.
		u, err := one[userRow](s, query(ctx, tx, tenant.Of(l.Tenant), &userRow{}).Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", int64(l.User)), "member", l.User)
		if err != nil {
			return err
		}
		k, err := one[callRow](s, query(ctx, tx, scope, &callRow{}).Where("uuid = ? AND tenant_id = ?", string(l.Call), int64(l.Tenant)), "call", l.Call)
		if err != nil {
			return err
		}
		if call.State(k.State) != call.AnsweredState {
			return errs.New(errs.Conflict, "only a call that is being talked in can be listened to; this one is not")
		}
		if err := s.ownExtension(tx, tenant.Of(l.Tenant), l.Extension); err != nil {
			return err
		}
		if err := s.endUnseen(tx, u.ID, l.AskedAt); err != nil {
			return err
		}
		var open int64
		if err := tx.Model(&listeningRow{}).Where("ended_at = 0 AND user_id = ?", u.ID).Count(&open).Error; err != nil {
			return err
		}
		if open > 0 {
			return errs.New(errs.Conflict, "you are listening to a call already; end that first")
		}
		l.Campaign, l.State, l.Reason = contact.CampaignID(k.Campaign), listening.Asked, ""
		row := listeningRowOf(*l)
		return tx.Create(&row).Error
	}, s.fresh())
	return s.fail("ask to listen", err)
}

// endUnseen ends what a member wished for and no dialer took up: their telephone must not be held for ever.
func (s *Store) endUnseen(tx *gorm.DB, user int64, now time.Time) error {
	return tx.Model(&listeningRow{}).Where("ended_at = 0 AND user_id = ? AND state = ? AND asked_at < ?", user, string(listening.Asked), micros(now.Add(-listening.Unseen))).
		Updates(map[string]any{"state": string(listening.Ended), "reason": string(listening.Lost), "ended_at": micros(now)}).Error
}

// WishListening changes what the supervisor wants.
func (s *Store) WishListening(ctx context.Context, scope tenant.Scope, id listening.ID, user access.UserID, w listening.Wish) (listening.Listening, error) {
	if err := scope.Check(); err != nil {
		return listening.Listening{}, err
	}
	r := query(ctx, s.write, scope, &listeningRow{}).Where("id = ? AND user_id = ? AND ended_at = 0", string(id), int64(user)).Update("wish", string(w))
	if r.Error != nil {
		return listening.Listening{}, s.fail("change a listening", r.Error)
	}
	row, err := one[listeningRow](s, query(ctx, s.write, scope, &listeningRow{}).Where("id = ? AND user_id = ?", string(id), int64(user)), "listening", id)
	if err != nil {
		return listening.Listening{}, err
	}
	if row.Ended != 0 {
		return listening.Listening{}, errs.New(errs.Conflict, "this listening has ended")
	}
	return row.domain()
}

// Listening reads one.
func (s *Store) Listening(ctx context.Context, scope tenant.Scope, id listening.ID) (listening.Listening, error) {
	if err := scope.Check(); err != nil {
		return listening.Listening{}, err
	}
	row, err := one[listeningRow](s, query(ctx, s.read, scope, &listeningRow{}).Where("id = ?", string(id)), "listening", id)
	if err != nil {
		return listening.Listening{}, err
	}
	return row.domain()
}

// OpenListening reads the one that the member has open.
func (s *Store) OpenListening(ctx context.Context, scope tenant.Scope, user access.UserID) (listening.Listening, error) {
	if err := scope.Check(); err != nil {
		return listening.Listening{}, err
	}
	row, err := one[listeningRow](s, query(ctx, s.read, scope, &listeningRow{}).Where("ended_at = 0 AND user_id = ?", int64(user)).Order("id DESC"), "listening of member", user)
	if err != nil {
		return listening.Listening{}, err
	}
	return row.domain()
}

// OpenListenings lists those of the holder's calls that are open.
func (s *Store) OpenListenings(ctx context.Context, scope tenant.Scope, holder string) ([]listening.Listening, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	open, err := many(s, query(ctx, s.read, scope, &listeningRow{}).Where("ended_at = 0").Order("id"), "listenings", listeningRow.domain)
	if err != nil || len(open) == 0 {
		return nil, err
	}
	calls, members := make([]string, len(open)), make([]int64, len(open))
	for i, l := range open {
		calls[i], members[i] = string(l.Call), int64(l.User)
	}
	may, err := s.listeners(ctx, members)
	if err != nil {
		return nil, err
	}
	for i, l := range open {
		open[i].Wish = may[l.User].wish(l)
	}
	var held []string // asked for by key: a dialer has millions of attempts
	if err := s.read.WithContext(ctx).Model(&attemptRow{}).Where("uuid IN ? AND holder = ?", calls, holder).Pluck("uuid", &held).Error; err != nil {
		return nil, s.fail("look for the calls of listenings", err)
	}
	return slices.DeleteFunc(open, func(l listening.Listening) bool { return !slices.Contains(held, string(l.Call)) }), nil
}

// listenerRow is what decides whether a member may go on listening.
type listenerRow struct {
	User     int64   `gorm:"column:user_id"`
	Disabled int64   `gorm:"column:disabled_at"`
	Kind     string  `gorm:"column:kind"`
	Banned   bool    `gorm:"column:banned"`
	Role     roleRow `gorm:"embedded;embeddedPrefix:r_"`
}

// listener is what a member may do with calls that go on.
type listener struct{ works, listens, takesOver bool }

// wish is what is left of what the member wants. Who talks with the callee comes to the end of that talk, unless disabled.
func (m listener) wish(l listening.Listening) listening.Wish {
	switch {
	case !m.works:
		return listening.Stop
	case l.State == listening.Talking, l.Wish == listening.TakeOver && m.takesOver, l.Wish == listening.Stop:
		return l.Wish
	case m.listens:
		return listening.Listen
	}
	return listening.Stop
}

// listeners reads what members may do now.
func (s *Store) listeners(ctx context.Context, members []int64) (map[access.UserID]listener, error) {
	var rows []listenerRow
	err := s.read.WithContext(ctx).Raw(`SELECT u.id AS user_id, u.disabled_at, t.kind,
  EXISTS (SELECT 1 FROM tenants AS a WHERE a.banned_at > 0 AND SUBSTR(t.path, 1, LENGTH(a.path)) = a.path) AS banned,
  COALESCE(r.id, 0) AS r_id, COALESCE(r.template, '') AS r_template, COALESCE(r.data_scope, '') AS r_data_scope, COALESCE(r.permissions, '') AS r_permissions
FROM users AS u JOIN tenants AS t ON t.id = u.tenant_id LEFT JOIN roles AS r ON r.id = u.role_id AND r.tenant_id = u.tenant_id WHERE u.id IN ?`, members).Scan(&rows).Error
	if err != nil {
		return nil, s.fail("look who listens", err)
	}
	out := make(map[access.UserID]listener, len(rows))
	for _, r := range rows {
		role, err := r.Role.domain()
		if err != nil {
			return nil, err
		}
		grants := role.Grants(tenant.Kind(r.Kind))
		out[access.UserID(r.User)] = listener{works: r.Disabled == 0, listens: !r.Banned && slices.Contains(grants, access.CallsListenLive),
			takesOver: !r.Banned && slices.Contains(grants, access.CallsTakeOver)}
	}
	return out, nil
}

// ListeningsOf lists those of a call.
func (s *Store) ListeningsOf(ctx context.Context, scope tenant.Scope, id call.UUID) ([]listening.Listening, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	if err := checkUUID(id); err != nil {
		return nil, err
	}
	return many(s, query(ctx, s.read, scope, &listeningRow{}).Where("call_uuid = ?", string(id)).Order("id"), "listenings", listeningRow.domain)
}

// MoveListening saves how far a listening has come and what of it the call keeps.
func (s *Store) MoveListening(ctx context.Context, scope tenant.Scope, l listening.Listening) error {
	if err := scope.Check(); err != nil {
		return err
	}
	err := s.write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		was, err := one[listeningRow](s, query(ctx, tx, scope, &listeningRow{}).Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", string(l.ID)), "listening", l.ID)
		if err != nil {
			return err
		}
		if was.Ended != 0 {
			return errs.New(errs.Conflict, "listening %s has ended already", l.ID)
		}
		now := listeningRowOf(l)
		set := map[string]any{"state": now.State, "reason": now.Reason, "heard_at": now.Heard, "took_at": now.Took, "ended_at": now.Ended}
		if err := tx.Model(&listeningRow{}).Where("id = ?", was.ID).Updates(set).Error; err != nil {
			return err
		}
		kept, err := now.domain() // as it stands in its row: sums of a call's listenings are exact
		if err != nil {
			return err
		}
		return keepListening(tx, was, kept)
	}, s.fresh())
	return s.fail("move a listening", err)
}

// keepListening writes what of a listening the call keeps, each fact when it has come about. The facet of a call that has ended
// follows, as lists find it by that.
func keepListening(tx *gorm.DB, was listeningRow, l listening.Listening) error {
	keep := func(condition string, bit call.Facet, set map[string]any) error {
		if bit != 0 {
			set["facet"] = gorm.Expr("CASE WHEN facet > 0 THEN facet | ? ELSE facet END", int64(bit)) // its end may have counted it already
		}
		q := tx.Model(&callRow{}).Where("uuid = ? AND tenant_id = ?", was.Call, was.Tenant)
		if condition != "" {
			q = q.Where(condition)
		}
		return q.Updates(set).Error
	}
	if was.Heard == 0 && !l.HeardAt.IsZero() {
		if err := keep("listened_at = 0", call.FacetListened, map[string]any{"listened_at": micros(l.HeardAt)}); err != nil {
			return err
		}
	}
	if was.Took == 0 && !l.TookAt.IsZero() {
		if err := keep("taken_over = 0", call.FacetTakenOver, map[string]any{"taken_over": 1}); err != nil {
			return err
		}
	}
	if d := l.Listened(); l.State == listening.Ended && d > 0 {
		return keep("", 0, map[string]any{"listened": gorm.Expr("listened + ?", microsOf(d))})
	}
	return nil
}
