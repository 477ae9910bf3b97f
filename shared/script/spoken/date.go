package spoken

import (
	"fmt"
	"strings"
	"time"
)

// dateForms are what a value of format date may look like.
var dateForms = []struct {
	layout string
	timed  bool
}{
	{"2006-01-02", false}, {"2006-01-02T15:04", true}, {"2006-01-02 15:04", true}, {"2006-01-02T15:04:05", true}, {"2006-01-02 15:04:05", true},
	{time.RFC3339, true}, {"2006/1/2", false}, {"2006/1/2 15:04", true}, {"2006.1.2", false}, {"20060102", false}, {"2006年1月2日", false}, {"2006年1月2号", false},
}

func dateValue(value string) (t time.Time, timed, ok bool) {
	value = strings.TrimSpace(value)
	for _, f := range dateForms {
		if t, err := time.Parse(f.layout, value); err == nil && t.Year() >= 1000 && t.Year() <= 9999 {
			return t, f.timed, true
		}
	}
	return t, false, false
}

func timeValue(value string) (t time.Time, ok bool) {
	for _, layout := range []string{"15:04", "15:04:05", "15：04"} {
		if t, err := time.Parse(layout, strings.TrimSpace(value)); err == nil {
			return t, true
		}
	}
	return t, false
}

func date(value string, c Context) (string, bool) {
	t, timed, ok := dateValue(value)
	if !ok {
		return "", false
	}
	thisYear := !c.Now.IsZero() && t.Year() == c.Now.Year()
	said := ""
	if c.english() {
		said = t.Month().String() + " " + ordinals[t.Day()]
		if !thisYear {
			said += ", " + englishYear(t.Year())
		}
		if timed {
			said += " at " + englishTime(t)
		}
		return said, true
	}
	if !thisYear {
		year, _ := digits(fmt.Sprint(t.Year()), c, false)
		said = year + "年"
	}
	said += hanNumber(int64(t.Month())) + "月" + hanNumber(int64(t.Day())) + "日"
	if timed {
		said += hanTime(t)
	}
	return said, true
}

func englishYear(y int) string {
	high, low := int64(y/100), int64(y%100)
	switch {
	case low == 0 && high%10 == 0:
		return englishNumber(int64(y))
	case low == 0:
		return englishNumber(high) + " hundred"
	case high == 20 && low < 10:
		return "two thousand and " + ones[low]
	case low < 10:
		return englishNumber(high) + " oh " + ones[low]
	}
	return englishNumber(high) + " " + englishNumber(low)
}

func clock(value string, c Context) (string, bool) {
	t, ok := timeValue(value)
	if !ok {
		return "", false
	}
	if c.english() {
		return englishTime(t), true
	}
	return hanTime(t), true
}

// dayParts are what the hours are called; each lasts until the next begins.
var dayParts = []struct {
	from int
	name string
}{{0, "凌晨"}, {6, "早上"}, {9, "上午"}, {12, "中午"}, {13, "下午"}, {18, "晚上"}}

func hanTime(t time.Time) string {
	part := ""
	for _, p := range dayParts {
		if t.Hour() >= p.from {
			part = p.name
		}
	}
	hour := t.Hour()
	if hour > 12 {
		hour -= 12
	}
	said := part
	if hour == 2 {
		said += "两点"
	} else {
		said += hanNumber(int64(hour)) + "点"
	}
	switch m := t.Minute(); {
	case m == 0:
	case m < 10:
		said += "零" + hanDigit(int64(m)) + "分"
	default:
		said += hanNumber(int64(m)) + "分"
	}
	return said
}

func englishTime(t time.Time) string {
	hour, half := t.Hour(), "a.m."
	switch {
	case hour == 12:
		half = "p.m."
	case hour > 12:
		hour, half = hour-12, "p.m."
	case hour == 0:
		hour = 12
	}
	said := englishNumber(int64(hour))
	switch m := t.Minute(); {
	case m == 0:
	case m < 10:
		said += " oh " + ones[m]
	default:
		said += " " + englishNumber(int64(m))
	}
	return said + " " + half
}
