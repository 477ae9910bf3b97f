package store

import (
	"slices"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/agent"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/tenant"
)

// SearchesJump counts the rows that searches make MariaDB or MySQL walk over, in a campaign of many groups of like calls.
// A plan that walks over the campaign instead of jumping from group to group shows by its count, however fast the machine is.
func SearchesJump(t *testing.T, dsn string) {
	ctx := t.Context()
	s, err := Open(ctx, Config{DSN: dsn})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if err := s.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	s.reads.SetMaxOpenConns(1) // the server counts by connection
	number, err := contact.ParseNumber("13800000000", "CN")
	if err != nil {
		t.Fatal(err)
	}
	const groups, each = 2200, 10
	begin := time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)
	facets := map[call.Facet]bool{}
	list := make([]call.Call, 0, groups*each)
	for i := range groups * each {
		at, g := begin.Add(time.Duration(i)*time.Second), i%groups
		c := call.Call{UUID: callAt(at, i), Campaign: 1, Number: number, State: call.Ended, Name: []string{"王芳", "李雷"}[i%2], Grade: []string{"A", "B"}[g/(groups*9/10)],
			Ordinal: 1 + g%10, Turns: []int{0, 1, 2, 3, 4, 6, 11}[g/10%7], Times: call.Times{Created: at, Answered: at, Ended: at.Add(time.Duration([]int{1, 10, 20, 30, 45, 60, 90, 120}[g/70%8]) * time.Second)},
			Outcome: call.Outcome{Disposition: call.Answered, HungUpBy: []call.Party{call.PartyCallee, call.PartyRobot}[g/560%2]}}
		if g/1120%2 == 1 {
			c.ReadAt = at
		}
		c.Agent = call.Agent{Extension: "1001", Group: agent.GroupID(1 + i%3)}
		facets[call.FacetOf(c)] = true
		list = append(list, c)
	}
	for i := range firstLook { // the newest pass no filter
		at := begin.Add(time.Duration(groups*each+i) * time.Second)
		list = append(list, call.Call{UUID: callAt(at, i), Campaign: 1, Number: number, State: call.Ended, Ordinal: 1, Times: call.Times{Created: at, Ended: at}, Outcome: call.Outcome{Disposition: call.Busy}})
	}
	if err := s.RawInsertCalls(ctx, tenant.Of(1), list); err != nil {
		t.Fatal(err)
	}
	if err := s.ReadyCalls(ctx, tenant.Of(1)); err != nil {
		t.Fatal(err)
	}
	walked := func() (n int) {
		t.Helper()
		rows, err := s.reads.QueryContext(ctx, "SHOW SESSION STATUS WHERE Variable_name IN ('Handler_read_next', 'Handler_read_prev')")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var name string
			var count int
			if err := rows.Scan(&name, &count); err != nil {
				t.Fatal(err)
			}
			n += count
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if len(facets) != groups {
		t.Fatalf("the calls have %d facets", len(facets))
	}
	low, high := 25, 28
	for name, f := range map[string]call.Filter{
		"most groups":            {Grades: []string{"A"}},
		"a group of agents":      {AgentGroup: 2},
		"within the groups":      {TalkMin: &low, TalkMax: &high},
		"until a moment":         {Grades: []string{"A"}, DialledTo: begin.Add(groups * each / 2 * time.Second)},
		"what is in none":        {Grades: []string{"F"}},
		"a few, spread over all": {Grades: []string{"B"}, AgentGroup: 3},
	} {
		before := walked()
		ids, err := s.find(ctx, search{campaign: 1, filter: f}, 50)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var want []string
		for _, c := range slices.Backward(list) {
			if len(want) < 50 && f.Accepts(c) {
				want = append(want, string(c.UUID))
			}
		}
		if !slices.Equal(ids, want) {
			t.Errorf("%s: found %v, want %v", name, ids, want)
		}
		if n := walked() - before; n > groups*each*2/3 { // up to fewCalls are counted
			t.Errorf("%s: %d of %d calls were walked over for a page of %d", name, n, groups*each, len(ids))
		} else {
			t.Logf("%s: %d of %d calls walked over for a page of %d", name, n, groups*each, len(ids))
		}
	}
}
