package store

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/tenant"
)

const (
	// claimMost bounds one claim, and with it the transaction that it makes everybody wait for.
	claimMost = 1000
	// screenMost bounds, for the same reason, how many contacts one claim looks at while it meets numbers not to call.
	screenMost = 2000
)

// Claim reserves contacts that are due and makes an attempt for each, with ids in the order they are returned. Several
// dialers may claim at once: on SQLite one transaction writes at a time, on MySQL rows that another one is claiming are
// passed over. A company whose robots are limited claims no more than all its campaigns' attempts leave of them. A contact
// whose number was changed by hand into something that cannot be dialled ends here as an invalid number, so that it does
// not stop the campaign. So do those whose number the campaign must not call (dnc).
func (s *Store) Claim(ctx context.Context, scope tenant.Scope, r call.ClaimRequest) ([]call.ClaimedContact, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	if r.Limit <= 0 {
		return nil, nil
	}
	r.Limit = min(r.Limit, claimMost)
	var claimed []call.ClaimedContact
	var screened int
	var bounded bool
	err := s.writer.do(ctx, "campaign "+strconv.FormatInt(int64(r.Campaign), 10), "claim contacts", func(ctx context.Context, tx *sql.Tx) error {
		claimed, screened, bounded = claimed[:0], 0, false
		limit := r.Limit
		if company, err := claimable(ctx, tx, r.Campaign); err != nil {
			return err
		} else if company != 0 {
			room, err := s.robotRoom(ctx, tx, company)
			if err != nil {
				return err
			}
			limit, bounded = min(limit, room), room < limit
		}
		for looked, want := 0, limit; want > 0 && looked < screenMost; want = limit - len(claimed) {
			due, broken, groups, err := s.due(ctx, tx, scope, r, want)
			if err != nil {
				return err
			}
			found := len(due) + len(broken)
			looked += found
			if len(broken) > 0 {
				if _, err := exec(ctx, tx, "UPDATE contacts SET state = 'finished', not_before = ?, disposition = 'invalid_number', updated_at = ? WHERE id IN ("+
					idList(broken)+")", micros(r.Now), micros(r.Now)); err != nil {
					return err
				}
			}
			due, ended, err := s.screen(ctx, tx, groups, due, r.Now)
			if err != nil {
				return err
			}
			screened += ended
			for part := range slices.Chunk(due, sqliteBulkRows) {
				if err := s.claimRows(ctx, tx, r, part, &claimed); err != nil {
					return err
				}
			}
			if ended == 0 || found < want {
				break // only numbers that are not to be called are worth another look
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if screened > 0 && r.Screened != nil {
		r.Screened(screened)
	}
	if bounded && r.Bounded != nil {
		r.Bounded()
	}
	return claimed, nil
}

// due reads contacts that may be called, oldest first, and the ids of those that cannot be read back. Groups is which lists
// of numbers the campaign respects, as its row has it; empty for none. It comes with the contacts, so that a campaign
// without pays nothing for it.
func (s *Store) due(ctx context.Context, tx *sql.Tx, scope tenant.Scope, r call.ClaimRequest, limit int) (due []contact.Contact, broken []int64, groups string, err error) {
	own, args := and(scope, "tenant_id")
	args = append([]any{int64(r.Campaign), micros(r.Now)}, args...)
	if condition, more := seen(scope, "campaign_id"); condition != "" {
		own, args = own+" AND "+condition, append(args, more...)
	}
	rows, err := tx.QueryContext(ctx, "SELECT id, tenant_id, campaign_id, number, name, vars, attempts, own_faults, not_before, grade, disposition,"+
		" import_id, import_row, created_at, (SELECT CASE WHEN dnc_enabled <> 0 THEN dnc_groups ELSE '' END FROM campaigns WHERE id = "+
		strconv.FormatInt(int64(r.Campaign), 10)+") FROM contacts WHERE campaign_id = ? AND state = 'waiting' AND not_before <= ?"+own+
		" ORDER BY not_before, id LIMIT "+strconv.Itoa(limit)+s.dialect.skipLocked, args...)
	if err != nil {
		return nil, nil, "", err
	}
	defer func() { _ = rows.Close() }()
	var policy sql.NullString
	for rows.Next() {
		var c contactRow
		if err := rows.Scan(&c.ID, &c.Tenant, &c.Campaign, &c.Number, &c.Name, &c.Vars, &c.Attempts, &c.OwnFaults, &c.NotBefore, &c.Grade,
			&c.Disposition, &c.Import, &c.ImportRow, &c.Created, &policy); err != nil {
			return nil, nil, "", err
		}
		d, err := c.domain()
		if err != nil {
			s.log.Error("contact finished unread: its row was changed by hand", "contact", c.ID, "err", err)
			broken = append(broken, c.ID)
			continue
		}
		due = append(due, d)
	}
	return due, broken, policy.String, rows.Err()
}

func (s *Store) claimRows(ctx context.Context, tx *sql.Tx, r call.ClaimRequest, due []contact.Contact, claimed *[]call.ClaimedContact) error {
	var q strings.Builder
	q.WriteString("INSERT INTO attempts (uuid, tenant_id, campaign_id, contact_id, ordinal, state, holder, lease_until, trunk_id, created_at) VALUES ")
	args := make([]any, 0, len(due)*8)
	ids := make([]any, 0, len(due)+1)
	ids = append(ids, micros(r.Now))
	for i, c := range due {
		c.State, c.Attempts, c.UpdatedAt = contact.Calling, c.Attempts+1, timeOf(micros(r.Now))
		a := call.Attempt{UUID: s.ids.next(r.Now), Tenant: c.Tenant, Campaign: c.Campaign, Contact: c.ID, Ordinal: c.Attempts, State: call.Claimed,
			Holder: r.Holder, LeaseUntil: timeOf(micros(r.Now.Add(r.Lease))), CreatedAt: timeOf(micros(r.Now))}
		*claimed = append(*claimed, call.ClaimedContact{Attempt: a, Contact: c})
		if i > 0 {
			q.WriteByte(',')
		}
		q.WriteString("(?,?,?,?,?,'claimed',?,?,0,?)")
		args = append(args, string(a.UUID), int64(a.Tenant), int64(a.Campaign), int64(a.Contact), a.Ordinal, a.Holder, micros(a.LeaseUntil), micros(a.CreatedAt))
		ids = append(ids, int64(c.ID))
	}
	if _, err := exec(ctx, tx, "UPDATE contacts SET state = 'calling', attempts = attempts + 1, updated_at = ? WHERE id IN ("+marks(len(due))+")", ids...); err != nil {
		return err
	}
	_, err := exec(ctx, tx, q.String(), args...)
	return err
}
