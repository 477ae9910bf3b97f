package store

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestPlan(t *testing.T) {
	for _, c := range []struct {
		name  string
		batch []*write
		want  string
	}{
		{"nothing", nil, "[]"},
		{"kinds stand together", []*write{{kind: moving, key: "a"}, {kind: finishing, key: "b"}, {kind: moving, key: "c"}, {kind: finishing, key: "d"}},
			"[{2 [0 2]} {3 [1 3]}]"},
		{"singles stay single", []*write{{key: "a"}, {key: "b"}, {kind: moving, key: "c"}, {key: "d"}}, "[{0 [0]} {0 [1]} {2 [2]} {0 [3]}]"},
		{"one key in order", []*write{{kind: beginning, key: "a"}, {kind: moving, key: "a"}, {kind: moving, key: "a"}, {kind: finishing, key: "a"}},
			"[{1 [0]} {2 [1]} {2 [2]} {3 [3]}]"},
		{"never before its key's earlier write", []*write{{kind: finishing, key: "a"}, {kind: beginning, key: "b"}, {kind: finishing, key: "b"}, {kind: finishing, key: "c"}},
			"[{3 [0 3]} {1 [1]} {3 [2]}]"},
	} {
		if got := fmt.Sprint(plan(c.batch)); got != c.want && (len(c.batch) > 0 || got != "[]") {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// TestPlanKeepsOrder checks what the transaction relies on: each write once, kinds unmixed, singles alone, and the writes
// of a key in their order, in steps of their own.
func TestPlanKeepsOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		batch := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) *write {
			return &write{kind: kind(rapid.IntRange(int(single), int(concluding)).Draw(t, "kind")), key: rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(t, "key")}
		}), 0, 40).Draw(t, "batch")
		steps := plan(batch)
		var all []int
		latest := map[string]int{}
		for _, s := range steps {
			if len(s.at) == 0 || s.kind == single && len(s.at) != 1 {
				t.Fatalf("a step of kind %d with writes %v", s.kind, s.at)
			}
			keys := map[string]bool{}
			for _, i := range s.at {
				o := batch[i]
				if before, seen := latest[o.key]; o.kind != s.kind || keys[o.key] || seen && before > i {
					t.Fatalf("write %d of key %s out of place in %v", i, o.key, steps)
				}
				keys[o.key], latest[o.key] = true, i
			}
			all = append(all, s.at...)
		}
		slices.Sort(all)
		for i, at := range all {
			if i != at {
				t.Fatalf("the plan holds %v", all)
			}
		}
		if len(all) != len(batch) {
			t.Fatalf("%d of %d writes are in the plan", len(all), len(batch))
		}
	})
}
