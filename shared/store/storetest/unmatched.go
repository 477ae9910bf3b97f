package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/store"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/transcript"
	"github.com/outdial/outdial/shared/unmatched"
)

func notUnderstood(c call.Call, seq int, text string) transcript.Turn {
	t := aTurn(c, seq)
	t.Text, t.Matched = text, transcript.Match{Kind: transcript.MatchUnmatched, RunnerUp: "busy"}
	return t
}

func testUnmatched(t *testing.T, s *store.Store) {
	ctx, all := t.Context(), tenant.Platform()
	w := newWorld(t, s)
	var calls []call.Call
	for range 6 {
		calls = append(calls, w.begin())
	}
	robot := notUnderstood(calls[0], 1, "机器人说的")
	robot.Speaker = transcript.Robot
	must(t, s.AddTurn(ctx, all, robot))
	must(t, s.AddTurn(ctx, all, notUnderstood(calls[0], 2, "")))
	must(t, s.AddTurn(ctx, all, aTurn(calls[0], 3)))
	// At once, so that some of them share a statement.
	together(t, len(calls), func(i int) error { return s.AddTurn(ctx, all, notUnderstood(calls[i], 4, fmt.Sprintf("第%d句", i))) })
	wantKind(t, s.AddTurn(ctx, all, notUnderstood(calls[1], 4, "又一次")), errs.Conflict, "a turn twice")

	open := func() []unmatched.Sentence {
		t.Helper()
		got, err := s.Unmatched(ctx, w.scope, w.script, unmatched.Open)
		must(t, err)
		return got
	}
	got := open()
	if len(got) != len(calls) {
		t.Fatalf("%d sentences of %d were collected: %+v", len(got), len(calls), got)
	}
	for i, one := range got {
		at := slices.IndexFunc(calls, func(c call.Call) bool { return c.UUID == one.Call })
		if i > 0 && one.ID <= got[i-1].ID {
			t.Error("the oldest is not first")
		}
		want := unmatched.Sentence{ID: one.ID, Tenant: w.tenant, Script: w.script, Version: w.version, Call: one.Call, Seq: 4, Node: "greeting", Text: fmt.Sprintf("第%d句", at),
			Audio: "2021/03/04/1.wav", At: t0, State: unmatched.Open}
		if one != want {
			t.Errorf("collected %+v, want %+v", one, want)
		}
	}

	ids := []int64{got[0].ID, got[2].ID}
	n, err := s.SettleUnmatched(ctx, w.scope, w.script, append(ids, 1<<40), unmatched.Open, unmatched.Added)
	must(t, err)
	again, err := s.SettleUnmatched(ctx, w.scope, w.script, ids, unmatched.Open, unmatched.Ignored)
	must(t, err)
	if n != 2 || again != 0 || len(open()) != len(calls)-2 {
		t.Errorf("settled %d, then %d; %d are open", n, again, len(open()))
	}
	added, err := s.UnmatchedByID(ctx, w.scope, w.script, append(ids, 1<<40))
	must(t, err)
	if len(added) != 2 || added[0].ID != ids[0] || added[0].State != unmatched.Added {
		t.Errorf("by id: %+v", added)
	}
	must(t, s.FinishCall(ctx, all, end(calls[1])))
	_, err = s.HideCalls(ctx, w.scope, w.camp, []call.UUID{calls[1].UUID}, t0)
	must(t, err)
	if slices.ContainsFunc(open(), func(one unmatched.Sentence) bool { return one.Call == calls[1].UUID }) {
		t.Error("a sentence of a deleted call is shown")
	}
	blind := w.scope.Narrow(tenant.View{Owner: 999_999})
	narrow, err := s.Unmatched(ctx, blind, w.script, unmatched.Open)
	must(t, err)
	if len(narrow) != 0 {
		t.Errorf("somebody who sees none of the calls reads %+v", narrow)
	}
}

func testSpoken(t *testing.T, s *store.Store) {
	ctx, all := t.Context(), tenant.Platform()
	w := newWorld(t, s)
	var calls []call.Call
	for i := range 5 {
		c := w.begin()
		calls = append(calls, c)
		if i == 1 {
			continue // nobody answered
		}
		for seq := 1; seq <= i+1; seq++ {
			turn := aTurn(c, seq)
			turn.Text = fmt.Sprintf("%d.%d", i, seq)
			must(t, s.AddTurn(ctx, all, turn))
		}
		must(t, s.EndConversation(ctx, all, transcript.Conversation{Call: c.UUID, Tenant: c.Tenant, StartedAt: t0, EndedAt: t0, EndedBy: call.PartyCallee,
			EndReason: "callee_hangup", LastNode: "greeting"}))
	}
	got, err := s.Spoken(ctx, w.scope, w.version, time.Time{}, 3)
	must(t, err)
	if len(got) != 3 || got[0].Call != calls[4].UUID || got[1].Call != calls[3].UUID || got[2].Call != calls[2].UUID {
		t.Fatalf("the newest three are %+v", got)
	}
	first := got[0]
	if first.Number != calls[4].Number || first.Contact != calls[4].Contact || first.LastNode != "greeting" || first.EndedBy != call.PartyCallee || first.EndReason != "callee_hangup" {
		t.Errorf("read %+v", first)
	}
	if len(first.Turns) != 5 || first.Turns[4].Text != "4.5" || first.Turns[1].Matched.Intent != "busy" || !first.Turns[1].Interrupted || first.Turns[0].Node != "greeting" {
		t.Errorf("its turns are %+v", first.Turns)
	}
	none, err := s.Spoken(ctx, w.scope, w.version+1_000_000, time.Time{}, 3)
	must(t, err)
	late, err := s.Spoken(ctx, w.scope, w.version, time.Now().Add(time.Hour), 3)
	must(t, err)
	blind, err := s.Spoken(ctx, w.scope.Narrow(tenant.View{Owner: 999_999}), w.version, time.Time{}, 3)
	must(t, err)
	if len(none)+len(late)+len(blind) != 0 {
		t.Errorf("another version has %d calls, the time to come %d, somebody who sees none %d", len(none), len(late), len(blind))
	}
}
