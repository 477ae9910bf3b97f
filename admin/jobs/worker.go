package jobs

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"

	"github.com/outdial/outdial/admin/importer"
	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/retention"
	"github.com/outdial/outdial/shared/tenant"
)

// Store is what the jobs read and write.
type Store interface {
	importer.Store
	Import(ctx context.Context, scope tenant.Scope, id contact.ImportID) (contact.Import, error)
	UnfinishedImports(ctx context.Context, scope tenant.Scope) ([]contact.Import, error)
	exportStore
	retention.Store
}

// Config is what a worker needs.
type Config struct {
	Redis       redis.UniversalClient // the caller's to close
	Queue       string                // empty means DefaultQueue
	Concurrency int                   // jobs at once; 0 means 2
	Store       Store
	Bus         importer.Publisher

	RecordingsDir string
	UploadsDir    string
	ExportsDir    string // where finished exports lie
	Limits        importer.Limits
	Retention     retention.Periods
	Clock         clock.Clock
	Logger        *slog.Logger
}

const (
	// sweepEvery is how soon work is found again that Redis has forgotten.
	sweepEvery = 30 * time.Second
	// pollEvery is how long an upload waits for an idle worker.
	pollEvery = 200 * time.Millisecond
	// shutdownWait bounds how long a job may take to notice that the worker ends.
	shutdownWait = 10 * time.Second
	// longestDelay bounds the wait between two tries of a job.
	longestDelay = time.Minute
)

// Worker takes jobs off the queue.
type Worker struct {
	Config
	queue  *Queue
	server *asynq.Server
	ctx    context.Context // of the jobs; ends with Close
	stop   context.CancelFunc
	owned  sync.WaitGroup // the sweeper and every running job
}

// NewWorker makes a worker that does nothing until Start.
func NewWorker(c Config) *Worker {
	if c.Concurrency <= 0 {
		c.Concurrency = 2
	}
	w := &Worker{Config: c, queue: NewQueue(c.Redis, c.Queue)}
	w.ctx, w.stop = context.WithCancel(context.Background())
	return w
}

// Start finds the work that stands in SQL, puts it in the queue and begins. It returns at once; Close ends it.
func (w *Worker) Start(ctx context.Context) error {
	if err := w.Redis.Ping(ctx).Err(); err != nil {
		return errs.Wrap(errs.Unavailable, err, "the worker cannot reach Redis; start it or correct the setting redis")
	}
	if err := w.rederive(ctx, false); err != nil {
		return err
	}
	w.server = asynq.NewServerFromRedisClient(w.Redis, asynq.Config{
		Concurrency:              w.Concurrency,
		Queues:                   map[string]int{w.queue.name: 1},
		BaseContext:              func() context.Context { return w.ctx },
		RetryDelayFunc:           func(n int, _ error, _ *asynq.Task) time.Duration { return retryDelay(n) },
		IsFailure:                func(err error) bool { return !errors.Is(err, context.Canceled) },
		ErrorHandler:             asynq.ErrorHandlerFunc(w.failed),
		Logger:                   logger{w.Logger},
		LogLevel:                 asynq.DebugLevel,
		ShutdownTimeout:          shutdownWait,
		TaskCheckInterval:        pollEvery,
		DelayedTaskCheckInterval: time.Second,
	})
	mux := asynq.NewServeMux()
	mux.HandleFunc(importTask, w.guarded(w.runImport))
	mux.HandleFunc(exportTask, w.guarded(w.runExport))
	mux.HandleFunc(pruneTask, w.guarded(w.runPrune))
	if err := w.server.Start(mux); err != nil {
		return errs.Wrap(errs.Internal, err, "the worker cannot start")
	}
	w.owned.Go(w.sweep)
	return nil
}

// Close lets running jobs notice, waits for them, and leaves what they did not finish to the next worker.
func (w *Worker) Close() {
	w.stop()
	if w.server != nil {
		w.server.Shutdown()
	}
	w.owned.Wait()
}

// sweep repeats what Start did: Redis may be emptied at any moment.
func (w *Worker) sweep() {
	tick := w.Clock.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-w.ctx.Done():
			return
		case <-tick.Chan():
			if err := w.rederive(w.ctx, true); err != nil && w.ctx.Err() == nil {
				w.Logger.Warn("work that waits in the database could not be looked for", "error", err)
			}
		}
	}
}

// rederive puts every unfinished import into the queue that does not have it, and the hour's removal of old rows.
func (w *Worker) rederive(ctx context.Context, archivedOnly bool) error {
	imports, err := w.Store.UnfinishedImports(ctx, tenant.Platform())
	if err != nil {
		return err
	}
	w.discardOrphans(imports)
	for _, i := range imports {
		known, err := w.queue.enqueue(ctx, i.ID)
		if err != nil {
			return err
		}
		if !known {
			w.Logger.Info("import taken up again", "import", i.ID, "state", i.State)
			continue
		}
		if err := w.queue.revive(importTaskID(i.ID), archivedOnly); err != nil {
			return errs.Wrap(errs.Unavailable, err, "the job queue does not answer; is Redis running?")
		}
	}
	if err := w.queuePrune(ctx); err != nil {
		return err
	}
	return w.rederiveExports(ctx, archivedOnly)
}

// guarded gives a job an owner that waits for it, and keeps its panic from ending the process.
func (w *Worker) guarded(job func(context.Context, *asynq.Task) error) func(context.Context, *asynq.Task) error {
	return func(ctx context.Context, t *asynq.Task) (err error) {
		w.owned.Add(1)
		defer w.owned.Done()
		defer func() {
			if p := recover(); p != nil {
				err = errs.New(errs.Internal, "job %s panicked: %v", t.Type(), p)
			}
		}()
		return job(ctx, t)
	}
}

func (w *Worker) failed(_ context.Context, t *asynq.Task, err error) {
	if !errors.Is(err, context.Canceled) {
		w.Logger.Error("job failed", "job", t.Type(), "payload", string(t.Payload()), "error", err)
	}
}

// retryDelay doubles from one second.
func retryDelay(n int) time.Duration {
	return min(time.Second<<min(max(n, 0), 10), longestDelay)
}
