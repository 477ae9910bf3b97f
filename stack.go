package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/config"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/obs"
	"github.com/outdial/outdial/shared/store"
)

// closePatience is how long all parts together may take to stop.
const closePatience = 20 * time.Second

// stack is the parts of one process, in the order in which they were started. They stop in the reverse order.
type stack struct {
	cfg   config.Config
	log   *slog.Logger
	clock clock.Clock
	stops []func(ctx context.Context)

	store *store.Store
	bus   event.Bus
	redis string // host:port in use
	// announce has passwords that are made at a first start printed; a demo in a temporary folder keeps quiet.
	announce bool
	// drain is set when the switch stops with this process, so that calls must end first.
	drain bool
}

// load reads the settings that the command line and the environment give.
func (c *commands) load() (config.Config, error) {
	cfg, err := config.Load(c.Config, os.Environ())
	if err != nil {
		return cfg, err
	}
	if c.Data != "" {
		cfg.Data = c.Data
	}
	return cfg, nil
}

// newStack makes the folders and the log; parts are added by start methods.
func newStack(cfg config.Config, log *slog.Logger) (*stack, error) {
	if log == nil {
		var err error
		if log, err = obs.Logger(os.Stderr, cfg.Log.Level, cfg.Log.Format); err != nil {
			return nil, err
		}
	}
	if err := cfg.MakeFolders(); err != nil {
		return nil, err
	}
	redis.SetLogger(quietRedis{log})
	return &stack{cfg: cfg, log: log, clock: clock.Real()}, nil
}

// quietRedis takes what the Redis client prints about its connections; whoever used the connection reports the failure.
type quietRedis struct{ log *slog.Logger }

func (q quietRedis) Printf(ctx context.Context, format string, v ...any) {
	q.log.DebugContext(ctx, "redis client", "said", fmt.Sprintf(format, v...))
}

// onClose adds a part's stop.
func (s *stack) onClose(stop func(ctx context.Context)) { s.stops = append(s.stops, stop) }

// close stops every part, last started first.
func (s *stack) close() {
	ctx, cancel := context.WithTimeout(context.Background(), closePatience)
	defer cancel()
	for i := len(s.stops) - 1; i >= 0; i-- {
		s.stops[i](ctx)
	}
	s.stops = nil
}

// startAll starts parts until one fails; what was started is stopped then.
func (s *stack) startAll(ctx context.Context, parts ...func(context.Context) error) error {
	for _, start := range parts {
		if err := start(ctx); err != nil {
			s.close()
			return err
		}
		if err := ctx.Err(); err != nil {
			s.close()
			return errors.New("interrupted while starting")
		}
	}
	return nil
}
