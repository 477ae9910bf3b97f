package agent_test

import (
	"strings"
	"testing"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/agent"
)

func TestGroupIsChecked(t *testing.T) {
	good := agent.Group{Name: "客服一组", Kind: agent.Transfers, Remark: "白班\n夜班"}
	if err := good.Validate(); err != nil {
		t.Error(err)
	}
	for what, spoil := range map[string]func(*agent.Group){
		"no name":         func(g *agent.Group) { g.Name = "" },
		"long name":       func(g *agent.Group) { g.Name = strings.Repeat("组", 61) },
		"two lines":       func(g *agent.Group) { g.Name = "a\nb" },
		"no kind":         func(g *agent.Group) { g.Kind = "" },
		"unknown kind":    func(g *agent.Group) { g.Kind = "robots" },
		"long remark":     func(g *agent.Group) { g.Remark = strings.Repeat("x", 501) },
		"control in text": func(g *agent.Group) { g.Remark = "a\x00" },
	} {
		g := good
		spoil(&g)
		if g.Validate() == nil {
			t.Errorf("%s passes", what)
		}
	}
}

func TestMembersAreChecked(t *testing.T) {
	many := make([]access.UserID, agent.MostMembers+1)
	for i := range many {
		many[i] = access.UserID(i + 1)
	}
	if err := agent.CheckMembers(many[1:]); err != nil {
		t.Error(err)
	}
	if agent.CheckMembers(many) == nil || agent.CheckMembers([]access.UserID{1, 2, 1}) == nil {
		t.Error("too many, or one twice, pass")
	}
}

func TestCallable(t *testing.T) {
	if !(agent.Agent{Extension: "1001"}).Callable() || (agent.Agent{}).Callable() || (agent.Agent{Extension: "1001", Disabled: true}).Callable() ||
		(agent.Agent{Extension: "1001", Elsewhere: true}).Callable() {
		t.Error("only active members with a number of their own can be called")
	}
}
