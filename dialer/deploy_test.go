package dialer_test

import (
	"context"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/script"
)

// TestDeployedVersionIsDialledAtOnce deploys a version while a campaign calls: the call under way keeps what it began with,
// and those after it speak the new one, with the same dialer.
func TestDeployedVersionIsDialledAtOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t, settings{manner: func(call.Call) manner { return manner{talk: 700 * time.Millisecond} }})
	ctx := context.Background()
	c := r.campaign(r.trunk(), func(c *campaign.Campaign) { c.Robots = 1 })
	r.contacts(c, "answers-at-once", 4)
	d := r.dialer()
	r.act(c, campaign.Start)
	r.until("first call", func() bool {
		l := r.calls(c)
		return len(l) == 1 && l[0].State == call.AnsweredState
	})
	v := script.Version{Script: r.script.Script, Source: script.Demo(), CreatedAt: time.Now()}
	draft, err := r.store.Draft(ctx, r.scope(), v.Script)
	must(t, err)
	must(t, r.store.Submit(ctx, r.scope(), &v, draft.Revision))
	for _, a := range []script.Action{script.Approve, script.Deploy} {
		moved, err := r.store.MoveVersion(ctx, r.scope(), v.ID, a, script.Decision{At: time.Now()})
		must(t, err)
		for _, m := range moved {
			must(t, r.bus.Publish(ctx, event.CampaignChanged{Tenant: m.Tenant, Campaign: m.Campaign, State: m.State, At: time.Now()}))
		}
	}
	r.finished(c)
	r.settled(d, c)
	calls := r.calls(c) // newest first
	if len(calls) != 4 {
		t.Fatalf("%d calls were made", len(calls))
	}
	for i, k := range calls {
		want := v.ID
		if i == len(calls)-1 {
			want = r.script.ID
		}
		if k.Script != want {
			t.Errorf("call %d speaks version %d, want %d", len(calls)-i, k.Script, want)
		}
	}
}
