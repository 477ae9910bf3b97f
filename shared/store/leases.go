package store

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/outdial/outdial/shared/tenant"
)

// renewMost is how many leases one statement renews, and with it how long the calls of its lane wait.
const renewMost = 200

// RenewLeases pushes the leases of all live attempts of a holder. The attempts are read without locks, and each is renewed
// in the lane that writes all else of it: one statement over all of them would lock the rows in the order of an index
// while their calls lock them in another, and InnoDB would end one of the two.
func (s *Store) RenewLeases(ctx context.Context, scope tenant.Scope, holder string, until time.Time) error {
	if err := scope.Check(); err != nil {
		return err
	}
	lanes, err := s.heldBy(ctx, scope, holder)
	if err != nil {
		return s.fail("renew leases", err)
	}
	for _, ids := range lanes {
		for part := range slices.Chunk(ids, renewMost) {
			args := make([]any, 0, len(part)+2)
			args = append(args, micros(until))
			for _, id := range part {
				args = append(args, id)
			}
			args = append(args, holder)
			q := "UPDATE attempts" + s.dialect.byKey + " SET lease_until = ? WHERE uuid IN (" + marks(len(part)) + ") AND " + live + " AND holder = ?"
			if err := s.writer.do(ctx, part[0], "renew leases", func(ctx context.Context, tx *sql.Tx) error {
				_, err := exec(ctx, tx, q, args...)
				return err
			}); err != nil {
				return err
			}
		}
	}
	return nil
}

// heldBy lists the ids of a holder's live attempts by the lane that writes them.
func (s *Store) heldBy(ctx context.Context, scope tenant.Scope, holder string) ([][]string, error) {
	own, args := and(scope, "tenant_id")
	// The state is spelt out for MySQL, whose index begins with it; SQLite needs the condition of its partial index.
	rows, err := s.reads.QueryContext(ctx, "SELECT uuid FROM attempts WHERE "+live+" AND state IN ('claimed', 'dialing') AND holder = ?"+own,
		append([]any{holder}, args...)...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	lanes := make([][]string, len(s.writer.lanes))
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		lane := s.writer.lane(id)
		lanes[lane] = append(lanes[lane], id)
	}
	for _, ids := range lanes {
		slices.Sort(ids)
	}
	return lanes, rows.Err()
}
