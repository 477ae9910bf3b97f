package likeness

import (
	"bytes"
	"testing"
)

func features(s string) []Feature { return Features([]rune(s), nil) }

func TestModelLearnsAndIsStored(t *testing.T) {
	var samples []Sample
	for range 6 {
		for s, c := range map[string]string{"不需要": "no", "我不要": "no", "可以的": "yes", "好的可以": "yes"} {
			samples = append(samples, Sample{features(s), c})
		}
	}
	m, err := Train(samples, Training{})
	if err != nil {
		t.Fatal(err)
	}
	stored := m.Append(nil)
	again, err := Load(stored)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(again.Append(nil), stored) {
		t.Error("a model that is read is not the one that was written")
	}
	for s, want := range map[string]string{"不要": "no", "可以": "yes", "不许要": "no"} {
		p := again.Probabilities(features(s))
		if p[again.Class(want)] < 0.6 {
			t.Errorf("%s: %v of %v, want %s", s, p[:2], again.Classes(), want)
		}
	}
	for n := range stored {
		if _, err := Load(stored[:n]); err == nil {
			t.Fatalf("%d of %d bytes were read as a model", n, len(stored))
		}
	}
}

func TestTrainRefuses(t *testing.T) {
	if _, err := Train([]Sample{{features("好"), "yes"}}, Training{}); err == nil {
		t.Error("one class was learnt")
	}
}

func TestNearest(t *testing.T) {
	known := []string{"你们在哪里上课", "一年的学费多少", "老师是哪里毕业的"}
	sentences := make([][]rune, len(known))
	for i, s := range known {
		sentences[i] = []rune(s)
	}
	x := NewIndex(sentences, nil)
	all := func(int) bool { return true }
	for said, want := range map[string]int{"在哪里上课": 0, "学费一年多少": 1, "老师哪毕业的": 2, "老是哪里比业的": 2} {
		if got, ok := x.Nearest(Pieces([]rune(said), nil), all); !ok || got.Sentence != want {
			t.Errorf("%s: %+v, want %s", said, got, known[want])
		}
	}
	if got, _ := x.Nearest(Pieces([]rune(known[1]), nil), all); got.Likeness < 0.999 {
		t.Errorf("a sentence is %v like itself", got.Likeness)
	}
	if got, ok := x.Nearest(Pieces([]rune("hello"), nil), all); ok {
		t.Errorf("nothing is shared, and yet %+v", got)
	}
}
