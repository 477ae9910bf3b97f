package softswitch

import (
	"errors"
	"sync"
	"time"

	"github.com/outdial/outdial/shared/clock"
)

// Refusals of a new session; FreeSWITCH turns both into DESTINATION_OUT_OF_ORDER for an originate.
var (
	errThrottled = errors.New("more sessions in this second than sessions-per-second allows")
	errFull      = errors.New("max-sessions reached")
	errStopping  = errors.New("the switch is shutting down")
)

// admission counts sessions as the core of FreeSWITCH does: so many may begin within each second of the wall clock, and
// so many may exist (switch_core_session.c, switch_core_session_request_uuid).
type admission struct {
	clock clock.Clock

	mu       sync.Mutex
	perSec   int
	max      int
	second   int64
	inSecond int
	lastSec  int
	peakSec  int
	live     int
	peak     int
	total    uint64
	stopped  bool
}

func newAdmission(perSec, max int, c clock.Clock) *admission {
	return &admission{clock: c, perSec: perSec, max: max}
}

func (a *admission) take() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.roll()
	switch {
	case a.stopped:
		return errStopping
	case a.inSecond >= a.perSec:
		return errThrottled
	case a.live >= a.max:
		return errFull
	}
	a.inSecond++
	a.live++
	a.total++
	a.peak = max(a.peak, a.live)
	a.peakSec = max(a.peakSec, a.inSecond)
	return nil
}

func (a *admission) give() {
	a.mu.Lock()
	a.live--
	a.mu.Unlock()
}

func (a *admission) stop() {
	a.mu.Lock()
	a.stopped = true
	a.mu.Unlock()
}

// roll begins a new second. The caller holds mu.
func (a *admission) roll() {
	now := a.clock.Now().Unix()
	switch {
	case now == a.second:
		return
	case now == a.second+1:
		a.lastSec = a.inSecond
	default:
		a.lastSec = 0
	}
	a.second, a.inSecond = now, 0
}

// limits changes the limits at run time (fsctl sps, fsctl max_sessions); zero leaves one as it is.
func (a *admission) limits(perSec, maxSessions int) (int, int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if perSec > 0 {
		a.perSec = perSec
	}
	if maxSessions > 0 {
		a.max = maxSessions
	}
	return a.perSec, a.max
}

// load is what HEARTBEAT and status tell.
type load struct {
	live, max, peak         int
	perSec, perSecLast      int
	perSecLimit, perSecPeak int
	total                   uint64
}

func (a *admission) load() load {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.roll()
	return load{
		live: a.live, max: a.max, peak: a.peak, perSec: a.inSecond, perSecLast: a.lastSec,
		perSecLimit: a.perSec, perSecPeak: a.peakSec, total: a.total,
	}
}

// uptime is kept with the numbers it is shown with.
func uptime(from, to time.Time) time.Duration { return max(to.Sub(from), 0) }
