package phrase

import (
	"cmp"
	"slices"

	"github.com/outdial/outdial/dialogue/vad"
)

// Beginnings compares the beginning of a sound with the beginnings of enrolled recordings while the sound still goes on:
// an announcement of a network is known by its first words, and nobody wants to wait for the rest.
type Beginnings struct {
	set    *Set
	group  []int // of each phrase
	groups int
	quiet  *scene
}

// NewBeginnings groups the phrases of a set: two phrases of one group mean the same, and do not compete. The set must not
// change any more.
func NewBeginnings(set *Set, group func(text string) int) *Beginnings {
	set.prepare()
	b := &Beginnings{set: set, group: make([]int, len(set.texts))}
	for i, t := range set.texts {
		b.group[i] = group(t)
		b.groups = max(b.groups, b.group[i]+1)
	}
	b.quiet = &scene{moments: set.moments}
	for i := range set.templates {
		t := &set.templates[i]
		t.power = unfold(t.raw, t.levels)
		b.quiet.frames = append(b.quiet.frames, t.frames)
		b.quiet.rough = append(b.quiet.rough, outlined(t.frames))
	}
	return b
}

// outline is what a beginning looks like from afar: the mean of a few frames, and of a few more.
type outline [outlineParts][ceps]float32

const (
	outlineParts = 6
	outlinePart  = 7 // frames: all of them are there at the first look
)

func outlined(v []vector) (o outline) {
	for p := range o {
		part := v[min(p*outlinePart, len(v)):min((p+1)*outlinePart, len(v))]
		for i := range part {
			for k := range ceps {
				o[p][k] += part[i][k] / outlinePart
			}
		}
	}
	return o
}

// apart is how far two outlines lie from each other.
func (o outline) apart(p *outline) (sum float32) {
	q := *p
	for i := range o {
		for k := range o[i] {
			d := o[i][k] - q[i][k]
			sum += d * d
		}
	}
	return sum
}

// How far the paces of two speakers may be apart, and what they may differ by besides.
const (
	slowest  = 0.6
	quickest = 1.7
	freedom  = 10 // frames
	// The line's noise is learnt so many frames late: the newest may be those of a sound that begins.
	learntLate = 2
	// earliest is how much sound is needed for a first look.
	earliest = 35
	// After the first look only recordings within this factor of the nearest are compared again.
	hopeful = 1.3
	// Each group keeps this many of its nearest recordings all the same.
	keptEach = 2
	// Once surely frames are compared, a recording whose mean distance is hopeless times what may still matter is let go.
	surely   = 20
	hopeless = 1.3
)

// Sound is the beginning of one sound as it comes in. It belongs to one goroutine.
type Sound struct {
	history  [historySize]int16
	noise    noiseTrack
	spectra  []spectrum
	wait     int // frames until noise is learnt again
	begun    bool
	lastLoud int // spectra up to and including the last loud frame
}

// NewSound listens to a line.
func NewSound() *Sound { return &Sound{} }

// Step takes a frame of 20 ms. voiced tells whether it is a voice, toned whether a tone of the network sounds, which is no noise of
// the line either.
func (s *Sound) Step(pcm []int16, voiced, toned bool) {
	if len(pcm) != hop {
		return
	}
	copy(s.history[:], s.history[hop:])
	copy(s.history[historySize-hop:], pcm)
	if s.wait = max(0, s.wait-1); toned {
		s.wait = learntLate + 1
	}
	switch {
	case s.begun:
		s.append(1)
	case voiced:
		s.begun = true
		s.append(2)
	case s.wait == 0:
		if s.noise.skip++; s.noise.skip%noiseEach == 0 {
			f := frontEnds.Get().(*frontEnd)
			end := historySize - learntLate*hop
			s.noise.learn(f.spectrum(s.history[end-window : end]))
			frontEnds.Put(f)
		}
	}
	if voiced {
		s.lastLoud = len(s.spectra)
	}
}

func (s *Sound) append(n int) {
	if len(s.spectra)+n > maxFrames {
		return
	}
	f := frontEnds.Get().(*frontEnd)
	defer frontEnds.Put(f)
	for i := n - 1; i >= 0; i-- {
		end := historySize - i*hop
		s.spectra = append(s.spectra, f.spectrum(s.history[end-window:end]))
	}
}

// Drop takes the first n frames away: they were the line's noise.
func (s *Sound) Drop(n int) {
	n = min(n, len(s.spectra))
	for i := range n {
		s.noise.learn(s.spectra[i])
	}
	s.spectra = s.spectra[n:]
	s.lastLoud = max(0, s.lastLoud-n)
}

// Restart waits for the next sound; what is known of the line's noise stays.
func (s *Sound) Restart() {
	s.begun, s.spectra, s.lastLoud, s.wait = false, nil, 0, learntLate+1
}

// Frames is how much of the sound is there.
func (s *Sound) Frames() int { return len(s.spectra) }

// Look is a question about a sound: which recordings may it be the beginning of. Looks at one sound follow each other, as
// each goes on with the recordings that the one before left.
type Look struct {
	b     *Beginnings
	alive []int // templates
	begun bool
	scene *scene
	al    aligner
}

// Look begins to ask about a sound.
func (b *Beginnings) Look() *Look { return &Look{b: b} }

// Snapshot copies what is there of a sound, so that another goroutine can compare it.
func (s *Sound) Snapshot() *Sound {
	return &Sound{spectra: slices.Clone(s.spectra), noise: s.noise, begun: s.begun, lastLoud: s.lastLoud}
}

// Likeness is how near a sound is to a group of phrases. Smaller is nearer; the mean distance of a frame.
type Likeness struct {
	Group    int
	Distance float64
}

// Ask gives the two nearest groups, nearest first; none while the sound is too short. With ended the sound is complete: a
// recording that goes on is another one.
func (l *Look) Ask(s *Sound, ended bool) []Likeness {
	spectra := s.spectra[:min(len(s.spectra), s.lastLoud)]
	spectra = trim(spectra, &s.noise.spectrum)
	if len(spectra) < earliest {
		return nil
	}
	if !l.begun {
		l.scene = l.b.scene(floorsOf(spectra, &s.noise.spectrum))
	}
	frames := l.scene.vectors(spectra, &s.noise.spectrum)
	if !l.begun {
		l.begun = true
		l.alive = l.scene.nearestFirst(frames)
	}
	near := make([]float32, len(l.alive))
	best, limit := make([]float32, l.b.groups), inf
	for i := range best {
		best[i] = inf
	}
	for i, t := range l.alive {
		near[i] = l.al.beginning(frames, l.scene.frames[t], limit*hopeful, ended)
		g := l.b.group[l.b.set.templates[t].phrase]
		best[g] = min(best[g], near[i])
		limit = min(limit, near[i])
	}
	l.keep(near, limit*hopeful)
	return nearestTwo(best)
}

// Noisy tells whether the sound has noise that matters; false before anything was asked.
func (l *Look) Noisy() bool { return l.scene != nil && l.scene.floors != nil }

// nearestFirst orders all recordings by a look from afar. Nothing is decided by it, but the sooner the right one is compared, the
// sooner the others are let go.
func (s *scene) nearestFirst(frames []vector) []int {
	o := outlined(frames)
	far := make([]float32, len(s.rough))
	order := make([]int, len(s.rough))
	for i := range s.rough {
		far[i], order[i] = o.apart(&s.rough[i]), i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(far[i], far[j]) })
	return order
}

// keep leaves the recordings that may still win.
func (l *Look) keep(near []float32, limit float32) {
	order := make([]int, len(near))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		switch {
		case near[a] < near[b]:
			return -1
		case near[a] > near[b]:
			return 1
		}
		return a - b
	})
	counts := make([]int, l.b.groups)
	var alive []int
	for _, i := range order {
		g := l.b.group[l.b.set.templates[l.alive[i]].phrase]
		if near[i] > limit && counts[g] >= keptEach {
			continue
		}
		counts[g]++
		alive = append(alive, l.alive[i])
	}
	l.scene = l.scene.only(alive)
	l.alive = alive
}

func nearestTwo(best []float32) []Likeness {
	a, b := Likeness{Group: -1, Distance: float64(inf)}, Likeness{Group: -1, Distance: float64(inf)}
	for g, d := range best {
		switch {
		case float64(d) < a.Distance:
			a, b = Likeness{g, float64(d)}, a
		case float64(d) < b.Distance:
			b = Likeness{g, float64(d)}
		}
	}
	if a.Group < 0 {
		return nil
	}
	return []Likeness{a, b}
}

// FrameDuration is the length of the frames that Sound takes.
const FrameDuration = vad.FrameDuration

// beginning aligns two sounds from their starts until one of them ends, and gives the mean local distance, or +Inf once it
// must exceed limit. With ended, the first sound ends where it ends: both ends must meet.
func (al *aligner) beginning(a, b []vector, limit float32, ended bool) float32 {
	n, m := len(a), len(b)
	if n == 0 || m == 0 {
		return inf
	}
	prev, cur := al.rows(m)
	found := inf
	stop := limit * float32(n+min(m, int(quickest*float64(n))+freedom))
	for i := 1; i <= n; i++ {
		lo, hi := max(1, int(slowest*float64(i))-freedom), min(m, int(quickest*float64(i))+freedom)
		if lo > m {
			break
		}
		cur[lo-1] = inf
		best, mean := inf, inf
		for j := lo; j <= hi; j++ {
			d := local(&a[i-1], &b[j-1])
			c := prev[j-1] + 2*d
			if v := prev[j] + d; v < c {
				c = v
			}
			if v := cur[j-1] + d; v < c {
				c = v
			}
			cur[j] = c
			best = min(best, c)
			mean = min(mean, c/float32(i+j))
		}
		for j := hi + 1; j <= min(m, int(quickest*float64(i+1))+freedom); j++ {
			cur[j] = inf
		}
		// The other sound is over: the rest of this one says nothing against it, if enough was compared.
		if hi == m && !ended && m >= earliest {
			found = min(found, cur[m]/float32(i+m))
		}
		if best > stop || i >= surely && mean > limit*hopeless {
			break
		}
		if i == n {
			for j := lo; j <= hi; j++ {
				if ended && j < m-freedom {
					continue
				}
				found = min(found, cur[j]/float32(n+j))
			}
		}
		prev, cur = cur, prev
		prev[0] = inf
	}
	return found
}
