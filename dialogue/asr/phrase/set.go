package phrase

import (
	"fmt"
	"slices"
	"sync"
	"unicode/utf8"

	"github.com/outdial/outdial/dialogue/asr"
)

const (
	segments   = 8
	sketchDims = segments * ceps
	// The alignment is done for this many phrases that look nearest, with this many of their recordings each.
	shortlist    = 10
	perPhrase    = 3
	minSpeech    = 4 // frames; less is a click
	longestRatio = 2.2
	maxText      = 200 // characters of a phrase
)

// template is one recording of a phrase.
type template struct {
	phrase int
	frames []vector
	sketch [sketchDims]float32
	raw    [][ceps]float32
	levels []float32  // of the frames of raw
	power  []spectrum // what both add up to, for Beginnings
}

// Set is what can be recognised: phrases, each with recordings by several voices. It is filled first and read-only
// once a Provider uses it.
type Set struct {
	texts     []string
	index     map[string]int
	templates []template
	moments   *moments
	pool      sync.Pool
	once      sync.Once
}

// NewSet makes an empty set.
func NewSet() *Set {
	s := &Set{index: map[string]int{}}
	s.pool.New = func() any { return &scratch{} }
	return s
}

// Enroll adds a recording (8 kHz mono) of a phrase.
func (s *Set) Enroll(text string, pcm []int16) error {
	if len(pcm) > maxFrames*hop {
		return &asr.Error{Kind: asr.Config, Provider: Name, Tried: fmt.Sprintf("enrol %q: a recording may last %d s", text, maxFrames/framesS)}
	}
	var c [][ceps]float32
	var levels []float32
	if spectra := trim(spectraOf(padded(pcm)), &spectrum{}); len(spectra) >= minSpeech {
		c, levels = cepstra(nil, spectra), levelsOf(spectra)
	}
	if c == nil {
		return &asr.Error{Kind: asr.Config, Provider: Name, Tried: fmt.Sprintf("enrol %q: the recording holds no speech", text)}
	}
	return s.enroll(text, c, levels)
}

// padded gives the first and the last frame of a tightly cut recording a whole window.
func padded(pcm []int16) []int16 {
	out := make([]int16, len(pcm)+2*hop)
	copy(out[hop:], pcm)
	return out
}

func (s *Set) enroll(text string, c [][ceps]float32, levels []float32) error {
	if text == "" || utf8.RuneCountInString(text) > maxText || !utf8.ValidString(text) {
		return &asr.Error{Kind: asr.Config, Provider: Name, Tried: fmt.Sprintf("enrol %.40q: a phrase has 1 to 200 characters", text)}
	}
	id, ok := s.index[text]
	if !ok {
		id = len(s.texts)
		s.index[text] = id
		s.texts = append(s.texts, text)
	}
	s.templates = append(s.templates, template{phrase: id, raw: c, levels: levels})
	return nil
}

// prepare measures the moments of what was enrolled and makes the templates comparable.
func (s *Set) prepare() {
	s.once.Do(s.prepareOnce)
}

func (s *Set) prepareOnce() {
	all := make([][][ceps]float32, len(s.templates))
	for i := range s.templates {
		all[i] = s.templates[i].raw
	}
	s.moments = learn(all)
	for i := range s.templates {
		t := &s.templates[i]
		t.frames = vectors(nil, t.raw, s.moments)
		t.sketch = sketch(t.frames)
	}
}

// Phrases lists the texts of the set.
func (s *Set) Phrases() []string { return slices.Clone(s.texts) }

// sketch is an utterance in a fixed number of segments, for a quick look at what it might be.
func sketch(v []vector) (out [sketchDims]float32) {
	n := len(v)
	for g := range segments {
		from, to := g*n/segments, (g+1)*n/segments
		if to == from {
			to = from + 1
		}
		for _, f := range v[from:to] {
			for k := range ceps {
				out[g*ceps+k] += f[k]
			}
		}
		for k := range ceps {
			out[g*ceps+k] /= float32(to - from)
		}
	}
	return out
}

type candidate struct {
	template int
	near     float32
}

// scratch is what a match needs, pooled.
type scratch struct {
	al         aligner
	spectra    []spectrum
	cepstra    [][ceps]float32
	frames     []vector
	candidates []candidate
	best       []float32
	counts     []int
}

type scored struct {
	phrase, other           int // -1 when there is none
	distance, otherDistance float32
	frames                  int
	noise                   float64 // power of the noise over that of the speech
}

// match finds the nearest phrase and the nearest other one. allowed narrows the phrases, nil means all.
func (s *Set) match(spectra []spectrum, noise *spectrum, allowed []bool) scored {
	out := scored{phrase: -1, other: -1, distance: inf, otherDistance: inf}
	w := s.pool.Get().(*scratch)
	defer s.pool.Put(w)
	spectra = trim(spectra, noise)
	w.spectra = denoise(w.spectra[:0], spectra, noise)
	spectra = w.spectra
	out.frames = len(spectra)
	if len(spectra) < minSpeech || len(spectra) > maxFrames {
		return out
	}
	out.noise = noiseShare(spectra, noise)
	w.cepstra = cepstra(w.cepstra[:0], spectra)
	w.frames = vectors(w.frames[:0], w.cepstra, s.moments)
	s.nearest(w, allowed)
	w.best = w.best[:0]
	for range s.texts {
		w.best = append(w.best, inf)
	}
	for _, c := range w.candidates {
		t := &s.templates[c.template]
		// A recording matters if it can still be the nearest of its phrase and near enough to matter for a margin.
		limit := min(w.best[t.phrase], 1.25*out.distance)
		d := w.al.distance(w.frames, t.frames, limit)
		if d >= w.best[t.phrase] {
			continue
		}
		w.best[t.phrase] = d
		if d < out.distance {
			out.distance = d
		}
	}
	out.distance = inf
	for p, d := range w.best {
		switch {
		case d < out.distance:
			out.other, out.otherDistance = out.phrase, out.distance
			out.phrase, out.distance = p, d
		case d < out.otherDistance:
			out.other, out.otherDistance = p, d
		}
	}
	return out
}

// nearest fills the candidates: the phrases whose sketches lie nearest, each with its nearest recordings, best first.
func (s *Set) nearest(w *scratch, allowed []bool) {
	n := len(w.frames)
	q := sketch(w.frames)
	w.candidates = w.candidates[:0]
	for i := range s.templates {
		t := &s.templates[i]
		if allowed != nil && !allowed[t.phrase] {
			continue
		}
		if m := len(t.frames); float64(max(n, m)) > longestRatio*float64(min(n, m))+3 {
			continue
		}
		var d float32
		for k, v := range t.sketch {
			x := v - q[k]
			d += x * x
		}
		w.candidates = append(w.candidates, candidate{i, d})
	}
	slices.SortFunc(w.candidates, func(a, b candidate) int {
		switch {
		case a.near < b.near:
			return -1
		case a.near > b.near:
			return 1
		}
		return a.template - b.template
	})
	w.counts = w.counts[:0]
	for range s.texts {
		w.counts = append(w.counts, 0)
	}
	kept, phrases := w.candidates[:0], 0
	for _, c := range w.candidates {
		p := s.templates[c.template].phrase
		if w.counts[p] == 0 {
			if phrases == shortlist {
				continue
			}
			phrases++
		}
		if w.counts[p]++; w.counts[p] <= perPhrase {
			kept = append(kept, c)
		}
	}
	w.candidates = kept
}
