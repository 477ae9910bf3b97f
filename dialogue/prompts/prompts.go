// Package prompts owns the recordings that come with the product: the sentences of the demo script, spoken.
//
// It knows neither scripts nor synthesis: a script names a sentence by its key, and dialogue/tts plays these folders
// before it synthesises anything. The sounds are mu-law WAV files of 8 kHz, made by the program in gen.
package prompts

import (
	"embed"
	"io/fs"
)

//go:embed demo/sentences.tsv demo/*.wav
var files embed.FS

// Demo is the folder of the demo script's sentences, in the form that tts.NewRecorded takes.
func Demo() fs.FS {
	dir, err := fs.Sub(files, "demo")
	if err != nil {
		panic(err) // the name is a constant; fs.Sub refuses invalid names only
	}
	return dir
}
