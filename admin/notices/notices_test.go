package notices_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/outdial/outdial/admin/notices"
	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/notify"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/store"
	"github.com/outdial/outdial/shared/store/storetest"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/trunk"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)

// bus passes messages on inside the process, and what was told to the test.
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

func (b *bus) Subscribe(_ context.Context, _ ...event.Kind) (<-chan event.Message, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := make(chan event.Message, 100)
	b.subs = append(b.subs, s)
	return s, nil
}

type world struct {
	t     *testing.T
	db    *store.Store
	bus   *bus
	clock *clock.Fake
	scope tenant.Scope
	admin access.UserID
	owner access.UserID
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// newWorld starts as many tellers as processes would.
func newWorld(t *testing.T, tellers int, before func(*world)) *world {
	t.Helper()
	ctx := t.Context()
	db := storetest.Empty(t, filepath.Join(t.TempDir(), "outdial.db"))
	f := access.Founding{Tenant: tenant.Tenant{Kind: tenant.Merchant, Name: "Shop", Zone: "UTC", CreatedAt: noon}, Account: "admin", Name: "Admin", PasswordHash: "x"}
	must(t, db.FoundTenant(ctx, tenant.Platform(), &f))
	w := &world{t: t, db: db, bus: &bus{told: make(chan event.NotificationAdded, 100)}, clock: clock.NewFake(noon), scope: tenant.Of(f.Tenant.ID), admin: f.User}
	u := access.User{Account: "owner", Name: "Owner", PasswordHash: "x", CreatedAt: noon}
	must(t, db.CreateUser(ctx, w.scope, &u))
	w.owner = u.ID
	before(w)
	for range tellers {
		n := notices.New(notices.Config{Store: db, Bus: w.bus, Clock: w.clock, Logger: slog.New(slog.DiscardHandler)})
		must(t, n.Start(ctx))
		t.Cleanup(n.Close)
	}
	return w
}

func (w *world) campaign(owner access.UserID) campaign.Campaign {
	w.t.Helper()
	ctx := w.t.Context()
	s := script.Script{Name: "Talk", CreatedAt: noon}
	must(w.t, w.db.CreateScript(ctx, w.scope, &s, nil))
	v := script.Version{Script: s.ID, Source: []byte("x"), CreatedAt: noon}
	must(w.t, w.db.PublishVersion(ctx, w.scope, &v))
	line := trunk.Trunk{Name: "Line", Address: "127.0.0.1:5070", Concurrency: 1, CPS: 1, RingTimeout: time.Minute, CreatedAt: noon}
	must(w.t, w.db.CreateTrunk(ctx, w.scope, &line))
	c := campaign.Campaign{Name: "春季回访", Script: v.Script, Trunk: line.ID, Robots: 1, Owner: int64(owner), State: campaign.Running, CreatedAt: noon, UpdatedAt: noon}
	must(w.t, w.db.CreateCampaign(ctx, w.scope, &c))
	return c
}

func (w *world) finish(c campaign.Campaign, reason string) {
	w.t.Helper()
	must(w.t, w.db.MoveCampaign(w.t.Context(), w.scope, c.ID, []campaign.State{campaign.Running}, campaign.Finished, reason, w.clock.Now()))
}

func (w *world) say(c campaign.Campaign, s campaign.State) {
	must(w.t, w.bus.Publish(w.t.Context(), event.CampaignChanged{Tenant: c.Tenant, Campaign: c.ID, State: string(s), At: noon}))
}

// told waits for n notifications and checks that there are no more once all tellers have gone through a message after them.
func (w *world) told(user access.UserID, n int) []notify.Notification {
	w.t.Helper()
	for range n {
		<-w.bus.told
	}
	list, err := w.db.Notifications(w.t.Context(), w.scope, user, false, 0, 100)
	must(w.t, err)
	return list
}

func TestFinishedCampaignIsToldOnce(t *testing.T) {
	w := newWorld(t, 3, func(*world) {})
	c, orphan := w.campaign(w.owner), w.campaign(0)
	w.say(c, campaign.Finished) // the row says otherwise, and it decides
	w.finish(c, "all contacts are finished")
	for range 2 {
		w.say(c, campaign.Finished)
	}
	if got := w.told(w.owner, 1); len(got) != 1 || got[0].Kind != notify.CampaignFinished || got[0].Title != "任务已完成：春季回访" || got[0].Link == "" {
		t.Errorf("the owner was told %+v", got)
	}
	w.finish(orphan, "terminated")
	w.say(orphan, campaign.Finished)
	if got := w.told(w.admin, 1); len(got) != 1 || got[0].Title != "任务已终止：春季回访" || got[0].Data != (notify.Facts{Campaign: "春季回访", CampaignID: int64(orphan.ID), State: "terminated"}) {
		t.Errorf("the administrator was told %+v", got)
	}
	if got := w.told(w.owner, 0); len(got) != 1 {
		t.Errorf("the owner was told %+v", got)
	}
	if len(w.bus.told) != 0 {
		t.Errorf("%d more were published", len(w.bus.told))
	}
}

func TestWhatNoMessageToldIsFound(t *testing.T) {
	var missed, old campaign.Campaign
	w := newWorld(t, 1, func(w *world) {
		old, missed = w.campaign(w.owner), w.campaign(w.owner)
		w.clock.Advance(-time.Hour)
		w.finish(old, "")
		w.clock.Advance(time.Hour)
		w.finish(missed, "")
	})
	if got := w.told(w.owner, 1); len(got) != 1 || got[0].Once != (notify.Finished{Campaign: missed.ID}).Once() {
		t.Errorf("at its start it told %+v", got)
	}
	later := w.campaign(w.owner)
	w.finish(later, "")
	must(t, w.clock.BlockUntilContext(t.Context(), 1))
	w.clock.Advance(time.Minute)
	if got := w.told(w.owner, 1); len(got) != 2 {
		t.Errorf("a minute later it had told %+v", got)
	}
}

func TestFinishedImportIsTold(t *testing.T) {
	w := newWorld(t, 1, func(*world) {})
	c := w.campaign(w.owner)
	for state, title := range map[contact.ImportState]string{contact.ImportFinished: "导入完成：list.xlsx", contact.ImportFailed: "导入失败：list.xlsx"} {
		i := contact.Import{Campaign: c.ID, FileName: "list.xlsx", State: contact.ImportQueued, CreatedAt: noon}
		must(t, w.db.CreateImport(t.Context(), w.scope, &i))
		i.State, i.FinishedAt, i.Total, i.Accepted, i.Rejected, i.Reason = state, noon, 3, 2, 1, "the file is empty"
		must(t, w.db.UpdateImport(t.Context(), w.scope, i, contact.ImportQueued))
		must(t, w.bus.Publish(t.Context(), event.ImportChanged{Tenant: c.Tenant, Campaign: c.ID, Import: i.ID, State: state}))
		if got := w.told(w.owner, 1); got[0].Title != title || got[0].Kind != notify.ImportFinished || got[0].Body == "" {
			t.Errorf("told %+v", got[0])
		}
		want := notify.Facts{Campaign: c.Name, CampaignID: int64(c.ID), ID: int64(i.ID), File: "list.xlsx", State: string(state), Total: 3, Accepted: 2, Rejected: 1}
		if state == contact.ImportFailed {
			want.Reason = i.Reason
		}
		if got := w.told(w.owner, 0)[0]; got.Data != want || (state == contact.ImportFailed && got.Body != "文件为空") {
			t.Errorf("told %+v, want %+v", got, want)
		}
	}
}
