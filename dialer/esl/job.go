package esl

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/dialer/esl/wire"
)

// Job is a command that runs in the background of the switch. Its result comes once, or it is told lost.
type Job struct {
	UUID    string
	Command string

	once   sync.Once
	done   chan struct{}
	sent   time.Time
	output string
	err    error
}

// Done is closed when the result is there.
func (j *Job) Done() <-chan struct{} { return j.done }

// Result is the output, after Done. A -ERR answer is a ReplyError.
func (j *Job) Result() (string, error) {
	select {
	case <-j.done:
		return j.output, j.err
	default:
		return "", fmt.Errorf("job %s (%s) has no result yet", j.UUID, j.Command)
	}
}

// Wait returns the result, or the context's error; the job runs on in the latter case.
func (j *Job) Wait(ctx context.Context) (string, error) {
	select {
	case <-j.done:
		return j.output, j.err
	case <-ctx.Done():
		return "", fmt.Errorf("waiting for job %s (%s): %w", j.UUID, j.Command, ctx.Err())
	}
}

func (j *Job) finish(output string, err error) {
	j.once.Do(func() {
		j.output, j.err = output, err
		close(j.done)
	})
}

// background registers a job and then sends it: its result may come before the reply to the command does.
func (l *link) background(ctx context.Context, line string) (*Job, error) {
	word, _, _ := strings.Cut(line, " ")
	id, err := uuid.NewV7()
	if err != nil {
		return nil, fmt.Errorf("making a job id: %w", err)
	}
	j := &Job{UUID: id.String(), Command: word, done: make(chan struct{}), sent: l.cfg.Clock.Now()}
	l.mu.Lock()
	if l.err != nil {
		l.mu.Unlock()
		return nil, fmt.Errorf("%s: %w: %w", word, ErrDown, l.err)
	}
	l.jobs[j.UUID] = j
	l.mu.Unlock()
	l.stats.jobs.Add(1)

	_, err = l.command(ctx, "bgapi "+line, wire.Header{Name: wire.HeaderJobUUID, Value: j.UUID})
	select {
	case <-j.done: // the result is worth more than the reply
		return j, nil
	default:
	}
	if err != nil {
		l.take(j.UUID)
		j.finish("", err)
		return nil, err
	}
	return j, nil
}

// take removes a job from the register; nil when it is not this link's, such as another client's.
func (l *link) take(id string) *Job {
	l.mu.Lock()
	defer l.mu.Unlock()
	j := l.jobs[id]
	delete(l.jobs, id)
	return j
}

// finishJob delivers a BACKGROUND_JOB event.
func (l *link) finishJob(e Event) {
	j := l.take(e.Get(wire.HeaderJobUUID))
	if j == nil {
		return
	}
	if err := refusal(j.Command, e.Body); err != nil {
		j.finish("", err)
		return
	}
	j.finish(e.Body, nil)
}

// expire tells jobs lost whose result has not come for far too long, so that nobody waits for ever.
func (l *link) expire(now time.Time) {
	l.mu.Lock()
	var late []*Job
	for id, j := range l.jobs {
		if now.Sub(j.sent) > l.cfg.JobTimeout {
			late = append(late, j)
			delete(l.jobs, id)
		}
	}
	l.mu.Unlock()
	for _, j := range late {
		l.stats.jobsLost.Add(1)
		j.finish("", fmt.Errorf("%w: job %s (%s) had no result for %v", ErrLost, j.UUID, j.Command, l.cfg.JobTimeout))
	}
}
