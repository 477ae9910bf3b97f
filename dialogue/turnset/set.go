// Package turnset owns the recordings by which turn-taking is judged, and the judging: what callees said in answer to the robot
// and into its prompts, where their turns really end, and what a session makes of each.
//
// It measures; it is no part of a call. `outdial bench --only turns` prints what came out.
package turnset

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"

	"gopkg.in/yaml.v3"

	"github.com/outdial/outdial/shared/audio/clips"
)

//go:embed set.yaml
var setFile []byte

// The answers, in the voices of the carrier simulator.
var (
	//go:embed sentences.tsv
	sentenceList string
	//go:embed clips.tsv
	clipList string
	//go:embed clips.ulaw
	clipSound []byte
)

// What is said into a prompt, in more voices.
var (
	//go:embed barging/sentences.tsv
	bargingList string
	//go:embed barging/clips.tsv
	bargingClips string
	//go:embed barging/clips.ulaw
	bargingSound []byte
)

// Kind is what a case asks of turn-taking.
type Kind string

const (
	Turn      Kind = "turn"      // an answer, to be heard to its end
	Dictation Kind = "dictation" // the same where digits are awaited
	Interrupt Kind = "interrupt" // speech that must stop a prompt
	Lead      Kind = "lead"      // the same, after two syllables that could be an aside
	Aside     Kind = "aside"     // what must not
)

// Case is one recording with what should come of it.
type Case struct {
	Kind  Kind
	Name  string
	Voice string
	Noisy bool
	parts []part
	into  int // milliseconds of the prompt before it begins
	lead  int // syllables of the only clip that could be an aside
	level float64
}

// part is a clip, or a sound, or a pause.
type part struct {
	clip  *clips.Clip
	sound string
	pause int // milliseconds
}

// row is a case as the file has it.
type row struct {
	Says  []any   `yaml:"says"`
	Sound string  `yaml:"sound"`
	Into  int     `yaml:"into"`
	Lead  int     `yaml:"lead"`
	Level float64 `yaml:"level"`
}

// Cases reads the set: every case in every voice, on a quiet and on a noisy line.
func Cases() ([]Case, error) {
	all, err := recordings()
	if err != nil {
		return nil, err
	}
	voices := map[string]map[string]*clips.Clip{}
	var order []string
	for i := range all {
		c := &all[i]
		if voices[c.Voice] == nil {
			voices[c.Voice] = map[string]*clips.Clip{}
			order = append(order, c.Voice)
		}
		voices[c.Voice][c.Sentence.ID] = c
	}
	var file struct{ Turns, Digits, Interrupts, Leads, Asides []row }
	d := yaml.NewDecoder(bytes.NewReader(setFile))
	d.KnownFields(true)
	if err := d.Decode(&file); err != nil {
		return nil, fmt.Errorf("turn set: %w", err)
	}
	var out []Case
	for _, noisy := range []bool{false, true} {
		for _, voice := range order {
			for _, list := range []struct {
				kind Kind
				rows []row
			}{{Turn, file.Turns}, {Dictation, file.Digits}, {Interrupt, file.Interrupts}, {Lead, file.Leads}, {Aside, file.Asides}} {
				if answers := list.kind == Turn || list.kind == Dictation; answers && !answering(voices[voice]) {
					continue
				}
				for i, r := range list.rows {
					c := Case{Kind: list.kind, Name: fmt.Sprintf("%s-%d", list.kind, i+1), Voice: voice, Noisy: noisy, into: r.Into, lead: r.Lead, level: r.Level}
					if err := c.read(r, voices[voice]); err != nil {
						return nil, fmt.Errorf("turn set: %s: %w", c.Name, err)
					}
					out = append(out, c)
				}
			}
		}
	}
	return out, nil
}

// recordings are all clips of the set.
func recordings() ([]clips.Clip, error) {
	answers, err := clips.Read(sentenceList, clipList, clipSound)
	if err != nil {
		return nil, fmt.Errorf("turn set: %w", err)
	}
	barging, err := clips.Read(bargingList, bargingClips, bargingSound)
	if err != nil {
		return nil, fmt.Errorf("turn set: %w", err)
	}
	return append(answers, barging...), nil
}

// answering tells whether a voice speaks answers as well.
func answering(voice map[string]*clips.Clip) bool { return voice["go-on"] != nil }

func (c *Case) read(r row, voice map[string]*clips.Clip) error {
	if r.Sound != "" {
		if sounds[r.Sound] == nil {
			return fmt.Errorf("there is no sound %q", r.Sound)
		}
		c.parts = append(c.parts, part{sound: r.Sound})
	}
	for _, s := range r.Says {
		switch s := s.(type) {
		case int:
			c.parts = append(c.parts, part{pause: s})
		case string:
			if voice[s] == nil {
				return fmt.Errorf("there is no clip %q", s)
			}
			c.parts = append(c.parts, part{clip: voice[s]})
		default:
			return fmt.Errorf("%v is neither a clip nor a pause", s)
		}
	}
	if len(c.parts) == 0 {
		return errors.New("it says nothing")
	}
	if c.Kind == Lead && (len(c.parts) > 1) == (c.lead > 0) {
		return errors.New("an interruption that begins like an aside has two clips, or says how many syllables of its only one do")
	}
	return nil
}
