package linestatus

// opening is what is heard before the noise of a new line is known. Until then whatever sounds is taken for a voice.
type opening struct {
	levels [openFrames]float64 // dBFS, of what was taken for a voice
	heard  int
	toned  bool
}

const (
	// openFrames is when the detector believes what it has learnt of a new line.
	openFrames = 13
	// unvoiced is below every level.
	unvoiced = -200.0
)

// open takes one of the first frames. Once the noise is known, it puts right what was no louder: the sound began later, or has not
// begun. Otherwise the noise before an announcement is compared as its beginning.
func (a *Analyser) open(voiced bool, level float64, toned bool) {
	o := &a.opening
	if o.heard == openFrames {
		return
	}
	if !voiced {
		level = unvoiced
	}
	o.levels[o.heard] = level
	o.toned = o.toned || toned
	if o.heard++; o.heard < openFrames || a.onset == 0 || o.toned {
		return
	}
	from, to := o.voice(a.voice.Floor() + onsetDB)
	onset := a.now - openFrames + 1 + from
	if from >= 0 && onset <= a.onset {
		return
	}
	if w := a.answer; w != nil {
		w.speaks, w.length = 0, to-from
	}
	if from < 0 {
		a.sound.Drop(a.sound.Frames())
		a.sound.Restart()
		onset, a.voiced = 0, 0
	} else {
		a.sound.Drop(onset - a.onset)
	}
	if a.onset = onset; a.answer == nil {
		a.first = onset
	}
}

// voice is where the frames begin and end that are as loud as limit; from is -1 when there are none.
func (o *opening) voice(limit float64) (from, to int) {
	from, to = -1, -1
	run := 0
	for i, level := range o.levels {
		if level < limit {
			run = 0
			continue
		}
		to = i + 1
		if run++; run == soundFrames && from < 0 {
			from = i - soundFrames + 1
		}
	}
	if from < 0 {
		to = -1
	}
	return from, to
}
