package storetest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/notify"
	"github.com/outdial/outdial/shared/store"
	"github.com/outdial/outdial/shared/tenant"
)

// user adds a member.
func (w *world) user(account string) access.UserID {
	w.t.Helper()
	u := access.User{Account: account, Name: account, PasswordHash: "x", CreatedAt: t0}
	must(w.t, w.s.CreateUser(w.t.Context(), w.scope, &u))
	return u.ID
}

func notificationIDs(list []notify.Notification) []int64 {
	return ids(list, func(n notify.Notification) int64 { return n.ID })
}

func testNotifications(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w, other := newWorld(t, s), newWorld(t, s)
	me, you, stranger := w.user("me"), w.user("you"), other.user("stranger")
	list := []notify.Notification{
		{User: me, Kind: notify.Alarm, Title: "接通率过低", Body: "'😀\n", Link: "/campaigns/1", CreatedAt: t0,
			Data: notify.Facts{Campaign: "'春季😀\"", CampaignID: 1, Rule: "answer_rate", Value: 0.125, Limit: 0.3, Calls: 40}},
		{User: me, Kind: notify.CampaignFinished, Title: "完成", Once: "campaign 1 finished", CreatedAt: t0.Add(time.Minute)},
		{User: you, Kind: notify.CampaignFinished, Title: "完成", Once: "campaign 1 finished", CreatedAt: t0.Add(time.Minute)},
	}
	must(t, s.Notify(ctx, w.scope, list))
	if slices.Contains(notificationIDs(list), 0) || list[0].Tenant != w.tenant {
		t.Errorf("added %+v", list)
	}
	got, err := s.Notifications(ctx, w.scope, me, false, 0, 10)
	must(t, err)
	if !slices.Equal(got, []notify.Notification{list[1], list[0]}) {
		t.Errorf("stored %+v, read %+v", list[:2], got)
	}
	page, err := s.Notifications(ctx, w.scope, me, false, list[1].ID, 10)
	must(t, err)
	if !slices.Equal(notificationIDs(page), []int64{list[0].ID}) {
		t.Errorf("the second page holds %v", notificationIDs(page))
	}
	// What a member was told of once is not told again, and does not keep others from being told.
	again := []notify.Notification{{User: me, Kind: notify.CampaignFinished, Title: "完成", Once: "campaign 1 finished", CreatedAt: t0},
		{User: me, Kind: notify.Alarm, Title: "接通率过低", CreatedAt: t0}}
	must(t, s.Notify(ctx, w.scope, again))
	if again[0].ID != 0 || again[1].ID == 0 {
		t.Errorf("told again: %+v", again)
	}
	unread := func(want int) {
		t.Helper()
		n, err := s.Unread(ctx, w.scope, me)
		must(t, err)
		list, err := s.Notifications(ctx, w.scope, me, true, 0, 10)
		must(t, err)
		if n != want || len(list) != want {
			t.Errorf("%d unread and %d listed, want %d", n, len(list), want)
		}
	}
	unread(3)
	at := t0.Add(time.Hour)
	must(t, s.MarkRead(ctx, w.scope, me, []int64{list[0].ID, list[2].ID, 1 << 40}, at)) // one of them is another member's
	must(t, s.MarkRead(ctx, w.scope, me, []int64{list[0].ID}, at.Add(time.Hour)))
	unread(2)
	must(t, s.MarkRead(ctx, w.scope, me, nil, at.Add(time.Hour)))
	unread(0)
	got, err = s.Notifications(ctx, w.scope, me, false, 0, 10)
	must(t, err)
	if first := got[len(got)-1]; !first.ReadAt.Equal(at) {
		t.Errorf("read at %v, want the first time %v", first.ReadAt, at)
	}
	n, err := s.Unread(ctx, w.scope, you)
	must(t, err)
	if n != 1 {
		t.Errorf("another member has %d unread, want 1", n)
	}

	wantKind(t, s.Notify(ctx, w.scope, []notify.Notification{{User: me, Title: "a"}, {User: stranger, Title: "b"}}), errs.NotFound, "another tenant's member")
	wantKind(t, s.Notify(ctx, other.scope, []notify.Notification{{Tenant: w.tenant, User: me}}), errs.NotFound, "into another tenant")
	unread(0) // all or nothing
	theirs, err := s.Notifications(ctx, other.scope, me, false, 0, 10)
	must(t, err)
	if len(theirs) != 0 {
		t.Errorf("another tenant reads %+v", theirs)
	}
	must(t, s.MarkRead(ctx, other.scope, you, nil, at))
	if n, err = s.Unread(ctx, w.scope, you); err != nil || n != 1 {
		t.Errorf("another tenant marked notifications as read: %d, %v", n, err)
	}
	must(t, s.Notify(ctx, w.scope, []notify.Notification{{User: you, Title: strings.Repeat("字", 300), Link: strings.Repeat("/", 400)}}))
}

// testNotifyAtOnce has several processes tell the same member of the same thing.
func testNotifyAtOnce(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := newWorld(t, s)
	me := w.user("me")
	won := make(chan int64, 12)
	together(t, 12, func(int) error {
		n := []notify.Notification{{User: me, Kind: notify.ImportFinished, Title: "x", Once: "import 3 finished", CreatedAt: t0}}
		err := s.Notify(ctx, w.scope, n)
		if n[0].ID != 0 {
			won <- n[0].ID
		}
		return err
	})
	n, err := s.Unread(ctx, w.scope, me)
	must(t, err)
	if len(won) != 1 || n != 1 {
		t.Errorf("%d processes told, and %d notifications stand, want 1", len(won), n)
	}
}

func testAnnouncements(t *testing.T, s *store.Store) {
	ctx, all := t.Context(), tenant.Platform()
	w := newTree(t, s)
	op, shop := tenant.Of(w.operator.ID), worldOf(t, s, w.merchant)
	reader := shop.user("reader")
	must(t, s.CreateUser(ctx, op, &access.User{Account: "op", PasswordHash: "x"}))
	one := notify.Announcement{Level: "release", Title: "新版本", Body: "说明\n😀", Author: "运营", PublishedAt: t0}
	must(t, s.Announce(ctx, op, &one))
	two := notify.Announcement{Level: "warning", Title: "维护", Body: "今晚", Author: "运营", PublishedAt: t0.Add(time.Hour)}
	must(t, s.Announce(ctx, op, &two))
	if one.ID <= 0 || two.ID <= one.ID || one.Tenant != w.operator.ID {
		t.Fatalf("published %+v and %+v", one, two)
	}
	for _, scope := range []tenant.Scope{op, shop.scope, all} {
		got, err := s.Announcements(ctx, scope, 0, 10)
		must(t, err)
		if !slices.Equal(got, []notify.Announcement{two, one}) {
			t.Errorf("read %+v", got)
		}
	}
	page, err := s.Announcements(ctx, shop.scope, two.ID, 10)
	must(t, err)
	if len(page) != 1 || page[0] != one {
		t.Errorf("the second page holds %+v", page)
	}
	got, err := s.Notifications(ctx, shop.scope, reader, true, 0, 10)
	must(t, err)
	if len(got) != 2 || got[0].Title != two.Title || got[0].Body != two.Body || got[0].Kind != notify.Announced || got[1].Body != one.Body || !got[1].CreatedAt.Equal(t0) {
		t.Errorf("a member was told %+v", got)
	}
	n, err := s.OfAnnouncement(ctx, shop.scope, reader, one.ID)
	must(t, err)
	if n.ID != got[1].ID {
		t.Errorf("the notification of the announcement is %+v", n)
	}
	for name, scope := range map[string]tenant.Scope{"a merchant": shop.scope, "a reseller": tenant.Of(w.reseller.ID)} {
		wantKind(t, s.Announce(ctx, scope, &notify.Announcement{Title: "x"}), errs.Forbidden, name+" announces")
		wantKind(t, s.DeleteAnnouncement(ctx, scope, one.ID), errs.Forbidden, name+" deletes")
	}
	must(t, s.DeleteAnnouncement(ctx, op, one.ID))
	wantKind(t, s.DeleteAnnouncement(ctx, op, one.ID), errs.NotFound, "deleted twice")
	if unread, err := s.Unread(ctx, shop.scope, reader); err != nil || unread != 1 {
		t.Errorf("%d unread (%v) after one of two was taken back", unread, err)
	}
	_, err = s.OfAnnouncement(ctx, shop.scope, reader, one.ID)
	wantKind(t, err, errs.NotFound, "the notification of what was taken back")
}

func testFinishedSince(t *testing.T, s *store.Store) {
	ctx, all := t.Context(), tenant.Platform()
	w, other := newWorld(t, s), newWorld(t, s)
	at := t0.Add(time.Hour)
	must(t, s.MoveCampaign(ctx, w.scope, w.camp, []campaign.State{campaign.NotStarted}, campaign.Finished, "", at))
	imp := w.anImport()
	imp.State, imp.FinishedAt = contact.ImportFailed, at.Add(time.Minute)
	must(t, s.UpdateImport(ctx, w.scope, imp, contact.ImportQueued))
	both := []notify.Finished{{Tenant: w.tenant, Campaign: w.camp}, {Tenant: w.tenant, Campaign: w.camp, Import: imp.ID}}
	for name, c := range map[string]struct {
		scope tenant.Scope
		since time.Time
		want  []notify.Finished
	}{
		"both":          {all, at, both},
		"the import":    {all, at.Add(time.Minute), both[1:]},
		"its tenant":    {w.scope, at, both},
		"other tenants": {other.scope, at, nil},
		"too late":      {all, at.Add(time.Hour), nil},
	} {
		got, err := s.FinishedSince(ctx, c.scope, c.since)
		must(t, err)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
	if both[0].Once() == both[1].Once() {
		t.Error("a campaign and its import are told as the same")
	}
	_, err := s.Concerned(ctx, other.scope, w.camp)
	wantKind(t, err, errs.NotFound, "whom another tenant's campaign concerns")
	_, err = s.Concerned(ctx, all, w.camp)
	wantKind(t, err, errs.Invalid, "news of no tenant")
	nobody, err := s.Concerned(ctx, w.scope, w.camp)
	must(t, err)
	if len(nobody) != 0 {
		t.Errorf("without administrators it concerns %v", nobody)
	}
	f := access.Founding{Tenant: tenant.Tenant{Kind: tenant.Merchant, Name: "x", Zone: "UTC", CreatedAt: t0}, Account: "founder", Name: "x", PasswordHash: "x"}
	must(t, s.FoundTenant(ctx, all, &f))
	admins, err := s.Concerned(ctx, tenant.Of(f.Tenant.ID), 0)
	must(t, err)
	if !slices.Equal(admins, []access.UserID{f.User}) {
		t.Errorf("news of the tenant concern %v, want %v", admins, f.User)
	}
}
