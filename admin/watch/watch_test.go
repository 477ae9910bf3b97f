package watch_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/outdial/outdial/admin/live"
	"github.com/outdial/outdial/admin/watch"
	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/alarm"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/store"
	"github.com/outdial/outdial/shared/store/storetest"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/trunk"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// noon is a Monday noon in Shanghai.
var noon = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)

// patience is how long something may take that happens at once.
const patience = time.Minute

// bus hands messages to the watchers and notes what they tell.
type bus struct {
	mu   sync.Mutex
	subs []chan event.Message
	told chan event.NotificationAdded
}

func (b *bus) Publish(_ context.Context, m event.Message) error {
	if n, ok := m.(event.NotificationAdded); ok {
		b.told <- n
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, s := range b.subs {
		s <- m
	}
	return nil
}

func (b *bus) Subscribe(context.Context, ...event.Kind) (<-chan event.Message, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := make(chan event.Message, 1000)
	b.subs = append(b.subs, s)
	return s, nil
}

// judged is a store that says when the alarms have been looked at.
type judged struct {
	*store.Store
	swept chan struct{}
}

func (j judged) EnabledAlarms(ctx context.Context, s tenant.Scope) ([]alarm.Alarm, error) {
	defer func() { j.swept <- struct{}{} }()
	return j.Store.EnabledAlarms(ctx, s)
}

type world struct {
	t       *testing.T
	db      *store.Store
	bus     *bus
	clock   *clock.Fake
	tenant  tenant.ID
	scope   tenant.Scope
	user    access.UserID
	camp    campaign.ID
	version script.VersionID
	trunk   trunk.ID
	swept   chan struct{}
	count   int
}

func newWorld(t *testing.T) *world {
	t.Helper()
	ctx := t.Context()
	db := storetest.Empty(t, filepath.Join(t.TempDir(), "watch.db"))
	tn := tenant.Tenant{Kind: tenant.Merchant, Name: "M", Zone: "Asia/Shanghai", CreatedAt: noon}
	must(t, db.CreateTenant(ctx, tenant.Platform(), &tn))
	w := &world{t: t, db: db, bus: &bus{told: make(chan event.NotificationAdded, 1000)}, clock: clock.NewFake(noon), tenant: tn.ID, scope: tenant.Of(tn.ID), swept: make(chan struct{}, 1000)}
	u := access.User{Account: "a", Name: "A", PasswordHash: "x", CreatedAt: noon}
	must(t, db.CreateUser(ctx, w.scope, &u))
	sc := script.Script{Name: "s", CreatedAt: noon}
	must(t, db.CreateScript(ctx, w.scope, &sc, nil))
	v := script.Version{Script: sc.ID, Source: []byte("x"), CreatedAt: noon}
	must(t, db.PublishVersion(ctx, w.scope, &v))
	tr := trunk.Trunk{Name: "t", Address: "127.0.0.1:5070", Concurrency: 10, CPS: 5, RingTimeout: time.Minute, CreatedAt: noon}
	must(t, db.CreateTrunk(ctx, w.scope, &tr))
	c := campaign.Campaign{Name: "春季", Script: v.Script, Trunk: tr.ID, Robots: 5, StartMode: campaign.Manual, State: campaign.Running, CreatedAt: noon, UpdatedAt: noon,
		Window: campaign.Window{Zone: "Asia/Shanghai", Weekdays: campaign.EveryDay, From: 9 * 60, To: 20 * 60}, Redial: campaign.Redial{MaxAttempts: 1}}
	must(t, db.CreateCampaign(ctx, w.scope, &c))
	w.user, w.version, w.trunk, w.camp = u.ID, v.ID, tr.ID, c.ID
	return w
}

// watch starts n processes' watchers and waits until each has looked at what is there.
func (w *world) watch(n int) {
	w.t.Helper()
	for range n {
		log := slog.New(slog.DiscardHandler)
		f := live.New(w.db, w.clock, log)
		one := watch.New(watch.Config{Store: judged{w.db, w.swept}, Figures: f, Bus: w.bus, Clock: w.clock, Logger: log})
		must(w.t, one.Start(w.t.Context()))
		w.t.Cleanup(func() { one.Close(); f.Close() })
	}
	w.wait(n)
}

func (w *world) wait(sweeps int) {
	w.t.Helper()
	for range sweeps {
		select {
		case <-w.swept:
		case <-time.After(patience):
			w.t.Fatal("alarms are not looked at")
		}
	}
}

func (w *world) rules(t alarm.Thresholds) {
	w.t.Helper()
	t.MinCalls = max(t.MinCalls, 1)
	must(w.t, w.db.SaveAlarm(w.t.Context(), w.scope, alarm.Alarm{Campaign: w.camp, Enabled: true, Rules: t, UpdatedAt: w.clock.Now()}))
}

// contact adds a contact that is due now.
func (w *world) contact() {
	w.t.Helper()
	w.count++
	number, err := contact.ParseNumber("138"+strings.Repeat("0", 5)+string([]byte{byte('0' + w.count/100%10), byte('0' + w.count/10%10), byte('0' + w.count%10)}), "CN")
	must(w.t, err)
	must(w.t, w.db.AddContact(w.t.Context(), w.scope, &contact.Contact{Campaign: w.camp, Number: number, State: contact.Waiting, NotBefore: w.clock.Now()}))
}

// call places and ends a call and says so.
func (w *world) call(d call.Disposition) {
	w.t.Helper()
	ctx, all := w.t.Context(), tenant.Platform()
	w.contact()
	got, err := w.db.Claim(ctx, all, call.ClaimRequest{Campaign: w.camp, Limit: 1, Holder: "d", Now: w.clock.Now(), Lease: time.Hour})
	must(w.t, err)
	a := got[0].Attempt
	c := call.Call{UUID: a.UUID, Tenant: a.Tenant, Campaign: a.Campaign, Contact: a.Contact, Ordinal: 1, Script: w.version, Trunk: w.trunk, Number: got[0].Contact.Number,
		State: call.Created, Times: call.Times{Created: w.clock.Now()}}
	must(w.t, w.db.BeginDialing(ctx, all, c))
	c.State, c.Times.Ended = call.Ended, w.clock.Now()
	c.Outcome = call.Outcome{Disposition: d, EndReason: call.EndBusy, Answered: d == call.Answered}
	if c.Outcome.Answered {
		c.Times.Answered, c.Times.Ended = w.clock.Now(), w.clock.Now().Add(10*time.Second)
	}
	must(w.t, w.db.FinishCall(ctx, all, call.Finish{Call: c, At: c.Times.Ended}))
	must(w.t, w.bus.Publish(ctx, event.CallChanged{Tenant: w.tenant, Campaign: w.camp, Call: c.UUID, State: call.Ended, At: c.Times.Ended}))
}

// told is the next notification.
func (w *world) told(title string) {
	w.t.Helper()
	select {
	case n := <-w.bus.told:
		if !strings.HasPrefix(n.Title, title) || n.User != int64(w.user) || n.Tenant != w.tenant || n.ID <= 0 || n.Link == "" {
			w.t.Errorf("told %+v, want %q", n, title)
		}
	case <-time.After(patience):
		w.t.Fatalf("nobody told of %q", title)
	}
}

// quiet checks that a whole sweep of so many watchers tells nothing.
func (w *world) quiet(watchers int) {
	w.t.Helper()
	// Two sweeps: when the second is there, the first has been judged to its end.
	for range 2 {
		w.clock.Advance(30 * time.Second)
		w.wait(watchers)
	}
	select {
	case n := <-w.bus.told:
		w.t.Errorf("told again: %+v", n)
	default:
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestBreachIsToldOnceAndAgainAfterItRecovered(t *testing.T) {
	w := newWorld(t)
	w.rules(alarm.Thresholds{ConsecutiveAbnormal: 2})
	w.watch(1)
	w.call(call.Failed)
	w.call(call.Failed)
	w.clock.Advance(30 * time.Second)
	w.told("连续异常外呼：春季")
	w.wait(1)
	w.call(call.Failed)
	w.quiet(1)
	w.call(call.Answered)
	w.quiet(1)
	w.call(call.Failed)
	w.call(call.Abandoned)
	w.clock.Advance(30 * time.Second)
	w.told("连续异常外呼：春季")
}

func TestRatesAreJudgedFromEnoughCalls(t *testing.T) {
	w := newWorld(t)
	w.rules(alarm.Thresholds{AnswerRateBelow: 0.5, MeanTalkBelow: 20 * time.Second, MinCalls: 3})
	w.watch(1)
	w.call(call.Busy)
	w.call(call.Busy)
	w.quiet(1)
	w.call(call.Answered)
	w.clock.Advance(30 * time.Second)
	w.told("接通率过低：春季")
	w.told("平均通话时长过短：春季")
}

func TestFinishedIsToldAtOnce(t *testing.T) {
	w := newWorld(t)
	w.rules(alarm.Thresholds{OnFinished: true})
	w.watch(1)
	must(t, w.db.MoveCampaign(t.Context(), w.scope, w.camp, campaign.States(), campaign.Finished, "", noon))
	must(t, w.bus.Publish(t.Context(), event.CampaignChanged{Tenant: w.tenant, Campaign: w.camp, State: "finished"}))
	w.told("任务已完成：春季") // no time has passed
	w.quiet(1)
}

func TestStandingStillIsFoundWithoutEvents(t *testing.T) {
	w := newWorld(t)
	w.contact()
	w.rules(alarm.Thresholds{NotDialling: 5 * time.Minute})
	w.watch(1)
	for range 9 {
		w.clock.Advance(30 * time.Second)
		w.wait(1)
	}
	select {
	case n := <-w.bus.told:
		t.Fatalf("told too early: %+v", n)
	default:
	}
	w.clock.Advance(30 * time.Second)
	w.told("任务停止拨打：春季")
	w.wait(1)
	w.quiet(1)
}

func TestSeveralProcessesTellOnce(t *testing.T) {
	const watchers = 4
	w := newWorld(t)
	w.rules(alarm.Thresholds{ConsecutiveAbnormal: 2, OnFinished: true})
	w.watch(watchers)
	w.call(call.Failed)
	w.call(call.Failed)
	w.clock.Advance(30 * time.Second)
	w.told("连续异常外呼：春季")
	w.wait(watchers)
	w.quiet(watchers)
	must(t, w.db.MoveCampaign(t.Context(), w.scope, w.camp, campaign.States(), campaign.Finished, "terminated", noon))
	must(t, w.bus.Publish(t.Context(), event.CampaignChanged{Tenant: w.tenant, Campaign: w.camp, State: "finished"}))
	w.told("任务已终止：春季")
	w.quiet(watchers)
}

func TestWhatHappenedMeanwhileIsToldAtTheStart(t *testing.T) {
	w := newWorld(t)
	w.rules(alarm.Thresholds{ConsecutiveAbnormal: 2})
	w.call(call.Failed)
	w.call(call.Failed)
	w.watch(1)
	w.told("连续异常外呼：春季")
}
