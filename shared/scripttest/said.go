package scripttest

import (
	"math/rand/v2"
	"regexp/syntax"
	"strings"
	"unicode"

	"github.com/outdial/outdial/shared/nlu"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/script/spoken"
)

// fitting says something that a pattern fits.
func (c *callees) fitting(pattern string) saying {
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil { // the reader has refused it
		return c.means(string(nlu.Other))
	}
	tree = tree.Simplify()
	return func(rng *rand.Rand) Input {
		var b strings.Builder
		fit(&b, tree, rng, 0)
		if b.Len() == 0 {
			return Input{Say: pattern}
		}
		return Input{Say: b.String()}
	}
}

// mostFit bounds what a pattern that repeats itself makes.
const mostFit = 120

// fit writes something that a pattern fits. Of what may be left out or repeated, it takes little.
func fit(b *strings.Builder, re *syntax.Regexp, rng *rand.Rand, depth int) {
	if b.Len() > mostFit || depth > 50 {
		return
	}
	times := func(low, high int) {
		for range low + rng.IntN(high-low+1) {
			fit(b, re.Sub[0], rng, depth+1)
		}
	}
	switch re.Op {
	case syntax.OpLiteral:
		b.WriteString(string(re.Rune))
	case syntax.OpCharClass:
		b.WriteRune(oneOf(re.Rune, rng))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		b.WriteRune([]rune("好了在这")[rng.IntN(4)])
	case syntax.OpCapture:
		fit(b, re.Sub[0], rng, depth+1)
	case syntax.OpStar:
		times(0, 2)
	case syntax.OpPlus:
		times(1, 3)
	case syntax.OpQuest:
		times(0, 1)
	case syntax.OpRepeat:
		high := re.Max
		if high < 0 || high > re.Min+2 {
			high = re.Min + 2
		}
		times(re.Min, high)
	case syntax.OpConcat:
		for _, s := range re.Sub {
			fit(b, s, rng, depth+1)
		}
	case syntax.OpAlternate:
		fit(b, re.Sub[rng.IntN(len(re.Sub))], rng, depth+1)
	}
}

// oneOf is a character of a class, one that people say where there is such.
func oneOf(class []rune, rng *rand.Rand) rune {
	if len(class) == 0 {
		return 'x'
	}
	for range 8 {
		i := 2 * rng.IntN(len(class)/2)
		low, high := class[i], class[i+1]
		if r := low + rng.Int32N(min(high-low, 0x2000)+1); unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
	}
	return class[0]
}

// values are what callees say where a node collects something.
var values = map[spoken.Kind][]string{
	spoken.KindNumber: {"三万五", "大概二十个", "12", "一百二十"},
	spoken.KindMoney:  {"一千二百块", "五万块钱左右", "三百五"},
	spoken.KindDate:   {"明天下午三点", "后天吧", "下周一上午十点", "十月二号"},
	spoken.KindPhone:  {"幺三八零零幺三八零零零", "13800138000"},
	spoken.KindName:   {"我叫李雷", "我姓王，王小明"},
	spoken.KindText:   {"在城西那边开个小店", "主要是给孩子用的"},
}

var englishValues = map[spoken.Kind][]string{
	spoken.KindNumber: {"thirty five thousand", "about twenty", "12", "a hundred and twenty"},
	spoken.KindMoney:  {"twelve hundred dollars", "about fifty thousand dollars", "350 dollars"},
	spoken.KindDate:   {"tomorrow at three p.m.", "the day after tomorrow", "next monday at ten in the morning", "october the second"},
	spoken.KindPhone:  {"five five five oh one two three four five six", "2125550123"},
	spoken.KindName:   {"my name is Peter Miller", "this is Jane Brown"},
	spoken.KindText:   {"we run a small shop near the station", "it is mostly for the children"},
}

func valuesOf(language string) map[spoken.Kind][]string {
	if strings.HasPrefix(strings.ToLower(language), "en") {
		return englishValues
	}
	return values
}

// value says what a node collects, half of the time one that a condition asks for, where there is such.
func (c *callees) value(n *script.Node) saying {
	if n == nil {
		return c.means(string(nlu.Other))
	}
	list := valuesOf(c.r.flow.Language)[n.Value]
	if len(list) == 0 {
		return c.means(string(nlu.Other))
	}
	var wanted []string
	for _, v := range c.values[n.Digits.Into] {
		if found, ok := spoken.Find(n.Value, v, spoken.Context{Language: c.r.flow.Language, Now: c.r.now}); ok && found.Value == v {
			wanted = append(wanted, v)
		}
	}
	return func(rng *rand.Rand) Input {
		if len(wanted) > 0 && rng.IntN(2) == 0 {
			return Input{Say: wanted[rng.IntN(len(wanted))]}
		}
		return Input{Say: list[rng.IntN(len(list))]}
	}
}
