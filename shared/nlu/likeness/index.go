package likeness

import (
	"math"
	"slices"
)

// Index finds the nearest of known sentences. It is immutable.
type Index struct {
	postings map[Feature][]posting
	idf      map[Feature]float32
	rare     float32 // the weight of what no known sentence holds
	norms    []float32
}

type posting struct {
	sentence int32
	count    float32
}

// MaxSentences bounds an index.
const MaxSentences = 50000

// NewIndex makes an index; Nearest speaks of the sentences by their position. A background, if there is one, says how
// common pieces are in what people say: a few sentences alone do not tell.
func NewIndex(sentences [][]rune, background *Index) *Index {
	x := &Index{postings: make(map[Feature][]posting, 8*len(sentences)), idf: make(map[Feature]float32, 8*len(sentences)), norms: make([]float32, len(sentences))}
	buf := make([]Feature, 0, 256)
	for i, s := range sentences {
		fs := Pieces(s, buf[:0])
		slices.Sort(fs)
		for len(fs) > 0 {
			n := 1
			for n < len(fs) && fs[n] == fs[0] {
				n++
			}
			x.postings[fs[0]] = append(x.postings[fs[0]], posting{int32(i), float32(n)}) //nolint:gosec // bounded by MaxSentences
			fs = fs[n:]
		}
	}
	x.rare = float32(math.Log(2 + float64(len(sentences))))
	if background != nil {
		x.rare = background.rare
	}
	for f, ps := range x.postings {
		w := float32(math.Log(1 + float64(len(sentences)+1)/float64(len(ps))))
		if background != nil {
			w = background.weight(f)
		}
		x.idf[f] = w
		for _, p := range ps {
			x.norms[p.sentence] += p.count * w * w
		}
	}
	for i := range x.norms {
		x.norms[i] = sqrt32(x.norms[i])
	}
	return x
}

// Near is a known sentence and how alike it is, 0 to 1.
type Near struct {
	Sentence int
	Likeness float32
}

// Nearest takes the pieces of a sentence and finds, among the sentences that keep accepts, the most alike one. ok is false where nothing is shared.
func (x *Index) Nearest(pieces []Feature, keep func(sentence int) bool) (best Near, ok bool) {
	var buf [256]float32
	dots := buf[:]
	if len(x.norms) > len(buf) {
		dots = make([]float32, len(x.norms))
	}
	var touchedBuf [256]int32
	norm, touched := x.dots(pieces, dots, touchedBuf[:0])
	for _, i := range touched {
		if l := dots[i] / (norm * x.norms[i]); (l > best.Likeness || l == best.Likeness && int(i) < best.Sentence) && keep(int(i)) {
			best, ok = Near{int(i), min(l, 1)}, true
		}
	}
	return best, ok
}

// commonest is in how many sentences a piece may be before it tells nothing about which is near.
const commonest = 100

func (x *Index) dots(pieces []Feature, dots []float32, touched []int32) (float32, []int32) {
	norm := float32(0)
	for _, f := range pieces {
		w := x.weight(f)
		norm += w * w
		ps := x.postings[f]
		if len(ps) > commonest {
			continue
		}
		for _, p := range ps {
			if dots[p.sentence] == 0 {
				touched = append(touched, p.sentence)
			}
			dots[p.sentence] += w * w
		}
	}
	return sqrt32(norm), touched
}

func (x *Index) weight(f Feature) float32 {
	if w, ok := x.idf[f]; ok {
		return w
	}
	return x.rare
}
