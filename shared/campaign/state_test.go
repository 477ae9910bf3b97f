package campaign

import (
	"slices"
	"testing"

	"github.com/outdial/outdial/shared/errs"
)

func TestNext(t *testing.T) {
	no := State("")
	for a, row := range map[Action][5]State{ // in the order of States: not started, scheduling, running, paused, finished
		Start:       {Scheduling, no, no, no, no},
		Pause:       {no, Paused, Paused, no, no},
		Resume:      {no, no, no, Scheduling, no},
		Terminate:   {Finished, Finished, Finished, Finished, no},
		OpenWindow:  {no, Running, no, no, no},
		CloseWindow: {no, no, Scheduling, no, no},
		Complete:    {no, Finished, Finished, no, no},
	} {
		from, to, err := Plan(a)
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range States() {
			got, err := Next(s, a)
			if row[i] == no {
				if !errs.Is(err, errs.Conflict) || got != s {
					t.Errorf("%s a campaign that is %s: %s, %v; want a conflict", a, s, got, err)
				}
			} else if err != nil || got != row[i] || to != row[i] {
				t.Errorf("%s a campaign that is %s: %s, %v; want %s", a, s, got, err, row[i])
			}
			if slices.Contains(from, s) != (row[i] != no) {
				t.Errorf("%s expects %v", a, from)
			}
		}
	}
	if len(transitions) != 7 {
		t.Errorf("%d actions, 7 tested", len(transitions))
	}
	if _, err := Next(Running, "explode"); !errs.Is(err, errs.Invalid) {
		t.Errorf("an unknown action: %v", err)
	}
	if _, err := Next("asleep", Terminate); !errs.Is(err, errs.Conflict) {
		t.Errorf("an unknown state: %v", err)
	}
	from, _, _ := Plan(Pause)
	from[0] = "overwritten"
	if again, _, _ := Plan(Pause); again[0] == "overwritten" {
		t.Error("a caller can change the table")
	}
}
