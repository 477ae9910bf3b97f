package store

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/figures"
	"github.com/outdial/outdial/shared/tenant"
)

var (
	_ figures.Store     = (*Store)(nil)
	_ figures.HomeStore = (*Store)(nil)
)

// talkOf is the talk of a CDR or a call, in microseconds.
const talkOf = "CASE WHEN answered = 1 AND answered_at > 0 AND ended_at > answered_at THEN ended_at - answered_at ELSE 0 END"

// bandCase is the place of a value among the bands, in SQL.
func bandCase(value string, bands []figures.Band) string {
	var q strings.Builder
	q.WriteString("CASE")
	for i := len(bands) - 1; i > 0; i-- {
		q.WriteString(" WHEN " + value + " >= " + strconv.FormatInt(bands[i].From, 10) + " THEN " + strconv.Itoa(i))
	}
	q.WriteString(" ELSE 0 END")
	return q.String()
}

// countCDRs groups CDRs by all that is counted. Only a contact's later calls that were answered ask how far the earlier ones
// came, which finds each of them by the attempt's and the CDR's keys.
var countCDRs = "SELECT disposition, end_reason, grade, hung_up_by, answered, is_first, came, turn_band, talk_band, COUNT(*), SUM(talk), MAX(id) FROM" +
	" (SELECT id, disposition, end_reason, grade, hung_up_by, answered, CASE WHEN ordinal = 1 THEN 1 ELSE 0 END AS is_first," +
	" CASE WHEN ordinal > 1 AND answered = 1 THEN (SELECT COALESCE(MAX(CASE WHEN p.answered = 0 THEN 0 WHEN p.disposition <> 'answered' THEN 1" +
	" WHEN p.grade IN ('A', 'B') THEN 3 ELSE 2 END), 0) FROM attempts a JOIN cdrs p ON p.tenant_id = a.tenant_id AND p.uuid = a.uuid" +
	" WHERE a.contact_id = c.contact_id AND a.ordinal < c.ordinal) ELSE 0 END AS came," +
	" CASE WHEN answered = 1 THEN " + bandCase("turns", figures.TurnBands()) + " ELSE 0 END AS turn_band, " + bandCase("("+talkOf+")", figures.TalkBands()) +
	" AS talk_band, " + talkOf + " AS talk FROM cdrs c WHERE campaign_id = ? AND id > ?"

const countCDRsEnd = ") AS calls_of_it GROUP BY disposition, end_reason, grade, hung_up_by, answered, is_first, came, turn_band, talk_band"

// CallCounts sums a campaign's CDRs with after < id <= upTo; a negative upTo sets no bound.
func (s *Store) CallCounts(ctx context.Context, scope tenant.Scope, id campaign.ID, after, upTo int64) (figures.Counts, int64, error) {
	var c figures.Counts
	if err := s.reachable(ctx, scope, id); err != nil {
		return c, 0, err
	}
	q, args := countCDRs, []any{int64(id), after}
	if upTo >= 0 {
		q, args = q+" AND id <= ?", append(args, upTo)
	}
	rows, err := s.reads.QueryContext(ctx, q+countCDRsEnd, args...)
	if err != nil {
		return c, 0, s.fail("sum up calls", err)
	}
	defer func() { _ = rows.Close() }()
	greatest := int64(0)
	for rows.Next() {
		var g figures.Group
		var talk, last int64
		if err := rows.Scan(&g.Disposition, &g.EndReason, &g.Grade, &g.HungUpBy, &g.Answered, &g.First, &g.Before, &g.TurnBand, &g.TalkBand, &g.N, &talk, &last); err != nil {
			return c, 0, s.fail("sum up calls", err)
		}
		g.Talk = durationOf(talk)
		c.Count(g)
		greatest = max(greatest, last)
	}
	return c, greatest, s.fail("sum up calls", rows.Err())
}

// reachable refuses a campaign that is outside the scope or its view.
func (s *Store) reachable(ctx context.Context, scope tenant.Scope, id campaign.ID) error {
	if err := scope.Check(); err != nil {
		return err
	}
	return s.owns(ctx, s.read, scope, &campaignRow{}, "campaign", int64(id))
}

// LiveCalls counts a campaign's calls that have not ended.
func (s *Store) LiveCalls(ctx context.Context, scope tenant.Scope, id campaign.ID) (figures.Live, error) {
	var l figures.Live
	if err := s.reachable(ctx, scope, id); err != nil {
		return l, err
	}
	where := "state <> 'ended'" // as the partial index of SQLite has it
	if s.dialect.name == "mysql" {
		where = "state IN ('created', 'originating', 'early', 'answered')" // so that the index on the state serves
	}
	err := s.reads.QueryRowContext(ctx, "SELECT COUNT(*), COALESCE(SUM(CASE WHEN answered_at > 0 THEN 1 ELSE 0 END), 0) FROM calls WHERE campaign_id = ? AND "+where,
		int64(id)).Scan(&l.Calls, &l.Answered)
	return l, s.fail("count live calls", err)
}

// GreatestCDR is the greatest id of any CDR.
func (s *Store) GreatestCDR(ctx context.Context, scope tenant.Scope) (int64, error) {
	if err := scope.Check(); err != nil {
		return 0, err
	}
	var id sql.NullInt64
	err := s.reads.QueryRowContext(ctx, "SELECT MAX(id) FROM cdrs").Scan(&id)
	return id.Int64, s.fail("look for the newest call", err)
}

// LastDispositions are those of a campaign's CDRs, newest first.
func (s *Store) LastDispositions(ctx context.Context, scope tenant.Scope, id campaign.ID, limit int) ([]call.Disposition, error) {
	if err := s.reachable(ctx, scope, id); err != nil {
		return nil, err
	}
	var out []call.Disposition
	err := s.read.WithContext(ctx).Raw("SELECT disposition FROM cdrs WHERE campaign_id = ? ORDER BY id DESC LIMIT ?", int64(id), pageSize(limit)).Scan(&out).Error
	return out, s.fail("read the newest calls", err)
}

// LastDialled is when the campaign placed its newest call, ended or not.
func (s *Store) LastDialled(ctx context.Context, scope tenant.Scope, id campaign.ID) (time.Time, error) {
	if err := s.reachable(ctx, scope, id); err != nil {
		return time.Time{}, err
	}
	var at []int64
	err := s.read.WithContext(ctx).Raw("SELECT created_at FROM calls WHERE campaign_id = ? ORDER BY uuid DESC LIMIT 1", int64(id)).Scan(&at).Error
	if err != nil || len(at) == 0 {
		return time.Time{}, s.fail("look for the newest call", err)
	}
	return timeOf(at[0]), nil
}

// DueSince is when the contact that waits longest became due; zero when none waits. A contact that never had to wait has
// been due since it was added, which is not told here: whoever asks bounds it by what else must have happened.
func (s *Store) DueSince(ctx context.Context, scope tenant.Scope, id campaign.ID) (time.Time, error) {
	if err := s.reachable(ctx, scope, id); err != nil {
		return time.Time{}, err
	}
	var at sql.NullInt64
	err := s.reads.QueryRowContext(ctx, "SELECT MIN(not_before) FROM contacts WHERE campaign_id = ? AND state = 'waiting'", int64(id)).Scan(&at)
	if err != nil || !at.Valid {
		return time.Time{}, s.fail("look for waiting contacts", err)
	}
	return timeOf(max(at.Int64, 1)), nil // zero means that none waits
}
