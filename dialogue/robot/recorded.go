package robot

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/outdial/outdial/dialogue/tts"
	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/script"
)

// recorded are the sentences of a version that somebody has spoken for it. They come before every voice.
type recorded struct {
	root      string
	byKey     map[string]script.Recording
	byText    map[string]script.Recording
	variables map[string]script.Text // the sentences with variables, by key
	log       *slog.Logger
}

func newRecorded(root string, list []script.Recording, f *script.Flow, log *slog.Logger) *recorded {
	r := &recorded{root: root, byKey: map[string]script.Recording{}, byText: map[string]script.Recording{}, variables: map[string]script.Text{}, log: log}
	for _, one := range list {
		r.byKey[one.Key] = one
		r.byText[one.Text] = one
	}
	for _, p := range script.Texts(f) {
		if len(script.References(p.Text.Text)) > 0 {
			r.variables[p.Text.Key] = p.Text
		}
	}
	return r
}

// find is the recording of just these words: by the key, or of another sentence that says the same.
func (r *recorded) find(key, text string) (script.Recording, bool) {
	if one, ok := r.byKey[key]; ok && one.Text == text {
		return one, true
	}
	one, ok := r.byText[text]
	return one, ok
}

// speak gives what was recorded of a sentence; nil where it must be synthesised as a whole. What stands between the recorded
// parts of a sentence with variables comes from the voice.
func (r *recorded) speak(ctx context.Context, voice tts.Voice, name, key, text string) ([]int16, error) {
	if len(r.byKey) == 0 {
		return nil, nil
	}
	if one, ok := r.find(key, text); ok {
		return r.load(one), nil
	}
	whole, ok := r.variables[key]
	if !ok {
		return nil, nil
	}
	pieces, ok := script.Assemble(whole, text)
	if !ok {
		return nil, nil
	}
	sounds := make([][]int16, len(pieces))
	for i, p := range pieces {
		if p.Key == "" {
			continue
		}
		one, ok := r.find(p.Key, p.Text)
		if !ok {
			return nil, nil
		}
		if sounds[i] = r.load(one); sounds[i] == nil {
			return nil, nil
		}
	}
	var out []int16
	for i, p := range pieces {
		pcm := sounds[i]
		if pcm == nil {
			var err error
			if pcm, err = voice.Speak(ctx, p.Text, tts.Options{Voice: name}); err != nil {
				return nil, err
			}
		}
		if len(out) > 0 {
			out = append(out, make([]int16, audio.Samples(joint))...)
		}
		out = append(out, trimmed(pcm)...)
	}
	return out, nil
}

// joint is the pause between the parts of a sentence, as between two words.
const joint = 2 * audio.FrameDuration

// load reads a recording's sound; nil, with a word in the log, where it cannot be had: the sentence is synthesised then.
func (r *recorded) load(one script.Recording) []int16 {
	pcm, err := func() ([]int16, error) {
		path := filepath.FromSlash(one.Path)
		if !filepath.IsLocal(path) {
			return nil, fmt.Errorf("%q leads out of the recordings folder", one.Path)
		}
		f, err := os.Open(filepath.Join(r.root, path))
		if err != nil {
			return nil, err
		}
		defer f.Close()
		return audio.ReadWAV(f)
	}()
	if err != nil {
		r.log.Error("a recorded sentence of a script cannot be played; it is synthesised", "version", one.Version, "key", one.Key, "err", err)
		return nil
	}
	return pcm
}

// trimmed is speech without the silence around it.
func trimmed(pcm []int16) []int16 {
	const step = audio.FrameSamples / 4
	for len(pcm) >= step && audio.LevelDB(pcm[:step]) < quietDB {
		pcm = pcm[step:]
	}
	for len(pcm) >= step && audio.LevelDB(pcm[len(pcm)-step:]) < quietDB {
		pcm = pcm[:len(pcm)-step]
	}
	return pcm
}
