package linestatus

import (
	"bytes"
	_ "embed"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/outdial/outdial/dialogue/asr/phrase"
	"github.com/outdial/outdial/shared/linestatus"
)

//go:embed enrolled/announcements.bin
var enrolled []byte

// Book holds the announcements that are known by their sound. All calls of a process share it.
type Book struct {
	beginnings *phrase.Beginnings
	status     []linestatus.Status // by group
	slots      chan struct{}       // comparisons at once: one processor is left to the calls
}

// Announcements is the book that comes with the product: the wordings of shared/linestatus by eight synthetic voices. It is
// read once.
var Announcements = sync.OnceValues(func() (*Book, error) {
	set, err := phrase.ReadSet(bytes.NewReader(enrolled))
	if err != nil {
		return nil, fmt.Errorf("line status: announcements: %w", err)
	}
	return NewBook(set, statusOf), nil
})

func statusOf(text string) linestatus.Status {
	for _, w := range linestatus.Wordings() {
		if w.Text == text {
			return w.Status
		}
	}
	return Words(text)
}

// NewBook makes a book of enrolled recordings; status tells what each text means.
func NewBook(set *phrase.Set, status func(text string) linestatus.Status) *Book {
	b := &Book{slots: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)-1))}
	b.beginnings = phrase.NewBeginnings(set, func(text string) int {
		s := status(text)
		i := slices.Index(b.status, s)
		if i < 0 {
			i = len(b.status)
			b.status = append(b.status, s)
		}
		return i
	})
	return b
}

// When a likeness is believed. The values were chosen with voices that the published figures are not measured on
// (docs/line-status.md).
const (
	nearEnough = 3.0
	// ahead is how much farther the next state must be while more is to be heard, aheadLast when there is no more.
	ahead     = 1.10
	aheadSoon = 1.05 // when time presses
	aheadLast = 1.03
	// Amid noise all are nearer to each other, and announcements that nobody enrolled to some.
	aheadNoisy = 1.06
	// After the answer humans speak as well: only a clear likeness counts.
	clearlyNear  = 2.1
	clearlyAhead = 1.12
)

// Looks at an announcement: the first after so much sound, further ones while nothing is believed. The one before the
// last is in time for a verdict within three seconds.
const (
	firstLook = 900 * time.Millisecond
	lookEvery = 300 * time.Millisecond
	soonLook  = 2920 * time.Millisecond
	lastLook  = 3500 * time.Millisecond
	// Whoever answers is compared once they have spoken for longer than people do.
	answerLook = 2600 * time.Millisecond
)

// guess is what a look came to.
type guess struct {
	status     linestatus.Status
	confidence float64
}

// compare looks at a sound; the nearest state must be near, and lead by so much.
func (b *Book) compare(look *phrase.Look, sound *phrase.Sound, over bool, near, lead float64) guess {
	l := look.Ask(sound, over)
	if look.Noisy() {
		lead = max(lead, aheadNoisy)
	}
	return b.read(l, near, lead)
}

func (b *Book) read(l []phrase.Likeness, near, ahead float64) guess {
	if len(l) < 2 || l[0].Distance > near || l[1].Distance < l[0].Distance*ahead {
		return guess{}
	}
	lead := min(1, (l[1].Distance/l[0].Distance-1)/0.3)
	return guess{b.status[l[0].Group], min(0.99, 0.6+0.2*(1-l[0].Distance/near)+0.2*lead)}
}
