package store

import (
	"context"
	"time"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/retention"
	"github.com/outdial/outdial/shared/tenant"
)

var _ retention.Store = (*Store)(nil)

// prunable is where the rows of each kind are, and the column of their age.
var prunable = map[retention.Kind]struct{ table, age string }{
	retention.Operations:    {"operations", "at"},
	retention.Notifications: {"notifications", "created_at"},
	retention.Unmatched:     {"unmatched_sentences", "at"},
}

// Prune goes by the primary key, in whose order rows are written: an index by age would cost every write something, and one of
// them is a turn's. What is to go is read without a lock; the statement that removes it locks nothing but the oldest rows, and nobody
// else writes there.
func (s *Store) Prune(ctx context.Context, scope tenant.Scope, k retention.Kind, before time.Time, most int) (int, error) {
	if err := scope.Check(); err != nil {
		return 0, err
	}
	p, ok := prunable[k]
	if !ok {
		return 0, errs.New(errs.Internal, "rows of the kind %s are not pruned", string(k))
	}
	own, args := and(scope, "tenant_id")
	var last, old int64
	oldest := "SELECT id, " + p.age + " AS age FROM " + p.table + " WHERE 1 = 1" + own + " ORDER BY id LIMIT ?"
	err := s.reads.QueryRowContext(ctx, "SELECT COALESCE(MAX(id), 0), COALESCE(SUM(CASE WHEN age < ? THEN 1 ELSE 0 END), 0) FROM ("+oldest+") AS oldest",
		append(append([]any{micros(before)}, args...), most)...).Scan(&last, &old)
	if err != nil || old == 0 {
		return 0, s.fail("look for old rows", err)
	}
	res, err := s.writes.ExecContext(ctx, "DELETE FROM "+p.table+" WHERE id <= ? AND "+p.age+" < ?"+own, append([]any{last, micros(before)}, args...)...)
	if err != nil {
		return 0, s.fail("remove old rows", err)
	}
	n, err := res.RowsAffected()
	return int(n), s.fail("remove old rows", err)
}
