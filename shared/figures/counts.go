package figures

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/transcript"
)

var grades = []string{transcript.GradeA, transcript.GradeB, transcript.GradeC, transcript.GradeD, transcript.GradeE, transcript.GradeF}

// Level is how far a call came with its callee; each level includes those below it.
type Level int

const (
	NotAnswered Level = iota
	Answered          // the callee answered
	Talked            // and was met by a robot or an agent
	Intent            // and was graded A or B
)

// LevelOf tells how far a call came.
func LevelOf(answered bool, d call.Disposition, grade string) Level {
	switch {
	case !answered:
		return NotAnswered
	case d != call.Answered:
		return Answered
	case grade != transcript.GradeA && grade != transcript.GradeB:
		return Talked
	default:
		return Intent
	}
}

// Group is a number of ended calls that are alike in everything that is counted.
type Group struct {
	Disposition call.Disposition
	EndReason   call.EndReason
	Grade       string
	HungUpBy    call.Party
	Answered    bool
	First       bool  // the contact's first call
	Before      Level // the furthest that an earlier call of the contact came
	TurnBand    int   // place in TurnBands
	TalkBand    int   // place in TalkBands
	N           int
	Talk        time.Duration
}

// Contacts counts contacts by the furthest that any of their calls came.
type Contacts struct{ Called, Answered, Talked, GradeAB int }

// Counts is what a campaign's ended calls add up to. The zero value counts nothing.
type Counts struct {
	Placed, Answered, Abandoned, Talked, GradeAB, CalleeHungUp int

	TalkTotal    time.Duration
	Contacts     Contacts
	Dispositions map[call.Disposition]int
	EndReasons   map[call.EndReason]int
	Grades       map[string]int
	Turns, Talks [bandsOfPie]int // of answered calls
}

// Count adds a group.
func (c *Counts) Count(g Group) {
	if c.Dispositions == nil {
		c.Dispositions, c.EndReasons, c.Grades = map[call.Disposition]int{}, map[call.EndReason]int{}, map[string]int{}
	}
	c.Placed += g.N
	c.Dispositions[g.Disposition] += g.N
	c.EndReasons[g.EndReason] += g.N
	if g.Grade != "" {
		c.Grades[g.Grade] += g.N
	}
	if g.First {
		c.Contacts.Called += g.N
	}
	if !g.Answered {
		return
	}
	level := LevelOf(g.Answered, g.Disposition, g.Grade)
	c.Answered += g.N
	c.TalkTotal += g.Talk
	c.Turns[g.TurnBand] += g.N
	c.Talks[g.TalkBand] += g.N
	if g.Disposition == call.Abandoned {
		c.Abandoned += g.N
	}
	if g.HungUpBy == call.PartyCallee {
		c.CalleeHungUp += g.N
	}
	if level >= Talked {
		c.Talked += g.N
	}
	if level >= Intent {
		c.GradeAB += g.N
	}
	for at, n := range map[Level]*int{Answered: &c.Contacts.Answered, Talked: &c.Contacts.Talked, Intent: &c.Contacts.GradeAB} {
		if g.Before < at && at <= level {
			*n += g.N
		}
	}
}

// Plus is the sum of two counts of different calls.
func (c Counts) Plus(o Counts) Counts {
	c.Placed, c.Answered, c.Abandoned, c.Talked = c.Placed+o.Placed, c.Answered+o.Answered, c.Abandoned+o.Abandoned, c.Talked+o.Talked
	c.GradeAB, c.CalleeHungUp, c.TalkTotal = c.GradeAB+o.GradeAB, c.CalleeHungUp+o.CalleeHungUp, c.TalkTotal+o.TalkTotal
	c.Contacts.Called, c.Contacts.Answered = c.Contacts.Called+o.Contacts.Called, c.Contacts.Answered+o.Contacts.Answered
	c.Contacts.Talked, c.Contacts.GradeAB = c.Contacts.Talked+o.Contacts.Talked, c.Contacts.GradeAB+o.Contacts.GradeAB
	for i := range bandsOfPie {
		c.Turns[i] += o.Turns[i]
		c.Talks[i] += o.Talks[i]
	}
	c.Dispositions = plus(c.Dispositions, o.Dispositions)
	c.EndReasons = plus(c.EndReasons, o.EndReasons)
	c.Grades = plus(c.Grades, o.Grades)
	return c
}

// plus leaves both maps as they are: counts are handed to many readers.
func plus[K comparable](a, b map[K]int) map[K]int {
	out := make(map[K]int, max(len(a), len(b)))
	maps.Copy(out, a)
	for k, n := range b {
		out[k] += n
	}
	return out
}

func classSlice(class call.Class, dispositions map[call.Disposition]int) ClassSlice {
	s := ClassSlice{Class: class, Details: []Slice{}}
	for d, n := range dispositions {
		if d.Class() == class && n > 0 {
			s.Count += n
			s.Details = append(s.Details, Slice{string(d), n})
		}
	}
	slices.SortFunc(s.Details, func(a, b Slice) int { return cmp.Or(b.Count-a.Count, cmp.Compare(a.Key, b.Key)) })
	return s
}
