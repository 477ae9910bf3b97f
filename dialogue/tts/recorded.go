package tts

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"sync"
	"unicode"

	"github.com/outdial/outdial/shared/audio"
)

// IndexFile lists the recordings of a folder: one line a sentence, key and text separated by a tab; the sound is in
// <key>.wav beside it. Empty lines and lines that begin with # are skipped.
const IndexFile = "sentences.tsv"

const (
	maxIndexBytes = 4 << 20
	// Recordings are decoded once and kept up to this much; beyond it they are decoded again each time.
	maxKept = 64 << 20
)

// Recorded speaks the prompts of one folder.
type Recorded struct {
	dir    fs.FS
	byKey  map[string]string
	byText map[string]string

	mu   sync.Mutex
	kept map[string][]int16
	size int
}

// NewRecorded reads the index of a folder. The sound files themselves are read when they are first spoken.
func NewRecorded(dir fs.FS) (*Recorded, error) {
	f, err := dir.Open(IndexFile)
	if err != nil {
		return nil, fmt.Errorf("open the index of the prompt folder: %w", err)
	}
	defer f.Close()
	index, err := ReadIndex(f)
	if err != nil {
		return nil, err
	}
	r := &Recorded{dir: dir, byKey: map[string]string{}, byText: map[string]string{}, kept: map[string][]int16{}}
	for _, s := range index {
		r.byKey[s.Key] = s.Text
		if t := spoken(s.Text); r.byText[t] == "" {
			r.byText[t] = s.Key
		}
	}
	return r, nil
}

// Sentence is one line of an index.
type Sentence struct{ Key, Text string }

// ReadIndex reads an index and refuses what could not be a sentence.
func ReadIndex(in io.Reader) ([]Sentence, error) {
	var out []Sentence
	seen := map[string]bool{}
	sc := bufio.NewScanner(io.LimitReader(in, maxIndexBytes))
	for line := 1; sc.Scan(); line++ {
		text := strings.TrimPrefix(strings.TrimRight(sc.Text(), "\r"), "\ufeff")
		if strings.TrimSpace(text) == "" || strings.HasPrefix(text, "#") {
			continue
		}
		key, sentence, ok := strings.Cut(text, "\t")
		sentence = strings.TrimSpace(sentence)
		switch {
		case !ok || sentence == "":
			return nil, fmt.Errorf("%s line %d: expected key, tab, text", IndexFile, line)
		case !validKey(key):
			return nil, fmt.Errorf("%s line %d: key %q may hold letters, digits, - and _ only", IndexFile, line, clip(key, 40))
		case seen[key]:
			return nil, fmt.Errorf("%s line %d: key %s is there twice", IndexFile, line, key)
		}
		seen[key] = true
		out = append(out, Sentence{key, sentence})
	}
	if err := sc.Err(); err != nil {
		return nil, fmt.Errorf("read %s: %w", IndexFile, err)
	}
	return out, nil
}

func validKey(k string) bool {
	if k == "" || len(k) > 100 {
		return false
	}
	for _, r := range k {
		if !(r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return false
		}
	}
	return true
}

// spoken drops what is written but not said, so that a comma more or less does not lose a recording.
func spoken(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
}

// Has tells whether the folder holds the sentence.
func (r *Recorded) Has(text string, o Options) bool { return r.find(text, o) != "" }

// find prefers the key, but only while its text is the one asked for: a script whose wording was edited must not play
// the old recording.
func (r *Recorded) find(text string, o Options) string {
	if was, ok := r.byKey[o.Key]; ok && (text == "" || spoken(was) == spoken(text)) {
		return o.Key
	}
	if t := spoken(text); t != "" {
		return r.byText[t]
	}
	return ""
}

// Speak gives the recording of a sentence, or ErrMissing.
func (r *Recorded) Speak(ctx context.Context, text string, o Options) ([]int16, error) {
	if err := check(text, o); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	key := r.find(text, o)
	if key == "" {
		return nil, &SentenceError{o.Key, text, "record it as a prompt", ErrMissing}
	}
	r.mu.Lock()
	pcm := r.kept[key]
	r.mu.Unlock()
	if pcm != nil {
		return pcm, nil
	}
	raw, err := fs.ReadFile(r.dir, key+".wav")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &SentenceError{key, r.byKey[key], "its file " + key + ".wav is missing", ErrMissing}
	}
	if err == nil {
		pcm, err = audio.ReadWAV(bytes.NewReader(raw))
	}
	if err != nil || len(pcm) == 0 {
		return nil, &SentenceError{key, r.byKey[key], "record " + key + ".wav again", errors.Join(ErrRecording, err)}
	}
	normalize(pcm)
	r.mu.Lock()
	defer r.mu.Unlock()
	if had := r.kept[key]; had != nil {
		return had, nil
	}
	if r.size += 2 * len(pcm); r.size <= maxKept {
		r.kept[key] = pcm
	} else {
		r.size -= 2 * len(pcm)
	}
	return pcm, nil
}
