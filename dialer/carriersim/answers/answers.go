// Package answers owns the recordings of who picks up a simulated telephone: people who say hello in their ways, and the greetings
// of mailboxes. The voices are those of dialer/carriersim/lines, which no robot is enrolled with.
package answers

import (
	_ "embed"
	"sync"

	"github.com/outdial/outdial/dialer/carriersim/lines"
)

//go:embed clips.tsv
var index string

//go:embed clips.ulaw
var sound []byte

// The kinds of clips.
const (
	Human   = "human"
	Machine = "machine"
)

// Clips decodes every recording, once. Nobody may change them.
var Clips = sync.OnceValues(func() ([]lines.Clip, error) { return lines.Read(index, sound) })
