package carriersim

import (
	"testing"
	"time"

	"github.com/outdial/outdial/shared/audio"
)

func TestHearing(t *testing.T) {
	zero := time.Date(2024, 5, 1, 9, 0, 0, 0, time.UTC)
	at := func(s float64) time.Time { return zero.Add(time.Duration(s * float64(time.Second))) }
	var h hearing
	robot := func(from, to float64) {
		for f := from; f < to-0.001; f += 0.02 {
			h.robot(at(f), at(f+0.02))
		}
	}
	s := &sound{id: "x"}

	h.began(s, CueReply, at(1)) // a greeting, answered after 0.4 s
	h.finished(at(2))
	robot(2.4, 4)
	h.began(s, CueInterrupt, at(4)) // stops after 0.3 s, replies 0.5 s after the end
	robot(4, 4.3)
	h.finished(at(5))
	robot(5.5, 7)
	h.began(s, CueBackchannel, at(6.9)) // the robot goes on
	h.finished(at(7.1))
	robot(7, 9)
	h.began(s, CueReply, at(10)) // never answered: the callee speaks again
	h.finished(at(10.5))
	h.began(s, CueInterrupt, at(13)) // nobody to interrupt
	h.finished(at(14))
	robot(15, 16)
	h.settle(at(20))

	want := []struct {
		over          bool
		latency, stop float64 // 0 = none
	}{{false, 0.4, 0}, {true, 0.5, 0.3}, {true, 0, 0}, {false, 0, 0}, {false, 1, 0}}
	if len(h.said) != len(want) {
		t.Fatalf("%d utterances", len(h.said))
	}
	for i, u := range h.said {
		latency, replied := u.Latency()
		stop, stopped := u.BargeInStop()
		near := func(d time.Duration, s float64) bool {
			return (d - time.Duration(s*float64(time.Second))).Abs() < time.Millisecond
		}
		if u.Over != want[i].over || replied != (want[i].latency > 0) || stopped != (want[i].stop > 0) ||
			replied && !near(latency, want[i].latency) || stopped && !near(stop, want[i].stop) {
			t.Errorf("utterance %d: over %v, latency %v %v, stop %v %v; want %+v", i, u.Over, latency, replied, stop, stopped, want[i])
		}
	}
	if got := h.said[2].Stopped; got.Sub(at(9)).Abs() > time.Millisecond {
		t.Errorf("after the backchannel the robot stopped at %v", got.Sub(zero))
	}
	if (h.voiced - 6400*time.Millisecond).Abs() > time.Millisecond {
		t.Errorf("the robot spoke for %v", h.voiced)
	}
}

func TestVoicedSpan(t *testing.T) {
	for _, law := range []audio.Law{audio.PCMU, audio.PCMA} {
		pcm := make([]int16, audio.FrameSamples)
		copy(pcm[80:], audio.Tone(450, 0.1, 5*time.Millisecond))
		first, last, ok := voicedSpan(law, law.Encode(nil, pcm))
		if !ok || first != 80 || last != 120 {
			t.Errorf("%v: tone in samples 80-120 found at %d-%d, %v", law, first, last, ok)
		}
		if _, _, ok := voicedSpan(law, law.Encode(nil, make([]int16, 160))); ok {
			t.Errorf("%v: silence is voiced", law)
		}
	}
	lib, err := loadLibrary()
	if err != nil {
		t.Fatal(err)
	}
	if _, _, ok := voicedSpan(audio.PCMU, lib.noise.words[0]); ok {
		t.Error("line noise is voiced")
	}
}

// longestSaid bounds a recording: what a voice says at once, and what networks and mailboxes say in a row.
var longestSaid = map[bool]time.Duration{false: 6 * time.Second, true: 10 * time.Second}

// The recordings are what everything else is measured with: their levels and edges have to hold.
func TestRecordings(t *testing.T) {
	lib, err := loadLibrary()
	if err != nil {
		t.Fatal(err)
	}
	for voice, said := range lib.speech {
		for id, s := range said {
			pcm := audio.PCMU.Decode(nil, s.words[0])
			if db := audio.LevelDB(pcm); db < -26 || db > -18 {
				t.Errorf("%s/%s is at %.1f dBFS", voice, id, db)
			}
			first, last, _ := voicedSpan(audio.PCMU, s.words[0])
			if d := audio.Duration(len(pcm)); first > audio.Rate/10 || len(pcm)-last > audio.Rate*3/20 || d < 200*time.Millisecond || d > longestSaid[voice == ""] {
				t.Errorf("%s/%s lasts %v, speech from %v to %v", voice, id, d, audio.Duration(first), audio.Duration(last))
			}
			for _, v := range pcm {
				if v > 32000 || v < -32000 {
					t.Errorf("%s/%s clips", voice, id)
					break
				}
			}
		}
	}
	if db := audio.LevelDB(audio.PCMU.Decode(nil, lib.noise.words[0])); db < -63 || db > -57 {
		t.Errorf("line noise is at %.1f dBFS", db)
	}
}

func TestGaps(t *testing.T) {
	var g Gaps
	if g.Percentile(99) != 0 {
		t.Error("percentile of nothing")
	}
	for range 99 {
		g.add(20*time.Millisecond + 300*time.Microsecond)
	}
	g.add(time.Second)
	if p50, p99, p100 := g.Percentile(50), g.Percentile(99), g.Percentile(100); p50 != 21*time.Millisecond || p99 != 21*time.Millisecond || p100 != 101*time.Millisecond {
		t.Errorf("p50 %v p99 %v p100 %v", p50, p99, p100)
	}
}
