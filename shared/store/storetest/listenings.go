package storetest

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/listening"
	"github.com/outdial/outdial/shared/store"
	"github.com/outdial/outdial/shared/tenant"
)

// answered begins a call that is being talked in.
func (w *world) answered() call.Call {
	w.t.Helper()
	c := w.begin()
	was := c.State
	c.State, c.Times.Answered = call.AnsweredState, t0.Add(3*time.Second)
	must(w.t, w.s.MoveCall(w.t.Context(), tenant.Platform(), c, was))
	return c
}

func listens(n int, u access.User, c call.Call) listening.Listening {
	return listening.Listening{ID: listening.ID(fmt.Sprintf("0196f3a0-0000-7000-8000-0000000001%02d", n)), Call: c.UUID, User: u.ID, Name: u.Name,
		Extension: u.AgentNumber, Wish: listening.Listen, AskedAt: t0}
}

// supervisor is a member with a telephone and a role of their own.
func (w *world) supervisor(name, extension string) access.User {
	w.t.Helper()
	u := w.anAgent(name, extension)
	role := access.Role{Name: "of " + extension, DataScope: access.ScopeTenant, Permissions: []access.Permission{access.CallsListenLive, access.CallsTakeOver}}
	must(w.t, w.s.CreateRole(w.t.Context(), w.scope, &role))
	now := u
	now.Role = role.ID
	must(w.t, w.s.UpdateUser(w.t.Context(), w.scope, u, now))
	return now
}

func testListenings(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := newWorld(t, s)
	boss, other := w.supervisor("班长 <b>", "8001"), w.supervisor("other", "8002")
	ringing, c := w.begin(), w.answered()
	l := listens(1, boss, ringing)
	wantKind(t, s.AskListening(ctx, w.scope, &l), errs.Conflict, "listening to a call that rings")
	l = listens(1, boss, c)
	must(t, s.AskListening(ctx, w.scope, &l))
	if l.State != listening.Asked || l.Campaign != w.camp || l.Tenant != w.tenant {
		t.Errorf("asked as %+v", l)
	}
	same := func(want listening.Listening) {
		t.Helper()
		got, err := s.Listening(ctx, w.scope, want.ID)
		must(t, err)
		if got != want {
			t.Errorf("stored %+v, read %+v", want, got)
		}
	}
	same(l)
	twice := listens(2, boss, c)
	wantKind(t, s.AskListening(ctx, w.scope, &twice), errs.Conflict, "a second listening at one telephone")
	second := listens(3, other, c)
	must(t, s.AskListening(ctx, w.scope, &second))
	open, err := s.OpenListenings(ctx, tenant.Platform(), "dialer-1")
	must(t, err)
	if !slices.Equal(open, []listening.Listening{l, second}) {
		t.Errorf("open are %+v", open)
	}
	wishes := func(when string, want ...listening.Wish) {
		t.Helper()
		var got []listening.Wish
		open, err := s.OpenListenings(ctx, tenant.Platform(), "dialer-1")
		must(t, err)
		for _, l := range open {
			got = append(got, l.Wish)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s, they wish %v, want %v", when, got, want)
		}
	}
	disabled := other
	disabled.DisabledAt = t0.Add(time.Minute)
	must(t, s.UpdateUser(ctx, w.scope, other, disabled))
	wishes("with a member disabled", listening.Listen, listening.Stop)
	if none, err := s.OpenListenings(ctx, tenant.Platform(), "dialer-2"); err != nil || len(none) != 0 {
		t.Errorf("another dialer has %+v (%v)", none, err)
	}
	mine, err := s.OpenListening(ctx, w.scope, boss.ID)
	must(t, err)
	if mine != l {
		t.Errorf("open for the member is %+v", mine)
	}

	// What the call keeps comes with the moments, and stands in the lists before and after its end.
	yes, no := true, false
	found := func(f call.Filter) int {
		t.Helper()
		n, err := s.CountCalls(ctx, w.scope, w.camp, f, 10)
		must(t, err)
		return n
	}
	attended := func(want call.Attended) {
		t.Helper()
		got, err := s.Call(ctx, w.scope, c.UUID)
		must(t, err)
		if got.Attended != want {
			t.Errorf("the call keeps %+v, want %+v", got.Attended, want)
		}
	}
	attended(call.Attended{})
	l.State = listening.Ringing
	must(t, s.MoveListening(ctx, tenant.Platform(), l))
	attended(call.Attended{})
	l.State, l.HeardAt = listening.Heard, t0.Add(5*time.Second)
	for range 2 {
		must(t, s.MoveListening(ctx, tenant.Platform(), l))
	}
	attended(call.Attended{Since: l.HeardAt})
	if found(call.Filter{Listened: &yes}) != 1 || found(call.Filter{Listened: &no}) != 1 || found(call.Filter{TakenOver: &yes}) != 0 {
		t.Error("lists do not find the call that is listened to")
	}
	wished, err := s.WishListening(ctx, w.scope, l.ID, boss.ID, listening.TakeOver)
	must(t, err)
	if l.Wish = listening.TakeOver; wished != l {
		t.Errorf("wished %+v, want %+v", wished, l)
	}
	_, err = s.WishListening(ctx, w.scope, l.ID, other.ID, listening.Stop)
	wantKind(t, err, errs.NotFound, "the wish of another member")
	l.State, l.TookAt = listening.Talking, t0.Add(11*time.Second)
	must(t, s.MoveListening(ctx, tenant.Platform(), l))
	attended(call.Attended{Since: l.HeardAt, TakenOver: true})
	took := call.Agent{Extension: "8001", Connected: l.TookAt}
	must(t, s.NoteTakeOver(ctx, tenant.Platform(), c.UUID, took))
	must(t, s.NoteTakeOver(ctx, tenant.Platform(), c.UUID, took))
	wantKind(t, s.NoteTakeOver(ctx, tenant.Platform(), noCall, took), errs.NotFound, "a take-over of no call")
	if got, err := s.Call(ctx, w.scope, c.UUID); err != nil || got.Agent != took || got.Transfer != call.TransferNone {
		t.Errorf("taken over by %+v after transfer %q (%v)", got.Agent, got.Transfer, err)
	}
	same(l)
	second.State, second.HeardAt = listening.Heard, t0.Add(7*time.Second)
	must(t, s.MoveListening(ctx, tenant.Platform(), second))

	f := end(c)
	f.Call.Attended = call.Attended{Since: l.HeardAt, TakenOver: true}
	must(t, s.FinishCall(ctx, tenant.Platform(), f))
	l.State, l.EndedAt, l.Reason = listening.Ended, t0.Add(33*time.Second), listening.CallEnded
	second.State, second.EndedAt, second.Reason = listening.Ended, t0.Add(9*time.Second), listening.HungUp
	must(t, s.MoveListening(ctx, tenant.Platform(), l))
	must(t, s.MoveListening(ctx, tenant.Platform(), second))
	attended(call.Attended{Since: l.HeardAt, For: 6*time.Second + 2*time.Second, TakenOver: true})
	for what, n := range map[string]int{
		"listened to":              found(call.Filter{State: call.Ended, Listened: &yes}),
		"taken over":               found(call.Filter{State: call.Ended, TakenOver: &yes, Grades: []string{"B"}}),
		"listened to and not both": 1 + found(call.Filter{State: call.Ended, Listened: &yes, TakenOver: &no}),
	} {
		if n != 1 {
			t.Errorf("%s: found %d", what, n)
		}
	}
	wantKind(t, s.MoveListening(ctx, tenant.Platform(), l), errs.Conflict, "moved after its end")
	_, err = s.WishListening(ctx, w.scope, l.ID, boss.ID, listening.Stop)
	wantKind(t, err, errs.Conflict, "a wish after the end")
	_, err = s.OpenListening(ctx, w.scope, boss.ID)
	wantKind(t, err, errs.NotFound, "open after the end")
	of, err := s.ListeningsOf(ctx, w.scope, c.UUID)
	must(t, err)
	if !slices.Equal(of, []listening.Listening{l, second}) {
		t.Errorf("the call's are %+v", of)
	}
	after := listens(4, boss, c)
	wantKind(t, s.AskListening(ctx, w.scope, &after), errs.Conflict, "listening to a call that has ended")
}

// testListeningAllowed: what a role and a company lose is seen by whoever rings the telephones, without a message.
func testListeningAllowed(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := newWorld(t, s)
	boss, c := w.supervisor("班长", "8001"), w.answered()
	l := listens(1, boss, c)
	must(t, s.AskListening(ctx, w.scope, &l))
	at := t0
	check := func(when string, may []access.Permission, wish, want listening.Wish) {
		t.Helper()
		role, err := s.Role(ctx, w.scope, boss.Role)
		must(t, err)
		role.Permissions = may
		at = at.Add(time.Second)
		must(t, s.UpdateRole(ctx, w.scope, &role, at))
		_, err = s.WishListening(ctx, w.scope, l.ID, boss.ID, wish)
		must(t, err)
		open, err := s.OpenListenings(ctx, tenant.Platform(), "dialer-1")
		must(t, err)
		if len(open) != 1 || open[0].Wish != want {
			t.Errorf("%s: open are %+v, want the wish %s", when, open, want)
		}
	}
	both, hears, takes, none := []access.Permission{access.CallsListenLive, access.CallsTakeOver}, []access.Permission{access.CallsListenLive},
		[]access.Permission{access.CallsTakeOver}, []access.Permission{access.CallsView}
	check("both are allowed", both, listening.Listen, listening.Listen)
	check("both are allowed", both, listening.TakeOver, listening.TakeOver)
	check("taking over is not allowed any more", hears, listening.TakeOver, listening.Listen)
	check("listening is not allowed any more", takes, listening.Listen, listening.Stop)
	check("listening alone is not allowed", takes, listening.TakeOver, listening.TakeOver)
	check("nothing is allowed any more", none, listening.TakeOver, listening.Stop)
	l.State, l.HeardAt = listening.Heard, t0.Add(time.Second)
	must(t, s.MoveListening(ctx, tenant.Platform(), l))
	check("nothing is allowed while they hear", none, listening.Listen, listening.Stop)
	check("the company works", both, listening.Listen, listening.Listen)
	_, err := s.BanCompany(ctx, tenant.Platform(), w.tenant, "unpaid", t0)
	must(t, err)
	check("the company is banned", both, listening.Listen, listening.Stop)
	l.State, l.TookAt = listening.Talking, t0.Add(2*time.Second)
	must(t, s.MoveListening(ctx, tenant.Platform(), l))
	check("the company is banned while they talk", none, listening.TakeOver, listening.TakeOver)
	check("they ask for the end of their talk", none, listening.Stop, listening.Stop)
}

// testLateListening: who began to hear just before the end is counted, whichever is written first.
func testLateListening(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := newWorld(t, s)
	c := w.answered()
	l := listens(1, w.anAgent("boss", "8001"), c)
	must(t, s.AskListening(ctx, w.scope, &l))
	must(t, s.FinishCall(ctx, tenant.Platform(), end(c)))
	l.State, l.HeardAt = listening.Heard, t0.Add(5*time.Second)
	must(t, s.MoveListening(ctx, tenant.Platform(), l))
	yes := true
	if n, err := s.CountCalls(ctx, w.scope, w.camp, call.Filter{State: call.Ended, Listened: &yes}, 10); err != nil || n != 1 {
		t.Errorf("found %d (%v)", n, err)
	}
}

// testUnseenListening: a wish that no dialer sees does not hold the telephone for ever.
func testUnseenListening(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := newWorld(t, s)
	c, u := w.answered(), w.anAgent("boss", "8001")
	first, soon, late := listens(1, u, c), listens(2, u, c), listens(3, u, c)
	must(t, s.AskListening(ctx, w.scope, &first))
	soon.AskedAt, late.AskedAt = t0.Add(listening.Unseen), t0.Add(listening.Unseen+time.Second)
	wantKind(t, s.AskListening(ctx, w.scope, &soon), errs.Conflict, "while the dialer may still see it")
	must(t, s.AskListening(ctx, w.scope, &late))
	got, err := s.Listening(ctx, w.scope, first.ID)
	must(t, err)
	if got.State != listening.Ended || got.Reason != listening.Lost || !got.EndedAt.Equal(late.AskedAt) {
		t.Errorf("unseen, it is %+v", got)
	}
}

// testListeningAtOnce: of many wishes of one member at once, one is granted.
func testListeningAtOnce(t *testing.T, s *store.Store) {
	w := newWorld(t, s)
	c, u := w.answered(), w.anAgent("boss", "8001")
	var wg sync.WaitGroup
	got := make([]error, 8)
	for i := range got {
		wg.Go(func() {
			l := listens(i, u, c)
			got[i] = s.AskListening(t.Context(), w.scope, &l)
		})
	}
	wg.Wait()
	granted := 0
	for _, err := range got {
		if err == nil {
			granted++
		} else if !errs.Is(err, errs.Conflict) {
			t.Error(err)
		}
	}
	if granted != 1 {
		t.Errorf("%d of %d wishes were granted", granted, len(got))
	}
}
