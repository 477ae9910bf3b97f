package nlu

import "unicode"

// polarity is how the words around a keyword turn its meaning. Of several occurrences of a keyword the lesser counts.
type polarity uint8

const (
	plain    polarity = iota
	negated           // an odd number of negators: 不 需要, 不是 很 感兴趣, 需要 个屁
	question          // A-not-A: 需 不 需要, 可 不 可以: neither yes nor no
)

var (
	negators = runes("并不是", "又不是", "也不是", "不是", "没有", "并非", "不", "没", "别", "未", "无", "甭", "勿", "唔", "冇",
		"not ", "dont ", "do not ", "doesnt ", "didnt ", "no ", "never ", "cant ", "cannot ", "wont ", "isnt ", "arent ", "aint ", "wasnt ", "havent ", "am not ", "im not ", "without ")
	// Adverbs and light verbs may stand between a negator and what it negates. 我 is not among them: 不是我需要 negates
	// nothing of 需要.
	between = runes("怎么", "那么", "这么", "特别", "真的", "什么", "啥", "现在", "暂时", "目前", "打算", "非常", "十分", "一定", "见得", "至于", "觉得", "再", "咋", "说", "讲",
		"需要", "考虑", "办理", "办过", "办", "装", "买", "问", "太", "很", "大", "想", "会", "能", "要", "是", "有", "多", "对这个", "对这", "对", "用", "得", "必", "给我", "给", "老", "总", "去",
		"really ", "very ", "that ", "so ", "any ", "at all ", "right now ", "want ", "to ", "be ", "all that ", "too ", "actually ", "currently ", "a ", "my ", "the ", "say ")
	degrees = []rune("太很大再都也多") // 不是太不太 is no 太不太
	// Before a negator these ask what nobody denies: 谁 不想要, 哪能 不需要. Before a plain word they deny it: 哪能 同意.
	rhetorical = runes("谁", "哪能", "怎么能", "怎么会", "怎么可能", "咋能", "咋会", "难道", "岂能", "岂")
	denying    = runes("哪能", "怎么可能", "哪可能", "哪会", "岂能", "鬼才", "傻子才")
	// After a keyword these turn it: 需要个屁, 感兴趣才怪.
	mocking = runes("个屁", "个鬼", "个头", "你个头", "个毛", "个锤子", "才怪", "才有鬼", "就怪了", "not")
	// Conditions: 需要的话 says nothing of needing it.
	conditionAfter  = runes("的话", "了再", "的时候", "我再", "再给", "再联系", "再找", "时再", "就再", "自然", "会联系", "会找", "会打")
	conditionBefore = runes("如果", "要是", "假如", "万一", "等我", "等到", "若是", "若", "啥时候", "什么时候", "哪天", "以后有", "if ", "in case ", "when ")
)

func runes(words ...string) [][]rune {
	out := make([][]rune, len(words))
	for i, w := range words {
		out[i] = []rune(w)
	}
	return out
}

// polarityAt looks back from a keyword at text[at:at+n]. It stops at the first word that neither negates nor may stand
// between, and at a clause boundary.
func polarityAt(text []rune, at, n int) polarity {
	if aNotA(text, at, n) {
		return question
	}
	count, p := 0, at
	afterNegator := n > 1 && isNot(text[at])
	for steps := 0; p > 0 && text[p-1] != boundary && steps < farBack; steps++ {
		head := text[:p]
		if k := suffix(head, negators); k > 0 && wordStart(head, k) {
			// 是不是 asks, and 能不能: the 不 in them negates nothing.
			if p > k && (text[p-k-1] == text[p-1] && isNot(text[p-k]) || k == 1 && text[p-2] == text[p] && !containsRune(degrees, text[p])) {
				return question
			}
			count++
			p -= k
			afterNegator = true
			continue
		}
		if afterNegator {
			if suffix(head, rhetorical) > 0 || text[p-1] == '能' && !(p > 1 && isNot(text[p-2])) && asks(text, at) {
				count++
				break
			}
			afterNegator = false
		} else if suffix(head, denying) > 0 {
			count++
			break
		}
		if k := suffix(head, between); k > 0 && wordStart(head, k) {
			p -= k
			continue
		}
		break
	}
	if prefix(text[at+n:], mocking) > 0 && !latin(text[at]) {
		count++
	}
	if count%2 == 1 {
		return negated
	}
	return plain
}

// farBack is how many words before a keyword are looked at.
const farBack = 12

func isNot(r rune) bool { return r == '不' || r == '没' }

// aNotA finds the question form around a keyword: the verb, 不 or 没, and the verb again.
func aNotA(text []rune, at, n int) bool {
	// The keyword is the second verb: 需 不 [需要].
	if at >= 2 && isNot(text[at-1]) && text[at-2] == text[at] {
		return true
	}
	// The keyword begins with the negator: 需 [不需要], 有 [没有兴趣].
	if at >= 1 && n >= 2 && isNot(text[at]) && text[at-1] == text[at+1] {
		return true
	}
	// The keyword is the first verb: [要] 不要, [可以] 不可以.
	end := at + n
	return end+1 < len(text) && isNot(text[end]) && text[end+1] == text[at]
}

// clauseAround is the clause that a place of the text is in.
func clauseAround(text []rune, at int) (from, to int) {
	for from = at; from > 0 && text[from-1] != boundary; from-- {
	}
	for to = at; to < len(text) && text[to] != boundary; to++ {
	}
	return from, to
}

// asks tells whether the clause around a place ends like a question.
func asks(text []rune, at int) bool {
	_, to := clauseAround(text, at)
	return to > 0 && (text[to-1] == '吗' || text[to-1] == '么' && to > 1 && text[to-2] != '什' && text[to-2] != '怎' && text[to-2] != '那' && text[to-2] != '这')
}

// conditional tells whether a keyword stands in a condition.
func conditional(text []rune, at, n int) bool {
	if prefix(text[at+n:], conditionAfter) > 0 {
		return true
	}
	from, _ := clauseAround(text, at)
	for p := from; p < at; p++ {
		if k := prefix(text[p:at], conditionBefore); k > 0 && wordStart(text[:p+k], k) {
			return true
		}
	}
	return false
}

func suffix(s []rune, of [][]rune) int {
	for _, p := range of {
		if hasSuffix(s, p) {
			return len(p)
		}
	}
	return 0
}

// wordStart refuses a Latin match that begins inside a word.
func wordStart(head []rune, k int) bool {
	i := len(head) - k
	return i == 0 || !latin(head[i]) || !latin(head[i-1])
}

func latin(r rune) bool { return r < 0x250 && (unicode.IsLetter(r) || unicode.IsNumber(r)) }
