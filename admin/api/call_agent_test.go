package api_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/outdial/outdial/admin/api"
	"github.com/outdial/outdial/shared/call"
)

func TestCallShowsWhoseItWasAndWhoTookIt(t *testing.T) {
	w := newWorld(t)
	m := w.one
	camp := m.campaign()
	m.do("POST", address("/campaigns/%d/contacts", camp), body{"number": "13800138000", "vars": map[string]string{"公司": "东方贸易"}}).want(201)
	c := m.dial(camp)
	must(t, w.db.NoteTransfer(t.Context(), m.scope, c.UUID, call.TransferRequested, call.Agent{}))
	shown := func() api.Call {
		t.Helper()
		items := as[api.CallPage](m.get(address("/campaigns/%d/calls", camp)).want(200)).Items
		i := slices.IndexFunc(items, func(x api.Call) bool { return x.ID == string(c.UUID) })
		if i < 0 {
			t.Fatalf("call %s is not in %+v", c.UUID, items)
		}
		return items[i]
	}
	if got := shown(); got.Customer != "东方贸易" || got.Transfer != "requested" || got.Agent != nil {
		t.Errorf("while the agent is called: %+v", got)
	}
	must(t, w.db.NoteTransfer(t.Context(), m.scope, c.UUID, call.TransferConnected,
		call.Agent{Extension: "1001", Asked: noon.Add(15 * time.Second), Connected: noon.Add(18*time.Second + 250*time.Millisecond)}))
	asked := noon.Add(15 * time.Second)
	want := api.CallAgent{Extension: "1001", AskedAt: &asked, ConnectedAt: noon.Add(18*time.Second + 250*time.Millisecond).UTC(), ReactionMS: 3250}
	if got := shown().Agent; got == nil || !reflect.DeepEqual(*got, want) {
		t.Errorf("while they talk: %+v, want %+v", got, want)
	}
	m.end(c, call.Outcome{Answered: true, EndReason: call.EndCompleted, Fault: call.FaultNone, Disposition: call.Answered, HungUpBy: call.PartyRobot}, "A")
	want.TalkMS = 21_750
	for name, got := range map[string]api.Call{"list": shown(), "detail": as[api.CallDetail](m.get(address("/calls/%s", c.UUID)).want(200)).Call} {
		if got.Agent == nil || !reflect.DeepEqual(*got.Agent, want) || got.Customer != "东方贸易" {
			t.Errorf("%s after the end: %q, %+v, want %+v", name, got.Customer, got.Agent, want)
		}
	}
}
