package api

import (
	"fmt"
	"slices"
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/dnc"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/push"
)

// weekdays in the order of time.Weekday.
var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// windowOf reads a window; what is left out is the widest one that is allowed, in the tenant's zone.
func windowOf(w Window, zone string, refused *errs.Check) campaign.Window {
	out := campaign.Window{Zone: orElse(w.Zone, zone), Weekdays: campaign.EveryDay, From: campaign.Earliest, To: campaign.Latest}
	if len(w.Weekdays) > 0 {
		out.Weekdays = 0
		for _, d := range w.Weekdays {
			i := slices.Index(weekdays, d)
			if i < 0 {
				refused.Require(false, "window.weekdays", "%q is no weekday", d)
				continue
			}
			out.Weekdays |= 1 << i
		}
	}
	if w.From != "" {
		out.From = minuteOf(w.From, "window.from", refused)
	}
	if w.To != "" {
		out.To = minuteOf(w.To, "window.to", refused)
	}
	return out
}

func minuteOf(s, path string, refused *errs.Check) campaign.Minute {
	t, err := time.Parse("15:04", s)
	refused.Require(err == nil && len(s) == 5, path, "must be a time of day such as 09:30")
	return campaign.Minute(t.Hour()*60 + t.Minute())
}

func windowShown(w campaign.Window) Window {
	out := Window{Zone: w.Zone, From: clockTime(w.From), To: clockTime(w.To)}
	for i := 1; i <= 7; i++ { // a week is shown from Monday on
		if w.Weekdays.Has(time.Weekday(i % 7)) {
			out.Weekdays = append(out.Weekdays, weekdays[i%7])
		}
	}
	return out
}

func clockTime(m campaign.Minute) string { return fmt.Sprintf("%02d:%02d", int(m)/60, int(m)%60) }

func redialOf(r Redial) campaign.Redial {
	out := campaign.Redial{MaxAttempts: r.MaxAttempts, Interval: time.Duration(r.IntervalSeconds) * time.Second}
	if out.MaxAttempts == 0 {
		out.MaxAttempts = 1
	}
	if r.IntervalSeconds > int64(365*24*time.Hour/time.Second) {
		out.Interval = 365 * 24 * time.Hour // far outside the bounds, and no overflow into them
	}
	for _, d := range r.On {
		if !slices.Contains(out.On, call.Disposition(d)) {
			out.On = append(out.On, call.Disposition(d))
		}
	}
	return out
}

func redialShown(r campaign.Redial) Redial {
	out := Redial{MaxAttempts: r.MaxAttempts, IntervalSeconds: int64(r.Interval / time.Second)}
	for _, d := range r.On {
		out.On = append(out.On, string(d))
	}
	return out
}

func policyOf(d DNC) dnc.Policy {
	out := dnc.Policy{Enabled: d.Enabled}
	for _, id := range d.GroupIDs {
		if !slices.Contains(out.Groups, dnc.GroupID(id)) {
			out.Groups = append(out.Groups, dnc.GroupID(id))
		}
	}
	return out
}

func policyShown(p dnc.Policy) DNC {
	out := DNC{Enabled: p.Enabled, GroupIDs: make([]int64, 0, len(p.Groups))}
	for _, id := range p.Groups {
		out.GroupIDs = append(out.GroupIDs, int64(id))
	}
	return out
}

func wechatOf(w WeChat) push.Policy {
	out := push.Policy{Robot: push.RobotID(w.RobotID)}
	for _, g := range w.Grades {
		if !slices.Contains(out.Grades, g) {
			out.Grades = append(out.Grades, g)
		}
	}
	slices.Sort(out.Grades)
	return out
}

func wechatShown(p push.Policy) WeChat {
	return WeChat{RobotID: int64(p.Robot), Grades: append([]string{}, p.Grades...)}
}

// moment is nil for a time that never came.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
