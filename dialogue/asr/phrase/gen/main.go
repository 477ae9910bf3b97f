// Command gen enrols the phrases that come with the product: it has espeak-ng say a sentence list with six voices at
// several speeds, passes that through a telephone's band and law, and writes the set. It is needed only when the list
// or the front end changes.
//
// Voices are not to be added here without need: docs/recognition.md states how well the set does on voices that are
// not in it, and dialer/carriersim speaks with those.
package main

import (
	"bufio"
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"runtime"
	"strings"
	"unicode/utf8"

	"golang.org/x/sync/errgroup"

	"github.com/outdial/outdial/dialogue/asr/phrase"
	"github.com/outdial/outdial/dialogue/tts"
	"github.com/outdial/outdial/shared/audio"
)

var variants = []string{"", "+f1", "+f3", "+m1", "+m2", "+m4"}

func main() {
	list := flag.String("sentences", "../../../dialer/carriersim/voices/sentences.tsv", "sentence list: id, language, text, intent")
	out := flag.String("out", "enrolled/phrases.bin", "file to write")
	unknown := flag.String("unknown", "", "instead: speak <name>.txt with the simulator's voices into <name>.ulaw and <name>.tsv")
	flag.Parse()
	var err error
	if *unknown != "" {
		err = speakUnknown(*unknown)
	} else {
		err = run(*list, *out)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

type take struct {
	text, voice string
	speed       int
	pcm         []int16
}

func run(list, out string) error {
	takes, err := plan(list)
	if err != nil {
		return err
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
	fmt.Printf("%d phrases, %d recordings, %d bytes\n", len(set.Phrases()), len(takes), b.Len())
	return os.WriteFile(out, b.Bytes(), 0o644)
}

func plan(list string) ([]take, error) {
	f, err := os.Open(list)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []take
	sc := bufio.NewScanner(f)
	for sc.Scan() {
		line := strings.TrimRight(sc.Text(), "\r")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		c := strings.Split(line, "\t")
		if len(c) < 3 {
			return nil, fmt.Errorf("%s: %q has %d columns, want at least 3", list, line, len(c))
		}
		base := map[string]string{"zh": "cmn-latn-pinyin", "en": "en"}[c[1]]
		if base == "" {
			return nil, fmt.Errorf("%s: no voice for language %q", list, c[1])
		}
		for _, v := range variants {
			for _, speed := range speeds(c[0], c[1], c[2]) {
				out = append(out, take{text: c[2], voice: base + v, speed: speed})
			}
		}
	}
	return out, sc.Err()
}

// speeds are words a minute. Single words are drawn out by people, so they are enrolled slowly too.
func speeds(id, lang, text string) []int {
	switch {
	case strings.HasPrefix(id, "line-"), strings.HasPrefix(id, "box-"):
		return []int{200}
	case lang == "en":
		return []int{150, 185}
	case utf8.RuneCountInString(text) <= 2:
		return []int{90, 125, 180}
	}
	return []int{180, 230}
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
	t.pcm = audio.PCMU.Decode(nil, audio.PCMU.Encode(nil, pcm))
	return nil
}
