// Package voices owns the recordings the carrier simulator speaks with: the sentences of simulated callees, the network's
// announcements and a voicemail greeting. It hands out speech as it was recorded; line noise, law and timing are the
// simulator's.
package voices

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"

	"github.com/outdial/outdial/shared/audio"
)

//go:embed sentences.tsv
var sentenceList string

//go:embed clips.tsv
var clipList string

//go:embed clips.ulaw
var clipSound []byte

// Sentence is one row of sentences.tsv.
type Sentence struct {
	ID       string
	Language string // "zh" or "en"
	Text     string
	Intent   string // what a recogniser should make of it
}

// Clip is one sentence in one voice.
type Clip struct {
	Voice    string
	Sentence Sentence
	PCM      []int16 // 8 kHz mono, speech at -20 dBFS, no silence at either end
}

// Sentences lists everything that can be said, in the order of the file.
func Sentences() ([]Sentence, error) {
	var out []Sentence
	for line := range strings.Lines(sentenceList) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		c := strings.Split(line, "\t")
		if len(c) != 4 {
			return nil, fmt.Errorf("voices: sentence %q has %d columns, want 4", line, len(c))
		}
		out = append(out, Sentence{ID: c[0], Language: c[1], Text: c[2], Intent: c[3]})
	}
	return out, nil
}

// Clips decodes every recording. It costs some milliseconds and a few megabytes: call it once.
func Clips() ([]Clip, error) {
	sentences, err := Sentences()
	if err != nil {
		return nil, err
	}
	byID := make(map[string]Sentence, len(sentences))
	for _, s := range sentences {
		byID[s.ID] = s
	}
	var out []Clip
	rest := clipSound
	for line := range strings.Lines(clipList) {
		c := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		if len(c) != 3 {
			return nil, fmt.Errorf("voices: clip %q has %d columns, want 3; run go generate", line, len(c))
		}
		s, ok := byID[c[1]]
		if !ok {
			return nil, fmt.Errorf("voices: clip of unknown sentence %q; run go generate", c[1])
		}
		n, err := strconv.Atoi(c[2])
		if err != nil || n <= 0 || n > len(rest) {
			return nil, fmt.Errorf("voices: clip %s/%s has length %q with %d samples left; run go generate", c[0], c[1], c[2], len(rest))
		}
		out = append(out, Clip{Voice: c[0], Sentence: s, PCM: audio.PCMU.Decode(nil, rest[:n])})
		rest = rest[n:]
	}
	if len(rest) != 0 {
		return nil, fmt.Errorf("voices: %d samples belong to no clip; run go generate", len(rest))
	}
	return out, nil
}
