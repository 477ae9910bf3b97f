package store

import (
	"context"
	"database/sql"
	"errors"
	"hash/maphash"
	"sync"
	"sync/atomic"
	"time"

	"github.com/outdial/outdial/shared/errs"
)

const (
	// pace is the least time between two group commits of a lane. A write that finds the lane idle goes at once; under
	// load, writes of this long share one transaction and the pages it touches.
	pace = 2 * time.Millisecond
	// batchMost bounds a transaction, and with it how long the others wait.
	batchMost = 256
	// retries of a transaction that met a deadlock.
	retries = 3
)

// writer is the group commit: writes that arrive together run in one transaction, and each caller hears of its own
// after the commit. Writes of one key keep their order.
type writer struct {
	store *Store
	seed  maphash.Seed
	lanes []chan *write
	done  sync.WaitGroup
	apart atomic.Bool // writes share no statements

	mu     sync.RWMutex // held for reading while a write enters a lane
	closed bool
}

// write is one caller's work. Its function must either leave the database as it was and return a refusal (an *errs.Error
// of kind NotFound, Conflict or Invalid), or return any other error, or a refusal wrapped by undo, and have everything
// rolled back. It may run more than once.
type write struct {
	key   string
	tried string
	run   func(ctx context.Context, tx *sql.Tx) error
	kind  kind
	row   any         // what a statement for several writes of the kind takes
	taken atomic.Bool // by a lane, or by its caller who gave up
	err   error
	done  chan struct{}
}

func newWriter(s *Store, lanes int) *writer {
	w := &writer{store: s, seed: maphash.MakeSeed(), lanes: make([]chan *write, lanes)}
	for i := range w.lanes {
		w.lanes[i] = make(chan *write, batchMost)
		w.done.Add(1)
		go func() {
			defer w.done.Done()
			w.serve(w.lanes[i])
		}()
	}
	return w
}

// lane is where the writes of a key go.
func (w *writer) lane(key string) uint64 { return maphash.String(w.seed, key) % uint64(len(w.lanes)) }

// do hands the work to the key's lane and waits for its commit. A caller whose context ends before the work began gets
// the context's error and nothing is written; once begun, the work's own result is what counts.
func (w *writer) do(ctx context.Context, key, tried string, run func(context.Context, *sql.Tx) error) error {
	return w.hand(ctx, &write{key: key, tried: tried, run: run})
}

// share is do for work that may be done in one statement with others of its kind, from its row.
func (w *writer) share(ctx context.Context, key, tried string, k kind, row any, run func(context.Context, *sql.Tx) error) error {
	return w.hand(ctx, &write{key: key, tried: tried, run: run, kind: k, row: row})
}

func (w *writer) hand(ctx context.Context, o *write) error {
	if err := ctx.Err(); err != nil {
		return w.store.fail(o.tried, err)
	}
	o.done = make(chan struct{})
	lane := w.lanes[w.lane(o.key)]
	w.mu.RLock()
	if w.closed {
		w.mu.RUnlock()
		return errClosed()
	}
	select {
	case lane <- o:
		w.mu.RUnlock()
	case <-ctx.Done():
		w.mu.RUnlock()
		return w.store.fail(o.tried, ctx.Err())
	}
	select {
	case <-o.done:
	case <-ctx.Done():
		if o.taken.CompareAndSwap(false, true) {
			return w.store.fail(o.tried, ctx.Err())
		}
		<-o.done
	}
	return o.err
}

// close lets the lanes finish what they accepted.
func (w *writer) close() {
	w.mu.Lock()
	if !w.closed {
		w.closed = true
		for _, lane := range w.lanes {
			close(lane)
		}
	}
	w.mu.Unlock()
	w.done.Wait()
}

// serve is one lane: it owns the order of its writes. The pace follows the machine's clock, not the callers': it is about
// the disk, and a test that holds its clock still must not hold its writes.
func (w *writer) serve(lane chan *write) {
	var last time.Time
	batch := make([]*write, 0, batchMost)
	for o := range lane {
		if rest := pace - time.Since(last); rest > 0 {
			time.Sleep(rest)
		}
		last = time.Now()
		batch = take(batch[:0], o)
		for len(batch) < batchMost {
			select {
			case o, open := <-lane:
				if open {
					batch = take(batch, o)
					continue
				}
			default:
			}
			break
		}
		if len(batch) == 0 {
			continue
		}
		w.commit(batch)
		for _, o := range batch {
			close(o.done)
		}
		clear(batch)
	}
}

// take adds the write unless its caller has given up.
func take(batch []*write, o *write) []*write {
	if o.taken.CompareAndSwap(false, true) {
		return append(batch, o)
	}
	return batch
}

// commit runs the batch in one transaction, in shared statements where that goes well; when one of them fails, each by
// itself, so that it fails alone.
func (w *writer) commit(batch []*write) {
	if len(batch) > 1 {
		settled, err := w.shared(batch)
		if err != nil {
			w.doubt(len(batch), err)
		}
		if settled || err == nil && w.together(batch) {
			return
		}
	}
	for _, o := range batch {
		err := w.alone(o)
		for try := 1; try < retries && passing(err); try++ {
			err = w.alone(o)
		}
		o.err = w.store.fail(o.tried, unwrapUndo(err))
	}
}

// doubt tells of a shared statement that failed. A server that does not understand it is not asked again.
func (w *writer) doubt(writes int, err error) {
	if unknown(err) {
		w.apart.Store(true)
		w.store.log.Warn("calls are written one by one, which is slower: the database does not know statements over rows of JSON",
			"database", w.store.place(), "err", err)
		return
	}
	w.store.log.Debug("writes run one by one: a statement for several of them failed", "writes", writes, "err", err)
}

// together reports whether the batch is settled: committed, with the refusals of those that wrote nothing.
func (w *writer) together(batch []*write) bool {
	ctx := context.Background()
	tx, err := w.store.begin(ctx)
	if err != nil {
		return w.lost(batch, err)
	}
	for _, o := range batch {
		if o.err = o.run(ctx, tx); o.err != nil && !refusal(o.err) {
			_ = tx.Rollback()
			return false
		}
	}
	if err := tx.Commit(); err != nil {
		_ = tx.Rollback()
		return w.lost(batch, err)
	}
	return true
}

// lost settles a batch whose transaction could not begin or end: running it again could write twice, or wait as long.
func (w *writer) lost(batch []*write, err error) bool {
	if passing(err) {
		return false
	}
	for _, o := range batch {
		o.err = w.store.fail(o.tried, err)
	}
	return true
}

func (w *writer) alone(o *write) error {
	ctx := context.Background()
	tx, err := w.store.begin(ctx)
	if err != nil {
		return err
	}
	if err := o.run(ctx, tx); err != nil {
		_ = tx.Rollback()
		return err
	}
	return tx.Commit()
}

// begin starts a transaction in which a guarded UPDATE sees what others have committed meanwhile. On SQLite it is
// immediate, so nobody else writes until it ends.
func (s *Store) begin(ctx context.Context) (*sql.Tx, error) {
	if s.dialect.name == "sqlite" {
		return s.writes.BeginTx(ctx, nil)
	}
	return s.writes.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
}

// undo marks a refusal that was found after something had been written.
type undo struct{ error }

func (u undo) Unwrap() error { return u.error }

func unwrapUndo(err error) error {
	var u undo
	if errors.As(err, &u) {
		return u.error
	}
	return err
}

func refusal(err error) bool {
	var u undo
	if errors.As(err, &u) {
		return false
	}
	var e *errs.Error
	return errors.As(err, &e) && (e.Kind == errs.NotFound || e.Kind == errs.Conflict || e.Kind == errs.Invalid)
}
