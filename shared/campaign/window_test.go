package campaign

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/outdial/outdial/shared/errs"
)

func in(t testing.TB, zone string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

const weekdays = Weekdays(1<<time.Monday | 1<<time.Tuesday | 1<<time.Wednesday | 1<<time.Thursday | 1<<time.Friday)

func TestWindow(t *testing.T) {
	shanghai := Window{Zone: "Asia/Shanghai", Weekdays: weekdays, From: 9 * 60, To: 20 * 60}
	newYork := Window{Zone: "America/New_York", Weekdays: EveryDay, From: 9 * 60, To: 20 * 60}
	// Clocks in Lord Howe move by half an hour; in Apia a whole day was left out in 2011.
	lordHowe := Window{Zone: "Australia/Lord_Howe", Weekdays: EveryDay, From: 9*60 + 30, To: 10 * 60}
	apia := Window{Zone: "Pacific/Apia", Weekdays: EveryDay, From: 9 * 60, To: 20 * 60}
	for _, c := range []struct {
		name string
		w    Window
		at   string // in the window's zone
		open bool
		next string
	}{
		{"the first moment", shanghai, "2026-03-04 09:00:00", true, "2026-03-04 09:00:00"},
		{"just before", shanghai, "2026-03-04 08:59:59.999999", false, "2026-03-04 09:00:00"},
		{"the last moment", shanghai, "2026-03-04 19:59:59.999999", true, "2026-03-04 19:59:59.999999"},
		{"the end itself", shanghai, "2026-03-04 20:00:00", false, "2026-03-05 09:00:00"},
		{"after work on Friday", shanghai, "2026-03-06 21:00:00", false, "2026-03-09 09:00:00"},
		{"a Saturday", shanghai, "2026-03-07 12:00:00", false, "2026-03-09 09:00:00"},
		{"midnight", shanghai, "2026-03-09 00:00:00", false, "2026-03-09 09:00:00"},
		{"one day a week, just over", Window{Zone: "Asia/Shanghai", Weekdays: 1 << time.Wednesday, From: 600, To: 660}, "2026-03-04 11:00:00", false, "2026-03-11 10:00:00"},
		{"one day a week, just before", Window{Zone: "Asia/Shanghai", Weekdays: 1 << time.Wednesday, From: 600, To: 660}, "2026-03-04 09:59:00", false, "2026-03-04 10:00:00"},
		{"the evening before clocks go forward", newYork, "2026-03-07 20:00:00", false, "2026-03-08 09:00:00"},
		{"the day clocks go forward", newYork, "2026-03-08 09:00:00", true, "2026-03-08 09:00:00"},
		{"the evening before clocks go back", newYork, "2026-10-31 23:00:00", false, "2026-11-01 09:00:00"},
		{"the day clocks go back", newYork, "2026-11-01 08:59:59", false, "2026-11-01 09:00:00"},
		{"half an hour forward", lordHowe, "2026-10-04 09:29:59", false, "2026-10-04 09:30:00"},
		{"half an hour back", lordHowe, "2026-04-05 09:30:00", true, "2026-04-05 09:30:00"},
		{"the day that was left out", apia, "2011-12-29 21:00:00", false, "2011-12-31 09:00:00"},
	} {
		loc := in(t, c.w.Zone)
		parse := func(s string) time.Time {
			at, err := time.ParseInLocation("2006-01-02 15:04:05", s, loc)
			if err != nil {
				t.Fatal(err)
			}
			return at
		}
		open, next := c.w.Open(parse(c.at).UTC())
		if open != c.open || !next.Equal(parse(c.next)) {
			t.Errorf("%s: %v, %v; want %v, %v", c.name, open, next.In(loc), c.open, c.next)
		}
	}
	if open, next := (Window{Zone: "No/Where", Weekdays: EveryDay, From: 1, To: 2}).Open(time.Now()); open || !next.IsZero() {
		t.Errorf("a window nowhere: %v, %v", open, next)
	}
}

func TestWindowAnywhere(t *testing.T) {
	zones := []string{"Asia/Shanghai", "Asia/Urumqi", "UTC", "America/New_York", "America/Sao_Paulo", "Europe/London", "Asia/Kathmandu", "Australia/Lord_Howe",
		"Africa/Casablanca", "Pacific/Apia", "America/St_Johns", "Asia/Tehran"}
	rapid.Check(t, func(t *rapid.T) {
		w := Window{Zone: rapid.SampledFrom(zones).Draw(t, "zone"), Weekdays: Weekdays(rapid.IntRange(1, int(EveryDay)).Draw(t, "weekdays"))}
		w.From = Minute(rapid.IntRange(int(Earliest), int(Latest)-1).Draw(t, "from"))
		w.To = Minute(rapid.IntRange(int(w.From)+1, int(Latest)).Draw(t, "to"))
		var k errs.Check
		if w.check(&k); k.Err("window") != nil {
			t.Fatalf("a good window was refused: %v", k.Err("window"))
		}
		now := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "now"), rapid.Int64Range(0, 1e9-1).Draw(t, "ns")).UTC()
		loc, err := time.LoadLocation(w.Zone)
		if err != nil {
			t.Fatal(err)
		}
		open, next := w.Open(now)
		if next.IsZero() || next.Before(now) || next.Sub(now) > 15*24*time.Hour {
			t.Fatalf("at %v it opens at %v", now, next)
		}
		if open != next.Equal(now) {
			t.Fatalf("open is %v and next %v at %v", open, next, now)
		}
		// The law's hours hold on the wall clock, whatever the clocks do.
		local := next.In(loc)
		if minute := Minute(local.Hour()*60 + local.Minute()); minute < Earliest || minute >= Latest || !w.Weekdays.Has(local.Weekday()) {
			t.Fatalf("it would call at %v", local)
		}
		if again, _ := w.Open(next); !again {
			t.Fatalf("it is not open at %v, when it said it would be", next)
		}
	})
}

func TestWindowCheck(t *testing.T) {
	good := Window{Zone: "Asia/Shanghai", Weekdays: EveryDay, From: Earliest, To: Latest}
	for name, change := range map[string]func(*Window){
		"no zone":       func(w *Window) { w.Zone = "" },
		"no such zone":  func(w *Window) { w.Zone = "Asia/Nowhere" },
		"no day":        func(w *Window) { w.Weekdays = 0 },
		"an eighth day": func(w *Window) { w.Weekdays = 1<<7 | 1 },
		"before nine":   func(w *Window) { w.From-- },
		"after eight":   func(w *Window) { w.To++ },
		"empty":         func(w *Window) { w.From = w.To },
		"backwards":     func(w *Window) { w.From, w.To = w.To, w.From },
	} {
		w := good
		change(&w)
		var k errs.Check
		if w.check(&k); !errs.Is(k.Err("campaign"), errs.Invalid) {
			t.Errorf("%s was accepted: %+v", name, w)
		}
	}
	var k errs.Check
	if good.check(&k); k.Err("campaign") != nil {
		t.Errorf("a good window was refused: %v", k.Err("campaign"))
	}
}
