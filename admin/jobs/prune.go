package jobs

import (
	"context"
	"time"

	"github.com/hibiken/asynq"

	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/retention"
	"github.com/outdial/outdial/shared/tenant"
)

const (
	pruneTask = "rows.prune"
	// pruneEvery is how often rows are looked for that are too old.
	pruneEvery = time.Hour
	pruneTries = 3
	// pruneTimeout bounds a run; the next one goes on where it stopped.
	pruneTimeout = 30 * time.Minute
	// pruneAtOnce bounds a statement, and with it how long a call's write may wait for it where one connection writes.
	pruneAtOnce = 100
	// pruneMost bounds the rows of a kind that a run removes, so that imports and exports have their worker back.
	pruneMost = 100_000
	// pruneRest is how many times as long as a statement took the next one waits.
	pruneRest = 4
)

// queuePrune puts the hour's run into the queue. Its name stays known until the hour is over, done or not, so that of all workers one
// does it once.
func (w *Worker) queuePrune(ctx context.Context) error {
	name := "prune:" + w.Clock.Now().UTC().Truncate(pruneEvery).Format("2006010215")
	_, err := w.queue.put(ctx, pruneTask, name, struct{}{}, pruneTries, pruneTimeout, asynq.Retention(2*pruneEvery))
	return err
}

// runPrune removes what is older than it is kept.
func (w *Worker) runPrune(ctx context.Context, _ *asynq.Task) error {
	for _, k := range retention.Kinds() {
		before, ends := w.Retention.Before(k, w.Clock.Now())
		if !ends {
			continue
		}
		gone, err := w.prune(ctx, k, before)
		if gone > 0 {
			w.Logger.InfoContext(ctx, "old rows removed", "kind", k, "rows", gone, "before", before)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// prune goes through the rows of a kind in small parts and leaves most of the time to others.
func (w *Worker) prune(ctx context.Context, k retention.Kind, before time.Time) (gone int, err error) {
	for gone < pruneMost {
		began := w.Clock.Now()
		n, err := w.Store.Prune(ctx, tenant.Platform(), k, before, pruneAtOnce)
		gone += n
		if err != nil || n == 0 {
			return gone, err
		}
		if err := clock.Sleep(ctx, w.Clock, pruneRest*w.Clock.Since(began)); err != nil {
			return gone, err
		}
	}
	return gone, nil
}
