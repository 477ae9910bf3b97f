package storetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/push"
	"github.com/outdial/outdial/shared/store"
	"github.com/outdial/outdial/shared/tenant"
)

func (w *world) wechatRobot(name string) push.Robot {
	w.t.Helper()
	r := push.Robot{Name: name, Key: "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa", MaskNumbers: true, CreatedBy: "王芳", CreatedAt: t0, UpdatedAt: t0}
	must(w.t, w.s.CreateWeChatRobot(w.t.Context(), w.scope, &r))
	return r
}

// tells makes the world's campaign tell a robot of calls of the grades.
func (w *world) tells(r push.RobotID, grades ...string) {
	w.t.Helper()
	c, err := w.s.Campaign(w.t.Context(), w.scope, w.camp)
	must(w.t, err)
	seen := c.Version()
	c.WeChat, c.UpdatedAt = push.Policy{Robot: r, Grades: grades}, c.UpdatedAt.Add(time.Second)
	must(w.t, w.s.UpdateCampaign(w.t.Context(), w.scope, c, seen))
}

// finishes ends a call of the grade.
func (w *world) finishes(grade string) call.Call {
	w.t.Helper()
	f := end(w.begin())
	f.Call.Grade = grade
	must(w.t, w.s.FinishCall(w.t.Context(), tenant.Platform(), f))
	return f.Call
}

func (w *world) push(c call.Call) push.Push {
	w.t.Helper()
	found, err := w.s.Pushes(w.t.Context(), w.scope, []call.UUID{c.UUID})
	must(w.t, err)
	return found[c.UUID]
}

// listed are the calls of the campaign that stand in one of the states, as a list finds them.
func (w *world) listed(states ...call.Push) int {
	w.t.Helper()
	f := call.Filter{Pushes: states}
	found, err := w.s.Calls(w.t.Context(), w.scope, w.camp, f, call.Page{Limit: 1000})
	must(w.t, err)
	n, err := w.s.CountCalls(w.t.Context(), w.scope, w.camp, f, 1000)
	must(w.t, err)
	if n != len(found) {
		w.t.Errorf("%v: %d calls are listed and %d counted", states, len(found), n)
	}
	return len(found)
}

func testWeChatRobots(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w, other := newWorld(t, s), newWorld(t, s)
	r := w.wechatRobot("销售群")
	got, err := s.WeChatRobot(ctx, w.scope, r.ID)
	must(t, err)
	if got != r {
		t.Errorf("read %+v, want %+v", got, r)
	}
	wantKind(t, s.CreateWeChatRobot(ctx, w.scope, &push.Robot{Name: r.Name, Key: r.Key}), errs.Conflict, "the same name")
	must(t, s.CreateWeChatRobot(ctx, other.scope, &push.Robot{Name: r.Name, Key: r.Key}))
	for name, err := range map[string]error{
		"read":   func() error { _, err := s.WeChatRobot(ctx, other.scope, r.ID); return err }(),
		"change": s.UpdateWeChatRobot(ctx, other.scope, r),
		"delete": s.DeleteWeChatRobot(ctx, other.scope, r.ID, t0),
		"turn":   s.TakeTurn(ctx, other.scope, r.ID, t0),
		"claim":  func() error { _, err := s.ClaimPush(ctx, other.scope, r.ID, t0); return err }(),
		"create": s.CreateWeChatRobot(ctx, other.scope, &push.Robot{Tenant: w.tenant, Name: "x"}),
		"choose": func() error {
			c := other.aCampaign("x")
			c.WeChat = push.Policy{Robot: r.ID, Grades: []string{"A"}}
			return s.CreateCampaign(ctx, other.scope, &c)
		}(),
		"no such": s.UpdateWeChatRobot(ctx, w.scope, push.Robot{ID: 1 << 40}),
	} {
		wantKind(t, err, errs.NotFound, name)
	}
	names, err := s.WeChatRobotNames(ctx, other.scope, []push.RobotID{r.ID, 0})
	must(t, err)
	if len(names) != 0 {
		t.Errorf("another tenant reads names %v", names)
	}
	changed := r
	changed.Name, changed.Key, changed.MaskNumbers, changed.UpdatedAt = "客服群", "another-key-of-the-robot", false, t0.Add(time.Hour)
	must(t, s.UpdateWeChatRobot(ctx, w.scope, changed))
	second := w.wechatRobot("销售群")
	second.Name = changed.Name
	wantKind(t, s.UpdateWeChatRobot(ctx, w.scope, second), errs.Conflict, "renamed to another's name")
	list, err := s.WeChatRobots(ctx, w.scope)
	must(t, err)
	if len(list) != 2 || list[0].ID != second.ID || list[1] != changed {
		t.Errorf("listed %+v", list)
	}

	// Once it has spoken it is silent for a while.
	must(t, s.TakeTurn(ctx, w.scope, r.ID, t0))
	wantKind(t, s.TakeTurn(ctx, w.scope, r.ID, t0.Add(push.Spacing-time.Microsecond)), errs.Limited, "too early")
	must(t, s.TakeTurn(ctx, w.scope, r.ID, t0.Add(push.Spacing)))

	// It stays as long as a campaign needs it, and its name is free once it is gone.
	w.tells(r.ID, "A")
	wantKind(t, s.DeleteWeChatRobot(ctx, w.scope, r.ID, t0), errs.Conflict, "a campaign names it")
	must(t, s.MoveCampaign(ctx, w.scope, w.camp, campaign.States(), campaign.Finished, "", t0))
	must(t, s.DeleteWeChatRobot(ctx, w.scope, r.ID, t0))
	wantKind(t, s.DeleteWeChatRobot(ctx, w.scope, r.ID, t0), errs.NotFound, "deleted twice")
	wantKind(t, s.TakeTurn(ctx, w.scope, r.ID, t0.Add(time.Hour)), errs.NotFound, "a deleted one speaks")
	again := w.wechatRobot("客服群")
	names, err = s.WeChatRobotNames(ctx, w.scope, []push.RobotID{r.ID, again.ID})
	must(t, err)
	if names[r.ID] != "客服群" || names[again.ID] != "客服群" {
		t.Errorf("names %v", names)
	}
	gone := w.aCampaign("x")
	gone.WeChat = push.Policy{Robot: r.ID, Grades: []string{"A"}}
	wantKind(t, s.CreateCampaign(ctx, w.scope, &gone), errs.NotFound, "a campaign with a deleted robot")
	for i := range push.MostRobots - 2 {
		w.wechatRobot(fmt.Sprint("群", i))
	}
	wantKind(t, s.CreateWeChatRobot(ctx, w.scope, &push.Robot{Name: "one more"}), errs.Conflict, "too many")
}

func testPushesAreQueued(t *testing.T, s *store.Store) {
	ctx, all := t.Context(), tenant.Platform()
	w := newWorld(t, s)
	silent := w.finishes("A")
	r := w.wechatRobot("销售群")
	w.tells(r.ID, "A", "B")
	for grade, want := range map[string]bool{"A": true, "B": true, "C": false, "": false} {
		c := w.finishes(grade)
		p := w.push(c)
		if (p.State == push.Waiting) != want {
			t.Errorf("grade %q: %+v", grade, p)
		}
		read, err := s.Call(ctx, w.scope, c.UUID)
		must(t, err)
		if (read.Push == call.PushWaiting) != want {
			t.Errorf("grade %q: the call shows %q", grade, read.Push)
		}
	}
	if p := w.push(silent); p.State != "" {
		t.Errorf("a call of before has %+v", p)
	}
	// Many at once share statements.
	w.contacts(40)
	claimed := w.claim(40)
	for _, k := range claimed {
		must(t, s.BeginDialing(ctx, all, w.aCall(k)))
	}
	together(t, 40, func(i int) error {
		f := end(w.aCall(claimed[i]))
		f.Call.Grade = []string{"A", "D"}[i%2]
		return s.FinishCall(ctx, all, f)
	})
	for state, want := range map[call.Push]int{call.PushWaiting: 22, call.PushNone: 23, call.PushSent: 0} {
		if n := w.listed(state); n != want {
			t.Errorf("%d calls are %q, want %d", n, state, want)
		}
	}
	// A call that is finished twice is told of once.
	f := end(w.begin())
	must(t, s.FinishCall(ctx, all, f))
	wantKind(t, s.FinishCall(ctx, all, f), errs.Conflict, "finished twice")
	// One that was never written down before its end is told of too.
	w.contacts(1)
	lost := end(w.aCall(w.claim(1)[0]))
	must(t, s.FinishCall(ctx, all, lost))
	if p := w.push(lost.Call); p.State != push.Waiting || !p.Due.Equal(lost.Call.Times.Ended) || p.RobotName != r.Name || p.Campaign != w.camp || p.Tenant != w.tenant {
		t.Errorf("queued %+v", p)
	}
	// Who sees none of the campaign's calls sees none of its messages.
	found, err := s.Pushes(ctx, tenant.Of(w.tenant).Narrow(tenant.View{Owner: 77}), []call.UUID{lost.Call.UUID})
	must(t, err)
	if len(found) != 0 {
		t.Errorf("outside of the view: %+v", found)
	}
}

func testPushLife(t *testing.T, s *store.Store) {
	ctx, all := t.Context(), tenant.Platform()
	w := newWorld(t, s)
	r := w.wechatRobot("销售群")
	w.tells(r.ID, "B")
	c := w.finishes("B")
	now := c.Times.Ended
	speaking := func(at time.Time, want int) {
		t.Helper()
		found, err := s.SpeakingRobots(ctx, all, at, 10)
		must(t, err)
		if len(found) != want || want > 0 && found[0] != r.ID {
			t.Errorf("at %v speak %v, want %d", at.Sub(now), found, want)
		}
	}
	none := func(at time.Time, what string) {
		t.Helper()
		speaking(at, 0)
		_, err := s.ClaimPush(ctx, all, r.ID, at)
		wantKind(t, err, errs.NotFound, what)
	}
	none(now.Add(-time.Second), "before it is due")
	speaking(now, 1)
	now = now.Add(push.Spacing)
	j, err := s.ClaimPush(ctx, all, r.ID, now)
	must(t, err)
	if j.Push.State != push.Sending || j.Push.Attempts != 1 || j.Robot != r || j.Call.UUID != c.UUID || j.Call.Number != c.Number || j.Campaign != "春季回访" || j.Zone != "Asia/Shanghai" {
		t.Errorf("claimed %+v", j)
	}
	none(now.Add(push.Spacing), "in other hands")
	if n := w.listed(call.PushWaiting); n != 1 {
		t.Errorf("%d wait while it is sent", n)
	}

	// Whoever had it died: it is handed out again, and the first one's word does not count any more.
	now = now.Add(push.Lease)
	second, err := s.ClaimPush(ctx, all, r.ID, now)
	must(t, err)
	first := j.Push
	first.State, first.SentAt = push.Sent, now
	wantKind(t, s.SettlePush(ctx, all, first, time.Time{}), errs.Conflict, "settled by the one before")

	// It is tried again later, and the robot is silent meanwhile.
	p := second.Push
	p.State, p.Reason, p.Due = push.Waiting, "busy", now.Add(10*time.Second)
	must(t, s.SettlePush(ctx, all, p, now.Add(push.Pause)))
	wantKind(t, s.SettlePush(ctx, all, p, time.Time{}), errs.Conflict, "settled twice")
	none(now.Add(push.Pause-time.Second), "in the pause")
	now = now.Add(push.Pause)
	third, err := s.ClaimPush(ctx, all, r.ID, now)
	must(t, err)
	if third.Push.Attempts != 3 || third.Push.Reason != "busy" {
		t.Errorf("third try %+v", third.Push)
	}
	p = third.Push
	for _, wrong := range []push.State{push.Sending, push.Waiting, ""} {
		p.State, p.Due = wrong, time.Time{}
		wantKind(t, s.SettlePush(ctx, all, p, time.Time{}), errs.Invalid, "settled as "+string(wrong))
	}
	p.State, p.Reason, p.SentAt = push.Sent, "", now
	stranger := newWorld(t, s)
	wantKind(t, s.SettlePush(ctx, stranger.scope, p, time.Time{}), errs.NotFound, "another tenant's")
	must(t, s.SettlePush(ctx, all, p, time.Time{}))
	none(now.Add(24*time.Hour), "sent")
	if got := w.push(c); got.State != push.Sent || got.Attempts != 3 || !got.SentAt.Equal(now) || !got.Due.IsZero() || got.Reason != "" {
		t.Errorf("sent as %+v", got)
	}
	if sent, waits := w.listed(call.PushSent), w.listed(call.PushWaiting); sent != 1 || waits != 0 {
		t.Errorf("listed as sent %d, waiting %d", sent, waits)
	}
	wantKind(t, s.SettlePush(ctx, all, p, time.Time{}), errs.Conflict, "sent twice")

	// A read and a deleted call keep their place, or lose it.
	for _, what := range []string{"read", "deleted"} {
		k := w.finishes("B")
		ids := []call.UUID{k.UUID}
		now = now.Add(time.Hour)
		j, err := s.ClaimPush(ctx, all, r.ID, now)
		must(t, err)
		if what == "read" {
			_, err = s.ReadCalls(ctx, w.scope, w.camp, ids, now)
		} else {
			_, err = s.HideCalls(ctx, w.scope, w.camp, ids, now)
		}
		must(t, err)
		p := j.Push
		p.State, p.Reason = push.Failed, "no more"
		must(t, s.SettlePush(ctx, all, p, time.Time{}))
		if got := w.push(k); got.State != push.Failed || got.Reason != "no more" {
			t.Errorf("%s: %+v", what, got)
		}
	}
	yes := true
	found, err := s.Calls(ctx, w.scope, w.camp, call.Filter{Pushes: []call.Push{call.PushFailed}, Read: &yes}, call.Page{})
	must(t, err)
	if len(found) != 1 || w.listed(call.PushFailed) != 1 {
		t.Errorf("failed are %d", len(found))
	}
	hidden := w.finishes("B")
	_, err = s.HideCalls(ctx, w.scope, w.camp, []call.UUID{hidden.UUID}, now)
	must(t, err)
	j, err = s.ClaimPush(ctx, all, r.ID, now.Add(time.Hour))
	must(t, err)
	if !j.Call.Number.IsZero() || j.Push.Call != hidden.UUID {
		t.Errorf("of a deleted call: %+v", j)
	}
}

// testPushesByMany lets many senders claim at once: each message is handed out once, and a robot has one turn at a time.
func testPushesByMany(t *testing.T, s *store.Store) {
	ctx, all := t.Context(), tenant.Platform()
	w := newWorld(t, s)
	r := w.wechatRobot("销售群")
	w.tells(r.ID, "B")
	const calls = 6
	for range calls {
		w.finishes("B")
	}
	now := t0.Add(time.Hour)
	var mu sync.Mutex
	handed := map[call.UUID]int{}
	for turn := range calls + 1 {
		at, got := now.Add(time.Duration(turn)*push.Spacing), 0
		together(t, 8, func(int) error {
			j, err := s.ClaimPush(ctx, all, r.ID, at)
			if errs.Is(err, errs.NotFound) {
				return nil
			}
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			got++
			handed[j.Push.Call]++
			return nil
		})
		if want := min(1, calls-turn); got != want {
			t.Errorf("turn %d: %d messages, want %d", turn, got, want)
		}
	}
	for id, n := range handed {
		if n != 1 {
			t.Errorf("%s was handed out %d times", id, n)
		}
	}
	if len(handed) != calls {
		t.Errorf("%d of %d messages were handed out", len(handed), calls)
	}
}

func testPushesOfADeletedRobot(t *testing.T, s *store.Store) {
	ctx, all := t.Context(), tenant.Platform()
	w := newWorld(t, s)
	r := w.wechatRobot("销售群")
	w.tells(r.ID, "B")
	sent := w.finishes("B")
	now := t0.Add(time.Hour)
	j, err := s.ClaimPush(ctx, all, r.ID, now)
	must(t, err)
	done := j.Push
	done.State, done.SentAt = push.Sent, now
	must(t, s.SettlePush(ctx, all, done, time.Time{}))
	sending := w.finishes("B")
	_, err = s.ClaimPush(ctx, all, r.ID, now.Add(push.Spacing))
	must(t, err)
	waiting := w.finishes("B")
	must(t, s.MoveCampaign(ctx, w.scope, w.camp, campaign.States(), campaign.Finished, "", t0))
	must(t, s.DeleteWeChatRobot(ctx, w.scope, r.ID, now))
	for _, c := range []struct {
		of   call.Call
		want push.State
	}{{sent, push.Sent}, {sending, push.Failed}, {waiting, push.Failed}} {
		p := w.push(c.of)
		if p.State != c.want || (p.Reason != "") != (c.want == push.Failed) || p.RobotName != r.Name {
			t.Errorf("%+v, want %s", p, c.want)
		}
	}
	if n := w.listed(call.PushFailed); n != 2 {
		t.Errorf("%d calls are listed as failed", n)
	}
	found, err := s.SpeakingRobots(ctx, all, now.Add(time.Hour), 10)
	must(t, err)
	if len(found) != 0 {
		t.Errorf("%v speak", found)
	}
	// A call that was still under way when its campaign was finished is left to whoever sends: there is no key any more.
	late := w.finishes("B")
	j, err = s.ClaimPush(ctx, all, r.ID, now.Add(time.Hour))
	must(t, err)
	if j.Push.Call != late.UUID || j.Robot.Key != "" {
		t.Errorf("claimed %+v", j)
	}
}
