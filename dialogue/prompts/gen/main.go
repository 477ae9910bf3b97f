// Command gen speaks a folder's sentences.tsv with espeak-ng and writes <key>.wav files beside it: 8 kHz mono mu-law.
// It is needed only when sentences change; the recordings are part of the repository.
package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/outdial/outdial/dialogue/tts"
	"github.com/outdial/outdial/shared/audio"
)

func main() {
	dir := flag.String("dir", "demo", "folder with sentences.tsv")
	voice := flag.String("voice", tts.DefaultVoice, "voice of espeak-ng")
	speed := flag.Int("wpm", 205, "words per minute")
	flag.Parse()
	if err := run(*dir, *voice, *speed); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(dir, voice string, wpm int) error {
	f, err := os.Open(filepath.Join(dir, tts.IndexFile))
	if err != nil {
		return err
	}
	defer f.Close()
	index, err := tts.ReadIndex(f)
	if err != nil {
		return err
	}
	e, err := tts.NewEspeak(tts.EspeakConfig{Voice: voice, WordsPerMinute: wpm})
	if err != nil {
		return err
	}
	total := 0
	for _, s := range index {
		pcm, err := e.Speak(context.Background(), s.Text, tts.Options{Key: s.Key})
		if err != nil {
			return err
		}
		pcm = trim(pcm)
		total += len(pcm)
		fmt.Printf("%-20s %5.2f s  %s\n", s.Key, audio.Duration(len(pcm)).Seconds(), s.Text)
		if err := os.WriteFile(filepath.Join(dir, s.Key+".wav"), muLawWAV(pcm), 0o644); err != nil {
			return err
		}
	}
	fmt.Printf("%d sentences, %.1f s, %d kB\n", len(index), audio.Duration(total).Seconds(), total/1000)
	return nil
}

// trim cuts the silence around a sentence to 40 ms before it and 80 ms after it: a robot's reply begins with its first
// word, and a pause after the last one is the session's to make.
func trim(pcm []int16) []int16 {
	const loud = 300
	first, last := -1, 0
	for i, s := range pcm {
		if s > loud || s < -loud {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	if first < 0 {
		return pcm
	}
	return pcm[max(0, first-320):min(len(pcm), last+640)]
}

func muLawWAV(pcm []int16) []byte {
	data := audio.PCMU.Encode(nil, pcm)
	var b bytes.Buffer
	le := binary.LittleEndian
	b.WriteString("RIFF")
	b.Write(le.AppendUint32(nil, uint32(38+len(data)+len(data)%2)))
	b.WriteString("WAVEfmt ")
	for _, v := range []any{uint32(18), uint16(7), uint16(1), uint32(audio.Rate), uint32(audio.Rate), uint16(1), uint16(8), uint16(0)} {
		_ = binary.Write(&b, le, v) // into memory: cannot fail
	}
	b.WriteString("data")
	b.Write(le.AppendUint32(nil, uint32(len(data))))
	b.Write(data)
	if len(data)%2 == 1 {
		b.WriteByte(0)
	}
	return b.Bytes()
}
