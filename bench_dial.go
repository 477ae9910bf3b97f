package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/dialer/carriersim"
	"github.com/outdial/outdial/dialer/esl"
	"github.com/outdial/outdial/dialer/pacing"
	"github.com/outdial/outdial/dialer/routing"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/trunk"
)

// dialRounds is how often flood and dialer take turns; the medians are compared, so that a slow moment of the machine
// does not decide.
const dialRounds = 3

// Rates that the switches hold on two cores: the embedded one admits 1,000 new legs a second as shipped; FreeSWITCH falls
// behind somewhere between 200 and 400.
const (
	embeddedRate   = 950
	freeSWITCHRate = 200
)

// dial compares the dialer with a raw flood over the same event socket: the same originate commands to the same carrier,
// in turns. Callees are busy, so that setting calls up is all there is to do and nothing hides it. It is measured twice:
// at a rate that the switch holds, where the question is whether the dialer keeps it up, and with no rate at all, where both
// are bound by the processors and the dialer also has its books to keep.
func (b *bench) dial(ctx context.Context) error {
	s, stop, err := b.stack()
	if err != nil {
		return err
	}
	defer stop()
	parts := []func(context.Context) error{s.startStore, s.startRedis}
	if b.ESL == "" {
		parts = append(parts, s.startSwitch)
	}
	parts = append(parts, func(ctx context.Context) error {
		_, err := s.carrier(ctx, carriersim.Config{Weights: map[string]int{"busy": 1}, MaxCalls: 10_000})
		return err
	}, s.startDialogue, s.startDialer)
	if err := s.startAll(ctx, parts...); err != nil {
		return err
	}
	rate := b.Rate
	if rate <= 0 {
		rate = embeddedRate
		if b.ESL != "" {
			rate = freeSWITCHRate
		}
	}
	if err := b.dialAt(ctx, s, "sustained", rate, max(b.InFlight, int(rate))); err != nil {
		return err
	}
	return b.dialAt(ctx, s, "saturated", 0, b.InFlight)
}

// dialAt measures flood and dialer in turns at a rate; zero is none.
func (b *bench) dialAt(ctx context.Context, s *stack, name string, rate float64, inFlight int) error {
	line := simulatedTrunk(s.cfg.Carrier.Listen, 100_000, 10_000)
	aim := ""
	if rate > 0 {
		line.CPS = rate
		aim = " (aim >= 0.9)"
		b.add("dial", name+": offered", rate, "calls/s")
	}
	var floods, dialers []float64
	for round := range dialRounds {
		flood, err := b.flood(ctx, s, line, rate, inFlight)
		if err != nil {
			return err
		}
		dialer, err := b.campaign(ctx, s, line, inFlight, int64(round))
		if err != nil {
			return err
		}
		floods, dialers = append(floods, flood), append(dialers, dialer)
	}
	b.add("dial", name+": raw ESL flood, median of rounds", median(floods), "calls/s")
	b.add("dial", name+": dialer, median of rounds", median(dialers), "calls/s")
	b.add("dial", name+": dialer / raw ESL flood", median(dialers)/median(floods), "ratio"+aim)
	return nil
}

// flood sends originate commands, at the rate or as fast as the switch answers them, and waits for every leg's end.
func (b *bench) flood(ctx context.Context, s *stack, line trunk.Trunk, rate float64, inFlight int) (float64, error) {
	client, err := esl.Dial(ctx, esl.Config{Address: s.cfg.Switch.ESL, Password: s.cfg.Switch.Password})
	if err != nil {
		return 0, err
	}
	defer client.Close()
	numbers := demoNumbers(b.Calls, 99)
	jobs := make(chan int)
	failures := make(chan error, 1)
	var wg sync.WaitGroup
	begin := time.Now()
	for range inFlight {
		wg.Go(func() {
			for i := range jobs {
				k := call.Call{UUID: newUUID(), RobotLeg: newUUID(), Tenant: 1, Campaign: 1, Script: 1, Number: numbers[i], CallerID: line.CallerID}
				if err := floodOne(ctx, client, k, line, s.cfg.Dialogue.SIP); err != nil {
					select {
					case failures <- err:
					default:
					}
				}
			}
		})
	}
	var spacer pacing.Spacer
	for i := range numbers {
		var at time.Time
		at, spacer = spacer.Reserve(time.Now(), rate)
		if err := clock.Sleep(ctx, s.clock, time.Until(at)); err != nil {
			break
		}
		jobs <- i
	}
	close(jobs)
	wg.Wait()
	took := time.Since(begin)
	select {
	case err := <-failures:
		return 0, fmt.Errorf("raw flood: %w", err)
	default:
	}
	return float64(len(numbers)) / took.Seconds(), nil
}

func newUUID() call.UUID { return call.UUID(uuid.Must(uuid.NewV7()).String()) }

// floodOne places one call and waits until its leg has ended.
func floodOne(ctx context.Context, client *esl.Client, k call.Call, line trunk.Trunk, robot string) error {
	o, err := routing.Legs(k, line, robot)
	if err != nil {
		return err
	}
	owner, err := client.Own(0, string(k.UUID), string(k.RobotLeg))
	if err != nil {
		return err
	}
	defer owner.Release()
	job, err := client.Originate(ctx, o)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for {
		select {
		case e := <-owner.Events():
			if esl.KindOf(e) == esl.ChannelHangupComplete && e.UUID() == string(k.UUID) {
				err := job.Wait(ctx)
				var refused *esl.OriginateError
				if err != nil && (!errors.As(err, &refused) || refused.Cause != esl.CauseUserBusy) {
					return err
				}
				return nil
			}
		case <-ctx.Done():
			return fmt.Errorf("call %s has not ended: %w", k.UUID, ctx.Err())
		}
	}
}

// campaign has the dialer place as many calls as the flood did, and gives its rate from the first call to the last end.
func (b *bench) campaign(ctx context.Context, s *stack, line trunk.Trunk, inFlight int, seed int64) (float64, error) {
	d, err := s.seedDemo(ctx, line)
	if err != nil {
		return 0, err
	}
	c, err := s.makeCampaign(ctx, d, b.Calls, inFlight, seed, campaign.Redial{MaxAttempts: 1})
	if err != nil {
		return 0, err
	}
	if err := (demoCommand{Calls: b.Calls}).await(ctx, s, c); err != nil {
		return 0, err
	}
	first, last := time.Time{}, time.Time{}
	n := 0
	for page := (call.Page{Limit: 1000}); ; {
		list, err := s.store.Calls(ctx, tenant.Of(c.Tenant), c.ID, call.Filter{}, page)
		if err != nil {
			return 0, err
		}
		for _, k := range list {
			n++
			if first.IsZero() || k.Times.Created.Before(first) {
				first = k.Times.Created
			}
			if k.Times.Ended.After(last) {
				last = k.Times.Ended
			}
			if k.Outcome.EndReason != call.EndBusy {
				return 0, fmt.Errorf("call %s ended as %s, want busy: the switch did not keep up: %+v %+v", k.UUID, k.Outcome.EndReason, k.Outcome, k.Times)
			}
		}
		if len(list) < page.Limit {
			break
		}
		page.Before = list[len(list)-1].UUID
	}
	if n != b.Calls {
		return 0, fmt.Errorf("%d calls were placed, want %d", n, b.Calls)
	}
	return float64(n) / last.Sub(first).Seconds(), nil
}

func median(v []float64) float64 {
	sorted := slices.Sorted(slices.Values(v))
	return sorted[len(sorted)/2]
}
