// Package pacing decides how many calls a campaign may place now, and when the next call of a trunk may start. It is
// pure: everything it needs is an argument, the time included. It does not claim contacts or place calls (runner).
package pacing

import "time"

// Room is what bounds a campaign at one moment. Robots and trunk channels are both needed by every robot call.
type Room struct {
	Robots       int // the campaign's limit
	CampaignLive int // its calls under way
	CompanyLimit int // the robots of the campaign's company, less what other dialers use of them; negative for any number
	CompanyLive  int // calls under way of this dialer, of all campaigns of the company
	TrunkLimit   int
	TrunkLive    int // calls under way on the trunk, of all campaigns and all dialers
	RobotLimit   int // what the dialogue processes can hold together
	RobotLive    int // calls under way of this dialer, of all campaigns
	// Batch bounds how many are claimed at once, so that one campaign does not hold contacts it cannot call soon.
	Batch int
}

// Free is how many calls may be placed now; never negative.
func Free(r Room) int {
	n := min(r.Robots-r.CampaignLive, r.TrunkLimit-r.TrunkLive, r.RobotLimit-r.RobotLive)
	if r.CompanyLimit >= 0 {
		n = min(n, r.CompanyLimit-r.CompanyLive)
	}
	if r.Batch > 0 {
		n = min(n, r.Batch)
	}
	return max(n, 0)
}

// catchUp is how far behind its schedule a spacer may be and still make the calls up. It covers a late timer, so that
// the rate asked for is reached, and is too short for a burst.
const catchUp = 20 * time.Millisecond

// Spacer spaces the starts of calls evenly. The zero Spacer lets the first call start at once.
type Spacer struct{ next time.Time }

// Reserve takes the next start at a rate of calls per second: when it is, and the spacer after it.
func (s Spacer) Reserve(now time.Time, cps float64) (time.Time, Spacer) {
	if cps <= 0 {
		return now, s
	}
	at := s.next
	if earliest := now.Add(-catchUp); at.Before(earliest) {
		at = now
	}
	step := time.Duration(float64(time.Second) / cps)
	s.next = at.Add(step)
	if at.Before(now) {
		at = now
	}
	return at, s
}
