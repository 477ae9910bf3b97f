package pushes_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/outdial/outdial/admin/pushes"
	"github.com/outdial/outdial/admin/wecom"
	"github.com/outdial/outdial/admin/wecom/wecomtest"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/push"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/store"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/trunk"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)

// yard is a company with a campaign, a store, and a WeCom of its own.
type yard struct {
	t        *testing.T
	db       *store.Store
	scope    tenant.Scope
	script   script.ID
	trunk    trunk.ID
	campaign campaign.ID
	robot    push.Robot
	server   *wecomtest.Server
	client   *wecom.Client
	clock    *clock.Fake
	number   int
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newYard(t *testing.T) *yard {
	t.Helper()
	ctx := t.Context()
	db, err := store.Open(ctx, store.Config{DSN: "sqlite://" + filepath.Join(t.TempDir(), "outdial.db")})
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	must(t, db.Migrate(ctx))
	owner := tenant.Tenant{Kind: tenant.Merchant, Name: "Merchant", Zone: "Asia/Shanghai", CreatedAt: noon}
	must(t, db.CreateTenant(ctx, tenant.Platform(), &owner))
	y := &yard{t: t, db: db, scope: tenant.Of(owner.ID), server: wecomtest.Serve(t), clock: clock.NewFake(noon)}
	y.client, err = wecom.New(y.server.URL)
	must(t, err)
	t.Cleanup(y.client.Close)
	talk := script.Script{Name: "Talk", CreatedAt: noon}
	must(t, db.CreateScript(ctx, y.scope, &talk, nil))
	must(t, db.PublishVersion(ctx, y.scope, &script.Version{Script: talk.ID, Source: []byte("x"), CreatedAt: noon}))
	line := trunk.Trunk{Name: "Line", Address: "127.0.0.1:5070", Concurrency: 1, CPS: 1, RingTimeout: time.Minute, CreatedAt: noon}
	must(t, db.CreateTrunk(ctx, y.scope, &line))
	y.script, y.trunk = talk.ID, line.ID
	y.robot = y.makeRobot("销售群", true)
	y.campaign = y.makeCampaign("三月", y.robot.ID)
	return y
}

func (y *yard) makeRobot(name string, masked bool) push.Robot {
	y.t.Helper()
	r := push.Robot{Name: name, Key: "key-of-the-robot-" + fmt.Sprint(len(name), masked), MaskNumbers: masked, CreatedAt: noon, UpdatedAt: noon}
	must(y.t, y.db.CreateWeChatRobot(y.t.Context(), y.scope, &r))
	return r
}

func (y *yard) makeCampaign(name string, r push.RobotID) campaign.ID {
	y.t.Helper()
	c := campaign.Campaign{Name: name, Script: y.script, Trunk: y.trunk, Robots: 1, StartMode: campaign.Manual, State: campaign.NotStarted,
		Window: campaign.Window{Zone: "Asia/Shanghai", Weekdays: campaign.EveryDay, From: campaign.Earliest, To: campaign.Latest},
		Redial: campaign.Redial{MaxAttempts: 1}, WeChat: push.Policy{Robot: r, Grades: []string{"A"}}, CreatedAt: noon, UpdatedAt: noon}
	must(y.t, y.db.CreateCampaign(y.t.Context(), y.scope, &c))
	return c.ID
}

// finish ends a call of grade A in the campaign.
func (y *yard) finish(in campaign.ID) call.UUID {
	y.t.Helper()
	ctx := y.t.Context()
	y.number++
	n, err := contact.ParseNumber(fmt.Sprintf("138001380%02d", y.number), "CN")
	must(y.t, err)
	now := y.clock.Now()
	must(y.t, y.db.AddContact(ctx, y.scope, &contact.Contact{Campaign: in, Number: n, Name: "王*先生*", CreatedAt: now}))
	claimed, err := y.db.Claim(ctx, tenant.Platform(), call.ClaimRequest{Campaign: in, Limit: 1, Holder: "d", Now: now, Lease: time.Minute})
	must(y.t, err)
	a := claimed[0]
	c := call.Call{UUID: a.Attempt.UUID, Tenant: a.Attempt.Tenant, Campaign: in, Contact: a.Contact.ID, Ordinal: 1, Number: n, Name: a.Contact.Name, Times: call.Times{Created: now}}
	must(y.t, y.db.BeginDialing(ctx, tenant.Platform(), c))
	c.State, c.Grade, c.Turns, c.Times.Answered, c.Times.Ended = call.Ended, "A", 7, now, now
	must(y.t, y.db.FinishCall(ctx, tenant.Platform(), call.Finish{Call: c, At: now}))
	return c.UUID
}

func (y *yard) sender(s pushes.Store) *pushes.Sender {
	if s == nil {
		s = y.db
	}
	return pushes.New(pushes.Config{Store: s, Client: y.client, Clock: y.clock, Logger: slog.New(slog.NewTextHandler(y.t.Output(), nil))})
}

func (y *yard) read(id call.UUID) push.Push {
	y.t.Helper()
	found, err := y.db.Pushes(y.t.Context(), y.scope, []call.UUID{id})
	must(y.t, err)
	return found[id]
}

func (y *yard) want(id call.UUID, state push.State, attempts int, reason string) {
	y.t.Helper()
	p := y.read(id)
	if p.State != state || p.Attempts != attempts || !strings.Contains(p.Reason, reason) || reason == "" && p.Reason != "" {
		y.t.Errorf("%+v, want %s after %d tries and %q", p, state, attempts, reason)
	}
	c, err := y.db.Call(y.t.Context(), y.scope, id)
	must(y.t, err)
	if c.Push != state.OfCall() {
		y.t.Errorf("the call shows %q, want %q", c.Push, state.OfCall())
	}
}

func TestAFinishedCallIsToldOf(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	open := y.makeRobot("管理群组", false)
	second := y.makeCampaign("四月", open.ID)
	masked, whole := y.finish(y.campaign), y.finish(second)
	y.sender(nil).Look(t.Context())
	y.want(masked, push.Sent, 1, "")
	y.want(whole, push.Sent, 1, "")
	taken := y.server.Taken()
	slices.SortFunc(taken, func(a, b wecomtest.Message) int { return strings.Compare(a.Content, b.Content) })
	if len(taken) != 2 {
		t.Fatalf("taken %+v", taken)
	}
	for i, want := range []struct{ key, campaign, number string }{{y.robot.Key, "三月", "138＊＊＊＊8001"}, {open.Key, "四月", "13800138002"}} {
		m := taken[i]
		if m.Key != want.key || !strings.Contains(m.Content, "> 任务："+want.campaign) || !strings.Contains(m.Content, "> 联系方式："+want.number) ||
			!strings.Contains(m.Content, "> 联系人：王＊先生＊") || !strings.Contains(m.Content, "> 拨打时间：2026-03-02 12:00:00") {
			t.Errorf("told %+v", m)
		}
	}
}

// TestARobotSpeaksTwentyTimesAMinute ends many calls at once and counts what arrives in any minute.
func TestARobotSpeaksTwentyTimesAMinute(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	const calls = 45
	for range calls {
		y.finish(y.campaign)
	}
	s, other := y.sender(nil), y.sender(nil) // as two processes would
	var at []time.Time
	for range 60 * 4 {
		before := len(y.server.Taken())
		s.Look(t.Context())
		other.Look(t.Context())
		for range len(y.server.Taken()) - before {
			at = append(at, y.clock.Now())
		}
		y.clock.Advance(time.Second)
	}
	if len(at) != calls {
		t.Fatalf("%d of %d messages arrived", len(at), calls)
	}
	for i := range at {
		within := 0
		for _, other := range at[i:] {
			if other.Sub(at[i]) < time.Minute {
				within++
			}
		}
		if within > 20 {
			t.Errorf("%d messages arrive in the minute from %v on", within, at[i].Sub(noon))
		}
	}
	seen := map[string]bool{}
	for _, m := range y.server.Taken() {
		seen[m.Content] = true
	}
	if len(seen) != calls {
		t.Errorf("%d different messages of %d", len(seen), calls)
	}
}

func TestFailuresThatPassAreTriedAgain(t *testing.T) {
	t.Parallel()
	for _, a := range []wecomtest.Answer{wecomtest.Busy, wecomtest.Cut, wecomtest.Hangup, wecomtest.Garbage, wecomtest.Nothing, wecomtest.Huge, wecomtest.Redirect, wecomtest.Down} {
		t.Run(string(a), func(t *testing.T) {
			t.Parallel()
			y := newYard(t)
			y.server.Next(a, a)
			id := y.finish(y.campaign)
			s := y.sender(nil)
			for try := 1; try <= 2; try++ {
				s.Look(t.Context())
				if p := y.read(id); p.State != push.Waiting || p.Attempts != try || p.Reason == "" || !p.Due.Equal(y.clock.Now().Add(push.Backoff(try))) {
					t.Errorf("after try %d: %+v", try, p)
				}
				y.clock.Advance(push.Backoff(try) - time.Second)
				s.Look(t.Context())
				if n := len(y.server.Asked()); n != try {
					t.Errorf("%d requests before it is due again, want %d", n, try)
				}
				y.clock.Advance(time.Second)
			}
			s.Look(t.Context())
			y.want(id, push.Sent, 3, "")
		})
	}
}

func TestAnUnreachableServerIsGivenUp(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	y.server.Always(wecomtest.Down)
	id := y.finish(y.campaign)
	s := y.sender(nil)
	for range push.Tries + 2 {
		s.Look(t.Context())
		y.clock.Advance(time.Hour)
	}
	y.want(id, push.Failed, push.Tries, "given up after 8 tries: the push server answered with status 503")
	if n := len(y.server.Asked()); n != push.Tries {
		t.Errorf("%d requests", n)
	}
}

func TestRefusalsAreFinal(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	y.server.Next(wecomtest.Invalid, wecomtest.Refused)
	first, second, third := y.finish(y.campaign), y.finish(y.campaign), y.finish(y.campaign)
	s := y.sender(nil)
	for range 3 {
		s.Look(t.Context())
		y.clock.Advance(time.Minute)
	}
	y.want(first, push.Failed, 1, "93000")
	y.want(second, push.Failed, 1, "40058")
	y.want(third, push.Sent, 1, "")
	y.clock.Advance(24 * time.Hour)
	s.Look(t.Context())
	if n := len(y.server.Asked()); n != 3 {
		t.Errorf("%d requests", n)
	}
}

// TestALimitedRobotIsSilent: the one that sends too much pauses, the others do not.
func TestALimitedRobotIsSilent(t *testing.T) {
	t.Parallel()
	for _, a := range []wecomtest.Answer{wecomtest.Often, wecomtest.Limited} {
		t.Run(string(a), func(t *testing.T) {
			t.Parallel()
			y := newYard(t)
			y.server.Next(a)
			first, second := y.finish(y.campaign), y.finish(y.campaign)
			s := y.sender(nil)
			s.Look(t.Context())
			elsewhere := y.finish(y.makeCampaign("四月", y.makeRobot("管理群组", true).ID))
			y.clock.Advance(push.Pause - time.Second)
			s.Look(t.Context())
			y.want(elsewhere, push.Sent, 1, "")
			y.want(second, push.Waiting, 0, "")
			y.clock.Advance(time.Second)
			s.Look(t.Context())
			y.clock.Advance(push.Spacing)
			s.Look(t.Context())
			y.want(first, push.Sent, 2, "")
			y.want(second, push.Sent, 1, "")
		})
	}
}

func TestWhatAProcessLeftIsFound(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	id := y.finish(y.campaign)
	// One process claims it and dies; another has just been started.
	_, err := y.db.ClaimPush(t.Context(), tenant.Platform(), y.robot.ID, y.clock.Now())
	must(t, err)
	s := y.sender(nil)
	must(t, s.Start(t.Context()))
	defer s.Close()
	must(t, y.clock.BlockUntilContext(t.Context(), 1))
	if len(y.server.Asked()) > 0 {
		t.Error("what is in other hands was sent")
	}
	for y.read(id).State != push.Sent {
		y.clock.Advance(push.Lease)
		select {
		case <-y.server.Arrived():
			s.Close() // it is settled by then
		case <-time.After(time.Minute):
			t.Fatal("nothing was sent")
		}
	}
	y.want(id, push.Sent, 2, "")
	if n := len(y.server.Asked()); n != 1 {
		t.Errorf("%d requests", n)
	}
}

// broken is a store whose answers fail.
type broken struct {
	pushes.Store
	mu    sync.Mutex
	left  int
	tried chan struct{}
}

func (b *broken) SettlePush(ctx context.Context, scope tenant.Scope, p push.Push, pause time.Time) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tried <- struct{}{}
	if b.left--; b.left >= 0 {
		return errs.Wrap(errs.Unavailable, errors.New("gone"), "could not settle a push")
	}
	return b.Store.SettlePush(ctx, scope, p, pause)
}

// TestASentMessageIsNotSentAgain though the database did not take its end at once.
func TestASentMessageIsNotSentAgain(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	id := y.finish(y.campaign)
	b := &broken{Store: y.db, left: 3, tried: make(chan struct{}, 100)}
	s := y.sender(b)
	done := make(chan struct{})
	go func() { defer close(done); s.Look(t.Context()) }()
	for range 3 {
		<-b.tried
		must(t, y.clock.BlockUntilContext(t.Context(), 1))
		y.clock.Advance(time.Second)
	}
	<-done
	y.want(id, push.Sent, 1, "")
	y.clock.Advance(time.Hour)
	s.Look(t.Context())
	if n := len(y.server.Taken()); n != 1 {
		t.Errorf("%d messages", n)
	}
}

func TestWhatIsGoneIsNotToldOf(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	ctx := t.Context()
	deleted, late := y.finish(y.campaign), y.makeCampaign("四月", y.robot.ID)
	_, err := y.db.HideCalls(ctx, y.scope, y.campaign, []call.UUID{deleted}, y.clock.Now())
	must(t, err)
	s := y.sender(nil)
	s.Look(ctx)
	if p := y.read(deleted); p.State != push.Failed || p.Reason != push.CallDeleted {
		t.Errorf("of a deleted call: %+v", p)
	}
	for _, id := range []campaign.ID{y.campaign, late} {
		must(t, y.db.MoveCampaign(ctx, y.scope, id, campaign.States(), campaign.Running, "", noon))
	}
	must(t, y.db.MoveCampaign(ctx, y.scope, y.campaign, campaign.States(), campaign.Finished, "", noon))
	must(t, y.db.MoveCampaign(ctx, y.scope, late, campaign.States(), campaign.Finished, "", noon))
	must(t, y.db.DeleteWeChatRobot(ctx, y.scope, y.robot.ID, noon))
	must(t, y.db.MoveCampaign(ctx, y.scope, late, campaign.States(), campaign.Running, "", noon))
	id := y.finish(late)
	y.clock.Advance(time.Minute)
	s.Look(ctx)
	y.want(id, push.Failed, 1, push.RobotDeleted)
	if n := len(y.server.Asked()); n != 0 {
		t.Errorf("%d requests", n)
	}
}

// held is a client that answers when it is told to.
type held struct{ asked, answer chan struct{} }

func (h held) Send(ctx context.Context, _, _ string) error {
	h.asked <- struct{}{}
	select {
	case <-h.answer:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// TestCloseWaitsForWhatIsOnItsWay, and lets nothing begin.
func TestCloseWaitsForWhatIsOnItsWay(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	id := y.finish(y.campaign)
	h := held{make(chan struct{}), make(chan struct{})}
	s := pushes.New(pushes.Config{Store: y.db, Client: h, Clock: y.clock, Logger: slog.New(slog.DiscardHandler)})
	must(t, s.Start(t.Context()))
	<-h.asked
	closed := make(chan struct{})
	go func() { defer close(closed); s.Close() }()
	h.answer <- struct{}{}
	<-closed
	y.want(id, push.Sent, 1, "")
}
