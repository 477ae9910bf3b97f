package store_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/oplog"
	"github.com/outdial/outdial/shared/retention"
	"github.com/outdial/outdial/shared/store"
	"github.com/outdial/outdial/shared/tenant"
)

// BenchmarkFinishBesidePruning writes the ends of calls one after another, alone and while old rows are removed as the worker does:
// 100 at once, and a pause of four times as long. It says how long the slowest of a hundred ends took.
func BenchmarkFinishBesidePruning(b *testing.B) {
	for _, pruning := range []bool{false, true} {
		b.Run(fmt.Sprintf("pruning=%v", pruning), func(b *testing.B) {
			onEach(b, func(b *testing.B, s *store.Store) { finishBeside(b, s, pruning) })
		})
	}
}

func finishBeside(b *testing.B, s *store.Store, pruning bool) {
	g := newGround(b, s)
	calls := g.begun(b, b.N)
	entry := oplog.Operation{Tenant: g.tenant, Account: "x", Module: "campaigns", Action: "update", Before: json.RawMessage(`"` + strings.Repeat("x", 500) + `"`), At: time.Unix(1, 0)}
	entry.After = entry.Before
	for range 100 {
		if err := s.AddOperations(b.Context(), tenant.Platform(), slices.Repeat([]oplog.Operation{entry}, 500)); err != nil {
			b.Fatal(err)
		}
	}
	ctx, stop := context.WithCancel(b.Context())
	var beside sync.WaitGroup
	removed, statements, busy := 0, 0, time.Duration(0)
	if pruning {
		beside.Go(func() {
			for ctx.Err() == nil {
				began := time.Now()
				n, err := s.Prune(ctx, tenant.Platform(), retention.Operations, time.Unix(2, 0), 100)
				took := time.Since(began)
				if err != nil || n == 0 {
					return
				}
				removed, statements, busy = removed+n, statements+1, busy+took
				time.Sleep(4 * took)
			}
		})
	}
	took := make([]time.Duration, b.N)
	b.ResetTimer()
	for i := range b.N {
		began := time.Now()
		if err := s.FinishCall(b.Context(), tenant.Platform(), ended(calls[i])); err != nil {
			b.Fatal(err)
		}
		took[i] = time.Since(began)
	}
	b.StopTimer()
	stop()
	beside.Wait()
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(took[len(took)-1].Microseconds())/1000, "max-ms")
	if statements > 0 {
		b.ReportMetric(float64(busy.Microseconds())/float64(statements)/1000, "ms/100-rows")
		b.ReportMetric(float64(removed), "rows-removed")
	}
}
