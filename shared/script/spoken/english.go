package spoken

import (
	"strconv"
	"strings"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

var (
	ones = []string{"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
		"fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"}
	tens   = []string{"", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"}
	scales = []struct {
		of   int64
		name string
	}{{1e15, "quadrillion"}, {1e12, "trillion"}, {1e9, "billion"}, {1e6, "million"}, {1000, "thousand"}, {100, "hundred"}}
	ordinals = []string{"", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
		"twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth",
		"twenty-first", "twenty-second", "twenty-third", "twenty-fourth", "twenty-fifth", "twenty-sixth", "twenty-seventh",
		"twenty-eighth", "twenty-ninth", "thirtieth", "thirty-first"}
)

// englishNumber says a whole number below maxWhole.
func englishNumber(n int64) string {
	switch {
	case n < 20:
		return ones[n]
	case n < 100:
		if n%10 == 0 {
			return tens[n/10]
		}
		return tens[n/10] + "-" + ones[n%10]
	}
	for _, s := range scales {
		if n < s.of {
			continue
		}
		out := englishNumber(n/s.of) + " " + s.name
		switch rest := n % s.of; {
		case rest == 0:
			return out
		case rest < 100:
			return out + " and " + englishNumber(rest)
		default:
			return out + " " + englishNumber(rest)
		}
	}
	return ""
}

// readEnglish reads the words of a number from a place on; n counts the words that belong to it.
func readEnglish(words []string) (a amount, n int) {
	var total, part, last int64
	seen := false
	for i, w := range words {
		v, unit, ok := englishWord(w)
		switch {
		case w == "and" && seen && i+1 < len(words):
			if _, u, next := englishWord(words[i+1]); next && u == 0 {
				continue
			}
			return amount{total + part, 0}, n
		case w == "point" && seen:
			a, k := readPoint(amount{total + part, 0}, words[i+1:])
			if k == 0 {
				return amount{total + part, 0}, n
			}
			return a, i + 1 + k
		case !ok:
			return amount{total + part, 0}, n
		case unit == 0:
			if seen && last > 0 && last < 20 && v < 100 || total+part > maxAmount/1000 {
				return amount{total + part, 0}, n // "one two": digits, not a number
			}
			part += v
			last = v
		case unit == 100:
			part, last = max(part, 1)*100, 0
		default:
			if max(part, 1) > maxAmount/unit {
				return amount{total + part, 0}, n
			}
			total, part, last = total+max(part, 1)*unit, 0, 0
		}
		seen = true
		n = i + 1
	}
	return amount{total + part, 0}, n
}

func readPoint(a amount, words []string) (amount, int) {
	for i, w := range words {
		v, unit, ok := englishWord(w)
		if !ok || unit != 0 || v > 9 || a.m > maxAmount/10 {
			return a, i
		}
		a.m, a.e = a.m*10+v, a.e+1
	}
	return a, len(words)
}

func englishWord(w string) (value, unit int64, ok bool) {
	if v, err := strconv.ParseInt(strings.ReplaceAll(w, ",", ""), 10, 64); err == nil && v >= 0 && v < maxWhole {
		return v, 0, true
	}
	for _, s := range scales {
		if w == s.name {
			return 0, s.of, true
		}
	}
	for i, o := range ones {
		if w == o {
			return int64(i), 0, true
		}
	}
	for i, t := range tens {
		if t != "" && w == t {
			return int64(i) * 10, 0, true
		}
		if rest, found := strings.CutPrefix(w, t+"-"); found && t != "" {
			for k, o := range ones[1:10] {
				if rest == o {
					return int64(i*10 + k + 1), 0, true
				}
			}
		}
	}
	return 0, 0, false
}
