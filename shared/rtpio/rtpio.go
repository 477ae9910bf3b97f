// Package rtpio owns one RTP stream over UDP in each direction: the socket and its port, sequence numbers, timestamps and
// SSRC of what is sent, the check of what arrives, and the telephone events of RFC 4733. It knows neither codecs nor
// signalling and keeps no jitter buffer; RTCP is neither sent nor answered.
package rtpio

import "errors"

var (
	// ErrPortsExhausted says that every even port of the range is taken.
	ErrPortsExhausted = errors.New("no free RTP port in the range: widen it or lower the number of calls")
	// ErrNoRemote says that packets cannot be sent because nobody told where to, neither by SetRemote nor by a packet.
	ErrNoRemote = errors.New("RTP destination is not known yet")
	// ErrPayloadTooLarge says that a payload does not fit into one packet of MaxPacket bytes.
	ErrPayloadTooLarge = errors.New("RTP payload does not fit into one packet")
	// ErrBadEvent says that a payload is not a telephone event of RFC 4733.
	ErrBadEvent = errors.New("not a telephone event")
)

// MaxPacket is the largest packet sent or received, header included: an Ethernet frame.
const MaxPacket = 1500
