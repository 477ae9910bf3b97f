package main

import (
	"context"
	"runtime"
	"time"

	"github.com/outdial/outdial/shared/flow"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/scripttest"
)

// scripts measures what trying scripts out takes: reading a script, and callees who walk it, on one core.
func (b *bench) scripts(ctx context.Context) error {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	const conversations = 10_000
	for _, size := range []struct {
		nodes int
		name  string
	}{{60, "60 nodes"}, {300, "300 nodes"}} {
		source := scripttest.Sample(size.nodes)
		from := time.Now()
		f, err := script.Parse(source)
		if err != nil {
			return err
		}
		p, err := flow.Compile(f)
		if err != nil {
			return err
		}
		b.add("scripts", size.name+": read, check and prepare", time.Since(from).Seconds()*1000, "ms")
		var seconds []float64
		var report scripttest.Report
		for seed := range uint64(3) {
			if err := ctx.Err(); err != nil {
				return err
			}
			from = time.Now()
			s := scripttest.New(p).Simulation(seed)
			s.Run(conversations)
			report = s.Report(nil)
			seconds = append(seconds, time.Since(from).Seconds())
		}
		took := median(seconds)
		b.add("scripts", size.name+": 10,000 simulated conversations, one core", took, "s")
		b.add("scripts", size.name+": turns of callees", float64(report.Simulation.Turns)/took, "turns/s")
		b.add("scripts", size.name+": nodes reached", 100*float64(report.Coverage.NodesHit)/float64(report.Coverage.NodesTotal), "%")
		b.add("scripts", size.name+": branches taken", 100*float64(report.Coverage.BranchesHit)/float64(report.Coverage.BranchesTotal), "%")
	}
	return nil
}
