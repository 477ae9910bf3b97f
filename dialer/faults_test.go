package dialer_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/outdial/outdial/dialer"
	"github.com/outdial/outdial/dialer/callctl"
	"github.com/outdial/outdial/dialer/carriersim"
	"github.com/outdial/outdial/dialer/esl"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/store"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/transcript"
	"github.com/outdial/outdial/shared/trunk"
)

func TestStartSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	r := newRig(t, settings{})
	free, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	nobody := free.Addr().String()
	_ = free.Close()
	for _, tt := range []struct {
		name string
		edit func(*dialer.Config)
		want error
		says string
	}{
		{"wrong password", func(c *dialer.Config) { c.Password = "wrong" }, esl.ErrAuth, "password"},
		{"nothing listens", func(c *dialer.Config) { c.ESL = nobody }, esl.ErrRefused, nobody},
		{"no ESL", func(c *dialer.Config) { c.ESL = r.redis.Addr() }, nil, r.redis.Addr()},
	} {
		cfg := r.config()
		tt.edit(&cfg)
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		d, err := dialer.Start(ctx, cfg)
		cancel()
		if err == nil {
			d.Close(context.Background(), true)
			t.Errorf("%s: the dialer started", tt.name)
			continue
		}
		if tt.want != nil && !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// wire is a TCP proxy that can be cut.
type wire struct {
	t     *testing.T
	to    string
	l     net.Listener
	mu    sync.Mutex
	cut   bool
	conns map[net.Conn]bool
	wg    sync.WaitGroup
}

func newWire(t *testing.T, to string) *wire {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	w := &wire{t: t, to: to, l: l, conns: make(map[net.Conn]bool)}
	w.wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			w.wg.Go(func() { w.carry(c) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		w.set(true)
		w.wg.Wait()
	})
	return w
}

func (w *wire) carry(in net.Conn) {
	defer in.Close()
	out, err := net.Dial("tcp", w.to)
	if err != nil {
		return
	}
	defer out.Close()
	w.mu.Lock()
	if w.cut {
		w.mu.Unlock()
		return
	}
	w.conns[in], w.conns[out] = true, true
	w.mu.Unlock()
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = io.Copy(out, in)
		_ = out.Close()
	}()
	_, _ = io.Copy(in, out)
	_ = in.Close()
	<-done
}

func (w *wire) set(cut bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = cut
	if cut {
		for c := range w.conns {
			_ = c.Close()
		}
		clear(w.conns)
	}
}

// The connection to the switch is cut while calls ring, play announcements and talk; what ends meanwhile is accounted for
// and what lives on is not ended for it.
func TestESLCut(t *testing.T) {
	t.Parallel()
	r := newRig(t, settings{
		sim: func(c *carriersim.Config) { c.Patience = 0 },
		manner: func(k call.Call) manner {
			if strings.HasSuffix(k.Number.String(), "53") {
				return manner{talk: 6 * time.Second} // longer than the cut and the ring timer
			}
			return manner{talk: time.Second} // shorter than the cut
		},
	})
	line := r.trunk(func(l *trunk.Trunk) { l.RingTimeout, l.EarlyMedia = time.Second, false })
	c := r.campaign(line, func(c *campaign.Campaign) {
		c.Redial = campaign.Redial{MaxAttempts: 2, Interval: 0, On: []call.Disposition{call.Failed}}
	})
	long, brief := r.contacts(c, "ignores-bye", 6), r.contacts(c, "silent", 6)
	r.contacts(c, "no-answer", 6)
	w := newWire(t, r.sw.ESLAddr())
	d := r.dialer(func(cfg *dialer.Config) { cfg.ESL = w.l.Addr().String() })
	r.act(c, campaign.Start)
	r.until("calls that talk", func() bool { return r.robots.live() >= 12 })
	w.set(true)
	time.Sleep(3500 * time.Millisecond) // longer than the ring timer with its margin
	w.set(false)
	r.finished(c)
	r.settled(d, c)
	ends := make(map[int64][]call.Outcome)
	for _, k := range r.calls(c) {
		ends[int64(k.Contact)] = append(ends[int64(k.Contact)], k.Outcome)
	}
	for _, k := range long {
		if o := ends[int64(k.ID)]; len(o) != 1 || o[0].EndReason != call.EndCompleted || o[0].HungUpBy != call.PartyRobot {
			t.Errorf("a call that outlived the cut ended as %+v", o)
		}
	}
	for _, k := range brief {
		if o := ends[int64(k.ID)]; len(o) != 1 || o[0].EndReason != call.EndCompleted || !o[0].Answered {
			t.Errorf("a call that ended during the cut ended as %+v", o)
		}
	}
}

func TestSwitchRestarts(t *testing.T) {
	t.Parallel()
	r := newRig(t, settings{manner: func(k call.Call) manner {
		if k.Ordinal == 1 {
			return manner{}
		}
		return manner{talk: 100 * time.Millisecond}
	}})
	c := r.campaign(r.trunk(), func(c *campaign.Campaign) { c.Robots = 16 })
	r.contacts(c, "ignores-bye", 8)
	r.contacts(c, "no-answer", 8)
	r.contacts(c, "busy", 30)
	w := newWire(t, r.sw.ESLAddr())
	d := r.dialer(func(cfg *dialer.Config) { cfg.ESL = w.l.Addr().String() })
	r.act(c, campaign.Start)
	r.until("calls that talk", func() bool { return r.robots.live() >= 8 })
	w.set(true) // the switch dies without a word
	must(t, r.sw.Close())
	r.startSwitch()
	w.set(false)
	r.until("calls that were lost", func() bool {
		n := 0
		for _, k := range r.calls(c) {
			if k.Outcome.EndReason == call.EndSwitchLost || k.Outcome.EndReason == call.EndCompleted {
				n++
			}
		}
		return n >= 8
	})
	r.act(c, campaign.Terminate) // those who never answer would take their time
	r.settled(d, c)
}

// flaky is a store that can be made to fail.
type flaky struct {
	*store.Store
	down atomic.Bool
}

var errDown = errs.New(errs.Unavailable, "the database is made to fail")

func (f *flaky) err() error {
	if f.down.Load() {
		return errDown
	}
	return nil
}

func (f *flaky) Claim(ctx context.Context, s tenant.Scope, q call.ClaimRequest) ([]call.ClaimedContact, error) {
	if err := f.err(); err != nil {
		return nil, err
	}
	return f.Store.Claim(ctx, s, q)
}

func (f *flaky) BeginDialing(ctx context.Context, s tenant.Scope, c call.Call) error {
	return errors.Join(f.err(), f.unless(func() error { return f.Store.BeginDialing(ctx, s, c) }))
}

func (f *flaky) MoveCall(ctx context.Context, s tenant.Scope, c call.Call, expect call.State) error {
	return errors.Join(f.err(), f.unless(func() error { return f.Store.MoveCall(ctx, s, c, expect) }))
}

// FinishCall may also fail after the commit: the connection broke before the answer came.
func (f *flaky) FinishCall(ctx context.Context, s tenant.Scope, c call.Finish) error {
	if err := f.err(); err != nil {
		return err
	}
	err := f.Store.FinishCall(ctx, s, c)
	return errors.Join(f.err(), err)
}

func (f *flaky) Turns(ctx context.Context, s tenant.Scope, id call.UUID) ([]transcript.Turn, error) {
	if err := f.err(); err != nil {
		return nil, err
	}
	return f.Store.Turns(ctx, s, id)
}

func (f *flaky) RenewLeases(ctx context.Context, s tenant.Scope, holder string, until time.Time) error {
	return errors.Join(f.err(), f.unless(func() error { return f.Store.RenewLeases(ctx, s, holder, until) }))
}

func (f *flaky) CampaignsIn(ctx context.Context, s tenant.Scope, states ...campaign.State) ([]campaign.Campaign, error) {
	if err := f.err(); err != nil {
		return nil, err
	}
	return f.Store.CampaignsIn(ctx, s, states...)
}

func (f *flaky) unless(do func() error) error {
	if f.down.Load() {
		return nil
	}
	return do()
}

func TestDatabaseFails(t *testing.T) {
	t.Parallel()
	r := newRig(t, settings{
		sim:    func(c *carriersim.Config) { c.Patience = 10 * time.Second }, // a callee who waits for a robot that gets no time must not hang up first
		manner: func(call.Call) manner { return manner{talk: time.Second} },
	})
	db := &flaky{Store: r.store}
	c := r.campaign(r.trunk(), func(c *campaign.Campaign) { c.Robots = 10 })
	r.contacts(c, "answers-at-once", 40)
	d := r.dialer(func(cfg *dialer.Config) { cfg.Store = db })
	r.act(c, campaign.Start)
	r.until("calls that talk", func() bool { return r.robots.live() >= 8 })
	db.down.Store(true)
	r.until("end of the calls", func() bool { return d.Calls().Open == 0 })
	seen := len(r.sim.Calls())
	time.Sleep(1500 * time.Millisecond)
	if now := len(r.sim.Calls()); now != seen {
		t.Errorf("%d calls were placed without a database", now-seen)
	}
	db.down.Store(false)
	r.finished(c)
	r.settled(d, c)
	calls := r.calls(c)
	if len(calls) != 40 {
		t.Errorf("%d calls, want 40", len(calls))
	}
	for _, k := range calls {
		if k.Outcome.EndReason != call.EndCompleted || k.Grade == "" || k.Turns != 2 {
			t.Errorf("call ended as %+v with grade %q and %d turns", k.Outcome, k.Grade, k.Turns)
		}
	}
}

func TestRedisGone(t *testing.T) {
	t.Parallel()
	r := newRig(t, settings{manner: func(call.Call) manner { return manner{talk: 300 * time.Millisecond} }})
	first, second := r.campaign(r.trunk()), r.campaign(r.trunk())
	r.contacts(first, "answers-at-once", 10)
	for i := range 20 {
		r.contact(second, "answers-at-once", 1000+i)
	}
	d := r.dialer()
	r.act(first, campaign.Start)
	r.until("a call", func() bool { return r.robots.live() > 0 })
	r.redis.FlushAll()
	r.finished(first)
	r.settled(d, first)
	r.redis.Close()
	time.Sleep(5 * time.Second) // longer than a dialogue process may be silent
	r.act(second, campaign.Start)
	r.finished(second)
	r.settled(d, second)
	for _, k := range append(r.calls(first), r.calls(second)...) {
		if k.Outcome.EndReason != call.EndCompleted || k.Turns != 2 {
			t.Errorf("call ended as %+v with %d turns", k.Outcome, k.Turns)
		}
	}
	must(t, r.redis.Restart())
}

// narrow gives calls a queue for one event.
type narrow struct{ *esl.Client }

func (n narrow) Own(_ int, uuids ...string) (*esl.Owner, error) { return n.Client.Own(1, uuids...) }

// slow is a store that takes its time for every state, so that events pile up meanwhile.
type slow struct {
	*store.Store
	by time.Duration
}

func (s slow) MoveCall(ctx context.Context, sc tenant.Scope, c call.Call, expect call.State) error {
	time.Sleep(s.by)
	return s.Store.MoveCall(ctx, sc, c, expect)
}

func TestEventsAreLost(t *testing.T) {
	t.Parallel()
	r := newRig(t, settings{sim: func(c *carriersim.Config) { c.Patience = 0 }, manner: func(call.Call) manner { return manner{talk: 2 * time.Second} }})
	ctx := context.Background()
	line := r.trunk(func(l *trunk.Trunk) { l.RingTimeout = 2 * time.Second })
	c := r.campaign(line)
	for _, name := range []string{"silent", "busy-tone", "powered-off", "drops-after-answer", "no-answer", "answers-at-once"} {
		r.contacts(c, name, 3)
	}
	var lost atomic.Int64
	client, err := esl.Dial(ctx, esl.Config{Address: r.sw.ESLAddr(), Password: password, Hooks: esl.Hooks{OnOverflow: func(string, esl.Event) { lost.Add(1) }}})
	must(t, err)
	defer client.Close()
	ctl := callctl.New(callctl.Config{Line: narrow{client}, Store: slow{r.store, 700 * time.Millisecond}, Bus: r.bus, Holder: "d1", Lease: time.Minute,
		LongestCall: time.Minute, RecordingsDir: r.dir, Clock: clock.Real(), Log: r.log})
	must(t, ctl.Start(ctx))
	defer ctl.Close(ctx, true)
	must(t, ctl.SwitchUp(ctx, nil))
	r.until("robots", func() bool { return ctl.RobotCapacity() > 0 })
	claimed, err := r.store.Claim(ctx, r.scope(), call.ClaimRequest{Campaign: c.ID, Limit: 100, Holder: "d1", Now: time.Now(), Lease: time.Minute})
	must(t, err)
	for _, k := range claimed {
		must(t, ctl.Place(callctl.Placement{Claimed: k, Campaign: c, Trunk: line}))
	}
	r.until("end of the calls", func() bool { return ctl.Stats().Ended == int64(len(claimed)) })
	if lost.Load() == 0 {
		t.Error("no event was lost: the test proves nothing")
	}
	if open := ctl.Stats().Open; open != 0 {
		t.Errorf("%d slots are still in use", open)
	}
	for _, k := range r.calls(c) {
		if k.State != call.Ended || k.Outcome.EndReason == call.EndTalkTimeout {
			t.Errorf("call to %s: %s, %+v", k.Number, k.State, k.Outcome)
		}
		if strings.HasSuffix(k.Number.String(), "05") && !k.Outcome.Answered {
			t.Errorf("call that talked ended as %+v", k.Outcome)
		}
	}
	if channels, err := client.Channels(ctx); err != nil || len(channels) > 0 {
		t.Errorf("the switch still has %d legs, error %v", len(channels), err)
	}
}

// A dialer dies while calls ring; they are answered before another one takes them over, and must not end for what their
// rows say.
func TestTakenOverByAnother(t *testing.T) {
	t.Parallel()
	r := newRig(t, settings{
		sim:    func(c *carriersim.Config) { c.TimeScale = 0.5 },
		manner: func(call.Call) manner { return manner{talk: 9 * time.Second} },
	})
	line := r.trunk(func(l *trunk.Trunk) { l.RingTimeout = 4 * time.Second })
	c := r.campaign(line)
	people := r.contacts(c, "ignores-bye", 5)
	cfg := r.config()
	cfg.Lease = 3 * time.Second
	dead, err := dialer.Start(context.Background(), cfg)
	must(t, err)
	r.act(c, campaign.Start)
	r.until("calls that ring", func() bool { return len(r.sim.Calls()) == len(people) })
	dead.Close(context.Background(), false)
	d := r.dialer(func(cfg *dialer.Config) { cfg.Name, cfg.Lease = "d2", 3*time.Second })
	r.finished(c)
	r.settled(d, c)
	calls := r.calls(c)
	if len(calls) != len(people) {
		t.Errorf("%d calls, want %d", len(calls), len(people))
	}
	for _, k := range calls {
		if k.Outcome.EndReason != call.EndCompleted || k.Outcome.HungUpBy != call.PartyRobot || k.Turns != 2 {
			t.Errorf("call ended as %+v with %d turns", k.Outcome, k.Turns)
		}
	}
}
