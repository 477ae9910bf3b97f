package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/flow"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/scripttest"
)

// scriptCommand is for scripts that are kept as files: a build server checks and tests them as it does code.
type scriptCommand struct {
	Check scriptCheckCommand `cmd:"" help:"Say what is wrong with a script."`
	Test  scriptTestCommand  `cmd:"" help:"Run a script's tests and let simulated callees walk it."`
}

type scriptCheckCommand struct {
	File   string `arg:"" help:"The script, YAML or JSON; - reads standard input."`
	Strict bool   `help:"Warnings fail too."`
	JSON   bool   `help:"Print one JSON object." name:"json"`
}

type scriptTestCommand struct {
	File          string `arg:"" help:"The script, YAML or JSON; - reads standard input."`
	Conversations int    `help:"How many simulated callees walk the script; 0 leaves them out." default:"1000"`
	Seed          uint64 `help:"The same seed gives the same callees." default:"1"`
	Strict        bool   `help:"Warnings and findings of the simulation fail too."`
	JSON          bool   `help:"Print one JSON object." name:"json"`
}

// mostConversations bounds one run of the command.
const mostConversations = 1_000_000

func (c scriptCheckCommand) Run() error {
	problems, _, err := readScript(c.File)
	if err != nil {
		return err
	}
	if c.JSON {
		if err := json.NewEncoder(os.Stdout).Encode(map[string]any{"problems": problemsJSON(problems)}); err != nil {
			return err
		}
	} else {
		printProblems(os.Stdout, c.File, problems)
	}
	return judgeProblems(c.File, problems, c.Strict)
}

func (c scriptTestCommand) Run(ctx context.Context) error {
	if c.Conversations < 0 || c.Conversations > mostConversations {
		return errs.New(errs.Invalid, "--conversations must be 0 to %d", mostConversations)
	}
	problems, f, err := readScript(c.File)
	if err != nil {
		return err
	}
	if f == nil || len(script.Errors(problems)) > 0 {
		printProblems(os.Stderr, c.File, problems)
		return judgeProblems(c.File, problems, c.Strict)
	}
	p, err := flow.Compile(f)
	if err != nil {
		return err
	}
	r := scripttest.New(p)
	s := r.Simulation(c.Seed)
	for done := 0; done < c.Conversations && ctx.Err() == nil; done += simulatedAtOnce {
		s.Run(min(simulatedAtOnce, c.Conversations-done))
	}
	if ctx.Err() != nil {
		return errors.New("the test was broken off")
	}
	report := s.Report(r.Cases())
	if c.JSON {
		err = json.NewEncoder(os.Stdout).Encode(report)
	} else {
		err = printScriptReport(os.Stdout, report)
	}
	if err != nil {
		return err
	}
	failed := 0
	for _, one := range report.Cases {
		if !one.Passed {
			failed++
		}
	}
	switch {
	case failed > 0:
		return fmt.Errorf("%s: %d of %d tests failed", c.File, failed, len(report.Cases))
	case c.Strict && len(report.Problems) > 0:
		return fmt.Errorf("%s: the simulation has %d findings", c.File, len(report.Problems))
	}
	return judgeProblems(c.File, problems, c.Strict)
}

// simulatedAtOnce is how many callees walk between two looks at whether somebody waits no longer.
const simulatedAtOnce = 500

// readScript reads and checks a file; the flow is nil when the file has errors.
func readScript(name string) ([]script.Problem, *script.Flow, error) {
	var in io.Reader = os.Stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, nil, errs.Wrap(errs.Invalid, err, "the script cannot be read")
		}
		defer f.Close()
		in = f
	}
	source, err := io.ReadAll(io.LimitReader(in, script.MaxBytes+1))
	if err != nil {
		return nil, nil, errs.Wrap(errs.Invalid, err, "the script cannot be read")
	}
	problems, f := script.Check(bytes.TrimPrefix(source, []byte("\xef\xbb\xbf")))
	if len(script.Errors(problems)) > 0 {
		f = nil
	}
	return problems, f, nil
}

func judgeProblems(name string, problems []script.Problem, strict bool) error {
	n := len(script.Errors(problems))
	switch {
	case n > 0:
		return fmt.Errorf("%s: %d errors", name, n)
	case strict && len(problems) > 0:
		return fmt.Errorf("%s: %d warnings", name, len(problems))
	}
	return nil
}

func printProblems(w io.Writer, name string, problems []script.Problem) {
	for _, p := range problems {
		fmt.Fprintf(w, "%s: %s: %s\n", name, p.Severity, p)
	}
	if len(problems) == 0 {
		fmt.Fprintf(w, "%s: no problems\n", name)
	}
}

type problemJSON struct {
	Severity string `json:"severity"`
	Line     int    `json:"line"`
	Node     string `json:"node"`
	At       string `json:"at"`
	Text     string `json:"text"`
}

func problemsJSON(problems []script.Problem) []problemJSON {
	out := make([]problemJSON, len(problems))
	for i, p := range problems {
		out[i] = problemJSON{string(p.Severity), p.Line, string(p.Node), p.At, p.Text}
	}
	return out
}

// printScriptReport writes a report for people.
func printScriptReport(w io.Writer, r scripttest.Report) error {
	var b strings.Builder
	for _, c := range r.Cases {
		verdict := "ok  "
		if !c.Passed {
			verdict = "FAIL"
		}
		fmt.Fprintf(&b, "%s %s (grade %s)\n", verdict, c.Name, c.Grade)
		for _, f := range c.Failures {
			fmt.Fprintf(&b, "       %s\n", f)
		}
		for _, n := range c.Notes {
			fmt.Fprintf(&b, "       note: %s\n", n)
		}
	}
	if n := r.Simulation.Conversations; n > 0 {
		fmt.Fprintf(&b, "%d conversations, %.1f turns each\n", n, float64(r.Simulation.Turns)/float64(n))
		fmt.Fprintf(&b, "ended by %s\n", shares(r.Simulation.Ends, n))
		fmt.Fprintf(&b, "grades   %s\n", shares(r.Simulation.Grades, n))
		fmt.Fprintf(&b, "coverage %d of %d nodes, %d of %d branches\n", r.Coverage.NodesHit, r.Coverage.NodesTotal, r.Coverage.BranchesHit, r.Coverage.BranchesTotal)
	}
	for _, p := range r.Problems {
		fmt.Fprintf(&b, "finding: %s\n", p)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// shares lists counts with their part of the whole, by name.
func shares(counts map[string]int, of int) string {
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, fmt.Sprintf("%s %d (%.0f %%)", k, counts[k], 100*float64(counts[k])/float64(of)))
	}
	return strings.Join(parts, ", ")
}
