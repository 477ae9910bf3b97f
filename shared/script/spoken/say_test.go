package spoken_test

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/outdial/outdial/shared/script/spoken"
)

// now is a Saturday.
var now = time.Date(2026, 11, 21, 15, 10, 0, 0, time.UTC)

func TestSay(t *testing.T) {
	for _, c := range []struct {
		format            spoken.Format
		value, next, want string
	}{
		{spoken.Money, "1200.5", "", "一千二百元五角"},
		{spoken.Money, "1200", "", "一千二百元"},
		{spoken.Money, "¥1,200.05", "", "一千二百元零五分"},
		{spoken.Money, "1200.55元", "", "一千二百元五角五分"},
		{spoken.Money, "0.5", "", "五角"},
		{spoken.Money, "0.05", "", "五分"},
		{spoken.Money, "0", "", "零元"},
		{spoken.Money, "2", "", "两元"},
		{spoken.Money, "$45.5", "", "四十五点五美元"},
		{spoken.Money, "35000", "", "三万五千元"},
		{spoken.Money, "1.234", "", "1.234"},
		{spoken.Money, "-5", "", "-5"},
		{spoken.Money, "很多", "", "很多"},
		{spoken.Number, "2", "个名额", "两"},
		{spoken.Number, "2", "号楼", "二"},
		{spoken.Number, "2", "天", "两"},
		{spoken.Number, "12", "个", "十二"},
		{spoken.Number, "10", "", "十"},
		{spoken.Number, "110", "", "一百一十"},
		{spoken.Number, "200", "", "两百"},
		{spoken.Number, "1200", "", "一千二百"},
		{spoken.Number, "2002", "", "两千零二"},
		{spoken.Number, "10010", "", "一万零一十"},
		{spoken.Number, "22222", "", "两万两千二百二十二"},
		{spoken.Number, "100000000", "", "一亿"},
		{spoken.Number, "1000000000000", "", "一万亿"},
		{spoken.Number, "3.50", "", "三点五"},
		{spoken.Number, "-3", "", "负三"},
		{spoken.Digits, "10010", "", "一零零一零"},
		{spoken.Digits, "12-34", "", "一二三四"},
		{spoken.Digits, "A12", "", "A12"},
		{spoken.Phone, "13812345678", "", "幺三八，幺二三四，五六七八"},
		{spoken.Phone, "+86 138 1234 5678", "", "幺三八，幺二三四，五六七八"},
		{spoken.Phone, "0571-87654321", "", "零五七幺，八七六五，四三二幺"},
		{spoken.Phone, "4008123456", "", "四零零，八幺二，三四五六"},
		{spoken.Phone, "10086", "", "幺零零八六"},
		{spoken.Date, "2026-10-01", "", "十月一日"},
		{spoken.Date, "2027-10-01", "", "二零二七年十月一日"},
		{spoken.Date, "2026-11-22T15:00", "", "十一月二十二日下午三点"},
		{spoken.Date, "2026/3/8", "", "三月八日"},
		{spoken.Date, "下周", "", "下周"},
		{spoken.Time, "15:30", "", "下午三点三十分"},
		{spoken.Time, "09:05", "", "上午九点零五分"},
		{spoken.Time, "14:00", "", "下午两点"},
		{spoken.Time, "00:00", "", "凌晨零点"},
		{spoken.Name, "王先生", "", "王先生"},
		{spoken.Name, "王<break time=\"9s\"/>先生", "", "王 先生"},
		{spoken.Text, "A & B [[p]]", "", "A B p"},
		{"", "x", "", "x"},
	} {
		got := spoken.Say(c.format, c.value, spoken.Context{Language: "zh", Now: now, Next: c.next})
		if got != c.want {
			t.Errorf("%s of %q before %q: %q, want %q", c.format, c.value, c.next, got, c.want)
		}
	}
	if got := spoken.Say(spoken.Date, "2026-10-01", spoken.Context{}); got != "二零二六年十月一日" {
		t.Errorf("a date at an unknown time: %q", got)
	}
}

func TestSayEnglish(t *testing.T) {
	for _, c := range []struct {
		format      spoken.Format
		value, want string
	}{
		{spoken.Money, "1200.5", "one thousand two hundred point five yuan"},
		{spoken.Money, "$1200.50", "one thousand two hundred dollars and fifty cents"},
		{spoken.Money, "£1.01", "one pound and one penny"},
		{spoken.Money, "$0.05", "five cents"},
		{spoken.Number, "2", "two"},
		{spoken.Number, "101", "one hundred and one"},
		{spoken.Number, "3.05", "three point zero five"},
		{spoken.Number, "35000", "thirty-five thousand"},
		{spoken.Digits, "10010", "one zero zero one zero"},
		{spoken.Phone, "2125550123", "two one two, five five five, zero one two three"},
		{spoken.Date, "2026-10-01", "October first"},
		{spoken.Date, "2027-03-22", "March twenty-second, twenty twenty-seven"},
		{spoken.Date, "2026-12-01T15:30", "December first at three thirty p.m."},
		{spoken.Time, "00:05", "twelve oh five a.m."},
		{spoken.Time, "12:00", "twelve p.m."},
	} {
		if got := spoken.Say(c.format, c.value, spoken.Context{Language: "en-US", Now: now}); got != c.want {
			t.Errorf("%s of %q: %q, want %q", c.format, c.value, got, c.want)
		}
	}
}

func TestFits(t *testing.T) {
	for f, values := range map[spoken.Format][2]string{
		spoken.Money: {"1,200.50", "viel"}, spoken.Number: {"-3.5", "3.5.1"}, spoken.Digits: {"10010", "10a"}, spoken.Phone: {"+86 138-1234-5678", "x"},
		spoken.Date: {"2026-10-01", "2026-13-01"}, spoken.Time: {"15:00", "25:00"},
	} {
		if !spoken.Fits(f, values[0]) || spoken.Fits(f, values[1]) {
			t.Errorf("%s: %q fits %v, %q fits %v", f, values[0], spoken.Fits(f, values[0]), values[1], spoken.Fits(f, values[1]))
		}
	}
	if !spoken.Fits(spoken.Text, "anything") || !spoken.Fits(spoken.Name, "anybody") {
		t.Error("text and names are free")
	}
}

func TestPlain(t *testing.T) {
	for in, want := range map[string]string{
		"<speak>您好</speak>":          "您好",
		"a < b > c":                  "a b c",
		"x\x00\x1b[31m\u202ey\u200b": "x 31my",
		"  two   spaces ":            "two spaces",
		"\xff\xfe":                   "",
		"<script>alert(1)</script>":  "alert(1)",
		"<br":                        "br",
	} {
		if got := spoken.Plain(in, 50); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	if got := spoken.Plain(strings.Repeat("长", 1000), 20); utf8.RuneCountInString(got) != 20 {
		t.Errorf("%d characters are left", utf8.RuneCountInString(got))
	}
}

func FuzzSay(f *testing.F) {
	for _, v := range []string{"1200.5", "$1,2", "2026-10-01", "+86 138", "<a>", "\xff", "9999999999999999", "0.000001", "-0", "24:00", "99999999999.99"} {
		for i := range spoken.Formats() {
			f.Add(i, v, "en")
		}
	}
	f.Fuzz(func(t *testing.T, which int, value, language string) {
		all := spoken.Formats()
		said := spoken.Say(all[uint(which)%uint(len(all))], value, spoken.Context{Language: language, Now: now})
		if !utf8.ValidString(said) || utf8.RuneCountInString(said) > 500 {
			t.Errorf("%q becomes %d characters", value, utf8.RuneCountInString(said))
		}
		if strings.ContainsAny(said, "<>[]{}\\") || strings.ContainsFunc(said, unicode.IsControl) {
			t.Errorf("%q becomes %q", value, said)
		}
	})
}
