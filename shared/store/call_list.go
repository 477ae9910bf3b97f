package store

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
)

// Calls pages through a campaign's calls, newest first.
func (s *Store) Calls(ctx context.Context, scope tenant.Scope, campaign contact.CampaignID, f call.Filter, p call.Page) ([]call.Call, error) {
	if err := s.ownsCalls(ctx, scope, campaign); err != nil {
		return nil, err
	}
	if err := f.Validate(); err != nil {
		return nil, err
	}
	if p.Before != "" {
		if err := checkUUID(p.Before); err != nil {
			return nil, errs.New(errs.Invalid, "the page's key is not the id of a call")
		}
	}
	ids, err := s.find(ctx, search{campaign: int64(campaign), filter: f, before: p.Before}, pageSize(p.Limit))
	if err != nil {
		return nil, s.fail("list calls", err)
	}
	return s.callsByID(ctx, campaign, ids)
}

func (s *Store) ownsCalls(ctx context.Context, scope tenant.Scope, campaign contact.CampaignID) error {
	if err := scope.Check(); err != nil {
		return err
	}
	return s.owns(ctx, s.read, scope, &campaignRow{}, "campaign", int64(campaign))
}

// idsAtOnce bounds the list of one statement.
const idsAtOnce = 500

// callsByID reads calls of a campaign that is known to be the scope's, newest first.
func (s *Store) callsByID(ctx context.Context, campaign contact.CampaignID, ids []string) ([]call.Call, error) {
	out := make([]call.Call, 0, len(ids))
	ids = slices.Clone(ids)
	slices.Sort(ids)
	slices.Reverse(ids)
	for part := range slices.Chunk(slices.Compact(ids), idsAtOnce) {
		q := s.read.WithContext(ctx).Where("uuid IN ? AND campaign_id = ? AND deleted_at = 0", part, int64(campaign)).Order("uuid DESC")
		found, err := many(s, q, "calls", callRow.domain)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// CallsByID reads those of the ids that are the campaign's, newest first.
func (s *Store) CallsByID(ctx context.Context, scope tenant.Scope, campaign contact.CampaignID, ids []call.UUID) ([]call.Call, error) {
	if err := s.ownsCalls(ctx, scope, campaign); err != nil {
		return nil, err
	}
	return s.callsByID(ctx, campaign, words(ids))
}

// CountCalls counts the calls that a filter leaves, up to most.
func (s *Store) CountCalls(ctx context.Context, scope tenant.Scope, campaign contact.CampaignID, f call.Filter, most int) (int, error) {
	if err := s.ownsCalls(ctx, scope, campaign); err != nil {
		return 0, err
	}
	if err := f.Validate(); err != nil {
		return 0, err
	}
	q := search{campaign: int64(campaign), filter: f}
	groups, err := s.groups(ctx, q)
	if err != nil || len(groups) == 0 {
		return 0, s.fail("count calls", err)
	}
	if prefixes := q.prefixes(); len(prefixes) > 0 {
		return s.count(ctx, q, way{prefixes[0].index, []condition{q.all()}}, most)
	}
	if f.IsZero() {
		var c condition
		c.add("facet >= 0")
		return s.count(ctx, q, way{"calls_by_facet", []condition{c}}, most)
	}
	sure, unclear := q.byFacet(slices.DeleteFunc(slices.Clone(groups), func(g group) bool { return g.verdict == call.Unclear })),
		q.byFacet(slices.DeleteFunc(groups, func(g group) bool { return g.verdict != call.Unclear }))
	for i := range unclear.conditions {
		unclear.conditions[i].join(q.all())
	}
	return s.count(ctx, q, way{sure.index, append(sure.conditions, unclear.conditions...)}, most)
}

// count counts the calls that the way leads to, up to most.
func (s *Store) count(ctx context.Context, q search, w way, most int) (int, error) {
	n := 0
	for _, by := range w.conditions {
		c := q.place()
		c.join(by)
		var more int
		err := s.reads.QueryRowContext(ctx, "SELECT COUNT(*) FROM (SELECT 1 AS one FROM "+s.use(w.index)+" WHERE "+c.text()+" LIMIT ?) AS some",
			append(c.args, most-n)...).Scan(&more)
		if err != nil {
			return 0, s.fail("count calls", err)
		}
		if n += more; n >= most {
			break
		}
	}
	return n, nil
}

// ReadCalls marks ended calls as read.
func (s *Store) ReadCalls(ctx context.Context, scope tenant.Scope, campaign contact.CampaignID, ids []call.UUID, at time.Time) (int, error) {
	return s.touch(ctx, scope, campaign, ids, "mark calls as read", "read_at = ?, facet = facet + ?", "read_at = 0", micros(at), int64(call.FacetRead))
}

// UnreadCalls marks ended calls as unread.
func (s *Store) UnreadCalls(ctx context.Context, scope tenant.Scope, campaign contact.CampaignID, ids []call.UUID) (int, error) {
	return s.touch(ctx, scope, campaign, ids, "mark calls as unread", "read_at = 0, facet = facet - ?", "read_at <> 0", int64(call.FacetRead))
}

// HideCalls takes ended calls off every list.
func (s *Store) HideCalls(ctx context.Context, scope tenant.Scope, campaign contact.CampaignID, ids []call.UUID, at time.Time) (int, error) {
	return s.touch(ctx, scope, campaign, ids, "delete calls", "deleted_at = ?, facet = ?", "deleted_at = 0", micros(at), int64(call.FacetHidden))
}

// touch changes ended calls that are on a list and meet the condition, and counts them.
func (s *Store) touch(ctx context.Context, scope tenant.Scope, campaign contact.CampaignID, ids []call.UUID, tried, set, where string, args ...any) (int, error) {
	if err := s.ownsCalls(ctx, scope, campaign); err != nil {
		return 0, err
	}
	n := 0
	for part := range slices.Chunk(words(ids), idsAtOnce) {
		err := s.inTransaction(ctx, tried, func(tx *sql.Tx) error {
			all := append(slices.Clone(args), int64(campaign))
			for _, id := range part {
				all = append(all, id)
			}
			hit, err := exec(ctx, tx, "UPDATE calls SET "+set+" WHERE campaign_id = ? AND state = 'ended' AND deleted_at = 0 AND "+where+
				" AND uuid IN ("+marks(len(part))+")", all...)
			n += int(hit)
			return err
		})
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// HiddenCalls lists deleted calls whose files and turns are still there.
func (s *Store) HiddenCalls(ctx context.Context, scope tenant.Scope, campaign contact.CampaignID, limit int) ([]call.Remains, error) {
	if err := s.ownsCalls(ctx, scope, campaign); err != nil {
		return nil, err
	}
	rows, err := s.reads.QueryContext(ctx, "SELECT hidden.uuid, hidden.recording, COALESCE(turns.audio, '') FROM (SELECT uuid, recording FROM "+s.use("calls_by_facet")+
		" WHERE campaign_id = ? AND facet = ? ORDER BY uuid LIMIT ?) AS hidden LEFT JOIN turns ON turns.call_uuid = hidden.uuid ORDER BY hidden.uuid, turns.seq",
		int64(campaign), int64(call.FacetHidden), limit)
	if err != nil {
		return nil, s.fail("list deleted calls", err)
	}
	defer func() { _ = rows.Close() }()
	var out []call.Remains
	for rows.Next() {
		var id call.UUID
		var whole, audio string
		if err := rows.Scan(&id, &whole, &audio); err != nil {
			return nil, s.fail("list deleted calls", err)
		}
		if len(out) == 0 || out[len(out)-1].Call != id {
			out = append(out, call.Remains{Call: id})
			if whole != "" {
				out[len(out)-1].Files = append(out[len(out)-1].Files, whole)
			}
		}
		if audio != "" {
			out[len(out)-1].Files = append(out[len(out)-1].Files, audio)
		}
	}
	return out, s.fail("list deleted calls", rows.Err())
}

// ForgetCalls removes turns, conversations and the names of files of hidden calls.
func (s *Store) ForgetCalls(ctx context.Context, scope tenant.Scope, campaign contact.CampaignID, ids []call.UUID) error {
	if err := s.ownsCalls(ctx, scope, campaign); err != nil {
		return err
	}
	for part := range slices.Chunk(words(ids), idsAtOnce) {
		err := s.inTransaction(ctx, "remove deleted calls", func(tx *sql.Tx) error {
			list := "SELECT uuid FROM calls WHERE campaign_id = ? AND facet = ? AND uuid IN (" + marks(len(part)) + ")"
			args := []any{int64(campaign), int64(call.FacetHidden)}
			for _, id := range part {
				args = append(args, id)
			}
			for _, table := range []string{"turns", "conversations"} {
				if _, err := exec(ctx, tx, "DELETE FROM "+table+" WHERE call_uuid IN ("+list+")", args...); err != nil {
					return err
				}
			}
			_, err := exec(ctx, tx, "UPDATE calls SET recording = '', facet = ? WHERE campaign_id = ? AND facet = ? AND uuid IN ("+marks(len(part))+")",
				append([]any{int64(call.FacetForgotten)}, args...)...)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// inTransaction runs a rare write.
func (s *Store) inTransaction(ctx context.Context, tried string, do func(*sql.Tx) error) error {
	tx, err := s.begin(ctx)
	if err != nil {
		return s.fail(tried, err)
	}
	defer func() { _ = tx.Rollback() }()
	if err := do(tx); err != nil {
		return s.fail(tried, err)
	}
	return s.fail(tried, tx.Commit())
}

// ContactsByID reads those of the contacts that are the scope's.
func (s *Store) ContactsByID(ctx context.Context, scope tenant.Scope, ids []contact.ID) (map[contact.ID]contact.Contact, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	out := make(map[contact.ID]contact.Contact, len(ids))
	for part := range slices.Chunk(ids, idsAtOnce) {
		list := make([]int64, len(part))
		for i, id := range part {
			list[i] = int64(id)
		}
		found, err := many(s, query(ctx, s.read, scope, &contactRow{}).Where("id IN ?", list), "contacts", contactRow.domain)
		if err != nil {
			return nil, err
		}
		for _, c := range found {
			out[c.ID] = c
		}
	}
	return out, nil
}
