package script_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/outdial/outdial/shared/script"
)

func TestMissingAudio(t *testing.T) {
	f, err := script.Parse([]byte(`script: 1
name: 录音
voice: {background: office}
variables: {city: 杭州, fee: "5"}
start: ask
nodes:
  ask: {say: 您好，有兴趣吗, again: 您有兴趣吗, branches: {affirm: where, negate: bye}}
  where: {say: 我们在$(city)，欢迎您, next: fee}
  fee: {say: $(fee), next: bye}
  bye: {say: 再见, hangup: true}
questions:
  price: {intent: price, answer: 免费的}
settings: {silence: {say: [您有兴趣吗]}}
`))
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]string{"ask": "您好，有兴趣吗", "ask-again": "您有兴趣吗", "where#1": "我们在", "where#2": "，欢迎您", "bye": "再见", "answer-price": "免费的", "office": ""}
	for _, s := range script.Sentences(f) { // the parts as they are recorded
		for _, p := range s.Parts {
			have[p.Key] = p.Text
		}
	}
	for name, c := range map[string]struct {
		change func(map[string]string)
		want   []string
	}{
		"all recorded":     {func(map[string]string) {}, nil},
		"one missing":      {func(m map[string]string) { delete(m, "bye") }, []string{`bye say: there is no recording of "再见"`}},
		"a question's":     {func(m map[string]string) { delete(m, "answer-price") }, []string{` questions.price.answer: there is no recording of "免费的"`}},
		"the text changed": {func(m map[string]string) { m["bye"] = "回见" }, []string{`bye say: the recording was made of another text than "再见", so that it is not played`}},
		"a part missing":   {func(m map[string]string) { delete(m, "where#2") }, []string{`where say: there is no recording of "我们在$(city)，欢迎您"`}},
		"a part outdated":  {func(m map[string]string) { m["where#1"] = "在" }, []string{`where say: the recording was made of another text than "我们在$(city)，欢迎您", so that it is not played`}},
		"said twice": {func(m map[string]string) { delete(m, "ask-again") },
			[]string{` settings.silence.say.1: there is no recording of "您有兴趣吗"`, `ask again: there is no recording of "您有兴趣吗"`}},
		"the background": {func(m map[string]string) { delete(m, "office") }, []string{` voice.background: there is no recording of the background sound "office", so that none is played`}},
	} {
		t.Run(name, func(t *testing.T) {
			changed := maps.Clone(have)
			c.change(changed)
			var list []script.Recording
			for key, text := range changed {
				list = append(list, script.Recording{Key: key, Text: text})
			}
			var got []string
			for _, p := range script.MissingAudio(f, list) {
				if p.Severity != script.Warning {
					t.Errorf("%v is no warning", p)
				}
				got = append(got, fmt.Sprintf("%s %s: %s", p.Node, p.At, p.Text))
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("told\n%q, want\n%q", got, c.want)
			}
		})
	}
}
