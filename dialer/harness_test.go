package dialer_test

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"github.com/outdial/outdial/dialer"
	"github.com/outdial/outdial/dialer/carriersim"
	"github.com/outdial/outdial/dialer/softswitch"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/event/redisbus"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/store"
	"github.com/outdial/outdial/shared/store/storetest"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/trunk"
)

func TestMain(m *testing.M) {
	// Calls are played in real time: the tests wait, they do not compute, so more of them than processors may run at once.
	if err := flag.Set("test.parallel", "5"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	// The Redis client goes on dialling for up to a second after it was closed.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/redis/go-redis/v9/internal/pool.(*ConnPool).tryDial"))
}

const password = "s3cret-of-the-test"

// patience bounds what is waited for; nothing takes that long unless it is broken.
const patience = 20 * time.Second

// rig is everything around a dialer: switch, carrier, store, Redis, robots.
type rig struct {
	t      *testing.T
	log    *slog.Logger
	lines  *logLines
	real   *realSwitch
	sw     *softswitch.Switch // nil with a real one
	swConf softswitch.Config
	sim    *carriersim.Simulator
	store  *store.Store
	redis  *miniredis.Miniredis
	bus    *redisbus.Bus
	robots *robots
	tenant tenant.Tenant
	script script.Version
	dir    string
	left   map[*dialer.Dialer]bool // those that were closed before the test's end
}

// settings are what a test may change.
type settings struct {
	on     *realSwitch // instead of an embedded switch
	sw     func(*softswitch.Config)
	sim    func(*carriersim.Config)
	manner func(k call.Call) manner
}

// logLines keeps what was logged, for tests that read it.
type logLines struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *logLines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logLines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func newRig(t *testing.T, with settings) *rig {
	t.Helper()
	ctx := context.Background()
	r := &rig{t: t, lines: &logLines{}, dir: t.TempDir()}
	r.log = slog.New(slog.NewTextHandler(r.lines, &slog.HandlerOptions{Level: slog.LevelInfo}))
	t.Cleanup(func() {
		if t.Failed() || os.Getenv("DIALER_TEST_LOG") != "" {
			t.Logf("log:\n%s", r.lines)
		}
	})

	file := filepath.Join(r.dir, "outdial.db")
	storetest.WriteEmpty(t, file)
	var err error
	if r.store, err = store.Open(ctx, store.Config{DSN: "sqlite://" + filepath.ToSlash(file), Logger: r.log}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.store.Close() })
	r.redis = miniredis.RunT(t)
	r.bus = redisbus.New(redis.Options{Addr: r.redis.Addr()}, r.log)
	t.Cleanup(func() { _ = r.bus.Close() })

	r.swConf = softswitch.Config{ESLAddr: "127.0.0.1:0", ESLPassword: password, CarriersAddr: "127.0.0.1:0", ExtensionsAddr: "127.0.0.1:0",
		MediaTimeout: 2 * time.Second, Logger: slog.New(slog.DiscardHandler)}
	if with.sw != nil {
		with.sw(&r.swConf)
	}
	if r.real = with.on; r.real == nil {
		r.startSwitch()
	}

	sim := carriersim.Config{Addr: "127.0.0.1:0", Seed: 1, TimeScale: 0.02, Patience: 800 * time.Millisecond}
	if with.sim != nil {
		with.sim(&sim)
	}
	if r.sim, err = carriersim.New(sim); err != nil {
		t.Fatal(err)
	}
	if err := r.sim.Start(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.sim.Close() })

	if with.manner == nil {
		with.manner = func(call.Call) manner { return manner{talk: 200 * time.Millisecond} }
	}
	r.robots = startRobots(t, r, with.manner)
	r.seed(ctx)
	return r
}

// startSwitch starts the switch; again, on the ports it had, when it ran before.
func (r *rig) startSwitch() {
	r.t.Helper()
	if r.sw != nil {
		r.swConf.ESLAddr, r.swConf.CarriersAddr, r.swConf.ExtensionsAddr = r.sw.ESLAddr(), r.sw.CarriersAddr(), r.sw.ExtensionsAddr()
	}
	sw, err := softswitch.New(r.swConf)
	if err != nil {
		r.t.Fatal(err)
	}
	if err := sw.Start(context.Background()); err != nil {
		r.t.Fatal(err)
	}
	r.sw = sw
	r.t.Cleanup(func() { _ = sw.Close() })
}

func (r *rig) seed(ctx context.Context) {
	r.t.Helper()
	now := time.Now()
	root := tenant.Tenant{Kind: tenant.Operator, Name: "Operator", Zone: "UTC", CreatedAt: now}
	must(r.t, r.store.CreateTenant(ctx, tenant.Platform(), &root))
	r.tenant = tenant.Tenant{Parent: root.ID, Kind: tenant.Merchant, Name: "Test", Zone: "UTC", CreatedAt: now}
	must(r.t, r.store.CreateTenant(ctx, tenant.Platform(), &r.tenant))
	sc := script.Script{Tenant: r.tenant.ID, Name: "s", CreatedAt: now}
	must(r.t, r.store.CreateScript(ctx, r.scope(), &sc, nil))
	r.script = script.Version{Script: sc.ID, Tenant: r.tenant.ID, Source: script.Demo(), CreatedAt: now}
	must(r.t, r.store.PublishVersion(ctx, r.scope(), &r.script))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (r *rig) scope() tenant.Scope { return tenant.Of(r.tenant.ID) }

// trunk makes a line to the simulator.
func (r *rig) trunk(edit ...func(*trunk.Trunk)) trunk.Trunk {
	r.t.Helper()
	t := trunk.Trunk{Tenant: r.tenant.ID, Name: fmt.Sprintf("line %d", time.Now().UnixNano()), Address: r.sim.Addr(), CallerID: "02112345678",
		Concurrency: 200, CPS: 200, EarlyMedia: true, RingTimeout: 15 * time.Second, CreatedAt: time.Now()}
	for _, e := range edit {
		e(&t)
	}
	must(r.t, t.Validate())
	must(r.t, r.store.CreateTrunk(context.Background(), r.scope(), &t))
	return t
}

// campaign makes a campaign that may dial at any hour of the test machine, and is not started.
func (r *rig) campaign(t trunk.Trunk, edit ...func(*campaign.Campaign)) campaign.Campaign {
	r.t.Helper()
	now := time.Now()
	c := campaign.Campaign{Tenant: r.tenant.ID, Name: "c", Script: r.script.Script, Trunk: t.ID, Robots: 100, StartMode: campaign.Manual,
		State: campaign.NotStarted, CreatedBy: "test", CreatedAt: now, UpdatedAt: now, Redial: campaign.Redial{MaxAttempts: 1},
		Window: campaign.Window{Zone: daytime(now), Weekdays: campaign.EveryDay, From: campaign.Earliest, To: campaign.Latest}}
	for _, e := range edit {
		e(&c)
	}
	must(r.t, c.Validate())
	must(r.t, r.store.CreateCampaign(context.Background(), r.scope(), &c))
	return c
}

// daytime is a zone in which it is about two in the afternoon, so that no test runs into the end of a window.
func daytime(now time.Time) string {
	offset := 14 - now.UTC().Hour()
	if offset < -12 {
		offset += 24
	}
	switch { // the names of Etc/GMT count westwards
	case offset > 0:
		return fmt.Sprintf("Etc/GMT-%d", offset)
	case offset < 0:
		return fmt.Sprintf("Etc/GMT+%d", -offset)
	}
	return "Etc/GMT"
}

// contact adds somebody who behaves as the simulator's row says.
func (r *rig) contact(c campaign.Campaign, behaviour string, n int) contact.Contact {
	r.t.Helper()
	text, err := carriersim.NumberFor(behaviour, n)
	must(r.t, err)
	number, err := contact.ParseNumber(text, "CN")
	must(r.t, err)
	now := time.Now()
	k := contact.Contact{Tenant: c.Tenant, Campaign: c.ID, Number: number, Name: "客户", State: contact.Waiting, NotBefore: now, CreatedAt: now, UpdatedAt: now}
	must(r.t, r.store.AddContact(context.Background(), r.scope(), &k))
	return k
}

func (r *rig) contacts(c campaign.Campaign, behaviour string, n int) []contact.Contact {
	r.t.Helper()
	out := make([]contact.Contact, n)
	for i := range out {
		out[i] = r.contact(c, behaviour, i)
	}
	return out
}

// act moves a campaign as a user does.
func (r *rig) act(c campaign.Campaign, a campaign.Action) {
	r.t.Helper()
	from, to, err := campaign.Plan(a)
	must(r.t, err)
	ctx, now := context.Background(), time.Now()
	must(r.t, r.store.MoveCampaign(ctx, r.scope(), c.ID, from, to, "", now))
	_ = r.bus.Publish(ctx, event.CampaignChanged{Tenant: c.Tenant, Campaign: c.ID, State: string(to), At: now})
}

func (r *rig) config() dialer.Config {
	address, secret := r.eventSocket()
	return dialer.Config{ESL: address, Password: secret, Store: r.store, Bus: r.bus, Name: "d1", Lease: 4 * time.Second,
		LongestCall: time.Minute, RecordingsDir: r.dir, Clock: clock.Real(), Log: r.log}
}

// dialer starts one; it is closed with its calls at the end of the test.
func (r *rig) dialer(edit ...func(*dialer.Config)) *dialer.Dialer {
	r.t.Helper()
	cfg := r.config()
	for _, e := range edit {
		e(&cfg)
	}
	d, err := dialer.Start(context.Background(), cfg)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { r.leaves(d, true) })
	return d
}

// leaves closes a dialer once, with its calls or without.
func (r *rig) leaves(d *dialer.Dialer, drain bool) {
	if r.left[d] {
		return
	}
	if r.left == nil {
		r.left = make(map[*dialer.Dialer]bool)
	}
	r.left[d] = true
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	d.Close(ctx, drain)
}

// until polls for a condition that no event tells of.
func (r *rig) until(what string, ok func() bool) {
	r.t.Helper()
	for deadline := time.Now().Add(patience); !ok(); {
		if time.Now().After(deadline) {
			r.t.Fatalf("no %s within %v", what, patience)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func (r *rig) state(c campaign.Campaign) campaign.Campaign {
	r.t.Helper()
	now, err := r.store.Campaign(context.Background(), r.scope(), c.ID)
	must(r.t, err)
	return now
}

func (r *rig) progress(c campaign.Campaign) campaign.Progress {
	r.t.Helper()
	p, err := r.store.CampaignProgress(context.Background(), r.scope(), c.ID)
	must(r.t, err)
	return p
}

func (r *rig) finished(c campaign.Campaign) {
	r.t.Helper()
	r.until("end of the campaign", func() bool { return r.state(c).State == campaign.Finished })
}

func (r *rig) calls(c campaign.Campaign) []call.Call {
	r.t.Helper()
	var out []call.Call
	for page := (call.Page{Limit: 500}); ; {
		list, err := r.store.Calls(context.Background(), r.scope(), c.ID, call.Filter{}, page)
		must(r.t, err)
		out = append(out, list...)
		if len(list) < page.Limit {
			return out
		}
		page.Before = list[len(list)-1].UUID
	}
}

// settled checks that nothing is left of a campaign's calls but their records: one CDR each, no live attempt, no slot.
func (r *rig) settled(d *dialer.Dialer, c campaign.Campaign) {
	r.t.Helper()
	ctx := context.Background()
	r.until("idle dialer", func() bool { return d.Calls().Open == 0 && r.progress(c).Calling == 0 })
	for _, k := range r.calls(c) {
		if k.State != call.Ended {
			r.t.Errorf("call %s to %s is still %s", k.UUID, k.Number, k.State)
			continue
		}
		cdr, err := r.store.CDR(ctx, r.scope(), k.UUID)
		if err != nil {
			r.t.Errorf("call to %s has no CDR: %v", k.Number, err)
		} else if cdr.Outcome != k.Outcome || cdr.Grade != k.Grade {
			r.t.Errorf("CDR %+v %s and call %+v %s differ", cdr.Outcome, cdr.Grade, k.Outcome, k.Grade)
		}
		if k.Grade == "" {
			r.t.Errorf("call to %s has no grade", k.Number)
		}
	}
	live, err := r.store.LiveAttempts(ctx, tenant.Platform(), "d1", time.Now().Add(24*time.Hour))
	if err != nil || len(live) > 0 {
		r.t.Errorf("%d attempts are still live, error %v", len(live), err)
	}
	if n, err := r.store.LiveOnTrunk(ctx, tenant.Platform(), c.Trunk); err != nil || n > 0 {
		r.t.Errorf("%d channels of the trunk still count as used, error %v", n, err)
	}
	if n, err := r.store.AttemptedTwice(ctx, r.scope(), c.ID); err != nil || n > 0 {
		r.t.Errorf("%d attempts were called twice, error %v", n, err)
	}
	if n, total := len(r.invites(c)), len(r.calls(c)); n > total {
		r.t.Errorf("the carrier saw %d calls, the store %d", n, total)
	}
	for _, k := range r.sim.Calls() {
		if len(k.Internal) > 0 {
			r.t.Errorf("the carrier was shown %v", k.Internal)
		}
	}
}

// invites are the calls that the carrier saw to a campaign's contacts, oldest first.
func (r *rig) invites(c campaign.Campaign) []carriersim.Call {
	r.t.Helper()
	numbers := make(map[string]bool)
	for _, k := range r.calls(c) {
		numbers[k.Number.String()] = true
	}
	var out []carriersim.Call
	for _, k := range r.sim.Calls() {
		if numbers[k.Number] {
			out = append(out, k)
		}
	}
	return out
}
