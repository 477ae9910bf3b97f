package session

import (
	"time"

	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/flow"
)

// utter is one prompt on its way out, and the robot's turn that it makes.
type utter struct {
	speak   flow.Speak
	prompt  *Prompt
	waiting tick // since when it is its turn
	asked   bool // it is being rendered
	failed  bool // it cannot be
	pos     int  // samples sent

	begun   bool
	seq     int
	started time.Time
	ended   time.Time // of the last frame sent
	first   tick      // frame of the first sample sent
	last    tick
	reply   time.Duration
	stop    time.Duration // how long it went on after the callee broke in
}

// mouth plays a queue of prompts.
type mouth struct {
	queue  []*utter
	paused bool
}

func (m *mouth) current() *utter {
	if len(m.queue) == 0 {
		return nil
	}
	return m.queue[0]
}

// frame is the next 20 ms of the current prompt, nil when there is none.
func (u *utter) frame() []int16 {
	if u.prompt == nil || u.pos >= len(u.prompt.PCM) {
		return nil
	}
	end := min(u.pos+audio.FrameSamples, len(u.prompt.PCM))
	out := u.prompt.PCM[u.pos:end]
	u.pos = end
	return out
}

func (u *utter) done() bool { return u.prompt != nil && u.pos >= len(u.prompt.PCM) }

const (
	rewindMost = 800 * time.Millisecond
	pauseDB    = -42
)

// rewind goes back to the last pause between words, so that a prompt that goes on does not begin inside one.
func (u *utter) rewind() {
	if u.prompt == nil {
		return
	}
	least := max(0, u.pos-audio.Samples(rewindMost))
	for at := u.pos - audio.FrameSamples; at >= least; at -= audio.FrameSamples {
		if audio.LevelDB(u.prompt.PCM[at:at+audio.FrameSamples]) < pauseDB {
			u.pos = at
			return
		}
	}
}
