package store

import (
	"context"
	"database/sql"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/tenant"
)

// RawInsertCalls inserts calls of one tenant as they are, without attempts, contacts and CDRs. Nothing but the benchmark
// calls it: it is how it comes to a million finished calls.
func (s *Store) RawInsertCalls(ctx context.Context, scope tenant.Scope, batch []call.Call) error {
	if err := scope.Check(); err != nil {
		return err
	}
	rows := make([][]any, len(batch))
	for i, c := range batch {
		if err := settle(scope, &c.Tenant, "call"); err != nil {
			return err
		}
		rows[i] = callArgs(c)
	}
	return s.inTransaction(ctx, "insert calls", func(tx *sql.Tx) error {
		for len(rows) > 0 {
			n := min(len(rows), s.dialect.bulkRows)
			if _, err := insertAll(ctx, tx, "INSERT INTO calls "+callColumns, rows[:n], ""); err != nil {
				return err
			}
			rows = rows[n:]
		}
		return nil
	})
}

// ReadyCalls lets the database look at what was inserted, as it does by itself in the course of time.
func (s *Store) ReadyCalls(ctx context.Context, scope tenant.Scope) error {
	if err := scope.Check(); err != nil {
		return err
	}
	statement := "ANALYZE TABLE calls"
	if s.dialect.name == "sqlite" {
		statement = "PRAGMA wal_checkpoint(TRUNCATE)"
	}
	rows, err := s.writes.QueryContext(ctx, statement)
	if err != nil {
		return s.fail("analyse the calls", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() { //nolint:revive // what it says is of no interest
	}
	return s.fail("analyse the calls", rows.Err())
}
