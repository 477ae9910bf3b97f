package carriersim

import (
	"sync"
	"time"

	"github.com/pion/rtp"

	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/rtpio"
	"github.com/outdial/outdial/shared/sdp"
)

// leg is the media of one call: what the callee's telephone sends and hears. The pacer ticks it, one goroutine of its own
// reads, the call tells it what to play; the mutex stands between the three.
type leg struct {
	conn   *rtpio.Conn
	lib    *library
	shard  *shard
	reader sync.WaitGroup

	mu      sync.Mutex
	law     audio.Law
	eventPT uint8
	mute    bool // sends nothing: a fault, or the caller's hold
	held    bool

	playing *sound
	cue     Cue // of what is playing; "" when it is no utterance
	pos     int
	loop    bool
	most    int           // samples of a loop that are still to be played; 0 for no end
	then    *sound        // played afterwards
	done    chan struct{} // closed when playing ends
	noise   int           // place in the line noise
	sent    bool          // the first packet carries the marker

	keys  string
	press *rtpio.EventWriter
	rest  int // frames of pause between keys
	event [4]byte

	talker *talker
	left   chan struct{} // closed when the talker hangs up
	gone   bool

	hearing hearing
	gaps    Gaps
	last    time.Time // arrival of the newest audio packet
	heard   string    // keys
	keyed   rtpio.EventReader
}

func newLeg(conn *rtpio.Conn, lib *library) *leg {
	l := &leg{conn: conn, lib: lib, left: make(chan struct{})}
	l.reader.Go(l.read)
	return l
}

// connect points the leg at the other side's description. It may be called again for a re-INVITE.
func (l *leg) connect(to sdp.Session, law audio.Law) error {
	addr, err := to.Addr()
	if err != nil {
		return err
	}
	if addr.Port() != 0 && !addr.Addr().IsUnspecified() { // old-style hold names 0.0.0.0
		l.conn.SetRemote(addr)
	}
	l.mu.Lock()
	l.law, l.eventPT, l.held = law, to.EventPT, to.OnHold()
	l.mu.Unlock()
	return nil
}

// play starts a sound that is no utterance: a tone, an announcement. The channel is closed when it has ended.
func (l *leg) play(s *sound, loop bool) <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stop()
	l.start(s, "")
	l.loop = loop
	l.done = make(chan struct{})
	return l.done
}

// playFor plays a sound again and again until so much of it was sent. It counts what is sent, not what the clock says: a tone
// that a busy machine sends late is as long as one that it sends in time.
func (l *leg) playFor(s *sound, d time.Duration) <-chan struct{} {
	done := l.play(s, true)
	l.mu.Lock()
	if l.done == done {
		l.most = max(audio.Samples(d), 1)
	}
	l.mu.Unlock()
	return done
}

// talk hands the leg to a talker, from now on.
func (l *leg) talk(t Talk) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stop()
	l.talker = newTalker(t)
}

// silence makes the leg send nothing more.
func (l *leg) silence() {
	l.mu.Lock()
	l.mute = true
	l.mu.Unlock()
}

func (l *leg) close() {
	_ = l.conn.Close() // the reader sees it; there is nothing to lose on a UDP socket
	l.reader.Wait()
}

// start, stop and what follows are called with mu held.
func (l *leg) start(s *sound, cue Cue) {
	l.playing, l.cue, l.pos, l.loop, l.most, l.then = s, cue, 0, false, 0, nil
}

func (l *leg) stop() {
	l.playing, l.then, l.cue, l.loop = nil, nil, "", false
	if l.done != nil {
		close(l.done)
		l.done = nil
	}
}

// tick is one frame of 20 ms. What cannot be sent is lost, as on any line; the call ends by its own rules.
func (l *leg) tick(now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hearing.settle(now)
	if l.talker != nil && !l.gone {
		busy := l.playing != nil || l.keys != ""
		l.do(l.talker.step(l.hearing.speaking(now), busy), now)
	}
	if l.mute || l.held {
		l.conn.SkipTimestamp(audio.FrameSamples)
		return
	}
	if l.keys != "" && l.sendKeys(now) {
		return
	}
	var frame [audio.FrameSamples]byte
	l.fill(frame[:], now)
	_ = l.conn.Send(uint8(l.law), !l.sent, audio.FrameSamples, frame[:])
	l.sent = true
}

func (l *leg) do(a act, now time.Time) {
	switch {
	case a.leave:
		l.gone = true
		close(l.left)
	case a.keys != "" && l.eventPT != 0:
		l.keys = a.keys
		l.hearing.began(&sound{id: "keys", text: a.keys}, CueReply, now)
	case a.say != "":
		s := l.lib.say(l.talker.talk.Voice, a.say)
		if s == nil {
			return
		}
		l.start(s, a.cue)
		if l.talker.talk.Beep {
			l.then = l.lib.beep
		}
		l.hearing.began(s, a.cue, now)
	}
}

// fill takes the next frame of what is playing, and line noise where nothing is.
func (l *leg) fill(frame []byte, now time.Time) {
	n := 0
	for l.playing != nil && n < len(frame) {
		words := l.playing.words[lawIndex(l.law)]
		c := copy(frame[n:], words[l.pos:])
		if end := l.playing.last; l.cue != "" && l.pos < end && end <= l.pos+c {
			l.hearing.finished(now.Add(audio.Duration(n + end - l.pos)))
		}
		n += c
		l.pos += c
		if l.most > 0 {
			if l.most -= c; l.most <= 0 {
				l.stop()
				break
			}
		}
		if l.pos < len(words) {
			break
		}
		switch {
		case l.loop:
			l.pos = 0
		case l.then != nil:
			l.start(l.then, "")
		default:
			l.stop()
		}
	}
	for noise := l.lib.noise.words[lawIndex(l.law)]; n < len(frame); {
		c := copy(frame[n:], noise[l.noise:])
		l.noise = (l.noise + c) % len(noise)
		n += c
	}
}

// sendKeys sends one packet of a key press, 100 ms each with 100 ms between them.
func (l *leg) sendKeys(now time.Time) bool {
	if l.rest > 0 {
		l.rest--
		return false
	}
	if l.press == nil {
		w, err := rtpio.NewEventWriter(l.keys[0], 100*time.Millisecond)
		if err != nil {
			l.keys = ""
			return false
		}
		l.press = w
	}
	payload, marker, more := l.press.Next(l.event[:0])
	if more {
		_ = l.conn.Send(l.eventPT, marker, 0, payload)
		return true
	}
	l.conn.SkipTimestamp(l.press.Samples())
	l.press, l.keys, l.rest = nil, l.keys[1:], frames(100*time.Millisecond)
	if l.keys == "" {
		l.rest = 0
		l.hearing.finished(now)
	}
	return false
}

func (l *leg) read() {
	buf := make([]byte, rtpio.MaxPacket)
	var p rtp.Packet
	for l.conn.ReadPacket(buf, &p) == nil {
		l.receive(&p, time.Now())
	}
}

func (l *leg) receive(p *rtp.Packet, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	law := audio.Law(p.PayloadType)
	if !law.Valid() {
		if l.eventPT != 0 && p.PayloadType == l.eventPT {
			l.heard += l.keyed.Push(p)
		}
		return
	}
	if !l.last.IsZero() {
		l.gaps.add(now.Sub(l.last))
	}
	l.last = now
	if first, last, ok := voicedSpan(law, p.Payload); ok {
		l.hearing.robot(now.Add(audio.Duration(first)), now.Add(audio.Duration(last)))
	}
}
