package phrase

import "math"

// scene is what a set sounds like amid the noise of one line. Taking noise out of a sound leaves chance where the noise was louder
// than the voice; putting the same noise into what the sound is compared with leaves both alike there.
type scene struct {
	floors  *spectrum // added to every spectrum, in units of the loudest frame's mean band power; nil on a quiet line
	moments *moments
	frames  [][]vector // of each recording; nil once it is let go
	rough   []outline
}

const (
	// So many times the line's noise is added: what the noise does by chance lies below it.
	noiseAdded = 2
	// One in so many recordings shows the spread amid noise. No number of voices is a multiple of it.
	sampled = 7
)

// quiet is the floor that every spectrum has.
var quiet = float32(math.Pow(10, -floorDB/10))

// loudest is the energy of the loudest frame.
func loudest(in []spectrum) (top float32) {
	for i := range in {
		top = max(top, in[i].energy())
	}
	return top
}

// floorsOf gives the floors that a line's noise makes beside a sound; nil when the floor that every spectrum has covers it.
func floorsOf(in []spectrum, noise *spectrum) *spectrum {
	scale, heard := noiseAdded*mels/loudest(in), false
	var f spectrum
	for b, n := range noise {
		f[b] = n * scale
		heard = heard || f[b] > quiet
	}
	if !heard {
		return nil
	}
	return &f
}

// scene puts the set into a noise.
func (b *Beginnings) scene(floors *spectrum) *scene {
	if floors == nil {
		return b.quiet
	}
	s := b.set
	out := &scene{floors: floors, frames: make([][]vector, len(s.templates)), rough: make([]outline, len(s.templates))}
	var sample [][][ceps]float32
	for i := 0; i < len(s.templates); i += sampled {
		sample = append(sample, s.templates[i].amid(nil, floors))
	}
	out.moments = learn(sample)
	var raw [][ceps]float32
	for i := range s.templates {
		raw = s.templates[i].amid(raw[:0], floors)
		out.frames[i] = vectors(make([]vector, 0, len(raw)), raw, out.moments)
		out.rough[i] = outlined(out.frames[i])
	}
	return out
}

// amid appends the cepstra of a recording with the floors added.
func (t *template) amid(dst [][ceps]float32, floors *spectrum) [][ceps]float32 {
	for i := range t.power {
		logs := t.power[i]
		for b := range logs {
			logs[b] = fastLog(logs[b] + floors[b])
		}
		dst = append(dst, transform(&logs))
	}
	return dst
}

// unfold gives the power of each band from the cepstra of a recording and its levels.
func unfold(raw [][ceps]float32, levels []float32) []spectrum {
	out := make([]spectrum, len(raw))
	for i := range raw {
		for b := range mels {
			var sum float32
			for k, v := range raw[i] {
				sum += cosine[k][b] * v
			}
			out[i][b] = float32(math.Exp(float64(levels[i] + sum*2/mels)))
		}
	}
	return out
}

// only lets go of all but some recordings: a scene amid noise is as large as the set.
func (s *scene) only(kept []int) *scene {
	if s.floors == nil {
		return s
	}
	frames := make([][]vector, len(s.frames))
	for _, t := range kept {
		frames[t] = s.frames[t]
	}
	s.frames = frames
	return s
}

// vectors makes a trimmed sound comparable with the recordings.
func (s *scene) vectors(in []spectrum, noise *spectrum) []vector {
	if s.floors == nil {
		return vectors(nil, cepstra(nil, denoise(nil, in, noise)), s.moments)
	}
	scale := mels / loudest(in)
	raw := make([][ceps]float32, len(in))
	for i := range in {
		logs := in[i]
		for b, e := range logs {
			logs[b] = fastLog(max(0, e-noise[b])*scale + quiet + s.floors[b])
		}
		raw[i] = transform(&logs)
	}
	return vectors(nil, raw, s.moments)
}
