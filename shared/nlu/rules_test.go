package nlu

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNegation(t *testing.T) {
	m := matcher(t)
	for want, said := range map[Intent]string{
		Affirm: "不是不感兴趣 我不是不需要 我没说不要 我又没说不要 不是说不需要 也不是不愿意 没什么不方便的 谁不想要 哪能不需要 怎么会不愿意 这么好的事能不要吗 怎么不行啊行的 谁说我不要了 没说不考虑",
		Refuse: "不太感兴趣 没什么兴趣 不是很感兴趣 没有这个需要 暂时不需要 要个屁 感兴趣才怪 谁要啊 我并不需要 完全没兴趣 有需要我会找你们的 需要的话我再联系你 好的好的不用了 送我也不要 不要再打了",
		Busy:   "不太方便 现在不方便 没空 没有时间 不得空 哪有时间 在开会",
		Other:  "需不需要 要不要 是不是 有没有 可不可以 需要带身份证吗",
		Negate: "不可以 不行 不同意 没有 没收到 还没有 不是的 没买过",
	} {
		for s := range strings.FieldsSeq(said) {
			got := m.Match(s)
			if got.Intent.Plain() != want {
				t.Errorf("%s: %+v, want %s", s, got, want)
			}
		}
	}
}

func TestTheLastWordCounts(t *testing.T) {
	m := matcher(t)
	for said, want := range map[string]Intent{
		"好的好的，我知道了，不需要":           Refuse,
		"可以是可以，不过我现在在开会":          Busy,
		"嗯嗯好的，那一个月多少钱":            Price,
		"我在开车，你晚点再打":              CallbackLater,
		"不好意思，我现在没空，明天下午再打给我吧":    CallbackLater,
		"行，你帮我转人工吧":               TransferToAgent,
		"喂，你好，你是哪位":               WhoIsCalling,
		"不需要，你们怎么有我的电话":           NumberSource,
		"好 的 你 说":                 Affirm,
		"我 现在 不 方便":               Busy,
		"行了行了不用了，谢谢，再见":           Refuse,
		"對不起我現在沒空":                Busy,
		"yes I know but I'm busy": Busy,
	} {
		if got := m.Match(said); got.Intent.Plain() != want {
			t.Errorf("%s: %+v, want %s", said, got, want)
		}
	}
}

func TestHomophones(t *testing.T) {
	m := matcher(t, Rule{Intent: "broadband", Keywords: []string{"宽带"}}, Rule{Intent: "fund", Keywords: []string{"公积金贷款"}}, Rule{Intent: "card", Keywords: []string{"卡"}})
	for said, want := range map[string]struct {
		intent  Intent
		keyword string
	}{
		"我要办宽带":    {"broadband", "宽带"},
		"我要办款待":    {"broadband", "宽带 ~ 款待"},
		"我要公鸡金代款":  {"fund", "公积金贷款 ~ 公鸡金代款"},
		"我要公机金带宽呢": {"fund", "公积金贷款 ~ 公机金带宽"},
	} {
		if got := m.Match(said); got.Intent != want.intent || got.Keyword != want.keyword || !got.Scripted {
			t.Errorf("%s: %+v, want %v", said, got, want)
		}
	}
	if got := m.Match("他咖啡"); got.Intent == "card" {
		t.Errorf("one syllable is no keyword that only sounds alike: %+v", got)
	}
	english, err := NewWith([]Rule{{Intent: "broadband", Keywords: []string{"宽带"}}}, Options{Lang: "en-GB"})
	if err != nil {
		t.Fatal(err)
	}
	if got := english.Match("款待"); got.Intent == "broadband" {
		t.Errorf("an English script looks for Chinese homophones: %+v", got)
	}
	for said, want := range map[string]Intent{"不许要": Refuse, "没性趣": Refuse, "部需要": Refuse, "你是极其人吗": AreYouRobot, "转仁工": TransferToAgent, "没庭清": Repeat, "你打搓了": WrongPerson} {
		if got := m.Match(said); got.Intent != want {
			t.Errorf("%s: %+v, want %s", said, got, want)
		}
	}
}

func TestCorrections(t *testing.T) {
	m, err := NewWith([]Rule{{Intent: "loan", Keywords: []string{"贷款"}}}, Options{Corrections: map[string]string{"带宽": "贷款", "带": "戴", "wi fi": "wifi", "幸去": "兴趣"}})
	if err != nil {
		t.Fatal(err)
	}
	for said, want := range map[string]struct {
		intent     Intent
		correction string
	}{
		"我要带宽":  {"loan", "带宽 → 贷款"},
		"我要贷款":  {"loan", ""},
		"没有幸去":  {Refuse, "幸去 → 兴趣"},
		"有幸去带宽": {"loan", "幸去 → 兴趣"},
	} {
		if got := m.Match(said); got.Intent != want.intent || got.Correction != want.correction {
			t.Errorf("%s: %+v, want %v", said, got, want)
		}
	}
	for _, bad := range []map[string]string{{"": "x"}, {"，": "x"}, {strings.Repeat("长", 500): "x"}} {
		if _, err := NewWith(nil, Options{Corrections: bad}); err == nil {
			t.Errorf("%.20v was accepted", bad)
		}
	}
	// What was put there is not looked at again, and a text does not grow without end.
	grow, err := NewWith(nil, Options{Corrections: map[string]string{"啊": strings.Repeat("啊", 300)}})
	if err != nil {
		t.Fatal(err)
	}
	grow.Match(strings.Repeat("啊", 400))
}

func TestPatterns(t *testing.T) {
	m := matcher(t, Rule{Name: "id", Intent: "id_number", Patterns: []string{`尾号\d{4}`, `(?i)plan [a-c]\b`}})
	for said, want := range map[string]Intent{"我的尾号，8866": "id_number", "Plan B please": "id_number"} {
		if got := m.Match(said); got.Intent != want || got.Rule != "id" || !got.Scripted {
			t.Errorf("%s: %+v, want %s", said, got, want)
		}
	}
	for _, bad := range []string{`(`, `a*`, `(?<x)`, strings.Repeat("a", 201), `\1`} {
		if _, err := New([]Rule{{Intent: "x", Patterns: []string{bad}}}); err == nil {
			t.Errorf("%.30s was accepted", bad)
		}
	}
}

func TestExamples(t *testing.T) {
	m := matcher(t,
		Rule{Name: "where", Intent: "where", Topic: true, Keywords: []string{"你们的校区在什么地方"}},
		Rule{Name: "teacher", Intent: "teacher", Examples: []string{"你们的老师是哪里毕业的", "老师有没有教师资格证"}},
		Rule{Name: "keep", Intent: "keep", Examples: []string{"课程可以回放吗"}},
	)
	for said, want := range map[string]Intent{
		"你们校区是在什么地方呀": "where",
		"老师都是哪里毕业的":   "teacher",
		"老师有教师资格证吗":   "teacher",
		"这个课程可以回放的吗":  "keep",
		"不需要":         Refuse,
		"多少钱":         Price,
	} {
		got := m.Match(said)
		if got.Intent != want {
			t.Errorf("%s: %+v, want %s", said, got, want)
		}
		if got.Scripted && !strings.HasPrefix(got.Keyword, "like ") {
			t.Errorf("%s: %+v does not tell the example", said, got)
		}
	}
}

// The order in which a script has its rules changes nothing.
func TestOrderIsNoMatter(t *testing.T) {
	rules := []Rule{
		{Name: "a", Intent: "a", Keywords: []string{"套餐", "流量&多少"}}, {Name: "b", Intent: "b", Keywords: []string{"流量"}, Negated: "c"},
		{Name: "c", Intent: "c", Keywords: []string{"套餐"}, Whole: []string{"对的"}}, {Name: "d", Intent: "d", Patterns: []string{`套餐.`}},
		{Name: "e", Intent: Price, Keywords: []string{"多少钱"}}, {Name: "f", Intent: "f", Examples: []string{"套餐里有多少流量"}},
	}
	first := matcher(t, rules...)
	rng := rand.New(rand.NewPCG(1, 1)) //nolint:gosec // the same orders every time
	for range 10 {
		rng.Shuffle(len(rules), func(i, j int) { rules[i], rules[j] = rules[j], rules[i] })
		m := matcher(t, rules...)
		for _, said := range []string{"套餐流量多少钱", "不要流量", "对的，套餐", "套餐里多少流量呢", "有套餐吗", "逃餐", "流亮多少", "今天"} {
			if a, b := first.Match(said), m.Match(said); a != b {
				t.Errorf("%s: %+v in one order, %+v in another", said, a, b)
			}
		}
	}
}

func TestNormalizeIsIdempotent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.SampledFrom([]string{"呃", "那个", "好的", "啊", "不", "，", " ", "OK", "然后", "um ", "需要", "。", "1", "唉", "這", "吧", "Ａ"})
		said := strings.Join(rapid.SliceOfN(word, 0, 12).Draw(t, "words"), "")
		once := Normalize(said)
		if strings.HasPrefix(once, "|") || strings.HasSuffix(once, "|") || strings.Contains(once, "||") {
			t.Fatalf("%q: empty clauses in %q", said, once)
		}
		if twice := fold(strings.ReplaceAll(once, "|", "，")); string(twice) != once {
			t.Fatalf("%q: folds to %q, then to %q", said, once, string(twice))
		}
	})
}

// Twenty thousand keywords and a text made to be found by all of them: bounded work, however it is written.
func TestCostIsBounded(t *testing.T) {
	hostile := Rule{Intent: "x", Negated: "y"}
	for i := range maxKeywords - 1 {
		hostile.Keywords = append(hostile.Keywords, fmt.Sprintf("要&%s%d", strings.Repeat("要", 1+i%5), i), strings.Repeat("要", 1+i%200))
		if len(hostile.Keywords) >= maxKeywords-1 {
			break
		}
	}
	m := matcher(t, hostile)
	said := m.sentence(fold(strings.Repeat("要", 1000)))
	if n := len(m.script.hits(&said, nil)); n == 0 || n > maxTries+len(hostile.Whole) {
		t.Errorf("%d hits of one sentence", n)
	}
	m.Match(strings.Repeat("要", 100))
}

func BenchmarkMatchShort(b *testing.B) {
	m := matcher(b)
	for b.Loop() {
		m.Match("不需要谢谢")
	}
}

func BenchmarkMatchUnknown(b *testing.B) {
	m := matcher(b)
	for b.Loop() {
		m.Match("我家住在幸福小区六栋二单元")
	}
}
