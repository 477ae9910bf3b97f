package campaign

import (
	"slices"
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/errs"
)

// Redial says which contacts are called again, how often and after how long.
type Redial struct {
	// MaxAttempts counts the first call too; 1 means no redial.
	MaxAttempts int
	// Interval is the least time between two calls to one contact.
	Interval time.Duration
	// On are the dispositions that are worth another call.
	On []call.Disposition
	// To is the campaign that contacts are handed to which were not reached by the last call; zero for none.
	To ID
}

// maxOwnFaults bounds the extra attempts a contact gets because a call failed through our own fault.
const maxOwnFaults = 5

func (r Redial) check(k *errs.Check) {
	k.Require(r.MaxAttempts >= 1 && r.MaxAttempts <= 10, "redial.max_attempts", "must be 1 to 10")
	k.Require(r.Interval >= 0 && r.Interval <= 7*24*time.Hour, "redial.interval_seconds", "must be 0 seconds to 7 days")
	for _, d := range r.On {
		k.Require(d.Redialable(), "redial.on", "%q cannot be redialled", string(d))
	}
}

// Verdict is what happens to a contact after a call.
type Verdict struct {
	Again bool
	At    time.Time // when it may be called again
	To    ID        // the campaign it is handed to; zero for none, and while it is called again here
}

// Decide is the redial rule. The attempts counted are those that reached the carrier; a call that failed through our
// own fault does not use one up, but such faults are bounded too, so that a contact always comes to an end.
func (r Redial) Decide(o call.Outcome, attempts, ownFaults int, now time.Time) Verdict {
	if o.Fault == call.FaultUs && !o.Answered {
		if ownFaults < maxOwnFaults {
			return Verdict{Again: true, At: now.Add(min(r.Interval, time.Duration(ownFaults)*10*time.Second))}
		}
		return Verdict{To: r.handsOn(o)}
	}
	if attempts-ownFaults < r.MaxAttempts && slices.Contains(r.On, o.Disposition) {
		return Verdict{Again: true, At: now.Add(r.Interval)}
	}
	return Verdict{To: r.handsOn(o)}
}

// handsOn is the campaign that goes on with a contact which this one calls no more. A call that was ended because its
// campaign was terminated says nothing about the callee: whoever terminates a campaign wants its calling to stop.
func (r Redial) handsOn(o call.Outcome) ID {
	if o.EndReason == call.EndTerminated || !slices.Contains(r.On, o.Disposition) {
		return 0
	}
	return r.To
}
