// Package figures owns what a campaign's calls are summed up to (A4.4.1): the counts, the rates made of them, the funnel and
// the pies, each with its definition. It is pure: it reads nothing and knows no clock. Who keeps the counts up to date is
// admin/live; the SQL is in shared/store.
package figures

import (
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
)

// Rates are between 0 and 1; one whose denominator is zero is zero.
type Rates struct {
	Progress         float64
	AnswerRate       float64
	AbandonRate      float64
	IntentRate       float64
	IntentOfAnswered float64
	CalleeHangup     float64
	TalkMean         time.Duration
}

// RatesOf makes the rates of a campaign's counts.
func RatesOf(p campaign.Progress, c Counts) Rates {
	r := Rates{
		Progress:         rate(p.Finished, p.Total),
		AnswerRate:       rate(c.Answered, c.Placed),
		AbandonRate:      rate(c.Abandoned, c.Answered),
		IntentRate:       rate(c.Contacts.GradeAB, c.Contacts.Called),
		IntentOfAnswered: rate(c.GradeAB, c.Answered),
		CalleeHangup:     rate(c.CalleeHungUp, c.Answered),
	}
	if c.Answered > 0 {
		r.TalkMean = c.TalkTotal / time.Duration(c.Answered)
	}
	return r
}

func rate(part, whole int) float64 {
	if whole <= 0 || part <= 0 {
		return 0
	}
	return min(float64(part)/float64(whole), 1)
}

// Slice is one part of a pie or one step of the funnel.
type Slice struct {
	Key   string
	Count int
}

// Funnel leads from the list to the contacts who are interested; every step counts contacts, so none is larger than the
// one before.
func Funnel(p campaign.Progress, c Counts) []Slice {
	steps := []Slice{{"contacts", p.Total}, {"called", c.Contacts.Called}, {"answered", c.Contacts.Answered}, {"talked", c.Contacts.Talked},
		{"grade_ab", c.Contacts.GradeAB}}
	// The two counts are read one after the other: a contact may have been added and called in between.
	steps[0].Count = max(steps[0].Count, steps[1].Count)
	return steps
}

// ClassSlice is one of the three classes of call states with what it consists of.
type ClassSlice struct {
	Class   call.Class
	Count   int
	Details []Slice
}

// Pies are the four pies of a campaign. Grades and states add up to the placed calls, turns and talk to the answered.
type Pies struct {
	Grades []Slice
	Turns  []Slice
	Talk   []Slice
	States []ClassSlice
}

// Ungraded is the key of placed calls that have no grade.
const Ungraded = "none"

// PiesOf cuts the pies.
func PiesOf(c Counts) Pies {
	var p Pies
	for _, g := range grades {
		p.Grades = append(p.Grades, Slice{g, c.Grades[g]})
	}
	rest := c.Placed
	for _, s := range p.Grades {
		rest -= s.Count
	}
	if rest > 0 {
		p.Grades = append(p.Grades, Slice{Ungraded, rest})
	}
	p.Turns, p.Talk = bands(TurnBands(), c.Turns), bands(TalkBands(), c.Talks)
	for _, class := range []call.Class{call.ClassAnswered, call.ClassLine, call.ClassCallee} {
		p.States = append(p.States, classSlice(class, c.Dispositions))
	}
	return p
}

func bands(b []Band, counts [bandsOfPie]int) []Slice {
	out := make([]Slice, len(b))
	for i := range b {
		out[i] = Slice{b[i].Key, counts[i]}
	}
	return out
}
