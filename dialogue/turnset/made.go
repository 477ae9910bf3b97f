package turnset

import (
	"strings"
	"time"

	"github.com/outdial/outdial/shared/audio/clips"
)

// Said is something that a callee says in a case of somebody else's making.
type Said struct {
	Text  string
	PCM   []int16       // 8 kHz mono, speech at -20 dBFS, no silence at either end
	After time.Duration // of silence
}

// Make makes a case that is not of the set, to be run like one: begun when so much of the prompt was heard. Lead is for one that
// begins like an aside: how many syllables of what is said do, if it is said in one piece.
func Make(kind Kind, voice string, noisy bool, into time.Duration, lead int, said ...Said) Case {
	c := Case{Kind: kind, Voice: voice, Noisy: noisy, into: int(into.Milliseconds()), lead: lead}
	var name strings.Builder
	for _, s := range said {
		if s.After > 0 {
			c.parts = append(c.parts, part{pause: int(s.After.Milliseconds())})
		}
		c.parts = append(c.parts, part{clip: &clips.Clip{Voice: voice, Sentence: clips.Sentence{Text: s.Text}, PCM: s.PCM}})
		name.WriteString(s.Text)
	}
	c.Name = name.String()
	return c
}
