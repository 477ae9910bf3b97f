package carriersim

import (
	"slices"
	"sync"
	"time"
)

// End says who ended a call, and how.
type End string

const (
	EndActive    End = ""           // not yet
	EndRefused   End = "refused"    // the simulator's final response was no 200
	EndCancelled End = "cancelled"  // the caller gave up before an answer
	EndCaller    End = "caller"     // BYE from the caller
	EndCallee    End = "callee"     // BYE from the callee
	EndNoAck     End = "no-ack"     // the 200 was never acknowledged
	EndLost      End = "lost"       // the fault behaviour ran out of time, or no socket was to be had
	EndShutdown  End = "shutdown"   // the simulator was closed
	EndBadOffer  End = "bad-offer"  // the caller's SDP could not be answered
	EndTransport End = "unsendable" // a response could not be sent
)

// Call is the record of one call. Times are zero for what did not happen.
type Call struct {
	ID        string    `json:"id"` // Call-ID
	Number    string    `json:"number"`
	Caller    string    `json:"caller"`
	Behaviour Behaviour `json:"behaviour"`
	Invited   time.Time `json:"invited"`
	Rang      time.Time `json:"rang,omitzero"`  // 180 or 183
	Early     time.Time `json:"early,omitzero"` // early media
	Answered  time.Time `json:"answered,omitzero"`
	Acked     time.Time `json:"acked,omitzero"`
	ByeSeen   time.Time `json:"bye_seen,omitzero"` // also one that was left unanswered
	Ended     time.Time `json:"ended,omitzero"`
	End       End       `json:"end"`
	Status    int       `json:"status"` // last final status sent, 487 for a cancelled call
	Codec     string    `json:"codec"`

	Said       []Utterance   `json:"said"`
	RobotFirst time.Time     `json:"robot_first,omitzero"` // first voiced sample of the robot
	RobotSpoke time.Duration `json:"robot_spoke"`
	Keys       string        `json:"keys"` // telephone events received
	Sent       uint64        `json:"sent"` // RTP packets
	Received   uint64        `json:"received"`
	Malformed  uint64        `json:"malformed"`
	Gaps       *Gaps         `json:"-"` // between received audio packets; nil without media

	// Internal are headers that no carrier should be shown: names in X-Outdial-.
	Internal []string `json:"internal,omitempty"`
}

// Summary describes a set of durations.
type Summary struct {
	N             int
	P50, P95, Max time.Duration
}

// Summarise sorts its argument.
func Summarise(d []time.Duration) Summary {
	if len(d) == 0 {
		return Summary{}
	}
	slices.Sort(d)
	at := func(p int) time.Duration { return d[(len(d)-1)*p/100] }
	return Summary{N: len(d), P50: at(50), P95: at(95), Max: d[len(d)-1]}
}

// Stats sums up the calls that are kept, those under way included.
type Stats struct {
	Calls, Active, Answered int
	MostActive              int // at once, since the start
	OverCapacity            int // answered 503 because of Config.MaxCalls
	ByBehaviour             map[string]int
	ByEnd                   map[End]int
	ReplyLatency            Summary
	BargeInStop             Summary
	Gaps                    Gaps
	Sent, Received          uint64
	PacerLate               uint64 // times the 20 ms clock was held up for more than 60 ms
}

// ledger keeps the records.
type ledger struct {
	mu     sync.Mutex
	keep   int
	done   []Call // oldest first
	most   int
	over   int
	active map[*call]struct{}
}

func newLedger(keep int) *ledger { return &ledger{keep: keep, active: make(map[*call]struct{})} }

func (l *ledger) open(c *call, limit int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.active) >= limit {
		l.over++
		return false
	}
	l.active[c] = struct{}{}
	l.most = max(l.most, len(l.active))
	return true
}

func (l *ledger) close(c *call, rec Call) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.active, c)
	if len(l.done) >= l.keep {
		l.done = slices.Delete(l.done, 0, len(l.done)/4+1)
	}
	l.done = append(l.done, rec)
}

func (l *ledger) calls() []Call {
	l.mu.Lock()
	out := slices.Clone(l.done)
	live := make([]*call, 0, len(l.active))
	for c := range l.active {
		live = append(live, c)
	}
	l.mu.Unlock()
	for _, c := range live {
		out = append(out, c.snapshot())
	}
	slices.SortStableFunc(out, func(a, b Call) int { return a.Invited.Compare(b.Invited) })
	return out
}

func (l *ledger) stats() Stats {
	calls := l.calls()
	l.mu.Lock()
	st := Stats{MostActive: l.most, OverCapacity: l.over, ByBehaviour: make(map[string]int), ByEnd: make(map[End]int)}
	l.mu.Unlock()
	var replies, stops []time.Duration
	for _, c := range calls {
		st.Calls++
		st.ByBehaviour[c.Behaviour.Name]++
		if c.End == EndActive {
			st.Active++
		} else {
			st.ByEnd[c.End]++
		}
		if !c.Answered.IsZero() {
			st.Answered++
		}
		st.Sent += c.Sent
		st.Received += c.Received
		if c.Gaps != nil {
			st.Gaps.Add(c.Gaps)
		}
		for _, u := range c.Said {
			if d, ok := u.Latency(); ok {
				replies = append(replies, d)
			}
			if d, ok := u.BargeInStop(); ok {
				stops = append(stops, d)
			}
		}
	}
	st.ReplyLatency, st.BargeInStop = Summarise(replies), Summarise(stops)
	return st
}
