package api_test

import (
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/transcript"
)

// bye is an event that every member with campaigns.view sees who sees the whole tenant.
func bye(m merchant) event.Message {
	return event.CampaignChanged{Tenant: m.id, Campaign: 1 << 40, State: "paused", At: noon}
}

func turn(m merchant, c campaign.ID, text string) event.Message {
	return event.TurnAdded{Tenant: m.id, Campaign: c, Call: someCall, Seq: 1, Speaker: transcript.Callee, Text: text}
}

var everything = []access.Permission{access.CampaignsView, access.CallsView}

func TestStreamShowsWhatTheDataScopeShows(t *testing.T) {
	w := newWorld(t)
	m := w.company(w.company(0, tenant.Operator, "operator").id, tenant.Merchant, "shop")
	narrow, id := m.member("narrow", access.Role{Permissions: everything, DataScope: access.ScopeOwn})
	own, other := m.running(id), m.running(0)
	all, some := m.listen(""), narrow.listen("")
	defer all.close()
	defer some.close()
	for range 2 { // the second time from what was found out before
		w.publish(turn(m, other, "不可见"))
		w.publish(turn(m, own, "可见"))
		if got := some.next(); !strings.Contains(got, "可见") || strings.Contains(got, "不可见") {
			t.Errorf("a narrowed member sees %s", got)
		}
		for _, want := range []string{"不可见", "可见"} {
			if got := all.next(); !strings.Contains(got, want) {
				t.Errorf("the administrator sees %s", got)
			}
		}
	}
}

func TestStreamMasksAndFollowsTheRole(t *testing.T) {
	w := newWorld(t)
	m := w.company(w.company(0, tenant.Operator, "operator").id, tenant.Merchant, "shop")
	camp := m.running(0)
	masked, id := m.member("masked", access.Role{Permissions: everything, DataScope: access.ScopeTenant}, func(u *access.User) { u.MaskNumbers = true })
	noCalls, _ := m.member("nocalls", access.Role{Permissions: []access.Permission{access.CampaignsView}, DataScope: access.ScopeTenant})
	plain, hidden, without := m.listen(""), masked.listen(""), noCalls.listen("")
	for _, l := range []*listener{plain, hidden, without} {
		defer l.close()
	}
	w.publish(turn(m, camp, "请打13800138000"))
	w.publish(bye(m))
	if got := plain.next(); !strings.Contains(got, "13800138000") {
		t.Errorf("unmasked: %s", got)
	}
	if got := hidden.next(); strings.Contains(got, "13800138000") || !strings.Contains(got, "138****8000") {
		t.Errorf("masked: %s", got)
	}
	if got := without.next(); !strings.HasPrefix(got, "campaign.changed") {
		t.Errorf("without calls.view: %s", got)
	}
	hidden.next() // bye

	// A change of the member counts for the open stream. The message comes before the event on the same bus.
	u, err := w.db.User(t.Context(), m.scope, id)
	must(t, err)
	was := u
	u.MaskNumbers = false
	must(t, w.db.UpdateUser(t.Context(), m.scope, was, u))
	w.publish(event.AccessChanged{Tenant: m.id, User: int64(id)})
	for {
		w.publish(turn(m, camp, "请打13800138000"))
		if got := hidden.next(); strings.Contains(got, "13800138000") {
			break // the first may have been written out before the change was looked at
		}
	}
}

func TestStreamEndsAtOnceWithItsSession(t *testing.T) {
	w := newWorld(t)
	m := w.company(w.company(0, tenant.Operator, "operator").id, tenant.Merchant, "shop")
	one, id := m.member("one-more", access.Role{Permissions: everything, DataScope: access.ScopeTenant})
	other := one
	other.cookie = w.session(m.id, id)
	ends, stays := one.listen(""), other.listen("")
	defer ends.close()
	defer stays.close()
	one.do("POST", path("/sign-out"), nil)
	if got := ends.last(); got != "end" {
		t.Errorf("signed out, and the stream goes on: %s", got)
	}
	w.publish(bye(m))
	if got := stays.next(); !strings.HasPrefix(got, "campaign.changed") {
		t.Errorf("the other session's stream: %s", got)
	}
	// A message that got lost is made up for with the heartbeat.
	_, err := w.db.EndSessions(t.Context(), m.scope, id)
	must(t, err)
	must(t, w.clock.BlockUntilContext(t.Context(), 1))
	w.clock.Advance(15 * time.Second)
	if got := stays.last(); got != "end" {
		t.Errorf("the session is gone, and the stream goes on: %s", got)
	}
}

func TestExportsAreShownToWhoAskedForThem(t *testing.T) {
	w := newWorld(t)
	m := w.company(w.company(0, tenant.Operator, "operator").id, tenant.Merchant, "shop")
	asked, id := m.member("asked", access.Role{DataScope: access.ScopeOwn})
	mine, others := asked.listen(""), m.listen("")
	defer mine.close()
	defer others.close()
	w.publish(event.ExportChanged{Tenant: m.id, User: int64(id), Export: 3, State: "running", Done: 1, Total: 2})
	w.publish(bye(m))
	if got := mine.next(); got != `export.changed {"id":3,"state":"running","done":1,"total":2}` {
		t.Errorf("got %s", got)
	}
	if got := others.next(); !strings.HasPrefix(got, "campaign.changed") {
		t.Errorf("another member sees %s", got)
	}
}
