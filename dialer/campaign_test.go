package dialer_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/outdial/outdial/dialer"
	"github.com/outdial/outdial/dialer/softswitch"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/trunk"
)

func TestPauseAndResume(t *testing.T) {
	t.Parallel()
	r := newRig(t, settings{})
	c := r.campaign(r.trunk(func(l *trunk.Trunk) { l.CPS = 20 }))
	r.contacts(c, "busy", 60)
	d := r.dialer()
	r.act(c, campaign.Start)
	r.until("first calls", func() bool { return len(r.sim.Calls()) >= 10 })
	r.act(c, campaign.Pause)
	r.until("contacts given back", func() bool { return r.progress(c).Calling == 0 })
	seen := len(r.sim.Calls())
	time.Sleep(700 * time.Millisecond) // nothing may happen, so there is nothing to wait for
	if now := len(r.sim.Calls()); now != seen {
		t.Errorf("%d calls were placed after the pause", now-seen)
	}
	if p := r.progress(c); p.Waiting+p.Finished != 60 || p.Finished != seen {
		t.Errorf("after the pause: %+v with %d calls", p, seen)
	}
	r.act(c, campaign.Resume)
	r.finished(c)
	r.settled(d, c)
	if got := len(r.calls(c)); got != 60 {
		t.Errorf("%d calls, want 60", got)
	}
}

func TestTerminateEndsLiveCalls(t *testing.T) {
	t.Parallel()
	for _, lost := range []bool{false, true} {
		name := "told"
		if lost {
			name = "found out from the row"
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, settings{manner: func(call.Call) manner { return manner{} }})
			c := r.campaign(r.trunk(), func(c *campaign.Campaign) { c.Robots = 12 })
			r.contacts(c, "ignores-bye", 10)
			r.contacts(c, "no-answer", 20)
			d := r.dialer()
			r.act(c, campaign.Start)
			r.until("calls that talk", func() bool { return r.robots.live() >= 6 })
			if lost {
				from, to, err := campaign.Plan(campaign.Terminate)
				must(t, err)
				must(t, r.store.MoveCampaign(context.Background(), r.scope(), c.ID, from, to, "", time.Now()))
			} else {
				r.act(c, campaign.Terminate)
			}
			begin := time.Now()
			r.settled(d, c)
			if took := time.Since(begin); took > 8*time.Second {
				t.Errorf("the end took %v", took)
			}
			n := 0
			for _, k := range r.calls(c) {
				if k.Outcome.EndReason == call.EndTerminated {
					n++
					if k.Outcome.HungUpBy != call.PartyDialer {
						t.Errorf("hung up by %q", k.Outcome.HungUpBy)
					}
				}
			}
			if n < 6 {
				t.Errorf("%d calls ended as terminated", n)
			}
		})
	}
}

func TestSlotsAreNeverExceeded(t *testing.T) {
	t.Parallel()
	r := newRig(t, settings{manner: func(call.Call) manner { return manner{talk: 150 * time.Millisecond} }})
	line := r.trunk(func(l *trunk.Trunk) { l.Concurrency = 7 })
	// Two campaigns share a trunk that is narrower than both together; a third has a trunk of its own and few robots.
	a := r.campaign(line, func(c *campaign.Campaign) { c.Robots = 6 })
	b := r.campaign(line, func(c *campaign.Campaign) { c.Robots = 6 })
	alone := r.campaign(r.trunk(), func(c *campaign.Campaign) { c.Robots = 3 })
	for i := range 30 {
		r.contact(a, "answers-at-once", i)
		r.contact(b, "answers-at-once", 1000+i)
	}
	for i := range 20 {
		r.contact(alone, "answers-at-once", 2000+i)
	}
	d := r.dialer()
	for _, c := range []campaign.Campaign{a, b, alone} {
		r.act(c, campaign.Start)
	}
	for _, c := range []campaign.Campaign{a, b, alone} {
		r.finished(c)
		r.settled(d, c)
	}
	for _, tt := range []struct {
		name  string
		calls []call.Call
		most  int
	}{
		{"the shared trunk", append(r.calls(a), r.calls(b)...), 7}, {"campaign a", r.calls(a), 6}, {"campaign b", r.calls(b), 6}, {"campaign alone", r.calls(alone), 3},
	} {
		if got := atOnce(tt.calls); got > tt.most {
			t.Errorf("%s: %d calls at once, want at most %d", tt.name, got, tt.most)
		} else if got < tt.most-1 {
			t.Errorf("%s: at most %d calls at once of %d: room stayed unused", tt.name, got, tt.most)
		}
	}
	// The carrier counts a call until the last packet about it was answered, when its slot may be in use again.
	var seen []call.Call
	for _, k := range r.sim.Calls() {
		seen = append(seen, call.Call{Times: call.Times{Created: k.Invited, Ended: k.Ended.Add(-30 * time.Millisecond)}})
	}
	if most := atOnce(seen); most > 10 {
		t.Errorf("the carrier saw %d calls at once, want at most 10", most)
	}
}

// atOnce is how many calls lived at one moment, by their own times.
func atOnce(calls []call.Call) int {
	type edge struct {
		at time.Time
		by int
	}
	var edges []edge
	for _, k := range calls {
		edges = append(edges, edge{k.Times.Created, 1}, edge{k.Times.Ended, -1})
	}
	slices.SortFunc(edges, func(a, b edge) int {
		if c := a.at.Compare(b.at); c != 0 {
			return c
		}
		return a.by - b.by
	})
	n, most := 0, 0
	for _, e := range edges {
		n += e.by
		most = max(most, n)
	}
	return most
}

// Not in parallel: what is measured is time. How exactly the starts are spaced is a matter of package pacing and its own
// clock; here only a trunk that is not held back at all fails, on a machine however busy.
func TestCallsAreEvenlySpaced(t *testing.T) {
	r := newRig(t, settings{})
	const cps = 25
	line := r.trunk(func(l *trunk.Trunk) { l.CPS = cps })
	a, b := r.campaign(line), r.campaign(line)
	for i := range 30 {
		r.contact(a, "busy", i)
		r.contact(b, "busy", 1000+i)
	}
	d := r.dialer()
	r.act(a, campaign.Start)
	r.act(b, campaign.Start)
	r.finished(a)
	r.finished(b)
	r.settled(d, a)
	r.settled(d, b)
	var at []time.Time
	for _, k := range r.sim.Calls() {
		at = append(at, k.Invited)
	}
	slices.SortFunc(at, time.Time.Compare)
	if len(at) != 60 {
		t.Fatalf("%d calls, want 60", len(at))
	}
	// Any window of n gaps lasts n steps, give or take what a loaded machine delays a packet by.
	const step, slack = time.Second / cps, time.Second
	for i := range at {
		for j := i + 5; j < len(at); j++ {
			if took, least := at[j].Sub(at[i]), time.Duration(j-i)*step-slack; took < least {
				t.Fatalf("calls %d to %d began within %v, want at least %v", i, j, took, least)
			}
		}
	}
}

func TestTwoDialersShareContacts(t *testing.T) {
	t.Parallel()
	r := newRig(t, settings{})
	// The rate leaves the second dialer time, however late it hears of the campaign.
	c := r.campaign(r.trunk(func(l *trunk.Trunk) { l.CPS = 20 }))
	r.contacts(c, "busy", 120)
	one := r.dialer()
	two := r.dialer(func(cfg *dialer.Config) { cfg.Name = "d2" })
	r.act(c, campaign.Start)
	r.finished(c)
	r.settled(one, c)
	r.settled(two, c)
	numbers := make(map[string]int)
	for _, k := range r.sim.Calls() {
		numbers[k.Number]++
	}
	for n, times := range numbers {
		if times != 1 {
			t.Errorf("%s was called %d times", n, times)
		}
	}
	if len(numbers) != 120 {
		t.Errorf("%d people were called, want 120", len(numbers))
	}
	if a, b := one.Calls().Placed, two.Calls().Placed; a+b != 120 || a == 0 || b == 0 {
		t.Errorf("dialers placed %d and %d calls", a, b)
	}
}

func TestCompletionWaits(t *testing.T) {
	t.Parallel()
	r := newRig(t, settings{})
	ctx := context.Background()
	c := r.campaign(r.trunk())
	r.contacts(c, "busy", 3)
	imp := contact.Import{Tenant: c.Tenant, Campaign: c.ID, Source: "api", FileName: "f", State: contact.ImportQueued, CreatedAt: time.Now()}
	must(t, r.store.CreateImport(ctx, r.scope(), &imp))
	d := r.dialer()
	r.act(c, campaign.Start)
	r.until("reason of the wait", func() bool { return r.state(c).Reason == "an import is under way" })
	r.contact(c, "busy", 100) // added while it runs
	r.until("the fourth call", func() bool { return r.progress(c).Finished == 4 })
	if s := r.state(c).State; s != campaign.Running {
		t.Fatalf("campaign is %s while an import runs", s)
	}
	imp.State = contact.ImportFinished
	must(t, r.store.UpdateImport(ctx, r.scope(), imp, contact.ImportQueued))
	r.finished(c)
	r.settled(d, c)
}

func TestRedial(t *testing.T) {
	t.Parallel()
	r := newRig(t, settings{
		sw:     func(c *softswitch.Config) { c.MediaTimeout = 5 * time.Second },
		manner: func(call.Call) manner { return manner{refuse: 503} },
	})
	const interval = time.Second
	c := r.campaign(r.trunk(), func(c *campaign.Campaign) {
		c.Redial = campaign.Redial{MaxAttempts: 3, Interval: interval, On: []call.Disposition{call.Busy}}
	})
	busy, rejected := r.contact(c, "busy", 1), r.contact(c, "rejected", 2)
	// The robot refuses before the answer: our own fault, which uses no attempt up and is bounded all the same.
	unmet := r.contact(c, "powered-off", 3)
	d := r.dialer()
	r.act(c, campaign.Start)
	r.finished(c)
	r.settled(d, c)
	byContact := make(map[contact.ID][]call.Call)
	for _, k := range r.calls(c) {
		byContact[k.Contact] = append(byContact[k.Contact], k)
	}
	for who, want := range map[contact.ID]int{busy.ID: 3, rejected.ID: 1, unmet.ID: 5} {
		list := byContact[who]
		slices.SortFunc(list, func(a, b call.Call) int { return a.Ordinal - b.Ordinal })
		if len(list) != want {
			t.Errorf("contact %d was called %d times, want %d: %+v", who, len(list), want, list)
		}
		for i := 1; i < len(list); i++ {
			if gap := list[i].Times.Created.Sub(list[i-1].Times.Ended); gap < interval-5*time.Millisecond {
				t.Errorf("contact %d was called again after %v", who, gap)
			}
		}
	}
	if k, err := r.store.Contact(context.Background(), r.scope(), unmet.ID); err != nil || k.OwnFaults != 5 {
		t.Errorf("own faults of %+v, error %v", k, err)
	}
}

func TestScheduledStart(t *testing.T) {
	t.Parallel()
	r := newRig(t, settings{})
	at := time.Now().Add(1500 * time.Millisecond)
	c := r.campaign(r.trunk(), func(c *campaign.Campaign) { c.StartMode, c.StartAt = campaign.Scheduled, at })
	manual := r.campaign(r.trunk())
	r.contacts(c, "busy", 5)
	r.contact(manual, "busy", 100)
	d := r.dialer()
	r.finished(c)
	r.settled(d, c)
	for _, k := range r.sim.Calls() {
		if k.Invited.Before(at) {
			t.Errorf("%s was called %v before the start", k.Number, at.Sub(k.Invited))
		}
	}
	if s := r.state(manual).State; s != campaign.NotStarted {
		t.Errorf("a campaign that nobody started is %s", s)
	}
}

func TestCloseGivesBack(t *testing.T) {
	t.Parallel()
	r := newRig(t, settings{})
	c := r.campaign(r.trunk(func(l *trunk.Trunk) { l.CPS = 5 }))
	r.contacts(c, "busy", 30)
	cfg := r.config()
	d, err := dialer.Start(context.Background(), cfg)
	must(t, err)
	r.act(c, campaign.Start)
	r.until("first calls", func() bool { return len(r.sim.Calls()) >= 3 })
	var once sync.Once
	stop := func() { once.Do(func() { d.Close(context.Background(), true) }) }
	defer stop()
	stop()
	if p := r.progress(c); p.Calling != 0 {
		t.Errorf("after the dialer closed: %+v", p)
	}
	r.settled(d, c)
}

// A stop of the platform is its own fault: who was not reached yet waits for the next start.
func TestCloseKeepsWhoWasNotReached(t *testing.T) {
	t.Parallel()
	r := newRig(t, settings{})
	c := r.campaign(r.trunk())
	r.contacts(c, "no-answer", 4)
	d, err := dialer.Start(context.Background(), r.config())
	must(t, err)
	r.act(c, campaign.Start)
	r.until("four telephones ring", func() bool { return len(r.sim.Calls()) == 4 })
	d.Close(context.Background(), true)
	if p := r.progress(c); p.Waiting != 4 {
		t.Errorf("after the dialer closed: %+v", p)
	}
	for _, k := range r.calls(c) {
		if k.Outcome.EndReason != call.EndShutdown || k.Outcome.Fault != call.FaultUs {
			t.Errorf("call %s ended as %+v", k.UUID, k.Outcome)
		}
	}
}
