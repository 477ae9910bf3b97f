package unmatched

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Group is sentences that are alike. Its oldest sentence leads it and gives it its name.
type Group struct {
	ID        int64
	Text      string     // the wording that was said most often
	Sentences []Sentence // newest first
	LastAt    time.Time
}

// alike is how much two wordings must share to stand in one group, by Dice's measure over their characters and pairs of
// characters.
const alike = 0.5

// Groups puts sentences that are alike together. It reads them in the order they have, so that a group keeps its leader
// while more come in; the result begins with what was said most often.
func Groups(sentences []Sentence) []Group {
	g := &grouping{byText: map[string]int{}, index: map[string][]place{}}
	for _, s := range sentences {
		g.add(s)
	}
	for i := range g.groups {
		g.groups[i].finish()
	}
	slices.SortStableFunc(g.groups, func(a, b Group) int {
		return cmp.Or(cmp.Compare(len(b.Sentences), len(a.Sentences)), b.LastAt.Compare(a.LastAt), cmp.Compare(a.ID, b.ID))
	})
	return g.groups
}

type grouping struct {
	groups []Group
	grams  []int              // how many the leader of each group has
	byText map[string]int     // group of a wording that was seen
	index  map[string][]place // where a gram stands
	shares []int              // with each group, of the wording being looked at
	with   []int              // groups of which shares is not 0
}

// place is how often the leader of a group has a gram.
type place struct{ group, n int }

func (g *grouping) add(s Sentence) {
	text := Normal(s.Text)
	at, seen := g.byText[text]
	if !seen {
		at = g.find(text)
		g.byText[text] = at
	}
	if at == len(g.groups) {
		g.groups = append(g.groups, Group{ID: s.ID})
	}
	g.groups[at].Sentences = append(g.groups[at].Sentences, s)
}

// find is the group that a wording is most like; a new one when it is like none.
func (g *grouping) find(text string) int {
	mine, size := grams(bare(text))
	for gram, n := range mine {
		for _, p := range g.index[gram] {
			if g.shares[p.group] == 0 {
				g.with = append(g.with, p.group)
			}
			g.shares[p.group] += min(n, p.n)
		}
	}
	best, most := len(g.groups), 0.0
	for _, at := range g.with {
		dice := 2 * float64(g.shares[at]) / float64(size+g.grams[at])
		if dice >= alike && (dice > most || dice == most && at < best) {
			best, most = at, dice
		}
		g.shares[at] = 0
	}
	g.with = g.with[:0]
	if best == len(g.groups) {
		g.grams, g.shares = append(g.grams, size), append(g.shares, 0)
		for gram, n := range mine {
			g.index[gram] = append(g.index[gram], place{best, n})
		}
	}
	return best
}

// frames are words around what a sentence is about: 能不能分期付款 and 分期付款行不行 ask the same.
var frames = strings.NewReplacer("能不能", "", "可不可以", "", "行不行", "", "好不好", "", "是不是", "", "有没有", "", "可以", "", "请问", "", "我想问", "", "一下", "", "吗", "",
	"那个", "", "就是", "", "你们", "", "这边", "")

func bare(text string) string {
	if out := frames.Replace(text); out != "" {
		return out
	}
	return text
}

// mostRunes of a sentence are compared; nobody says more in one turn that matters.
const mostRunes = 100

// grams are the characters and pairs of characters of a wording, its ends included.
func grams(text string) (map[string]int, int) {
	runes := []rune("^" + text + "$")
	if len(runes) > mostRunes {
		runes = runes[:mostRunes]
	}
	out, size := make(map[string]int, 2*len(runes)), 0
	for i := 1; i < len(runes); i++ {
		out[string(runes[i-1:i+1])]++
		size++
		if i < len(runes)-1 {
			out[string(runes[i])]++
			size++
		}
	}
	return out, size
}

// fillers soften a sentence and say nothing.
const fillers = "啊呀呢吧哈嘛哦噢哇啦嗯呃额诶唉"

// Normal is a wording without what does not tell sentences apart: width, case, punctuation, fillers.
func Normal(text string) string {
	var b strings.Builder
	for _, r := range norm.NFKC.String(text) {
		if (unicode.IsLetter(r) || unicode.IsDigit(r)) && !strings.ContainsRune(fillers, r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	if b.Len() == 0 {
		return strings.TrimSpace(text)
	}
	return b.String()
}

// finish finds the usual wording and puts the newest first.
func (g *Group) finish() {
	times := map[string]int{}
	for _, s := range g.Sentences {
		if times[s.Text]++; g.Text == "" || times[s.Text] > times[g.Text] {
			g.Text = s.Text
		}
		if s.At.After(g.LastAt) {
			g.LastAt = s.At
		}
	}
	slices.SortStableFunc(g.Sentences, func(a, b Sentence) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.ID, a.ID)) })
}

// Wordings are the different texts of some sentences, in their order.
func Wordings(sentences []Sentence) []string {
	var out []string
	seen := map[string]bool{}
	for _, s := range sentences {
		if n := Normal(s.Text); !seen[n] {
			seen[n] = true
			out = append(out, s.Text)
		}
	}
	return out
}

// Telling are at most so many of some sentences: one of each wording first, then repetitions.
func Telling(sentences []Sentence, most int) []Sentence {
	var out, more []Sentence
	seen := map[string]bool{}
	for _, s := range sentences {
		if n := Normal(s.Text); seen[n] {
			more = append(more, s)
		} else {
			seen[n] = true
			out = append(out, s)
		}
	}
	out = append(out, more...)
	return out[:min(most, len(out))]
}
