package live_test

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/outdial/outdial/admin/live"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/figures"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/store"
	"github.com/outdial/outdial/shared/store/storetest"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/trunk"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// noon is a Monday noon in Shanghai.
var noon = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)

// ground is a database with a tenant who has a campaign.
type ground struct {
	t       testing.TB
	db      *store.Store
	tenant  tenant.ID
	scope   tenant.Scope
	camp    campaign.ID
	script  script.ID
	version script.VersionID
	trunk   trunk.ID
	numbers int64
	mu      sync.Mutex
}

func newGround(t testing.TB) *ground {
	t.Helper()
	ctx := t.Context()
	db := storetest.Empty(t, filepath.Join(t.TempDir(), "live.db"))
	tn := tenant.Tenant{Kind: tenant.Merchant, Name: "M", Zone: "Asia/Shanghai", CreatedAt: noon}
	must(t, db.CreateTenant(ctx, tenant.Platform(), &tn))
	g := &ground{t: t, db: db, tenant: tn.ID, scope: tenant.Of(tn.ID)}
	sc := script.Script{Name: "s", CreatedAt: noon}
	must(t, db.CreateScript(ctx, g.scope, &sc, nil))
	v := script.Version{Script: sc.ID, Source: []byte("x"), CreatedAt: noon}
	must(t, db.PublishVersion(ctx, g.scope, &v))
	tr := trunk.Trunk{Name: "t", Address: "127.0.0.1:5070", Concurrency: 10, CPS: 5, RingTimeout: time.Minute, CreatedAt: noon}
	must(t, db.CreateTrunk(ctx, g.scope, &tr))
	g.script, g.version, g.trunk = sc.ID, v.ID, tr.ID
	g.camp = g.campaign("one")
	return g
}

func (g *ground) campaign(name string) campaign.ID {
	g.t.Helper()
	c := campaign.Campaign{Name: name, Script: g.script, Trunk: g.trunk, Robots: 5, StartMode: campaign.Manual, State: campaign.Running, CreatedAt: noon, UpdatedAt: noon,
		Window: campaign.Window{Zone: "Asia/Shanghai", Weekdays: campaign.EveryDay, From: 9 * 60, To: 20 * 60}, Redial: campaign.Redial{MaxAttempts: 1}}
	must(g.t, g.db.CreateCampaign(g.t.Context(), g.scope, &c))
	return c.ID
}

// contacts adds n contacts that are due.
func (g *ground) contacts(camp campaign.ID, n int) {
	g.t.Helper()
	g.mu.Lock()
	defer g.mu.Unlock()
	for range n {
		g.numbers++
		number, err := contact.ParseNumber("138"+pad(g.numbers), "CN")
		must(g.t, err)
		must(g.t, g.db.AddContact(g.t.Context(), g.scope, &contact.Contact{Campaign: camp, Number: number, State: contact.Waiting, NotBefore: noon.Add(-time.Hour)}))
	}
}

func pad(n int64) string {
	b := []byte("00000000")
	for i := len(b) - 1; n > 0; i, n = i-1, n/10 {
		b[i] = byte('0' + n%10)
	}
	return string(b)
}

// place calls the next contact of a campaign and ends the call as the outcome says.
func (g *ground) place(ctx context.Context, camp campaign.ID, at time.Time, o call.Outcome, grade string, talk time.Duration, turns int) error {
	got, err := g.db.Claim(ctx, tenant.Platform(), call.ClaimRequest{Campaign: camp, Limit: 1, Holder: "d", Now: noon, Lease: time.Hour})
	if err != nil || len(got) == 0 {
		return err
	}
	a := got[0].Attempt
	c := call.Call{UUID: a.UUID, Tenant: a.Tenant, Campaign: a.Campaign, Contact: a.Contact, Ordinal: a.Ordinal, Script: g.version, Trunk: g.trunk,
		Number: got[0].Contact.Number, State: call.Created, Times: call.Times{Created: at}}
	if err := g.db.BeginDialing(ctx, tenant.Platform(), c); err != nil {
		return err
	}
	c.State, c.Outcome, c.Grade, c.Turns = call.Ended, o, grade, turns
	c.Times.Ended = at.Add(time.Second)
	if o.Answered {
		c.Times.Answered = at
		c.Times.Ended = at.Add(talk)
	}
	return g.db.FinishCall(ctx, tenant.Platform(), call.Finish{Call: c, At: c.Times.Ended})
}

// anything is an outcome by chance.
func anything(r *rand.Rand) (o call.Outcome, grade string, talk time.Duration, turns int) {
	switch r.IntN(4) {
	case 0:
		return call.Outcome{Disposition: call.Busy, EndReason: call.EndBusy, Fault: call.FaultCallee}, "E", 0, 0
	case 1:
		return call.Outcome{Disposition: call.Failed, EndReason: call.EndCongestion, Fault: call.FaultCarrier}, "", 0, 0
	case 2:
		return call.Outcome{Answered: true, Disposition: call.Abandoned, EndReason: call.EndNoRobot, Fault: call.FaultUs}, "E", time.Second, 0
	default:
		return call.Outcome{Answered: true, Disposition: call.Answered, EndReason: call.EndCompleted, HungUpBy: []call.Party{call.PartyCallee, call.PartyRobot}[r.IntN(2)]},
			[]string{"A", "B", "C", "D"}[r.IntN(4)], time.Duration(r.IntN(200)) * time.Second, r.IntN(15)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestCountsAreExactOnceQuiet lets writers finish calls while readers read and the clock runs on in leaps, so that ids
// settle and all is counted again meanwhile; then everything must be what SQL says.
func TestCountsAreExactOnceQuiet(t *testing.T) {
	g := newGround(t)
	second := g.campaign("two")
	g.contacts(g.camp, 150)
	g.contacts(second, 50)
	at := clock.NewFake(noon)
	f := live.New(g.db, at, slog.New(slog.DiscardHandler))
	defer f.Close()
	days := live.NewDays(g.db, at)
	zone, err := time.LoadLocation("Asia/Shanghai")
	must(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var writers, readers sync.WaitGroup
	for w := range 4 {
		writers.Go(func() {
			r := rand.New(rand.NewPCG(uint64(w), 1)) //nolint:gosec // calls of a test
			for i := range 60 {
				camp := g.camp
				if i%4 == 0 {
					camp = second
				}
				o, grade, talk, turns := anything(r)
				// Some CDRs come days after their call: a crash left it behind.
				if err := g.place(ctx, camp, noon.Add(-time.Duration(r.IntN(72))*time.Hour), o, grade, talk, turns); err != nil {
					t.Error(err)
				}
				at.Advance(time.Duration(r.IntN(20)) * time.Second)
			}
		})
	}
	for range 3 {
		readers.Go(func() {
			placed := 0
			for ctx.Err() == nil {
				c, _, err := f.Calls(ctx, g.tenant, g.camp)
				if ctx.Err() != nil {
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
				if c.Placed < placed {
					t.Errorf("placed fell from %d to %d", placed, c.Placed)
				}
				placed = c.Placed
				if _, err := days.Range(ctx, g.tenant, zone, noon.Add(-96*time.Hour), noon); err != nil && ctx.Err() == nil {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	cancel()
	readers.Wait()
	ctx = t.Context()
	for range 2 { // once the rests are over, and after everything has settled
		at.Advance(12 * time.Hour)
		for _, camp := range []campaign.ID{g.camp, second} {
			want, _, err := g.db.CallCounts(ctx, g.scope, camp, 0, -1)
			must(t, err)
			var got figures.Counts
			for asOf := (time.Time{}); !asOf.Equal(at.Now()); { // the refreshes that the leaps made long have their rest
				got, asOf, err = f.Calls(ctx, g.tenant, camp)
				must(t, err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("campaign %d:\n%+v, counted again\n%+v", camp, got, want)
			}
			progress, err := f.Progress(ctx, g.tenant, camp)
			must(t, err)
			if again, err := g.db.CampaignProgress(ctx, g.scope, camp); err != nil || progress != again {
				t.Errorf("progress %+v, counted again %+v (%v)", progress, again, err)
			}
		}
		checkDays(t, g, days, zone)
	}
}

func checkDays(t *testing.T, g *ground, days *live.Days, zone *time.Location) {
	t.Helper()
	got, err := days.Range(t.Context(), g.tenant, zone, noon.Add(-96*time.Hour), noon)
	must(t, err)
	if len(got) != 5 {
		t.Fatalf("%d days", len(got))
	}
	all := 0
	for _, d := range got {
		var want figures.DaySum
		rows, err := g.db.DayRows(t.Context(), g.scope, d.From, d.From.AddDate(0, 0, 1), 1<<60)
		must(t, err)
		for _, r := range rows {
			want = want.Plus(r.Sum)
		}
		if d.Total(nil) != want {
			t.Errorf("%v: %+v, counted again %+v", d.From, d.Total(nil), want)
		}
		if d.Total(map[campaign.ID]bool{g.camp: true}).Plus(d.Total(map[campaign.ID]bool{g.camp + 1: true})) != want {
			t.Errorf("%v: the campaigns do not add up", d.From)
		}
		all += want.Placed
	}
	if all == 0 {
		t.Error("no day has calls")
	}
}

// TestRowsThatCommitLate plays a database whose ids commit out of order.
func TestRowsThatCommitLate(t *testing.T) {
	s := &lateStore{rows: map[int64]bool{}}
	at := clock.NewFake(noon)
	f := live.New(s, at, slog.New(slog.DiscardHandler))
	defer f.Close()
	placed := func() int {
		t.Helper()
		c, _, err := f.Calls(t.Context(), 1, 1)
		must(t, err)
		return c.Placed
	}
	for id := int64(1); id <= 30_000; id++ {
		if id%7 != 0 {
			s.rows[id] = true
		}
	}
	placed()
	for id := int64(29_995); id <= 30_000; id++ { // within the window that a fresh start leaves open
		s.rows[id] = true
	}
	if got := placed(); got != len(s.rows) {
		t.Errorf("%d, want %d", got, len(s.rows))
	}
	s.rows[30_005] = true
	placed()
	at.Advance(30 * time.Second)
	s.rows[30_002] = true // its transaction began before that of 30005 and ended half a minute after it
	if got := placed(); got != len(s.rows) {
		t.Errorf("%d after a late row, want %d", got, len(s.rows))
	}
	at.Advance(2 * time.Minute)
	placed()
	if s.after < 30_000 {
		t.Errorf("after it has settled everything behind %d is still read again", s.after)
	}
	s.rows[7] = true // later than anything is expected to come
	at.Advance(20 * time.Minute)
	if got := placed(); got != len(s.rows) {
		t.Errorf("%d after all was counted again, want %d", got, len(s.rows))
	}
}

// lateStore has rows that differ in nothing but their ids.
type lateStore struct {
	figures.Store
	rows  map[int64]bool
	after int64 // the last open range began here
}

func (s *lateStore) GreatestCDR(context.Context, tenant.Scope) (int64, error) {
	_, g, _ := s.CallCounts(context.Background(), tenant.Platform(), 1, 0, -1)
	return g, nil
}

func (s *lateStore) CallCounts(_ context.Context, _ tenant.Scope, _ campaign.ID, after, upTo int64) (figures.Counts, int64, error) {
	var c figures.Counts
	greatest := int64(0)
	for id := range s.rows {
		if id > after && (upTo < 0 || id <= upTo) {
			c.Count(figures.Group{Disposition: call.Busy, N: 1})
			greatest = max(greatest, id)
		}
	}
	if upTo < 0 {
		s.after = after
	}
	return c, greatest, nil
}

// TestRefreshesRest: a refresh that took long is followed by a rest of twenty times as long, in which the value is given as
// it stands; the one after it is not waited for.
func TestRefreshesRest(t *testing.T) {
	at := clock.NewFake(noon)
	s := &slowStore{clock: at, begun: make(chan struct{}, 10), go_: make(chan struct{}, 10)}
	f := live.New(s, at, slog.New(slog.DiscardHandler))
	defer f.Close()
	ask := func() int {
		t.Helper()
		l, err := f.Live(t.Context(), 1, 1)
		must(t, err)
		return l.Calls
	}
	s.go_ <- struct{}{}
	if got := ask(); got != 1 {
		t.Fatalf("first %d", got)
	}
	<-s.begun
	at.Advance(18 * time.Second) // 19 s after it began, of the 20 s that it takes
	if got := ask(); got != 1 || len(s.begun) != 0 {
		t.Fatalf("refreshed before its rest was over: %d", got)
	}
	at.Advance(time.Second)
	waited := make(chan error, 1)
	go func() {
		waited <- at.BlockUntilContext(t.Context(), 1)
		at.Advance(time.Second)
	}()
	if got := ask(); got != 1 {
		t.Fatalf("a slow refresh was waited for: %d", got)
	}
	must(t, <-waited)
	<-s.begun
	s.go_ <- struct{}{}
	for ask() != 2 {
	}
}

// slowStore takes a second for everything.
type slowStore struct {
	figures.Store
	clock *clock.Fake
	n     int
	begun chan struct{}
	go_   chan struct{}
}

func (s *slowStore) LiveCalls(ctx context.Context, _ tenant.Scope, _ campaign.ID) (figures.Live, error) {
	s.begun <- struct{}{}
	select {
	case <-s.go_:
	case <-ctx.Done():
		return figures.Live{}, ctx.Err()
	}
	s.clock.Advance(time.Second)
	s.n++
	return figures.Live{Calls: s.n}, nil
}

func TestClosedFiguresRefuse(t *testing.T) {
	f := live.New(&lateStore{rows: map[int64]bool{}}, clock.NewFake(noon), slog.New(slog.DiscardHandler))
	f.Close()
	if _, _, err := f.Calls(t.Context(), 1, 1); err == nil {
		t.Error("figures were read after the end")
	}
}

// TestDaysFollowTheirZone has a day of 23 hours and one of 25.
func TestDaysFollowTheirZone(t *testing.T) {
	g := newGround(t)
	zone, err := time.LoadLocation("Europe/Berlin")
	must(t, err)
	days := live.NewDays(g.db, clock.NewFake(noon))
	for from, hours := range map[time.Time]float64{
		time.Date(2026, 3, 29, 12, 0, 0, 0, zone): 23, time.Date(2026, 10, 25, 12, 0, 0, 0, zone): 25, time.Date(2026, 3, 2, 12, 0, 0, 0, zone): 24,
	} {
		got, err := days.Range(t.Context(), g.tenant, zone, from, from.AddDate(0, 0, 1))
		must(t, err)
		if len(got) != 2 || got[1].From.Sub(got[0].From).Hours() != hours {
			t.Errorf("%v: %v", from, got)
		}
	}
}
