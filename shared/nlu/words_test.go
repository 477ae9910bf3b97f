package nlu_test

import (
	"strings"
	"testing"

	"github.com/outdial/outdial/shared/nlu"
)

func TestWords(t *testing.T) {
	list := []string{"需要", "宽带", "不要", "贵", "太贵", "好啊", "什么&时候", "好的，谢谢", "ok", "人民广场", "款式"}
	m, err := nlu.NewWith([]nlu.Rule{{Intent: "style", Keywords: []string{"款待客人"}}}, nlu.Options{Lang: "zh", Words: list})
	if err != nil {
		t.Fatal(err)
	}
	for said, want := range map[string]string{
		"我需要":       "需要",
		"不需要":       "",
		"我没说需要":     "",
		"不是不需要":     "需要",
		"需不需要":      "",
		"不，需要的":     "需要",
		"不需要宽带":     "",
		"没办过宽带":     "",
		"我不是问宽带":    "",
		"不是不需要宽带":   "需要 宽带",
		"不要":        "不要",
		"不是不要":      "",
		"太贵了":       "贵 太贵",
		"不贵":        "",
		"我想问款待":     "宽带 ~ 款待",
		"我想问宽带":     "宽带",
		"款待客人":      "", // a word of a rule as it stands
		"好":         "好啊",
		"你好":        "",
		"什么，几点时候":   "什么&时候",
		"时候什么":      "",
		"好的，谢谢":     "好的，谢谢",
		"好的谢谢":      "好的，谢谢",
		"好的，不用了，谢谢": "",
		"ＯＫ":        "ok",
		"okay":      "",
		"去仁民广昌":     "人民广场 ~ 仁民广昌",
		"":          "",
		"。":         "",
	} {
		var got []string
		for _, w := range m.Words(said) {
			name := list[w.Number]
			if w.Heard != "" {
				name += " ~ " + w.Heard
			}
			got = append(got, name)
			if w.Score <= 0 || w.Score > 1 {
				t.Errorf("%q: %s scores %v", said, name, w.Score)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q holds %q, want %q", said, got, want)
		}
	}
	by := func(said string) float64 {
		found := m.Words(said)
		if len(found) == 0 {
			t.Fatalf("%q holds nothing", said)
		}
		return found[0].Score
	}
	if whole, part, sound := by("宽带"), by("我今天下午想问宽带"), by("款待"); whole != 1 || part >= whole || sound >= whole {
		t.Errorf("scores: whole %v, part %v, by its sound %v", whole, part, sound)
	}
	english, err := nlu.NewWith(nil, nlu.Options{Lang: "en", Words: list})
	if err != nil {
		t.Fatal(err)
	}
	if found := english.Words("我想问款待"); len(found) != 0 {
		t.Errorf("in an English script %v was found by its sound", found)
	}
}

func TestWordsAreBounded(t *testing.T) {
	if _, err := nlu.NewWith([]nlu.Rule{{Intent: "x", Keywords: []string{"甲乙"}}}, nlu.Options{Words: make([]string, 20000)}); err == nil {
		t.Error("more keywords than a script may have are taken")
	}
	if _, err := nlu.NewWith(nil, nlu.Options{Words: []string{"。"}}); err == nil {
		t.Error("a keyword of punctuation is taken")
	}
}
