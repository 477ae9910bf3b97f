package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/transcript"
)

// liveRounds is how often the campaign is watched and not watched in turns.
const liveRounds = 3

// liveWarm lets the figures settle after the start: the newest thousands of calls are read again until they have.
const liveWarm = 75 * time.Second

// live keeps 300 calls of a large campaign going, as rows and events, and measures what one open console adds: it asks for
// the figures once a second and listens to what happens.
func (b *bench) live(ctx context.Context) error {
	s, stop, err := b.stack()
	if err != nil {
		return err
	}
	defer stop()
	if err := s.startAll(ctx, s.startStore, s.startRedis, s.startAdmin); err != nil {
		return err
	}
	d, err := s.seedDemo(ctx, simulatedTrunk("127.0.0.1:5070", 1, 1))
	if err != nil {
		return err
	}
	l := &liveBench{bench: b, stack: s, seed: d}
	if err := l.fill(ctx); err != nil {
		return err
	}
	if err := l.signIn(ctx); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var traffic sync.WaitGroup
	var failure error
	traffic.Go(func() { failure = l.traffic(ctx) })
	err = l.measure(ctx)
	cancel()
	traffic.Wait()
	if err == nil && failure != nil && ctx.Err() == nil {
		err = failure
	}
	return err
}

// look is a console in this process.
func (l *liveBench) look() consoleCommand {
	return consoleCommand{Server: l.stack.cfg.Admin.Listen, Campaign: int64(l.camp.ID), Token: l.token}
}

type liveBench struct {
	*bench
	stack  *stack
	seed   demoSeed
	camp   campaign.Campaign
	token  string
	ages   []time.Duration // of the answers' data
	took   []time.Duration
	events int
}

// consoleTokenEnv hands the session to the process that plays the console.
const consoleTokenEnv = "OUTDIAL_BENCH_TOKEN"

// fill makes a campaign that has called all its contacts but those that the traffic calls.
func (l *liveBench) fill(ctx context.Context) error {
	now := l.stack.clock.Now()
	scope := tenant.Of(l.seed.tenant.ID)
	l.camp = campaign.Campaign{Tenant: l.seed.tenant.ID, Name: "live", Script: l.seed.script.Script, Trunk: l.seed.trunk.ID, Robots: l.Talks, StartMode: campaign.Manual,
		State: campaign.Running, CreatedAt: now, UpdatedAt: now, Redial: campaign.Redial{MaxAttempts: 1},
		Window: campaign.Window{Zone: daytime(now), Weekdays: campaign.EveryDay, From: campaign.Earliest, To: campaign.Latest}}
	if err := l.stack.store.CreateCampaign(ctx, scope, &l.camp); err != nil {
		return err
	}
	add := func(from, n int) error {
		const part = 10_000
		for at := from; at < from+n; at += part {
			batch := make([]contact.Contact, 0, part)
			for i := range min(part, from+n-at) {
				number, err := contact.ParseNumber("13"+fmt.Sprintf("%09d", at+i), "CN")
				if err != nil {
					return err
				}
				batch = append(batch, contact.Contact{Tenant: l.camp.Tenant, Campaign: l.camp.ID, Number: number, State: contact.Waiting})
			}
			if err := l.stack.store.RawInsertContacts(ctx, scope, batch); err != nil {
				return err
			}
		}
		return nil
	}
	if err := add(0, l.Rows); err != nil {
		return err
	}
	if err := l.stack.store.RawFinishContacts(ctx, scope, l.camp.ID, now.Add(-30*24*time.Hour), now); err != nil {
		return err
	}
	return add(l.Rows, l.Talks+int((liveWarm.Seconds()+2*liveRounds*l.Plateau.Seconds())*float64(l.Talks)/10))
}

func (l *liveBench) signIn(ctx context.Context) error {
	u, err := l.stack.store.UserByAccount(ctx, tenant.Platform(), demoAccount)
	if err != nil {
		return err
	}
	now := l.stack.clock.Now()
	l.token = access.NewToken()
	return l.stack.store.CreateSession(ctx, tenant.Of(u.Tenant), access.Session{TokenHash: access.HashToken(l.token), User: u.ID, Tenant: u.Tenant,
		CreatedAt: now, ExpiresAt: now.Add(12 * time.Hour)})
}

// traffic is what 300 calls of half a minute each write and publish: a call begins and one ends as often as that asks for, and
// each is heard from every three seconds.
func (l *liveBench) traffic(ctx context.Context) error {
	const lasts, sentence = 30 * time.Second, 3 * time.Second
	ticker := l.stack.clock.NewTicker(lasts / time.Duration(l.Talks))
	defer ticker.Stop()
	var open []call.Call
	for seq := 1; ; seq++ {
		if len(open) >= l.Talks {
			select {
			case <-ticker.Chan():
			case <-ctx.Done():
				return nil
			}
			if err := l.end(ctx, open[0], seq); err != nil {
				return err
			}
			open = open[1:]
			for i := range int(lasts / sentence) {
				c := open[(seq+i*len(open)/int(lasts/sentence))%len(open)]
				if err := l.stack.bus.Publish(ctx, event.TurnAdded{Tenant: c.Tenant, Campaign: c.Campaign, Call: c.UUID, Seq: seq, Speaker: transcript.Callee, Text: "好的，我想了解一下"}); err != nil {
					return err
				}
			}
		}
		c, err := l.begin(ctx)
		if err != nil {
			return err
		}
		open = append(open, c)
	}
}

func (l *liveBench) begin(ctx context.Context) (call.Call, error) {
	all, now := tenant.Platform(), l.stack.clock.Now()
	got, err := l.stack.store.Claim(ctx, all, call.ClaimRequest{Campaign: l.camp.ID, Limit: 1, Holder: "bench", Now: now, Lease: time.Hour})
	if err != nil || len(got) == 0 {
		return call.Call{}, fmt.Errorf("claimed %d contacts: %w", len(got), err)
	}
	a := got[0].Attempt
	c := call.Call{UUID: a.UUID, Tenant: a.Tenant, Campaign: a.Campaign, Contact: a.Contact, Ordinal: a.Ordinal, Script: l.seed.script.ID, Trunk: l.seed.trunk.ID,
		Number: got[0].Contact.Number, State: call.Created, Times: call.Times{Created: now}}
	if err := l.stack.store.BeginDialing(ctx, all, c); err != nil {
		return c, err
	}
	c.State, c.Times.Answered = call.AnsweredState, now
	return c, l.say(ctx, c, l.stack.store.MoveCall(ctx, all, c, call.Created))
}

func (l *liveBench) end(ctx context.Context, c call.Call, n int) error {
	c.State, c.Times.Ended, c.Turns, c.Grade = call.Ended, l.stack.clock.Now(), n%12, []string{"A", "B", "C", "D"}[n%4]
	c.Outcome = call.Outcome{Answered: true, Disposition: call.Answered, EndReason: call.EndCompleted, Fault: call.FaultNone, HungUpBy: call.PartyCallee}
	return l.say(ctx, c, l.stack.store.FinishCall(ctx, tenant.Platform(), call.Finish{Call: c, At: c.Times.Ended}))
}

func (l *liveBench) say(ctx context.Context, c call.Call, err error) error {
	if err != nil {
		return err
	}
	return l.stack.bus.Publish(ctx, event.CallChanged{Tenant: c.Tenant, Campaign: c.Campaign, Call: c.UUID, State: c.State, At: l.stack.clock.Now()})
}

// measure takes turns: without a console, with one.
func (l *liveBench) measure(ctx context.Context) error {
	began := time.Now()
	if _, err := l.look().ask(ctx); err != nil { // everything is counted once, as after a start
		return err
	}
	first := time.Since(began)
	if err := clock.Sleep(ctx, l.stack.clock, liveWarm); err != nil {
		return err
	}
	var without, with []float64
	for range liveRounds {
		idle, err := l.share(ctx, func(ctx context.Context) error { <-ctx.Done(); return nil })
		if err != nil {
			return err
		}
		watched, err := l.share(ctx, l.console)
		if err != nil {
			return err
		}
		without, with = append(without, idle), append(with, watched)
	}
	slices.Sort(l.ages)
	slices.Sort(l.took)
	p := func(d []time.Duration, q float64) float64 {
		return float64(d[min(int(q*float64(len(d))), len(d)-1)].Microseconds()) / 1000
	}
	b := l.bench
	b.add("live", "contacts and ended calls of the campaign", float64(l.Rows), "")
	b.add("live", "calls in progress", float64(l.Talks), "")
	b.add("live", "first answer after a start", first.Seconds()*1000, "ms")
	b.add("live", "answer, p50", p(l.took, 0.5), "ms")
	b.add("live", "answer, p95", p(l.took, 0.95), "ms (aim <= 50)")
	b.add("live", "age of the figures when they arrive, p50", p(l.ages, 0.5), "ms")
	b.add("live", "age of the figures when they arrive, p95", p(l.ages, 0.95), "ms (aim <= 1000)")
	b.add("live", "events a second at the console", float64(l.events)/(liveRounds*l.Plateau.Seconds()), "")
	b.add("live", "CPU of the process, no console, median", median(without), "% of a core")
	b.add("live", "CPU of one open console, median", median(with)-median(without), "% of a core (aim <= 5)")
	return nil
}

// share is the CPU that the process used while work ran, in percent of a core.
func (l *liveBench) share(ctx context.Context, work func(context.Context) error) (float64, error) {
	ctx, cancel := context.WithTimeout(ctx, l.Plateau)
	defer cancel()
	cpu, begin := cpuTime(), time.Now()
	if err := work(ctx); err != nil {
		return 0, err
	}
	return 100 * (cpuTime() - cpu).Seconds() / time.Since(begin).Seconds(), nil
}

// console lets a process of its own look at the campaign until ctx ends, so that only the server's work is measured.
func (l *liveBench) console(ctx context.Context) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	// The console ends when its input does, and says what it has seen.
	cmd := exec.CommandContext(context.WithoutCancel(ctx), self, "bench-console", "--server", l.stack.cfg.Admin.Listen, "--campaign", strconv.FormatInt(int64(l.camp.ID), 10))
	cmd.Env = append(os.Environ(), consoleTokenEnv+"="+l.token)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	var out bytes.Buffer
	cmd.Stdout = &out
	if err := cmd.Start(); err != nil {
		return err
	}
	<-ctx.Done()
	_ = in.Close()
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("the console's process: %w", err)
	}
	var v consoleSeen
	if err := json.Unmarshal(out.Bytes(), &v); err != nil {
		return fmt.Errorf("the console's process said %q: %w", out.String(), err)
	}
	l.took, l.ages, l.events = append(l.took, v.Took...), append(l.ages, v.Ages...), l.events+v.Events
	return nil
}
