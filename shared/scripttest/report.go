package scripttest

import (
	"maps"
	"slices"
	"strings"

	"github.com/outdial/outdial/shared/flow"
)

// Report says what the tests of a script came to.
type Report struct {
	Cases      []CaseResult `json:"cases"`
	Simulation Figures      `json:"simulation"`
	Coverage   Coverage     `json:"coverage"`
	Problems   []Finding    `json:"problems" doc:"What a script should not leave so: nodes that nobody reached, calls that end by a limit, dead ends"`
}

// Passed tells whether all cases passed.
func (r Report) Passed() bool {
	return !slices.ContainsFunc(r.Cases, func(c CaseResult) bool { return !c.Passed })
}

// Report is what the simulation found so far, with the results of the script's cases.
func (s *Simulation) Report(cases []CaseResult) Report {
	out := Report{Cases: listed(cases), Simulation: s.figures, Coverage: s.r.coverage(s.counts), Problems: []Finding{}}
	out.Simulation.Ends, out.Simulation.Grades = maps.Clone(s.figures.Ends), maps.Clone(s.figures.Grades)
	if s.figures.Conversations > 0 {
		out.Problems = append(out.Problems, s.unreached()...)
		out.Problems = append(out.Problems, s.limited()...)
		out.Problems = append(out.Problems, s.deadEnds()...)
	}
	return out
}

// limits are the ends that nobody wrote into the script.
var limits = map[string]bool{flow.CauseSilence: true, flow.CauseUnmatched: true, flow.CauseLoop: true, flow.CauseLongest: true, flow.CauseRounds: true}

// often is the share of calls, in percent, from which on an end by a limit is a finding. Callees who say nothing and those
// who ramble reach theirs in any script.
var often = map[string]int{flow.CauseSilence: 20, flow.CauseUnmatched: 15, flow.CauseLoop: 1, flow.CauseLongest: 5, flow.CauseRounds: 10}

// few walks say nothing about what they did not reach.
const few = 50

// mostFindings keeps the report readable.
const mostFindings = 100

func (s *Simulation) unreached() []Finding {
	var out []Finding
	n := s.figures.Conversations
	if n < few {
		return nil
	}
	for i, count := range s.counts.nodes {
		if count == 0 && len(out) < mostFindings {
			out = append(out, finding("node_unreached", s.r.flow.Order[i], n))
		}
	}
	for i, count := range s.counts.ways {
		if strings.HasSuffix(s.r.ways.keys[i], ">visits") {
			continue // a bound that nobody reaches does what it is there for
		}
		if count == 0 && len(out) < mostFindings {
			out = append(out, finding("way_untaken", s.r.ways.keys[i], n))
		}
	}
	return out
}

func (s *Simulation) limited() []Finding {
	var out []Finding
	n := s.figures.Conversations
	for _, cause := range slices.Sorted(maps.Keys(often)) {
		k := s.figures.Ends[cause]
		if k*100 <= often[cause]*n {
			continue
		}
		switch cause {
		case flow.CauseSilence:
			out = append(out, finding("limit_silence", k, n))
		case flow.CauseUnmatched:
			out = append(out, finding("limit_unmatched", k, n))
		case flow.CauseLoop:
			out = append(out, finding("limit_loop", k, n))
		case flow.CauseRounds:
			out = append(out, finding("limit_rounds", k, n))
		default:
			out = append(out, finding("limit_longest", k, n))
		}
	}
	return out
}

// deadEnds are nodes where most of those who come do not get on.
func (s *Simulation) deadEnds() []Finding {
	var out []Finding
	for _, id := range s.r.flow.Order {
		at := s.stops[id]
		if at == nil || at.came < 10 || at.limited*2 < at.came {
			continue
		}
		out = append(out, finding("dead_end", at.limited, at.came, id))
	}
	return out
}
