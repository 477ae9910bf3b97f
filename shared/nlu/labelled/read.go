// Package labelled owns sentences of callees with the intent that people gave them: how a file of them is read, and how
// well a matcher does on one.
//
// It opens no file and prints nothing, and what a sentence means is the matcher's matter.
package labelled

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/outdial/outdial/shared/nlu"
)

// Sentence is one line of a file.
type Sentence struct {
	Line   int
	Text   string
	Intent nlu.Intent
}

const (
	maxLine      = 64 << 10
	maxSentences = 1_000_000
)

// Read reads a file of sentences: the sentence, a tab and the intent in each line. Empty lines and those that begin with
// '#' are passed over, and so are a byte order mark, the carriage returns of Windows, and a first line that names the
// columns.
func Read(r io.Reader) ([]Sentence, error) {
	in := bufio.NewScanner(r)
	in.Buffer(make([]byte, 0, 4096), maxLine)
	var out []Sentence
	line := 0
	for in.Scan() {
		line++
		text := strings.TrimSuffix(in.Text(), "\r")
		if line == 1 {
			text = strings.TrimPrefix(text, "\ufeff")
		}
		if strings.TrimSpace(text) == "" || strings.HasPrefix(text, "#") {
			continue
		}
		s, err := sentence(text)
		if line == 1 && err != nil && header(text) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		if len(out) == maxSentences {
			return nil, fmt.Errorf("line %d: more than %d sentences; measure them in parts", line, maxSentences)
		}
		s.Line = line
		out = append(out, s)
	}
	switch err := in.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return nil, fmt.Errorf("line %d: longer than %d bytes; is this a file of sentences?", line+1, maxLine)
	case err != nil:
		return nil, fmt.Errorf("line %d: %w", line+1, err)
	case len(out) == 0:
		return nil, errors.New("no sentence in it; write one a line: the sentence, a tab, the intent")
	}
	return out, nil
}

func sentence(text string) (Sentence, error) {
	if !utf8.ValidString(text) {
		return Sentence{}, errors.New("not UTF-8; save the file as UTF-8")
	}
	said, intent, ok := strings.Cut(text, "\t")
	said, intent = strings.TrimSpace(said), strings.TrimSpace(intent)
	switch {
	case !ok:
		return Sentence{}, fmt.Errorf("no tab in %q; write the sentence, a tab, the intent", shorten(text))
	case said == "":
		return Sentence{}, errors.New("no sentence before the tab")
	case intent == "":
		return Sentence{}, errors.New("no intent after the tab")
	case strings.Contains(intent, "\t"):
		return Sentence{}, fmt.Errorf("more than one tab after %q; write the sentence, a tab, the intent", shorten(said))
	case !slices.Contains(nlu.Builtin(), nlu.Intent(intent)):
		return Sentence{}, fmt.Errorf("intent %q is not known; known are %s", shorten(intent), Known())
	}
	return Sentence{Text: said, Intent: nlu.Intent(intent)}, nil
}

// Known lists the intents that a file may use.
func Known() string {
	names := make([]string, 0, len(nlu.Builtin()))
	for _, i := range nlu.Builtin() {
		names = append(names, string(i))
	}
	return strings.Join(names, ", ")
}

func header(text string) bool {
	_, second, _ := strings.Cut(text, "\t")
	switch strings.ToLower(strings.TrimSpace(second)) {
	case "intent", "label", "意图":
		return true
	}
	return false
}

func shorten(s string) string {
	if rs := []rune(s); len(rs) > 40 {
		return string(rs[:40]) + "…"
	}
	return s
}
