package main

import (
	"math/rand/v2"
	"slices"

	"github.com/outdial/outdial/shared/nlu/labelled"
	"github.com/outdial/outdial/shared/nlu/pinyin"
)

// mishearing writes sentences as a recogniser might that took one character for another of the same sound, the same way
// every time.
type mishearing struct {
	sounding map[pinyin.Syllable][]rune
	rng      *rand.Rand
}

func newMishearing(sentences []labelled.Sentence) *mishearing {
	m := &mishearing{map[pinyin.Syllable][]rune{}, rand.New(rand.NewPCG(3, 4))} //nolint:gosec // the same every time is the point
	for _, s := range sentences {
		for _, r := range s.Text {
			if sound := pinyin.Of(r).Folded(); sound != 0 && !slices.Contains(m.sounding[sound], r) {
				m.sounding[sound] = append(m.sounding[sound], r)
			}
		}
	}
	return m
}

// misheard is the sentence with one character changed; ok is false for every second one, and where nothing sounds alike.
func (m *mishearing) misheard(text string) (changed string, ok bool) {
	said := []rune(text)
	if m.rng.IntN(2) == 0 {
		return "", false
	}
	at := m.rng.IntN(len(said))
	alike := m.sounding[pinyin.Of(said[at]).Folded()]
	if len(alike) < 2 {
		return "", false
	}
	said[at] = alike[m.rng.IntN(len(alike))]
	return string(said), true
}
