package nlu

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func matcher(t testing.TB, rules ...Rule) *Matcher {
	m, err := New(rules)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestBuiltin(t *testing.T) {
	m := matcher(t)
	for _, c := range []struct {
		want Intent
		said string
	}{
		{Affirm, "可以啊 好的你说 行啊没问题 我想了解一下 我有兴趣 嗯 对 好的 好 是的 需要 可以，发给我看看 嗯，可以的 是我 我就是 您说 方便 没什么不方便 不是不感兴趣 不是不需要 我不是不愿意 不是，我需要 ＯＫ 那个，可以"},
		{Refuse, "不需要 没兴趣 我不感兴趣 不用了谢谢 我不是很感兴趣 不太需要 不怎么感兴趣 不想要 算了吧 我没有兴趣 不要 呃，不需要 现在不需要 好的不需要 不是，我不需要 暂时用不上 我什么都不需要"},
		{Negate, "不是 不 不行 没有 不可以 不同意"},
		{DoNotCall, "不要再打了 别再打电话了 不要给我打电话 你们天天打烦不烦 再打我投诉你"},
		{Busy, "我在忙 在开会 我在开会 现在不方便 不太方便 我没时间 正在开车 我现在没空"},
		{CallbackLater, "晚点再打给我 你晚上再打吧 我在开会，晚点打给我 改天吧 好的，明天再联系 过两天再打"},
		{WhoIsCalling, "你是谁啊 你好哪位 哪里打来的 你们是哪家公司 什么公司 谁呀 你叫什么名字"},
		{NumberSource, "你怎么知道我的号码 你们怎么有我电话 我的号码哪来的 你从哪里搞到我的号码 你怎么拿到我号码的"},
		{Price, "多少钱 怎么收费的 一个月多少钱 贵不贵 是不是要收费 价格呢 有没有优惠"},
		{AreYouRobot, "你是机器人吗 你是不是机器人 你是真人吗 这是录音吗"},
		{Repeat, "没听清你再说一遍 你说什么 再说一遍 我听不清 什么意思 没听懂"},
		{TransferToAgent, "转人工 帮我转人工客服 叫你们经理来 人工"},
		{WrongPerson, "你打错了 打错电话了 我不是本人 没有这个人"},
		{Greet, "喂 喂你好 你好 喂，您好"},
		{Goodbye, "好的再见 拜拜 那先这样"},
		{HoldOn, "等一下等一下 你先别说了 稍等"},
		{Other, "今天天气不错 需不需要 要不要 能不能 有没有兴趣 ... 有没有"},
	} {
		for said := range strings.FieldsSeq(c.said) {
			if got := m.Match(said); got.Intent != c.want {
				t.Errorf("%s: %+v, want %s", said, got, c.want)
			}
		}
	}
	for said, want := range map[string]Intent{
		"yes sure": Affirm, "okay go ahead": Affirm, "I am interested": Affirm, "I'm not interested": Refuse, "no thank you": Refuse,
		"I don't want it": Refuse, "I am busy right now": Busy, "call me back later": CallbackLater,
		"who is this": WhoIsCalling, "where are you calling from": WhoIsCalling, "how much is it": Price, "how do you charge": Price,
		"are you a robot": AreYouRobot, "sorry can you say that again": Repeat, "wrong number": WrongPerson, "stop calling me": DoNotCall,
		"hello": Greet, "okay goodbye": Goodbye, "wait wait hold on": HoldOn, "no": Negate, "uh huh": Affirm,
		"where did you get my number": NumberSource, "Can I speak to a human?": TransferToAgent, "": Other, "!!!": Other,
	} {
		if got := m.Match(said); got.Intent != want {
			t.Errorf("%s: %+v, want %s", said, got, want)
		}
	}
}

func TestNormalize(t *testing.T) {
	for in, want := range map[string]string{
		"ＡＢＣ　１２３":   "abc 123",
		"好，的。":      "好|的",
		"呃那个我想问一下":  "我想问一下",
		"可以啊！":      "可以",
		"嗯":         "嗯",
		"额":         "额",
		"啊":         "啊",
		"好 的 你 说":   "好的你说",
		"Don't  Do": "dont do",
		"…，。":       "",
		"我要5G流量":    "我要5g流量",
	} {
		if got := Normalize(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestScriptRules(t *testing.T) {
	m := matcher(t,
		Rule{Intent: "broadband", Keywords: []string{"宽带", "光纤"}},
		Rule{Name: "has-one", Intent: "has_provider", Keywords: []string{"已经&办了", "用着"}, Negated: "no_provider"},
		Rule{Intent: Busy, Keywords: []string{"带娃"}},
		Rule{Intent: "yes_only", Whole: []string{"要的"}},
	)
	for _, c := range []struct {
		said   string
		intent Intent
		script bool
		runner Intent
	}{
		{"宽带多少钱", "broadband", true, Price},
		{"我不要宽带", Refuse, false, ""},
		{"我已经在别家办了", "has_provider", true, ""},
		{"没用着", "no_provider", true, ""},
		{"我在带娃，晚点打给我", Busy, true, CallbackLater},
		{"要的", "yes_only", true, ""},
		{"我要的是那个", Affirm, false, ""},
		{"多少钱", Price, false, ""},
	} {
		got := m.Match(c.said)
		if got.Intent != c.intent || got.Scripted != c.script || c.runner != "" && got.RunnerUp != c.runner || got.Intent != Other && (got.Rule == "" || got.Score <= 0) {
			t.Errorf("%s: %+v, want %s (script %v, runner-up %q)", c.said, got, c.intent, c.script, c.runner)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	for name, r := range map[string]Rule{
		"no intent":        {Keywords: []string{"x"}},
		"no keywords":      {Intent: "x"},
		"empty keyword":    {Intent: "x", Keywords: []string{"，"}},
		"half a keyword":   {Intent: "x", Keywords: []string{"a&"}},
		"weight too large": {Intent: "x", Keywords: []string{"a"}, Weight: 2},
	} {
		if _, err := New([]Rule{r}); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	many := Rule{Intent: "x"}
	for range maxKeywords + 1 {
		many.Keywords = append(many.Keywords, "词")
	}
	if _, err := New([]Rule{many}); err == nil {
		t.Error("too many keywords were accepted")
	}
}

func TestBackchannel(t *testing.T) {
	for said, want := range map[string]bool{"嗯": true, "嗯嗯，对": true, "好的。": true, "哦": true, "uh huh": true, "啊": true,
		"好的好的": true, "嗯对对": true, "对对的": true, "是啊": true, "恩": true, "好行，嗯": true, "OK": true,
		"是不是": false, "对不起": false, "好了": false, "行了": false, "的": false, "嗯的": false, "好多": false, "oh": false,
		"": false, "好的你说": false, "不": false, "对，多少钱": false, "我": false} {
		if got := Backchannel(said); got != want {
			t.Errorf("%q: %v", said, got)
		}
	}
}

func TestBroaderEnds(t *testing.T) {
	for _, i := range append(Builtin(), "", "own") {
		for n := 0; i != ""; n++ {
			if n > 5 {
				t.Fatalf("%s never ends", i)
			}
			i = i.Broader()
		}
	}
}

// A negator before a keyword turns it, two turn it back, whatever stands around them.
func TestNegationParity(t *testing.T) {
	m := matcher(t, Rule{Intent: "want", Keywords: []string{"办理"}, Negated: "not_want"})
	rapid.Check(t, func(t *rapid.T) {
		said := rapid.SampledFrom([]string{"", "我", "这个我", "今天，我"}).Draw(t, "before")
		n := rapid.IntRange(0, 2).Draw(t, "negators")
		for i := range n {
			said += []string{"不是", "不"}[i] + rapid.SampledFrom([]string{"", "太", "很想"}).Draw(t, "between")
		}
		said += "办理" + rapid.SampledFrom([]string{"", "了", "这个套餐", "，再见"}).Draw(t, "after")
		want := Intent("want")
		if n == 1 {
			want = "not_want"
		}
		if got := m.Match(said); got.Intent != want {
			t.Fatalf("%s: %+v, want %s", said, got, want)
		}
	})
}

func FuzzMatch(f *testing.F) {
	for _, s := range []string{"不需要", "需不需要", "我不是不感兴趣", "ＯＫ！", "\xff\xfe", "||", "a'b", "呃呃呃", "不不不不不不", strings.Repeat("不", 500), "额，，额"} {
		f.Add(s, "需要")
	}
	f.Fuzz(func(t *testing.T, said, keyword string) {
		n := Normalize(said)
		if !utf8.ValidString(n) || utf8.RuneCountInString(n) > 2*maxRunes {
			t.Errorf("%q normalises to %q", said, n)
		}
		Backchannel(said)
		m, err := New([]Rule{{Intent: "x", Keywords: []string{keyword}, Negated: "y"}})
		if err != nil {
			return
		}
		got := m.Match(said)
		if got.Intent == "" || got.Score < 0 || got.Score > 1 || got.RunnerUp == got.Intent {
			t.Errorf("%q with %q: %+v", said, keyword, got)
		}
	})
}

func BenchmarkMatch(b *testing.B) {
	m := matcher(b)
	for b.Loop() {
		m.Match("你好我现在不太方便你晚点再打给我可以吗")
	}
}
