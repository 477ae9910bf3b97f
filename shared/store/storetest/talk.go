package storetest

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/store"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/transcript"
)

func aTurn(c call.Call, seq int) transcript.Turn {
	return transcript.Turn{Call: c.UUID, Tenant: c.Tenant, Seq: seq, Speaker: transcript.Callee, Text: "我现在没空", StartedAt: t0, EndedAt: t0.Add(time.Second),
		Audio: "2021/03/04/1.wav", Node: "greeting", Interrupted: seq%2 == 0,
		Matched: transcript.Match{Kind: transcript.MatchIntent, Intent: "busy", Rule: "没空", Score: 0.8125, RunnerUp: "refuse", RunnerUpScore: 0.25, Correction: "没孔 → 没空"}}
}

func testTurns(t *testing.T, s *store.Store) {
	ctx, all := t.Context(), tenant.Platform()
	w := newWorld(t, s)
	c := w.begin()
	var want []transcript.Turn
	for seq := 1; seq <= 12; seq++ {
		turn := aTurn(c, seq)
		if seq%3 == 0 {
			turn.ReplyLatency = time.Duration(seq) * 50 * time.Millisecond
		}
		if turn.Interrupted {
			turn.BargeInStop = time.Duration(seq) * time.Millisecond
		}
		want = append(want, turn)
	}
	for _, turn := range reversed(want) {
		must(t, s.AddTurn(ctx, all, turn))
	}
	wantKind(t, s.AddTurn(ctx, all, want[3]), errs.Conflict, "a turn twice")
	got, err := s.Turns(ctx, w.scope, c.UUID)
	must(t, err)
	if !slices.Equal(got, want) {
		t.Errorf("stored %+v, read %+v", want, got)
	}
	lost := want[0]
	lost.Call = noCall
	wantKind(t, s.AddTurn(ctx, all, lost), errs.NotFound, "a turn of no call")
	silent := w.begin()
	got, err = s.Turns(ctx, w.scope, silent.UUID)
	must(t, err)
	if len(got) != 0 {
		t.Errorf("a silent call has %+v", got)
	}
	reply, bargeIn, err := s.Latencies(ctx, w.scope, w.camp, 2)
	must(t, err)
	if want := []time.Duration{150e6, 300e6, 450e6, 600e6}; !slices.Equal(reply, want) {
		t.Errorf("reply latencies %v, want %v", reply, want)
	}
	if want := []time.Duration{2e6, 4e6, 6e6, 8e6, 10e6, 12e6}; !slices.Equal(bargeIn, want) {
		t.Errorf("barge-in stops %v, want %v", bargeIn, want)
	}
	if reply, bargeIn, err = s.Latencies(ctx, w.scope, w.camp, 1); err != nil || len(reply)+len(bargeIn) != 0 {
		t.Errorf("the newest call is the silent one, and has latencies %v and %v (%v)", reply, bargeIn, err)
	}
	other := w.campaign("另一个")
	reply, bargeIn, err = s.Latencies(ctx, w.scope, other, 2)
	must(t, err)
	if len(reply)+len(bargeIn) != 0 {
		t.Errorf("an empty campaign has latencies %v and %v", reply, bargeIn)
	}
}

func testConversations(t *testing.T, s *store.Store) {
	ctx, all := t.Context(), tenant.Platform()
	w := newWorld(t, s)
	c := w.begin()
	v := transcript.Conversation{Call: c.UUID, Tenant: c.Tenant, StartedAt: t0, EndedAt: t0.Add(time.Minute), EndedBy: call.PartyRobot, EndReason: "hangup_node",
		LastNode: "bye", Labels: []string{"有意向", "a,b\"c"}, Grade: "A", GradeRule: "愿意参加", SMS: []string{"地址", "coupon"}, ReplyP50: 345 * time.Millisecond,
		Tally: transcript.Tally{Interactions: 1, Affirmed: 2, Refused: 3, Questions: 4, Unmatched: 5, Silences: 6}}
	_, err := s.Conversation(ctx, w.scope, c.UUID)
	wantKind(t, err, errs.NotFound, "a conversation before its end")
	must(t, s.EndConversation(ctx, all, v))
	wantKind(t, s.EndConversation(ctx, all, v), errs.Conflict, "ended twice")
	got, err := s.Conversation(ctx, w.scope, c.UUID)
	must(t, err)
	if !reflect.DeepEqual(got, v) {
		t.Errorf("stored %+v, read %+v", v, got)
	}
	v.Call, v.Labels, v.SMS = w.begin().UUID, nil, nil
	must(t, s.EndConversation(ctx, all, v))
	got, err = s.Conversation(ctx, w.scope, v.Call)
	must(t, err)
	if len(got.Labels)+len(got.SMS) != 0 {
		t.Errorf("no labels came back as %v, no marks as %v", got.Labels, got.SMS)
	}
	many := []call.UUID{v.Call, c.UUID, noCall, w.begin().UUID}
	for len(many) < 700 { // more than one statement takes
		many = append(many, noCall)
	}
	last := v
	last.Call, last.Labels = w.begin().UUID, []string{"最后"}
	must(t, s.EndConversation(ctx, all, last))
	labels, err := s.LabelsOf(ctx, w.scope, append(many, last.Call))
	must(t, err)
	if want := map[call.UUID][]string{c.UUID: {"有意向", "a,b\"c"}, last.Call: {"最后"}}; !reflect.DeepEqual(labels, want) {
		t.Errorf("labels %v, want %v", labels, want)
	}
	v.Call = noCall
	wantKind(t, s.EndConversation(ctx, all, v), errs.NotFound, "the conversation of no call")
}

// testBadAmongGood sends good and bad writes at the same moment, so that they share transactions.
func testBadAmongGood(t *testing.T, s *store.Store) {
	ctx, all := t.Context(), tenant.Platform()
	w := newWorld(t, s)
	var calls []call.Call
	for range 20 {
		calls = append(calls, w.begin())
	}
	doubled := calls[0]
	must(t, s.AddTurn(ctx, all, aTurn(doubled, 1)))
	together(t, 100, func(i int) error {
		c := calls[i%len(calls)]
		switch i / len(calls) {
		case 0:
			return s.AddTurn(ctx, all, aTurn(c, 2))
		case 1:
			wantKind(t, s.AddTurn(ctx, all, aTurn(doubled, 1)), errs.Conflict, "a turn twice")
		case 2:
			c.Ordinal = 9
			// Invalid while the attempt is live, Conflict when the true end came first.
			if err := s.FinishCall(ctx, all, end(c)); !errs.Is(err, errs.Invalid) && !errs.Is(err, errs.Conflict) {
				t.Errorf("a call that is not its attempt's: %v", err)
			}
		case 3:
			c.UUID = noCall
			wantKind(t, s.MoveCall(ctx, all, c, call.Created), errs.NotFound, "no call")
		case 4:
			return s.FinishCall(ctx, all, end(c))
		}
		return nil
	})
	for _, c := range calls {
		turns, err := s.Turns(ctx, w.scope, c.UUID)
		must(t, err)
		if _, err := s.CDR(ctx, w.scope, c.UUID); err != nil || len(turns) == 0 {
			t.Errorf("call %s has %d turns and its CDR: %v", c.UUID, len(turns), err)
		}
	}
}
