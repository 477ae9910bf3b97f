package script

import "time"

// GradeRule gives a call a grade when everything that it asks for holds.
type GradeRule struct {
	Grade string // A to F
	Name  string // what people are told; empty: the grade's own letter is all there is to say
	When  GradeWhen
	Line  int
}

// GradeWhen is what a rule asks for. What is not set asks for nothing.
type GradeWhen struct {
	Labels  []string // all of them were given
	Without []string // none of them was given
	Nodes   []NodeID // all of them were entered

	Affirmed, Refused, Questions, Interactions, Unmatched, Silences *Range
	Talk                                                            *Span
}

// Range is a count from Min to Max, both included; a Max of 0 with Open set has no upper end.
type Range struct {
	Min, Max int
	Open     bool
}

// Holds tells whether a count lies in the range. No range asks for nothing.
func (r *Range) Holds(n int) bool { return r == nil || n >= r.Min && (r.Open || n <= r.Max) }

// Span is a time from Min to Max, both included; Open as with Range.
type Span struct {
	Min, Max time.Duration
	Open     bool
}

// Holds tells whether a time lies in the span. No span asks for nothing.
func (s *Span) Holds(d time.Duration) bool { return s == nil || d >= s.Min && (s.Open || d <= s.Max) }
