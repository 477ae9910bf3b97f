package rtpio

import (
	"time"

	"github.com/pion/rtp"
)

const (
	clockRate    = 8000
	frameSamples = 160
	// maxSeqJump is the gap after which a source counts as restarted (MAX_DROPOUT of RFC 3550, appendix A.1).
	maxSeqJump = 3000
)

// source is the stream that is being forwarded and how its numbers become ours.
type source struct {
	known    bool
	ssrc     uint32
	lastSeq  uint16
	seqShift uint16
	tsShift  uint32
}

// Forward sends a packet that another Conn received. The stream that goes out keeps its SSRC, and its sequence numbers and
// timestamps run on when the source changes or restarts; losses and reordering of one source stay visible. The payload
// type is p's: change it first when the two sides number a format differently. CSRCs and extensions are left out.
func (c *Conn) Forward(p *rtp.Packet) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	src := &c.out.source
	marker := p.Marker
	if !src.known || src.ssrc != p.SSRC || abs16(p.SequenceNumber-src.lastSeq) > maxSeqJump {
		ts := c.out.ts + c.idleSamples()
		*src = source{known: true, ssrc: p.SSRC, seqShift: c.out.seq - p.SequenceNumber, tsShift: ts - p.Timestamp}
		marker = true
	}
	src.lastSeq = p.SequenceNumber
	ts := p.Timestamp + src.tsShift
	if next := ts + frameSamples; int32(next-c.out.ts) > 0 {
		c.out.ts = next
	}
	return c.write(p.PayloadType, marker, p.SequenceNumber+src.seqShift, ts, p.Payload)
}

// idleSamples is the silence between the last packet sent and now in whole frames, beyond the frame that the last packet
// filled itself. The caller holds mu.
func (c *Conn) idleSamples() uint32 {
	if c.out.last == 0 {
		return 0
	}
	idle := time.Since(c.born) - c.out.last
	frames := int64(idle)*clockRate/int64(time.Second)/frameSamples - 1
	return uint32(max(frames, 0)) * frameSamples
}

func abs16(d uint16) int {
	return max(int(int16(d)), -int(int16(d)))
}
