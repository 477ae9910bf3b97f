package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/outdial/outdial/dialer"
	"github.com/outdial/outdial/dialer/carriersim"
	"github.com/outdial/outdial/dialogue/robot"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/clock"
)

// talkers are callees that stay on the line and speak.
var talkers = map[string]int{"interested": 3, "questions": 3, "interrupts": 2, "backchannels": 2}

// talk holds many robot calls at once, switch, carrier and robots in this one process, every call recorded and its
// callee speaking, and measures what a call costs and how evenly the robots send.
func (b *bench) talk(ctx context.Context) error {
	s, stop, err := b.stack()
	if err != nil {
		return err
	}
	defer stop()
	var sim *carriersim.Simulator
	var robots *robot.Robot
	var calls *dialer.Dialer
	parts := []func(context.Context) error{s.startStore, s.startRedis}
	if b.ESL == "" {
		parts = append(parts, s.startSwitch)
	}
	parts = append(parts,
		func(ctx context.Context) (err error) {
			sim, err = s.carrier(ctx, carriersim.Config{Weights: talkers, MaxCalls: 10_000})
			return err
		},
		func(ctx context.Context) (err error) { robots, err = s.robots(ctx); return err },
		func(ctx context.Context) (err error) { calls, err = s.dialer(ctx); return err },
	)
	if err := s.startAll(ctx, parts...); err != nil {
		return err
	}
	d, err := s.seedDemo(ctx, simulatedTrunk(s.cfg.Carrier.Listen, 100_000, 30))
	if err != nil {
		return err
	}
	debug.FreeOSMemory()
	idle, idleGoroutines := residentMB(), runtime.NumGoroutine()
	c, err := s.makeCampaign(ctx, d, b.Talks*20, b.Talks, 3, campaign.Redial{MaxAttempts: 1})
	if err != nil {
		return err
	}
	ramp := time.Now()
	for calls.Calls().Open < int64(b.Talks) {
		if time.Since(ramp) > 2*time.Minute {
			return fmt.Errorf("%d calls were not reached within 2 minutes; %d are up", b.Talks, calls.Calls().Open)
		}
		if err := clock.Sleep(ctx, s.clock, 100*time.Millisecond); err != nil {
			return err
		}
	}
	cpu, begin := cpuTime(), time.Now()
	var open, samples int64
	for time.Since(begin) < b.Plateau {
		open, samples = open+calls.Calls().Open, samples+1
		if err := clock.Sleep(ctx, s.clock, 100*time.Millisecond); err != nil {
			return err
		}
	}
	took := time.Since(begin)
	used := cpuTime() - cpu
	mean := float64(open) / float64(samples)
	resident := residentMB() - idle
	if err := s.act(ctx, c, campaign.Terminate); err != nil {
		return err
	}
	for calls.Calls().Open > 0 || robots.Stats().Active > 0 {
		if err := clock.Sleep(ctx, s.clock, 50*time.Millisecond); err != nil {
			return err
		}
	}
	// Ended SIP transactions stay for their 32 seconds (RFC 3261, timers J and K); what is left after them has leaked.
	settle := time.Now()
	for runtime.NumGoroutine() > idleGoroutines && time.Since(settle) < 45*time.Second {
		if err := clock.Sleep(ctx, s.clock, 200*time.Millisecond); err != nil {
			return err
		}
	}
	gaps, heard := robots.Stats().Gaps, sim.Stats()
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	b.add("talk", "robot calls at once, mean of the plateau", mean, "calls")
	b.add("talk", "gap between sent RTP packets, p50", ms(gaps.P50), "ms")
	b.add("talk", "gap between sent RTP packets, p99", ms(gaps.P99), "ms (aim <= 25)")
	b.add("talk", "CPU, all parts, share of the machine", 100*used.Seconds()/took.Seconds()/float64(runtime.NumCPU()), "%")
	b.add("talk", "CPU a call, all parts", 100*used.Seconds()/took.Seconds()/mean, "% of a core")
	b.add("talk", "memory a call, all parts, resident", resident/mean, "MB (aim <= 1)")
	b.add("talk", "reply latency at the callee, p50", ms(heard.ReplyLatency.P50), "ms (aim <= 500)")
	b.add("talk", "reply latency at the callee, p95", ms(heard.ReplyLatency.P95), "ms (aim <= 800)")
	b.add("talk", "the robots' own share of a reply, p95", ms(robots.Stats().Own.P95), "ms (aim <= 30)")
	b.add("talk", "replies measured", float64(heard.ReplyLatency.N), "")
	b.add("talk", "barge-in stop at the callee, p95", ms(heard.BargeInStop.P95), "ms (aim <= 350)")
	b.add("talk", "barge-ins measured", float64(heard.BargeInStop.N), "")
	b.add("talk", "goroutines left: idle connections to Redis", float64(runtime.NumGoroutine()-idleGoroutines), "")
	return nil
}

// cpuTime is what this process has used.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// residentMB is this process's resident memory.
func residentMB() float64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			if kb, err := strconv.ParseFloat(strings.Fields(rest)[0], 64); err == nil {
				return kb / 1024
			}
		}
	}
	return 0
}
