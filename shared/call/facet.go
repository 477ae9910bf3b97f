package call

import (
	"slices"
)

// Facet packs what lists are filtered by into one number, so that calls which are alike stand together in one index,
// newest first in each group. A campaign has some hundred groups, or some thousand where agents, messages and listeners have
// their part in it, however many calls it has: a search looks at the groups, leaves out those that cannot match, and takes the
// newest calls of the rest, which costs the same whether one call in two matches or one in a million.
//
// A call under way has facet 0; those below zero are no list's business.
type Facet int64

const (
	// FacetHidden calls are deleted, and what was said in them is still there.
	FacetHidden Facet = -1
	// FacetForgotten calls have only their facts left.
	FacetForgotten Facet = -2
)

// Bits of a facet, lowest first. A value beyond the last is kept as the last, which says no more than "that or more".
const (
	readBits, talkBits, turnsBits, ordinalBits, partyBits, gradeBits, dispositionBits, endedBits, groupBits, pushBits, listenedBits = 1, 4, 4, 4, 3, 4, 5, 1, 1, 3, 1

	talkShift        = readBits
	turnsShift       = talkShift + talkBits
	ordinalShift     = turnsShift + turnsBits
	partyShift       = ordinalShift + ordinalBits
	gradeShift       = partyShift + partyBits
	dispositionShift = gradeShift + gradeBits
	endedShift       = dispositionShift + dispositionBits
	groupShift       = endedShift + endedBits // an agent of a group took the call
	pushShift        = groupShift + groupBits
	listenedShift    = pushShift + pushBits
	takenShift       = listenedShift + listenedBits
)

// FacetRead is the bit of calls that were read.
const FacetRead Facet = 1

// The bits of calls that somebody listened to, and that somebody took over while the robot talked.
const (
	FacetListened  Facet = 1 << listenedShift
	FacetTakenOver Facet = 1 << takenShift
)

// What the groups of talk time and of turns begin with; they follow the pies of A4.4.1. Seconds, and turns.
var (
	talkFrom  = []int{0, 1, 10, 20, 30, 45, 60, 90, 120, 300, 900}
	turnsFrom = []int{0, 1, 2, 3, 4, 6, 11, 21}
)

// Values that have a code of their own; their order is stored and never changes. New ones are appended.
var (
	dispositions = []Disposition{Answered, NoAnswer, Busy, Rejected, PoweredOff, Vacant, Suspended, InvalidNumber, Restricted, CallerSuspended,
		Failed, Abandoned, Other, DNC}
	parties = []Party{PartyNone, PartyCallee, PartyRobot, PartyDialer, PartyCarrier, PartyAgent}
	grades  = []string{"", "A", "B", "C", "D", "E", "F"}
	pushes  = []Push{PushNone, PushWaiting, PushSent, PushFailed}
)

// FacetOf is the facet of a call as it stands.
func FacetOf(c Call) Facet {
	if c.State != Ended {
		return 0
	}
	f := FacetOfPush(c.Push) | Facet(1)<<endedShift | code(dispositions, c.Outcome.Disposition, dispositionBits)<<dispositionShift | code(grades, c.Grade, gradeBits)<<gradeShift |
		code(parties, c.Outcome.HungUpBy, partyBits)<<partyShift | Facet(min(max(c.Ordinal, 0), last(ordinalBits)))<<ordinalShift |
		Facet(bucket(turnsFrom, c.Turns))<<turnsShift | Facet(bucket(talkFrom, seconds(c.Times.Talk())))<<talkShift
	if !c.ReadAt.IsZero() {
		f |= FacetRead
	}
	if c.Agent.Group != 0 {
		f |= 1 << groupShift
	}
	if c.Attended.Listened() {
		f |= FacetListened
	}
	if c.Attended.TakenOver {
		f |= FacetTakenOver
	}
	return f
}

// FacetOfPush is the part of a facet that moves with the message about its call.
func FacetOfPush(p Push) Facet { return code(pushes, p, pushBits) << pushShift }

func last(bits int) int { return 1<<bits - 1 }

// code numbers a value; what has no code of its own shares the last.
func code[V comparable](known []V, v V, bits int) Facet {
	if i := slices.Index(known, v); i >= 0 {
		return Facet(i)
	}
	return Facet(last(bits))
}

func bucket(from []int, n int) int {
	i, found := slices.BinarySearch(from, n)
	if found {
		return i
	}
	return max(i-1, 0)
}

// Verdict is what a facet alone tells about its calls.
type Verdict uint8

const (
	// Never: none of the group passes the filter.
	Never Verdict = iota
	// Perhaps: some may; the talk time or the number of turns decides.
	Perhaps
	// Unclear: only the whole row can tell.
	Unclear
	// Always: all pass, as far as the facet's facts are concerned.
	Always
)

// Judge tells what the group's calls are to the filter. Number, name and time are no facts of a facet.
func (f Facet) Judge(by Filter) Verdict {
	if f < 0 || f == 0 && by.OnlyEnded() || f > 0 && (by.Live || by.State != "" && by.State != Ended) {
		return Never
	}
	if f == 0 {
		return Unclear // there are never many calls under way
	}
	v := Always
	if wanted, all := by.Wanted(); !all {
		v = least(v, listed(dispositions, wanted, f.part(dispositionShift, dispositionBits), dispositionBits))
	}
	if len(by.Grades) > 0 {
		v = least(v, listed(grades, by.Grades, f.part(gradeShift, gradeBits), gradeBits))
	}
	if len(by.HungUpBy) > 0 {
		v = least(v, listed(parties, by.HungUpBy, f.part(partyShift, partyBits), partyBits))
	}
	if len(by.Pushes) > 0 {
		v = least(v, listed(pushes, by.Pushes, f.part(pushShift, pushBits), pushBits))
	}
	if by.Read != nil && *by.Read != (f&FacetRead != 0) {
		return Never
	}
	if by.Listened != nil && *by.Listened != (f&FacetListened != 0) || by.TakenOver != nil && *by.TakenOver != (f&FacetTakenOver != 0) {
		return Never
	}
	if by.AgentGroup != 0 {
		if f.part(groupShift, 1) == 0 {
			return Never
		}
		v = least(v, Unclear)
	}
	if n := f.part(ordinalShift, ordinalBits); by.Ordinal > 0 && n != min(by.Ordinal, last(ordinalBits)) {
		return Never
	} else if by.Ordinal > 0 && n == last(ordinalBits) {
		v = least(v, Unclear)
	}
	v = least(v, within(turnsFrom, f.part(turnsShift, turnsBits), by.TurnsMin, by.TurnsMax))
	return least(v, within(talkFrom, f.part(talkShift, talkBits), by.TalkMin, by.TalkMax))
}

func (f Facet) part(shift, bits int) int { return int(f>>shift) & last(bits) }

// least is the verdict of both: Never beats Unclear beats Perhaps beats Always.
func least(a, b Verdict) Verdict {
	order := [...]int{Never: 0, Unclear: 1, Perhaps: 2, Always: 3}
	if order[b] < order[a] {
		return b
	}
	return a
}

func listed[V comparable](known, wanted []V, n, bits int) Verdict {
	switch {
	case n == last(bits):
		for _, w := range wanted {
			if !slices.Contains(known, w) {
				return Unclear
			}
		}
		return Never
	case n < len(known) && slices.Contains(wanted, known[n]):
		return Always
	}
	return Never
}

func within(from []int, n int, low, high *int) Verdict {
	if n >= len(from) {
		return Unclear
	}
	begin, end := from[n], 1<<31-1
	if n+1 < len(from) {
		end = from[n+1] - 1
	}
	switch {
	case low != nil && *low > end, high != nil && *high < begin:
		return Never
	case low != nil && *low > begin, high != nil && *high < end:
		return Perhaps
	}
	return Always
}
