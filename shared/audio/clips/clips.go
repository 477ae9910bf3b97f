// Package clips owns the form in which recorded sentences come with the product: a list of sentences, and every sentence in
// every voice, one after the other, as G.711 mu-law of 8 kHz.
//
// It makes none of them (dialer/carriersim/voices/gen does) and knows nothing of what they are for.
package clips

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/outdial/outdial/shared/audio"
)

// Sentence is one row of a list of sentences.
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

// Sentences reads a list, in the order of the file: id, language, text and intent, separated by tabs.
func Sentences(list string) ([]Sentence, error) {
	var out []Sentence
	for line := range strings.Lines(list) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		c := strings.Split(line, "\t")
		if len(c) != 4 {
			return nil, fmt.Errorf("sentence %q has %d columns, want 4", line, len(c))
		}
		out = append(out, Sentence{ID: c[0], Language: c[1], Text: c[2], Intent: c[3]})
	}
	return out, nil
}

// Read decodes every recording of a list; index tells voice, sentence and samples of each. It costs some milliseconds and a
// few megabytes: call it once.
func Read(list, index string, sound []byte) ([]Clip, error) {
	sentences, err := Sentences(list)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]Sentence, len(sentences))
	for _, s := range sentences {
		byID[s.ID] = s
	}
	var out []Clip
	for line := range strings.Lines(index) {
		c := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		if len(c) != 3 {
			return nil, fmt.Errorf("clip %q has %d columns, want 3; run go generate", line, len(c))
		}
		s, ok := byID[c[1]]
		if !ok {
			return nil, fmt.Errorf("clip of unknown sentence %q; run go generate", c[1])
		}
		n, err := strconv.Atoi(c[2])
		if err != nil || n <= 0 || n > len(sound) {
			return nil, fmt.Errorf("clip %s/%s has length %q with %d samples left; run go generate", c[0], c[1], c[2], len(sound))
		}
		out = append(out, Clip{Voice: c[0], Sentence: s, PCM: audio.PCMU.Decode(nil, sound[:n])})
		sound = sound[n:]
	}
	if len(sound) != 0 {
		return nil, fmt.Errorf("%d samples belong to no clip; run go generate", len(sound))
	}
	return out, nil
}
