// Command gen enrols the announcements of networks: it has espeak-ng say every wording with eight voices, passes that through a
// telephone's law and writes the set. It is needed only when the wordings or the front end of dialogue/asr/phrase change.
//
// Voices are not to be added here without need: docs/line-status.md states how well the set does on voices that are not in it.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"runtime"

	"golang.org/x/sync/errgroup"

	"github.com/outdial/outdial/dialogue/asr/phrase"
	"github.com/outdial/outdial/dialogue/tts"
	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/linestatus"
)

// speakers are the voices, each at a pace of its own, in words a minute.
var speakers = []struct {
	variant string
	speed   int
}{{"", 195}, {"+f1", 215}, {"+f3", 185}, {"+m1", 205}, {"+m2", 225}, {"+m4", 190}, {"+linda", 200}, {"+edward", 210}}

// longest is how much of a recording is kept: who has not understood an announcement by then does not understand it.
const longest = 3400 * audio.Rate / 1000

func main() {
	out := flag.String("out", "enrolled/announcements.bin", "file to write")
	flag.Parse()
	if err := run(*out); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

type take struct {
	text, voice string
	speed       int
	pcm         []int16
}

func run(out string) error {
	var takes []take
	for _, w := range linestatus.Wordings() {
		base := map[string]string{"zh": "cmn-latn-pinyin", "en": "en"}[w.Language]
		for _, s := range speakers {
			speed := s.speed
			if w.Language == "en" {
				speed -= 25
			}
			takes = append(takes, take{text: w.Text, voice: base + s.variant, speed: speed})
		}
	}
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range takes {
		g.Go(func() error { return takes[i].speak() })
	}
	if err := g.Wait(); err != nil {
		return err
	}
	set := phrase.NewSet()
	for _, t := range takes {
		if err := set.Enroll(t.text, t.pcm); err != nil {
			return err
		}
	}
	var b bytes.Buffer
	if _, err := set.WriteTo(&b); err != nil {
		return err
	}
	fmt.Printf("%d wordings, %d recordings, %d bytes\n", len(set.Phrases()), len(takes), b.Len())
	return os.WriteFile(out, b.Bytes(), 0o644)
}

func (t *take) speak() error {
	e, err := tts.NewEspeak(tts.EspeakConfig{Voice: t.voice, WordsPerMinute: t.speed})
	if err != nil {
		return err
	}
	pcm, err := e.Speak(context.Background(), t.text, tts.Options{})
	if err != nil {
		return err
	}
	t.pcm = audio.PCMU.Decode(nil, audio.PCMU.Encode(nil, head(pcm)))
	return nil
}

// head takes the silence before the speech away, and what comes after the part that is kept.
func head(pcm []int16) []int16 {
	const quiet = 100
	for len(pcm) > 0 && pcm[0] < quiet && pcm[0] > -quiet {
		pcm = pcm[1:]
	}
	return pcm[:min(len(pcm), longest)]
}
