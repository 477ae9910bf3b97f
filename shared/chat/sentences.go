package chat

import (
	"regexp"
	"strings"
	"unicode"
)

const (
	// maxSentence is where a sentence without an end is cut: some half minute of speech.
	maxSentence = 120 // runes
	// Thoughts of a reasoning model are written before its answer and are nobody's business.
	thinkOpen, thinkClose = "<think>", "</think>"
)

// sentences cuts a growing text into sentences that can be spoken, and takes out what is written but never said: thoughts,
// markup, symbols.
type sentences struct {
	rest     []rune
	thinking bool
	begun    bool // past the place where thoughts may stand
}

// add takes more of the text.
func (s *sentences) add(text string) { s.rest = append(s.rest, []rune(text)...) }

// whole takes the sentences out that have ended.
func (s *sentences) whole() []string {
	if !s.answering() {
		return nil
	}
	var out []string
	for {
		n := s.end()
		if n == 0 {
			return out
		}
		if say := sayable(string(s.rest[:n])); say != "" {
			out = append(out, say)
		}
		s.rest = s.rest[n:]
	}
}

// close gives what is left when the text has ended.
func (s *sentences) close() []string {
	if !s.answering() {
		return nil // a thought without an end
	}
	out := s.whole()
	if say := sayable(string(s.rest)); say != "" {
		out = append(out, say)
	}
	s.rest = nil
	return out
}

// answering drops thoughts at the beginning and tells whether what is left is the answer.
func (s *sentences) answering() bool {
	if s.begun {
		return true
	}
	text := string(s.rest)
	if !s.thinking {
		text = strings.TrimLeftFunc(text, unicode.IsSpace)
		switch {
		case strings.HasPrefix(text, thinkOpen):
			s.thinking = true
		case text == "" || strings.HasPrefix(thinkOpen, text):
			return false // it may yet become one
		default:
			s.begun = true
			s.rest = []rune(text)
			return true
		}
	}
	if _, after, ok := strings.Cut(text, thinkClose); ok {
		s.thinking = false
		s.rest = []rune(after)
		return s.answering()
	}
	// Only what may be the beginning of the end is kept.
	if keep := []rune(text); len(keep) > 2*len(thinkClose) {
		s.rest = keep[len(keep)-len(thinkClose):]
	}
	return false
}

// end is the length of the first whole sentence, 0 when there is none yet.
func (s *sentences) end() int {
	comma := 0
	for i, r := range s.rest {
		switch {
		case strings.ContainsRune("。！？；!?;\n", r):
			// A mark that follows belongs to it (？！, 。”), and has not arrived when this is the last rune; that does no harm.
			n := i + 1
			for n < len(s.rest) && strings.ContainsRune("。！？!?”’」』)）\"", s.rest[n]) {
				n++
			}
			return n
		case r == '.' && i+1 < len(s.rest) && unicode.IsSpace(s.rest[i+1]) && !abbreviated(s.rest[:i]):
			return i + 1 // 3.5 and example.com have no space
		case strings.ContainsRune("，、,:：", r):
			comma = i + 1
		}
		if i+1 >= maxSentence {
			if comma > maxSentence/3 {
				return comma
			}
			return i + 1
		}
	}
	return 0
}

// abbreviated tells that a full stop belongs to the word before it: Mr. Wang, 1. a list.
func abbreviated(before []rune) bool {
	word := string(before)
	if i := strings.LastIndexFunc(word, unicode.IsSpace); i >= 0 {
		word = word[i+1:]
	}
	switch strings.ToLower(word) {
	case "mr", "mrs", "ms", "dr", "st", "no", "vs", "e.g", "i.e":
		return true
	}
	return word != "" && strings.Trim(word, "0123456789") == ""
}

// stray is a choice at a place where it counts for nothing.
var stray = regexp.MustCompile(`[#＃]\s*[0-9]{1,3}`)

// sayable is what of a sentence is said aloud; empty when nothing is.
func sayable(text string) string {
	text = stray.ReplaceAllString(text, "")
	text = strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return ' '
		case strings.ContainsRune("*_`~#|<>[]{}\\", r), unicode.Is(unicode.So, r), unicode.Is(unicode.Sk, r), unicode.IsControl(r),
			unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r), unicode.Is(unicode.Mn, r), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, text))
	text = strings.TrimSpace(strings.TrimLeft(text, "-+•·—– "))
	if strings.IndexFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) < 0 {
		return ""
	}
	return text
}
