package storetest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/outdial/outdial/shared/agent"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/store"
)

// testCallSearch draws filters and holds each page against what Filter.Accepts says. The calls are more than the store
// looks at before it plans, and unlike each other in every respect.
func testCallSearch(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := newWorld(t, s)
	r := rand.New(rand.NewPCG(5, 9)) //nolint:gosec // the same calls in every run
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	var all []call.Call
	for i := range 1500 {
		at := t0.Add(time.Duration(i) * time.Second)
		n, err := contact.ParseNumber(fmt.Sprintf("1380000%04d", i), "CN")
		must(t, err)
		c := call.Call{UUID: call.UUID(fmt.Sprintf("%08x-%04x-7000-8000-%012x", at.UnixMilli()>>16, at.UnixMilli()&0xffff, i)), Tenant: w.tenant, Campaign: w.camp,
			Contact: contact.ID(i + 1), Ordinal: 1 + r.IntN(20), Script: w.version, Trunk: w.trunk, Number: n, Name: pick("王芳", "王小明", "李雷", "Ann", "", "%_"),
			CallerID: "021", State: call.Ended, Times: call.Times{Created: at, Ended: at.Add(time.Hour)}, Turns: r.IntN(30), Grade: pick("A", "B", "D", "", "Z"),
			Outcome: call.Outcome{Disposition: call.Disposition(pick("answered", "busy", "dnc", "no such", "failed")), HungUpBy: call.Party(pick("", "callee", "robot", "nobody"))}}
		if r.IntN(2) == 0 {
			c.Times.Answered = c.Times.Ended.Add(-time.Duration(r.IntN(1000*1000)) * time.Millisecond)
		}
		if i < 700 && r.IntN(2) == 0 {
			c.ReadAt = t0.Add(time.Hour)
		}
		if r.IntN(3) == 0 {
			c.Push = call.Push(pick("waiting", "sent", "failed"))
		}
		if r.IntN(9) == 0 {
			c.Agent = call.Agent{Extension: "1001", Group: agent.GroupID(1 + r.IntN(3)), GroupName: "x", Asked: at, Connected: at.Add(time.Second)}
		}
		if r.IntN(5) == 0 {
			c.Attended = call.Attended{Since: at, For: time.Second, TakenOver: r.IntN(2) == 0}
		}
		if i > 1480 {
			c.State, c.Times.Ended, c.Times.Answered, c.Outcome, c.Grade = call.Early, time.Time{}, time.Time{}, call.Outcome{}, ""
			c.Push = call.PushNone
		}
		all = append(all, c)
	}
	must(t, s.RawInsertCalls(ctx, w.scope, all))
	other := w.campaign("another")
	slices.Reverse(all)
	gone := []call.UUID{}
	for i := 100; i < 200; i++ {
		gone = append(gone, all[i].UUID)
	}
	n, err := s.HideCalls(ctx, w.scope, other, gone, t0)
	must(t, err)
	if n != 0 {
		t.Fatalf("another campaign hid %d calls", n)
	}
	n, err = s.HideCalls(ctx, w.scope, w.camp, gone, t0)
	must(t, err)
	if n != 100 {
		t.Fatalf("%d of 100 calls were hidden", n)
	}
	all = slices.Delete(all, 100, 200)
	optional := func(rt *rapid.T, what string, most int) *int {
		if rapid.IntRange(0, 3).Draw(rt, what+" given") > 0 {
			return nil
		}
		n := rapid.IntRange(0, most).Draw(rt, what)
		return &n
	}
	some := func(rt *rapid.T, what string, from ...string) []string {
		if rapid.IntRange(0, 2).Draw(rt, what+" given") > 0 {
			return nil
		}
		return rapid.SliceOfN(rapid.SampledFrom(from), 1, 2).Draw(rt, what)
	}
	rapid.Check(t, func(rt *rapid.T) {
		f := call.Filter{
			State:  call.State(rapid.SampledFrom([]string{"", "", "", "ended", "early", "created"}).Draw(rt, "state")),
			Live:   rapid.IntRange(0, 9).Draw(rt, "live") == 0,
			Class:  call.Class(rapid.SampledFrom([]string{"", "", "", "answered", "line_fault", "callee_fault"}).Draw(rt, "class")),
			Grades: some(rt, "grades", "A", "B", "", "Z", "F"),
			Number: rapid.SampledFrom([]string{"", "", "", "138", "13800000", "13800001234", "139"}).Draw(rt, "number"),
			Name:   rapid.SampledFrom([]string{"", "", "", "王", "王小明", "%", "A"}).Draw(rt, "name"),

			TalkMin: optional(rt, "talk min", 1000), TalkMax: optional(rt, "talk max", 1000), TurnsMin: optional(rt, "turns min", 30), TurnsMax: optional(rt, "turns max", 30),
			Ordinal:    rapid.SampledFrom([]int{0, 0, 0, 1, 14, 15, 16, 19}).Draw(rt, "ordinal"),
			AgentGroup: rapid.SampledFrom([]agent.GroupID{0, 0, 0, 0, 0, 0, 1, 3, 4}).Draw(rt, "group")}
		for _, d := range some(rt, "dispositions", "answered", "busy", "dnc", "no such", "vacant") {
			f.Dispositions = append(f.Dispositions, call.Disposition(d))
		}
		for _, p := range some(rt, "parties", "", "callee", "nobody", "carrier") {
			f.HungUpBy = append(f.HungUpBy, call.Party(p))
		}
		for _, p := range some(rt, "pushes", "", "waiting", "sent", "failed") {
			f.Pushes = append(f.Pushes, call.Push(p))
		}
		given := func(what string) *bool {
			if rapid.IntRange(0, 3).Draw(rt, what+" given") > 0 {
				return nil
			}
			v := rapid.Bool().Draw(rt, what)
			return &v
		}
		f.Read, f.Listened, f.TakenOver = given("read"), given("listened"), given("taken over")
		if rapid.IntRange(0, 3).Draw(rt, "from given") == 0 {
			f.DialledFrom = t0.Add(time.Duration(rapid.IntRange(-10, 1510).Draw(rt, "from")) * time.Second)
		}
		if rapid.IntRange(0, 3).Draw(rt, "to given") == 0 {
			f.DialledTo = t0.Add(time.Duration(rapid.IntRange(-10, 1510).Draw(rt, "to")) * time.Second)
		}
		f.WholeNumber = f.Number != "" && rapid.IntRange(0, 3).Draw(rt, "whole") == 0
		var want []call.UUID
		for _, c := range all {
			if f.Accepts(c) {
				want = append(want, c.UUID)
			}
		}
		p := call.Page{Limit: rapid.SampledFrom([]int{7, 50, 1000}).Draw(rt, "limit")}
		for first := true; ; first = false {
			page, err := s.Calls(ctx, w.scope, w.camp, f, p)
			if err != nil {
				rt.Fatal(err)
			}
			if expect := want[:min(len(want), p.Limit)]; !slices.Equal(callIDs(page), expect) && len(page)+len(expect) > 0 {
				rt.Fatalf("%+v after %q: %d calls, want %d: %v, want %v", f, p.Before, len(page), len(expect), callIDs(page), expect)
			}
			if first {
				most := rapid.SampledFrom([]int{10, 5000}).Draw(rt, "most")
				if n, err := s.CountCalls(ctx, w.scope, w.camp, f, most); err != nil || n != min(len(want), most) {
					rt.Fatalf("%+v: counted %d (%v), want %d up to %d", f, n, err, len(want), most)
				}
			}
			want = want[len(page):]
			if len(want) == 0 || rapid.IntRange(0, 2).Draw(rt, "stop") == 0 {
				return
			}
			p.Before = page[len(page)-1].UUID
		}
	})
	for _, bad := range []call.Filter{{Number: "13"}, {Number: "1' OR 1"}, {Name: string(make([]rune, 101))}, {Ordinal: -1}} {
		_, err := s.Calls(ctx, w.scope, w.camp, bad, call.Page{})
		wantKind(t, err, errs.Invalid, fmt.Sprintf("%+v", bad))
	}
}

func testReadCalls(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := newWorld(t, s)
	ids := w.finished(5, func(int, *call.Finish) {})
	live := w.begin()
	n, err := s.ReadCalls(ctx, w.scope, w.camp, append(slices.Clone(ids[:3]), live.UUID, noCall), t0.Add(time.Hour))
	must(t, err)
	again, err := s.ReadCalls(ctx, w.scope, w.camp, ids[:4], t0.Add(2*time.Hour))
	must(t, err)
	if n != 3 || again != 1 {
		t.Errorf("read %d and then %d, want 3 and 1", n, again)
	}
	first, err := s.Call(ctx, w.scope, ids[0])
	must(t, err)
	if !first.ReadAt.Equal(t0.Add(time.Hour)) {
		t.Errorf("read at %v", first.ReadAt)
	}
	for _, read := range []bool{true, false} {
		list, err := s.Calls(ctx, w.scope, w.camp, call.Filter{Read: &read}, call.Page{})
		must(t, err)
		if want := map[bool]int{true: 4, false: 1}[read]; len(list) != want {
			t.Errorf("%d calls with read=%v, want %d", len(list), read, want)
		}
	}
	n, err = s.UnreadCalls(ctx, w.scope, w.camp, []call.UUID{ids[0], ids[1], ids[4], live.UUID, noCall})
	must(t, err)
	again, err = s.UnreadCalls(ctx, w.scope, w.camp, ids[:3])
	must(t, err)
	if n != 2 || again != 1 {
		t.Errorf("made %d and then %d unread, want 2 and 1", n, again)
	}
	if first, err = s.Call(ctx, w.scope, ids[0]); err != nil || !first.ReadAt.IsZero() {
		t.Errorf("unread, and read at %v: %v", first.ReadAt, err)
	}
	for _, read := range []bool{true, false} {
		n, err := s.CountCalls(ctx, w.scope, w.camp, call.Filter{Read: &read}, 100)
		must(t, err)
		if want := map[bool]int{true: 1, false: 4}[read]; n != want {
			t.Errorf("%d calls with read=%v after some were marked unread, want %d", n, read, want)
		}
	}
}

func testDeleteCalls(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := newWorld(t, s)
	ids := w.finished(3, func(int, *call.Finish) {})
	live := w.begin()
	c, err := s.Call(ctx, w.scope, ids[0])
	must(t, err)
	must(t, s.AddTurn(ctx, w.scope, aTurn(c, 1)))
	must(t, s.AddTurn(ctx, w.scope, aTurn(live, 1)))
	n, err := s.HideCalls(ctx, w.scope, w.camp, []call.UUID{ids[0], ids[1], live.UUID, noCall}, t0)
	must(t, err)
	if n != 2 {
		t.Fatalf("hid %d calls, want 2: a call under way stays", n)
	}
	_, err = s.Call(ctx, w.scope, ids[0])
	wantKind(t, err, errs.NotFound, "a hidden call")
	_, err = s.Turns(ctx, w.scope, ids[0])
	wantKind(t, err, errs.NotFound, "a hidden call's turns")
	said, err := s.TurnsOf(ctx, w.scope, []call.UUID{ids[0], live.UUID})
	must(t, err)
	if len(said) != 1 || len(said[live.UUID]) != 1 {
		t.Errorf("turns of hidden and live calls: %+v", said)
	}
	list, err := s.Calls(ctx, w.scope, w.camp, call.Filter{}, call.Page{})
	must(t, err)
	if !slices.Equal(callIDs(list), []call.UUID{live.UUID, ids[2]}) {
		t.Errorf("listed %v", callIDs(list))
	}
	hidden, err := s.HiddenCalls(ctx, w.scope, w.camp, 10)
	must(t, err)
	if len(hidden) != 2 || !slices.Equal(hidden[0].Files, []string{"2021/03/a.wav", "2021/03/04/1.wav"}) || len(hidden[1].Files) != 1 {
		t.Fatalf("hidden calls: %+v", hidden)
	}
	must(t, s.ForgetCalls(ctx, w.scope, w.camp, []call.UUID{ids[0], ids[2], live.UUID}))
	hidden, err = s.HiddenCalls(ctx, w.scope, w.camp, 10)
	must(t, err)
	if len(hidden) != 1 || hidden[0].Call != ids[1] {
		t.Errorf("hidden calls afterwards: %+v", hidden)
	}
	for _, id := range ids {
		_, err := s.CDR(ctx, w.scope, id)
		must(t, err)
	}
	if turns, err := s.Turns(ctx, w.scope, live.UUID); err != nil || len(turns) != 1 {
		t.Errorf("the live call has %d turns (%v)", len(turns), err)
	}
	kept, err := s.Call(ctx, w.scope, ids[2])
	must(t, err)
	if kept.Recording == "" {
		t.Error("a call that was not hidden lost its recording")
	}
}
