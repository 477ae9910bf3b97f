package campaign

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/errs"
)

var now = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

func TestDecide(t *testing.T) {
	rule := Redial{MaxAttempts: 3, Interval: 10 * time.Minute, On: []call.Disposition{call.Busy, call.NoAnswer}}
	busy := call.Outcome{Disposition: call.Busy, Fault: call.FaultCallee}
	ours := call.Outcome{Disposition: call.Failed, Fault: call.FaultUs}
	again := func(after time.Duration) Verdict { return Verdict{Again: true, At: now.Add(after)} }
	for _, c := range []struct {
		name             string
		rule             Redial
		o                call.Outcome
		attempts, faults int
		want             Verdict
	}{
		{"first busy", rule, busy, 1, 0, again(10 * time.Minute)},
		{"second busy", rule, busy, 2, 0, again(10 * time.Minute)},
		{"third busy", rule, busy, 3, 0, Verdict{}},
		{"third busy after one own fault", rule, busy, 3, 1, again(10 * time.Minute)},
		{"not worth another call", rule, call.Outcome{Disposition: call.Rejected, Fault: call.FaultCallee}, 1, 0, Verdict{}},
		{"answered", rule, call.Outcome{Answered: true, Disposition: call.Answered, Fault: call.FaultNone}, 1, 0, Verdict{}},
		{"no redial", Redial{MaxAttempts: 1}, busy, 1, 0, Verdict{}},
		{"our fault, first", Redial{MaxAttempts: 1}, ours, 1, 1, again(0)},
		{"our fault, first, with an interval", rule, ours, 1, 1, again(10 * time.Second)},
		{"our fault, third", rule, ours, 3, 3, again(30 * time.Second)},
		{"our fault, fourth", rule, ours, 4, 4, again(40 * time.Second)},
		{"our fault, fifth", rule, ours, 5, 5, Verdict{}},
		{"our fault, answered", rule, call.Outcome{Answered: true, Disposition: call.Abandoned, Fault: call.FaultUs}, 1, 0, Verdict{}},
		{"abandoned, where that is redialled", Redial{MaxAttempts: 2, On: []call.Disposition{call.Abandoned}},
			call.Outcome{Answered: true, Disposition: call.Abandoned, Fault: call.FaultUs}, 1, 0, again(0)},
	} {
		if got := c.rule.Decide(c.o, c.attempts, c.faults, now); got.Again != c.want.Again || !got.At.Equal(c.want.At) {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
}

// TestEveryContactComesToAnEnd calls one contact until it is called no more, whatever the calls come to.
func TestEveryContactComesToAnEnd(t *testing.T) {
	outcomes := []call.Outcome{
		{Disposition: call.Busy, Fault: call.FaultCallee}, {Disposition: call.Failed, Fault: call.FaultUs}, {Disposition: call.Failed, Fault: call.FaultCarrier},
		{Disposition: call.NoAnswer, Fault: call.FaultCallee}, {Answered: true, Disposition: call.Abandoned, Fault: call.FaultUs}, {Disposition: call.Other},
	}
	rapid.Check(t, func(t *rapid.T) {
		r := Redial{MaxAttempts: rapid.IntRange(1, 10).Draw(t, "max"), Interval: time.Duration(rapid.IntRange(0, 600).Draw(t, "interval")) * time.Second,
			On: rapid.SliceOfDistinct(rapid.SampledFrom([]call.Disposition{call.Busy, call.Failed, call.NoAnswer, call.Abandoned, call.Other}), rapid.ID).Draw(t, "on")}
		attempts, faults, at := 0, 0, now
		for {
			o := rapid.SampledFrom(outcomes).Draw(t, "outcome")
			attempts++
			if o.Fault == call.FaultUs && !o.Answered {
				faults++
			}
			v := r.Decide(o, attempts, faults, at)
			if !v.Again {
				break
			}
			if v.At.Before(at) {
				t.Fatalf("called again at %v, before %v", v.At, at)
			}
			at = v.At
			if attempts-faults > r.MaxAttempts || attempts > r.MaxAttempts+maxOwnFaults {
				t.Fatalf("%d attempts, %d of them our faults, with at most %d allowed", attempts, faults, r.MaxAttempts)
			}
		}
	})
}

func TestCampaignValidate(t *testing.T) {
	good := Campaign{Name: "春季回访", Script: 1, Trunk: 1, Robots: 1, StartMode: Manual,
		Window: Window{Zone: "Asia/Shanghai", Weekdays: EveryDay, From: Earliest, To: Latest}, Redial: Redial{MaxAttempts: 1}}
	if err := good.Validate(); err != nil {
		t.Fatalf("a good campaign was refused: %v", err)
	}
	long := make([]rune, 501)
	for i := range long {
		long[i] = '长'
	}
	for name, change := range map[string]func(*Campaign){
		"no name":              func(c *Campaign) { c.Name = "" },
		"a long name":          func(c *Campaign) { c.Name = string(long[:61]) },
		"a long description":   func(c *Campaign) { c.Description = string(long) },
		"no script":            func(c *Campaign) { c.Script = 0 },
		"no trunk":             func(c *Campaign) { c.Trunk = 0 },
		"no robot":             func(c *Campaign) { c.Robots = 0 },
		"too many robots":      func(c *Campaign) { c.Robots = 10_001 },
		"no start mode":        func(c *Campaign) { c.StartMode = "" },
		"scheduled for never":  func(c *Campaign) { c.StartMode = Scheduled },
		"no window":            func(c *Campaign) { c.Window = Window{} },
		"no attempts":          func(c *Campaign) { c.Redial.MaxAttempts = 0 },
		"eleven attempts":      func(c *Campaign) { c.Redial.MaxAttempts = 11 },
		"a negative interval":  func(c *Campaign) { c.Redial.Interval = -1 },
		"an interval of weeks": func(c *Campaign) { c.Redial.Interval = 8 * 24 * time.Hour },
		"redial the answered":  func(c *Campaign) { c.Redial.On = []call.Disposition{call.Answered} },
	} {
		c := good
		change(&c)
		if err := c.Validate(); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	good.Name, good.Description = string(long[:60]), string(long[:500])
	if err := good.Validate(); err != nil {
		t.Errorf("sixty characters of name were refused: %v", err)
	}
}

func TestHandsOn(t *testing.T) {
	r := Redial{MaxAttempts: 2, On: []call.Disposition{call.Busy, call.Failed, call.Other}, To: 7}
	busy := call.Outcome{Disposition: call.Busy, Fault: call.FaultCallee, EndReason: call.EndBusy}
	for _, c := range []struct {
		name             string
		o                call.Outcome
		attempts, faults int
		want             ID
	}{
		{"not the last call", busy, 1, 0, 0},
		{"the last call", busy, 2, 0, 7},
		{"another disposition", call.Outcome{Disposition: call.Vacant, Fault: call.FaultCallee}, 2, 0, 0},
		{"answered", call.Outcome{Answered: true, Disposition: call.Answered}, 2, 0, 0},
		{"our own fault, again and again", call.Outcome{Disposition: call.Failed, Fault: call.FaultUs}, 6, 5, 7},
		{"ended with its campaign", call.Outcome{Disposition: call.Other, EndReason: call.EndTerminated}, 2, 0, 0},
	} {
		if v := r.Decide(c.o, c.attempts, c.faults, now); v.To != c.want || v.Again && v.To != 0 {
			t.Errorf("%s: %+v, want to %d", c.name, v, c.want)
		}
	}
}
