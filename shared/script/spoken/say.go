package spoken

import (
	"strings"
	"time"
)

// Context is what the sound of a value depends on besides the value.
type Context struct {
	Language string    // BCP 47; what does not begin with en is said in Chinese
	Now      time.Time // where the callee is; a date of this year is said without the year. May be zero
	Next     string    // the text after the value: 2 is 两 before 个
}

func (c Context) english() bool {
	return c.Language == "en" || strings.HasPrefix(strings.ToLower(c.Language), "en-")
}

// Lengths of what is said, in characters.
const (
	maxText = 100
	maxName = 20
)

// Say is what a value sounds like. One that does not fit its format is said as it stands. Whatever it holds, what comes
// back is plain text of at most a few hundred characters.
func Say(f Format, value string, c Context) string {
	value = Plain(value, maxText)
	var said string
	var ok bool
	switch f {
	case Money:
		said, ok = money(value, c)
	case Number:
		said, ok = number(value, c)
	case Digits:
		said, ok = digits(value, c, false)
	case Phone:
		said, ok = phone(value, c)
	case Date:
		said, ok = date(value, c)
	case Time:
		said, ok = clock(value, c)
	case Name:
		return Plain(value, maxName)
	}
	if !ok {
		return value
	}
	return said
}

// Fits tells whether a value has the form that its format asks for.
func Fits(f Format, value string) bool {
	switch f {
	case Money:
		_, _, ok := currency(value)
		return ok
	case Number:
		_, _, ok := decimal(value)
		return ok
	case Digits, Phone:
		_, ok := keys(value)
		return ok
	case Date:
		_, _, ok := dateValue(value)
		return ok
	case Time:
		_, ok := timeValue(value)
		return ok
	}
	return true
}

// decimal reads -1,234.50.
func decimal(value string) (a amount, negative, ok bool) {
	value = strings.TrimSpace(value)
	rest, negative := strings.CutPrefix(value, "-")
	rest = strings.TrimPrefix(rest, "+")
	whole, fraction, point := strings.Cut(rest, ".")
	if strings.Contains(whole, ",") {
		groups := strings.Split(whole, ",")
		for i, g := range groups {
			if len(g) != 3 && (i > 0 || len(g) == 0 || len(g) > 3) {
				return a, false, false
			}
		}
		whole = strings.Join(groups, "")
	}
	if whole == "" || len(whole) > 16 || len(fraction) > 6 || point && fraction == "" || strings.Trim(whole+fraction, "0123456789") != "" {
		return a, false, false
	}
	var m int64
	for _, d := range whole {
		m = m*10 + int64(d-'0')
	}
	if m >= maxWhole {
		return a, false, false
	}
	fraction = strings.TrimRight(fraction, "0")
	for _, d := range fraction {
		if m > maxAmount/10 {
			return a, false, false
		}
		m = m*10 + int64(d-'0')
	}
	return amount{m, len(fraction)}, negative, true
}

func (a amount) split() (whole, fraction int64, places int) {
	scale := int64(1)
	for range a.e {
		scale *= 10
	}
	return a.m / scale, a.m % scale, a.e
}

func number(value string, c Context) (string, bool) {
	a, negative, ok := decimal(value)
	if !ok {
		return "", false
	}
	whole, fraction, places := a.split()
	var said string
	switch {
	case c.english():
		said = englishNumber(whole)
	case whole == 2 && fraction == 0 && counted(c.Next):
		said = "两"
	default:
		said = hanNumber(whole)
	}
	if fraction > 0 {
		point := "点"
		if c.english() {
			point = " point"
		}
		said += point + places10(fraction, places, c)
	}
	if negative && a.m > 0 {
		said = map[bool]string{true: "minus ", false: "负"}[c.english()] + said
	}
	return said, true
}

// places10 reads decimals one by one.
func places10(fraction int64, places int, c Context) string {
	s := itoa(fraction)
	for len(s) < places {
		s = "0" + s
	}
	s = strings.TrimRight(s, "0")
	var b strings.Builder
	for _, d := range s {
		if c.english() {
			b.WriteString(" " + ones[d-'0'])
		} else {
			b.WriteString(hanDigit(int64(d - '0')))
		}
	}
	return b.String()
}

// counted tells whether a text begins with a measure word.
func counted(next string) bool {
	for _, m := range measures {
		if strings.HasPrefix(next, m) {
			return true
		}
	}
	return false
}

var measures = []string{"个", "位", "名", "次", "天", "年", "周", "小时", "件", "张", "套", "台", "辆", "间", "条", "本", "份", "家", "节", "门", "堂",
	"块", "元", "万", "千", "亿", "层", "室", "期", "笔", "遍", "趟", "种", "人", "岁", "口", "只", "部", "项", "颗", "瓶", "盒", "杯", "斤", "公斤", "米", "公里", "平米", "分钟", "分", "点", "折"}

var currencies = []struct {
	sign, han, one, many, cent, cents string
}{
	{"HK$", "港元", "Hong Kong dollar", "Hong Kong dollars", "cent", "cents"},
	{"US$", "美元", "dollar", "dollars", "cent", "cents"},
	{"$", "美元", "dollar", "dollars", "cent", "cents"},
	{"€", "欧元", "euro", "euros", "cent", "cents"},
	{"£", "英镑", "pound", "pounds", "penny", "pence"},
	{"¥", "元", "yuan", "yuan", "", ""},
	{"￥", "元", "yuan", "yuan", "", ""},
}

// currency reads an amount and where in currencies its sign stands; that of the yuan may be left out.
func currency(value string) (a amount, which int, ok bool) {
	which = len(currencies) - 1
	value = strings.TrimSpace(value)
	for i, k := range currencies {
		if rest, found := strings.CutPrefix(value, k.sign); found {
			which, value = i, strings.TrimSpace(rest)
			break
		}
	}
	for _, unit := range []string{"元", "块", "圆"} {
		value = strings.TrimSuffix(value, unit)
	}
	a, negative, ok := decimal(value)
	if !ok || negative || a.e > 2 || a.m > maxMoney {
		return a, which, false
	}
	for a.e < 2 { // to the cent
		a.m, a.e = a.m*10, a.e+1
	}
	return a, which, true
}

const maxMoney = maxAmount / 100

func money(value string, c Context) (string, bool) {
	a, which, ok := currency(value)
	if !ok {
		return "", false
	}
	k := currencies[which]
	whole, cents := a.m/100, a.m%100
	if c.english() {
		return englishMoney(whole, cents, which), true
	}
	if k.han != "元" {
		said := hanNumber(whole)
		if cents > 0 {
			said += "点" + places10(cents, 2, c)
		} else if whole == 2 {
			said = "两"
		}
		return said + k.han, true
	}
	said := ""
	switch {
	case whole == 2:
		said = "两元"
	case whole > 0 || cents == 0:
		said = hanNumber(whole) + "元"
	}
	jiao, fen := cents/10, cents%10
	switch {
	case jiao > 0:
		said += hanDigit(jiao) + "角"
	case fen > 0 && whole > 0:
		said += "零"
	}
	if fen > 0 {
		said += hanDigit(fen) + "分"
	}
	return said, true
}

func englishMoney(whole, cents int64, which int) string {
	k := currencies[which]
	if k.cent == "" {
		said := englishNumber(whole)
		if cents > 0 {
			said += " point" + places10(cents, 2, Context{Language: "en"})
		}
		return said + " " + k.many
	}
	said := ""
	if whole > 0 || cents == 0 {
		said = englishNumber(whole) + " " + plural(whole, k.one, k.many)
	}
	if cents > 0 {
		if said != "" {
			said += " and "
		}
		said += englishNumber(cents) + " " + plural(cents, k.cent, k.cents)
	}
	return said
}

func plural(n int64, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// keys are the digits of a number that is read digit by digit; signs that only group them are left out.
func keys(value string) (string, bool) {
	var b strings.Builder
	for _, r := range value {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == ' ' || r == '-' || r == '(' || r == ')' || r == '.' || r == '+' && b.Len() == 0:
		default:
			return "", false
		}
	}
	return b.String(), b.Len() > 0 && b.Len() <= 40
}

func digits(value string, c Context, onePhone bool) (string, bool) {
	s, ok := keys(value)
	if !ok {
		return "", false
	}
	var b strings.Builder
	for i, d := range s {
		switch {
		case c.english():
			if i > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(ones[d-'0'])
		case d == '1' && onePhone:
			b.WriteString("幺")
		default:
			b.WriteString(hanDigit(int64(d - '0')))
		}
	}
	return b.String(), true
}

// phone reads a telephone number in the groups that people say it in.
func phone(value string, c Context) (string, bool) {
	s, ok := keys(value)
	if !ok || len(s) > 20 {
		return "", false
	}
	if len(s) == 13 && strings.HasPrefix(s, "86") && s[2] == '1' {
		s = s[2:]
	}
	if len(s) == 15 && strings.HasPrefix(s, "0086") {
		s = s[4:]
	}
	var parts []string
	for _, g := range groups(s) {
		said, _ := digits(g, c, true)
		parts = append(parts, said)
	}
	if c.english() {
		return strings.Join(parts, ", "), true
	}
	return strings.Join(parts, "，"), true
}

func groups(s string) []string {
	var sizes []int
	switch n := len(s); {
	case n == 11 && s[0] == '1':
		sizes = []int{3, 4, 4}
	case n == 10 && (strings.HasPrefix(s, "400") || strings.HasPrefix(s, "800")):
		sizes = []int{3, 3, 4}
	case n == 11 && (strings.HasPrefix(s, "01") || strings.HasPrefix(s, "02")):
		sizes = []int{3, 4, 4}
	case n >= 11 && s[0] == '0':
		sizes = []int{4, n - 8, 4}
	case n == 10:
		sizes = []int{3, 3, 4}
	case n == 7:
		sizes = []int{3, 4}
	case n <= 6:
		sizes = []int{n}
	default:
		for rest := n; rest > 0; rest -= 4 {
			sizes = append(sizes, min(4, rest))
		}
	}
	var out []string
	for _, k := range sizes {
		out = append(out, s[:k])
		s = s[k:]
	}
	return out
}
