// Command gen speaks a list of sentences (kind, language, text) with voices that no robot is enrolled with, one voice after the
// other, and writes them as one file of mu-law sound and an index: voice, kind, language, text, samples. It is run by hand and
// needs espeak-ng 1.51 and sox.
package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"hash/fnv"
	"math"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"github.com/outdial/outdial/shared/audio"
)

// strangers are voices that dialogue/linestatus is not enrolled with.
var strangers = []string{"f5", "m3", "f2", "m5", "f4", "m7"}

func main() {
	list := flag.String("list", "sentences.tsv", "kind, language, text")
	out := flag.String("out", "clips", "name of the files to write, without .ulaw and .tsv")
	each := flag.Int("each", 1, "how many voices say each sentence")
	flag.Parse()
	if err := run(*list, *out, *each); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(list, out string, each int) error {
	raw, err := os.ReadFile(list)
	if err != nil {
		return err
	}
	var clips, index bytes.Buffer
	n := 0
	for line := range strings.Lines(string(raw)) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		c := strings.Split(line, "\t")
		if len(c) != 3 {
			return fmt.Errorf("%s: %q has %d columns, want kind, language, text", list, line, len(c))
		}
		for range each {
			voice := strangers[n%len(strangers)]
			n++
			pcm, err := say(voice, c[1], c[2])
			if err != nil {
				return fmt.Errorf("%s says %q: %w", voice, c[2], err)
			}
			clips.Write(audio.PCMU.Encode(nil, pcm))
			fmt.Fprintf(&index, "%s\t%s\t%s\t%s\t%d\n", voice, c[0], c[1], c[2], len(pcm))
		}
	}
	if err := os.WriteFile(out+".ulaw", clips.Bytes(), 0o644); err != nil {
		return err
	}
	return os.WriteFile(out+".tsv", index.Bytes(), 0o644)
}

// say speaks with a pitch and at a pace that follow from the sentence: between 180 and 230 words a minute.
func say(voice, lang, text string) ([]int16, error) {
	h := fnv.New32a()
	h.Write([]byte(voice + text))
	pitch, speed := 38+int(h.Sum32()%25), 180+int(h.Sum32()/25%51)
	base := "cmn-latn-pinyin"
	if lang == "en" {
		base, speed = "en", speed-25
	} else if len([]rune(text)) <= 2 {
		speed = speed * 6 / 10 // people draw a lone word out
	}
	speech, err := output(nil, "espeak-ng", "-v", base+"+"+voice, "-p", strconv.Itoa(pitch), "-s", strconv.Itoa(speed), "-a", "60", "--stdout", text)
	if err != nil {
		return nil, err
	}
	raw, err := output(speech, "sox", "-V1", "-t", "wav", "-", "-t", "raw", "-e", "signed", "-b", "16", "-L", "-c", "1",
		"-r", strconv.Itoa(audio.Rate), "-", "gain", "-6", "highpass", "200", "lowpass", "3500")
	if err != nil {
		return nil, err
	}
	pcm := make([]int16, len(raw)/2)
	for i := range pcm {
		pcm[i] = int16(binary.LittleEndian.Uint16(raw[2*i:]))
	}
	return cut(pcm)
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

// cut takes the silence at both ends away and sets the speech to -20 dBFS.
func cut(pcm []int16) ([]int16, error) {
	const window = audio.Rate / 100
	var top float64 = -100
	for at := 0; at+window <= len(pcm); at += window {
		top = max(top, audio.LevelDB(pcm[at:at+window]))
	}
	first, last := -1, 0
	var sum float64
	n := 0
	for at := 0; at+window <= len(pcm); at += window {
		if audio.LevelDB(pcm[at:at+window]) < top-35 {
			continue
		}
		if first < 0 {
			first = at
		}
		last = at + window
		for _, v := range pcm[at : at+window] {
			sum += float64(v) * float64(v)
		}
		n += window
	}
	if first < 0 || top < -60 {
		return nil, errors.New("nothing audible came out; check that espeak-ng has this voice")
	}
	var peak float64
	for _, v := range pcm[first:last] {
		peak = max(peak, math.Abs(float64(v)))
	}
	gain := min(3276.8/math.Sqrt(sum/float64(n)), 26000/peak)
	out := make([]int16, last-first)
	for i, v := range pcm[first:last] {
		out[i] = int16(math.Round(math.Max(-32000, math.Min(32000, float64(v)*gain))))
	}
	return out, nil
}
