package callctl

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/trunk"
)

// Whatever the order of calls beginning, freeing their line and ending, the slots in use are exactly the open lines.
func TestSlotsAreTheOpenLines(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := newRegistry()
		open := make(map[*session]bool)
		var all []*session
		for i := range rapid.IntRange(1, 200).Draw(t, "steps") {
			switch op := rapid.IntRange(0, 3).Draw(t, "op"); {
			case op <= 1 || len(all) == 0:
				s := &session{call: call.Call{
					UUID:     call.UUID(fmt.Sprint(i)),
					Campaign: contact.CampaignID(rapid.IntRange(1, 3).Draw(t, "campaign")),
					Tenant:   tenant.ID(rapid.IntRange(1, 2).Draw(t, "company")),
					Trunk:    trunk.ID(rapid.IntRange(1, 2).Draw(t, "trunk")),
				}}
				if err := r.add(s, nil); err != nil {
					t.Fatal("a new call was refused")
				}
				if r.add(s, nil) == nil {
					t.Fatal("a call was entered twice")
				}
				all, open[s] = append(all, s), true
			case op == 2:
				s := all[rapid.IntRange(0, len(all)-1).Draw(t, "which")]
				r.free(s)
				r.free(s) // doubled on purpose
				delete(open, s)
			default:
				i := rapid.IntRange(0, len(all)-1).Draw(t, "which")
				r.remove(all[i])
				r.remove(all[i])
				delete(open, all[i])
				all = append(all[:i], all[i+1:]...)
			}
		}
		for c := contact.CampaignID(1); c <= 3; c++ {
			for k := trunk.ID(1); k <= 2; k++ {
				owner := tenant.ID(k)
				var want Slots
				for s := range open {
					want.All++
					if s.call.Tenant == owner {
						want.Company++
					}
					if s.call.Campaign == c {
						want.Campaign++
					}
					if s.call.Trunk == k {
						want.Trunk++
					}
				}
				if got := r.slots(owner, c, k); got != want {
					t.Fatalf("campaign %d, trunk %d: got %+v, want %+v", c, k, got, want)
				}
			}
		}
	})
}

// Campaigns of one company share its robots, whatever each of them may use by itself.
func TestCompanySlotsAreShared(t *testing.T) {
	r := newRegistry()
	limits := &Slots{Campaign: 10, Company: 2, Trunk: 10, All: 10}
	place := func(id call.UUID, owner tenant.ID, c contact.CampaignID, limits *Slots) (*session, error) {
		s := &session{call: call.Call{UUID: id, Tenant: owner, Campaign: c, Trunk: 1}}
		return s, r.add(s, limits)
	}
	first, err := place("a", 1, 1, limits)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := place("b", 1, 2, limits); err != nil {
		t.Fatal(err)
	}
	if _, err := place("c", 1, 3, limits); !errs.Is(err, errs.Limited) {
		t.Errorf("a third call with two robots: %v", err)
	}
	if _, err := place("d", 2, 4, limits); err != nil {
		t.Errorf("another company's call: %v", err)
	}
	if _, err := place("e", 1, 1, &Slots{Campaign: 10, Company: -1, Trunk: 10, All: 10}); err != nil {
		t.Errorf("without a limit: %v", err)
	}
	r.free(first)
	if _, err := place("f", 1, 3, &Slots{Campaign: 10, Company: 3, Trunk: 10, All: 10}); err != nil {
		t.Errorf("after a line became free: %v", err)
	}
	if got := r.slots(1, 3, 1).Company; got != 3 {
		t.Errorf("%d open lines of the company, want 3", got)
	}
}
