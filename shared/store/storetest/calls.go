package storetest

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/linestatus"
	"github.com/outdial/outdial/shared/store"
	"github.com/outdial/outdial/shared/tenant"
)

func testCallLife(t *testing.T, s *store.Store) {
	ctx, all := t.Context(), tenant.Platform()
	w := newWorld(t, s)
	c := w.begin()
	wantKind(t, s.BeginDialing(ctx, all, c), errs.Conflict, "begun twice")
	read := func() call.Call {
		t.Helper()
		got, err := s.Call(ctx, w.scope, c.UUID)
		must(t, err)
		return got
	}
	if got := read(); got != c {
		t.Errorf("stored %+v, read %+v", c, got)
	}
	_, err := s.CDR(ctx, w.scope, c.UUID)
	wantKind(t, err, errs.NotFound, "a CDR before the end")

	c.State, c.Times.Ringing = call.Originating, t0.Add(time.Second)
	must(t, s.MoveCall(ctx, all, c, call.Created))
	wantKind(t, s.MoveCall(ctx, all, c, call.Created), errs.Conflict, "moved from a state it has left")
	must(t, s.MoveCall(ctx, all, c, call.Originating)) // nothing changed: no conflict
	c.State, c.Times.Early = call.Early, t0.Add(2*time.Second)
	c.Recording, c.RecordingFrom = "2021/03/04/x.wav", t0.Add(2*time.Second)
	must(t, s.MoveCall(ctx, all, c, call.Originating))
	if got := read(); got != c {
		t.Errorf("moved to %+v, read %+v", c, got)
	}
	missing := c
	missing.UUID = noCall
	wantKind(t, s.MoveCall(ctx, all, missing, call.Early), errs.NotFound, "move no call")
	ended := c
	ended.State = call.Ended
	wantKind(t, s.MoveCall(ctx, all, ended, call.Early), errs.Invalid, "ended by a move")
	wantKind(t, s.FinishCall(ctx, all, call.Finish{Call: c}), errs.Invalid, "finished without an end")

	// A request that is written late takes the place of nothing.
	took := call.Agent{Extension: "1001", Group: 7, GroupName: "客服\n' 一组", Asked: t0.Add(5 * time.Second), Connected: t0.Add(8*time.Second + 250*time.Millisecond)}
	for _, x := range []struct {
		note, want call.Transfer
		agent      call.Agent
	}{
		{call.TransferRequested, call.TransferRequested, call.Agent{}}, {call.TransferFailed, call.TransferFailed, call.Agent{}},
		{call.TransferRequested, call.TransferFailed, call.Agent{}}, {call.TransferConnected, call.TransferConnected, took},
		{call.TransferConnected, call.TransferConnected, took}, {call.TransferRequested, call.TransferConnected, took},
	} {
		note := took
		if x.note != call.TransferConnected {
			note = call.Agent{Extension: "1002", Asked: t0} // looked at by nobody: nobody has taken the call
		}
		must(t, s.NoteTransfer(ctx, all, c.UUID, x.note, note))
		if got := read(); got.Transfer != x.want || got.Agent != x.agent {
			t.Errorf("after %q the transfer is %q with %+v, want %q with %+v", x.note, got.Transfer, got.Agent, x.want, x.agent)
		}
	}
	c.Transfer, c.Agent = call.TransferConnected, took
	wantKind(t, s.NoteTransfer(ctx, all, noCall, call.TransferFailed, call.Agent{}), errs.NotFound, "a transfer of no call")

	off := linestatus.Verdict{Status: linestatus.PoweredOff, Confidence: 0.875, By: linestatus.ByAnnouncement, After: 1800 * time.Millisecond}
	who := linestatus.Verdict{Status: linestatus.Machine, Confidence: 0.97, By: linestatus.ByAnswer, After: 4 * time.Second}
	for range 2 {
		must(t, s.NoteLine(ctx, all, c.UUID, off))
		must(t, s.NoteLine(ctx, w.scope, c.UUID, who))
	}
	c.Outcome.Line, c.Outcome.AnsweredBy = off, who
	if got := read(); got != c {
		t.Errorf("heard %+v, read %+v", c, got)
	}
	wantKind(t, s.NoteLine(ctx, all, noCall, off), errs.NotFound, "a verdict on no call")
	wantKind(t, s.NoteLine(ctx, all, c.UUID, linestatus.Verdict{Status: "asleep"}), errs.Invalid, "a verdict that is none")

	f := end(c)
	f.Call.Outcome.Line, f.Call.Outcome.AnsweredBy = off, who
	must(t, s.FinishCall(ctx, all, f))
	wantKind(t, s.NoteLine(ctx, all, c.UUID, off), errs.Conflict, "a verdict after the end")
	if got := read(); got != f.Call {
		t.Errorf("ended as %+v, read %+v", f.Call, got)
	}
	d, err := s.CDR(ctx, w.scope, c.UUID)
	must(t, err)
	want := call.CDR{ID: d.ID, UUID: c.UUID, Tenant: c.Tenant, Campaign: c.Campaign, Contact: c.Contact, Ordinal: c.Ordinal, Script: c.Script, Trunk: c.Trunk,
		Number: c.Number, CallerID: c.CallerID, Times: f.Call.Times, Outcome: f.Call.Outcome, Grade: f.Call.Grade, Turns: f.Call.Turns}
	if d != want || d.ID <= 0 {
		t.Errorf("the CDR reads %+v, want %+v", d, want)
	}
	wantKind(t, s.MoveCall(ctx, all, c, call.Early), errs.Conflict, "moved after its end")
	if got := read(); got != f.Call {
		t.Errorf("a refused move changed the call to %+v", got)
	}
}

func testFinishWithoutCall(t *testing.T, s *store.Store) {
	ctx, all := t.Context(), tenant.Platform()
	w := newWorld(t, s)
	w.contacts(1)
	a := w.claim(1)[0]
	c := w.aCall(a)
	c.Number, c.Name, c.Customer, c.Script, c.RobotLeg, c.State = contact.Number{}, "", "", 0, "", call.Ended // all that the attempt tells
	c.Times = call.Times{Created: t0, Ended: t0.Add(time.Minute)}
	c.Outcome = call.Conclude(call.Evidence{Forced: call.EndDialerLost})
	must(t, s.FinishCall(ctx, all, call.Finish{Call: c, OwnFault: true, At: t0.Add(time.Minute)}))
	got, err := s.Call(ctx, w.scope, c.UUID)
	must(t, err)
	if got.State != call.Ended || got.Outcome != c.Outcome || got.Number != a.Contact.Number || got.Name != a.Contact.Name || got.Customer != "东方'贸易😀" {
		t.Errorf("read %+v", got)
	}
	_, err = s.CDR(ctx, w.scope, c.UUID)
	must(t, err)
	wantKind(t, s.FinishCall(ctx, all, call.Finish{Call: c}), errs.Conflict, "finished again")
	wantKind(t, s.BeginDialing(ctx, all, w.aCall(a)), errs.Conflict, "begun after its end")
	ct, err := s.Contact(ctx, w.scope, a.Contact.ID)
	must(t, err)
	if ct.State != contact.Finished || ct.OwnFaults != 1 || ct.Attempts != 1 {
		t.Errorf("the contact became %+v", ct)
	}
	stranger := c
	stranger.UUID = noCall
	wantKind(t, s.FinishCall(ctx, all, call.Finish{Call: stranger}), errs.NotFound, "finish what was never attempted")
}

func testFinishOnce(t *testing.T, s *store.Store) {
	ctx, all := t.Context(), tenant.Platform()
	w := newWorld(t, s)
	for round := range 6 {
		c := w.begin()
		won := make(chan string, 16)
		together(t, 16, func(i int) error {
			f := end(c)
			f.Call.Outcome.Cause = string(rune('a' + i))
			f.Again, f.NotBefore, f.OwnFault = i%2 == 0, t0.Add(time.Hour), true
			err := s.FinishCall(ctx, all, f)
			if err == nil {
				won <- f.Call.Outcome.Cause
			} else if !errs.Is(err, errs.Conflict) {
				return err
			}
			return nil
		})
		if len(won) != 1 {
			t.Fatalf("round %d: %d of 16 finished the call, want 1", round, len(won))
		}
		winner := <-won
		d, err := s.CDR(ctx, w.scope, c.UUID)
		must(t, err)
		got, err := s.Call(ctx, w.scope, c.UUID)
		must(t, err)
		ct, err := s.Contact(ctx, w.scope, c.Contact)
		must(t, err)
		if d.Outcome.Cause != winner || got.Outcome.Cause != winner {
			t.Errorf("%q won, the call says %q and the CDR %q", winner, got.Outcome.Cause, d.Outcome.Cause)
		}
		if again := (winner[0]-'a')%2 == 0; again != (ct.State == contact.Waiting) || ct.OwnFaults != 1 || ct.Attempts != 1 {
			t.Errorf("%q won, the contact became %+v", winner, ct)
		}
	}
	n, err := s.AttemptedTwice(ctx, w.scope, w.camp)
	must(t, err)
	if n != 0 {
		t.Errorf("%d calls share contact and ordinal", n)
	}
	sum, err := s.Summarise(ctx, w.scope, w.camp)
	must(t, err)
	if sum.Placed != 6 {
		t.Errorf("%d calls placed, want 6", sum.Placed)
	}
}

func testRedial(t *testing.T, s *store.Store) {
	ctx, all := t.Context(), tenant.Platform()
	w := newWorld(t, s)
	first := w.begin()
	f := end(first)
	f.Again, f.NotBefore, f.OwnFault, f.Call.Grade = true, t0.Add(time.Hour), true, "B"
	f.Call.Outcome.Disposition = call.Busy
	must(t, s.FinishCall(ctx, all, f))
	c, err := s.Contact(ctx, w.scope, first.Contact)
	must(t, err)
	if c.State != contact.Waiting || !c.NotBefore.Equal(f.NotBefore) || c.OwnFaults != 1 || c.Attempts != 1 || c.Grade != "B" ||
		c.Disposition != string(call.Busy) || !c.UpdatedAt.Equal(f.At) {
		t.Errorf("after the first call: %+v", c)
	}
	if got := w.claim(1); len(got) != 0 {
		t.Errorf("claimed before its time: %+v", got)
	}
	r := w.request(1)
	r.Now = f.NotBefore
	got, err := s.Claim(ctx, all, r)
	must(t, err)
	if len(got) != 1 || got[0].Attempt.Ordinal != 2 || got[0].Contact.Attempts != 2 || got[0].Contact.OwnFaults != 1 {
		t.Fatalf("claimed again as %+v", got)
	}
	second := w.aCall(got[0])
	must(t, s.BeginDialing(ctx, all, second))
	f = end(second)
	f.Call.Grade, f.Call.Outcome.Disposition = "", call.NoAnswer
	must(t, s.FinishCall(ctx, all, f))
	c, err = s.Contact(ctx, w.scope, first.Contact)
	must(t, err)
	if c.State != contact.Finished || c.Grade != "B" || c.Disposition != string(call.NoAnswer) || c.OwnFaults != 1 || c.Attempts != 2 {
		t.Errorf("after the second call: %+v", c)
	}
}

// finished makes n calls of a campaign that have ended, oldest first.
func (w *world) finished(n int, each func(i int, f *call.Finish)) []call.UUID {
	w.t.Helper()
	_, err := w.s.AddImported(w.t.Context(), w.scope, w.rows(w.anImport(), n))
	must(w.t, err)
	var out []call.UUID
	for i, a := range w.claim(n) {
		c := w.aCall(a)
		must(w.t, w.s.BeginDialing(w.t.Context(), tenant.Platform(), c))
		f := end(c)
		each(i, &f)
		must(w.t, w.s.FinishCall(w.t.Context(), tenant.Platform(), f))
		out = append(out, c.UUID)
	}
	return out
}

func callIDs(list []call.Call) []call.UUID {
	return ids(list, func(c call.Call) call.UUID { return c.UUID })
}

func testCallPages(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := newWorld(t, s)
	grades := []string{"A", "B"}
	all := w.finished(40, func(i int, f *call.Finish) { f.Call.Grade = grades[i%2] })
	one := w.camp
	w.camp = w.campaign("另一个")
	w.finished(5, func(int, *call.Finish) {})
	rapid.Check(t, func(rt *rapid.T) {
		limit := rapid.IntRange(4, 45).Draw(rt, "limit")
		grade := rapid.SampledFrom([]string{"", "A", "B", "C"}).Draw(rt, "grade")
		f := call.Filter{}
		if grade != "" {
			f.Grades = []string{grade}
		}
		var want []call.UUID
		for i, id := range reversed(all) {
			if grade == "" || grade == grades[(len(all)-1-i)%2] {
				want = append(want, id)
			}
		}
		var got []call.UUID
		for p := (call.Page{Limit: limit}); ; {
			page, err := s.Calls(ctx, w.scope, one, f, p)
			if err != nil {
				rt.Fatal(err)
			}
			got = append(got, callIDs(page)...)
			if len(page) < limit {
				break
			}
			p.Before = page[len(page)-1].UUID
		}
		if !slices.Equal(got, want) && len(got)+len(want) > 0 {
			rt.Fatalf("pages of %d hold %v, want %v", limit, got, want)
		}
	})
	_, err := s.Calls(ctx, w.scope, one, call.Filter{}, call.Page{Before: "' OR 1=1 --"})
	wantKind(t, err, errs.Invalid, "a key that is no id")
	_, err = s.Calls(ctx, w.scope, one+99, call.Filter{}, call.Page{})
	wantKind(t, err, errs.NotFound, "calls of no campaign")
}

func testCallFilters(t *testing.T, s *store.Store) {
	ctx, all := t.Context(), tenant.Platform()
	w := newWorld(t, s)
	over := w.finished(3, func(i int, f *call.Finish) {
		if i == 1 {
			f.Call.Outcome.Disposition, f.Call.Grade = call.Busy, "E"
		}
	})
	created, early := w.begin(), w.begin()
	early.State = call.Early
	must(t, s.MoveCall(ctx, all, early, call.Created))
	for name, f := range map[string]struct {
		filter call.Filter
		want   []call.UUID
	}{
		"all":                    {call.Filter{}, []call.UUID{early.UUID, created.UUID, over[2], over[1], over[0]}},
		"live":                   {call.Filter{Live: true}, []call.UUID{early.UUID, created.UUID}},
		"early":                  {call.Filter{State: call.Early}, []call.UUID{early.UUID}},
		"ended":                  {call.Filter{State: call.Ended}, []call.UUID{over[2], over[1], over[0]}},
		"busy":                   {call.Filter{Dispositions: []call.Disposition{call.Busy}}, []call.UUID{over[1]}},
		"grade B":                {call.Filter{Grades: []string{"B"}}, []call.UUID{over[2], over[0]}},
		"answered with grade E":  {call.Filter{Dispositions: []call.Disposition{call.Answered}, Grades: []string{"E"}}, nil},
		"live and ended at once": {call.Filter{State: call.Ended, Live: true}, nil},
	} {
		list, err := s.Calls(ctx, w.scope, w.camp, f.filter, call.Page{})
		must(t, err)
		if got := callIDs(list); !slices.Equal(got, f.want) && len(got)+len(f.want) > 0 {
			t.Errorf("%s: got %v, want %v", name, got, f.want)
		}
	}
	_, err := s.Call(ctx, w.scope, noCall)
	wantKind(t, err, errs.NotFound, "no call")
}

func testSummary(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := newWorld(t, s)
	empty, err := s.Summarise(ctx, w.scope, w.camp)
	must(t, err)
	if empty.Placed != 0 || len(empty.ByGrade) != 0 {
		t.Errorf("an empty campaign comes to %+v", empty)
	}
	w.finished(5, func(i int, f *call.Finish) {
		if i >= 3 {
			f.Call.Times.Answered = time.Time{}
			f.Call.Outcome = call.Conclude(call.Evidence{SIPCode: 486, Cause: "USER_BUSY"})
			f.Call.Grade = "E"
		}
	})
	w.begin()
	sum, err := s.Summarise(ctx, w.scope, w.camp)
	must(t, err)
	if sum.Placed != 6 || sum.Answered != 3 || sum.TalkTotal != 3*(30*time.Second+5*time.Microsecond) ||
		len(sum.ByDisposition) != 2 || sum.ByDisposition[call.Answered] != 3 || sum.ByDisposition[call.Busy] != 2 ||
		len(sum.ByEndReason) != 2 || sum.ByEndReason[call.EndCompleted] != 3 || sum.ByEndReason[call.EndBusy] != 2 ||
		len(sum.ByGrade) != 2 || sum.ByGrade["B"] != 3 || sum.ByGrade["E"] != 2 {
		t.Errorf("the campaign comes to %+v", sum)
	}
	p, err := s.CampaignProgress(ctx, w.scope, w.camp)
	must(t, err)
	if want := (campaign.Progress{Total: 6, Calling: 1, Finished: 5}); p != want {
		t.Errorf("progress %+v, want %+v", p, want)
	}
}
