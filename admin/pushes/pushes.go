// Package pushes owns when the messages about finished calls go to WeChat robots: it looks for those that are due, claims one
// at a time of each robot, sends it, and writes down what became of it. The rows decide: any number of processes may do it,
// and what one left in the middle another finds.
//
// What was acknowledged is never sent again. Where no answer came, nobody knows whether the message stands in the chat: it
// is sent again, and may stand there twice.
package pushes

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/outdial/outdial/admin/wecom"
	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/push"
	"github.com/outdial/outdial/shared/tenant"
)

const (
	// lookEvery is how soon a message that is queued is found.
	lookEvery = time.Second
	// atOnce bounds how many robots speak at the same time: a server that hangs holds up no more.
	atOnce = 16
	// settleWait bounds one write of what became of a message.
	settleWait = 10 * time.Second
)

// Store is what the sender reads and writes.
type Store interface {
	SpeakingRobots(ctx context.Context, scope tenant.Scope, now time.Time, limit int) ([]push.RobotID, error)
	ClaimPush(ctx context.Context, scope tenant.Scope, robot push.RobotID, now time.Time) (push.Job, error)
	SettlePush(ctx context.Context, scope tenant.Scope, p push.Push, pause time.Time) error
}

// Client hands a message to a robot. Its errors are *wecom.Failure.
type Client interface {
	Send(ctx context.Context, key, content string) error
}

// Config is what a Sender needs.
type Config struct {
	Store  Store
	Client Client
	Clock  clock.Clock
	Logger *slog.Logger
}

// Sender sends from Start to Close.
type Sender struct {
	Config
	stop  context.CancelFunc
	owned sync.WaitGroup

	mu   sync.Mutex
	busy map[push.RobotID]bool // robots of which a message is in this process's hands
}

// New makes a sender that does nothing until Start.
func New(c Config) *Sender { return &Sender{Config: c, busy: map[push.RobotID]bool{}} }

// Start returns at once; Close ends it.
func (s *Sender) Start(ctx context.Context) error {
	ctx, s.stop = context.WithCancel(context.WithoutCancel(ctx))
	tick := s.Clock.NewTicker(lookEvery)
	s.owned.Go(func() {
		defer tick.Stop()
		for {
			s.look(ctx)
			select {
			case <-ctx.Done():
				return
			case <-tick.Chan():
			}
		}
	})
	return nil
}

// Close lets messages that are on their way arrive, which takes some seconds at most, and leaves the others to the next.
func (s *Sender) Close() {
	if s.stop != nil {
		s.stop()
	}
	s.owned.Wait()
}

// look lets each robot speak whose turn it is.
func (s *Sender) look(ctx context.Context) {
	s.mu.Lock()
	free := atOnce - len(s.busy)
	s.mu.Unlock()
	if free <= 0 {
		return
	}
	// Robots that are busy here may be listed too.
	list, err := s.Store.SpeakingRobots(ctx, tenant.Platform(), s.Clock.Now(), free+atOnce)
	if err != nil {
		if ctx.Err() == nil {
			s.Logger.Warn("pushes that wait could not be looked for", "error", err)
		}
		return
	}
	for _, id := range list {
		if !s.take(id) {
			continue
		}
		s.owned.Go(func() {
			defer s.give(id)
			s.speak(ctx, id)
		})
	}
}

func (s *Sender) take(id push.RobotID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.busy[id] || len(s.busy) >= atOnce {
		return false
	}
	s.busy[id] = true
	return true
}

func (s *Sender) give(id push.RobotID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.busy, id)
}

// speak sends the robot's next message.
func (s *Sender) speak(ctx context.Context, id push.RobotID) {
	j, err := s.Store.ClaimPush(ctx, tenant.Platform(), id, s.Clock.Now())
	if err != nil {
		if ctx.Err() == nil && !errs.Is(err, errs.NotFound) {
			s.Logger.Warn("a push could not be claimed", "robot", id, "error", err)
		}
		return
	}
	p, pause := s.send(context.WithoutCancel(ctx), j)
	s.settle(ctx, p, pause)
}

// send tells what becomes of the message, and until when the robot is to be silent.
func (s *Sender) send(ctx context.Context, j push.Job) (p push.Push, pause time.Time) {
	p, gone := j.Gone()
	if gone {
		return p, pause
	}
	zone, err := time.LoadLocation(j.Zone)
	if err != nil {
		zone = time.UTC
	}
	err = s.Client.Send(ctx, j.Robot.Key, push.Message(push.FactsOf(j.Call, j.Campaign), j.Robot.MaskNumbers, zone))
	now := s.Clock.Now()
	if err == nil {
		p.State, p.Reason, p.SentAt = push.Sent, "", now
		return p, pause
	}
	failure := &wecom.Failure{Kind: wecom.Passing, Reason: "the push server cannot be reached", Detail: err.Error()}
	_ = errors.As(err, &failure)
	p.State, p.Reason = push.Failed, failure.Reason
	s.Logger.Warn("a push was not taken", "call", p.Call, "robot", p.Robot, "try", p.Attempts, "reason", failure.Reason, "detail", failure.Detail)
	if failure.Kind == wecom.Limited {
		pause = now.Add(push.Pause)
	}
	switch {
	case failure.Kind == wecom.Final:
	case p.Attempts >= push.Tries:
		p.Reason = fmt.Sprintf("given up after %d tries: %s", p.Attempts, failure.Reason)
	default:
		p.State, p.Due = push.Waiting, now.Add(push.Backoff(p.Attempts))
	}
	return p, pause
}

// settle writes down what became of a message, again and again while the database does not answer: a message that was sent must
// not be taken for one that was not. When the process ends meanwhile, it is tried once more.
func (s *Sender) settle(ctx context.Context, p push.Push, pause time.Time) {
	for {
		write, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleWait)
		err := s.Store.SettlePush(write, tenant.Platform(), p, pause)
		cancel()
		switch {
		case err == nil:
			return
		case errs.Is(err, errs.Conflict), errs.Is(err, errs.NotFound), errs.Is(err, errs.Invalid):
			s.Logger.Warn("what became of a push is told by somebody else", "call", p.Call, "state", p.State, "error", err)
			return
		case ctx.Err() != nil:
			s.Logger.Error("what became of a push could not be written down; it will be sent again", "call", p.Call, "state", p.State, "error", err)
			return
		}
		s.Logger.Warn("what became of a push cannot be written down yet", "call", p.Call, "state", p.State, "error", err)
		again := s.Clock.NewTimer(lookEvery)
		select {
		case <-again.Chan():
		case <-ctx.Done(): // once more, and then no more
		}
		again.Stop()
	}
}
