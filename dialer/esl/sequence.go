package esl

// reorderWindow is how far an event may come behind its number. The switch numbers an event before it queues it, and its
// threads race for the queue: at 150 calls a second, FreeSWITCH 1.10 sends one event in sixty a few numbers late.
const reorderWindow = 1000

// Gap is a hole in the switch's numbering of events: the numbers after Last and before Next have not come. Next before
// Last means that the numbering began anew, as it does in a switch that was restarted.
type Gap struct{ Last, Next uint64 }

// sequence watches the numbers of one connection. The switch numbers all its events, those that were not subscribed to as
// well, so holes mean something only when the subscription is dense, that is for every event.
type sequence struct {
	dense   bool
	high    uint64
	missing []uint64 // numbers below high that have not come, in order; dense only
}

// next takes an event's number and tells of the oldest hole that can no longer be lateness.
func (s *sequence) next(n uint64) (Gap, bool) {
	switch {
	case n == 0: // the event has no number
		return Gap{}, false
	case s.high == 0:
		s.high = n
		return Gap{}, false
	case n > s.high:
		last := s.high
		s.high = n
		if !s.dense {
			return Gap{}, false
		}
		if n-last > reorderWindow {
			s.missing = s.missing[:0]
			return Gap{Last: last, Next: n}, true
		}
		for m := last + 1; m < n; m++ {
			s.missing = append(s.missing, m)
		}
	case s.high-n > reorderWindow:
		gap := Gap{Last: s.high, Next: n}
		s.high, s.missing = n, s.missing[:0]
		return gap, true
	default:
		s.arrived(n)
	}
	return s.overdue()
}

func (s *sequence) arrived(n uint64) {
	for i, m := range s.missing {
		if m == n {
			s.missing = append(s.missing[:i], s.missing[i+1:]...)
			return
		}
	}
}

// overdue takes the first run of missing numbers out once the newest number is a window ahead of it.
func (s *sequence) overdue() (Gap, bool) {
	if len(s.missing) == 0 || s.high-s.missing[0] <= reorderWindow {
		return Gap{}, false
	}
	end := 1
	for end < len(s.missing) && s.missing[end] == s.missing[end-1]+1 {
		end++
	}
	gap := Gap{Last: s.missing[0] - 1, Next: s.missing[end-1] + 1}
	s.missing = append(s.missing[:0], s.missing[end:]...)
	return gap, true
}
