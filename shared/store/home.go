package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/figures"
	"github.com/outdial/outdial/shared/tenant"
)

// Plans counts the campaigns of a view by state.
func (s *Store) Plans(ctx context.Context, scope tenant.Scope) (figures.Plans, error) {
	p := figures.Plans{ByState: map[campaign.State]int{}}
	if err := scope.Check(); err != nil {
		return p, err
	}
	var rows []struct {
		State string
		N     int
		Last  int64
	}
	q := query(ctx, s.read, scope, &campaignRow{}).Select("state, COUNT(*) AS n, MAX(created_at) AS last").Where("deleted_at = 0").Group("state")
	if err := q.Scan(&rows).Error; err != nil {
		return p, s.fail("count campaigns", err)
	}
	last := int64(0)
	for _, r := range rows {
		p.ByState[campaign.State(r.State)] = r.N
		last = max(last, r.Last)
	}
	p.LastAt = timeOf(last)
	return p, nil
}

// LastCall is when the newest call of the view that has ended was dialled.
func (s *Store) LastCall(ctx context.Context, scope tenant.Scope) (time.Time, error) {
	id, err := s.tenantOf(scope)
	if err != nil {
		return time.Time{}, err
	}
	q, args := "SELECT MAX(created_at) FROM cdrs WHERE tenant_id = ?", []any{int64(id)}
	if condition, seenArgs := seen(scope, "id"); condition != "" {
		// The newest of each campaign, by the index: never all calls of the view.
		q = "SELECT MAX(at) FROM (SELECT (SELECT created_at FROM cdrs WHERE campaign_id = c.id ORDER BY id DESC LIMIT 1) AS at FROM campaigns c" +
			" WHERE tenant_id = ? AND " + condition + ") AS newest"
		args = append(args, seenArgs...)
	}
	var at sql.NullInt64
	err = s.reads.QueryRowContext(ctx, q, args...).Scan(&at)
	return timeOf(at.Int64), s.fail("look for the newest call", err)
}

// tenantOf is the one tenant that a scope is limited to.
func (s *Store) tenantOf(scope tenant.Scope) (tenant.ID, error) {
	if err := scope.Check(); err != nil {
		return 0, err
	}
	id, ok := scope.Tenant()
	if !ok {
		return 0, errs.New(errs.Internal, "days are summed up for one tenant at a time")
	}
	return id, nil
}

// SeenCampaigns lists the campaigns of the view, deleted ones too.
func (s *Store) SeenCampaigns(ctx context.Context, scope tenant.Scope) ([]campaign.ID, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	var ids []campaign.ID
	err := query(ctx, s.read, scope, &campaignRow{}).Order("id").Pluck("id", &ids).Error
	return ids, s.fail("list campaigns", err)
}

// DayRows sums the tenant's CDRs with id <= upTo that were dialled in [from, to).
func (s *Store) DayRows(ctx context.Context, scope tenant.Scope, from, to time.Time, upTo int64) ([]figures.DayRow, error) {
	id, err := s.tenantOf(scope)
	if err != nil {
		return nil, err
	}
	rows, err := s.reads.QueryContext(ctx, "SELECT campaign_id, answered, disposition, grade, COUNT(*), SUM("+talkOf+") FROM cdrs WHERE tenant_id = ?"+
		" AND created_at >= ? AND created_at < ? AND id <= ? GROUP BY campaign_id, answered, disposition, grade", int64(id), micros(from), micros(to), upTo)
	if err != nil {
		return nil, s.fail("sum up a day", err)
	}
	return s.dayRows(rows, func(r *dayRow) []any { return []any{&r.campaign, &r.answered, &r.disposition, &r.grade, &r.n, &r.talk} }, micros(from))
}

// NewDayRows lists the tenant's CDRs with after < id <= upTo. It walks the primary key, where the newest stand together; the
// sum keeps the databases from walking the tenant's index, which is in the order of time.
func (s *Store) NewDayRows(ctx context.Context, scope tenant.Scope, after, upTo int64) ([]figures.DayRow, error) {
	id, err := s.tenantOf(scope)
	if err != nil {
		return nil, err
	}
	q, args := "SELECT campaign_id, answered, disposition, grade, 1, "+talkOf+", created_at FROM cdrs"+s.dialect.byKey+" WHERE id > ? AND tenant_id + 0 = ?", []any{after, int64(id)}
	if upTo >= 0 {
		q, args = q+" AND id <= ?", append(args, upTo)
	}
	rows, err := s.reads.QueryContext(ctx, q, args...)
	if err != nil {
		return nil, s.fail("read the newest calls", err)
	}
	return s.dayRows(rows, func(r *dayRow) []any {
		return []any{&r.campaign, &r.answered, &r.disposition, &r.grade, &r.n, &r.talk, &r.at}
	}, 0)
}

// dayRow is a row of either of the two above.
type dayRow struct {
	campaign    int64
	answered    bool
	disposition call.Disposition
	grade       string
	n           int
	talk, at    int64
}

func (s *Store) dayRows(rows *sql.Rows, into func(*dayRow) []any, at int64) ([]figures.DayRow, error) {
	defer func() { _ = rows.Close() }()
	var out []figures.DayRow
	for rows.Next() {
		r := dayRow{at: at}
		if err := rows.Scan(into(&r)...); err != nil {
			return nil, s.fail("sum up calls by day", err)
		}
		out = append(out, figures.DayRow{Campaign: campaign.ID(r.campaign), At: timeOf(r.at),
			Sum: figures.DaySumOf(r.n, r.answered, r.disposition, r.grade, durationOf(r.talk))})
	}
	return out, s.fail("sum up calls by day", rows.Err())
}
