package esl

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestSequence(t *testing.T) {
	run := func(from, to uint64) (n []uint64) {
		for ; from <= to; from++ {
			n = append(n, from)
		}
		return n
	}
	for name, row := range map[string]struct {
		dense bool
		seq   []uint64
		want  []Gap
	}{
		"named list, holes":         {false, []uint64{5, 9, 10, 90000}, nil},
		"named list, late":          {false, []uint64{5, 9, 8, 10, 9}, nil},
		"named list, began anew":    {false, []uint64{50000, 1, 2}, []Gap{{50000, 1}}},
		"no numbers":                {true, []uint64{0, 7, 0, 8}, nil},
		"all, none missing":         {true, run(1, 5000), nil},
		"all, late":                 {true, append([]uint64{1, 2, 5, 4, 3}, run(6, 5000)...), nil},
		"all, one missing":          {true, append([]uint64{1, 2}, run(4, 5000)...), []Gap{{2, 4}}},
		"all, two holes":            {true, append([]uint64{1, 2, 5, 6, 9}, run(10, 5000)...), []Gap{{2, 5}, {6, 9}}},
		"all, hole past the window": {true, []uint64{1, 5000, 5001}, []Gap{{1, 5000}}},
		"all, began anew":           {true, []uint64{50000, 50001, 1, 2}, []Gap{{50001, 1}}},
	} {
		s := sequence{dense: row.dense}
		var got []Gap
		for _, n := range row.seq {
			if g, ok := s.next(n); ok {
				got = append(got, g)
			}
		}
		if !slices.Equal(got, row.want) {
			t.Errorf("%s: gaps %v, want %v", name, got, row.want)
		}
	}
}

// TestSequenceForgivesLateness: numbers that come within the window, in any order, are no gap.
func TestSequenceForgivesLateness(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := sequence{dense: true}
		at := uint64(1)
		for range rapid.IntRange(1, 30).Draw(t, "batches") {
			batch := make([]uint64, rapid.IntRange(1, 40).Draw(t, "size"))
			for i := range batch {
				batch[i] = at
				at++
			}
			for _, n := range rapid.Permutation(batch).Draw(t, "order") {
				if g, ok := s.next(n); ok && at > 41 { // the first batch may begin in its middle
					t.Fatalf("gap %+v", g)
				}
			}
		}
	})
}
