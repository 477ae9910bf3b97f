// Package sdp owns the small part of SDP (RFC 4566, RFC 3264) that a telephone call needs: one audio stream of G.711 and
// telephone-event over plain RTP, offered or answered. It opens no socket and keeps no call; streams of other kinds are
// understood only as far as refusing them takes.
package sdp

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"

	"github.com/outdial/outdial/shared/audio"
)

// MaxBytes is the largest description that Parse reads.
const MaxBytes = 64 << 10

// DefaultPtime is the packet length in ms when a description names none.
const DefaultPtime = 20

// What can be wrong with a description. The errors of Parse and Answer wrap one of these.
var (
	ErrTooLarge           = fmt.Errorf("SDP is larger than %d kB", MaxBytes>>10)
	ErrMalformed          = errors.New("SDP is malformed")
	ErrNoAudio            = errors.New("SDP has no audio stream")
	ErrVideoOnly          = errors.New("SDP has video only: add an audio stream")
	ErrEncryptedOnly      = errors.New("SDP asks for SRTP: turn encryption off for this peer")
	ErrUnsupportedProfile = errors.New("SDP asks for another transport than RTP/AVP")
	ErrNoCommonCodec      = errors.New("SDP has no codec in common with us: enable PCMA or PCMU on the peer")
)

// Format is a codec of the stream; only the two laws with their static payload types count.
type Format = audio.Law

// Direction says who may send, seen from the side that wrote the description.
type Direction uint8

const (
	SendRecv Direction = iota
	SendOnly
	RecvOnly
	Inactive
)

var directionNames = [...]string{"sendrecv", "sendonly", "recvonly", "inactive"}

// String is the attribute's name.
func (d Direction) String() string {
	if int(d) < len(directionNames) {
		return directionNames[d]
	}
	return fmt.Sprintf("Direction(%d)", uint8(d))
}

// Reverse is the same direction seen from the other side.
func (d Direction) Reverse() Direction {
	switch d {
	case SendOnly:
		return RecvOnly
	case RecvOnly:
		return SendOnly
	}
	return d
}

// Sends tells whether the writer of the description may send.
func (d Direction) Sends() bool { return d == SendRecv || d == SendOnly }

// Receives tells whether the writer of the description wants to receive.
func (d Direction) Receives() bool { return d == SendRecv || d == RecvOnly }

// Session is one side's description of its audio stream.
type Session struct {
	Host      string   // where it receives: an IP address or a name
	Port      int      // and on which UDP port
	Formats   []Format // in order of preference
	EventPT   uint8    // payload type of telephone-event/8000, 0 for none
	Ptime     int      // ms a packet
	Direction Direction
	SessionID uint64
	Version   uint64

	// streams are all m-lines in order, of which the audio stream is at audioAt: an answer has to refuse each of the
	// others in its place (RFC 3264 section 6).
	streams []stream
	audioAt int
}

// Addr is where the stream is to be sent. It fails when Host is a name.
func (s Session) Addr() (netip.AddrPort, error) {
	ip, err := netip.ParseAddr(s.Host)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("%w: media address %q is not an IP address", ErrMalformed, s.Host)
	}
	return netip.AddrPortFrom(ip.Unmap(), uint16(s.Port)), nil
}

// OnHold tells whether the writer of the description does not want to hear anything.
func (s Session) OnHold() bool { return !s.Direction.Receives() }

// Answer answers an offer with the first of its codecs that is among laws, receiving on host and port. The answer has a
// session id of its own; in a later answer of the same call, keep SessionID and count Version up.
func Answer(offer Session, host string, port int, laws []audio.Law) (Session, error) {
	for _, f := range offer.Formats {
		if !slices.Contains(laws, f) {
			continue
		}
		return Session{
			Host: host, Port: port, Formats: []Format{f}, EventPT: offer.EventPT, Ptime: DefaultPtime,
			Direction: offer.Direction.Reverse(),
			// Under 2^53: some parsers read these numbers as floating point.
			SessionID: rand.Uint64N(1 << 53), Version: 1,
			streams: offer.streams, audioAt: offer.audioAt,
		}, nil
	}
	return Session{}, fmt.Errorf("%w: offered %v, accepted %v", ErrNoCommonCodec, offer.Formats, laws)
}
