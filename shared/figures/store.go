package figures

import (
	"context"
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/tenant"
)

// Live counts calls that have not ended.
type Live struct{ Calls, Answered int }

// ContactCount counts a campaign's contacts at one moment.
type ContactCount struct {
	Total int
	ContactTail
	Earlier int // finished before the tail begins
}

// ContactTail is the part of them that changes while calls are placed.
type ContactTail struct{ Calling, Finished int }

// Store sums up what it keeps.
type Store interface {
	// CallCounts sums a campaign's CDRs with after < id <= upTo (all that follow when upTo is negative), and tells the
	// greatest id among them, zero when there was none.
	CallCounts(ctx context.Context, scope tenant.Scope, id campaign.ID, after, upTo int64) (c Counts, greatest int64, err error)
	// LiveCalls counts a campaign's calls that have not ended.
	LiveCalls(ctx context.Context, scope tenant.Scope, id campaign.ID) (Live, error)
	// GreatestCDR is the greatest id of any CDR in the database, zero when there is none. It tells nothing of whose it is.
	GreatestCDR(ctx context.Context, scope tenant.Scope) (int64, error)
	// ContactCounts counts a campaign's contacts; it reads the whole of the campaign's part of an index.
	ContactCounts(ctx context.Context, scope tenant.Scope, id campaign.ID, since time.Time) (ContactCount, error)
	// ContactTail counts those that are being called and those finished at since or later; it reads no more than it counts.
	ContactTail(ctx context.Context, scope tenant.Scope, id campaign.ID, since time.Time) (ContactTail, error)
	// LastDispositions are those of a campaign's CDRs, newest first.
	LastDispositions(ctx context.Context, scope tenant.Scope, id campaign.ID, limit int) ([]call.Disposition, error)
	// LastDialled is when the campaign placed its newest call; zero when it placed none.
	LastDialled(ctx context.Context, scope tenant.Scope, id campaign.ID) (time.Time, error)
	// DueSince is when the contact that waits longest became due; zero when none waits.
	DueSince(ctx context.Context, scope tenant.Scope, id campaign.ID) (time.Time, error)
}

// DaySum is what the calls of one day, or one campaign's share of them, add up to.
type DaySum struct {
	Placed, Answered, Intent int
	Talk                     time.Duration
	Grades                   [6]int // A to F
}

// Plus is the sum of two.
func (d DaySum) Plus(o DaySum) DaySum {
	d.Placed, d.Answered, d.Intent, d.Talk = d.Placed+o.Placed, d.Answered+o.Answered, d.Intent+o.Intent, d.Talk+o.Talk
	for i := range d.Grades {
		d.Grades[i] += o.Grades[i]
	}
	return d
}

// DayRow is what some calls of one campaign add to the day in which they were dialled.
type DayRow struct {
	Campaign campaign.ID
	At       time.Time // when they were dialled, or the beginning of the time asked for
	Sum      DaySum
}

// DaySumOf is what n calls that are alike add up to.
func DaySumOf(n int, answered bool, d call.Disposition, grade string, talk time.Duration) DaySum {
	s := DaySum{Placed: n}
	for i, g := range grades {
		if g == grade {
			s.Grades[i] = n
		}
	}
	level := LevelOf(answered, d, grade)
	if level >= Answered {
		s.Answered, s.Talk = n, talk
	}
	if level >= Intent {
		s.Intent = n
	}
	return s
}

// Plans are a tenant's campaigns by state, and when the last one was planned (A3).
type Plans struct {
	ByState map[campaign.State]int
	LastAt  time.Time
}

// HomeStore is what the home page is summed up from; all of it within the scope's view except where it says otherwise.
type HomeStore interface {
	Plans(ctx context.Context, scope tenant.Scope) (Plans, error)
	LastCall(ctx context.Context, scope tenant.Scope) (time.Time, error)
	// SeenCampaigns lists every campaign inside the view, deleted ones too: their calls were made.
	SeenCampaigns(ctx context.Context, scope tenant.Scope) ([]campaign.ID, error)
	// DayRows sums the tenant's CDRs with id <= upTo that were dialled in [from, to), by campaign. It knows no view.
	DayRows(ctx context.Context, scope tenant.Scope, from, to time.Time, upTo int64) ([]DayRow, error)
	// NewDayRows lists the tenant's CDRs with after < id <= upTo (all that follow when upTo is negative). It knows no view.
	NewDayRows(ctx context.Context, scope tenant.Scope, after, upTo int64) ([]DayRow, error)
	GreatestCDR(ctx context.Context, scope tenant.Scope) (int64, error)
}
