package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"github.com/outdial/outdial/admin/importer"
	"github.com/outdial/outdial/admin/jobs"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/store"
	"github.com/outdial/outdial/shared/store/storetest"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/trunk"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// yard is a database with a campaign, an uploads folder, and a Redis.
type yard struct {
	t        *testing.T
	db       *store.Store
	scope    tenant.Scope
	tenant   tenant.ID
	campaign campaign.ID
	uploads  string
	redis    redis.UniversalClient
	queue    string
	ended    chan event.ImportChanged
	clock    *clock.Fake
}

// Publish tells the test when an import has ended.
func (y *yard) Publish(_ context.Context, m event.Message) error {
	if i, ok := m.(event.ImportChanged); ok && (i.State == contact.ImportFinished || i.State == contact.ImportFailed) {
		y.ended <- i
	}
	return nil
}

func newYard(t *testing.T, rdb redis.UniversalClient) *yard {
	t.Helper()
	ctx, dir := t.Context(), t.TempDir()
	db := storetest.Empty(t, filepath.Join(dir, "outdial.db"))
	at := time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC)
	owner := tenant.Tenant{Kind: tenant.Merchant, Name: "Merchant", Zone: "Asia/Shanghai", CreatedAt: at}
	must(t, db.CreateTenant(ctx, tenant.Platform(), &owner))
	y := &yard{t: t, db: db, scope: tenant.Of(owner.ID), tenant: owner.ID, uploads: filepath.Join(dir, "uploads"), redis: rdb,
		queue: queueOf(t), ended: make(chan event.ImportChanged, 100), clock: clock.NewFake(at)}
	must(t, os.MkdirAll(y.uploads, 0o750))
	talk := script.Script{Tenant: owner.ID, Name: "Talk", CreatedAt: at}
	must(t, db.CreateScript(ctx, y.scope, &talk, nil))
	v := script.Version{Script: talk.ID, Tenant: owner.ID, Source: []byte("x"), CreatedAt: at}
	must(t, db.PublishVersion(ctx, y.scope, &v))
	line := trunk.Trunk{Tenant: owner.ID, Name: "Line", Address: "127.0.0.1:5070", Concurrency: 1, CPS: 1, RingTimeout: time.Minute, CreatedAt: at}
	must(t, db.CreateTrunk(ctx, y.scope, &line))
	c := campaign.Campaign{Tenant: owner.ID, Name: "March", Script: v.Script, Trunk: line.ID, Robots: 1, StartMode: campaign.Manual, State: campaign.NotStarted,
		Window: campaign.Window{Zone: "Asia/Shanghai", Weekdays: campaign.EveryDay, From: campaign.Earliest, To: campaign.Latest},
		Redial: campaign.Redial{MaxAttempts: 1}, CreatedAt: at, UpdatedAt: at}
	must(t, db.CreateCampaign(ctx, y.scope, &c))
	y.campaign = c.ID
	return y
}

func (y *yard) upload(name, content string) contact.Import {
	y.t.Helper()
	must(y.t, os.WriteFile(filepath.Join(y.uploads, name), []byte(content), 0o600))
	i := contact.Import{Tenant: y.tenant, Campaign: y.campaign, Source: "upload", FileName: name, FilePath: name, State: contact.ImportQueued, CreatedAt: y.clock.Now()}
	must(y.t, y.db.CreateImport(y.t.Context(), y.scope, &i))
	return i
}

func (y *yard) worker(s jobs.Store) *jobs.Worker {
	y.t.Helper()
	if s == nil {
		s = y.db
	}
	return jobs.NewWorker(jobs.Config{Redis: y.redis, Queue: y.queue, Store: s, Bus: y, UploadsDir: y.uploads, Clock: y.clock,
		Logger: slog.New(slog.NewTextHandler(y.t.Output(), nil))})
}

func (y *yard) start(s jobs.Store) *jobs.Worker {
	y.t.Helper()
	w := y.worker(s)
	must(y.t, w.Start(y.t.Context()))
	return w
}

func (y *yard) wait() event.ImportChanged {
	y.t.Helper()
	select {
	case e := <-y.ended:
		return e
	case <-time.After(30 * time.Second):
		y.t.Fatal("no import has ended")
		return event.ImportChanged{}
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// queueOf is a queue of the test's own.
func queueOf(t testing.TB) string {
	return fmt.Sprintf("test-%d-%s", os.Getpid(), strings.ReplaceAll(t.Name(), "/", "-"))
}

// onEveryRedis runs a test on the Redis inside the process and, where one answers, on a real one.
func onEveryRedis(t *testing.T, test func(t *testing.T, rdb redis.UniversalClient)) {
	t.Run("miniredis", func(t *testing.T) { t.Parallel(); test(t, miniRedis(t)) })
	t.Run("redis", func(t *testing.T) {
		t.Parallel()
		address := os.Getenv("OUTDIAL_TEST_REDIS")
		if address == "" {
			address = "127.0.0.1:6379"
		}
		rdb := redis.NewClient(&redis.Options{Addr: address})
		t.Cleanup(func() { _ = rdb.Close() })
		if err := rdb.Ping(t.Context()).Err(); err != nil {
			t.Skipf("no Redis answers at %s", address)
		}
		t.Cleanup(func() { // only what this test made: the others run beside it on the same server
			ctx := context.Background()
			if keys, err := rdb.Keys(ctx, "asynq:{"+queueOf(t)+"}*").Result(); err == nil && len(keys) > 0 {
				rdb.Del(ctx, keys...)
			}
			rdb.SRem(ctx, "asynq:queues", queueOf(t))
		})
		test(t, rdb)
	})
}

func miniRedis(t *testing.T) redis.UniversalClient {
	t.Helper()
	m := miniredis.RunT(t)
	rdb := redis.NewClient(&redis.Options{Addr: m.Addr()})
	t.Cleanup(func() { _ = rdb.Close() })
	return rdb
}

func TestQueuedImportIsRun(t *testing.T) {
	t.Parallel()
	onEveryRedis(t, func(t *testing.T, rdb redis.UniversalClient) {
		y := newYard(t, rdb)
		w := y.start(nil)
		defer w.Close()
		q := jobs.NewQueue(rdb, y.queue)
		i := y.upload("list.csv", "13800138000\n13800138001\nx\n")
		for range 3 {
			must(t, q.EnqueueImport(t.Context(), i.ID))
		}
		if e := y.wait(); e.State != contact.ImportFinished || e.Accepted != 2 || e.Rejected != 1 {
			t.Errorf("import: %+v", e)
		}
		w.Close() // discarding the upload comes last
		if left, _ := os.ReadDir(y.uploads); len(left) != 0 {
			t.Errorf("uploads left: %v", left)
		}
	})
}

func TestEmptiedRedisLosesNothing(t *testing.T) {
	t.Parallel()
	onEveryRedis(t, func(t *testing.T, rdb redis.UniversalClient) {
		y := newYard(t, rdb)
		queued, running := y.upload("a.csv", "13800138000\n"), y.upload("b.csv", "13800138001\n")
		running.State = contact.ImportRunning // as a worker that was killed leaves it
		must(t, y.db.UpdateImport(t.Context(), y.scope, running, contact.ImportQueued))
		w := y.start(nil)
		defer w.Close()
		got := map[contact.ImportID]event.ImportChanged{}
		for range 2 {
			e := y.wait()
			got[e.Import] = e
		}
		if got[queued.ID].Accepted != 1 || got[running.ID].Accepted != 1 {
			t.Errorf("imports: %+v", got)
		}
		// One that nobody put into the queue is found while the worker runs, too.
		late := y.upload("c.csv", "13800138002\n")
		must(t, y.clock.BlockUntilContext(t.Context(), 1))
		y.clock.Advance(time.Minute)
		if e := y.wait(); e.Import != late.ID || e.Accepted != 1 {
			t.Errorf("import: %+v", e)
		}
	})
}

func TestBrokenFilesEndTheirImportAndNotTheWorker(t *testing.T) {
	t.Parallel()
	y := newYard(t, miniRedis(t))
	w := y.start(nil)
	defer w.Close()
	q := jobs.NewQueue(y.redis, y.queue)
	for name, content := range map[string]string{"a.xlsx": "PK\x03\x04broken", "b.csv": "\x00\x01", "c.csv": " "} {
		i := y.upload(name, content)
		must(t, q.EnqueueImport(t.Context(), i.ID))
		if e := y.wait(); e.State != contact.ImportFailed {
			t.Errorf("%s: %+v", name, e)
		}
		if got, err := y.db.Import(t.Context(), y.scope, i.ID); err != nil || got.Reason == "" || got.FinishedAt.IsZero() {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	good := y.upload("d.csv", "13800138000\n")
	must(t, q.EnqueueImport(t.Context(), good.ID))
	if e := y.wait(); e.State != contact.ImportFinished {
		t.Errorf("import: %+v", e)
	}
}

// flaky fails or panics some times.
type flaky struct {
	*store.Store
	mu    sync.Mutex
	left  int
	panic bool
	hit   chan struct{}
}

func (f *flaky) AddImported(ctx context.Context, scope tenant.Scope, batch []contact.Contact) ([]bool, error) {
	f.mu.Lock()
	f.left--
	fail := f.left >= 0
	f.mu.Unlock()
	if !fail {
		return f.Store.AddImported(ctx, scope, batch)
	}
	if f.hit != nil {
		close(f.hit)
		<-ctx.Done()
		return nil, ctx.Err()
	}
	if f.panic {
		panic("the store panics")
	}
	return nil, errs.Wrap(errs.Unavailable, errors.New("connection refused"), "the database is gone")
}

func TestFailureOfThePlatformIsTriedAgain(t *testing.T) {
	t.Parallel()
	for _, panics := range []bool{false, true} {
		t.Run(fmt.Sprintf("panic %v", panics), func(t *testing.T) {
			t.Parallel()
			y := newYard(t, miniRedis(t))
			y.upload("list.csv", "13800138000\n")
			w := y.start(&flaky{Store: y.db, left: 1, panic: panics})
			defer w.Close()
			if e := y.wait(); e.State != contact.ImportFinished || e.Accepted != 1 {
				t.Errorf("import: %+v", e)
			}
		})
	}
}

func TestWorkerThatEndsLeavesItsImportToTheNext(t *testing.T) {
	t.Parallel()
	onEveryRedis(t, func(t *testing.T, rdb redis.UniversalClient) {
		y := newYard(t, rdb)
		i := y.upload("list.csv", "13800138000\n")
		stuck := &flaky{Store: y.db, left: 1, hit: make(chan struct{})}
		w := y.start(stuck)
		<-stuck.hit
		w.Close()
		if got, err := y.db.Import(t.Context(), y.scope, i.ID); err != nil || got.State != contact.ImportRunning {
			t.Fatalf("import: %+v, %v", got, err)
		}
		next := y.start(nil)
		defer next.Close()
		if e := y.wait(); e.State != contact.ImportFinished || e.Accepted != 1 {
			t.Errorf("import: %+v", e)
		}
	})
}

func TestImportIsGivenUpWithAReason(t *testing.T) {
	t.Parallel()
	y := newYard(t, miniRedis(t))
	i := y.upload("list.csv", "13800138000\n")
	w := y.worker(nil)
	defer w.Close()
	in := importer.Input{Import: i, File: filepath.Join(y.uploads, "list.csv"), Store: y.db, Bus: y, Clock: y.clock}
	if err := jobs.GiveUp(w, t.Context(), in, errors.New("disk I/O error")); err == nil || !strings.Contains(err.Error(), "disk I/O error") {
		t.Errorf("given up: %v", err)
	}
	got, err := y.db.Import(t.Context(), y.scope, i.ID)
	must(t, err)
	if got.State != contact.ImportFailed || !strings.Contains(got.Reason, "upload the file again") {
		t.Errorf("import: %+v", got)
	}
}

func TestUploadsThatNobodyWaitsForAreRemoved(t *testing.T) {
	t.Parallel()
	y := newYard(t, miniRedis(t))
	y.upload("waiting", "13800138000\n")
	for _, name := range []string{"waiting", "orphan"} {
		path := filepath.Join(y.uploads, name)
		must(t, os.WriteFile(path, []byte("13800138000\n"), 0o600))
		must(t, os.Chtimes(path, time.Time{}, y.clock.Now().Add(-25*time.Hour)))
	}
	must(t, os.WriteFile(filepath.Join(y.uploads, "fresh"), []byte("x"), 0o600))
	w := y.start(nil)
	if e := y.wait(); e.Accepted != 1 {
		t.Errorf("import: %+v", e)
	}
	w.Close()
	left, err := os.ReadDir(y.uploads)
	must(t, err)
	if len(left) != 1 || left[0].Name() != "fresh" {
		t.Errorf("left: %v", left)
	}
}

func TestNoRedisIsOneClearLine(t *testing.T) {
	t.Parallel()
	rdb := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1", MaxRetries: -1})
	defer func() { _ = rdb.Close() }()
	y := newYard(t, rdb)
	err := y.worker(nil).Start(t.Context())
	if !errs.Is(err, errs.Unavailable) || !strings.HasPrefix(err.Error(), "the worker cannot reach Redis; start it") {
		t.Errorf("start: %v", err)
	}
	if err := jobs.NewQueue(rdb, "").EnqueueImport(t.Context(), 1); !errs.Is(err, errs.Unavailable) {
		t.Errorf("enqueue: %v", err)
	}
}
