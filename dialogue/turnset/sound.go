package turnset

import (
	"math"
	"math/rand/v2"
	"time"
	"unicode/utf8"

	"github.com/outdial/outdial/shared/audio"
)

// word is when a text is spoken, in samples from the beginning of the case's sound.
type word struct {
	text     string
	from, to int
	aside    bool // it is not the callee's own
}

// voiceDB is the level of the clips.
const voiceDB = -20

// sound puts the parts together, and tells what is said when.
func (c Case) sound() (pcm []int16, words []word) {
	for _, p := range c.parts {
		switch {
		case p.pause > 0:
			pcm = append(pcm, make([]int16, audio.Samples(time.Duration(p.pause)*time.Millisecond))...)
		case p.sound != "":
			pcm = append(pcm, sounds[p.sound](rand.New(rand.NewPCG(7, 11)))...)
		default:
			from := len(pcm)
			pcm = append(pcm, scale(p.clip.PCM, c.level)...)
			words = append(words, word{text: p.clip.Sentence.Text, from: from, to: len(pcm), aside: c.level < 0})
		}
	}
	return pcm, words
}

// third is the frame in which the third syllable of a case begins that begins like an aside; 0 of all others.
func (c Case) third() int {
	if c.Kind != Lead {
		return 0
	}
	first := c.parts[0].clip
	if c.lead > 0 {
		return len(first.PCM) * c.lead / utf8.RuneCountInString(first.Sentence.Text) / audio.FrameSamples
	}
	_, words := c.sound()
	return words[1].from / audio.FrameSamples
}

// short tells whether a case is backchannels of one or two syllables, said to the robot.
func (c Case) short() bool {
	for _, p := range c.parts {
		if p.sound != "" || p.clip != nil && (c.level < 0 || utf8.RuneCountInString(p.clip.Sentence.Text) > 2) {
			return false
		}
	}
	return true
}

func scale(pcm []int16, db float64) []int16 {
	if db == 0 {
		return pcm
	}
	gain := math.Pow(10, db/20)
	out := make([]int16, len(pcm))
	for i, s := range pcm {
		out[i] = int16(float64(s) * gain)
	}
	return out
}

// line is what a line hisses: -65 dBFS, or 25 dB below the voice.
type line struct {
	r    *rand.Rand
	gain float64
}

func newLine(noisy bool) *line {
	db := -65.0
	if noisy {
		db = voiceDB - 25
	}
	return &line{rand.New(rand.NewPCG(3, 5)), 32768 * math.Pow(10, db/20)}
}

func (l *line) add(frame []int16) {
	for i := range frame {
		frame[i] = int16(max(-32768, min(32767, float64(frame[i])+l.r.NormFloat64()*l.gain)))
	}
}

// sounds are what people do besides speaking.
var sounds = map[string]func(*rand.Rand) []int16{
	// A cough: two bursts of broad noise that die away.
	"cough": func(r *rand.Rand) []int16 {
		return append(append(burst(r, 170*time.Millisecond, 0.25), make([]int16, audio.Samples(90*time.Millisecond))...), burst(r, 140*time.Millisecond, 0.16)...)
	},
	// A click on the line.
	"click": func(r *rand.Rand) []int16 { return burst(r, 15*time.Millisecond, 0.5) },
	// Breath across the microphone: soft and long.
	"breath": func(r *rand.Rand) []int16 {
		out := make([]int16, audio.Samples(600*time.Millisecond))
		for i := range out {
			shape := math.Sin(math.Pi * float64(i) / float64(len(out)))
			out[i] = int16(r.NormFloat64() * shape * 0.008 * 32767)
		}
		return out
	},
}

func burst(r *rand.Rand, d time.Duration, peak float64) []int16 {
	out := make([]int16, audio.Samples(d))
	for i := range out {
		out[i] = int16(max(-1, min(1, r.NormFloat64()*0.4)) * peak * 32767 * math.Exp(-4*float64(i)/float64(len(out))))
	}
	return out
}
