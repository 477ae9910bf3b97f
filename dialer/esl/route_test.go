package esl_test

import (
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/outdial/outdial/dialer/esl"
	"github.com/outdial/outdial/dialer/esl/wire"
)

// flood is a switch that sends n events to each leg in turn when it is asked to echo.
func flood(n int, legs ...string) func(*fakeConn, wire.Command) bool {
	return func(c *fakeConn, cmd wire.Command) bool {
		if strings.HasPrefix(cmd.Line, "api echo") {
			seq := uint64(100)
			for i := range n {
				for _, leg := range legs {
					seq += 3 // holes, as in a switch whose other events were not asked for
					c.event("DTMF", seq, "", "Unique-ID", leg, "N", strconv.Itoa(i))
				}
			}
		}
		return false
	}
}

func TestEventsComeInOrderToTheirOwner(t *testing.T) {
	const n = 500
	var gaps []esl.Gap
	c := newFake(t, flood(n, "callee", "robot", "other")).dial(esl.Config{Hooks: esl.Hooks{OnGap: func(g esl.Gap) { gaps = append(gaps, g) }}})
	call, err := c.Own(2*n, "callee", "robot")
	if err != nil {
		t.Fatal(err)
	}
	other, err := c.Own(n, "other")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.API(testContext(t), "echo", "x"); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		for _, leg := range []string{"callee", "robot"} {
			e := receive(t, "an event", call.Events())
			if e.UUID() != leg || e.Get("N") != strconv.Itoa(i) {
				t.Fatalf("got event %s of %s, want %d of %s", e.Get("N"), e.UUID(), i, leg)
			}
		}
		if e := receive(t, "an event", other.Events()); e.Get("N") != strconv.Itoa(i) {
			t.Fatalf("got event %s, want %d", e.Get("N"), i)
		}
	}
	if len(gaps) != 0 {
		t.Errorf("holes in a named list's numbers were reported: %v", gaps)
	}
}

func TestFullQueueIsSeen(t *testing.T) {
	var mu sync.Mutex
	lost := map[string]int{}
	c := newFake(t, flood(20, "slow", "quick")).dial(esl.Config{Hooks: esl.Hooks{OnOverflow: func(uuid string, e esl.Event) {
		mu.Lock()
		lost[uuid]++
		mu.Unlock()
	}}})
	slow, _ := c.Own(5, "slow")
	quick, _ := c.Own(20, "quick")
	if _, err := c.API(testContext(t), "echo", "x"); err != nil {
		t.Fatal(err)
	}
	receive(t, "the owner is told", slow.Overflowed())
	mu.Lock()
	defer mu.Unlock()
	if slow.Dropped() != 15 || lost["slow"] != 15 || c.Stats().Overflowed != 15 {
		t.Errorf("%d dropped, hook told of %d, want 15", slow.Dropped(), lost["slow"])
	}
	if quick.Dropped() != 0 || len(quick.Events()) != 20 {
		t.Errorf("the other call lost %d of its events", quick.Dropped())
	}
}

func TestOwnership(t *testing.T) {
	got := make(chan esl.Event, 10)
	s := newFake(t, nil)
	c := s.dial(esl.Config{Hooks: esl.Hooks{OnEvent: func(e esl.Event) { got <- e }}})
	o, err := c.Own(0, "a")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Own(0, "b", "a"); err == nil {
		t.Error("a leg got two owners")
	}
	if _, err := c.Own(0, "b"); err != nil {
		t.Errorf("a failed Own kept a leg: %v", err)
	}
	if err := o.Add("a", "c"); err != nil {
		t.Error(err)
	}
	if _, err := c.Own(0, "x y"); err == nil {
		t.Error("a malformed uuid was taken")
	}
	if n := c.Stats().Owned; n != 3 {
		t.Errorf("%d legs are owned, want 3", n)
	}
	o.Release()
	o.Release()
	if n := c.Stats().Owned; n != 1 {
		t.Errorf("%d legs are owned after the release, want 1", n)
	}
	if err := o.Add("d"); err == nil {
		t.Error("a released owner took a leg")
	}
	s.conn(0).event("CHANNEL_DESTROY", 1, "", "Unique-ID", "a")
	s.conn(0).event("HEARTBEAT", 2, "")
	if e := receive(t, "the late event", got); e.UUID() != "a" {
		t.Errorf("got %+v", e)
	}
	if e := receive(t, "the heartbeat", got); esl.KindOf(e) != esl.Heartbeat {
		t.Errorf("got %+v", e)
	}
}

func TestGapsAreReported(t *testing.T) {
	gaps := make(chan esl.Gap, 10)
	s := newFake(t, nil)
	c := s.dial(esl.Config{Hooks: esl.Hooks{OnGap: func(g esl.Gap) { gaps <- g }}})
	s.conn(0).event("DTMF", 50000, "", "Unique-ID", "u")
	s.conn(0).event("DTMF", 3, "", "Unique-ID", "u")
	if g := receive(t, "the hook", gaps); g.Last != 50000 || g.Next != 3 || c.Stats().Gaps != 1 {
		t.Errorf("got %+v", g)
	}
}
