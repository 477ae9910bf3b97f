package campaign

import (
	"time"

	"github.com/outdial/outdial/shared/errs"
)

// Earliest and Latest bound every AI campaign's window: nobody is called before nine or after eight in the evening (A4.2).
const (
	Earliest Minute = 9 * 60
	Latest   Minute = 20 * 60
)

// Minute is a time of day, in minutes after midnight.
type Minute int

// Weekdays is a set: bit 0 is Sunday, as in time.Weekday.
type Weekdays uint8

// EveryDay holds all seven.
const EveryDay Weekdays = 1<<7 - 1

// Has tells whether the day is in the set.
func (w Weekdays) Has(d time.Weekday) bool { return w&(1<<uint(d)) != 0 }

// Window is when a campaign may dial, on the wall clock of its zone.
type Window struct {
	Zone     string // IANA name
	Weekdays Weekdays
	From, To Minute // From is inside, To is not
}

func (w Window) check(k *errs.Check) {
	loc, err := time.LoadLocation(w.Zone)
	// "Local" would be another zone on another machine.
	k.Require(err == nil && loc != nil && w.Zone != "" && w.Zone != "Local", "window.zone", "must be an IANA time zone such as Asia/Shanghai")
	k.Require(w.Weekdays&EveryDay != 0 && w.Weekdays&^EveryDay == 0, "window.weekdays", "choose at least one day")
	k.Require(w.From >= Earliest && w.To <= Latest, "window", "calls are allowed from 09:00 to 20:00 at most")
	k.Require(w.From < w.To, "window", "the end must come after the beginning")
}

// Open tells whether the campaign may dial now and, when it may not, from when on it may. Next is zero when the window
// never opens, which a validated window never says.
func (w Window) Open(now time.Time) (open bool, next time.Time) {
	loc, err := time.LoadLocation(w.Zone)
	if err != nil {
		return false, time.Time{}
	}
	local := now.In(loc)
	if w.Weekdays.Has(local.Weekday()) {
		from, to := w.on(local)
		if !local.Before(from) && local.Before(to) {
			return true, now
		}
	}
	for day := 0; day <= 7; day++ {
		d := local.AddDate(0, 0, day)
		if from, to := w.on(d); w.Weekdays.Has(d.Weekday()) && from.After(local) && from.Before(to) {
			return false, from.UTC()
		}
	}
	return false, time.Time{}
}

// on is the window of one day. time.Date moves a time that a change of clocks leaves out to one that exists.
func (w Window) on(day time.Time) (from, to time.Time) {
	at := func(m Minute) time.Time {
		return time.Date(day.Year(), day.Month(), day.Day(), int(m)/60, int(m)%60, 0, 0, day.Location())
	}
	return at(w.From), at(w.To)
}
