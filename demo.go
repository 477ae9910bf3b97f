package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/outdial/outdial/dialer/carriersim"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/config"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/obs"
	"github.com/outdial/outdial/shared/tenant"
)

// demoStalls is how long a demo may make no progress at all before it gives up.
const demoStalls = 2 * time.Minute

// demoCommand is the main job without a browser.
type demoCommand struct {
	Calls       int     `help:"Contacts to call." default:"40"`
	Seed        int64   `help:"Decides the numbers and how the callees behave." default:"1"`
	Robots      int     `help:"Robot calls at once." default:"60"`
	CPS         float64 `help:"Calls started per second." default:"20" name:"cps"`
	JSON        bool    `help:"Print one JSON object and nothing else on standard output." name:"json"`
	ESL         string  `help:"Use the FreeSWITCH whose event socket is here instead of the embedded switch." placeholder:"HOST:PORT" name:"esl"`
	ESLPassword string  `help:"Password of that event socket." name:"esl-password" env:"OUTDIAL_SWITCH_PASSWORD"`
	Verbose     bool    `help:"Log what the roles do on standard error." short:"v"`
}

func (d demoCommand) Run(ctx context.Context, c *commands) error {
	if d.Calls < 1 || d.Calls > 100_000 {
		return errs.New(errs.Invalid, "--calls must be 1 to 100000")
	}
	cfg, err := c.load()
	if err != nil {
		return err
	}
	keep := c.Data != ""
	if !keep {
		if cfg.Data, err = os.MkdirTemp("", "outdial-demo-"); err != nil {
			return errs.Wrap(errs.Unavailable, err, "no temporary folder can be made; name one with --data")
		}
		defer func() { _ = os.RemoveAll(cfg.Data) }()
	}
	if cfg.Data, err = filepath.Abs(cfg.Data); err != nil {
		return err
	}
	d.ephemeral(&cfg)
	level := "error"
	if d.Verbose {
		level = "info"
	}
	log, err := obs.Logger(os.Stderr, level, cfg.Log.Format)
	if err != nil {
		return err
	}
	report, err := d.run(ctx, cfg, log, keep)
	if err != nil {
		return err
	}
	if keep {
		report.DataDir = cfg.Data
	}
	if d.JSON {
		if err := json.NewEncoder(os.Stdout).Encode(report); err != nil {
			return err
		}
	} else {
		report.print(os.Stdout)
	}
	return report.verdict()
}

// ephemeral keeps a demo out of the way of anything else on the machine: its own ports, its own Redis and database.
func (d demoCommand) ephemeral(cfg *config.Config) {
	cfg.Database, cfg.Redis, cfg.RedisListen = "", "", "127.0.0.1:0"
	cfg.Dialogue.SIP, cfg.Carrier.Listen, cfg.Admin.Listen = "127.0.0.1:0", "127.0.0.1:0", "127.0.0.1:0"
	cfg.Dialogue.RTP.Min, cfg.Dialogue.RTP.Max, cfg.Carrier.RTP.Min, cfg.Carrier.RTP.Max = 0, 0, 0, 0
	cfg.Dialogue.Capacity = max(cfg.Dialogue.Capacity, d.Robots)
	if d.ESL != "" {
		cfg.Switch.ESL, cfg.Switch.Password = d.ESL, d.ESLPassword
		return
	}
	cfg.Switch.ESL, cfg.Switch.Carriers, cfg.Switch.Extensions = "127.0.0.1:0", "127.0.0.1:0", "127.0.0.1:0"
	cfg.Switch.RTP.Min, cfg.Switch.RTP.Max = 0, 0
}

// run places the calls and measures. Where its data is kept, so is the operator's account, whose password is told.
func (d demoCommand) run(ctx context.Context, cfg config.Config, log *slog.Logger, keep bool) (demoReport, error) {
	var none demoReport
	cfg.Carrier.Seed, cfg.Carrier.Speed = d.Seed, 4
	s, err := newStack(cfg, log)
	if err != nil {
		return none, err
	}
	s.announce = keep
	var sim *carriersim.Simulator
	parts := []func(context.Context) error{s.lockDialer, s.startStore, s.startRedis}
	if d.ESL == "" {
		parts = append(parts, s.startSwitch)
	}
	parts = append(parts, func(ctx context.Context) (err error) {
		sim, err = s.carrier(ctx, carriersim.Config{Keep: 20 * d.Calls})
		return err
	}, s.startDialogue, s.startDialer)
	if err := s.startAll(ctx, parts...); err != nil {
		return none, err
	}
	defer s.close()
	s.drain = true
	seed, err := s.seedDemo(ctx, simulatedTrunk(s.cfg.Carrier.Listen, 10_000, d.CPS))
	if err != nil {
		return none, err
	}
	c, err := s.demoCampaign(ctx, seed, d.Calls, d.Robots, d.Seed)
	if err != nil {
		return none, err
	}
	if err := d.await(ctx, s, c); err != nil {
		return none, err
	}
	return s.demoReport(ctx, c, sim)
}

// await waits for the campaign's end and shows how far it is.
func (d demoCommand) await(ctx context.Context, s *stack, c campaign.Campaign) error {
	bar := progressbar.NewOptions(d.Calls, progressbar.OptionSetWriter(os.Stderr), progressbar.OptionSetDescription("contacts"),
		progressbar.OptionShowCount(), progressbar.OptionSetVisibility(term.IsTerminal(int(os.Stderr.Fd()))), progressbar.OptionSetWidth(40))
	scope := tenant.Of(c.Tenant)
	moved, last := s.clock.Now(), -1
	for {
		now, err := s.store.Campaign(ctx, scope, c.ID)
		if err != nil {
			return err
		}
		p, err := s.store.CampaignProgress(ctx, scope, c.ID)
		if err != nil {
			return err
		}
		_ = bar.Set(p.Finished)
		if state := p.Finished*1_000_000 + p.Calling; state != last {
			moved, last = s.clock.Now(), state
		}
		if now.State == campaign.Finished {
			_ = bar.Finish()
			if term.IsTerminal(int(os.Stderr.Fd())) {
				fmt.Fprintln(os.Stderr)
			}
			return nil
		}
		if s.clock.Now().Sub(moved) > demoStalls {
			return errs.New(errs.Internal, "the campaign has made no progress for %v (%d of %d contacts finished, %d being called; %s)",
				demoStalls, p.Finished, p.Total, p.Calling, now.Reason)
		}
		if err := clock.Sleep(ctx, s.clock, 200*time.Millisecond); err != nil {
			return errs.New(errs.Unavailable, "interrupted; calls under way were ended")
		}
	}
}
