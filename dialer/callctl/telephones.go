package callctl

import (
	"strings"
	"sync"

	"github.com/outdial/outdial/dialer/esl"
)

// telephones knows which extensions the calls of this dialer ring or talk with, so that two callees never wait for the
// same agent.
type telephones struct {
	mu   sync.Mutex
	used map[string]int
}

// take is hold for a telephone that must be free.
func (t *telephones) take(extension string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.used[extension] > 0 {
		return false
	}
	t.hold(extension)
	return true
}

// use is hold for a telephone that is rung whether it is free or not, because a script names it.
func (t *telephones) use(extension string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.hold(extension)
}

func (t *telephones) hold(extension string) {
	if t.used == nil {
		t.used = make(map[string]int)
	}
	t.used[extension]++
}

// leave undoes take and use.
func (t *telephones) leave(extension string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.used[extension]--; t.used[extension] <= 0 {
		delete(t.used, extension)
	}
}

// inCall tells which extensions have a leg in the switch, whoever placed it: "sofia/extensions/1001@192.0.2.9:5060".
func inCall(channels []esl.Channel) map[string]bool {
	out := make(map[string]bool)
	for _, c := range channels {
		rest, ok := strings.CutPrefix(c.Name, "sofia/"+esl.ProfileExtensions+"/")
		if !ok {
			continue
		}
		extension := strings.TrimPrefix(rest, "sip:")
		if i := strings.IndexAny(extension, "@%;"); i >= 0 {
			extension = extension[:i]
		}
		out[extension] = true
		if c.Outbound {
			out[c.Destination] = true // a leg may be named after the address that its telephone registered
		}
	}
	return out
}
