package nlu

import "unicode"

// polarity is how the words before a keyword turn its meaning.
type polarity uint8

const (
	plain    polarity = iota
	negated           // an odd number of negators: 不 需要, 不是 很 感兴趣
	question          // A-not-A: 需 不 需要, 可 不 可以: neither yes nor no
)

var (
	negators = runes("不是", "没有", "并非", "不", "没", "别", "未", "无", "甭", "勿",
		"not ", "dont ", "do not ", "doesnt ", "no ", "never ", "cant ", "cannot ", "wont ", "isnt ", "am not ", "im not ")
	// Adverbs and light verbs may stand between a negator and what it negates. 我 is not among them: 不是我需要 negates
	// nothing of 需要.
	between = runes("怎么", "那么", "这么", "特别", "真的", "什么", "现在", "暂时", "目前", "打算", "非常", "十分", "再",
		"太", "很", "大", "想", "会", "能", "要", "是", "有", "多", "对这个", "对",
		"really ", "very ", "that ", "so ", "any ", "at all ", "right now ", "want ", "to ", "be ")
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
	count := 0
	for p := at; p > 0 && text[p-1] != boundary; {
		head := text[:p]
		if k := suffix(head, negators); k > 0 && wordStart(head, k) {
			// 是不是 asks; the 不是 in it negates nothing.
			if p > k && text[p-k-1] == text[p-1] && text[p-k] == '不' {
				return question
			}
			count++
			p -= k
			continue
		}
		if k := suffix(head, between); k > 0 && wordStart(head, k) {
			p -= k
			continue
		}
		break
	}
	if count%2 == 1 {
		return negated
	}
	return plain
}

// aNotA finds the question form around a keyword: the verb, 不 or 没, and the verb again.
func aNotA(text []rune, at, n int) bool {
	isNot := func(r rune) bool { return r == '不' || r == '没' }
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
