package sipmedia

import (
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/outdial/outdial/shared/audio"
)

// outbound is what the pacer's goroutine needs for a tick; nobody else touches it.
type outbound struct {
	frame   [audio.FrameSamples]int16
	stream  [audio.FrameSamples]int16
	payload [audio.FrameSamples]byte
	digits  [maxDigits]byte
	started bool // a packet went out already
	pause   bool // nothing was sent at the last tick
	fails   atomic.Uint64
}

// tick hears 20 ms and says 20 ms.
func (l *Leg) tick(skipped uint32) bool {
	if l.ended.Load() {
		return false
	}
	now := l.since()
	if skipped > 0 {
		l.conn.SkipTimestamp(skipped * audio.FrameSamples)
	}
	if !l.alive(now) {
		return false
	}
	digits, heard, ok := l.in.take(l.out.digits[:0], &l.out.frame, now)
	if !ok {
		heard = 0
	}
	l.received.Store(int64(heard))
	said := l.consult(digits, now)
	if l.say(said) {
		l.tell()
	}
	return true
}

// alive ends the leg when media or the refresh of the session stayed away.
func (l *Leg) alive(now time.Duration) bool {
	if since := l.waiting.Load(); since >= 0 {
		last := time.Duration(since)
		if at := l.conn.LastReceived(); !at.IsZero() {
			last = max(last, at.Sub(l.born))
		}
		if now-last > l.srv.cfg.MediaTimeout {
			l.end(EndNoMedia, TimerExpired)
			return false
		}
	}
	if at := l.expires.Load(); at != 0 && now > time.Duration(at) {
		l.end(EndExpired, TimerExpired)
		return false
	}
	return true
}

// consult asks the session. A session that panics loses its call, not everybody's.
func (l *Leg) consult(digits []byte, now time.Duration) (said []int16) {
	m := l.media.Load()
	if m == nil {
		return nil
	}
	defer l.rescue()
	l.listen(*m)
	if t, ok := (*m).(Timed); ok {
		t.Arrived(l.HeardAt())
	}
	at := l.born.Add(now)
	for _, d := range digits {
		(*m).Digit(d, at)
	}
	return (*m).Tick(l.out.frame[:], at)
}

// tell tells the session when its frame went out.
func (l *Leg) tell() {
	m := l.media.Load()
	if m == nil {
		return
	}
	defer l.rescue()
	if t, ok := (*m).(Timed); ok {
		t.Sent(l.SentAt())
	}
}

func (l *Leg) rescue() {
	if v := recover(); v != nil {
		l.log.Error("session panicked in a tick", "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
		l.end(EndFault, TemporaryFailure)
	}
}

// hearMost frames are heard in one tick: what waited while we stood still is made up for without holding other legs up.
const hearMost = 6

// listen gives a listener what has come.
func (l *Leg) listen(m Media) {
	ear, ok := m.(Listener)
	if !ok {
		return
	}
	l.in.passed()
	for range hearMost {
		if !l.in.hear(&l.out.stream) {
			return
		}
		ear.Hear(l.out.stream[:])
	}
}

// say sends one frame: what the session said, filled up with silence. It tells whether the frame went out.
func (l *Leg) say(said []int16) bool {
	if l.muted.Load() {
		l.conn.SkipTimestamp(audio.FrameSamples)
		l.out.pause = true
		return false
	}
	law := l.Law()
	b := law.Encode(l.out.payload[:0], said[:min(len(said), audio.FrameSamples)])
	for silence := law.Silence(); len(b) < audio.FrameSamples; {
		b = append(b, silence)
	}
	// The marker opens a stretch of sound (RFC 3551 section 4.1).
	if err := l.conn.Send(uint8(law), !l.out.started || l.out.pause, audio.FrameSamples, b); err != nil {
		l.out.fails.Add(1)
		return false
	}
	now := l.since()
	if l.out.started && !l.out.pause {
		l.gaps.add(now - time.Duration(l.sent.Load()))
	}
	l.out.started, l.out.pause = true, false
	l.sent.Store(int64(now))
	return true
}

// released is called by the pacer after the last tick.
func (l *Leg) released() {
	l.once.Do(func() {
		// The pacer lets go of a leg that stands only when it stops itself.
		l.end(EndShutdown, TemporaryFailure)
		if err := l.conn.Close(); err != nil {
			l.log.Warn("RTP socket did not close", "error", err)
		}
		l.srv.count(l)
		l.release()
		close(l.done)
	})
}
