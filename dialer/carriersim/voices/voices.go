// Package voices owns the recordings the carrier simulator speaks with: the sentences of simulated callees, the network's
// announcements and a voicemail greeting. It hands out speech as it was recorded; line noise, law and timing are the
// simulator's.
package voices

import (
	_ "embed"
	"fmt"

	"github.com/outdial/outdial/shared/audio/clips"
)

//go:embed sentences.tsv
var sentenceList string

//go:embed clips.tsv
var clipList string

//go:embed clips.ulaw
var clipSound []byte

// A Sentence is one row of sentences.tsv, a Clip one sentence in one voice.
type (
	Sentence = clips.Sentence
	Clip     = clips.Clip
)

// Sentences lists everything that can be said, in the order of the file.
func Sentences() ([]Sentence, error) {
	s, err := clips.Sentences(sentenceList)
	if err != nil {
		return nil, fmt.Errorf("voices: %w", err)
	}
	return s, nil
}

// Clips decodes every recording: call it once.
func Clips() ([]Clip, error) {
	c, err := clips.Read(sentenceList, clipList, clipSound)
	if err != nil {
		return nil, fmt.Errorf("voices: %w", err)
	}
	return c, nil
}
