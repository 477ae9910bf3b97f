package words_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/errs/words"
)

func TestErrorsAreSaidInBothLanguages(t *testing.T) {
	for _, c := range []struct {
		err     error
		en, chn string
	}{
		{errs.Missing("campaign", 7), "campaign 7 does not exist", "任务 7 不存在，可能已被删除"},
		{errs.New(errs.Conflict, "a campaign that is %s cannot %s", "finished", "resume"), "a campaign that is finished cannot resume", "任务已完成，不能继续"},
		{errs.New(errs.Invalid, "%q is not a telephone number of %s", "12", "CN"), `"12" is not a telephone number of CN`, `"12" 不是 CN 地区的电话号码`},
		{&errs.Error{Kind: errs.Limited, Message: "too many failed sign-ins; try again in 1m30s"}, "too many failed sign-ins; try again in 1m30s", "登录失败次数过多，请在 1 分 30 秒 后重试"},
		{&errs.Error{Kind: errs.Invalid, Message: "nobody has words for this"}, "nobody has words for this", "nobody has words for this"},
		{errs.New(errs.Conflict, "could not %s: it exists already", "create a trunk"), "could not create a trunk: it exists already", "同样的内容已存在，请修改后重试"},
	} {
		if got := words.In(words.English, c.err); got != c.en {
			t.Errorf("%q, want %q", got, c.en)
		}
		if got := words.In(words.Chinese, c.err); got != c.chn {
			t.Errorf("%q, want %q", got, c.chn)
		}
	}
}

func TestFailuresOfThePlatformTellNothing(t *testing.T) {
	for _, err := range []error{io.EOF, errors.Join(io.EOF), errs.New(errs.Internal, "secret"), errs.Wrap(errs.Unavailable, io.EOF, "secret of %s", "10.0.0.7")} {
		for _, l := range []words.Language{words.English, words.Chinese} {
			if got := words.In(l, err); got == "" || strings.Contains(got, "secret") || strings.Contains(got, "EOF") {
				t.Errorf("%v is said as %q", err, got)
			}
		}
	}
}

func TestFields(t *testing.T) {
	var c errs.Check
	c.Require(false, "name", "must have 1 to %d characters", 40)
	c.Require(false, "phone", "%s", "the number is empty")
	var e *errs.Error
	if !errors.As(c.Err("group"), &e) {
		t.Fatal("nothing was refused")
	}
	if got := words.In(words.Chinese, e); got != "黑名单分组未通过检查，请按提示修改" {
		t.Error(got)
	}
	for i, want := range []string{"请填写 1 到 40 个字符", "号码为空"} {
		if got := words.Reason(words.Chinese, e.Fields[i]); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestStoredSentences(t *testing.T) {
	for english, want := range map[string]string{
		"": "",
		"the same number stands in row 12 of this file":                            "与本文件第 12 行的号码重复",
		"3 of 10 calls have no recording, or it is no longer there":                "10 通通话中有 3 通没有录音，或录音已不存在",
		`"abc" has too few or too many digits`:                                     `"abc" 位数过少或过多`,
		`the number holds 'x'; only digits, spaces, + - ( ) and . may stand in it`: `号码中有 'x'，只能包含数字、空格、+ - ( ) 和 .`,
		"line 3: node greet: text is empty":                                        "第 3 行：节点 greet：text 为空",
		"is needed":                                                                "请填写",
		"must have at least 2 characters":                                          "至少 2 个字符",
		"must be one of a, b":                                                      "应为 a, b 之一",
		"王先生: is no sentence of ours":                                              "王先生: is no sentence of ours",
	} {
		if got := words.Text(words.Chinese, english); got != want {
			t.Errorf("%q is said as %q, want %q", english, got, want)
		}
		if got := words.Text(words.English, english); got != english {
			t.Errorf("%q is said as %q in English", english, got)
		}
	}
}

func TestAcceptedLanguage(t *testing.T) {
	for header, want := range map[string]words.Language{
		"": words.English, "*": words.English, "zh": words.Chinese, "zh-CN": words.Chinese, "ZH-hans-CN,zh;q=0.9,en;q=0.8": words.Chinese,
		"en": words.English, "en-US,en;q=0.9,zh-CN;q=0.8": words.English, "fr, zh;q=0.5": words.Chinese, "zh;q=0.2, en;q=0.7": words.English,
		"zh;q=0": words.English, "zh;q=x": words.English, "zh;q=NaN": words.English, ";;,,": words.English, "zhx": words.English,
		strings.Repeat("zh,", 1000): words.English,
	} {
		if got := words.Accepted(header); got != want {
			t.Errorf("%.60q asks for %s, want %s", header, got, want)
		}
	}
}
