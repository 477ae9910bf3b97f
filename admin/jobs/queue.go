// Package jobs owns work that outlives a request: its queue (Asynq over Redis), the worker that takes it off, and how
// often it is tried. Asynq's types stay in this package.
//
// The queue is only a hint. What is to be done stands in SQL, and a worker derives it from there when it starts and
// every half minute, so an emptied Redis loses nothing. What a job does is not owned here (see importer).
package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"

	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
)

// DefaultQueue is the queue's name in Redis.
const DefaultQueue = "outdial"

const (
	importTask = "import.run"
	// importTries bounds how often an import is tried when the database or the disk fails it.
	importTries = 8
	// importTimeout is far above the longest import; a job beyond it hangs.
	importTimeout = 2 * time.Hour
)

type importPayload struct {
	Import contact.ImportID `json:"import"`
}

// Queue puts jobs in.
type Queue struct {
	name      string
	client    *asynq.Client
	inspector *asynq.Inspector
}

// NewQueue uses the Redis client, which stays the caller's to close. An empty name is DefaultQueue.
func NewQueue(rdb redis.UniversalClient, name string) *Queue {
	if name == "" {
		name = DefaultQueue
	}
	return &Queue{name: name, client: asynq.NewClientFromRedisClient(rdb), inspector: asynq.NewInspectorFromRedisClient(rdb)}
}

// EnqueueImport asks a worker to run the import. Asking again while the job waits or runs changes nothing.
func (q *Queue) EnqueueImport(ctx context.Context, id contact.ImportID) error {
	_, err := q.enqueue(ctx, id)
	return err
}

// enqueue tells whether the job was in the queue already.
func (q *Queue) enqueue(ctx context.Context, id contact.ImportID) (known bool, err error) {
	return q.put(ctx, importTask, importTaskID(id), importPayload{Import: id}, importTries, importTimeout)
}

// put adds a job under a name of its own, and tells whether one of that name was there already.
func (q *Queue) put(ctx context.Context, kind, name string, what any, tries int, timeout time.Duration, more ...asynq.Option) (known bool, err error) {
	payload, err := json.Marshal(what)
	if err != nil {
		return false, err
	}
	_, err = q.client.EnqueueContext(ctx, asynq.NewTask(kind, payload), append(more, asynq.TaskID(name), asynq.Queue(q.name),
		asynq.MaxRetry(tries), asynq.Timeout(timeout))...)
	switch {
	case err == nil:
		return false, nil
	case errors.Is(err, asynq.ErrTaskIDConflict), errors.Is(err, asynq.ErrDuplicateTask):
		return true, nil
	default:
		return false, errs.Wrap(errs.Unavailable, err, "the job queue does not answer; is Redis running?")
	}
}

// revive runs a job at once that is laid aside. A job that waits or runs is left alone. Jobs that used up their tries are
// archived and would stand in the way of their own id for ever.
func (q *Queue) revive(name string, archivedOnly bool) error {
	info, err := q.inspector.GetTaskInfo(q.name, name)
	if err != nil {
		if errors.Is(err, asynq.ErrTaskNotFound) || errors.Is(err, asynq.ErrQueueNotFound) {
			return nil // it ended a moment ago
		}
		return err
	}
	laidAside := info.State == asynq.TaskStateRetry || info.State == asynq.TaskStateScheduled
	if info.State != asynq.TaskStateArchived && (archivedOnly || !laidAside) {
		return nil
	}
	if err := q.inspector.RunTask(q.name, name); err != nil && !errors.Is(err, asynq.ErrTaskNotFound) {
		return err
	}
	return nil
}

func importTaskID(id contact.ImportID) string { return "import:" + strconv.FormatInt(int64(id), 10) }
