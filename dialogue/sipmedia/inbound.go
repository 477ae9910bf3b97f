package sipmedia

import (
	"sync"
	"time"

	"github.com/pion/rtp"

	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/rtpio"
)

const (
	// eventIdle ends a key press whose last packets were all lost.
	eventIdle = 200 * time.Millisecond
	// maxDigits waiting for a tick; nobody presses as fast, so more is an attack or a fault.
	maxDigits = 32
)

// inbound is what arrived and was not ticked yet. The RTP reader and SIP's INFO put, the pacer takes.
type inbound struct {
	mu     sync.Mutex
	jitter jitter
	stream stream // the same for who listens by the sender's clock
	events rtpio.EventReader
	event  time.Duration // when the last packet of an event came
	digits []byte
}

// packet takes one RTP packet; eventPT is the payload type of telephone-event, 0 for none.
func (in *inbound) packet(p *rtp.Packet, eventPT uint8, at time.Duration) {
	in.mu.Lock()
	defer in.mu.Unlock()
	law := audio.Law(p.PayloadType)
	switch {
	case law.Valid():
		// Either law is understood at any time: a peer may change without saying so.
		in.jitter.put(p.SSRC, p.Timestamp, law, p.Payload, at)
		in.stream.put(p.SSRC, p.Timestamp, law, p.Payload)
	case eventPT != 0 && p.PayloadType == eventPT:
		in.event = at
		in.press(in.events.Push(p))
	}
}

// press queues digits for the next tick. The caller holds mu.
func (in *inbound) press(digits string) {
	in.digits = append(in.digits, digits[:min(len(digits), maxDigits-len(in.digits))]...)
}

// info takes digits that came by SIP INFO.
func (in *inbound) info(digits string) {
	in.mu.Lock()
	in.press(digits)
	in.mu.Unlock()
}

// take moves the digits to dst and the next frame to out.
func (in *inbound) take(dst []byte, out *[audio.FrameSamples]int16, now time.Duration) (digits []byte, at time.Duration, ok bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.events.Pending() && now-in.event > eventIdle {
		in.press(in.events.Flush())
	}
	digits = append(dst, in.digits...)
	in.digits = in.digits[:0]
	at, ok = in.jitter.take(out)
	return digits, at, ok
}

// passed tells that a tick has passed for who listens by the sender's clock.
func (in *inbound) passed() {
	in.mu.Lock()
	in.stream.tick()
	in.mu.Unlock()
}

// hear moves the next frame of the stream to out; false while there is none.
func (in *inbound) hear(out *[audio.FrameSamples]int16) bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.stream.take(out)
}
