package storetest

import (
	"reflect"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/figures"
	"github.com/outdial/outdial/shared/store"
	"github.com/outdial/outdial/shared/tenant"
)

// tell is what became of a call, in short.
type tell struct {
	d     call.Disposition
	grade string
	talk  time.Duration
	turns int
	by    call.Party
	again bool
}

// ended lets a call of the world's campaign come to its end, dialled at the time given.
func (w *world) ended(at time.Time, o tell) call.Call {
	w.t.Helper()
	got := w.claim(1)
	if len(got) != 1 {
		w.contacts(1)
		got = w.claim(1)
	}
	c := w.aCall(got[0])
	c.Times.Created = at
	must(w.t, w.s.BeginDialing(w.t.Context(), tenant.Platform(), c))
	c.State, c.Grade, c.Turns = call.Ended, o.grade, o.turns
	c.Times.Ended = at.Add(time.Second)
	c.Outcome = call.Outcome{EndReason: call.EndBusy, Fault: call.FaultCallee, Disposition: o.d, HungUpBy: o.by}
	if o.d == call.Answered || o.d == call.Abandoned {
		c.Outcome.Answered, c.Outcome.EndReason = true, call.EndCompleted
		c.Times.Answered = at.Add(time.Second)
		c.Times.Ended = c.Times.Answered.Add(o.talk)
	}
	must(w.t, w.s.FinishCall(w.t.Context(), tenant.Platform(), call.Finish{Call: c, At: c.Times.Ended, Again: o.again, NotBefore: t0}))
	return c
}

func testCallCounts(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w, other := newWorld(t, s), newWorld(t, s)
	other.ended(t0, tell{d: call.Answered, grade: "A", talk: time.Minute})
	w.ended(t0, tell{d: call.Answered, grade: "A", talk: 10 * time.Second, turns: 3, by: call.PartyCallee})
	w.ended(t0, tell{d: call.Answered, grade: "D", talk: 9 * time.Second, turns: 1, by: call.PartyRobot})
	w.ended(t0, tell{d: call.Busy, grade: "E"})
	w.ended(t0, tell{d: call.Abandoned, grade: "E", talk: time.Second, again: true})
	w.ended(t0, tell{d: call.Answered, grade: "B", talk: 2 * time.Minute, turns: 12, by: call.PartyCallee}) // the same contact again
	half, upTo, err := s.CallCounts(ctx, w.scope, w.camp, 0, -1)
	must(t, err)
	w.ended(t0, tell{d: call.Failed})
	rest, last, err := s.CallCounts(ctx, w.scope, w.camp, upTo, -1)
	must(t, err)
	all, greatest, err := s.CallCounts(ctx, w.scope, w.camp, 0, last)
	must(t, err)
	if sum := half.Plus(rest); !reflect.DeepEqual(sum, all) || greatest != last || upTo >= last || rest.Placed != 1 {
		t.Errorf("in two parts %+v, at once %+v; ids %d, %d, %d", sum, all, upTo, last, greatest)
	}
	want := figures.Counts{Placed: 6, Answered: 4, Abandoned: 1, Talked: 3, GradeAB: 2, CalleeHungUp: 2, TalkTotal: 140 * time.Second,
		Contacts:     figures.Contacts{Called: 5, Answered: 3, Talked: 3, GradeAB: 2},
		Dispositions: map[call.Disposition]int{call.Answered: 3, call.Busy: 1, call.Abandoned: 1, call.Failed: 1},
		EndReasons:   map[call.EndReason]int{call.EndCompleted: 4, call.EndBusy: 2}, Grades: map[string]int{"A": 1, "B": 1, "D": 1, "E": 2},
		Turns: [5]int{1, 1, 1, 0, 1}, Talks: [5]int{2, 1, 0, 0, 1}}
	if !reflect.DeepEqual(all, want) {
		t.Errorf("counted\n%+v, want\n%+v", all, want)
	}
	if none, id, err := s.CallCounts(ctx, w.scope, w.camp, last, -1); err != nil || id != 0 || none.Placed != 0 {
		t.Errorf("after the last: %+v, %d (%v)", none, id, err)
	}
	if id, err := s.GreatestCDR(ctx, w.scope); err != nil || id != last {
		t.Errorf("greatest id %d (%v), want %d", id, err, last)
	}
	newest, err := s.LastDispositions(ctx, w.scope, w.camp, 2)
	must(t, err)
	if len(newest) != 2 || newest[0] != call.Failed || newest[1] != call.Answered {
		t.Errorf("newest: %v", newest)
	}
}

func testLiveCalls(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := newWorld(t, s)
	if at, err := s.LastDialled(ctx, w.scope, w.camp); err != nil || !at.IsZero() {
		t.Errorf("dialled before anything: %v (%v)", at, err)
	}
	if at, err := s.DueSince(ctx, w.scope, w.camp); err != nil || !at.IsZero() {
		t.Errorf("due before anything: %v (%v)", at, err)
	}
	w.begin()
	c := w.begin()
	up := c
	up.State, up.Times.Answered = call.AnsweredState, t0.Add(time.Second)
	must(t, s.MoveCall(ctx, w.scope, up, call.Created))
	w.ended(t0.Add(time.Hour), tell{d: call.Busy})
	if got, err := s.LiveCalls(ctx, w.scope, w.camp); err != nil || got != (figures.Live{Calls: 2, Answered: 1}) {
		t.Errorf("live: %+v (%v)", got, err)
	}
	if at, err := s.LastDialled(ctx, w.scope, w.camp); err != nil || !at.Equal(t0.Add(time.Hour)) {
		t.Errorf("last dialled %v (%v)", at, err)
	}
	w.contacts(2)
	if at, err := s.DueSince(ctx, w.scope, w.camp); err != nil || !at.Equal(t0) {
		t.Errorf("due since %v (%v)", at, err)
	}
}

func testHome(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w, other := newWorld(t, s), newWorld(t, s)
	other.ended(t0, tell{d: call.Answered, grade: "A", talk: time.Minute})
	day := t0.Truncate(24 * time.Hour)
	w.ended(day, tell{d: call.Answered, grade: "A", talk: 10 * time.Second})
	w.ended(day.Add(24*time.Hour-time.Microsecond), tell{d: call.Answered, grade: "C", talk: 20 * time.Second})
	w.ended(day.Add(24*time.Hour), tell{d: call.Busy, grade: "E"})
	upTo, err := s.GreatestCDR(ctx, w.scope)
	must(t, err)
	second := w.camp
	w.camp = w.campaign("第二个")
	w.ended(day.Add(time.Hour), tell{d: call.Abandoned, grade: "E", talk: time.Second})
	total := func(rows []figures.DayRow, err error) (d figures.DaySum) {
		t.Helper()
		must(t, err)
		for _, r := range rows {
			d = d.Plus(r.Sum)
		}
		return d
	}
	first := figures.DaySum{Placed: 2, Answered: 2, Intent: 1, Talk: 30 * time.Second, Grades: [6]int{1, 0, 1}}
	if got := total(s.DayRows(ctx, w.scope, day, day.Add(24*time.Hour), upTo)); got != first {
		t.Errorf("the first day: %+v", got)
	}
	if got := total(s.DayRows(ctx, w.scope, day.Add(24*time.Hour), day.Add(48*time.Hour), upTo)); got.Placed != 1 || got.Grades[4] != 1 {
		t.Errorf("the second day: %+v", got)
	}
	rows, err := s.NewDayRows(ctx, w.scope, upTo, -1)
	must(t, err)
	if len(rows) != 1 || rows[0].Campaign != w.camp || !rows[0].At.Equal(day.Add(time.Hour)) || rows[0].Sum != (figures.DaySum{Placed: 1, Answered: 1, Talk: time.Second, Grades: [6]int{4: 1}}) {
		t.Errorf("new rows: %+v", rows)
	}
	if got := total(s.NewDayRows(ctx, w.scope, 0, upTo)); got != first.Plus(figures.DaySum{Placed: 1, Grades: [6]int{4: 1}}) {
		t.Errorf("all rows but the newest: %+v", got)
	}
	_, err = s.DayRows(ctx, tenant.Platform(), day, day, 0)
	wantKind(t, err, errs.Internal, "the days of the whole platform")

	plans, err := s.Plans(ctx, w.scope)
	must(t, err)
	if plans.ByState[campaign.NotStarted] != 2 || len(plans.ByState) != 1 || !plans.LastAt.Equal(t0) {
		t.Errorf("plans: %+v", plans)
	}
	ids, err := s.SeenCampaigns(ctx, w.scope)
	must(t, err)
	if len(ids) != 2 || ids[0] != second || ids[1] != w.camp {
		t.Errorf("campaigns %v", ids)
	}
	if at, err := s.LastCall(ctx, w.scope); err != nil || !at.Equal(day.Add(24*time.Hour)) {
		t.Errorf("last call %v (%v)", at, err)
	}
	// A view that holds nothing.
	nobody := w.scope.Narrow(tenant.View{Owner: 1 << 40, Units: []int64{1 << 40}})
	ids, err = s.SeenCampaigns(ctx, nobody)
	must(t, err)
	at, err := s.LastCall(ctx, nobody)
	must(t, err)
	plans, err = s.Plans(ctx, nobody)
	must(t, err)
	if len(ids) != 0 || !at.IsZero() || len(plans.ByState) != 0 || !plans.LastAt.IsZero() {
		t.Errorf("a narrowed view sees %v, %v, %+v", ids, at, plans)
	}
	_, _, err = s.CallCounts(ctx, nobody, w.camp, 0, -1)
	wantKind(t, err, errs.NotFound, "counts outside the view")
}
