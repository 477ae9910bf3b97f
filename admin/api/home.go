package api

import (
	"context"
	"net/http"
	"time"

	"github.com/outdial/outdial/admin/live"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/figures"
	"github.com/outdial/outdial/shared/tenant"
)

// mostDays bounds a range that is given by dates.
const mostDays = 366

// dateForm is how days are written.
const dateForm = "2006-01-02"

// Home is the first page of the console (A3, B2).
type Home struct {
	Counters      HomeCounters       `json:"counters"`
	Totals        HomeTotals         `json:"totals"`
	Days          []HomeDay          `json:"days" doc:"Every day of the range in its order, days without calls too"`
	Campaigns     HomeCampaigns      `json:"campaigns"`
	Robots        HomeRobots         `json:"robots"`
	Announcements []HomeAnnouncement `json:"announcements" doc:"The newest three"`
}

// HomeCounters count what does not depend on the range.
type HomeCounters struct {
	UncalledPlans int        `json:"uncalled_plans" doc:"Campaigns that were never started"`
	LastPlanAt    *time.Time `json:"last_plan_at,omitempty" doc:"When the newest campaign was created"`
	LastCallAt    *time.Time `json:"last_call_at,omitempty" doc:"When the newest call that has ended was dialled"`
	DaysServed    int        `json:"days_served" doc:"Days since the company was set up, that day included"`
}

// HomeRobots are those of the whole company, whatever of its campaigns the member sees.
type HomeRobots struct {
	Allotted int `json:"allotted" doc:"What the company was given; -1 for any number"`
	Given    int `json:"given" doc:"What of them it gave to the companies directly below it"`
	Reserved int `json:"reserved" doc:"What of them its campaigns take that run or wait for their window"`
	InUse    int `json:"in_use" doc:"Calls under way now"`
	Free     int `json:"free" doc:"What further campaigns may take; -1 for any number"`
}

// HomeTotals add the days up.
type HomeTotals struct {
	Placed      int     `json:"placed"`
	Answered    int     `json:"answered"`
	AnswerRate  float64 `json:"answer_rate"`
	TalkTotalMS int64   `json:"talk_total_ms"`
	Intent      int     `json:"intent" doc:"Calls graded A or B"`
}

// HomeDay is one day in the tenant's zone.
type HomeDay struct {
	Date     string     `json:"date" format:"date"`
	Placed   int        `json:"placed"`
	Answered int        `json:"answered"`
	Grades   HomeGrades `json:"grades"`
}

// HomeGrades count calls by grade.
type HomeGrades struct {
	A int `json:"A"`
	B int `json:"B"`
	C int `json:"C"`
	D int `json:"D"`
	E int `json:"E"`
	F int `json:"F"`
}

// HomeCampaigns count campaigns by state.
type HomeCampaigns struct {
	NotStarted int `json:"not_started"`
	Scheduling int `json:"scheduling"`
	Running    int `json:"running"`
	Paused     int `json:"paused"`
	Finished   int `json:"finished"`
}

// HomeAnnouncement is the platform's word to everybody.
type HomeAnnouncement struct {
	ID          int64     `json:"id"`
	Title       string    `json:"title"`
	Body        string    `json:"body"`
	Level       string    `json:"level"`
	PublishedAt time.Time `json:"published_at"`
	Author      string    `json:"author"`
}

type homeInput struct {
	Range string `query:"range" enum:"today,7d,30d" doc:"Days up to today; 7d unless dates are given"`
	From  string `query:"from" format:"date" doc:"The first day, in the tenant's zone"`
	To    string `query:"to" format:"date" doc:"The last day; at most 366 in all"`
}

type homeOutput struct{ Body Home }

func (a *API) getHome(ctx context.Context, in *homeInput) (*homeOutput, error) {
	scope := scopeOf(ctx)
	id, ok := scope.Tenant()
	if !ok {
		return nil, errs.New(errs.Internal, "a request without a tenant")
	}
	owner, err := a.Store.Tenant(ctx, tenant.Of(id), id)
	if err != nil {
		return nil, err
	}
	zone, err := owner.Location()
	if err != nil {
		return nil, err
	}
	now := a.Clock.Now().In(zone)
	from, to, err := in.days(now)
	if err != nil {
		return nil, err
	}
	out := &homeOutput{}
	if err := a.homeCounters(ctx, scope, &out.Body); err != nil {
		return nil, err
	}
	if err := a.homeRobots(ctx, id, &out.Body.Robots); err != nil {
		return nil, err
	}
	out.Body.Counters.DaysServed = daysBetween(owner.CreatedAt.In(zone), now)
	days, err := a.days.Range(ctx, id, zone, from, to)
	if err != nil {
		return nil, err
	}
	seen, err := a.seenCampaigns(ctx, scope)
	if err != nil {
		return nil, err
	}
	out.Body.addDays(days, seen)
	list, err := a.Store.Announcements(ctx, scope, 0, 3)
	if err != nil {
		return nil, err
	}
	out.Body.Announcements = make([]HomeAnnouncement, 0, len(list))
	for _, n := range list {
		out.Body.Announcements = append(out.Body.Announcements, HomeAnnouncement{n.ID, n.Title, n.Body, n.Level, n.PublishedAt.UTC(), n.Author})
	}
	return out, nil
}

func (a *API) homeCounters(ctx context.Context, scope tenant.Scope, h *Home) error {
	plans, err := a.Store.Plans(ctx, scope)
	if err != nil {
		return err
	}
	last, err := a.Store.LastCall(ctx, scope)
	if err != nil {
		return err
	}
	n := plans.ByState
	h.Counters = HomeCounters{UncalledPlans: n[campaign.NotStarted], LastPlanAt: moment(plans.LastAt), LastCallAt: moment(last)}
	h.Campaigns = HomeCampaigns{n[campaign.NotStarted], n[campaign.Scheduling], n[campaign.Running], n[campaign.Paused], n[campaign.Finished]}
	return nil
}

func (a *API) homeRobots(ctx context.Context, id tenant.ID, h *HomeRobots) error {
	use, err := a.Store.RobotUse(ctx, tenant.Of(id), id)
	if err != nil {
		return err
	}
	busy, err := a.Store.LiveBeside(ctx, tenant.Of(id), "")
	*h = HomeRobots{Allotted: robotsShown(use.Robots), Given: use.Given, Reserved: use.Reserved, InUse: busy, Free: robotsShown(use.Free())}
	return err
}

// seenCampaigns are those inside the caller's view; nil for one who sees the whole tenant.
func (a *API) seenCampaigns(ctx context.Context, scope tenant.Scope) (map[campaign.ID]bool, error) {
	if _, narrowed := scope.View(); !narrowed {
		return nil, nil //nolint:nilnil // no map is a view of everything
	}
	ids, err := a.Store.SeenCampaigns(ctx, scope)
	seen := make(map[campaign.ID]bool, len(ids))
	for _, id := range ids {
		seen[id] = true
	}
	return seen, err
}

func (h *Home) addDays(days []live.Day, seen map[campaign.ID]bool) {
	var all figures.DaySum
	h.Days = make([]HomeDay, 0, len(days))
	for _, d := range days {
		s := d.Total(seen)
		all = all.Plus(s)
		g := s.Grades
		h.Days = append(h.Days, HomeDay{Date: d.From.Format(dateForm), Placed: s.Placed, Answered: s.Answered, Grades: HomeGrades{g[0], g[1], g[2], g[3], g[4], g[5]}})
	}
	h.Totals = HomeTotals{Placed: all.Placed, Answered: all.Answered, TalkTotalMS: all.Talk.Milliseconds(), Intent: all.Intent,
		AnswerRate: figures.RatesOf(campaign.Progress{}, figures.Counts{Placed: all.Placed, Answered: all.Answered}).AnswerRate}
}

// days are the first and the last moment asked for, in the zone of now.
func (in homeInput) days(now time.Time) (from, to time.Time, err error) {
	if in.From == "" && in.To == "" {
		back := map[string]int{"today": 0, "7d": 6, "30d": 29}[orElse(in.Range, "7d")]
		return now.AddDate(0, 0, -back), now, nil
	}
	refuse := func(field, why string) error {
		p := status(http.StatusUnprocessableEntity, "the range of days was refused")
		p.Errors, p.Code = []FieldError{{Location: "query." + field, Message: why}}, errs.Invalid.String()
		return p
	}
	if from, err = time.ParseInLocation(dateForm, in.From, now.Location()); err != nil {
		return from, to, refuse("from", "must be a date such as 2026-03-01; give both, the first day and the last")
	}
	if to, err = time.ParseInLocation(dateForm, in.To, now.Location()); err != nil {
		return from, to, refuse("to", "must be a date such as 2026-03-31; give both, the first day and the last")
	}
	if to.Before(from) {
		return from, to, refuse("to", "must not be before the first day")
	}
	if daysBetween(from, to) > mostDays {
		return from, to, refuse("from", "the range may have 366 days at most")
	}
	return from, to, nil
}

// daysBetween counts calendar days from the one to the other, both included.
func daysBetween(from, to time.Time) int {
	date := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }
	return max(int(date(to).Sub(date(from)).Hours()/24)+1, 1)
}
