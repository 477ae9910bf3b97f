package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/figures"
	"github.com/outdial/outdial/shared/tenant"
)

// ContactCounts counts all contacts of a campaign, those finished at since or later apart: tens of milliseconds for a million.
// One statement sees one moment; in two, what ended between them would be counted twice or not at all.
func (s *Store) ContactCounts(ctx context.Context, scope tenant.Scope, id campaign.ID, since time.Time) (figures.ContactCount, error) {
	var c figures.ContactCount
	err := s.countContacts(ctx, scope, id, "SELECT state, 0, COUNT(*) FROM contacts WHERE campaign_id = ? GROUP BY state"+
		" UNION ALL SELECT 'finished', 1, COUNT(*) FROM contacts WHERE campaign_id = ? AND state = 'finished' AND not_before >= ?",
		[]any{int64(id), int64(id), micros(since)}, func(state contact.State, late bool, n int) {
			switch {
			case late:
				c.ContactTail.Finished = n
				return
			case state == contact.Calling:
				c.Calling = n
			case state == contact.Finished:
				c.Earlier = n
			}
			c.Total += n
		})
	c.Earlier -= c.ContactTail.Finished
	return c, err
}

// ContactTail counts by index what moves: a finished contact's not_before is when it was finished, so that the newest stand
// together at the end.
func (s *Store) ContactTail(ctx context.Context, scope tenant.Scope, id campaign.ID, since time.Time) (figures.ContactTail, error) {
	var c figures.ContactTail
	err := s.countContacts(ctx, scope, id, "SELECT 'calling', 1, COUNT(*) FROM contacts WHERE campaign_id = ? AND state = 'calling'"+
		" UNION ALL SELECT 'finished', 1, COUNT(*) FROM contacts WHERE campaign_id = ? AND state = 'finished' AND not_before >= ?",
		[]any{int64(id), int64(id), micros(since)}, func(state contact.State, _ bool, n int) {
			if state == contact.Calling {
				c.Calling = n
			} else {
				c.Finished = n
			}
		})
	return c, err
}

// countContacts runs a count over the contacts of a campaign that was found inside the scope: they are its tenant's.
func (s *Store) countContacts(ctx context.Context, scope tenant.Scope, id campaign.ID, q string, args []any, add func(contact.State, bool, int)) error {
	if err := scope.Check(); err != nil {
		return err
	}
	if err := s.owns(ctx, s.read, scope, &campaignRow{}, "campaign", int64(id)); err != nil {
		return err
	}
	rows, err := s.reads.QueryContext(ctx, q, args...)
	if err != nil {
		return s.fail("count contacts", err)
	}
	return s.fail("count contacts", eachCount(rows, add))
}

func eachCount(rows *sql.Rows, add func(contact.State, bool, int)) error {
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var state string
		var late bool
		var n int
		if err := rows.Scan(&state, &late, &n); err != nil {
			return err
		}
		add(contact.State(state), late, n)
	}
	return rows.Err()
}
