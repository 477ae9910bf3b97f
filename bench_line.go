package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/outdial/outdial/dialer/carriersim/answers"
	said "github.com/outdial/outdial/dialer/carriersim/lines"
	"github.com/outdial/outdial/dialogue/linestatus"
	"github.com/outdial/outdial/dialogue/linestatus/linetest"
	"github.com/outdial/outdial/shared/audio"
	status "github.com/outdial/outdial/shared/linestatus"
)

// lineCases is how many tones of each kind the line part hears.
const lineCases = 210

// line measures the ear for lines with the sets that docs/line-status.md describes. Everything comes from a seed.
func (b *bench) line(ctx context.Context) error {
	book, err := linestatus.Announcements()
	if err != nil {
		return err
	}
	e := lineBench{bench: b, book: book, r: rand.New(rand.NewPCG(2026, 1))}
	for _, part := range []func() error{e.cadences, e.announcements, e.music, e.answers} {
		if err := part(); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

type lineBench struct {
	*bench
	book *linestatus.Book
	r    *rand.Rand
}

// early is the first verdict on a sound before the answer.
func (e *lineBench) early(pcm []int16) (v status.Verdict) {
	a := linestatus.New(linestatus.Config{Book: e.book})
	linetest.Frames(pcm, func(frame []int16) bool {
		var ok bool
		v, ok = a.Early(frame)
		return ok
	})
	return v
}

func share(n, of int) float64 { return 100 * float64(n) / float64(max(of, 1)) }

func (e *lineBench) cadences() error {
	var right, total int
	var busy []time.Duration
	for _, tone := range linetest.China {
		for range lineCases {
			c := linetest.Draw(e.r, tone, 15)
			v := e.early(c.Sound(e.r, 9*time.Second))
			total++
			if v.Status == tone.Status {
				right++
			}
			if tone.Status == status.BusyTone && v.Status == tone.Status {
				busy = append(busy, v.After)
			}
		}
	}
	slices.Sort(busy)
	e.add("line", "tones heard: 5 Hz and 10 % off, noise 15 dB below", float64(total), "")
	e.add("line", "tones told by their cadence", share(right, total), "% (aim >= 99)")
	if len(busy) > 0 {
		e.add("line", "time to the verdict busy, p50", busy[len(busy)/2].Seconds(), "s")
		e.add("line", "time to the verdict busy, longest", busy[len(busy)-1].Seconds(), "s (aim <= 2.1)")
	}
	return nil
}

// benchLines are the lines that recordings go through.
var benchLines = []struct {
	name string
	line linetest.Line
}{
	{"quiet line", linetest.Line{Level: -20, Law: audio.PCMA}},
	{"12 dB quieter", linetest.Line{Level: -32, Law: audio.PCMU}},
	{"pink noise 20 dB below", linetest.Line{Level: -20, SNR: 20, Noise: linetest.Pink, Law: audio.PCMA}},
	{"white noise 15 dB below", linetest.Line{Level: -20, SNR: 15, Noise: linetest.White, Law: audio.PCMA}},
}

// silence is that much of it.
func silence(d time.Duration) []int16 { return make([]int16, audio.Samples(d)) }

func (e *lineBench) announcements() error {
	clips, err := said.Announcements()
	if err != nil {
		return err
	}
	e.add("line", "announcements by voices that are not enrolled", float64(len(clips)), "recordings of 19 states")
	for _, l := range benchLines {
		var right, soon, wrong int
		var took []time.Duration
		for _, c := range clips {
			v := e.early(l.line.Carry(e.r, slices.Concat(silence(400*time.Millisecond), c.PCM, silence(time.Second))))
			switch {
			case string(v.Status) == c.Kind:
				right++
				took = append(took, v.After)
				if v.After <= 3*time.Second {
					soon++
				}
			case !v.IsZero():
				wrong++
			}
		}
		e.add("line", fmt.Sprintf("announcements right within 3 s, %s", l.name), share(soon, len(clips)), "% (aim >= 97 on a quiet line)")
		e.add("line", fmt.Sprintf("  right at all; the rest: %d wrong, %d unknown", wrong, len(clips)-right-wrong), share(right, len(clips)), "%")
		if slices.Sort(took); len(took) > 0 {
			e.add("line", "  time to the verdict, p50", took[len(took)/2].Seconds(), "s")
		}
	}
	return nil
}

// music hears tunes instead of ringing, and each tone and announcement is counted that is taken for music.
func (e *lineBench) music() error {
	const tunes = 60
	found := 0
	for i := range tunes {
		l := benchLines[i%3].line
		if e.early(l.Carry(e.r, audio.Melody(uint64(i), 0.3, 9*time.Second))).Status == status.RingBackMusic {
			found++
		}
	}
	e.add("line", fmt.Sprintf("music told from ringing and speech, of %d tunes", tunes), share(found, tunes), "%")
	return nil
}

// answers has people and machines answer while the robot's greeting plays.
func (e *lineBench) answers() error {
	clips, err := answers.Clips()
	if err != nil {
		return err
	}
	type count struct{ human, machine, unknown, total int }
	tally := map[string]*count{answers.Human: {}, answers.Machine: {}}
	took := map[string][]time.Duration{}
	for _, c := range clips {
		for _, l := range benchLines {
			for range 2 {
				v := e.whoAnswers(c, l.line)
				t := tally[c.Kind]
				t.total++
				switch v.Status {
				case status.Human:
					t.human++
				case status.Machine:
					t.machine++
				default:
					t.unknown++
				}
				if string(v.Status) == c.Kind {
					took[c.Kind] = append(took[c.Kind], v.After)
				}
			}
		}
	}
	for _, kind := range []string{answers.Human, answers.Machine} {
		t := tally[kind]
		aim := ""
		if kind == answers.Human {
			aim = " (aim <= 2)"
		}
		e.add("line", fmt.Sprintf("answers of a %s", kind), float64(t.total), "")
		e.add("line", "  taken for a human", share(t.human, t.total), "%")
		e.add("line", "  taken for a machine", share(t.machine, t.total), "%"+aim)
		e.add("line", "  not told", share(t.unknown, t.total), "%")
		if d := took[kind]; len(d) > 0 {
			slices.Sort(d)
			e.add("line", "  time to the verdict, p50", d[len(d)/2].Seconds(), "s")
		}
	}
	return nil
}

// whoAnswers is the last verdict on an answer: after 100 to 900 ms somebody speaks, over the robot, and a machine beeps.
func (e *lineBench) whoAnswers(c said.Clip, l linetest.Line) (last status.Verdict) {
	pcm := slices.Concat(silence(time.Duration(100+e.r.IntN(800))*time.Millisecond), c.PCM)
	switch {
	case c.Kind == answers.Machine:
		hz, long := 500+1300*e.r.Float64(), time.Duration(220+e.r.IntN(700))*time.Millisecond
		pcm = slices.Concat(pcm, silence(time.Duration(200+e.r.IntN(600))*time.Millisecond), audio.Tone(hz, 0.14, long))
	case e.r.IntN(4) == 0: // nobody has answered the hello: it is said again
		pcm = slices.Concat(pcm, silence(time.Duration(1500+e.r.IntN(1500))*time.Millisecond), c.PCM)
	}
	pcm = l.Carry(e.r, slices.Concat(pcm, silence(3*time.Second)))
	a := linestatus.New(linestatus.Config{Book: e.book})
	a.Answered()
	n := 0
	linetest.Frames(pcm, func(frame []int16) bool {
		n++
		if v, ok := a.After(frame, n > 25 && n < 250); ok {
			last = v
		}
		return false
	})
	return last
}
