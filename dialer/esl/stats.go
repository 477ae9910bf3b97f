package esl

import "sync/atomic"

// Stats are running totals since the client was started, for metrics.
type Stats struct {
	Connects   uint64 // connections that signed in
	Frames     uint64
	Events     uint64
	Unowned    uint64 // events without an owner
	Overflowed uint64 // events lost to a full queue
	Gaps       uint64 // holes and restarts in the numbering of events
	Commands   uint64
	Refused    uint64 // -ERR and -USAGE replies
	Jobs       uint64
	JobsLost   uint64
	Owned      int // legs that have an owner now
}

type counters struct {
	connects, frames, events, unowned, overflowed, gaps, commands, refused, jobs, jobsLost atomic.Uint64
}

// Stats reads the totals.
func (c *Client) Stats() Stats {
	s := &c.stats
	c.owners.mu.RLock()
	owned := len(c.owners.byUUID)
	c.owners.mu.RUnlock()
	return Stats{
		Connects: s.connects.Load(), Frames: s.frames.Load(), Events: s.events.Load(), Unowned: s.unowned.Load(),
		Overflowed: s.overflowed.Load(), Gaps: s.gaps.Load(), Commands: s.commands.Load(), Refused: s.refused.Load(),
		Jobs: s.jobs.Load(), JobsLost: s.jobsLost.Load(), Owned: owned,
	}
}
