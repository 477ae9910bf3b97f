package script_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/script"
)

func TestTransitions(t *testing.T) {
	allowed := map[script.State]map[script.Action]script.State{
		script.InReview: {script.Approve: script.Live, script.Refuse: script.Refused, script.Withdraw: script.Withdrawn},
		script.Live:     {script.Deploy: script.Deployed},
		script.Deployed: {script.Relieve: script.Live},
	}
	for _, from := range append(script.States(), "", "no such") {
		for _, a := range append(script.Actions(), "no such") {
			to, err := script.Next(from, a)
			want, ok := allowed[from][a]
			switch {
			case ok && (err != nil || to != want):
				t.Errorf("%s -%s-> %s (%v), want %s", from, a, to, err, want)
			case !ok && !errs.Is(err, errs.Conflict):
				t.Errorf("%s -%s-> %s (%v), want a conflict", from, a, to, err)
			}
		}
	}
}

// TestAnyLife plays random lives of a script: whatever people try, at most one version is in review or deployed by what the
// table allows, a refused or withdrawn one never comes back, nothing is deployed that was not approved, and the headline
// follows.
func TestAnyLife(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var states []script.State
		approved := map[int]bool{}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			if len(states) == 0 || !slices.Contains(states, script.InReview) && rapid.Bool().Draw(t, "submit") {
				states = append(states, script.InReview)
				continue
			}
			i := rapid.IntRange(0, len(states)-1).Draw(t, "version")
			a := rapid.SampledFrom([]script.Action{script.Approve, script.Refuse, script.Withdraw, script.Deploy}).Draw(t, "action")
			from := states[i]
			to, err := script.Next(from, a)
			if err != nil {
				continue
			}
			if a == script.Deploy {
				for j, s := range states {
					if s == script.Deployed {
						if states[j], err = script.Next(s, script.Relieve); err != nil {
							t.Fatal(err)
						}
					}
				}
			}
			states[i] = to
			approved[i] = approved[i] || a == script.Approve
			if from == script.Refused || from == script.Withdrawn {
				t.Fatalf("a version that was %s became %s", from, to)
			}
			count := func(s script.State) (n int) {
				for _, have := range states {
					if have == s {
						n++
					}
				}
				return n
			}
			if count(script.Deployed) > 1 || count(script.InReview) > 1 {
				t.Fatalf("versions are %v", states)
			}
			for j, s := range states {
				if (s == script.Deployed || s == script.Live) && !approved[j] {
					t.Fatalf("version %d is %s and was never approved", j, s)
				}
			}
			newestFirst := slices.Clone(states)
			slices.Reverse(newestFirst)
			head, at := script.Headline(newestFirst)
			if head == script.Withdrawn || head == script.Deployed || (at < 0) != (head == script.Drafted) || at >= 0 && slices.Contains(newestFirst[:at], script.InReview) {
				t.Fatalf("the headline of %v is %s, of the version at %d", newestFirst, head, at)
			}
		}
	})
}

func TestHeadline(t *testing.T) {
	for _, c := range []struct {
		versions []script.State
		want     script.State
		at       int
	}{
		{nil, script.Drafted, -1},
		{[]script.State{script.Withdrawn}, script.Drafted, -1},
		{[]script.State{script.InReview, script.Live}, script.InReview, 0},
		{[]script.State{script.InReview, script.Deployed}, script.InReview, 0},
		{[]script.State{script.Withdrawn, script.Refused, script.Live}, script.Refused, 1},
		{[]script.State{script.Live, script.Refused}, script.Live, 0},
		{[]script.State{script.Live, script.Deployed}, script.Live, 0},
		{[]script.State{script.Withdrawn, script.Deployed}, script.Live, 1},
	} {
		if got, at := script.Headline(c.versions); got != c.want || at != c.at {
			t.Errorf("%v is headed %s by the version at %d, want %s, %d", c.versions, got, at, c.want, c.at)
		}
	}
}

func TestDeploymentOfAScript(t *testing.T) {
	for _, c := range []struct {
		newest, deployed script.VersionID
		want             script.Deployment
	}{{0, 0, script.Undeployed}, {3, 0, script.Undeployed}, {3, 3, script.DeployedNewest}, {4, 3, script.DeployedEarlier}} {
		s := script.Script{Newest: script.Ref{ID: c.newest}, Deployed: script.Ref{ID: c.deployed}}
		if got := s.Deployment(); got != c.want {
			t.Errorf("of version %d, deployed %d: %s, want %s", c.newest, c.deployed, got, c.want)
		}
	}
}
