package nlu

import "github.com/outdial/outdial/shared/nlu/likeness"

// Learning gives a matcher another statistical half, for measuring it on sentences that it has not learnt.
func (m *Matcher) Learning(model *likeness.Model) *Matcher {
	c := *m
	c.learnt = nil
	if model != nil {
		c.learnt = load(model.Append(nil), "")
	}
	return &c
}
