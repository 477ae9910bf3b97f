package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/outdial/outdial/dialogue/backchannel"
	"github.com/outdial/outdial/dialogue/session"
	"github.com/outdial/outdial/dialogue/turnset"
	"github.com/outdial/outdial/shared/audio"
)

// The development set is what the session's limits of the odds are chosen by, so that the turn set remains something that neither
// the net nor its use has seen: other voices, other words, cases of the same kinds.

// trialOn are what the trial voices go on with after a backchannel.
var trialOn = strings.Fields(`不过价钱得再谈谈 问题是我没有营业执照 可我上次已经拒绝了 麻烦你换个时间 你把地址发给我 那要准备哪些材料 只是最近手头紧 怎么之前没人说
	我得跟我爱人说一声 晚点再联系我 请你讲慢一点 我们单位有规定 到底有没有优惠 其实我买过了 谁让你打来的`)

// trialHeads are first words that begin with the syllable of a backchannel.
var trialHeads = strings.Fields(`对不起 是不是 好了 行了 对了 好像 好多 行不行 是这样 对不住 是哪个 好端端的 行啦`)

const (
	interrupts = 24 // of each voice
	leads      = 10
)

// caller makes the cases of one voice.
type caller struct {
	voice        string
	pitch, speed int
	r            *rand.Rand
	cases        []turnset.Case
	err          error
}

// development makes the set.
func development(all []string) ([]turnset.Case, error) {
	r := rand.New(rand.NewPCG(77, 78))
	sentences := slices.DeleteFunc(part(all, true), func(s string) bool { return utf8.RuneCountInString(s) < 4 })
	wordings := slices.Compact(slices.Sorted(slices.Values(murmurs)))
	pairs := slices.DeleteFunc(slices.Clone(wordings), func(s string) bool { return utf8.RuneCountInString(s) != 2 })
	var out []turnset.Case
	for _, v := range trial {
		c := &caller{voice: v, pitch: 34 + r.IntN(28), speed: 190 + r.IntN(56), r: r}
		for _, m := range wordings {
			c.add(turnset.Aside, 0, c.say(m))
		}
		for n := 0; n < interrupts; {
			text := strings.ReplaceAll(sentences[r.IntN(len(sentences))], " ", "")
			if n%2 == 0 {
				text = heads[r.IntN(len(heads))] + text
			}
			// Two of seven begin with the syllable of a backchannel.
			led := n%7 >= 5
			if led {
				text = trialHeads[r.IntN(len(trialHeads))] + text
			}
			if b := beginning([]rune(text)); b > 1 || (b == 1) != led {
				continue
			}
			c.add(turnset.Interrupt, 0, c.say(text))
			n++
		}
		for n := range leads {
			m, rest := pairs[r.IntN(len(pairs))], trialOn[r.IntN(len(trialOn))]
			if n%2 == 0 {
				c.add(turnset.Lead, 2, c.say(m+rest))
				continue
			}
			more := c.say(rest)
			more.After = time.Duration(r.IntN(8)) * audio.FrameDuration
			c.add(turnset.Lead, 0, c.say(m), more)
		}
		if c.err != nil {
			return nil, c.err
		}
		out = append(out, c.cases...)
	}
	return out, nil
}

// add adds a case on a quiet and on a noisy line.
func (c *caller) add(kind turnset.Kind, lead int, said ...turnset.Said) {
	if c.err != nil {
		return
	}
	into := time.Duration(50+c.r.IntN(80)) * audio.FrameDuration
	for _, noisy := range []bool{false, true} {
		c.cases = append(c.cases, turnset.Make(kind, c.voice, noisy, into, lead, said...))
	}
}

// say speaks as callees of the turn set do: at one level, through a telephone, and slower where it is a word or two.
func (c *caller) say(text string) (s turnset.Said) {
	s.Text = text
	speed := c.speed + c.r.IntN(21) - 10
	if n := utf8.RuneCountInString(text); n <= 2 {
		speed = max(85, speed*(2*n+2)/10)
	}
	pcm, err := espeak(c.voice, text, c.pitch+c.r.IntN(9)-4, speed)
	if err != nil || len(pcm) == 0 {
		c.err = fmt.Errorf("%s says %q: %w", c.voice, text, err)
		return s
	}
	high := 0.8 + 0.12*c.r.Float64()
	var low, power float64
	out := make([]float64, len(pcm))
	for i, v := range pcm {
		low += (1 - high) * (float64(v) - low)
		out[i] = float64(v) - low
		power += out[i] * out[i]
	}
	gain := 0.1 * 32768 / math.Sqrt(power/float64(len(pcm))+1) // -20 dBFS
	for i, v := range out {
		pcm[i] = int16(max(-26000, min(26000, gain*v)))
	}
	s.PCM = audio.PCMU.Decode(nil, audio.PCMU.Encode(nil, pcm))
	return s
}

// develop plays the set to sessions that listen with the nets, and tells what came of it.
func develop(nets backchannel.Nets, cases []turnset.Case) error {
	bench, err := turnset.NewBench()
	if err != nil {
		return err
	}
	bench.Murmurs = func() session.Murmurs { return backchannel.Listen(nets) }
	folder, err := os.MkdirTemp("", "outdial-development-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	results := make([]turnset.Result, 0, len(cases))
	for _, c := range cases {
		one, err := bench.Run(context.Background(), c, folder)
		if err != nil {
			return err
		}
		results = append(results, one)
	}
	r := turnset.Sum(results)
	fmt.Printf("development set: %d of %d asides of one or two syllables stopped the robot, %d of %d of all; %d of %d interruptions, p50 %v p95 %v; %d of %d that begin like an aside, p50 %v p95 %v\n",
		r.ShortStopped, r.Short, r.Paused+r.False, r.Asides,
		r.Heard, r.Interrupts, turnset.Quantile(r.Stops, 0.5), turnset.Quantile(r.Stops, 0.95),
		r.LeadsHeard, r.Leads, turnset.Quantile(r.LeadStops, 0.5), turnset.Quantile(r.LeadStops, 0.95))
	return nil
}
