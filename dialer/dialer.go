// Package dialer is the role that places calls: it wires the connection to the switch (esl), the calls (callctl) and the
// campaigns (runner) together and owns the order in which they start and stop.
package dialer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/outdial/outdial/dialer/callctl"
	"github.com/outdial/outdial/dialer/esl"
	"github.com/outdial/outdial/dialer/runner"
	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/event"
)

// Store is everything the dialer reads and writes.
type Store interface {
	callctl.Store
	runner.Store
}

// Config is what a Dialer is made of.
type Config struct {
	ESL      string
	Password string
	Store    Store
	Bus      event.Bus
	Name     string
	Lease    time.Duration
	// LongestCall bounds every answered call.
	LongestCall time.Duration
	// RecordingsDir is the recordings folder as the switch sees it.
	RecordingsDir string
	Clock         clock.Clock
	Log           *slog.Logger
}

// Dialer places the calls of every running campaign.
type Dialer struct {
	client *esl.Client
	calls  *callctl.Controller
	runner *runner.Runner
}

// Start connects to the switch, finds earlier calls again and begins to dial. A switch that cannot be reached or refuses
// the password is an error at once; one that goes away later is waited for.
func Start(ctx context.Context, cfg Config) (*Dialer, error) {
	d := &Dialer{}
	line := &lateLine{}
	d.calls = callctl.New(callctl.Config{
		Line: line, Store: cfg.Store, Bus: cfg.Bus, Holder: cfg.Name, Lease: cfg.Lease, LongestCall: cfg.LongestCall,
		RecordingsDir: cfg.RecordingsDir, Clock: cfg.Clock, Log: cfg.Log,
		Ended: func(contact.CampaignID) { d.runner.Wake() },
	})
	d.runner = runner.New(runner.Config{
		Store: cfg.Store, Calls: d.calls, Bus: cfg.Bus, Holder: cfg.Name, Lease: cfg.Lease,
		SwitchUp: func() error { return d.client.Err() }, Clock: cfg.Clock, Log: cfg.Log,
	})
	if err := d.calls.Start(ctx); err != nil {
		return nil, err
	}
	client, err := esl.Dial(ctx, esl.Config{
		Address: cfg.ESL, Password: cfg.Password, Clock: cfg.Clock, Log: cfg.Log,
		Hooks: esl.Hooks{
			OnUp: func(ctx context.Context, c *esl.Client, channels []esl.Channel) error {
				line.set(c)
				return d.calls.SwitchUp(ctx, channels)
			},
			OnDown: func(err error) {
				if errors.Is(err, esl.ErrClosed) {
					return // the dialer's own doing
				}
				cfg.Log.Error("the switch cannot be reached; no calls are placed until it answers again", "error", err)
			},
			OnOverflow: func(uuid string, e esl.Event) {
				cfg.Log.Error("an event of the switch was lost: its reader is too slow", "leg", uuid, "event", e.Name())
			},
			OnGap: func(g esl.Gap) { cfg.Log.Warn("events of the switch are missing", "after", g.Last, "next", g.Next) },
		},
	})
	if err != nil {
		d.calls.Close(ctx, false)
		return nil, fmt.Errorf("dialer: %w", err)
	}
	d.client = client
	if err := d.runner.Start(ctx); err != nil {
		d.calls.Close(ctx, false)
		client.Close()
		return nil, err
	}
	return d, nil
}

// Calls gives the counters of the calls.
func (d *Dialer) Calls() callctl.Stats { return d.calls.Stats() }

// Close stops dialling. With drain it ends every call first, because the switch goes down with the dialer; without, the
// switch keeps the calls and the next dialer of this name adopts them.
func (d *Dialer) Close(ctx context.Context, drain bool) {
	d.runner.Close()
	d.calls.Close(ctx, drain)
	d.client.Close()
}
