package jobs_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/outdial/outdial/admin/jobs"
	"github.com/outdial/outdial/shared/oplog"
	"github.com/outdial/outdial/shared/retention"
	"github.com/outdial/outdial/shared/tenant"
)

const day = 24 * time.Hour

// pruned is a store that tells of each removal.
type pruned struct {
	jobs.Store
	mu    sync.Mutex
	asked []string
	said  chan string
	prune func(k retention.Kind, before time.Time, most int) (int, error)
}

func (p *pruned) Prune(_ context.Context, scope tenant.Scope, k retention.Kind, before time.Time, most int) (int, error) {
	if scope.Check() != nil || most < 1 || most > 1000 {
		return 0, errors.New("rows of nobody, or too many at once")
	}
	n, err := p.prune(k, before, most)
	what := string(k) + " " + before.UTC().Format("2006-01-02 15")
	p.mu.Lock()
	p.asked = append(p.asked, what)
	p.mu.Unlock()
	if p.said != nil {
		p.said <- what
	}
	return n, err
}

func (y *yard) pruner(s jobs.Store, keep retention.Periods) *jobs.Worker {
	return jobs.NewWorker(jobs.Config{Redis: y.redis, Queue: y.queue, Store: s, Bus: y, UploadsDir: y.uploads, Clock: y.clock, Retention: keep,
		Logger: slog.New(slog.NewTextHandler(y.t.Output(), nil))})
}

func TestOldRowsAreRemovedAndOthersAreKept(t *testing.T) {
	t.Parallel()
	y := newYard(t, miniRedis(t))
	var list []oplog.Operation
	for i := range 1000 {
		list = append(list, oplog.Operation{Account: "x", Module: "team", Action: "create", At: y.clock.Now().Add(-400*day + time.Duration(i-500)*time.Hour)})
	}
	must(t, y.db.AddOperations(t.Context(), y.scope, list))
	left := func() int {
		t.Helper()
		found, err := y.db.Operations(t.Context(), y.scope, oplog.Filter{}, 0, 1000)
		must(t, err)
		return len(found)
	}
	must(t, jobs.RunPrune(t.Context(), y.pruner(y.db, nil)))
	must(t, jobs.RunPrune(t.Context(), y.pruner(y.db, retention.Periods{retention.Operations: 0, retention.Notifications: day, retention.Unmatched: day})))
	if left() != 1000 {
		t.Fatalf("%d rows are left of those that are kept for ever", left())
	}
	must(t, jobs.RunPrune(t.Context(), y.pruner(y.db, retention.Periods{retention.Operations: 400 * day})))
	if left() != 500 {
		t.Errorf("%d rows are left, not the 500 that are young enough", left())
	}
}

// TestOneWorkerRemovesOldRowsAnHour: a worker that starts when another has done the hour's run leaves it, and does the next hour's.
func TestOneWorkerRemovesOldRowsAnHour(t *testing.T) {
	onEveryRedis(t, func(t *testing.T, rdb redis.UniversalClient) {
		y := newYard(t, rdb)
		p := &pruned{Store: y.db, said: make(chan string, 100), prune: func(retention.Kind, time.Time, int) (int, error) { return 0, nil }}
		start := func() *jobs.Worker {
			t.Helper()
			w := y.pruner(p, retention.Periods{retention.Operations: 2 * day})
			must(t, w.Start(t.Context()))
			return w
		}
		for _, hour := range []string{"02", "03"} {
			one, two := start(), start()
			select {
			case got := <-p.said:
				if want := "operations 2026-02-28 " + hour; got != want {
					t.Fatalf("removed %s, want %s", got, want)
				}
			case <-time.After(time.Minute):
				t.Fatal("nothing is removed")
			}
			one.Close()
			two.Close()
			late := start()
			must(t, jobs.NewQueue(y.redis, y.queue).EnqueueImport(t.Context(), y.upload("list-"+hour+".csv", "13800138000\n").ID))
			y.wait() // what was put into the queue before it has begun by now
			late.Close()
			y.clock.Advance(time.Hour)
		}
		if len(p.asked) != 2 {
			t.Errorf("in two hours rows were removed at %q", p.asked)
		}
	})
}

// TestBetweenRemovalsOthersHaveTheirTurn: a statement is followed by a pause that is longer than it was.
func TestBetweenRemovalsOthersHaveTheirTurn(t *testing.T) {
	t.Parallel()
	y := newYard(t, miniRedis(t))
	full := []int{100, 100, 7, 0}
	p := &pruned{Store: y.db}
	p.prune = func(retention.Kind, time.Time, int) (int, error) {
		y.clock.Advance(10 * time.Millisecond) // what the statement takes
		n := full[0]
		full = full[1:]
		return n, nil
	}
	over := make(chan error, 1)
	go func() {
		over <- jobs.RunPrune(t.Context(), y.pruner(p, retention.Periods{retention.Unmatched: day}))
	}()
	began := y.clock.Now()
	for range 3 {
		must(t, y.clock.BlockUntilContext(t.Context(), 1))
		y.clock.Advance(40 * time.Millisecond)
	}
	must(t, <-over)
	if took := y.clock.Since(began); took != 160*time.Millisecond || len(full) != 0 {
		t.Errorf("it took %v; %v are left", took, full)
	}
}

func TestARunThatIsBrokenOffOrFailsIsNotOver(t *testing.T) {
	t.Parallel()
	y := newYard(t, miniRedis(t))
	keep := retention.Periods{retention.Operations: day, retention.Notifications: day}
	down := errors.New("the database is gone")
	p := &pruned{Store: y.db, prune: func(retention.Kind, time.Time, int) (int, error) { return 0, down }}
	if err := jobs.RunPrune(t.Context(), y.pruner(p, keep)); !errors.Is(err, down) || len(p.asked) != 1 {
		t.Errorf("%v after %q", err, p.asked)
	}
	ctx, cancel := context.WithCancel(t.Context())
	p = &pruned{Store: y.db, prune: func(retention.Kind, time.Time, int) (int, error) { cancel(); return 200, nil }}
	if err := jobs.RunPrune(ctx, y.pruner(p, keep)); !errors.Is(err, context.Canceled) || len(p.asked) != 1 {
		t.Errorf("%v after %q", err, p.asked)
	}
}

// TestARunEnds: a backlog is taken in parts, so that imports and exports have their worker back.
func TestARunEnds(t *testing.T) {
	t.Parallel()
	y := newYard(t, miniRedis(t))
	p := &pruned{Store: y.db, prune: func(_ retention.Kind, _ time.Time, most int) (int, error) { return most, nil }}
	must(t, jobs.RunPrune(t.Context(), y.pruner(p, retention.Periods{retention.Operations: day, retention.Unmatched: day})))
	if len(p.asked) != 2000 || !slices.Contains(p.asked, "unmatched 2026-03-01 02") {
		t.Errorf("%d statements", len(p.asked))
	}
}
