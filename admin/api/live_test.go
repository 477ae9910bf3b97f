package api_test

import (
	"testing"
	"time"

	"github.com/outdial/outdial/admin/api"
	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/tenant"
)

// finished adds a contact, calls it at the time given and ends the call.
func (m merchant) finished(camp int64, number string, at time.Time, d call.Disposition, grade string, talk time.Duration) {
	m.w.t.Helper()
	c := m.dialled(camp, number, at)
	c.State, c.Grade, c.Turns, c.Times.Ended = call.Ended, grade, 4, at.Add(time.Second)
	c.Outcome = call.Outcome{Disposition: d, EndReason: call.EndBusy, Fault: call.FaultCallee}
	if d == call.Answered || d == call.Abandoned {
		c.Outcome = call.Outcome{Answered: true, Disposition: d, EndReason: call.EndCompleted, HungUpBy: call.PartyCallee}
		c.Times.Answered, c.Times.Ended = at, at.Add(talk)
	}
	must(m.w.t, m.w.db.FinishCall(m.w.t.Context(), tenant.Platform(), call.Finish{Call: c, At: c.Times.Ended}))
}

// dialled adds a contact and begins its call.
func (m merchant) dialled(camp int64, number string, at time.Time) call.Call {
	m.w.t.Helper()
	ctx, all := m.w.t.Context(), tenant.Platform()
	m.do("POST", address("/campaigns/%d/contacts", camp), map[string]any{"number": number}).want(201)
	got, err := m.w.db.Claim(ctx, all, call.ClaimRequest{Campaign: contact.CampaignID(camp), Limit: 1, Holder: "d", Now: m.w.clock.Now(), Lease: time.Hour})
	must(m.w.t, err)
	if len(got) != 1 {
		m.w.t.Fatalf("claimed %d contacts", len(got))
	}
	a := got[0].Attempt
	c := call.Call{UUID: a.UUID, Tenant: a.Tenant, Campaign: a.Campaign, Contact: a.Contact, Ordinal: a.Ordinal, Script: m.version, Trunk: m.trunk,
		Number: got[0].Contact.Number, State: call.Created, Times: call.Times{Created: at}}
	must(m.w.t, m.w.db.BeginDialing(ctx, all, c))
	return c
}

func TestLiveFigures(t *testing.T) {
	w := newWorld(t)
	id := w.one.campaign()
	at := address("/campaigns/%d/live", id)
	empty := as[api.Live](w.one.get(at).want(200))
	if empty.Figures != (api.Figures{}) || empty.LiveCalls != 0 || empty.Idle == nil || empty.Idle.Code != "no_contacts" || len(empty.Funnel) != 5 || len(empty.Pies.Grades) != 6 ||
		len(empty.Pies.States) != 3 || empty.Pies.States[0].Details == nil {
		t.Errorf("before anything: %+v", empty)
	}
	w.one.finished(id, "13800138001", noon, call.Answered, "A", 40*time.Second)
	w.one.finished(id, "13800138002", noon, call.Answered, "C", 8*time.Second)
	w.one.finished(id, "13800138003", noon, call.Abandoned, "E", time.Second)
	w.one.finished(id, "13800138004", noon, call.Busy, "E", 0)
	w.one.dialled(id, "13800138005", noon)
	got := as[api.Live](w.one.get(at).want(200))
	want := api.Figures{Progress: 0.8, AnswerRate: 0.75, AbandonRate: 1.0 / 3, IntentRate: 0.25, IntentOfAnswered: 1.0 / 3, TalkTotalMS: 49_000, TalkMeanMS: 16_333,
		CalleeHangupRate: 1, Placed: 4, Answered: 3, Talked: 2, GradeAB: 1}
	if got.Figures != want {
		t.Errorf("figures %+v, want %+v", got.Figures, want)
	}
	if got.LiveCalls != 1 || got.Campaign.ID != id || got.Campaign.Progress.Calling != 1 || !got.AsOf.Equal(noon) {
		t.Errorf("live: %+v", got)
	}
	for i, step := range []api.Slice{{Key: "contacts", Count: 5}, {Key: "called", Count: 4}, {Key: "answered", Count: 3}, {Key: "talked", Count: 2}, {Key: "grade_ab", Count: 1}} {
		if got.Funnel[i] != step {
			t.Errorf("funnel: %+v", got.Funnel)
		}
	}
	line := got.Pies.States[1]
	if line.Class != "line_fault" || line.Count != 1 || len(line.Details) != 1 || line.Details[0] != (api.Slice{Key: "abandoned", Count: 1}) {
		t.Errorf("line faults: %+v", line)
	}
	// The campaign's page counts calls under way as placed.
	detail := as[api.CampaignDetail](w.one.get(address("/campaigns/%d", id)).want(200))
	if s := detail.Summary; s.Placed != 5 || s.Answered != 3 || s.ByDisposition["busy"] != 1 || s.ByGrade["A"] != 1 || s.TalkMS != 49_000 {
		t.Errorf("summary: %+v", s)
	}
	w.two.get(at).problem(404)
}

func TestHome(t *testing.T) {
	w := newWorld(t)
	now := noon // in Shanghai, the 2nd of March
	first := as[api.Home](w.one.get("/api/v1/home").want(200))
	if c := first.Counters; c.UncalledPlans != 0 || c.LastPlanAt != nil || c.LastCallAt != nil || c.DaysServed != 1 {
		t.Errorf("a new company: %+v", c)
	}
	if len(first.Days) != 7 || first.Days[0].Date != "2026-02-24" || first.Days[6].Date != "2026-03-02" || first.Announcements == nil {
		t.Errorf("days: %+v", first.Days)
	}
	id := w.one.campaign()
	w.one.finished(id, "13800138001", now, call.Answered, "A", 40*time.Second)
	w.one.finished(id, "13800138002", now.Add(-12*time.Hour), call.Answered, "B", 20*time.Second) // midnight in Shanghai, still today
	w.one.finished(id, "13800138003", now.Add(-12*time.Hour-time.Second), call.Busy, "E", 0)      // a second before
	w.one.finished(id, "13800138004", now.Add(-30*24*time.Hour), call.Busy, "E", 0)
	w.two.finished(w.two.campaign(), "13800138001", now, call.Answered, "A", time.Second)
	for query, want := range map[string]struct{ days, placed, answered int }{
		"range=today": {1, 2, 2}, "range=7d": {7, 3, 2}, "range=30d": {30, 3, 2}, "from=2026-01-31&to=2026-03-02": {31, 4, 2}, "from=2026-01-31&to=2026-01-31": {1, 1, 0},
		"from=2025-03-02&to=2026-03-02": {366, 4, 2},
	} {
		got := as[api.Home](w.one.get("/api/v1/home?" + query).want(200))
		if len(got.Days) != want.days || got.Totals.Placed != want.placed || got.Totals.Answered != want.answered {
			t.Errorf("%s: %d days, totals %+v", query, len(got.Days), got.Totals)
		}
	}
	got := as[api.Home](w.one.get("/api/v1/home?range=today").want(200))
	if got.Days[0].Grades != (api.HomeGrades{A: 1, B: 1}) || got.Totals != (api.HomeTotals{Placed: 2, Answered: 2, AnswerRate: 1, TalkTotalMS: 60_000, Intent: 2}) {
		t.Errorf("today: %+v %+v", got.Days, got.Totals)
	}
	if c := got.Counters; c.UncalledPlans != 1 || c.LastPlanAt == nil || !c.LastPlanAt.Equal(now) || c.LastCallAt == nil || !c.LastCallAt.Equal(now) || got.Campaigns.NotStarted != 1 {
		t.Errorf("counters: %+v %+v", c, got.Campaigns)
	}
	for query, where := range map[string]string{
		"from=2026-03-02": "query.to", "to=2026-03-02": "query.from", "from=2026-03-02&to=2026-03-01": "query.to", "from=2025-03-01&to=2026-03-02": "query.from",
		"from=x&to=2026-03-02": "query.from", "range=year": "query.range",
	} {
		p := w.one.get("/api/v1/home?" + query).problem(422)
		if len(p.Errors) == 0 || p.Errors[0].Location != where {
			t.Errorf("%s: %+v, want a refusal at %s", query, p, where)
		}
	}
}

// TestAlarmTellsWhomTheCallerSees: an id does not show who else is in the company, and whoever was chosen by others stays.
func TestAlarmTellsWhomTheCallerSees(t *testing.T) {
	w := newWorld(t)
	who, id := w.one.member("own", access.Role{Permissions: []access.Permission{access.CampaignsView, access.CampaignsEdit}, DataScope: access.ScopeOwn})
	_, colleague := w.one.member("colleague", access.Role{})
	at := address("/campaigns/%d/alarm", w.one.running(id))
	choose := func(ids ...access.UserID) map[string]any { return map[string]any{"enabled": true, "member_ids": ids} }
	who.do("PUT", at, choose(id)).want(200)
	seen, absent := who.do("PUT", at, choose(id, colleague)).problem(422), who.do("PUT", at, choose(id, 99999)).problem(422)
	if seen.Detail != absent.Detail || len(seen.Errors) != 1 || len(absent.Errors) != 1 || seen.Errors[0].Message != absent.Errors[0].Message {
		t.Errorf("a colleague is refused by %+v, and nobody by %+v", seen, absent)
	}
	w.one.do("PUT", at, choose(id, colleague)).want(200)
	who.do("PUT", at, choose(colleague)).want(200)
}

func TestAlarmIsSet(t *testing.T) {
	w := newWorld(t)
	id := w.one.campaign()
	at := address("/campaigns/%d/alarm", id)
	if got := as[api.Alarm](w.one.get(at).want(200)); got.Enabled || got.MinCalls != 20 || got.AnswerRateBelow != nil {
		t.Errorf("never set: %+v", got)
	}
	me := as[api.Me](w.one.get("/api/v1/me").want(200)).ID
	form := map[string]any{"enabled": true, "answer_rate_below": 0.3, "mean_talk_below_s": 10, "consecutive_abnormal": 5, "on_finished": true, "not_dialling_minutes": 15,
		"min_calls": 50, "member_ids": []int64{me}}
	w.one.do("PUT", at, form).want(200)
	got := as[api.Alarm](w.one.get(at).want(200))
	if !got.Enabled || *got.AnswerRateBelow != 0.3 || got.IntentRateBelow != nil || *got.MeanTalkBelowS != 10 || *got.ConsecutiveAbnormal != 5 || !got.OnFinished ||
		*got.NotDiallingMinutes != 15 || got.MinCalls != 50 || len(got.MemberIDs) != 1 || got.MemberIDs[0] != me {
		t.Errorf("set: %+v", got)
	}
	w.one.do("PUT", at, map[string]any{"enabled": false}).want(200)
	if got := as[api.Alarm](w.one.get(at).want(200)); got.Enabled || got.AnswerRateBelow != nil || got.MinCalls != 20 {
		t.Errorf("taken back: %+v", got)
	}
	other := as[api.Me](w.two.get("/api/v1/me").want(200)).ID
	for field, bad := range map[string]any{"answer_rate_below": 1.5, "intent_rate_below": -1, "mean_talk_below_s": 0, "consecutive_abnormal": 1, "not_dialling_minutes": 1441,
		"min_calls": -1, "member_ids": []int64{other}, "raised": []string{"finished"}} {
		if p := w.one.do("PUT", at, map[string]any{"enabled": true, field: bad}).problem(422); len(p.Errors) == 0 || p.Errors[0].Location != "body."+field {
			t.Errorf("%s: %+v", field, p)
		}
	}
	w.two.get(at).problem(404)
	w.two.do("PUT", at, form).problem(404)
}
