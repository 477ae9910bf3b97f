package linestatus

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"
)

//go:embed wordings.tsv
var wordingList string

// Wording is one way in which a network says a state.
type Wording struct {
	Status   Status
	Language string // zh or en
	Text     string
}

// Wordings lists what networks are known to say, in the order of the file.
var Wordings = sync.OnceValue(func() []Wording {
	var out []Wording
	for line := range strings.Lines(wordingList) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		c := strings.Split(line, "\t")
		if len(c) != 3 || !Status(c[0]).Announced() {
			panic(fmt.Sprintf("linestatus: wordings.tsv: %q is not status, language, wording", line))
		}
		out = append(out, Wording{Status(c[0]), c[1], c[2]})
	}
	return out
})
