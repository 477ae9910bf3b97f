package dialer_test

import (
	"context"
	"testing"
	"time"

	"github.com/outdial/outdial/dialer"
	"github.com/outdial/outdial/dialer/carriersim"
	"github.com/outdial/outdial/dialer/softswitch"
	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/agent"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
)

// groupRig has callees whose robots ask for the campaign's agents, and a group with these extensions in their order.
func groupRig(t *testing.T, behaviour string, within time.Duration, extensions ...string) (*rig, *dialer.Dialer, campaign.Campaign, agent.Group) {
	t.Helper()
	r := newRig(t, settings{
		sw:     func(c *softswitch.Config) { c.User = func(u string) (string, bool) { return "pw-" + u, len(u) == 4 } },
		sim:    func(c *carriersim.Config) { c.Patience = 30 * time.Second },
		manner: func(call.Call) manner { return manner{group: true, within: within} },
	})
	g := agent.Group{Name: "客服", Kind: agent.Transfers, CreatedAt: time.Now()}
	must(t, r.store.CreateAgentGroup(context.Background(), r.scope(), &g))
	var members []access.UserID
	for _, e := range extensions {
		u := access.User{Account: "agent" + e, Name: e, PasswordHash: "x", AgentNumber: e, CreatedAt: time.Now()}
		must(t, r.store.CreateUser(context.Background(), r.scope(), &u))
		members = append(members, u.ID)
	}
	must(t, r.store.SetAgentGroupMembers(context.Background(), r.scope(), g.ID, members))
	c := r.campaign(r.trunk(), func(c *campaign.Campaign) { c.AgentGroup = g.ID })
	r.contact(c, behaviour, 0)
	return r, r.dialer(), c, g
}

// order is in which the group's agents would be called now.
func (r *rig) order(g agent.Group) (out []string) {
	r.t.Helper()
	of, err := r.store.AgentsOf(context.Background(), r.scope(), g.ID)
	must(r.t, err)
	for _, a := range of[g.ID] {
		out = append(out, a.Extension)
	}
	return out
}

func TestGroupTakesTheCall(t *testing.T) {
	t.Parallel()
	// The first has no telephone on, the second is busy, the third lets it ring, the fourth answers.
	r, d, c, g := groupRig(t, "ignores-bye", 40*time.Second, "1001", "1002", "1003", "1004")
	busy, rings, answers := startPhone(t, r, "1002", "busy"), startPhone(t, r, "1003", "ring"), startPhone(t, r, "1004", "answer")
	r.act(c, campaign.Start)
	if m := r.told(); !m.Connected || m.Reason != "" {
		t.Fatalf("the robot was told %+v", m)
	}
	if len(busy.ringing) != 1 || len(rings.ringing) != 1 || len(answers.ringing) != 1 {
		t.Errorf("telephones rang %d, %d and %d times", len(busy.ringing), len(rings.ringing), len(answers.ringing))
	}
	r.until("transfer written down", func() bool { return r.calls(c)[0].Transfer == call.TransferConnected })
	answers.hangUp()
	r.finished(c)
	r.settled(d, c)
	k := r.calls(c)[0]
	if a := k.Agent; a.Extension != "1004" || a.Group != g.ID || a.GroupName != "客服" || a.Reaction() < 10*time.Second || k.AgentTalk() <= 0 {
		t.Errorf("agent %+v after %v, talk %v", a, a.Reaction(), k.AgentTalk())
	}
	if found, err := r.store.Calls(context.Background(), r.scope(), c.ID, call.Filter{AgentGroup: g.ID}, call.Page{}); err != nil || len(found) != 1 {
		t.Errorf("%d calls of the group are found, error %v", len(found), err)
	}
	// Who was not there keeps the first place; the others follow in the order in which they rang or talked.
	r.until("the agents' order", func() bool {
		o := r.order(g)
		return len(o) == 4 && o[0] == "1001" && o[1] == "1002" && o[2] == "1003" && o[3] == "1004"
	})
	of, err := r.store.AgentsOf(context.Background(), r.scope(), g.ID)
	must(t, err)
	if l := of[g.ID]; !l[0].LastAt.IsZero() || l[1].LastAt.IsZero() || !l[1].LastAt.Before(l[2].LastAt) || !l[2].LastAt.Before(l[3].LastAt) {
		t.Errorf("agents %+v", l)
	}
}

func TestNobodyOfTheGroupTakesTheCall(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, manner string
		group        bool
		reason       string
	}{
		{"no telephone is on", "", true, "no agent of the group is free"},
		{"everybody is busy", "busy", true, "no agent of the group took the call"},
		{"nobody answers", "ring", true, "no agent of the group took the call"},
		{"no group", "answer", false, "the campaign names no agent group"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r, d, c, _ := groupRig(t, "ignores-bye", 3*time.Second, "1001", "1002")
			if !tt.group {
				was := r.state(c)
				none := was
				none.AgentGroup = 0
				must(t, r.store.UpdateCampaign(context.Background(), r.scope(), none, was.Version()))
			}
			if tt.manner != "" {
				startPhone(t, r, "1001", tt.manner)
			}
			r.act(c, campaign.Start)
			if m := r.told(); m.Connected || m.Reason != tt.reason {
				t.Fatalf("the robot was told %+v", m)
			}
			r.until("failure written down", func() bool { return r.calls(c)[0].Transfer == call.TransferFailed })
			if k := r.calls(c)[0]; k.Agent != (call.Agent{}) || k.State != call.AnsweredState || r.robots.live() != 1 {
				t.Errorf("the call is %s with agent %+v and %d robots", k.State, k.Agent, r.robots.live())
			}
			r.act(c, campaign.Terminate)
			r.settled(d, c)
		})
	}
}

func TestOneAgentTakesOneOfTwoCalls(t *testing.T) {
	t.Parallel()
	r, d, c, _ := groupRig(t, "ignores-bye", 3*time.Second, "1001")
	p := startPhone(t, r, "1001", "answer")
	r.contact(c, "ignores-bye", 1)
	r.act(c, campaign.Start)
	r.until("both transfers", func() bool {
		r.robots.mu.Lock()
		defer r.robots.mu.Unlock()
		return len(r.robots.transfers) == 2
	})
	connected := 0
	for _, m := range r.robots.transfers {
		if m.Connected {
			connected++
		}
	}
	if connected != 1 || len(p.ringing) != 1 {
		t.Errorf("%d calls were connected, the telephone rang %d times", connected, len(p.ringing))
	}
	r.act(c, campaign.Terminate)
	r.settled(d, c)
}

func TestCalleeDoesNotWaitForTheGroup(t *testing.T) {
	t.Parallel()
	r, d, c, _ := groupRig(t, "ignores-bye", 30*time.Second, "1001", "1002")
	p, q := startPhone(t, r, "1001", "ring"), startPhone(t, r, "1002", "ring")
	r.act(c, campaign.Start)
	r.until("ringing agent", func() bool { return len(p.ringing) > 0 })
	r.act(c, campaign.Terminate)
	r.until("end of ringing", func() bool { return len(p.cancelled) > 0 })
	r.settled(d, c)
	if len(q.ringing) > 0 {
		t.Error("the next agent is called for a call that is over")
	}
}
