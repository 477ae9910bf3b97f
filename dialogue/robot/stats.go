package robot

import (
	"slices"
	"sync"
	"time"

	"github.com/outdial/outdial/dialogue/sipmedia"
)

// Quantiles sum some latencies up.
type Quantiles struct {
	N        int
	P50, P95 time.Duration
}

// Stats describes a process of robots since its start.
type Stats struct {
	Active  int           // calls with a robot
	Gaps    sipmedia.Gaps // between one sent packet and the next
	Reply   Quantiles     // from the callee's last voiced frame to the robot's first
	Own     Quantiles     // of the replies, what this process itself added
	BargeIn Quantiles     // from the callee's first voiced frame to the robot's last
	SIP     sipmedia.Stats
}

// Stats are the figures so far.
func (r *Robot) Stats() Stats {
	sip := r.server.Stats()
	reply, own, stops := r.latency.quantiles()
	return Stats{Active: r.active(), Gaps: sip.Gaps, Reply: reply, Own: own, BargeIn: stops, SIP: sip}
}

// latencies keeps the latest of a process's latencies.
type latencies struct {
	mu                  sync.Mutex
	replies, own, stops ring
}

// Replied implements session.Observer.
func (l *latencies) Replied(d, own time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.replies.add(d)
	l.own.add(own)
}

// Stopped implements session.Observer.
func (l *latencies) Stopped(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stops.add(d)
}

func (l *latencies) quantiles() (reply, own, stops Quantiles) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.replies.quantiles(), l.own.quantiles(), l.stops.quantiles()
}

const ringSize = 1 << 15

type ring struct {
	kept []time.Duration
	n    int
}

func (r *ring) add(d time.Duration) {
	if len(r.kept) < ringSize {
		r.kept = append(r.kept, d)
	} else {
		r.kept[r.n%ringSize] = d
	}
	r.n++
}

func (r *ring) quantiles() Quantiles {
	if r.n == 0 {
		return Quantiles{}
	}
	s := slices.Clone(r.kept)
	slices.Sort(s)
	at := func(percent int) time.Duration { return s[max(0, (len(s)*percent+99)/100-1)] }
	return Quantiles{N: r.n, P50: at(50), P95: at(95)}
}
