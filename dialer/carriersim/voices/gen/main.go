// Command gen makes the recordings that the carrier simulator speaks with, from the sentence list beside it. It is run by
// hand (go generate) and needs espeak-ng 1.51 and sox; a build needs neither, since what it writes is committed:
//
//	clips.ulaw   every clip, one after the other, G.711 mu-law, 8 kHz mono
//	clips.tsv    voice, sentence id, length in samples, in the order of the clips
//
// It owns how a voice sounds and nothing about when it speaks.
package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"hash/fnv"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/outdial/outdial/shared/audio"
)

// speaker is one synthesised person. The pitches and speeds are spread over what telephone callers have, so that a
// recogniser which only works for one way of speaking is found out.
type speaker struct {
	name    string
	lang    string
	prefix  string // of the sentence ids it says; "" = every sentence of its language that has no special prefix
	variant string // espeak-ng's
	pitch   int
	speed   int
}

var speakers = []speaker{
	{name: "f2", lang: "zh", variant: "cmn-latn-pinyin+f2", pitch: 55, speed: 205},
	{name: "f4", lang: "zh", variant: "cmn-latn-pinyin+f4", pitch: 62, speed: 230},
	{name: "m3", lang: "zh", variant: "cmn-latn-pinyin+m3", pitch: 40, speed: 195},
	{name: "m5", lang: "zh", variant: "cmn-latn-pinyin+m5", pitch: 35, speed: 215},
	{name: "m7", lang: "zh", variant: "cmn-latn-pinyin+m7", pitch: 48, speed: 240},
	{name: "en", lang: "en", variant: "en+f4", pitch: 50, speed: 175},
	{name: "network", lang: "zh", prefix: "line-", variant: "cmn-latn-pinyin+f5", pitch: 50, speed: 195},
	{name: "mailbox", lang: "zh", prefix: "box-", variant: "cmn-latn-pinyin+f5", pitch: 58, speed: 205},
}

// more are voices for sets that want to be told apart from what the simulator speaks with as well.
var more = []speaker{
	{name: "m8", lang: "zh", variant: "cmn-latn-pinyin+m8", pitch: 42, speed: 205},
	{name: "andrea", lang: "zh", variant: "cmn-latn-pinyin+Andrea", pitch: 58, speed: 225},
	{name: "klatt2", lang: "zh", variant: "cmn-latn-pinyin+klatt2", pitch: 38, speed: 220},
}

const (
	silenceDB = -45.0 // quieter 10 ms windows at the ends are cut
	speechDB  = -20.0 // RMS of what is left, windows of silence not counted
	peakDB    = -2.0  // no sample is louder
	window    = audio.Rate / 100
)

func main() {
	dir := flag.String("dir", ".", "folder of sentences.tsv, where the clips are written")
	also := flag.Bool("more", false, "let three more voices speak")
	flag.Parse()
	if *also {
		speakers = append(speakers, more...)
	}
	if err := run(*dir); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

type sentence struct{ id, lang, text string }

func run(dir string) error {
	sentences, err := readSentences(filepath.Join(dir, "sentences.tsv"))
	if err != nil {
		return err
	}
	var clips, index bytes.Buffer
	for _, sp := range speakers {
		for _, s := range sentences {
			if !sp.says(s) {
				continue
			}
			pcm, err := sp.say(s)
			if err != nil {
				return fmt.Errorf("%s says %q: %w", sp.name, s.text, err)
			}
			clips.Write(audio.PCMU.Encode(nil, pcm))
			fmt.Fprintf(&index, "%s\t%s\t%d\n", sp.name, s.id, len(pcm))
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "clips.ulaw"), clips.Bytes(), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "clips.tsv"), index.Bytes(), 0o644)
}

func readSentences(path string) ([]sentence, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []sentence
	for sc := bufio.NewScanner(f); sc.Scan(); {
		line := sc.Text()
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		c := strings.Split(line, "\t")
		if len(c) != 4 {
			return nil, fmt.Errorf("%s: %q has %d columns, want id, language, text, intent", path, line, len(c))
		}
		out = append(out, sentence{c[0], c[1], c[2]})
	}
	return out, nil
}

func (sp speaker) says(s sentence) bool {
	if s.lang != sp.lang {
		return false
	}
	if sp.prefix != "" {
		return strings.HasPrefix(s.id, sp.prefix)
	}
	return !strings.HasPrefix(s.id, "line-") && !strings.HasPrefix(s.id, "box-")
}

// say synthesises one sentence, passes it through a telephone's band, cuts it and sets its level. Pitch and speed wander a
// little from sentence to sentence, as they do with people, but the same each time the clips are made.
func (sp speaker) say(s sentence) ([]int16, error) {
	h := fnv.New32a()
	h.Write([]byte(sp.name + s.id))
	pitch := sp.pitch + int(h.Sum32()%9) - 4
	speed := sp.speed + int(h.Sum32()/9%21) - 10
	if n := utf8.RuneCountInString(s.text); sp.lang == "zh" && n <= 2 {
		// The synthesiser hurries over a word that stands alone; people draw it out.
		speed = max(85, speed*(2*n+2)/10)
	}

	speech, err := output(nil, "espeak-ng", "-v", sp.variant, "-p", strconv.Itoa(pitch), "-s", strconv.Itoa(speed),
		"-a", "60", "--stdout", s.text)
	if err != nil {
		return nil, err
	}
	raw, err := output(speech, "sox", "-V1", "-R", "-t", "wav", "-", "-t", "raw", "-e", "signed", "-b", "16", "-L", "-c", "1",
		"-r", strconv.Itoa(audio.Rate), "-", "gain", "-6", "highpass", "200", "lowpass", "3500")
	if err != nil {
		return nil, err
	}
	pcm := make([]int16, len(raw)/2)
	for i := range pcm {
		pcm[i] = int16(binary.LittleEndian.Uint16(raw[2*i:]))
	}
	pcm = level(pcm) // once so that the threshold of silence means the same for quiet and loud voices
	pcm = trim(pcm)
	if len(pcm) < audio.Rate/20 {
		return nil, errors.New("nothing audible came out; check that espeak-ng has this voice")
	}
	return fade(level(pcm)), nil
}

func output(in []byte, name string, args ...string) ([]byte, error) {
	cmd := exec.Command(name, args...)
	cmd.Stdin = bytes.NewReader(in)
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%s: %w: %s", name, err, strings.TrimSpace(complaint.String()))
	}
	return out.Bytes(), nil
}

func windows(pcm []int16) []float64 {
	out := make([]float64, 0, len(pcm)/window+1)
	for i := 0; i < len(pcm); i += window {
		out = append(out, audio.LevelDB(pcm[i:min(i+window, len(pcm))]))
	}
	return out
}

func trim(pcm []int16) []int16 {
	first, last := -1, 0
	for i, db := range windows(pcm) {
		if db > silenceDB {
			if first < 0 {
				first = i
			}
			last = i + 1
		}
	}
	if first < 0 {
		return nil
	}
	return pcm[first*window : min(last*window, len(pcm))]
}

func level(pcm []int16) []int16 {
	var sum float64
	var n, peak int
	for i, db := range windows(pcm) {
		for _, v := range pcm[i*window : min((i+1)*window, len(pcm))] {
			peak = max(peak, int(math.Abs(float64(v))))
			if db > silenceDB {
				sum += float64(v) * float64(v)
				n++
			}
		}
	}
	if n == 0 || peak == 0 {
		return pcm
	}
	gain := math.Pow(10, speechDB/20) * 32768 / math.Sqrt(sum/float64(n))
	gain = math.Min(gain, math.Pow(10, peakDB/20)*32768/float64(peak))
	out := make([]int16, len(pcm))
	for i, v := range pcm {
		out[i] = int16(math.Round(float64(v) * gain))
	}
	return out
}

// fade softens the first and last 3 ms, so that a cut in the middle of a wave does not click.
func fade(pcm []int16) []int16 {
	const n = audio.Rate * 3 / 1000
	for i := range min(n, len(pcm)/2) {
		pcm[i] = int16(int(pcm[i]) * i / n)
		j := len(pcm) - 1 - i
		pcm[j] = int16(int(pcm[j]) * i / n)
	}
	return pcm
}
