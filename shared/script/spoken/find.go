package spoken

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Found is a value that somebody said.
type Found struct {
	// Value is in the form that Say takes: 35000, 1200.5, 2026-10-01, 2026-10-01T15:00, 13812345678.
	Value string
	// Sure tells that the words can hardly mean anything else. The 一 of 等一下 is a number, but not surely.
	Sure bool
}

// maxSaid bounds what is looked at, in characters.
const maxSaid = 400

// Find takes a value of a kind out of what somebody said. Dates need the context's time, unless they name the year.
func Find(k Kind, said string, c Context) (Found, bool) {
	said = Plain(said, maxSaid)
	text := strings.ToLower(halfWidth(said))
	var f Found
	var ok bool
	switch k {
	case KindText:
		return Found{Value: said}, said != ""
	case KindName:
		return findName(said, c)
	case KindPhone:
		f, ok = findPhone(text, c)
	case KindDate:
		f, ok = findDate(text, c)
	case KindMoney, KindNumber:
		f, ok = findNumber(text, k == KindMoney, c)
	}
	if !ok || !Fits(k.Format(), f.Value) { // larger or finer than anything that people speak of
		return Found{}, false
	}
	f.Sure = f.Sure && !open(text, c)
	return f, ok
}

// open tells a sentence that asks, declines or puts off: a value in it may be meant otherwise.
func open(text string, c Context) bool {
	list := openHan
	if c.english() {
		text, list = " "+text+" ", openEnglish
	}
	return slices.ContainsFunc(list, func(w string) bool { return strings.Contains(text, w) })
}

var (
	openHan = []string{"不", "没", "别", "吗", "多少", "什么", "怎么", "为啥", "哪", "谁", "几点", "几号", "再打", "再说", "再联系", "改天", "等一下", "等等", "稍等", "?"}
	// Words of one apostrophe are written without it by some recognisers.
	openEnglish = []string{" not ", "n't ", " no ", " never ", " what ", " why ", " how ", " who ", " where ", " call me ", " call back ", " later ", " hold on ", " wait ", "?"}
)

func halfWidth(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 0xFF01 && r <= 0xFF5E:
			return r - 0xFEE0
		case r == 0x3000:
			return ' '
		}
		return r
	}, s)
}

// adverb is the 十分 of 十分满意, which is no ten points.
var adverb = regexp.MustCompile(`(^|[^0-9零一二两三四五六七八九十百千])[十万]分([^\P{Han}吧了的啊呢嘛可应钟])`)

// idioms hold a numeral and mean no number.
var idioms = []string{"一下", "一点点", "一点儿", "一点都", "有一点", "快一点", "慢一点", "大声一点", "便宜一点", "一些", "一样", "一直", "一定", "一起", "一会", "一般", "一遍",
	"一共", "一边", "一切", "一方面", "第一", "统一", "万一", "唯一", "千万别", "千万不", "四处", "乱七八糟", "不三不四", "一听", "一看", "一说", "一家人",
	"一句", "百分百", "百分之百", "一口气", "二话", "三心二意", "一时", "一旦", "一来", "一辈子", "周一", "周二", "周三", "周四", "周五", "周六", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "一楼"}

func findNumber(text string, asMoney bool, c Context) (Found, bool) {
	if c.english() {
		return findEnglishNumber(text, asMoney)
	}
	if !strings.ContainsFunc(text, numeric) {
		return Found{}, false // as most of what is said
	}
	s := withoutGroups([]rune(adverb.ReplaceAllString(withoutIdioms(text), "${1}嗯嗯$2")))
	for from := 0; from < len(s); {
		if !numeric(s[from]) {
			from++
			continue
		}
		to := from
		for to < len(s) && (numeric(s[to]) || (s[to] == '点' || s[to] == '.') && to > from && to+1 < len(s) && isDigit(s[to+1])) {
			to++
		}
		a, ok := readHan(s[from:to])
		if !ok {
			from = to
			continue
		}
		f := Found{Sure: to-from > 1 || whole(s[:from], s[to:])}
		end := to
		if asMoney {
			if a, end, ok = coins(a, s, to); end > to {
				f.Sure = true
			}
			if !ok {
				return Found{}, false
			}
		} else if counted(string(s[to:])) {
			f.Sure = true
		}
		f.Value = a.String()
		f.Sure = f.Sure || whole(s[:from], s[end:])
		return f, true
	}
	return Found{}, false
}

// withoutIdioms blanks them, but not where they are a part of a number: 万一 in 六十四万一千.
func withoutIdioms(text string) string {
	for _, i := range idioms {
		for from := 0; ; {
			at := strings.Index(text[from:], i)
			if at < 0 {
				break
			}
			at += from
			before, _ := utf8.DecodeLastRuneInString(text[:at])
			after, _ := utf8.DecodeRuneInString(text[at+len(i):])
			if from = at + len(i); !numeric(before) && !numeric(after) {
				text = text[:at] + strings.Repeat("嗯", len(i)/len("嗯")) + text[from:]
			}
		}
	}
	return text
}

func isDigit(r rune) bool {
	_, ok := digitOf(r)
	return ok
}

// withoutGroups drops the commas of 35,000.
func withoutGroups(s []rune) []rune {
	out := s[:0:0]
	for i, r := range s {
		if r == ',' && i > 0 && i+3 < len(s) && ascii(s[i-1]) && ascii(s[i+1]) && ascii(s[i+2]) && ascii(s[i+3]) {
			continue
		}
		out = append(out, r)
	}
	return out
}

func ascii(r rune) bool { return r >= '0' && r <= '9' }

// coins reads the units of money after a number: 一千二百块五, 三块五毛, 五角, 二十元零五分.
func coins(a amount, s []rune, at int) (amount, int, bool) {
	part := func(from int, places int) (amount, int) {
		for from < len(s) && (s[from] == '零' || s[from] == '〇') {
			from++
		}
		if from < len(s) {
			if d, ok := digitOf(s[from]); ok {
				return amount{d, places}, from + 1
			}
		}
		return amount{}, -1
	}
	if at >= len(s) {
		return a, at, true
	}
	switch s[at] {
	case '毛', '角':
		if a.e > 0 {
			return a, at, true
		}
		a.e, at = 1, at+1
	case '分':
		if a.e > 0 {
			return a, at, true
		}
		return amount{a.m, 2}, at + 1, true
	case '块', '元', '圆':
		at++
		if at < len(s) && s[at] == '钱' {
			at++
		}
		jiao, end := part(at, 1)
		if end < 0 {
			return a, at, true
		}
		unit := rune(0)
		if end < len(s) {
			unit = s[end]
		}
		switch unit {
		case '毛', '角':
			end++
		case '分':
			jiao.e = 2
			sum, ok := a.plus(jiao)
			return sum, end + 1, ok
		default:
			if numeric(unit) {
				return a, at, true // another number
			}
		}
		sum, ok := a.plus(jiao)
		if !ok {
			return a, at, false
		}
		a, at = sum, end
	default:
		return a, at, true
	}
	if fen, end := part(at, 2); end > 0 && (end == len(s) || !numeric(s[end])) {
		if end < len(s) && s[end] == '分' {
			end++
		}
		sum, ok := a.plus(fen)
		return sum, end, ok
	}
	return a, at, true
}

// whole tells whether nothing but padding stands around a value.
func whole(before, after []rune) bool {
	for _, r := range slices.Concat(before, after) {
		if (unicode.IsLetter(r) || unicode.IsNumber(r)) && !strings.ContainsRune("嗯呃额啊哦吧呢了的就要想是我大概差不多左右有那个吗嘛块元钱约可能应该人岁来上下先", r) {
			return false
		}
	}
	return true
}

func findEnglishNumber(text string, asMoney bool) (Found, bool) {
	words := strings.FieldsFunc(strings.ReplaceAll(text, "$", "dollars "), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && r != '-' && r != ',' && r != '.'
	})
	for i := range words {
		words[i] = strings.Trim(words[i], ",.-")
	}
	for i := range words {
		if a, ok := pointed(words[i]); ok {
			return Found{a.String(), true}, true
		}
		a, n := readEnglish(words[i:])
		if n == 0 {
			continue
		}
		rest := words[i+n:]
		if asMoney && len(rest) > 0 && (strings.HasPrefix(rest[0], "dollar") || strings.HasPrefix(rest[0], "pound") || strings.HasPrefix(rest[0], "euro")) {
			if cents, k := readEnglish(withoutAnd(rest[1:])); k > 0 && cents.e == 0 && cents.m < 100 {
				if sum, ok := a.plus(amount{cents.m, 2}); ok {
					return Found{sum.String(), true}, true
				}
			}
			return Found{a.String(), true}, true
		}
		short := a.m < 10 && a.e == 0 && len(words) > n+2
		return Found{a.String(), !short}, true
	}
	return Found{}, false
}

func withoutAnd(words []string) []string {
	if len(words) > 0 && words[0] == "and" {
		return words[1:]
	}
	return words
}

// pointed reads 3.5 and 1,200.50.
func pointed(w string) (amount, bool) {
	if !strings.Contains(w, ".") {
		return amount{}, false
	}
	a, _, ok := decimal(w)
	return a, ok
}

var phoneWords = map[string]string{"zero": "0", "oh": "0", "o": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
	"seven": "7", "eight": "8", "nine": "9"}

// findPhone reads a number that is said digit by digit.
func findPhone(text string, c Context) (Found, bool) {
	if c.english() {
		text = englishDigits(text)
	}
	best, run := "", ""
	flush := func() {
		run = strings.TrimPrefix(run, "0086")
		if len(run) == 13 && strings.HasPrefix(run, "861") {
			run = run[2:]
		}
		if len(run) >= 5 && len(run) <= 15 && len(run) > len(best) {
			best = run
		}
		run = ""
	}
	for _, r := range text {
		switch {
		case r == '幺' || r == '妖' || r == '腰' || r == '吆':
			run += "1"
		case r == '洞':
			run += "0"
		case isDigit(r):
			d, _ := digitOf(r)
			run += itoa(d)
		case r == '两':
			run += "2"
		case strings.ContainsRune(" -,.，、。 +嗯呃啊", r):
		default:
			flush()
		}
	}
	flush()
	if best == "" {
		return Found{}, false
	}
	mobile := len(best) == 11 && best[0] == '1' && best[1] >= '3'
	fixed := best[0] == '0' && len(best) >= 10 && len(best) <= 12 || len(best) == 10
	return Found{best, mobile || fixed || len(best) >= 7 && whole([]rune(strings.Map(dropDigits, text)), nil)}, true
}

func dropDigits(r rune) rune {
	if isDigit(r) || strings.ContainsRune("幺妖腰吆洞", r) {
		return -1
	}
	return r
}

// englishDigits writes the words of digits as digits, double and triple as well.
func englishDigits(text string) string {
	times := 1
	var b strings.Builder
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == ',' || r == '-' || r == '.' }) {
		switch d, ok := phoneWords[w]; {
		case w == "double":
			times = 2
			continue
		case w == "triple":
			times = 3
			continue
		case ok:
			b.WriteString(strings.Repeat(d, times))
		case strings.Trim(w, "0123456789+()") == "":
			b.WriteString(strings.Repeat(strings.Trim(w, "+()"), times))
		default:
			b.WriteString("|")
		}
		times = 1
	}
	return b.String()
}
