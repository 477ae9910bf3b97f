package api_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/admin/api"
	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/listening"
	"github.com/outdial/outdial/shared/tenant"
)

// talking calls a new contact of the campaign, who answers.
func (m merchant) talking(campaign int64, number string) call.Call {
	m.w.t.Helper()
	m.contact(campaign, number)
	c := m.dial(campaign)
	was := c.State
	c.State, c.Times.Answered = call.AnsweredState, noon.Add(10*time.Second)
	must(m.w.t, m.w.db.MoveCall(m.w.t.Context(), tenant.Platform(), c, was))
	return c
}

// boss is a member with the template's role and a telephone.
func (m merchant) boss(account, extension string, t access.Template) (merchant, access.UserID) {
	m.w.t.Helper()
	return m.agent(account, t, func(u *access.User) { u.AgentNumber = extension })
}

// moved is what a dialer does: it saves how far the member's open listening has come.
func (w *world) moved(user access.UserID, change func(*listening.Listening)) listening.Listening {
	w.t.Helper()
	l, err := w.db.OpenListening(w.t.Context(), tenant.Platform(), user)
	must(w.t, err)
	change(&l)
	must(w.t, w.db.MoveListening(w.t.Context(), tenant.Platform(), l))
	return l
}

func (m merchant) own() *api.Listening {
	m.w.t.Helper()
	return as[api.OwnListening](m.get("/api/v1/listening").want(200)).Listening
}

func TestListeningAndTakingOver(t *testing.T) {
	w := newWorld(t)
	m := w.one
	camp := m.campaign()
	c := m.talking(camp, "13800138000")
	boss, user := m.boss("boss", "8001", access.Administrator)
	if got := boss.own(); got != nil {
		t.Errorf("before anything: %+v", got)
	}
	boss.do("DELETE", "/api/v1/listening", nil).problem(404)

	asked := as[api.Listening](boss.do("POST", address("/calls/%s/listen", c.UUID), nil).want(201))
	want := api.Listening{ID: asked.ID, CallID: string(c.UUID), CampaignID: camp, UserID: int64(user), Name: "User boss", Extension: "8001", Wish: "listen", State: "asked", AskedAt: noon}
	if !reflect.DeepEqual(asked, want) {
		t.Errorf("asked %+v, want %+v", asked, want)
	}
	w.heard(event.ListeningWished{Tenant: m.id, Call: c.UUID, Listening: listening.ID(asked.ID)})
	if got := boss.own(); got == nil || !reflect.DeepEqual(*got, want) {
		t.Errorf("own %+v, want %+v", got, want)
	}
	if got := m.own(); got != nil {
		t.Errorf("somebody else's own: %+v", got)
	}

	heard, took, end := noon.Add(12*time.Second), noon.Add(15*time.Second+500*time.Millisecond), noon.Add(40*time.Second)
	w.moved(user, func(l *listening.Listening) { l.State, l.HeardAt = listening.Heard, heard })
	w.clock.Advance(14 * time.Second)
	want.State, want.HeardAt, want.ListenedMS = "listening", &heard, 2000
	detail := as[api.CallDetail](m.get(address("/calls/%s", c.UUID)).want(200))
	if len(detail.Listenings) != 1 || !reflect.DeepEqual(detail.Listenings[0], want) || !detail.Listened || detail.ListenedMS != 0 || detail.TakenOver || detail.Agent != nil {
		t.Errorf("while it is listened to: %+v", detail)
	}

	sent := len(w.bus.published())
	wished := as[api.Listening](boss.do("POST", address("/calls/%s/take-over", c.UUID), nil).want(201))
	want.Wish = "take_over"
	if !reflect.DeepEqual(wished, want) {
		t.Errorf("the open listening became %+v, want %+v", wished, want)
	}
	if news := w.bus.published()[sent:]; len(news) != 1 || news[0] != (event.ListeningWished{Tenant: m.id, Call: c.UUID, Listening: listening.ID(asked.ID)}) {
		t.Errorf("published %+v", news)
	}
	w.moved(user, func(l *listening.Listening) { l.State, l.TookAt = listening.Talking, took })
	must(t, w.db.NoteTakeOver(t.Context(), m.scope, c.UUID, call.Agent{Extension: "8001", Connected: took}))
	w.clock.Advance(10 * time.Second)
	want.State, want.TookOverAt, want.ListenedMS = "talking", &took, 3500
	if got := boss.own(); got == nil || !reflect.DeepEqual(*got, want) {
		t.Errorf("while they talk %+v, want %+v", got, want)
	}

	boss.do("DELETE", "/api/v1/listening", nil).want(204)
	if got := boss.own(); got == nil || got.Wish != "stop" || got.State != "talking" {
		t.Errorf("after the wish to stop: %+v", got)
	}
	w.moved(user, func(l *listening.Listening) { l.State, l.Reason, l.EndedAt = listening.Ended, listening.HungUp, end })
	if got := boss.own(); got != nil {
		t.Errorf("after the end: %+v", got)
	}
	boss.do("DELETE", "/api/v1/listening", nil).problem(404)
	c.Attended = call.Attended{Since: heard, TakenOver: true}
	m.end(c, call.Outcome{Answered: true, EndReason: call.EndCompleted, Fault: call.FaultNone, Disposition: call.Answered, HungUpBy: call.PartyCallee}, "A")
	row := as[api.CallPage](m.get(address("/campaigns/%d/calls", camp)).want(200)).Items[0]
	if !row.Listened || row.ListenedMS != 3500 || !row.TakenOver || row.Transfer != "" ||
		!reflect.DeepEqual(row.Agent, &api.CallAgent{Extension: "8001", ConnectedAt: took, TalkMS: 24_500}) {
		t.Errorf("row %+v, agent %+v", row, row.Agent)
	}
	want.State, want.Wish, want.Reason, want.EndedAt = "ended", "stop", "hung_up", &end
	if got := as[api.CallDetail](m.get(address("/calls/%s", c.UUID)).want(200)).Listenings; len(got) != 1 || !reflect.DeepEqual(got[0], want) {
		t.Errorf("kept %+v, want %+v", got, want)
	}

	if got := m.entries(); !slices.Equal(got[len(got)-3:], []string{"calls.listen_live", "calls.take_over", "calls.stop_listening"}) {
		t.Errorf("logged %v", got)
	}
	for _, o := range as[api.Page[api.Operation]](m.get(path("/operations?module=calls")).want(200)).Items {
		if o.Actor.Account != "boss" || o.Target != (api.OperationTarget{Kind: "call", ID: string(c.UUID), Name: "张三"}) || fmt.Sprint(o.After["extension"]) != "8001" {
			t.Errorf("entry %+v", o)
		}
	}
	if text := w.logged(); strings.Contains(text, "did not note") {
		t.Errorf("not everything was noted: %s", text)
	}
}

// TestTakingOverAtOnce: whoever does not listen yet need not begin with it.
func TestTakingOverAtOnce(t *testing.T) {
	w := newWorld(t)
	camp := w.one.campaign()
	c := w.one.talking(camp, "13800138000")
	boss, _ := w.one.boss("boss", "8001", access.Administrator)
	got := as[api.Listening](boss.do("POST", address("/calls/%s/take-over", c.UUID), nil).want(201))
	if got.Wish != "take_over" || got.State != "asked" || got.CallID != string(c.UUID) {
		t.Errorf("asked %+v", got)
	}
	w.heard(event.ListeningWished{Tenant: w.one.id, Call: c.UUID, Listening: listening.ID(got.ID)})
}

// TestWhatNoDialerSawIsOver: where no dialer runs, a wish is not shown for ever and holds no telephone, and can be withdrawn.
func TestWhatNoDialerSawIsOver(t *testing.T) {
	w := newWorld(t)
	camp := w.one.campaign()
	c := w.one.talking(camp, "13800138000")
	boss, _ := w.one.boss("boss", "8001", access.Administrator)
	first := as[api.Listening](boss.do("POST", address("/calls/%s/listen", c.UUID), nil).want(201))
	w.clock.Advance(listening.Unseen)
	if got := boss.own(); got == nil || got.ID != first.ID {
		t.Errorf("while it may still be seen: %+v", got)
	}
	w.clock.Advance(time.Second)
	if got := boss.own(); got != nil {
		t.Errorf("later: %+v", got)
	}
	boss.do("DELETE", "/api/v1/listening", nil).want(204)
	second := as[api.Listening](boss.do("POST", address("/calls/%s/take-over", c.UUID), nil).want(201))
	kept := as[api.CallDetail](boss.get(address("/calls/%s", c.UUID)).want(200)).Listenings
	if len(kept) != 2 || kept[0].ID != first.ID || kept[0].State != "ended" || kept[0].Reason != "lost" || kept[0].Wish != "stop" || kept[1].ID != second.ID || kept[1].State != "asked" {
		t.Errorf("kept %+v", kept)
	}
}

func TestListeningIsRefused(t *testing.T) {
	w := newWorld(t)
	m := w.one
	camp := m.campaign()
	c, next := m.talking(camp, "13800138000"), m.talking(camp, "13800138001")
	m.contact(camp, "13800138002")
	ringing := m.dial(camp)
	m.contact(camp, "13800138003")
	over := m.call(camp)
	boss, _ := m.boss("boss", "8001", access.Administrator)
	mute, _ := m.agent("mute", access.Administrator)
	auditor, _ := m.boss("auditor", "8002", access.Auditor)
	supervisor, _ := m.boss("supervisor", "8003", access.Supervisor)
	all := allOf(tenant.Merchant, access.ScopeTenant)
	all.Permissions = slices.DeleteFunc(all.Permissions, func(p access.Permission) bool { return p == access.CallsListenLive })
	taker, _ := m.member("taker", all, func(u *access.User) { u.AgentNumber = "8004" })
	own, _ := m.member("own", allOf(tenant.Merchant, access.ScopeOwn), func(u *access.User) { u.AgentNumber = "8005" })
	rival, _ := w.two.boss("rival", "9001", access.Administrator)
	borrower, _ := w.two.boss("borrower", "8001", access.Administrator)
	theirs := w.two.talking(w.two.campaign(), "13800138000")

	const listen, takeOver = "listen", "take-over"
	for name, r := range map[string]struct {
		who    merchant
		call   call.UUID
		action string
		status int
		says   string
	}{
		"an unknown call":                   {boss, someCall, listen, 404, "call " + someCall + " does not exist"},
		"another company's call":            {rival, c.UUID, listen, 404, "call " + string(c.UUID) + " does not exist"},
		"another company's call, taken":     {rival, c.UUID, takeOver, 404, "call " + string(c.UUID) + " does not exist"},
		"a call outside of the scope":       {own, c.UUID, listen, 404, "call " + string(c.UUID) + " does not exist"},
		"a call outside of the scope taken": {own, c.UUID, takeOver, 404, "call " + string(c.UUID) + " does not exist"},
		"without an agent number":           {mute, c.UUID, listen, 409, "no agent number"},
		"taken without an agent number":     {mute, c.UUID, takeOver, 409, "no agent number"},
		"a telephone of another company":    {borrower, theirs.UUID, listen, 409, "8001"},
		"without the permission":            {auditor, c.UUID, listen, 403, "does not allow"},
		"without the permission to take":    {supervisor, c.UUID, takeOver, 403, "does not allow"},
		"with the permission to take alone": {taker, c.UUID, listen, 403, "does not allow"},
		"a call that rings":                 {boss, ringing.UUID, listen, 409, "only a call that is being talked in"},
		"a call that rings, taken":          {boss, ringing.UUID, takeOver, 409, "only a call that is being talked in"},
		"a call that has ended":             {boss, call.UUID(over), listen, 409, "only a call that is being talked in"},
		"no call at all":                    {boss, "x", listen, 422, ""},
	} {
		if p := r.who.do("POST", address("/calls/%s/%s", r.call, r.action), nil).problem(r.status); !strings.Contains(p.Detail, r.says) {
			t.Errorf("%s: %s", name, p.Detail)
		}
		if got := r.who.own(); got != nil {
			t.Errorf("%s left %+v", name, got)
		}
	}
	for _, sent := range w.bus.published() {
		if sent.Kind() == event.KindListeningWished {
			t.Errorf("published %+v", sent)
		}
	}
	if got := m.entries(); slices.ContainsFunc(got, func(e string) bool { return strings.HasPrefix(e, "calls.") }) {
		t.Errorf("what failed was logged: %v", got)
	}

	boss.do("POST", address("/calls/%s/listen", c.UUID), nil).want(201)
	for _, r := range []string{address("/calls/%s/listen", c.UUID), address("/calls/%s/listen", next.UUID), address("/calls/%s/take-over", next.UUID)} {
		if p := boss.do("POST", r, nil).problem(409); p.Detail != "you are listening to a call already; end that first" {
			t.Errorf("%s: %s", r, p.Detail)
		}
	}
	supervisor.do("POST", address("/calls/%s/listen", c.UUID), nil).want(201) // two may listen to one call
	taker.do("POST", address("/calls/%s/take-over", next.UUID), nil).want(201)
	if got := boss.own(); got == nil || got.Wish != "listen" || got.CallID != string(c.UUID) {
		t.Errorf("the first became %+v", got)
	}
}

// TestListeningStaysWithWhoeverBeganIt: who does not see the call any more can still leave it, and no more than that.
func TestListeningStaysWithWhoeverBeganIt(t *testing.T) {
	w := newWorld(t)
	m := w.one
	here, there := m.unit("here"), m.unit("there")
	all := allOf(tenant.Merchant, access.ScopeUnit)
	owner, _ := m.member("owner", all, func(u *access.User) { u.Unit = here })
	boss, user := m.member("boss", all, func(u *access.User) { u.Unit, u.AgentNumber = here, "8001" })
	c := m.talking(owner.campaign(), "13800138000")
	boss.do("POST", address("/calls/%s/listen", c.UUID), nil).want(201)
	m.alter(user, func(u *access.User) { u.Unit = there })
	boss.get(address("/calls/%s", c.UUID)).problem(404)
	boss.do("POST", address("/calls/%s/take-over", c.UUID), nil).problem(404)
	if got := boss.own(); got == nil || got.CallID != string(c.UUID) || got.Wish != "listen" {
		t.Errorf("own %+v", got)
	}
	boss.do("DELETE", "/api/v1/listening", nil).want(204)
}

// TestEventsOfAListeningAreItsOwners: nobody but the one who listens hears how it goes, whatever they may do.
func TestEventsOfAListeningAreItsOwners(t *testing.T) {
	w := newWorld(t)
	m := w.one
	boss, user := m.boss("boss", "8001", access.Administrator)
	mine, elsewhere, admin, rival := boss.listen(""), boss.listen("?campaign_id=7"), m.listen(""), w.two.listen("")
	for _, l := range []*listener{mine, elsewhere, admin, rival} {
		defer l.close()
	}
	w.publish(event.ListeningChanged{Tenant: m.id, Campaign: 3, Call: someCall, Listening: "0196f3a0-0000-7000-8000-000000000101", User: user, State: listening.Ringing})
	w.publish(event.ListeningChanged{Tenant: m.id, Campaign: 3, Call: someCall, Listening: "0196f3a0-0000-7000-8000-000000000101", User: user, State: listening.Ended, Reason: listening.NoAnswer})
	const said = `listening.changed {"id":"0196f3a0-0000-7000-8000-000000000101","call_id":"` + someCall + `","campaign_id":3,"state":`
	for _, l := range []*listener{mine, elsewhere} {
		for _, want := range []string{said + `"ringing"}`, said + `"ended","reason":"no_answer"}`} {
			if got := l.next(); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		}
	}
	w.publish(bye(m))
	w.publish(bye(w.two))
	for name, l := range map[string]*listener{"the administrator": admin, "another company": rival} {
		if got := l.next(); !strings.HasPrefix(got, "campaign.changed") {
			t.Errorf("%s hears %s", name, got)
		}
	}
}

// TestMaskedMembersListenWithoutSeeingNumbers: what is told of a listening holds nothing of the callee.
func TestMaskedMembersListenWithoutSeeingNumbers(t *testing.T) {
	w := newWorld(t)
	camp := w.one.campaign()
	c := w.one.talking(camp, "13800138000")
	masked, _ := w.one.agent("masked", access.Administrator, func(u *access.User) { u.AgentNumber, u.MaskNumbers = "8001", true })
	for _, got := range []answer{
		masked.do("POST", address("/calls/%s/listen", c.UUID), nil).want(201), masked.get("/api/v1/listening").want(200),
		masked.do("POST", address("/calls/%s/take-over", c.UUID), nil).want(201), masked.get(address("/calls/%s", c.UUID)).want(200),
		masked.get(path("/operations?module=calls")).want(200),
	} {
		if s := string(got.body); strings.Contains(s, "0013") {
			t.Errorf("a masked member reads %s", s)
		}
	}
	masked.do("DELETE", "/api/v1/listening", nil).want(204)
}

func TestCallsAreFilteredByWhoListened(t *testing.T) {
	w := newWorld(t)
	m := w.one
	camp := m.campaign()
	boss, user := m.boss("boss", "8001", access.Administrator)
	heard, took, alone := m.talking(camp, "13800138000"), m.talking(camp, "13800138001"), m.talking(camp, "13800138002")
	for _, c := range []call.Call{heard, took} {
		boss.do("POST", address("/calls/%s/listen", c.UUID), nil).want(201)
		w.moved(user, func(l *listening.Listening) {
			l.State, l.HeardAt = listening.Heard, noon.Add(12*time.Second)
			if c.UUID == took.UUID {
				l.State, l.TookAt = listening.Talking, noon.Add(13*time.Second)
			}
		})
		w.moved(user, func(l *listening.Listening) {
			l.State, l.Reason, l.EndedAt = listening.Ended, listening.HungUp, noon.Add(20*time.Second)
		})
	}
	m.end(alone, call.Outcome{Answered: true, EndReason: call.EndCompleted, Fault: call.FaultNone, Disposition: call.Answered, HungUpBy: call.PartyRobot}, "B")
	names := map[string]string{string(heard.UUID): "heard", string(took.UUID): "took", string(alone.UUID): "alone"}
	for query, want := range map[string]string{
		"listened=true": "heard took", "listened=false": "alone", "taken_over=true": "took", "taken_over=false": "alone heard", "listened=true&taken_over=false": "heard",
		"listened=false&taken_over=true": "", "listened=true&state=ended": "", "listened=true&state=live": "heard took", "": "alone heard took",
	} {
		var got []string
		for _, c := range as[api.CallPage](m.get(address("/campaigns/%d/calls?%s", camp, query)).want(200)).Items {
			got = append(got, names[c.ID])
		}
		if slices.Sort(got); strings.Join(got, " ") != want {
			t.Errorf("%q: %v, want %q", query, got, want)
		}
	}
	m.get(address("/campaigns/%d/calls?listened=perhaps", camp)).problem(422)
	m.get(address("/campaigns/%d/calls?taken_over=1", camp)).problem(422)

	// The same filter stands in the body of what is done to all calls of a list, as far as they were dialled before.
	w.clock.Advance(time.Hour)
	asked := as[api.Export](m.do("POST", address("/campaigns/%d/exports", camp), body{"kind": "calls_xlsx", "filter": body{"listened": "true", "taken_over": "false"}}).want(201))
	kept, err := w.db.Export(t.Context(), m.scope, 1)
	must(t, err)
	if f := kept.Request.Filter; f.Listened == nil || !*f.Listened || f.TakenOver == nil || *f.TakenOver || int64(kept.ID) != asked.ID {
		t.Errorf("the export asks for %+v", f)
	}
	marked := m.do("POST", address("/campaigns/%d/calls/read", camp), body{"filter": body{"listened": "false"}}).want(200)
	var n struct{ Read int }
	if must(t, json.Unmarshal(marked.body, &n)); n.Read != 1 {
		t.Errorf("marked %s", marked.body)
	}
}
