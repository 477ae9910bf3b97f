package access

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestMaskNumber(t *testing.T) {
	for in, want := range map[string]string{
		"":                  "",
		"13800138000":       "138****8000",
		"138 0013 8000":     "138****8000",
		"+447911123456":     "+447****3456",
		"02161234567":       "021****4567",
		"075561234567":      "0755****4567",
		"07556123456":       "0755****456",
		"4001234567":        "400****567",
		"95588":             "****",
		"110":               "****",
		"8008208":           "8****08",
		"not a number":      "****",
		"138001380００":       "138****8000",
		"abc13800138000":    "****",
		"+8613800138000":    "+861****8000",
		"13800138000;ext=1": "****",
	} {
		if got := MaskNumber(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestMaskText(t *testing.T) {
	for in, want := range map[string]string{
		"":                 "",
		"请打13800138000找我":  "请打138****8000找我",
		"138 0013 8000":    "138****8000",
		"138-0013-8000，谢谢": "138****8000，谢谢",
		"幺三八零零幺三八零零零":      "138****8000",
		"我的号码是一三八 零零幺三 八零零零。":         "我的号码是138****8000。",
		"１３８００１３８０００":                 "138****8000",
		"下午三点，二十五块":                   "下午三点，二十五块",
		"订单 123456":                   "订单 123456",
		"2026年3月2日":                   "2026年3月2日",
		"a\xff13800138000":            "a\xff138****8000",
		"两个：13800138000、13900139000 ": "两个：138****9000 ",
		"电话021-61234567转8":            "电话021****4567转8",
	} {
		if got := MaskText(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// TestMasksHideTheMiddle holds whatever the number and however it is written: what is left tells no more than its ends.
func TestMasksHideTheMiddle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.StringMatching(`[0-9]{1,20}`).Draw(t, "digits")
		gap := rapid.SampledFrom([]string{"", " ", "-", "  ", "·", "，"}).Draw(t, "gap")
		every := rapid.IntRange(1, 5).Draw(t, "every")
		alphabet := rapid.SampledFrom([]string{"0123456789", "０１２３４５６７８９", "零一二三四五六七八九", "〇幺两三四五六七八九"}).Draw(t, "alphabet")
		var written strings.Builder
		for i, d := range digits {
			if i > 0 && i%every == 0 {
				written.WriteString(gap)
			}
			written.WriteRune([]rune(alphabet)[d-'0'])
		}
		before, after := rapid.SampledFrom([]string{"", "打", "号码：", "tel:"}).Draw(t, "before"), rapid.SampledFrom([]string{"", "找我", "!"}).Draw(t, "after")
		n := len(digits)
		for what, got := range map[string]string{
			"number":   MaskNumber(written.String()),
			"sentence": strings.TrimSuffix(strings.TrimPrefix(MaskText(before+written.String()+after), before), after),
		} {
			if n < shortest {
				if what == "number" && got != hidden {
					t.Fatalf("%s %q shows %q", what, written.String(), got)
				}
				continue
			}
			first, last, ok := strings.Cut(got, hidden)
			if !ok || len(first) > 4 || len(last) > 4 || n-len(first)-len(last) < 4 || !strings.HasPrefix(digits, first) || !strings.HasSuffix(digits, last) {
				t.Fatalf("%s %q shows %q", what, written.String(), got)
			}
		}
	})
}

// TestMasksAreStable: what is masked already is not changed by another look, and nothing is lost around it.
func TestMasksAreStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "text")
		once := MaskText(s)
		if twice := MaskText(once); twice != once {
			t.Fatalf("%q became %q, then %q", s, once, twice)
		}
		if !strings.ContainsAny(s, "0123456789０１２３４５６７８９零〇一幺二两三四五六七八九") && once != s {
			t.Fatalf("%q became %q", s, once)
		}
	})
}
