package store

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/dnc"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
)

// querier is a pool or a transaction.
type querier interface {
	QueryContext(ctx context.Context, q string, args ...any) (*sql.Rows, error)
}

// Listed tells which of the numbers the policy forbids to call now: one lookup by index, whatever the lists hold.
func (s *Store) Listed(ctx context.Context, scope tenant.Scope, p dnc.Policy, numbers []contact.Number, now time.Time) (map[contact.Number]bool, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	own, ok := scope.Tenant()
	if !ok {
		return nil, errs.New(errs.Internal, "numbers are looked for in the lists of one tenant")
	}
	found, err := s.listed(ctx, s.reads, own, p, numbers, now)
	return found, s.fail("look for numbers not to call", err)
}

func (s *Store) listed(ctx context.Context, from querier, own tenant.ID, p dnc.Policy, numbers []contact.Number, now time.Time) (map[contact.Number]bool, error) {
	if !p.Enabled || len(numbers) == 0 {
		return map[contact.Number]bool{}, nil
	}
	// The numbers lead: their index holds all that is asked for, and a list of any length costs no more than they are.
	join := " CROSS JOIN "
	if s.dialect.name != "sqlite" {
		join = " STRAIGHT_JOIN "
	}
	var v values
	v.WriteString("SELECT DISTINCT n.number FROM dnc_numbers AS n" + join + "dnc_groups AS g ON g.id = n.group_id AND (g.expires_at = 0 OR g.expires_at > " +
		strconv.FormatInt(micros(now), 10) + ") WHERE n.tenant_id = " + strconv.FormatInt(int64(own), 10) + " AND n.number IN (")
	for i, n := range numbers {
		if i > 0 {
			_ = v.WriteByte(',')
		}
		v.text(n.String())
	}
	v.WriteString(")")
	if len(p.Groups) > 0 {
		v.WriteString(" AND n.group_id IN (" + idList(p.Groups) + ")")
	}
	rows, err := from.QueryContext(ctx, v.String(), v.args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	hits := map[string]bool{}
	for rows.Next() {
		var n string
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		hits[n] = true
	}
	if err := rows.Err(); err != nil || len(hits) == 0 {
		return nil, err
	}
	out := make(map[contact.Number]bool, len(hits))
	for _, n := range numbers {
		if hits[n.String()] {
			out[n] = true
		}
	}
	return out, nil
}

// screen takes those out of the contacts whose number is listed, and ends them. The policy is that of the campaign's row.
func (s *Store) screen(ctx context.Context, tx *sql.Tx, groups string, due []contact.Contact, now time.Time) (callable []contact.Contact, ended int, err error) {
	if groups == "" || len(due) == 0 {
		return due, 0, nil
	}
	p := dnc.Policy{Enabled: true}
	if err := fromJSON(groups, &p.Groups, "campaign", due[0].Campaign); err != nil {
		return nil, 0, err
	}
	numbers := make([]contact.Number, len(due))
	for i, c := range due {
		numbers[i] = c.Number
	}
	hit, err := s.listed(ctx, tx, due[0].Tenant, p, numbers, now)
	if err != nil || len(hit) == 0 {
		return due, 0, err
	}
	var ids []contact.ID
	for _, c := range due {
		if hit[c.Number] {
			ids = append(ids, c.ID)
		} else {
			callable = append(callable, c)
		}
	}
	_, err = exec(ctx, tx, "UPDATE contacts SET state = 'finished', not_before = ?, disposition = '"+string(call.DNC)+"', updated_at = ? WHERE id IN ("+idList(ids)+")",
		micros(now), micros(now))
	return callable, len(ids), err
}

// Withhold ends a claimed attempt and its contact without a call. The attempt gives its ordinal back: the contact was not
// called by it.
func (s *Store) Withhold(ctx context.Context, scope tenant.Scope, id call.UUID, at time.Time) error {
	if err := scope.Check(); err != nil {
		return err
	}
	if err := checkUUID(id); err != nil {
		return err
	}
	own, args := and(scope, "tenant_id")
	return s.writer.do(ctx, string(id), "withhold a call", func(ctx context.Context, tx *sql.Tx) error {
		n, err := exec(ctx, tx, "UPDATE attempts SET state = 'finished', ordinal = NULL WHERE uuid = ? AND state = 'claimed'"+own,
			append([]any{string(id)}, args...)...)
		if err != nil {
			return err
		}
		if n == 0 {
			state, err := attemptState(ctx, tx, scope, id)
			if err != nil {
				return err
			}
			return errs.New(errs.Conflict, "attempt %s is %s and cannot be withheld", id, state)
		}
		_, err = exec(ctx, tx, "UPDATE contacts SET state = 'finished', not_before = ?, disposition = '"+string(call.DNC)+"', attempts = attempts - 1, updated_at = ?"+
			" WHERE id = (SELECT contact_id FROM attempts WHERE uuid = ?) AND state = 'calling'", micros(at), micros(at), string(id))
		return err
	})
}

// idList is an IN list of ids, which are numbers and need no parameters.
func idList[I ~int64](ids []I) string {
	var b strings.Builder
	for i, id := range ids {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.FormatInt(int64(id), 10))
	}
	return b.String()
}
