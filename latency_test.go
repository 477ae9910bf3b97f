package main

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/outdial/outdial/dialer/carriersim"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/tenant"
)

// checkLatencies puts the latencies of stored turns beside what callees measured on their end of the wire, one by one. Between the
// two ends lies the switch; a machine that stands still does so there as well, and a soft end of a word may be voice to one and not
// to the other. So the median is asked for.
func checkLatencies(ctx context.Context, t *testing.T, s *stack, calls []call.Call, heard []carriersim.Call) {
	t.Helper()
	const apart = 10 * time.Millisecond
	ofNumber := make(map[string][]carriersim.Utterance)
	for _, k := range heard {
		ofNumber[k.Number] = append(ofNumber[k.Number], k.Said...)
	}
	var replies, stops []time.Duration
	for _, k := range calls {
		turns, err := s.store.Turns(ctx, tenant.Of(k.Tenant), k.UUID)
		if err != nil {
			t.Fatal(err)
		}
		for _, turn := range turns {
			for _, u := range ofNumber[k.Number.String()] {
				// The same reply, or the same stop, by both clocks, which are one.
				if wire, ok := u.Latency(); ok && turn.ReplyLatency > 0 && u.Reply.Sub(turn.StartedAt).Abs() < 200*time.Millisecond {
					replies = append(replies, turn.ReplyLatency-wire)
				}
				if wire, ok := u.BargeInStop(); ok && turn.BargeInStop > 0 && u.Stopped.Sub(turn.EndedAt).Abs() < 200*time.Millisecond {
					stops = append(stops, turn.BargeInStop-wire)
				}
			}
		}
	}
	for what, all := range map[string][]time.Duration{"replies": replies, "barge-in stops": stops} {
		slices.Sort(all)
		t.Logf("%s, what the robot says less what the callee saw: %v", what, all)
		if n := len(all); n > 0 && all[n/2].Abs() > apart {
			t.Errorf("the median of %d %s differs by %v from what the callees saw", n, what, all[n/2])
		}
	}
	if len(replies) == 0 {
		t.Error("no reply was measured by both")
	}
}
