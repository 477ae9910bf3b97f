package carriersim

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/outdial/outdial/dialer/carriersim/voices"
	"github.com/outdial/outdial/shared/audio"
)

// sound is a recording ready to be sent: encoded in both laws, line noise already in it.
type sound struct {
	id, text string
	words    [2][]byte // by lawIndex
	last     int       // offset just behind the last voiced sample
}

func lawIndex(l audio.Law) int {
	if l == audio.PCMA {
		return 1
	}
	return 0
}

func newSound(id, text string, pcm []int16) *sound {
	noisy := make([]int16, len(pcm))
	r := rand.New(rand.NewPCG(uint64(len(pcm)), 1))
	for i, v := range pcm {
		noisy[i] = int16(max(math.MinInt16, min(math.MaxInt16, int(v)+lineNoise(r))))
	}
	s := &sound{id: id, text: text, words: [2][]byte{audio.PCMU.Encode(nil, noisy), audio.PCMA.Encode(nil, noisy)}}
	if _, last, ok := voicedSpan(audio.PCMU, s.words[0]); ok {
		s.last = last
	}
	return s
}

// lineNoise is one sample of -60 dBFS noise: a line that is never quite silent, as real ones are.
func lineNoise(r *rand.Rand) int { return int(math.Round(r.NormFloat64() * 32.8)) }

// library holds every sound of the simulator. It is read-only once made, and shared by all simulators of the process.
type library struct {
	speech map[string]map[string]*sound // voice, sentence
	noise  *sound                       // 2 s, to be repeated
	ring   *sound                       // 5 s, one cadence
	tones  map[Tone]*sound              // whole cadences, to be repeated
	beep   *sound
}

var loadLibrary = sync.OnceValues(func() (*library, error) {
	clips, err := voices.Clips()
	if err != nil {
		return nil, fmt.Errorf("carriersim: load recordings: %w", err)
	}
	const amp = 0.14 // about -20 dBFS, as loud as speech
	lib := &library{
		speech: make(map[string]map[string]*sound),
		noise:  newSound("", "", make([]int16, 2*audio.Rate)),
		ring:   newSound("ring-back", "", audio.Cadence(audio.NetworkTone, amp, 5*time.Second, audio.Ringing...)),
		tones: map[Tone]*sound{
			ToneBusy:       newSound("busy-tone", "", audio.Cadence(audio.NetworkTone, amp, 1400*time.Millisecond, audio.Busy...)),
			ToneCongestion: newSound("congestion-tone", "", audio.Cadence(audio.NetworkTone, amp, 1400*time.Millisecond, audio.Congestion...)),
			ToneUnobtainable: newSound("unobtainable-tone", "", audio.Cadence(audio.NetworkTone, amp, 1400*time.Millisecond, 100*time.Millisecond,
				100*time.Millisecond, 100*time.Millisecond, 100*time.Millisecond, 100*time.Millisecond, 100*time.Millisecond, 400*time.Millisecond,
				400*time.Millisecond)),
			ToneCallWaiting: newSound("call-waiting-tone", "", audio.Cadence(audio.NetworkTone, amp, 4400*time.Millisecond, 400*time.Millisecond, 4*time.Second)),
			ToneMusic:       newSound("ring-back-music", "", audio.Melody(3, 0.3, 16*time.Second)),
		},
		beep: newSound("beep", "", audio.Tone(1000, amp, 400*time.Millisecond)),
	}
	for _, c := range clips {
		if lib.speech[c.Voice] == nil {
			lib.speech[c.Voice] = make(map[string]*sound)
		}
		lib.speech[c.Voice][c.Sentence.ID] = newSound(c.Sentence.ID, c.Sentence.Text, c.PCM)
	}
	return lib, lib.addAnswers()
})

// say finds a recording; a sentence that the voice does not have is a fault of the table, which a test looks for.
// What lines and greetings say belongs to no voice.
func (l *library) say(voice, id string) *sound {
	if s := l.speech[voice][id]; s != nil {
		return s
	}
	return l.speech[""][id]
}

// What counts as voiced, on both sides of the measurement: 5 ms with an RMS over -40 dBFS. Line noise stays far below it,
// and the soft ends of words that a listener would not notice do too.
const (
	voicedWindow = audio.Rate / 200
	voicedSquare = 328 * 328 // (0.01 * 32768)^2
)

var squares = func() (t [2][256]uint32) {
	for _, l := range []audio.Law{audio.PCMU, audio.PCMA} {
		for w := range 256 {
			v := int64(l.Decode(nil, []byte{byte(w)})[0])
			t[lawIndex(l)][w] = uint32(v * v)
		}
	}
	return t
}()

// voicedSpan finds the first voiced sample and the one behind the last, to within a window.
func voicedSpan(l audio.Law, words []byte) (first, last int, ok bool) {
	table := &squares[lawIndex(l)]
	for at := 0; at < len(words); at += voicedWindow {
		end := min(at+voicedWindow, len(words))
		var sum uint64
		for _, w := range words[at:end] {
			sum += uint64(table[w])
		}
		if sum >= voicedSquare*uint64(end-at) {
			if !ok {
				first, ok = at, true
			}
			last = end
		}
	}
	return first, last, ok
}
