package sipmedia

import (
	"maps"
)

// Stats describes the endpoint since its start.
type Stats struct {
	Active   int // calls that stand or are being answered
	Accepted uint64
	Refused  uint64
	Canceled uint64
	Ended    map[EndReason]uint64
	Gaps     Gaps // of all packets of all legs
}

// Stats are the counters so far.
func (s *Server) Stats() Stats {
	st := Stats{
		Accepted: s.counters.accepted.Load(), Refused: s.counters.refused.Load(), Canceled: s.counters.canceled.Load(),
	}
	s.counters.endedMu.Lock()
	st.Ended = maps.Clone(s.counters.ended)
	s.counters.endedMu.Unlock()

	var all histogram
	s.mu.Lock()
	st.Active = len(s.calls)
	all.merge(&s.gaps)
	for _, l := range s.dialogs {
		if !l.counted {
			all.merge(&l.gaps)
		}
	}
	s.mu.Unlock()
	st.Gaps = all.gaps()
	return st
}

// count moves what a leg counted into the total, when it sends no more.
func (s *Server) count(l *Leg) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l.counted = true
	s.gaps.merge(&l.gaps)
}

// legEnded notes why a leg ended.
func (s *Server) legEnded(l *Leg, reason EndReason) {
	s.counters.endedMu.Lock()
	s.counters.ended[reason]++
	s.counters.endedMu.Unlock()
	l.log.Info("robot leg ended", "reason", string(reason))
}
