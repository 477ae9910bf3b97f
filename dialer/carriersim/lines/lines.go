// Package lines owns the recordings of what simulated networks say before the answer: every wording of the 19 states, each by a
// voice that robots are not enrolled with.
//
// Who picks up is in dialer/carriersim/answers, whose files have the same form.
package lines

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/outdial/outdial/shared/audio"
)

//go:embed clips.tsv
var index string

//go:embed clips.ulaw
var sound []byte

// Clip is one sentence in one voice.
type Clip struct {
	Voice string
	// Kind is a status of the line, or human or machine.
	Kind     string
	Language string // zh or en
	Text     string
	PCM      []int16 // 8 kHz mono, speech at -20 dBFS, no silence at either end
}

// Announcements decodes every recording, once. Nobody may change them.
var Announcements = sync.OnceValues(func() ([]Clip, error) { return Read(index, sound) })

// Read decodes recordings that gen wrote.
func Read(index string, sound []byte) ([]Clip, error) {
	var out []Clip
	for line := range strings.Lines(index) {
		c := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		if len(c) != 5 {
			return nil, fmt.Errorf("lines: clip %q has %d columns, want 5; run go generate -tags voices", line, len(c))
		}
		n, err := strconv.Atoi(c[4])
		if err != nil || n <= 0 || n > len(sound) {
			return nil, fmt.Errorf("lines: clip %q has length %q with %d samples left; run go generate -tags voices", c[3], c[4], len(sound))
		}
		out = append(out, Clip{Voice: c[0], Kind: c[1], Language: c[2], Text: c[3], PCM: audio.PCMU.Decode(nil, sound[:n])})
		sound = sound[n:]
	}
	if len(sound) != 0 {
		return nil, fmt.Errorf("lines: %d samples belong to no clip; run go generate -tags voices", len(sound))
	}
	return out, nil
}

// Of finds the first recording of a kind in a language, or in any.
func Of(clips []Clip, kind, language string) (Clip, bool) {
	found := -1
	for i, c := range clips {
		if c.Kind == kind && (found < 0 || c.Language == language && clips[found].Language != language) {
			found = i
		}
	}
	if found < 0 {
		return Clip{}, false
	}
	return clips[found], true
}
