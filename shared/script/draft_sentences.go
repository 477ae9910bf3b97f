package script

import (
	"strconv"
	"strings"
	"unicode"
)

// Sentence is something that a script says, as it is recorded.
type Sentence struct {
	Text
	Node  NodeID // where it is said first; empty outside nodes
	Parts []Text // of one with variables: its fixed parts, key#1, key#2, …
}

// Sentences lists what a flow says, each text of a key once.
func Sentences(f *Flow) []Sentence {
	var out []Sentence
	seen := map[string]bool{}
	for _, p := range Texts(f) {
		if p.Text.Key == "" || seen[p.Text.Key] {
			continue
		}
		seen[p.Text.Key] = true
		s := Sentence{Text: p.Text, Node: p.Node}
		if len(References(p.Text.Text)) > 0 {
			s.Parts = FixedParts(p.Text)
		}
		out = append(out, s)
	}
	// The sound behind everything is recorded like a sentence; it has no words.
	if key := f.Voice.Background; key != "" && !seen[key] {
		out = append(out, Sentence{Text: Text{Key: key}})
	}
	return out
}

// FixedParts are what stands between the variables of a sentence and is said, in its order; punctuation alone is not.
func FixedParts(t Text) []Text {
	var out []Text
	for _, p := range pieces(t.Text) {
		if !p.variable && strings.ContainsFunc(p.text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
			out = append(out, Text{Key: t.Key + "#" + strconv.Itoa(len(out)+1), Text: strings.TrimSpace(p.text)})
		}
	}
	return out
}

type piece struct {
	text     string
	variable bool
}

// pieces cuts a sentence at its variables.
func pieces(text string) []piece {
	var out []piece
	for {
		at, name, rest := cutVariable(text)
		if at < 0 {
			if text != "" {
				out = append(out, piece{text: text})
			}
			return out
		}
		if at > 0 {
			out = append(out, piece{text: text[:at]})
		}
		out = append(out, piece{text: name, variable: true})
		text = rest
	}
}

// Piece is a part of a sentence as it is said in one call: recorded, where Key names a fixed part, or to be synthesised.
type Piece struct {
	Key, Text string
}

// Assemble finds the fixed parts of a sentence in what it has become in a call, and what the variables have put between
// them. Whatever it finds, together the pieces say all of it. Not ok when the two do not belong together.
func Assemble(t Text, said string) (out []Piece, ok bool) {
	parts := FixedParts(t)
	rest := said
	speak := func(s string) {
		if strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
			out = append(out, Piece{Text: strings.TrimSpace(s)})
		}
	}
	for _, p := range parts {
		at := strings.Index(rest, p.Text)
		if at < 0 {
			return nil, false
		}
		speak(rest[:at])
		out = append(out, Piece(p))
		rest = rest[at+len(p.Text):]
	}
	speak(rest)
	return out, len(parts) > 0
}
