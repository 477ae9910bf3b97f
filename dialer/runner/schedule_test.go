package runner

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/outdial/outdial/dialer/callctl"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/trunk"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is store, bus and calls in one, small enough to be looked through.
type world struct {
	mu        sync.Mutex
	campaigns map[campaign.ID]campaign.Campaign
	waiting   int
	feeders   int
	claimed   map[call.UUID]bool // neither placed nor given back
	placed    []call.UUID
	ended     []contact.CampaignID
	said      []event.CampaignChanged
	imports   []contact.Import
	room      int
	failing   error
	robots    tenant.RobotUse
	beside    int   // calls of other dialers
	live      int   // calls of the company on this one
	asked     []int // contacts, by each claim
	refuse    error // of a campaign's start
}

func (w *world) Campaign(_ context.Context, _ tenant.Scope, id campaign.ID) (campaign.Campaign, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.campaigns[id], w.failing
}

func (w *world) CampaignsIn(_ context.Context, _ tenant.Scope, states ...campaign.State) ([]campaign.Campaign, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []campaign.Campaign
	for _, c := range w.campaigns {
		for _, s := range states {
			if c.State == s {
				out = append(out, c)
			}
		}
	}
	return out, w.failing
}

func (w *world) MoveCampaign(_ context.Context, _ tenant.Scope, id campaign.ID, expect []campaign.State, to campaign.State, reason string, _ time.Time) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.campaigns[id]
	if w.refuse != nil && to != c.State {
		return w.refuse
	}
	for _, s := range expect {
		if c.State == s {
			c.State, c.Reason = to, reason
			w.campaigns[id] = c
			return nil
		}
	}
	return errs.New(errs.Conflict, "campaign is %s", c.State)
}

func (w *world) CampaignProgress(context.Context, tenant.Scope, campaign.ID) (campaign.Progress, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return campaign.Progress{Total: 100, Waiting: w.waiting, Calling: len(w.claimed), Finished: len(w.placed)}, nil
}

func (w *world) Claim(_ context.Context, _ tenant.Scope, r call.ClaimRequest) ([]call.ClaimedContact, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked = append(w.asked, r.Limit)
	var out []call.ClaimedContact
	for range min(r.Limit, w.waiting) {
		w.waiting--
		id := call.UUID(time.Duration(w.waiting).String() + "-" + r.Now.String())
		w.claimed[id] = true
		out = append(out, call.ClaimedContact{Attempt: call.Attempt{UUID: id, Campaign: r.Campaign}})
	}
	return out, w.failing
}

func (w *world) RobotUse(context.Context, tenant.Scope, tenant.ID) (tenant.RobotUse, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.robots, nil
}

func (w *world) LiveBeside(context.Context, tenant.Scope, string) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.beside, nil
}

func (w *world) LiveOnTrunk(context.Context, tenant.Scope, trunk.ID) (int, error) { return 0, nil }

func (w *world) Trunk(_ context.Context, _ tenant.Scope, id trunk.ID) (trunk.Trunk, error) {
	return trunk.Trunk{ID: id, Concurrency: 100, CPS: 10}, nil
}

func (w *world) Imports(context.Context, tenant.Scope, contact.CampaignID) ([]contact.Import, error) {
	return w.imports, nil
}

func (w *world) FeedersAlive(context.Context, tenant.Scope, campaign.ID) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.feeders, nil
}

func (w *world) Reserve(call.UUID) {}
func (w *world) CountWithheld(int) {}

func (w *world) GiveBack(_ context.Context, id call.UUID, _ time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.claimed[id] {
		delete(w.claimed, id)
		w.waiting++
	}
}

func (w *world) Place(p callctl.Placement) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.room == 0 {
		return errs.New(errs.Limited, "full")
	}
	w.room--
	delete(w.claimed, p.Claimed.Attempt.UUID)
	w.placed = append(w.placed, p.Claimed.Attempt.UUID)
	return nil
}

func (w *world) Slots(_ tenant.ID, _ contact.CampaignID, _ trunk.ID) callctl.Slots {
	w.mu.Lock()
	defer w.mu.Unlock()
	return callctl.Slots{Company: w.live}
}
func (w *world) RobotCapacity() int { return 50 }

func (w *world) TerminateCampaign(id contact.CampaignID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended = append(w.ended, id)
}

func (w *world) LiveCampaigns() map[contact.CampaignID]tenant.ID {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := make(map[contact.CampaignID]tenant.ID)
	for id, c := range w.campaigns {
		out[id] = c.Tenant
	}
	return out
}

func (w *world) Publish(_ context.Context, m event.Message) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if m, ok := m.(event.CampaignChanged); ok {
		w.said = append(w.said, m)
	}
	return nil
}

func (w *world) Subscribe(ctx context.Context, _ ...event.Kind) (<-chan event.Message, error) {
	ch := make(chan event.Message)
	context.AfterFunc(ctx, func() { close(ch) })
	return ch, nil
}

func (w *world) state(id campaign.ID) campaign.State {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.campaigns[id].State
}

func newRunner(w *world, c clock.Clock) *Runner {
	return New(Config{Store: w, Calls: w, Bus: w, Holder: "d", Lease: time.Minute, SwitchUp: func() error { return nil }, Clock: c,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
}

// shanghai is a Wednesday in Shanghai.
func shanghai(t *testing.T, hour, minute int) time.Time {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	return time.Date(2026, 3, 4, hour, minute, 0, 0, zone)
}

func TestSchedule(t *testing.T) {
	weekdays := campaign.Weekdays(1<<time.Monday | 1<<time.Wednesday)
	window := campaign.Window{Zone: "Asia/Shanghai", Weekdays: weekdays, From: 9 * 60, To: 18 * 60}
	tests := []struct {
		name string
		c    campaign.Campaign
		at   time.Time
		want []campaign.State // after the first, second, … look
	}{
		{"manual waits for its start", campaign.Campaign{State: campaign.NotStarted, StartMode: campaign.Manual}, shanghai(t, 10, 0), []campaign.State{campaign.NotStarted, campaign.NotStarted}},
		{"scheduled before its time", campaign.Campaign{State: campaign.NotStarted, StartMode: campaign.Scheduled, StartAt: shanghai(t, 10, 1)}, shanghai(t, 10, 0), []campaign.State{campaign.NotStarted}},
		{"scheduled, started by hand before its time", campaign.Campaign{State: campaign.Scheduling, StartMode: campaign.Scheduled, StartAt: shanghai(t, 10, 1)}, shanghai(t, 10, 0), []campaign.State{campaign.Scheduling}},
		{"scheduled, its time has come", campaign.Campaign{State: campaign.NotStarted, StartMode: campaign.Scheduled, StartAt: shanghai(t, 10, 0)}, shanghai(t, 10, 0), []campaign.State{campaign.Scheduling, campaign.Running}},
		{"scheduled, window closed", campaign.Campaign{State: campaign.NotStarted, StartMode: campaign.Scheduled, StartAt: shanghai(t, 7, 0)}, shanghai(t, 8, 0), []campaign.State{campaign.Scheduling, campaign.Scheduling}},
		{"window opens", campaign.Campaign{State: campaign.Scheduling, StartMode: campaign.Manual}, shanghai(t, 9, 0), []campaign.State{campaign.Running}},
		{"window not open yet", campaign.Campaign{State: campaign.Scheduling, StartMode: campaign.Manual}, shanghai(t, 8, 59), []campaign.State{campaign.Scheduling}},
		{"window still open", campaign.Campaign{State: campaign.Running, StartMode: campaign.Manual}, shanghai(t, 17, 59), []campaign.State{campaign.Running}},
		{"window closes", campaign.Campaign{State: campaign.Running, StartMode: campaign.Manual}, shanghai(t, 18, 0), []campaign.State{campaign.Scheduling, campaign.Scheduling}},
		{"not on a Thursday", campaign.Campaign{State: campaign.Running, StartMode: campaign.Manual}, shanghai(t, 10, 0).AddDate(0, 0, 1), []campaign.State{campaign.Scheduling}},
		{"again on a Monday", campaign.Campaign{State: campaign.Scheduling, StartMode: campaign.Manual}, shanghai(t, 10, 0).AddDate(0, 0, 5), []campaign.State{campaign.Running}},
		{"a paused one stays", campaign.Campaign{State: campaign.Paused, StartMode: campaign.Manual}, shanghai(t, 10, 0), []campaign.State{campaign.Paused}},
		{"a finished one stays", campaign.Campaign{State: campaign.Finished, StartMode: campaign.Scheduled}, shanghai(t, 10, 0), []campaign.State{campaign.Finished}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.c.ID, tt.c.Window = 1, window
			w := &world{campaigns: map[campaign.ID]campaign.Campaign{1: tt.c}, claimed: make(map[call.UUID]bool)}
			r := newRunner(w, clock.NewFake(tt.at))
			for i, want := range tt.want {
				before := w.state(1)
				if c := w.campaigns[1]; c.State == campaign.NotStarted || c.State == campaign.Scheduling || c.State == campaign.Running {
					if _, err := r.schedule(context.Background(), c, tt.at); err != nil {
						t.Fatal(err)
					}
				}
				if got := w.state(1); got != want {
					t.Fatalf("look %d: %s, want %s", i+1, got, want)
				}
				if moved, said := w.state(1) != before, len(w.said) > 0; moved != said {
					t.Errorf("look %d: moved %v, told %v", i+1, moved, said)
				}
				w.said = nil
			}
		})
	}
}

// A day passes over a running campaign: it dials while its window is open, gives back what it holds when it closes, and
// takes up again the next morning.
func TestWindowOverADay(t *testing.T) {
	fake := clock.NewFake(shanghai(t, 17, 59).Add(50 * time.Second))
	c := campaign.Campaign{ID: 1, State: campaign.Scheduling, StartMode: campaign.Manual, Robots: 100, Trunk: 1,
		Window: campaign.Window{Zone: "Asia/Shanghai", Weekdays: campaign.EveryDay, From: 9 * 60, To: 18 * 60}}
	w := &world{campaigns: map[campaign.ID]campaign.Campaign{1: c}, claimed: make(map[call.UUID]bool), waiting: 100_000, room: 1 << 30}
	r := newRunner(w, fake)
	if err := r.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	advance(t, fake, 12*time.Second)
	w.mu.Lock()
	placed := len(w.placed)
	w.mu.Unlock()
	if placed < 50 || placed > 101 { // ten seconds at ten a second
		t.Errorf("%d calls in the last ten seconds of the day", placed)
	}
	eventually(t, "campaign to wait with nothing claimed", func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		return w.campaigns[1].State == campaign.Scheduling && len(w.claimed) == 0
	})
	fake.Advance(shanghai(t, 9, 0).AddDate(0, 0, 1).Sub(fake.Now()))
	eventually(t, "campaign to run", func() bool { return w.state(1) == campaign.Running })
	advance(t, fake, 3*time.Second)
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.placed) <= placed {
		t.Error("no calls in the morning")
	}
}

func TestTerminatedCampaignsAreFoundOut(t *testing.T) {
	fake := clock.NewFake(shanghai(t, 10, 0))
	w := &world{campaigns: map[campaign.ID]campaign.Campaign{1: {ID: 1, State: campaign.Finished}, 2: {ID: 2, State: campaign.Paused}}, claimed: make(map[call.UUID]bool)}
	r := newRunner(w, fake)
	if err := r.review(context.Background()); err != nil {
		t.Fatal(err)
	}
	if len(w.ended) != 1 || w.ended[0] != 1 {
		t.Errorf("calls were ended of campaigns %v, want 1 alone", w.ended)
	}
}

func TestNoRoomKeepsTheContact(t *testing.T) {
	fake := clock.NewFake(shanghai(t, 10, 0))
	c := campaign.Campaign{ID: 1, State: campaign.Running, StartMode: campaign.Manual, Robots: 5, Trunk: 1,
		Window: campaign.Window{Zone: "Asia/Shanghai", Weekdays: campaign.EveryDay, From: 9 * 60, To: 18 * 60}}
	w := &world{campaigns: map[campaign.ID]campaign.Campaign{1: c}, claimed: make(map[call.UUID]bool), waiting: 3, room: 1}
	r := newRunner(w, fake)
	if err := r.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	advance(t, fake, 5*time.Second)
	r.Close()
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.placed) != 1 || len(w.claimed) != 0 || w.waiting != 2 {
		t.Errorf("placed %d, still claimed %d, waiting %d; want 1, 0, 2", len(w.placed), len(w.claimed), w.waiting)
	}
}

// A company with few robots is asked for as many contacts as it has robots for, and for none ahead.
func TestLanesAskForNoMoreThanTheCompanysRobots(t *testing.T) {
	window := campaign.Window{Zone: "Asia/Shanghai", Weekdays: campaign.EveryDay, From: 9 * 60, To: 18 * 60}
	for name, tt := range map[string]struct {
		robots       tenant.RobotUse
		beside, live int
		want         int
		reason       string
	}{
		"no limit":                   {want: 10}, // of the trunk's pace
		"few robots":                 {robots: tenant.RobotUse{Robots: tenant.Only(7)}, want: 7},
		"some given on":              {robots: tenant.RobotUse{Robots: tenant.Only(7), Given: 3}, want: 4},
		"some on other dialers":      {robots: tenant.RobotUse{Robots: tenant.Only(7)}, beside: 5, want: 2},
		"some in another campaign":   {robots: tenant.RobotUse{Robots: tenant.Only(7)}, live: 6, want: 1},
		"all of them on others":      {robots: tenant.RobotUse{Robots: tenant.Only(7)}, beside: 7, reason: robotsTaken},
		"all of them in another one": {robots: tenant.RobotUse{Robots: tenant.Only(7)}, live: 7, reason: robotsTaken},
	} {
		t.Run(name, func(t *testing.T) {
			c := campaign.Campaign{ID: 1, State: campaign.Running, StartMode: campaign.Manual, Robots: 50, Trunk: 1, Window: window}
			w := &world{campaigns: map[campaign.ID]campaign.Campaign{1: c}, claimed: make(map[call.UUID]bool), waiting: 1000, robots: tt.robots, beside: tt.beside, live: tt.live}
			fake := clock.NewFake(shanghai(t, 10, 0))
			r := newRunner(w, fake)
			if err := r.Start(context.Background()); err != nil {
				t.Fatal(err)
			}
			advance(t, fake, 2*time.Second)
			r.Close()
			w.mu.Lock()
			defer w.mu.Unlock()
			most := 0
			for _, n := range w.asked {
				most = max(most, n)
			}
			if most != tt.want || w.campaigns[1].Reason != tt.reason {
				t.Errorf("asked for %d contacts at once and said %q, want %d and %q", most, w.campaigns[1].Reason, tt.want, tt.reason)
			}
		})
	}
}

// A campaign whose start its company has no robots for waits, and says so once.
func TestStartWaitsForRobots(t *testing.T) {
	at := shanghai(t, 10, 0)
	c := campaign.Campaign{ID: 1, State: campaign.NotStarted, StartMode: campaign.Scheduled, StartAt: at.Add(-time.Hour),
		Window: campaign.Window{Zone: "Asia/Shanghai", Weekdays: campaign.EveryDay, From: 9 * 60, To: 18 * 60}}
	use := tenant.RobotUse{Robots: tenant.Only(5), Reserved: 4}
	w := &world{campaigns: map[campaign.ID]campaign.Campaign{1: c}, claimed: make(map[call.UUID]bool), refuse: use.Reason(3)}
	r := newRunner(w, clock.NewFake(at))
	for range 2 {
		if err := r.review(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	if got := w.campaigns[1]; got.State != campaign.NotStarted || got.Reason != w.refuse.Error() || len(w.said) > 0 {
		t.Fatalf("the campaign is %s because of %q", got.State, got.Reason)
	}
	w.refuse = nil
	if err := r.review(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := w.campaigns[1]; got.State != campaign.Scheduling || got.Reason != "" {
		t.Errorf("with robots again the campaign is %s because of %q", got.State, got.Reason)
	}
}

// advance lets time pass in steps that timers can follow.
func advance(t *testing.T, c *clock.Fake, d time.Duration) {
	t.Helper()
	for ; d > 0; d -= 50 * time.Millisecond {
		c.Advance(50 * time.Millisecond)
		time.Sleep(time.Millisecond) // the goroutines that woke up run on the wall clock
	}
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for the %s", what)
		}
	}
}
