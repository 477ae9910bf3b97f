package spoken

import (
	"strings"
)

const hanDigits = "零一二三四五六七八九"

func hanDigit(d int64) string { return string([]rune(hanDigits)[d]) }

// maxWhole bounds the whole numbers that are said as such; longer ones are read digit by digit.
const maxWhole = 1e16

// hanNumber says a whole number below maxWhole: 1200 is 一千二百.
func hanNumber(n int64) string {
	s := hanPart(n)
	if strings.HasPrefix(s, "一十") {
		s = strings.TrimPrefix(s, "一")
	}
	// Two hundred at the head of a number is 两百; inside one, 二百.
	if strings.HasPrefix(s, "二百") {
		s = "两" + strings.TrimPrefix(s, "二")
	}
	return s
}

func hanPart(n int64) string {
	for _, u := range []struct {
		of   int64
		name string
	}{{1e8, "亿"}, {1e4, "万"}} {
		if n < u.of {
			continue
		}
		high, low := n/u.of, n%u.of
		head := hanPart(high)
		if high == 2 {
			head = "两"
		}
		if low == 0 {
			return head + u.name
		}
		if low < u.of/10 {
			return head + u.name + "零" + hanPart(low)
		}
		return head + u.name + hanPart(low)
	}
	return hanSection(n)
}

// hanSection says what lies below ten thousand.
func hanSection(n int64) string {
	if n < 10 {
		return hanDigit(n)
	}
	var b strings.Builder
	gap := false
	for _, u := range []struct {
		of   int64
		name string
	}{{1000, "千"}, {100, "百"}, {10, "十"}} {
		d := n / u.of
		n %= u.of
		switch {
		case d > 0:
			if gap {
				b.WriteString("零")
			}
			gap = false
			if d == 2 && u.of == 1000 {
				b.WriteString("两")
			} else {
				b.WriteString(hanDigit(d))
			}
			b.WriteString(u.name)
		case b.Len() > 0:
			gap = n > 0
		}
	}
	if n > 0 {
		if gap {
			b.WriteString("零")
		}
		b.WriteString(hanDigit(n))
	}
	return b.String()
}

// amount is a number with its decimals: m / 10^e.
type amount struct {
	m int64
	e int
}

const maxAmount = int64(1e17)

func (a amount) times(unit int64) (amount, bool) {
	for unit > 1 && a.e > 0 {
		a.e--
		unit /= 10
	}
	if a.m > maxAmount/unit {
		return amount{}, false
	}
	return amount{a.m * unit, a.e}, true
}

func (a amount) plus(b amount) (amount, bool) {
	for a.e < b.e {
		if a.m > maxAmount/10 {
			return amount{}, false
		}
		a.m, a.e = a.m*10, a.e+1
	}
	for b.e < a.e {
		if b.m > maxAmount/10 {
			return amount{}, false
		}
		b.m, b.e = b.m*10, b.e+1
	}
	return amount{a.m + b.m, a.e}, a.m+b.m <= maxAmount
}

// String is the number in digits, without zeros that mean nothing.
func (a amount) String() string {
	for a.e > 0 && a.m%10 == 0 {
		a.m, a.e = a.m/10, a.e-1
	}
	s := itoa(a.m)
	if a.e == 0 {
		return s
	}
	for len(s) <= a.e {
		s = "0" + s
	}
	return s[:len(s)-a.e] + "." + s[len(s)-a.e:]
}

var hanUnits = []struct {
	name rune
	of   int64
}{{'亿', 1e8}, {'万', 1e4}, {'千', 1000}, {'百', 100}, {'十', 10}}

// numeric tells the characters that numbers are written with.
func numeric(r rune) bool {
	return r >= '0' && r <= '9' || strings.ContainsRune("零〇一二两三四五六七八九十百千万亿", r)
}

func digitOf(r rune) (int64, bool) {
	switch {
	case r >= '0' && r <= '9':
		return int64(r - '0'), true
	case r == '〇':
		return 0, true
	case r == '两':
		return 2, true
	}
	if i := strings.IndexRune(hanDigits, r); i >= 0 {
		return int64(i / len("零")), true
	}
	return 0, false
}

// readHan reads a number that holds nothing but numeric characters and one point: 三万五, 一千零二十, 3.5万, 一二三.
func readHan(s []rune) (amount, bool) {
	if len(s) == 0 || len(s) > 40 {
		return amount{}, false
	}
	for _, u := range hanUnits {
		at := lastIndex(s, u.name)
		if at < 0 {
			continue
		}
		head := amount{1, 0}
		if at > 0 {
			left := s[:at]
			if len(left) > 1 && (left[0] == '零' || left[0] == '〇') {
				left = left[1:]
			}
			if severalDigits(left) {
				return amount{}, false // 二三十 is a guess, not a number
			}
			var ok bool
			if head, ok = readHan(left); !ok {
				return amount{}, false
			}
		} else if u.name != '十' {
			return amount{}, false
		}
		head, ok := head.times(u.of)
		if !ok {
			return amount{}, false
		}
		tail, ok := readTail(s[at+1:], u.of)
		if !ok {
			return amount{}, false
		}
		return head.plus(tail)
	}
	return readDigits(s)
}

// severalDigits tells Chinese digits in a row, which are no number before a unit.
func severalDigits(s []rune) bool {
	n := 0
	for _, r := range s {
		if _, ok := digitOf(r); !ok {
			return false
		}
		if r > '9' {
			n++
		}
	}
	return n > 1
}

// readTail reads what follows a unit: the 五 of 三万五 is 五千.
func readTail(s []rune, unit int64) (amount, bool) {
	switch {
	case len(s) == 0:
		return amount{}, true
	case len(s) == 1:
		d, ok := digitOf(s[0])
		return amount{d * unit / 10, 0}, ok
	case s[0] == '零' || s[0] == '〇':
		return readHan(s[1:])
	}
	return readHan(s)
}

func readDigits(s []rune) (amount, bool) {
	var a amount
	point, digits := false, 0
	for _, r := range s {
		if r == '点' || r == '.' {
			if point {
				return amount{}, false
			}
			point = true
			continue
		}
		d, ok := digitOf(r)
		if !ok || a.m > maxAmount/10 {
			return amount{}, false
		}
		a.m = a.m*10 + d
		digits++
		if point {
			a.e++
		}
	}
	return a, digits > 0 && (!point || a.e > 0)
}

func lastIndex(s []rune, r rune) int {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == r {
			return i
		}
	}
	return -1
}
