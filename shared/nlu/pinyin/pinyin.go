// Package pinyin owns how Chinese characters sound: the syllable of a character, without its tone, and which syllables a
// recogniser takes for one another.
//
// It knows one reading a character, the commonest, and nothing of words; what a sound means is the matcher's matter.
package pinyin

import (
	_ "embed"
	"strings"
)

//go:generate go run -tags generate ./gen

//go:embed table.bin
var table []byte

// Syllable is a sound; the zero value is none, which is what digits, Latin letters and rare characters have.
type Syllable uint16

const (
	first = 0x4E00
	last  = 0x9FA5
)

var (
	names  []string // by Syllable
	folded []Syllable
	chars  []byte // two bytes a character, big end first
)

// The table begins with the syllables in one line, then has two bytes for each character.
func init() {
	end := strings.IndexByte(string(table), '\n')
	names = append([]string{""}, strings.Fields(string(table[:end]))...)
	chars = table[end+1:]
	folded = make([]Syllable, len(names))
	seen := map[string]Syllable{}
	for i, n := range names[1:] {
		f := fold(n)
		if seen[f] == 0 {
			seen[f] = Syllable(i + 1)
		}
		folded[i+1] = seen[f]
	}
}

// Of is the syllable of a character.
func Of(r rune) Syllable {
	if r < first || r > last {
		return 0
	}
	i := 2 * (r - first)
	return Syllable(chars[i])<<8 | Syllable(chars[i+1])
}

// Folded is one syllable for all that sound alike on the telephone and in the dialects of the south: zh and z, ch and c,
// sh and s, n and l, h and f before u, a final n and ng.
func (s Syllable) Folded() Syllable {
	if int(s) >= len(folded) {
		return 0
	}
	return folded[s]
}

func (s Syllable) String() string {
	if int(s) >= len(names) {
		return ""
	}
	return names[s]
}

func fold(name string) string {
	for _, f := range [...][2]string{{"zh", "z"}, {"ch", "c"}, {"sh", "s"}, {"n", "l"}, {"hu", "f"}} {
		if rest, ok := strings.CutPrefix(name, f[0]); ok && (rest != "" || f[0] == "hu") {
			if f[0] == "hu" {
				rest = dialectRime(rest)
			}
			name = f[1] + rest
			break
		}
	}
	if len(name) > 2 {
		name = strings.TrimSuffix(name, "g")
	}
	return name
}

// dialectRime is what follows the f of a speaker who says fei for hui and fen for hun.
func dialectRime(rest string) string {
	switch rest {
	case "", "o": // hu, huo
		return "u" + rest
	case "i":
		return "ei"
	case "n":
		return "en"
	}
	return rest // hua -> fa, huan -> fan, huang -> fang
}

// Close tells how near two syllables are: 2 the same, 1 taken for one another, 0 different.
func Close(a, b Syllable) int {
	switch {
	case a == 0 || b == 0:
		return 0
	case a == b:
		return 2
	case a.Folded() == b.Folded():
		return 1
	}
	return 0
}
