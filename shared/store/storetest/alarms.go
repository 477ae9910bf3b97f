package storetest

import (
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/alarm"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/notify"
	"github.com/outdial/outdial/shared/store"
	"github.com/outdial/outdial/shared/tenant"
)

func testAlarms(t *testing.T, s *store.Store) {
	ctx, all := t.Context(), tenant.Platform()
	w, other := newWorld(t, s), newWorld(t, s)
	users := make([]access.User, 2)
	for i, name := range []string{"alarm-one", "alarm-two"} {
		users[i] = access.User{Account: name, Name: name, PasswordHash: "x", CreatedAt: t0}
		must(t, s.CreateUser(ctx, w.scope, &users[i]))
	}
	stranger := access.User{Account: "alarm-stranger", PasswordHash: "x", CreatedAt: t0}
	must(t, s.CreateUser(ctx, other.scope, &stranger))

	unset, err := s.Alarm(ctx, w.scope, w.camp)
	must(t, err)
	if want := (alarm.Alarm{Tenant: w.tenant, Campaign: w.camp, Rules: alarm.Thresholds{MinCalls: alarm.UsualMinCalls}}); !reflect.DeepEqual(unset, want) {
		t.Errorf("never set: %+v", unset)
	}
	a := alarm.Alarm{Tenant: w.tenant, Campaign: w.camp, Enabled: true, Members: []access.UserID{users[1].ID}, UpdatedAt: t0, Raised: alarm.Raised{alarm.FinishedRule},
		Rules: alarm.Thresholds{AnswerRateBelow: 0.25, MeanTalkBelow: 7 * time.Second, NotDialling: time.Minute, OnFinished: true, MinCalls: 3}}
	must(t, s.SaveAlarm(ctx, w.scope, a))
	got, err := s.Alarm(ctx, w.scope, w.camp)
	must(t, err)
	if !reflect.DeepEqual(got, a) {
		t.Errorf("stored %+v, read %+v", a, got)
	}
	notice := func(u access.UserID) notify.Notification {
		return notify.Notification{User: u, Kind: notify.Alarm, Title: "接通率过低 😀", Body: "b", Link: "/campaigns/1", CreatedAt: t0}
	}
	n := []notify.Notification{notice(users[0].ID), notice(users[1].ID)}
	must(t, s.MoveAlarm(ctx, all, w.camp, a.Raised, alarm.Raised{alarm.AnswerRate}, n))
	if n[0].ID <= 0 || n[1].ID <= n[0].ID || n[0].Tenant != w.tenant {
		t.Errorf("ids of the notifications: %+v", n)
	}
	wantKind(t, s.MoveAlarm(ctx, all, w.camp, a.Raised, alarm.Raised{alarm.AnswerRate}, n), errs.Conflict, "raised by somebody else")

	// Whoever was told of the campaign's end already is not told by the alarm too.
	over := notice(users[0].ID)
	over.Once, over.Tenant = notify.Finished{Tenant: w.tenant, Campaign: w.camp}.Once(), w.tenant
	must(t, s.Notify(ctx, w.scope, []notify.Notification{over}))
	again := []notify.Notification{over, over}
	again[1].User = users[1].ID
	must(t, s.MoveAlarm(ctx, all, w.camp, alarm.Raised{alarm.AnswerRate}, alarm.Raised{alarm.FinishedRule}, again))
	if again[0].ID != 0 || again[1].ID == 0 {
		t.Errorf("told twice: %+v", again)
	}
	must(t, s.MoveAlarm(ctx, all, w.camp, alarm.Raised{alarm.FinishedRule}, alarm.Raised{alarm.AnswerRate}, nil))

	// Saving again leaves what is raised alone.
	a.Enabled, a.Members, a.Raised = false, nil, nil
	must(t, s.SaveAlarm(ctx, w.scope, a))
	got, err = s.Alarm(ctx, w.scope, w.camp)
	must(t, err)
	if got.Enabled || len(got.Members) != 0 || len(got.Raised) != 1 || got.Raised[0] != alarm.AnswerRate {
		t.Errorf("saved again: %+v", got)
	}
	if list, err := s.EnabledAlarms(ctx, all); err != nil || len(list) != 0 {
		t.Errorf("enabled: %+v (%v)", list, err)
	}
	a.Enabled = true
	must(t, s.SaveAlarm(ctx, w.scope, a))
	if list, err := s.EnabledAlarms(ctx, all); err != nil || len(list) != 1 || list[0].Campaign != w.camp {
		t.Errorf("enabled: %+v (%v)", list, err)
	}
	a.Members = []access.UserID{users[0].ID, stranger.ID}
	wantKind(t, s.SaveAlarm(ctx, w.scope, a), errs.Invalid, "a member of another tenant")

	told := func(members ...access.UserID) []access.UserID {
		t.Helper()
		a.Members = members
		ids, err := s.Recipients(ctx, all, a)
		must(t, err)
		return ids
	}
	if got := told(users[1].ID, stranger.ID); !reflect.DeepEqual(got, []access.UserID{users[1].ID}) {
		t.Errorf("recipients %v", got)
	}
	if got := told(); !reflect.DeepEqual(got, []access.UserID{users[0].ID}) { // nobody owns the campaign
		t.Errorf("without members and owner: %v", got)
	}

	for name, err := range map[string]error{
		"Alarm":      second(s.Alarm(ctx, other.scope, w.camp)),
		"SaveAlarm":  s.SaveAlarm(ctx, other.scope, a),
		"MoveAlarm":  s.MoveAlarm(ctx, other.scope, w.camp, nil, alarm.Raised{alarm.MeanTalk}, nil),
		"Recipients": second(s.Recipients(ctx, other.scope, a)),
		"CallCounts": func() error { _, _, err := s.CallCounts(ctx, other.scope, w.camp, 0, -1); return err }(),
		"LiveCalls":  second(s.LiveCalls(ctx, other.scope, w.camp)),
		"LastDisp":   second(s.LastDispositions(ctx, other.scope, w.camp, 1)),
		"LastDial":   second(s.LastDialled(ctx, other.scope, w.camp)),
		"DueSince":   second(s.DueSince(ctx, other.scope, w.camp)),
	} {
		wantKind(t, err, errs.NotFound, name)
	}
	if list, err := s.EnabledAlarms(ctx, other.scope); err != nil || len(list) != 0 {
		t.Errorf("another tenant's alarms: %+v (%v)", list, err)
	}
}

// testAlarmRaisedOnce lets many watchers raise the same alarm at the same moment.
func testAlarmRaisedOnce(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := newWorld(t, s)
	must(t, s.SaveAlarm(ctx, w.scope, alarm.Alarm{Campaign: w.camp, Enabled: true, Rules: alarm.Thresholds{OnFinished: true, MinCalls: 1}, UpdatedAt: t0}))
	won := make(chan int64, 20)
	var wg sync.WaitGroup
	for range cap(won) {
		wg.Go(func() {
			n := []notify.Notification{{User: 1, Kind: notify.CampaignFinished, Title: "完成", CreatedAt: t0}}
			err := s.MoveAlarm(ctx, tenant.Platform(), w.camp, nil, alarm.Raised{alarm.FinishedRule}, n)
			if err == nil {
				won <- n[0].ID
			} else if !errs.Is(err, errs.Conflict) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if len(won) != 1 {
		t.Errorf("%d watchers raised the alarm", len(won))
	}
}

func second[T any](_ T, err error) error { return err }
