package flow

import (
	"slices"

	"github.com/outdial/outdial/shared/nlu"
	"github.com/outdial/outdial/shared/script"
)

// worded is the branch that the words of a sentence lead to.
type worded struct {
	branch script.Branch
	rule   string // the trigger; "keyword:宽带 ~ 款待" where the second was heard
	score  float64
	ok     bool
}

// wording is the first branch, of the node and then of those that hold anywhere, whose keyword or pattern is in what was
// said. It is looked for once a step.
func (st *step) wording() *worded {
	if st.worded == nil {
		w := st.findWording()
		st.worded = &w
	}
	return st.worded
}

// findWording prefers what stands there to what only sounds like a keyword.
func (st *step) findWording() (sounding worded) {
	p := st.s.program
	var words []nlu.Word
	said, searched := "", false
	for _, list := range [2][]script.Branch{st.s.node().Branches, st.flow().Anywhere} {
		for _, b := range list {
			switch b.On.Kind {
			case script.OnKeyword:
				if !searched {
					words, searched = p.matcher.Words(st.said), true
				}
				i := slices.IndexFunc(words, func(w nlu.Word) bool { return w.Number == p.words[b.On.Value] })
				switch {
				case i >= 0 && words[i].Heard == "":
					return worded{b, b.On.String(), words[i].Score, true}
				case i >= 0 && !sounding.ok:
					sounding = worded{b, b.On.String() + " ~ " + words[i].Heard, words[i].Score, true}
				}
			case script.OnRegex:
				if said == "" {
					said = joined(st.said)
				}
				if said != "" && p.patterns[b.On.Value].MatchString(said) {
					return worded{b, b.On.String(), 1, true}
				}
			}
		}
	}
	return sounding
}
