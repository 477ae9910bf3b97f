package linestatus

import (
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/dialogue/linestatus/linetest"
	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/linestatus"
)

// simulatorVoices is where the carrier simulator keeps what it says. The files are read by path: dialogue does not import dialer.
const simulatorVoices = "../../dialer/carriersim/voices"

// announced are the simulator's announcements, by a voice that is not enrolled.
func announced(t testing.TB) map[linestatus.Status][]int16 {
	t.Helper()
	read := func(name string) []byte {
		raw, err := os.ReadFile(filepath.Join(simulatorVoices, name))
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	sound, out := read("clips.ulaw"), map[linestatus.Status][]int16{}
	for row := range strings.Lines(string(read("clips.tsv"))) {
		c := strings.Split(strings.TrimSpace(row), "\t")
		n, err := strconv.Atoi(c[2])
		if err != nil {
			t.Fatal(err)
		}
		if id, ok := strings.CutPrefix(c[1], "line-"); ok {
			out[linestatus.Status(strings.ReplaceAll(id, "-", "_"))] = audio.PCMU.Decode(nil, sound[:n])
		}
		sound = sound[n:]
	}
	if len(out) != 7 {
		t.Fatalf("%d announcements of the simulator, want 7", len(out))
	}
	return out
}

var noisyLines = map[string]linetest.Line{
	"quiet":              {Level: -20, Law: audio.PCMA},
	"pink, 20 dB below":  {Level: -20, SNR: 20, Noise: linetest.Pink, Law: audio.PCMA},
	"white, 15 dB below": {Level: -20, SNR: 15, Noise: linetest.White, Law: audio.PCMU},
}

func silence(d time.Duration) []int16 { return make([]int16, audio.Samples(d)) }

// Noise that is there from the first moment on is neither compared as the beginning of an announcement nor counted as its time.
// One of the seven says what it is about after three seconds.
func TestAnnouncementsAmidNoise(t *testing.T) {
	for name, line := range noisyLines {
		soon := 0
		for want, pcm := range announced(t) {
			r := rand.New(rand.NewPCG(5, 6))
			got := verdicts(t, line.Carry(r, slices.Concat(silence(400*time.Millisecond), pcm, silence(time.Second))))
			switch {
			case len(got) > 0 && got[0].Status != want:
				t.Errorf("%s: %s is taken for %+v", name, want, got[0])
			case len(got) > 0 && got[0].After <= 3*time.Second:
				soon++
			}
		}
		if soon < 6 {
			t.Errorf("%s: %d of 7 announcements are told within 3 s, want 6", name, soon)
		}
	}
}

// Noise after the answer is nobody, and a first word in it is no longer than it is.
func TestAnswersAmidNoise(t *testing.T) {
	noise := func(d time.Duration) []int16 {
		pcm := silence(d)
		for i, v := range linetest.White.Samples(rand.New(rand.NewPCG(7, 8)), len(pcm)) {
			pcm[i] = int16(math.Round(500 * v))
		}
		return pcm
	}
	for _, c := range []struct {
		name  string
		sound []int16
		want  linestatus.Status
		not   time.Duration // no verdict before
	}{
		{"nobody", noise(7 * time.Second), linestatus.Unknown, patience - time.Second},
		{"a word at once", slices.Concat(noise(60*time.Millisecond), speak(300*time.Millisecond), noise(2*time.Second)), linestatus.Human, 900 * time.Millisecond},
		{"a word later", slices.Concat(noise(1500*time.Millisecond), speak(500*time.Millisecond), noise(2*time.Second)), linestatus.Human, 2500 * time.Millisecond},
	} {
		a := New(Config{})
		a.Answered()
		var got linestatus.Verdict
		linetest.Frames(c.sound, func(frame []int16) (ok bool) {
			got, ok = a.After(frame, false)
			return ok
		})
		if got.Status != c.want || got.After < c.not {
			t.Errorf("%s: %+v, want %s after %v", c.name, got, c.want, c.not)
		}
	}
}

// speak is a loud sound that rises and falls, as a word does.
func speak(d time.Duration) []int16 {
	pcm := audio.Tone(310, 0.2, d)
	for i := range pcm {
		pcm[i] = int16(float64(pcm[i]) * (0.3 + 0.7*math.Sin(math.Pi*float64(i)/float64(len(pcm)))))
	}
	return pcm
}

// BenchmarkAnnouncement is the work until an announcement is told; seconds of sound a second of it are what one processor holds.
func BenchmarkAnnouncement(b *testing.B) {
	book, err := Announcements()
	if err != nil {
		b.Fatal(err)
	}
	for name, line := range noisyLines {
		b.Run(name, func(b *testing.B) {
			var sounds [][]int16
			r := rand.New(rand.NewPCG(9, 10))
			for _, pcm := range announced(b) {
				sounds = append(sounds, line.Carry(r, slices.Concat(silence(400*time.Millisecond), pcm)))
			}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				a := New(Config{Book: book})
				linetest.Frames(sounds[i%len(sounds)], func(frame []int16) bool {
					_, ok := a.Early(frame)
					return ok
				})
			}
		})
	}
}
