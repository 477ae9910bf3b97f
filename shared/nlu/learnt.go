package nlu

import (
	_ "embed"
	"strings"

	"github.com/outdial/outdial/shared/nlu/likeness"
)

// What is learnt from the labelled sentences that rules may be tuned on, and from those beside the generator.
//
//go:generate go run ./train

//go:embed learnt/model.bin
var storedModel []byte

//go:embed learnt/sentences.tsv
var storedSentences string

// learnt is the statistical half of the built-in intents.
type learnt struct {
	model     *likeness.Model
	index     *likeness.Index
	sentences []string
	intents   []Intent
	class     map[Intent]int
}

var shipped = load(storedModel, storedSentences)

func load(model []byte, sentences string) *learnt {
	if len(model) == 0 {
		return nil
	}
	m, err := likeness.Load(model)
	if err != nil {
		panic(err) // the binary itself is broken
	}
	l := &learnt{model: m, class: map[Intent]int{}}
	texts := [][]rune{}
	for line := range strings.Lines(sentences) {
		text, intent, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok {
			continue
		}
		l.sentences = append(l.sentences, text)
		l.intents = append(l.intents, Intent(intent))
		texts = append(texts, normalize(text))
	}
	l.index = likeness.NewIndex(texts, nil)
	for i, c := range m.Classes() {
		l.class[Intent(c)] = i
	}
	return l
}

func (l *learnt) background() *likeness.Index {
	if l == nil {
		return nil
	}
	return l.index
}

// classOf is the class that speaks for an intent: the model knows no finer ones than the labelled sentences.
func (l *learnt) classOf(i Intent) int {
	if c, ok := l.class[i]; ok {
		return c
	}
	return l.class[i.Plain()]
}

// nearest is the known sentence of an intent that is most alike.
func (l *learnt) nearest(text []rune, intent Intent) string {
	var buf [128]likeness.Feature
	best, ok := l.index.Nearest(likeness.Pieces(text, buf[:0]), func(i int) bool { return l.intents[i] == intent })
	if !ok {
		return ""
	}
	return l.sentences[best.Sentence]
}
