package phrase

import "math"

// How speech is made comparable between voices and lines. The values were chosen with voices that the published
// figures are not measured on (docs/recognition.md).
const (
	// The line's noise is taken out of a spectrum, down to this share of it: below that there is only chance.
	residue = 0.1
	// A frame this far below the loudest one is not speech at the ends of an utterance.
	trimDB = 20.0
	// Nor is one that is not this many times the line's noise.
	aboveNoise = 2
	// Every band gets this much of the loudest frame's mean band power added, so that what lies below it, noise in one
	// recording and silence in another, looks alike.
	floorDB = 30.0
	// The channel's mean is estimated over this many frames of the average speaker beside the utterance's own: a short
	// 嗯 is nearly all mean, and taking all of it out would leave nothing to compare.
	priorFrames = 60
	maxFrames   = 12 * framesS
)

// moments are the mean and the spread of cepstra over everything that was enrolled.
type moments struct {
	mean  [ceps]float32
	scale [ceps]float32
	slope [ceps]float32
}

// denoise appends spectra without the line's noise.
func denoise(dst, in []spectrum, noise *spectrum) []spectrum {
	for i := range in {
		var out spectrum
		for b, e := range in[i] {
			out[b] = max(e-noise[b], residue*noise[b])
		}
		dst = append(dst, out)
	}
	return dst
}

// trim gives the part of an utterance between its first and its last loud frame.
func trim(in []spectrum, noise *spectrum) []spectrum {
	top := loudest(in)
	if top <= 0 {
		return nil
	}
	limit := max(top*float32(math.Pow(10, -trimDB/10)), aboveNoise*noise.energy())
	from, to := 0, len(in)
	for from < to && in[from].energy() < limit {
		from++
	}
	for to > from && in[to-1].energy() < limit {
		to--
	}
	return in[from:to]
}

// cepstra appends the raw cepstra of trimmed spectra.
func cepstra(dst [][ceps]float32, in []spectrum) [][ceps]float32 {
	floor := loudest(in) / mels * quiet
	for i := range in {
		logs := logsOf(&in[i], floor)
		dst = append(dst, transform(&logs))
	}
	return dst
}

// levelsOf gives what cepstra leave out: the mean of each frame's logarithms, beside the loudest frame's mean band power.
func levelsOf(in []spectrum) []float32 {
	top := loudest(in) / mels
	out := make([]float32, len(in))
	for i := range in {
		for _, l := range logsOf(&in[i], top*quiet) {
			out[i] += l / mels
		}
		out[i] -= fastLog(top)
	}
	return out
}

func logsOf(s *spectrum, floor float32) (logs spectrum) {
	for b, e := range s {
		logs[b] = fastLog(e + floor)
	}
	return logs
}

func transform(logs *spectrum) (c [ceps]float32) {
	for k := range c {
		var sum float32
		for b, l := range logs {
			sum += cosine[k][b] * l
		}
		c[k] = sum
	}
	return c
}

// vectors appends what is compared: cepstra without the channel's mean, in units of their spread, and their slopes.
func vectors(dst []vector, c [][ceps]float32, m *moments) []vector {
	if len(c) == 0 {
		return dst
	}
	var mean [ceps]float32
	for i := range c {
		for k, v := range c[i] {
			mean[k] += v
		}
	}
	n := float32(len(c))
	for k := range mean {
		mean[k] = (mean[k] + priorFrames*m.mean[k]) / (n + priorFrames)
	}
	at := func(i int) *[ceps]float32 { return &c[max(0, min(i, len(c)-1))] }
	for i := range c {
		var v vector
		a, b, d, e := at(i-2), at(i-1), at(i+1), at(i+2)
		for k := range ceps {
			v[k] = (c[i][k] - mean[k]) * m.scale[k]
			v[ceps+k] = (d[k] - b[k] + 2*(e[k]-a[k])) * 0.1 * m.slope[k]
		}
		dst = append(dst, v)
	}
	return dst
}

// learn measures moments over the cepstra of many utterances.
func learn(utterances [][][ceps]float32) *moments {
	m := &moments{}
	var n float64
	var sum, square, slope [ceps]float64
	for _, u := range utterances {
		for i := range u {
			n++
			for k, v := range u[i] {
				sum[k] += float64(v)
			}
		}
	}
	if n == 0 {
		for k := range ceps {
			m.scale[k], m.slope[k] = 1, 1
		}
		return m
	}
	for k := range ceps {
		m.mean[k] = float32(sum[k] / n)
		m.scale[k], m.slope[k] = 1, 1
	}
	for _, u := range utterances {
		for _, v := range vectors(nil, u, m) {
			for k := range ceps {
				square[k] += float64(v[k]) * float64(v[k])
				slope[k] += float64(v[ceps+k]) * float64(v[ceps+k])
			}
		}
	}
	for k := range ceps {
		m.scale[k] = float32(1 / math.Sqrt(square[k]/n+1e-9))
		m.slope[k] = float32(slopeWeight / math.Sqrt(slope[k]/n+1e-9))
	}
	return m
}

// slopeWeight is what a slope counts beside a cepstrum.
const slopeWeight = 0.5
