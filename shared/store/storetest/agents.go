package storetest

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/agent"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/store"
)

// agents makes a group of the world's tenant with one agent in it.
func (w *world) agents(name string) agent.Group {
	w.t.Helper()
	g := agent.Group{Name: name, Kind: agent.Transfers, Remark: "白班\n' \" <b>", CreatedBy: "王芳", CreatedAt: t0}
	must(w.t, w.s.CreateAgentGroup(w.t.Context(), w.scope, &g))
	must(w.t, w.s.SetAgentGroupMembers(w.t.Context(), w.scope, g.ID, []access.UserID{w.anAgent(name+"-a", "80"+name).ID}))
	return g
}

func (w *world) anAgent(account, extension string) access.User {
	w.t.Helper()
	u := access.User{Account: account, Name: account, PasswordHash: "x", AgentNumber: extension, CreatedAt: t0}
	must(w.t, w.s.CreateUser(w.t.Context(), w.scope, &u))
	return u
}

func testAgentGroups(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := newWorld(t, s)
	a, b := w.agents("一组"), w.agents("二组")
	got, err := s.AgentGroup(ctx, w.scope, b.ID)
	must(t, err)
	if got != b || got.Tenant != w.tenant {
		t.Errorf("stored %+v, read %+v", b, got)
	}
	twin := agent.Group{Name: "一组", Kind: agent.Manual}
	wantKind(t, s.CreateAgentGroup(ctx, w.scope, &twin), errs.Conflict, "a name twice")
	a.Name, a.Remark, a.Kind = "二组", "", agent.Manual
	wantKind(t, s.UpdateAgentGroup(ctx, w.scope, a), errs.Conflict, "renamed to a name that is taken")
	a.Name = "三组"
	must(t, s.UpdateAgentGroup(ctx, w.scope, a))
	must(t, s.UpdateAgentGroup(ctx, w.scope, a))
	page, err := s.AgentGroups(ctx, w.scope, 0, 1)
	must(t, err)
	rest, err := s.AgentGroups(ctx, w.scope, page[0].ID, 10)
	must(t, err)
	if all := append(page, rest...); !slices.Equal(all, []agent.Group{b, a}) {
		t.Errorf("two pages hold %+v", all)
	}

	// Who has waited longest comes first; of those who never had a call, who was there first.
	x, y, z := w.anAgent("x", "9001"), w.anAgent("y", "9002"), w.anAgent("z", "9003")
	must(t, s.SetAgentGroupMembers(ctx, w.scope, a.ID, []access.UserID{z.ID, y.ID, x.ID}))
	order := func() []access.UserID {
		t.Helper()
		of, err := s.AgentsOf(ctx, w.scope, a.ID, b.ID)
		must(t, err)
		if len(of[b.ID]) != 1 {
			t.Errorf("the other group has %+v", of[b.ID])
		}
		return ids(of[a.ID], func(a agent.Agent) access.UserID { return a.User })
	}
	if got := order(); !slices.Equal(got, []access.UserID{x.ID, y.ID, z.ID}) {
		t.Errorf("order %v", got)
	}
	must(t, s.AgentCalled(ctx, w.scope, x.ID, t0.Add(time.Minute)))
	must(t, s.AgentCalled(ctx, w.scope, x.ID, t0)) // a note that comes late takes nothing back
	must(t, s.AgentCalled(ctx, w.scope, y.ID, t0.Add(30*time.Second)))
	if got := order(); !slices.Equal(got, []access.UserID{z.ID, y.ID, x.ID}) {
		t.Errorf("order after calls %v", got)
	}
	of, err := s.AgentsOf(ctx, w.scope, a.ID)
	must(t, err)
	if want := (agent.Agent{User: x.ID, Name: "x", Account: "x", Extension: "9001", LastAt: t0.Add(time.Minute)}); !reflect.DeepEqual(of[a.ID][2], want) {
		t.Errorf("agent %+v, want %+v", of[a.ID][2], want)
	}
	wantKind(t, s.AgentCalled(ctx, w.scope, z.ID+99, t0), errs.NotFound, "a call of nobody")

	// Members need a number when they come in; one that is taken away later leaves them there, not to be called.
	plain := w.anAgent("plain", "")
	wantKind(t, s.SetAgentGroupMembers(ctx, w.scope, a.ID, []access.UserID{x.ID, plain.ID}), errs.Conflict, "a member without a number")
	wantKind(t, s.SetAgentGroupMembers(ctx, w.scope, a.ID, []access.UserID{z.ID + 99}), errs.NotFound, "no such member")
	wantKind(t, s.SetAgentGroupMembers(ctx, w.scope, a.ID+99, nil), errs.NotFound, "no such group")
	if got := order(); len(got) != 3 {
		t.Errorf("a refused change left %v", got)
	}
	without, gone := z, y
	without.AgentNumber = ""
	must(t, s.UpdateUser(ctx, w.scope, z, without))
	gone.DisabledAt = t0
	must(t, s.UpdateUser(ctx, w.scope, y, gone))
	must(t, s.SetAgentGroupMembers(ctx, w.scope, a.ID, []access.UserID{x.ID, y.ID, z.ID}))
	of, err = s.AgentsOf(ctx, w.scope, a.ID)
	must(t, err)
	if l := of[a.ID]; len(l) != 3 || l[0].Callable() || l[1].Callable() || !l[2].Callable() {
		t.Errorf("agents %+v", l)
	}
	active, err := s.Agents(ctx, w.scope)
	must(t, err)
	if got := ids(active, func(a agent.Agent) string { return a.Extension }); !slices.Equal(got, []string{"80一组", "80二组", "9001"}) {
		t.Errorf("agents of the tenant: %v", got)
	}
	must(t, s.SetAgentGroupMembers(ctx, w.scope, a.ID, nil))
	if got := order(); len(got) != 0 {
		t.Errorf("an emptied group has %v", got)
	}

	chosen := w.aCampaign("转人工")
	chosen.AgentGroup = b.ID
	must(t, s.CreateCampaign(ctx, w.scope, &chosen))
	if c, err := s.Campaign(ctx, w.scope, chosen.ID); err != nil || c.AgentGroup != b.ID {
		t.Errorf("the campaign's group is %d (%v)", c.AgentGroup, err)
	}
	wantKind(t, s.DeleteAgentGroup(ctx, w.scope, b.ID), errs.Conflict, "deleted while a campaign has chosen it")
	other := b
	other.Kind = agent.Manual
	wantKind(t, s.UpdateAgentGroup(ctx, w.scope, other), errs.Conflict, "another kind while a campaign has chosen it")
	b.Remark = "夜班"
	must(t, s.UpdateAgentGroup(ctx, w.scope, b))
	must(t, s.MoveCampaign(ctx, w.scope, chosen.ID, campaign.States(), campaign.Finished, "", t0))
	must(t, s.DeleteAgentGroup(ctx, w.scope, b.ID))
	wantKind(t, s.DeleteAgentGroup(ctx, w.scope, b.ID), errs.NotFound, "deleted twice")
	wantKind(t, s.UpdateAgentGroup(ctx, w.scope, b), errs.NotFound, "changed after it was deleted")
	of, err = s.AgentsOf(ctx, w.scope, b.ID)
	must(t, err)
	if len(of) != 0 {
		t.Errorf("a deleted group has %+v", of)
	}
	unknown := w.aCampaign("x")
	unknown.AgentGroup = b.ID
	wantKind(t, s.CreateCampaign(ctx, w.scope, &unknown), errs.NotFound, "a campaign with no such group")
}

// testExtensions: an extension is the telephone of the company whose agent had the number first.
func testExtensions(t *testing.T, s *store.Store) {
	ctx := t.Context()
	first, second := newWorld(t, s), newWorld(t, s)
	a := first.anAgent("a", "1001")
	b, c := second.anAgent("b", "1001"), second.anAgent("c", "1002")
	callable := func(w *world) (out []string) {
		t.Helper()
		list, err := s.Agents(ctx, w.scope)
		must(t, err)
		for _, one := range list {
			if one.Callable() {
				out = append(out, one.Extension)
			}
		}
		return out
	}
	if f, g := callable(first), callable(second); !slices.Equal(f, []string{"1001"}) || !slices.Equal(g, []string{"1002"}) {
		t.Errorf("the first company has the telephones %v, the second %v", f, g)
	}
	for _, free := range []string{"1001", "2000"} {
		must(t, s.OwnExtension(ctx, first.scope, free))
	}
	wantKind(t, s.OwnExtension(ctx, second.scope, "1001"), errs.Conflict, "another company's telephone")
	g := second.agents("组")
	must(t, s.SetAgentGroupMembers(ctx, second.scope, g.ID, []access.UserID{b.ID, c.ID}))
	of, err := s.AgentsOf(ctx, second.scope, g.ID)
	must(t, err)
	if l := of[g.ID]; !l[0].Elsewhere || l[0].Callable() || !l[1].Callable() {
		t.Errorf("agents %+v", l)
	}
	k := second.answered()
	l := listens(1, b, k)
	wantKind(t, s.AskListening(ctx, second.scope, &l), errs.Conflict, "listening at another company's telephone")

	// It passes on when its owner gives it up, and does not come back with the number.
	other := a
	other.AgentNumber = "1003"
	must(t, s.UpdateUser(ctx, first.scope, a, other))
	if f, g := callable(first), callable(second); !slices.Equal(f, []string{"1003"}) || !slices.Equal(g, []string{"1001", "1002", "80组"}) {
		t.Errorf("passed on, the first company has %v, the second %v", f, g)
	}
	must(t, s.UpdateUser(ctx, first.scope, other, a))
	wantKind(t, s.OwnExtension(ctx, first.scope, "1001"), errs.Conflict, "a telephone that was given up")
	without := c
	without.AgentNumber = ""
	must(t, s.UpdateUser(ctx, second.scope, c, without))
	must(t, s.OwnExtension(ctx, first.scope, "1002"))
}
