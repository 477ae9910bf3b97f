package main

import (
	"bytes"
	"fmt"
	"os"
	"strings"

	"github.com/outdial/outdial/shared/audio"
)

// strangers are voices that the set is never enrolled with.
var strangers = []string{"f2", "f4", "m3", "m5", "m7"}

// speakUnknown makes what the test of false accepts hears: sentences that are in no set, each by two of the strangers.
func speakUnknown(name string) error {
	raw, err := os.ReadFile(name + ".txt")
	if err != nil {
		return err
	}
	var sound, index bytes.Buffer
	index.WriteString("# voice, text, samples in the .ulaw file beside it (8 kHz mu-law), made by gen -unknown\n")
	for i, text := range strings.Fields(string(raw)) {
		for k := range 2 {
			voice := strangers[(i+2*k)%len(strangers)]
			t := take{text: text, voice: "cmn-latn-pinyin+" + voice, speed: []int{195, 225}[k]}
			if err := t.speak(); err != nil {
				return err
			}
			pcm := cut(t.pcm)
			sound.Write(audio.PCMU.Encode(nil, pcm))
			fmt.Fprintf(&index, "%s\t%s\t%d\n", voice, text, len(pcm))
		}
	}
	if err := os.WriteFile(name+".ulaw", sound.Bytes(), 0o644); err != nil {
		return err
	}
	return os.WriteFile(name+".tsv", index.Bytes(), 0o644)
}

// cut takes away the silence around speech.
func cut(pcm []int16) []int16 {
	const quiet = 100
	for len(pcm) > 0 && pcm[0] < quiet && pcm[0] > -quiet {
		pcm = pcm[1:]
	}
	for len(pcm) > 0 && pcm[len(pcm)-1] < quiet && pcm[len(pcm)-1] > -quiet {
		pcm = pcm[:len(pcm)-1]
	}
	return pcm
}
