package unmatched_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/outdial/outdial/shared/unmatched"
)

var t0 = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func said(texts ...string) []unmatched.Sentence {
	out := make([]unmatched.Sentence, len(texts))
	for i, t := range texts {
		out[i] = unmatched.Sentence{ID: int64(i + 1), Text: t, At: t0.Add(time.Duration(i) * time.Minute)}
	}
	return out
}

func TestGroups(t *testing.T) {
	got := unmatched.Groups(said("能不能分期付款啊", "孩子放学了我先走", "可以分期付款吗", "分期付款行不行", "孩子放学了我得先走了", "能不能分期付款", "Ｗｉｆｉ坏了", "wifi 坏了。"))
	var words []string
	for _, g := range got {
		words = append(words, fmt.Sprintf("%d:%s:%d", g.ID, g.Text, len(g.Sentences)))
	}
	if want := "1:能不能分期付款啊:4 7:Ｗｉｆｉ坏了:2 2:孩子放学了我先走:2"; strings.Join(words, " ") != want {
		t.Errorf("groups %q, want %q", strings.Join(words, " "), want)
	}
	first := got[0]
	if first.Sentences[0].ID != 6 || !first.LastAt.Equal(t0.Add(5*time.Minute)) {
		t.Errorf("the newest is not first: %+v", first)
	}
	if w := unmatched.Wordings(first.Sentences); !slices.Equal(w, []string{"能不能分期付款", "分期付款行不行", "可以分期付款吗"}) {
		t.Errorf("wordings %q", w)
	}
}

// TestGroupsHold: every sentence stands in one group; equal wordings stand together; more sentences leave leaders leading.
func TestGroupsHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOfN(rapid.StringMatching(`[ab大小的，。A！]{0,10}`), 0, 40).Draw(t, "texts")
		all := said(texts...)
		groups := unmatched.Groups(all)
		seen, where := map[int64]bool{}, map[string]int64{}
		for _, g := range groups {
			oldest := g.Sentences[0].ID
			for _, s := range g.Sentences {
				if seen[s.ID] {
					t.Fatalf("sentence %d stands twice", s.ID)
				}
				seen[s.ID], oldest = true, min(oldest, s.ID)
				if at, ok := where[unmatched.Normal(s.Text)]; ok && at != g.ID {
					t.Fatalf("%q stands in two groups", s.Text)
				}
				where[unmatched.Normal(s.Text)] = g.ID
			}
			if oldest != g.ID {
				t.Fatalf("group %d begins with %d", g.ID, oldest)
			}
		}
		if len(seen) != len(all) {
			t.Fatalf("%d of %d sentences are in groups", len(seen), len(all))
		}
		half := unmatched.Groups(all[:len(all)/2])
		for _, g := range half {
			if !slices.ContainsFunc(groups, func(o unmatched.Group) bool { return o.ID == g.ID && len(o.Sentences) >= len(g.Sentences) }) {
				t.Fatalf("group %d is gone after more sentences came in", g.ID)
			}
		}
	})
}

// hard are sentences that have little in common, the worst for grouping.
func hard(n int) []unmatched.Sentence {
	r := rand.New(rand.NewPCG(1, 2))
	runes := []rune("的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经")
	texts := make([]string, n)
	for i := range texts {
		out := make([]rune, 6+r.IntN(14))
		for j := range out {
			out[j] = runes[r.IntN(len(runes))]
		}
		texts[i] = string(out)
	}
	return said(texts...)
}

func BenchmarkGroups(b *testing.B) {
	list := hard(unmatched.Most)
	b.ReportAllocs()
	for range b.N {
		unmatched.Groups(list)
	}
}
