package call

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

var (
	states = []State{Created, Originating, Early, AnsweredState, Ended}
	events = func() []Event {
		var all []Event
		for e := range Event(len(eventNames)) {
			all = append(all, e)
		}
		return all
	}()
)

// unheard are the only pairs without a row: a call that the switch was never told of cannot hear from it.
var unheard = []Event{EvRinging, EvEarlyMedia, EvAnswer, EvBridge, EvRingTimeout, EvTalkTimeout, EvRobotGone, EvEndTimeout}

func TestEveryPairHasARow(t *testing.T) {
	for _, s := range states {
		for _, e := range events {
			next, effects, err := Apply(s, e)
			if without := s == Created && slices.Contains(unheard, e); (err != nil) != without {
				t.Errorf("%s + %s: %v", s, e, err)
			}
			if err != nil && (next != s || effects != nil) {
				t.Errorf("%s + %s: a refused event gives %s, %v", s, e, next, effects)
			}
		}
	}
	if len(table) != len(states) {
		t.Errorf("the table has %d states, want %d", len(table), len(states))
	}
	for _, odd := range []struct {
		s State
		e Event
	}{{"", EvHangup}, {"sleeping", EvHangup}, {Early, Event(200)}} {
		if _, _, err := Apply(odd.s, odd.e); err == nil {
			t.Errorf("%q + %s has a row", odd.s, odd.e)
		}
	}
}

// TestRows says again, in the words of a call, what the table must do where it matters most.
func TestRows(t *testing.T) {
	for _, r := range []struct {
		s    State
		e    Event
		next State
		do   []Effect
	}{
		{Created, EvOriginate, Originating, []Effect{ArmRing}},
		{Created, EvTerminate, Ended, []Effect{Close}},
		{Originating, EvEarlyMedia, Early, []Effect{Record}},
		{Originating, EvAnswer, AnsweredState, []Effect{DisarmRing, Record, TellRobot, ArmTalk}},
		{Early, EvAnswer, AnsweredState, []Effect{DisarmRing, TellRobot, ArmTalk}}, // it is being recorded already
		{Originating, EvRingTimeout, Originating, []Effect{Kill}},
		{AnsweredState, EvRingTimeout, AnsweredState, nil}, // the timer and the answer crossed
		{AnsweredState, EvAnswer, AnsweredState, nil},      // doubled
		{AnsweredState, EvEarlyMedia, AnsweredState, nil},  // late
		{AnsweredState, EvTalkTimeout, AnsweredState, []Effect{Kill}},
		{AnsweredState, EvRobotGone, AnsweredState, []Effect{Kill}},
		{AnsweredState, EvHangup, Ended, []Effect{Close}},
		{Originating, EvEndTimeout, Ended, []Effect{Close}},
		{Ended, EvAnswer, Ended, nil}, // too late
		{Ended, EvHangup, Ended, nil}, // doubled
	} {
		next, do, err := Apply(r.s, r.e)
		if err != nil || next != r.next || !slices.Equal(do, r.do) {
			t.Errorf("%s + %s = %s, %v (%v); want %s, %v", r.s, r.e, next, do, err, r.next, r.do)
		}
	}
}

// TestAnyLife sends any events in any order.
func TestAnyLife(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, did := Created, map[Effect]int{}
		for _, e := range rapid.SliceOf(rapid.SampledFrom(events)).Draw(t, "events") {
			next, effects, _ := Apply(s, e)
			if slices.Index(states, next) < slices.Index(states, s) {
				t.Fatalf("%s + %s goes back to %s", s, e, next)
			}
			if s == Ended && len(effects) > 0 {
				t.Fatalf("%s after the end does %v", e, effects)
			}
			if (next == Ended && s != Ended) != slices.Contains(effects, Close) {
				t.Fatalf("%s + %s = %s does %v: the end and Close belong together", s, e, next, effects)
			}
			for _, f := range effects {
				did[f]++
			}
			s = next
		}
		for _, once := range []Effect{ArmRing, DisarmRing, Record, TellRobot, ArmTalk, Close} {
			if did[once] > 1 {
				t.Fatalf("%s was done %d times", once, did[once])
			}
		}
		// Whatever came before, a hang-up ends it.
		if s, _, err := Apply(s, EvHangup); s != Ended || err != nil {
			t.Fatalf("a hang-up leads to %s (%v)", s, err)
		}
	})
}

func TestNames(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range events {
		seen[e.String()] = true
	}
	for f := range Effect(len(effectNames)) {
		seen[f.String()] = true
	}
	if len(seen) != len(eventNames)+len(effectNames) {
		t.Errorf("%d names for %d events and %d effects", len(seen), len(eventNames), len(effectNames))
	}
	if Event(99).String() != "event(99)" || Effect(99).String() != "effect(99)" {
		t.Errorf("unknown values are called %s and %s", Event(99), Effect(99))
	}
}
