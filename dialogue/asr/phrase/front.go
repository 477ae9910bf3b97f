package phrase

// Bands is the number of bands that a Front gives.
const Bands = mels

// Front is the front end alone, frame by frame, for those who judge a sound otherwise than by what is enrolled.
type Front struct {
	history [window]int16
}

// Step takes a frame of 20 ms and gives the power in each band of the last 32 ms. Frames of other lengths count as silence.
func (f *Front) Step(pcm []int16) [Bands]float32 {
	f.Pass(pcm)
	e := frontEnds.Get().(*frontEnd)
	defer frontEnds.Put(e)
	return e.spectrum(f.history[:])
}

// Pass takes a frame that nobody asks about.
func (f *Front) Pass(pcm []int16) {
	copy(f.history[:], f.history[hop:])
	fresh := f.history[window-hop:]
	clear(fresh)
	if len(pcm) == hop {
		copy(fresh, pcm)
	}
}
