package phrase

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/outdial/outdial/dialogue/asr"
	"github.com/outdial/outdial/dialogue/vad"
)

const (
	// preRoll is kept from before the line became loud: weak beginnings of words, and the front end's window.
	preRoll     = 6
	historySize = (preRoll+2)*hop + window
	// pauseFrames of silence bring a partial result.
	pauseFrames = 5
	// keptPause is the longest pause that stays in an utterance; a longer one is cut to it.
	keptPause = 15
	// tailFrames after the last loud frame still belong to a word.
	tailFrames = 6
	// startVoiced loud frames in a row begin an utterance: one is a click.
	startVoiced = 2
	// In silence only every noiseEach-th frame is looked at, for the noise of the line.
	noiseEach  = 2
	maxPending = 64

	earlyFrames  = 5
	earlyLevelDB = -30.0
)

// stream listens to one side of one call. Write does the front end itself, some microseconds a frame; matching runs in a
// goroutine that lives as long as there is something to match.
type stream struct {
	p       *Provider
	allowed []bool
	results chan asr.Result
	done    chan struct{}
	unhook  func() bool
	once    sync.Once
	work    sync.WaitGroup

	mu       sync.Mutex
	closed   bool
	detector *vad.Detector
	rest     []int16 // samples of an incomplete frame
	history  [historySize]int16
	noise    noiseTrack
	run      int // loud frames in a row
	early    int // frames since the stream began, up to earlyFrames
	heard    utterance
	pending  []job
	working  bool
	last     asr.Result // the worker's alone
}

// utterance is what was said since the last Flush.
type utterance struct {
	spectra  []spectrum
	speaking bool
	quiet    int // frames since the last loud one
	loud     int // spectra up to and including the last loud frame
	voiced   int
	asked    int // value of loud when the last match was asked for
	tooLong  bool
}

// job is one match to make.
type job struct {
	spectra []spectrum
	noise   spectrum
	voiced  int
	final   bool
	// again: nothing loud came since the last partial, whose result stands.
	again bool
	// empty: nothing was said at all.
	empty   bool
	tooLong bool
}

type noiseTrack struct {
	spectrum
	seen, skip int
}

func (n *noiseTrack) learn(s spectrum) {
	n.seen++
	share := max(1/float32(n.seen), 0.05)
	for b := range s {
		n.spectrum[b] += (s[b] - n.spectrum[b]) * share
	}
}

func newStream(ctx context.Context, p *Provider, allowed []bool) *stream {
	s := &stream{p: p, allowed: allowed, results: make(chan asr.Result, 16), done: make(chan struct{}),
		detector: vad.New(vad.Config{Hangover: -1, OnsetDB: 6, MinLevelDB: -52})}
	s.unhook = context.AfterFunc(ctx, s.shut)
	return s
}

func (s *stream) Results() <-chan asr.Result { return s.results }

func (s *stream) Write(pcm []int16) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return &asr.Error{Kind: asr.Closed, Provider: Name, Tried: "take audio"}
	}
	if len(s.rest) > 0 {
		n := min(hop-len(s.rest), len(pcm))
		s.rest = append(s.rest, pcm[:n]...)
		pcm = pcm[n:]
		if len(s.rest) < hop {
			return nil
		}
		s.frame(s.rest)
		s.rest = s.rest[:0]
	}
	for ; len(pcm) >= hop; pcm = pcm[hop:] {
		s.frame(pcm[:hop])
	}
	s.rest = append(s.rest, pcm...)
	return nil
}

// frame takes 20 ms.
func (s *stream) frame(pcm []int16) {
	copy(s.history[:], s.history[hop:])
	copy(s.history[historySize-hop:], pcm)
	voiced, level := s.detector.Step(pcm)
	if s.early < earlyFrames {
		// The detector does not trust a new line yet. A session cuts turns with some silence before them, so the first
		// frames show the noise, unless they are as loud as speech.
		if s.early++; level < earlyLevelDB {
			s.learnNoise()
		}
	}
	if voiced {
		s.run++
	} else {
		s.run = 0
	}
	u := &s.heard
	if !u.speaking {
		if s.run >= startVoiced {
			u.speaking = true
			s.append(preRoll + startVoiced)
			u.loud, u.quiet, u.voiced = len(u.spectra), 0, u.voiced+startVoiced
			return
		}
		if !voiced {
			if s.noise.skip++; s.noise.skip%noiseEach == 0 {
				s.learnNoise()
			}
		}
		return
	}
	s.append(1)
	if voiced {
		u.quiet = 0
		u.voiced++
		u.loud = len(u.spectra)
		return
	}
	u.quiet++
	if n := len(u.spectra); u.quiet > tailFrames && n > u.loud {
		s.noise.learn(u.spectra[n-1])
	}
	if u.quiet == pauseFrames && u.loud > u.asked {
		if s.enqueue(s.snapshot(false)) {
			u.asked = u.loud
		}
	}
	if u.quiet >= keptPause {
		// The next word begins like the first one, with its own pre-roll.
		u.speaking = false
		u.spectra = u.spectra[:min(len(u.spectra), u.loud+keptPause-preRoll)]
	}
}

// learnNoise looks at the present frame as noise.
func (s *stream) learnNoise() {
	f := frontEnds.Get().(*frontEnd)
	defer frontEnds.Put(f)
	s.noise.learn(f.spectrum(s.history[historySize-window:]))
}

// append adds the spectra of the last n frames.
func (s *stream) append(n int) {
	u := &s.heard
	if len(u.spectra)+n > maxFrames {
		u.tooLong = true
		return
	}
	f := frontEnds.Get().(*frontEnd)
	defer frontEnds.Put(f)
	for i := n - 1; i >= 0; i-- {
		end := historySize - i*hop
		u.spectra = append(u.spectra, f.spectrum(s.history[end-window:end]))
	}
}

// snapshot copies what a match needs.
func (s *stream) snapshot(final bool) job {
	u := &s.heard
	n := min(len(u.spectra), u.loud+tailFrames)
	return job{spectra: slices.Clone(u.spectra[:n]), noise: s.noise.spectrum, voiced: u.voiced, final: final, tooLong: u.tooLong}
}

func (s *stream) Flush() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	u := &s.heard
	switch {
	case u.loud == 0:
		s.enqueue(job{final: true, empty: true})
	case u.loud == u.asked:
		s.enqueue(job{final: true, again: true, voiced: u.voiced})
	default:
		s.enqueue(s.snapshot(true))
	}
	*u = utterance{spectra: u.spectra[:0]}
	s.run = 0
}

// enqueue hands a match to the goroutine and says whether it was taken. The caller holds the lock.
func (s *stream) enqueue(j job) bool {
	if limit := maxPending; len(s.pending) >= limit || !j.final && len(s.pending) >= limit/8 {
		return false // only a caller that does not read its results comes here
	}
	s.pending = append(s.pending, j)
	if !s.working {
		s.working = true
		s.work.Add(1)
		go s.match()
	}
	return true
}

// match works the queue off.
func (s *stream) match() {
	defer s.work.Done()
	for {
		s.mu.Lock()
		if s.closed || len(s.pending) == 0 {
			s.working = false
			s.mu.Unlock()
			return
		}
		j := s.pending[0]
		s.pending = s.pending[1:]
		s.mu.Unlock()
		switch {
		case j.empty:
			s.last = asr.Result{}
		case !j.again:
			select {
			case s.p.slots <- struct{}{}:
			case <-s.done:
				continue
			}
			s.last = s.p.recognise(j, s.allowed)
			<-s.p.slots
		}
		r := s.last
		r.Final = j.final
		s.deliver(r)
	}
}

// deliver drops a partial that nobody reads and waits with a final.
func (s *stream) deliver(r asr.Result) {
	if !r.Final {
		select {
		case s.results <- r:
		default:
		}
		return
	}
	select {
	case s.results <- r:
	case <-s.done:
	}
}

func (p *Provider) recognise(j job, allowed []bool) asr.Result {
	out := asr.Result{Heard: time.Duration(j.voiced) * vad.FrameDuration}
	if j.tooLong {
		return out
	}
	r := p.set.match(j.spectra, &j.noise, allowed)
	out.Matched, out.Confidence, out.RunnerUpConfidence = p.tuning.verdict(r)
	if r.phrase >= 0 {
		out.Text = p.set.texts[r.phrase]
	}
	if r.other >= 0 {
		out.RunnerUp = p.set.texts[r.other]
	}
	return out
}

func (s *stream) Close() error {
	s.unhook()
	s.shut()
	return nil
}

// shut ends the stream once; whoever comes second waits for the first.
func (s *stream) shut() {
	s.once.Do(func() {
		s.mu.Lock()
		s.closed = true
		close(s.done)
		s.mu.Unlock()
		s.work.Wait()
		close(s.results)
	})
}
