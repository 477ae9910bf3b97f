package esltest

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/dialer/esl"
)

// Target is a switch under test. It must be able to reach, and be reached from, the loopback address of this machine.
type Target struct {
	Address  string // event socket
	Password string
	// Carriers and Extensions are names of SIP profiles; the defaults are those of freeswitch-conf.
	Carriers, Extensions string
	// Heartbeat is the longest time between two heartbeats; 0 leaves the heartbeat untested.
	Heartbeat time.Duration
	// User and Secret are those of an extension that may register; without them registration is left out.
	User, Secret string
	// MediaTimeout says that the switch honours the variable media_timeout of a leg, in milliseconds.
	MediaTimeout bool
}

// patience is how long a test waits for what must happen at once.
const patience = 10 * time.Second

// Run runs the whole suite.
func Run(t *testing.T, target Target) {
	if target.Carriers == "" {
		target.Carriers = esl.ProfileCarriers
	}
	if target.Extensions == "" {
		target.Extensions = esl.ProfileExtensions
	}
	for _, part := range []struct {
		name string
		run  func(*testing.T, *bench)
	}{
		{"auth", testAuth}, {"replies", testReplies}, {"replies in order under load", testOrder}, {"raw commands", testRaw},
		{"information", testInformation}, {"event filters", testFilters}, {"heartbeat", testHeartbeat},
		{"park", testPark}, {"busy, rejected, unknown", testRefused}, {"no answer", testNoAnswer}, {"cancel", testCancel},
		{"callee hangs up", testCalleeHangsUp}, {"bridge on answer", testBridgeAnswer}, {"bridge on early media", testBridgeEarly},
		{"robot hangs up", testRobotHangsUp}, {"robot refuses", testRobotRefuses}, {"variables", testVariables}, {"encoded values", testEncoding},
		{"kill with cause", testKill}, {"record", testRecord}, {"broadcast", testBroadcast}, {"scheduled hangup", testSchedHangup},
		{"transfer", testTransfer}, {"uuid_bridge", testBridgeLegs}, {"hand over and back", testHandOver}, {"channels", testChannels},
		{"eavesdrop", testEavesdrop}, {"eavesdrop on nobody", testEavesdropNobody}, {"take over by uuid_bridge", testTakeOver},
		{"media timeout", testMediaTimeout}, {"registered extension", testExtension},
	} {
		t.Run(part.name, func(t *testing.T) { part.run(t, newBench(t, target)) })
	}
}

// bench is one test's connection and callees.
type bench struct {
	*testing.T
	Target
	ctx context.Context
	c   *esl.Client
	a   *answerer

	mu      sync.Mutex
	unowned []esl.Event
}

func newBench(t *testing.T, target Target) *bench {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	b := &bench{T: t, Target: target, ctx: ctx, a: startAnswerer(t)}
	c, err := esl.Dial(ctx, esl.Config{Address: target.Address, Password: target.Password, Events: append(esl.DefaultEvents(), esl.PlaybackStart, esl.PlaybackStop),
		Hooks: esl.Hooks{
			OnEvent: func(e esl.Event) {
				b.mu.Lock()
				b.unowned = append(b.unowned, e)
				b.mu.Unlock()
			},
			OnGap:      func(g esl.Gap) { t.Errorf("the numbering of events jumped from %d to %d", g.Last, g.Next) },
			OnOverflow: func(uuid string, e esl.Event) { t.Errorf("event %s of %q was lost", e.Name(), uuid) },
		}})
	if err != nil {
		t.Fatalf("connecting to the switch: %v", err)
	}
	b.c = c
	t.Cleanup(c.Close)
	return b
}

// call is one call and what is known about it.
type call struct {
	b      *bench
	uuid   string
	robot  string // uuid of the second leg, if any
	owner  *esl.Owner
	job    esl.OriginateJob
	seen   []esl.Event
	callee *callee
}

func newUUID() string { return uuid.Must(uuid.NewV7()).String() }

// originate places a call to the callee; the legs end with the test.
func (b *bench) originate(to *callee, change func(*esl.Originate)) *call {
	b.Helper()
	o := esl.Originate{UUID: newUUID(), Endpoint: to.endpoint(b.Carriers), CallerID: "02112345678", Timeout: 20 * time.Second, Park: true, IgnoreEarlyMedia: true}
	if change != nil {
		change(&o)
	}
	k := &call{b: b, uuid: o.UUID, callee: to}
	legs := []string{o.UUID}
	if o.Bridge != nil {
		k.robot = o.Bridge.UUID
		legs = append(legs, k.robot)
	}
	var err error
	if k.owner, err = b.c.Own(256, legs...); err != nil {
		b.Fatal(err)
	}
	if k.job, err = b.c.Originate(b.ctx, o); err != nil {
		b.Fatalf("originate: %v", err)
	}
	b.Cleanup(func() {
		for _, leg := range legs {
			_ = b.c.Kill(context.WithoutCancel(b.ctx), leg, esl.CauseManagerRequest)
		}
		k.owner.Release()
	})
	return k
}

// withRobot adds a second leg to r.
func (b *bench) withRobot(r *callee, vars ...esl.Var) func(*esl.Originate) {
	return func(o *esl.Originate) {
		o.Park = false
		o.Bridge = &esl.Leg{UUID: newUUID(), Endpoint: r.endpoint(b.Extensions), Vars: vars}
	}
}

// established waits for the job's good end.
func (k *call) established() *call {
	k.b.Helper()
	ctx, cancel := context.WithTimeout(k.b.ctx, patience)
	defer cancel()
	if err := k.job.Wait(ctx); err != nil {
		k.b.Fatalf("the call was not established: %v", err)
	}
	return k
}

// await returns the first event of the kind on the leg that has not been awaited yet, in order of arrival.
func (k *call) await(kind esl.Kind, leg string) esl.Event {
	k.b.Helper()
	for i, e := range k.seen {
		if esl.KindOf(e) == kind && e.UUID() == leg {
			k.seen = append(k.seen[:i:i], k.seen[i+1:]...)
			return e
		}
	}
	late := time.NewTimer(patience)
	defer late.Stop()
	for {
		select {
		case e := <-k.owner.Events():
			if esl.KindOf(e) == kind && e.UUID() == leg {
				return e
			}
			k.seen = append(k.seen, e)
		case <-late.C:
			k.b.Fatalf("no %s of leg %s; seen: %s", kind, leg, names(k.seen))
		}
	}
}

// hungUp waits for the leg's end and returns its facts.
func (k *call) hungUp(leg string) (esl.Hangup, esl.Event) {
	k.b.Helper()
	e := k.await(esl.ChannelHangupComplete, leg)
	return esl.HangupOf(e), e
}

func names(events []esl.Event) string {
	var s []string
	for _, e := range events {
		u := e.UUID()
		s = append(s, e.Name()+"("+u[max(0, len(u)-4):]+")")
	}
	return strings.Join(s, " ")
}

// eventually asks again and again, for what the switch does a moment later without an event that tells.
func (b *bench) eventually(what string, ok func() bool) {
	b.Helper()
	deadline := time.Now().Add(patience)
	for !ok() {
		if time.Now().After(deadline) {
			b.Fatalf("not within %v: %s", patience, what)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (b *bench) within(what string, done <-chan struct{}) {
	b.Helper()
	select {
	case <-done:
	case <-time.After(patience):
		b.Fatalf("not within %v: %s", patience, what)
	}
}
