package push

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
)

func aNumber(t testing.TB, s string) contact.Number {
	t.Helper()
	n, err := contact.ParseNumber(s, "CN")
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func facts(t testing.TB) Facts {
	at := time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC)
	return Facts{Campaign: "春季回访", Number: aNumber(t, "13800138000"), Name: "王先生", Customer: "东方贸易 13800138000", Grade: "A", Ordinal: 2, Turns: 7,
		Talk: 65*time.Second + 900*time.Millisecond, Dialled: at, Ended: at.Add(80 * time.Second)}
}

func TestMessage(t *testing.T) {
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	for masked, c := range map[bool]struct{ number, customer string }{true: {"138****8000", "东方贸易 138****8000"}, false: {"13800138000", "东方贸易 13800138000"}} {
		want := "### 意向客户 A\n> 任务：春季回访\n> 联系人：王先生\n> 客户名称：" + c.customer + "\n> 联系方式：" + c.number +
			"\n> 意向标签：A\n> 通话时长：1:05\n> 对话轮次：7\n> 拨打次数：2\n> 拨打时间：2026-03-02 10:00:00\n> 挂断时间：2026-03-02 10:01:20"
		// The stars that hide digits are signs of markdown themselves.
		want = strings.ReplaceAll(want, "*", "＊")
		if got := Message(facts(t), masked, zone); got != want {
			t.Errorf("masked %v:\n%s\nwant\n%s", masked, got, want)
		}
	}
	if got := Message(Facts{}, true, nil); strings.Contains(got, "联系人") || strings.Contains(got, "0001-01-01") {
		t.Errorf("of nothing: %s", got)
	}
	if got := Test("销售<@all>群", time.Unix(0, 0), time.UTC); got != "### 测试消息\n> 微信机器人：销售＜＠all＞群\n> 发送时间：1970-01-01 00:00:00" {
		t.Errorf("test message: %s", got)
	}
}

// text draws what stands in lists: markup, line ends, addresses, broken bytes, long names.
func text(t *rapid.T, what string) string {
	if rapid.Bool().Draw(t, what+" of bytes") {
		return string(rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, what))
	}
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"王", "\n", "> ", "# ", "**", "[a](http://x.y)", "<@all>", "<font color=\"warning\">", "`", "\\", "://", ":/", "/", "\r\n", "\u2028",
		"\u202e", "\u200b", "😀", "\xff", "13800138000", " ", "\x00", "&lt;", "http:", "//", "@"}), 0, 80).Draw(t, what), "")
}

// TestMessagesAreWhatTheyAreMeantToBe: whatever is known of a call, a message has its lines and no others, no markup but its
// own, no more bytes than it may have, and is UTF-8; and the number of a masked one is not in it.
func TestMessagesAreWhatTheyAreMeantToBe(t *testing.T) {
	number := aNumber(t, "13800138000")
	rapid.Check(t, func(t *rapid.T) {
		f := Facts{Campaign: text(t, "campaign"), Number: number, Name: text(t, "name"), Customer: text(t, "customer") + rapid.SampledFrom([]string{"", "138\u200b0013\u202e8000"}).Draw(t, "split"), Grade: rapid.SampledFrom(Grades()).Draw(t, "grade"),
			Ordinal: rapid.Int().Draw(t, "ordinal"), Turns: rapid.Int().Draw(t, "turns"), Talk: time.Duration(rapid.Int64Min(0).Draw(t, "talk")),
			Dialled: time.Unix(rapid.Int64Range(0, 1<<33).Draw(t, "dialled"), 0)}
		masked := rapid.Bool().Draw(t, "masked")
		got := Message(f, masked, time.UTC)
		if len(got) > MaxBytes || !utf8.ValidString(got) || got == "" {
			t.Fatalf("%d bytes: %q", len(got), got)
		}
		if strings.HasSuffix(got, "…") && len(got) > MaxBytes-10 {
			t.Fatalf("cut though every value is bounded: %d bytes", len(got))
		}
		lines := strings.Split(got, "\n")
		labels := []string{"任务", "联系人", "客户名称", "联系方式", "意向标签", "通话时长", "对话轮次", "拨打次数", "拨打时间", "挂断时间"}
		for i, line := range lines {
			value, head := strings.CutPrefix(line, "### 意向客户 ")
			if i > 0 {
				var label string
				value, head = strings.CutPrefix(line, "> ")
				label, value, _ = strings.Cut(value, "：")
				at := -1
				for j, l := range labels {
					if l == label {
						at = j
					}
				}
				if at < 0 {
					t.Fatalf("line %q stands under no label of its own in %q", line, got)
				}
				labels = labels[at+1:]
			}
			if !head || strings.ContainsAny(value, "*_`~#<>[]()!|\\@&\"") || strings.Contains(value, "://") {
				t.Fatalf("line %q of %q", line, got)
			}
			if strings.ContainsFunc(value, func(r rune) bool { return unicode.IsControl(r) || unicode.In(r, unicode.Cf) }) {
				t.Fatalf("line %q holds what cannot be seen", line)
			}
			if utf8.RuneCountInString(value) > mostName {
				t.Fatalf("line %q is too long", line)
			}
		}
		if masked && strings.Contains(got, "13800138000") {
			t.Fatalf("the number stands in %q", got)
		}
	})
}

func TestCut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, most := rapid.String().Draw(t, "s"), rapid.IntRange(0, 60).Draw(t, "most")
		got := Cut(s, most)
		switch {
		case len(got) > most || !utf8.ValidString(got):
			t.Fatalf("%q cut to %d: %q", s, most, got)
		case len(s) <= most && got != s:
			t.Fatalf("%q was short enough for %d: %q", s, most, got)
		case len(s) > most && most >= 3:
			// Nothing that would still have fitted is left out.
			kept, more := strings.CutSuffix(got, "…")
			_, next := utf8.DecodeRuneInString(s[len(kept):])
			if !more || !strings.HasPrefix(s, kept) || len(kept)+next+len("…") <= most {
				t.Fatalf("%q cut to %d: %q", s, most, got)
			}
		}
	})
}

func TestKeys(t *testing.T) {
	const key = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"
	for s, want := range map[string]string{
		key: key, " " + key + "\n": key, "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=" + key: key, "https://push.example.com/x/send?debug=1&key=" + key: key,
		"https://qyapi.weixin.qq.com/": "", "://%zz": "", "": "", "short": "short",
	} {
		if got := KeyOf(s); got != want {
			t.Errorf("%q: %q", s, got)
		}
	}
	for key, ok := range map[string]bool{key: true, "": false, "short": false, "a b c d e f g h i j k l m": false, strings.Repeat("x", 101): false, key + "&debug=1": false, key + "\n": false} {
		r := Robot{Name: "群", Key: key}
		if err := r.Validate(); (err == nil) != ok || err != nil && (!errs.Is(err, errs.Invalid) || key != "" && strings.Contains(err.Error(), key)) {
			t.Errorf("key %q: %v", key, err)
		}
	}
	for _, name := range []string{"", strings.Repeat("长", 61), "a\nb", "a\xff"} {
		if err := (Robot{Name: name, Key: key}).Validate(); !errs.Is(err, errs.Invalid) {
			t.Errorf("name %q: %v", name, err)
		}
	}
	for key, want := range map[string]string{key: "5aaa", "abc": "abc", "": ""} {
		if got := (Robot{Key: key}).KeyEnd(); got != want {
			t.Errorf("%q ends in %q", key, got)
		}
	}
}

func TestPolicyIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		p  Policy
		ok bool
	}{
		"none": {Policy{}, true}, "one": {Policy{1, []string{"A"}}, true}, "all": {Policy{1, Grades()}, true}, "grades kept without a robot": {Policy{0, []string{"A"}}, true},
		"no grade": {Policy{1, nil}, false}, "twice": {Policy{1, []string{"A", "A"}}, false}, "unknown": {Policy{1, []string{"G"}}, false}, "below zero": {Policy{-1, []string{"A"}}, false},
		"small letters": {Policy{1, []string{"a"}}, false}, "empty grade": {Policy{1, []string{""}}, false},
	} {
		var k errs.Check
		c.p.Check(&k)
		if err := k.Err("campaign"); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBackoff(t *testing.T) {
	for tries, want := range map[int]time.Duration{0: 15 * time.Second, 1: 15 * time.Second, 2: 30 * time.Second, 5: 4 * time.Minute, 8: 30 * time.Minute, 1 << 40: 30 * time.Minute} {
		if got := Backoff(tries); got != want {
			t.Errorf("after %d tries: %v", tries, got)
		}
	}
	if 20*Spacing <= time.Minute {
		t.Errorf("with %v between messages more than 20 fit into a minute", Spacing)
	}
}
