package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/notify"
	"github.com/outdial/outdial/shared/oplog"
	"github.com/outdial/outdial/shared/retention"
	"github.com/outdial/outdial/shared/store"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/unmatched"
)

// aged is a world with a member who is notified.
type aged struct {
	*world
	reader access.UserID
}

func newAged(t *testing.T, s *store.Store) aged {
	t.Helper()
	w := newWorld(t, s)
	return aged{w, w.user(fmt.Sprintf("reader%d", w.tenant))}
}

// ages writes a row of each kind for each of the moments, in this order.
func (w aged) ages(list ...time.Time) {
	w.t.Helper()
	ctx := w.t.Context()
	for _, at := range list {
		must(w.t, w.s.AddOperations(ctx, w.scope, []oplog.Operation{{Account: "x", Module: "team", Action: "create", At: at}}))
		must(w.t, w.s.Notify(ctx, w.scope, []notify.Notification{{User: w.reader, Kind: notify.Alarm, Title: "x", CreatedAt: at}}))
		turn := notUnderstood(w.begin(), 1, "听不懂")
		turn.StartedAt, turn.EndedAt = at, at
		must(w.t, w.s.AddTurn(ctx, w.scope, turn))
	}
}

// left are the moments of the rows of a kind, the oldest first.
func (w aged) left(k retention.Kind) (out []time.Time) {
	w.t.Helper()
	ctx := w.t.Context()
	switch k {
	case retention.Operations:
		list, err := w.s.Operations(ctx, w.scope, oplog.Filter{}, 0, 100)
		must(w.t, err)
		for _, o := range list {
			out = append(out, o.At)
		}
	case retention.Notifications:
		list, err := w.s.Notifications(ctx, w.scope, w.reader, false, 0, 100)
		must(w.t, err)
		for _, n := range list {
			out = append(out, n.CreatedAt)
		}
	case retention.Unmatched:
		list, err := w.s.Unmatched(ctx, w.scope, w.script, unmatched.Open)
		must(w.t, err)
		for _, one := range list {
			out = append(out, one.At)
		}
	}
	slices.SortFunc(out, time.Time.Compare)
	return out
}

func testPrune(t *testing.T, s *store.Store) {
	ctx, all := t.Context(), tenant.Platform()
	w, other := newAged(t, s), newAged(t, s)
	day := func(n int) time.Time { return t0.AddDate(0, 0, n) }
	w.ages(day(0), day(1), day(3), day(2), day(5), day(4)) // a row may be written after a younger one
	other.ages(day(0), day(5))
	prune := func(scope tenant.Scope, k retention.Kind, before time.Time, most int) int {
		t.Helper()
		n, err := s.Prune(ctx, scope, k, before, most)
		must(t, err)
		return n
	}
	for _, k := range retention.Kinds() {
		if n := prune(all, k, day(0), 100); n != 0 || len(w.left(k)) != 6 {
			t.Errorf("%s: %d rows that are not older than the moment were removed", k, n)
		}
		if n := prune(w.scope, k, day(3), 2); n != 2 || !slices.EqualFunc(w.left(k), []time.Time{day(2), day(3), day(4), day(5)}, time.Time.Equal) {
			t.Errorf("%s: %d of the oldest two went, %v are left", k, n, w.left(k))
		}
		if n := prune(w.scope, k, day(3), 100); n != 1 || !slices.EqualFunc(w.left(k), []time.Time{day(3), day(4), day(5)}, time.Time.Equal) {
			t.Errorf("%s: %d went, %v are left", k, n, w.left(k))
		}
		if n := prune(w.scope, k, day(3), 100); n != 0 {
			t.Errorf("%s: %d went that had gone", k, n)
		}
		if len(other.left(k)) != 2 {
			t.Errorf("%s: of another company %v are left", k, other.left(k))
		}
		if n := prune(all, k, day(100), 100); n != 5 || len(w.left(k))+len(other.left(k)) != 0 {
			t.Errorf("%s: %d of all went; %v and %v are left", k, n, w.left(k), other.left(k))
		}
		if n := prune(all, k, day(100), 100); n != 0 {
			t.Errorf("%s: %d of none went", k, n)
		}
	}
	if _, err := s.Prune(ctx, all, "calls", day(100), 100); err == nil {
		t.Error("calls are pruned")
	}
	// A row that is pruned is no reason to tell again, or to fail: what follows is written as ever.
	w.ages(day(6))
	for _, k := range retention.Kinds() {
		if len(w.left(k)) != 1 {
			t.Errorf("%s: %v are left", k, w.left(k))
		}
	}
}
