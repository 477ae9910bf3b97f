package carriersim

import (
	"time"

	"github.com/outdial/outdial/shared/audio"
)

// act is what a talker wants done in this frame; the zero value is to go on as before.
type act struct {
	say   string // start this sentence
	keys  string
	cue   Cue
	leave bool
}

// talker lives through a Talk in frames of 20 ms. It is pure: all it hears is whether the robot was voiced in a frame and
// whether its own sound is still playing, so that a whole conversation can be tested without a socket.
type talker struct {
	talk  Talk
	greet bool // the greeting is still to be said
	next  int  // line

	frames int // since the answer
	idle   int // since the answer, the robot's last sound or the end of our own
	prods  int

	open     bool // the robot is in a turn
	voiced   int  // voiced frames of the turn
	age      int  // frames since the turn's first sound
	quiet    int  // frames since the robot's last sound
	deaf     bool // the turn was interrupted by us: its end is not our cue
	due      bool // a turn has ended and was not answered yet
	reacting int  // frames until the next line; 0 = not waiting for it
	spoke    int  // frames since our last own sound began; large when long ago
	mouth    bool // our own sound was playing in the last frame
}

const (
	onset = 3 // voiced frames that make a turn: a click is none
	// A turn of the robot that we spoke into and that goes on this long after we finished was not stopped for us: then
	// its end is our cue after all.
	resumed = 1500 * time.Millisecond
	prodMax = 2
)

func frames(d time.Duration) int { return int(d / audio.FrameDuration) }

func newTalker(t Talk) *talker { return &talker{talk: t, greet: t.Greet != "", spoke: 1 << 30} }

// step is one frame: voiced says whether the robot spoke in it, playing whether our own last sound is still going on.
func (t *talker) step(voiced, playing bool) act {
	t.frames++
	t.due = t.hear(voiced) || t.due
	if t.frames >= frames(t.talk.Longest) {
		return act{leave: true}
	}
	if playing {
		t.mouth = true
		t.idle, t.reacting = 0, 0
		return act{}
	}
	if t.mouth { // the first frame after our own sound
		t.mouth = false
		t.spoke = 0
	}
	t.spoke++
	t.idle++
	if voiced {
		t.idle = 0
	}
	switch {
	case t.greet && t.open && !t.talk.Beep: // a person lets the caller speak, a mailbox does not
		t.greet = false
	case t.greet && t.frames >= frames(t.talk.GreetAfter):
		t.greet = false
		return t.say(t.talk.Greet, CueReply)
	case t.greet:
		return act{}
	}
	if t.talk.Mute {
		return act{leave: t.idle >= frames(t.talk.Patience)}
	}
	if t.open {
		t.reacting, t.due = 0, false
		return t.overTurn()
	}
	if t.due {
		t.due = false
		t.cueReply()
	}
	if t.reacting > 0 {
		if t.reacting--; t.reacting == 0 {
			return t.sayNext()
		}
		return act{}
	}
	return t.wait()
}

// hear follows the robot's turns and says whether one has just ended in a way that asks for an answer.
func (t *talker) hear(voiced bool) (ended bool) {
	if t.open || t.voiced > 0 {
		t.age++
	}
	if voiced {
		t.quiet = 0
		t.voiced++
		if t.voiced >= onset {
			t.open = true
		}
		return false
	}
	t.quiet++
	if t.quiet < frames(EndOfTurn) {
		return false
	}
	ended = t.open && (!t.deaf || (!t.mouth && t.spoke > frames(resumed)))
	t.open, t.deaf, t.voiced, t.age = false, false, 0, 0
	return ended
}

// overTurn does what is due while the robot speaks.
func (t *talker) overTurn() act {
	if t.next >= len(t.talk.Lines) || t.quiet > onset || t.deaf {
		return act{}
	}
	line := t.talk.Lines[t.next]
	if line.Cue == CueReply || t.age < frames(line.After) {
		return act{}
	}
	t.next++
	switch line.Cue {
	case CueLeave:
		return act{leave: true}
	case CueInterrupt:
		t.deaf = true
	}
	return t.say(line.Say, line.Cue)
}

// cueReply starts the reaction time before the next line. A backchannel whose moment did not come is skipped; an
// interruption that came too late is said as an answer.
func (t *talker) cueReply() {
	for t.next < len(t.talk.Lines) && t.talk.Lines[t.next].Cue == CueBackchannel {
		t.next++
	}
	if t.next >= len(t.talk.Lines) {
		return
	}
	switch line := t.talk.Lines[t.next]; line.Cue {
	case CueReply:
		t.reacting = max(1, frames(line.After))
	case CueInterrupt:
		t.reacting = frames(400 * time.Millisecond)
	}
}

func (t *talker) sayNext() act {
	line := t.talk.Lines[t.next]
	t.next++
	if line.Keys != "" {
		t.idle = 0
		return act{keys: line.Keys}
	}
	return t.say(line.Say, CueReply)
}

func (t *talker) say(id string, cue Cue) act {
	t.idle, t.prods = 0, 0
	return act{say: id, cue: cue}
}

// wait bears the silence, asks whether anybody is there, and in the end hangs up.
func (t *talker) wait() act {
	if t.next >= len(t.talk.Lines) && len(t.talk.Lines) > 0 && t.talk.Leaves {
		return act{leave: t.idle >= frames(t.talk.LeavesIn)}
	}
	if t.idle < frames(t.talk.Patience) {
		return act{}
	}
	if t.prods >= prodMax || t.next >= len(t.talk.Lines) {
		return act{leave: true}
	}
	prods := t.prods + 1
	a := t.say(prod(t.talk.Voice), CueReply)
	t.prods = prods
	return a
}

func prod(voice string) string {
	if voice == "en" {
		return "en-hello"
	}
	return "wei"
}
