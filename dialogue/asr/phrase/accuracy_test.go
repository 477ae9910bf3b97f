package phrase

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/dialogue/asr"
	"github.com/outdial/outdial/shared/audio"
)

// clip is one sentence by a voice that the set was not enrolled with.
type clip struct {
	voice, id, text string
	pcm             []int16
}

// simulatorVoices is where the carrier simulator keeps what its callees say. The files are read by path: dialogue does
// not import dialer.
const simulatorVoices = "../../../dialer/carriersim/voices"

// simulatorClips are the sentences of simulated callees, network announcements left out.
func simulatorClips(t testing.TB) []clip {
	texts := map[string]string{}
	for _, c := range table(t, filepath.Join(simulatorVoices, "sentences.tsv")) {
		texts[c[0]] = c[2]
	}
	var out []clip
	for _, c := range pack(t, simulatorVoices, "clips") {
		if c.text = texts[c.id]; c.voice != "network" && c.voice != "mailbox" {
			out = append(out, c)
		}
	}
	return out
}

// unknownClips are sentences that are in no set.
func unknownClips(t testing.TB) []clip { return pack(t, "testdata", "unknown") }

func table(t testing.TB, path string) (rows [][]string) {
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(raw)) {
		if line = strings.TrimRight(line, "\r\n"); line != "" && line[0] != '#' {
			rows = append(rows, strings.Split(line, "\t"))
		}
	}
	return rows
}

// pack reads <name>.tsv (voice, id, samples) and <name>.ulaw.
func pack(t testing.TB, dir, name string) (out []clip) {
	sound, err := os.ReadFile(filepath.Join(dir, name+".ulaw"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range table(t, filepath.Join(dir, name+".tsv")) {
		n, err := strconv.Atoi(c[2])
		if err != nil || n > len(sound) {
			t.Fatalf("%s: clip %v does not fit its sound", name, c)
		}
		out = append(out, clip{voice: c[0], id: c[1], text: c[1], pcm: audio.PCMU.Decode(nil, sound[:n])})
		sound = sound[n:]
	}
	return out
}

// line is what happens to a clip on its way.
type line struct {
	name  string
	snr   float64 // dB below the speech, +Inf for none
	pink  bool
	gain  float64
	alaw  bool
	tight bool // little before and after, as a session cuts turns, on a fresh stream
}

var lines = []line{
	{name: "clean", snr: math.Inf(1), gain: 1},
	{name: "quiet, A-law", snr: math.Inf(1), gain: 0.25, alaw: true},
	{name: "15 dB white noise", snr: 15, gain: 1},
	{name: "15 dB pink noise", snr: 15, pink: true, gain: 1, alaw: true},
	{name: "15 dB pink, tight", snr: 15, pink: true, gain: 1, tight: true},
	{name: "15 dB white, tight", snr: 15, gain: 1, tight: true},
}

// carry puts a clip on a line: 0.5 s before it, 0.4 s after it, noise, gain, law.
func (l line) carry(pcm []int16, seed uint64) []int16 {
	before, after := 4000, 3200
	if l.tight {
		before, after = 1280, 2400
	}
	r := rand.New(rand.NewPCG(seed, 7))
	var e float64
	for _, s := range pcm {
		e += float64(s) * float64(s)
	}
	amp := math.Sqrt(e/float64(len(pcm))) * math.Pow(10, -l.snr/20)
	out := make([]int16, before+len(pcm)+after)
	copy(out[before:], pcm)
	var low float64
	for i, s := range out {
		n := r.NormFloat64()
		if l.pink {
			low = 0.9*low + n
			n = low * 0.4359
		}
		out[i] = int16(math.Max(-32768, math.Min(32767, (float64(s)+amp*n)*l.gain)))
	}
	law := audio.PCMU
	if l.alaw {
		law = audio.PCMA
	}
	return law.Decode(nil, law.Encode(nil, out))
}

// hear plays samples into a stream frame by frame and gives the final result.
func hear(t testing.TB, p *Provider, pcm []int16, phrases []string) asr.Result {
	s, err := p.Open(context.Background(), asr.Params{Phrases: phrases})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for ; len(pcm) >= audio.FrameSamples; pcm = pcm[audio.FrameSamples:] {
		if err := s.Write(pcm[:audio.FrameSamples]); err != nil {
			t.Fatal(err)
		}
	}
	s.Flush()
	timeout := time.After(10 * time.Second)
	for {
		select {
		case r, ok := <-s.Results():
			if !ok {
				t.Fatal("stream ended without a final result")
			}
			if r.Final {
				return r
			}
		case <-timeout:
			t.Fatal("no final result")
		}
	}
}

type tally struct{ n, right, substituted, missed int }

func (a *tally) add(r asr.Result, want string) {
	a.n++
	switch {
	case !r.Matched:
		a.missed++
	case r.Text == want:
		a.right++
	default:
		a.substituted++
	}
}

func (a tally) share(n int) float64 { return 100 * float64(n) / float64(max(1, a.n)) }

// TestAccuracyOnUnheardVoices measures what docs/recognition.md states. Voices and sentences here were not used to
// choose the tuning.
func TestAccuracyOnUnheardVoices(t *testing.T) {
	p, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	clips, unknown := simulatorClips(t), unknownClips(t)
	if raceDetector {
		// Races show with a few clips; figures are measured without the detector, which slows matching twentyfold.
		clips, unknown = clips[:len(clips)/16], unknown[:len(unknown)/16]
	}
	all := p.set.Phrases()
	for _, l := range lines {
		t.Run(l.name, func(t *testing.T) {
			var known, stranger, removed tally
			wrong := map[string]int{}
			for i, c := range clips {
				pcm := l.carry(c.pcm, uint64(i))
				r := hear(t, p, pcm, nil)
				known.add(r, c.text)
				if !r.Matched || r.Text != c.text {
					wrong[fmt.Sprintf("%s %s: %s (%v %.2f/%.2f)", c.voice, c.text, r.Text, r.Matched, r.Confidence, r.RunnerUpConfidence)]++
				}
				// The same sentence, as if nobody had enrolled it.
				rest := make([]string, 0, len(all))
				for _, text := range all {
					if text != c.text {
						rest = append(rest, text)
					}
				}
				removed.add(hear(t, p, pcm, rest), "")
			}
			for i, c := range unknown {
				r := hear(t, p, l.carry(c.pcm, uint64(1000+i)), nil)
				stranger.add(r, "")
				if r.Matched {
					wrong[fmt.Sprintf("%s accepted %s as %s (%.2f)", c.voice, c.text, r.Text, r.Confidence)]++
				}
			}
			t.Logf("%-18s known sentences: %.1f%% right, %.1f%% taken for another, %.1f%% unmatched (n=%d); unknown sentences accepted: %.1f%% (n=%d); own sentence removed from the set, another accepted: %.1f%% (n=%d)",
				l.name, known.share(known.right), known.share(known.substituted), known.share(known.missed), known.n,
				stranger.share(stranger.substituted), stranger.n, removed.share(removed.substituted), removed.n)
			if testing.Verbose() {
				for w := range wrong {
					t.Log("  ", w)
				}
			}
			if raceDetector {
				return
			}
			if known.share(known.right) < 95 || known.share(known.substituted) > 1 || stranger.share(stranger.substituted) > 5 {
				t.Errorf("%s: below 95%% right, or above 1%% taken for another, or above 5%% unknown accepted", l.name)
			}
		})
	}
}
