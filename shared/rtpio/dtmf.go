package rtpio

import (
	"encoding/binary"
	"fmt"
	"strings"
	"time"

	"github.com/pion/rtp"
)

// Digits are the DTMF digits in the order of their RFC 4733 event codes.
const Digits = "0123456789*#ABCD"

// eventSize is the length of one event payload.
const eventSize = 4

// Event is one telephone-event payload (RFC 4733 section 2.3).
type Event struct {
	Code     uint8  // 0-15 are the Digits
	End      bool   // the key is up
	Volume   uint8  // dBm0 below zero, 0-63
	Duration uint16 // timestamp units since the key went down
}

// EventCode is the code of a digit.
func EventCode(digit byte) (uint8, bool) {
	if 'a' <= digit && digit <= 'd' {
		digit -= 'a' - 'A'
	}
	i := strings.IndexByte(Digits, digit)
	return uint8(max(i, 0)), i >= 0
}

// Digit is the DTMF digit of the event; other telephone events (flash, tones) have none.
func (e Event) Digit() (byte, bool) {
	if int(e.Code) < len(Digits) {
		return Digits[e.Code], true
	}
	return 0, false
}

// EncodeEvent appends the payload of e to dst.
func EncodeEvent(dst []byte, e Event) []byte {
	flags := min(e.Volume, 63)
	if e.End {
		flags |= 0x80
	}
	return binary.BigEndian.AppendUint16(append(dst, e.Code, flags), e.Duration)
}

// DecodeEvent reads one payload. Longer payloads carry further events, which no telephone sends; they are not read.
func DecodeEvent(b []byte) (Event, error) {
	if len(b) < eventSize {
		return Event{}, fmt.Errorf("%w: %d bytes, want %d", ErrBadEvent, len(b), eventSize)
	}
	return Event{Code: b[0], End: b[1]&0x80 != 0, Volume: b[1] & 0x3F, Duration: binary.BigEndian.Uint16(b[2:])}, nil
}

// EventReader turns the many packets of each key press into one digit. All packets of a press share a timestamp, and its
// last one is sent three times. The zero value is ready; it belongs to one stream and one goroutine.
type EventReader struct {
	ssrc    uint32
	started bool
	ts      uint32 // of the newest press
	pending bool   // that press has not been told yet
	code    uint8
}

// Push takes a packet of the telephone-event payload type and returns the digits that it completes: none mostly, one at
// the end of a press, two when the end of the press before was lost as well.
func (r *EventReader) Push(p *rtp.Packet) string {
	e, err := DecodeEvent(p.Payload)
	if err != nil {
		return ""
	}
	if _, ok := e.Digit(); !ok {
		return ""
	}
	lost := ""
	if !r.started || r.ssrc != p.SSRC {
		lost = r.Flush()
		*r = EventReader{started: true, ssrc: p.SSRC, ts: p.Timestamp, pending: true, code: e.Code}
	} else if p.Timestamp != r.ts {
		if int32(p.Timestamp-r.ts) < 0 {
			return "" // a late packet of a press already told
		}
		lost = r.Flush()
		r.ts, r.pending, r.code = p.Timestamp, true, e.Code
	}
	if e.End {
		return lost + r.Flush()
	}
	return lost
}

// Flush ends the press under way and returns its digit, for a caller who saw that no further packet came.
func (r *EventReader) Flush() string {
	if !r.pending {
		return ""
	}
	r.pending = false
	return Digits[r.code : r.code+1]
}

// Pending tells whether a key is down.
func (r *EventReader) Pending() bool { return r.pending }

// EventWriter makes the payloads of one key press, one for every 20 ms, and its end three times as RFC 4733 section
// 2.5.1.4 asks. Send each with 0 samples and the first with the marker; afterwards skip Samples.
type EventWriter struct {
	code   uint8
	frames int
	sent   int
}

// NewEventWriter presses digit for d, at least 40 ms.
func NewEventWriter(digit byte, d time.Duration) (*EventWriter, error) {
	code, ok := EventCode(digit)
	if !ok {
		return nil, fmt.Errorf("%w: %q is not one of %s", ErrBadEvent, digit, Digits)
	}
	frames := min(max(int(d/(20*time.Millisecond)), 2), 0xFFFF/frameSamples)
	return &EventWriter{code: code, frames: frames}, nil
}

// Next appends the payload of the next 20 ms to dst; more is false when the press is over and nothing was appended.
func (w *EventWriter) Next(dst []byte) (payload []byte, marker, more bool) {
	const ends = 3
	if w.sent >= w.frames+ends-1 {
		return dst, false, false
	}
	w.sent++
	held := min(w.sent, w.frames)
	e := Event{Code: w.code, End: w.sent >= w.frames, Volume: 10, Duration: uint16(held * frameSamples)}
	return EncodeEvent(dst, e), w.sent == 1, true
}

// Samples is how far the timestamp stands after the press: every payload took the place of one frame.
func (w *EventWriter) Samples() uint32 { return uint32(w.sent * frameSamples) }
