package spoken

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// day is a date without a time of day.
type day struct {
	at    time.Time // its midnight, where the callee is
	known bool
}

const han = `[0-9零〇一二两三四五六七八九十]`

var (
	isoDay     = regexp.MustCompile(`(\d{4})[-/年.](\d{1,2})[-/月.](\d{1,2})`)
	hanDay     = regexp.MustCompile(`(?:(今年|明年|后年|` + han + `{2,4}年)的?)?(` + han + `{1,3})月份?(?:的?(` + han + `{1,4})[号日]?)?`)
	ofMonth    = regexp.MustCompile(`(这个月|本月|下个月|下下个月|下月)?的?(` + han + `{1,3})[号日]`)
	weekday    = regexp.MustCompile(`(下下个?|下个?|这个?|本)?(?:周|星期|礼拜)([一二三四五六日天末])`)
	relative   = regexp.MustCompile(`大后天|后天|明天|明日|明早|明晚|今天|今日|今早|今晚|昨天|前天`)
	inDays     = regexp.MustCompile(`(?:过)?(` + han + `{1,3})(天|周|个?星期|个?礼拜|个月)(?:之后|以后|后)`)
	timeOfDay  = regexp.MustCompile(`(凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|今晚|明晚|明早|今早)?(` + han + `{1,3})(?:点钟?|:|时)(?:(半|一刻|三刻|整)|零?(` + han + `{1,3})分?)?`)
	partOfDay  = regexp.MustCompile(`上午|下午|晚上`)
	hanNumbers = regexp.MustCompile(`^` + han + `+$`)
)

var relativeDays = map[string]int{"前天": -2, "昨天": -1, "今天": 0, "今日": 0, "今早": 0, "今晚": 0, "明天": 1, "明日": 1, "明早": 1, "明晚": 1, "后天": 2, "大后天": 3}

func findDate(text string, c Context) (Found, bool) {
	if c.english() {
		return findEnglishDate(text, c)
	}
	d, rest := findDay(text, c)
	hour, minute, timed, exact := findTime(rest, d.known)
	return compose(d, hour, minute, timed, exact, c)
}

// compose makes one value of a day and a time of day.
func compose(d day, hour, minute int, timed, exact bool, c Context) (Found, bool) {
	switch {
	case d.known && !timed:
		return Found{d.at.Format(time.DateOnly), true}, true
	case !timed || !d.known && (!exact || c.Now.IsZero()):
		return Found{}, false
	case !d.known:
		d.at = midnight(c.Now)
		if hour*60+minute <= c.Now.Hour()*60+c.Now.Minute() {
			d.at = d.at.AddDate(0, 0, 1) // that time is over today
		}
	}
	y, m, n := d.at.Date()
	return Found{time.Date(y, m, n, hour, minute, 0, 0, time.UTC).Format("2006-01-02T15:04"), true}, true
}

func midnight(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// findDay finds the day, and gives back what is left of the text.
func findDay(text string, c Context) (day, string) {
	cut := func(at []int) string { return text[:at[0]] + "|" + text[at[1]:] }
	if at := isoDay.FindStringSubmatchIndex(text); at != nil {
		return dayOf(num(text[at[2]:at[3]]), num(text[at[4]:at[5]]), num(text[at[6]:at[7]])), cut(at)
	}
	if c.Now.IsZero() {
		if at := hanDay.FindStringSubmatchIndex(text); at != nil && at[2] >= 0 && at[6] >= 0 {
			if y, ok := yearOf(text[at[2]:at[3]], c); ok {
				return dayOf(y, num(text[at[4]:at[5]]), num(text[at[6]:at[7]])), cut(at)
			}
		}
		return day{}, text
	}
	today := midnight(c.Now)
	if at := hanDay.FindStringSubmatchIndex(text); at != nil && at[6] >= 0 {
		month, n := num(text[at[4]:at[5]]), num(text[at[6]:at[7]])
		year, told := today.Year(), false
		if at[2] >= 0 {
			year, told = yearOf(text[at[2]:at[3]], c)
		}
		d := dayOf(year, month, n)
		if d.known && !told && d.at.Before(today) {
			d = dayOf(year+1, month, n)
		}
		return d, cut(at)
	}
	if at := inDays.FindStringSubmatchIndex(text); at != nil {
		n := num(text[at[2]:at[3]])
		switch unit := text[at[4]:at[5]]; {
		case n == 0 || n > 1000:
		case unit == "天":
			return day{today.AddDate(0, 0, n), true}, cut(at)
		case strings.HasSuffix(unit, "月"):
			return day{today.AddDate(0, n, 0), true}, cut(at)
		default:
			return day{today.AddDate(0, 0, 7*n), true}, cut(at)
		}
	}
	if at := relative.FindStringIndex(text); at != nil {
		word := text[at[0]:at[1]]
		d := day{today.AddDate(0, 0, relativeDays[word]), true}
		if strings.HasSuffix(word, "晚") || strings.HasSuffix(word, "早") {
			return d, text // the part of the day belongs to the time
		}
		return d, cut(at)
	}
	if at := weekday.FindStringSubmatchIndex(text); at != nil {
		which := ""
		if at[2] >= 0 {
			which = text[at[2]:at[3]]
		}
		return onWeekday(today, which, text[at[4]:at[5]]), cut(at)
	}
	if at := ofMonth.FindStringSubmatchIndex(text); at != nil {
		n, month := num(text[at[4]:at[5]]), int(today.Month())
		which := ""
		if at[2] >= 0 {
			which = text[at[2]:at[3]]
		}
		switch {
		case strings.HasPrefix(which, "下下"):
			month += 2
		case strings.HasPrefix(which, "下"):
			month++
		case which == "" && n < today.Day():
			month++
		}
		first := time.Date(today.Year(), time.Month(month), 1, 0, 0, 0, 0, time.UTC)
		if d := dayOf(first.Year(), int(first.Month()), n); d.known {
			return d, cut(at)
		}
	}
	return day{}, text
}

// onWeekday counts weeks from Monday, as people in China do. A weekday alone is the next one, today included.
func onWeekday(today time.Time, which, name string) day {
	n := strings.Index("一二三四五六日", name) / len("一")
	switch name {
	case "天":
		n = 6
	case "末":
		n = 5
	}
	monday := today.AddDate(0, 0, -(int(today.Weekday())+6)%7)
	at := monday.AddDate(0, 0, n)
	switch {
	case strings.HasPrefix(which, "下下"):
		at = at.AddDate(0, 0, 14)
	case strings.HasPrefix(which, "下"):
		at = at.AddDate(0, 0, 7)
	case which == "" && at.Before(today):
		at = at.AddDate(0, 0, 7)
	}
	return day{at, true}
}

// dayOf refuses the thirtieth of February.
func dayOf(y, m, d int) day {
	if y < 1000 || y > 9999 || m < 1 || m > 12 || d < 1 {
		return day{}
	}
	at := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	return day{at, at.Day() == d}
}

func yearOf(said string, c Context) (int, bool) {
	switch said {
	case "今年":
		return c.Now.Year(), true
	case "明年":
		return c.Now.Year() + 1, true
	case "后年":
		return c.Now.Year() + 2, true
	}
	y := num(strings.TrimSuffix(said, "年"))
	if y < 100 {
		y += 2000
	}
	return y, y >= 1000
}

// num reads a small number, 0 when it is none.
func num(s string) int {
	a, ok := readHan([]rune(s))
	if !ok || a.e > 0 || a.m > 9999 {
		return 0
	}
	return int(a.m)
}

// findTime finds a time of day. It is exact when it can hardly be anything else: with a part of the day or with minutes.
func findTime(text string, dated bool) (hour, minute int, ok, exact bool) {
	for _, at := range timeOfDay.FindAllStringSubmatchIndex(text, -1) {
		get := func(i int) string {
			if at[2*i] < 0 {
				return ""
			}
			return text[at[2*i]:at[2*i+1]]
		}
		part, said := get(1), get(2)
		if !hanNumbers.MatchString(said) {
			continue
		}
		hour = num(said)
		exact = part != "" || get(3) != "" || get(4) != "" || strings.Contains(text[at[4]:at[1]], "钟") || said != "一" && said != "两" && at[1] == len(text)
		if hour > 24 || !exact && !dated || said == "一" && part == "" && !dated {
			continue
		}
		switch get(3) {
		case "半":
			minute = 30
		case "一刻":
			minute = 15
		case "三刻":
			minute = 45
		default:
			minute = num(get(4))
		}
		if minute > 59 {
			continue
		}
		if part == "" {
			part = partOfDay.FindString(text[:at[0]])
		}
		return hourOf(hour, part), minute, true, exact
	}
	return 0, 0, false, false
}

// hourOf puts an hour into its part of the day. Without one, nobody means three in the night.
func hourOf(hour int, part string) int {
	switch part {
	case "下午", "傍晚", "晚上", "夜里", "今晚", "明晚":
		if hour < 12 {
			return hour + 12
		}
		if hour == 12 && part != "下午" {
			return 24
		}
	case "中午":
		if hour < 11 {
			return hour + 12
		}
	case "":
		if hour >= 1 && hour <= 7 {
			return hour + 12
		}
	}
	return hour
}

var (
	englishDay     = regexp.MustCompile(`\b(?:(january|february|march|april|may|june|july|august|september|october|november|december)\s+(?:the\s+)?(\d{1,2}|[a-z-]+)(?:st|nd|rd|th)?|(?:the\s+)?(\d{1,2}|[a-z-]+)(?:st|nd|rd|th)?\s+(?:of\s+)?(january|february|march|april|may|june|july|august|september|october|november|december))\b(?:,?\s+(\d{4}))?`)
	englishWeekday = regexp.MustCompile(`\b(next\s+|this\s+)?(monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b`)
	englishNear    = regexp.MustCompile(`\b(the day after tomorrow|tomorrow|today|tonight)\b`)
	englishIn      = regexp.MustCompile(`\bin (\d{1,3}|[a-z]+) (day|week)s?\b`)
	englishClock   = regexp.MustCompile(`\b(?:at\s+)?(\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)(?::(\d{2})|\s+(thirty|fifteen|forty[- ]five))?\s*(a\.?m\b\.?|p\.?m\b\.?|o'?clock|in the (?:morning|afternoon|evening))`)
	englishNoon    = regexp.MustCompile(`\b(noon|midday)\b`)
)

func findEnglishDate(text string, c Context) (Found, bool) {
	d, rest := findEnglishDay(text, c)
	hour, minute, timed := findEnglishTime(rest)
	return compose(d, hour, minute, timed, true, c)
}

func findEnglishDay(text string, c Context) (day, string) {
	if m := isoDay.FindStringSubmatch(text); m != nil {
		return dayOf(num(m[1]), num(m[2]), num(m[3])), strings.Replace(text, m[0], "|", 1)
	}
	today := midnight(c.Now)
	for _, m := range englishDay.FindAllStringSubmatch(text, -1) {
		month, said := m[1]+m[4], m[2]+m[3]
		at, err := time.Parse("January", strings.ToUpper(month[:1])+month[1:])
		n := ordinal(said)
		if err != nil || n == 0 || m[5] == "" && c.Now.IsZero() {
			continue
		}
		year := today.Year()
		if m[5] != "" {
			year = num(m[5])
		}
		d := dayOf(year, int(at.Month()), n)
		if d.known && m[5] == "" && d.at.Before(today) {
			d = dayOf(year+1, int(at.Month()), n)
		}
		if d.known {
			return d, strings.Replace(text, m[0], "|", 1)
		}
	}
	if c.Now.IsZero() {
		return day{}, text
	}
	if m := englishNear.FindString(text); m != "" {
		n := map[string]int{"today": 0, "tonight": 0, "tomorrow": 1}[m]
		if strings.HasPrefix(m, "the day after") {
			n = 2
		}
		return day{today.AddDate(0, 0, n), true}, text
	}
	if m := englishIn.FindStringSubmatch(text); m != nil {
		if a, k := readEnglish([]string{m[1]}); k == 1 && a.m > 0 && a.m < 1000 {
			n := int(a.m)
			if m[2] == "week" {
				n *= 7
			}
			return day{today.AddDate(0, 0, n), true}, strings.Replace(text, m[0], "|", 1)
		}
	}
	if m := englishWeekday.FindStringSubmatch(text); m != nil {
		for w := time.Sunday; w <= time.Saturday; w++ {
			if strings.ToLower(w.String()) != m[2] {
				continue
			}
			name := []string{"日", "一", "二", "三", "四", "五", "六"}[w]
			which := map[string]string{"next": "下", "this": "这"}[strings.TrimSpace(m[1])]
			return onWeekday(today, which, name), text
		}
	}
	return day{}, text
}

func ordinal(said string) int {
	for i, o := range ordinals {
		if o != "" && (said == o || said == strings.ReplaceAll(o, "-", " ")) {
			return i
		}
	}
	if n := num(said); n >= 1 && n <= 31 {
		return n
	}
	if a, k := readEnglish([]string{said}); k == 1 && a.m >= 1 && a.m <= 31 {
		return int(a.m)
	}
	return 0
}

func findEnglishTime(text string) (hour, minute int, ok bool) {
	if m := englishClock.FindStringSubmatch(text); m != nil {
		a, _ := readEnglish([]string{m[1]})
		hour = int(a.m)
		minute = map[string]int{"thirty": 30, "fifteen": 15, "forty-five": 45, "forty five": 45}[m[3]]
		if m[2] != "" {
			_, _ = fmt.Sscan(strings.TrimPrefix(m[2], "0"), &minute)
		}
		if hour > 23 || minute > 59 {
			return 0, 0, false
		}
		half := m[4]
		switch {
		case strings.HasPrefix(half, "p") || strings.HasSuffix(half, "afternoon") || strings.HasSuffix(half, "evening"):
			if hour < 12 {
				hour += 12
			}
		case strings.HasPrefix(half, "a"):
			hour %= 12
		case strings.HasPrefix(half, "o"):
			hour = hourOf(hour, "")
		}
		return hour, minute, true
	}
	if englishNoon.MatchString(text) {
		return 12, 0, true
	}
	return 0, 0, false
}
