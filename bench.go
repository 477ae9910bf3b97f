package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"time"

	"github.com/outdial/outdial/shared/config"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/obs"
)

// benchCommand measures. Every ratio it prints is of two figures of the same run on the same machine.
type benchCommand struct {
	Only        []string      `help:"Measure only these: dial, talk, import, list, live, scripts, line, turns." placeholder:"PART"`
	Calls       int           `help:"Calls of the dial part." default:"4000"`
	InFlight    int           `help:"Calls at once of the dial part." default:"150" name:"in-flight"`
	Rate        float64       `help:"Calls a second that the dial part offers; 0 takes what the switch is known to hold." default:"0"`
	Talks       int           `help:"Robot calls at once of the talk part." default:"300"`
	Plateau     time.Duration `help:"How long the talk part holds that many." default:"30s"`
	Rows        int           `help:"Rows of the import, list and live parts." default:"1000000"`
	Database    string        `help:"Database of the dial, import, list and live parts; SQLite in a temporary folder unless given." placeholder:"DSN"`
	ESL         string        `help:"Use the FreeSWITCH whose event socket is here." placeholder:"HOST:PORT" name:"esl"`
	ESLPassword string        `help:"Password of that event socket." name:"esl-password" env:"OUTDIAL_SWITCH_PASSWORD"`
	Profile     string        `help:"Write a CPU profile of the run here." placeholder:"FILE"`
	JSON        bool          `help:"Print one JSON object." name:"json"`
}

// benchParts are the parts in the order in which they run.
var benchParts = []string{"dial", "talk", "import", "list", "live", "scripts", "line", "turns"}

// figure is one line of the result: a name, a value, and what it means.
type figure struct {
	Part  string  `json:"part"`
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
}

// bench collects figures.
type bench struct {
	benchCommand
	figures []figure
	out     io.Writer
}

func (b *bench) add(part, name string, value float64, unit string) {
	f := figure{part, name, value, unit}
	b.figures = append(b.figures, f)
	if !b.JSON {
		fmt.Fprintf(b.out, "%-8s %-52s %12.2f %s\n", f.Part, f.Name, f.Value, f.Unit)
	}
}

func (c benchCommand) Run(ctx context.Context) error {
	b := &bench{benchCommand: c, out: os.Stdout}
	for _, p := range c.Only {
		if !slices.Contains(benchParts, p) {
			return errs.New(errs.Invalid, "--only: there is no part %q; the parts are %s", p, strings.Join(benchParts, ", "))
		}
	}
	if !c.JSON {
		fmt.Fprintf(b.out, "%s %s/%s, %d CPUs, %s\n", version, runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version())
	}
	if c.Profile != "" {
		f, err := os.Create(c.Profile)
		if err != nil {
			return errs.Wrap(errs.Invalid, err, "--profile: the file cannot be written")
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	parts := map[string]func(context.Context) error{"dial": b.dial, "talk": b.talk, "import": b.imports, "list": b.list, "live": b.live, "line": b.line, "scripts": b.scripts,
		"turns": b.turns}
	for _, p := range benchParts {
		if len(c.Only) > 0 && !slices.Contains(c.Only, p) {
			continue
		}
		if err := parts[p](ctx); err != nil {
			return fmt.Errorf("bench %s: %w", p, err)
		}
	}
	if c.JSON {
		return json.NewEncoder(os.Stdout).Encode(b.figures)
	}
	return nil
}

// stack makes a stack in a temporary folder with ports of its own.
func (b *bench) stack() (*stack, func(), error) {
	cfg := config.Default()
	dir, err := os.MkdirTemp("", "outdial-bench-")
	if err != nil {
		return nil, nil, err
	}
	cfg.Data = dir
	demoCommand{ESL: b.ESL, ESLPassword: b.ESLPassword, Robots: max(b.Talks, b.InFlight) + 100}.ephemeral(&cfg)
	cfg.Database = b.Database
	cfg.Carrier.Speed = 20
	cfg.Switch.SessionsPerSecond, cfg.Switch.MaxSessions = 100_000, 100_000 // what is measured is the work, not the limit
	cfg.Dialogue.Capacity = 100_000
	log, err := obs.Logger(os.Stderr, "error", "text")
	if err != nil {
		return nil, nil, err
	}
	s, err := newStack(cfg, log)
	if err != nil {
		_ = os.RemoveAll(dir)
		return nil, nil, err
	}
	return s, func() {
		s.close()
		_ = os.RemoveAll(dir)
	}, nil
}
