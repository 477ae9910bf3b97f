package sipmedia

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtp"

	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/rtpio"
	"github.com/outdial/outdial/shared/sdp"
)

// Media is the ear and the mouth of a session. Its methods are called one at a time by the goroutine that drives many legs:
// they must return within a fraction of a millisecond and never wait.
type Media interface {
	// Digit is a key that the callee pressed; it comes before the Tick of the 20 ms in which it arrived.
	Digit(digit byte, at time.Time)
	// Tick is called every 20 ms with the frame that was heard, in which gaps are silence, and returns the frame to say:
	// 160 samples, or nil for silence. in is valid during the call only; what is returned is read before the next.
	Tick(in []int16, at time.Time) (out []int16)
}

// Listener is Media that also listens by the clock of whoever sends: to Hear come all frames that were sent, one after the other,
// however late they arrive and whatever was left out for Tick. Several may come before one Tick, or none.
type Listener interface {
	Hear(in []int16)
}

// Timed is Media that is told when packets came and went, which neither the time of a tick nor the number of ticks says: frames
// wait to be heard, and what a stall left out is not ticked.
type Timed interface {
	// Arrived comes before each Tick: when the packet came that holds the end of its frame, zero for a gap.
	Arrived(at time.Time)
	// Sent comes after a Tick when its frame was handed to the network; one that is not sent has none.
	Sent(at time.Time)
}

// Leg is one answered call between the switch and a robot. Its methods are safe for concurrent use.
type Leg struct {
	srv     *Server
	release func() // gives the place of the call back
	counted bool   // the total has this leg's gaps; guarded by the server's mu
	invite  Invite
	log     *slog.Logger
	conn    *rtpio.Conn
	born    time.Time // carries the monotonic clock to which all durations below refer
	ctx     context.Context
	cancel  context.CancelFunc

	media    atomic.Pointer[Media]
	in       inbound
	out      outbound
	gaps     histogram
	received atomic.Int64 // when the frame last ticked came, 0 for a gap
	sent     atomic.Int64 // when the last packet went out
	expires  atomic.Int64 // when the SIP session ends unless refreshed, 0 for never
	waiting  atomic.Int64 // since when RTP is expected, -1 while it is not
	law      atomic.Uint32
	eventPT  atomic.Uint32
	muted    atomic.Bool // the switch does not want to hear us

	mu     sync.Mutex // guards what is below
	dialog dialog
	local  sdp.Session // what we last described
	seq    uint32      // CSeq of the last request of the switch
	acks   map[uint32]*ack

	endMu   sync.Mutex
	ended   atomic.Bool
	reason  EndReason
	cause   Cause
	noBye   chan struct{} // closed when the other side knows that the call is over
	byeDone chan struct{} // closed when our BYE was answered or given up
	done    chan struct{}
	tasks   sync.WaitGroup
	once    sync.Once
}

// Invite is what the switch said about the call.
func (l *Leg) Invite() Invite { return l.invite }

// Answered is when the call was answered.
func (l *Leg) Answered() time.Time { return l.born }

// Attach makes m the session of the leg. Until then the robot sends silence and what is heard is lost.
func (l *Leg) Attach(m Media) { l.media.Store(&m) }

// Law is the codec in which we send.
func (l *Leg) Law() audio.Law { return audio.Law(l.law.Load()) }

// OnHold tells whether the switch does not want to hear us at present.
func (l *Leg) OnHold() bool { return l.muted.Load() }

// LastReceived is when the last RTP packet came, zero when none has. Like all times of a leg it carries the monotonic clock.
func (l *Leg) LastReceived() time.Time { return l.conn.LastReceived() }

// HeardAt is when the packet came from which the last ticked frame was made, zero for a gap. In a Tick it is the present
// frame's.
func (l *Leg) HeardAt() time.Time { return l.moment(l.received.Load()) }

// SentAt is when the last frame was handed to the network. In a Tick it is when the frame went out that the Tick before
// returned.
func (l *Leg) SentAt() time.Time { return l.moment(l.sent.Load()) }

func (l *Leg) moment(d int64) time.Time {
	if d == 0 {
		return time.Time{}
	}
	return l.born.Add(time.Duration(d))
}

func (l *Leg) since() time.Duration { return max(time.Since(l.born), 1) }

// LegStats counts what one leg sent and received.
type LegStats struct {
	Gaps      Gaps
	RTP       rtpio.Stats
	Lost      uint64 // frames for which no packet came in time
	Late      uint64 // packets that came after their time
	Resets    uint64 // jumps of the stream or of our clock
	SendFails uint64
}

// Stats are the counters so far.
func (l *Leg) Stats() LegStats {
	s := LegStats{Gaps: l.gaps.gaps(), RTP: l.conn.Stats(), SendFails: l.out.fails.Load()}
	l.in.mu.Lock()
	s.Lost, s.Late, s.Resets = l.in.jitter.lost, l.in.jitter.late, l.in.jitter.resets
	l.in.mu.Unlock()
	return s
}

// Done is closed when the leg has ended: no Tick comes any more and nothing is sent.
func (l *Leg) Done() <-chan struct{} { return l.done }

// EndReason is why the leg ended, empty while it stands.
func (l *Leg) EndReason() EndReason {
	l.endMu.Lock()
	defer l.endMu.Unlock()
	return l.reason
}

// EndCause is the Q.850 cause that we told or were told, 0 when the switch told none.
func (l *Leg) EndCause() Cause {
	l.endMu.Lock()
	defer l.endMu.Unlock()
	return l.cause
}

// End hangs up without waiting; a session may call it from Tick. After the first end, whoever caused it, nothing changes.
func (l *Leg) End(cause Cause) { l.end(EndLocal, cause) }

// Hangup hangs up and waits until the switch has confirmed it or ctx ends. The leg ends at once in any case; the error only
// says that the confirmation was not awaited.
func (l *Leg) Hangup(ctx context.Context, cause Cause) error {
	l.end(EndLocal, cause)
	select {
	case <-l.byeDone:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// end ends the leg for a reason, once.
func (l *Leg) end(reason EndReason, cause Cause) {
	l.endMu.Lock()
	defer l.endMu.Unlock()
	if l.reason != "" {
		return
	}
	l.reason, l.cause = reason, cause
	l.ended.Store(true)
	l.cancel()
	if reason == EndRemote {
		close(l.noBye)
		close(l.byeDone)
	} else {
		l.tasks.Go(func() { l.bye(cause) })
	}
	l.srv.legEnded(l, reason)
}

// spawn runs f as a task of the leg, unless the leg has ended.
func (l *Leg) spawn(f func()) bool {
	l.endMu.Lock()
	defer l.endMu.Unlock()
	if l.reason != "" {
		return false
	}
	l.tasks.Go(f)
	return true
}

// read takes in RTP until the socket is closed.
func (l *Leg) read() {
	buf := make([]byte, rtpio.MaxPacket)
	var p rtp.Packet
	for {
		if err := l.conn.ReadPacket(buf, &p); err != nil {
			if !l.ended.Load() {
				l.log.Error("RTP socket failed", "error", err)
				l.end(EndFault, TemporaryFailure)
			}
			return
		}
		l.in.packet(&p, uint8(l.eventPT.Load()), l.since())
	}
}

// agree puts into force what an offer and our answer to it say.
func (l *Leg) agree(remote, local sdp.Session) error {
	to, err := remote.Addr()
	if err != nil {
		return err
	}
	l.law.Store(uint32(local.Formats[0]))
	l.eventPT.Store(uint32(local.EventPT))
	muted := !local.Direction.Sends() || to.Addr().IsUnspecified()
	l.muted.Store(muted)
	if !to.Addr().IsUnspecified() && l.conn.Remote() != to {
		l.conn.SetRemote(to)
	}
	if local.Direction.Receives() {
		l.waiting.Store(int64(l.since()))
	} else {
		l.waiting.Store(-1)
	}
	return nil
}
